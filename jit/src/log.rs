//! The trace log: a line for each path that was compiled or given up, and for each tree that was dropped.
//!
//! ```text
//!   [TRACE   3 queens.lua:12 loop] main chunk; 84 instructions, 512 bytes, 1.23 ms; 2 of 3 allocations sunk
//!   [TRACE   3 (3/14) queens.lua:15 -> 3] function <queens.lua:9>; ...        a side path, from exit 14 of tree 3
//!   [TRACE   3 queens.lua:12 freed]                               its machine code made room for others
//!   [TRACE --- queens.lua:15 -- inner loop in root trace at queens.lua:17 JmpBack]
//! ```
//!
//! The brackets hold what LuaJIT's `-jv` has there, so that tools for it can read them. Trees are numbered as in dumps and
//! exits; sizes are those of the whole tree, which is compiled again for side paths. Of paths that are compiled at once the first line has
//! the time, the others have none.

use std::fmt::{self, Display};
use std::io::Write;

use moonset_ir::Guard;
use moonset_ir::inst::Terminator;

use crate::abort::Abort;
use crate::record::place_at;
use crate::tree::Tree;

/// A place in a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// `source:line`
    pub(crate) line: String,
    /// `main chunk`, or `function <source:line>`
    pub(crate) function: String,
    /// The name of the instruction.
    pub(crate) instruction: String,
}

/// Where a recorded path leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// Back to the head of its tree.
    Head,
    /// To another tree: into it, or out at an instruction that enters it.
    Tree(u32),
    /// Back to what called the function.
    Return,
    /// Out.
    Interpreter,
}

/// Where a recorded path begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Begin {
    /// At the hot site of the tree.
    Root,
    /// At this exit.
    Exit(usize),
}

/// What is said about a compiled path.
pub(crate) struct Entry<'a> {
    pub(crate) tree: u32,
    pub(crate) begin: Begin,
    pub(crate) link: Link,
    pub(crate) place: &'a Place,
    /// Instructions of the optimised graph.
    pub(crate) instructions: u32,
    /// Bytes of machine code.
    pub(crate) bytes: usize,
    /// What passes and code generation took.
    pub(crate) nanoseconds: u64,
    /// Allocations that machine code does without, and all that were recorded.
    pub(crate) sunk: (u64, u64),
}

/// Receives the lines, if anybody wants them.
#[derive(Default)]
pub(crate) struct TraceLog(pub(crate) Option<Box<dyn Write>>);

impl TraceLog {
    /// Whether somebody reads.
    pub(crate) fn is_on(&self) -> bool {
        self.0.is_some()
    }

    fn line(&mut self, text: fmt::Arguments<'_>) {
        if let Some(out) = &mut self.0 {
            // One write a line, so that lines of several writers do not mix. A reader that is gone is no reason to stop the
            // program.
            let _ = out.write_all(format!("{text}\n").as_bytes());
        }
    }

    /// A path was compiled and is installed.
    pub(crate) fn compiled(&mut self, entry: &Entry<'_>) {
        self.line(format_args!("{entry}"));
    }

    /// A recording or a compilation was given up. `from`: the tree whose exit it began at; `at`: the instruction that was the
    /// reason.
    pub(crate) fn abort(&mut self, from: Option<(u32, usize)>, begin: &Place, why: Abort, at: Option<&Place>) {
        let from = from.map(|(tree, exit)| format!("({tree}/{exit}) ")).unwrap_or_default();
        let at = at.map(|at| format!(" at {} {}", at.line, at.instruction)).unwrap_or_default();
        self.line(format_args!("[TRACE --- {from}{} -- {}{at}]", begin.line, why.text()));
    }

    /// A tree was freed to make room for others.
    pub(crate) fn evicted(&mut self, tree: u32, place: &Place) {
        self.line(format_args!("[TRACE {tree:3} {} freed]", place.line));
    }

    /// Everything was dropped.
    pub(crate) fn flush(&mut self) {
        self.line(format_args!("[TRACE flush]"));
    }
}

impl Display for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Entry { tree, place, .. } = self;
        write!(f, "[TRACE {tree:3} ")?;
        if let Begin::Exit(exit) = self.begin {
            write!(f, "({tree}/{exit}) ")?;
        }
        f.write_str(&place.line)?;
        match (self.link, self.begin) {
            (Link::Head, Begin::Root) => f.write_str(" loop]")?,
            (Link::Head, Begin::Exit(_)) => write!(f, " -> {tree}]")?,
            (Link::Tree(other), _) => write!(f, " -> {other}]")?,
            (Link::Return, _) => f.write_str(" return]")?,
            (Link::Interpreter, _) => f.write_str(" -> interpreter]")?,
        }
        let milliseconds = self.nanoseconds as f64 / 1e6;
        write!(f, " {}; {} instructions, {} bytes, ", place.function, self.instructions, self.bytes)?;
        write!(f, "{milliseconds:.2} ms; {} of {} allocations sunk", self.sunk.0, self.sunk.1)
    }
}

/// Where the side path of a guard begins: the innermost frame of the guard's snapshot.
pub(crate) fn place_of_exit(tree: &Tree, guard: Guard) -> Option<Place> {
    let graph = &tree.graph;
    let snap = graph.blocks().find_map(|block| match graph[block].term {
        Terminator::Exit(id, snap) if id == guard => Some(snap),
        _ => {
            graph[block].insts.iter().find(|inst| graph[**inst].guard == Some(guard)).and_then(|inst| graph[*inst].snap)
        }
    })?;
    let frame = graph[snap].frames.last()?;
    let proto = *tree.source.protos.get(frame.kind as usize)?;
    Some(place_at(proto, frame.pc))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        let text = |text: &str| text.to_string();
        Place { line: text("a.lua:3"), function: text("main chunk"), instruction: text("JmpBack") }
    }

    fn shown(begin: Begin, link: Link) -> String {
        let (place, instructions, bytes, nanoseconds) = (&place(), 84, 512, 1_234_000);
        Entry { tree: 7, begin, link, place, instructions, bytes, nanoseconds, sunk: (2, 3) }.to_string()
    }

    #[test]
    fn lines_say_where_from_and_where_to() {
        let rest = " main chunk; 84 instructions, 512 bytes, 1.23 ms; 2 of 3 allocations sunk";
        for (begin, link, head) in [
            (Begin::Root, Link::Head, "[TRACE   7 a.lua:3 loop]"),
            (Begin::Root, Link::Interpreter, "[TRACE   7 a.lua:3 -> interpreter]"),
            (Begin::Root, Link::Return, "[TRACE   7 a.lua:3 return]"),
            (Begin::Exit(14), Link::Head, "[TRACE   7 (7/14) a.lua:3 -> 7]"),
            (Begin::Exit(14), Link::Tree(2), "[TRACE   7 (7/14) a.lua:3 -> 2]"),
        ] {
            assert_eq!(shown(begin, link), format!("{head}{rest}"));
        }
    }
}
