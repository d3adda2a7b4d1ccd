//! Hot counters, polls, and the way into and out of machine code.
//!
//! A counter is due when it stands at 1: `fast` paths then give up without changing it, and the slow path tells the
//! engine, which sets it anew. While something is being recorded no other site becomes hot: due counters stay due.

use std::time::Instant;

use super::dispatch::Flow;
use super::machine::Machine;
use super::{call, gc, outcall};
use crate::bytecode::Inst;
use crate::context::{SUNK_WINDOW, VmContext};
use crate::engine::{HotEvent, Interruption, LEFT, RETURNED, Recording, SiteKind, TraceEngine};
use crate::heap::Mutator;
use crate::native::Raise;
use crate::object::proto::HotSite;
use crate::value::Raw;
use crate::vm::Vm;

/// Whether the next pass of a site is the one that makes it hot.
#[inline(always)]
pub(crate) fn due(m: Machine, site: usize) -> bool {
    // SAFETY: a site of the running prototype.
    unsafe { (*m.site(site)).counter == 1 }
}

/// Counts a pass of a site that is not due.
#[inline(always)]
pub(crate) fn count(m: Machine, site: usize) {
    let site = m.site(site);
    // SAFETY: a site of the running prototype.
    let counter = unsafe { (*site).counter };
    // SAFETY: as above.
    unsafe { (*site).counter = counter.wrapping_sub(1) };
}

/// What a poll word that is not zero asks for, before the current instruction is executed.
pub(crate) fn poll(vm: &mut Vm) -> Result<(), Raise> {
    gc::before_instruction(vm);
    if vm.regs().mutator.polled() & Mutator::OBSERVED != 0 {
        // What has been compiled does not count what it does without.
        vm.regs().mutator.withdraw(Mutator::OBSERVED);
        drop_compiled(vm);
    }
    vm.check_interrupt()
}

/// Has the engine drop what it has compiled. No machine code runs.
#[cold]
pub(crate) fn drop_compiled(vm: &mut Vm) {
    interrupt(vm, Interruption::Boundary);
    with_engine(vm, |engine, vm| engine.drop_compiled(vm));
}

/// Counts a pass of the back edge `inst` of `m`, whose jump has been made, and tells the engine if it was due.
pub(crate) fn back_edge(vm: &mut Vm, m: Machine, inst: Inst) -> Flow {
    if !due(m, inst.bc()) {
        count(m, inst.bc());
        return Flow::Next;
    }
    let head = vm.machine().pc;
    // SAFETY: `m.pc` is one past the instruction being executed.
    let anchor = unsafe { m.pc.sub(1) }.cast_mut();
    announce(vm, m, m.site(inst.bc()), anchor, head, SiteKind::Loop);
    Flow::Next
}

/// Tells the engine that the function of the frame just entered, whose counter was due, is hot.
pub(crate) fn function(vm: &mut Vm) {
    let m = vm.machine();
    // SAFETY: the running prototype is live.
    let sites = unsafe { (*m.proto).unlinked.hot_sites };
    announce(vm, m, m.site(sites as usize), m.pc.cast_mut(), m.pc, SiteKind::Function);
}

fn announce(vm: &mut Vm, m: Machine, site: *mut HotSite, anchor: *mut Inst, head: *const Inst, kind: SiteKind) {
    if vm.is_recording() || vm.is_hooked() {
        return;
    }
    let proto = vm.running_proto(m);
    let event = HotEvent { proto, site, anchor, head, kind };
    let recording = with_engine(vm, |engine, vm| engine.hot(vm, event));
    vm.set_recording(recording);
}

/// Shows the instruction at the context's `pc` to the engine.
#[inline(never)]
pub(crate) fn show(cx: *mut VmContext) {
    // SAFETY: the context's VM is live while the interpreter runs, and nothing else borrows it.
    let vm = unsafe { (*cx).vm };
    // SAFETY: as above.
    let vm = unsafe { &mut *vm };
    let m = vm.machine();
    let recording = with_engine(vm, |engine, vm| engine.record(vm, m.pc, m.base));
    vm.set_recording(recording);
}

/// Cuts a recording off.
pub(crate) fn interrupt(vm: &mut Vm, why: Interruption) {
    if vm.is_recording() {
        vm.set_recording(Recording::Off);
        with_engine(vm, |engine, vm| engine.interrupt(vm, why));
    }
}

/// Rust code is about to call Lua, or has called it. A recording that waits for a call waits for what that calls too, and is not shown any
/// of it; any other is cut off. Returns whether one waits.
pub(crate) fn suspend(vm: &mut Vm) -> bool {
    let waits = vm.is_recording() && vm.handed.recording_waits;
    if waits {
        vm.set_recording(Recording::Off);
        vm.handed.recording_suspended = true;
    } else {
        interrupt(vm, Interruption::Boundary);
    }
    waits
}

/// Ends the recording, if there is one, be it suspended.
pub(crate) fn cut_off(vm: &mut Vm) {
    if std::mem::take(&mut vm.handed.recording_suspended) {
        with_engine(vm, |engine, vm| engine.interrupt(vm, Interruption::Boundary));
    }
    interrupt(vm, Interruption::Boundary);
}

/// The end of what began with [`suspend`], which has returned `waits`.
pub(crate) fn resume(vm: &mut Vm, waits: bool) {
    interrupt(vm, Interruption::Boundary);
    if waits && std::mem::take(&mut vm.handed.recording_suspended) && !vm.is_hooked() {
        vm.set_recording(Recording::Waiting);
    }
}

impl Vm {
    /// The engine has ended its recording of its own accord. One that was suspended does not go on: what is recorded from now on is another.
    pub fn note_recording_ended(&mut self) {
        self.handed.recording_suspended = false;
        self.set_recording(Recording::Off);
    }
}

/// Bytes of native stack for machine code that calls machine code, where the interpreter was entered once.
const NATIVE_STACK: usize = 256 << 10;

/// As [`NATIVE_STACK`], where Rust code has called the interpreter again.
const NATIVE_STACK_NESTED: usize = 16 << 10;

/// Calls the machine code of a site for the frame in the context, and restores the interpreter's state after its exit.
pub(crate) fn run_trace(vm: &mut Vm, site: *mut HotSite) -> Result<Flow, Raise> {
    // SAFETY: a site of the running prototype.
    let entry = unsafe { (*site).entry };
    let shown = vm.is_recording() && !vm.handed.recording_waits;
    if entry.is_null() || shown || vm.is_hooked() || vm.space.heap.is_tight() {
        return Ok(Flow::NextPlain);
    }
    let (cx, base) = (vm.context(), vm.machine().base);
    // SAFETY: a site of the running prototype.
    if unsafe { (*site).unclosed } && vm.has_pending(base) {
        return Ok(Flow::NextPlain);
    }
    // SAFETY: the engine sets entries to code of this type.
    let code: unsafe extern "sysv64" fn(*mut VmContext, *mut Raw) -> u64 = unsafe { std::mem::transmute(entry) };
    let here = 0u8;
    let depth = if vm.regs().rust_depth <= 1 { NATIVE_STACK } else { NATIVE_STACK_NESTED };
    vm.regs().native_limit = (&raw const here).addr().saturating_sub(depth);
    vm.trace_entries += 1;
    // SAFETY: a site of the running prototype.
    unsafe { (*site).entered = vm.trace_entries };
    vm.space.in_machine_code = true;
    let started = vm.clock.map(|_| Instant::now());
    // SAFETY: the frame in the context is one of the site's function, at the site.
    let status = unsafe { code(cx, base) };
    if let (Some(clock), Some(started)) = (&mut vm.clock, started) {
        clock.machine_code += started.elapsed();
    }
    vm.space.in_machine_code = false;
    let mutator = &mut vm.regs().mutator;
    if std::mem::take(&mut mutator.sunk_out) != 0 {
        mutator.request(Mutator::COLLECT);
        vm.regs().sunk_window = SUNK_WINDOW;
        vm.space.heap().count_sunk(SUNK_WINDOW as u64);
    }
    if status == LEFT {
        return outcall::take_flow(vm);
    }
    if status & RETURNED != 0 {
        return call::finish(vm, base, (status & !RETURNED) as usize);
    }
    // The frame that was left: `base`, or one that machine code has called.
    let (left, exit) = (vm.regs().base, vm.regs().exit);
    let recording = with_engine(vm, |engine, vm| engine.exit(vm, status, exit, left));
    if !vm.handed.recording_suspended {
        vm.set_recording(recording);
    }
    if vm.handed.leaf_error.is_none() {
        gc::at_trace_exit(vm);
    }
    Ok(Flow::NextPlain)
}

fn with_engine<R>(vm: &mut Vm, f: impl FnOnce(&mut dyn TraceEngine, &mut Vm) -> R) -> R {
    let mut engine = vm.take_engine();
    let result = f(&mut *engine, vm);
    vm.put_engine(engine);
    result
}
