//! What the names in a graph mean to machine code.

use cranelift_codegen::ir::{AbiParam, Signature, types};
use cranelift_codegen::isa::CallConv;
use moonset_ir::{Graph, Tag};
use moonset_runtime::object::layout::Str;
use moonset_runtime::value::Raw;
use moonset_runtime::vm::Vm;

use crate::abort::Abort;
use crate::code::stubs::Stubs;
use crate::lower::{Bindings, ObjectBinding};
use crate::tree::{Source, Tree};

/// The signature of compiled trees: `fn(ctx, base) -> exit`.
pub(crate) fn signature() -> Signature {
    let mut signature = Signature::new(CallConv::SystemV);
    signature.params.extend([AbiParam::new(types::I64), AbiParam::new(types::I64)]);
    signature.returns.push(AbiParam::new(types::I64));
    signature
}

/// Addresses and numbers for the names in `graph`. `cells` is where machine code reads movable objects.
pub(crate) fn bindings<'a>(
    _vm: &mut Vm,
    tree: u32,
    graph: &Graph,
    source: &Source,
    cells: &[Raw],
    stubs: &'a Stubs,
) -> Result<Bindings<'a>, Abort> {
    let mut objects = Vec::with_capacity(graph.objects().len());
    for object in graph.objects() {
        let raw = source.pool[object.id as usize];
        let pinned = object.tag == Tag::Str && raw.as_gc::<Str>().is_some_and(|string| string.is_interned());
        objects.push(if pinned {
            ObjectBinding::Pinned(raw.bits() as usize)
        } else {
            // The payload is the first word of the cell.
            ObjectBinding::Pooled((&raw const cells[object.id as usize]).expose_provenance())
        });
    }
    let shapes = graph.shapes().iter().map(|shape| shape.id).collect();
    let protos = source.protos.iter().map(|proto| proto.as_ptr().expose_provenance()).collect();
    Ok(Bindings { tree, objects, shapes, protos, stubs })
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
