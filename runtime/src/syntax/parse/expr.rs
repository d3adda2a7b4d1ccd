//! The grammar of expressions.

use super::Parser;
use crate::syntax::ast::{Args, BinOp, Constant, Expr, ExprId, FuncId, Item, Table, UnOp};
use crate::syntax::fold::{fold_binary, fold_unary, is_true};
use crate::syntax::lexer::Parsed;
use crate::syntax::token::Token;

/// An operator with two operands.
#[derive(Clone, Copy)]
enum Infix {
    Bin(BinOp),
    And,
    Or,
}

/// How strongly operators with one operand bind.
const UNARY_PRIORITY: u8 = 12;

impl Parser<'_> {
    /// An expression.
    pub(super) fn expr(&mut self) -> Parsed<ExprId> {
        self.sub_expr(0)
    }

    /// One or more expressions.
    pub(super) fn expr_list(&mut self) -> Parsed<Box<[ExprId]>> {
        let mut list = vec![self.expr()?];
        while self.accept(Token::Char(b','))? {
            list.push(self.expr()?);
        }
        Ok(list.into())
    }

    /// An expression of operators that bind more strongly than `limit` on their left side.
    fn sub_expr(&mut self, limit: u8) -> Parsed<ExprId> {
        self.enter_level()?;
        let mut left = match unary(self.token) {
            Some(op) => {
                let line = self.line();
                self.next()?;
                let operand = self.sub_expr(UNARY_PRIORITY)?;
                self.unary_expr(op, operand, line)
            }
            None => self.simple_expr()?,
        };
        while let Some((op, left_priority, right_priority)) = infix(self.token) {
            if left_priority <= limit {
                break;
            }
            let line = self.line();
            self.next()?;
            let right = self.sub_expr(right_priority)?;
            left = self.infix_expr(op, left, right, line);
        }
        self.leave_level();
        Ok(left)
    }

    fn unary_expr(&mut self, op: UnOp, operand: ExprId, line: u32) -> ExprId {
        let folded = self.constant(operand).and_then(|value| fold_unary(op, value));
        self.push_expr(line, folded.map_or(Expr::Unary(op, operand), Expr::Constant))
    }

    fn infix_expr(&mut self, op: Infix, left: ExprId, right: ExprId, line: u32) -> ExprId {
        let value = self.constant(left);
        let kind = match op {
            Infix::Bin(op) => {
                let folded = value.and_then(|left| fold_binary(op, left, self.constant(right)?));
                folded.map_or(Expr::Binary(op, left, right), Expr::Constant)
            }
            // A left operand that decides nothing falls away; the right one is then a single value all the same.
            Infix::And if value.is_some_and(is_true) => return self.single(right),
            Infix::Or if value.is_some_and(|value| !is_true(value)) => return self.single(right),
            Infix::And => Expr::And(left, right),
            Infix::Or => Expr::Or(left, right),
        };
        self.push_expr(line, kind)
    }

    /// The expression in parentheses: a constant stays one, anything else is one value and no variable.
    fn single(&mut self, id: ExprId) -> ExprId {
        let line = self.last_line;
        match *self.kind(id) {
            Expr::Paren(_) | Expr::Constant(_) => id,
            Expr::NamedConst { value, .. } => self.push_expr(line, Expr::Constant(value)),
            _ => self.push_expr(line, Expr::Paren(id)),
        }
    }

    /// The value of an expression, if it is known.
    pub(super) fn constant(&self, id: ExprId) -> Option<Constant> {
        match *self.kind(id) {
            Expr::Constant(value) | Expr::NamedConst { value, .. } => Some(value),
            _ => None,
        }
    }

    fn simple_expr(&mut self) -> Parsed<ExprId> {
        let value = match self.token {
            Token::Int(int) => Constant::Int(int),
            Token::Float(float) => Constant::Float(float),
            Token::Str(text) => Constant::Str(text),
            Token::Nil => Constant::Nil,
            Token::True => Constant::True,
            Token::False => Constant::False,
            Token::Dots => {
                if !self.scope().func.is_vararg {
                    return Err(self.error("cannot use '...' outside a vararg function"));
                }
                self.next()?;
                return Ok(self.push_expr(self.last_line, Expr::Vararg));
            }
            Token::Char(b'{') => return self.table(),
            Token::Function => {
                self.next()?;
                let line = self.line();
                let func = self.function_body(false, line)?;
                return Ok(self.push_expr(self.last_line, Expr::Function(func)));
            }
            _ => return self.suffixed_expr(),
        };
        self.next()?;
        Ok(self.push_expr(self.last_line, Expr::Constant(value)))
    }

    fn primary_expr(&mut self) -> Parsed<ExprId> {
        match self.token {
            Token::Name(name) => {
                self.next()?;
                self.name_expr(name, self.last_line)
            }
            Token::Char(b'(') => {
                let line = self.line();
                self.next()?;
                let inner = self.expr()?;
                self.expect_match(Token::Char(b')'), Token::Char(b'('), line)?;
                Ok(self.single(inner))
            }
            _ => Err(self.error("unexpected symbol")),
        }
    }

    /// A primary expression with any number of fields, indexes and calls after it.
    pub(super) fn suffixed_expr(&mut self) -> Parsed<ExprId> {
        let mut expr = self.primary_expr()?;
        loop {
            expr = match self.token {
                Token::Char(b'.') => self.field(expr)?,
                Token::Char(b'[') => {
                    let key = self.bracketed_key()?;
                    self.push_expr(self.last_line, Expr::Index { object: expr, key })
                }
                Token::Char(b':') => {
                    self.next()?;
                    let name = self.expect_name()?;
                    let name_line = self.last_line;
                    let line = self.line();
                    let args = self.call_args()?;
                    self.push_expr(line, Expr::Method { object: expr, name, name_line, args })
                }
                Token::Char(b'(' | b'{') | Token::Str(_) => {
                    let line = self.line();
                    let args = self.call_args()?;
                    self.push_expr(line, Expr::Call { callee: expr, args })
                }
                _ => return Ok(expr),
            };
        }
    }

    /// `.name` (or `:name` in a function's name) after an object.
    pub(super) fn field(&mut self, object: ExprId) -> Parsed<ExprId> {
        self.next()?;
        let name = self.expect_name()?;
        let key = self.push_expr(self.last_line, Expr::Constant(Constant::Str(name)));
        Ok(self.push_expr(self.last_line, Expr::Index { object, key }))
    }

    fn bracketed_key(&mut self) -> Parsed<ExprId> {
        self.next()?;
        let key = self.expr()?;
        self.expect(Token::Char(b']'))?;
        Ok(key)
    }

    fn call_args(&mut self) -> Parsed<Box<Args>> {
        let list = match self.token {
            Token::Char(b'(') => {
                let line = self.line();
                self.next()?;
                let list = if self.at(Token::Char(b')')) { Box::default() } else { self.expr_list()? };
                self.expect_match(Token::Char(b')'), Token::Char(b'('), line)?;
                list
            }
            Token::Char(b'{') => Box::new([self.table()?]) as Box<[ExprId]>,
            Token::Str(text) => {
                self.next()?;
                Box::new([self.push_expr(self.last_line, Expr::Constant(Constant::Str(text)))])
            }
            _ => return Err(self.error("function arguments expected")),
        };
        Ok(Box::new(Args { list, end_line: self.last_line }))
    }

    fn table(&mut self) -> Parsed<ExprId> {
        let line = self.line();
        self.next()?;
        let mut items = Vec::new();
        while !self.at(Token::Char(b'}')) {
            items.push(self.table_item()?);
            if !self.accept(Token::Char(b','))? && !self.accept(Token::Char(b';'))? {
                break;
            }
        }
        self.expect_match(Token::Char(b'}'), Token::Char(b'{'), line)?;
        let table = Box::new(Table { items, end_line: self.last_line });
        Ok(self.push_expr(line, Expr::Table(table)))
    }

    fn table_item(&mut self) -> Parsed<Item> {
        let token = self.token;
        let key = match token {
            Token::Name(name) if self.look_ahead()? == Token::Char(b'=') => {
                self.next()?;
                self.push_expr(self.last_line, Expr::Constant(Constant::Str(name)))
            }
            Token::Char(b'[') => self.bracketed_key()?,
            _ => return Ok(Item::Positional(self.expr()?)),
        };
        self.expect(Token::Char(b'='))?;
        Ok(Item::Keyed(key, self.expr()?))
    }

    /// Parameters and body of a function, up to and with its `end`.
    pub(super) fn function_body(&mut self, is_method: bool, line: u32) -> Parsed<FuncId> {
        self.open_function(line);
        self.expect(Token::Char(b'('))?;
        let mut params = 0;
        if is_method {
            self.declare(self.names.this)?;
            params = 1;
        }
        if !self.at(Token::Char(b')')) {
            loop {
                match self.token {
                    Token::Name(name) => {
                        self.next()?;
                        self.declare(name)?;
                        params += 1;
                    }
                    Token::Dots => {
                        self.next()?;
                        self.scope().func.is_vararg = true;
                    }
                    _ => return Err(self.error("<name> or '...' expected")),
                }
                if self.scope().func.is_vararg || !self.accept(Token::Char(b','))? {
                    break;
                }
            }
        }
        self.activate(params);
        self.scope().func.params = params;
        self.expect(Token::Char(b')'))?;
        let stmts = self.statements()?;
        let last_line = self.line();
        self.expect_match(Token::End, Token::Function, line)?;
        self.close_function(stmts, last_line)
    }
}

fn unary(token: Token) -> Option<UnOp> {
    Some(match token {
        Token::Not => UnOp::Not,
        Token::Char(b'-') => UnOp::Neg,
        Token::Char(b'~') => UnOp::BNot,
        Token::Char(b'#') => UnOp::Len,
        _ => return None,
    })
}

/// The operator with its priorities on the left and on the right; right-associative where the left one is greater.
fn infix(token: Token) -> Option<(Infix, u8, u8)> {
    let (op, left, right) = match token {
        Token::Char(b'+') => (BinOp::Add, 10, 10),
        Token::Char(b'-') => (BinOp::Sub, 10, 10),
        Token::Char(b'*') => (BinOp::Mul, 11, 11),
        Token::Char(b'%') => (BinOp::Mod, 11, 11),
        Token::Char(b'^') => (BinOp::Pow, 14, 13),
        Token::Char(b'/') => (BinOp::Div, 11, 11),
        Token::IDiv => (BinOp::IDiv, 11, 11),
        Token::Char(b'&') => (BinOp::BAnd, 6, 6),
        Token::Char(b'|') => (BinOp::BOr, 4, 4),
        Token::Char(b'~') => (BinOp::BXor, 5, 5),
        Token::Shl => (BinOp::Shl, 7, 7),
        Token::Shr => (BinOp::Shr, 7, 7),
        Token::Concat => (BinOp::Concat, 9, 8),
        Token::Eq => (BinOp::Eq, 3, 3),
        Token::Char(b'<') => (BinOp::Lt, 3, 3),
        Token::Le => (BinOp::Le, 3, 3),
        Token::Ne => (BinOp::Ne, 3, 3),
        Token::Char(b'>') => (BinOp::Gt, 3, 3),
        Token::Ge => (BinOp::Ge, 3, 3),
        Token::And => return Some((Infix::And, 2, 2)),
        Token::Or => return Some((Infix::Or, 1, 1)),
        _ => return None,
    };
    Some((Infix::Bin(op), left, right))
}
