//! Joins a block to the one before it, if that ends in a jump and nothing else leads there.

use crate::cfg::Cfg;
use crate::graph::Graph;
use crate::inst::Terminator;

/// Runs the pass.
pub fn run(graph: &mut Graph) {
    let cfg = Cfg::new(graph);
    let mut map = graph.identity_map();
    let mut joined = vec![false; graph.num_blocks()];
    for block in cfg.rpo() {
        if joined[block.index()] {
            continue;
        }
        while let Terminator::Jump(target) = &graph[*block].term {
            let next = target.block;
            if cfg.preds(next).len() != 1 {
                break;
            }
            joined[next.index()] = true;
            for (param, arg) in graph[next].params.iter().zip(&target.args) {
                map[param.index()] = *arg;
            }
            graph[next].params.clear();
            let insts = std::mem::take(&mut graph[next].insts);
            graph[*block].insts.extend(insts);
            graph[*block].term = std::mem::replace(&mut graph[next].term, Terminator::Open);
        }
    }
    if joined.contains(&true) {
        graph.substitute(&mut map);
    }
}
