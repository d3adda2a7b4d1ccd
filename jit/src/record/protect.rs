//! Protected calls: the function is recorded inline, like any other that is called.
//!
//! ```text
//!   slot    0      1     2         3         4 ...          0       1     2        3         4     5 ...
//!   pcall   pcall  link  function  link      arguments      xpcall  link  handler  function  link  arguments
//! ```
//!
//! The frame of `pcall` itself is no frame of a snapshot. The one of the function says in the extra field of its link that the other is
//! beneath it, and an exit makes both. So an error that is raised on the path, which is to say after an exit before it, is caught as
//! the interpreter catches it. Where nothing fails, a protected call costs what the function costs.

use moonset_ir::Tag;
use moonset_runtime::bytecode::Op;
use moonset_runtime::value::Tag as RtTag;

use super::slots::Val;
use super::{Activation, Recorder, world};
use crate::abort::Abort;
use crate::exit::Protection;

impl Recorder {
    /// `R[a], ... = pcall(R[a+2], ...)`, or `xpcall`. A function of another kind than a Lua function with fixed parameters ends the path.
    pub(super) fn protected_call(&mut self, a: i32, nargs: i32, by: Protection) -> Result<(), Abort> {
        let skipped = by.distance() - 3;
        let (function, actual) = (self.get(a + 2), self.actual(a + 2));
        let is_plain = nargs >= skipped && actual.tag() == RtTag::Closure && !world::is_vararg(world::proto_of(actual));
        if !is_plain || world::op_at(self.pc) != Op::Call {
            return Err(Abort::Builtin);
        }
        let handler = (by == Protection::Xpcall).then(|| (self.get(a + 3), self.actual(a + 3)));
        if handler.is_some_and(|(_, actual)| !matches!(actual.tag(), RtTag::Closure | RtTag::Native)) {
            return Err(Abort::Builtin);
        }
        let callee = self.callee(function, actual)?;
        let handler = handler.map(|(value, actual)| self.typed(value, actual));
        let native = self.get(a);
        let args: Vec<Val> = (skipped..nargs).map(|index| self.get(a + 2 + index)).collect();

        self.wait_for_callee();
        let result_slot = self.base_offset() + a;
        self.forget_from(result_slot);
        self.set_slot(result_slot, native);
        if let Some(handler) = handler {
            self.set_slot(result_slot + 2, handler);
        }
        let (base, params) = (result_slot + by.distance(), i32::from(world::num_params(callee.proto)));
        self.frames.push(Activation { base, link: by as u32, result_slot, nargs: args.len() as i32, ..callee });
        for register in 0..params {
            let value = args.get(register as usize).copied().unwrap_or(Val::Prim(Tag::Nil));
            self.set(register, value);
        }
        self.open_top = None;
        Ok(())
    }

    /// Whether a frame on the path is one that only exits write.
    pub(super) fn has_frames_of_exits(&self) -> bool {
        self.frames.iter().any(|frame| frame.varargs.is_some() || Protection::of(frame.link).is_some())
    }
}
