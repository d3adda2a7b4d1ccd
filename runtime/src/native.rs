//! Native functions: how Rust code is called from Lua.
//!
//! A native function finds its arguments in VM stack slots `base .. top` and pushes its results; it returns how many of
//! the topmost slots are results. There are two tiers, told apart by what the borrow checker lets them do:
//!
//! - a **leaf** gets a [`Cx`], the no-collect capability: it reads, writes and allocates with no rooting at all, and
//!   can't call Lua, so nothing that it holds can move;
//! - a **re-entrant** function gets `&mut Vm`: it may call Lua, and keeps what must survive the call in stack slots.
//!
//! **Builtins** are carried out by the interpreter itself, because they change frames (`pcall`) or are part of a loop's
//! machinery (`next`).
//!
//! Errors: the value stands in the rooted error slot; Rust code passes the marker [`Raise`] upwards. What it says
//! about positions is filled in by the interpreter, which knows the calling instruction.

use crate::cx::Cx;
use crate::object::layout::Native;
use crate::object::{Gc, layout::Str};
use crate::value::{Raw, Value};
use crate::vm::Vm;

/// The definition of a native function. Its address is its identity.
pub struct NativeDef {
    /// Qualified name, such as `string.rep`.
    pub name: &'static str,
    /// Whether it is the standard library's function of this name, so that the trace compiler knows what it does. Another program may
    /// give its own functions any name.
    pub standard: bool,
    /// What to call.
    pub code: NativeCode,
}

impl NativeDef {
    /// Whether the values that a function of this definition carries are upvalues to the debug library. Those of a library's
    /// functions are not; the ones of what such a function makes are. Its name, which is no name in Lua, has a `_`.
    pub fn shows_values(&self) -> bool {
        self.name.contains('_')
    }
}

/// The code of a native function.
#[derive(Clone, Copy)]
pub enum NativeCode {
    /// Cannot call Lua.
    Leaf(for<'gc> fn(Cx<'gc>, Args<'gc>) -> NativeResult),
    /// May call Lua.
    Reentrant(fn(&mut Vm, CallFrame) -> NativeResult),
    /// Ends with a call of Lua: the interpreter makes it, so that there is no Rust code beneath and it can yield.
    Calling(fn(&mut Vm, CallFrame) -> Result<Then, Raise>),
    /// Cannot call Lua with the arguments that it mostly gets: the first is a leaf that raises [`Raise::Reenter`] for
    /// all others, upon which the second is called.
    Either(for<'gc> fn(Cx<'gc>, Args<'gc>) -> NativeResult, fn(&mut Vm, CallFrame) -> NativeResult),
    /// Carried out by the interpreter.
    Builtin(Builtin),
}

/// How a function of the kind [`NativeCode::Calling`] ends.
#[derive(Clone, Copy, Debug)]
pub enum Then {
    /// So many of the topmost slots are results.
    Return(usize),
    /// Call what [`Vm::push_callee`] pushed below the topmost `nargs` values; the results are this function's.
    Call {
        /// Number of arguments.
        nargs: usize,
        /// How many results, filled up with nil; `None`: all.
        wanted: Option<u8>,
    },
}

/// Functions that the interpreter carries out itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Builtin {
    /// `pcall(f, ...)`.
    Pcall,
    /// `xpcall(f, handler, ...)`.
    Xpcall,
    /// `next(t, k)`; in a generic `for`, a step of the traversal.
    Next,
    /// The iterator of `ipairs`.
    IpairsStep,
    /// `coroutine.resume(co, ...)`.
    Resume,
    /// A function made by `coroutine.wrap`; its first own value is the coroutine.
    WrapStep,
    /// `coroutine.yield(...)`.
    Yield,
    /// `coroutine.close(co)`.
    CloseThread,
}

/// How many of the topmost stack slots are results.
pub type NativeResult = Result<usize, Raise>;

/// A Lua error is on its way; its value is in the VM's error slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Raise {
    /// The value in the slot is the error object.
    Value,
    /// The slot holds a message; the position of the calling function's current line goes in front of it (as
    /// `luaL_error`).
    Positioned,
    /// The slot holds what is wrong with this argument (1 is the first); the interpreter makes it
    /// `bad argument #n to 'name' (...)` (as `luaL_argerror`).
    Argument(u32),
    /// A leaf function needs more room on the stack for its results (see `Cx::need_room`) and has changed nothing: the
    /// interpreter grows the stack and calls it again.
    Grow,
    /// Somebody asks for a break, and nothing has been changed: the interpreter serves the request and calls the function again.
    Interrupted,
    /// Memory was refused, and nothing has been changed: the interpreter collects everything and tries again, once. The value in the
    /// slot is the error object, and no message handler sees it: there may be no memory for one.
    Memory,
    /// The leaf of a function that is [`Either`](NativeCode::Either) cannot go on without calling Lua, and has changed
    /// nothing.
    Reenter,
}

/// The arguments of a leaf function.
#[derive(Clone, Copy)]
pub struct Args<'gc> {
    base: *const Raw,
    len: usize,
    callee: Gc<'gc, Native>,
}

impl<'gc> Args<'gc> {
    /// The arguments at `base`, for the function `callee`.
    ///
    /// # Safety
    /// - `base .. base + len` are initialised stack slots that stay unchanged while `'gc` lasts.
    pub unsafe fn new(base: *const Raw, len: usize, callee: Gc<'gc, Native>) -> Self {
        Args { base, len, callee }
    }

    /// Number of arguments given.
    #[inline]
    pub fn len(self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.len == 0
    }

    /// Argument `index` (0 is the first), if given.
    #[inline]
    pub fn get(self, index: usize) -> Option<Value<'gc>> {
        // SAFETY: in bounds; slots are initialised (constructor).
        (index < self.len).then(|| unsafe { Value::read(self.base.wrapping_add(index).cast()) })
    }

    /// Argument `index`, `nil` if it was not given.
    #[inline]
    pub fn value(self, index: usize) -> Value<'gc> {
        self.get(index).unwrap_or(Value::NIL)
    }

    /// The function being called: for its own values.
    pub fn callee(self) -> Gc<'gc, Native> {
        self.callee
    }

    /// Argument `index` as a string object, if it is a string (no coercion).
    pub fn string(self, index: usize) -> Option<Gc<'gc, Str>> {
        self.value(index).as_gc()
    }
}

impl Cx<'_> {
    /// For a leaf function with many results: makes sure that `count` values can be pushed. To be called before anything
    /// is pushed or changed, with the error passed on: the function may be called again from its beginning.
    pub fn need_room(self, count: usize) -> Result<(), Raise> {
        if count <= self.room() {
            return Ok(());
        }
        let wanted = u32::try_from(count).unwrap_or(u32::MAX);
        // SAFETY: the context outlives the capability.
        unsafe { (*self.context()).wanted_slots = wanted };
        Err(Raise::Grow)
    }
}

/// Where the arguments of a re-entrant function are: offsets from the stack's first slot, which stay true when the
/// stack is moved. Read them through `Vm::arg`.
#[derive(Clone, Copy, Debug)]
pub struct CallFrame {
    /// Slot number of the first argument.
    pub base: usize,
    /// Number of arguments given.
    pub len: usize,
}
