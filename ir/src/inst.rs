//! Instructions and terminators as data, with typed access to immediates.

use smallvec::SmallVec;

use crate::effects::Effects;
use crate::entity::{Block, Guard, Link, Proto, Shape, Snap, Value};
use crate::helper::Helper;
use crate::op::Op;
use crate::types::Tag;

/// The operands of an instruction.
pub type Args = SmallVec<[Value; 4]>;

/// An instruction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InstData {
    /// What it does.
    pub op: Op,
    /// The operands.
    pub args: Args,
    /// The immediate; its meaning is `op.info().imm`.
    pub imm: u64,
    /// The snapshot, if it may leave.
    pub snap: Option<Snap>,
    /// The identity of the exit, if it may leave.
    pub guard: Option<Guard>,
    /// The result, if it has one.
    pub result: Option<Value>,
}

impl InstData {
    /// An instruction without snapshot and result.
    pub fn new(op: Op, args: &[Value], imm: u64) -> InstData {
        InstData { op, args: SmallVec::from_slice(args), imm, snap: None, guard: None, result: None }
    }

    /// The tag in the immediate.
    pub fn tag(&self) -> Tag {
        Tag::from_u8(self.imm as u8).expect("the immediate is a tag")
    }

    /// The stack slot in the immediate.
    pub fn stack_slot(&self) -> i32 {
        self.imm as i32
    }

    /// The number in the immediate (an upvalue, a count).
    pub fn index(&self) -> u32 {
        self.imm as u32
    }

    /// The shape in the immediate; of two, the one before.
    pub fn shape(&self) -> Shape {
        match self.op {
            Op::GuardShape | Op::ShapeIs => Shape::new(self.imm as usize),
            _ => Shape::new((self.imm >> 32) as usize),
        }
    }

    /// The shape after, of `set_shape`.
    pub fn new_shape(&self) -> Shape {
        Shape::new(self.imm as u32 as usize)
    }

    /// The slot of a slot access.
    pub fn slot(&self) -> u32 {
        self.imm as u32
    }

    /// The expected array length of `new_table`.
    pub fn array_cap(&self) -> u32 {
        self.imm as u32
    }

    /// The prototype in the immediate.
    pub fn proto(&self) -> Proto {
        Proto::new(self.imm as usize)
    }

    /// The helper called.
    pub fn helper(&self) -> Helper {
        Helper::from_index(self.imm as usize).expect("the immediate is a helper")
    }

    /// The effects.
    #[inline]
    pub fn effects(&self) -> &'static Effects {
        match self.op {
            Op::Call => &self.helper().info().effects,
            op => &op.info().effects,
        }
    }
}

/// A jump's target and the values for its parameters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BlockCall {
    /// The target.
    pub block: Block,
    /// One value for each parameter.
    pub args: Vec<Value>,
}

/// How a block ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Terminator {
    /// Goes on in a block.
    Jump(BlockCall),
    /// Goes on in the first block if the condition holds, otherwise in the second.
    Branch(Value, BlockCall, BlockCall),
    /// Leaves to the interpreter.
    Exit(Guard, Snap),
    /// Continues in another trace or loop head, with the state that the snapshot describes.
    Link(Link, Guard, Snap),
    /// Returns from the function of the trace's own frame. The results, so many, stand in the frame's first slots.
    Return(u32),
    /// Continues in a function of this prototype, which is ready and takes the place of the trace's own frame: it and its arguments
    /// stand where that frame has its own.
    Tail(Proto),
    /// Nothing yet: the block is being built.
    Open,
}

impl Terminator {
    /// The jumps to blocks.
    pub fn targets(&self) -> impl Iterator<Item = &BlockCall> {
        let (first, second) = match self {
            Terminator::Jump(target) => (Some(target), None),
            Terminator::Branch(_, yes, no) => (Some(yes), Some(no)),
            _ => (None, None),
        };
        first.into_iter().chain(second)
    }

    /// The jumps to blocks, to change them.
    pub fn targets_mut(&mut self) -> impl Iterator<Item = &mut BlockCall> {
        let (first, second) = match self {
            Terminator::Jump(target) => (Some(target), None),
            Terminator::Branch(_, yes, no) => (Some(yes), Some(no)),
            _ => (None, None),
        };
        first.into_iter().chain(second)
    }

    /// The snapshot, if it leaves.
    pub fn snap(&self) -> Option<Snap> {
        match self {
            Terminator::Exit(_, snap) | Terminator::Link(_, _, snap) => Some(*snap),
            _ => None,
        }
    }

    /// The snapshot, if it leaves, to change it.
    pub fn snap_mut(&mut self) -> Option<&mut Snap> {
        match self {
            Terminator::Exit(_, snap) | Terminator::Link(_, _, snap) => Some(snap),
            _ => None,
        }
    }

    /// Calls `f` on every value used (snapshots excluded).
    pub fn for_each_value(&self, mut f: impl FnMut(Value)) {
        if let Terminator::Branch(cond, ..) = self {
            f(*cond);
        }
        self.targets().flat_map(|target| &target.args).for_each(|arg| f(*arg));
    }

    /// Replaces every value used (snapshots excluded).
    pub fn map_values(&mut self, mut f: impl FnMut(Value) -> Value) {
        if let Terminator::Branch(cond, ..) = self {
            *cond = f(*cond);
        }
        self.targets_mut().flat_map(|target| &mut target.args).for_each(|arg| *arg = f(*arg));
    }
}
