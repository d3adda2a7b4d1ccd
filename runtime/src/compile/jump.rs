//! Jumps: lists of jumps that wait for their target, and labels.
//!
//! A jump is known by the index of its instruction. Forward jumps are emitted with distance 0 and patched; back edges
//! know their target when they are emitted.

use super::func::Func;
use crate::bytecode::{Inst, Op};
use crate::syntax::ast::{GotoId, LabelId};

/// Facts about jump instructions.
pub(super) struct Jumps;

impl Jumps {
    /// Whether the instruction jumps forward by its operand `d`.
    pub(super) fn is_forward(op: Op) -> bool {
        use crate::bytecode::op::Form;
        match op {
            Op::TForPrep | Op::ForPrep => false,
            _ => matches!(op.form(), Form::J | Form::AJ | Form::ABJ | Form::AKJ | Form::AIJ),
        }
    }
}

/// The labels of a function.
pub(super) struct Labels {
    /// Where each label is, once it has been reached.
    places: Vec<Option<usize>>,
    /// Jumps to labels that have not.
    waiting: Vec<(LabelId, usize)>,
}

impl Labels {
    pub(super) fn new(count: usize) -> Labels {
        Labels { places: vec![None; count], waiting: Vec::new() }
    }
}

impl Func<'_> {
    /// An unconditional forward jump.
    pub(super) fn jump(&mut self, line: u32) -> usize {
        self.emit(Inst::new(Op::Jmp, 0, 0, 0, 0), line)
    }

    /// Lets jumps lead to the next instruction.
    pub(super) fn patch_here(&mut self, jumps: &[usize]) {
        let target = self.pc();
        for &at in jumps {
            let code = self.code_mut();
            code[at] = code[at].with_d((target - at - 1) as i32);
        }
    }

    /// `break`
    pub(super) fn break_stmt(&mut self, line: u32) {
        if let Some(reg) = self.scopes.close_at_break() {
            self.emit(Inst::abc(Op::Close, reg, 0, 0), line);
        }
        let jump = self.jump(line);
        self.scopes.breaks().push(jump);
    }

    /// `goto`
    pub(super) fn goto_stmt(&mut self, goto: GotoId, line: u32) {
        if let Some(reg) = self.close_at_goto(goto) {
            self.emit(Inst::abc(Op::Close, reg, 0, 0), line);
        }
        let label = self.func.gotos[goto.0 as usize];
        match self.labels.places[label.0 as usize] {
            Some(target) => self.emit_back(Op::JmpBack, 0, target, line),
            None => {
                let jump = self.jump(line);
                self.labels.waiting.push((label, jump));
            }
        }
    }

    /// If the `goto` goes forward and has nothing to close, lets `jumps` go there in its place.
    pub(super) fn is_plain_forward(&self, goto: GotoId) -> bool {
        let label = self.func.gotos[goto.0 as usize];
        self.labels.places[label.0 as usize].is_none() && self.close_at_goto(goto).is_none()
    }

    /// Lets jumps go where the `goto` goes, which is forward.
    pub(super) fn join_goto(&mut self, goto: GotoId, jumps: Vec<usize>) {
        let label = self.func.gotos[goto.0 as usize];
        self.labels.waiting.extend(jumps.into_iter().map(|jump| (label, jump)));
    }

    /// `::label::`
    pub(super) fn label_stmt(&mut self, label: LabelId) {
        let waiting = std::mem::take(&mut self.labels.waiting);
        let (here, others) = waiting.into_iter().partition::<Vec<_>, _>(|&(target, _)| target == label);
        self.labels.waiting = others;
        let jumps: Vec<usize> = here.into_iter().map(|(_, jump)| jump).collect();
        self.patch_here(&jumps);
        self.labels.places[label.0 as usize] = Some(self.pc());
    }

    fn close_at_goto(&self, goto: GotoId) -> Option<u8> {
        let label = self.func.gotos[goto.0 as usize];
        self.scopes.close_down_to(self.func.labels[label.0 as usize].active as usize)
    }
}
