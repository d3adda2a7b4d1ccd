//! How SSA values stand in Cranelift IR.
//!
//! `int` and `ref` are `i64`, `float` is `f64`, `bool` is `i8`, `any` is a payload and a tag. The payload of an `any` that
//! was loaded is an `f64` when all its uses that unbox it want a float: the load then goes to the register where it is
//! needed. Boxing is recorded, not executed: the pair is made where something asks for it.

use cranelift_codegen::ir::{self as clif, InstBuilder, MemFlagsData, types};
use moonset_ir::graph::{Const, ValueDef};
use moonset_ir::{Graph, Op, Tag, Type, Value};

use super::{Lower, ObjectBinding};

/// The Cranelift values of an SSA value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lowered {
    /// Not made (yet), or a constant, which is made at each use.
    None,
    /// One value.
    One(clif::Value),
    /// An `any`: payload (`i64`, or `f64` if the value is marked so) and tag (`i8`).
    Pair(clif::Value, clif::Value),
}

/// The tag of an `any`: known, or a value.
#[derive(Clone, Copy, Debug)]
pub(super) enum TagOf {
    /// Known.
    Known(u8),
    /// An `i8`.
    Value(clif::Value),
}

/// Marks the `any` values loaded from memory whose only unboxing is to float.
pub(super) fn float_payloads(graph: &Graph) -> Vec<bool> {
    let mut wants_float = vec![false; graph.num_values()];
    let mut wants_other = vec![false; graph.num_values()];
    for block in graph.blocks() {
        for &inst in &graph[block].insts {
            let data = &graph[inst];
            if data.op == Op::GuardTag && data.tag() == Tag::Float {
                wants_float[data.args[0].index()] = true;
            } else if data.op == Op::GuardTag {
                wants_other[data.args[0].index()] = true;
            }
        }
    }
    (0..graph.num_values())
        .map(|number| {
            let value = Value::new(number);
            let loaded = matches!(graph.def_inst(value), Some(data) if data.op != Op::Call);
            loaded && graph.ty(value) == Type::Any && wants_float[number] && !wants_other[number]
        })
        .collect()
}

impl Lower<'_, '_> {
    /// The single Cranelift value of an `int`, `float`, `bool` or `ref`.
    pub(super) fn one(&mut self, value: Value) -> clif::Value {
        match self.graph.def(value) {
            ValueDef::Const(constant) => self.constant(constant),
            _ => match self.values[value.index()] {
                Lowered::One(one) => one,
                other => unreachable!("{value} is {other:?}, not one value"),
            },
        }
    }

    fn constant(&mut self, constant: Const) -> clif::Value {
        match constant {
            Const::Int(number) => self.iconst(number),
            Const::Float(bits) => self.b.ins().f64const(f64::from_bits(bits)),
            Const::Bool(cond) => self.b.ins().iconst(types::I8, i64::from(cond)),
            Const::Object(object) => match self.bind.objects[object.index()] {
                ObjectBinding::Pinned(address) => self.iconst(address as i64),
                ObjectBinding::Pooled(address) => {
                    let slot = self.iconst(address as i64);
                    self.b.ins().load(types::I64, MemFlagsData::trusted(), slot, 0)
                }
            },
            Const::Prim(tag) => unreachable!("{tag} is a pair"),
        }
    }

    /// The operation that boxed an `any`, looked through.
    fn boxed(&self, value: Value) -> Option<(Op, Value, u8)> {
        let data = self.graph.def_inst(value)?;
        let tag = match data.op {
            Op::BoxInt => Tag::Int as u8,
            Op::BoxFloat => Tag::Float as u8,
            Op::BoxRef => data.tag() as u8,
            Op::BoxBool => Tag::False as u8,
            _ => return None,
        };
        Some((data.op, data.args[0], tag))
    }

    /// The tag of an `any`.
    pub(super) fn tag(&mut self, value: Value) -> TagOf {
        if let Some(Const::Prim(tag)) = self.graph.as_const(value) {
            return TagOf::Known(tag as u8);
        }
        match self.boxed(value) {
            Some((Op::BoxBool, cond, _)) => {
                let cond = self.one(cond);
                TagOf::Value(self.b.ins().iadd_imm_s(cond, i64::from(Tag::False as u8)))
            }
            Some((_, _, tag)) => TagOf::Known(tag),
            None => match self.values[value.index()] {
                Lowered::Pair(_, tag) => TagOf::Value(tag),
                other => unreachable!("{value} is {other:?}, not a pair"),
            },
        }
    }

    /// The tag of an `any` as an `i8`.
    pub(super) fn tag_value(&mut self, value: Value) -> clif::Value {
        match self.tag(value) {
            TagOf::Known(tag) => self.tag_const(tag),
            TagOf::Value(tag) => tag,
        }
    }

    /// The payload of an `any`, in whatever class it is at hand (`i64` or `f64`): good for storing.
    pub(super) fn payload_any_class(&mut self, value: Value) -> clif::Value {
        if let Some(Const::Prim(_)) = self.graph.as_const(value) {
            return self.iconst(0);
        }
        match self.boxed(value) {
            Some((Op::BoxBool, ..)) => self.iconst(0),
            Some((_, inner, _)) => self.one(inner),
            None => match self.values[value.index()] {
                Lowered::Pair(payload, _) => payload,
                other => unreachable!("{value} is {other:?}, not a pair"),
            },
        }
    }

    /// The payload of an `any` as an `i64`.
    pub(super) fn payload_int(&mut self, value: Value) -> clif::Value {
        let payload = self.payload_any_class(value);
        self.to_int_class(payload)
    }

    /// The payload of an `any` as an `f64`.
    pub(super) fn payload_float(&mut self, value: Value) -> clif::Value {
        let payload = self.payload_any_class(value);
        if self.b.func.dfg.value_type(payload) == types::F64 {
            return payload;
        }
        self.b.ins().bitcast(types::F64, MemFlagsData::new(), payload)
    }

    #[expect(clippy::wrong_self_convention, reason = "what is converted is the argument")]
    pub(super) fn to_int_class(&mut self, payload: clif::Value) -> clif::Value {
        if self.b.func.dfg.value_type(payload) == types::I64 {
            return payload;
        }
        self.b.ins().bitcast(types::I64, MemFlagsData::new(), payload)
    }

    /// Whether a value is known to be `nil`, `false` or `true`, whose payload word says nothing.
    pub(super) fn has_no_payload(&self, value: Value) -> bool {
        match self.graph.as_const(value) {
            Some(Const::Prim(_)) => true,
            _ => matches!(self.boxed(value), Some((Op::BoxBool, ..))),
        }
    }

    /// Whether a value can't be a reference to a heap object, as far as its tag is known.
    pub(super) fn is_not_pointer(&self, value: Value) -> bool {
        match self.graph.as_const(value) {
            Some(Const::Prim(_)) => true,
            _ => matches!(self.boxed(value), Some((_, _, tag)) if tag < Tag::Str as u8),
        }
    }
}
