//! Calls, lists of values, and `return`.

use super::expr::Want;
use super::func::Func;
use super::{Done, Reg};
use crate::bytecode::{Inst, Op};
use crate::syntax::ast::{Args, Expr, ExprId};

impl Func<'_> {
    /// A call of the function in `base`, which is followed by the reserved register of the frame link (and by the
    /// object, for a method). Afterwards `free` is above the wanted results. Gives `base`.
    pub(super) fn call(&mut self, base: Reg, args: &Args, want: Want, line: u32) -> Done<Reg> {
        let first = u32::from(base) + 2;
        let open = self.open_list(&args.list, args.end_line)?;
        let given = if open { 0 } else { self.scopes.free - first + 1 };
        self.scopes.free = u32::from(base);
        let inst = match want {
            Want::Tail => Inst::abc(Op::TailCall, base, given as u8, 0),
            Want::Open => Inst::abc(Op::Call, base, given as u8, 0),
            Want::One => {
                self.reserve(1)?;
                Inst::abc(Op::Call, base, given as u8, 2)
            }
            Want::Count(count) => {
                self.reserve(count)?;
                Inst::abc(Op::Call, base, given as u8, count as u8 + 1)
            }
        };
        self.emit(inst, line);
        Ok(base)
    }

    /// Computes all values of a list into the next registers; whether the last one is open, up to the stack's top.
    /// `free` is then above the values before that one.
    pub(super) fn open_list(&mut self, list: &[ExprId], end_line: u32) -> Done<bool> {
        for (at, &id) in list.iter().enumerate() {
            if at + 1 == list.len() {
                if self.is_multi(id) {
                    self.multi(id, Want::Open)?;
                    return Ok(true);
                }
                let since = self.pc();
                self.expr_next(id)?;
                self.delay_last_get(since, end_line);
            } else {
                self.expr_next(id)?;
            }
        }
        Ok(false)
    }

    /// Computes exactly `want` values into the next registers. Missing ones are nil, superfluous ones are dropped
    /// after their computation.
    pub(super) fn exact_list(&mut self, list: &[ExprId], want: u32, line: u32) -> Done {
        let mut have = 0;
        for (at, &id) in list.iter().enumerate() {
            if have == want {
                let free = self.scopes.free;
                self.expr_next(id)?;
                self.scopes.free = free;
            } else if at + 1 == list.len() && want - have > 1 && self.is_multi(id) {
                self.multi(id, Want::Count(want - have))?;
                have = want;
            } else {
                self.expr_next(id)?;
                have += 1;
            }
        }
        if have < want {
            let first = self.reserve(want - have)?;
            self.emit(Inst::abc(Op::LoadNil, first, (want - have - 1) as u8, 0), line);
        }
        Ok(())
    }

    /// `return values`
    pub(super) fn return_stmt(&mut self, values: &[ExprId], line: u32) -> Done {
        let closes = self.scopes.closes();
        let close = u8::from(closes);
        let base = self.scopes.free as Reg;
        let inst = match *values {
            [] if closes => Inst::abc(Op::Return, base, 1, close),
            [] => Inst::abc(Op::Return0, 0, 0, 0),
            [call] if !closes && matches!(self.kind(call), Expr::Call { .. } | Expr::Method { .. }) => {
                self.multi(call, Want::Tail)?;
                return Ok(());
            }
            [value] if !self.is_multi(value) => {
                let reg = self.operand(value)?;
                if closes { Inst::abc(Op::Return, reg, 2, close) } else { Inst::abc(Op::Return1, reg, 0, 0) }
            }
            _ => {
                let open = self.open_list(values, line)?;
                let count = if open { 0 } else { self.scopes.free - u32::from(base) + 1 };
                Inst::abc(Op::Return, base, count as u8, close)
            }
        };
        self.emit(inst, line);
        Ok(())
    }
}
