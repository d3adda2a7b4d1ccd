//! Structural verification of a compiled function: what the interpreter takes for granted.
//!
//! - There is one line an instruction, and the last instruction does not run on.
//! - Registers lie below the frame size; indices of constants, caches, sites, children and upvalues are in range.
//! - A jump leads to an instruction of the function. Only instructions with a hot site jump back, and always do.
//! - An instruction that skips the next one has one after that.
//! - Instructions that only the interpreter itself puts into code do not occur.
//! - Debug information is in range, and a local that is a cell is said to be one only where it is in scope.

use super::function::{Constant, FunctionCode};
use super::inst::Inst;
use super::op::{Form, Op};

/// Verifies a function and all functions inside it; the error names the first violation.
pub fn check(code: &FunctionCode) -> Result<(), String> {
    check_function(code).map_err(|(pc, text)| format!("function at line {}, pc {pc}: {text}", code.line_defined))?;
    code.children.iter().try_for_each(check)
}

fn check_function(code: &FunctionCode) -> Result<(), (usize, String)> {
    let length = code.code.len();
    require(code.lines.len() == length, 0, "lines and instructions differ in number")?;
    require(code.num_params <= code.frame_size, 0, "more parameters than registers")?;
    for (pc, &inst) in code.code.iter().enumerate() {
        require(frame_top(inst) <= usize::from(code.frame_size), pc, "register beyond the frame")?;
        check_indices(code, inst, pc)?;
        check_flow(inst, pc, length)?;
    }
    for local in &code.locals {
        let in_order = local.start_pc <= local.end_pc && local.end_pc as usize <= length;
        require(in_order && local.register < code.frame_size, 0, "debug information out of range")?;
    }
    for child in &code.children {
        for upvalue in &child.upvalues {
            let limit = if upvalue.from_parent_register { usize::from(code.frame_size) } else { code.upvalues.len() };
            require(usize::from(upvalue.index) < limit, 0, "a child's upvalue is out of range")?;
        }
    }
    Ok(())
}

fn require(holds: bool, pc: usize, text: &str) -> Result<(), (usize, String)> {
    if holds { Ok(()) } else { Err((pc, text.into())) }
}

fn check_indices(code: &FunctionCode, inst: Inst, pc: usize) -> Result<(), (usize, String)> {
    let is_number = |index: usize| matches!(code.constants.get(index), Some(Constant::Int(_) | Constant::Float(_)));
    match inst.op().form() {
        Form::AK => require(inst.d() < code.constants.len(), pc, "no such constant")?,
        Form::AKJ => require(inst.bc() < code.constants.len(), pc, "no such constant")?,
        Form::ABK => require(is_number(inst.d()), pc, "no such numeric constant")?,
        Form::ABF => require(inst.d() < code.field_keys.len(), pc, "no such field cache")?,
        Form::AP => require(inst.d() < code.children.len(), pc, "no such child")?,
        Form::AT | Form::ABCT => require(inst.d() < code.table_sites.len(), pc, "no such allocation site")?,
        Form::SJ | Form::ASJ => require(inst.bc() < usize::from(code.hot_sites), pc, "no such hot site")?,
        _ => {}
    }
    match inst.op() {
        Op::GetUpval | Op::SetUpval | Op::GetTabUp | Op::SetTabUp => {
            require(inst.b() < code.upvalues.len(), pc, "no such upvalue")
        }
        Op::NewRecord => {
            let keys = code.table_sites[inst.d()].keys.len();
            require(keys == inst.c(), pc, "a record with another number of keys than values")
        }
        _ => Ok(()),
    }
}

fn check_flow(inst: Inst, pc: usize, length: usize) -> Result<(), (usize, String)> {
    let target = pc as i64 + 1 + inst.sd() as i64;
    match inst.op() {
        Op::JitJmpBack | Op::JitForLoop | Op::JitTForLoop | Op::JitEnter => {
            require(false, pc, "a compiled form")?;
        }
        Op::ReturnToRust | Op::ReturnToPcall | Op::ReturnToXpcall | Op::ReturnToClose => {
            require(false, pc, "a frame end")?;
        }
        Op::LoadFalseSkip => require(pc + 2 < length, pc, "skips past the end")?,
        op => match op.form() {
            Form::SJ | Form::ASJ => require((0..=pc as i64).contains(&target), pc, "a back edge that is none")?,
            Form::J | Form::AJ | Form::ABJ | Form::AKJ | Form::AIJ => {
                require((pc as i64 + 1..length as i64).contains(&target), pc, "a forward jump that is none")?;
            }
            _ => {}
        },
    }
    let ends = matches!(inst.op(), Op::Return | Op::Return0 | Op::Return1 | Op::TailCall | Op::Jmp | Op::JmpBack);
    require(pc + 1 < length || ends, pc, "runs past the end")
}

/// The number of registers that the frame needs for an instruction, as far as its operands tell.
fn frame_top(inst: Inst) -> usize {
    let (a, b, c) = (inst.a(), inst.b(), inst.c());
    let count = |stored: usize| stored.saturating_sub(1);
    match inst.op() {
        Op::Jmp | Op::JmpBack | Op::Return0 | Op::VarargPrep | Op::JitJmpBack | Op::JitEnter => 0,
        Op::ReturnToRust | Op::ReturnToPcall | Op::ReturnToXpcall | Op::ReturnToClose => 0,
        Op::LoadI | Op::LoadK | Op::LoadFalse | Op::LoadTrue | Op::LoadFalseSkip | Op::NewCell => a + 1,
        Op::GetUpval | Op::SetUpval | Op::GetTabUp | Op::SetTabUp | Op::NewTable | Op::Closure | Op::Tbc => a + 1,
        Op::JTrue | Op::JFalse | Op::JEqK | Op::JNeK | Op::JLtI | Op::JNltI | Op::JLeI | Op::JNleI => a + 1,
        Op::JGtI | Op::JNgtI | Op::JGeI | Op::JNgeI | Op::Return1 => a + 1,
        // Closing from the register after the last one closes nothing.
        Op::Close => a,
        Op::Move | Op::GetCell | Op::SetCell | Op::GetField | Op::SetField | Op::GetInt => a.max(b) + 1,
        Op::AddK | Op::SubK | Op::MulK | Op::DivK | Op::ModK | Op::PowK | Op::IDivK => a.max(b) + 1,
        Op::Unm | Op::BNot | Op::Not | Op::Len | Op::JTrueSet | Op::JFalseSet => a.max(b) + 1,
        Op::JEq | Op::JNe | Op::JLt | Op::JNlt | Op::JLe | Op::JNle => a.max(b) + 1,
        Op::SetInt => a.max(c) + 1,
        Op::SelfField => (a + 3).max(b + 1),
        Op::GetIndex | Op::SetIndex => a.max(b).max(c) + 1,
        Op::Add | Op::Sub | Op::Mul | Op::Div | Op::Mod | Op::Pow | Op::IDiv => a.max(b).max(c) + 1,
        Op::BAnd | Op::BOr | Op::BXor | Op::Shl | Op::Shr => a.max(b).max(c) + 1,
        Op::LoadNil | Op::SetList => a + b + 1,
        Op::NewRecord | Op::NewArray | Op::Concat => (a + 1).max(b + c),
        Op::ForPrep | Op::ForLoop | Op::JitForLoop => a + 3,
        Op::TForPrep => a + 4,
        Op::TForLoop | Op::JitTForLoop => a + 5,
        Op::TForCall => a + 4 + c.max(4),
        Op::Call => (a + 2 + count(b)).max(a + count(c)),
        Op::TailCall => a + 2 + count(b),
        Op::Return => a + count(b),
        Op::Vararg => a + count(c),
    }
}
