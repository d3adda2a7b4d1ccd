//! The numeric and the generic `for`.
//!
//! An integer loop keeps in `R[a+1]` the exact last value that it will reach, so a turn is a comparison for equality,
//! an addition and a jump, and can't overflow. A float loop compares with its limit. The tag of `R[a]` says which.

use super::super::dispatch::Flow;
use super::super::machine::{FLOAT, INT, Machine};
use super::super::{access, call, close, coroutine, hot, leaf, message};
use super::Operation;
use crate::bytecode::Inst;
use crate::native::{Builtin, Raise};
use crate::number::{self, Number};
use crate::value::{Raw, Tag};
use crate::vm::Vm;

/// prepare `R[a]` = start, `R[a+1]` = last value reached, `R[a+2]` = step; if the loop does not run: `pc += d`
pub(crate) struct ForPrep;
impl Operation for ForPrep {
    #[inline(always)]
    fn fast(m: Machine, inst: Inst) -> Option<Machine> {
        let a = inst.a();
        if m.tag(a) != INT || m.tag(a + 1) != INT || m.tag(a + 2) != INT || m.int(a + 2) != 1 {
            return None;
        }
        // Step 1: the limit is the last value reached.
        Some(m.jumped_if(m.int(a) > m.int(a + 1), inst))
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        let m = vm.machine();
        let a = inst.a();
        // The order of the checks is that of the reference implementation, and so is that strings count: as floats, unless
        // they are limits.
        let operand = |r: usize| {
            let value = m.get(r);
            access::number(value).or_else(|| Some(Number::Float(access::coerced(value)?.to_float())))
        };
        let (start, limit, step) = match (operand(a), access::coerced(m.get(a + 1)), operand(a + 2)) {
            (Some(start), Some(limit), Some(step)) => (start, limit, step),
            (_, None, _) => return Err(message::for_operand(vm, "limit", m.get(a + 1))),
            (_, _, None) => return Err(message::for_operand(vm, "step", m.get(a + 2))),
            (None, _, _) => return Err(message::for_operand(vm, "initial value", m.get(a))),
        };
        match number::prepare_for(start, limit, step) {
            Err(number::StepIsZero) => return Err(vm.error_text("'for' step is zero")),
            Ok(number::ForPrep::Skip) => vm.resume_at(m.jumped(inst.sd())),
            Ok(number::ForPrep::Int { init, turns, step }) => {
                m.set(a, Raw::int(init));
                m.set(a + 1, Raw::int(init.wrapping_add((turns as i64).wrapping_mul(step))));
                m.set(a + 2, Raw::int(step));
            }
            Ok(number::ForPrep::Float { init, limit, step }) => {
                m.set(a, Raw::float(init));
                m.set(a + 1, Raw::float(limit));
                m.set(a + 2, Raw::float(step));
            }
        }
        Ok(Flow::Next)
    }
}

/// One turn of a numeric loop: whether it goes on.
#[inline(always)]
fn turn(m: Machine, a: usize) -> bool {
    if m.tag(a) == INT {
        if m.bits(a) == m.bits(a + 1) {
            return false;
        }
        m.set(a, Raw::int(m.int(a).wrapping_add(m.int(a + 2))));
        return true;
    }
    let (step, limit) = (m.float(a + 2), m.float(a + 1));
    let next = m.float(a) + step;
    let goes_on = if step > 0.0 { next <= limit } else { limit <= next };
    if goes_on {
        m.set(a, Raw::float(next));
    }
    goes_on
}

/// if `R[a]` has not reached `R[a+1]`: `R[a] += R[a+2]`, `pc += d`; hot site `S[bc]`
pub(crate) struct ForLoop;
impl Operation for ForLoop {
    const MIDDLE: bool = true;

    #[inline(always)]
    fn fast(m: Machine, inst: Inst) -> Option<Machine> {
        let a = inst.a();
        if m.tag(a) != INT || m.polled() || hot::due(m, inst.bc()) {
            return None;
        }
        let value = m.int(a);
        if value == m.int(a + 1) {
            return Some(m);
        }
        hot::count(m, inst.bc());
        m.put(a, value.wrapping_add(m.int(a + 2)) as u64, INT);
        Some(m.jumped(inst.sd()))
    }
    #[inline(always)]
    fn middle(m: Machine, inst: Inst) -> Option<Machine> {
        if m.tag(inst.a()) != FLOAT || m.polled() || hot::due(m, inst.bc()) {
            return None;
        }
        if turn(m, inst.a()) {
            hot::count(m, inst.bc());
            return Some(m.jumped(inst.sd()));
        }
        Some(m)
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        hot::poll(vm)?;
        let m = vm.machine();
        if !turn(m, inst.a()) {
            return Ok(Flow::Next);
        }
        vm.resume_at(m.jumped(inst.sd()));
        Ok(hot::back_edge(vm, m, inst))
    }
}

/// mark `R[a+3]` to be closed unless it is nil or false; `pc += d`
pub(crate) struct TForPrep;
impl Operation for TForPrep {
    #[inline(always)]
    fn fast(m: Machine, inst: Inst) -> Option<Machine> {
        if m.get(inst.a() + 3).is_truthy() { None } else { Some(m.jumped(inst.sd())) }
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        close::mark(vm, inst.a() + 3)?;
        let m = vm.machine();
        vm.resume_at(m.jumped(inst.sd()));
        Ok(Flow::Next)
    }
}

/// `R[a+4], ..., R[a+3+c] = R[a](R[a+1], R[a+2])`, frame at `R[a+4]`
pub(crate) struct TForCall;
impl Operation for TForCall {
    const MIDDLE: bool = true;

    #[inline(always)]
    fn fast(m: Machine, inst: Inst) -> Option<Machine> {
        let a = inst.a();
        if m.tag(a) != Tag::Closure as u8 {
            return None;
        }
        let frame = a + 4;
        m.copy(frame, a);
        m.copy(frame + 2, a + 1);
        m.copy(frame + 3, a + 2);
        call::enter_lua(m, frame, 2)
    }
    #[inline(always)]
    fn middle(m: Machine, inst: Inst) -> Option<Machine> {
        let a = inst.a();
        if m.tag(a) != Tag::Native as u8 {
            return None;
        }
        let Some(builtin) = call::builtin_in(m, a) else {
            let frame = a + 4;
            m.copy(frame, a);
            m.copy(frame + 2, a + 1);
            m.copy(frame + 3, a + 2);
            return leaf::call(m.cx, m.pc, m.base, frame, 2, inst.c() + 1).then_some(m);
        };
        match builtin {
            Builtin::Next => access::traverse(m.cx, m.slot(a), inst.c()).then_some(m),
            Builtin::IpairsStep => access::ipairs_step(m, a, inst.c()).then_some(m),
            _ => None,
        }
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        let m = vm.machine();
        let (a, frame) = (inst.a(), inst.a() + 4);
        if let Some(raise) = leaf::take_error(vm, m.slot(frame)) {
            return Err(raise);
        }
        m.copy(frame, a);
        m.copy(frame + 2, a + 1);
        m.copy(frame + 3, a + 2);
        if coroutine::quick::call(vm, m, frame, 2) {
            return Ok(Flow::Next);
        }
        call::call_at(vm, m.slot(frame), 2, 0)
    }
}

/// if `R[a+4] ~= nil`: `R[a+2] = R[a+4]`, `pc += d`; hot site `S[bc]`
pub(crate) struct TForLoop;
impl Operation for TForLoop {
    #[inline(always)]
    fn fast(m: Machine, inst: Inst) -> Option<Machine> {
        let a = inst.a();
        if m.tag(a + 4) == Tag::Nil as u8 {
            return Some(m);
        }
        if m.polled() || hot::due(m, inst.bc()) {
            return None;
        }
        hot::count(m, inst.bc());
        m.copy(a + 2, a + 4);
        Some(m.jumped(inst.sd()))
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        hot::poll(vm)?;
        let m = vm.machine();
        if m.tag(inst.a() + 4) == Tag::Nil as u8 {
            return Ok(Flow::Next);
        }
        m.copy(inst.a() + 2, inst.a() + 4);
        vm.resume_at(m.jumped(inst.sd()));
        Ok(hot::back_edge(vm, m, inst))
    }
}
