//! Where a register's value comes from, in the words of the program: `local 'x'`, `field 'y'`, `global 'f'`.
//!
//! The walk goes over the code up to the instruction in question and remembers the last one that certainly ran and wrote the
//! register. A write that a forward jump may have skipped does not count.

use crate::bytecode::check::jump_distance;
use crate::bytecode::{Inst, Op};
use crate::object::layout::Str;
use crate::object::metamethod::Metamethod;
use crate::object::proto::Proto;
use crate::stdlib::until_zero;

/// A kind of name, and the name.
pub(crate) struct Origin {
    /// `local`, `global`, `field`, `method`, `upvalue`, `constant`, `metamethod`, `for iterator`.
    pub(crate) kind: &'static str,
    /// The name.
    pub(crate) name: Vec<u8>,
}

/// Names end at a zero, as in the messages of the reference.
fn origin(kind: &'static str, name: &[u8]) -> Option<Origin> {
    Some(Origin { kind, name: until_zero(name).to_vec() })
}

/// The name of the local variable in `register` before instruction `pc`.
pub(crate) fn local_name(proto: &Proto, pc: usize, register: usize) -> Option<Vec<u8>> {
    let pc = pc as u32;
    let in_scope = |local: &&crate::bytecode::function::LocalInfo| {
        local.register as usize == register && local.start_pc <= pc && pc < local.end_pc
    };
    proto.locals.iter().rev().find(in_scope).map(|local| local.name.to_vec())
}

/// The name of the local variable in `register` whose scope begins at instruction `pc` or right after it.
pub(crate) fn declared_name(proto: &Proto, pc: usize, register: usize) -> Option<Vec<u8>> {
    let begins = |local: &&crate::bytecode::function::LocalInfo| {
        local.register as usize == register && (pc..=pc + 1).contains(&(local.start_pc as usize))
    };
    let declared = proto.locals.iter().rev().find(begins).map(|local| local.name.to_vec());
    declared.or_else(|| local_name(proto, pc, register))
}

/// An upvalue as an origin.
pub(crate) fn of_upvalue(proto: &Proto, index: usize) -> Origin {
    let name = proto.upvalues.get(index).filter(|upvalue| !upvalue.name.is_empty());
    let name = name.map_or(b"?".to_vec(), |upvalue| upvalue.name.to_vec());
    Origin { kind: "upvalue", name }
}

/// Where the value of `register` comes from, before instruction `pc`.
pub(crate) fn of_register(proto: &Proto, pc: usize, register: usize) -> Option<Origin> {
    if let Some(name) = local_name(proto, pc, register) {
        return origin("local", &name);
    }
    let at = last_write(proto, pc, register)?;
    let inst = proto.unlinked.code[at];
    match inst.op() {
        Op::Move if inst.b() < inst.a() => of_register(proto, at, inst.b()),
        Op::GetCell | Op::GetUpval | Op::LoadK => of_simple(proto, pc, register),
        Op::GetTabUp => origin(field_kind(&of_upvalue(proto, inst.b()).name), &key_text(proto, inst)),
        Op::GetField => {
            let table = of_simple(proto, at, inst.b()).filter(|table| table.kind != "constant");
            origin(table.map_or("field", |table| field_kind(&table.name)), &key_text(proto, inst))
        }
        Op::SelfField => origin("method", &key_text(proto, inst)),
        Op::GetInt => origin("field", b"integer index"),
        Op::GetIndex => {
            let key = of_simple(proto, at, inst.c()).filter(|key| key.kind == "constant");
            origin("field", &key.map_or(b"?".to_vec(), |key| key.name))
        }
        _ => None,
    }
}

/// As [`of_register`], if the value is that of a variable or a constant: without a look at how other values came to be, which may
/// be a chain as long as the program.
fn of_simple(proto: &Proto, pc: usize, register: usize) -> Option<Origin> {
    if let Some(name) = local_name(proto, pc, register) {
        return origin("local", &name);
    }
    let at = last_write(proto, pc, register)?;
    let inst = proto.unlinked.code[at];
    match inst.op() {
        Op::Move if inst.b() < inst.a() => of_simple(proto, at, inst.b()),
        Op::GetCell => origin("local", &local_name(proto, at, inst.b())?),
        Op::GetUpval => Some(of_upvalue(proto, inst.b())),
        Op::LoadK => origin("constant", &constant_text(proto, inst.d())?),
        _ => None,
    }
}

/// What the instruction at `pc`, which calls something, calls it.
pub(crate) fn of_callee(proto: &Proto, pc: usize, inst: Inst) -> Option<Origin> {
    let event = match inst.op() {
        Op::Call | Op::TailCall => return of_register(proto, pc, inst.a()),
        Op::TForCall => return origin("for iterator", b"for iterator"),
        Op::GetTabUp | Op::GetField | Op::GetIndex | Op::GetInt | Op::SelfField => Metamethod::Index,
        Op::SetTabUp | Op::SetField | Op::SetIndex | Op::SetInt => Metamethod::NewIndex,
        Op::Add | Op::AddK => Metamethod::Add,
        Op::Sub | Op::SubK => Metamethod::Sub,
        Op::Mul | Op::MulK => Metamethod::Mul,
        Op::Div | Op::DivK => Metamethod::Div,
        Op::Mod | Op::ModK => Metamethod::Mod,
        Op::Pow | Op::PowK => Metamethod::Pow,
        Op::IDiv | Op::IDivK => Metamethod::IDiv,
        Op::BAnd => Metamethod::BAnd,
        Op::BOr => Metamethod::BOr,
        Op::BXor => Metamethod::BXor,
        Op::Shl => Metamethod::Shl,
        Op::Shr => Metamethod::Shr,
        Op::Unm => Metamethod::Unm,
        Op::BNot => Metamethod::BNot,
        Op::Len => Metamethod::Len,
        Op::Concat => Metamethod::Concat,
        Op::JEq | Op::JNe => Metamethod::Eq,
        Op::JLt | Op::JNlt | Op::JLtI | Op::JNltI | Op::JGtI | Op::JNgtI => Metamethod::Lt,
        Op::JLe | Op::JNle | Op::JLeI | Op::JNleI | Op::JGeI | Op::JNgeI => Metamethod::Le,
        Op::Close | Op::Return => Metamethod::Close,
        _ => return None,
    };
    origin("metamethod", &event.text().as_bytes()[2..])
}

fn field_kind(table: &[u8]) -> &'static str {
    if table == b"_ENV" { "global" } else { "field" }
}

fn key_text(proto: &Proto, inst: Inst) -> Vec<u8> {
    proto.unlinked.field_keys.get(inst.d()).map_or(b"?".to_vec(), |key| key.to_vec())
}

fn constant_text(proto: &Proto, index: usize) -> Option<Vec<u8>> {
    // SAFETY: a constant operand of the prototype's code.
    let constant = unsafe { *proto.constants.wrapping_add(index) };
    constant.as_gc::<Str>().map(|text| text.bytes().to_vec())
}

/// The last instruction before `pc` that wrote `register` on every path to `pc`.
fn last_write(proto: &Proto, pc: usize, register: usize) -> Option<usize> {
    let mut last = None;
    let mut target = 0;
    for (at, &inst) in proto.unlinked.code[..pc].iter().enumerate() {
        if writes(inst, register) {
            last = if at < target { None } else { Some(at) };
        }
        if let Some(distance) = jump_distance(inst) {
            let destination = (at as isize + 1 + distance) as usize;
            if distance > 0 && destination <= pc && destination > target {
                target = destination;
            }
        }
    }
    last
}

/// Whether an instruction may write a register.
fn writes(inst: Inst, register: usize) -> bool {
    let (a, r) = (inst.a(), register);
    match inst.op() {
        Op::LoadNil => (a..=a + inst.b()).contains(&r),
        Op::Call | Op::TailCall | Op::Vararg => r >= a,
        Op::TForCall => r >= a + 4,
        Op::SelfField => r == a || r == a + 2,
        Op::ForPrep | Op::ForLoop | Op::JitForLoop => (a..=a + 2).contains(&r),
        Op::TForLoop | Op::JitTForLoop => r == a + 2,
        Op::SetUpval | Op::SetCell | Op::SetTabUp | Op::SetField | Op::SetIndex | Op::SetInt | Op::SetList => false,
        Op::Return | Op::Return0 | Op::Return1 | Op::Close | Op::Tbc | Op::TForPrep => false,
        Op::Jmp | Op::JmpBack | Op::JitJmpBack | Op::JitEnter | Op::VarargPrep => false,
        Op::JTrueSet | Op::JFalseSet => r == a,
        op => jump_distance(inst).is_none() && !matches!(op, Op::NewCell) && r == a,
    }
}
