//! Snapshots: what rebuilds the interpreter's state where a trace is left.
//!
//! A snapshot is a side table of the graph; the values it names count as uses. Slots that it does not name still hold in
//! the VM stack what they held. An object whose allocation was removed is described by a virtual object: the exit makes
//! it, once for all operands that name it, so that identity and cycles survive.

use crate::entity::{Proto, Shape, Value, Virtual};
use crate::types::Tag;

/// One value of a snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operand {
    /// An SSA value of type `int`, `float`, `bool` or `any`, boxed by the exit; of type `ref` only for a cell.
    Value(Value),
    /// An SSA value of type `ref`, boxed with this tag by the exit.
    Ref(Value, Tag),
    /// A virtual object of the snapshot.
    Virtual(Virtual),
}

impl Operand {
    /// The SSA value named, if any.
    pub fn value(self) -> Option<Value> {
        match self {
            Operand::Value(value) | Operand::Ref(value, _) => Some(value),
            Operand::Virtual(_) => None,
        }
    }
}

/// An activation of the interpreter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Frame {
    /// The function.
    pub closure: Operand,
    /// Where it continues.
    pub pc: u32,
    /// Its base, as a slot offset from the trace's base.
    pub base: i32,
    /// What kind of frame it is; opaque.
    pub kind: u32,
    /// More about the frame; opaque.
    pub aux: u32,
}

/// What an exit makes of a virtual object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Template {
    /// A table of this shape. Fields: the slots of the shape, then the elements of the array part.
    Table(Shape),
    /// An upvalue cell. Fields: its contents.
    Cell,
    /// A closure. Fields: its cells, virtual or `Value` of type `ref`: cells carry no tag.
    Closure(Proto),
}

/// An object that exists only if its snapshot is taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VirtualObject {
    /// What it is.
    pub template: Template,
    /// Its contents.
    pub fields: Vec<Operand>,
    /// The pairs of a table's hash part, in the order in which they were added: key, value, key, value.
    pub pairs: Vec<Operand>,
}

impl VirtualObject {
    /// All that it refers to.
    pub fn operands(&self) -> impl Iterator<Item = &Operand> {
        self.fields.iter().chain(&self.pairs)
    }
}

/// A place in an object that exists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// A slot of a table that has the shape.
    Slot(Shape, u32),
    /// The element with this zero-based index, which is in bounds.
    Elem(u32),
    /// The contents of a cell.
    Cell,
}

/// A store that the graph has left to its exits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Write {
    /// The object: a table as `Ref`, a cell as `Value`.
    pub object: Operand,
    /// Which part of it.
    pub place: Place,
    /// What it holds from now on; not nil.
    pub value: Operand,
}

/// How to rebuild the interpreter's state.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Snapshot {
    /// The frames, outermost first.
    pub frames: Vec<Frame>,
    /// Stack slots that differ from the VM stack, as offsets from the trace's base.
    pub slots: Vec<(i32, Operand)>,
    /// The virtual objects that the operands name.
    pub virtuals: Vec<VirtualObject>,
    /// Stores to be carried out. No two are to the same place.
    pub writes: Vec<Write>,
}

impl Snapshot {
    /// Calls `f` on every operand.
    pub fn for_each_operand(&self, mut f: impl FnMut(Operand)) {
        self.frames.iter().for_each(|frame| f(frame.closure));
        self.slots.iter().for_each(|slot| f(slot.1));
        self.virtuals.iter().flat_map(VirtualObject::operands).for_each(|field| f(*field));
        self.writes.iter().flat_map(|write| [write.object, write.value]).for_each(&mut f);
    }

    /// Calls `f` on every operand, to change it.
    pub fn for_each_operand_mut(&mut self, mut f: impl FnMut(&mut Operand)) {
        self.frames.iter_mut().for_each(|frame| f(&mut frame.closure));
        self.slots.iter_mut().for_each(|slot| f(&mut slot.1));
        self.virtuals.iter_mut().flat_map(|object| object.fields.iter_mut().chain(&mut object.pairs)).for_each(&mut f);
        self.writes.iter_mut().flat_map(|write| [&mut write.object, &mut write.value]).for_each(f);
    }

    /// Calls `f` on every SSA value named.
    pub fn for_each_value(&self, mut f: impl FnMut(Value)) {
        self.for_each_operand(|operand| operand.value().into_iter().for_each(&mut f));
    }

    /// Replaces every SSA value named.
    pub fn map_values(&mut self, mut f: impl FnMut(Value) -> Value) {
        self.for_each_operand_mut(|operand| match operand {
            Operand::Value(value) | Operand::Ref(value, _) => *value = f(*value),
            Operand::Virtual(_) => {}
        });
    }
}
