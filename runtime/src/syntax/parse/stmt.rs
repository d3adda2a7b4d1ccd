//! The grammar of statements.

use super::Parser;
use crate::syntax::ast::{
    Attrib, Block, Clause, Expr, ExprId, GenericFor, If, LocalId, LocalRange, NumericFor, Stmt, StmtKind,
};
use crate::syntax::intern::StrId;
use crate::syntax::lexer::Parsed;
use crate::syntax::token::Token;

impl Parser<'_> {
    /// Statements up to a token that ends a block.
    pub(super) fn statements(&mut self) -> Parsed<Vec<Stmt>> {
        let mut stmts = Vec::new();
        while !self.at_block_end(true) {
            let last = self.at(Token::Return);
            self.statement(&mut stmts)?;
            if last {
                break;
            }
        }
        Ok(stmts)
    }

    /// Whether the current token ends a block; `until` does so only where `with_until` holds.
    fn at_block_end(&self, with_until: bool) -> bool {
        match self.token {
            Token::Else | Token::Elseif | Token::End | Token::Eof => true,
            Token::Until => with_until,
            _ => false,
        }
    }

    /// Statements in a scope of their own.
    fn block(&mut self) -> Parsed<Block> {
        self.enter_block(false);
        let stmts = self.statements()?;
        self.leave_block()?;
        Ok(Block { stmts })
    }

    fn statement(&mut self, out: &mut Vec<Stmt>) -> Parsed<()> {
        let line = self.line();
        self.enter_level()?;
        let kind = match self.token {
            Token::Char(b';') => {
                self.next()?;
                None
            }
            Token::If => Some(self.if_stmt(line)?),
            Token::While => Some(self.while_stmt(line)?),
            Token::Do => {
                self.next()?;
                let body = self.block()?;
                self.expect_match(Token::End, Token::Do, line)?;
                Some(StmtKind::Do(body))
            }
            Token::For => Some(self.for_stmt(line)?),
            Token::Repeat => Some(self.repeat_stmt(line)?),
            Token::Function => Some(self.function_stmt(line)?),
            Token::Local => {
                self.next()?;
                Some(if self.accept(Token::Function)? { self.local_function()? } else { self.local_stmt()? })
            }
            Token::DbColon => {
                self.next()?;
                let name = self.expect_name()?;
                Some(self.label_stmt(name, line, out)?)
            }
            Token::Return => {
                self.next()?;
                Some(self.return_stmt()?)
            }
            Token::Break => {
                self.next()?;
                self.add_break(line);
                Some(StmtKind::Break)
            }
            Token::Goto => {
                self.next()?;
                // The jump's line is that of the label's name.
                let line = self.line();
                let name = self.expect_name()?;
                Some(StmtKind::Goto(self.add_goto(name, line)))
            }
            _ => Some(self.expr_stmt()?),
        };
        self.leave_level();
        if let Some(kind) = kind {
            out.push(Stmt { line, end_line: self.last_line, kind });
        }
        Ok(())
    }

    fn if_stmt(&mut self, line: u32) -> Parsed<StmtKind> {
        let mut clauses = vec![self.clause()?];
        while self.at(Token::Elseif) {
            clauses.push(self.clause()?);
        }
        let otherwise = if self.accept(Token::Else)? { Some(self.block()?) } else { None };
        self.expect_match(Token::End, Token::If, line)?;
        Ok(StmtKind::If(Box::new(If { clauses, otherwise })))
    }

    /// `if cond then block` or `elseif cond then block`.
    fn clause(&mut self) -> Parsed<Clause> {
        self.next()?;
        let cond = self.expr()?;
        self.expect(Token::Then)?;
        let then_line = self.last_line;
        let body = self.block()?;
        Ok(Clause { cond, then_line, body })
    }

    fn while_stmt(&mut self, line: u32) -> Parsed<StmtKind> {
        self.next()?;
        let cond = self.expr()?;
        self.enter_block(true);
        self.expect(Token::Do)?;
        let body = self.block()?;
        self.expect_match(Token::End, Token::While, line)?;
        self.leave_block()?;
        Ok(StmtKind::While { cond, body })
    }

    fn repeat_stmt(&mut self, line: u32) -> Parsed<StmtKind> {
        self.enter_block(true);
        self.enter_block(false);
        self.next()?;
        let stmts = self.statements()?;
        self.expect_match(Token::Until, Token::Repeat, line)?;
        let cond = self.expr()?;
        self.leave_block()?;
        self.leave_block()?;
        Ok(StmtKind::Repeat { body: Block { stmts }, cond })
    }

    fn for_stmt(&mut self, line: u32) -> Parsed<StmtKind> {
        self.enter_block(true);
        self.next()?;
        let name = self.expect_name()?;
        let kind = match self.token {
            Token::Char(b'=') => self.numeric_for(name)?,
            Token::Char(b',') | Token::In => self.generic_for(name)?,
            _ => return Err(self.error("'=' or 'in' expected")),
        };
        self.expect_match(Token::End, Token::For, line)?;
        self.leave_block()?;
        Ok(kind)
    }

    fn numeric_for(&mut self, name: StrId) -> Parsed<StmtKind> {
        let state = self.declare_state(3)?;
        let var = self.declare(name)?;
        self.next()?;
        let start = self.expr()?;
        self.expect(Token::Char(b','))?;
        let limit = self.expr()?;
        let step = if self.accept(Token::Char(b','))? { Some(self.expr()?) } else { None };
        self.activate(3);
        let (do_line, body) = self.for_body(1)?;
        Ok(StmtKind::NumericFor(Box::new(NumericFor { state, var, start, limit, step, do_line, body })))
    }

    fn generic_for(&mut self, name: StrId) -> Parsed<StmtKind> {
        let state = self.declare_state(4)?;
        let first = self.declare(name)?;
        let mut count = 1;
        while self.accept(Token::Char(b','))? {
            let name = self.expect_name()?;
            self.declare(name)?;
            count += 1;
        }
        self.expect(Token::In)?;
        let values_line = self.line();
        let values = self.expr_list()?;
        self.activate(4);
        let (do_line, body) = self.for_body(count)?;
        let vars = LocalRange { first, count };
        Ok(StmtKind::GenericFor(Box::new(GenericFor { state, vars, values, values_line, do_line, body })))
    }

    /// `do` and the body of a loop whose last `count` declared locals become visible in it.
    fn for_body(&mut self, count: u32) -> Parsed<(u32, Block)> {
        self.expect(Token::Do)?;
        let do_line = self.last_line;
        self.enter_block(false);
        self.activate(count);
        let body = self.block()?;
        self.leave_block()?;
        Ok((do_line, body))
    }

    fn function_stmt(&mut self, line: u32) -> Parsed<StmtKind> {
        self.next()?;
        let name = self.expect_name()?;
        let mut target = self.name_expr(name, self.last_line)?;
        while self.at(Token::Char(b'.')) {
            target = self.field(target)?;
        }
        let is_method = self.at(Token::Char(b':'));
        if is_method {
            target = self.field(target)?;
        }
        let func = self.function_body(is_method, line)?;
        self.assign_to(target)?;
        Ok(StmtKind::Function { target, func })
    }

    fn local_function(&mut self) -> Parsed<StmtKind> {
        let name = self.expect_name()?;
        let var = self.declare(name)?;
        self.activate(1);
        let line = self.line();
        let func = self.function_body(false, line)?;
        Ok(StmtKind::LocalFunction { var, func })
    }

    fn local_stmt(&mut self) -> Parsed<StmtKind> {
        let mut vars = LocalRange { first: LocalId(0), count: 0 };
        let mut last;
        let mut closes = false;
        loop {
            let name = self.expect_name()?;
            let local = self.declare(name)?;
            let attrib = self.attrib()?;
            if attrib == Attrib::Close {
                if closes {
                    return Err(self.semantic_error("multiple to-be-closed variables in local list"));
                }
                closes = true;
            }
            self.set_attrib(local, attrib);
            if vars.count == 0 {
                vars.first = local;
            }
            vars.count += 1;
            last = (local, attrib);
            if !self.accept(Token::Char(b','))? {
                break;
            }
        }
        let values = if self.accept(Token::Char(b'='))? { self.expr_list()? } else { Box::default() };
        if let (local, Attrib::Const) = last
            && values.len() == vars.count as usize
            && let Some(value) = self.constant(values[values.len() - 1])
        {
            self.set_attrib(local, Attrib::Constant(value));
        }
        self.activate(vars.count);
        Ok(StmtKind::Local { vars, values })
    }

    fn attrib(&mut self) -> Parsed<Attrib> {
        if !self.accept(Token::Char(b'<'))? {
            return Ok(Attrib::Regular);
        }
        let name = self.expect_name()?;
        self.expect(Token::Char(b'>'))?;
        if name == self.names.attrib_const {
            Ok(Attrib::Const)
        } else if name == self.names.attrib_close {
            Ok(Attrib::Close)
        } else {
            let text = format!("unknown attribute '{}'", self.show(name));
            Err(self.semantic_error(&text))
        }
    }

    fn label_stmt(&mut self, name: StrId, line: u32, out: &mut Vec<Stmt>) -> Parsed<StmtKind> {
        self.expect(Token::DbColon)?;
        while matches!(self.token, Token::Char(b';') | Token::DbColon) {
            self.statement(out)?;
        }
        let last = self.at_block_end(false);
        Ok(StmtKind::Label(self.add_label(name, line, last)?))
    }

    fn return_stmt(&mut self) -> Parsed<StmtKind> {
        let none = self.at_block_end(true) || self.at(Token::Char(b';'));
        let values = if none { Box::default() } else { self.expr_list()? };
        self.accept(Token::Char(b';'))?;
        Ok(StmtKind::Return(values))
    }

    fn expr_stmt(&mut self) -> Parsed<StmtKind> {
        let first = self.suffixed_expr()?;
        if matches!(self.token, Token::Char(b'=' | b',')) {
            return self.assignment(first);
        }
        match self.kind(first) {
            Expr::Call { .. } | Expr::Method { .. } => Ok(StmtKind::Call(first)),
            _ => Err(self.error("syntax error")),
        }
    }

    fn assignment(&mut self, first: ExprId) -> Parsed<StmtKind> {
        let mut targets = vec![first];
        self.check_target(first)?;
        while self.accept(Token::Char(b','))? {
            let target = self.suffixed_expr()?;
            // Each further target is one level deeper until the statement ends.
            self.enter_level()?;
            self.check_target(target)?;
            targets.push(target);
        }
        self.expect(Token::Char(b'='))?;
        let values = self.expr_list()?;
        self.lexer.levels -= targets.len() as u32 - 1;
        Ok(match (&targets[..], &values[..]) {
            (&[target], &[value]) => StmtKind::AssignOne(target, value),
            _ => StmtKind::Assign { targets: targets.into(), values },
        })
    }

    fn check_target(&mut self, target: ExprId) -> Parsed<()> {
        match self.kind(target) {
            Expr::Local(_) | Expr::Upvalue(_) | Expr::Global { .. } | Expr::Index { .. } | Expr::NamedConst { .. } => {
                self.assign_to(target)
            }
            _ => Err(self.error("syntax error")),
        }
    }
}
