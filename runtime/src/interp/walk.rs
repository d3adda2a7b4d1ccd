//! The functions on a stack, innermost first: for tracebacks, names in messages and the debug library.
//!
//! A walk follows the links downwards and gives a [`Level`] for each function. It works on the running stack and on that of
//! a coroutine that waits. The lowest level of the main program's stack is the host that runs it, if the host has put a function there.
//!
//! This file owns the rule which slots of a waiting frame may be looked at. The collector leaves dead registers as they
//! are, so a register of a Lua function is read only if it is live, or if what it holds is no reference.
//!
//! A level is dead after whatever can move or change the stack that it belongs to.

use super::frame::{FrameKind, FrameLink, RETURN_TO_RUST, frame_flags};
use super::origin::{self, Origin};
use crate::bytecode::liveness::RegSet;
use crate::bytecode::{Inst, Op};
use crate::object::RawGc;
use crate::object::layout::{Closure, Native};
use crate::object::proto::Proto;
use crate::value::{FIRST_POINTER, Raw, Tag};
use crate::vm::Vm;

/// Why Rust code called a function, as its frame's link says in `extra`.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
#[repr(u16)]
pub(crate) enum Reason {
    /// For no particular reason.
    #[default]
    Call = 0,
    /// It is a `__gc` metamethod.
    Finalizer = 0x8001,
    /// It is a hook.
    Hook = 0x8002,
}

/// A function on a stack.
#[derive(Clone, Copy)]
pub(crate) struct Level {
    /// Base of its frame.
    pub(crate) base: *mut Raw,
    /// Its next instruction, if it is a Lua function.
    pub(crate) pc: *const Inst,
    /// The frame's link.
    pub(crate) link: FrameLink,
    /// End of its slots: where the frame above begins, or the stack ends.
    end: *mut Raw,
    above: Above,
}

/// What stands above a frame.
#[derive(Clone, Copy)]
enum Above {
    /// Nothing, or the frame of a function that an instruction or a native function has called.
    Call,
    /// A boundary: Rust code called a function before or after the instruction was carried out.
    Boundary { done: bool },
}

/// See the head of the file.
pub(crate) struct Walk {
    base: *mut Raw,
    pc: *const Inst,
    end: *mut Raw,
    above: Above,
    at_end: bool,
}

impl Walk {
    /// The functions of the running coroutine.
    pub(crate) fn running(vm: &mut Vm) -> Walk {
        let cx = vm.regs();
        Walk::from(cx.base, cx.pc, cx.top)
    }

    /// No functions.
    pub(crate) fn nowhere() -> Walk {
        Walk {
            base: std::ptr::null_mut(),
            pc: std::ptr::null(),
            end: std::ptr::null_mut(),
            above: Above::Call,
            at_end: true,
        }
    }

    /// The functions of the coroutine whose innermost frame has this base, next instruction and top.
    pub(crate) fn from(base: *mut Raw, pc: *const Inst, top: *mut Raw) -> Walk {
        // SAFETY: the base of a frame.
        let link = unsafe { FrameLink::of(base) };
        let end = match link.frame_kind() {
            FrameKind::Lua => base.wrapping_add(usize::from(proto_of(function_of(base)).get().frame_size)),
            _ => top,
        };
        Walk { base, pc, end, above: Above::Call, at_end: false }
    }
}

impl Iterator for Walk {
    type Item = Level;

    fn next(&mut self) -> Option<Level> {
        while !self.at_end {
            // SAFETY: the base of a frame.
            let link = unsafe { FrameLink::of(self.base) };
            let level = Level { base: self.base, pc: self.pc, link, end: self.end, above: self.above };
            if link.frame_kind() == FrameKind::Bottom {
                self.at_end = true;
                return level.function().as_gc::<Native>().map(|_| level);
            }
            self.pc = link.return_pc;
            self.end = level.first_slot();
            self.base = self.base.wrapping_sub(link.delta as usize);
            if link.frame_kind() == FrameKind::Boundary {
                self.above = Above::Boundary { done: link.extra == 1 };
                continue;
            }
            self.above = Above::Call;
            return Some(level);
        }
        None
    }
}

/// What stands two slots below a base.
fn function_of(base: *mut Raw) -> Raw {
    // SAFETY: the function stands two slots below the base (`frame`).
    unsafe { Raw::read(base.wrapping_sub(2)) }
}

fn proto_of(function: Raw) -> RawGc<Proto> {
    function.as_gc::<Closure>().expect("a Lua frame's function is a closure").proto().raw()
}

impl Level {
    /// The function.
    pub(crate) fn function(&self) -> Raw {
        function_of(self.base)
    }

    /// The prototype of a Lua function.
    pub(crate) fn proto(&self) -> Option<RawGc<Proto>> {
        (self.link.frame_kind() == FrameKind::Lua).then(|| proto_of(self.function()))
    }

    /// The instruction that a Lua function is carrying out, as an index.
    pub(crate) fn instruction(&self) -> Option<usize> {
        let proto = self.proto()?;
        let next = (self.pc.addr() - proto.get().code.addr()) / size_of::<Inst>();
        Some(next.saturating_sub(1))
    }

    /// The line that a Lua function is in, if it has lines.
    pub(crate) fn line(&self) -> Option<u32> {
        self.proto()?.get().lines.get(self.instruction()?).copied()
    }

    /// The line that a Lua function is in; -1 if it has no lines.
    pub(crate) fn line_or_unknown(&self) -> Option<i64> {
        Some(self.proto()?.get().line(self.instruction()?))
    }

    /// Whether it was entered by a tail call.
    pub(crate) fn is_tail_call(&self) -> bool {
        self.link.frame_kind() != FrameKind::Bottom && self.link.has(frame_flags::TAIL)
    }

    /// How many slots it has.
    pub(crate) fn slots(&self) -> usize {
        (self.end.addr().saturating_sub(self.base.addr())) / size_of::<Raw>()
    }

    /// Number of extra arguments of a vararg function that has begun.
    pub(crate) fn extra_arguments(&self) -> usize {
        if self.link.frame_kind() != FrameKind::Lua || !self.link.has(frame_flags::VARARG) {
            return 0;
        }
        // SAFETY: the number stands below the function (`frame`).
        unsafe { (*self.base.wrapping_sub(3)).bits() as usize }
    }

    /// Where extra argument `index` stands.
    pub(crate) fn extra_argument(&self, index: usize) -> *mut Raw {
        self.base.wrapping_sub(3 + self.extra_arguments() - index)
    }

    /// The lowest slot that belongs to the frame.
    fn first_slot(&self) -> *mut Raw {
        let function = self.base.wrapping_sub(2);
        if !self.link.has(frame_flags::VARARG) || self.link.frame_kind() != FrameKind::Lua {
            return function;
        }
        let fixed = usize::from(proto_of(self.function()).get().num_params);
        function.wrapping_sub(1 + self.extra_arguments() + fixed + 2)
    }

    /// Where slot `index` stands.
    pub(crate) fn slot(&self, index: usize) -> *mut Raw {
        self.base.wrapping_add(index)
    }

    /// What slot `index`, which must exist, holds; nil for a reference that is not needed any more.
    pub(crate) fn get(&self, index: usize) -> Raw {
        // SAFETY: a slot of the stack, which is initialised.
        let value = unsafe { Raw::read(self.slot(index)) };
        if value.tag_byte() == Tag::FrameLink as u8 {
            return Raw::NIL;
        }
        let known = value.tag_byte() < FIRST_POINTER || self.proto().is_none_or(|proto| self.is_live(proto, index));
        if known { value } else { Raw::NIL }
    }

    /// Sets slot `index`, which must exist, of a stack that the collector looks at next time.
    pub(crate) fn set(&self, index: usize, value: Raw) {
        self.write(self.slot(index), value);
    }

    /// Sets a slot that [`Level::extra_argument`] gave.
    pub(crate) fn write(&self, slot: *mut Raw, value: Raw) {
        // SAFETY: a slot of the stack.
        unsafe { value.write(slot) };
    }

    /// What a slot that [`Level::extra_argument`] gave holds.
    pub(crate) fn read(&self, slot: *mut Raw) -> Raw {
        // SAFETY: a slot of the stack; extra arguments are always visited.
        unsafe { Raw::read(slot) }
    }

    /// Whether a register of a Lua function was visited by every collection since it was written.
    fn is_live(&self, proto: RawGc<Proto>, register: usize) -> bool {
        let code = &proto.get().unlinked.code;
        let next = (self.pc.addr() - proto.get().code.addr()) / size_of::<Inst>();
        let Some(at) = next.checked_sub(1) else { return register < usize::from(proto.get().num_params) };
        let liveness = proto.liveness();
        let (live, done): (RegSet, bool) = match self.above {
            Above::Call => (liveness.during(at), false),
            Above::Boundary { done: true } => (liveness.before(next), true),
            Above::Boundary { done: false } => (liveness.before(at), false),
        };
        if live.contains(register) && register < usize::from(proto.get().frame_size) {
            return true;
        }
        // An open list reaches up to the end of the slots.
        let inst = code[at];
        match (inst.op(), done) {
            (Op::Call | Op::Vararg, true) => inst.c() == 0 && register >= inst.a(),
            (Op::Return | Op::SetList, false) => inst.b() == 0 && register >= inst.a(),
            _ => false,
        }
    }

    /// What the caller calls the function.
    pub(crate) fn called_as(&self) -> Option<Origin> {
        if self.link.frame_kind() == FrameKind::Bottom || self.is_tail_call() {
            return None;
        }
        if matches!(self.link.frame_kind(), FrameKind::Lua | FrameKind::Native)
            && self.link.return_pc == RETURN_TO_RUST.return_pc()
        {
            let name = |kind, name: &[u8]| Some(Origin { kind, name: name.to_vec() });
            return match self.link.extra {
                extra if extra == Reason::Finalizer as u16 => name("metamethod", b"__gc"),
                extra if extra == Reason::Hook as u16 => name("hook", b"?"),
                _ => None,
            };
        }
        let caller = self.base.wrapping_sub(self.link.delta as usize);
        // SAFETY: the base of a frame.
        if unsafe { FrameLink::of(caller) }.frame_kind() != FrameKind::Lua {
            return None;
        }
        let proto = proto_of(function_of(caller)).get();
        let next = (self.link.return_pc.addr().wrapping_sub(proto.code.addr())) / size_of::<Inst>();
        let at = next.checked_sub(1).filter(|&at| at < proto.unlinked.code.len())?;
        origin::of_callee(proto, at, proto.unlinked.code[at])
    }
}

/// What the caller calls the running function.
pub(crate) fn running_called_as(vm: &mut Vm) -> Option<Origin> {
    Walk::running(vm).next()?.called_as()
}

/// The instruction that waits for the frame at `base`, as an index, if a Lua function called it, or Rust code on behalf of one.
pub(crate) fn waiting_instruction(base: *mut Raw) -> Option<usize> {
    // SAFETY: the base of a frame.
    let mut link = unsafe { FrameLink::of(base) };
    let mut caller = base.wrapping_sub(link.delta as usize);
    loop {
        // SAFETY: the base of a frame.
        let below = unsafe { FrameLink::of(caller) };
        match below.frame_kind() {
            FrameKind::Boundary => {
                caller = caller.wrapping_sub(below.delta as usize);
                link = below;
            }
            FrameKind::Lua => {
                let code = proto_of(function_of(caller)).get().code;
                return ((link.return_pc.addr() - code.addr()) / size_of::<Inst>()).checked_sub(1);
            }
            _ => return None,
        }
    }
}
