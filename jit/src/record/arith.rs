//! Arithmetic, bitwise operations, concatenation, length.

use moonset_ir::{Helper, Tag, Value};
use moonset_runtime::bytecode::{Inst, Op};
use moonset_runtime::object::metamethod::Metamethod;
use moonset_runtime::value::{Raw, Tag as RtTag};

use super::slots::{Val, ir_tag};
use super::{Recorder, world};
use crate::abort::Abort;

/// A binary operator, whatever its operands' encoding.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    Mod,
    Pow,
    IDiv,
    BAnd,
    BOr,
    BXor,
    Shl,
    Shr,
}

impl Binary {
    fn of(op: Op) -> (Binary, bool) {
        match op {
            Op::Add => (Binary::Add, false),
            Op::Sub => (Binary::Sub, false),
            Op::Mul => (Binary::Mul, false),
            Op::Div => (Binary::Div, false),
            Op::Mod => (Binary::Mod, false),
            Op::Pow => (Binary::Pow, false),
            Op::IDiv => (Binary::IDiv, false),
            Op::BAnd => (Binary::BAnd, false),
            Op::BOr => (Binary::BOr, false),
            Op::BXor => (Binary::BXor, false),
            Op::Shl => (Binary::Shl, false),
            Op::Shr => (Binary::Shr, false),
            Op::AddK => (Binary::Add, true),
            Op::SubK => (Binary::Sub, true),
            Op::MulK => (Binary::Mul, true),
            Op::DivK => (Binary::Div, true),
            Op::ModK => (Binary::Mod, true),
            Op::PowK => (Binary::Pow, true),
            Op::IDivK => (Binary::IDiv, true),
            op => unreachable!("{op:?} is no binary operator"),
        }
    }

    fn metamethod(self) -> Metamethod {
        match self {
            Binary::Add => Metamethod::Add,
            Binary::Sub => Metamethod::Sub,
            Binary::Mul => Metamethod::Mul,
            Binary::Div => Metamethod::Div,
            Binary::Mod => Metamethod::Mod,
            Binary::Pow => Metamethod::Pow,
            Binary::IDiv => Metamethod::IDiv,
            Binary::BAnd => Metamethod::BAnd,
            Binary::BOr => Metamethod::BOr,
            Binary::BXor => Metamethod::BXor,
            Binary::Shl => Metamethod::Shl,
            Binary::Shr => Metamethod::Shr,
        }
    }
}

impl Recorder {
    /// `R[a] = R[b] op R[c]` or `R[b] op K[d]`.
    pub(super) fn binary(&mut self, inst: Inst) -> Result<(), Abort> {
        let (op, with_constant) = Binary::of(inst.op());
        let b = inst.b() as i32;
        let (x, actual_x) = (self.get(b), self.actual(b));
        let (y, actual_y) = if with_constant {
            (self.constant(inst.d()), world::constant(self.proto(), inst.d()))
        } else {
            let c = inst.c() as i32;
            (self.get(c), self.actual(c))
        };
        let result = if actual_x.is_number() && actual_y.is_number() {
            self.numbers(op, (x, actual_x), (y, actual_y))?
        } else if read_as_numbers(actual_x) && read_as_numbers(actual_y) {
            let x = self.number_in_string(x, actual_x, op.metamethod())?;
            let y = self.number_in_string(y, actual_y, op.metamethod())?;
            self.numbers(op, x, y)?
        } else {
            return self.binary_metamethod(op.metamethod(), inst, (x, actual_x), (y, actual_y));
        };
        self.set(inst.a() as i32, result);
        Ok(())
    }

    /// An operand of an operator whose operands are numbers and strings that read as numbers. Arithmetic on strings is what the metamethods
    /// that the library has given them do: they have to be in place.
    fn number_in_string(&mut self, val: Val, actual: Raw, event: Metamethod) -> Result<(Val, Raw), Abort> {
        if actual.tag() != RtTag::Str {
            return Ok((val, actual));
        }
        let text = self.typed(val, actual);
        let metatable = world::basic_metatable(self.vm(), actual).ok_or(Abort::Types)?;
        let name = world::metamethod_name(self.vm(), event);
        let handler = world::raw_get(self.vm(), metatable, name);
        // There are none for bitwise operations.
        if handler.tag() != RtTag::Native || !world::is_arithmetic_of_strings(handler, name) {
            return Err(Abort::Types);
        }
        let (found, _) = self.metatable_entry(metatable, event, handler)?;
        self.guard_native(found, handler)?;
        let number = world::as_number(actual).ok_or(Abort::Error)?;
        let boxed = self.any(text);
        let read = self.at().call(Helper::ToNumber, &[boxed], None).expect("a value");
        Ok((Val::Any(read), number))
    }

    fn numbers(&mut self, op: Binary, (x, actual_x): (Val, Raw), (y, actual_y): (Val, Raw)) -> Result<Val, Abort> {
        let ints = actual_x.tag() == RtTag::Int && actual_y.tag() == RtTag::Int;
        match op {
            Binary::BAnd | Binary::BOr | Binary::BXor | Binary::Shl | Binary::Shr => {
                let (x, y) = (self.to_int(x, actual_x)?, self.to_int(y, actual_y)?);
                let b = &mut self.at();
                return Ok(Val::Int(match op {
                    Binary::BAnd => b.band(x, y),
                    Binary::BOr => b.bor(x, y),
                    Binary::BXor => b.bxor(x, y),
                    Binary::Shl => b.shl(x, y),
                    _ => b.shr(x, y),
                }));
            }
            Binary::Div | Binary::Pow => {}
            _ if ints => {
                let (x, y) = (self.int(x, actual_x)?, self.int(y, actual_y)?);
                if matches!(op, Binary::Mod | Binary::IDiv) {
                    self.guard_not_zero(y, actual_y)?;
                }
                let b = &mut self.at();
                return Ok(Val::Int(match op {
                    Binary::Add => b.add(x, y),
                    Binary::Sub => b.sub(x, y),
                    Binary::Mul => b.mul(x, y),
                    Binary::Mod => b.imod(x, y),
                    _ => b.idiv(x, y),
                }));
            }
            _ => {}
        }
        let (x, y) = (self.float(x, actual_x)?, self.float(y, actual_y)?);
        let b = &mut self.at();
        Ok(Val::Float(match op {
            Binary::Add => b.fadd(x, y),
            Binary::Sub => b.fsub(x, y),
            Binary::Mul => b.fmul(x, y),
            Binary::Div => b.fdiv(x, y),
            Binary::Mod => b.fmod(x, y),
            Binary::Pow => b.fpow(x, y),
            _ => b.fidiv(x, y),
        }))
    }

    fn guard_not_zero(&mut self, y: Value, actual: Raw) -> Result<(), Abort> {
        if actual.bits() == 0 {
            return Err(Abort::Error);
        }
        if self.graph.as_int(y).is_none() {
            let zero = self.graph.iconst(0);
            let differs = self.at().ne(y, zero);
            self.guard_bool(differs, true);
        }
        Ok(())
    }

    /// An operand of a bitwise operation: a float with an integral value is converted.
    #[expect(clippy::wrong_self_convention, reason = "what is converted is the argument")]
    pub(super) fn to_int(&mut self, val: Val, actual: Raw) -> Result<Value, Abort> {
        match self.typed(val, actual) {
            Val::Int(value) => Ok(value),
            Val::Float(value) => {
                let float = f64::from_bits(actual.bits());
                if float.floor() != float || !(-9.2e18..9.2e18).contains(&float) {
                    return Err(Abort::Error);
                }
                let snap = self.snapshot();
                Ok(self.at().guard_float_to_int(value, snap))
            }
            _ => Err(Abort::Types),
        }
    }

    /// `-R[b]`, `~R[b]`.
    pub(super) fn unary(&mut self, inst: Inst) -> Result<(), Abort> {
        let b = inst.b() as i32;
        let (x, actual) = (self.get(b), self.actual(b));
        let event = if inst.op() == Op::Unm { Metamethod::Unm } else { Metamethod::BNot };
        let (x, actual) = if actual.is_number() {
            (x, actual)
        } else if read_as_numbers(actual) {
            self.number_in_string(x, actual, event)?
        } else {
            return self.binary_metamethod(event, inst, (x, actual), (x, actual));
        };
        let result = if inst.op() == Op::BNot {
            let x = self.to_int(x, actual)?;
            Val::Int(self.at().bnot(x))
        } else {
            match self.typed(x, actual) {
                Val::Int(x) => Val::Int(self.at().neg(x)),
                Val::Float(x) => Val::Float(self.at().fneg(x)),
                _ => return Err(Abort::Types),
            }
        };
        self.set(inst.a() as i32, result);
        Ok(())
    }

    /// `not R[b]`.
    pub(super) fn not(&mut self, a: i32, b: i32) {
        let (x, actual) = (self.get(b), self.actual(b));
        let result = match x {
            Val::Bool(cond) => Val::Bool(self.at().not(cond)),
            x => {
                self.typed(x, actual);
                Val::Prim(if ir_tag(actual).is_truthy() { Tag::False } else { Tag::True })
            }
        };
        self.set(a, result);
    }

    /// `#R[b]`.
    pub(super) fn len(&mut self, a: i32, b: i32) -> Result<(), Abort> {
        let (x, actual) = (self.get(b), self.actual(b));
        let result = match actual.tag() {
            RtTag::Str => {
                let string = self.reference(x, actual, Tag::Str)?;
                self.at().str_len(string)
            }
            RtTag::Table => {
                let table = self.reference(x, actual, Tag::Table)?;
                if self.guards_bare(table, actual) {
                    self.at().array_len(table)
                } else {
                    let shape = self.guard_shape_of(table, actual);
                    if let Some(handler) = world::metamethod_of_shape(self.vm(), shape, Metamethod::Len) {
                        let handler = self.metamethod_value(shape, Metamethod::Len, handler)?;
                        let table = Val::Ref(table, Tag::Table);
                        return self.call_metamethod(handler, &[table, table]);
                    }
                    self.guard_lacks(shape, Metamethod::Len)?;
                    self.border(table, actual, shape)?
                }
            }
            _ => return Err(Abort::Types),
        };
        self.set(a, Val::Int(result));
        Ok(())
    }

    /// `R[b] .. ... .. R[b+c-1]`.
    pub(super) fn concat(&mut self, a: i32, b: i32, c: i32) -> Result<(), Abort> {
        let mut args = Vec::with_capacity(c as usize);
        for r in b..b + c {
            let (x, actual) = (self.get(r), self.actual(r));
            if !matches!(actual.tag(), RtTag::Str | RtTag::Int | RtTag::Float) {
                return Err(Abort::Types);
            }
            let typed = self.typed(x, actual);
            args.push(self.any(typed));
        }
        let snap = self.snapshot();
        let string = self.at().call(Helper::Concat, &args, Some(snap)).expect("concat yields a string");
        self.set(a, Val::Ref(string, Tag::Str));
        Ok(())
    }
}

/// Whether arithmetic takes a value as a number.
fn read_as_numbers(value: Raw) -> bool {
    world::as_number(value).is_some()
}
