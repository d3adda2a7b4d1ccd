//! What the objects of one VM share: the heap, interned strings, shapes, names, metatables of basic types, roots.
//!
//! A [`Space`] stands at a stable address inside the VM. Code below the safepoint rule reaches it through [`Cx`], the
//! no-collect capability; collecting needs `&mut Space`, which no `Cx` can coexist with. The parts are separate
//! fields, so that a collection can hold the heap, the model's tables and the roots at once: [`Space::collector`].

use std::ptr::NonNull;

use super::intern::InternTable;
use super::layout::{ShapeId, Str, Table, table_flags};
use super::metamethod;
use super::model::{LuaModel, SpaceRoots};
use super::proto::{AllocSite, Proto};
use super::shape::{KeySource, Shape, ShapeTable};
use super::{Gc, RawGc};
use crate::context::VmContext;
use crate::cx::Cx;
use crate::heap::{BlockSource, Heap, HeapOptions, Mutator, ObjPtr, OutOfMemory};
use crate::value::{Raw, Value};

/// Roots that belong to no stack.
pub struct Roots {
    /// The error on its way: see [`Raise`](crate::native::Raise).
    pub error: Raw,
    /// The registry: a table for the host and the library.
    pub registry: RawGc<Table>,
    /// The table of global variables.
    pub globals: RawGc<Table>,
    /// Metatables of the types that have one for all values, by tag.
    pub metatables: [Option<RawGc<Table>>; 16],
}

/// Strings that are always there.
pub struct Names {
    /// Names of metamethods, by their numbers.
    pub metamethods: [RawGc<Str>; metamethod::COUNT],
    /// The empty string.
    pub empty: RawGc<Str>,
    /// The message for memory that was refused: it must not need memory.
    pub no_memory: RawGc<Str>,
    /// The strings of one byte.
    pub bytes: [RawGc<Str>; 256],
}

/// See the head of the file.
pub struct Space {
    pub(crate) heap: Heap,
    pub(crate) context: NonNull<VmContext>,
    pub(crate) interned: InternTable,
    pub(crate) shapes: ShapeTable,
    /// Prototypes that are alive: their caches name shapes.
    pub(crate) protos: Vec<RawGc<Proto>>,
    /// Allocation sites by number; those whose prototype died are null. Number 0 is not used.
    pub(crate) sites: Vec<*mut AllocSite>,
    pub(crate) free_sites: Vec<u16>,
    pub(crate) names: Option<Box<Names>>,
    pub(crate) roots: Option<Roots>,
    pub(crate) hash_seed: u64,
    pub(crate) identities: u32,
    /// Functions that are linked keep their local variables: see `Cx::keep_locals`.
    pub(crate) keeps_locals: bool,
    /// Machine code is running, and no native function that it has called.
    pub(crate) in_machine_code: bool,
}

impl Space {
    /// A space with an empty registry and an empty table of globals. Sets `mutator`, `shapes` and `metamethod_epoch` of
    /// the context.
    ///
    /// # Safety
    /// - `context` stays valid and in place as long as the space is used.
    pub unsafe fn new(
        context: NonNull<VmContext>,
        options: HeapOptions,
        source: Box<dyn BlockSource>,
        hash_seed: u64,
    ) -> Result<Space, OutOfMemory> {
        // The mutator comes first.
        let mutator = context.cast::<Mutator>();
        // SAFETY: the context outlives the space (caller).
        let heap = unsafe { Heap::new(mutator, options, source)? };
        let mut space = Space {
            heap,
            context,
            interned: InternTable::default(),
            shapes: ShapeTable::new(),
            protos: Vec::new(),
            sites: vec![std::ptr::null_mut()],
            free_sites: Vec::new(),
            names: None,
            roots: None,
            hash_seed,
            identities: 0,
            keeps_locals: false,
            in_machine_code: false,
        };
        space.publish_shapes();
        let charge = || space.heap.account().charge(0);
        space.interned.charge_to(charge()?);
        space.shapes.charge_to(charge()?);
        // SAFETY: the context is valid (caller).
        unsafe { (*context.as_ptr()).metamethod_epoch = 1 };
        let cx = space.cx();
        let names = Box::new(Names {
            metamethods: std::array::from_fn(|number| {
                let name = cx.intern(metamethod::ALL[number].text().as_bytes());
                name.set_metamethod_number(number as u8 + 1);
                name.raw()
            }),
            empty: cx.intern(b"").raw(),
            no_memory: cx.intern(b"not enough memory").raw(),
            bytes: std::array::from_fn(|byte| cx.intern(&[byte as u8]).raw()),
        });
        let roots = Roots {
            error: Value::NIL,
            registry: cx.table(0, 0).raw(),
            globals: cx.table(0, 0).raw(),
            metatables: [None; 16],
        };
        space.names = Some(names);
        space.roots = Some(roots);
        Ok(space)
    }

    /// The no-collect capability.
    #[inline(always)]
    pub fn cx(&mut self) -> Cx<'_> {
        // SAFETY: the space is borrowed exclusively as long as the capability lives.
        unsafe { Cx::new(NonNull::from(self)) }
    }

    /// The heap, the model and the roots, for a collection.
    pub fn collector(&mut self) -> (&mut Heap, LuaModel<'_>, SpaceRoots<'_>) {
        let shapes = NonNull::from(&mut self.shapes);
        let interned = NonNull::from(&mut self.interned);
        let model = LuaModel::new(shapes, interned, &mut self.protos, &mut self.sites, &mut self.free_sites);
        let roots = self.roots.as_mut().expect("set by `new`");
        let names = self.names.as_deref().expect("set by `new`");
        (&mut self.heap, model, SpaceRoots::new(shapes, interned, roots, names))
    }

    /// The heap.
    pub fn heap(&mut self) -> &mut Heap {
        &mut self.heap
    }

    /// The shapes.
    pub fn shapes(&mut self) -> &mut ShapeTable {
        &mut self.shapes
    }

    /// The roots.
    pub fn roots(&mut self) -> &mut Roots {
        self.roots.as_mut().expect("set by `new`")
    }

    /// Takes the next object whose finalizer is to be called; it may be registered again from now on.
    pub fn next_finalizer(&mut self) -> Option<ObjPtr> {
        let obj = self.heap.next_finalizer()?;
        let flags = obj.flags() & !table_flags::HAS_FINALIZER;
        // SAFETY: a live object's header.
        unsafe { (*obj.as_ptr()).flags = flags };
        Some(obj)
    }

    /// The prototypes that are alive.
    pub fn protos(&self) -> &[RawGc<Proto>] {
        &self.protos
    }

    /// Tells machine code where the shapes are.
    pub(crate) fn publish_shapes(&mut self) {
        // SAFETY: the context outlives the space.
        unsafe { (*self.context.as_ptr()).shapes = self.shapes.as_ptr() };
    }
}

impl Drop for Space {
    /// Releases what objects own outside the heap.
    fn drop(&mut self) {
        if self.roots.is_some() {
            let (heap, mut model, _) = self.collector();
            // SAFETY: the space is going away; nobody uses an object any more.
            unsafe { heap.shut_down(&mut model) }
        }
    }
}

impl<'gc> Cx<'gc> {
    /// A shape.
    #[inline]
    pub fn shape(self, id: ShapeId) -> &'gc Shape {
        self.shapes().shape(id)
    }

    /// The slot of an interned key in a shape.
    pub fn shape_slot(self, id: ShapeId, key: Gc<'gc, Str>) -> Option<usize> {
        self.shapes().slot(id, key.raw())
    }

    /// The shape that a table of shape `id` gets when this key, which it lacks and which stands in the program's text, is
    /// added; `None` if the table becomes a dictionary.
    pub fn shape_with_key(self, id: ShapeId, key: Gc<'gc, Str>) -> Option<ShapeId> {
        let shape = self.shapes().with_key(id, self.intern_string(key).raw(), KeySource::Constant);
        self.space().publish_shapes();
        shape
    }

    /// The registry.
    pub fn registry(self) -> Gc<'gc, Table> {
        self.roots().registry
    }

    /// The table of global variables.
    pub fn globals(self) -> Gc<'gc, Table> {
        self.roots().globals
    }
}
