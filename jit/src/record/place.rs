//! Where a recording begins, is and leads, for people.

use moonset_ir::inst::Terminator;
use moonset_runtime::bytecode::Inst;
use moonset_runtime::object::RawGc;
use moonset_runtime::object::proto::Proto;

use super::{Recorder, world};
use crate::log::{Link, Place};

impl Recorder {
    /// The instruction that is being recorded.
    pub(crate) fn position(&self) -> Option<Place> {
        let frame = self.frames.last().filter(|_| !self.pc.is_null())?;
        Some(place_of(frame.proto, self.pc))
    }

    /// Where the complete path leads.
    pub(crate) fn link(&self) -> Link {
        match self.graph[self.block].term {
            Terminator::Exit(..) => world::tree_entered_by(self.proto(), self.pc).map_or(Link::Interpreter, Link::Tree),
            Terminator::Link(link, ..) => Link::Tree(world::tree_of(self.source.links[link.index()])),
            Terminator::Return(_) | Terminator::Tail(_) => Link::Return,
            _ => Link::Head,
        }
    }
}

/// The place of an instruction.
pub(crate) fn place_of(proto: RawGc<Proto>, pc: *const Inst) -> Place {
    place_at(proto, world::pc_index(proto, pc))
}

/// The place of the instruction at an index.
pub(crate) fn place_at(proto: RawGc<Proto>, index: u32) -> Place {
    let (source, line) = world::line(proto, index);
    let function = match world::line_defined(proto) {
        0 => "main chunk".to_string(),
        defined => format!("function <{source}:{defined}>"),
    };
    let instruction = world::instruction(proto, index);
    Place { line: format!("{source}:{line}"), function, instruction: format!("{:?}", instruction.op()) }
}
