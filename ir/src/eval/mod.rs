//! The reference evaluator: runs a graph on a simple heap, for comparison before and after passes.
//!
//! A run starts at the entry with given stack slots and objects, and ends where the graph leaves. Its outcome describes
//! everything that is observable there: which guard or link, the frames, the stack and the heap with all virtual objects
//! made. Calls to native functions are observable too: each adds the state it could see to a log. What the operation table
//! calls undefined (a wrong shape, an index out of bounds, division by zero) is an error of the graph.

mod heap;
mod helper;

use std::collections::BTreeMap;

pub use heap::{Body, Canon, Heap, HeapObject, Val};

use crate::arith;
use crate::entity::{Block, Guard, Object, Snap, Value};
use crate::graph::{Const, Graph, ValueDef};
use crate::inst::{BlockCall, InstData, Terminator};
use crate::op::Op;
use crate::snapshot::{Operand, Place, Snapshot, Template};
use crate::types::{Tag, Type};

/// What a run starts with.
#[derive(Clone, Debug)]
pub struct Input {
    /// The stack slots; others are nil.
    pub stack: Vec<(i32, Val)>,
    /// The objects.
    pub heap: Heap,
    /// How often `poll` passes before it leaves.
    pub polls: u32,
}

impl Default for Input {
    fn default() -> Self {
        Input { stack: Vec::new(), heap: Heap::default(), polls: 100 }
    }
}

impl Input {
    /// Adds the virtual objects and slots of a snapshot, and makes some of the objects constants.
    pub(crate) fn fill(&mut self, graph: &Graph, snapshot: &Snapshot, constants: &[(Object, usize)]) -> Result<()> {
        let first = self.heap.objects.len();
        for object in &snapshot.virtuals {
            self.heap.push_template(graph, object.template);
        }
        for (object, virtual_object) in constants {
            let object_data = self.heap.objects.get_mut(first + virtual_object).ok_or("no such object")?;
            object_data.constant = Some(*object);
        }
        for (number, object) in snapshot.virtuals.iter().enumerate() {
            let mut vals = |operands: &[Operand]| {
                let vals = operands.iter().map(|field| self.val(graph, snapshot, first, *field));
                vals.collect::<Result<Vec<_>>>()
            };
            let (fields, pairs) = (vals(&object.fields)?, vals(&object.pairs)?);
            fill_body(&mut self.heap.objects[first + number].body, &fields, &pairs)?;
        }
        for (slot, operand) in &snapshot.slots {
            let value = self.val(graph, snapshot, first, *operand)?;
            self.stack.push((*slot, value));
        }
        Ok(())
    }

    fn val(&mut self, graph: &Graph, snapshot: &Snapshot, first: usize, operand: Operand) -> Result<Val> {
        let constant = |value| graph.as_const(value).ok_or("an input is made of constants");
        Ok(match operand {
            Operand::Virtual(object) => {
                let data = snapshot.virtuals.get(object.index()).ok_or("no such object")?;
                Val::Object(template_tag(data.template), first + object.index())
            }
            Operand::Ref(value, tag) => match constant(value)? {
                Const::Object(object) => Val::Object(tag, self.heap.constant(graph, object)),
                _ => return Err("a tag without object".to_string()),
            },
            Operand::Value(value) => match constant(value)? {
                Const::Int(number) => Val::Int(number),
                Const::Float(bits) => Val::Float(bits),
                Const::Bool(cond) => Val::Prim(if cond { Tag::True } else { Tag::False }),
                Const::Prim(tag) => Val::Prim(tag),
                Const::Object(object) => Val::Object(Tag::Nil, self.heap.constant(graph, object)),
            },
        })
    }
}

/// What a run ended with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// The observable state in canonical form, the exit's name first.
    pub state: String,
    /// What native functions could see, in order.
    pub log: Vec<String>,
    /// The number of objects that instructions made.
    pub allocations: usize,
}

/// A value of a run.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Word {
    Int(i64),
    Float(f64),
    Bool(bool),
    Any(Val),
    Ref(usize),
}

type Result<T> = std::result::Result<T, String>;

/// Runs at most `max_steps` instructions.
pub fn eval(graph: &Graph, input: &Input, max_steps: usize) -> Result<Outcome> {
    let mut run = Run {
        graph,
        heap: input.heap.clone(),
        stack: input.stack.iter().copied().collect(),
        words: vec![None; graph.num_values()],
        polls: input.polls,
        log: Vec::new(),
        allocations: 0,
    };
    let mut block = graph.entry();
    let mut steps = 0;
    let (name, snap) = 'run: loop {
        for inst in &graph[block].insts {
            steps += 1;
            if steps > max_steps {
                return Err("the run does not end".to_string());
            }
            let inst = &graph[*inst];
            let flow = run.step(inst).map_err(|error| format!("{block}: {}: {error}", graph.show_inst(inst)))?;
            if let Flow::Leave(guard, snap) = flow {
                break 'run (guard.to_string(), snap);
            }
        }
        match &graph[block].term {
            Terminator::Jump(target) => block = run.jump(target)?,
            Terminator::Branch(cond, yes, no) => {
                let target = if run.bool(*cond)? { yes } else { no };
                block = run.jump(target)?;
            }
            Terminator::Exit(guard, snap) => break (guard.to_string(), *snap),
            Terminator::Link(link, guard, snap) => break (format!("{link} {guard}"), *snap),
            Terminator::Return(count) => {
                let state = run.returned(*count);
                return Ok(Outcome { state, log: run.log, allocations: run.allocations });
            }
            Terminator::Tail(proto) => {
                let mut canon = Canon::new(&run.heap);
                canon.text(&format!("tail {proto}"));
                let state = run.stack_and_constants(canon);
                return Ok(Outcome { state, log: run.log, allocations: run.allocations });
            }
            Terminator::Open => return Err(format!("{block} does not end")),
        }
    };
    let state = run.leave(&name, snap)?;
    Ok(Outcome { state, log: run.log, allocations: run.allocations })
}

enum Flow {
    Next,
    Leave(Guard, Snap),
}

struct Run<'a> {
    graph: &'a Graph,
    heap: Heap,
    stack: BTreeMap<i32, Val>,
    words: Vec<Option<Word>>,
    polls: u32,
    log: Vec<String>,
    allocations: usize,
}

impl Run<'_> {
    fn jump(&mut self, target: &BlockCall) -> Result<Block> {
        let args: Vec<Word> = target.args.iter().map(|arg| self.word(*arg)).collect::<Result<_>>()?;
        for (param, word) in self.graph[target.block].params.iter().zip(args) {
            self.words[param.index()] = Some(word);
        }
        Ok(target.block)
    }

    fn step(&mut self, inst: &InstData) -> Result<Flow> {
        let passes = match inst.op {
            Op::GuardTag => self.any(inst.args[0])?.tag() == inst.tag(),
            Op::GuardNotNil => self.any(inst.args[0])? != Val::NIL,
            Op::GuardTruthy => self.any(inst.args[0])?.tag().is_truthy(),
            Op::GuardFalsy => !self.any(inst.args[0])?.tag().is_truthy(),
            Op::GuardTrue => self.bool(inst.args[0])?,
            Op::GuardFalse => !self.bool(inst.args[0])?,
            Op::GuardFloatToInt => arith::float_to_int(self.float(inst.args[0])?).is_some(),
            Op::GuardShape => matches!(self.body(inst.args[0])?, Body::Table { shape, .. } if *shape == inst.shape()),
            Op::GuardProto => matches!(self.body(inst.args[0])?, Body::Closure(proto, _) if *proto == inst.proto()),
            Op::Poll => {
                self.polls = self.polls.saturating_sub(1);
                self.polls > 0
            }
            _ => true,
        };
        if !passes {
            return self.left(inst);
        }
        let word = match inst.op {
            Op::GuardTag => payload(self.any(inst.args[0])?),
            Op::GuardFloatToInt => arith::float_to_int(self.float(inst.args[0])?).map(Word::Int),
            op if op.hands_over() => self.invoke(inst)?,
            op if op.is_guard() => None,
            Op::Call => match helper::call(self, inst)? {
                helper::Return::Value(word) => word,
                helper::Return::Raise => return self.left(inst),
            },
            _ => self.memory(inst)?.or(self.pure(inst)?),
        };
        if let Some(result) = inst.result {
            self.words[result.index()] = Some(word.ok_or("no result")?);
        }
        Ok(Flow::Next)
    }

    fn left(&self, inst: &InstData) -> Result<Flow> {
        Ok(Flow::Leave(inst.guard.ok_or("no guard id")?, inst.snap.ok_or("no snapshot")?))
    }

    /// Operations on the stack and on objects.
    fn memory(&mut self, inst: &InstData) -> Result<Option<Word>> {
        let args = &inst.args;
        Ok(match inst.op {
            Op::StackLoad => Some(Word::Any(self.stack.get(&inst.stack_slot()).copied().unwrap_or(Val::NIL))),
            Op::StackStore => {
                let value = self.any(args[0])?;
                self.stack.insert(inst.stack_slot(), value);
                None
            }
            Op::NewTable => {
                self.allocations += 1;
                Some(Word::Ref(self.heap.new_table(self.graph, inst.shape())))
            }
            Op::NewCell => {
                self.allocations += 1;
                let value = self.any(args[0])?;
                Some(Word::Ref(self.heap.push(Body::Cell(value))))
            }
            Op::NewClosure => {
                self.allocations += 1;
                let cells = args.iter().map(|arg| self.object(*arg)).collect::<Result<_>>()?;
                Some(Word::Ref(self.heap.push(Body::Closure(inst.proto(), cells))))
            }
            Op::SetShape => {
                let n_slots = self.graph[inst.new_shape()].keys.len();
                match self.body_mut(args[0])? {
                    Body::Table { shape, slots, .. } if *shape == inst.shape() => {
                        *shape = inst.new_shape();
                        slots.resize(n_slots, Val::NIL);
                    }
                    _ => return Err("the table has another shape".to_string()),
                }
                None
            }
            Op::SlotLoad => Some(Word::Any(self.slots(inst)?[inst.slot() as usize])),
            Op::SlotStore => {
                let value = self.any(args[1])?;
                self.slots(inst)?[inst.slot() as usize] = value;
                None
            }
            Op::ArrayLen => Some(Word::Int(self.array(args[0])?.len() as i64)),
            Op::ArrayBase => Some(Word::Ref(self.object(args[0])?)),
            Op::ArrayLoad | Op::ElemLoad => {
                let index = self.int(args[1])? as usize;
                Some(Word::Any(*self.array(args[0])?.get(index).ok_or("index out of bounds")?))
            }
            Op::ArrayStore | Op::ElemStore => {
                let index = self.int(args[1])? as usize;
                let value = self.any(args[2])?;
                *self.array(args[0])?.get_mut(index).ok_or("index out of bounds")? = value;
                None
            }
            Op::ArrayAppend => {
                let value = self.any(args[1])?;
                self.array(args[0])?.push(value);
                None
            }
            Op::CellLoad => match self.body(args[0])? {
                Body::Cell(value) => Some(Word::Any(*value)),
                _ => return Err("no cell".to_string()),
            },
            Op::CellStore => {
                let value = self.any(args[1])?;
                match self.body_mut(args[0])? {
                    Body::Cell(old) => *old = value,
                    _ => return Err("no cell".to_string()),
                }
                None
            }
            Op::ClosureUpval => match self.body(args[0])? {
                Body::Closure(_, cells) => Some(Word::Ref(*cells.get(inst.index() as usize).ok_or("no such upvalue")?)),
                _ => return Err("no closure".to_string()),
            },
            Op::StrLen => match self.body(args[0])? {
                Body::Str(text) => Some(Word::Int(text.len() as i64)),
                _ => return Err("no string".to_string()),
            },
            _ => None,
        })
    }

    /// Functions of the operands.
    fn pure(&mut self, inst: &InstData) -> Result<Option<Word>> {
        let args = &inst.args;
        let op = inst.op;
        Ok(Some(match op {
            Op::BoxInt => Word::Any(Val::Int(self.int(args[0])?)),
            Op::BoxFloat => Word::Any(Val::Float(self.float(args[0])?.to_bits())),
            Op::BoxBool => Word::Any(Val::Prim(if self.bool(args[0])? { Tag::True } else { Tag::False })),
            Op::BoxRef => Word::Any(Val::Object(inst.tag(), self.object(args[0])?)),
            Op::TagIs => Word::Bool(self.any(args[0])?.tag() == inst.tag()),
            Op::TagOf => Word::Int(self.any(args[0])?.tag() as i64),
            Op::ShapeIs => {
                Word::Bool(matches!(self.body(args[0])?, Body::Table { shape, .. } if *shape == inst.shape()))
            }
            Op::IsBare => {
                let Body::Table { shape, .. } = *self.body(args[0])? else { return Err("no table".to_string()) };
                Word::Bool(!self.graph[shape].has_metatable)
            }
            Op::ProtoIs => Word::Bool(matches!(self.body(args[0])?, Body::Closure(proto, _) if *proto == inst.proto())),
            Op::Truthy => Word::Bool(self.any(args[0])?.tag().is_truthy()),
            Op::Neg => Word::Int(self.int(args[0])?.wrapping_neg()),
            Op::BNot => Word::Int(!self.int(args[0])?),
            Op::IntToFloat => Word::Float(self.int(args[0])? as f64),
            Op::Not => Word::Bool(!self.bool(args[0])?),
            Op::And => Word::Bool(self.bool(args[0])? & self.bool(args[1])?),
            Op::Or => Word::Bool(self.bool(args[0])? | self.bool(args[1])?),
            Op::Select => {
                let chosen = if self.bool(args[0])? { args[1] } else { args[2] };
                self.word(chosen)?
            }
            Op::RefEq => Word::Bool(self.object(args[0])? == self.object(args[1])?),
            Op::FNeg | Op::FSqrt | Op::FFloor | Op::FCeil | Op::FAbs => {
                Word::Float(arith::float_unary(op, self.float(args[0])?).ok_or("undefined")?)
            }
            _ if args.len() == 2 && self.graph.ty(args[0]) == Type::Int => {
                let (a, b) = (self.int(args[0])?, self.int(args[1])?);
                match arith::int_compare(op, a, b) {
                    Some(cond) => Word::Bool(cond),
                    None => Word::Int(arith::int_binary(op, a, b).ok_or("undefined")?),
                }
            }
            _ if args.len() == 2 && self.graph.ty(args[0]) == Type::Float => {
                let (a, b) = (self.float(args[0])?, self.float(args[1])?);
                match arith::float_compare(op, a, b) {
                    Some(cond) => Word::Bool(cond),
                    None => Word::Float(arith::float_binary(op, a, b).ok_or("undefined")?),
                }
            }
            _ => return Ok(None),
        }))
    }

    /// The observable state at an exit.
    fn leave(&mut self, name: &str, snap: Snap) -> Result<String> {
        let graph = self.graph;
        let snapshot = &graph[snap];
        let objects: Vec<(Tag, usize)> = snapshot
            .virtuals
            .iter()
            .map(|object| (template_tag(object.template), self.heap.push_template(graph, object.template)))
            .collect();
        for (object, (_, id)) in snapshot.virtuals.iter().zip(&objects) {
            let mut vals = |operands: &[Operand]| {
                operands.iter().map(|field| self.boxed(*field, &objects)).collect::<Result<Vec<_>>>()
            };
            let (fields, pairs) = (vals(&object.fields)?, vals(&object.pairs)?);
            fill_body(&mut self.heap.objects[*id].body, &fields, &pairs)?;
        }
        for write in &snapshot.writes {
            let (object, value) = (self.boxed(write.object, &objects)?, self.boxed(write.value, &objects)?);
            let Val::Object(_, object) = object else { return Err("no object is written".to_string()) };
            let place = match (&mut self.heap.objects[object].body, write.place) {
                (Body::Table { shape, slots, .. }, Place::Slot(expected, slot)) if *shape == expected => {
                    slots.get_mut(slot as usize)
                }
                (Body::Table { array, .. }, Place::Elem(index)) => array.get_mut(index as usize),
                (Body::Cell(contents), Place::Cell) => Some(contents),
                _ => None,
            };
            *place.ok_or("the object does not have the place that is written")? = value;
        }
        for (slot, operand) in &snapshot.slots {
            let value = self.boxed(*operand, &objects)?;
            self.stack.insert(*slot, value);
        }
        let closures =
            snapshot.frames.iter().map(|frame| self.boxed(frame.closure, &objects)).collect::<Result<Vec<_>>>()?;
        let mut canon = Canon::new(&self.heap);
        canon.text(name);
        for (frame, closure) in snapshot.frames.iter().zip(closures) {
            canon.text(" frame ");
            canon.value(closure);
            canon.text(&format!(" pc {} base {} kind {} aux {}", frame.pc, frame.base, frame.kind, frame.aux));
        }
        Ok(self.stack_and_constants(canon))
    }

    /// The results of a `return`.
    fn returned(&self, count: u32) -> String {
        let mut canon = Canon::new(&self.heap);
        canon.text("return");
        for slot in 0..count as i32 {
            canon.text(" ");
            canon.value(self.stack.get(&slot).copied().unwrap_or(Val::NIL));
        }
        self.stack_and_constants(canon)
    }

    /// Another function sees all of the state, and leaves numbers as its results.
    fn invoke(&mut self, inst: &InstData) -> Result<Option<Word>> {
        let (base, wanted) = (self.int(inst.args[0])?, self.int(inst.args[2])?);
        let kept = self.stack.clone();
        let seen = self.leave("invoke", inst.snap.ok_or("no snapshot")?)?;
        self.log.push(seen);
        self.stack = kept;
        for number in 0..wanted {
            self.stack.insert((base + number) as i32, Val::Int(number));
        }
        Ok(None)
    }

    /// What native code could see now.
    fn visible(&self) -> String {
        self.stack_and_constants(Canon::new(&self.heap))
    }

    fn stack_and_constants(&self, mut canon: Canon<'_>) -> String {
        for (slot, value) in self.stack.iter().filter(|(_, value)| **value != Val::NIL) {
            canon.text(&format!(" {slot}: "));
            canon.value(*value);
        }
        let mut constants: Vec<_> =
            (0..self.heap.objects.len()).filter(|id| self.heap.objects[*id].constant.is_some()).collect();
        constants.retain(|id| matches!(self.heap.objects[*id].body, Body::Table { .. }));
        constants.sort_by_key(|id| self.heap.objects[*id].constant);
        for id in constants {
            canon.text(" ");
            canon.object(id);
        }
        canon.finish()
    }

    fn boxed(&mut self, operand: Operand, objects: &[(Tag, usize)]) -> Result<Val> {
        Ok(match operand {
            Operand::Virtual(object) => Val::Object(objects[object.index()].0, objects[object.index()].1),
            Operand::Ref(value, tag) => Val::Object(tag, self.object(value)?),
            Operand::Value(value) => match self.word(value)? {
                Word::Int(number) => Val::Int(number),
                Word::Float(number) => Val::Float(number.to_bits()),
                Word::Bool(cond) => Val::Prim(if cond { Tag::True } else { Tag::False }),
                Word::Any(value) => value,
                Word::Ref(cell) => Val::Object(Tag::Nil, cell),
            },
        })
    }

    fn word(&mut self, value: Value) -> Result<Word> {
        Ok(match self.graph.def(value) {
            ValueDef::Const(Const::Int(number)) => Word::Int(number),
            ValueDef::Const(Const::Float(bits)) => Word::Float(f64::from_bits(bits)),
            ValueDef::Const(Const::Bool(cond)) => Word::Bool(cond),
            ValueDef::Const(Const::Prim(tag)) => Word::Any(Val::Prim(tag)),
            ValueDef::Const(Const::Object(object)) => Word::Ref(self.heap.constant(self.graph, object)),
            _ => self.words[value.index()].ok_or_else(|| format!("{value} has no value"))?,
        })
    }

    fn int(&mut self, value: Value) -> Result<i64> {
        match self.word(value)? {
            Word::Int(number) => Ok(number),
            _ => Err(format!("{value} is no int")),
        }
    }

    fn float(&mut self, value: Value) -> Result<f64> {
        match self.word(value)? {
            Word::Float(number) => Ok(number),
            _ => Err(format!("{value} is no float")),
        }
    }

    fn bool(&mut self, value: Value) -> Result<bool> {
        match self.word(value)? {
            Word::Bool(cond) => Ok(cond),
            _ => Err(format!("{value} is no bool")),
        }
    }

    fn any(&mut self, value: Value) -> Result<Val> {
        match self.word(value)? {
            Word::Any(boxed) => Ok(boxed),
            _ => Err(format!("{value} is no any")),
        }
    }

    fn object(&mut self, value: Value) -> Result<usize> {
        match self.word(value)? {
            Word::Ref(object) => Ok(object),
            _ => Err(format!("{value} is no ref")),
        }
    }

    fn body(&mut self, value: Value) -> Result<&Body> {
        let object = self.object(value)?;
        Ok(&self.heap.objects[object].body)
    }

    fn body_mut(&mut self, value: Value) -> Result<&mut Body> {
        let object = self.object(value)?;
        Ok(&mut self.heap.objects[object].body)
    }

    fn slots(&mut self, inst: &InstData) -> Result<&mut Vec<Val>> {
        match self.body_mut(inst.args[0])? {
            Body::Table { shape, slots, .. } if *shape == inst.shape() => Ok(slots),
            _ => Err("the table has another shape".to_string()),
        }
    }

    fn array(&mut self, table: Value) -> Result<&mut Vec<Val>> {
        match self.body_mut(table)? {
            Body::Table { array, .. } => Ok(array),
            _ => Err("no table".to_string()),
        }
    }
}

/// The tag of a virtual object; cells have none of their own and show as nil.
fn template_tag(template: Template) -> Tag {
    match template {
        Template::Table(_) => Tag::Table,
        Template::Cell => Tag::Nil,
        Template::Closure(_) => Tag::Closure,
    }
}

fn fill_body(body: &mut Body, fields: &[Val], pairs: &[Val]) -> Result<()> {
    match body {
        Body::Table { slots, array, hash, .. } => {
            let n_slots = slots.len();
            *slots = fields.get(..n_slots).ok_or("too few fields")?.to_vec();
            *array = fields[n_slots..].to_vec();
            *hash = pairs.chunks_exact(2).map(|pair| (pair[0], pair[1])).filter(|pair| pair.1 != Val::NIL).collect();
        }
        Body::Cell(value) => *value = *fields.first().ok_or("too few fields")?,
        Body::Closure(_, cells) => {
            cells.extend(fields.iter().filter_map(|field| match field {
                Val::Object(_, cell) => Some(*cell),
                _ => None,
            }));
        }
        Body::Opaque | Body::Str(_) => {}
    }
    Ok(())
}

fn payload(value: Val) -> Option<Word> {
    match value {
        Val::Prim(_) => None,
        Val::Int(number) => Some(Word::Int(number)),
        Val::Float(bits) => Some(Word::Float(f64::from_bits(bits))),
        Val::Object(_, object) => Some(Word::Ref(object)),
    }
}
