//! Folds the allocations of a straight section into one check for room in the nursery.
//!
//! A section lies within a block and ends before anything else that may allocate: a helper, or an array that may grow. A `reserve n`
//! at the first allocation of a section covers it and the n - 1 that follow, so that none of them checks. Every
//! allocation is covered; this is the last pass.

use crate::cfg::Cfg;
use crate::entity::Block;
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

/// The allocations that the `reserve` at this position of a block covers.
pub fn covered(graph: &Graph, block: Block, at: usize) -> impl Iterator<Item = &InstData> {
    let insts = &graph[block].insts;
    let count = graph[insts[at]].index() as usize;
    insts[at + 1..].iter().map(|inst| &graph[*inst]).filter(|inst| inst.op.is_new()).take(count)
}

#[cfg(test)]
mod tests {
    use crate::op::Op;
    use crate::parse::parse;

    #[test]
    fn a_reserve_covers_its_section() {
        let text = "b0():\n v0 = new_cell nil\n v1 = box_int 1\n v2 = new_cell v1\n v3 = call tostring v1\n v4 = new_cell nil\n open\n";
        let mut graph = parse(text).unwrap();
        super::run(&mut graph);
        let block = graph.entry();
        let sections: Vec<Vec<_>> = (0..graph[block].insts.len())
            .filter(|at| graph[graph[block].insts[*at]].op == Op::Reserve)
            .map(|at| super::covered(&graph, block, at).map(|inst| inst.result.unwrap().index()).collect())
            .collect();
        assert_eq!(sections, [vec![0, 2], vec![4]]);
    }
}
