//! What is known of each stack slot on the path.
//!
//! Slots are numbered from the trace's base. A slot that the path has not touched holds what the VM stack holds: its
//! first use loads it in the entry block, so that one load serves the whole tree. A slot that the path wrote is
//! *dirty*: the VM stack holds an old value, so snapshots have to name it.

use std::collections::BTreeMap;

use moonset_ir::{Tag, Type, Value};
use moonset_runtime::value::{Raw, Tag as RtTag};

use super::Recorder;
use crate::abort::Abort;

/// A value on the path, with what is known of its type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Val {
    /// Boxed; the type is not known.
    Any(Value),
    /// An integer.
    Int(Value),
    /// A float.
    Float(Value),
    /// A condition as `true` or `false`.
    Bool(Value),
    /// `nil`, `false` or `true`.
    Prim(Tag),
    /// An object.
    Ref(Value, Tag),
}

/// A slot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) val: Val,
    /// Whether the VM stack holds something else.
    pub(super) dirty: bool,
}

/// The slots that are known.
pub(super) type Slots = BTreeMap<i32, Slot>;

/// The graph's name of a value's tag.
pub(super) fn ir_tag(raw: Raw) -> Tag {
    match raw.tag() {
        RtTag::Nil | RtTag::FrameLink => Tag::Nil,
        RtTag::False => Tag::False,
        RtTag::True => Tag::True,
        RtTag::Int => Tag::Int,
        RtTag::Float => Tag::Float,
        RtTag::LightUserdata => Tag::LightUserdata,
        RtTag::Str => Tag::Str,
        RtTag::Table => Tag::Table,
        RtTag::Closure => Tag::Closure,
        RtTag::Native => Tag::Native,
        RtTag::Userdata => Tag::Userdata,
        RtTag::Thread => Tag::Thread,
        RtTag::Cell => Tag::Cell,
    }
}

impl Recorder {
    /// Base of the running frame, relative to the trace's.
    pub(super) fn base_offset(&self) -> i32 {
        self.frame().base
    }

    /// A register of the running frame.
    pub(super) fn get(&mut self, register: i32) -> Val {
        let slot = self.base_offset() + register;
        self.get_slot(slot)
    }

    /// Writes a register of the running frame.
    pub(super) fn set(&mut self, register: i32, val: Val) {
        let slot = self.base_offset() + register;
        self.set_slot(slot, val);
    }

    /// A slot.
    pub(super) fn get_slot(&mut self, slot: i32) -> Val {
        if let Some(known) = self.slots.get(&slot) {
            return known.val;
        }
        let val = Val::Any(self.initial_load(slot));
        self.slots.insert(slot, Slot { val, dirty: false });
        val
    }

    /// Writes a slot.
    pub(super) fn set_slot(&mut self, slot: i32, val: Val) {
        self.slots.insert(slot, Slot { val, dirty: true });
    }

    /// The load of a slot in the entry block, made once a tree.
    pub(super) fn initial_load(&mut self, slot: i32) -> Value {
        if let Some(param) = self.source.head_param(slot) {
            return param;
        }
        if let Some(&load) = self.source.initial.get(&slot) {
            return load;
        }
        let entry = self.graph.entry();
        let load = self.graph.at(entry).stack_load(slot);
        self.source.initial.insert(slot, load);
        load
    }

    /// Replaces what is known of a register, without the register changing: a type was learned.
    pub(super) fn refine(&mut self, from: Val, to: Val) {
        for slot in self.slots.values_mut() {
            if slot.val == from {
                slot.val = to;
            }
        }
    }

    /// The value boxed.
    pub(super) fn any(&mut self, val: Val) -> Value {
        match val {
            Val::Any(value) => value,
            Val::Int(value) => self.at().box_int(value),
            Val::Float(value) => self.at().box_float(value),
            Val::Bool(value) => self.at().box_bool(value),
            Val::Prim(tag) => self.graph.prim(tag),
            Val::Ref(value, tag) => self.at().box_ref(value, tag),
        }
    }

    /// Pins the type of a value to that of its actual value.
    pub(super) fn typed(&mut self, val: Val, actual: Raw) -> Val {
        let tag = ir_tag(actual);
        match val {
            Val::Any(value) => {
                let snap = self.snapshot();
                let payload = self.at().guard_tag(value, tag, snap);
                let typed = match (payload, tag) {
                    (None, tag) => Val::Prim(tag),
                    (Some(payload), Tag::Int) => Val::Int(payload),
                    (Some(payload), Tag::Float) => Val::Float(payload),
                    (Some(payload), tag) => Val::Ref(payload, tag),
                };
                self.refine(val, typed);
                typed
            }
            Val::Bool(cond) => {
                self.guard_bool(cond, tag == Tag::True);
                let typed = Val::Prim(tag);
                self.refine(val, typed);
                typed
            }
            known => known,
        }
    }

    /// An integer operand.
    pub(super) fn int(&mut self, val: Val, actual: Raw) -> Result<Value, Abort> {
        match self.typed(val, actual) {
            Val::Int(value) => Ok(value),
            _ => Err(Abort::Types),
        }
    }

    /// A float operand; an integer is converted.
    pub(super) fn float(&mut self, val: Val, actual: Raw) -> Result<Value, Abort> {
        match self.typed(val, actual) {
            Val::Float(value) => Ok(value),
            Val::Int(value) => Ok(self.at().int_to_float(value)),
            _ => Err(Abort::Types),
        }
    }

    /// An object operand of this kind.
    pub(super) fn reference(&mut self, val: Val, actual: Raw, tag: Tag) -> Result<Value, Abort> {
        match self.typed(val, actual) {
            Val::Ref(value, found) if found == tag => Ok(value),
            _ => Err(Abort::Types),
        }
    }

    /// The result of an operation by its type.
    pub(super) fn val_of(&self, value: Value) -> Val {
        match self.graph.ty(value) {
            Type::Int => Val::Int(value),
            Type::Float => Val::Float(value),
            Type::Bool => Val::Bool(value),
            Type::Any => Val::Any(value),
            Type::Ref => unreachable!("a reference needs its tag"),
        }
    }
}
