//! Random programs: the optimised graph must end as the recorded one does, for several inputs, with and without sinking.
//!
//! A program is made of straight code, branches that merge, and loops that carry values, over integers, floats, tables of
//! a few shapes, arrays, cells and closures. `RANDOM_SEED` and `RANDOM_COUNT` choose other programs; a failure prints its seed, the
//! program, and the number of passes after which it goes wrong.

use moonset_ir::eval::{Body, Input, Outcome, Val, eval};
use moonset_ir::{
    Block, Frame, Graph, Helper, Op, Operand, PassOptions, Proto, Shape, ShapeInfo, Snap, Snapshot, Tag, Type, Value,
    optimize, parse, verify,
};

const MAX_STEPS: usize = 20_000;

#[test]
fn random_programs_keep_their_meaning() {
    let number = |name: &str, default| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default);
    let first = number("RANDOM_SEED", 1);
    for seed in first..first + number("RANDOM_COUNT", 300) {
        check(seed);
    }
}

fn check(seed: u64) {
    let graph = program(seed);
    if let Err(error) = verify(&graph) {
        panic!("seed {seed} makes an invalid program: {error}\n{graph}");
    }
    let text = graph.to_string();
    assert_eq!(parse(&text).map(|graph| graph.to_string()).as_deref(), Ok(text.as_str()), "seed {seed}");
    for sink in [false, true] {
        if let Err(error) = compare(&graph, sink, u32::MAX) {
            let passes = (1..).find(|fuel| compare(&graph, sink, *fuel).is_err()).unwrap_or_default();
            let (mut before, mut after) = (graph.clone(), graph.clone());
            run_passes(&mut before, sink, passes - 1);
            run_passes(&mut after, sink, passes);
            panic!("seed {seed}, sink {sink}, pass {passes}: {error}\nBEFORE\n{before}\nAFTER\n{after}");
        }
    }
}

fn run_passes(graph: &mut Graph, sink: bool, fuel: u32) {
    optimize(graph, &mut PassOptions { sink, fuel, verify: false, ..PassOptions::default() });
}

fn compare(graph: &Graph, sink: bool, fuel: u32) -> Result<(), String> {
    let mut after = graph.clone();
    run_passes(&mut after, sink, fuel);
    verify(&after)?;
    for input in inputs(graph) {
        let Ok(first) = eval(graph, &input, MAX_STEPS) else { continue };
        let second: Outcome = eval(&after, &input, MAX_STEPS * 2)?;
        if first.state != second.state || first.log != second.log {
            return Err(format!("{input:?}\n{first:#?}\n{second:#?}"));
        }
        if second.allocations > first.allocations {
            return Err(format!("{input:?}: {} allocations become {}", first.allocations, second.allocations));
        }
    }
    Ok(())
}

fn inputs(graph: &Graph) -> Vec<Input> {
    [(3, 1.5f64), (7, -0.0), (0, f64::NAN), (-2, 1e18)]
        .into_iter()
        .enumerate()
        .map(|(number, (int, float))| {
            let mut input = Input { polls: 60, ..Input::default() };
            let table = input.heap.new_table(graph, Shape::new(number % 3));
            if let Body::Table { slots, array, .. } = &mut input.heap.objects[table].body {
                slots.iter_mut().for_each(|slot| *slot = Val::Int(int));
                *array = vec![Val::Int(int), Val::Float(float.to_bits()), Val::Object(Tag::Table, table)];
            }
            input.stack = vec![
                (0, Val::Int(int)),
                (1, Val::Float(float.to_bits())),
                (2, Val::Object(Tag::Table, table)),
                (3, if number == 3 { Val::NIL } else { Val::Int(number as i64) }),
            ];
            input
        })
        .collect()
}

/// What the generator knows of a value, so that most guards pass.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Int,
    Float,
    Bool,
    Any(Tag),
    Table(usize),
    Cell,
}

struct Generator {
    graph: Graph,
    block: Block,
    env: Vec<(Value, Kind)>,
    state: u64,
    pc: u32,
    /// How many more instructions, at most.
    budget: u32,
    /// The limits of the loops around.
    limits: Vec<Value>,
}

/// The program of a seed.
fn program(seed: u64) -> Graph {
    let mut graph = Graph::new();
    for (number, keys) in [vec![], vec!["x"], vec!["x", "y"]].into_iter().enumerate() {
        let keys = keys.into_iter().map(String::from).collect();
        graph.shape(ShapeInfo {
            id: number as u32 + 10,
            inline_cap: 4,
            keys,
            objects: Vec::new(),
            has_metatable: false,
            has_finalizer: false,
        });
    }
    let block = graph.entry();
    let mut cx = Generator {
        graph,
        block,
        env: Vec::new(),
        state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
        pc: 0,
        budget: 120,
        limits: Vec::new(),
    };
    for (slot, kind) in [(0, Kind::Int), (1, Kind::Float), (2, Kind::Table(1))] {
        let boxed = cx.graph.at(block).stack_load(slot);
        let tag = match kind {
            Kind::Int => Tag::Int,
            Kind::Float => Tag::Float,
            _ => Tag::Table,
        };
        let snap = cx.snap();
        let payload = cx.graph.at(block).guard_tag(boxed, tag, snap).expect("the tag has a payload");
        cx.env.push((payload, kind));
    }
    let boxed = cx.graph.at(block).stack_load(3);
    cx.env.push((boxed, Kind::Any(Tag::Int)));
    cx.body(3);
    let snap = cx.snap();
    let end = cx.block;
    cx.graph.at(end).exit(snap);
    cx.graph
}

impl Generator {
    fn random(&mut self, below: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 33) as usize % below
    }

    fn pick(&mut self, wanted: impl Fn(Kind) -> bool) -> Option<(Value, Kind)> {
        let found: Vec<_> = self.env.iter().copied().filter(|(_, kind)| wanted(*kind)).collect();
        if found.is_empty() {
            return None;
        }
        // Recent values more often.
        let at = self.random(found.len()).max(self.random(found.len()));
        Some(found[at])
    }

    fn int(&mut self) -> Value {
        match self.pick(|kind| kind == Kind::Int) {
            Some((value, _)) if self.random(4) != 0 => value,
            _ => {
                let number = [0, 1, 2, -1, 5, i64::MAX][self.random(6)];
                self.graph.iconst(number)
            }
        }
    }

    fn float(&mut self) -> Value {
        match self.pick(|kind| kind == Kind::Float) {
            Some((value, _)) if self.random(4) != 0 => value,
            _ => {
                let number = [0.0, 1.0, -0.0, 2.5][self.random(4)];
                self.graph.fconst(number)
            }
        }
    }

    fn bool(&mut self) -> Value {
        match self.pick(|kind| kind == Kind::Bool) {
            Some((value, _)) if self.random(3) != 0 => value,
            _ => {
                let (a, b) = (self.int(), self.int());
                let op = [Op::Lt, Op::Le, Op::Eq, Op::Ult][self.random(4)];
                self.push(op, &[a, b], 0, Kind::Bool)
            }
        }
    }

    fn any(&mut self) -> (Value, Tag) {
        match self.random(6) {
            0 => (self.graph.nil(), Tag::Nil),
            1 => {
                let value = self.int();
                (self.push(Op::BoxInt, &[value], 0, Kind::Any(Tag::Int)), Tag::Int)
            }
            2 => {
                let value = self.float();
                (self.push(Op::BoxFloat, &[value], 0, Kind::Any(Tag::Float)), Tag::Float)
            }
            3 => match self.pick(|kind| matches!(kind, Kind::Table(_))) {
                Some((table, _)) => {
                    (self.push(Op::BoxRef, &[table], Tag::Table as u64, Kind::Any(Tag::Table)), Tag::Table)
                }
                None => (self.graph.nil(), Tag::Nil),
            },
            _ => match self.pick(|kind| matches!(kind, Kind::Any(_))) {
                Some((value, Kind::Any(tag))) => (value, tag),
                _ => (self.graph.prim(Tag::True), Tag::True),
            },
        }
    }

    fn push(&mut self, op: Op, args: &[Value], imm: u64, kind: Kind) -> Value {
        let value = self.graph.at(self.block).value(op, args, imm);
        self.env.push((value, kind));
        value
    }

    /// A snapshot of some values in scope.
    fn snap(&mut self) -> Snap {
        let mut snapshot = Snapshot::default();
        let closure = self.graph.kref(1, Tag::Closure);
        self.pc += 1;
        let closure = Operand::Ref(closure, Tag::Closure);
        snapshot.frames.push(Frame { closure, pc: self.pc, base: 0, kind: 0, aux: 0 });
        let mut slot = 4;
        for at in 0..self.env.len() {
            let (value, kind) = self.env[at];
            if self.random(3) != 0 {
                continue;
            }
            let operand = match kind {
                Kind::Cell => continue,
                Kind::Table(_) => Operand::Ref(value, Tag::Table),
                _ => Operand::Value(value),
            };
            snapshot.slots.push((slot, operand));
            slot += 1;
        }
        self.graph.add_snap(snapshot)
    }

    fn body(&mut self, depth: u32) {
        for _ in 0..2 + self.random(3) {
            for _ in 0..1 + self.random(6) {
                if self.budget == 0 {
                    return;
                }
                self.budget -= 1;
                self.instruction();
            }
            match self.random(4) {
                0 if depth > 0 => self.branches(depth - 1),
                1 if depth > 0 => self.looped(depth - 1),
                _ => {}
            }
        }
    }

    fn instruction(&mut self) {
        match self.random(20) {
            0 | 1 => {
                let (a, b) = (self.int(), self.int());
                let op = [Op::Add, Op::Sub, Op::Mul, Op::BAnd, Op::BXor, Op::Shl][self.random(6)];
                self.push(op, &[a, b], 0, Kind::Int);
            }
            2 | 3 => {
                let (a, b) = (self.float(), self.float());
                let op = [Op::FAdd, Op::FSub, Op::FMul, Op::FDiv][self.random(4)];
                self.push(op, &[a, b], 0, Kind::Float);
            }
            4 => {
                let a = self.int();
                let divisor = [2, 3, -7, 8][self.random(4)];
                let b = self.graph.iconst(divisor);
                let op = [Op::IDiv, Op::IMod][self.random(2)];
                self.push(op, &[a, b], 0, Kind::Int);
            }
            5 => {
                let cond = self.bool();
                let (a, b) = (self.int(), self.int());
                self.push(Op::Select, &[cond, a, b], 0, Kind::Int);
            }
            6 => self.unbox(),
            7 => {
                let (value, tag) = self.any();
                self.env.push((value, Kind::Any(tag)));
            }
            8 | 9 => {
                let shape = self.random(3);
                self.push(Op::NewTable, &[], (shape as u64) << 32, Kind::Table(shape));
            }
            10..=12 => self.slot(),
            13 => self.transition(),
            14 | 15 => self.array(),
            16 => {
                let (value, _) = self.any();
                self.push(Op::NewCell, &[value], 0, Kind::Cell);
            }
            17 => self.cell(),
            18 => {
                let cond = self.bool();
                let (block, snap) = (self.block, self.snap());
                // A guard that fails ends the run: most programs should go on.
                if self.random(4) == 0 {
                    self.graph.at(block).guard_true(cond, snap);
                } else {
                    self.graph.at(block).poll(snap);
                }
            }
            _ => match self.random(4) {
                0 => {
                    let (value, _) = self.any();
                    let slot = 30 + self.random(2) as i32;
                    self.graph.at(self.block).stack_store(slot, value);
                }
                1 => {
                    let (snap, zero) = (self.snap(), self.graph.iconst(0));
                    self.graph.at(self.block).call(Helper::CallNative, &[zero, zero], Some(snap));
                }
                _ => {
                    let (value, _) = self.any();
                    let tag = [Tag::Int, Tag::Nil, Tag::Table][self.random(3)];
                    self.push(Op::TagIs, &[value], tag as u64, Kind::Bool);
                }
            },
        }
    }

    fn unbox(&mut self) {
        let Some((value, Kind::Any(tag))) = self.pick(|kind| matches!(kind, Kind::Any(_))) else { return };
        let snap = self.snap();
        let kind = match tag {
            Tag::Int => Kind::Int,
            Tag::Float => Kind::Float,
            Tag::Table => Kind::Table(self.random(3)),
            _ => return,
        };
        if let Some(payload) = self.graph.at(self.block).guard_tag(value, tag, snap) {
            self.env.push((payload, kind));
        }
    }

    fn slot(&mut self) {
        let Some((table, Kind::Table(shape))) = self.pick(|kind| matches!(kind, Kind::Table(1 | 2))) else { return };
        let (block, snap) = (self.block, self.snap());
        let slot = self.random(shape) as u32;
        let id = Shape::new(shape);
        self.graph.at(block).guard_shape(table, id, snap);
        if self.random(2) == 0 {
            let (value, _) = self.any();
            self.graph.at(block).slot_store(table, id, slot, value);
            self.graph.at(block).barrier(table, value);
        } else {
            let value = self.graph.at(block).slot_load(table, id, slot);
            let tag = [Tag::Int, Tag::Float, Tag::Table, Tag::Nil][self.random(4)];
            self.env.push((value, Kind::Any(tag)));
        }
    }

    fn transition(&mut self) {
        let Some((table, Kind::Table(shape))) = self.pick(|kind| matches!(kind, Kind::Table(0 | 1))) else { return };
        let (block, snap) = (self.block, self.snap());
        self.graph.at(block).guard_shape(table, Shape::new(shape), snap);
        self.graph.at(block).set_shape(table, Shape::new(shape), Shape::new(shape + 1));
        for (value, kind) in &mut self.env {
            if *value == table {
                *kind = Kind::Table(shape + 1);
            }
        }
    }

    fn array(&mut self) {
        let Some((table, _)) = self.pick(|kind| matches!(kind, Kind::Table(_))) else { return };
        let block = self.block;
        if self.random(2) == 0 {
            let (value, _) = self.any();
            self.graph.at(block).array_append(table, value);
            return;
        }
        let n = self.push(Op::ArrayLen, &[table], 0, Kind::Int);
        let zero = self.graph.iconst(0);
        let index = match self.random(4) {
            0 => zero,
            1 => self.int(),
            _ => {
                let (value, minus) = (self.int(), self.graph.iconst(-1));
                self.graph.at(block).add(value, minus)
            }
        };
        if let (Some(limit), 0) = (self.limits.last().copied(), self.random(2)) {
            let (cond, snap) = (self.graph.at(block).le(limit, n), self.snap());
            self.graph.at(block).guard_true(cond, snap);
        }
        let cond = self.graph.at(block).ult(index, n);
        if self.random(3) == 0 {
            let snap = self.snap();
            self.graph.at(block).guard_true(cond, snap);
            let value = self.graph.at(block).array_load(table, index);
            self.env.push((value, Kind::Any(Tag::Int)));
            return;
        }
        // Out of bounds is a path of its own, so that the run goes on.
        let (inside, after) = (self.graph.new_block(), self.graph.new_block());
        self.graph.at(block).branch(cond, (inside, &[]), (after, &[]));
        if self.random(2) == 0 {
            let (value, kind) = (self.graph.nil(), Kind::Any(Tag::Nil));
            let loaded = self.graph.at(inside).array_load(table, index);
            self.graph.at(inside).jump(after, &[loaded]);
            let param = self.graph.add_param(after, Type::Any);
            self.graph.at(block).branch(cond, (inside, &[]), (after, &[value]));
            self.env.push((param, kind));
        } else {
            let scope = self.env.len();
            self.block = inside;
            let (value, _) = self.any();
            self.graph.at(inside).array_store(table, index, value);
            self.graph.at(inside).jump(after, &[]);
            self.env.truncate(scope);
        }
        self.block = after;
    }

    fn cell(&mut self) {
        let Some((cell, _)) = self.pick(|kind| kind == Kind::Cell) else { return };
        match self.random(4) {
            0 => {
                let value = self.graph.at(self.block).cell_load(cell);
                self.env.push((value, Kind::Any(Tag::Int)));
            }
            1 => {
                let closure = self.graph.at(self.block).new_closure(Proto::new(3), &[cell]);
                let upvalue = self.graph.at(self.block).closure_upval(closure, 0);
                self.env.push((upvalue, Kind::Cell));
                self.push(Op::BoxRef, &[closure], Tag::Closure as u64, Kind::Any(Tag::Closure));
            }
            _ => {
                let (value, _) = self.any();
                self.graph.at(self.block).cell_store(cell, value);
            }
        }
    }

    /// Values in scope to pass on, each with a new value of the same kind to be passed instead.
    fn carried(&mut self) -> Vec<(Value, Kind)> {
        (0..self.random(4)).filter_map(|_| self.pick(|_| true)).collect()
    }

    fn alike(&mut self, kind: Kind) -> Value {
        let same = |other: Kind| match (kind, other) {
            (Kind::Any(_), Kind::Any(_)) => true,
            _ => kind == other,
        };
        self.pick(same).expect("the value itself is in scope").0
    }

    fn ty(kind: Kind) -> Type {
        match kind {
            Kind::Int => Type::Int,
            Kind::Float => Type::Float,
            Kind::Bool => Type::Bool,
            Kind::Any(_) => Type::Any,
            Kind::Table(_) | Kind::Cell => Type::Ref,
        }
    }

    fn branches(&mut self, depth: u32) {
        let cond = self.bool();
        let carried = self.carried();
        let [yes, no, after] = [(); 3].map(|()| self.graph.new_block());
        self.graph.at(self.block).branch(cond, (yes, &[]), (no, &[]));
        let scope = self.env.clone();
        for side in [yes, no] {
            self.block = side;
            self.body(depth);
            // A transition inside may have changed what is known of the value itself.
            let args: Vec<Value> = carried
                .iter()
                .map(|(value, kind)| {
                    let known = self.env.iter().any(|(_, other)| other == kind);
                    if known { self.alike(*kind) } else { *value }
                })
                .collect();
            self.graph.at(self.block).jump(after, &args);
            self.env.clone_from(&scope);
        }
        for (_, kind) in carried {
            let param = self.graph.add_param(after, Self::ty(kind));
            self.env.push((param, kind));
        }
        self.block = after;
    }

    fn looped(&mut self, depth: u32) {
        let carried = self.carried();
        let (head, after) = (self.graph.new_block(), self.graph.new_block());
        let limit = match self.random(3) {
            0 => self.int(),
            _ => {
                let trips = 1 + self.random(4) as i64;
                self.graph.iconst(trips)
            }
        };
        let start = if self.random(4) == 0 { self.int() } else { self.graph.iconst(1) };
        let mut args: Vec<Value> = carried.iter().map(|(value, _)| *value).collect();
        args.push(start);
        self.graph.at(self.block).jump(head, &args);
        self.graph[head].loop_head = true;
        let params: Vec<(Value, Kind)> =
            carried.iter().map(|(_, kind)| (self.graph.add_param(head, Self::ty(*kind)), *kind)).collect();
        let index = self.graph.add_param(head, Type::Int);
        self.env.extend_from_slice(&params);
        self.env.push((index, Kind::Int));
        self.block = head;
        let snap = self.snap();
        self.graph.at(head).poll(snap);
        self.limits.push(limit);
        self.body(depth);
        self.limits.pop();
        let step = if self.random(4) == 0 { 2 } else { 1 };
        let one = self.graph.iconst(step);
        let next = self.graph.at(self.block).add(index, one);
        let cond = match self.random(3) {
            0 => self.graph.at(self.block).lt(next, limit),
            1 => self.graph.at(self.block).le(next, limit),
            _ => self.graph.at(self.block).lt(index, limit),
        };
        let mut args: Vec<Value> = params
            .iter()
            .map(|(value, kind)| {
                let known = self.env.iter().any(|(_, other)| other == kind);
                if known { self.alike(*kind) } else { *value }
            })
            .collect();
        args.push(next);
        self.graph.at(self.block).branch(cond, (head, &args), (after, &[]));
        self.block = after;
    }
}
