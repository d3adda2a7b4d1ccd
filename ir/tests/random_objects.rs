//! Random programs through the passes: each must end as before, at the same exit, with the same reachable objects, and with
//! no more allocations.
//!
//! A program is made from a seed: nested loops and branches over a few variables (integers, tables, boxed values), which
//! make tables, cells and closures, write and read them, compare them, let some of them escape, and check what they read,
//! so that exits happen everywhere, each with a snapshot of all variables.

use moonset_ir::eval::{Input, eval};
use moonset_ir::pass::{PASSES, PassOptions, optimize};
use moonset_ir::{
    Block, Frame, Graph, Helper, ObjectConst, Operand, Proto, Shape, ShapeInfo, Snap, Snapshot, Tag, Type, Value,
    parse_input, verify,
};

const N_INTS: usize = 3;
const N_TABLES: usize = 3;
const N_BOXED: usize = 3;
const MAX_STEPS: usize = 200_000;

/// A small generator of numbers.
struct Rng(u64);

impl Rng {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % n
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

/// The values of all variables: integers, tables, boxed values.
#[derive(Clone)]
struct Vars {
    values: Vec<Value>,
}

struct Gen {
    rng: Rng,
    graph: Graph,
    block: Block,
    vars: Vars,
    shapes: [Shape; 3],
    closure: Value,
    global: Value,
    pc: u32,
    budget: usize,
    /// Variables that enclosing loops do not carry, so that they may not change.
    fixed: Vec<bool>,
}

fn shape(graph: &mut Graph, id: u32, keys: &[&str]) -> Shape {
    let names = (0..keys.len()).map(|number| ObjectConst { id: 10 + number as u32, tag: Tag::Str });
    let objects = names.map(|name| graph.object(name)).collect();
    let keys = keys.iter().map(|key| key.to_string()).collect();
    graph.shape(ShapeInfo { id, inline_cap: 4, keys, objects, has_metatable: false, has_finalizer: false })
}

fn program(seed: u64) -> Graph {
    let mut graph = Graph::new();
    let closure = graph.kref(1, Tag::Closure);
    let global = graph.kref(2, Tag::Table);
    let shapes =
        [shape(&mut graph, 1, &["x", "y"]), shape(&mut graph, 2, &["x", "y", "z"]), shape(&mut graph, 3, &["x"])];
    let mut rng = Rng(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    (0..8).for_each(|_| _ = rng.below(2));
    let budget = 15 + rng.below(90);
    let block = graph.entry();
    let vars = Vars { values: Vec::new() };
    let fixed = vec![false; N_INTS + N_TABLES + N_BOXED];
    let mut gen_ = Gen { rng, graph, block, vars, shapes, closure, global, pc: 0, budget, fixed };
    gen_.start();
    gen_.statements(0, None);
    let snap = gen_.snap();
    gen_.graph.at(gen_.block).exit(snap);
    gen_.graph
}

impl Gen {
    fn start(&mut self) {
        for number in 0..N_INTS {
            let value = self.graph.iconst(number as i64);
            self.vars.values.push(value);
        }
        for _ in 0..N_TABLES {
            let value = self.new_table();
            self.vars.values.push(value);
        }
        for _ in 0..N_BOXED {
            let value = self.graph.nil();
            self.vars.values.push(value);
        }
        let loaded = self.graph.at(self.block).stack_load(0);
        self.vars.values[N_INTS + N_TABLES] = loaded;
    }

    fn ty(var: usize) -> Type {
        match var {
            _ if var < N_INTS => Type::Int,
            _ if var < N_INTS + N_TABLES => Type::Ref,
            _ => Type::Any,
        }
    }

    fn snap(&mut self) -> Snap {
        self.pc += 1;
        let frame = Frame { closure: Operand::Ref(self.closure, Tag::Closure), pc: self.pc, base: 0, kind: 0, aux: 0 };
        let slots = self.vars.values.iter().enumerate().filter_map(|(var, value)| {
            let operand = match Self::ty(var) {
                Type::Ref => Operand::Ref(*value, Tag::Table),
                _ => Operand::Value(*value),
            };
            (!self.rng.one_in(4)).then_some((var as i32, operand))
        });
        let slots = slots.collect();
        self.graph.add_snap(Snapshot { frames: vec![frame], slots, ..Snapshot::default() })
    }

    fn int(&mut self) -> usize {
        self.rng.below(N_INTS)
    }

    fn table(&mut self) -> usize {
        N_INTS + self.rng.below(N_TABLES)
    }

    fn boxed(&mut self) -> usize {
        N_INTS + N_TABLES + self.rng.below(N_BOXED)
    }

    fn get(&self, var: usize) -> Value {
        self.vars.values[var]
    }

    fn set(&mut self, var: usize, value: Value) {
        if !self.fixed[var] {
            self.vars.values[var] = value;
        }
    }

    fn new_table(&mut self) -> Value {
        let shape = self.shapes[if self.rng.one_in(6) { 1 } else { 0 }];
        let cap = self.rng.below(3) as u32;
        let table = self.graph.at(self.block).new_table(shape, cap);
        let number = self.rng.below(100) as i64;
        let number = self.graph.iconst(number);
        let value = self.graph.at(self.block).box_int(number);
        self.graph.at(self.block).slot_store(table, shape, 0, value);
        if self.rng.one_in(2) {
            self.graph.at(self.block).array_append(table, value);
            self.graph.at(self.block).array_append(table, value);
        }
        table
    }

    /// Checks that a table has a shape, and says which.
    fn checked(&mut self, table: Value) -> Shape {
        let shape = self.shapes[if self.rng.one_in(10) { 1 } else { 0 }];
        let snap = self.snap();
        self.graph.at(self.block).guard_shape(table, shape, snap);
        shape
    }

    /// Some boxed value of the program.
    fn any_boxed(&mut self) -> Value {
        match self.rng.below(6) {
            0 | 1 => {
                let var = self.table();
                let table = self.get(var);
                self.graph.at(self.block).box_ref(table, Tag::Table)
            }
            2 | 3 => {
                let var = self.int();
                let int = self.get(var);
                self.graph.at(self.block).box_int(int)
            }
            4 => {
                let var = self.boxed();
                self.get(var)
            }
            _ => self.graph.prim(Tag::True),
        }
    }

    fn condition(&mut self) -> Value {
        let (a, b) = (self.int(), self.int());
        let (a, b) = (self.get(a), self.get(b));
        let one = self.graph.iconst(3);
        let mut at = self.graph.at(self.block);
        let low = at.band(a, one);
        match self.rng.below(4) {
            0 => self.graph.at(self.block).lt(a, b),
            1 => self.graph.at(self.block).eq(low, one),
            2 => {
                let (a, b) = (self.table(), self.table());
                let (a, b) = (self.get(a), self.get(b));
                self.graph.at(self.block).ref_eq(a, b)
            }
            _ => {
                let var = self.boxed();
                let value = self.get(var);
                self.graph.at(self.block).tag_is(value, Tag::Table)
            }
        }
    }

    fn statements(&mut self, depth: usize, mut continue_to: Option<(Block, &[usize], usize)>) {
        let count = 3 + self.rng.below(9);
        for _ in 0..count {
            if self.budget == 0 {
                return;
            }
            self.budget -= 1;
            match self.rng.below(18) {
                0 | 1 if depth < 3 => self.repeat(depth),
                2 | 3 if depth < 3 => self.branch(depth),
                4 => {
                    if let Some((head, carried, counter)) = continue_to.take() {
                        self.continue_loop(head, carried, counter);
                    }
                }
                _ => self.simple(),
            }
        }
    }

    fn simple(&mut self) {
        let table = self.table();
        let reference = self.get(table);
        match self.rng.below(31) {
            0 | 1 => {
                let table_value = self.new_table();
                self.set(table, table_value);
            }
            2 | 3 => {
                let other = self.table();
                let other = self.get(other);
                self.set(table, other);
            }
            4..=6 => {
                let shape = self.checked(reference);
                let value = self.any_boxed();
                let slot = self.rng.below(2) as u32;
                self.graph.at(self.block).slot_store(reference, shape, slot, value);
                self.graph.at(self.block).barrier(reference, value);
            }
            7 | 8 => {
                let shape = self.checked(reference);
                let slot = self.rng.below(2) as u32;
                let value = self.graph.at(self.block).slot_load(reference, shape, slot);
                let var = self.boxed();
                self.set(var, value);
            }
            9 | 10 => {
                let var = self.boxed();
                let value = self.get(var);
                let snap = self.snap();
                let tag = if self.rng.one_in(2) { Tag::Int } else { Tag::Table };
                // Most programs go on: the check stands on a path of its own.
                let (then, after) = (self.graph.new_block(), self.graph.new_block());
                let is = self.graph.at(self.block).tag_is(value, tag);
                let var = if tag == Tag::Int { self.int() } else { self.table() };
                let old = self.get(var);
                let param = self.graph.add_param(after, Self::ty(var));
                self.graph.at(self.block).branch(is, (then, &[]), (after, &[old]));
                let payload = self.graph.at(then).guard_tag(value, tag, snap).expect("the tag has a payload");
                self.graph.at(then).jump(after, &[payload]);
                self.block = after;
                self.set(var, param);
            }
            11 | 12 => {
                let (a, b, c) = (self.int(), self.int(), self.int());
                let (a, b) = (self.get(a), self.get(b));
                let value = self.graph.at(self.block).add(a, b);
                self.set(c, value);
            }
            13 => {
                let value = self.any_boxed();
                self.graph.at(self.block).array_append(reference, value);
            }
            14 | 20..=22 => self.element(reference),
            15 => self.cell(),
            24..=26 => self.keyed(reference),
            27 => self.traversed(reference),
            28 | 29 => {
                let value = self.graph.at(self.block).box_ref(reference, Tag::Table);
                self.graph.at(self.block).slot_store(self.global, self.shapes[2], 0, value);
                self.graph.at(self.block).barrier(self.global, value);
            }
            30 => {
                let value = self.graph.at(self.block).slot_load(self.global, self.shapes[2], 0);
                let var = self.boxed();
                self.set(var, value);
            }
            16 => {
                let shape = self.shapes[0];
                let snap = self.snap();
                self.graph.at(self.block).guard_shape(reference, shape, snap);
                self.graph.at(self.block).set_shape(reference, shape, self.shapes[1]);
                if !self.rng.one_in(4) {
                    self.graph.at(self.block).set_shape(reference, self.shapes[1], shape);
                }
            }
            17 if self.rng.one_in(2) => {
                let value = self.graph.at(self.block).box_ref(reference, Tag::Table);
                let slot = self.rng.below(1) as u32;
                self.graph.at(self.block).slot_store(self.global, self.shapes[2], slot, value);
            }
            18 if self.rng.one_in(3) => {
                let snap = self.snap();
                let (zero, one) = (self.graph.iconst(0), self.graph.iconst(1));
                self.graph.at(self.block).call(Helper::CallNative, &[zero, one], Some(snap));
            }
            _ => {
                let var = self.boxed();
                let value = self.any_boxed();
                self.set(var, value);
            }
        }
    }

    /// A read or write by a key of any kind, of which some are known and others not.
    fn keyed(&mut self, table: Value) {
        let key = match self.rng.below(6) {
            0 | 1 => {
                let var = self.table();
                let object = self.get(var);
                self.graph.at(self.block).box_ref(object, Tag::Table)
            }
            2 => self.graph.prim(Tag::True),
            3 => {
                let half = self.graph.fconst(0.5);
                self.graph.at(self.block).box_float(half)
            }
            4 => {
                let zero = self.graph.iconst(0);
                self.graph.at(self.block).box_int(zero)
            }
            _ => self.any_boxed(),
        };
        if self.rng.one_in(2) {
            let value = self.any_boxed();
            let snap = self.snap();
            self.graph.at(self.block).call(Helper::TableSet, &[table, key, value], Some(snap));
        } else {
            let value = self.graph.at(self.block).call(Helper::TableGet, &[table, key], None).expect("a value");
            let var = self.boxed();
            self.set(var, value);
        }
    }

    /// A step of a traversal, and perhaps the one after it.
    fn traversed(&mut self, table: Value) {
        let from = self.rng.below(4) as i64;
        let from = self.graph.iconst(from);
        let (then, after) = (self.graph.new_block(), self.graph.new_block());
        let var = self.boxed();
        let old = self.get(var);
        let param = self.graph.add_param(after, Type::Any);
        let zero = self.graph.iconst(0);
        let mut at = self.graph.at(self.block);
        let next = at.call(Helper::TableNext, &[table, from], None).expect("a position");
        let found = at.le(zero, next);
        at.branch(found, (then, &[]), (after, &[old]));
        self.block = then;
        let key = self.graph.at(then).call(Helper::TableKeyAt, &[table, next], None).expect("a key");
        let value = self.graph.at(then).call(Helper::TableValueAt, &[table, next], None).expect("a value");
        let chosen = if self.rng.one_in(2) { key } else { value };
        if self.rng.one_in(2) {
            let snap = self.snap();
            let position =
                self.graph.at(then).call(Helper::TableIndexOf, &[table, key], Some(snap)).expect("a position");
            let var = self.int();
            if self.rng.one_in(2) && !self.fixed[var] {
                let snap = self.snap();
                let same = self.graph.at(then).eq(position, next);
                self.graph.at(then).guard_true(same, snap);
            }
        }
        self.graph.at(then).jump(after, &[chosen]);
        self.block = after;
        self.set(var, param);
    }

    /// An element access behind its bounds check, by a constant or computed index.
    fn element(&mut self, table: Value) {
        let index = match self.rng.below(3) {
            0 => {
                let var = self.int();
                let (value, mask) = (self.get(var), self.graph.iconst(1));
                self.graph.at(self.block).band(value, mask)
            }
            n => self.graph.iconst(n as i64 - 1),
        };
        let (then, after) = (self.graph.new_block(), self.graph.new_block());
        let var = self.boxed();
        let old = self.get(var);
        let param = self.graph.add_param(after, Type::Any);
        let mut at = self.graph.at(self.block);
        let len = at.array_len(table);
        let inside = at.ult(index, len);
        at.branch(inside, (then, &[]), (after, &[old]));
        self.block = then;
        let loaded = self.graph.at(then).array_load(table, index);
        if self.rng.one_in(2) {
            let value = self.any_boxed();
            self.graph.at(then).array_store(table, index, value);
        }
        let popped = self.rng.one_in(4).then(|| self.graph.at(then).call(Helper::ArrayPop, &[table], None));
        self.graph.at(then).jump(after, &[popped.flatten().unwrap_or(loaded)]);
        self.block = after;
        self.set(var, param);
    }

    /// A closure over one cell, written and read through its upvalue.
    fn cell(&mut self) {
        let value = self.any_boxed();
        let cell = self.graph.at(self.block).new_cell(value);
        let closure = self.graph.at(self.block).new_closure(Proto::new(5), &[cell]);
        let boxed = self.graph.at(self.block).box_ref(closure, Tag::Closure);
        let stored = if self.rng.one_in(2) { boxed } else { self.any_boxed() };
        let inner = self.graph.at(self.block).closure_upval(closure, 0);
        self.graph.at(self.block).cell_store(inner, stored);
        let loaded = self.graph.at(self.block).cell_load(cell);
        let var = self.boxed();
        let value = if self.rng.one_in(2) { boxed } else { loaded };
        self.set(var, value);
    }

    fn branch(&mut self, depth: usize) {
        let cond = self.condition();
        let (yes, no, after) = (self.graph.new_block(), self.graph.new_block(), self.graph.new_block());
        self.graph.at(self.block).branch(cond, (yes, &[]), (no, &[]));
        let before = self.vars.clone();
        self.block = yes;
        self.statements(depth + 1, None);
        let (yes_end, yes_vars) = (self.block, std::mem::replace(&mut self.vars, before));
        self.block = no;
        if !self.rng.one_in(3) {
            self.statements(depth + 1, None);
        }
        let mut args = (Vec::new(), Vec::new());
        let no_end = self.block;
        for var in 0..self.vars.values.len() {
            let (a, b) = (yes_vars.values[var], self.vars.values[var]);
            if a != b {
                self.vars.values[var] = self.graph.add_param(after, Self::ty(var));
                args.0.push(a);
                args.1.push(b);
            }
        }
        self.graph.at(yes_end).jump(after, &args.0);
        self.graph.at(no_end).jump(after, &args.1);
        self.block = after;
    }

    fn repeat(&mut self, depth: usize) {
        let head = self.graph.new_block();
        let carried: Vec<usize> =
            (0..self.vars.values.len()).filter(|var| !self.fixed[*var] && !self.rng.one_in(3)).collect();
        let before = self.fixed.clone();
        for var in 0..self.fixed.len() {
            self.fixed[var] |= !carried.contains(&var);
        }
        let zero = self.graph.iconst(0);
        let mut args = vec![zero];
        args.extend(carried.iter().map(|var| self.vars.values[*var]));
        self.graph.at(self.block).jump(head, &args);
        let counter = self.graph.add_param(head, Type::Int);
        for var in &carried {
            self.vars.values[*var] = self.graph.add_param(head, Self::ty(*var));
        }
        self.graph[head].loop_head = true;
        self.block = head;
        let one = self.graph.iconst(1);
        let next = self.graph.at(head).add(counter, one);
        self.statements(depth + 1, Some((head, &carried, next.index())));
        let last = self.rng.below(5) as i64;
        let last = self.graph.iconst(last);
        let again = self.graph.at(self.block).lt(next, last);
        let out = self.graph.new_block();
        let mut args = vec![next];
        args.extend(carried.iter().map(|var| self.vars.values[*var]));
        self.graph.at(self.block).branch(again, (head, &args), (out, &[]));
        self.block = out;
        self.fixed = before;
    }

    /// Jumps back early under some condition.
    fn continue_loop(&mut self, head: Block, carried: &[usize], next: usize) {
        let next = Value::new(next);
        let last = self.graph.iconst(3);
        let some = self.condition();
        let (back, on) = (self.graph.new_block(), self.graph.new_block());
        let mut at = self.graph.at(self.block);
        let again = at.lt(next, last);
        let cond = at.and(again, some);
        at.branch(cond, (back, &[]), (on, &[]));
        let mut args = vec![next];
        args.extend(carried.iter().map(|var| self.vars.values[*var]));
        self.graph.at(back).jump(head, &args);
        self.block = on;
    }
}

const INPUTS: [&str; 2] = [
    "{0: 5; obj0 = table shape2(nil); k1 = obj0}",
    "{0: obj1; obj0 = table shape2(nil); obj1 = table shape0(7, obj1); k1 = obj0}",
];

fn inputs(graph: &Graph) -> Vec<Input> {
    INPUTS.iter().map(|text| parse_input(graph, text).expect("the input is well-formed")).collect()
}

/// Runs a graph before and after a change; the allocations.
fn compare(seed: u64, what: &str, before: &Graph, after: &Graph) -> (usize, usize) {
    verify(after).unwrap_or_else(|error| panic!("seed {seed}, {what}: {error}\n{before}\n{after}"));
    let mut total = (0, 0);
    for input in inputs(before) {
        let first = eval(before, &input, MAX_STEPS).unwrap_or_else(|error| panic!("seed {seed}: {error}\n{before}"));
        let second = eval(after, &input, MAX_STEPS)
            .unwrap_or_else(|error| panic!("seed {seed}, {what}: {error}\n{before}\n{after}"));
        assert_eq!(first.state, second.state, "seed {seed}, {what}\n{before}\n{after}");
        assert_eq!(first.log, second.log, "seed {seed}, {what}\n{before}\n{after}");
        assert!(
            second.allocations <= first.allocations,
            "seed {seed}, {what}: {} -> {} allocations\n{before}\n{after}",
            first.allocations,
            second.allocations
        );
        total.0 += first.allocations;
        total.1 += second.allocations;
    }
    total
}

fn seeds() -> std::ops::Range<u64> {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let first = number("MOONSET_SEED").unwrap_or(1);
    first..first + number("MOONSET_CASES").unwrap_or(if cfg!(miri) { 5 } else { 400 })
}

#[test]
fn each_pass_keeps_the_meaning() {
    for seed in seeds() {
        let before = program(seed);
        verify(&before).unwrap_or_else(|error| panic!("seed {seed}: {error}\n{before}"));
        for (name, pass) in PASSES {
            let mut after = before.clone();
            pass(&mut after);
            compare(seed, name, &before, &after);
        }
    }
}

#[test]
fn the_whole_order_keeps_the_meaning() {
    let mut total = (0, 0);
    for seed in seeds() {
        let before = program(seed);
        for sink in [false, true] {
            let mut after = before.clone();
            optimize(&mut after, &mut PassOptions { sink, verify: true, ..PassOptions::default() });
            let counts = compare(seed, if sink { "optimize" } else { "optimize without sinking" }, &before, &after);
            if sink {
                total = (total.0 + counts.0, total.1 + counts.1);
            }
        }
    }
    assert!(total.1 * 2 < total.0, "most allocations of random programs can go: {total:?}");
}
