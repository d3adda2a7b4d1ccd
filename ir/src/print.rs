//! The text form of a graph, written. `parse` reads it back to an equal text.
//!
//! Constants are written in place. Shapes, objects and snapshots are listed only if something names them.

use std::fmt::{self, Write};

use crate::cfg::Cfg;
use crate::entity::{Shape, Snap, Value};
use crate::graph::{Const, Graph, ValueDef};
use crate::inst::{BlockCall, InstData, Terminator};
use crate::op::ImmKind;
use crate::snapshot::{Operand, Place, Snapshot, Template};
use crate::types::{Tag, Type};

impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let used = used_snaps(self);
        for (number, info) in self.shapes().iter().enumerate() {
            write!(f, "{} = id {} cap {}", Shape::new(number), info.id, info.inline_cap)?;
            if info.has_metatable {
                f.write_str(" metatable")?;
            }
            if info.has_finalizer {
                f.write_str(" finalizer")?;
            }
            let keys: Vec<String> = info.keys.iter().map(|key| format!("{key:?}")).collect();
            let objects: String = info.objects.iter().map(|object| format!(" {object}")).collect();
            writeln!(f, " [{}]{objects}", keys.join(", "))?;
        }
        for (number, object) in self.objects().iter().enumerate() {
            writeln!(f, "k{number} = {} {}", object.tag, object.id)?;
        }
        for block in Cfg::new(self).rpo() {
            let data = &self[*block];
            let params: Vec<String> = data.params.iter().map(|param| format!("{param}: {}", self.ty(*param))).collect();
            let head = match (data.loop_head, data.outer_latch) {
                (false, false) => "",
                (true, false) => " loop",
                (false, true) => " outer",
                (true, true) => " loop outer",
            };
            writeln!(f, "{block}({}){head}:", params.join(", "))?;
            for inst in &data.insts {
                writeln!(f, "    {}", self.show_inst(&self[*inst]))?;
            }
            writeln!(f, "    {}", show_term(self, &data.term))?;
        }
        for (number, _) in used.iter().enumerate().filter(|(_, used)| **used) {
            let snap = Snap::new(number);
            writeln!(f, "{snap} = {}", show_snapshot(self, &self[snap]))?;
        }
        Ok(())
    }
}

impl Graph {
    /// A value as an operand is written.
    pub fn show(&self, value: Value) -> String {
        match self.def(value) {
            ValueDef::Const(constant) => show_const(constant),
            _ => value.to_string(),
        }
    }

    /// An instruction as it is written.
    pub fn show_inst(&self, inst: &InstData) -> String {
        let mut out = String::new();
        if let Some(result) = inst.result {
            _ = write!(out, "{result} = ");
        }
        out.push_str(inst.op.name());
        match inst.op.info().imm {
            ImmKind::None => Ok(()),
            ImmKind::Tag => write!(out, " {}", inst.tag()),
            ImmKind::StackSlot => write!(out, " {}", inst.stack_slot()),
            ImmKind::Shape => write!(out, " {}", inst.shape()),
            ImmKind::TwoShapes => write!(out, " {} {}", inst.shape(), inst.new_shape()),
            ImmKind::ShapeSlot | ImmKind::ShapeCap => write!(out, " {} {}", inst.shape(), inst.slot()),
            ImmKind::Index => write!(out, " {}", inst.index()),
            ImmKind::Proto => write!(out, " {}", inst.proto()),
            ImmKind::Helper => write!(out, " {}", inst.helper().name()),
        }
        .expect("writing to a string");
        for (number, arg) in inst.args.iter().enumerate() {
            out.push_str(if number == 0 { " " } else { ", " });
            out.push_str(&self.show(*arg));
        }
        if let (Some(guard), Some(snap)) = (inst.guard, inst.snap) {
            _ = write!(out, " else {guard} {snap}");
        }
        out
    }
}

/// The snapshots that reachable instructions name.
fn used_snaps(graph: &Graph) -> Vec<bool> {
    let mut used = vec![false; graph.num_snaps()];
    for block in Cfg::new(graph).rpo() {
        let insts = graph[*block].insts.iter().filter_map(|inst| graph[*inst].snap);
        for snap in insts.chain(graph[*block].term.snap()) {
            used[snap.index()] = true;
        }
    }
    used
}

fn show_const(constant: Const) -> String {
    match constant {
        Const::Int(number) => number.to_string(),
        Const::Float(bits) => {
            let number = f64::from_bits(bits);
            if number.is_nan() { format!("nan:{bits:#x}") } else { format!("{number:?}f") }
        }
        Const::Bool(cond) => cond.to_string(),
        Const::Prim(Tag::Nil) => "nil".to_string(),
        Const::Prim(tag) => format!("any:{tag}"),
        Const::Object(object) => object.to_string(),
    }
}

fn show_call(graph: &Graph, call: &BlockCall) -> String {
    let args: Vec<String> = call.args.iter().map(|arg| graph.show(*arg)).collect();
    format!("{}({})", call.block, args.join(", "))
}

fn show_term(graph: &Graph, term: &Terminator) -> String {
    match term {
        Terminator::Jump(target) => format!("jump {}", show_call(graph, target)),
        Terminator::Branch(cond, yes, no) => {
            format!("branch {}, {}, {}", graph.show(*cond), show_call(graph, yes), show_call(graph, no))
        }
        Terminator::Exit(guard, snap) => format!("exit {guard} {snap}"),
        Terminator::Link(link, guard, snap) => format!("link {link} {guard} {snap}"),
        Terminator::Return(count) => format!("return {count}"),
        Terminator::Tail(proto) => format!("tail {proto}"),
        Terminator::Open => "open".to_string(),
    }
}

fn show_operand(graph: &Graph, operand: Operand) -> String {
    match operand {
        Operand::Value(value) => graph.show(value),
        Operand::Ref(value, tag) => {
            debug_assert_eq!(graph.ty(value), Type::Ref);
            format!("{}:{tag}", graph.show(value))
        }
        Operand::Virtual(object) => object.to_string(),
    }
}

fn show_snapshot(graph: &Graph, snapshot: &Snapshot) -> String {
    let list = |operands: &[Operand]| {
        let parts: Vec<String> = operands.iter().map(|operand| show_operand(graph, *operand)).collect();
        parts.join(", ")
    };
    let mut parts = Vec::new();
    for frame in &snapshot.frames {
        let mut text = format!("frame {} pc {} base {}", show_operand(graph, frame.closure), frame.pc, frame.base);
        if frame.kind != 0 || frame.aux != 0 {
            _ = write!(text, " kind {} aux {}", frame.kind, frame.aux);
        }
        parts.push(text);
    }
    for (slot, operand) in &snapshot.slots {
        parts.push(format!("{slot}: {}", show_operand(graph, *operand)));
    }
    for (number, object) in snapshot.virtuals.iter().enumerate() {
        let template = match object.template {
            Template::Table(shape) => format!("table {shape}"),
            Template::Cell => "cell".to_string(),
            Template::Closure(proto) => format!("closure {proto}"),
        };
        let pairs = if object.pairs.is_empty() { String::new() } else { format!(" | {}", list(&object.pairs)) };
        parts.push(format!("obj{number} = {template}({}{pairs})", list(&object.fields)));
    }
    for write in &snapshot.writes {
        let place = match write.place {
            Place::Slot(shape, slot) => format!(" {shape} {slot}"),
            Place::Elem(index) => format!(" {index}"),
            Place::Cell => String::new(),
        };
        let (object, value) = (show_operand(graph, write.object), show_operand(graph, write.value));
        parts.push(format!("write {object}{place} = {value}"));
    }
    format!("{{{}}}", parts.join("; "))
}
