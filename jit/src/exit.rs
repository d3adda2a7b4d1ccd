//! Exit plans: what an exit's stored values mean. Made by lowering, read when the exit is taken.

use moonset_ir::Guard;
use moonset_runtime::interp::frame::frame_flags;

/// The exits of a tree.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exits {
    /// What rebuilds the interpreter's state.
    pub(crate) plans: Vec<ExitPlan>,
    /// By the number that machine code leaves in the context: which plan it is, and which guard has failed.
    pub(crate) ways: Vec<(u32, Guard)>,
}

/// Everything that rebuilds the interpreter's state at one exit.
#[derive(Clone, Debug)]
pub(crate) struct ExitPlan {
    /// Frames, outermost first; the first one is the trace's own.
    pub(crate) frames: Vec<FramePlan>,
    /// The first slot above all that is written, and above the frames, as an offset from the trace's base.
    pub(crate) top: i32,
    /// Stack slots to write, as offsets from the trace's base.
    pub(crate) slots: Vec<(i32, Source)>,
    /// Objects to make.
    pub(crate) virtuals: Vec<VirtualPlan>,
    /// Stores to carry out, once the objects are made.
    pub(crate) writes: Vec<WritePlan>,
}

/// One frame.
#[derive(Clone, Debug)]
pub(crate) struct FramePlan {
    /// Its function.
    pub(crate) closure: Source,
    /// Index of the instruction it continues with; the return address for all but the last.
    pub(crate) pc: u32,
    /// Its base, as an offset from the trace's base.
    pub(crate) base: i32,
    /// Number of its prototype in the tree's list.
    pub(crate) proto: u32,
    /// The extra field of its link.
    pub(crate) aux: u32,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Source {
    /// A word of the exit area, with this tag.
    Word(u16, u8),
    /// A word that is 0 for false and 1 for true.
    Bool(u16),
    /// A payload word and, in the next word, the tag.
    Pair(u16),
    /// A payload and a tag known when the trace was compiled.
    Immediate(u64, u8),
    /// The reference kept at this address, with this tag.
    Pool(usize, u8),
    /// A virtual object of the plan.
    Virtual(u32),
}

/// An object to make.
#[derive(Clone, Debug)]
pub(crate) struct VirtualPlan {
    /// What it is.
    pub(crate) template: VirtualTemplate,
    /// Its contents, in the order that the template says.
    pub(crate) fields: Vec<Source>,
    /// Keys and values of a table's hash part, by turns.
    pub(crate) pairs: Vec<Source>,
}

/// A store to carry out.
#[derive(Clone, Debug)]
pub(crate) struct WritePlan {
    /// The object, which exists.
    pub(crate) object: Source,
    /// Which part of it.
    pub(crate) place: WritePlace,
    /// What it holds from now on; not nil.
    pub(crate) value: Source,
}

/// A place in an object.
#[derive(Clone, Copy, Debug)]
pub(crate) enum WritePlace {
    /// A named slot of a table.
    Slot(u32),
    /// An element of a table's array part, from 0.
    Elem(u32),
    /// The contents of a cell.
    Cell,
}

/// What kind of object to make.
#[derive(Clone, Copy, Debug)]
pub(crate) enum VirtualTemplate {
    /// A table; fields: its slots, then its array elements.
    Table {
        /// Runtime shape number.
        shape: u32,
        /// Named slots.
        slots: u32,
    },
    /// A cell; field: its contents.
    Cell,
    /// A closure; fields: its cells.
    Closure {
        /// Address of the prototype.
        proto: usize,
    },
}

/// What stands beneath the frame of a function that is called protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protection {
    /// A frame of `pcall`.
    Pcall = 1,
    /// A frame of `xpcall`.
    Xpcall = 2,
}

impl Protection {
    /// As the word of a frame says, whose upper half is the kind of its link and whose lower half the extra field.
    pub(crate) fn of(link: u32) -> Option<Protection> {
        if link >> 16 & u32::from(frame_flags::META) != 0 {
            return None;
        }
        match link & 0xffff {
            1 => Some(Protection::Pcall),
            2 => Some(Protection::Xpcall),
            _ => None,
        }
    }

    /// Slots from the protecting function to the base of the protected one.
    pub(crate) fn distance(self) -> i32 {
        match self {
            Protection::Pcall => 4,
            Protection::Xpcall => 5,
        }
    }
}
