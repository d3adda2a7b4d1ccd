//! The builder: appends to a block of a graph.
//!
//! A builder is a graph and a block, made where it is needed by [`Graph::at`]. The methods for operations make the
//! instruction and return its result. Nothing is simplified here: the recorded graph stays as it was recorded.

use crate::entity::{Block, Guard, Inst, Link, Proto, Shape, Snap, Value};
use crate::graph::Graph;
use crate::helper::Helper;
use crate::inst::{BlockCall, InstData, Terminator};
use crate::op::{Op, pack};
use crate::types::Tag;

/// Appends to one block.
pub struct Builder<'g> {
    graph: &'g mut Graph,
    block: Block,
}

impl Graph {
    /// A builder that appends to this block.
    pub fn at(&mut self, block: Block) -> Builder<'_> {
        Builder { graph: self, block }
    }
}

macro_rules! plain {
    ($($name:ident $op:ident ($($arg:ident),*);)*) => {$(
        #[doc = concat!("Appends `", stringify!($name), "`.")]
        pub fn $name(&mut self, $($arg: Value),*) -> Value {
            self.value(Op::$op, &[$($arg),*], 0)
        }
    )*};
}

macro_rules! guards {
    ($($name:ident $op:ident ($($arg:ident),*);)*) => {$(
        #[doc = concat!("Appends `", stringify!($name), "`.")]
        pub fn $name(&mut self, $($arg: Value,)* snap: Snap) -> Guard {
            self.guard(Op::$op, &[$($arg),*], 0, snap).0
        }
    )*};
}

impl Builder<'_> {
    /// Appends any instruction.
    pub fn push(&mut self, op: Op, args: &[Value], imm: u64) -> Inst {
        self.graph.append(self.block, InstData::new(op, args, imm))
    }

    /// Appends an instruction that has a result.
    pub fn value(&mut self, op: Op, args: &[Value], imm: u64) -> Value {
        let inst = self.push(op, args, imm);
        self.graph[inst].result.expect("the operation has a result")
    }

    /// Appends an instruction that may leave, with a fresh guard id.
    pub fn guard(&mut self, op: Op, args: &[Value], imm: u64, snap: Snap) -> (Guard, Option<Value>) {
        let guard = self.graph.new_guard();
        let data = InstData { snap: Some(snap), guard: Some(guard), ..InstData::new(op, args, imm) };
        let inst = self.graph.append(self.block, data);
        (guard, self.graph[inst].result)
    }

    plain! {
        box_int BoxInt (a);
        box_float BoxFloat (a);
        box_bool BoxBool (a);
        tag_of TagOf (a);
        truthy Truthy (a);
        add Add (a, b);
        sub Sub (a, b);
        mul Mul (a, b);
        neg Neg (a);
        idiv IDiv (a, b);
        imod IMod (a, b);
        band BAnd (a, b);
        bor BOr (a, b);
        bxor BXor (a, b);
        bnot BNot (a);
        shl Shl (a, b);
        shr Shr (a, b);
        eq Eq (a, b);
        ne Ne (a, b);
        lt Lt (a, b);
        le Le (a, b);
        ult Ult (a, b);
        ule Ule (a, b);
        fadd FAdd (a, b);
        fsub FSub (a, b);
        fmul FMul (a, b);
        fdiv FDiv (a, b);
        fneg FNeg (a);
        fidiv FIDiv (a, b);
        fmod FMod (a, b);
        fpow FPow (a, b);
        fsqrt FSqrt (a);
        ffloor FFloor (a);
        fceil FCeil (a);
        fabs FAbs (a);
        feq FEq (a, b);
        fne FNe (a, b);
        flt FLt (a, b);
        fle FLe (a, b);
        int_to_float IntToFloat (a);
        not Not (a);
        and And (a, b);
        or Or (a, b);
        select Select (cond, a, b);
        ref_eq RefEq (a, b);
        array_len ArrayLen (table);
        array_load ArrayLoad (table, index);
        array_base ArrayBase (table);
        elem_load ElemLoad (base, index);
        new_cell NewCell (value);
        cell_load CellLoad (cell);
        str_len StrLen (string);
    }

    guards! {
        guard_not_nil GuardNotNil (a);
        guard_truthy GuardTruthy (a);
        guard_falsy GuardFalsy (a);
        guard_true GuardTrue (cond);
        guard_false GuardFalse (cond);
        poll Poll ();
    }

    /// Appends `box_ref`.
    pub fn box_ref(&mut self, a: Value, tag: Tag) -> Value {
        self.value(Op::BoxRef, &[a], tag as u64)
    }

    /// Appends `guard_tag`; the payload, if the tag has one.
    pub fn guard_tag(&mut self, a: Value, tag: Tag, snap: Snap) -> Option<Value> {
        self.guard(Op::GuardTag, &[a], tag as u64, snap).1
    }

    /// Appends `tag_is`.
    pub fn tag_is(&mut self, a: Value, tag: Tag) -> Value {
        self.value(Op::TagIs, &[a], tag as u64)
    }

    /// Appends `guard_float_to_int`.
    pub fn guard_float_to_int(&mut self, a: Value, snap: Snap) -> Value {
        self.guard(Op::GuardFloatToInt, &[a], 0, snap).1.expect("the operation has a result")
    }

    /// Appends `guard_shape`.
    pub fn guard_shape(&mut self, table: Value, shape: Shape, snap: Snap) -> Guard {
        self.guard(Op::GuardShape, &[table], shape.as_u32().into(), snap).0
    }

    /// Appends `guard_proto`.
    pub fn guard_proto(&mut self, closure: Value, proto: Proto, snap: Snap) -> Guard {
        self.guard(Op::GuardProto, &[closure], proto.as_u32().into(), snap).0
    }

    /// Appends `stack_load`.
    pub fn stack_load(&mut self, slot: i32) -> Value {
        self.value(Op::StackLoad, &[], slot as u32 as u64)
    }

    /// Appends `stack_store`.
    pub fn stack_store(&mut self, slot: i32, value: Value) {
        self.push(Op::StackStore, &[value], slot as u32 as u64);
    }

    /// Appends `new_table`.
    pub fn new_table(&mut self, shape: Shape, array_cap: u32) -> Value {
        self.value(Op::NewTable, &[], pack(shape.as_u32(), array_cap))
    }

    /// Appends `set_shape`.
    pub fn set_shape(&mut self, table: Value, from: Shape, to: Shape) {
        self.push(Op::SetShape, &[table], pack(from.as_u32(), to.as_u32()));
    }

    /// Appends `slot_load`.
    pub fn slot_load(&mut self, table: Value, shape: Shape, slot: u32) -> Value {
        self.value(Op::SlotLoad, &[table], pack(shape.as_u32(), slot))
    }

    /// Appends `slot_store`.
    pub fn slot_store(&mut self, table: Value, shape: Shape, slot: u32, value: Value) {
        self.push(Op::SlotStore, &[table, value], pack(shape.as_u32(), slot));
    }

    /// Appends `array_store`.
    pub fn array_store(&mut self, table: Value, index: Value, value: Value) {
        self.push(Op::ArrayStore, &[table, index, value], 0);
    }

    /// Appends `array_append`.
    pub fn array_append(&mut self, table: Value, value: Value) {
        self.push(Op::ArrayAppend, &[table, value], 0);
    }

    /// Appends `cell_store`.
    pub fn cell_store(&mut self, cell: Value, value: Value) {
        self.push(Op::CellStore, &[cell, value], 0);
    }

    /// Appends `new_closure`.
    pub fn new_closure(&mut self, proto: Proto, cells: &[Value]) -> Value {
        self.value(Op::NewClosure, cells, proto.as_u32().into())
    }

    /// Appends `closure_upval`.
    pub fn closure_upval(&mut self, closure: Value, index: u32) -> Value {
        self.value(Op::ClosureUpval, &[closure], index.into())
    }

    /// Appends `barrier`.
    pub fn barrier(&mut self, object: Value, value: Value) {
        self.push(Op::Barrier, &[object, value], 0);
    }

    /// Appends `charge`.
    pub fn charge(&mut self, bytes: u32) {
        self.push(Op::Charge, &[], bytes.into());
    }

    /// Appends a call; `snap` is needed if the helper may raise.
    pub fn call(&mut self, helper: Helper, args: &[Value], snap: Option<Snap>) -> Option<Value> {
        if helper.info().effects.exits {
            return self.guard(Op::Call, args, helper as u64, snap.expect("the helper may raise")).1;
        }
        let inst = self.push(Op::Call, args, helper as u64);
        self.graph[inst].result
    }

    /// Ends the block with a jump.
    pub fn jump(&mut self, block: Block, args: &[Value]) {
        self.terminate(Terminator::Jump(BlockCall { block, args: args.to_vec() }));
    }

    /// Ends the block with a branch.
    pub fn branch(&mut self, cond: Value, yes: (Block, &[Value]), no: (Block, &[Value])) {
        let call = |(block, args): (Block, &[Value])| BlockCall { block, args: args.to_vec() };
        self.terminate(Terminator::Branch(cond, call(yes), call(no)));
    }

    /// Ends the block by leaving to the interpreter.
    pub fn exit(&mut self, snap: Snap) -> Guard {
        let guard = self.graph.new_guard();
        self.terminate(Terminator::Exit(guard, snap));
        guard
    }

    /// Ends the block by continuing in another trace.
    pub fn link(&mut self, link: Link, snap: Snap) -> Guard {
        let guard = self.graph.new_guard();
        self.terminate(Terminator::Link(link, guard, snap));
        guard
    }

    /// Appends `invoke`; the frame's first slot, arguments, wanted results.
    pub fn invoke(&mut self, proto: Proto, [base, nargs, wanted]: [i32; 3], snap: Snap) -> Guard {
        let args = [base, nargs, wanted].map(|number| self.graph.iconst(i64::from(number)));
        self.guard(Op::Invoke, &args, proto.as_u32().into(), snap).0
    }

    /// Appends `invoke_native`: the function's slot, the end of its arguments, the number of results, and whether they are an open list.
    pub fn invoke_native(&mut self, [function, end, results]: [i32; 3], open: bool, snap: Snap) -> Guard {
        let args = [function, end, results].map(|number| self.graph.iconst(i64::from(number)));
        self.guard(Op::InvokeNative, &args, u32::from(open).into(), snap).0
    }

    /// Ends the block by returning from the trace's own frame, whose first slots hold the results.
    pub fn return_(&mut self, results: u32) {
        self.terminate(Terminator::Return(results));
    }

    /// Appends `guard_ready`.
    pub fn guard_ready(&mut self, proto: Proto, top: i32, snap: Snap) -> Guard {
        let top = self.graph.iconst(i64::from(top));
        self.guard(Op::GuardReady, &[top], proto.as_u32().into(), snap).0
    }

    /// Ends the block by continuing in a function that takes the place of the trace's own frame.
    pub fn tail(&mut self, proto: Proto) {
        self.terminate(Terminator::Tail(proto));
    }

    fn terminate(&mut self, term: Terminator) {
        self.graph[self.block].term = term;
    }
}
