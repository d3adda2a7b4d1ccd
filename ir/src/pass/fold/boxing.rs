//! Rules for boxes, tags, conditions, selections and identity.

use super::Folded;
use crate::entity::Value;
use crate::graph::{Const, Graph};
use crate::helper::Helper;
use crate::inst::InstData;
use crate::op::Op;
use crate::types::Tag;

/// What is known of a boxed value from its definition.
#[derive(Clone, Copy)]
pub(crate) enum Boxed {
    /// The tag and, if the tag has one, the payload.
    Tagged(Tag, Option<Value>),
    /// `true` or `false`, by this condition.
    Bool(Value),
}

/// What the definition of a boxed value says.
pub(crate) fn boxed(graph: &Graph, value: Value) -> Option<Boxed> {
    if let Some(Const::Prim(tag)) = graph.as_const(value) {
        return Some(Boxed::Tagged(tag, None));
    }
    let inst = graph.def_inst(value)?;
    let payload = inst.args.first().copied();
    Some(match inst.op {
        Op::BoxInt => Boxed::Tagged(Tag::Int, payload),
        Op::BoxFloat => Boxed::Tagged(Tag::Float, payload),
        Op::BoxRef => Boxed::Tagged(inst.tag(), payload),
        Op::BoxBool => Boxed::Bool(inst.args[0]),
        _ => return None,
    })
}

pub(super) fn fold(graph: &mut Graph, inst: &InstData) -> Folded {
    match inst.op {
        Op::BoxBool => match graph.as_bool(inst.args[0]) {
            Some(cond) => Folded::Value(graph.prim(if cond { Tag::True } else { Tag::False })),
            None => Folded::Keep,
        },
        Op::GuardTag => guard_tag(graph, inst),
        Op::GuardNotNil | Op::GuardTruthy | Op::GuardFalsy => guard_truth(graph, inst),
        Op::GuardTrue | Op::GuardFalse => guard_cond(graph, inst),
        Op::TagIs | Op::TagOf | Op::Truthy => tag_test(graph, inst),
        Op::Not => not(graph, inst.args[0]),
        Op::And | Op::Or => and_or(graph, inst.op, inst.args[0], inst.args[1]),
        Op::Select => select(graph, inst),
        Op::RefEq => ref_eq(graph, inst.args[0], inst.args[1]),
        Op::GuardProto => match graph.def_inst(inst.args[0]) {
            Some(closure) if closure.op == Op::NewClosure => Folded::guard(closure.proto() == inst.proto()),
            _ => Folded::Keep,
        },
        Op::Barrier => barrier(graph, inst),
        Op::Call => call(graph, inst),
        _ => Folded::Keep,
    }
}

fn guard_tag(graph: &Graph, inst: &InstData) -> Folded {
    match (boxed(graph, inst.args[0]), inst.tag()) {
        (Some(Boxed::Tagged(tag, payload)), expected) if tag == expected => payload.map_or(Folded::Drop, Folded::Value),
        (Some(Boxed::Bool(cond)), Tag::True) => Folded::to(Op::GuardTrue, &[cond]),
        (Some(Boxed::Bool(cond)), Tag::False) => Folded::to(Op::GuardFalse, &[cond]),
        (Some(_), _) => Folded::Fail,
        (None, _) => Folded::Keep,
    }
}

fn guard_truth(graph: &Graph, inst: &InstData) -> Folded {
    match (inst.op, boxed(graph, inst.args[0])) {
        (_, None) => Folded::Keep,
        (Op::GuardNotNil, Some(Boxed::Tagged(tag, _))) => Folded::guard(tag != Tag::Nil),
        (Op::GuardNotNil, Some(Boxed::Bool(_))) => Folded::Drop,
        (Op::GuardTruthy, Some(Boxed::Tagged(tag, _))) => Folded::guard(tag.is_truthy()),
        (Op::GuardTruthy, Some(Boxed::Bool(cond))) => Folded::to(Op::GuardTrue, &[cond]),
        (_, Some(Boxed::Tagged(tag, _))) => Folded::guard(!tag.is_truthy()),
        (_, Some(Boxed::Bool(cond))) => Folded::to(Op::GuardFalse, &[cond]),
    }
}

fn guard_cond(graph: &Graph, inst: &InstData) -> Folded {
    let expected = inst.op == Op::GuardTrue;
    if let Some(cond) = graph.as_bool(inst.args[0]) {
        return Folded::guard(cond == expected);
    }
    match graph.def_inst(inst.args[0]) {
        Some(not) if not.op == Op::Not => {
            Folded::to(if expected { Op::GuardFalse } else { Op::GuardTrue }, &[not.args[0]])
        }
        _ => Folded::Keep,
    }
}

fn tag_test(graph: &mut Graph, inst: &InstData) -> Folded {
    match (inst.op, boxed(graph, inst.args[0])) {
        (_, None) => Folded::Keep,
        (Op::TagIs, Some(Boxed::Tagged(tag, _))) => Folded::bool(graph, tag == inst.tag()),
        (Op::TagIs, Some(Boxed::Bool(cond))) => match inst.tag() {
            Tag::True => Folded::Value(cond),
            Tag::False => Folded::to(Op::Not, &[cond]),
            _ => Folded::bool(graph, false),
        },
        (Op::TagOf, Some(Boxed::Tagged(tag, _))) => Folded::int(graph, tag as i64),
        (Op::TagOf, Some(Boxed::Bool(cond))) => {
            let (yes, no) = (graph.iconst(Tag::True as i64), graph.iconst(Tag::False as i64));
            Folded::to(Op::Select, &[cond, yes, no])
        }
        (_, Some(Boxed::Tagged(tag, _))) => Folded::bool(graph, tag.is_truthy()),
        (_, Some(Boxed::Bool(cond))) => Folded::Value(cond),
    }
}

fn not(graph: &mut Graph, a: Value) -> Folded {
    if let Some(cond) = graph.as_bool(a) {
        return Folded::bool(graph, !cond);
    }
    let Some(inst) = graph.def_inst(a) else { return Folded::Keep };
    if inst.op == Op::Not {
        return Folded::Value(inst.args[0]);
    }
    match complement(inst) {
        Some((op, args)) => Folded::to(op, &args),
        None => Folded::Keep,
    }
}

/// The comparison that holds where this one does not. An order of floats has none: both fail on NaN.
pub(crate) fn complement(inst: &InstData) -> Option<(Op, [Value; 2])> {
    let (op, swap) = match inst.op {
        Op::Eq => (Op::Ne, false),
        Op::Ne => (Op::Eq, false),
        Op::Lt => (Op::Le, true),
        Op::Le => (Op::Lt, true),
        Op::Ult => (Op::Ule, true),
        Op::Ule => (Op::Ult, true),
        Op::FEq => (Op::FNe, false),
        Op::FNe => (Op::FEq, false),
        _ => return None,
    };
    let (a, b) = (inst.args[0], inst.args[1]);
    Some((op, if swap { [b, a] } else { [a, b] }))
}

fn and_or(graph: &Graph, op: Op, a: Value, b: Value) -> Folded {
    if a == b {
        return Folded::Value(a);
    }
    // The constant that decides the outcome.
    let deciding = op == Op::Or;
    match (graph.as_bool(a), graph.as_bool(b)) {
        (Some(cond), _) => Folded::Value(if cond == deciding { a } else { b }),
        (_, Some(cond)) => Folded::Value(if cond == deciding { b } else { a }),
        _ => Folded::Keep,
    }
}

fn select(graph: &Graph, inst: &InstData) -> Folded {
    let (cond, yes, no) = (inst.args[0], inst.args[1], inst.args[2]);
    if let Some(known) = graph.as_bool(cond) {
        return Folded::Value(if known { yes } else { no });
    }
    if yes == no {
        return Folded::Value(yes);
    }
    match (graph.as_bool(yes), graph.as_bool(no)) {
        (Some(true), Some(false)) => return Folded::Value(cond),
        (Some(false), Some(true)) => return Folded::to(Op::Not, &[cond]),
        _ => {}
    }
    match graph.def_inst(cond) {
        Some(not) if not.op == Op::Not => Folded::to(Op::Select, &[not.args[0], no, yes]),
        _ => Folded::Keep,
    }
}

fn ref_eq(graph: &mut Graph, a: Value, b: Value) -> Folded {
    if a == b {
        return Folded::bool(graph, true);
    }
    let is_const = |value| graph.as_const(value).is_some();
    let is_new = |value| graph.def_inst(value).is_some_and(|inst| inst.op.is_new());
    if (is_const(a) || is_new(a)) && (is_const(b) || is_new(b)) {
        return Folded::bool(graph, false);
    }
    if a > b { Folded::to(Op::RefEq, &[b, a]) } else { Folded::Keep }
}

/// NO-BARRIER: an object made by the trace is young as long as the trace runs, and only pointers are remembered.
fn barrier(graph: &Graph, inst: &InstData) -> Folded {
    let fresh = graph.def_inst(inst.args[0]).is_some_and(|object| object.op.is_new());
    let no_pointer = match boxed(graph, inst.args[1]) {
        Some(Boxed::Tagged(tag, _)) => !tag.is_object(),
        Some(Boxed::Bool(_)) => true,
        None => false,
    };
    if fresh || no_pointer { Folded::Drop } else { Folded::Keep }
}

fn call(graph: &mut Graph, inst: &InstData) -> Folded {
    match inst.helper() {
        Helper::StrEq if inst.args[0] == inst.args[1] => Folded::bool(graph, true),
        Helper::RawEq => raw_eq(graph, inst.args[0], inst.args[1]),
        _ => Folded::Keep,
    }
}

fn raw_eq(graph: &mut Graph, a: Value, b: Value) -> Folded {
    let (left, right) = (boxed(graph, a), boxed(graph, b));
    let (Some(left), Some(right)) = (left, right) else {
        // One side known to be nil or a boolean: the tag decides.
        return match (left, right) {
            (Some(Boxed::Tagged(tag, None)), None) => Folded::Rewrite(Op::TagIs, [b].as_slice().into(), tag as u64),
            (None, Some(Boxed::Tagged(tag, None))) => Folded::Rewrite(Op::TagIs, [a].as_slice().into(), tag as u64),
            _ => Folded::Keep,
        };
    };
    match (left, right) {
        (Boxed::Tagged(Tag::Int, Some(a)), Boxed::Tagged(Tag::Int, Some(b))) => Folded::to(Op::Eq, &[a, b]),
        (Boxed::Tagged(Tag::Float, Some(a)), Boxed::Tagged(Tag::Float, Some(b))) => Folded::to(Op::FEq, &[a, b]),
        (Boxed::Tagged(Tag::Int, _), Boxed::Tagged(Tag::Float, _))
        | (Boxed::Tagged(Tag::Float, _), Boxed::Tagged(Tag::Int, _)) => Folded::Keep,
        (Boxed::Tagged(Tag::Str, Some(a)), Boxed::Tagged(Tag::Str, Some(b))) => {
            Folded::Rewrite(Op::Call, [a, b].as_slice().into(), Helper::StrEq as u64)
        }
        (Boxed::Tagged(tag, x), Boxed::Tagged(other, y)) if tag == other => match (x, y) {
            (Some(x), Some(y)) => Folded::to(Op::RefEq, &[x, y]),
            _ => Folded::bool(graph, true),
        },
        (Boxed::Bool(cond), Boxed::Tagged(Tag::True, _)) | (Boxed::Tagged(Tag::True, _), Boxed::Bool(cond)) => {
            Folded::Value(cond)
        }
        (Boxed::Bool(cond), Boxed::Tagged(Tag::False, _)) | (Boxed::Tagged(Tag::False, _), Boxed::Bool(cond)) => {
            Folded::to(Op::Not, &[cond])
        }
        (Boxed::Bool(a), Boxed::Bool(b)) if a == b => Folded::bool(graph, true),
        (Boxed::Bool(_), Boxed::Bool(_)) => Folded::Keep,
        _ => Folded::bool(graph, false),
    }
}
