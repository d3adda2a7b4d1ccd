//! What a trace compiler asks of a VM, and what its machine code asks for: questions and services without a Lua-visible
//! name. None of them collects or runs Lua code.

use std::fmt::Write as _;

use crate::bytecode::liveness::RegSet;
use crate::engine::HotEvent;
use crate::interp::frame::{FrameKind, FrameLink};
use crate::interp::turns;
use crate::native::{Args, NativeCode, Raise};
use crate::number::{self, Number};
use crate::object::Gc;
use crate::object::layout::{Closure, Native, ShapeId, Str, Table, table_flags};
use crate::object::metamethod::Metamethod;
use crate::object::shape::{Facts, KeySource, ShapeTable};
use crate::object::string::MAX_LEN;
use crate::value::{Raw, Tag, Value};
use crate::vm::Vm;

impl Vm {
    /// The shapes.
    pub fn shapes(&mut self) -> &ShapeTable {
        self.cx().shapes()
    }

    /// Whether the program can tell when garbage is collected: see `VmContext::observed`.
    pub fn heap_is_observed(&self) -> bool {
        // SAFETY: live as long as the VM.
        unsafe { (*self.context()).observed }
    }

    /// Has every site of every function count anew, from the engine's hot counts.
    pub fn rearm_sites(&mut self, hot: (u32, u32)) {
        for proto in &self.cx().space().protos {
            // SAFETY: the list has live prototypes only; nobody refers to one while the engine works.
            unsafe { &mut *proto.as_ptr() }.rearm(hot);
        }
    }

    /// The shape after a constant key is added to tables of shape `id`. `None`: they become dictionaries.
    pub fn shape_with_key(&mut self, id: ShapeId, key: Gc<'static, Str>) -> Option<ShapeId> {
        let cx = self.cx();
        let next = cx.shapes().with_key(id, key, KeySource::Constant);
        cx.space().publish_shapes();
        next
    }

    /// The shape of tables of shape `id` after `setmetatable`, if setting it has no effect beyond the shape as long as the metatable
    /// keeps its own: the metatable is one already, and has no place in which it could ask for finalization or for weakness; and
    /// there is no other before it, which could make the table's parts weak one day.
    pub fn shape_with_metatable(&mut self, id: ShapeId, metatable: Option<Gc<'static, Table>>) -> Option<ShapeId> {
        let cx = self.cx();
        if let Some(table) = metatable {
            let may_ask = |event| cx.shape_slot(table.shape(), cx.name(event)).is_some();
            let unknown = cx.shape(table.shape()).dictionary;
            if unknown || may_ask(Metamethod::Gc) || may_ask(Metamethod::Mode) || !table.is_metatable() {
                return None;
            }
        }
        let identified = metatable.map(|table| (table, cx.identity(table.object())));
        let next = cx.shapes().with_metatable(id, identified, Facts::default());
        cx.space().publish_shapes();
        (next == id || cx.shape(id).metatable.is_null()).then_some(next)
    }

    /// Makes room in the allocation window.
    pub fn reserve_nursery(&mut self, bytes: usize) {
        let heap = self.cx().heap();
        if heap.reserve(bytes).is_err() {
            heap.past_limit(|heap| heap.reserve(bytes)).expect("an overdraft is granted or ends the process");
        }
    }

    /// Appends to the array part of a table. For machine code, which has no way to report that memory is refused, and runs only where
    /// there is room for such a growth.
    pub fn push_in_machine_code(&mut self, table: Gc<'_, Table>, value: Value<'_>) {
        let pushed = table.raw().push(self.cx(), value.raw());
        debug_assert!(pushed.is_ok(), "machine code gets memory past the limit");
    }

    /// Enters a level of nesting for a protected call that machine code has inlined; what its frame has to remember.
    pub fn enter_protected(&mut self) -> u16 {
        let before = self.levels.relative();
        self.levels.nest(1);
        before
    }

    /// Makes room for `slots` slots from `base` on, past the limit for calls if need be: machine code has inlined calls
    /// that the interpreter is about to be in. Returns where `base` is now.
    pub fn reserve_above(&mut self, base: *mut Raw, slots: usize) -> *mut Raw {
        let number = self.slot_number(base);
        let (needed, usable) = (number + slots, self.exec.stack.usable());
        if needed > usable {
            // SAFETY: live as long as the VM.
            let cx = unsafe { &mut *self.context() };
            self.exec.stack.grow(cx, needed.max(2 * usable));
            self.publish_stack();
        }
        self.slot_at(number)
    }

    /// Whether a function that has just run hot is active in one of the `depth` frames below its own, too.
    pub fn is_recursive(&mut self, event: &HotEvent, depth: usize) -> bool {
        let mut base = self.machine().base;
        for _ in 0..depth {
            // SAFETY: the base of a frame: the running one, or one that a link leads to.
            let link = unsafe { FrameLink::of(base) };
            if link.frame_kind() == FrameKind::Bottom || link.delta == 0 {
                return false;
            }
            base = base.wrapping_sub(link.delta as usize);
            // SAFETY: the function stands two slots below a base.
            let function = unsafe { Raw::read(base.wrapping_sub(2)) };
            if function.as_gc::<Closure>().is_some_and(|closure| closure.proto().raw() == event.proto) {
                return true;
            }
        }
        false
    }

    /// The number of the slot at `base` on the running coroutine's stack, which stays when the stack moves.
    pub fn stack_slot(&self, base: *mut Raw) -> usize {
        self.slot_number(base)
    }

    /// Whether a loop that has just run hot is known to have fewer than `turns` turns left.
    pub fn has_few_turns(&mut self, event: &HotEvent, turns: u16) -> bool {
        // SAFETY: an instruction of a live prototype (whoever made the event).
        let inst = unsafe { *event.anchor };
        turns::are_fewer(self, self.machine(), inst, u32::from(turns))
    }

    /// Whether the frame at `base`, or one above it, has pending variables to be closed.
    pub fn has_pending(&self, base: *mut Raw) -> bool {
        self.exec.tbc.last().is_some_and(|&slot| slot as usize >= self.slot_number(base))
    }

    /// Calls a leaf function for machine code, with `count` arguments in the exit area. Its first result, nil if there is
    /// none; the others are kept until the next call. `None`: it has changed nothing, and is to be called by the interpreter; with
    /// `once`, or it has raised an error that the call instruction, which the interpreter carries out next, is to raise.
    pub fn call_leaf_with(&mut self, callee: Gc<'static, Native>, count: usize, once: bool) -> Option<Raw> {
        let (NativeCode::Leaf(code) | NativeCode::Either(code, _)) = callee.def().code else { return None };
        let m = self.machine();
        let context = self.context();
        // SAFETY: the running prototype is live.
        let size = unsafe { (*m.proto).frame_size } as usize;
        // Machine code keeps what stands above the frame that it was entered with to itself.
        let free = m.base.wrapping_add(size);
        // SAFETY: live as long as the VM.
        unsafe { (*context).top = free };
        // SAFETY: live as long as the VM. The words of the exit area are laid out as slots, and no leaf writes them.
        let operands = unsafe { (&raw const (*context).exit_values).cast::<Raw>() };
        // SAFETY: machine code has stored so many values there.
        let args = unsafe { Args::new(operands, count, callee) };
        let results = match code(self.cx(), args) {
            Ok(results) => results,
            Err(Raise::Grow | Raise::Reenter | Raise::Interrupted | Raise::Memory) => return None,
            Err(raise) => {
                self.handed.leaf_error = once.then_some(raise);
                return None;
            }
        };
        // SAFETY: live as long as the VM.
        let end = unsafe { (*context).top };
        let first = end.wrapping_sub(results);
        self.handed.leaf_results = (self.slot_number(first), results);
        // SAFETY: slots below the top are initialised.
        Some(if results == 0 { Raw::NIL } else { unsafe { Raw::read(first) } })
    }

    /// A result of the last [`Vm::call_leaf_with`]; nil if there were not so many.
    pub fn leaf_result(&self, index: usize) -> Raw {
        let (first, count) = self.handed.leaf_results;
        if index < count { self.slot(first + index) } else { Raw::NIL }
    }

    /// How many results the last [`Vm::call_leaf_with`] had.
    pub fn leaf_count(&self) -> usize {
        self.handed.leaf_results.1
    }

    /// Calls the leaf function in slot `slot` of the running frame; its results replace it and what follows. `None`: it
    /// raised an error, or needs more stack, and should be called by the interpreter.
    pub fn call_leaf(&mut self, slot: usize, nargs: usize) -> Option<usize> {
        let context = self.context();
        // SAFETY: live as long as the VM.
        let base = unsafe { (*context).base };
        // SAFETY: as above.
        let top = unsafe { (*context).top };
        let function = base.wrapping_add(slot);
        let callee = self.slot(self.slot_number(function)).as_gc::<Native>()?;
        let (NativeCode::Leaf(code) | NativeCode::Either(code, _)) = callee.def().code else { return None };
        let arguments = function.wrapping_add(2);
        // SAFETY: live as long as the VM.
        unsafe { (*context).base = arguments };
        // SAFETY: as above.
        unsafe { (*context).top = arguments.wrapping_add(nargs) };
        // SAFETY: the arguments stand there and stay while the function runs.
        let args = unsafe { Args::new(arguments, nargs, callee) };
        let outer = std::mem::replace(&mut self.space.in_machine_code, false);
        let called = code(self.cx(), args);
        self.space.in_machine_code = outer;
        // SAFETY: live as long as the VM.
        let results_end = unsafe { (*context).top };
        // SAFETY: live as long as the VM.
        unsafe { (*context).base = base };
        // SAFETY: as above.
        unsafe { (*context).top = top };
        let results = called.ok()?;
        let first = results_end.wrapping_sub(results);
        for index in 0..results {
            // SAFETY: slots below the top are initialised, and results move downwards.
            unsafe { Raw::copy(first.wrapping_add(index), function.wrapping_add(index)) };
        }
        Some(results)
    }

    /// Concatenates strings and numbers. `None`: the result would be too long, or memory is refused.
    pub fn concat_plain<'v>(&mut self, operands: impl Iterator<Item = Value<'v>>) -> Option<Raw> {
        let mut bytes = Vec::new();
        for operand in operands {
            match operand.as_gc::<Str>() {
                Some(string) => bytes.extend_from_slice(string.bytes()),
                None => bytes.extend_from_slice(number::format_number(number_of(operand)?).as_ref()),
            }
        }
        if bytes.len() > MAX_LEN {
            return None;
        }
        self.cx().try_string(&bytes).ok().map(|string| string.value().raw())
    }

    /// The text of a number, boolean, nil or string, as `tostring` gives it.
    pub fn plain_text(&mut self, value: Value<'_>) -> Raw {
        let cx = self.cx();
        let made = match value.tag() {
            Tag::Str => return value.raw(),
            Tag::Nil => cx.intern(b"nil"),
            Tag::True => cx.intern(b"true"),
            Tag::False => cx.intern(b"false"),
            _ => match number_of(value) {
                Some(number) => cx.string(number::format_number(number).as_ref()),
                None => {
                    let mut text = String::new();
                    // Writing to a string can't fail.
                    let _ = write!(text, "{value:?}");
                    cx.string(text.as_bytes())
                }
            },
        };
        made.value().raw()
    }
}

fn number_of(value: Value<'_>) -> Option<Number> {
    value.as_int().map(Number::Int).or_else(|| value.as_float().map(Number::Float))
}

impl Gc<'_, Table> {
    /// Whether it serves, or served, as a metatable: then its entries under metamethods' names matter elsewhere.
    pub fn is_metatable(self) -> bool {
        self.object().flags() & table_flags::IS_METATABLE != 0
    }
}

impl Gc<'_, crate::object::proto::Proto> {
    /// The registers that hold something needed before the instruction at `pc`.
    pub fn live_before(self, pc: usize) -> RegSet {
        self.liveness().before(pc)
    }

    /// The registers that hold something needed while the instruction at `pc` is under way: what the collector visits in a frame that waits.
    pub fn live_during(self, pc: usize) -> RegSet {
        self.liveness().during(pc)
    }
}

impl Value<'_> {
    /// Lua's raw equality.
    pub fn raw_equals(self, other: Value<'_>) -> bool {
        match (number_of(self), number_of(other)) {
            (Some(left), Some(right)) => number::number_eq(left, right),
            (None, None) => match (self.as_gc::<Str>(), other.as_gc::<Str>()) {
                (Some(left), Some(right)) => left.equals(right),
                _ => self.same_bits(other),
            },
            _ => false,
        }
    }
}
