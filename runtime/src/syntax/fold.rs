//! Constant folding: operations on numeric literals.
//!
//! Nothing is folded that would raise an error at run time, nor to NaN or to a zero float (whose sign the constant
//! table could not keep apart). Strings are never converted here.

use super::ast::{BinOp, Constant, UnOp};
use crate::number::{Number, float_floor_div, float_mod, float_pow, int_floor_div, int_mod, shift_left, shift_right};

/// The value of `op operand`, if it can be computed now.
pub fn fold_unary(op: UnOp, operand: Constant) -> Option<Constant> {
    match op {
        UnOp::Not => Some(if is_true(operand) { Constant::False } else { Constant::True }),
        UnOp::Neg => match number(operand)? {
            Number::Int(int) => Some(Constant::Int(int.wrapping_neg())),
            Number::Float(float) => keep_float(-float),
        },
        UnOp::BNot => Some(Constant::Int(!number(operand)?.to_int_exact()?)),
        UnOp::Len => None,
    }
}

/// The value of `left op right`, if it can be computed now.
pub fn fold_binary(op: BinOp, left: Constant, right: Constant) -> Option<Constant> {
    let (left, right) = (number(left)?, number(right)?);
    match op {
        BinOp::BAnd | BinOp::BOr | BinOp::BXor | BinOp::Shl | BinOp::Shr => {
            let (a, b) = (left.to_int_exact()?, right.to_int_exact()?);
            Some(Constant::Int(match op {
                BinOp::BAnd => a & b,
                BinOp::BOr => a | b,
                BinOp::BXor => a ^ b,
                BinOp::Shl => shift_left(a, b),
                _ => shift_right(a, b),
            }))
        }
        BinOp::Div | BinOp::IDiv | BinOp::Mod if right.to_float() == 0.0 => None,
        BinOp::Add | BinOp::Sub | BinOp::Mul | BinOp::IDiv | BinOp::Mod => match (left, right) {
            (Number::Int(a), Number::Int(b)) => Some(Constant::Int(match op {
                BinOp::Add => a.wrapping_add(b),
                BinOp::Sub => a.wrapping_sub(b),
                BinOp::Mul => a.wrapping_mul(b),
                BinOp::IDiv => int_floor_div(a, b),
                _ => int_mod(a, b),
            })),
            _ => {
                let (a, b) = (left.to_float(), right.to_float());
                keep_float(match op {
                    BinOp::Add => a + b,
                    BinOp::Sub => a - b,
                    BinOp::Mul => a * b,
                    BinOp::IDiv => float_floor_div(a, b),
                    _ => float_mod(a, b),
                })
            }
        },
        BinOp::Div => keep_float(left.to_float() / right.to_float()),
        BinOp::Pow => keep_float(float_pow(left.to_float(), right.to_float())),
        _ => None,
    }
}

/// Whether a constant counts as true.
pub fn is_true(value: Constant) -> bool {
    !matches!(value, Constant::Nil | Constant::False)
}

fn number(value: Constant) -> Option<Number> {
    match value {
        Constant::Int(int) => Some(Number::Int(int)),
        Constant::Float(float) => Some(Number::Float(float)),
        _ => None,
    }
}

fn keep_float(value: f64) -> Option<Constant> {
    if value.is_nan() || value == 0.0 { None } else { Some(Constant::Float(value)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_like_the_interpreter() {
        use Constant::{Float, Int};
        assert_eq!(fold_binary(BinOp::Add, Int(i64::MAX), Int(1)), Some(Int(i64::MIN)));
        assert_eq!(fold_binary(BinOp::IDiv, Int(-7), Int(2)), Some(Int(-4)));
        assert_eq!(fold_binary(BinOp::Mod, Int(-7), Float(2.0)), Some(Float(1.0)));
        assert_eq!(fold_binary(BinOp::Div, Int(1), Int(2)), Some(Float(0.5)));
        assert_eq!(fold_binary(BinOp::Shl, Float(1.0), Int(4)), Some(Int(16)));
        assert_eq!(fold_unary(UnOp::BNot, Int(0)), Some(Int(-1)));
    }

    #[test]
    fn leaves_what_must_not_be_folded() {
        use Constant::{Float, Int, Nil};
        assert_eq!(fold_binary(BinOp::Div, Int(0), Int(0)), None);
        assert_eq!(fold_binary(BinOp::Div, Int(1), Float(0.0)), None);
        assert_eq!(fold_binary(BinOp::Mul, Float(0.0), Int(-1)), None);
        assert_eq!(fold_unary(UnOp::Neg, Float(0.0)), None);
        assert_eq!(fold_binary(BinOp::BAnd, Float(0.5), Int(1)), None);
        assert_eq!(fold_binary(BinOp::Add, Nil, Int(1)), None);
    }
}
