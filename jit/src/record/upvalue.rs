//! Upvalues, cells and closures.

use moonset_ir::{Tag, Value};

use super::slots::Val;
use super::{Recorder, world};

impl Recorder {
    /// The running function as a `ref`.
    pub(super) fn closure_ref(&mut self) -> Value {
        match self.frame().closure {
            Val::Ref(closure, _) => closure,
            other => unreachable!("a frame's function is {other:?}"),
        }
    }

    /// The cell of upvalue `index` of the running function.
    pub(super) fn upvalue_cell(&mut self, index: i32) -> Value {
        let closure = self.closure_ref();
        self.at().closure_upval(closure, index as u32)
    }

    /// `R[a] = U[b]`.
    pub(super) fn get_upval(&mut self, a: i32, b: i32) {
        let cell = self.upvalue_cell(b);
        let value = self.at().cell_load(cell);
        self.set(a, Val::Any(value));
    }

    /// `U[b] = R[a]`.
    pub(super) fn set_upval(&mut self, a: i32, b: i32) {
        let cell = self.upvalue_cell(b);
        self.store_cell(cell, a);
    }

    /// `R[a] = cell(R[a])`.
    pub(super) fn new_cell(&mut self, a: i32) {
        let value = self.get(a);
        let value = self.any(value);
        let cell = self.at().new_cell(value);
        self.set(a, Val::Ref(cell, Tag::Cell));
    }

    /// The cell that register `r` holds: the compiler sees to it that it holds one.
    fn cell(&mut self, r: i32) -> Value {
        let (val, actual) = (self.get(r), self.actual(r));
        match self.typed(val, actual) {
            Val::Ref(cell, Tag::Cell) => cell,
            other => unreachable!("register {r} holds {other:?}, not a cell"),
        }
    }

    /// `R[a]` = contents of the cell `R[b]`.
    pub(super) fn get_cell(&mut self, a: i32, b: i32) {
        let cell = self.cell(b);
        let value = self.at().cell_load(cell);
        self.set(a, Val::Any(value));
    }

    /// Contents of the cell `R[a]` = `R[b]`.
    pub(super) fn set_cell(&mut self, a: i32, b: i32) {
        let cell = self.cell(a);
        self.store_cell(cell, b);
    }

    fn store_cell(&mut self, cell: Value, r: i32) {
        let value = self.get(r);
        let value = self.any(value);
        self.at().cell_store(cell, value);
        self.at().barrier(cell, value);
    }

    /// `R[a]` = closure of `P[d]`.
    pub(super) fn closure(&mut self, a: i32, d: usize) {
        let (child, upvalues) = world::child(self.proto(), d);
        let index = self.source.proto_index(child);
        let mut cells = Vec::with_capacity(upvalues.len());
        for (from_register, number) in upvalues {
            let cell = if from_register { self.cell(number) } else { self.upvalue_cell(number) };
            cells.push(cell);
        }
        let closure = self.at().new_closure(moonset_ir::Proto::new(index as usize), &cells);
        self.set(a, Val::Ref(closure, Tag::Closure));
    }
}
