//! The part of the VM that machine code touches: one `#[repr(C)]` struct at a stable address.
//!
//! This file owns the layout. `base`, `top` and `pc` are exact whenever code outside the interpreter's fast paths
//! runs (slow paths, natives, collections, trace exits); inside fast paths and traces they live in registers. Machine code that
//! calls machine code sets `base` to the callee's frame, and sets it back: after an exit it is the frame that was left.

use std::mem::offset_of;

use crate::bytecode::Inst;
use crate::heap::mutator::Mutator;
use crate::object::shape::Shape;
use crate::value::Raw;
use crate::vm::Vm;

/// Who is shown every instruction before it runs: chooses the dispatch table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Mode {
    /// Nobody.
    Normal = 0,
    /// The trace engine.
    Recording = 1,
    /// The hook of the running coroutine.
    Hooked = 2,
}

/// Words that a trace exit can hand over.
pub const EXIT_VALUES: usize = 1024;

/// Bytes of allocations that are counted and not made between two collections: about a nursery.
pub const SUNK_WINDOW: i64 = 1 << 20;

/// State shared by interpreter, natives, collector and machine code.
#[repr(C)]
pub struct VmContext {
    /// Allocation window and poll word.
    pub mutator: Mutator,
    /// First slot of the running coroutine's stack.
    pub stack: *mut Raw,
    /// A frame may not reach beyond this slot; `STACK_RESERVE` more slots follow for natives.
    pub stack_limit: *mut Raw,
    /// Base of the running frame.
    pub base: *mut Raw,
    /// One past the last value of an open list, or past the last argument of a native call.
    pub top: *mut Raw,
    /// Next instruction of the running Lua frame.
    pub pc: *const Inst,
    /// The shape table.
    pub shapes: *const Shape,
    /// The VM.
    pub vm: *mut Vm,
    /// Advanced when a metamethod of a table that serves as a metatable changes.
    pub metamethod_epoch: u32,
    /// Nesting of Rust frames that re-entered the interpreter.
    pub rust_depth: u32,
    /// Who is shown every instruction before it runs.
    pub mode: Mode,
    /// Whether the program can tell when garbage is collected: it has made a weak table or a table with a finalizer. Machine code
    /// then counts the allocations that it does without, so that a loop which waits for a collection ends.
    pub observed: bool,
    /// Bytes that machine code may do without until a collection is due as if they had been allocated.
    pub sunk_window: i64,
    /// Slots that a native function asked for when it raised [`Raise::Grow`](crate::native::Raise::Grow).
    pub wanted_slots: u32,
    /// Machine code calls machine code only while the native stack pointer is above this address.
    pub native_limit: usize,
    /// Which of its exits the machine code that was left has taken.
    pub exit: u32,
    /// Live values stored by that exit, where its plan says.
    pub exit_values: [u64; EXIT_VALUES],
}

impl VmContext {
    /// A context without stack, space and VM.
    pub fn new() -> VmContext {
        VmContext {
            mutator: Mutator::default(),
            stack: std::ptr::null_mut(),
            stack_limit: std::ptr::null_mut(),
            base: std::ptr::null_mut(),
            top: std::ptr::null_mut(),
            pc: std::ptr::null(),
            shapes: std::ptr::null(),
            vm: std::ptr::null_mut(),
            metamethod_epoch: 1,
            rust_depth: 0,
            mode: Mode::Normal,
            observed: false,
            sunk_window: SUNK_WINDOW,
            wanted_slots: 0,
            native_limit: 0,
            exit: 0,
            exit_values: [0; EXIT_VALUES],
        }
    }
}

impl Default for VmContext {
    fn default() -> Self {
        VmContext::new()
    }
}

/// Slots past `stack_limit` that are always there.
pub const STACK_RESERVE: usize = 32;

const _: () = assert!(offset_of!(VmContext, mutator) == 0);
const _: () = assert!(offset_of!(VmContext, stack) == 24);
