//! Assignment.
//!
//! The objects and keys of the targets are computed first, then the values, then the stores are made from the last
//! target to the first. Where several targets are assigned at once, an object or key that stands in a local which is
//! itself a target gets a register of its own, since the local may be overwritten first.

use super::func::Func;
use super::{Done, Reg};
use crate::bytecode::{Inst, Op};
use crate::syntax::StrId;
use crate::syntax::ast::{Constant, Expr, ExprId, FuncId, UpvalueId};

/// A target that is ready for its value.
#[derive(Clone, Copy)]
enum Place {
    Local(Reg),
    Cell(Reg),
    Upvalue(UpvalueId),
    UpvalueField(UpvalueId, StrId),
    Field(Reg, StrId),
    Int(Reg, u8),
    Index(Reg, Reg),
}

impl Func<'_> {
    /// `targets = values`
    pub(super) fn assign(&mut self, targets: &[ExprId], values: &[ExprId], line: u32) -> Done {
        let mut places = Vec::with_capacity(targets.len());
        for &target in targets {
            places.push(self.place(target, targets)?);
        }
        let (last, others) = places.split_last().expect("an assignment has targets");
        let first = self.scopes.free as Reg;
        // The last value needs no register of its own when it is the last one to be computed.
        if let Some((&last_value, first_values)) = values.split_last()
            && values.len() == targets.len()
        {
            self.exact_list(first_values, others.len() as u32, line)?;
            let value = self.operand(last_value)?;
            self.store(*last, value, line);
        } else {
            self.exact_list(values, targets.len() as u32, line)?;
            self.store(*last, first + others.len() as Reg, line);
        }
        for (at, &place) in others.iter().enumerate().rev() {
            self.store(place, first + at as Reg, line);
        }
        Ok(())
    }

    /// `target = value`
    pub(super) fn assign_one(&mut self, target: ExprId, value: ExprId, line: u32) -> Done {
        let place = self.place(target, &[])?;
        if let Place::Local(reg) = place {
            return self.expr_to(value, reg);
        }
        let value = self.operand(value)?;
        self.store(place, value, line);
        Ok(())
    }

    /// `function target() ... end`: the store counts as standing where the function begins.
    pub(super) fn assign_function(&mut self, target: ExprId, func: FuncId, line: u32, end_line: u32) -> Done {
        let place = self.place(target, &[])?;
        if let Place::Local(reg) = place {
            return self.closure(func, reg, end_line);
        }
        let value = self.reserve(1)?;
        self.closure(func, value, end_line)?;
        self.store(place, value, line);
        Ok(())
    }

    /// Makes a target ready, one of `others` if there are several.
    fn place(&mut self, target: ExprId, others: &[ExprId]) -> Done<Place> {
        Ok(match *self.kind(target) {
            Expr::Local(local) => {
                let reg = self.scopes.register(local);
                if self.func.locals[local.0 as usize].captured { Place::Cell(reg) } else { Place::Local(reg) }
            }
            Expr::Upvalue(upvalue) => Place::Upvalue(upvalue),
            Expr::Global { env, name } => self.field_place(env, name, others)?,
            Expr::Index { object, key } => {
                if let Some(Constant::Str(name)) = self.constant(key) {
                    self.field_place(object, name, others)?
                } else {
                    let object = self.stable_operand(object, others)?;
                    match self.small_int(key, 0..=255) {
                        Some(int) => Place::Int(object, int as u8),
                        None => Place::Index(object, self.stable_operand(key, others)?),
                    }
                }
            }
            _ => unreachable!("the parser accepts no other target"),
        })
    }

    fn field_place(&mut self, object: ExprId, name: StrId, others: &[ExprId]) -> Done<Place> {
        let is_target =
            |upvalue| others.iter().any(|&other| matches!(*self.kind(other), Expr::Upvalue(it) if it == upvalue));
        match *self.kind(object) {
            Expr::Upvalue(upvalue) if !is_target(upvalue) => Ok(Place::UpvalueField(upvalue, name)),
            _ => Ok(Place::Field(self.stable_operand(object, others)?, name)),
        }
    }

    /// An operand that the assignment itself does not overwrite.
    fn stable_operand(&mut self, id: ExprId, others: &[ExprId]) -> Done<Reg> {
        let reg = self.operand(id)?;
        if others.iter().any(|&other| self.own_register(other) == Some(reg)) {
            let copy = self.reserve(1)?;
            self.emit_move(copy, reg, self.line_of(id));
            return Ok(copy);
        }
        Ok(reg)
    }

    fn store(&mut self, place: Place, value: Reg, line: u32) {
        let inst = match place {
            Place::Local(reg) => return self.emit_move(reg, value, line),
            Place::UpvalueField(upvalue, name) => return self.emit_field(Op::SetTabUp, value, upvalue.0, name, line),
            Place::Field(object, name) => return self.emit_field(Op::SetField, object, value, name, line),
            Place::Cell(reg) => Inst::abc(Op::SetCell, reg, value, 0),
            Place::Upvalue(upvalue) => Inst::abc(Op::SetUpval, value, upvalue.0, 0),
            Place::Int(object, int) => Inst::abc(Op::SetInt, object, int, value),
            Place::Index(object, key) => Inst::abc(Op::SetIndex, object, key, value),
        };
        self.emit(inst, line);
    }
}
