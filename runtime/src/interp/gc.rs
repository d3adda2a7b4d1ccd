//! Safepoints: the only places where collections run, and what the collector sees of the interpreter there.
//!
//! At a safepoint no Rust code holds a reference that is not in a root: a stack slot, the error slot, a kept value, a
//! constant of a trace. A Lua frame is scanned by liveness: a register that will not be read again keeps nothing alive,
//! and may hold an address of long ago. The frame that runs is either *before* an instruction (which has been decoded,
//! and will be carried out when the collection is over) or *after* one (a native call that has delivered its results).
//! All frames beneath are *within* an instruction that made a call.

use super::close;
use super::frame::{FrameKind, FrameLink, frame_flags};
use super::hot;
use crate::bytecode::{Inst, Op};
use crate::engine::{Interruption, Reach, TraceEngine};
use crate::heap::{CollectionKind, Liveness, RootSet, Tracer};
use crate::interrupt::EXHAUSTED;
use crate::object::layout::{Closure, ShapeId, Str};
use crate::object::metamethod::Metamethod;
use crate::object::model::SpaceRoots;
use crate::object::proto::Proto;
use crate::object::thread::ThreadOps;
use crate::object::{Gc, RawGc};
use crate::value::{Raw, Tag};
use crate::vm::{Exec, Vm};

/// Where the running frame stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum At {
    /// The instruction before the context's `pc` is still to be carried out.
    Before,
    /// It has been.
    After,
    /// It raised an error that nobody caught: nothing of it is needed, and the coroutine that it is in stays as it was.
    Failed,
}

/// A safepoint of an instruction that is about to allocate or to jump back.
#[inline(always)]
pub(crate) fn before_instruction(vm: &mut Vm) {
    if vm.regs().mutator.polled() & COLLECT != 0 {
        collect(vm, At::Before);
    }
}

/// A safepoint after a native call.
#[inline(always)]
pub(crate) fn after_call(vm: &mut Vm) {
    if vm.regs().mutator.polled() & COLLECT != 0 && !is_fresh(vm) {
        collect(vm, At::After);
    }
}

/// Whether the running frame is a Lua frame that has not begun: what ended has called something in turn. Its extra arguments
/// are known to no analysis yet.
fn is_fresh(vm: &mut Vm) -> bool {
    is_lua(vm) && vm.regs().pc == vm.running_proto(vm.machine()).get().code.cast_const()
}

/// A safepoint after machine code has been left.
#[inline(always)]
pub(crate) fn at_trace_exit(vm: &mut Vm) {
    if vm.regs().mutator.polled() & COLLECT != 0 {
        let m = vm.machine();
        if is_fresh(vm) && vm.running_proto(m).get().is_vararg {
            return;
        }
        // The instruction at `pc` comes next: seen from behind it, it is still to be carried out.
        vm.regs().pc = m.pc.wrapping_add(1);
        collect(vm, At::Before);
        let pc = vm.regs().pc.wrapping_sub(1);
        vm.regs().pc = pc;
    }
}

/// A safepoint inside a re-entrant native function.
pub(crate) fn in_native(vm: &mut Vm) {
    after_call(vm);
}

const COLLECT: u32 = crate::heap::Mutator::COLLECT;

#[cold]
fn collect(vm: &mut Vm, at: At) {
    let mut ran = None;
    with_roots(vm, at, |heap, model, roots| {
        // SAFETY: a safepoint: `roots` visits every reference that is held.
        ran = unsafe { heap.safepoint(model, roots) };
    });
    if ran.is_some() {
        if ran == Some(CollectionKind::Minor) && vm.space.heap.is_over_limit() {
            major(vm, at);
        }
        ended(vm, at);
    }
}

/// Bytes that an instruction may have allocated, for a key perhaps, before it was refused what it needs.
const AN_INSTRUCTIONS_WORTH: u64 = 64 << 10;

/// Whether an instruction that was refused memory is to be carried out again: it can be, everything has been collected, and that
/// has not been tried just before.
#[cold]
pub(crate) fn may_retry(vm: &mut Vm, inst: Inst) -> bool {
    let repeatable = matches!(
        inst.op(),
        Op::NewTable
            | Op::NewRecord
            | Op::NewArray
            | Op::SetList
            | Op::SetTabUp
            | Op::SetField
            | Op::SetIndex
            | Op::SetInt
            | Op::Concat
    );
    let (pc, allocated) = (vm.regs().pc, vm.space.heap.allocated_bytes());
    let base = vm.running_base();
    let again = vm.refused.is_some_and(|(last_pc, last_base, before)| {
        (last_pc, last_base) == (pc, base) && allocated - before < AN_INSTRUCTIONS_WORTH
    });
    if !repeatable || again {
        return false;
    }
    hot::interrupt(vm, Interruption::Error);
    major(vm, At::Before);
    ended(vm, At::Before);
    vm.refused = Some((pc, vm.running_base(), vm.space.heap.allocated_bytes()));
    vm.regs().pc = pc.wrapping_sub(1);
    true
}

/// Collects everything that is garbage.
pub(crate) fn full(vm: &mut Vm) {
    major(vm, At::After);
    ended(vm, At::After);
}

fn major(vm: &mut Vm, at: At) {
    with_roots(vm, at, |heap, model, roots| {
        // SAFETY: a safepoint: `roots` visits every reference that is held.
        unsafe { heap.collect_major(model, roots) };
    });
}

/// Collects what died young.
pub(crate) fn minor(vm: &mut Vm) {
    with_roots(vm, At::After, |heap, model, roots| {
        // SAFETY: a safepoint: `roots` visits every reference that is held.
        unsafe { heap.collect_minor(model, roots) };
    });
    ended(vm, At::After);
}

fn with_roots(
    vm: &mut Vm,
    at: At,
    run: impl FnOnce(&mut crate::heap::Heap, &mut crate::object::model::LuaModel<'_>, &mut VmRoots<'_, '_>),
) {
    vm.exec.stack.trim();
    let running = Running { base: vm.regs().base, top: vm.regs().top, pc: vm.regs().pc, at };
    let Vm { space, exec, thread, resumers, engine, kept, .. } = vm;
    let (heap, mut model, space) = space.collector();
    let mut roots = VmRoots { space, running, exec, thread, resumers, engine: engine.as_deref_mut(), kept };
    run(heap, &mut model, &mut roots);
}

fn ended(vm: &mut Vm, at: At) {
    vm.stats.collections += 1;
    run_finalizers(vm, at);
    if vm.space.heap.is_over_limit() {
        vm.regs().mutator.request(EXHAUSTED);
    }
}

/// Calls the `__gc` metamethods of the objects that wait for it now. What a collection in the middle of that adds waits for the
/// end of the next one, so that a finalizer that marks its object again does not run for ever.
pub(crate) fn run_finalizers(vm: &mut Vm, at: At) {
    let waiting = vm.space.heap.pending_finalizers();
    if waiting == 0 || vm.finalizing {
        return;
    }
    vm.finalizing = true;
    let saved_error = vm.cx().error_value().raw();
    let top = vm.top();
    let done = std::mem::replace(&mut vm.instruction_done, at == At::After);
    let start = first_unused(vm).max(if is_lua(vm) { 0 } else { top });
    let slot = vm.slot_at(start);
    vm.set_top(slot);
    let unhooked = super::hook::suspend(vm);
    vm.push(saved_error);
    for _ in 0..waiting {
        let Some(object) = vm.space.next_finalizer() else { break };
        let Some(value) = value_of(object) else { continue };
        let Some(method) = vm.cx().metamethod(value, Metamethod::Gc).map(|method| method.raw()) else { continue };
        if vm.ensure(4).is_err() {
            break;
        }
        vm.push_callee(method);
        vm.push(value);
        vm.reason = super::walk::Reason::Finalizer;
        if !super::message::is_callable(vm, method) {
            let _ = super::message::finalizer(vm, method);
            warn_of_failure(vm);
        } else if vm.call_protected(1, Some(0)).is_err() {
            warn_of_failure(vm);
        }
        vm.reason = super::walk::Reason::default();
        let slot = vm.slot_at(start + 1);
        vm.set_top(slot);
    }
    super::hook::restore(vm, unhooked);
    vm.instruction_done = done;
    let error = vm.slot(start);
    let _ = vm.cx().raise(error);
    let slot = vm.slot_at(top);
    vm.set_top(slot);
    vm.finalizing = false;
}

/// The warning about the error in the error slot, which a finalizer has raised.
fn warn_of_failure(vm: &mut Vm) {
    let error = vm.cx().error_value();
    let text = error.as_gc::<Str>().map_or(&b"error object is not a string"[..], |text| text.bytes());
    let message = [b"error in __gc (", text, b")"].concat();
    vm.warn(&message);
}

fn is_lua(vm: &mut Vm) -> bool {
    // SAFETY: the base of the running frame.
    unsafe { FrameLink::of(vm.regs().base) }.frame_kind() == FrameKind::Lua
}

/// The value that refers to an object with a finalizer.
fn value_of(object: crate::heap::ObjPtr) -> Option<Raw> {
    let tag = Tag::from_byte(object.header().kind);
    matches!(tag, Tag::Table | Tag::Userdata).then(|| Raw::object(object, tag))
}

/// The first slot above everything that the running frame uses.
pub(crate) fn first_unused(vm: &mut Vm) -> usize {
    let top = vm.top();
    if !is_lua(vm) {
        return top;
    }
    let above = close::above_registers(vm);
    // SAFETY: the instruction before `pc`: a Lua frame that runs has decoded one.
    let inst = unsafe { *vm.regs().pc.wrapping_sub(1) };
    // An instruction that has failed has left no list: the top says nothing then.
    let open = if vm.instruction_done { leaves_open_list(inst) } else { takes_open_list(inst) };
    if !open {
        return above;
    }
    // The collector takes everything up to the frame that will be put here for the open list.
    for slot in top..above {
        vm.set_slot(slot, Raw::NIL);
    }
    above.max(top)
}

/// Whether an instruction leaves values up to the top.
fn leaves_open_list(inst: Inst) -> bool {
    matches!(inst.op(), Op::Call | Op::Vararg) && inst.c() == 0
}

/// Whether an instruction reads values up to the top.
pub(crate) fn takes_open_list(inst: Inst) -> bool {
    matches!(inst.op(), Op::Call | Op::TailCall | Op::Return | Op::SetList) && inst.b() == 0
}

/// The frame that runs.
#[derive(Clone, Copy)]
pub(crate) struct Running {
    pub(crate) base: *mut Raw,
    pub(crate) top: *mut Raw,
    pub(crate) pc: *const Inst,
    pub(crate) at: At,
}

/// Everything that a VM holds on to.
struct VmRoots<'v, 's> {
    space: SpaceRoots<'s>,
    running: Running,
    exec: &'v mut Exec,
    thread: &'v mut Option<RawGc<crate::object::layout::Thread>>,
    resumers: &'v mut Vec<super::coroutine::Suspended>,
    engine: Option<&'v mut (dyn TraceEngine + 'static)>,
    kept: &'v mut Vec<Raw>,
}

impl RootSet for VmRoots<'_, '_> {
    unsafe fn trace_roots<T: Tracer>(&mut self, tracer: &mut T, kind: CollectionKind) {
        // SAFETY: this function's contract.
        unsafe { self.space.trace_roots(tracer, kind) };
        let mut visit = |payload: *mut u64, tag: u8| {
            // SAFETY: a value in a live slot.
            unsafe { tracer.tagged(payload, tag) };
        };
        visit_stack(self.running, self.exec, &mut visit);
        for resumer in self.resumers.iter() {
            resumer.visit(&mut visit);
        }
        for thread in self.thread.iter() {
            // The object is pinned: visiting it marks it and moves nothing.
            let value: Raw = thread.value();
            let mut bits = value.bits();
            visit(&raw mut bits, value.tag_byte());
        }
        let mut visit_value = |value: &mut Raw| {
            let mut bits = value.bits();
            visit(&raw mut bits, value.tag_byte());
            *value = Raw::from_parts(bits, value.tag_byte());
        };
        self.kept.iter_mut().for_each(&mut visit_value);
        // Where a major collection marks, they depend on their functions.
        let marks = kind == CollectionKind::Major && !T::WEAK_AS_STRONG;
        if let Some(engine) = self.engine.as_mut().filter(|_| !marks) {
            engine.trace_roots(&mut visit_value);
        }
    }

    unsafe fn trace_dependent<C: Tracer + Liveness>(&mut self, collector: &mut C) {
        if let Some(engine) = &mut self.engine {
            engine.trace_reached(&mut Marking { collector, space: &mut self.space });
        }
    }

    fn drop_dependent(&mut self, live: &impl Liveness) {
        if let Some(engine) = &mut self.engine {
            engine.drop_unreached(&|proto| live.is_live(proto.object()).is_some());
        }
    }
}

/// A collection that marks, as the engine sees it.
struct Marking<'c, 's, C> {
    collector: &'c mut C,
    space: &'c mut SpaceRoots<'s>,
}

impl<C: Tracer + Liveness> Reach for Marking<'_, '_, C> {
    fn is_reached(&self, proto: RawGc<Proto>) -> bool {
        self.collector.is_live(proto.object()).is_some()
    }

    fn function(&mut self, proto: RawGc<Proto>) {
        let mut object = Some(proto.object());
        // SAFETY: a live prototype (the engine), which is pinned: visiting it marks it and moves nothing.
        unsafe { self.collector.edge(&raw mut object) };
    }

    fn constant(&mut self, value: &mut Raw) {
        let mut bits = value.bits();
        // SAFETY: a value's payload fits its tag.
        unsafe { self.collector.tagged(&raw mut bits, value.tag_byte()) };
        *value = Raw::from_parts(bits, value.tag_byte());
    }

    fn shape(&mut self, id: ShapeId) {
        self.space.mark_shape(id, self.collector);
    }
}

/// Visits the values on a stack: a payload's address and the tag.
pub(crate) fn visit_stack(running: Running, exec: &Exec, visit: &mut dyn FnMut(*mut u64, u8)) {
    let mut slots = |from: *mut Raw, to: *mut Raw| {
        let mut slot = from;
        while slot < to {
            // SAFETY: slots of the stack are initialised; those of a native frame up to its top hold live values.
            let tag = unsafe { (*slot).tag_byte() };
            visit(slot.cast(), tag);
            slot = slot.wrapping_add(1);
        }
    };
    for &slot in &exec.tbc {
        let slot = exec.stack.first().wrapping_add(slot as usize);
        slots(slot, slot.wrapping_add(1));
    }
    let mut base = running.base;
    let mut scan = Scan::Running(running);
    loop {
        // SAFETY: the base of a frame.
        let link = unsafe { FrameLink::of(base) };
        let function = base.wrapping_sub(2);
        slots(function, function.wrapping_add(1));
        match link.frame_kind() {
            FrameKind::Lua => {
                let proto = proto_at(function);
                let (live, limit, open) = live_registers(proto, scan);
                let liveness = proto.liveness();
                let set = match live {
                    Live::Before(pc) => liveness.before(pc),
                    Live::During(pc) => liveness.during(pc),
                };
                for r in set.iter().take_while(|&r| r < limit) {
                    slots(base.wrapping_add(r), base.wrapping_add(r + 1));
                }
                if let Some((r, end)) = open {
                    slots(base.wrapping_add(r), end);
                }
                if let Some(&(_, top)) =
                    exec.open_tops.iter().find(|&&(frame, _)| exec.stack.first().wrapping_add(frame as usize) == base)
                {
                    // A return of an open list that waits for `__close`.
                    if let Live::During(pc) = live {
                        let r = proto.get().unlinked.code[pc].a();
                        slots(base.wrapping_add(r), exec.stack.first().wrapping_add(top as usize));
                    }
                }
            }
            FrameKind::Native | FrameKind::Pcall | FrameKind::Xpcall | FrameKind::Closing | FrameKind::Bottom => {
                slots(base, scan.end());
            }
            FrameKind::Boundary => {
                // A native function that Rust code called in the middle of an instruction has delivered its results.
                if let Scan::Running(running) = scan {
                    slots(base, running.top);
                }
            }
        }
        if link.frame_kind() == FrameKind::Bottom {
            return;
        }
        let mut below = function;
        if link.has(frame_flags::VARARG) {
            let count = base.wrapping_sub(3);
            // SAFETY: the number of extra arguments stands there.
            let extra = unsafe { (*count).bits() } as usize;
            slots(count.wrapping_sub(extra), count);
            below = count.wrapping_sub(extra + proto_at(function).get().num_params as usize + 2);
        }
        scan = if link.frame_kind() == FrameKind::Boundary {
            Scan::Boundary(link, below)
        } else {
            Scan::Calling(link.return_pc, below)
        };
        base = base.wrapping_sub(link.delta as usize);
    }
}

/// How a frame is to be scanned.
#[derive(Clone, Copy)]
enum Scan {
    /// It runs.
    Running(Running),
    /// It has made a call: return address, first slot of the called frame (the function).
    Calling(*const Inst, *mut Raw),
    /// Rust code called something in the middle of an instruction: link and first slot of the boundary frame.
    Boundary(FrameLink, *mut Raw),
}

impl Scan {
    /// The end of a native frame's slots.
    fn end(self) -> *mut Raw {
        match self {
            Scan::Running(running) => running.top,
            Scan::Calling(_, end) | Scan::Boundary(_, end) => end,
        }
    }
}

/// Where to look up liveness.
#[derive(Clone, Copy)]
enum Live {
    Before(usize),
    During(usize),
}

/// Which registers of a Lua frame are live: a set, the first register that does not count, and an open list by its first
/// register and its end.
fn live_registers(proto: RawGc<Proto>, scan: Scan) -> (Live, usize, Option<(usize, *mut Raw)>) {
    let code = &proto.get().unlinked.code;
    let index = |pc: *const Inst| (pc.addr() - proto.get().code.addr()) / size_of::<Inst>();
    let (pc, done, end) = match scan {
        Scan::Running(running) if running.at == At::Failed && index(running.pc) == 0 => {
            return (Live::Before(0), usize::MAX, None);
        }
        Scan::Running(Running { pc, at: At::Failed, .. }) | Scan::Calling(pc, _) => {
            let at = index(pc) - 1;
            let inst = code[at];
            // From there on the slots belong to the called frame, or to a list that `open_tops` knows.
            let limit = match inst.op() {
                Op::Call | Op::TailCall => inst.a(),
                Op::TForCall => inst.a() + 4,
                Op::Return if inst.b() == 0 => inst.a(),
                _ => usize::MAX,
            };
            return (Live::During(at), limit, None);
        }
        Scan::Running(running) => (index(running.pc), running.at == At::After, running.top),
        Scan::Boundary(link, end) => (index(link.return_pc), link.extra == 1, end),
    };
    let (live, open) = if done {
        (Live::Before(pc), leaves_open_list(code[pc - 1]))
    } else {
        (Live::Before(pc - 1), takes_open_list(code[pc - 1]))
    };
    if !open {
        return (live, usize::MAX, None);
    }
    let inst = code[pc - 1];
    // A call's function is live, but not the slot behind it, where the link will be.
    let (limit, first) = match inst.op() {
        Op::Call | Op::TailCall if !done => (inst.a() + 1, inst.a() + 2),
        _ => (inst.a(), inst.a()),
    };
    (live, limit, Some((first, end)))
}

fn proto_at(function: *mut Raw) -> RawGc<Proto> {
    // SAFETY: the slot below the link holds the closure of a Lua frame. If it has been moved in this collection, the slot has
    // been visited, and names the copy.
    let closure: Gc<'static, Closure> = unsafe { (*function).as_gc() }.expect("a Lua frame's function is a closure");
    closure.proto()
}

/// What the collector does with coroutines.
pub(crate) static THREAD_OPS: ThreadOps =
    ThreadOps { trace: super::coroutine::trace_state, drop: super::coroutine::drop_state };
