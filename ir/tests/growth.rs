//! Programs on which a careless pass takes exponential or cubic time, large enough to notice: long chains of dependent values,
//! deep nesting of objects, many branches that merge objects in a loop. Each takes milliseconds; the limit is so generous that
//! a busy machine keeps it.

use std::time::{Duration, Instant};

use moonset_ir::{
    Block, Frame, Graph, Operand, PassOptions, Shape, ShapeInfo, Snap, Snapshot, Tag, Type, Value, optimize, verify,
};

struct Program {
    graph: Graph,
    shape: Shape,
    snap: Snap,
}

impl Program {
    fn new() -> Program {
        let mut graph = Graph::new();
        let keys = vec!["x".to_string(), "y".to_string()];
        let shape = graph.shape(ShapeInfo {
            id: 1,
            inline_cap: 2,
            keys,
            objects: Vec::new(),
            has_metatable: false,
            has_finalizer: false,
        });
        let closure = Operand::Ref(graph.kref(1, Tag::Closure), Tag::Closure);
        let frames = vec![Frame { closure, pc: 0, base: 0, kind: 0, aux: 0 }];
        let snap = graph.add_snap(Snapshot { frames, ..Snapshot::default() });
        Program { graph, shape, snap }
    }

    fn snap_with(&mut self, tables: &[Value]) -> Snap {
        let slots = tables.iter().enumerate().map(|(slot, table)| (slot as i32, Operand::Ref(*table, Tag::Table)));
        let snapshot = Snapshot { slots: slots.collect(), ..self.graph[self.snap].clone() };
        self.graph.add_snap(snapshot)
    }

    /// A table with this value in its first slot.
    fn table(&mut self, block: Block, value: Value) -> Value {
        let table = self.graph.at(block).new_table(self.shape, 0);
        self.graph.at(block).slot_store(table, self.shape, 0, value);
        table
    }

    fn int(&mut self, block: Block) -> Value {
        let loaded = self.graph.at(block).stack_load(0);
        self.graph.at(block).guard_tag(loaded, Tag::Int, self.snap).expect("integers have a payload")
    }
}

/// Sums, each of the one before with itself, through tables.
fn chain(n: usize) -> Graph {
    let mut program = Program::new();
    let entry = program.graph.entry();
    let mut value = program.int(entry);
    for _ in 0..n {
        let boxed = program.graph.at(entry).box_int(value);
        let table = program.table(entry, boxed);
        let loaded = program.graph.at(entry).slot_load(table, program.shape, 0);
        let snap = program.snap_with(&[table]);
        let number = program.graph.at(entry).guard_tag(loaded, Tag::Int, snap).expect("integers have a payload");
        value = program.graph.at(entry).add(number, number);
    }
    let boxed = program.graph.at(entry).box_int(value);
    program.graph.at(entry).stack_store(1, boxed);
    let snap = program.snap;
    program.graph.at(entry).exit(snap);
    program.graph
}

/// A list nested in itself, kept by an exit.
fn nested(n: usize) -> Graph {
    let mut program = Program::new();
    let entry = program.graph.entry();
    let number = program.int(entry);
    let mut boxed = program.graph.at(entry).box_int(number);
    let mut table = program.table(entry, boxed);
    for _ in 0..n {
        boxed = program.graph.at(entry).box_ref(table, Tag::Table);
        table = program.table(entry, boxed);
    }
    let snap = program.snap_with(&[table]);
    program.graph.at(entry).exit(snap);
    program.graph
}

/// Branches one after the other, each of which replaces one of three tables, in a loop.
fn branches(n: usize) -> Graph {
    let mut program = Program::new();
    let entry = program.graph.entry();
    let number = program.int(entry);
    let boxed = program.graph.at(entry).box_int(number);
    let mut tables: Vec<Value> = (0..3).map(|_| program.table(entry, boxed)).collect();
    let head = program.graph.new_block();
    let zero = program.graph.iconst(0);
    let args = [&[zero][..], &tables].concat();
    program.graph.at(entry).jump(head, &args);
    let counter = program.graph.add_param(head, Type::Int);
    tables = (0..3).map(|_| program.graph.add_param(head, Type::Ref)).collect();
    let mut block = head;
    for step in 0..n {
        let (yes, no, after) = (program.graph.new_block(), program.graph.new_block(), program.graph.new_block());
        let limit = program.graph.iconst(step as i64);
        let cond = program.graph.at(block).lt(counter, limit);
        program.graph.at(block).branch(cond, (yes, &[]), (no, &[]));
        let new = program.table(yes, boxed);
        program.graph.at(yes).jump(after, &[new]);
        program.graph.at(no).jump(after, &[tables[step % 3]]);
        tables[step % 3] = program.graph.add_param(after, Type::Ref);
        block = after;
        let snap = program.snap_with(&tables);
        let loaded = program.graph.at(block).slot_load(tables[0], program.shape, 0);
        program.graph.at(block).guard_tag(loaded, Tag::Int, snap);
    }
    let (one, last) = (program.graph.iconst(1), program.graph.iconst(100));
    let next = program.graph.at(block).add(counter, one);
    let again = program.graph.at(block).lt(next, last);
    let out = program.graph.new_block();
    let args = [&[next][..], &tables].concat();
    program.graph.at(block).branch(again, (head, &args), (out, &[]));
    let snap = program.snap_with(&tables);
    program.graph.at(out).exit(snap);
    program.graph.mark_loop_heads();
    program.graph
}

#[test]
fn large_programs_are_done_in_time() {
    for (name, graph) in [("chain", chain(800)), ("nested", nested(800)), ("branches", branches(300))] {
        verify(&graph).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut after = graph.clone();
        let start = Instant::now();
        optimize(&mut after, &mut PassOptions { verify: false, ..PassOptions::default() });
        let time = start.elapsed();
        verify(&after).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(time < Duration::from_secs(5), "{name} takes {time:?}");
    }
}
