//! Rules for integers.

use super::Folded;
use crate::arith;
use crate::entity::Value;
use crate::graph::Graph;
use crate::op::Op;

pub(super) fn unary(graph: &mut Graph, op: Op, a: Value) -> Folded {
    if let Some(number) = graph.as_int(a) {
        return Folded::int(graph, if op == Op::Neg { number.wrapping_neg() } else { !number });
    }
    match graph.def_inst(a) {
        Some(inst) if inst.op == op => Folded::Value(inst.args[0]),
        Some(inst) if inst.op == Op::Sub && op == Op::Neg => Folded::to(Op::Sub, &[inst.args[1], inst.args[0]]),
        _ => Folded::Keep,
    }
}

pub(super) fn binary(graph: &mut Graph, op: Op, a: Value, b: Value) -> Folded {
    let (left, right) = (graph.as_int(a), graph.as_int(b));
    if let (Some(left), Some(right)) = (left, right) {
        // Division by zero is behind a guard that fails first.
        return match arith::int_binary(op, left, right) {
            Some(number) => Folded::int(graph, number),
            None => Folded::Keep,
        };
    }
    let commutes = matches!(op, Op::Add | Op::Mul | Op::BAnd | Op::BOr | Op::BXor);
    if commutes && (left.is_some() || right.is_none() && a > b) {
        return Folded::to(op, &[b, a]);
    }
    if a == b {
        match op {
            Op::Sub | Op::BXor => return Folded::int(graph, 0),
            Op::BAnd | Op::BOr => return Folded::Value(a),
            _ => {}
        }
    }
    match right {
        Some(number) => by_constant(graph, op, a, b, number),
        None => by_value(graph, op, a, b, left),
    }
}

fn by_constant(graph: &mut Graph, op: Op, a: Value, b: Value, number: i64) -> Folded {
    match (op, number) {
        (Op::Add | Op::BOr | Op::BXor | Op::Shl | Op::Shr, 0) | (Op::Mul | Op::IDiv, 1) | (Op::BAnd, -1) => {
            Folded::Value(a)
        }
        (Op::Mul | Op::BAnd, 0) | (Op::IMod, 1 | -1) => Folded::int(graph, 0),
        (Op::BOr, -1) => Folded::Value(b),
        (Op::Mul | Op::IDiv, -1) => Folded::to(Op::Neg, &[a]),
        (Op::BXor, -1) => Folded::to(Op::BNot, &[a]),
        (Op::Sub, _) => {
            let negated = graph.iconst(number.wrapping_neg());
            Folded::to(Op::Add, &[a, negated])
        }
        (Op::Mul, _) if number > 0 && number.count_ones() == 1 => {
            let count = graph.iconst(number.trailing_zeros().into());
            Folded::to(Op::Shl, &[a, count])
        }
        (Op::IMod, _) if number > 0 && number.count_ones() == 1 => {
            let mask = graph.iconst(number - 1);
            Folded::to(Op::BAnd, &[a, mask])
        }
        (Op::Shl | Op::Shr, _) if !(-63..64).contains(&number) => Folded::int(graph, 0),
        (Op::Shr, _) if number < 0 => {
            let count = graph.iconst(-number);
            Folded::to(Op::Shl, &[a, count])
        }
        (Op::Shl, _) if number < 0 => {
            let count = graph.iconst(-number);
            Folded::to(Op::Shr, &[a, count])
        }
        // Two constants meet.
        (Op::Add | Op::BAnd | Op::BOr | Op::BXor, _) => {
            let Some((inner, Some(other))) = operand_and_constant(graph, a, op) else { return Folded::Keep };
            let both = arith::int_binary(op, other, number).expect("neither operation divides");
            let both = graph.iconst(both);
            Folded::to(op, &[inner, both])
        }
        _ => Folded::Keep,
    }
}

fn by_value(graph: &Graph, op: Op, a: Value, b: Value, left: Option<i64>) -> Folded {
    let negated = |value| graph.def_inst(value).filter(|inst| inst.op == Op::Neg).map(|inst| inst.args[0]);
    match op {
        Op::Sub if left == Some(0) => Folded::to(Op::Neg, &[b]),
        Op::Sub => match (negated(b), graph.def_inst(a)) {
            (Some(b), _) => Folded::to(Op::Add, &[a, b]),
            (None, Some(inst)) if inst.op == Op::Add && inst.args[0] == b => Folded::Value(inst.args[1]),
            (None, Some(inst)) if inst.op == Op::Add && inst.args[1] == b => Folded::Value(inst.args[0]),
            _ => Folded::Keep,
        },
        Op::Add => match (negated(a), negated(b)) {
            (_, Some(b)) => Folded::to(Op::Sub, &[a, b]),
            (Some(a), None) => Folded::to(Op::Sub, &[b, a]),
            _ => Folded::Keep,
        },
        _ => Folded::Keep,
    }
}

/// The operands of `value`, if it is this operation with a constant on the right.
fn operand_and_constant(graph: &Graph, value: Value, op: Op) -> Option<(Value, Option<i64>)> {
    let inst = graph.def_inst(value).filter(|inst| inst.op == op)?;
    Some((inst.args[0], graph.as_int(inst.args[1])))
}

pub(super) fn compare(graph: &mut Graph, op: Op, a: Value, b: Value) -> Folded {
    let (left, right) = (graph.as_int(a), graph.as_int(b));
    if let (Some(left), Some(right)) = (left, right)
        && let Some(cond) = arith::int_compare(op, left, right)
    {
        return Folded::bool(graph, cond);
    }
    if a == b {
        return Folded::bool(graph, matches!(op, Op::Eq | Op::Le | Op::Ule));
    }
    let equality = matches!(op, Op::Eq | Op::Ne);
    if equality && (left.is_some() || right.is_none() && a > b) {
        return Folded::to(op, &[b, a]);
    }
    match (op, left, right) {
        (Op::Ult, _, Some(0)) | (Op::Lt, _, Some(i64::MIN)) | (Op::Lt, Some(i64::MAX), _) => Folded::bool(graph, false),
        (Op::Ule, Some(0), _) | (Op::Le, _, Some(i64::MAX)) | (Op::Le, Some(i64::MIN), _) => Folded::bool(graph, true),
        (Op::Eq | Op::Ne, _, Some(number)) => match operand_and_constant(graph, a, Op::Add) {
            Some((inner, Some(other))) => {
                let rest = graph.iconst(number.wrapping_sub(other));
                Folded::to(op, &[inner, rest])
            }
            _ => Folded::Keep,
        },
        _ => Folded::Keep,
    }
}
