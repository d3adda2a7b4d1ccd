//! The constant table of a function: each constant once.

use std::collections::HashMap;
use std::sync::Arc;

use super::Reg;
use super::func::Func;
use crate::bytecode::function::Constant as Loaded;
use crate::bytecode::{Inst, Op};
use crate::syntax::ast::{Constant, Expr, ExprId};

/// Constants in the order of first use.
#[derive(Default)]
pub(super) struct Constants {
    list: Vec<Constant>,
    index: HashMap<Key, u32>,
}

/// What makes two constants the same: floats by their bits, so that an integer and a float stay apart.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Other(u8),
    Int(i64),
    Float(u64),
    Str(u32),
}

impl Constants {
    pub(super) fn add(&mut self, value: Constant) -> u32 {
        let key = match value {
            Constant::Nil => Key::Other(0),
            Constant::False => Key::Other(1),
            Constant::True => Key::Other(2),
            Constant::Int(int) => Key::Int(int),
            Constant::Float(float) => Key::Float(float.to_bits()),
            Constant::Str(text) => Key::Str(text.0),
        };
        *self.index.entry(key).or_insert_with(|| {
            self.list.push(value);
            self.list.len() as u32 - 1
        })
    }

    pub(super) fn into_list(self, texts: &[Arc<[u8]>]) -> Vec<Loaded> {
        let load = |value| match value {
            Constant::Nil => Loaded::Nil,
            Constant::False => Loaded::Bool(false),
            Constant::True => Loaded::Bool(true),
            Constant::Int(int) => Loaded::Int(int),
            Constant::Float(float) => Loaded::Float(float),
            Constant::Str(text) => Loaded::Str(texts[text.0 as usize].clone()),
        };
        self.list.into_iter().map(load).collect()
    }
}

impl Func<'_> {
    /// The value of an expression, if it is known.
    pub(super) fn constant(&self, id: ExprId) -> Option<Constant> {
        match *self.kind(id) {
            Expr::Constant(value) | Expr::NamedConst { value, .. } => Some(value),
            _ => None,
        }
    }

    /// An expression that is an integer within a range.
    pub(super) fn small_int(&self, id: ExprId, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
        match self.constant(id) {
            Some(Constant::Int(int)) if range.contains(&int) => Some(int),
            _ => None,
        }
    }

    /// Loads a constant.
    pub(super) fn load(&mut self, value: Constant, dst: Reg, line: u32) {
        let inst = match value {
            Constant::Nil => Inst::abc(Op::LoadNil, dst, 0, 0),
            Constant::False => Inst::abc(Op::LoadFalse, dst, 0, 0),
            Constant::True => Inst::abc(Op::LoadTrue, dst, 0, 0),
            Constant::Int(int) if i32::try_from(int).is_ok() => Inst::new(Op::LoadI, dst, 0, 0, int as i32),
            _ => Inst::new(Op::LoadK, dst, 0, 0, self.constants.add(value) as i32),
        };
        self.emit(inst, line);
    }
}
