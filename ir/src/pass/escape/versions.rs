//! Loops copied for what they carry.
//!
//! A loop may be entered with an object that exists, made before the graph began, and go round with one that it made itself
//! and that could stay virtual: after some rounds, or on some of its paths. The head can hold one kind only, so the new object
//! would be made each time. Then the loop gets a second version: the edges that bring a virtual object for the
//! parameter go to the copy, and the copy goes round on its own. A rotation of several variables needs several steps.
//!
//! Whether it helps is seen by trying: the graph that makes the fewest objects on edges to loop heads is the result.

use super::{Forced, rewrite};
use crate::cfg::{Cfg, loops};
use crate::entity::Block;
use crate::graph::Graph;
use crate::pass::copy::{Copy, dominated};

/// How many copies are tried.
const MAX_COPIES: usize = 4;
/// No loop is copied that has more instructions with all that it dominates.
const MAX_INSTS: usize = 600;

/// Rewrites a graph whose edges are split, with loops copied where it pays.
pub(super) fn run(graph: &mut Graph) {
    let mut source = graph.clone();
    let mut forced = rewrite(graph);
    let mut cost = cost_of(&forced);
    for _ in 0..MAX_COPIES {
        if !add_version(&mut source, &forced) {
            break;
        }
        let mut candidate = source.clone();
        forced = rewrite(&mut candidate);
        if cost_of(&forced) < cost {
            cost = cost_of(&forced);
            *graph = candidate;
        }
    }
}

/// How many objects are made, weighted by how often that happens.
fn cost_of(forced: &[Forced]) -> u64 {
    forced.iter().map(|forced| 1 << (4 * forced.depth.min(8))).sum()
}

/// Copies a loop for the edges that had to make an object for one of its parameters; is there such a loop?
fn add_version(graph: &mut Graph, forced: &[Forced]) -> bool {
    let cfg = Cfg::new(graph);
    for looped in loops(&cfg) {
        let of_head = || forced.iter().filter(|forced| forced.head == looped.head);
        let is_latch = |edge: &Block| looped.latches.contains(edge);
        let Some(param) = of_head().filter(|forced| is_latch(&forced.edge)).find_map(|forced| forced.param) else {
            continue;
        };
        let mut edges: Vec<Block> =
            of_head().filter(|forced| forced.param == Some(param)).map(|forced| forced.edge).collect();
        if cfg.preds(looped.head).iter().all(|pred| is_latch(pred) || edges.contains(pred)) {
            edges.retain(is_latch);
        }
        let region = dominated(&cfg, looped.head);
        let n_insts: usize = region.iter().map(|block| graph[*block].insts.len()).sum();
        if n_insts > MAX_INSTS {
            continue;
        }
        let copy = Copy::new(graph, &region);
        let head = copy.block(looped.head).expect("the head is in its region");
        for edge in edges {
            for target in graph[edge].term.targets_mut().filter(|target| target.block == looped.head) {
                target.block = head;
            }
        }
        return true;
    }
    false
}
