//! Text form of bytecode, for people.
//!
//! One line an instruction: index, source line, mnemonic, operands, and after `;` what they stand for. The operand
//! columns follow the instruction's [`Form`]; jumps show the index they lead to.

use std::fmt::Write;

use super::function::{Constant, FunctionCode};
use super::inst::Inst;
use super::op::{Form, Op};

/// The text of a function and of all functions inside it.
pub fn disassemble(code: &FunctionCode) -> String {
    let mut out = String::new();
    write_function(&mut out, code);
    out
}

fn write_function(out: &mut String, code: &FunctionCode) {
    let FunctionCode { line_defined, last_line, num_params, frame_size, hot_sites, .. } = *code;
    let kind = if line_defined == 0 { "main".to_string() } else { format!("function {line_defined}-{last_line}") };
    let vararg = if code.is_vararg { "+" } else { "" };
    let _ = writeln!(out, "{kind}: params {num_params}{vararg}, frame {frame_size}, hot sites {hot_sites}");
    for (pc, &inst) in code.code.iter().enumerate() {
        let line = code.lines.get(pc).copied().unwrap_or(0);
        let text = format!("{pc:5} [{line}] {:13} {}", inst.op().text(), operands(inst, pc));
        let note = note(code, inst);
        let gap = if note.is_empty() { "" } else { "  ; " };
        let _ = writeln!(out, "{}{gap}{note}", text.trim_end());
    }
    for (at, upvalue) in code.upvalues.iter().enumerate() {
        let place = if upvalue.from_parent_register { "register" } else { "upvalue" };
        let _ = writeln!(out, "  upvalue {at}: {} = {place} {}", upvalue.name.escape_ascii(), upvalue.index);
    }
    for local in &code.locals {
        let cell = if local.is_cell { ", cell" } else { "" };
        let name = local.name.escape_ascii();
        let _ =
            writeln!(out, "  local {name}: register {}, {}..{}{cell}", local.register, local.start_pc, local.end_pc);
    }
    for child in &code.children {
        write_function(out, child);
    }
}

/// The operands of an instruction.
pub fn operands(inst: Inst, pc: usize) -> String {
    let (a, b, c, d) = (inst.a(), inst.b(), inst.c(), inst.d());
    let target = || pc as i64 + 1 + inst.sd() as i64;
    match inst.op().form() {
        Form::N => String::new(),
        Form::A => format!("{a}"),
        Form::AB => format!("{a} {b}"),
        Form::ABC => format!("{a} {b} {c}"),
        Form::AC => format!("{a} {c}"),
        Form::AD => format!("{a} {}", inst.sd()),
        Form::AK => format!("{a} k{d}"),
        Form::AP => format!("{a} p{d}"),
        Form::AT => format!("{a} t{d}"),
        Form::ABD => format!("{a} {b} {d}"),
        Form::ABF => format!("{a} {b} f{d}"),
        Form::ABK => format!("{a} {b} k{d}"),
        Form::ABCT => format!("{a} {b} {c} t{d}"),
        Form::J => format!("->{}", target()),
        Form::S => format!("s{}", inst.bc()),
        Form::SJ => format!("s{} ->{}", inst.bc(), target()),
        Form::AJ => format!("{a} ->{}", target()),
        Form::ABJ => format!("{a} {b} ->{}", target()),
        Form::AKJ => format!("{a} k{} ->{}", inst.bc(), target()),
        Form::AIJ => format!("{a} #{} ->{}", inst.sbc(), target()),
        Form::ASJ => format!("{a} s{} ->{}", inst.bc(), target()),
    }
}

fn note(code: &FunctionCode, inst: Inst) -> String {
    let constant = |index: usize| code.constants.get(index).map_or("?".into(), show);
    let key = || code.field_keys.get(inst.d()).map_or("?".into(), |key| key.escape_ascii().to_string());
    let upvalue = || code.upvalues.get(inst.b()).map_or("?".into(), |it| it.name.escape_ascii().to_string());
    match inst.op() {
        Op::GetTabUp | Op::SetTabUp => format!("{}.{}", upvalue(), key()),
        Op::GetUpval | Op::SetUpval => upvalue(),
        op => match op.form() {
            Form::AK | Form::ABK => constant(inst.d()),
            Form::AKJ => constant(inst.bc()),
            Form::ABF => key(),
            _ => String::new(),
        },
    }
}

fn show(constant: &Constant) -> String {
    match constant {
        Constant::Nil => "nil".into(),
        Constant::Bool(value) => value.to_string(),
        Constant::Int(value) => value.to_string(),
        Constant::Float(value) => format!("{value:?}"),
        Constant::Str(text) => format!("\"{}\"", text.escape_ascii()),
    }
}
