//! Registers and scopes.
//!
//! The locals in scope own the registers below `local_end`; above them `free` grows and shrinks like a stack while
//! expressions are computed. Between statements the two are equal.

use super::func::Func;
use super::{Done, Reg};
use crate::bytecode::function::LocalInfo;
use crate::bytecode::{Inst, Op};
use crate::syntax::ast::{Attrib, Block, LocalId, StmtKind};

/// Most registers of a function, call frames included.
const MAX_REGISTERS: u32 = 255;

/// Registers, locals and blocks of a function.
pub(super) struct Scopes {
    pub(super) free: u32,
    local_end: u32,
    used: u32,
    /// Register of each local that has one.
    registers: Vec<Reg>,
    active: Vec<Active>,
    blocks: Vec<BlockState>,
    pub(super) infos: Vec<LocalInfo>,
}

/// A local in scope.
struct Active {
    /// `local_end` before it.
    below: u32,
    /// Its debug information.
    infos: std::ops::Range<usize>,
    to_close: bool,
}

/// A scope in the making.
struct BlockState {
    first_active: usize,
    first_reg: u32,
    /// Whether a variable of it has to be closed.
    closes: bool,
    /// For a loop: the jumps that leave it.
    breaks: Option<Vec<usize>>,
}

impl Scopes {
    pub(super) fn new(locals: usize) -> Scopes {
        Scopes {
            free: 0,
            local_end: 0,
            used: 0,
            registers: vec![0; locals],
            active: Vec::new(),
            blocks: Vec::new(),
            infos: Vec::new(),
        }
    }

    /// The register of a local in scope.
    pub(super) fn register(&self, local: LocalId) -> Reg {
        self.registers[local.0 as usize]
    }

    pub(super) fn frame_size(&self) -> u8 {
        self.used as u8
    }

    /// Whether the register belongs to no local in scope, so that it may be written before the last moment.
    pub(super) fn is_temp(&self, reg: Reg) -> bool {
        u32::from(reg) >= self.local_end
    }

    /// Whether the register is the last one in use.
    pub(super) fn is_top(&self, reg: Reg) -> bool {
        u32::from(reg) + 1 == self.free
    }

    /// Whether a variable in scope has to be closed before the function returns.
    pub(super) fn closes(&self) -> bool {
        self.blocks.iter().any(|block| block.closes)
    }

    /// The lowest register to close when control goes to where the first `active` locals are in scope; none if
    /// nothing has to be closed.
    pub(super) fn close_down_to(&self, active: usize) -> Option<Reg> {
        let left = &self.active[active.min(self.active.len())..];
        if left.iter().any(|local| local.to_close) { Some(left[0].below as Reg) } else { None }
    }

    /// The same for a `break`, which goes to the end of the innermost loop.
    pub(super) fn close_at_break(&self) -> Option<Reg> {
        let at = self.blocks.iter().rposition(|block| block.breaks.is_some())?;
        let inner = self.blocks.get(at + 1)?;
        self.close_down_to(inner.first_active)
    }

    /// Jumps that leave the innermost loop.
    pub(super) fn breaks(&mut self) -> &mut Vec<usize> {
        let innermost = self.blocks.iter_mut().rev().find_map(|block| block.breaks.as_mut());
        innermost.expect("the parser refuses a break outside a loop")
    }
}

impl Func<'_> {
    // ---- registers

    /// Takes the next `count` registers; gives the first.
    pub(super) fn reserve(&mut self, count: u32) -> Done<Reg> {
        let first = self.scopes.free;
        self.scopes.free += count;
        if self.scopes.free > MAX_REGISTERS {
            return Err(self.error("function or expression needs too many registers"));
        }
        self.scopes.used = self.scopes.used.max(self.scopes.free);
        Ok(first as Reg)
    }

    // ---- blocks

    pub(super) fn enter_block(&mut self, is_loop: bool) {
        let scopes = &mut self.scopes;
        scopes.blocks.push(BlockState {
            first_active: scopes.active.len(),
            first_reg: scopes.local_end,
            closes: false,
            breaks: is_loop.then(Vec::new),
        });
    }

    /// Ends a block. Its variables are closed unless its last statement has left it already.
    pub(super) fn leave_block(&mut self, block: &Block, line: u32) {
        let left = block
            .stmts
            .last()
            .is_some_and(|stmt| matches!(stmt.kind, StmtKind::Return(_) | StmtKind::Break | StmtKind::Goto(_)));
        self.leave_scope(!left, line);
    }

    /// Ends a scope; `close` if control gets here with its variables still open.
    pub(super) fn leave_scope(&mut self, close: bool, line: u32) {
        let pc = self.pc() as u32;
        let block = self.scopes.blocks.pop().expect("the block was entered");
        for local in self.scopes.active.drain(block.first_active..) {
            for info in &mut self.scopes.infos[local.infos] {
                info.end_pc = pc;
            }
        }
        self.scopes.local_end = block.first_reg;
        self.scopes.free = block.first_reg;
        let breaks = block.breaks.unwrap_or_default();
        self.patch_here(&breaks);
        if block.closes && close {
            self.emit(Inst::abc(Op::Close, block.first_reg as Reg, 0, 0), line);
        }
    }

    // ---- locals

    /// Brings locals into scope whose values stand in the registers from `local_end` on. The ones that are captured
    /// get their cells; the one that has to be closed is marked.
    pub(super) fn add_locals(&mut self, locals: impl Iterator<Item = LocalId> + Clone, line: u32) -> Done {
        let mut reg = self.scopes.local_end as Reg;
        let mut to_close = None;
        for id in locals.clone() {
            match self.func.locals[id.0 as usize].attrib {
                Attrib::Constant(_) => {}
                attrib => {
                    self.scopes.registers[id.0 as usize] = reg;
                    if self.func.locals[id.0 as usize].captured && attrib != Attrib::Close {
                        self.emit(Inst::abc(Op::NewCell, reg, 0, 0), line);
                    }
                    reg += 1;
                }
            }
        }
        for id in locals {
            let local = &self.func.locals[id.0 as usize];
            match local.attrib {
                Attrib::Constant(_) => self.add_active(id, None, false),
                Attrib::Close => {
                    let reg = self.scopes.register(id);
                    self.add_active(id, Some((reg, false)), true);
                    to_close = Some(id);
                }
                _ => self.add_active(id, Some((self.scopes.register(id), local.captured)), false),
            }
        }
        if let Some(id) = to_close {
            self.close_later(id, line)?;
        }
        Ok(())
    }

    /// A local in a register of its own choice: a loop's variable that is the hidden counter itself.
    pub(super) fn add_alias(&mut self, id: LocalId, reg: Reg) {
        let end = self.scopes.local_end;
        self.scopes.registers[id.0 as usize] = reg;
        self.add_active(id, Some((reg, false)), false);
        self.scopes.local_end = end;
    }

    /// Hidden locals of a loop, from `local_end` on. `named`: which of them have debug information.
    pub(super) fn add_hidden(&mut self, ids: impl Iterator<Item = LocalId>, skip_first: bool) {
        for (at, id) in ids.enumerate() {
            let reg = self.scopes.local_end as Reg;
            self.scopes.registers[id.0 as usize] = reg;
            if at == 0 && skip_first {
                self.add_active(id, None, false);
                self.scopes.local_end += 1;
            } else {
                self.add_active(id, Some((reg, false)), false);
            }
        }
    }

    /// Says that the last local in scope may have to be closed: the closing value of a generic loop.
    pub(super) fn mark_last_to_close(&mut self) {
        if let Some(local) = self.scopes.active.last_mut() {
            local.to_close = true;
        }
        if let Some(block) = self.scopes.blocks.last_mut() {
            block.closes = true;
        }
    }

    fn add_active(&mut self, id: LocalId, place: Option<(Reg, bool)>, to_close: bool) {
        let first = self.scopes.infos.len();
        let below = self.scopes.local_end;
        if let Some((register, is_cell)) = place {
            let name = self.text(self.func.locals[id.0 as usize].name);
            let start_pc = self.pc() as u32;
            self.scopes.infos.push(LocalInfo { name, start_pc, end_pc: start_pc, register, is_cell });
            self.scopes.local_end += 1;
        }
        let infos = first..self.scopes.infos.len();
        self.scopes.active.push(Active { below, infos, to_close });
    }

    /// Marks a variable to be closed, and gives it its second register if it is captured.
    fn close_later(&mut self, id: LocalId, line: u32) -> Done {
        let reg = self.scopes.register(id);
        self.emit(Inst::abc(Op::Tbc, reg, 0, 0), line);
        if let Some(block) = self.scopes.blocks.last_mut() {
            block.closes = true;
        }
        if self.func.locals[id.0 as usize].captured {
            let cell = self.reserve(1)?;
            self.emit_move(cell, reg, line);
            self.emit(Inst::abc(Op::NewCell, cell, 0, 0), line);
            self.scopes.registers[id.0 as usize] = cell;
            let name = self.text(self.func.locals[id.0 as usize].name);
            let start_pc = self.pc() as u32;
            let at = self.scopes.infos.len();
            self.scopes.infos.push(LocalInfo { name, start_pc, end_pc: start_pc, register: cell, is_cell: true });
            self.scopes.local_end += 1;
            let last = self.scopes.active.last_mut().expect("the variable is in scope");
            // The last local of the statement also ends the scope of the second register.
            last.infos.end = at + 1;
        }
        Ok(())
    }
}
