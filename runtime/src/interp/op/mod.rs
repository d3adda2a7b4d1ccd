//! What the instructions do: one unit type for each opcode, named like it.
//!
//! A body comes in up to three parts, tried in this order. Rules for editors:
//!
//! 1. `fast` handles what is common in a few machine instructions. It calls nothing, allocates nothing outside the bump
//!    window, and returns `None` *before* it has changed anything.
//! 2. `middle` (optional) is for what is frequent but larger: floats where `fast` did integers, cache kinds beyond the
//!    first. It may call leaf functions, and returns `None` before it has changed anything.
//! 3. `slow` handles everything. The context is exact: `pc` is the next instruction. It may call, allocate, raise, build
//!    frames and collect; it reads registers again after whatever may collect or move the stack.
//! 4. Values are copied as two scalars (`Machine::copy`), never as one struct.
//! 5. A body knows nothing of the dispatch, the other bodies, or the recorder.
//! 6. Whatever is stored into an object goes through a function that keeps the write barrier.

pub(crate) mod arith;
pub(crate) mod compare;
pub(crate) mod concat;
pub(crate) mod function;
pub(crate) mod jit;
pub(crate) mod jump;
pub(crate) mod load;
pub(crate) mod loops;
pub(crate) mod ret;
pub(crate) mod table;

pub(crate) use arith::*;
pub(crate) use compare::*;
pub(crate) use concat::*;
pub(crate) use function::*;
pub(crate) use jit::*;
pub(crate) use jump::*;
pub(crate) use load::*;
pub(crate) use loops::*;
pub(crate) use ret::*;
pub(crate) use table::*;

use super::dispatch::Flow;
use super::machine::Machine;
use crate::bytecode::Inst;
use crate::native::Raise;
use crate::vm::Vm;

/// The body of an instruction.
pub(crate) trait Operation {
    /// Whether there is a `middle`.
    const MIDDLE: bool = false;

    /// The common case, or `None` with nothing changed.
    fn fast(m: Machine, inst: Inst) -> Option<Machine>;

    /// The next most common cases, or `None` with nothing changed.
    #[inline(always)]
    fn middle(m: Machine, inst: Inst) -> Option<Machine> {
        let _ = (m, inst);
        None
    }

    /// Everything.
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise>;
}

/// Operations whose `fast` never gives up.
macro_rules! always {
    ($($name:ident = |$m:ident, $inst:ident| $body:expr;)*) => {
        $(
            pub(crate) struct $name;
            impl Operation for $name {
                #[inline(always)]
                fn fast($m: Machine, $inst: Inst) -> Option<Machine> {
                    Some($body)
                }
                fn slow(_vm: &mut Vm, _inst: Inst) -> Result<Flow, Raise> {
                    unreachable!("an operation without a slow path")
                }
            }
        )*
    };
}
pub(crate) use always;
