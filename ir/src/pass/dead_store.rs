//! Dead stores: drops a write that is overwritten before anything can see it.
//!
//! One walk against the order of execution, with the list of places that are certain to be overwritten before they are read,
//! on every path from here. Reads take places off the list, and so does whatever leaves the graph, because the interpreter
//! sees all of memory; only an object that its own value alone refers to, everywhere in the graph, is seen by the
//! exits that name it and by no others. A back edge promises nothing.

use crate::cfg::Cfg;
use crate::effects::AliasSet;
use crate::entity::{Block, Shape, Snap, Value};
use crate::graph::Graph;
use crate::inst::InstData;
use crate::op::Op;
use crate::pass::alias::{Alias, Objects, Place, for_each_escaping, is_store, unboxed};

/// The length of the list of places.
const MAX_PLACES: usize = 64;

/// Runs the pass.
pub fn run(graph: &mut Graph) {
    let cfg = Cfg::new(graph);
    let alias = Alias::new(graph, &cfg);
    let private = Private::new(graph, &cfg);
    let cx = Ctx { cfg: &cfg, alias, private };
    let mut starts: Vec<Option<Vec<Place>>> = vec![None; graph.num_blocks()];
    for block in cfg.rpo().iter().rev() {
        let mut places = cx.end(graph, &starts, *block);
        let mut insts = std::mem::take(&mut graph[*block].insts);
        let mut dead = vec![false; insts.len()];
        for (number, inst) in insts.iter().enumerate().rev() {
            dead[number] = cx.inst(graph, &mut places, &graph[*inst]);
        }
        let mut numbers = dead.iter();
        insts.retain(|_| !*numbers.next().expect("one entry for each instruction"));
        graph[*block].insts = insts;
        let params = &graph[*block].params;
        places.retain(|place| !params.iter().any(|param| mentions(*place, *param)));
        starts[block.index()] = Some(places);
    }
}

/// The objects made in the graph that nothing but their own values refers to, at any time.
struct Private {
    escapes: Vec<bool>,
    made: Vec<bool>,
}

impl Private {
    fn new(graph: &Graph, cfg: &Cfg) -> Private {
        let mut escapes = vec![false; graph.num_values()];
        let mut made = vec![false; graph.num_values()];
        for block in cfg.rpo() {
            for inst in &graph[*block].insts {
                let data = &graph[*inst];
                if let Some(result) = data.result.filter(|_| data.op.is_new()) {
                    made[result.index()] = true;
                }
                for_each_escaping(graph, data, |value| escapes[unboxed(graph, value).index()] = true);
            }
            graph[*block].term.for_each_value(|value| escapes[unboxed(graph, value).index()] = true);
        }
        Private { escapes, made }
    }
}

impl Objects for Private {
    fn is_fresh(&self, object: Value) -> bool {
        self.made.get(object.index()) == Some(&true) && !self.escapes[object.index()]
    }

    fn shape(&self, _: Value) -> Option<Shape> {
        None
    }
}

struct Ctx<'a> {
    cfg: &'a Cfg,
    alias: Alias,
    private: Private,
}

impl Ctx<'_> {
    /// What is overwritten after the end of a block.
    fn end(&self, graph: &Graph, starts: &[Option<Vec<Place>>], block: Block) -> Vec<Place> {
        let mut places: Option<Vec<Place>> = None;
        for target in graph[block].term.targets() {
            let back = self.cfg.order(target.block) <= self.cfg.order(block);
            let next = starts[target.block.index()].as_deref().filter(|_| !back).unwrap_or_default();
            match &mut places {
                None => places = Some(next.to_vec()),
                Some(places) => places.retain(|place| next.contains(place)),
            }
        }
        places.unwrap_or_default()
    }

    /// Goes back over an instruction; is it a dead store?
    fn inst(&self, graph: &Graph, places: &mut Vec<Place>, inst: &InstData) -> bool {
        if let Some(result) = inst.result {
            places.retain(|place| !mentions(*place, result));
        }
        if is_store(inst.op) {
            let Some(place) = Place::of(graph, inst) else { return false };
            if places.contains(&place) {
                return true;
            }
            if places.len() < MAX_PLACES {
                places.push(place);
            }
            return false;
        }
        let effects = inst.effects();
        if effects.exits {
            places.retain(|place| inst.snap.is_some_and(|snap| !self.is_seen(graph, *place, snap)));
        }
        match Place::of(graph, inst) {
            Some(read) => places.retain(|place| !self.reads(graph, read, *place)),
            None => places.retain(|place| {
                let out_of_reach = inst.op == Op::Call && self.is_private(*place);
                out_of_reach || !effects.reads.intersects(AliasSet::of(&[place.class()]))
            }),
        }
        false
    }

    /// Does an exit with this snapshot see what the place holds?
    fn is_seen(&self, graph: &Graph, place: Place, snap: Snap) -> bool {
        let mut named = !self.is_private(place);
        graph[snap].for_each_value(|value| named |= place.object() == Some(unboxed(graph, value)));
        named
    }

    fn is_private(&self, place: Place) -> bool {
        place.object().is_some_and(|object| self.private.is_fresh(object))
    }

    /// May a read of the first place see the second?
    fn reads(&self, graph: &Graph, read: Place, place: Place) -> bool {
        let same = match (read, place) {
            (Place::Slot(_, i), Place::Slot(_, j)) => i == j,
            _ => read.class() == place.class(),
        };
        same && match (read.object(), place.object()) {
            (Some(a), Some(b)) => self.alias.same_object(graph, self.cfg, &self.private, a, b),
            _ => read == place,
        }
    }
}

fn mentions(place: Place, value: Value) -> bool {
    place.object() == Some(value) || matches!(place, Place::Elem(_, index) if index == value)
}
