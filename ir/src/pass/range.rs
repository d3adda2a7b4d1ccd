//! Ranges of loop indices: decides bounds checks that an index which only grows towards a length always passes.
//!
//! For an integer parameter of a loop head that every back edge steps by a positive constant, the pass derives a
//! least value (the least one at entry) and an upper bound `limit + offset`, where `limit` is a value that does not change
//! in the loop, and perhaps known to be at most a length: each jump to the head is dominated by a comparison that proves it for the argument passed. Peeling makes
//! entries look like back edges. Wrapping is ruled out by the comparison itself (`i < limit` before a step by one) or
//! by a limit that is a length.
//!
//! A bounds check that the peeled iteration passed bounds the index from below as well.
//!
//! Then each condition of a guard or branch that these bounds decide becomes a constant, for folding to act on.

use crate::cfg::{Cfg, loops};
use crate::entity::{Block, Value};
use crate::graph::{Graph, ValueDef};
use crate::inst::Terminator;
use crate::op::Op;
use crate::types::Type;

/// No length is greater, so that small sums with a length do not wrap.
const MAX_LENGTH: i64 = 1 << 48;

/// Runs the pass.
pub fn run(graph: &mut Graph) {
    let cfg = Cfg::new(graph);
    let loops = loops(&cfg);
    if loops.is_empty() {
        return;
    }
    let mut cx = Ctx { facts: local_facts(graph, &cfg), ranges: vec![Range::default(); graph.num_values()], cfg: &cfg };
    for looped in &loops {
        for number in 0..graph[looped.head].params.len() {
            let param = graph[looped.head].params[number];
            if graph.ty(param) == Type::Int {
                cx.ranges[param.index()] = cx.param(graph, looped.head, number);
            }
        }
    }
    cx.decide_all(graph);
}

/// What is known of an integer.
#[derive(Clone, Copy, Default)]
struct Range {
    /// The least value.
    low: Option<i64>,
    /// The value is at most the sum of these two, which does not wrap.
    high: Option<(Value, i64)>,
}

/// `less <= more + offset`, by the outcome of a comparison; `less` is also known not to be negative if so marked.
#[derive(Clone, Copy)]
struct Fact {
    less: Value,
    more: Value,
    offset: i64,
    positive: bool,
}

/// The facts that each block adds: its guards, and the branch that leads to it alone.
fn local_facts(graph: &Graph, cfg: &Cfg) -> Vec<Vec<Fact>> {
    let mut facts = vec![Vec::new(); graph.num_blocks()];
    for block in cfg.rpo() {
        for inst in &graph[*block].insts {
            let inst = &graph[*inst];
            if let Op::GuardTrue | Op::GuardFalse = inst.op {
                facts[block.index()].extend(fact(graph, inst.args[0], inst.op == Op::GuardTrue));
            }
        }
        if let [pred] = cfg.preds(*block) {
            facts[block.index()].extend(edge_fact(graph, *pred, *block));
        }
    }
    facts
}

/// What a branch says along one of its edges.
fn edge_fact(graph: &Graph, from: Block, to: Block) -> Option<Fact> {
    match &graph[from].term {
        Terminator::Branch(cond, yes, no) if yes.block != no.block => fact(graph, *cond, yes.block == to),
        _ => None,
    }
}

fn fact(graph: &Graph, cond: Value, outcome: bool) -> Option<Fact> {
    let inst = graph.def_inst(cond)?;
    let (a, b) = (inst.args.first().copied()?, inst.args.get(1).copied());
    Some(match (inst.op, outcome) {
        (Op::Lt, true) => Fact { less: a, more: b?, offset: -1, positive: false },
        (Op::Le, true) => Fact { less: a, more: b?, offset: 0, positive: false },
        (Op::Lt, false) => Fact { less: b?, more: a, offset: 0, positive: false },
        (Op::Le, false) => Fact { less: b?, more: a, offset: -1, positive: false },
        (Op::Ult, true) if is_length(graph, b?) => Fact { less: a, more: b?, offset: -1, positive: true },
        _ => return None,
    })
}

/// A value as another plus a constant.
fn split(graph: &Graph, value: Value) -> (Value, i64) {
    if let Some(inst) = graph.def_inst(value)
        && inst.op == Op::Add
        && let Some(number) = graph.as_int(inst.args[1])
        && number.unsigned_abs() < MAX_LENGTH as u64
    {
        return (inst.args[0], number);
    }
    (value, 0)
}

fn is_length(graph: &Graph, value: Value) -> bool {
    match graph.as_int(value) {
        Some(number) => (0..MAX_LENGTH).contains(&number),
        None => graph.def_inst(value).is_some_and(|inst| matches!(inst.op, Op::ArrayLen | Op::StrLen)),
    }
}

struct Ctx<'a> {
    cfg: &'a Cfg,
    facts: Vec<Vec<Fact>>,
    ranges: Vec<Range>,
}

impl Ctx<'_> {
    /// The range of a parameter of a loop head.
    fn param(&self, graph: &Graph, head: Block, number: usize) -> Range {
        let param = graph[head].params[number];
        let edges: Vec<(Block, Value)> = self
            .cfg
            .preds(head)
            .iter()
            .flat_map(|pred| graph[*pred].term.targets().map(move |target| (*pred, target)))
            .filter(|(_, target)| target.block == head)
            .map(|(pred, target)| (pred, target.args[number]))
            .collect();
        let steps = |value: Value| {
            let (base, step) = split(graph, value);
            base == param && step >= 0
        };
        let grows = edges.iter().all(|(pred, arg)| !self.cfg.is_back_edge(*pred, head) || steps(*arg));
        if !grows {
            return Range::default();
        }
        let high = self.high(graph, head, &edges);
        let mut low = Some(i64::MAX);
        for (pred, arg) in &edges {
            let bound = if !self.cfg.is_back_edge(*pred, head) {
                self.low(graph, *arg).or_else(|| self.low_along(graph, *pred, head, *arg))
            } else if *arg == param || self.steps_safely(graph, *pred, head, param, *arg, high) {
                continue;
            } else {
                None
            };
            low = low.zip(bound).map(|(low, bound)| low.min(bound));
        }
        Range { low, high }
    }

    /// An upper bound that every jump to the head proves.
    fn high(&self, graph: &Graph, head: Block, edges: &[(Block, Value)]) -> Option<(Value, i64)> {
        let (pred, _) = edges.iter().find(|(pred, _)| self.cfg.is_back_edge(*pred, head))?;
        self.along(graph, *pred, head)
            .map(|fact| fact.more)
            .filter(|limit| self.is_fixed(graph, head, *limit))
            .find_map(|limit| {
                let offsets = edges.iter().map(|(pred, arg)| self.arg_high(graph, *pred, head, *arg, limit));
                let offset = offsets.collect::<Option<Vec<i64>>>()?.into_iter().max()?;
                Some((limit, offset))
            })
    }

    /// The least offset for which an edge proves `arg <= limit + offset`.
    fn arg_high(&self, graph: &Graph, pred: Block, head: Block, arg: Value, limit: Value) -> Option<i64> {
        if let (Some(arg), Some(limit)) = (graph.as_int(arg), graph.as_int(limit)) {
            return arg.checked_sub(limit);
        }
        let (base, step) = split(graph, arg);
        let direct = |fact: &Fact| match (graph.as_int(arg), graph.as_int(fact.less)) {
            (Some(arg), Some(less)) => arg.checked_sub(less)?.checked_add(fact.offset),
            _ => (fact.less == arg).then_some(fact.offset),
        };
        let stepped = |fact: &Fact| {
            let safe = step == 1 && fact.offset < 0 || is_length(graph, limit) && step >= 0;
            (fact.less == base && safe).then_some(fact.offset + step)
        };
        self.along(graph, pred, head)
            .filter(|fact| fact.more == limit)
            .flat_map(|fact| direct(&fact).into_iter().chain(stepped(&fact)))
            .min()
    }

    /// Does the step along a back edge not wrap?
    fn steps_safely(
        &self,
        graph: &Graph,
        pred: Block,
        head: Block,
        param: Value,
        arg: Value,
        high: Option<(Value, i64)>,
    ) -> bool {
        let (_, step) = split(graph, arg);
        let below = |fact: Fact| fact.less == param && fact.offset < 0;
        step == 1 && self.along(graph, pred, head).any(below)
            || high.is_some_and(|(limit, offset)| is_length(graph, limit) && offset.unsigned_abs() < MAX_LENGTH as u64)
    }

    /// The facts that hold along an edge.
    fn along<'f>(&'f self, graph: &'f Graph, pred: Block, head: Block) -> impl Iterator<Item = Fact> + 'f {
        let blocks = std::iter::successors(Some(pred), |block| self.cfg.idom(*block));
        edge_fact(graph, pred, head)
            .into_iter()
            .chain(blocks.flat_map(|block| self.facts[block.index()].iter().copied()))
    }

    /// Is the value the same in all iterations?
    fn is_fixed(&self, graph: &Graph, head: Block, value: Value) -> bool {
        match graph.def(value) {
            ValueDef::Const(_) => true,
            ValueDef::Param(block, _) => block != head && self.cfg.dominates(block, head),
            ValueDef::Inst(_) => {
                self.home(graph, value).is_some_and(|block| block != head && self.cfg.dominates(block, head))
            }
            ValueDef::None => false,
        }
    }

    /// The block of an instruction's result.
    fn home(&self, graph: &Graph, value: Value) -> Option<Block> {
        let ValueDef::Inst(inst) = graph.def(value) else { return None };
        self.cfg.rpo().iter().copied().find(|block| graph[*block].insts.contains(&inst))
    }

    fn low(&self, graph: &Graph, value: Value) -> Option<i64> {
        if let Some(number) = graph.as_int(value) {
            return Some(number);
        }
        if is_length(graph, value) {
            return Some(0);
        }
        self.ranges.get(value.index()).and_then(|range| range.low)
    }

    /// A lower bound of an argument by what holds along its edge.
    fn low_along(&self, graph: &Graph, pred: Block, head: Block, arg: Value) -> Option<i64> {
        let (base, step) = split(graph, arg);
        let steps_safely =
            step == 0 || step == 1 && self.along(graph, pred, head).any(|fact| fact.less == base && fact.offset < 0);
        let low = |fact: Fact| {
            // `x + k`, not negative and less than a length, is no wrapped sum, and neither is a small step from x.
            let (other, add) = split(graph, fact.less);
            if fact.positive && other == base && step >= 0 {
                return Some(step - add);
            }
            let less = graph.as_int(fact.less).filter(|_| fact.more == base && steps_safely)?;
            less.checked_sub(fact.offset)?.checked_add(step)
        };
        self.along(graph, pred, head).filter_map(low).max()
    }

    fn decide_all(&self, graph: &mut Graph) {
        for block in self.cfg.rpo() {
            for at in 0..graph[*block].insts.len() {
                let inst = graph[*block].insts[at];
                if let Op::GuardTrue | Op::GuardFalse = graph[inst].op
                    && let Some(outcome) = self.decide(graph, *block, graph[inst].args[0])
                {
                    let outcome = graph.bconst(outcome);
                    graph[inst].args[0] = outcome;
                }
            }
            if let Terminator::Branch(cond, ..) = graph[*block].term
                && let Some(outcome) = self.decide(graph, *block, cond)
            {
                let outcome = graph.bconst(outcome);
                if let Terminator::Branch(cond, ..) = &mut graph[*block].term {
                    *cond = outcome;
                }
            }
        }
    }

    /// The outcome of a comparison, if the ranges of its operands decide it.
    fn decide(&self, graph: &Graph, block: Block, cond: Value) -> Option<bool> {
        let inst = graph.def_inst(cond)?;
        let (a, b) = (inst.args.first().copied()?, inst.args.get(1).copied()?);
        let (base, add) = split(graph, a);
        let range = self.ranges.get(base.index())?;
        let low = range.low.and_then(|low| low.checked_add(add)).filter(|_| self.sum_fits(graph, *range, add));
        match inst.op {
            Op::Ult if low? >= 0 && self.is_below(graph, block, *range, add, b) => Some(true),
            Op::Ne if low? > graph.as_int(b)? => Some(true),
            Op::Eq if low? > graph.as_int(b)? => Some(false),
            Op::Lt if low? >= graph.as_int(b)? => Some(false),
            Op::Le if low? > graph.as_int(b)? => Some(false),
            _ => None,
        }
    }

    /// Does adding this to a value of the range not wrap?
    fn sum_fits(&self, graph: &Graph, range: Range, add: i64) -> bool {
        add == 0
            || add < 0 && range.low.is_some_and(|low| low.checked_add(add).is_some())
            || range
                .high
                .is_some_and(|(limit, offset)| is_length(graph, limit) && offset.unsigned_abs() < MAX_LENGTH as u64)
    }

    /// Is the value plus `add` less than this limit?
    fn is_below(&self, graph: &Graph, block: Block, range: Range, add: i64, limit: Value) -> bool {
        let Some((base, offset)) = range.high else { return false };
        let Some(sum) = offset.checked_add(add) else { return false };
        let (other, other_add) = split(graph, limit);
        if let (Some(base), Some(limit)) = (graph.as_int(base), graph.as_int(limit)) {
            return base.checked_add(sum).is_some_and(|high| high < limit);
        }
        if other_add != 0 && !is_length(graph, other) {
            return false;
        }
        let follows = |fact: Fact| {
            fact.less == base && fact.more == other && fact.offset.checked_add(sum).is_some_and(|sum| sum < other_add)
        };
        base == other && sum < other_add || self.before(block).any(follows)
    }

    /// The facts that hold where a block starts, those of the branch to it left out.
    fn before(&self, block: Block) -> impl Iterator<Item = Fact> {
        let blocks = std::iter::successors(self.cfg.idom(block), |block| self.cfg.idom(*block));
        blocks.flat_map(|block| self.facts[block.index()].iter().copied())
    }
}
