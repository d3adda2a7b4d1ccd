//! The interpreter.
//!
//! ```text
//!   frame      frames on the VM stack            stack      their memory
//!   machine    four registers, and verbs         dispatch   how instructions follow each other
//!   op/        what the instructions do
//!   access array cache index                     values, elements, fields, chains of __index
//!   call       calls and returns                 leaf       the short way into native functions
//!   meta       metamethods of operators
//!   protect    pcall, errors                     close      variables to be closed
//!   coroutine  stacks and switches               hot        counters, traces, recording
//!   level      nesting that has a limit              turns      what loops have before them
//!   gc         safepoints and roots              load       from source to closure
//!   outcall    calls that machine code asks for
//!   message origin traceback                     what errors say
//!   walk       the functions on a stack          hook       what sees every call, return or line
//! ```
//!
//! Rules for whoever edits here (those for operation bodies stand in `op`):
//!
//! 1. The context's `base`, `pc` and `top` are exact whenever a slow path, a native function, the collector or the trace
//!    engine runs. `top` means something only for native frames and between an instruction that leaves an open list and
//!    the one that takes it.
//! 2. Nothing is allocated with collection in between: only functions of `gc` collect. A `Raw` read before a call into Lua or
//!    into `gc` is dead after it.
//! 3. A pointer into the stack is dead after whatever can grow the stack (calls, pushes of unknown number). Keep slot numbers.
//! 4. Frames are complete before anything in them can fail, and links are the only truth about what called what.
//! 5. Lua calling Lua, metamethods, `pcall`, `__close`, iterators and coroutines never use the Rust stack.
//! 6. An error is a value in the error slot and a [`Raise`](crate::native::Raise) on its way to `protect::unwind`.
//! 7. The trace engine is told before and after: nothing else in this folder knows what it does.

pub(crate) mod access;
pub(crate) mod array;
pub(crate) mod cache;
pub(crate) mod call;
pub(crate) mod close;
pub mod coroutine;
pub(crate) mod dispatch;
pub mod frame;
pub(crate) mod gc;
pub mod hook;
pub(crate) mod hot;
pub(crate) mod index;
pub(crate) mod leaf;
pub(crate) mod level;
pub(crate) mod load;
pub(crate) mod machine;
pub(crate) mod message;
pub(crate) mod meta;
pub(crate) mod op;
pub(crate) mod origin;
pub(crate) mod outcall;
pub(crate) mod protect;
pub(crate) mod stack;
pub(crate) mod traceback;
pub(crate) mod turns;
pub(crate) mod walk;

#[cfg(test)]
mod tests;
