//! Instructions that tables of many shapes come to, and that ask their shape for nothing but the metatable: `t[i]`, `#t`, `ipairs`, `pairs`,
//! `==`.
//!
//! A path is recorded for the shape that the table has, because a shape is what machine code compares best; each further shape costs a side
//! path, which is the rest of the path once more. A tree remembers which shapes an instruction has met. With more than `max_shapes` of them,
//! what is recorded from then on asks whether there is a metatable. A table that the path itself has made is not asked in any case: its shape
//! is known, and it may stay virtual.

use moonset_ir::{Op, Value};
use moonset_runtime::value::Raw;

use super::{Recorder, world};

impl Recorder {
    /// Whether the running instruction has met too many shapes to ask for that of `table`, which is noted.
    pub(super) fn has_many_shapes(&mut self, table: Value, actual: Raw) -> bool {
        let made = self.graph.def_inst(table).is_some_and(|inst| inst.op == Op::NewTable);
        if made || self.graph.as_const(table).is_some() {
            return false;
        }
        let shape = world::shape_of(actual);
        let most = self.options.max_shapes;
        let place = (self.frame().proto_index, self.pc_index());
        let met = self.source.met.entry(place).or_default();
        if met.len() <= most && !met.contains(&shape) {
            met.push(shape);
        }
        met.len() > most
    }

    /// Guards that a table has no metatable, if it has none and comes with one of many shapes. Returns whether that is so: otherwise its
    /// shape is to be asked for.
    pub(super) fn guards_bare(&mut self, table: Value, actual: Raw) -> bool {
        let bare =
            self.has_many_shapes(table, actual) && world::metatable(self.vm(), world::shape_of(actual)).is_none();
        if bare {
            let is_bare = self.at().value(Op::IsBare, &[table], 0);
            self.guard_bool(is_bare, true);
        }
        bare
    }
}
