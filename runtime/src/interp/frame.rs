//! Frames on the VM stack.
//!
//! ```text
//!   lower addresses                                                                   higher addresses
//!   ... | function | link | slot 0 | slot 1 | ...          a frame: `base` points to slot 0
//!   ... | function | link | fixed parameters | extra arguments | n | function | link | fixed parameters | ...
//!                                                          a vararg frame after `VarargPrep` (n: Int, their number)
//! ```
//!
//! The link says where the frame returns to and how far below the frame beneath begins. What happens with the results
//! is decoded from the instruction *before* the return address: a `Call` moves them to its registers, an `Add` whose
//! metamethod ended takes one of them, and so on. Frames that return elsewhere than into the code of a function have
//! a return address into one of the static one-instruction blocks below.
//!
//! What must hold: below every base stand the function and the link; following `delta` from any frame leads to the
//! stack's bottom frame, whose `delta` is 0 and whose kind is `Bottom`.

use crate::bytecode::{Inst, Op};
use crate::value::{Raw, Tag};

/// What a frame belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum FrameKind {
    /// A Lua function.
    Lua = 0,
    /// A native function: its slots are in use up to the next frame, or to the top.
    Native = 1,
    /// `pcall`: slot 0 is the called function.
    Pcall = 2,
    /// `xpcall`: slot 0 is the handler, slot 1 the called function.
    Xpcall = 3,
    /// A `pcall` or `xpcall` that closes variables after an error: slot 0 is the error, slot 1 the number of
    /// variables left, slot 2 the message handler or nil; the variables follow.
    Closing = 4,
    /// The lowest frame of a stack.
    Bottom = 5,
    /// Stands between a Lua frame and a function that Rust code calls in the middle of one of its instructions. `extra` is
    /// 1 if the instruction before the return address is done, 0 if it is still to be carried out.
    Boundary = 6,
}

/// Flags beside the kind.
pub mod frame_flags {
    /// Mask of the kind.
    pub const KIND: u8 = 0x07;
    /// The frame was entered by a call from Rust that wants the traceback of an error that stops here.
    pub const TRACED: u8 = 0x08;
    /// `VarargPrep` has moved the frame above its extra arguments; their number stands below the function.
    pub const VARARG: u8 = 0x10;
    /// The frame was entered by a tail call: its caller is not the frame beneath.
    pub const TAIL: u8 = 0x20;
    /// The frame was entered by a protected call from Rust: errors stop here.
    pub const PROTECTED: u8 = 0x40;
    /// The frame runs a metamethod that an instruction called.
    pub const META: u8 = 0x80;
}

/// The slot below a frame's base.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FrameLink {
    /// Return address: the instruction after the one that made the call.
    pub return_pc: *const Inst,
    /// [`Tag::FrameLink`].
    pub tag: u8,
    /// [`FrameKind`] and [`frame_flags`].
    pub kind: u8,
    /// What the interrupted instruction has to remember: operands that a `Concat` has left.
    pub extra: u16,
    /// Slots between the base of the frame beneath and this base.
    pub delta: u32,
}

const _: () = assert!(size_of::<FrameLink>() == size_of::<Raw>());
const _: () = assert!(std::mem::offset_of!(FrameLink, tag) == crate::value::TAG_OFFSET);
const _: () = assert!(std::mem::offset_of!(FrameLink, delta) == 12);

impl FrameLink {
    /// A link to the frame `delta` slots below.
    #[inline(always)]
    pub const fn new(return_pc: *const Inst, kind: FrameKind, flags: u8, delta: u32) -> FrameLink {
        FrameLink { return_pc, tag: Tag::FrameLink as u8, kind: kind as u8 | flags, extra: 0, delta }
    }

    /// What the frame belongs to.
    #[inline(always)]
    pub fn frame_kind(self) -> FrameKind {
        const KINDS: [FrameKind; 8] = [
            FrameKind::Lua,
            FrameKind::Native,
            FrameKind::Pcall,
            FrameKind::Xpcall,
            FrameKind::Closing,
            FrameKind::Bottom,
            FrameKind::Boundary,
            FrameKind::Bottom,
        ];
        KINDS[(self.kind & frame_flags::KIND) as usize]
    }

    /// Whether a flag is set.
    #[inline(always)]
    pub fn has(self, flag: u8) -> bool {
        self.kind & flag != 0
    }

    /// Reads the link of the frame at `base`.
    ///
    /// # Safety
    /// - `base` is the base of a frame.
    #[inline(always)]
    pub unsafe fn of(base: *const Raw) -> FrameLink {
        // SAFETY: below a base stands the link (caller).
        let slot = unsafe { base.sub(1) };
        // SAFETY: a link is as large and as aligned as a slot.
        unsafe { slot.cast::<FrameLink>().read() }
    }

    /// Writes the link of the frame at `base`.
    ///
    /// # Safety
    /// - The slot below `base` is writable and owned by the frame that is being built or changed.
    #[inline(always)]
    pub unsafe fn put(self, base: *mut Raw) {
        // SAFETY: the slot is writable (caller).
        let slot = unsafe { base.sub(1) };
        // SAFETY: a link is as large and as aligned as a slot.
        unsafe { slot.cast::<FrameLink>().write(self) }
    }

    /// The instruction that waits for this frame.
    ///
    /// # Safety
    /// - The return address lies behind an instruction of live code.
    #[inline(always)]
    pub unsafe fn waiting(self) -> Inst {
        // SAFETY: see above (caller).
        let at = unsafe { self.return_pc.sub(1) };
        // SAFETY: see above (caller).
        unsafe { *at }
    }
}

/// A block of one instruction that no function contains.
#[repr(transparent)]
pub struct Pseudo([Inst; 1]);

impl Pseudo {
    /// The return address that leads to it.
    pub fn return_pc(&'static self) -> *const Inst {
        self.0.as_ptr_range().end
    }
}

macro_rules! pseudo {
    ($($(#[$doc:meta])* $name:ident = $op:ident;)*) => {
        $($(#[$doc])* pub static $name: Pseudo = Pseudo([Inst::abc(Op::$op, 0, 0, 0)]);)*
    };
}
pseudo! {
    /// Back to the Rust code that entered the interpreter.
    RETURN_TO_RUST = ReturnToRust;
    /// The function under `pcall` has ended.
    RETURN_TO_PCALL = ReturnToPcall;
    /// The function under `xpcall` has ended.
    RETURN_TO_XPCALL = ReturnToXpcall;
    /// What a native function called in its place has ended; `extra` of the link is how many results it takes.
    RETURN_TO_NATIVE = ReturnToNative;
    /// A `__close` call that an error made has ended.
    RETURN_TO_CLOSE = ReturnToClose;
}
