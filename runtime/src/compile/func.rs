//! The function under construction.

use std::ops::Range;
use std::sync::Arc;

use super::constant::Constants;
use super::jump::{Jumps, Labels};
use super::regs::Scopes;
use super::{Done, Reg};
use crate::bytecode::function::{FunctionCode, TableSite, UpvalueDesc};
use crate::bytecode::{Inst, Op};
use crate::syntax::ast::{Chunk, Expr, ExprId, FuncId, Function, LocalId, UpvalueSource};
use crate::syntax::{StrId, SyntaxError};

/// What all functions of a chunk share.
pub(super) struct Shared<'c> {
    pub(super) chunk: &'c Chunk,
    /// The chunk's strings by id.
    pub(super) texts: Vec<Arc<[u8]>>,
    /// Local variables may be looked at and changed by something that runs in the middle of an instruction.
    pub(super) looked_at: bool,
    /// The chunk's name as given.
    pub(super) source: Arc<[u8]>,
    /// The chunk's name as messages show it.
    pub(super) shown_name: Vec<u8>,
}

/// A function under construction.
pub(super) struct Func<'c> {
    pub(super) shared: &'c Shared<'c>,
    pub(super) func: &'c Function,
    pub(super) code: Vec<Inst>,
    lines: Vec<u32>,
    pub(super) constants: Constants,
    field_keys: Vec<Arc<[u8]>>,
    table_sites: Vec<TableSite>,
    hot_sites: u16,
    pub(super) children: Vec<FunctionCode>,
    pub(super) scopes: Scopes,
    pub(super) labels: Labels,
}

impl<'c> Func<'c> {
    /// Compiles one function with all inside it. `parent` tells where the enclosing function has its locals.
    pub(super) fn compile(shared: &'c Shared<'c>, id: FuncId, parent: Option<&Func<'_>>) -> Done<FunctionCode> {
        let func = shared.chunk.function(id);
        let mut it = Func {
            shared,
            func,
            code: Vec::new(),
            lines: Vec::new(),
            constants: Constants::default(),
            field_keys: Vec::new(),
            table_sites: Vec::new(),
            hot_sites: 0,
            children: Vec::new(),
            scopes: Scopes::new(func.locals.len()),
            labels: Labels::new(func.labels.len()),
        };
        it.body()?;
        Ok(it.finish(parent))
    }

    fn body(&mut self) -> Done {
        let line = self.func.line_defined;
        if self.func.is_vararg {
            self.emit(Inst::abc(Op::VarargPrep, self.func.params as u8, 0, 0), line);
        }
        self.enter_block(false);
        self.reserve(self.func.params)?;
        let cells = self.pc();
        self.add_locals((0..self.func.params).map(LocalId), line)?;
        let cells = cells..self.pc();
        self.statements(&self.func.body)?;
        self.leave_block(&self.func.body, self.func.last_line);
        self.emit(Inst::abc(Op::Return0, 0, 0, 0), self.func.last_line);
        self.join_next_line(cells);
        self.thread_jumps();
        Ok(())
    }

    fn finish(self, parent: Option<&Func<'_>>) -> FunctionCode {
        let func = self.func;
        let upvalues = func.upvalues.iter().map(|upvalue| {
            let (from_parent_register, index) = match (parent, upvalue.source) {
                (Some(parent), UpvalueSource::Local(local)) => (true, parent.scopes.register(local)),
                (_, UpvalueSource::Upvalue(index)) => (false, index.0),
                (None, UpvalueSource::Local(_)) => unreachable!("the main function has no enclosing function"),
            };
            UpvalueDesc { name: self.text(upvalue.name), from_parent_register, index }
        });
        FunctionCode {
            upvalues: upvalues.collect(),
            constants: self.constants.into_list(&self.shared.texts),
            num_params: func.params as u8,
            is_vararg: func.is_vararg,
            frame_size: self.scopes.frame_size(),
            source: self.shared.source.clone(),
            line_defined: func.line_defined,
            last_line: if func.line_defined == 0 { 0 } else { func.last_line },
            locals: self.scopes.infos,
            code: self.code,
            lines: self.lines,
            field_keys: self.field_keys,
            table_sites: self.table_sites,
            hot_sites: self.hot_sites,
            children: self.children,
        }
    }

    // ---- instructions

    /// Appends an instruction; gives its index.
    pub(super) fn emit(&mut self, inst: Inst, line: u32) -> usize {
        self.code.push(inst);
        self.lines.push(line);
        self.code.len() - 1
    }

    /// Index of the next instruction.
    pub(super) fn pc(&self) -> usize {
        self.code.len()
    }

    /// The instructions so far, for patching.
    pub(super) fn code_mut(&mut self) -> &mut [Inst] {
        &mut self.code
    }

    /// `a = b`, unless they are the same register.
    pub(super) fn emit_move(&mut self, a: Reg, b: Reg, line: u32) {
        if a != b {
            self.emit(Inst::abc(Op::Move, a, b, 0), line);
        }
    }

    /// An access to a field: `op a b` with a cache of its own for the key.
    pub(super) fn emit_field(&mut self, op: Op, a: Reg, b: Reg, key: StrId, line: u32) {
        let cache = self.field_keys.len() as i32;
        self.field_keys.push(self.text(key));
        self.emit(Inst::new(op, a, b, 0, cache), line);
    }

    /// An instruction with a hot site that jumps back.
    pub(super) fn emit_back(&mut self, op: Op, a: Reg, target: usize, line: u32) {
        if self.hot_sites < u16::MAX - 1 {
            self.hot_sites += 1;
        }
        let distance = target as i64 - self.pc() as i64 - 1;
        self.emit(Inst::wide(op, a, self.hot_sites - 1, distance as i32), line);
    }

    /// If the last instruction reads from a table, it gets this line: the reference implementation emits such an
    /// instruction only when the value is needed, after the next token has been read.
    pub(super) fn delay_last_get(&mut self, since: usize, line: u32) {
        if self.pc() > since
            && let Some(inst) = self.code.last()
            && matches!(inst.op(), Op::GetField | Op::GetTabUp | Op::GetIndex | Op::GetInt)
            && let Some(last) = self.lines.last_mut()
        {
            *last = line;
        }
    }

    /// Puts instructions that the reference implementation does without on the line of what follows them, so that they
    /// begin no line of their own.
    pub(super) fn join_next_line(&mut self, instructions: Range<usize>) {
        let line = self.lines[instructions.end];
        self.lines[instructions].fill(line);
    }

    /// A new allocation site.
    pub(super) fn table_site(&mut self, site: TableSite) -> i32 {
        self.table_sites.push(site);
        self.table_sites.len() as i32 - 1
    }

    // ---- the tree

    pub(super) fn kind(&self, id: ExprId) -> &'c Expr {
        &self.shared.chunk.expr(id).kind
    }

    pub(super) fn line_of(&self, id: ExprId) -> u32 {
        self.shared.chunk.expr(id).line
    }

    pub(super) fn text(&self, id: StrId) -> Arc<[u8]> {
        self.shared.texts[id.0 as usize].clone()
    }

    /// An error at the last emitted instruction's line.
    pub(super) fn error(&self, text: &str) -> SyntaxError {
        let line = self.lines.last().copied().unwrap_or(self.func.line_defined);
        SyntaxError::at(&self.shared.shown_name, line, text, None)
    }

    /// Points jumps at jumps to where those end. Only plain jumps are followed: they all go forward.
    fn thread_jumps(&mut self) {
        for at in 0..self.code.len() {
            if !Jumps::is_forward(self.code[at].op()) {
                continue;
            }
            let mut target = (at as i64 + 1 + self.code[at].sd() as i64) as usize;
            while self.code[target].op() == Op::Jmp {
                target = (target as i64 + 1 + self.code[target].sd() as i64) as usize;
            }
            self.code[at] = self.code[at].with_d((target - at - 1) as i32);
        }
    }
}
