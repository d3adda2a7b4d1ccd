//! Calls, returns and extra arguments: Lua functions are recorded inline.

use moonset_ir::Tag;
use moonset_runtime::bytecode::{Inst, Op};
use moonset_runtime::interp::frame::frame_flags;
use moonset_runtime::object::RawGc;
use moonset_runtime::object::metamethod::Metamethod;
use moonset_runtime::object::proto::Proto;
use moonset_runtime::value::{Raw, Tag as RtTag};

use super::slots::Val;
use super::{Activation, Recorder, Step, world};
use crate::abort::Abort;
use crate::exit::Protection;

/// Slots from the base of a frame on in which an open list may end: what the extra word of a snapshot's frame can say.
const MAX_OPEN_LIST: i32 = 254;

impl Recorder {
    /// `R[a], ... = R[a](R[a+2], ...)`.
    pub(super) fn call(&mut self, a: i32, b: i32, c: i32) -> Result<(), Abort> {
        let nargs = if b > 0 { b - 1 } else { self.take_open(a + 2)? };
        let (function, actual) = (self.get(a), self.actual(a));
        match actual.tag() {
            RtTag::Closure => self.call_lua(a, function, actual, nargs, c),
            RtTag::Native => self.native(a, function, actual, nargs, c),
            RtTag::Table => {
                let table = self.reference(function, actual, Tag::Table)?;
                let shape = self.guard_shape_of(table, actual);
                let event = Metamethod::Call;
                let found = world::metamethod_of_shape(self.vm(), shape, event).ok_or(Abort::BadCall)?;
                let (handler, found) = self.metamethod_value(shape, event, found)?;
                if found.tag() != RtTag::Closure {
                    return Err(Abort::Native);
                }
                // The called object becomes the first argument.
                for r in (a + 2..a + 2 + nargs).rev() {
                    let arg = self.get(r);
                    self.set(r + 1, arg);
                }
                self.set(a + 2, Val::Ref(table, Tag::Table));
                self.enter(a, handler, found, nargs + 1, 0)
            }
            _ => Err(Abort::BadCall),
        }
    }

    /// The activation of a Lua function that is about to be entered, once it is guarded to be one of this prototype.
    pub(super) fn callee(&mut self, function: Val, actual: Raw) -> Result<Activation, Abort> {
        let proto = world::proto_of(actual);
        self.check_depth(proto)?;
        let proto_index = self.source.proto_index(proto);
        let closure = self.reference(function, actual, Tag::Closure)?;
        if self.graph.as_const(closure).is_none() {
            let snap = self.snapshot();
            self.at().guard_proto(closure, moonset_ir::Proto::new(proto_index as usize), snap);
        }
        let closure = Val::Ref(closure, Tag::Closure);
        Ok(Activation {
            closure,
            proto,
            proto_index,
            base: 0,
            return_pc: 0,
            link: 0,
            result_slot: 0,
            nargs: 0,
            varargs: None,
        })
    }

    /// The running frame goes on behind its instruction when the one above it returns.
    pub(super) fn wait_for_callee(&mut self) {
        let return_pc = self.pc_index() + 1;
        self.frames.last_mut().expect("a recording has a frame").return_pc = return_pc;
    }

    /// Enters a Lua function whose function slot is register `a`; its arguments stand in the slots after it.
    pub(super) fn enter(&mut self, a: i32, function: Val, actual: Raw, nargs: i32, link: u32) -> Result<(), Abort> {
        let callee = self.callee(function, actual)?;
        self.wait_for_callee();
        let result_slot = self.base_offset() + a;
        let params = i32::from(world::num_params(callee.proto));
        let vararg = world::is_vararg(callee.proto);
        self.frames.push(Activation { base: result_slot + 2, link, result_slot, nargs, ..callee });
        self.forget_from(result_slot + 2 + if vararg { nargs } else { nargs.min(params) });
        for r in nargs..params {
            self.set(r, Val::Prim(Tag::Nil));
        }
        self.open_top = None;
        Ok(())
    }

    /// Whether one more activation of a function may be inlined.
    pub(super) fn check_depth(&self, proto: RawGc<Proto>) -> Result<(), Abort> {
        if self.frames.len() > self.options.max_inline_depth {
            return Err(Abort::TooDeep);
        }
        let active = self.frames.iter().filter(|frame| frame.proto == proto).count();
        if active >= self.options.max_recursion { Err(Abort::Recursion) } else { Ok(()) }
    }

    /// Forgets slots at and above `slot`: nothing reads them before it writes them.
    pub(super) fn forget_from(&mut self, slot: i32) {
        self.slots.split_off(&slot);
    }

    /// The length of the open list that starts at register `from`; the list is used up.
    pub(super) fn take_open(&mut self, from: i32) -> Result<i32, Abort> {
        // The instruction that takes the list is executed again after an exit, with the list there.
        self.snapshot();
        let top = self.open_top.take().ok_or(Abort::Instruction)?;
        Ok(top - (self.base_offset() + from))
    }

    /// `return R[a](...)`.
    pub(super) fn tail_call(&mut self, a: i32, b: i32) -> Result<Step, Abort> {
        if self.frames.len() > 1 && Protection::of(self.frame().link).is_some() {
            return Err(Abort::Instruction);
        }
        let (function, actual) = (self.get(a), self.actual(a));
        if self.frames.len() == 1 {
            if !self.may_tail_call(actual) {
                return self.leave(Abort::LeftFunction);
            }
            let nargs = if b > 0 { b - 1 } else { self.take_open(a + 2)? };
            return self.tail_call_own(a, function, actual, nargs);
        }
        let nargs = if b > 0 { b - 1 } else { self.take_open(a + 2)? };
        match actual.tag() {
            RtTag::Closure => {}
            RtTag::Native => {
                let wanted = self.wanted_by_caller()?;
                self.native(a, function, actual, nargs, wanted)?;
                let count = match wanted {
                    0 => self.take_open(a)?,
                    wanted => wanted - 1,
                };
                let values: Vec<Val> = (a..a + count).map(|r| self.get(r)).collect();
                return self.return_values(&values);
            }
            _ => return Err(Abort::BadCall),
        }
        let args: Vec<Val> = (0..nargs).map(|i| self.get(a + 2 + i)).collect();
        let closure = self.typed(function, actual);
        // A tail call takes its caller's place.
        if world::proto_of(actual) != self.proto() || self.graph.as_const(self.closure_of(closure)).is_none() {
            let proto = world::proto_of(actual);
            let index = self.source.proto_index(proto);
            let snap = self.snapshot();
            let value = self.closure_of(closure);
            self.at().guard_proto(value, moonset_ir::Proto::new(index as usize), snap);
        }
        let frame = self.frames.pop().expect("checked above");
        let place = frame.result_slot - self.base_offset();
        for (i, arg) in args.into_iter().enumerate() {
            self.set(place + 2 + i as i32, arg);
        }
        let kind = frame.link & !(u32::from(frame_flags::VARARG) << 16);
        let link = kind | u32::from(frame_flags::TAIL) << 16;
        let return_pc = self.frame().return_pc;
        self.enter_tail(place, closure, actual, nargs, link)?;
        let caller = self.frames.len() - 2;
        self.frames[caller].return_pc = return_pc;
        Ok(Step::Next)
    }

    /// How many results, and one more, the instruction takes that called the running function; 0: all of them.
    fn wanted_by_caller(&self) -> Result<i32, Abort> {
        let caller = &self.frames[self.frames.len() - 2];
        let inst = world::instruction_before(caller.proto, caller.return_pc);
        Ok(match inst.op() {
            Op::Call => inst.c() as i32,
            Op::TForCall => inst.c() as i32 + 1,
            // What the function returns decides a jump: it has to be known now.
            op if (Op::JTrue..=Op::JNgeI).contains(&op) => return Err(Abort::Native),
            _ => 2,
        })
    }

    fn closure_of(&self, val: Val) -> moonset_ir::Value {
        match val {
            Val::Ref(value, _) => value,
            other => unreachable!("a function is {other:?}"),
        }
    }

    /// As [`Recorder::enter`], with the prototype guarded already.
    fn enter_tail(&mut self, a: i32, closure: Val, actual: Raw, nargs: i32, link: u32) -> Result<(), Abort> {
        let proto = world::proto_of(actual);
        let index = self.source.proto_index(proto);
        let result_slot = self.base_offset() + a;
        let params = i32::from(world::num_params(proto));
        self.frames.push(Activation {
            closure,
            proto,
            proto_index: index,
            base: result_slot + 2,
            return_pc: 0,
            link,
            result_slot,
            nargs,
            varargs: None,
        });
        let kept = if world::is_vararg(proto) { nargs } else { nargs.min(params) };
        self.forget_from(result_slot + 2 + kept);
        for r in nargs..params {
            self.set(r, Val::Prim(Tag::Nil));
        }
        self.open_top = None;
        Ok(())
    }

    /// An instruction that closes pending variables: there are none. No path marks one, so a frame that was entered on
    /// the path has none; that the head's frame has none is looked at whenever the machine code is entered.
    pub(super) fn close(&mut self) -> Result<(), Abort> {
        if self.frames.len() == 1 {
            let base = self.base;
            if world::has_pending(self.vm(), base) {
                return Err(Abort::Instruction);
            }
            self.source.unclosed = true;
        }
        Ok(())
    }

    /// `return R[a], ..., R[a+b-2]`.
    pub(super) fn return_list(&mut self, a: i32, b: i32) -> Result<Step, Abort> {
        let count = if b > 0 { b - 1 } else { self.take_open(a)? };
        let values: Vec<Val> = (a..a + count).map(|r| self.get(r)).collect();
        self.return_values(&values)
    }

    /// Returns values from the running function to where it was called.
    pub(super) fn return_values(&mut self, values: &[Val]) -> Result<Step, Abort> {
        if self.frames.len() == 1 {
            return self.return_from_own(values);
        }
        let caller = &self.frames[self.frames.len() - 2];
        let interrupted = world::instruction_before(caller.proto, caller.return_pc);
        if is_comparison(interrupted.op()) {
            // While the frame is there: its exit carries out the return again.
            self.pin_condition(values);
        }
        let frame = self.frames.pop().expect("checked above");
        self.forget_from(frame.result_slot);
        match Protection::of(frame.link) {
            None => self.finish(interrupted, values)?,
            Some(_) => {
                let values: Vec<Val> = std::iter::once(Val::Prim(Tag::True)).chain(values.iter().copied()).collect();
                self.finish(interrupted, &values)?;
            }
        }
        Ok(Step::Next)
    }

    /// Finishes the instruction that made a call, with its results.
    pub(super) fn finish(&mut self, inst: Inst, values: &[Val]) -> Result<(), Abort> {
        let a = inst.a() as i32;
        match inst.op() {
            Op::Call => self.place_results(a, inst.c() as i32, values)?,
            Op::TForCall => self.place_results(a + 4, inst.c() as i32 + 1, values)?,
            Op::SetTabUp | Op::SetField | Op::SetIndex | Op::SetInt => {}
            // See `pin_condition`.
            op if is_comparison(op) => {}
            Op::Concat => return Err(Abort::Instruction),
            _ => {
                let value = values.first().copied().unwrap_or(Val::Prim(Tag::Nil));
                self.set(a, value);
            }
        }
        Ok(())
    }

    /// The result of a comparison's metamethod decides the jump: it is as true as it is now.
    fn pin_condition(&mut self, values: &[Val]) {
        if let Some(&value @ (Val::Any(_) | Val::Bool(_))) = values.first() {
            // What the function returned stands in the register that the return instruction names.
            let actual = self.returned_actual();
            self.typed(value, actual);
        }
    }

    /// The actual first value that the current return instruction returns.
    fn returned_actual(&self) -> Raw {
        // SAFETY: the interpreter shows instructions of live prototypes.
        let inst = unsafe { *self.pc };
        match inst.op() {
            Op::Return1 => self.actual(inst.a() as i32),
            Op::Return if inst.b() != 1 => self.actual(inst.a() as i32),
            _ => Raw::NIL,
        }
    }

    /// Puts results into the registers from `a` on: `wanted - 1` of them, or all if `wanted` is 0.
    pub(super) fn place_results(&mut self, a: i32, wanted: i32, values: &[Val]) -> Result<(), Abort> {
        let count = if wanted == 0 { values.len() as i32 } else { wanted - 1 };
        if wanted == 0 && a + count > MAX_OPEN_LIST {
            return Err(Abort::TooManyLiveValues);
        }
        for i in 0..count {
            let value = values.get(i as usize).copied().unwrap_or(Val::Prim(Tag::Nil));
            self.set(a + i, value);
        }
        if wanted == 0 {
            self.open_top = Some(self.base_offset() + a + count);
        }
        Ok(())
    }

    /// Moves the frame above its extra arguments.
    pub(super) fn vararg_prep(&mut self, _a: i32) -> Result<(), Abort> {
        if self.frames.len() == 1 {
            return Err(Abort::Instruction);
        }
        let frame = self.frame().clone();
        let params = i32::from(world::num_params(frame.proto));
        let extra = frame.nargs - params;
        if extra < 0 {
            return Err(Abort::Instruction);
        }
        let fixed: Vec<Val> = (0..params).map(|r| self.get(r)).collect();
        // fixed parameters | extra arguments | n | function | link | fixed parameters
        let count_slot = frame.base + frame.nargs;
        let count = self.graph.iconst(i64::from(extra));
        self.set_slot(count_slot, Val::Int(count));
        let base = count_slot + 3;
        for slot in frame.base..frame.base + params {
            self.set_slot(slot, Val::Prim(Tag::Nil));
        }
        let top = self.frames.last_mut().expect("a recording has a frame");
        top.base = base;
        top.varargs = Some((frame.base + params, extra));
        top.link |= u32::from(frame_flags::VARARG) << 16;
        for (r, value) in fixed.into_iter().enumerate() {
            self.set(r as i32, value);
        }
        Ok(())
    }

    /// `R[a], ... = ...`.
    pub(super) fn vararg(&mut self, a: i32, c: i32) -> Result<(), Abort> {
        let Some((first, count)) = self.frame().varargs else { return Err(Abort::Instruction) };
        let values: Vec<Val> = (first..first + count).map(|slot| self.get_slot(slot)).collect();
        self.place_results(a, c, &values)
    }
}

/// Whether an instruction compares and jumps.
fn is_comparison(op: Op) -> bool {
    (Op::JEq..=Op::JNgeI).contains(&op)
}
