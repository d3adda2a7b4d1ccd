//! Forwarding: a read of a place whose contents are known becomes that value, and a write of what is there already goes.
//!
//! One walk in reverse post-order with a list of facts, each "this place holds this value", "this table has this shape",
//! "nobody else knows this object". A read or write adds a fact, a write or call removes those that it may change. Where
//! paths meet, what all of them agree on stays. At the head of a loop, what holds on entry stays if nothing in the loop
//! can change it; so once the first round of a loop is peeled off, reads and shape checks of what the loop does not change
//! leave it. The list is short: when it is full the oldest fact is forgotten.

use crate::cfg::{Cfg, Loop, loops};
use crate::effects::{AliasClass, AliasSet, Effects};
use crate::entity::{Block, Inst, Shape, Value};
use crate::graph::{Graph, resolve};
use crate::inst::InstData;
use crate::op::Op;
use crate::pass::alias::{Alias, Objects, Place, for_each_escaping, is_store, unboxed};

/// The length of the list of facts.
const MAX_FACTS: usize = 96;

/// Runs the pass.
pub fn run(graph: &mut Graph) {
    let cfg = Cfg::new(graph);
    let alias = Alias::new(graph, &cfg);
    let loops = loops(&cfg);
    let summaries = loops.iter().map(|found| Summary::new(graph, found)).collect();
    let mut cx = Ctx {
        cfg: &cfg,
        alias,
        map: graph.identity_map(),
        ends: vec![Known::default(); graph.num_blocks()],
        summaries,
        loops,
    };
    for block in cfg.rpo() {
        cx.block(graph, *block);
    }
    graph.substitute(&mut cx.map);
}

/// What holds at a point.
#[derive(Clone, Default)]
struct Known {
    places: Vec<(Place, Value)>,
    shapes: Vec<(Value, Shape)>,
    /// Objects that only their own value refers to.
    fresh: Vec<Value>,
    /// Objects made since the last moment at which the collector may have run: they need no barrier.
    young: Vec<Value>,
}

impl Objects for Known {
    fn is_fresh(&self, object: Value) -> bool {
        self.fresh.contains(&object)
    }

    fn shape(&self, object: Value) -> Option<Shape> {
        self.shapes.iter().find(|fact| fact.0 == object).map(|fact| fact.1)
    }
}

impl Known {
    fn get(&self, place: Place) -> Option<Value> {
        self.places.iter().find(|fact| fact.0 == place).map(|fact| fact.1)
    }

    fn set(&mut self, place: Place, value: Value) {
        match self.places.iter_mut().find(|fact| fact.0 == place) {
            Some(fact) => fact.1 = value,
            None => {
                if self.places.len() == MAX_FACTS {
                    self.places.remove(0);
                }
                self.places.push((place, value));
            }
        }
    }

    fn set_shape(&mut self, table: Value, shape: Shape) {
        match self.shapes.iter_mut().find(|fact| fact.0 == table) {
            Some(fact) => fact.1 = shape,
            None => {
                if self.shapes.len() == MAX_FACTS {
                    self.shapes.remove(0);
                }
                self.shapes.push((table, shape));
            }
        }
    }

    /// Keeps what the other side knows as well.
    fn intersect(&mut self, other: &Known) {
        self.places.retain(|fact| other.get(fact.0) == Some(fact.1));
        self.shapes.retain(|fact| other.shape(fact.0) == Some(fact.1));
        self.fresh.retain(|object| other.fresh.contains(object));
        self.young.retain(|object| other.young.contains(object));
    }

    /// Somebody else may know the object from now on.
    fn escape(&mut self, graph: &Graph, value: Value) {
        let object = unboxed(graph, value);
        self.fresh.retain(|other| *other != object);
    }

    /// A call, which changes these classes of every object that it can reach.
    fn clobber(&mut self, writes: AliasSet) {
        let fresh = std::mem::take(&mut self.fresh);
        let is_out_of_reach = |object: Option<Value>| object.is_some_and(|object| fresh.contains(&object));
        self.places.retain(|fact| !writes.contains(fact.0.class()) || is_out_of_reach(fact.0.object()));
        if writes.contains(AliasClass::Shape) {
            self.shapes.retain(|fact| fresh.contains(&fact.0));
        }
        self.fresh = fresh;
    }
}

fn may_collect(effects: &Effects) -> bool {
    effects.writes == AliasSet::ALL
}

/// What a loop's body does to memory.
struct Summary {
    /// Instructions that write, calls excluded.
    writes: Vec<Inst>,
    /// Classes that calls write.
    calls: AliasSet,
    escaping: Vec<Value>,
    may_collect: bool,
}

impl Summary {
    fn new(graph: &Graph, looped: &Loop) -> Summary {
        let mut summary =
            Summary { writes: Vec::new(), calls: AliasSet::NONE, escaping: Vec::new(), may_collect: false };
        for block in &looped.blocks {
            for inst in &graph[*block].insts {
                let data = &graph[*inst];
                for_each_escaping(graph, data, |value| summary.escaping.push(unboxed(graph, value)));
                match data.op {
                    op if op.is_call() => {
                        summary.calls = summary.calls | data.effects().writes;
                        summary.may_collect |= may_collect(data.effects());
                    }
                    _ if !data.effects().writes.is_empty() => summary.writes.push(*inst),
                    _ => {}
                }
            }
            let term = &graph[*block].term;
            term.for_each_value(|value| summary.escaping.push(unboxed(graph, value)));
        }
        summary
    }
}

struct Ctx<'a> {
    cfg: &'a Cfg,
    alias: Alias,
    map: Vec<Value>,
    ends: Vec<Known>,
    loops: Vec<Loop>,
    summaries: Vec<Summary>,
}

impl Ctx<'_> {
    fn block(&mut self, graph: &mut Graph, block: Block) {
        let mut known = self.start(graph, block);
        let mut insts = std::mem::take(&mut graph[block].insts);
        insts.retain(|inst| {
            let mut data = graph[*inst].clone();
            data.args.iter_mut().for_each(|arg| *arg = resolve(&mut self.map, *arg));
            let keep = self.inst(graph, &mut known, &data);
            graph[*inst] = data;
            keep
        });
        graph[block].insts = insts;
        let map = &mut self.map;
        graph[block].term.for_each_value(|value| known.escape(graph, resolve(map, value)));
        self.ends[block.index()] = known;
    }

    /// What holds at the start of a block.
    fn start(&self, graph: &Graph, block: Block) -> Known {
        let before = |pred: &&Block| self.cfg.order(**pred) < self.cfg.order(block);
        let mut preds = self.cfg.preds(block).iter().filter(before);
        let Some(first) = preds.next() else { return Known::default() };
        let mut known = self.ends[first.index()].clone();
        preds.for_each(|pred| known.intersect(&self.ends[pred.index()]));
        if let Some(number) = self.loops.iter().position(|found| found.head == block) {
            self.enter(graph, &mut known, &self.summaries[number]);
        }
        known
    }

    /// Forgets what a loop changes.
    fn enter(&self, graph: &Graph, known: &mut Known, summary: &Summary) {
        known.fresh.retain(|object| !summary.escaping.contains(object));
        if summary.may_collect {
            known.young.clear();
        }
        known.clobber(summary.calls);
        // Shapes that last first: tables whose shapes differ all through the loop stay apart.
        let shapes = std::mem::take(&mut known.shapes);
        let lasting = shapes.iter().filter(|(table, shape)| {
            !summary.writes.iter().any(|inst| {
                let data = &graph[*inst];
                data.op == Op::SetShape
                    && data.shape() == *shape
                    && self.alias.same_object(graph, self.cfg, known, data.args[0], *table)
            })
        });
        known.shapes = lasting.copied().collect();
        let mut places = std::mem::take(&mut known.places);
        places.retain(|(place, _)| {
            !summary.writes.iter().any(|inst| self.alias.clobbers(graph, self.cfg, known, &graph[*inst], *place))
        });
        known.places = places;
    }

    /// Forgets what a write changes.
    fn clobber(&self, graph: &Graph, known: &mut Known, data: &InstData) {
        let mut places = std::mem::take(&mut known.places);
        places.retain(|(place, _)| !self.alias.clobbers(graph, self.cfg, known, data, *place));
        known.places = places;
    }

    /// Runs one instruction; does it stay?
    fn inst(&mut self, graph: &mut Graph, known: &mut Known, data: &InstData) -> bool {
        match data.op {
            Op::GuardShape => {
                let stays = known.shape(data.args[0]) != Some(data.shape());
                known.set_shape(data.args[0], data.shape());
                return stays;
            }
            Op::Barrier => return !self.needs_no_barrier(graph, known, data),
            op if is_store(op) => return self.store(graph, known, data),
            _ => {}
        }
        if let (Some(place), Some(result)) = (Place::of(graph, data), data.result) {
            if let Some(value) = known.get(place) {
                self.map[result.index()] = value;
                return false;
            }
            if let Op::SlotLoad = data.op {
                known.set_shape(data.args[0], data.shape());
            }
            known.set(place, result);
            return true;
        }
        for_each_escaping(graph, data, |value| known.escape(graph, value));
        match data.op {
            op if op.is_call() => {
                known.clobber(data.effects().writes);
                if may_collect(data.effects()) {
                    known.young.clear();
                }
            }
            Op::SetShape => self.set_shape(graph, known, data),
            Op::ArrayAppend => self.append(graph, known, data),
            Op::NewTable | Op::NewCell | Op::NewClosure => self.made(graph, known, data),
            _ => {}
        }
        true
    }

    fn store(&mut self, graph: &mut Graph, known: &mut Known, data: &InstData) -> bool {
        let value = *data.args.last().expect("a store has a value");
        let place = Place::of(graph, data);
        if place.is_some_and(|place| known.get(place) == Some(value)) {
            return false;
        }
        for_each_escaping(graph, data, |value| known.escape(graph, value));
        if data.op == Op::SlotStore {
            known.set_shape(data.args[0], data.shape());
        }
        self.clobber(graph, known, data);
        if let Some(place) = place {
            known.set(place, value);
        }
        true
    }

    fn needs_no_barrier(&self, graph: &Graph, known: &Known, data: &InstData) -> bool {
        let no_pointer =
            graph.def_inst(data.args[1]).is_some_and(|inst| matches!(inst.op, Op::BoxInt | Op::BoxFloat | Op::BoxBool));
        no_pointer || graph.as_const(data.args[1]).is_some() || known.young.contains(&data.args[0])
    }

    fn set_shape(&self, graph: &Graph, known: &mut Known, data: &InstData) {
        let shapes = std::mem::take(&mut known.shapes);
        let lasting = shapes.iter().filter(|(table, shape)| {
            *shape != data.shape() || !self.alias.same_object(graph, self.cfg, known, data.args[0], *table)
        });
        known.shapes = lasting.copied().collect();
        known.set_shape(data.args[0], data.new_shape());
        self.clobber(graph, known, data);
    }

    fn append(&self, graph: &mut Graph, known: &mut Known, data: &InstData) {
        let table = data.args[0];
        let len = known.get(Place::Len(table)).and_then(|len| graph.as_int(len));
        self.clobber(graph, known, data);
        if let Some(len) = len {
            let (index, new) = (graph.iconst(len), graph.iconst(len + 1));
            known.set(Place::Elem(table, index), data.args[1]);
            known.set(Place::Len(table), new);
        }
    }

    fn made(&self, graph: &mut Graph, known: &mut Known, data: &InstData) {
        let object = data.result.expect("an allocation has a result");
        known.fresh.push(object);
        known.young.push(object);
        match data.op {
            Op::NewCell => known.set(Place::Cell(object), data.args[0]),
            Op::NewClosure => {
                for (number, cell) in data.args.iter().enumerate() {
                    known.set(Place::Upvalue(object, number as u32), *cell);
                }
            }
            _ => {
                known.set_shape(object, data.shape());
                let (nil, zero) = (graph.nil(), graph.iconst(0));
                known.set(Place::Len(object), zero);
                for slot in 0..graph[data.shape()].keys.len().min(MAX_FACTS / 4) {
                    known.set(Place::Slot(object, slot as u32), nil);
                }
            }
        }
    }
}
