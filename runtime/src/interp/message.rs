//! The texts of run-time errors, word for word those of the reference implementation.
//!
//! A message names the offending value where the program's text does: to find the name, the code of the running
//! function is walked for the instruction that put the value into its register ([`Origin`]). Positions (`chunk:line:`) and
//! the number and name of bad arguments are added by [`complete`], which knows the frames.

use super::frame::{FrameKind, FrameLink};
use super::origin::{self, Origin};
use super::walk::{self, Walk};
use crate::bytecode::{Inst, Op};
use crate::native::Raise;
use crate::number::{self, Number};
use crate::object::layout::Str;
use crate::object::metamethod::Metamethod;
use crate::object::proto::Proto;
use crate::syntax::chunk_id;
use crate::value::{Raw, Tag};
use crate::vm::Vm;

/// The name of the value's type. Names are bytes: they need not be text.
fn typename(vm: &mut Vm, value: Raw) -> Vec<u8> {
    vm.cx().typename(value).to_vec()
}

/// ` (kind 'name')`, or nothing.
fn described(origin: Option<Origin>) -> Vec<u8> {
    origin.map_or(Vec::new(), |origin| [b" (", origin.kind.as_bytes(), b" '", &origin.name, b"')"].concat())
}

fn type_error(vm: &mut Vm, action: &str, value: Raw, origin: Option<Origin>) -> Raise {
    let name = typename(vm, value);
    let message = [b"attempt to ", action.as_bytes(), b" a ", &name, b" value", &described(origin)].concat();
    vm.runtime_error(message)
}

/// The instruction that is being executed, if the running frame is a Lua frame.
fn current(vm: &mut Vm) -> Option<(&'static Proto, usize, Inst)> {
    let base = vm.regs().base;
    // SAFETY: the base of the running frame.
    if unsafe { FrameLink::of(base) }.frame_kind() != FrameKind::Lua {
        return None;
    }
    let m = vm.machine();
    let proto = vm.running_proto(m).get();
    let pc = (m.pc.addr() - proto.code.addr()) / size_of::<Inst>();
    let pc = pc.checked_sub(1)?;
    Some((proto, pc, proto.unlinked.code[pc]))
}

/// Where one of these registers that holds `value` got it from.
fn origin_of(vm: &mut Vm, value: Raw, registers: &[usize]) -> Option<Origin> {
    let (proto, pc, _) = current(vm)?;
    let m = vm.machine();
    let register = registers.iter().copied().find(|&r| m.get(r).same_bits(value))?;
    origin::of_register(proto, pc, register)
}

/// A value that can't be indexed was.
pub(crate) fn index(vm: &mut Vm, value: Raw, _key: Raw) -> Raise {
    let origin = current(vm).and_then(|(proto, pc, inst)| {
        let m = vm.machine();
        let register = match inst.op() {
            Op::GetTabUp | Op::SetTabUp => {
                let holds = super::access::load_cell(super::access::upvalue(m, inst.b())).same_bits(value);
                return holds.then(|| origin::of_upvalue(proto, inst.b()));
            }
            Op::GetField | Op::GetIndex | Op::GetInt | Op::SelfField => inst.b(),
            Op::SetField | Op::SetIndex | Op::SetInt => inst.a(),
            _ => return None,
        };
        // `SelfField` may have moved its receiver over the register already.
        if !m.get(register).same_bits(value) {
            return None;
        }
        origin::of_register(proto, pc, register)
    });
    type_error(vm, "index", value, origin)
}

/// A value that can't be called was.
pub(crate) fn call(vm: &mut Vm, value: Raw) -> Raise {
    let origin = current(vm).and_then(|(proto, pc, inst)| origin::of_callee(proto, pc, inst));
    type_error(vm, "call", value, origin)
}

/// Whether a call of the value has a function to enter.
pub(crate) fn is_callable(vm: &mut Vm, value: Raw) -> bool {
    matches!(value.tag(), Tag::Closure | Tag::Native) || vm.cx().metamethod(value, Metamethod::Call).is_some()
}

/// A finalizer that can't be called.
pub(crate) fn finalizer(vm: &mut Vm, value: Raw) -> Raise {
    let origin = Origin { kind: "metamethod", name: b"__gc".to_vec() };
    type_error(vm, "call", value, Some(origin))
}

/// Arithmetic on what is no number.
pub(crate) fn arithmetic(vm: &mut Vm, event: Metamethod, left: Raw, right: Raw) -> Raise {
    if left.tag() == Tag::Str || right.tag() == Tag::Str {
        let (a, b) = (typename(vm, left), typename(vm, right));
        let action = &event.text().as_bytes()[2..];
        return vm.runtime_error([b"attempt to ", action, b" a '", &a, b"' with a '", &b, b"'"].concat());
    }
    let culprit = if left.is_number() { right } else { left };
    let origin = operand_origin(vm, culprit);
    type_error(vm, "perform arithmetic on", culprit, origin)
}

/// Where an operand of the current instruction got its value from.
fn operand_origin(vm: &mut Vm, value: Raw) -> Option<Origin> {
    let (_, _, inst) = current(vm)?;
    use crate::bytecode::op::Form;
    let registers: &[usize] = match inst.op().form() {
        Form::ABC => &[inst.b(), inst.c()],
        Form::AB | Form::ABK => &[inst.b()],
        _ => return None,
    };
    origin_of(vm, value, registers)
}

/// Bits of what is no integer.
pub(crate) fn bitwise(vm: &mut Vm, left: Raw, right: Raw) -> Raise {
    let culprit = if left.is_number() { right } else { left };
    if !culprit.is_number() {
        let origin = operand_origin(vm, culprit);
        return type_error(vm, "perform bitwise operation on", culprit, origin);
    }
    let is_int = |value: Raw| super::access::number(value).is_some_and(|number| number.to_int_exact().is_some());
    let culprit = if is_int(left) { right } else { left };
    let origin = operand_origin(vm, culprit);
    vm.runtime_error([b"number".as_slice(), &described(origin), b" has no integer representation"].concat())
}

/// Concatenation of what is neither string nor number.
pub(crate) fn concat(vm: &mut Vm, _inst: Inst, register: usize, left: Raw, right: Raw) -> Raise {
    let joins = left.is_number() || left.tag() == Tag::Str;
    let (culprit, register) = if joins { (right, register + 1) } else { (left, register) };
    let origin = origin_of(vm, culprit, &[register]);
    type_error(vm, "concatenate", culprit, origin)
}

/// The length of what has none.
pub(crate) fn length(vm: &mut Vm, value: Raw) -> Raise {
    let origin = operand_origin(vm, value);
    type_error(vm, "get length of", value, origin)
}

/// An order of what has none.
pub(crate) fn compare(vm: &mut Vm, left: Raw, right: Raw) -> Raise {
    let (a, b) = (typename(vm, left), typename(vm, right));
    if a == b {
        return vm.runtime_error([b"attempt to compare two ".as_slice(), &a, b" values"].concat());
    }
    vm.runtime_error([b"attempt to compare ".as_slice(), &a, b" with ", &b].concat())
}

/// An operand of `for` is no number.
pub(crate) fn for_operand(vm: &mut Vm, what: &str, value: Raw) -> Raise {
    let got = typename(vm, value);
    vm.runtime_error([b"bad 'for' ", what.as_bytes(), b" (number expected, got ", &got, b")"].concat())
}

/// A variable with a value that has no `__close`.
pub(crate) fn not_closable(vm: &mut Vm, register: usize) -> Raise {
    let name = current(vm).and_then(|(proto, pc, _)| origin::declared_name(proto, pc, register));
    let name = name.unwrap_or_else(|| b"?".to_vec());
    vm.runtime_error([b"variable '".as_slice(), &name, b"' got a non-closable value"].concat())
}

/// `chunk:line: ` of a caller: level 1 is the function that called the running native function (or the running Lua
/// function itself), 2 is what called that. Nothing for what has no lines. A function without debug information has
/// `?:-1: `, but for native functions that speak of their caller it has no lines.
pub(crate) fn position(vm: &mut Vm, level: usize) -> Vec<u8> {
    let mut walk = Walk::running(vm).peekable();
    let native = walk.peek().is_none_or(|running| running.proto().is_none());
    let Some(level) = walk.nth(if native { level } else { level.saturating_sub(1) }) else { return Vec::new() };
    let (Some(proto), Some(line)) = (level.proto(), level.line_or_unknown()) else { return Vec::new() };
    if line < 0 && native {
        return Vec::new();
    }
    let mut text = chunk_id(&proto.get().source);
    text.extend_from_slice(format!(":{line}: ").as_bytes());
    text
}

/// Puts what only the frames tell into the error in the error slot.
pub(crate) fn complete(vm: &mut Vm, raise: Raise) {
    let prefix = match raise {
        Raise::Value | Raise::Grow | Raise::Reenter | Raise::Memory | Raise::Interrupted => return,
        Raise::Positioned => position(vm, 1),
        Raise::Argument(number) => {
            let text = bad_argument(vm, number);
            let cx = vm.cx();
            let text = cx.string(&text).value();
            let _ = cx.raise(text);
            position(vm, 1)
        }
    };
    let cx = vm.cx();
    if let Some(message) = cx.error_value().as_gc::<Str>() {
        let text = [&prefix, message.bytes()].concat();
        let _ = cx.raise(cx.string(&text).value());
    }
}

/// `bad argument #n to 'name' (what)` for the running native function.
fn bad_argument(vm: &mut Vm, number: u32) -> Vec<u8> {
    let what = vm.cx().error_value().as_gc::<Str>().map(|text| text.bytes().to_vec()).unwrap_or_default();
    let mut number = number;
    let origin = walk::running_called_as(vm);
    let name = match origin {
        Some(origin) => {
            if origin.kind == "method" {
                number -= 1;
                if number == 0 {
                    return [b"calling '".as_slice(), &origin.name, b"' on bad self (", &what, b")"].concat();
                }
            }
            origin.name
        }
        None => {
            let function = vm.slot(vm.running_base() - 2);
            super::traceback::global_name(vm, function).unwrap_or_else(|| b"?".to_vec())
        }
    };
    [format!("bad argument #{number} to '").as_bytes(), &name, b"' (", &what, b")"].concat()
}

/// See [`Vm::error_message`].
pub(crate) fn of_error(vm: &mut Vm) -> Vec<u8> {
    let error = vm.cx().error_value().raw();
    if let Some(text) = error.as_gc::<Str>() {
        return text.bytes().to_vec();
    }
    if let Some(number) = super::access::number(error) {
        return number::format_number(number).to_vec();
    }
    if let Some(method) = vm.cx().metamethod(error, Metamethod::ToString).map(|method| method.raw()) {
        let top = super::gc::first_unused(vm);
        vm.set_top(vm.slot_at(top));
        vm.push_callee(method);
        vm.push(error);
        if vm.call_protected(1, Some(1)).is_ok() {
            let text = vm.pop();
            if let Some(text) = text.as_gc::<Str>() {
                return text.bytes().to_vec();
            }
        }
    }
    format!("(error object is a {} value)", error.tag().type_name()).into_bytes()
}

impl Vm {
    /// `chunk:line: ` of a caller, or nothing: level 1 is the function that called the running native function.
    pub fn position(&mut self, level: usize) -> Vec<u8> {
        position(self, level)
    }

    /// The text of `tostring(value)`: `__tostring` and `__name` included. Pushes it and returns it.
    pub fn tostring(&mut self, value: Raw) -> Result<Raw, Raise> {
        let value = match self.cx().metamethod(value, Metamethod::ToString).map(|method| method.raw()) {
            None => value,
            Some(method) => {
                let text = self.call_values(method, &[value])?;
                if text.tag() != Tag::Str && !text.is_number() {
                    return Err(self.error_text("'__tostring' must return a string"));
                }
                text
            }
        };
        let text = match value.tag() {
            Tag::Str => return Ok(value),
            Tag::Int => number::format_number(Number::Int(value.bits() as i64)).to_vec(),
            Tag::Float => number::format_number(Number::Float(f64::from_bits(value.bits()))).to_vec(),
            Tag::Nil => b"nil".to_vec(),
            Tag::False => b"false".to_vec(),
            Tag::True => b"true".to_vec(),
            _ => {
                let mut text = typename(self, value);
                let id = self.cx().unique_id(value).unwrap_or(value.bits());
                text.extend_from_slice(format!(": 0x{id:014x}").as_bytes());
                text
            }
        };
        Ok(self.cx().string(&text).value().raw())
    }
}
