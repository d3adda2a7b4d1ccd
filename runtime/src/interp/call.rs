//! Calls and returns.
//!
//! ```text
//!   Call, TForCall, TailCall ──┐                       ┌── Lua function: a frame, go on with its code
//!   metamethods (`meta`)     ──┼── enter: what is it? ─┼── leaf, re-entrant native: run it, then finish
//!   pcall, xpcall            ──┤                       ├── builtin: `protect`, `coroutine`, ...
//!   Rust code (`from_rust`)  ──┘                       └── anything else: its `__call` takes its place
//!
//!   Return ──> finish: decode the instruction before the return address, move the results, go on there
//! ```
//!
//! A frame is complete before anything in it can fail, and a failing call leaves the frame of what failed as the
//! running one: unwinding and tracebacks start there. Registers are read again after every step that can run Lua code
//! or move the stack; positions that must survive are slot numbers.

use super::access;
use super::dispatch::{self, Flow};
use super::frame::{FrameKind, FrameLink, RETURN_TO_NATIVE, RETURN_TO_RUST, frame_flags};
use super::machine::Machine;
use super::{close, coroutine, gc, hook, hot, level, message, meta, protect};
use crate::bytecode::{Inst, Op};
use crate::context::STACK_RESERVE;
use crate::native::{Args, Builtin, CallFrame, NativeCode, Raise, Then};
use crate::object::Gc;
use crate::object::layout::{Closure, Native};
use crate::object::metamethod::Metamethod;
use crate::object::proto::Proto;
use crate::value::{Raw, Tag};
use crate::vm::Vm;

/// Writes the bottom frame of a stack that starts at `first`; its base.
pub(crate) fn put_bottom(first: *mut Raw) -> *mut Raw {
    let base = first.wrapping_add(2);
    // SAFETY: the first slots of a fresh stack.
    unsafe { Raw::NIL.write(first) };
    // SAFETY: the first slots of a fresh stack.
    unsafe { FrameLink::new(RETURN_TO_RUST.return_pc(), FrameKind::Bottom, 0, 0).put(base) };
    base
}

// ---- fast paths

/// Enters the Lua function in register `func`, which is a closure, with `nargs` arguments; `None` if that takes more
/// than a frame.
#[inline(always)]
pub(crate) fn enter_lua(m: Machine, func: usize, nargs: usize) -> Option<Machine> {
    let proto = proto_of(m.get(func));
    let base = m.slot(func + 2);
    if !can_enter(m, proto, base) {
        return None;
    }
    fill_missing(base, nargs, proto);
    let link = FrameLink::new(m.pc, FrameKind::Lua, 0, func as u32 + 2);
    // SAFETY: the slot was reserved by the caller's frame.
    unsafe { link.put(base) };
    // SAFETY: a live prototype.
    let code = unsafe { (*proto).code };
    // SAFETY: the frame that was just built.
    Some(unsafe { Machine::new(code, base, proto, m.cx) })
}

/// As [`enter_lua`], but the new frame takes the place of the running one.
#[inline(always)]
pub(crate) fn replace_lua(m: Machine, func: usize, nargs: usize) -> Option<Machine> {
    let proto = proto_of(m.get(func));
    // SAFETY: the running prototype is live.
    if unsafe { (*m.proto).is_vararg } || !can_enter(m, proto, m.base) {
        return None;
    }
    // SAFETY: the base of the running frame.
    let mut link = unsafe { FrameLink::of(m.base) };
    link.kind |= frame_flags::TAIL;
    // SAFETY: as above.
    unsafe { link.put(m.base) };
    // SAFETY: the function's slot of the running frame.
    unsafe { m.get(func).write(m.base.wrapping_sub(2)) };
    for i in 0..nargs {
        m.copy(i, func + 2 + i);
    }
    fill_missing(m.base, nargs, proto);
    // SAFETY: a live prototype.
    let code = unsafe { (*proto).code };
    // SAFETY: the frame that was just built.
    Some(unsafe { Machine::new(code, m.base, proto, m.cx) })
}

#[inline(always)]
fn proto_of(closure: Raw) -> *mut Proto {
    // SAFETY: a live closure.
    unsafe { (*access::address::<Closure>(closure)).proto }
}

/// Whether a frame of `proto` at `base` needs nothing special; counts the call if so.
#[inline(always)]
fn can_enter(m: Machine, proto: *mut Proto, base: *mut Raw) -> bool {
    // SAFETY: a live prototype.
    let vararg = unsafe { (*proto).is_vararg };
    // SAFETY: as above.
    let size = unsafe { (*proto).frame_size };
    // SAFETY: the context is live while the interpreter runs.
    let limit = unsafe { (*m.cx).stack_limit };
    // SAFETY: a live prototype.
    let counter = unsafe { (*proto).call_counter };
    // A request to break off is served by the slow path: recursion may go on for long without a loop.
    if vararg || base.wrapping_add(size as usize) > limit || counter == 1 || m.polled() {
        return false;
    }
    // SAFETY: a live prototype.
    unsafe { (*proto).call_counter = counter.wrapping_sub(1) };
    true
}

/// Sets parameters that got no argument to nil.
#[inline(always)]
fn fill_missing(base: *mut Raw, nargs: usize, proto: *const Proto) {
    // SAFETY: a live prototype.
    let num_params = unsafe { (*proto).num_params } as usize;
    for i in nargs..num_params {
        // SAFETY: below the frame's size.
        unsafe { Raw::NIL.write(base.wrapping_add(i)) };
    }
}

/// Returns one value to a `Call` that wants one.
#[inline(always)]
pub(crate) fn leave_lua_with_one(m: Machine, r: usize) -> Option<Machine> {
    // SAFETY: the base of the running frame.
    let link = unsafe { FrameLink::of(m.base) };
    // SAFETY: a frame's return address follows an instruction.
    let inst = unsafe { link.waiting() };
    if inst.op_byte() != Op::Call as u8 || inst.c() != 2 {
        return None;
    }
    let value = m.get(r);
    let caller = caller_of(m, link);
    caller.set(inst.a(), value);
    Some(caller)
}

/// Returns `count` values to a `Call`.
#[inline(always)]
pub(crate) fn leave_lua(m: Machine, from: *mut Raw, count: usize) -> Option<Machine> {
    // SAFETY: the base of the running frame.
    let link = unsafe { FrameLink::of(m.base) };
    // SAFETY: a frame's return address follows an instruction.
    let inst = unsafe { link.waiting() };
    if inst.op_byte() != Op::Call as u8 {
        return None;
    }
    let caller = caller_of(m, link);
    deliver(m, caller.slot(inst.a()), inst.c(), from, count);
    Some(caller)
}

/// The machine of the Lua frame that the running frame returns to.
#[inline(always)]
fn caller_of(m: Machine, link: FrameLink) -> Machine {
    // SAFETY: `delta` leads to the frame beneath.
    let base = unsafe { m.base.sub(link.delta as usize) };
    // SAFETY: the function stands two slots below a base.
    let function = unsafe { Raw::read(base.wrapping_sub(2)) };
    // SAFETY: a Lua frame waits in a `Call`.
    unsafe { Machine::new(link.return_pc, base, proto_of(function), m.cx) }
}

/// Moves results to where a call wants them: `wanted - 1` of them; 0: all, and the top behind them.
#[inline(always)]
fn deliver(m: Machine, to: *mut Raw, wanted: usize, from: *mut Raw, count: usize) {
    let given = if wanted == 0 { count } else { count.min(wanted - 1) };
    for i in 0..given {
        // SAFETY: results lie above the slots that they go to, inside the stack.
        let result = unsafe { Raw::read(from.wrapping_add(i)) };
        // SAFETY: as above.
        unsafe { result.write(to.wrapping_add(i)) };
    }
    if wanted == 0 {
        // SAFETY: the context is live while the interpreter runs.
        unsafe { (*m.cx).top = to.wrapping_add(given) };
        return;
    }
    for i in given..wanted - 1 {
        // SAFETY: registers of the caller.
        unsafe { Raw::NIL.write(to.wrapping_add(i)) };
    }
}

/// The builtin in a register, if that holds one.
#[inline(always)]
pub(crate) fn builtin_in(m: Machine, r: usize) -> Option<Builtin> {
    match native_in(m, r)?.def().code {
        NativeCode::Builtin(builtin) => Some(builtin),
        _ => None,
    }
}

#[inline(always)]
fn native_in(m: Machine, r: usize) -> Option<Gc<'static, Native>> {
    m.get(r).as_gc::<Native>()
}

// ---- counting operands

/// Arguments of a call instruction.
pub(crate) fn argument_count(vm: &Vm, inst: Inst) -> usize {
    let (a, b) = (inst.a(), inst.b());
    if b != 0 { b - 1 } else { vm.top() - vm.slot_number(vm.machine().slot(a + 2)) }
}

/// Values of a return instruction.
pub(crate) fn return_count(vm: &Vm, inst: Inst) -> usize {
    let (a, b) = (inst.a(), inst.b());
    if b != 0 { b - 1 } else { vm.top() - vm.slot_number(vm.machine().slot(a)) }
}

// ---- entering

/// Calls what stands in the slot `func` with `nargs` arguments from `func + 2` on, for the current instruction.
pub(crate) fn call_at(vm: &mut Vm, func: *mut Raw, nargs: usize, flags: u8) -> Result<Flow, Raise> {
    let return_pc = vm.regs().pc;
    let func = vm.slot_number(func);
    enter(vm, func, nargs, FrameLink::new(return_pc, FrameKind::Lua, flags, 0))
}

/// Calls what stands in slot `func`. The new frame gets `link`, but for the kind and the distance.
pub(crate) fn enter(vm: &mut Vm, func: usize, nargs: usize, link: FrameLink) -> Result<Flow, Raise> {
    vm.check_interrupt()?;
    let nargs = resolve(vm, func, nargs)?;
    let delta = (func + 2 - vm.running_base()) as u32;
    enter_resolved(vm, func, nargs, FrameLink { delta, ..link })
}

/// Puts the `__call` metamethod of what is no function before its arguments, until there is a function.
fn resolve(vm: &mut Vm, func: usize, mut nargs: usize) -> Result<usize, Raise> {
    loop {
        let callee = vm.slot(func);
        if matches!(callee.tag(), Tag::Closure | Tag::Native) {
            return Ok(nargs);
        }
        let Some(method) = vm.cx().metamethod(callee, Metamethod::Call).map(|method| method.raw()) else {
            return Err(message::call(vm, callee));
        };
        vm.ensure_slot(func + nargs + 3)?;
        for i in (0..nargs).rev() {
            let value = vm.slot(func + 2 + i);
            vm.set_slot(func + 3 + i, value);
        }
        vm.set_slot(func + 2, callee);
        vm.set_slot(func, method);
        nargs += 1;
    }
}

fn enter_resolved(vm: &mut Vm, func: usize, nargs: usize, link: FrameLink) -> Result<Flow, Raise> {
    let callee = vm.slot(func);
    if callee.tag() == Tag::Native {
        return native(vm, func, nargs, link);
    }
    let proto = proto_of(callee);
    // SAFETY: a live prototype.
    let size = unsafe { (*proto).frame_size } as usize;
    vm.ensure_slot(func + 2 + size.max(nargs))?;
    let base = vm.slot_at(func + 2);
    fill_missing(base, nargs, proto);
    // SAFETY: the slot below the new base belongs to the call.
    unsafe { FrameLink { kind: link.kind & !frame_flags::KIND | FrameKind::Lua as u8, ..link }.put(base) };
    let cx = vm.regs();
    cx.base = base;
    // SAFETY: a live prototype.
    cx.pc = unsafe { (*proto).code };
    // `VarargPrep` counts the arguments from here.
    cx.top = base.wrapping_add(nargs);
    // SAFETY: a live prototype.
    let counter = unsafe { &mut (*proto).call_counter };
    if *counter == 1 {
        hot::function(vm);
    } else {
        *counter = counter.wrapping_sub(1);
    }
    Ok(Flow::Next)
}

/// Runs a native function and returns its results.
fn native(vm: &mut Vm, func: usize, nargs: usize, link: FrameLink) -> Result<Flow, Raise> {
    vm.entries += 1;
    vm.ensure_slot(func + 2 + nargs)?;
    let base = vm.slot_at(func + 2);
    // SAFETY: the slot below the new base belongs to the call.
    unsafe { FrameLink { kind: link.kind & !frame_flags::KIND | FrameKind::Native as u8, ..link }.put(base) };
    let cx = vm.regs();
    cx.base = base;
    cx.top = base.wrapping_add(nargs);
    if vm.is_hooked() {
        hook::native_called(vm, nargs)?;
    }
    let callee = vm.slot(func).as_gc::<Native>().expect("the caller looked at the tag");
    let kind = callee.def().code;
    let mut collected = false;
    let mut done = None;
    if let NativeCode::Leaf(code) | NativeCode::Either(code, _) = kind {
        done = loop {
            let base = vm.slot_at(func + 2);
            let callee = vm.slot(func).as_gc::<Native>().expect("as above");
            // SAFETY: the arguments stand there, and a stack that is outgrown is kept while the function runs.
            let args = unsafe { Args::new(base, nargs, callee) };
            match code(vm.cx(), args) {
                Ok(results) => break Some(results),
                Err(Raise::Grow) => {
                    let wanted = vm.regs().wanted_slots as usize;
                    vm.set_top_slot(func + 2 + nargs);
                    vm.grow_stack(func + 2 + nargs + wanted)?;
                }
                Err(Raise::Reenter) => {
                    vm.set_top_slot(func + 2 + nargs);
                    break None;
                }
                Err(Raise::Interrupted) => {
                    vm.set_top_slot(func + 2 + nargs);
                    vm.check_interrupt()?;
                }
                Err(Raise::Memory) if !collected => {
                    collected = true;
                    vm.set_top_slot(func + 2 + nargs);
                    gc::full(vm);
                }
                Err(raise) => return Err(raise),
            }
        };
    }
    let results = match (done, kind) {
        (Some(results), _) => results,
        (None, NativeCode::Leaf(_)) => unreachable!("a leaf has no other way"),
        (None, NativeCode::Reentrant(code) | NativeCode::Either(_, code)) => loop {
            let entries = vm.entries;
            match code(vm, CallFrame { base: func + 2, len: nargs }) {
                Ok(results) => break results,
                // It has called nothing, so it has changed nothing.
                Err(Raise::Interrupted) if vm.entries == entries => {
                    vm.set_top_slot(func + 2 + nargs);
                    vm.check_interrupt()?;
                }
                Err(Raise::Memory) if !collected && vm.entries == entries => {
                    collected = true;
                    vm.set_top_slot(func + 2 + nargs);
                    gc::full(vm);
                }
                Err(raise) => return Err(raise),
            }
        },
        (None, NativeCode::Calling(code)) => match code(vm, CallFrame { base: func + 2, len: nargs })? {
            Then::Return(results) => results,
            Then::Call { nargs, wanted } => {
                let callee = vm.top() - nargs - 2;
                let mut link = FrameLink::new(RETURN_TO_NATIVE.return_pc(), FrameKind::Lua, 0, 0);
                link.extra = wanted.map_or(ALL_RESULTS, u16::from);
                return enter(vm, callee, nargs, link);
            }
        },
        (None, NativeCode::Builtin(builtin)) => return self::builtin(vm, builtin, func + 2, nargs),
    };
    let from = vm.regs().top.wrapping_sub(results);
    let flow = finish(vm, from, results)?;
    gc::after_call(vm);
    Ok(flow)
}

/// In the link of a call that a native function made in its place: it takes all results.
const ALL_RESULTS: u16 = u16::MAX;

fn builtin(vm: &mut Vm, builtin: Builtin, base: usize, nargs: usize) -> Result<Flow, Raise> {
    match builtin {
        Builtin::Pcall => protect::pcall(vm, base, nargs),
        Builtin::Xpcall => protect::xpcall(vm, base, nargs),
        Builtin::Next => {
            let key = if nargs > 1 { vm.slot(base + 1) } else { Raw::NIL };
            let table = vm.slot(base);
            let cx = vm.cx();
            let Some(table) = table.as_gc() else {
                let given = (nargs > 0).then_some(table);
                return Err(cx.arg_type_error(0, "table", given));
            };
            match table.next(cx, key)? {
                None => return_values(vm, &[Raw::NIL]),
                Some((key, value)) => {
                    let (key, value) = (key.raw(), value.raw());
                    return_values(vm, &[key, value])
                }
            }
        }
        Builtin::IpairsStep => {
            let index = vm.slot(base + 1).as_int().unwrap_or(0).wrapping_add(1);
            let value = vm.index(vm.slot(base), Raw::int(index))?;
            if value.is_nil() { return_values(vm, &[Raw::NIL]) } else { return_values(vm, &[Raw::int(index), value]) }
        }
        Builtin::Resume => coroutine::resume(vm, base, nargs),
        Builtin::WrapStep => coroutine::wrap_step(vm, base, nargs),
        Builtin::Yield => coroutine::yield_(vm, base, nargs),
        Builtin::CloseThread => coroutine::close(vm, base, nargs),
    }
}

/// Returns these values from the running frame.
pub(crate) fn return_values(vm: &mut Vm, values: &[Raw]) -> Result<Flow, Raise> {
    debug_assert!(values.len() <= STACK_RESERVE);
    let from = vm.top();
    for (i, &value) in values.iter().enumerate() {
        vm.set_slot(from + i, value);
    }
    let from = vm.slot_at(from);
    finish(vm, from, values.len())
}

/// Moves the running frame above its extra arguments.
pub(crate) fn vararg_prep(vm: &mut Vm, num_params: usize) -> Result<Flow, Raise> {
    let m = vm.machine();
    let base = vm.slot_number(m.base);
    let nargs = vm.top().saturating_sub(base);
    let extra = nargs.saturating_sub(num_params);
    let shift = num_params + extra + 3;
    // SAFETY: the running prototype is live.
    let size = unsafe { (*m.proto).frame_size } as usize;
    vm.ensure_slot(base + shift + size)?;
    // SAFETY: the base of the running frame.
    let mut link = unsafe { FrameLink::of(vm.slot_at(base)) };
    link.kind |= frame_flags::VARARG;
    link.delta += shift as u32;
    let function = vm.slot(base - 2);
    vm.set_slot(base + shift - 3, Raw::int(extra as i64));
    vm.set_slot(base + shift - 2, function);
    for i in 0..num_params {
        let value = vm.slot(base + i);
        vm.set_slot(base + shift + i, value);
        // The old slots stay below the new frame: they must keep nothing alive.
        vm.set_slot(base + i, Raw::NIL);
    }
    let base = vm.slot_at(base + shift);
    // SAFETY: the slot below the moved frame's base.
    unsafe { link.put(base) };
    vm.regs().base = base;
    Ok(Flow::Next)
}

/// `TailCall`: a Lua function takes the running frame's place; anything else is called, and its results returned.
pub(crate) fn tail_call(vm: &mut Vm, inst: Inst, nargs: usize) -> Result<Flow, Raise> {
    if vm.machine().polled() {
        hot::poll(vm)?;
    }
    let func = vm.slot_number(vm.machine().slot(inst.a()));
    if inst.c() != 0 {
        let func = vm.slot_at(func);
        return call_at(vm, func, nargs, 0);
    }
    let nargs = resolve(vm, func, nargs)?;
    if vm.slot(func).tag() != Tag::Closure {
        let func = vm.slot_at(func);
        return call_at(vm, func, nargs, 0);
    }
    let m = vm.machine();
    // SAFETY: the base of the running frame.
    let mut link = unsafe { FrameLink::of(m.base) };
    let mut base = vm.slot_number(m.base);
    if link.has(frame_flags::VARARG) {
        // SAFETY: the running prototype is live.
        let shift = unsafe { (*m.proto).num_params } as usize + access::extra_arguments(m) + 3;
        base -= shift;
        link.delta -= shift as u32;
        link.kind &= !frame_flags::VARARG;
    }
    link.kind |= frame_flags::TAIL;
    let function = vm.slot(func);
    // What can fail comes before the running frame is overwritten.
    // SAFETY: a live prototype.
    let size = unsafe { (*proto_of(function)).frame_size } as usize;
    vm.ensure_slot(base + size.max(nargs))?;
    vm.set_slot(base - 2, function);
    for i in 0..nargs {
        let value = vm.slot(func + 2 + i);
        vm.set_slot(base + i, value);
    }
    enter_resolved(vm, base - 2, nargs, link)
}

// ---- returning

/// The instruction that waits in the frame at `caller`, in its plain form: the first one of a function may have got an entry to machine
/// code since it began to wait.
fn waiting_in(caller: *mut Raw, link: FrameLink) -> Inst {
    // SAFETY: a frame's return address follows an instruction.
    let inst = unsafe { link.waiting() };
    if inst.op() != Op::JitEnter {
        return inst;
    }
    // SAFETY: instructions with an entry stand in Lua functions, and the function of a frame is initialised.
    let proto = proto_of(unsafe { Raw::read(caller.wrapping_sub(2)) });
    // SAFETY: a live prototype.
    let sites = unsafe { (*proto).sites };
    // SAFETY: it has a site for each entry.
    let site = unsafe { sites.add(inst.bc()) };
    // SAFETY: as above.
    unsafe { (*site).replaced }
}

/// Ends the running frame, whose results are `count` values from `from` on.
pub(crate) fn finish(vm: &mut Vm, mut from: *mut Raw, mut count: usize) -> Result<Flow, Raise> {
    loop {
        if vm.is_hooked() {
            from = hook::returning(vm, from, count)?;
        }
        let base = vm.regs().base;
        // SAFETY: the base of the running frame.
        let link = unsafe { FrameLink::of(base) };
        let caller = base.wrapping_sub(link.delta as usize);
        let inst = waiting_in(caller, link);
        match inst.op() {
            Op::ReturnToRust => {
                let cx = vm.regs();
                cx.base = caller;
                if coroutine::is_body(vm) {
                    return coroutine::ended(vm, from, count);
                }
                // A safepoint may come before the caller takes the results: nothing but live values may stand below them.
                let to = first_slot(base, link);
                for i in 0..count {
                    // SAFETY: results lie above the slots that they go to.
                    let result = unsafe { Raw::read(from.wrapping_add(i)) };
                    // SAFETY: as above.
                    unsafe { result.write(to.wrapping_add(i)) };
                }
                vm.regs().top = to.wrapping_add(count);
                return Ok(Flow::Leave(count));
            }
            Op::ReturnToPcall | Op::ReturnToXpcall => {
                for i in 0..count {
                    // SAFETY: results lie above the slots that they go to.
                    let result = unsafe { Raw::read(from.wrapping_add(i)) };
                    // SAFETY: as above.
                    unsafe { result.write(caller.wrapping_add(1 + i)) };
                }
                // SAFETY: the first slot of the frame of `pcall`.
                unsafe { Raw::TRUE.write(caller) };
                vm.regs().base = caller;
                if vm.is_hooked() {
                    // It does not catch an error of the hook that sees it return.
                    protect::become_kind(vm, FrameKind::Native);
                }
                vm.levels.leave();
                (from, count) = (caller, count + 1);
            }
            Op::ReturnToNative => {
                if link.extra != ALL_RESULTS {
                    for i in count..link.extra as usize {
                        // SAFETY: a few slots above the results of a frame are always there.
                        unsafe { Raw::NIL.write(from.wrapping_add(i)) };
                    }
                    count = link.extra as usize;
                }
                vm.regs().base = caller;
            }
            Op::ReturnToClose => {
                vm.regs().base = caller;
                level::returned(vm, link);
                return protect::close_next(vm);
            }
            Op::TailCall if !link.has(frame_flags::META) => {
                // The frame that made the call returns the results in turn.
                let cx = vm.regs();
                (cx.base, cx.pc) = (caller, link.return_pc);
                if inst.c() != 0 {
                    return close::then_return_list(vm, inst, from, count);
                }
            }
            op => {
                let cx = vm.regs();
                (cx.base, cx.pc) = (caller, link.return_pc);
                let remembered = level::returned(vm, link);
                let m = vm.machine();
                match op {
                    Op::Call => deliver(m, m.slot(inst.a()), inst.c(), from, count),
                    Op::TForCall => deliver(m, m.slot(inst.a() + 4), inst.c() + 1, from, count),
                    Op::Close => return close::step(vm, inst),
                    Op::Return | Op::TailCall => return close::then_return(vm, inst),
                    _ => {
                        // SAFETY: results are in the stack.
                        let first = if count > 0 { unsafe { Raw::read(from) } } else { Raw::NIL };
                        return meta::finish(vm, inst, remembered, first);
                    }
                }
                return Ok(Flow::Next);
            }
        }
    }
}

/// The lowest slot that belongs to the frame at `base`: that of its function.
fn first_slot(base: *mut Raw, link: FrameLink) -> *mut Raw {
    let function = base.wrapping_sub(2);
    if !link.has(frame_flags::VARARG) {
        return function;
    }
    // SAFETY: `VarargPrep` put the number of extra arguments below the function.
    let extra = unsafe { Raw::read(base.wrapping_sub(3)) }.bits() as usize;
    // SAFETY: the function of a frame is initialised.
    let proto = proto_of(unsafe { Raw::read(function) });
    // SAFETY: a live prototype.
    let num_params = unsafe { (*proto).num_params } as usize;
    function.wrapping_sub(num_params + extra + 3)
}

// ---- from Rust

/// See [`Vm::call`].
pub(crate) fn from_rust(vm: &mut Vm, nargs: usize, wanted: Option<usize>, flags: u8) -> Result<usize, Raise> {
    let func = vm.top() - nargs - 2;
    let reason = std::mem::take(&mut vm.reason);
    let levels = vm.levels;
    level::enter(vm)?;
    if vm.regs().rust_depth >= vm.max_rust_depth {
        return Err(level::in_error_handling(vm));
    }
    vm.entries += 1;
    let waits = hot::suspend(vm);
    let (base, saved_pc) = (vm.regs().base, vm.regs().pc);
    let saved_base = vm.slot_number(base);
    // SAFETY: the base of the running frame.
    let in_lua = unsafe { FrameLink::of(base) }.frame_kind() == FrameKind::Lua;
    if in_lua {
        put_boundary(vm, func, nargs)?;
    }
    // It says something about the running instruction, not about those of what is called.
    let instruction_done = std::mem::replace(&mut vm.instruction_done, false);
    vm.regs().rust_depth += 1;
    let mut link = FrameLink::new(RETURN_TO_RUST.return_pc(), FrameKind::Lua, flags, 0);
    link.extra = reason as u16;
    let callee = if in_lua { func + 2 } else { func };
    let below = vm.running_base();
    let flow = enter(vm, callee, nargs, link).unwrap_or_else(|raise| {
        if vm.running_base() != below {
            return protect::unwind(vm, raise);
        }
        // There is no frame that leads back here: the error is the caller's.
        message::complete(vm, raise);
        Flow::Fail
    });
    let result = match flow {
        Flow::Next | Flow::NextPlain => dispatch::run(vm),
        Flow::Leave(count) => Ok(count),
        Flow::Fail => Err(Raise::Value),
    };
    hot::resume(vm, waits);
    let base = vm.slot_at(saved_base);
    let cx = vm.regs();
    cx.rust_depth -= 1;
    (cx.base, cx.pc) = (base, saved_pc);
    (vm.levels, vm.instruction_done) = (levels, instruction_done);
    let count = result?;
    let from = vm.top() - count;
    let wanted = wanted.unwrap_or(count);
    for i in 0..wanted {
        let value = if i < count { vm.slot(from + i) } else { Raw::NIL };
        vm.set_slot(func + i, value);
    }
    let top = vm.slot_at(func + wanted);
    vm.set_top(top);
    Ok(wanted)
}

/// Puts a boundary frame below the function in slot `func`, which moves up with its arguments by two slots.
fn put_boundary(vm: &mut Vm, func: usize, nargs: usize) -> Result<(), Raise> {
    vm.ensure_slot(func + nargs + 4)?;
    for i in (0..nargs + 2).rev() {
        let value = vm.slot(func + i);
        vm.set_slot(func + 2 + i, value);
    }
    vm.set_slot(func, Raw::NIL);
    let delta = func + 2 - vm.running_base();
    let mut link = FrameLink::new(vm.regs().pc, FrameKind::Boundary, 0, delta as u32);
    link.extra = u16::from(vm.instruction_done);
    let base = vm.slot_at(func + 2);
    // SAFETY: the slots above the running frame's.
    unsafe { link.put(base) };
    vm.regs().base = base;
    Ok(())
}
