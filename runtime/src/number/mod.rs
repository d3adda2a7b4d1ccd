//! Lua's two kinds of number: what the language says about them, with no word about how a value is stored.
//!
//! Reading order: `parse` (text to number), `format` (number to text), `convert` (integer to float and back, string
//! coercion), `arith` (operators, comparisons), `for_loop` (the numeric `for`). Everything here is a pure function of
//! its arguments: the interpreter, the constant folder and the library share it so that they cannot disagree.

pub mod arith;
pub mod convert;
pub mod for_loop;
pub mod format;
pub mod parse;

pub use arith::*;
pub use convert::*;
pub use for_loop::{ForPrep, StepIsZero, prepare_for};
pub use format::{NumberText, format_float_g14, format_int, format_number};
pub use parse::parse_number;

/// A Lua number: the subtype is part of the value (`1` and `1.0` are equal but not the same).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// The integer subtype: 64 bits, wrapping.
    Int(i64),
    /// The float subtype: an IEEE double.
    Float(f64),
}

impl Number {
    /// The number as a float, rounding a large integer to the nearest one.
    #[inline]
    pub fn to_float(self) -> f64 {
        match self {
            Number::Int(i) => i as f64,
            Number::Float(f) => f,
        }
    }

    /// The number as an integer if it has an exact one.
    #[inline]
    pub fn to_int_exact(self) -> Option<i64> {
        match self {
            Number::Int(i) => Some(i),
            Number::Float(f) => float_to_int_exact(f),
        }
    }
}
