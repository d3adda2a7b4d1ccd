//! Scopes: which variable a name means, and which label a jump goes to.
//!
//! A name is looked for in the function's visible locals from the innermost out, then among its upvalues, then in the
//! enclosing function in the same way; what is found further out becomes an upvalue of every function in between. A
//! name found nowhere is a field of `_ENV`, itself looked up as a name.
//!
//! A `goto` whose label is already visible is resolved at once. Any other waits in its block, and moves out with each
//! block that ends, until a label of its name appears where it is visible, with no local in between.

use super::{MAX_LOCALS, MAX_UPVALUES, Parser};
use crate::syntax::ast::{
    Attrib, Block, Constant, Expr, ExprId, FuncId, Function, GotoId, Label, LabelId, Local, LocalId, LocalRange, Stmt,
    Upvalue, UpvalueId, UpvalueSource,
};
use crate::syntax::error::SyntaxError;
use crate::syntax::intern::StrId;
use crate::syntax::lexer::Parsed;

/// A function that is being parsed.
pub(super) struct FuncScope {
    id: FuncId,
    pub(super) func: Function,
    /// Locals in the order of declaration whose block is still open.
    active: Vec<LocalId>,
    /// How many of `active` are visible: the ones after that are being declared.
    visible: usize,
    blocks: Vec<BlockScope>,
    /// Labels of open blocks.
    labels: Vec<LabelId>,
    waiting: Vec<WaitingGoto>,
    /// The upvalue `_ENV` as an expression, once a global name was used.
    env: Option<(UpvalueId, ExprId)>,
}

struct BlockScope {
    is_loop: bool,
    first_active: usize,
    first_label: usize,
    first_goto: usize,
}

struct WaitingGoto {
    /// The label's name; none for `break`.
    name: Option<StrId>,
    id: GotoId,
    line: u32,
    /// How many locals it may see at its target.
    active: usize,
}

/// What a name means in the current function.
#[derive(Clone, Copy)]
enum Resolved {
    Local(LocalId),
    Upvalue(UpvalueId),
    Constant(Constant),
    Global,
}

impl Parser<'_> {
    // ---- functions

    pub(super) fn open_main(&mut self) {
        self.open_function(0);
        let env = self.names.env;
        let func = &mut self.scope().func;
        func.is_vararg = true;
        let source = UpvalueSource::Upvalue(UpvalueId(0));
        func.upvalues.push(Upvalue { name: env, source, read_only: false });
    }

    pub(super) fn open_function(&mut self, line: u32) {
        let id = FuncId(self.functions.len() as u32);
        self.functions.push(Function::default());
        self.open.push(FuncScope {
            id,
            func: Function { line_defined: line, ..Function::default() },
            active: Vec::new(),
            visible: 0,
            blocks: Vec::new(),
            labels: Vec::new(),
            waiting: Vec::new(),
            env: None,
        });
        self.enter_block(false);
    }

    pub(super) fn close_function(&mut self, stmts: Vec<Stmt>, last_line: u32) -> Parsed<FuncId> {
        self.leave_block()?;
        let mut scope = self.open.pop().expect("the function was opened");
        scope.func.body = Block { stmts };
        scope.func.last_line = last_line;
        self.functions[scope.id.0 as usize] = scope.func;
        Ok(scope.id)
    }

    /// The innermost function.
    pub(super) fn scope(&mut self) -> &mut FuncScope {
        self.open.last_mut().expect("parsing happens inside a function")
    }

    // ---- blocks

    pub(super) fn enter_block(&mut self, is_loop: bool) {
        let scope = self.scope();
        let block = BlockScope {
            is_loop,
            first_active: scope.visible,
            first_label: scope.labels.len(),
            first_goto: scope.waiting.len(),
        };
        scope.blocks.push(block);
    }

    pub(super) fn leave_block(&mut self) -> Parsed<()> {
        let scope = self.scope();
        let block = scope.blocks.pop().expect("the block was entered");
        scope.active.truncate(block.first_active);
        scope.visible = block.first_active;
        scope.labels.truncate(block.first_label);
        let outermost = scope.blocks.is_empty();
        let mut at = block.first_goto;
        while at < scope.waiting.len() {
            if block.is_loop && scope.waiting[at].name.is_none() {
                scope.waiting.remove(at);
            } else {
                scope.waiting[at].active = block.first_active;
                at += 1;
            }
        }
        match scope.waiting.first() {
            Some(goto) if outermost => {
                let (name, line) = (goto.name, goto.line);
                Err(self.no_label(name, line))
            }
            _ => Ok(()),
        }
    }

    fn no_label(&self, name: Option<StrId>, line: u32) -> SyntaxError {
        self.semantic_error(&match name {
            None => format!("break outside loop at line {line}"),
            Some(name) => format!("no visible label '{}' for <goto> at line {line}", self.show(name)),
        })
    }

    // ---- locals

    /// Declares a local that becomes visible with [`Parser::activate`].
    pub(super) fn declare(&mut self, name: StrId) -> Parsed<LocalId> {
        if self.scope().active.len() + 1 > MAX_LOCALS {
            return Err(self.limit_error("local variables", MAX_LOCALS, self.open.len() - 1));
        }
        let scope = self.scope();
        let id = LocalId(scope.func.locals.len() as u32);
        scope.func.locals.push(Local { name, attrib: Attrib::Regular, captured: false, assigned: false });
        scope.active.push(id);
        Ok(id)
    }

    /// Declares the hidden locals of a loop.
    pub(super) fn declare_state(&mut self, count: u32) -> Parsed<LocalRange> {
        let name = self.names.for_state;
        let first = self.declare(name)?;
        for _ in 1..count {
            self.declare(name)?;
        }
        Ok(LocalRange { first, count })
    }

    /// Makes the next `count` declared locals visible.
    pub(super) fn activate(&mut self, count: u32) {
        self.scope().visible += count as usize;
    }

    pub(super) fn set_attrib(&mut self, local: LocalId, attrib: Attrib) {
        self.scope().func.locals[local.0 as usize].attrib = attrib;
    }

    fn limit_error(&self, what: &str, limit: usize, level: usize) -> SyntaxError {
        let place = match self.open[level].func.line_defined {
            0 => "main function".to_string(),
            line => format!("function at line {line}"),
        };
        self.error(&format!("too many {what} (limit is {limit}) in {place}"))
    }

    // ---- names

    /// The expression that a name stands for.
    pub(super) fn name_expr(&mut self, name: StrId, line: u32) -> Parsed<ExprId> {
        if let Some(kind) = self.variable(name)? {
            return Ok(self.push_expr(line, kind));
        }
        let env = self.variable(self.names.env)?.expect("the main function has an upvalue _ENV");
        let env = match (env, self.scope().env) {
            // One expression serves all global names of a function, as long as they mean the same `_ENV`.
            (Expr::Upvalue(upvalue), Some((known, expr))) if known == upvalue => expr,
            (Expr::Upvalue(upvalue), _) => {
                let expr = self.push_expr(line, Expr::Upvalue(upvalue));
                self.scope().env = Some((upvalue, expr));
                expr
            }
            (other, _) => self.push_expr(line, other),
        };
        Ok(self.push_expr(line, Expr::Global { env, name }))
    }

    fn variable(&mut self, name: StrId) -> Parsed<Option<Expr>> {
        Ok(match self.resolve(name)? {
            Resolved::Local(local) => Some(Expr::Local(local)),
            Resolved::Upvalue(upvalue) => Some(Expr::Upvalue(upvalue)),
            Resolved::Constant(value) => Some(Expr::NamedConst { name, value }),
            Resolved::Global => None,
        })
    }

    fn resolve(&mut self, name: StrId) -> Parsed<Resolved> {
        let innermost = self.open.len() - 1;
        for level in (0..=innermost).rev() {
            let scope = &mut self.open[level];
            let func = &mut scope.func;
            let local = scope.active[..scope.visible].iter().rev().find(|id| func.locals[id.0 as usize].name == name);
            if let Some(&id) = local {
                let local = &mut func.locals[id.0 as usize];
                if let Attrib::Constant(value) = local.attrib {
                    return Ok(Resolved::Constant(value));
                }
                if level == innermost {
                    return Ok(Resolved::Local(id));
                }
                local.captured = true;
                let read_only = local.attrib != Attrib::Regular;
                return self.pass_down(Upvalue { name, source: UpvalueSource::Local(id), read_only }, level);
            }
            if let Some(at) = func.upvalues.iter().position(|upvalue| upvalue.name == name) {
                let read_only = func.upvalues[at].read_only;
                let id = UpvalueId(at as u8);
                if level == innermost {
                    return Ok(Resolved::Upvalue(id));
                }
                return self.pass_down(Upvalue { name, source: UpvalueSource::Upvalue(id), read_only }, level);
            }
        }
        Ok(Resolved::Global)
    }

    /// Adds an upvalue to each function inside the one at `level`, where the variable was found.
    fn pass_down(&mut self, mut upvalue: Upvalue, level: usize) -> Parsed<Resolved> {
        let mut id = UpvalueId(0);
        for inner in level + 1..self.open.len() {
            let count = self.open[inner].func.upvalues.len();
            if count + 1 > MAX_UPVALUES {
                return Err(self.limit_error("upvalues", MAX_UPVALUES, inner));
            }
            self.open[inner].func.upvalues.push(upvalue);
            id = UpvalueId(count as u8);
            upvalue.source = UpvalueSource::Upvalue(id);
        }
        Ok(Resolved::Upvalue(id))
    }

    /// Notes an assignment to an expression and refuses one to a constant variable.
    pub(super) fn assign_to(&mut self, target: ExprId) -> Parsed<()> {
        let innermost = self.open.len() - 1;
        let constant = match *self.kind(target) {
            Expr::NamedConst { name, .. } => Some(name),
            Expr::Local(id) => self.mark_assigned(innermost, id),
            Expr::Upvalue(id) => {
                let mut level = innermost;
                let mut upvalue = self.open[level].func.upvalues[id.0 as usize];
                loop {
                    match upvalue.source {
                        _ if upvalue.read_only => break Some(upvalue.name),
                        UpvalueSource::Local(id) => break self.mark_assigned(level - 1, id),
                        UpvalueSource::Upvalue(_) if level == 0 => break None,
                        UpvalueSource::Upvalue(id) => {
                            level -= 1;
                            upvalue = self.open[level].func.upvalues[id.0 as usize];
                        }
                    }
                }
            }
            _ => None,
        };
        match constant {
            Some(name) => {
                let text = format!("attempt to assign to const variable '{}'", self.show(name));
                Err(self.semantic_error(&text))
            }
            None => Ok(()),
        }
    }

    fn mark_assigned(&mut self, level: usize, id: LocalId) -> Option<StrId> {
        let local = &mut self.open[level].func.locals[id.0 as usize];
        local.assigned = true;
        (local.attrib != Attrib::Regular).then_some(local.name)
    }

    // ---- labels

    /// A `break`, to be met by the loop it leaves.
    pub(super) fn add_break(&mut self, line: u32) {
        let scope = self.scope();
        let active = scope.visible;
        scope.waiting.push(WaitingGoto { name: None, id: GotoId(0), line, active });
    }

    /// A `goto`, resolved now if its label has been seen.
    pub(super) fn add_goto(&mut self, name: StrId, line: u32) -> GotoId {
        let scope = self.scope();
        let id = GotoId(scope.func.gotos.len() as u32);
        let known = scope.labels.iter().copied().find(|label| scope.func.labels[label.0 as usize].name == name);
        scope.func.gotos.push(known.unwrap_or(LabelId(u32::MAX)));
        if known.is_none() {
            let active = scope.visible;
            scope.waiting.push(WaitingGoto { name: Some(name), id, line, active });
        }
        id
    }

    /// A label; `last` if only empty statements follow it in its block.
    pub(super) fn add_label(&mut self, name: StrId, line: u32, last: bool) -> Parsed<LabelId> {
        let scope = self.scope();
        let same = scope.labels.iter().map(|id| &scope.func.labels[id.0 as usize]).find(|label| label.name == name);
        if let Some(same) = same {
            let first_line = same.line;
            let text = format!("label '{}' already defined on line {first_line}", self.show(name));
            return Err(self.semantic_error(&text));
        }
        let block = scope.blocks.last().expect("a label stands in a block");
        let active = if last { block.first_active } else { scope.visible };
        let mut at = block.first_goto;
        let label = LabelId(scope.func.labels.len() as u32);
        scope.func.labels.push(Label { name, line, active: active as u32 });
        scope.labels.push(label);
        while at < scope.waiting.len() {
            let goto = &scope.waiting[at];
            if goto.name != Some(name) {
                at += 1;
            } else if goto.active < active {
                let local = scope.func.locals[scope.active[goto.active].0 as usize].name;
                let (line, label, local) = (goto.line, self.show(name), self.show(local));
                let text = format!("<goto {label}> at line {line} jumps into the scope of local '{local}'");
                return Err(self.semantic_error(&text));
            } else {
                scope.func.gotos[goto.id.0 as usize] = label;
                scope.waiting.remove(at);
            }
        }
        Ok(label)
    }
}
