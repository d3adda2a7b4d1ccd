//! How a path ends: it joins the loop head, or it leaves.
//!
//! Joining makes the slots that the path changed parameters of the head. A slot that becomes one late is loaded in
//! the entry block as before, passed on unchanged by the older back edges, and named by the snapshots that took the VM
//! stack to hold it: from now on it may not.

use moonset_ir::inst::Terminator;
use moonset_ir::snapshot::Operand;
use moonset_ir::{Snap, Type, Value};
use moonset_runtime::bytecode::{Inst, Op};

use super::slots::Val;
use super::{Recorder, Start, Step, world};
use crate::abort::Abort;

impl Recorder {
    /// Whether `pc` is the head of the tree.
    pub(super) fn at_head(&self, pc: *const Inst) -> bool {
        pc == self.source.head && self.is_loop()
    }

    pub(super) fn is_loop(&self) -> bool {
        // SAFETY: the anchor belongs to a prototype that the recording keeps alive.
        let anchor = unsafe { *self.source.anchor };
        matches!(
            anchor.op(),
            Op::ForLoop | Op::JmpBack | Op::TForLoop | Op::JitForLoop | Op::JitJmpBack | Op::JitTForLoop
        )
    }

    /// Ends the path with a jump to the head.
    pub(super) fn close_at_head(&mut self) {
        let head = self.source.head_block;
        let live = world::live_registers(self.source.head_proto, self.head_pc());
        let frame_size = i32::from(world::frame_size(self.source.head_proto));
        let changed: Vec<i32> = self
            .slots
            .range(0..frame_size)
            .filter(|(slot, known)| known.dirty && live.contains(**slot as usize))
            .map(|(slot, _)| *slot)
            .collect();
        for slot in changed {
            if self.source.head_param(slot).is_none() {
                self.add_head_param(slot);
            }
        }
        let mut args = Vec::with_capacity(self.source.params.len());
        for (slot, param) in self.source.params.clone() {
            let arg = match self.slots.get(&slot).copied() {
                Some(known) if known.dirty => self.any(known.val),
                _ => param,
            };
            args.push(arg);
        }
        self.at().jump(head, &args);
        let latch = self.block;
        self.graph[latch].outer_latch = self.outer;
        let entry = self.graph.entry();
        if self.graph[entry].term == Terminator::Open {
            self.graph.at(entry).jump(head, &[]);
            let carried: Vec<i32> = self.source.params.iter().map(|(slot, _)| *slot).collect();
            let loads: Vec<Value> = carried.into_iter().map(|slot| self.entry_load(slot)).collect();
            self.set_entry_args(loads);
        }
        self.graph[head].loop_head = true;
    }

    fn head_pc(&self) -> u32 {
        world::pc_index(self.source.head_proto, self.source.head)
    }

    fn set_entry_args(&mut self, args: Vec<Value>) {
        let entry = self.graph.entry();
        if let Terminator::Jump(call) = &mut self.graph[entry].term {
            call.args = args;
        }
    }

    /// The load of a slot that is a head parameter, in the entry block.
    fn entry_load(&mut self, slot: i32) -> Value {
        let entry = self.graph.entry();
        let found = self.graph[entry].insts.iter().copied().find(|inst| {
            let data = &self.graph[*inst];
            data.op == moonset_ir::Op::StackLoad && data.stack_slot() == slot
        });
        match found.and_then(|inst| self.graph[inst].result) {
            Some(load) => load,
            None => self.graph.at(entry).stack_load(slot),
        }
    }

    /// Makes a slot a parameter of the head.
    fn add_head_param(&mut self, slot: i32) {
        let head = self.source.head_block;
        let entry = self.graph.entry();
        let load = self.entry_load(slot);
        let param = self.graph.add_param(head, Type::Any);
        self.source.initial.remove(&slot);
        self.source.params.push((slot, param));

        // Everything after the entry sees the parameter instead of the load.
        let entry_term = std::mem::replace(&mut self.graph[entry].term, Terminator::Open);
        let mut map = self.graph.identity_map();
        map[load.index()] = param;
        self.graph.substitute(&mut map);
        self.graph[entry].term = entry_term;
        for known in self.slots.values_mut() {
            if known.val == Val::Any(load) {
                known.val = Val::Any(param);
            }
        }

        let blocks: Vec<_> = self.graph.blocks().collect();
        for block in blocks {
            let arg = if block == entry { load } else { param };
            for call in self.graph[block].term.targets_mut().filter(|call| call.block == head) {
                call.args.push(arg);
            }
        }
        for number in 0..self.graph.num_snaps() {
            self.name_in_snapshot(Snap::new(number), slot, param);
        }
    }

    /// Makes a snapshot name a slot that it took from the VM stack, if the interpreter can still read it there.
    fn name_in_snapshot(&mut self, snap: Snap, slot: i32, param: Value) {
        let snapshot = &self.graph[snap];
        let Some(frame) = snapshot.frames.first().copied() else { return };
        if snapshot.slots.iter().any(|(named, _)| *named == slot) {
            return;
        }
        let proto = self.source.protos[frame.kind as usize];
        let waits = snapshot.frames.len() > 1;
        let end = if waits { world::call_register(proto, frame.pc) } else { i32::MAX };
        let live = if waits { world::live_during(proto, frame.pc - 1) } else { world::live_registers(proto, frame.pc) };
        if slot < end && live.contains(slot as usize) {
            self.graph[snap].slots.push((slot, Operand::Value(param)));
        }
    }

    /// A back edge that the path takes.
    pub(super) fn back_edge(&mut self, inst: Inst) -> Result<Step, Abort> {
        if self.frames.len() == 1 && std::ptr::eq(self.pc, self.source.anchor) {
            return Ok(Step::Next);
        }
        let target = self.pc.wrapping_offset(1 + inst.sd());
        if self.frames.len() == 1 && target <= self.source.head && self.source.head <= self.pc {
            // A loop around the tree's own: the path comes back to the head through it.
            self.outer = true;
            let passes = self.unrolled.entry(self.pc).or_insert(0);
            *passes += 1;
            return if *passes > 1 { self.leave(Abort::Unroll) } else { Ok(Step::Next) };
        }
        if world::has_code(self.proto(), inst) {
            let site = world::hot_site(self.proto(), inst);
            if self.may_link(site) {
                self.link = Some(site);
                return Ok(Step::Next);
            }
            if self.frames.len() > 1 {
                // With machine code of its own the function can be called instead of inlined.
                world::announce_hot(self.proto());
            }
            return self.leave(Abort::InnerLoop);
        }
        let max = self.options.max_unroll;
        let passes = self.unrolled.entry(self.pc).or_insert(0);
        *passes += 1;
        if *passes > max { self.leave(Abort::InnerLoop) } else { Ok(Step::Next) }
    }

    /// The way from the entry to the head, if it is not there yet.
    pub(super) fn open_entry(&mut self) {
        let entry = self.graph.entry();
        if self.graph[entry].term == Terminator::Open {
            let head = self.source.head_block;
            self.graph.at(entry).jump(head, &[]);
        }
    }

    /// Ends a side path with an exit before the current instruction; a root path fails for the given reason.
    pub(super) fn leave(&mut self, why: Abort) -> Result<Step, Abort> {
        match self.start {
            Start::Root if self.is_loop() => Err(why),
            // Entering and leaving machine code costs as much as interpreting a short body.
            Start::Root if why != Abort::LeftFunction || self.length < self.options.min_function => Err(why),
            Start::Side(_) if self.length < 4 => Err(why),
            _ => {
                let snap = self.snapshot();
                let guard = self.at().exit(snap);
                self.source.final_exits.push(guard);
                self.open_entry();
                Ok(Step::Done)
            }
        }
    }
}
