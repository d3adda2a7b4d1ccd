//! The virtual machine: everything that belongs to one Lua state, and how Rust code drives it.
//!
//! **Two ways to use it.** [`Vm::cx`] gives the no-collect capability: read, write and allocate, no calls. Everything
//! that may call Lua needs `&mut Vm`, and keeps values in stack slots, numbered from the stack's first slot:
//!
//! ```text
//!   vm.push_callee(f);            function and the slot that its frame link will take
//!   vm.push(a); vm.push(b);       arguments
//!   let n = vm.call(2, Some(1))?; results replace the function: the topmost n slots
//!   let r = vm.pop();             read before the next call
//! ```
//!
//! This file owns the invariants that the context's `vm` points back here, and that the VM does not move: it is made in
//! a box and never taken out of it.

use std::ptr::NonNull;
use std::sync::Arc;

use crate::context::{Mode, VmContext};
use crate::cx::Cx;
use crate::embed::Embedding;
use crate::engine::{NullEngine, Recording, TraceEngine};
use crate::heap::source::{BlockSource, OsSource};
use crate::heap::{Account, HeapOptions, Mutator, OutOfMemory};
use crate::interp::call;
use crate::interp::frame::{FrameKind, FrameLink};
use crate::interp::machine::Machine;
use crate::interp::stack::{MAX_SLOTS, OVERFLOW_SLOTS, Stack};
use crate::native::{CallFrame, NativeDef, Raise};
use crate::object::RawGc;
use crate::object::layout::{Closure, Native, Str, Thread};
use crate::object::proto::Proto;
use crate::object::shape::KeySource;
use crate::object::space::Space;
use crate::stdlib::collect::Tuning;
use crate::value::{Raw, Value};
use crate::warning::Warnings;

/// What a VM is made with.
pub struct VmOptions {
    /// Options of the heap.
    pub heap: HeapOptions,
    /// Where the heap's memory comes from; `None`: the operating system.
    pub source: Option<Box<dyn BlockSource>>,
    /// Seed of string hashes.
    pub hash_seed: u64,
    /// Slots that a stack may have.
    pub max_stack: usize,
    /// Nesting of Rust code that calls Lua code.
    pub max_rust_depth: u32,
}

impl Default for VmOptions {
    fn default() -> Self {
        VmOptions {
            heap: HeapOptions::default(),
            source: None,
            hash_seed: 0x5bd1_e995_9d1b_4e6b,
            max_stack: MAX_SLOTS,
            max_rust_depth: 225,
        }
    }
}

/// What belongs to the running coroutine; the others keep theirs in their objects.
pub(crate) struct Exec {
    /// The stack.
    pub(crate) stack: Stack,
    /// Slots of variables to be closed, ascending.
    pub(crate) tbc: Vec<u32>,
    /// Frames that closed variables when they were about to return an open list: base and top, as slots.
    pub(crate) open_tops: Vec<(u32, u32)>,
    /// What sees its calls, returns and lines.
    pub(crate) hooks: crate::interp::hook::Hooks,
}

impl Exec {
    /// A stack with its bottom frame.
    pub(crate) fn new(slots: usize, account: Option<&Account>) -> Result<Exec, OutOfMemory> {
        Ok(Exec {
            stack: Stack::new(slots, account)?,
            tbc: Vec::new(),
            open_tops: Vec::new(),
            hooks: Default::default(),
        })
    }
}

/// Slots that the main stack has at first where memory is limited.
const LIMITED_SLOTS: usize = 4096;

/// Counts of what the interpreter did.
#[derive(Clone, Copy, Debug, Default)]
pub struct VmStats {
    /// Collections at safepoints.
    pub collections: u64,
    /// Stacks that had to be moved.
    pub stack_moves: u64,
    /// Coroutines made.
    pub threads: u64,
}

/// See the head of the file.
pub struct Vm {
    pub(crate) context: NonNull<VmContext>,
    pub(crate) space: Space,
    pub(crate) exec: Box<Exec>,
    /// The running coroutine; `None`: the main program.
    pub(crate) thread: Option<RawGc<Thread>>,
    /// Coroutines that are suspended in a `resume`, innermost last, with what the main program keeps meanwhile.
    pub(crate) resumers: Vec<crate::interp::coroutine::Suspended>,
    /// Small stacks of coroutines that have ended.
    #[allow(clippy::vec_box, reason = "coroutines hand their boxes on")]
    pub(crate) spare_stacks: Vec<Box<Exec>>,
    pub(crate) engine: Option<Box<dyn TraceEngine>>,
    pub(crate) hot_counts: (u32, u32),
    pub(crate) max_stack: usize,
    pub(crate) max_rust_depth: u32,
    /// The error in the error slot has been through its message handler.
    pub(crate) handled: bool,
    /// What calls Lua code in the middle of an instruction does so after it has been carried out.
    pub(crate) instruction_done: bool,
    /// The object of the main program, once somebody has asked for it.
    pub(crate) main_thread: Option<RawGc<Thread>>,
    /// Nesting that has a limit.
    pub(crate) levels: crate::interp::level::Levels,
    /// Why Rust code is about to call a function: for the frame that it gets.
    pub(crate) reason: crate::interp::walk::Reason,
    /// The instruction that was refused memory last: what follows it, its frame's base, and the bytes that had been allocated.
    pub(crate) refused: Option<(*const crate::bytecode::Inst, usize, u64)>,
    /// What is left of a limit on instructions.
    pub(crate) instructions_left: Option<u64>,
    pub(crate) clock: Option<crate::clock::Clock>,
    /// How often machine code has been entered: stamps for [`crate::object::proto::HotSite::entered`].
    pub(crate) trace_entries: u64,
    /// Binary chunks are not loaded.
    pub(crate) text_only: bool,
    /// How often Rust code has called into the interpreter, and an instruction's slow path a native function: what has not changed it in
    /// between can be begun again.
    pub(crate) entries: u64,
    /// What machine code and the interpreter leave for each other at calls.
    pub(crate) handed: crate::interp::outcall::Handed,
    /// A message handler is running this deep.
    pub(crate) handlers: u32,
    /// Values that outlive safepoints for embedders: see [`Vm::keep`].
    pub(crate) kept: Vec<Raw>,
    pub(crate) free_kept: Vec<u32>,
    pub(crate) interrupt: Option<crate::interrupt::InterruptHook>,
    pub(crate) warnings: Warnings,
    pub(crate) tuning: Tuning,
    /// `__gc` metamethods are running.
    pub(crate) finalizing: bool,
    pub(crate) host: Option<Box<dyn std::any::Any>>,
    pub(crate) embedding: Embedding,
    pub(crate) stats: VmStats,
    /// The last field, so that it is dropped last.
    pub(crate) context_owner: Arc<ContextOwner>,
}

impl Vm {
    /// A VM without globals and with the engine that never compiles.
    pub fn new(options: VmOptions) -> Result<Box<Vm>, OutOfMemory> {
        let context = NonNull::from(Box::leak(Box::new(VmContext::new())));
        let source = options.source.unwrap_or_else(|| Box::new(OsSource));
        // SAFETY: the context is freed when the VM is dropped, after the space.
        let space = unsafe { Space::new(context, options.heap, source, options.hash_seed)? };
        // Without a limit, addresses for the whole stack are taken at once: pages that are not touched cost nothing.
        let exec = match space.heap.account().limit() {
            None => Exec::new(options.max_stack + OVERFLOW_SLOTS, None)?,
            Some(_) => Exec::new(LIMITED_SLOTS, Some(space.heap.account()))?,
        };
        let mut vm = Box::new(Vm {
            context,
            space,
            exec: Box::new(exec),
            thread: None,
            resumers: Vec::new(),
            spare_stacks: Vec::new(),
            engine: Some(Box::new(NullEngine)),
            hot_counts: (u32::MAX, u32::MAX),
            max_stack: options.max_stack,
            max_rust_depth: options.max_rust_depth,
            handled: false,
            instruction_done: false,
            main_thread: None,
            levels: Default::default(),
            reason: Default::default(),
            refused: None,
            entries: 0,
            text_only: false,
            clock: None,
            trace_entries: 0,
            instructions_left: None,
            handed: Default::default(),
            handlers: 0,
            kept: Vec::new(),
            free_kept: Vec::new(),
            interrupt: None,
            warnings: Warnings::default(),
            tuning: Tuning::default(),
            finalizing: false,
            host: None,
            embedding: Embedding::default(),
            stats: VmStats::default(),
            context_owner: Arc::new(ContextOwner(context)),
        });
        let this: *mut Vm = &mut *vm;
        let first = vm.exec.stack.first();
        // SAFETY: the context is live and only this VM uses it.
        let cx = unsafe { &mut *context.as_ptr() };
        cx.vm = this;
        vm.exec.stack.publish(cx, options.max_stack);
        cx.base = call::put_bottom(first);
        cx.top = cx.base;
        Ok(vm)
    }

    /// The no-collect capability.
    #[inline(always)]
    pub fn cx(&mut self) -> Cx<'_> {
        self.space.cx()
    }

    /// The context. Valid as long as the VM.
    #[inline(always)]
    pub fn context(&self) -> *mut VmContext {
        self.context.as_ptr()
    }

    /// The context, for one step.
    #[inline(always)]
    pub(crate) fn regs(&mut self) -> &mut VmContext {
        // SAFETY: live as long as the VM, which is borrowed exclusively; the interpreter's other users of the context hold
        // raw pointers and no references.
        unsafe { &mut *self.context.as_ptr() }
    }

    /// Puts a trace compiler in. Prototypes linked from now on count down from its hot counts.
    pub fn set_engine(&mut self, engine: Box<dyn TraceEngine>) {
        self.hot_counts = engine.hot_counts();
        self.engine = Some(engine);
    }

    /// The engine. Panics when called from one of the engine's own methods.
    pub fn engine(&mut self) -> &mut dyn TraceEngine {
        &mut **self.engine.as_mut().expect("the engine is not running")
    }

    /// Passes that make a loop hot, and calls that make a function hot.
    pub fn hot_counts(&self) -> (u32, u32) {
        self.hot_counts
    }

    /// Works on the engine and the VM at once. Nothing may be called meanwhile that runs Lua code or collects.
    pub fn with_engine<R>(&mut self, work: impl FnOnce(&mut dyn TraceEngine, &mut Vm) -> R) -> R {
        let mut engine = self.take_engine();
        let result = work(&mut *engine, self);
        self.hot_counts = engine.hot_counts();
        self.put_engine(engine);
        result
    }

    pub(crate) fn take_engine(&mut self) -> Box<dyn TraceEngine> {
        self.engine.take().expect("the engine does not call itself")
    }

    pub(crate) fn put_engine(&mut self, engine: Box<dyn TraceEngine>) {
        self.engine = Some(engine);
    }

    /// Whether instructions are shown to the engine.
    pub fn is_recording(&self) -> bool {
        // SAFETY: live as long as the VM.
        unsafe { (*self.context.as_ptr()).mode == Mode::Recording }
    }

    /// Must not be asked to when every instruction is shown to a hook.
    pub(crate) fn set_recording(&mut self, recording: Recording) {
        let on = recording != Recording::Off;
        debug_assert!(!on || !self.is_hooked());
        self.handed.recording_waits = recording == Recording::Waiting;
        match self.regs().mode {
            Mode::Hooked => {}
            _ => self.regs().mode = if on { Mode::Recording } else { Mode::Normal },
        }
    }

    /// Whether instructions, calls and returns are shown to a hook.
    #[inline(always)]
    pub(crate) fn is_hooked(&self) -> bool {
        // SAFETY: live as long as the VM.
        unsafe { (*self.context.as_ptr()).mode == Mode::Hooked }
    }

    /// What the host attached.
    pub fn host(&mut self) -> &mut Option<Box<dyn std::any::Any>> {
        &mut self.host
    }

    /// Counts.
    pub fn stats(&self) -> VmStats {
        self.stats
    }

    // ---- the running frame

    /// The registers of the running Lua frame.
    #[inline(always)]
    pub(crate) fn machine(&self) -> Machine {
        let context = self.context();
        // SAFETY: live as long as the VM.
        let base = unsafe { (*context).base };
        // SAFETY: live as long as the VM.
        let pc = unsafe { (*context).pc };
        // SAFETY: the function stands two slots below the base.
        let function = unsafe { base.sub(2) };
        // SAFETY: an initialised slot.
        let bits = unsafe { (*function).bits() };
        let closure = std::ptr::with_exposed_provenance::<Closure>(bits as usize);
        // SAFETY: called for Lua frames only.
        let proto: *const Proto = unsafe { (*closure).proto };
        // SAFETY: as above.
        unsafe { Machine::new(pc, base, proto, context) }
    }

    /// Goes on with this machine.
    #[inline(always)]
    pub(crate) fn resume_at(&mut self, m: Machine) {
        let cx = self.regs();
        cx.pc = m.pc;
        cx.base = m.base;
    }

    /// The prototype of a machine's frame.
    pub(crate) fn running_proto(&self, m: Machine) -> RawGc<Proto> {
        let proto = NonNull::new(m.proto.cast_mut()).expect("a Lua frame has a prototype");
        // SAFETY: the prototype of a running frame is live, and pinned.
        unsafe { RawGc::from_non_null(proto) }
    }

    /// The prototype of the running function, if that is a Lua function.
    pub fn current_proto(&self) -> Option<RawGc<Proto>> {
        // SAFETY: the base is that of a frame.
        let base = unsafe { (*self.context()).base };
        // SAFETY: as above.
        let link = unsafe { FrameLink::of(base) };
        (link.frame_kind() == FrameKind::Lua).then(|| self.running_proto(self.machine()))
    }

    // ---- the stack

    /// Slots in use.
    #[inline]
    pub fn top(&self) -> usize {
        // SAFETY: live as long as the VM.
        let top = unsafe { (*self.context()).top };
        self.slot_number(top)
    }

    /// Drops or adds (nil) slots at the top.
    pub fn set_top_slot(&mut self, slot: usize) {
        let old = self.top();
        if slot > old {
            self.ensure(slot - old).expect("the caller asked for the slots first");
            for number in old..slot {
                self.set_slot(number, Raw::NIL);
            }
        }
        let top = self.slot_at(slot);
        self.set_top(top);
    }

    #[inline(always)]
    pub(crate) fn set_top(&mut self, top: *mut Raw) {
        self.regs().top = top;
    }

    #[inline(always)]
    pub(crate) fn slot_number(&self, slot: *const Raw) -> usize {
        // SAFETY: live as long as the VM.
        let first = unsafe { (*self.context()).stack };
        (slot.addr() - first.addr()) / size_of::<Raw>()
    }

    #[inline(always)]
    pub(crate) fn slot_at(&self, number: usize) -> *mut Raw {
        // SAFETY: live as long as the VM.
        unsafe { (*self.context()).stack }.wrapping_add(number)
    }

    /// Slot number of the running frame's base.
    #[inline(always)]
    pub(crate) fn running_base(&self) -> usize {
        // SAFETY: live as long as the VM.
        let base = unsafe { (*self.context()).base };
        self.slot_number(base)
    }

    /// The value in a slot. It is not protected: read it again after whatever may call Lua.
    #[inline]
    pub fn slot(&self, number: usize) -> Raw {
        assert!(number < self.exec.stack.usable() + crate::context::STACK_RESERVE);
        // SAFETY: in the stack, whose slots are always initialised.
        unsafe { Raw::read(self.slot_at(number)) }
    }

    /// Sets a slot.
    #[inline]
    pub fn set_slot(&mut self, number: usize, value: Value<'_>) {
        assert!(number < self.exec.stack.usable() + crate::context::STACK_RESERVE);
        // SAFETY: in the stack.
        unsafe { value.raw().write(self.slot_at(number)) }
    }

    /// Argument `index` of a re-entrant function, if it was given.
    #[inline]
    pub fn arg(&self, frame: CallFrame, index: usize) -> Option<Raw> {
        (index < frame.len).then(|| self.slot(frame.base + index))
    }

    /// The function of the frame of a re-entrant native function.
    pub fn callee(&self, frame: CallFrame) -> Raw {
        self.slot(frame.base - 2)
    }

    /// Room for `count` more values.
    #[inline]
    pub fn ensure(&mut self, count: usize) -> Result<(), Raise> {
        let cx = self.regs();
        let room = (cx.stack_limit.addr() as isize - cx.top.addr() as isize) / size_of::<Raw>() as isize;
        if count as isize <= room + crate::context::STACK_RESERVE as isize / 2 {
            return Ok(());
        }
        let needed = self.top() + count;
        self.grow_stack(needed)
    }

    /// Room for `count` slots from register `r` of the running frame on.
    pub(crate) fn ensure_slots_from(&mut self, r: usize, count: usize) -> Result<(), Raise> {
        let needed = self.slot_number(self.machine().slot(r)) + count;
        if self.slot_at(needed) <= self.regs().stack_limit {
            return Ok(());
        }
        self.grow_stack(needed)
    }

    /// Makes the slots below `end` usable.
    #[inline]
    pub(crate) fn ensure_slot(&mut self, end: usize) -> Result<(), Raise> {
        if self.slot_at(end) <= self.regs().stack_limit {
            return Ok(());
        }
        self.grow_stack(end)
    }

    /// After an overflow has been handled, the slots for handlers are off limits again.
    pub(crate) fn restore_stack_limit(&mut self) {
        if self.handlers == 0 {
            self.publish_stack();
        }
    }

    /// Makes `needed` slots usable, or raises `stack overflow`.
    pub(crate) fn grow_stack(&mut self, needed: usize) -> Result<(), Raise> {
        let limit = self.stack_slots();
        if needed > limit {
            if self.handlers > 0 {
                return Err(crate::interp::level::in_error_handling(self));
            }
            return Err(self.error_text("stack overflow"));
        }
        if needed > self.exec.stack.usable() {
            let slots = (needed + 16).max(self.exec.stack.usable() * 2).min(limit);
            if self.exec.stack.may_grow(slots).is_err() {
                self.refuse_stack(slots)?;
            }
            self.stats.stack_moves += 1;
            // SAFETY: live as long as the VM.
            let cx = unsafe { &mut *self.context.as_ptr() };
            self.exec.stack.grow(cx, slots);
        }
        self.publish_stack();
        Ok(())
    }

    /// The account refused a larger stack: raises the error, in which a collection may yet find room for the next attempt.
    #[cold]
    fn refuse_stack(&mut self, slots: usize) -> Result<(), Raise> {
        let heap = self.cx().heap();
        heap.past_limit(|_| ());
        self.exec.stack.trim();
        match self.exec.stack.may_grow(slots) {
            Ok(()) => Ok(()),
            Err(_) => Err(self.cx().out_of_memory()),
        }
    }

    /// Pushes a value. Up to 30 values can be pushed without [`Vm::ensure`].
    #[inline]
    pub fn push(&mut self, value: Value<'_>) {
        let number = self.top();
        self.set_slot(number, value);
        let top = self.slot_at(number + 1);
        self.set_top(top);
    }

    /// Pushes a function to be called, with room for its frame link. Its arguments come next.
    #[inline]
    pub fn push_callee(&mut self, function: Value<'_>) {
        self.push(function);
        self.push(Raw::NIL);
    }

    /// Takes the topmost value.
    #[inline]
    pub fn pop(&mut self) -> Raw {
        let number = self.top() - 1;
        let top = self.slot_at(number);
        self.set_top(top);
        self.slot(number)
    }

    /// Makes a function the lowest level of the running stack, as whoever runs the program.
    pub(crate) fn set_host_function(&mut self, function: Raw) {
        let mut base = self.regs().base;
        loop {
            // SAFETY: the base of a frame.
            let link = unsafe { FrameLink::of(base) };
            if link.frame_kind() == FrameKind::Bottom {
                break;
            }
            base = base.wrapping_sub(link.delta as usize);
        }
        let slot = self.slot_number(base) - 2;
        self.set_slot(slot, function);
    }

    // ---- calls

    /// Calls the function that [`Vm::push_callee`] pushed below the topmost `nargs` values. Its results replace
    /// function and arguments: all of them, or exactly as many as are wanted. Returns their number. After an error
    /// the stack above the function is undefined; the error goes on.
    pub fn call(&mut self, nargs: usize, wanted: Option<usize>) -> Result<usize, Raise> {
        call::from_rust(self, nargs, wanted, 0)
    }

    /// As [`Vm::call`], but the caller handles the error: variables to be closed above the function have been closed, the
    /// top is where the function was, and the error is in the error slot (`cx.error_value()`).
    pub fn call_protected(&mut self, nargs: usize, wanted: Option<usize>) -> Result<usize, Raise> {
        crate::interp::protect::from_rust(self, nargs, wanted)
    }

    /// Sets a global variable to a native function.
    pub fn register(&mut self, name: &str, def: &'static NativeDef) {
        let cx = self.cx();
        let function = cx.native(def, &[]);
        let key = cx.intern(name.as_bytes());
        let stored = cx.globals().set_interned(cx, key, function.value(), KeySource::Constant);
        debug_assert!(stored.is_ok(), "a string is a valid key");
    }

    // ---- errors

    /// Puts a message into the error slot; the current line's position will go in front.
    pub fn error_text(&mut self, message: impl std::fmt::Display) -> Raise {
        self.cx().error(message)
    }

    /// As [`Vm::error_text`], for errors of operations: a native function that carries one out has no line.
    pub(crate) fn runtime_error(&mut self, message: impl AsRef<[u8]>) -> Raise {
        // SAFETY: the base is that of a frame.
        let link = unsafe { FrameLink::of(self.regs().base) };
        let (cx, message) = (self.cx(), message.as_ref());
        if link.frame_kind() == FrameKind::Lua { cx.error_bytes(message) } else { cx.raise_message_bytes(message) }
    }

    /// The error in the error slot as text for a user: a string or number as it is, what `__tostring` of an object says
    /// if it has one, or the type of the object.
    pub fn error_message(&mut self) -> Vec<u8> {
        crate::interp::message::of_error(self)
    }

    /// Where the running functions are, in the reference implementation's form.
    pub fn traceback(&mut self, message: Option<&[u8]>, level: usize) -> Vec<u8> {
        let walk = crate::interp::walk::Walk::running(self);
        crate::interp::traceback::text(self, walk, message, level)
    }

    // ---- values kept for embedders

    /// Keeps a value alive until [`Vm::release`]; the number finds it again.
    pub fn keep(&mut self, value: Value<'_>) -> u32 {
        let value = value.raw();
        match self.free_kept.pop() {
            Some(number) => {
                self.kept[number as usize] = value;
                number
            }
            None => {
                self.kept.push(value);
                self.kept.len() as u32 - 1
            }
        }
    }

    /// A kept value.
    pub fn kept(&self, number: u32) -> Raw {
        self.kept[number as usize]
    }

    /// Forgets a kept value.
    pub fn release(&mut self, number: u32) {
        self.kept[number as usize] = Raw::NIL;
        self.free_kept.push(number);
    }

    /// Sets the metatable of all values of the type of `value`, which must be neither a table nor a full userdata. Compiled code rests on
    /// these metatables being what they were, and goes.
    pub fn set_basic_metatable(&mut self, value: Raw, metatable: Option<RawGc<crate::object::layout::Table>>) {
        let before = self.cx().metatable(value).map(crate::object::Gc::raw);
        if before != metatable {
            self.cx().set_basic_metatable(value, metatable);
            crate::interp::hot::drop_compiled(self);
        }
    }

    // ---- collections

    /// Collects everything that is garbage. The topmost slots and all frames stay.
    pub fn collect_full(&mut self) {
        crate::interp::gc::full(self);
    }

    /// Collects what died young.
    pub fn collect_minor(&mut self) {
        crate::interp::gc::minor(self);
    }

    /// Bytes of everything that the script has made, garbage that no collection has noticed included.
    pub fn used_memory(&self) -> usize {
        self.space.heap.used_bytes() + self.space.heap.account().charged()
    }

    /// Bytes held for the script at present: objects, free room between them, stacks, and what stands beside the heap.
    pub fn held_memory(&self) -> usize {
        self.space.heap.account().held()
    }

    /// Sets how many bytes may be held for the script, or takes the limit away.
    pub fn set_memory_limit(&mut self, limit: Option<usize>) {
        self.space.heap.set_limit(limit);
    }

    /// Collects if a collection is due. For re-entrant native functions that allocate much.
    pub fn safepoint(&mut self) {
        crate::interp::gc::in_native(self);
    }

    /// A string in the string table.
    pub fn intern(&mut self, text: &str) -> RawGc<Str> {
        self.cx().intern(text.as_bytes()).raw()
    }

    /// A native function object.
    pub fn native(&mut self, def: &'static NativeDef) -> RawGc<Native> {
        self.cx().native(def, &[]).raw()
    }
}

/// Frees the context after everything that uses it: the VM, and handles that write its poll word.
pub(crate) struct ContextOwner(NonNull<VmContext>);

// SAFETY: what an owner gives access to is the poll word, which is atomic; and whoever is last may free the memory, since
// nothing in it belongs to a thread.
unsafe impl Send for ContextOwner {}
// SAFETY: as above.
unsafe impl Sync for ContextOwner {}

impl ContextOwner {
    /// The words that others than the VM may touch.
    pub(crate) fn mutator(&self) -> NonNull<Mutator> {
        self.0.cast()
    }
}

impl Drop for ContextOwner {
    fn drop(&mut self) {
        // SAFETY: made by `Box::leak` in `Vm::new`; the VM has its share in its last field, handles use theirs only while they
        // live: so all users are gone.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}
