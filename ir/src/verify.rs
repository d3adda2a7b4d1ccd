//! The verifier. It runs after every pass in tests and debug builds. Of everything reachable it demands:
//!
//! - the entry has no parameters, and nothing jumps to it;
//! - a block ends in something other than `open`, and marked loop heads are the targets of back edges, and only those;
//! - a jump passes one value of the right type for each parameter of its target;
//! - a value is defined once, and its definition (instruction, parameter) names it back;
//! - a use is dominated by its definition; what a snapshot names dominates each instruction that carries the snapshot;
//! - operands have the types, immediates the ranges, and results the type that the operation table asks for;
//! - exactly what may leave carries a guard id and a snapshot, and guard ids are ones given out;
//! - `set_shape` keeps the inline capacity, and slots lie within their shape;
//! - a snapshot has a frame; its virtual operands are objects of it; a `ref` in it has an object tag (or is a cell of a
//!   virtual closure), other values have none; a virtual table has at least as many fields as its shape has slots; a
//!   virtual cell has one field; no slot is named twice; no address of array elements is named.

use crate::cfg::Cfg;
use crate::entity::{Block, Guard, Snap, Value};
use crate::graph::{Graph, ValueDef};
use crate::inst::{BlockCall, InstData, Terminator};
use crate::op::{Arg, ImmKind, Op};
use crate::snapshot::{Operand, Place, Template};
use crate::types::{Tag, Type};

type Result = std::result::Result<(), String>;

/// Checks the graph; the error says what is wrong where.
pub fn verify(graph: &Graph) -> Result {
    let cfg = Cfg::new(graph);
    let mut cx =
        Ctx { graph, cfg: &cfg, position: vec![u32::MAX; graph.num_values()], home: vec![None; graph.num_values()] };
    cx.define()?;
    if !graph[graph.entry()].params.is_empty() || !cfg.preds(graph.entry()).is_empty() {
        return Err("the entry has parameters or predecessors".to_string());
    }
    for block in cfg.rpo() {
        if graph[*block].loop_head != cfg.is_loop_head(*block) {
            return Err(format!("{block}: the mark as loop head and the back edges disagree"));
        }
        cx.block(*block).map_err(|error| format!("{block}: {error}"))?;
    }
    for edge in cfg.rpo().iter().flat_map(|from| graph[*from].term.targets().map(move |target| (*from, target.block))) {
        if cfg.order(edge.1) <= cfg.order(edge.0) && !cfg.dominates(edge.1, edge.0) {
            return Err(format!("the loop that {} closes at {} has a second entry", edge.0, edge.1));
        }
    }
    Ok(())
}

struct Ctx<'a> {
    graph: &'a Graph,
    cfg: &'a Cfg,
    /// Where in its block each value is defined: 0 for parameters, then the instructions.
    position: Vec<u32>,
    home: Vec<Option<Block>>,
}

impl Ctx<'_> {
    fn define(&mut self) -> Result {
        let graph = self.graph;
        for block in self.cfg.rpo() {
            for (number, param) in graph[*block].params.iter().enumerate() {
                if graph.def(*param) != ValueDef::Param(*block, number as u32) {
                    return Err(format!("{block}: {param} does not name its definition"));
                }
                self.define_value(*block, *param, 0)?;
            }
            for (number, inst) in graph[*block].insts.iter().enumerate() {
                if let Some(result) = graph[*inst].result {
                    if graph.def(result) != ValueDef::Inst(*inst) {
                        return Err(format!("{block}: {result} does not name its definition"));
                    }
                    self.define_value(*block, result, number as u32 + 1)?;
                }
            }
        }
        Ok(())
    }

    fn define_value(&mut self, block: Block, value: Value, position: u32) -> Result {
        if self.home[value.index()].replace(block).is_some() {
            return Err(format!("{value} is defined twice"));
        }
        self.position[value.index()] = position;
        Ok(())
    }

    fn block(&self, block: Block) -> Result {
        let data = &self.graph[block];
        for (number, inst) in data.insts.iter().enumerate() {
            let inst = &self.graph[*inst];
            let at = (block, number as u32 + 1);
            self.inst(inst, at).map_err(|error| format!("{}: {error}", self.graph.show_inst(inst)))?;
        }
        let at = (block, data.insts.len() as u32 + 1);
        data.term.targets().try_for_each(|target| self.block_call(target, at))?;
        match &data.term {
            Terminator::Open => Err("no terminator".to_string()),
            Terminator::Branch(cond, ..) => self.operand(*cond, Type::Bool, at),
            Terminator::Exit(guard, snap) | Terminator::Link(_, guard, snap) => self.exit(*guard, *snap, at),
            Terminator::Jump(_) | Terminator::Return(_) | Terminator::Tail(_) => Ok(()),
        }
    }

    fn block_call(&self, target: &BlockCall, at: (Block, u32)) -> Result {
        let params = &self.graph[target.block].params;
        if params.len() != target.args.len() {
            return Err(format!("{} values for {} parameters of {}", target.args.len(), params.len(), target.block));
        }
        params.iter().zip(&target.args).try_for_each(|(param, arg)| self.operand(*arg, self.graph.ty(*param), at))
    }

    fn inst(&self, inst: &InstData, at: (Block, u32)) -> Result {
        let graph = self.graph;
        let info = inst.op.info();
        let imm_fits = match info.imm {
            ImmKind::None | ImmKind::StackSlot | ImmKind::Index | ImmKind::Proto | ImmKind::Helper => true,
            ImmKind::Tag => Tag::from_u8(inst.imm as u8).is_some(),
            ImmKind::TwoShapes => inst.new_shape().index() < graph.shapes().len(),
            ImmKind::Shape | ImmKind::ShapeSlot | ImmKind::ShapeCap => true,
        };
        let has_shape =
            matches!(info.imm, ImmKind::Shape | ImmKind::TwoShapes | ImmKind::ShapeSlot | ImmKind::ShapeCap);
        if !imm_fits || has_shape && inst.shape().index() >= graph.shapes().len() {
            return Err("the immediate is out of range".to_string());
        }
        match inst.op {
            Op::BoxRef if inst.tag().payload() != Some(Type::Ref) => return Err("no tag of a pointer".to_string()),
            Op::SlotLoad | Op::SlotStore if inst.slot() as usize >= graph[inst.shape()].keys.len() => {
                return Err("the shape has no such slot".to_string());
            }
            Op::SetShape if graph[inst.shape()].inline_cap != graph[inst.new_shape()].inline_cap => {
                return Err("the inline capacity changes".to_string());
            }
            _ => {}
        }
        self.operands(inst, at)?;
        if inst.result.map(|result| graph.ty(result)) != graph.result_type(inst) {
            return Err("the result has the wrong type".to_string());
        }
        match (inst.guard, inst.snap) {
            (Some(guard), Some(snap)) if inst.effects().exits => self.exit(guard, snap, at),
            (None, None) if !inst.effects().exits => Ok(()),
            _ => Err("guard id and snapshot belong to what may leave, and to nothing else".to_string()),
        }
    }

    fn operands(&self, inst: &InstData, at: (Block, u32)) -> Result {
        if inst.op == Op::Call {
            let info = inst.helper().info();
            let fits = inst.args.len() == info.args.len() || inst.args.len() > info.args.len() && info.rest.is_some();
            if !fits {
                return Err("the number of operands is wrong".to_string());
            }
            let kinds = info.args.iter().copied().chain(info.rest.into_iter().cycle());
            return inst.args.iter().zip(kinds).try_for_each(|(arg, ty)| self.operand(*arg, ty, at));
        }
        let info = inst.op.info();
        let fits = inst.args.len() == info.args.len() || inst.args.len() > info.args.len() && info.rest.is_some();
        if !fits {
            return Err("the number of operands is wrong".to_string());
        }
        let kinds = info.args.iter().copied().chain(info.rest.into_iter().cycle());
        inst.args.iter().zip(kinds).try_for_each(|(arg, kind)| {
            let ty = match kind {
                Arg::Ty(ty) => ty,
                Arg::Same => self.graph.ty(*inst.args.last().expect("there are operands")),
            };
            self.operand(*arg, ty, at)
        })
    }

    fn operand(&self, value: Value, ty: Type, at: (Block, u32)) -> Result {
        self.dominated(value, at)?;
        let found = self.graph.ty(value);
        if found != ty {
            return Err(format!("{} is {found}, not {ty}", self.graph.show(value)));
        }
        Ok(())
    }

    fn dominated(&self, value: Value, (block, position): (Block, u32)) -> Result {
        if matches!(self.graph.def(value), ValueDef::Const(_)) {
            return Ok(());
        }
        let Some(home) = self.home[value.index()] else {
            return Err(format!("{value} is not defined"));
        };
        let dominated =
            if home == block { self.position[value.index()] < position } else { self.cfg.dominates(home, block) };
        if dominated { Ok(()) } else { Err(format!("{value} does not dominate its use")) }
    }

    fn exit(&self, guard: Guard, snap: Snap, at: (Block, u32)) -> Result {
        if guard.index() >= self.graph.num_guards() {
            return Err(format!("{guard} was not given out"));
        }
        if snap.index() >= self.graph.num_snaps() {
            return Err(format!("{snap} does not exist"));
        }
        self.snapshot(snap, at).map_err(|error| format!("{snap}: {error}"))
    }

    fn snapshot(&self, snap: Snap, at: (Block, u32)) -> Result {
        let snapshot = &self.graph[snap];
        if snapshot.frames.is_empty() {
            return Err("no frame".to_string());
        }
        let mut slots: Vec<i32> = snapshot.slots.iter().map(|(slot, _)| *slot).collect();
        slots.sort_unstable();
        if slots.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err("a slot is named twice".to_string());
        }
        let n_objects = snapshot.virtuals.len();
        let operand = |operand: Operand| self.snap_operand(operand, n_objects, at);
        snapshot.frames.iter().try_for_each(|frame| operand(frame.closure))?;
        snapshot.slots.iter().try_for_each(|(_, slot)| operand(*slot))?;
        for write in &snapshot.writes {
            let in_bounds = match write.place {
                Place::Slot(shape, slot) => {
                    self.graph.shapes().get(shape.index()).is_some_and(|info| (slot as usize) < info.keys.len())
                }
                Place::Elem(_) | Place::Cell => true,
            };
            if !in_bounds {
                return Err("an exit writes a slot that the shape does not have".to_string());
            }
            match (write.place, write.object) {
                (Place::Cell, Operand::Value(object)) => self.operand(object, Type::Ref, at)?,
                (Place::Slot(..) | Place::Elem(_), Operand::Ref(_, Tag::Table)) => operand(write.object)?,
                _ => return Err("an exit writes into something that has no such place".to_string()),
            }
            operand(write.value)?;
        }
        for object in &snapshot.virtuals {
            let is_table = matches!(object.template, Template::Table(_));
            if object.pairs.len() % 2 != 0 || !is_table && !object.pairs.is_empty() {
                return Err("the hash part of a virtual object is not made of pairs".to_string());
            }
            match object.template {
                Template::Table(shape) if shape.index() >= self.graph.shapes().len() => {
                    return Err(format!("{shape} does not exist"));
                }
                Template::Table(shape) if object.fields.len() < self.graph[shape].keys.len() => {
                    return Err(format!("a virtual object has too few fields for {shape}"));
                }
                Template::Cell if object.fields.len() != 1 => {
                    return Err("a virtual cell does not have one field".to_string());
                }
                Template::Closure(_) => {
                    for field in &object.fields {
                        match *field {
                            Operand::Value(cell) => self.operand(cell, Type::Ref, at)?,
                            Operand::Virtual(_) => operand(*field)?,
                            Operand::Ref(..) => return Err("a cell has a tag".to_string()),
                        }
                    }
                    continue;
                }
                _ => {}
            }
            object.operands().try_for_each(|field| operand(*field))?;
        }
        Ok(())
    }

    fn snap_operand(&self, operand: Operand, n_objects: usize, at: (Block, u32)) -> Result {
        let (value, is_ref) = match operand {
            Operand::Value(value) => (value, false),
            Operand::Ref(value, tag) if tag.payload() == Some(Type::Ref) => (value, true),
            Operand::Ref(_, tag) => return Err(format!("{tag} is no tag of a pointer")),
            Operand::Virtual(object) if object.index() < n_objects => return Ok(()),
            Operand::Virtual(object) => return Err(format!("{object} does not exist")),
        };
        self.dominated(value, at)?;
        if (self.graph.ty(value) == Type::Ref) != is_ref {
            return Err(format!("{} and its tag do not fit", self.graph.show(value)));
        }
        if self.graph.def_inst(value).is_some_and(|inst| inst.op == Op::ArrayBase) {
            return Err(format!("{value} is an address of elements"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::parse::parse;

    fn error(text: &str) -> String {
        let graph = parse(text).unwrap_or_else(|error| panic!("{error}"));
        super::verify(&graph).expect_err("the verifier accepts this")
    }

    #[test]
    fn accepts_a_loop() {
        let text = "k0 = closure 1
b0():
    v0 = stack_load 0
    v1 = guard_tag int v0 else g0 snap0
    jump b1(v1)
b1(v2: int) loop:
    v3 = add v2, 1
    v4 = lt v3, 100
    branch v4, b1(v3), b2()
b2():
    exit g1 snap1
snap0 = {frame k0:closure pc 0 base 0}
snap1 = {frame k0:closure pc 1 base 0; 0: v3; 1: obj0; obj0 = cell(v2)}
";
        super::verify(&parse(text).unwrap()).unwrap();
    }

    #[test]
    fn rejects_each_broken_rule() {
        let cases = [
            ("b0():\n v0 = add 1, 2\n", "no terminator"),
            ("b0():\n v0 = add 1, 2\n jump b1()\nb1():\n jump b1()\n", "the mark as loop head"),
            ("b0():\n v0 = add 1, 2.0f\n jump b1()\nb1() loop:\n jump b1()\n", "is float, not int"),
            ("b0():\n v0 = add v1, 2\n v1 = neg 1\n jump b1()\nb1() loop:\n jump b1()\n", "does not dominate"),
            ("b0():\n jump b1(1)\nb1() loop:\n jump b1()\n", "1 values for 0 parameters"),
            ("b0():\n guard_true true\n jump b1()\nb1() loop:\n jump b1()\n", "belong to what may leave"),
            ("b0():\n exit g0 snap0\nsnap0 = {}\n", "no frame"),
            (
                "k0 = closure 1\nb0():\n exit g0 snap0\nsnap0 = {frame k0:closure pc 0 base 0; 0: obj0}\n",
                "does not exist",
            ),
            ("k0 = closure 1\nb0():\n exit g0 snap0\nsnap0 = {frame k0 pc 0 base 0}\n", "tag do not fit"),
            (
                "k0 = closure 1\nb0():\n exit g0 snap0\nsnap0 = {frame k0:closure pc 0 base 0; 0: 1; 0: 2}\n",
                "named twice",
            ),
            ("b0():\n v0 = slot_load shape0 0 k0\n exit g0 snap0\nk0 = table 1\n", "k0 is not defined"),
        ];
        for (text, expected) in cases {
            let found = match parse(text) {
                Ok(_) => error(text),
                Err(error) => error,
            };
            assert!(found.contains(expected), "expected {expected:?}, found {found:?}");
        }
    }
}
