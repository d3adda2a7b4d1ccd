//! Protected calls, and what an error does to the stack.
//!
//! An error value stands in the error slot. [`unwind`] completes its text, calls the message handler while the stack is
//! still whole, and drops frames down to the nearest one that catches: `pcall` and `xpcall` (frames of their own), a call
//! from Rust (the error goes on there as `Err`), or the bottom of a coroutine.
//!
//! Variables to be closed that lie above the catching frame are closed without using the Rust stack: the frame becomes a
//! *closing* frame that holds the error and the values still to be closed, calls one `__close` after the other, and is
//! re-entered by their returns. An error in one of them takes the place of the first, and the message handler that was in force
//! for that one is called for it too: the slots of a closing frame are the error, the number of values, the handler or nil,
//! and the values.

use super::call;
use super::close;
use super::coroutine;
use super::dispatch::Flow;
use super::frame::{
    FrameKind, FrameLink, RETURN_TO_CLOSE, RETURN_TO_PCALL, RETURN_TO_RUST, RETURN_TO_XPCALL, frame_flags,
};
use super::{hot, level, message};
use crate::engine::Interruption;
use crate::native::Raise;
use crate::object::metamethod::Metamethod;
use crate::value::{Raw, Tag};
use crate::vm::Vm;

/// Where the values of a closing frame begin.
const VALUES: usize = 3;

/// Changes the kind of the running frame.
pub(crate) fn become_kind(vm: &mut Vm, kind: FrameKind) {
    let base = vm.regs().base;
    // SAFETY: the base of the running frame.
    let mut link = unsafe { FrameLink::of(base) };
    link.kind = link.kind & !frame_flags::KIND | kind as u8;
    // SAFETY: as above.
    unsafe { link.put(base) };
}

/// Makes the running frame one that catches errors, and that remembers the nesting to go back to.
fn become_protected(vm: &mut Vm, kind: FrameKind) {
    become_kind(vm, kind);
    let base = vm.regs().base;
    // SAFETY: the base of the running frame.
    let link = unsafe { FrameLink::of(base) };
    let link = FrameLink { extra: vm.levels.relative(), ..link };
    // SAFETY: as above.
    unsafe { link.put(base) };
}

/// `pcall(f, ...)`
pub(crate) fn pcall(vm: &mut Vm, base: usize, nargs: usize) -> Result<Flow, Raise> {
    if nargs == 0 {
        return Err(vm.cx().arg_error(0, "value expected"));
    }
    vm.ensure_slot(base + nargs + 1)?;
    become_protected(vm, FrameKind::Pcall);
    for i in (1..nargs).rev() {
        let value = vm.slot(base + i);
        vm.set_slot(base + 1 + i, value);
    }
    level::enter(vm)?;
    call::enter(vm, base, nargs - 1, FrameLink::new(RETURN_TO_PCALL.return_pc(), FrameKind::Lua, 0, 0))
}

/// `xpcall(f, handler, ...)`
pub(crate) fn xpcall(vm: &mut Vm, base: usize, nargs: usize) -> Result<Flow, Raise> {
    let handler = if nargs > 1 { Some(vm.slot(base + 1)) } else { None };
    if !handler.is_some_and(|handler| matches!(handler.tag(), Tag::Closure | Tag::Native)) {
        return Err(vm.cx().arg_type_error(1, "function", handler));
    }
    vm.ensure_slot(base + nargs + 1)?;
    become_protected(vm, FrameKind::Xpcall);
    for i in (2..nargs).rev() {
        let value = vm.slot(base + i);
        vm.set_slot(base + 1 + i, value);
    }
    let function = vm.slot(base);
    vm.set_slot(base, handler.unwrap_or(Raw::NIL));
    vm.set_slot(base + 1, function);
    level::enter(vm)?;
    call::enter(vm, base + 1, nargs - 2, FrameLink::new(RETURN_TO_XPCALL.return_pc(), FrameKind::Lua, 0, 0))
}

/// What an error does.
#[cold]
pub(crate) fn unwind(vm: &mut Vm, raise: Raise) -> Flow {
    hot::interrupt(vm, Interruption::Error);
    vm.exec.hooks.forget_position();
    message::complete(vm, raise);
    let point = (vm.regs().base, vm.regs().top, vm.regs().pc);
    if raise == Raise::Memory {
        vm.handled = true;
        vm.settle_memory();
    }
    if !vm.handled {
        call_handler(vm);
        vm.handled = true;
    }
    loop {
        let base = vm.regs().base;
        // SAFETY: the base of the running frame.
        let link = unsafe { FrameLink::of(base) };
        match link.frame_kind() {
            FrameKind::Pcall | FrameKind::Xpcall | FrameKind::Closing => {
                return catch(vm).unwrap_or_else(|raise| unwind(vm, raise));
            }
            FrameKind::Bottom => {
                return coroutine::failed(vm, point).unwrap_or_else(|raise| unwind(vm, raise));
            }
            FrameKind::Lua | FrameKind::Native | FrameKind::Boundary => {}
        }
        vm.regs().base = base.wrapping_sub(link.delta as usize);
        if link.return_pc == RETURN_TO_RUST.return_pc() && !coroutine::is_body(vm) {
            return Flow::Fail;
        }
    }
}

/// The running frame catches the error in the error slot.
fn catch(vm: &mut Vm) -> Result<Flow, Raise> {
    vm.handled = false;
    let base = vm.running_base();
    // SAFETY: the base of the running frame.
    let entered = unsafe { FrameLink::of(vm.regs().base) }.extra;
    vm.levels.restore(entered);
    let error = vm.cx().take_error().raw();
    // SAFETY: the base of the running frame.
    let (already, handler) = match unsafe { FrameLink::of(vm.regs().base) }.frame_kind() {
        FrameKind::Closing => (vm.slot(base + 1).as_int().unwrap_or(0) as usize, vm.slot(base + 2)),
        FrameKind::Xpcall => (0, vm.slot(base)),
        _ => (0, Raw::NIL),
    };
    let pending = close::take_from(vm, base);
    vm.restore_stack_limit();
    vm.ensure_slot(base + VALUES + already + pending.len())?;
    become_kind(vm, FrameKind::Closing);
    vm.set_slot(base, error);
    vm.set_slot(base + 2, handler);
    for (i, value) in pending.iter().enumerate() {
        vm.set_slot(base + VALUES + already + i, *value);
    }
    vm.set_slot(base + 1, Raw::int((already + pending.len()) as i64));
    close_next(vm)
}

/// Calls `__close` of the next variable of the running closing frame; after the last one, the frame returns false and the error.
pub(crate) fn close_next(vm: &mut Vm) -> Result<Flow, Raise> {
    let base = vm.running_base();
    let left = vm.slot(base + 1).as_int().unwrap_or(0) as usize;
    let error = vm.slot(base);
    let top = vm.slot_at(base + VALUES + left);
    vm.set_top(top);
    if left == 0 {
        become_kind(vm, FrameKind::Native);
        return call::return_values(vm, &[Raw::FALSE, error]);
    }
    vm.set_slot(base + 1, Raw::int(left as i64 - 1));
    let func = base + VALUES + left - 1;
    let value = vm.slot(func);
    let method = vm.cx().metamethod(value, Metamethod::Close).map_or(Raw::NIL, |method| method.raw());
    vm.ensure_slot(func + 4)?;
    vm.set_slot(func, method);
    vm.set_slot(func + 2, value);
    vm.set_slot(func + 3, error);
    let link = level::metamethod_link(vm, RETURN_TO_CLOSE.return_pc(), 0)?;
    call::enter(vm, func, 2, link)
}

/// Calls the message handler that is in force, if there is one; what it returns becomes the error.
fn call_handler(vm: &mut Vm) {
    let handler = match handler_in_force(vm) {
        Handler::Function(handler) => handler,
        Handler::Traceback => {
            let text = vm.traceback(None, 0);
            vm.embedding.traceback = Some(text);
            return;
        }
        Handler::None => return,
    };
    let error = vm.cx().error_value().raw();
    let top = super::gc::first_unused(vm);
    vm.set_top(vm.slot_at(top));
    vm.handlers += 1;
    let levels = vm.levels;
    let result = vm.ensure(8).and_then(|()| {
        vm.push_callee(handler);
        vm.push(error);
        call::from_rust(vm, 1, Some(1), 0)
    });
    vm.handlers -= 1;
    if let Err(raise) = result
        && vm.levels.exceeds(levels)
        && !vm.handled
    {
        // There was no level left to call the handler: it is told so, in what is kept for that.
        message::complete(vm, raise);
        return call_handler(vm);
    }
    if result.is_ok() {
        let value = vm.pop();
        let _ = vm.cx().raise(value);
    }
    vm.handled = false;
}

/// What is done with an error while the stack is still whole.
enum Handler {
    /// It is given to the handler of an `xpcall`.
    Function(Raw),
    /// Rust code wants to know where it was raised.
    Traceback,
    /// Nothing.
    None,
}

fn handler_in_force(vm: &mut Vm) -> Handler {
    let mut base = vm.regs().base;
    loop {
        // SAFETY: the base of a frame.
        let link = unsafe { FrameLink::of(base) };
        match link.frame_kind() {
            // SAFETY: slot 0 of the frame of `xpcall` is its handler.
            FrameKind::Xpcall => return Handler::Function(unsafe { Raw::read(base) }),
            FrameKind::Closing => {
                // SAFETY: slot 2 of a closing frame is the handler.
                let handler = unsafe { Raw::read(base.wrapping_add(2)) };
                return if handler.is_nil() { Handler::None } else { Handler::Function(handler) };
            }
            FrameKind::Pcall | FrameKind::Bottom => return Handler::None,
            FrameKind::Lua | FrameKind::Native if link.has(frame_flags::TRACED) => {
                return match vm.embedding.handler {
                    Some(def) => Handler::Function(vm.native(def).value()),
                    None => Handler::Traceback,
                };
            }
            FrameKind::Lua | FrameKind::Native if link.has(frame_flags::PROTECTED) => return Handler::None,
            FrameKind::Lua | FrameKind::Native | FrameKind::Boundary => base = base.wrapping_sub(link.delta as usize),
        }
    }
}

/// See [`Vm::call_protected`].
pub(crate) fn from_rust(vm: &mut Vm, nargs: usize, wanted: Option<usize>) -> Result<usize, Raise> {
    protected(vm, nargs, wanted, frame_flags::PROTECTED)
}

/// See [`Vm::call_traced`].
pub(crate) fn traced_from_rust(vm: &mut Vm, nargs: usize, wanted: Option<usize>) -> Result<usize, Raise> {
    protected(vm, nargs, wanted, frame_flags::PROTECTED | frame_flags::TRACED)
}

fn protected(vm: &mut Vm, nargs: usize, wanted: Option<usize>, flags: u8) -> Result<usize, Raise> {
    let func = vm.top() - nargs - 2;
    let levels = vm.levels;
    let result = call::from_rust(vm, nargs, wanted, flags);
    if let Err(mut raise) = result {
        vm.levels = levels;
        if raise != Raise::Value {
            message::complete(vm, raise);
            raise = Raise::Value;
        }
        vm.handled = false;
        vm.restore_stack_limit();
        let pending = close::take_from(vm, func);
        let error = vm.cx().error_value().raw();
        // The error and the values to be closed wait in slots.
        vm.set_slot(func, error);
        for (i, value) in pending.iter().enumerate() {
            vm.set_slot(func + 1 + i, *value);
        }
        for i in (0..pending.len()).rev() {
            let top = vm.slot_at(func + 2 + i);
            vm.set_top(top);
            let (value, error) = (vm.slot(func + 1 + i), vm.slot(func));
            let method = vm.cx().metamethod(value, Metamethod::Close).map_or(Raw::NIL, |method| method.raw());
            vm.push_callee(method);
            vm.push(value);
            vm.push(error);
            if protected(vm, 2, Some(0), flags).is_err() {
                let error = vm.cx().error_value().raw();
                vm.set_slot(func, error);
            }
        }
        let error = vm.slot(func);
        let _ = vm.cx().raise(error);
        let top = vm.slot_at(func);
        vm.set_top(top);
        return Err(raise);
    }
    result
}
