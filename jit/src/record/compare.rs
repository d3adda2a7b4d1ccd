//! Conditional jumps: the outcome that is about to happen is guarded.

use moonset_ir::{Helper, Tag, Value};
use moonset_runtime::bytecode::{Inst, Op};
use moonset_runtime::object::metamethod::Metamethod;
use moonset_runtime::value::{Raw, Tag as RtTag};

use super::slots::Val;
use super::{Recorder, world};
use crate::abort::Abort;

/// An order between two operands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Lt,
    Le,
}

impl Recorder {
    /// Any of the instructions from `JTrue` to `JNgeI`.
    pub(super) fn conditional_jump(&mut self, inst: Inst) -> Result<(), Abort> {
        let (a, b) = (inst.a() as i32, inst.b() as i32);
        match inst.op() {
            Op::JTrue | Op::JFalse => {
                let (x, actual) = (self.get(a), self.actual(a));
                self.guard_truth(x, actual);
                Ok(())
            }
            Op::JTrueSet | Op::JFalseSet => {
                let (x, actual) = (self.get(b), self.actual(b));
                self.guard_truth(x, actual);
                let jumps = actual.is_truthy() == (inst.op() == Op::JTrueSet);
                if jumps {
                    let x = self.get(b);
                    self.set(a, x);
                }
                Ok(())
            }
            Op::JEq | Op::JNe => {
                let (x, y) = ((self.get(a), self.actual(a)), (self.get(b), self.actual(b)));
                self.equality(x, y)
            }
            Op::JEqK | Op::JNeK => {
                let raw = world::constant(self.proto(), inst.bc());
                let x = (self.get(a), self.actual(a));
                let constant = self.constant_value(raw);
                self.equality(x, (constant, raw))
            }
            Op::JLt | Op::JNlt | Op::JLe | Op::JNle => {
                let order = if matches!(inst.op(), Op::JLt | Op::JNlt) { Order::Lt } else { Order::Le };
                let (x, y) = ((self.get(a), self.actual(a)), (self.get(b), self.actual(b)));
                self.order(order, x, y)
            }
            op => {
                let number = inst.sbc();
                let constant = (Val::Int(self.graph.iconst(number)), Raw::int(number));
                let x = (self.get(a), self.actual(a));
                match op {
                    Op::JLtI | Op::JNltI => self.order(Order::Lt, x, constant),
                    Op::JLeI | Op::JNleI => self.order(Order::Le, x, constant),
                    Op::JGtI | Op::JNgtI => self.order(Order::Lt, constant, x),
                    Op::JGeI | Op::JNgeI => self.order(Order::Le, constant, x),
                    _ => Err(Abort::Instruction),
                }
            }
        }
    }

    /// Guards that a value is as true as it is now. Its type is pinned: what follows a test usually depends on it.
    fn guard_truth(&mut self, x: Val, actual: Raw) {
        self.typed(x, actual);
    }

    /// Guards the outcome of `x == y`.
    fn equality(&mut self, (x, actual_x): (Val, Raw), (y, actual_y): (Val, Raw)) -> Result<(), Abort> {
        let (x, y) = (self.typed(x, actual_x), self.typed(y, actual_y));
        match (x, y) {
            (Val::Int(p), Val::Int(q)) => {
                let equal = self.at().eq(p, q);
                self.guard_bool(equal, actual_x.bits() == actual_y.bits());
            }
            (Val::Int(_) | Val::Float(_), Val::Int(_) | Val::Float(_)) => {
                let outcome = world::numbers_equal(actual_x, actual_y);
                let equal = match (x, y) {
                    (Val::Float(p), Val::Float(q)) => self.at().feq(p, q),
                    _ => {
                        let (p, q) = (self.any(x), self.any(y));
                        self.call_bool(Helper::RawEq, &[p, q])
                    }
                };
                self.guard_bool(equal, outcome);
            }
            (Val::Ref(p, Tag::Str), Val::Ref(q, Tag::Str)) => {
                let outcome = world::strings_equal(actual_x, actual_y);
                let equal = self.call_bool(Helper::StrEq, &[p, q]);
                self.guard_bool(equal, outcome);
            }
            (Val::Ref(p, tag), Val::Ref(q, other)) if tag == other => {
                let same = self.at().ref_eq(p, q);
                let outcome = actual_x.bits() == actual_y.bits();
                self.guard_bool(same, outcome);
                match tag {
                    Tag::Table if !outcome => return self.table_equality((p, actual_x), (q, actual_y)),
                    // They may have an `__eq`, which no guard looks at.
                    Tag::Userdata if !outcome => return Err(Abort::Types),
                    _ => {}
                }
            }
            // Values of different types, both guarded: the outcome is fixed.
            _ => {}
        }
        Ok(())
    }

    /// Two different tables: equal only if an `__eq` says so.
    fn table_equality(&mut self, (p, actual_p): (Value, Raw), (q, actual_q): (Value, Raw)) -> Result<(), Abort> {
        let mut handler = None;
        for (table, actual) in [(p, actual_p), (q, actual_q)] {
            if handler.is_some() || self.guards_bare(table, actual) {
                continue;
            }
            let shape = self.guard_shape_of(table, actual);
            handler = world::metamethod_of_shape(self.vm(), shape, Metamethod::Eq).map(|found| (shape, found));
            if handler.is_none() {
                self.guard_lacks(shape, Metamethod::Eq)?;
            }
        }
        match handler {
            None => Ok(()),
            Some((shape, found)) => {
                let handler = self.metamethod_value(shape, Metamethod::Eq, found)?;
                self.call_metamethod(handler, &[Val::Ref(p, Tag::Table), Val::Ref(q, Tag::Table)])
            }
        }
    }

    /// Guards the outcome of `x < y` or `x <= y`.
    fn order(&mut self, order: Order, (x, actual_x): (Val, Raw), (y, actual_y): (Val, Raw)) -> Result<(), Abort> {
        let (x, y) = (self.typed(x, actual_x), self.typed(y, actual_y));
        let le = order == Order::Le;
        let holds = match (x, y) {
            (Val::Int(p), Val::Int(q)) => {
                if le {
                    self.at().le(p, q)
                } else {
                    self.at().lt(p, q)
                }
            }
            (Val::Float(p), Val::Float(q)) => self.float_order(le, p, q),
            (Val::Int(p), Val::Float(q)) => match self.exact_float(p) {
                Some(p) => self.float_order(le, p, q),
                None => self.call_bool(if le { Helper::IntLeFloat } else { Helper::IntLtFloat }, &[p, q]),
            },
            (Val::Float(p), Val::Int(q)) => match self.exact_float(q) {
                Some(q) => self.float_order(le, p, q),
                None => self.call_bool(if le { Helper::FloatLeInt } else { Helper::FloatLtInt }, &[p, q]),
            },
            (Val::Ref(p, Tag::Str), Val::Ref(q, Tag::Str)) => {
                self.call_bool(if le { Helper::StrLe } else { Helper::StrLt }, &[p, q])
            }
            _ => {
                let event = if le { Metamethod::Le } else { Metamethod::Lt };
                return self.order_metamethod(event, (x, actual_x), (y, actual_y));
            }
        };
        let outcome = world::order_holds(le, actual_x, actual_y);
        self.guard_bool(holds, outcome);
        Ok(())
    }

    fn float_order(&mut self, le: bool, p: Value, q: Value) -> Value {
        if le { self.at().fle(p, q) } else { self.at().flt(p, q) }
    }

    /// An integer constant as a float, if that is exact.
    fn exact_float(&mut self, int: Value) -> Option<Value> {
        let number = self.graph.as_int(int)?;
        (number.unsigned_abs() <= 1 << 53).then(|| self.graph.fconst(number as f64))
    }

    fn order_metamethod(&mut self, event: Metamethod, x: (Val, Raw), y: (Val, Raw)) -> Result<(), Abort> {
        for (val, actual) in [x, y] {
            if actual.tag() != RtTag::Table {
                self.guard_basic_lacks(actual, event)?;
                continue;
            }
            let Val::Ref(table, _) = val else { continue };
            let shape = self.guard_shape_of(table, actual);
            if let Some(found) = world::metamethod_of_shape(self.vm(), shape, event) {
                let handler = self.metamethod_value(shape, event, found)?;
                return self.call_metamethod(handler, &[x.0, y.0]);
            }
            self.guard_lacks(shape, event)?;
        }
        Err(Abort::Types)
    }

    /// Calls a helper that yields a condition.
    pub(super) fn call_bool(&mut self, helper: Helper, args: &[Value]) -> Value {
        self.at().call(helper, args, None).expect("the helper yields a condition")
    }
}
