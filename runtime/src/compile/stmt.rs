//! Statements.

use super::Done;
use super::expr::Want;
use super::func::Func;
use crate::bytecode::{Inst, Op};
use crate::syntax::ast::{
    Attrib, Block, Clause, ExprId, FuncId, GenericFor, LocalId, LocalRange, NumericFor, Stmt, StmtKind,
};

impl Func<'_> {
    /// The statements of a block, in the scope around them.
    pub(super) fn statements(&mut self, block: &Block) -> Done {
        for stmt in &block.stmts {
            let free = self.scopes.free;
            self.statement(stmt)?;
            if !matches!(stmt.kind, StmtKind::Local { .. } | StmtKind::LocalFunction { .. }) {
                self.scopes.free = free;
            }
        }
        Ok(())
    }

    /// A block whose first token is on `line`.
    fn block(&mut self, block: &Block, line: u32) -> Done {
        self.enter_block(false);
        self.statements(block)?;
        self.leave_block(block, block.end_line(line));
        Ok(())
    }

    fn statement(&mut self, stmt: &Stmt) -> Done {
        let Stmt { line, end_line, .. } = *stmt;
        match stmt.kind {
            StmtKind::Local { vars, ref values } => self.local_stmt(vars, values, end_line),
            StmtKind::AssignOne(target, value) => self.assign_one(target, value, end_line),
            StmtKind::Assign { ref targets, ref values } => self.assign(targets, values, end_line),
            StmtKind::Call(call) => self.multi(call, Want::Count(0)).map(|_| ()),
            StmtKind::Do(ref body) => self.block(body, line),
            StmtKind::While { cond, ref body } => {
                self.enter_block(true);
                let start = self.pc();
                let cond_line = self.line_of(cond);
                let exit = self.jump_if(cond, false, cond_line)?;
                self.block(body, cond_line)?;
                self.emit_back(Op::JmpBack, 0, start, body.end_line(cond_line));
                self.leave_scope(false, end_line);
                self.patch_here(&exit);
                Ok(())
            }
            StmtKind::Repeat { ref body, cond } => self.repeat_stmt(body, cond, end_line),
            StmtKind::If(ref stmt) => self.if_stmt(&stmt.clauses, stmt.otherwise.as_ref()),
            StmtKind::NumericFor(ref inner) => self.numeric_for(inner, line, end_line),
            StmtKind::GenericFor(ref inner) => self.generic_for(inner, end_line),
            StmtKind::Function { target, func } => self.assign_function(target, func, line, end_line),
            StmtKind::LocalFunction { var, func } => self.local_function(var, func, end_line),
            StmtKind::Return(ref values) => self.return_stmt(values, end_line),
            StmtKind::Break => {
                self.break_stmt(line);
                Ok(())
            }
            StmtKind::Goto(goto) => {
                self.goto_stmt(goto, line);
                Ok(())
            }
            StmtKind::Label(label) => {
                self.label_stmt(label);
                Ok(())
            }
        }
    }

    fn local_stmt(&mut self, vars: LocalRange, values: &[ExprId], line: u32) -> Done {
        let last = LocalId(vars.first.0 + vars.count - 1);
        let is_constant = matches!(self.func.locals[last.0 as usize].attrib, Attrib::Constant(_));
        if is_constant {
            self.exact_list(&values[..values.len() - 1], vars.count - 1, line)?;
        } else {
            self.exact_list(values, vars.count, line)?;
        }
        self.add_locals(vars.iter(), line)
    }

    fn local_function(&mut self, var: LocalId, func: FuncId, line: u32) -> Done {
        let reg = self.reserve(1)?;
        if !self.func.locals[var.0 as usize].captured {
            self.closure(func, reg, line)?;
            return self.add_locals(std::iter::once(var), line);
        }
        // The function may capture the variable itself: the cell has to be there first.
        self.emit(Inst::abc(Op::LoadNil, reg, 0, 0), line);
        self.add_locals(std::iter::once(var), line)?;
        let value = self.reserve(1)?;
        self.closure(func, value, line)?;
        self.emit(Inst::abc(Op::SetCell, reg, value, 0), line);
        self.scopes.free = u32::from(value);
        Ok(())
    }

    fn if_stmt(&mut self, clauses: &[Clause], otherwise: Option<&Block>) -> Done {
        let mut ends = Vec::new();
        let mut end_line = 0;
        for (at, clause) in clauses.iter().enumerate() {
            if self.jumps_away(clause)? {
                continue;
            }
            let skip = self.jump_if(clause.cond, false, clause.then_line)?;
            self.block(&clause.body, clause.then_line)?;
            end_line = clause.body.end_line(clause.then_line);
            let is_last = at + 1 == clauses.len() && otherwise.is_none();
            let leaves = clause
                .body
                .stmts
                .last()
                .is_some_and(|stmt| matches!(stmt.kind, StmtKind::Return(_) | StmtKind::Break | StmtKind::Goto(_)));
            if !is_last && !leaves {
                ends.push(self.jump(end_line));
            }
            self.patch_here(&skip);
        }
        if let Some(block) = otherwise {
            self.block(block, end_line)?;
        }
        self.patch_here(&ends);
        Ok(())
    }

    /// If the clause only jumps forward, lets its condition do so.
    fn jumps_away(&mut self, clause: &Clause) -> Done<bool> {
        let [only] = &clause.body.stmts[..] else { return Ok(false) };
        match only.kind {
            StmtKind::Break if self.scopes.close_at_break().is_none() => {
                let jumps = self.jump_if(clause.cond, true, clause.then_line)?;
                self.scopes.breaks().extend(jumps);
                Ok(true)
            }
            StmtKind::Goto(goto) if self.is_plain_forward(goto) => {
                let jumps = self.jump_if(clause.cond, true, clause.then_line)?;
                self.join_goto(goto, jumps);
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    fn repeat_stmt(&mut self, body: &Block, cond: ExprId, line: u32) -> Done {
        self.enter_block(true);
        self.enter_block(false);
        let start = self.pc();
        self.statements(body)?;
        let exit = self.jump_if(cond, true, line)?;
        // Both ways out of the body close its variables.
        let close = self.scopes.close_at_break();
        if let Some(reg) = close {
            self.emit(Inst::abc(Op::Close, reg, 0, 0), line);
        }
        self.emit_back(Op::JmpBack, 0, start, line);
        self.patch_here(&exit);
        self.leave_scope(true, line);
        self.leave_scope(false, line);
        Ok(())
    }

    fn numeric_for(&mut self, stmt: &NumericFor, line: u32, end_line: u32) -> Done {
        let NumericFor { state, var, start, limit, step, do_line, ref body } = *stmt;
        let base = self.scopes.free as u8;
        self.enter_block(true);
        self.expr_next(start)?;
        self.expr_next(limit)?;
        match step {
            Some(step) => self.expr_next(step).map(|_| ())?,
            None => {
                let reg = self.reserve(1)?;
                self.emit(Inst::new(Op::LoadI, reg, 0, 0, 1), do_line);
            }
        }
        let local = &self.func.locals[var.0 as usize];
        // A variable that nobody changes is the hidden counter itself.
        let looked_at = self.shared.looked_at && !body.stmts.is_empty();
        let alias = !local.captured && !local.assigned && !looked_at;
        self.add_hidden(state.iter(), alias);
        let prepare = self.emit(Inst::new(Op::ForPrep, base, 0, 0, 0), do_line);
        let top = self.pc();
        self.enter_block(false);
        if alias {
            self.add_alias(var, base);
        } else {
            let reg = self.reserve(1)?;
            self.emit_move(reg, base, do_line);
            self.add_locals(std::iter::once(var), do_line)?;
        }
        let copies = top..self.pc();
        self.block(body, do_line)?;
        self.leave_scope(true, end_line);
        self.emit_back(Op::ForLoop, base, top, line);
        self.join_next_line(copies);
        self.patch_here(&[prepare]);
        self.leave_scope(true, end_line);
        Ok(())
    }

    fn generic_for(&mut self, stmt: &GenericFor, end_line: u32) -> Done {
        let GenericFor { state, vars, ref values, values_line, do_line, ref body } = *stmt;
        let base = self.scopes.free as u8;
        self.enter_block(true);
        self.exact_list(values, 4, values_line)?;
        self.add_hidden(state.iter(), false);
        self.mark_last_to_close();
        let prepare = self.emit(Inst::new(Op::TForPrep, base, 0, 0, 0), do_line);
        let top = self.pc();
        self.enter_block(false);
        // Room for the call: the function, the frame link and two arguments.
        let free = self.scopes.free;
        self.reserve(vars.count.max(4))?;
        self.scopes.free = free;
        self.reserve(vars.count)?;
        self.add_locals(vars.iter(), do_line)?;
        let cells = top..self.pc();
        self.block(body, do_line)?;
        self.leave_scope(true, end_line);
        self.patch_here(&[prepare]);
        self.emit(Inst::abc(Op::TForCall, base, 0, vars.count as u8), values_line);
        self.join_next_line(cells);
        self.emit_back(Op::TForLoop, base, top, values_line);
        self.leave_scope(true, end_line);
        Ok(())
    }
}
