//! Expansion of array accesses, late in the pipeline: the address of the elements becomes a value of its own.
//!
//! Value numbering then computes it once for all accesses that no growth separates, and once before a loop that does not
//! grow the array. Earlier passes see accesses by table and index only.

use crate::cfg::Cfg;
use crate::graph::Graph;
use crate::inst::InstData;
use crate::op::Op;

/// Runs the pass.
pub fn run(graph: &mut Graph) {
    let cfg = Cfg::new(graph);
    for block in cfg.rpo() {
        let is_access = |op| matches!(op, Op::ArrayLoad | Op::ArrayStore);
        if !graph[*block].insts.iter().any(|inst| is_access(graph[*inst].op)) {
            continue;
        }
        let insts = std::mem::take(&mut graph[*block].insts);
        let mut expanded = Vec::with_capacity(insts.len() + 8);
        for inst in insts {
            let op = graph[inst].op;
            if is_access(op) {
                let table = graph[inst].args[0];
                let base = graph.make_inst(InstData::new(Op::ArrayBase, &[table], 0));
                expanded.push(base);
                let base = graph[base].result.expect("an address is a result");
                graph[inst].args[0] = base;
                graph[inst].op = if op == Op::ArrayLoad { Op::ElemLoad } else { Op::ElemStore };
            }
            expanded.push(inst);
        }
        graph[*block].insts = expanded;
    }
}
