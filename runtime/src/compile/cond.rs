//! Tests: comparisons, `not`, `and`, `or`, as jumps and as values.
//!
//! `jump_if` turns a condition into jumps; `logic` computes `and` and `or` as values. In the latter, an operand that
//! decides the result jumps to the end with its value in the destination, if it has one of its own, or to code that
//! loads `false` or `true`, if it is a comparison. Chains of one operator are walked with a loop.

use super::expr::is_comparison;
use super::func::Func;
use super::{Done, Reg};
use crate::bytecode::{Inst, Op};
use crate::syntax::ast::{BinOp, Expr, ExprId, UnOp};
use crate::syntax::fold::is_true;

/// Jumps that were taken because an operand decided the result.
#[derive(Default)]
struct Decided {
    /// The operand's value is in the destination.
    with_value: Vec<usize>,
    /// The result is a boolean that is still to be loaded.
    boolean: Vec<usize>,
}

impl Func<'_> {
    /// Emits jumps that are taken if the truth of the expression is `when`. A comparison is on the line of its operator, a
    /// test of a value on `line`.
    pub(super) fn jump_if(&mut self, id: ExprId, when: bool, line: u32) -> Done<Vec<usize>> {
        let free = self.scopes.free;
        if let Some(value) = self.constant(id) {
            return Ok(if is_true(value) == when { vec![self.jump(line)] } else { Vec::new() });
        }
        let jumps = match *self.kind(id) {
            Expr::Unary(UnOp::Not, operand) => self.jump_if(operand, !when, line)?,
            Expr::Paren(inner) => self.jump_if(inner, when, line)?,
            Expr::And(..) | Expr::Or(..) => {
                let (operands, is_and) = self.logic_chain(id);
                let (last, others) = operands.split_last().expect("a chain has operands");
                let mut jumps = self.jump_chain(others, !is_and)?;
                let at_last = self.jump_if(last.0, when, line)?;
                if when == is_and {
                    self.patch_here(&jumps);
                    jumps.clear();
                }
                jumps.extend(at_last);
                jumps
            }
            Expr::Binary(op, left, right) if is_comparison(op) => {
                vec![self.compare_exprs(op, left, right, when, self.line_of(id))?]
            }
            _ => {
                let reg = self.operand(id)?;
                let op = if when { Op::JTrue } else { Op::JFalse };
                vec![self.emit(Inst::new(op, reg, 0, 0, 0), line)]
            }
        };
        self.scopes.free = free;
        Ok(jumps)
    }

    /// Whether the expression is best computed by jumps even where its value is wanted.
    pub(super) fn is_jumping(&self, id: ExprId) -> bool {
        match *self.kind(id) {
            Expr::And(..) | Expr::Or(..) => true,
            Expr::Paren(inner) => self.is_jumping(inner),
            _ => self.gives_boolean(id),
        }
    }

    /// Whether the expression is a comparison or a `not`.
    fn gives_boolean(&self, id: ExprId) -> bool {
        match *self.kind(id) {
            Expr::Binary(op, ..) => is_comparison(op),
            Expr::Unary(UnOp::Not, _) => true,
            Expr::Paren(inner) => self.gives_boolean(inner),
            _ => false,
        }
    }

    /// Loads `true` where `if_true` lead, else `false`.
    pub(super) fn boolean(&mut self, dst: Reg, if_true: &[usize], if_false: &[usize], line: u32) {
        self.patch_here(if_false);
        self.emit(Inst::abc(Op::LoadFalseSkip, dst, 0, 0), line);
        self.patch_here(if_true);
        self.emit(Inst::abc(Op::LoadTrue, dst, 0, 0), line);
    }

    /// The value of an `and` or `or`.
    pub(super) fn logic(&mut self, id: ExprId, dst: Reg) -> Done {
        let line = self.line_of(id);
        let (operands, is_and) = self.logic_chain(id);
        let (&(last, _), others) = operands.split_last().expect("a chain has operands");
        let mut decided = Decided::default();
        for &(operand, line) in others {
            self.decide(operand, dst, !is_and, line, &mut decided)?;
        }
        if self.gives_boolean(last) {
            let mut if_true = self.jump_if(last, true, self.line_of(last))?;
            let mut if_false = Vec::new();
            if is_and { &mut if_false } else { &mut if_true }.append(&mut decided.boolean);
            self.boolean(dst, &if_true, &if_false, line);
        } else {
            self.expr_to(last, dst)?;
            if !decided.boolean.is_empty() {
                let over = self.jump(line);
                self.patch_here(&decided.boolean);
                let load = if is_and { Op::LoadFalse } else { Op::LoadTrue };
                self.emit(Inst::abc(load, dst, 0, 0), line);
                self.patch_here(&[over]);
            }
        }
        self.patch_here(&decided.with_value);
        Ok(())
    }

    /// Emits jumps that are taken, with the value provided for, if the truth of the operand is `when`.
    fn decide(&mut self, id: ExprId, dst: Reg, when: bool, line: u32, decided: &mut Decided) -> Done {
        let free = self.scopes.free;
        if let Some(value) = self.constant(id) {
            if is_true(value) == when {
                self.load(value, dst, line);
                decided.with_value.push(self.jump(line));
            }
            return Ok(());
        }
        match *self.kind(id) {
            Expr::Paren(inner) if !self.is_multi(inner) => return self.decide(inner, dst, when, line, decided),
            Expr::And(..) | Expr::Or(..) => {
                let (operands, is_and) = self.logic_chain(id);
                let (&(last, _), others) = operands.split_last().expect("a chain has operands");
                let tested = if when == is_and { self.jump_chain(others, !is_and)? } else { Vec::new() };
                if when != is_and {
                    for &(operand, line) in others {
                        self.decide(operand, dst, when, line, decided)?;
                    }
                }
                self.decide(last, dst, when, line, decided)?;
                self.patch_here(&tested);
            }
            _ if self.gives_boolean(id) => decided.boolean.extend(self.jump_if(id, when, line)?),
            _ => {
                let reg = match self.own_register(id) {
                    Some(reg) => reg,
                    None if self.scopes.is_temp(dst) => {
                        self.expr_to(id, dst)?;
                        dst
                    }
                    None => self.expr_next(id)?,
                };
                let inst = match (when, reg == dst) {
                    (true, true) => Inst::new(Op::JTrue, reg, 0, 0, 0),
                    (false, true) => Inst::new(Op::JFalse, reg, 0, 0, 0),
                    (true, false) => Inst::new(Op::JTrueSet, dst, reg, 0, 0),
                    (false, false) => Inst::new(Op::JFalseSet, dst, reg, 0, 0),
                };
                decided.with_value.push(self.emit(inst, line));
            }
        }
        self.scopes.free = free;
        Ok(())
    }

    /// Jumps that are taken if the truth of an operand of a chain is `when`.
    fn jump_chain(&mut self, operands: &[(ExprId, u32)], when: bool) -> Done<Vec<usize>> {
        let mut jumps = Vec::new();
        for &(operand, line) in operands {
            jumps.extend(self.jump_if(operand, when, line)?);
        }
        Ok(jumps)
    }

    /// The operands of a chain of `and`, or of `or`, with the line of the operator behind each (the last has none: the line
    /// of the one before it); and whether it is `and`.
    fn logic_chain(&self, id: ExprId) -> (Vec<(ExprId, u32)>, bool) {
        let is_and = matches!(self.kind(id), Expr::And(..));
        let mut operands = Vec::new();
        let (mut rest, mut line) = (id, self.line_of(id));
        loop {
            match *self.kind(rest) {
                Expr::And(left, right) if is_and => {
                    operands.push((right, line));
                    (line, rest) = (self.line_of(rest), left);
                }
                Expr::Or(left, right) if !is_and => {
                    operands.push((right, line));
                    (line, rest) = (self.line_of(rest), left);
                }
                _ => break,
            }
        }
        operands.push((rest, line));
        operands.reverse();
        (operands, is_and)
    }

    /// A comparison as a jump that is taken if its result is `when`.
    fn compare_exprs(&mut self, op: BinOp, left: ExprId, right: ExprId, when: bool, line: u32) -> Done<usize> {
        if let Some(int) = self.small_int(left, IMMEDIATE)
            && let Some(flipped) = flip(op)
        {
            let right = self.operand(right)?;
            return Ok(self.emit(Inst::wide(immediate_form(flipped, when), right, int as i16 as u16, 0), line));
        }
        if self.constant(left).is_some() && self.constant(right).is_none() && matches!(op, BinOp::Eq | BinOp::Ne) {
            let right = self.operand(right)?;
            return self.compare(op, right, left, when, line);
        }
        let since = self.pc();
        let left = self.operand(left)?;
        self.delay_last_get(since, line);
        self.compare(op, left, right, when, line)
    }

    /// A comparison of a register with an expression, as a jump that is taken if its result is `when`.
    pub(super) fn compare(&mut self, op: BinOp, left: Reg, right: ExprId, when: bool, line: u32) -> Done<usize> {
        if matches!(op, BinOp::Eq | BinOp::Ne) {
            let equal = (op == BinOp::Eq) == when;
            if let Some(value) = self.constant(right)
                && let Ok(constant) = u16::try_from(self.constants.add(value))
            {
                let op = if equal { Op::JEqK } else { Op::JNeK };
                return Ok(self.emit(Inst::wide(op, left, constant, 0), line));
            }
            let right = self.operand(right)?;
            return Ok(self.emit(Inst::abc(if equal { Op::JEq } else { Op::JNe }, left, right, 0), line));
        }
        if let Some(int) = self.small_int(right, IMMEDIATE) {
            return Ok(self.emit(Inst::wide(immediate_form(op, when), left, int as i16 as u16, 0), line));
        }
        let right = self.operand(right)?;
        let inst = match op {
            BinOp::Lt => Inst::abc(if when { Op::JLt } else { Op::JNlt }, left, right, 0),
            BinOp::Le => Inst::abc(if when { Op::JLe } else { Op::JNle }, left, right, 0),
            BinOp::Gt => Inst::abc(if when { Op::JLt } else { Op::JNlt }, right, left, 0),
            _ => Inst::abc(if when { Op::JLe } else { Op::JNle }, right, left, 0),
        };
        Ok(self.emit(inst, line))
    }
}

/// Integers that a comparison can hold.
const IMMEDIATE: std::ops::RangeInclusive<i64> = i16::MIN as i64..=i16::MAX as i64;

/// The operator that orders the exchanged operands in the same way.
fn flip(op: BinOp) -> Option<BinOp> {
    Some(match op {
        BinOp::Lt => BinOp::Gt,
        BinOp::Gt => BinOp::Lt,
        BinOp::Le => BinOp::Ge,
        BinOp::Ge => BinOp::Le,
        _ => return None,
    })
}

fn immediate_form(op: BinOp, when: bool) -> Op {
    match (op, when) {
        (BinOp::Lt, true) => Op::JLtI,
        (BinOp::Lt, false) => Op::JNltI,
        (BinOp::Le, true) => Op::JLeI,
        (BinOp::Le, false) => Op::JNleI,
        (BinOp::Gt, true) => Op::JGtI,
        (BinOp::Gt, false) => Op::JNgtI,
        (_, true) => Op::JGeI,
        (_, false) => Op::JNgeI,
    }
}
