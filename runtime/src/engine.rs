//! The trace compiler as the interpreter sees it.
//!
//! The interpreter counts passes of hot sites and tells the engine when a counter runs out. If the engine wants to
//! record, the interpreter switches to its recording dispatch table, which shows the engine every instruction before
//! it is executed (the engine executes nothing). When a site has machine code, the interpreter calls its entry and
//! hands the exit number to the engine, which rebuilds `base`, `top`, `pc` and the stack slots.
//!
//! Nothing here names an IR or a code generator.

use crate::bytecode::Inst;
use crate::object::RawGc;
use crate::object::layout::ShapeId;
use crate::object::proto::{HotSite, Proto};
use crate::value::Raw;
use crate::vm::Vm;

/// What kind of site ran hot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SiteKind {
    /// The back edge of a loop; the next instruction is the loop's head.
    Loop,
    /// The entry of a function; the next instruction is its first.
    Function,
}

/// A hot site whose counter has run out.
#[derive(Clone, Copy)]
pub struct HotEvent {
    /// The function.
    pub proto: RawGc<Proto>,
    /// The site.
    pub site: *mut HotSite,
    /// The instruction that owns the site (a loop's back edge; a function's first instruction).
    pub anchor: *mut Inst,
    /// Where recording would start.
    pub head: *const Inst,
    /// Loop or function.
    pub kind: SiteKind,
}

impl HotEvent {
    /// Makes the site not hot for as long as a counter can count.
    pub fn disarm(&self) {
        self.arm(u32::MAX);
    }

    /// Sets the counter that ran out: the site is hot again after this many passes.
    pub fn arm(&self, passes: u32) {
        let passes = passes.max(2);
        match self.kind {
            // SAFETY: a site of a live prototype (whoever made the event).
            SiteKind::Loop => unsafe { (*self.site).counter = passes },
            // SAFETY: a live prototype (whoever made the event).
            SiteKind::Function => unsafe { (*self.proto.as_ptr()).call_counter = passes },
        }
    }
}

/// In what machine code returns: the function of the frame at the context's `base` has returned. The other bits are the number of
/// its results, which stand in the first slots of the frame.
pub const RETURNED: u64 = 1 << 63;

/// What machine code returns after the interpreter has carried out a call for it, and machine code cannot go on: the state is in the VM stack
/// and the context, and how to go on is kept there too.
pub const LEFT: u64 = 1 << 62;

/// The engine's answer: whether the interpreter must show it the instructions that follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recording {
    /// Show every instruction.
    On,
    /// Show every instruction; a function is being waited for, whose machine code may be entered.
    Waiting,
    /// Don't (any more).
    Off,
}

/// Why instructions are no longer shown although the engine did not ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interruption {
    /// A Lua error is unwinding the stack.
    Error,
    /// The interpreter was left or re-entered (a native called Lua, a coroutine switched).
    Boundary,
}

/// What a major collection has reached, and how it is told of more.
pub trait Reach {
    /// Whether it has reached this function.
    fn is_reached(&self, proto: RawGc<Proto>) -> bool;

    /// This function is in use.
    fn function(&mut self, proto: RawGc<Proto>);

    /// This constant is in use.
    fn constant(&mut self, value: &mut Raw);

    /// This shape is in use: its number keeps its meaning.
    fn shape(&mut self, id: ShapeId);
}

/// A trace compiler.
pub trait TraceEngine {
    /// A site ran hot. The engine resets the counter; state is exact in the context.
    fn hot(&mut self, vm: &mut Vm, event: HotEvent) -> Recording;

    /// The instruction at `pc` is about to run in the frame at `base`. Called only while recording.
    fn record(&mut self, vm: &mut Vm, pc: *const Inst, base: *mut Raw) -> Recording;

    /// Recording was cut off.
    fn interrupt(&mut self, vm: &mut Vm, why: Interruption);

    /// Machine code returned `code`, the number that it has for the engine, and has left `exit`, the number of one of its exits,
    /// in the context; `base` is that of the frame that was left. Restores the interpreter's state into the context (`base`, `top`, `pc`, slots). May start recording (a hot exit).
    fn exit(&mut self, vm: &mut Vm, code: u64, exit: u32, base: *mut Raw) -> Recording;

    /// Visits the object constants of all traces, and of what is being recorded: they are roots. A collection between two
    /// instructions that are shown is no interruption.
    fn trace_roots(&mut self, visit: &mut dyn FnMut(&mut Raw));

    /// As [`TraceEngine::trace_roots`], where a major collection marks: a trace, with its constants, and with the functions and shapes that it
    /// names, is kept alive by the function that it belongs to. What is being recorded counts in any case.
    fn trace_reached(&mut self, reach: &mut dyn Reach);

    /// Everything live has been reached: lets go of the traces of other functions. Their memory goes with this collection.
    fn drop_unreached(&mut self, is_reached: &dyn Fn(RawGc<Proto>) -> bool);

    /// Something has changed that all traces rest on: drops them. That is whether the program can tell when garbage is collected
    /// (`VmContext::observed`), and which metatables values have that are no tables. Called while nothing is recorded and no machine code
    /// runs.
    fn drop_compiled(&mut self, vm: &mut Vm);

    /// Passes that make a loop hot, and calls that make a function hot; 0: never.
    fn hot_counts(&self) -> (u32, u32);

    /// For the program that owns the engine: statistics, dumps.
    fn as_any(&mut self) -> &mut dyn std::any::Any;
}

/// The engine that never compiles.
pub struct NullEngine;

impl TraceEngine for NullEngine {
    fn hot(&mut self, _vm: &mut Vm, event: HotEvent) -> Recording {
        event.disarm();
        Recording::Off
    }

    fn record(&mut self, _vm: &mut Vm, _pc: *const Inst, _base: *mut Raw) -> Recording {
        Recording::Off
    }

    fn interrupt(&mut self, _vm: &mut Vm, _why: Interruption) {}

    fn exit(&mut self, _vm: &mut Vm, _code: u64, exit: u32, _base: *mut Raw) -> Recording {
        unreachable!("exit {exit} without machine code")
    }

    fn trace_roots(&mut self, _visit: &mut dyn FnMut(&mut Raw)) {}

    fn trace_reached(&mut self, _reach: &mut dyn Reach) {}

    fn drop_unreached(&mut self, _is_reached: &dyn Fn(RawGc<Proto>) -> bool) {}

    fn drop_compiled(&mut self, _vm: &mut Vm) {}

    fn hot_counts(&self) -> (u32, u32) {
        (u32::MAX, u32::MAX)
    }

    fn as_any(&mut self) -> &mut dyn std::any::Any {
        self
    }
}
