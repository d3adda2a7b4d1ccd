//! Metamethods: a call that the running instruction makes, in a frame of its own.
//!
//! The frame stands above the caller's registers, and its return address is the next instruction: when it returns, the
//! interrupted instruction is finished with the result, as `call` does for a recorded return.

use moonset_ir::{Helper, Tag};
use moonset_runtime::bytecode::Inst;
use moonset_runtime::interp::frame::frame_flags;
use moonset_runtime::object::layout::ShapeId;
use moonset_runtime::object::metamethod::Metamethod;
use moonset_runtime::value::{Raw, Tag as RtTag};

use super::slots::Val;
use super::{Recorder, world};
use crate::abort::Abort;

impl Recorder {
    /// The value of a metamethod as the graph sees it: a load from the constant metatable.
    pub(super) fn metamethod_value(
        &mut self,
        shape: ShapeId,
        event: Metamethod,
        actual: Raw,
    ) -> Result<(Val, Raw), Abort> {
        let metatable = world::metatable(self.vm(), shape).ok_or(Abort::TableAccess)?;
        self.metatable_entry(metatable, event, actual)
    }

    /// As [`Recorder::metamethod_value`], of this metatable.
    pub(super) fn metatable_entry(
        &mut self,
        metatable: Raw,
        event: Metamethod,
        actual: Raw,
    ) -> Result<(Val, Raw), Abort> {
        let Val::Ref(table, _) = self.constant_value(metatable) else { return Err(Abort::TableAccess) };
        let key = world::metamethod_name(self.vm(), event);
        let own = self.guard_shape_of(table, metatable);
        let value = match world::own_field(self.vm(), own, key) {
            world::Own::Slot(slot) => {
                let shape = self.shape(own);
                self.at().slot_load(table, shape, slot as u32)
            }
            world::Own::Dictionary => {
                let Val::Ref(name, _) = self.constant_value(key) else { return Err(Abort::TableAccess) };
                self.at().call(Helper::TableGetStr, &[table, name], None).expect("a value")
            }
            world::Own::Absent => return Err(Abort::TableAccess),
        };
        Ok((self.typed(Val::Any(value), actual), actual))
    }

    /// Guards that values of a basic type go on lacking a metamethod that they lack now. Their metatable is a constant of the trace: all
    /// traces are dropped when one is set. Userdata have metatables of their own, which no guard looks at.
    pub(super) fn guard_basic_lacks(&mut self, actual: Raw, event: Metamethod) -> Result<(), Abort> {
        if actual.tag() == RtTag::Userdata {
            return Err(Abort::Types);
        }
        let Some(metatable) = world::basic_metatable(self.vm(), actual) else { return Ok(()) };
        let Val::Ref(table, _) = self.constant_value(metatable) else { return Err(Abort::Types) };
        let own = self.guard_shape_of(table, metatable);
        let key = world::metamethod_name(self.vm(), event);
        // Few programs give these types a place for a metamethod that they lack.
        if world::own_field(self.vm(), own, key) == world::Own::Absent { Ok(()) } else { Err(Abort::Types) }
    }

    /// A binary or unary operator on operands that are not both numbers.
    pub(super) fn binary_metamethod(
        &mut self,
        event: Metamethod,
        _inst: Inst,
        x: (Val, Raw),
        y: (Val, Raw),
    ) -> Result<(), Abort> {
        for (val, actual) in [x, y] {
            if actual.tag() != RtTag::Table {
                // A string would be converted to a number first.
                if actual.tag() == RtTag::Str {
                    return Err(Abort::Types);
                }
                self.typed(val, actual);
                self.guard_basic_lacks(actual, event)?;
                continue;
            }
            let table = self.reference(val, actual, Tag::Table)?;
            let shape = self.guard_shape_of(table, actual);
            if let Some(found) = world::metamethod_of_shape(self.vm(), shape, event) {
                let handler = self.metamethod_value(shape, event, found)?;
                let (x, y) = (self.current(x), self.current(y));
                return self.call_metamethod(handler, &[x, y]);
            }
            self.guard_lacks(shape, event)?;
        }
        Err(Abort::Types)
    }

    /// A value with its type, if that has been pinned.
    fn current(&mut self, (val, actual): (Val, Raw)) -> Val {
        if actual.tag() == RtTag::Table { self.typed(val, actual) } else { val }
    }

    /// Enters a Lua function as the metamethod of the running instruction.
    pub(super) fn call_metamethod(&mut self, handler: (Val, Raw), args: &[Val]) -> Result<(), Abort> {
        let (function, actual) = handler;
        if actual.tag() != RtTag::Closure {
            return Err(Abort::Native);
        }
        let place = i32::from(world::frame_size(self.proto()));
        for (index, arg) in args.iter().enumerate() {
            self.set(place + 2 + index as i32, *arg);
        }
        let kind = u32::from(frame_flags::META) << 16;
        self.enter(place, function, actual, args.len() as i32, kind)
    }
}
