//! How one operation follows another: the only file that knows.
//!
//! Four instances are expanded from the opcode table and the operation bodies:
//!
//! - **Tail-threaded** (optimised builds on x86-64): every operation is a function that ends in an indirect call of the
//!   next one's, which the optimiser turns into a jump. The machine's four words, the table and the instruction are the
//!   six arguments, so they stay in registers. `fast` runs in the handler itself; where it gives up, the handler jumps
//!   to one that runs `middle`, and that to one that runs `slow`, which alone may call, allocate and fail.
//! - **Recording**: the same operations behind a handler that shows each instruction to the trace engine first.
//! - **Hooked**: the same behind a handler that shows each instruction to the hook of the running coroutine.
//! - **Portable** (`cfg(moonset_portable)`: builds without optimisation, Miri, other targets): a loop over a `match`.
//!
//! What must hold: in the tail-threaded instance no value with a destructor is live in a handler, fast handlers call
//! nothing, and nothing that a handler calls gets the address of a local variable of it: so functions that are not inlined
//! take and return scalars, no [`Machine`] and no option of a value. The test at the end of this folder's `tests` reads the machine code to see that.

use super::machine::Machine;
use super::op::{self, Operation};
#[cfg(not(moonset_portable))]
use crate::bytecode::op::COUNT;
use crate::bytecode::{Inst, Op};
#[cfg(moonset_portable)]
use crate::context::Mode;
use crate::context::VmContext;
use crate::native::Raise;
use crate::object::proto::Proto;
#[cfg(not(moonset_portable))]
use crate::value::Raw;
use crate::vm::Vm;

/// How a slow path ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// Go on with the instruction at the context's `pc`.
    Next,
    /// Go on with the instruction at the context's `pc` in its plain form: a trace has just been left there.
    NextPlain,
    /// Leave the interpreter: the frame below was entered from Rust. The results are the topmost slots.
    Leave(usize),
    /// Leave the interpreter with the error in the error slot.
    Fail,
}

/// What [`run`] returns for [`Flow::Fail`].
const FAILED: u64 = u64::MAX;

/// Runs the frame in the context until a frame that was entered from Rust returns; the number of its results.
pub(crate) fn run(vm: &mut Vm) -> Result<usize, Raise> {
    match start(vm.context()) {
        FAILED => Err(Raise::Value),
        results => Ok(results as usize),
    }
}

/// Runs `slow` of an operation, errors included. Never part of a handler: what it keeps on the native stack would have to outlive the
/// handler's call of the next one, which then would not be a jump, and the stack would overflow after some 100,000 instructions.
#[inline(never)]
fn slow<O: Operation>(cx: *mut VmContext, inst: Inst) -> Flow {
    // SAFETY: the context's VM is live while the interpreter runs, and nothing else borrows it: the fast paths hold
    // raw pointers only.
    let vm = unsafe { (*cx).vm };
    // SAFETY: as above.
    let vm = unsafe { &mut *vm };
    let entries = vm.entries;
    match O::slow(vm, inst) {
        Ok(flow) => flow,
        // If it has called something, it has changed something, and another frame may be the running one.
        Err(Raise::Memory) if vm.entries == entries && super::gc::may_retry(vm, inst) => Flow::NextPlain,
        Err(raise) => super::protect::unwind(vm, raise),
    }
}

/// The machine of the frame in the context.
#[inline(always)]
fn reload(cx: *mut VmContext) -> Machine {
    // SAFETY: the context is live while the interpreter runs.
    let base = unsafe { (*cx).base };
    // SAFETY: the context is live while the interpreter runs.
    let pc = unsafe { (*cx).pc };
    // SAFETY: the function stands two slots below the base (`frame`).
    let function = unsafe { base.sub(2) };
    // SAFETY: an initialised slot.
    let closure = unsafe { (*function).bits() };
    let closure = std::ptr::with_exposed_provenance::<crate::object::layout::Closure>(closure as usize);
    // SAFETY: the context's frame is a Lua frame when a slow path says `Next`.
    let proto: *const Proto = unsafe { (*closure).proto };
    // SAFETY: as above.
    unsafe { Machine::new(pc, base, proto, cx) }
}

/// Makes the context exact.
#[inline(always)]
fn save(m: Machine) {
    // SAFETY: the context is live while the interpreter runs.
    unsafe { (*m.cx).pc = m.pc };
    // SAFETY: the context is live while the interpreter runs.
    unsafe { (*m.cx).base = m.base };
}

/// The instruction at `pc` in its plain form.
#[inline(always)]
fn plain(m: Machine) -> Inst {
    // SAFETY: `pc` points at an instruction.
    let inst = unsafe { *m.pc };
    op::jit::plain_form(m, inst)
}

#[cfg(not(moonset_portable))]
mod threaded {
    use super::*;

    pub(super) type Handler =
        unsafe extern "sysv64" fn(*const Inst, *mut Raw, *const Proto, *mut VmContext, *const Handler2, u64) -> u64;

    /// A table entry: a handler behind a type of its own, since a type alias can't name itself.
    #[repr(transparent)]
    pub(super) struct Handler2(Handler);

    /// Jumps to the handler of the next instruction.
    macro_rules! dispatch {
        ($m:expr, $table:expr) => {{
            let m: Machine = $m;
            // SAFETY: `pc` points at an instruction of the running function.
            let inst = unsafe { *m.pc };
            dispatch!(m, $table, inst)
        }};
        ($m:expr, $table:expr, $inst:expr) => {{
            let (m, inst): (Machine, Inst) = ($m, $inst);
            // SAFETY: opcodes are below the length of a table.
            let entry = unsafe { &*$table.add(inst.op_byte() as usize) };
            // SAFETY: the code goes on behind every instruction but a return, which does not use it.
            let next = unsafe { m.pc.add(1) };
            // SAFETY: the arguments are a machine's, whose next instruction is `inst`.
            unsafe { (entry.0)(next, m.base, m.proto, m.cx, $table, inst.0) }
        }};
    }

    unsafe extern "sysv64" fn fast<O: Operation>(
        pc: *const Inst,
        base: *mut Raw,
        proto: *const Proto,
        cx: *mut VmContext,
        table: *const Handler2,
        inst: u64,
    ) -> u64 {
        // SAFETY: handlers are called with a machine's words only.
        let m = unsafe { Machine::new(pc, base, proto, cx) };
        match O::fast(m, Inst(inst)) {
            Some(m) => dispatch!(m, table),
            // SAFETY: the same words.
            None if O::MIDDLE => unsafe { middle::<O>(pc, base, proto, cx, table, inst) },
            // SAFETY: the same words.
            None => unsafe { slow::<O>(pc, base, proto, cx, table, inst) },
        }
    }

    #[inline(never)]
    unsafe extern "sysv64" fn middle<O: Operation>(
        pc: *const Inst,
        base: *mut Raw,
        proto: *const Proto,
        cx: *mut VmContext,
        table: *const Handler2,
        inst: u64,
    ) -> u64 {
        // SAFETY: handlers are called with a machine's words only.
        let m = unsafe { Machine::new(pc, base, proto, cx) };
        match O::middle(m, Inst(inst)) {
            Some(m) => dispatch!(m, table),
            // SAFETY: the same words.
            None => unsafe { slow::<O>(pc, base, proto, cx, table, inst) },
        }
    }

    #[inline(never)]
    unsafe extern "sysv64" fn slow<O: Operation>(
        pc: *const Inst,
        base: *mut Raw,
        proto: *const Proto,
        cx: *mut VmContext,
        _table: *const Handler2,
        inst: u64,
    ) -> u64 {
        // SAFETY: handlers are called with a machine's words only.
        save(unsafe { Machine::new(pc, base, proto, cx) });
        match super::slow::<O>(cx, Inst(inst)) {
            Flow::Next => {
                let table = table_of(cx);
                dispatch!(reload(cx), table)
            }
            Flow::NextPlain => {
                let (m, table) = (reload(cx), table_of(cx));
                dispatch!(m, table, plain(m))
            }
            Flow::Leave(results) => results as u64,
            Flow::Fail => FAILED,
        }
    }

    /// Shows the instruction to the engine, then runs its plain form.
    unsafe extern "sysv64" fn record(
        pc: *const Inst,
        base: *mut Raw,
        proto: *const Proto,
        cx: *mut VmContext,
        _table: *const Handler2,
        _inst: u64,
    ) -> u64 {
        // SAFETY: `pc` is one past the instruction.
        let at = unsafe { pc.sub(1) };
        // SAFETY: handlers are called with a machine's words only.
        let m = unsafe { Machine::new(at, base, proto, cx) };
        save(m);
        super::super::hot::show(cx);
        let m = reload(cx);
        let table = table_of(cx);
        // The plain form runs from the normal table: the recording one would show it again.
        let inst = plain(m);
        // SAFETY: opcodes are below the length of a table.
        let entry = unsafe { &*NORMAL.as_ptr().wrapping_add(inst.op_byte() as usize) };
        // SAFETY: `pc` points at an instruction.
        let next = unsafe { m.pc.add(1) };
        // SAFETY: the arguments are a machine's, whose next instruction is `inst`.
        unsafe { (entry.0)(next, m.base, m.proto, m.cx, table, inst.0) }
    }

    /// Shows the instruction to the hook, then runs its plain form.
    unsafe extern "sysv64" fn hooked(
        pc: *const Inst,
        base: *mut Raw,
        proto: *const Proto,
        cx: *mut VmContext,
        _table: *const Handler2,
        _inst: u64,
    ) -> u64 {
        // SAFETY: `pc` is one past the instruction.
        let at = unsafe { pc.sub(1) };
        // SAFETY: handlers are called with a machine's words only.
        save(unsafe { Machine::new(at, base, proto, cx) });
        match super::super::hook::before(cx) {
            None => {}
            Some(Flow::Leave(results)) => return results as u64,
            Some(Flow::Fail) => return FAILED,
            Some(Flow::Next | Flow::NextPlain) => {
                let table = table_of(cx);
                return dispatch!(reload(cx), table);
            }
        }
        let m = reload(cx);
        let table = table_of(cx);
        let inst = plain(m);
        // SAFETY: `pc` points at an instruction.
        let next = unsafe { m.pc.add(1) };
        if table == HOOKED.as_ptr() && super::super::hook::needs_slow_path(inst.op()) {
            let entry = match inst.op() {
                Op::Return => slow::<op::Return>,
                Op::Return0 => slow::<op::Return0>,
                Op::Return1 => slow::<op::Return1>,
                _ => slow::<op::TForCall>,
            };
            // SAFETY: the arguments are a machine's, whose next instruction is `inst`.
            return unsafe { entry(next, m.base, m.proto, m.cx, table, inst.0) };
        }
        // The plain form runs from the normal table: the hooked one would show it again.
        // SAFETY: opcodes are below the length of a table.
        let entry = unsafe { &*NORMAL.as_ptr().wrapping_add(inst.op_byte() as usize) };
        // SAFETY: the arguments are a machine's, whose next instruction is `inst`.
        unsafe { (entry.0)(next, m.base, m.proto, m.cx, table, inst.0) }
    }

    macro_rules! tables {
        ($(($name:ident, $text:literal, $form:ident, $meaning:literal),)*) => {
            static NORMAL: [Handler2; COUNT] = [$(Handler2(fast::<op::$name>)),*];
        };
    }
    crate::for_each_op!(tables);
    static RECORDING: [Handler2; COUNT] = [const { Handler2(record) }; COUNT];
    static HOOKED: [Handler2; COUNT] = [const { Handler2(hooked) }; COUNT];
    /// ORDER: by [`Mode`](crate::context::Mode).
    static TABLES: [&[Handler2; COUNT]; 3] = [&NORMAL, &RECORDING, &HOOKED];

    fn table_of(cx: *mut VmContext) -> *const Handler2 {
        // SAFETY: the context is live while the interpreter runs.
        let mode = unsafe { (*cx).mode };
        TABLES[mode as usize].as_ptr()
    }

    pub(super) fn start(cx: *mut VmContext) -> u64 {
        let table = table_of(cx);
        dispatch!(reload(cx), table)
    }
}

#[cfg(not(moonset_portable))]
use threaded::start;

#[cfg(moonset_portable)]
fn start(cx: *mut VmContext) -> u64 {
    fn step<O: Operation>(m: Machine, inst: Inst) -> Result<Machine, Flow> {
        // SAFETY: the context is live while the interpreter runs.
        let hooked = unsafe { (*m.cx).mode } == Mode::Hooked;
        if !hooked || !super::hook::needs_slow_path(inst.op()) {
            if let Some(next) = O::fast(m, inst) {
                return Ok(next);
            }
            if O::MIDDLE
                && let Some(next) = O::middle(m, inst)
            {
                return Ok(next);
            }
        }
        save(m);
        Err(slow::<O>(m.cx, inst))
    }
    macro_rules! one {
        ($(($name:ident, $text:literal, $form:ident, $meaning:literal),)*) => {
            |m: Machine, inst: Inst| match inst.op() {
                $(Op::$name => step::<op::$name>(m, inst),)*
            }
        };
    }
    let one = crate::for_each_op!(one);
    let mut m = reload(cx);
    let mut force_plain = false;
    loop {
        // SAFETY: the context is live while the interpreter runs.
        match unsafe { (*cx).mode } {
            Mode::Normal => {}
            Mode::Recording => {
                save(m);
                super::hot::show(cx);
                force_plain = true;
            }
            Mode::Hooked => {
                save(m);
                match super::hook::before(cx) {
                    None => force_plain = true,
                    Some(Flow::Leave(results)) => return results as u64,
                    Some(Flow::Fail) => return FAILED,
                    Some(Flow::Next | Flow::NextPlain) => {
                        m = reload(cx);
                        continue;
                    }
                }
                m = reload(cx);
            }
        }
        // SAFETY: `pc` points at an instruction.
        let inst = if force_plain { plain(m) } else { unsafe { *m.pc } };
        force_plain = false;
        // SAFETY: the code goes on behind every instruction but a return, which does not use it.
        m.pc = unsafe { m.pc.add(1) };
        m = match one(m, inst) {
            Ok(next) => next,
            Err(Flow::Next) => reload(cx),
            Err(Flow::NextPlain) => {
                force_plain = true;
                reload(cx)
            }
            Err(Flow::Leave(results)) => return results as u64,
            Err(Flow::Fail) => return FAILED,
        };
    }
}
