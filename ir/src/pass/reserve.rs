//! Folds the allocations of a straight section into one check for room in the nursery.
//!
//! A section lies within a block and ends before anything else that may allocate: a helper, or an array that may grow. A `reserve n`
//! at the first allocation of a section covers it and the n - 1 that follow, so that none of them checks. Every
//! allocation is covered; this is the last pass.

use crate::cfg::Cfg;
use crate::graph::Graph;
use crate::inst::InstData;
use crate::op::Op;

/// Runs the pass.
pub fn run(graph: &mut Graph) {
    let cfg = Cfg::new(graph);
    for block in cfg.rpo() {
        if !graph[*block].insts.iter().any(|inst| graph[*inst].op.is_new()) {
            continue;
        }
        let insts = std::mem::take(&mut graph[*block].insts);
        let mut out = Vec::with_capacity(insts.len() + 2);
        let mut open = None;
        for inst in insts {
            let data = &graph[inst];
            if data.op.is_new() {
                let reserve = *open.get_or_insert_with(|| {
                    let reserve = graph.make_inst(InstData::new(Op::Reserve, &[], 0));
                    out.push(reserve);
                    reserve
                });
                graph[reserve].imm += 1;
            } else if data.effects().allocates || data.op == Op::ArrayAppend {
                open = None;
            }
            out.push(inst);
        }
        graph[*block].insts = out;
    }
}
