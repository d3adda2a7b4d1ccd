//! How deep calls nest that the reference implementation makes on the C stack: its limits are part of the language.
//!
//! Rust code that calls Lua code, protected calls, metamethods and resumed coroutines are a level each; Lua functions that
//! call each other are none, they are limited by the stack's size. At the limit an error is raised; a tenth more is left to
//! message handlers that are called for it, and there every error ends the handling.
//!
//! A level is entered before the call and left by whoever catches or returns: a `pcall` remembers in its frame's link how
//! many there were, Rust code in a local variable, a resume in what it puts aside, and the link of a metamethod says that it
//! counts. Frames that machine code's exits make don't, so the number may be too small, never too large: real recursion of
//! Rust code has a count of its own.

use super::frame::{FrameKind, FrameLink, frame_flags};
use crate::bytecode::Inst;
use crate::native::Raise;
use crate::vm::Vm;

/// Levels that calls may nest.
pub(crate) const MAX_LEVELS: u32 = 200;

/// Where errors in the handling of an overflow end it.
const LAST_LEVEL: u32 = MAX_LEVELS / 10 * 11;

/// The levels of the running coroutine.
#[derive(Clone, Copy)]
pub(crate) struct Levels {
    now: u32,
    /// Where the coroutine was resumed.
    base: u32,
}

impl Default for Levels {
    /// The reference implementation's own program takes one level before it calls a script.
    fn default() -> Self {
        Levels { now: 1, base: 1 }
    }
}

impl Levels {
    /// Whether one more is an error.
    pub(crate) fn is_full(self) -> bool {
        self.now >= MAX_LEVELS
    }

    /// Whether levels were entered since.
    pub(crate) fn exceeds(self, before: Levels) -> bool {
        self.now > before.now
    }

    /// Starts to count for a coroutine; returns the levels of what resumes it.
    pub(crate) fn enter_coroutine(&mut self) -> Levels {
        let resumer = *self;
        self.now += 1;
        self.base = self.now;
        resumer
    }

    /// For a frame's link: levels since the coroutine was resumed.
    pub(crate) fn relative(self) -> u16 {
        self.now.saturating_sub(self.base) as u16
    }

    /// Back to what [`Levels::relative`] gave, perhaps in an earlier resume.
    pub(crate) fn restore(&mut self, relative: u16) {
        self.now = self.now.min(self.base + u32::from(relative));
    }

    /// Enters levels that something other than a call has.
    pub(crate) fn nest(&mut self, levels: u32) {
        self.now += levels;
    }

    /// A level has been left.
    #[inline]
    pub(crate) fn leave(&mut self) {
        self.now = self.now.saturating_sub(1);
    }
}

/// Enters a level, which counts from now on even if this fails: whoever catches the error goes back.
pub(crate) fn enter(vm: &mut Vm) -> Result<(), Raise> {
    vm.levels.now += 1;
    if vm.levels.now < MAX_LEVELS { Ok(()) } else { past_limit(vm) }
}

/// Set in `extra` of a metamethod's link if its frame is a level; below it stands what the instruction has to remember.
pub(crate) const COUNTED: u16 = 1 << 15;

/// The link of a metamethod that is about to be called, with what its instruction has to remember.
pub(crate) fn metamethod_link(vm: &mut Vm, return_pc: *const Inst, remembered: u16) -> Result<FrameLink, Raise> {
    enter(vm)?;
    let link = FrameLink::new(return_pc, FrameKind::Lua, frame_flags::META, 0);
    Ok(FrameLink { extra: remembered | COUNTED, ..link })
}

/// A frame returns: if it was a metamethod that counts, the level is left. What the instruction had to remember.
#[inline]
pub(crate) fn returned(vm: &mut Vm, link: FrameLink) -> usize {
    if link.extra & COUNTED != 0 && link.has(frame_flags::META) {
        vm.levels.leave();
    }
    (link.extra & !COUNTED) as usize
}

#[cold]
fn past_limit(vm: &mut Vm) -> Result<(), Raise> {
    if vm.levels.now == MAX_LEVELS {
        return Err(vm.runtime_error("C stack overflow"));
    }
    if vm.levels.now < LAST_LEVEL {
        return Ok(());
    }
    Err(in_error_handling(vm))
}

/// The error for one that is raised in the handling of another and can't be handled.
pub(crate) fn in_error_handling(vm: &mut Vm) -> Raise {
    let raise = vm.cx().raise_message("error in error handling");
    vm.handled = true;
    raise
}
