//! Snapshots of the recorder's state.
//!
//! A snapshot names the frames and, of the slots that differ from the VM stack, those that the interpreter can still
//! read: registers that are live at the frame's program counter.

use moonset_ir::Snap;
use moonset_ir::snapshot::{Frame, Operand, Snapshot};

use super::slots::{Slot, Val};
use super::{Recorder, world};
use crate::exit::Protection;

impl Recorder {
    /// A snapshot that continues the running frame at `pc`.
    pub(super) fn make_snapshot(&mut self, pc: u32) -> Snap {
        let mut frames = Vec::with_capacity(self.frames.len());
        let mut slots = Vec::new();
        let last = self.frames.len() - 1;
        for index in 0..=last {
            let activation = self.frames[index].clone();
            let pc = if index == last { pc } else { activation.return_pc };
            let closure = self.operand(activation.closure);
            frames.push(Frame {
                closure,
                pc,
                base: activation.base,
                kind: activation.proto_index,
                aux: activation.link | if index == last { self.open_list(activation.base) } else { 0 },
            });
            // Registers from the callee's function on belong to the callee.
            let end = match self.frames.get(index + 1) {
                Some(callee) => callee.result_slot,
                None => i32::MAX,
            };
            self.live_slots(index, pc, end, &mut slots);
        }
        self.graph.add_snap(Snapshot { frames, slots, ..Snapshot::default() })
    }

    /// The end of an open list as the exit finds it in the frame's extra word: 1 + its distance from the base.
    fn open_list(&self, base: i32) -> u32 {
        self.open_top.map_or(0, |top| (top - base + 1) as u32) << 24
    }

    /// Names the dirty live registers of a frame, its function slot and its extra arguments.
    fn live_slots(&mut self, index: usize, pc: u32, end: i32, out: &mut Vec<(i32, Operand)>) {
        let activation = &self.frames[index];
        let (base, proto) = (activation.base, activation.proto);
        let (result_slot, varargs) = (activation.result_slot, activation.varargs);
        let protected = Protection::of(activation.link).is_some();
        // A frame that waits has what its instruction reads, too: the collector visits that.
        let waits = index + 1 < self.frames.len();
        let live = if waits { world::live_during(proto, pc - 1) } else { world::live_registers(proto, pc) };
        let from = if let Some((first, _)) = varargs { first.min(result_slot) } else { result_slot };
        let dirty: Vec<(i32, Slot)> =
            self.slots.range(from..end).filter(|(_, slot)| slot.dirty).map(|(slot, known)| (*slot, *known)).collect();
        for (slot, known) in dirty {
            let register = slot - base;
            let wanted = if register >= 0 {
                register < i32::from(world::frame_size(proto)) && live.contains(register as usize)
                    || self.in_open_list(index, slot)
            } else {
                // The function and the link are written from the frame itself; extra arguments stand between.
                varargs.is_some_and(|(first, count)| (first..=first + count).contains(&slot))
                    || protected && slot < base - 2
            };
            if wanted {
                let operand = self.operand(known.val);
                out.push((slot, operand));
            }
        }
    }

    /// Whether the slot belongs to an open list that the running frame's next instruction takes.
    fn in_open_list(&self, index: usize, slot: i32) -> bool {
        index + 1 == self.frames.len() && self.open_top.is_some_and(|top| slot < top)
    }

    fn operand(&mut self, val: Val) -> Operand {
        match val {
            Val::Any(value) | Val::Int(value) | Val::Float(value) | Val::Bool(value) => Operand::Value(value),
            Val::Prim(tag) => Operand::Value(self.graph.prim(tag)),
            Val::Ref(value, tag) => Operand::Ref(value, tag),
        }
    }
}
