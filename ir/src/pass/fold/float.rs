//! Rules for floats. Each holds for NaN, infinities and both zeros.

use super::Folded;
use crate::arith;
use crate::entity::Value;
use crate::graph::Graph;
use crate::op::Op;

pub(super) fn unary(graph: &mut Graph, op: Op, a: Value) -> Folded {
    if op == Op::IntToFloat {
        return match graph.as_int(a) {
            Some(number) => Folded::Value(graph.fconst(number as f64)),
            None => Folded::Keep,
        };
    }
    if let Some(number) = graph.as_float(a) {
        if op == Op::GuardFloatToInt {
            return arith::float_to_int(number).map_or(Folded::Fail, |int| Folded::int(graph, int));
        }
        return constant(graph, arith::float_unary(op, number));
    }
    let Some(inst) = graph.def_inst(a) else { return Folded::Keep };
    match (op, inst.op) {
        (Op::FNeg, Op::FNeg) => Folded::Value(inst.args[0]),
        (Op::FAbs, Op::FAbs) => Folded::Value(a),
        (Op::FAbs, Op::FNeg) => Folded::to(Op::FAbs, &[inst.args[0]]),
        // Already integral.
        (Op::FFloor | Op::FCeil, Op::FFloor | Op::FCeil | Op::IntToFloat) => Folded::Value(a),
        _ => Folded::Keep,
    }
}

pub(super) fn binary(graph: &mut Graph, op: Op, a: Value, b: Value) -> Folded {
    let (left, right) = (graph.as_float(a), graph.as_float(b));
    if let (Some(left), Some(right)) = (left, right) {
        return constant(graph, arith::float_binary(op, left, right));
    }
    let commutes = matches!(op, Op::FAdd | Op::FMul);
    if commutes && (left.is_some() || right.is_none() && a > b) {
        return Folded::to(op, &[b, a]);
    }
    let Some(right) = right else { return Folded::Keep };
    let negative_zero = (-0.0f64).to_bits();
    match op {
        // x + -0 is x, also for x = 0; x + 0 would turn -0 into 0.
        Op::FAdd if right.to_bits() == negative_zero => Folded::Value(a),
        Op::FSub if right.to_bits() == 0 => Folded::Value(a),
        Op::FMul | Op::FDiv | Op::FPow if right == 1.0 => Folded::Value(a),
        Op::FPow if right == 2.0 => Folded::to(Op::FMul, &[a, a]),
        Op::FDiv if exact_reciprocal(right) => {
            let reciprocal = graph.fconst(1.0 / right);
            Folded::to(Op::FMul, &[a, reciprocal])
        }
        _ => Folded::Keep,
    }
}

pub(super) fn compare(graph: &mut Graph, op: Op, a: Value, b: Value) -> Folded {
    let (left, right) = (graph.as_float(a), graph.as_float(b));
    if let (Some(left), Some(right)) = (left, right)
        && let Some(cond) = arith::float_compare(op, left, right)
    {
        return Folded::bool(graph, cond);
    }
    match op {
        Op::FLt if a == b => Folded::bool(graph, false),
        Op::FEq | Op::FNe if left.is_some() || right.is_none() && a > b => Folded::to(op, &[b, a]),
        _ => Folded::Keep,
    }
}

/// Is multiplying by 1/x the same as dividing by x? Then x is a power of two, and both are normal.
fn exact_reciprocal(x: f64) -> bool {
    let mantissa = x.to_bits() & ((1 << 52) - 1);
    mantissa == 0 && x.is_normal() && (1.0 / x).is_normal()
}

fn constant(graph: &mut Graph, number: Option<f64>) -> Folded {
    match number {
        Some(number) if !number.is_nan() => Folded::Value(graph.fconst(number)),
        _ => Folded::Keep,
    }
}
