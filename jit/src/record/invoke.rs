//! Lua functions that are called rather than inlined, loops that are continued in, and returns from the tree's own frame.
//!
//! A function that calls itself can't be inlined to the end, and one that has machine code of its own need not be. The
//! path then calls that machine code, by the `invoke` operation, and goes on behind the call: recording waits until the interpreter has
//! come back to the frame. What the function returned stands in the VM stack, of types that only guards can tell.
//!
//! Library functions that may do anything are called by the interpreter, which machine code asks to: `invoke_native`. Some of them always
//! leave the frame, or switch stacks, so that machine code could never go on; paths end before those.
//!
//! A path that comes to a loop of its frame that has machine code of its own ends there, in a link.

use moonset_ir::{Inst, Link, Proto, Tag};
use moonset_runtime::bytecode::{self, Op};
use moonset_runtime::object::proto::HotSite;
use moonset_runtime::value::{Raw, Tag as RtTag};

use super::slots::Val;
use super::{Recorder, Start, Step, world};
use crate::abort::Abort;

/// A function that is waited for.
pub(super) struct Waiting {
    /// Number of the first stack slot of the frame that waits.
    base: usize,
    /// Where it goes on.
    pc: *const bytecode::Inst,
    /// Instructions shown meanwhile.
    shown: usize,
    /// Results that are an open list of a length not yet known: the call, and the register of the first.
    open: Option<(Inst, i32)>,
}

impl Recorder {
    /// `R[a], ... = R[a](R[a+2], ...)` of a Lua function.
    pub(super) fn call_lua(&mut self, a: i32, function: Val, actual: Raw, nargs: i32, c: i32) -> Result<(), Abort> {
        if self.is_invoked(actual, c) {
            self.invoke(a, function, actual, nargs, c - 1)
        } else {
            self.enter(a, function, actual, nargs, 0)
        }
    }

    /// Whether a function is called rather than inlined.
    fn is_invoked(&self, actual: Raw, c: i32) -> bool {
        let proto = world::proto_of(actual);
        // An open list of results has no length that could be known, and frames of extra arguments are not written.
        if c == 0 || world::is_vararg(proto) || self.has_frames_of_exits() {
            return false;
        }
        let active = self.frames.iter().filter(|frame| frame.proto == proto).count();
        world::has_entry(proto) || active > self.options.inline_recursion
    }

    fn invoke(&mut self, a: i32, function: Val, actual: Raw, nargs: i32, wanted: i32) -> Result<(), Abort> {
        let proto = world::proto_of(actual);
        let proto = Proto::new(self.source.proto_index(proto) as usize);
        let closure = self.reference(function, actual, Tag::Closure)?;
        if self.graph.as_const(closure).is_none() {
            let snap = self.snapshot();
            self.at().guard_proto(closure, proto, snap);
        }
        let snap = self.snapshot();
        let base = self.base_offset() + a + 2;
        self.at().invoke(proto, [base, nargs, wanted], snap);
        self.forget_from(base - 2);
        self.open_top = None;
        for index in 0..wanted {
            let result = self.at().stack_load(base + index);
            self.set(a + index, Val::Any(result));
        }
        self.invokes = true;
        let (base, pc) = (self.base, self.pc.wrapping_add(1));
        self.waiting = Some(Waiting { base: self.vm().stack_slot(base), pc, shown: 0, open: None });
        Ok(())
    }

    /// The current instruction, a call of a library function that may do anything, is carried out by the interpreter. The function
    /// stands in register `a`; `wanted - 1` results go there, or all if `wanted` is 0.
    pub(super) fn invoke_native(&mut self, a: i32, nargs: i32, wanted: i32) -> Result<(), Abort> {
        let is_call = matches!(world::op_at(self.pc), Op::Call | Op::TForCall);
        // Frames of extra arguments are not written.
        if !is_call || self.has_frames_of_exits() {
            return Err(Abort::Native);
        }
        let snap = self.snapshot();
        let function = self.base_offset() + a;
        let results = (wanted - 1).max(0);
        self.at().invoke_native([function, function + 2 + nargs, results], wanted == 0, snap);
        let block = self.block;
        let call = *self.graph[block].insts.last().expect("it was just appended");
        self.forget_from(function);
        self.open_top = None;
        self.take_results(a, results);
        self.invokes = true;
        let (base, pc) = (self.base, self.pc.wrapping_add(1));
        let open = (wanted == 0).then_some((call, a));
        self.waiting = Some(Waiting { base: self.vm().stack_slot(base), pc, shown: 0, open });
        Ok(())
    }

    /// Results of a call that stand in the VM stack.
    fn take_results(&mut self, a: i32, count: i32) {
        let first = self.base_offset() + a;
        for index in 0..count {
            let result = self.at().stack_load(first + index);
            self.set(a + index, Val::Any(result));
        }
    }

    /// The open list that a call has left.
    fn take_open_results(&mut self, call: Inst, a: i32) -> Result<(), Abort> {
        let first = self.base.wrapping_offset(a as isize);
        let count = world::top(self.vm).addr().saturating_sub(first.addr()) / size_of::<Raw>();
        if count > super::leaf::MAX_RESULTS {
            return Err(Abort::Native);
        }
        let results = self.graph.iconst(count as i64);
        self.graph[call].args[2] = results;
        self.take_results(a, count as i32);
        self.open_top = Some(self.base_offset() + a + count as i32);
        Ok(())
    }

    /// Whether recording goes on, now that the interpreter is where it is.
    pub(super) fn is_back(&mut self, pc: *const bytecode::Inst, base: *mut Raw) -> Result<bool, Abort> {
        let slot = self.vm().stack_slot(base);
        let Some(waiting) = &mut self.waiting else {
            (self.pc, self.base) = (pc, base);
            return Ok(true);
        };
        if waiting.base == slot && waiting.pc == pc {
            (self.pc, self.base) = (pc, base);
            let open = waiting.open;
            self.waiting = None;
            if let Some((call, a)) = open {
                self.take_open_results(call, a)?;
            }
            return Ok(true);
        }
        waiting.shown += 1;
        if waiting.shown > self.options.max_wait { Err(Abort::LongCall) } else { Ok(false) }
    }

    /// Whether a called function is being waited for.
    pub(crate) fn is_waiting(&self) -> bool {
        self.waiting.is_some()
    }

    /// `return` from the tree's own frame.
    pub(super) fn return_from_own(&mut self, values: &[Val]) -> Result<Step, Abort> {
        let pays = match self.start {
            Start::Root if self.is_loop() => false,
            // Entering and leaving machine code costs as much as interpreting a short body.
            Start::Root => self.invokes || self.length >= self.options.min_function,
            Start::Side(_) => true,
        };
        let inst = world::instruction(self.proto(), self.pc_index());
        let closes = inst.op() == Op::Return && inst.c() != 0;
        if !pays || closes || values.len() > usize::from(world::frame_size(self.proto())) {
            return self.leave(Abort::LeftFunction);
        }
        let values: Vec<_> = values.iter().map(|value| self.any(*value)).collect();
        for (slot, value) in values.iter().enumerate() {
            self.at().stack_store(slot as i32, *value);
        }
        self.at().return_(values.len() as u32);
        self.open_entry();
        Ok(Step::Done)
    }

    /// Whether the function that the tree's own frame calls in its place may be continued in.
    pub(super) fn may_tail_call(&self, actual: Raw) -> bool {
        let root = matches!(self.start, Start::Root);
        if actual.tag() != RtTag::Closure || root && self.is_loop() || world::is_vararg(self.proto()) {
            return false;
        }
        let proto = world::proto_of(actual);
        let closes = world::instruction(self.proto(), self.pc_index()).c() != 0;
        let is_own = proto == self.source.head_proto && !self.is_loop();
        !closes && !world::is_vararg(proto) && (is_own || world::has_entry(proto))
    }

    /// `return R[a](...)` from the tree's own frame.
    pub(super) fn tail_call_own(&mut self, a: i32, function: Val, actual: Raw, nargs: i32) -> Result<Step, Abort> {
        let proto = world::proto_of(actual);
        let number = Proto::new(self.source.proto_index(proto) as usize);
        let closure = self.reference(function, actual, Tag::Closure)?;
        let snap = self.snapshot();
        if self.graph.as_const(closure).is_none() {
            self.at().guard_proto(closure, number, snap);
        }
        let size = i32::from(world::frame_size(proto));
        self.at().guard_ready(number, size, snap);
        let params = i32::from(world::num_params(proto));
        let mut values: Vec<_> = Vec::new();
        for index in 0..params {
            let value = if index < nargs { self.get(a + 2 + index) } else { Val::Prim(Tag::Nil) };
            values.push(self.any(value));
        }
        let function = self.any(Val::Ref(closure, Tag::Closure));
        self.at().stack_store(-2, function);
        for (slot, value) in values.into_iter().enumerate() {
            self.at().stack_store(slot as i32, value);
        }
        self.at().tail(number);
        self.open_entry();
        Ok(Step::Done)
    }

    /// Whether the path may end in a loop that has machine code of its own, whose site this is.
    pub(super) fn may_link(&mut self, site: *mut HotSite) -> bool {
        // At first the inner loop's tree should get the way around it as a side path: one tree knows more than two that link.
        // If that were going to happen, this loop would not be hot again.
        let first = matches!(self.start, Start::Root) && self.is_loop() && self.attempts == 0;
        if self.frames.len() > 1 || first {
            return false;
        }
        if world::wants_unclosed(site) {
            let base = self.base;
            if world::has_pending(self.vm(), base) {
                return false;
            }
            self.source.unclosed = true;
        }
        true
    }

    /// Ends the path in a loop, at its head.
    pub(super) fn end_in_loop(&mut self, site: *mut HotSite) -> Step {
        let known = self.source.links.iter().position(|link| *link == site);
        let link = known.unwrap_or_else(|| {
            self.source.links.push(site);
            self.source.links.len() - 1
        });
        let snap = self.snapshot();
        self.at().link(Link::new(link), snap);
        self.open_entry();
        Step::Done
    }
}
