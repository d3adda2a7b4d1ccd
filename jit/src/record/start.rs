//! How a recording begins: at a hot site, or from the snapshot of a guard.

use moonset_ir::inst::{BlockCall, InstData, Terminator};
use moonset_ir::snapshot::Operand;
use moonset_ir::{Block, Graph, Guard, Op, Snap, Tag, Type, Value};
use moonset_runtime::engine::{HotEvent, SiteKind};
use moonset_runtime::interp::frame::frame_flags;
use moonset_runtime::vm::Vm;
use rustc_hash::FxHashMap;

use super::slots::{Slot, Slots, Val};
use super::{Activation, Recorder, Start, world};
use crate::abort::Abort;
use crate::exit::Protection;
use crate::options::JitOptions;
use crate::policy;
use crate::tree::{Source, Tree};

/// Arguments of a frame whose number is not known any more.
const UNKNOWN: i32 = -1;

impl Recorder {
    /// A recording of a new tree.
    pub(crate) fn root(vm: &mut Vm, event: HotEvent, options: &JitOptions) -> Result<Recorder, Abort> {
        let mut graph = Graph::new();
        let head_block = graph.new_block();
        let mut source = Source {
            pool: Vec::new(),
            protos: Vec::new(),
            links: Vec::new(),
            shapes: Vec::new(),
            head_proto: event.proto,
            head: event.head,
            anchor: event.anchor,
            initial: FxHashMap::default(),
            head_block,
            params: Vec::new(),
            final_exits: Vec::new(),
            met: FxHashMap::default(),
            unclosed: false,
        };
        source.proto_index(event.proto);
        let mut recorder = Recorder::new(vm, graph, source, Start::Root, head_block, options);
        recorder.attempts = world::failures(event.site);
        // Its short paths are where calls end: the path that calls becomes a side path.
        recorder.invokes = event.kind == SiteKind::Function && policy::is_recursive(recorder.vm(), &event);
        let entry = recorder.graph.entry();
        let load = recorder.graph.at(entry).stack_load(-2);
        let snap = recorder.graph.add_snap(Default::default());
        let closure = recorder.graph.at(head_block).guard_tag(load, Tag::Closure, snap).ok_or(Abort::Types)?;
        recorder.frames.push(Activation {
            closure: Val::Ref(closure, Tag::Closure),
            proto: event.proto,
            proto_index: 0,
            base: 0,
            return_pc: 0,
            link: 0,
            result_slot: -2,
            nargs: UNKNOWN,
            varargs: None,
        });
        recorder.pc = event.head;
        let state = recorder.make_snapshot(world::pc_index(event.proto, event.head));
        recorder.graph[snap] = recorder.graph[state].clone();
        // The guard's own result can't be named where it fails.
        recorder.graph[snap].frames[0].closure = Operand::Value(load);
        recorder.at().poll(state);
        Ok(recorder)
    }

    /// A recording of a side path: the guard becomes a branch, whose other side is recorded.
    pub(crate) fn side(vm: &mut Vm, tree: &Tree, guard: Guard, options: &JitOptions) -> Result<Recorder, Abort> {
        let (graph, source) = tree.recorded();
        if let Some(callee) = callee_of(graph, guard) {
            world::announce_hot(source.protos[callee.index()]);
            return Err(Abort::NotReady);
        }
        let mut graph = graph.clone();
        let (block, snap) = open_guard(&mut graph, guard).ok_or(Abort::Instruction)?;
        let mut recorder = Recorder::new(vm, graph, source.clone(), Start::Side(guard), block, options);
        recorder.enter_snapshot(snap)?;
        Ok(recorder)
    }

    fn new(vm: &mut Vm, graph: Graph, source: Source, start: Start, block: Block, options: &JitOptions) -> Recorder {
        Recorder {
            graph,
            source,
            start,
            options: options.clone(),
            block,
            frames: Vec::new(),
            slots: Slots::new(),
            snap: None,
            open_top: None,
            chain: 0,
            pending: None,
            pc: std::ptr::null(),
            base: std::ptr::null_mut(),
            length: 0,
            unrolled: FxHashMap::default(),
            attempts: 0,
            waiting: None,
            invokes: false,
            link: None,
            outer: false,
            vm,
        }
    }

    /// Takes a snapshot as the state to go on from.
    fn enter_snapshot(&mut self, snap: Snap) -> Result<(), Abort> {
        let snapshot = self.graph[snap].clone();
        for (slot, operand) in snapshot.slots {
            let val = self.val_of_operand(operand);
            self.slots.insert(slot, Slot { val, dirty: true });
        }
        for (index, frame) in snapshot.frames.iter().enumerate() {
            let proto = self.source.protos[frame.kind as usize];
            let closure = self.val_of_operand(frame.closure);
            // The exit of the guard that the head's frame has a function: only a forced one is ever taken.
            if !matches!(closure, Val::Ref(..)) {
                return Err(Abort::Types);
            }
            let link = frame.aux & 0x00ff_ffff;
            let mut activation = Activation {
                closure,
                proto,
                proto_index: frame.kind,
                base: frame.base,
                return_pc: frame.pc,
                link,
                result_slot: frame.base - Protection::of(link).map_or(2, Protection::distance),
                nargs: UNKNOWN,
                varargs: None,
            };
            if index > 0 && link >> 16 & u32::from(frame_flags::VARARG) != 0 {
                self.find_varargs(&mut activation)?;
            }
            if index + 1 == snapshot.frames.len() {
                let open = (frame.aux >> 24) as i32;
                self.open_top = (open > 0).then(|| frame.base + open - 1);
            }
            self.frames.push(activation);
        }
        Ok(())
    }

    /// Reads from the state where the extra arguments of a frame are.
    fn find_varargs(&self, activation: &mut Activation) -> Result<(), Abort> {
        let count = self.slots.get(&(activation.base - 3)).map(|slot| slot.val);
        let Some(Val::Int(count)) = count else { return Err(Abort::Instruction) };
        let extra = self.graph.as_int(count).ok_or(Abort::Instruction)? as i32;
        let first = activation.base - 3 - extra;
        activation.varargs = Some((first, extra));
        activation.result_slot = first - i32::from(world::num_params(activation.proto)) - 2;
        Ok(())
    }

    fn val_of_operand(&self, operand: Operand) -> Val {
        match operand {
            Operand::Ref(value, tag) => Val::Ref(value, tag),
            Operand::Value(value) if self.graph.ty(value) == Type::Ref => Val::Ref(value, Tag::Cell),
            Operand::Value(value) => match self.graph.as_const(value) {
                Some(moonset_ir::graph::Const::Prim(tag)) => Val::Prim(tag),
                _ => self.val_of(value),
            },
            Operand::Virtual(object) => unreachable!("{object} in a pristine graph"),
        }
    }
}

/// The function that a guard asks to be ready, if that is what it asks.
fn callee_of(graph: &Graph, guard: Guard) -> Option<moonset_ir::Proto> {
    let asks = |inst: &&moonset_ir::Inst| graph[**inst].guard == Some(guard);
    let found = graph.blocks().find_map(|block| graph[block].insts.iter().find(asks))?;
    let data = &graph[*found];
    matches!(data.op, Op::Invoke | Op::GuardReady).then(|| data.proto())
}

/// Splits the block at a guard. Returns the empty block that is reached where the guard fails, and its snapshot.
fn open_guard(graph: &mut Graph, guard: Guard) -> Option<(Block, Snap)> {
    let blocks: Vec<Block> = graph.blocks().collect();
    for block in blocks {
        if let Terminator::Exit(id, snap) = graph[block].term
            && id == guard
        {
            graph[block].term = Terminator::Open;
            return Some((block, snap));
        }
        let found = graph[block].insts.iter().position(|inst| graph[*inst].guard == Some(guard));
        if let Some(position) = found {
            return split(graph, block, position);
        }
    }
    None
}

fn split(graph: &mut Graph, block: Block, position: usize) -> Option<(Block, Snap)> {
    let inst = graph[block].insts[position];
    let data = graph[inst].clone();
    let snap = data.snap?;
    let (go_on, side) = (graph.new_block(), graph.new_block());
    let mut rest = graph[block].insts.split_off(position);
    let (cond, holds_if) = condition(graph, block, &data)?;
    if matches!(data.op, Op::GuardTrue | Op::GuardFalse) {
        rest.remove(0);
    }
    let term = std::mem::replace(&mut graph[block].term, Terminator::Open);
    graph[go_on].insts = rest;
    graph[go_on].term = term;
    let to = |block| BlockCall { block, args: Vec::new() };
    let (yes, no) = if holds_if { (to(go_on), to(side)) } else { (to(side), to(go_on)) };
    graph[block].term = Terminator::Branch(cond, yes, no);
    Some((side, snap))
}

/// The condition that a guard checks, computed at the end of a block, and which outcome lets the path go on.
fn condition(graph: &mut Graph, block: Block, data: &InstData) -> Option<(Value, bool)> {
    let x = data.args.first().copied();
    let mut at = graph.at(block);
    Some(match data.op {
        Op::GuardTrue => (x?, true),
        Op::GuardFalse => (x?, false),
        Op::GuardTag => (at.tag_is(x?, data.tag()), true),
        Op::GuardNotNil => (at.tag_is(x?, Tag::Nil), false),
        Op::GuardTruthy => (at.truthy(x?), true),
        Op::GuardFalsy => (at.truthy(x?), false),
        Op::GuardShape => (at.value(Op::ShapeIs, &[x?], data.imm), true),
        Op::GuardProto => (at.value(Op::ProtoIs, &[x?], data.imm), true),
        _ => return None,
    })
}
