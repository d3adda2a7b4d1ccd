//! Values into registers.
//!
//! Chains that lean to the left (`a.b.c`, `a + b + c`, `f(x)(y)`) can be as long as the source, so they are walked with
//! a loop: down to the leftmost operand, then up again node by node. One temporary register carries the value along.

use super::func::Func;
use super::{Done, Reg};
use crate::bytecode::{Inst, Op};
use crate::syntax::ast::{BinOp, Constant, Expr, ExprId, FuncId, UnOp, UpvalueId};

/// How many values a call shall give.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    /// One, where it is wanted.
    One,
    /// This many, from the register of the call on.
    Count(u32),
    /// All, up to the stack's top.
    Open,
    /// The function's own results.
    Tail,
}

/// The left operand on the way up a chain.
enum Left {
    Reg(Reg),
    /// An upvalue whose field comes next.
    Upvalue(UpvalueId),
}

impl Func<'_> {
    /// Computes one value into `dst`. No register above the ones in use stays taken.
    pub(super) fn expr_to(&mut self, id: ExprId, dst: Reg) -> Done {
        let line = self.line_of(id);
        let free = self.scopes.free;
        match *self.kind(id) {
            Expr::Constant(value) | Expr::NamedConst { value, .. } => self.load(value, dst, line),
            Expr::Vararg => {
                self.emit(Inst::abc(Op::Vararg, dst, 0, 2), line);
            }
            Expr::Local(local) => {
                let reg = self.scopes.register(local);
                if self.func.locals[local.0 as usize].captured {
                    self.emit(Inst::abc(Op::GetCell, dst, reg, 0), line);
                } else {
                    self.emit_move(dst, reg, line);
                }
            }
            Expr::Upvalue(upvalue) => {
                self.emit(Inst::abc(Op::GetUpval, dst, upvalue.0, 0), line);
            }
            Expr::Global { env, name } => match *self.kind(env) {
                Expr::Upvalue(upvalue) => self.emit_field(Op::GetTabUp, dst, upvalue.0, name, line),
                _ => {
                    let env = self.operand(env)?;
                    self.emit_field(Op::GetField, dst, env, name, line);
                }
            },
            Expr::Binary(BinOp::Concat, ..) => self.concat(id, dst)?,
            Expr::Index { .. } | Expr::Call { .. } | Expr::Method { .. } | Expr::Binary(..) => {
                self.chain(id, Some(dst), Want::One)?;
            }
            Expr::Function(func) => self.closure(func, dst, line)?,
            Expr::Unary(op, operand) => self.unary(op, operand, dst, line)?,
            Expr::And(..) | Expr::Or(..) => self.logic(id, dst)?,
            Expr::Paren(inner) => self.expr_to(inner, dst)?,
            Expr::Table(ref table) => self.table(table, dst, line)?,
        }
        self.scopes.free = free;
        Ok(())
    }

    /// Computes one value into the next register.
    pub(super) fn expr_next(&mut self, id: ExprId) -> Done<Reg> {
        let reg = self.reserve(1)?;
        self.expr_to(id, reg)?;
        Ok(reg)
    }

    /// A register that holds the value: the local's own, or the next one.
    pub(super) fn operand(&mut self, id: ExprId) -> Done<Reg> {
        match self.own_register(id) {
            Some(reg) => Ok(reg),
            None => self.expr_next(id),
        }
    }

    /// The register of an expression that is a plain local.
    pub(super) fn own_register(&self, id: ExprId) -> Option<Reg> {
        match *self.kind(id) {
            Expr::Local(local) if !self.func.locals[local.0 as usize].captured => Some(self.scopes.register(local)),
            Expr::Paren(inner) => self.own_register(inner),
            _ => None,
        }
    }

    /// Whether the expression can give more than one value.
    pub(super) fn is_multi(&self, id: ExprId) -> bool {
        matches!(self.kind(id), Expr::Call { .. } | Expr::Method { .. } | Expr::Vararg)
    }

    /// Computes an expression that can give several values, into the next registers; `free` is then above them (for
    /// `Want::Open`, where it was). Gives the first register.
    pub(super) fn multi(&mut self, id: ExprId, want: Want) -> Done<Reg> {
        if !matches!(self.kind(id), Expr::Vararg) {
            return self.chain(id, None, want);
        }
        let base = self.scopes.free as Reg;
        let count = match want {
            Want::Count(count) => self.reserve(count).map(|_| count as u8 + 1)?,
            _ => 0,
        };
        self.emit(Inst::abc(Op::Vararg, base, 0, count), self.line_of(id));
        Ok(base)
    }

    /// Computes a chain. With `Want::One`, into `dst`; else from the next register on.
    pub(super) fn chain(&mut self, id: ExprId, dst: Option<Reg>, want: Want) -> Done<Reg> {
        let mut nodes = Vec::new();
        let mut calls = false;
        let mut leaf = id;
        loop {
            let left = match *self.kind(leaf) {
                Expr::Binary(op, left, _) if op != BinOp::Concat => left,
                Expr::Index { object, .. } => object,
                Expr::Call { callee, .. } => {
                    calls = true;
                    callee
                }
                Expr::Method { object, .. } => {
                    calls = true;
                    object
                }
                _ => break,
            };
            nodes.push(leaf);
            leaf = left;
        }
        let mut temp = match dst {
            Some(dst) if self.scopes.is_temp(dst) && (!calls || self.scopes.is_top(dst)) => Some(dst),
            Some(_) => None,
            None => Some(self.reserve(1)?),
        };
        let mut left = self.chain_start(leaf, nodes[nodes.len() - 1], &mut temp)?;
        for (at, &node) in nodes.iter().enumerate().rev() {
            let line = self.line_of(node);
            let last = at == 0;
            let target = if last { dst } else { None };
            let free = self.scopes.free;
            let result = match *self.kind(node) {
                Expr::Binary(op, _, right) => {
                    let left = left_reg(&left);
                    if nodes.get(at + 1).is_some_and(|&below| matches!(self.kind(below), Expr::Index { .. })) {
                        self.delay_last_get(0, line);
                    }
                    if is_comparison(op) {
                        let jump = self.compare(op, left, right, true, line)?;
                        self.scopes.free = free;
                        let target = self.result(target, &mut temp)?;
                        self.boolean(target, &[jump], &[], line);
                        target
                    } else {
                        let since = self.pc();
                        let (op, c, d) = self.right_operand(op, right)?;
                        if at + 1 == nodes.len() {
                            self.read_cell_again(leaf, left, since, line);
                        }
                        self.scopes.free = free;
                        let target = self.result(target, &mut temp)?;
                        self.emit(Inst::new(op, target, left, c, d), line);
                        target
                    }
                }
                Expr::Index { key, .. } => self.index(&left, key, target, &mut temp, line)?,
                Expr::Call { ref args, .. } => {
                    let base = left_reg(&left);
                    self.reserve(1)?;
                    self.call(base, args, if last { want } else { Want::One }, line)?
                }
                Expr::Method { name, name_line, ref args, .. } => {
                    let base = self.result(None, &mut temp)?;
                    self.emit_field(Op::SelfField, base, left_reg(&left), name, name_line);
                    self.reserve(2)?;
                    self.call(base, args, if last { want } else { Want::One }, line)?
                }
                _ => unreachable!("only these make a chain"),
            };
            left = Left::Reg(result);
        }
        let result = left_reg(&left);
        if let Some(dst) = dst {
            self.emit_move(dst, result, self.line_of(id));
            return Ok(dst);
        }
        Ok(result)
    }

    /// A captured local on the left is read after what is called on the right, as a local in a register is.
    fn read_cell_again(&mut self, leaf: ExprId, left: Reg, since: usize, line: u32) {
        if let Expr::Local(local) = *self.kind(leaf)
            && self.func.locals[local.0 as usize].captured
            && self.code[since..].iter().any(|inst| inst.op() == Op::Call)
        {
            self.emit(Inst::abc(Op::GetCell, left, self.scopes.register(local), 0), line);
        }
    }

    /// The leftmost operand, as the first node above it needs it.
    fn chain_start(&mut self, leaf: ExprId, first: ExprId, temp: &mut Option<Reg>) -> Done<Left> {
        let since = self.pc();
        let is_call = matches!(self.kind(first), Expr::Call { .. });
        if let Expr::Index { key, .. } = *self.kind(first)
            && let Expr::Upvalue(upvalue) = *self.kind(leaf)
            && matches!(self.constant(key), Some(Constant::Str(_)))
        {
            return Ok(Left::Upvalue(upvalue));
        }
        let reg = match self.own_register(leaf) {
            Some(reg) if !is_call => reg,
            _ => {
                let reg = self.result(None, temp)?;
                self.expr_to(leaf, reg)?;
                reg
            }
        };
        if matches!(self.kind(first), Expr::Binary(..)) {
            self.delay_last_get(since, self.line_of(first));
        }
        Ok(Left::Reg(reg))
    }

    /// Where a node's value goes: where it is wanted, else into the chain's temporary.
    fn result(&mut self, target: Option<Reg>, temp: &mut Option<Reg>) -> Done<Reg> {
        match target.or(*temp) {
            Some(reg) => Ok(reg),
            None => Ok(*temp.insert(self.reserve(1)?)),
        }
    }

    fn index(&mut self, left: &Left, key: ExprId, target: Option<Reg>, temp: &mut Option<Reg>, line: u32) -> Done<Reg> {
        let free = self.scopes.free;
        if let Some(Constant::Str(name)) = self.constant(key) {
            let target = self.result(target, temp)?;
            match *left {
                Left::Reg(object) => self.emit_field(Op::GetField, target, object, name, line),
                Left::Upvalue(upvalue) => self.emit_field(Op::GetTabUp, target, upvalue.0, name, line),
            }
            return Ok(target);
        }
        let object = left_reg(left);
        if let Some(int) = self.small_int(key, 0..=255) {
            let target = self.result(target, temp)?;
            self.emit(Inst::abc(Op::GetInt, target, object, int as u8), line);
            return Ok(target);
        }
        let key = self.operand(key)?;
        self.scopes.free = free;
        let target = self.result(target, temp)?;
        self.emit(Inst::abc(Op::GetIndex, target, object, key), line);
        Ok(target)
    }

    /// The right operand of an arithmetic instruction: the opcode for it, and the operands `c` and `d`.
    fn right_operand(&mut self, op: BinOp, right: ExprId) -> Done<(Op, Reg, i32)> {
        if let Some(value @ (Constant::Int(_) | Constant::Float(_))) = self.constant(right)
            && let Some(with_constant) = constant_form(op)
        {
            return Ok((with_constant, 0, self.constants.add(value) as i32));
        }
        Ok((register_form(op), self.operand(right)?, 0))
    }

    fn unary(&mut self, op: UnOp, operand: ExprId, dst: Reg, line: u32) -> Done {
        if op == UnOp::Not && self.is_jumping(operand) {
            let jumps = self.jump_if(operand, false, line)?;
            self.boolean(dst, &jumps, &[], line);
            return Ok(());
        }
        let reg = match self.own_register(operand) {
            Some(reg) => reg,
            None if self.scopes.is_temp(dst) => {
                self.expr_to(operand, dst)?;
                dst
            }
            None => self.expr_next(operand)?,
        };
        let op = match op {
            UnOp::Neg => Op::Unm,
            UnOp::BNot => Op::BNot,
            UnOp::Not => Op::Not,
            UnOp::Len => Op::Len,
        };
        self.emit(Inst::abc(op, dst, reg, 0), line);
        Ok(())
    }

    /// `a .. b .. c` as one instruction: the operators lean to the right.
    fn concat(&mut self, id: ExprId, dst: Reg) -> Done {
        let line = self.line_of(id);
        let base = self.scopes.free as Reg;
        let mut count = 1;
        let mut rest = id;
        while let Expr::Binary(BinOp::Concat, left, right) = *self.kind(rest) {
            let since = self.pc();
            self.expr_next(left)?;
            self.delay_last_get(since, self.line_of(rest));
            count += 1;
            rest = right;
        }
        self.expr_next(rest)?;
        self.emit(Inst::abc(Op::Concat, dst, base, count), line);
        Ok(())
    }

    /// A new closure of an inner function.
    pub(super) fn closure(&mut self, func: FuncId, dst: Reg, line: u32) -> Done {
        let child = Func::compile(self.shared, func, Some(self))?;
        self.children.push(child);
        let index = self.children.len() as i32 - 1;
        self.emit(Inst::new(Op::Closure, dst, 0, 0, index), line);
        Ok(())
    }
}

fn left_reg(left: &Left) -> Reg {
    match *left {
        Left::Reg(reg) => reg,
        Left::Upvalue(_) => unreachable!("an upvalue starts a chain only before a field"),
    }
}

/// Whether the operator gives a boolean by comparing.
pub(super) fn is_comparison(op: BinOp) -> bool {
    matches!(op, BinOp::Eq | BinOp::Ne | BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge)
}

fn register_form(op: BinOp) -> Op {
    match op {
        BinOp::Add => Op::Add,
        BinOp::Sub => Op::Sub,
        BinOp::Mul => Op::Mul,
        BinOp::Mod => Op::Mod,
        BinOp::Pow => Op::Pow,
        BinOp::Div => Op::Div,
        BinOp::IDiv => Op::IDiv,
        BinOp::BAnd => Op::BAnd,
        BinOp::BOr => Op::BOr,
        BinOp::BXor => Op::BXor,
        BinOp::Shl => Op::Shl,
        BinOp::Shr => Op::Shr,
        _ => unreachable!("comparisons and concatenation have their own code"),
    }
}

fn constant_form(op: BinOp) -> Option<Op> {
    Some(match op {
        BinOp::Add => Op::AddK,
        BinOp::Sub => Op::SubK,
        BinOp::Mul => Op::MulK,
        BinOp::Mod => Op::ModK,
        BinOp::Pow => Op::PowK,
        BinOp::Div => Op::DivK,
        BinOp::IDiv => Op::IDivK,
        _ => return None,
    })
}
