//! What the names in a graph mean to machine code.

use std::sync::atomic::AtomicU32;

use moonset_ir::{Graph, Tag};
use moonset_runtime::object::RawGc;
use moonset_runtime::object::layout::Str;
use moonset_runtime::object::proto::Proto;
use moonset_runtime::value::Raw;

use crate::code::stubs::Stubs;
use crate::layout;
use crate::lower::{Bindings, ObjectBinding};
use crate::tree::{Source, Tree};

/// Addresses for the names of a tree: all that outlives the moment in which they are taken down.
pub(crate) struct Names {
    /// Each object of the pool.
    pool: Vec<ObjectBinding>,
    /// Each prototype.
    protos: Vec<usize>,
    /// Each prototype's code and entry.
    functions: Vec<Function>,
    /// Where the machine code of each loop that is continued in stands.
    links: Vec<usize>,
}

/// What a call of a Lua function needs to know of its prototype.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Function {
    /// Address of the first instruction.
    pub(crate) code: usize,
    /// Address of the word that holds the entry of the function's machine code, or 0.
    pub(crate) entry: usize,
    /// Slots of a frame.
    pub(crate) frame_size: u8,
    /// Fixed parameters.
    pub(crate) num_params: u8,
}

impl Function {
    fn new(proto: RawGc<Proto>) -> Function {
        // SAFETY: prototypes of a tree are alive as long as it is.
        let proto = unsafe { &*proto.as_ptr() };
        let site = proto.sites.wrapping_add(usize::from(proto.unlinked.hot_sites));
        Function {
            code: proto.code.expose_provenance(),
            entry: site.expose_provenance() + layout::SITE_ENTRY,
            frame_size: proto.frame_size,
            num_params: proto.num_params,
        }
    }
}

impl Names {
    /// The names of a tree. `cells` is where machine code reads movable objects: a copy of the pool.
    pub(crate) fn new(source: &Source, cells: &[Raw]) -> Names {
        let bind = |(raw, cell): (&Raw, &Raw)| {
            if raw.as_gc::<Str>().is_some_and(|string| string.is_interned()) {
                ObjectBinding::Pinned(raw.bits() as usize)
            } else {
                // The payload is the first word of the cell.
                ObjectBinding::Pooled((&raw const *cell).expose_provenance())
            }
        };
        Names {
            pool: source.pool.iter().zip(cells).map(bind).collect(),
            protos: source.protos.iter().map(|proto| proto.as_ptr().expose_provenance()).collect(),
            functions: source.protos.iter().map(|proto| Function::new(*proto)).collect(),
            links: source.links.iter().map(|site| site.expose_provenance() + layout::SITE_ENTRY).collect(),
        }
    }

    /// Addresses and numbers for what `graph` names.
    pub(crate) fn bindings<'a>(
        self,
        tree: u32,
        graph: &Graph,
        stubs: &'a Stubs,
        pass_counters: &'a [AtomicU32],
    ) -> Bindings<'a> {
        let objects = graph.objects().iter().map(|object| {
            let binding = self.pool[object.id as usize];
            debug_assert!(object.tag == Tag::Str || matches!(binding, ObjectBinding::Pooled(_)));
            binding
        });
        let objects = objects.collect();
        let shapes = graph.shapes().iter().map(|shape| shape.id).collect();
        let Names { protos, functions, links, .. } = self;
        Bindings { tree, objects, shapes, protos, functions, links, stubs, pass_counters }
    }
}

/// Allocations in a graph.
pub(crate) fn allocations(graph: &Graph) -> u64 {
    let cfg = moonset_ir::Cfg::new(graph);
    cfg.rpo().iter().flat_map(|block| &graph[*block].insts).filter(|inst| graph[**inst].op.is_new()).count() as u64
}

/// The number of the site that stands for the entry of a tree's function.
pub(crate) fn entry_site(tree: &Tree) -> u16 {
    let proto = tree.source.head_proto;
    // SAFETY: the prototype is kept alive by the tree.
    let sites = unsafe { (*proto.as_ptr()).sites };
    ((tree.site.addr() - sites.addr()) / size_of::<moonset_runtime::object::proto::HotSite>()) as u16
}
