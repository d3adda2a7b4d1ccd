//! What Moonset counts in a deterministic run, held against a checked-in table.
//!
//! Every program runs with little work in each mode. All modes must print the same, no run may drop its machine code,
//! and a run with the trace compiler must compile something, but for the programs that the table lists as `untraced`,
//! in which it must not. Programs of the table `counters.txt` run twice, with two arguments:
//! the difference of the bytes that the two runs allocate is what the steps between them allocate, since everything
//! else is the same in both. It must be exactly what the table says, in each mode.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::child;
use crate::contender::Contender;
use crate::program::Program;

/// The modes in the order of the table's columns.
pub const MODES: [&str; 3] = ["jit-off", "sink-off", "moonset"];

/// The part of the `--stats=json` object that is looked at.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Stats {
    /// The trace compiler.
    pub jit: Jit,
    /// Sinking.
    pub sink: Sink,
    /// The heap.
    pub gc: Gc,
}

/// What the trace compiler did.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Jit {
    /// Root traces.
    pub traces: u64,
    /// Side traces.
    pub side_traces: u64,
    /// Recordings given up.
    pub aborts: u64,
    /// Times that all machine code was dropped.
    pub flushes: u64,
}

/// What sinking did.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Sink {
    /// Allocations in recorded traces.
    pub sites: u64,
    /// Those that machine code does not carry out.
    pub sunk_sites: u64,
}

/// What the heap did.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Gc {
    /// Bytes ever allocated.
    pub allocated_bytes: u64,
    /// Minor collections.
    pub minor: u64,
    /// Major collections.
    pub major: u64,
}

/// What a run counted and printed.
#[derive(Clone, Debug)]
pub struct Counted {
    /// The counters.
    pub stats: Stats,
    /// Standard output.
    pub output: Vec<u8>,
}

/// Runs a program with fixed seeds and sizes, and reads its counters.
///
/// # Errors
/// A run that fails or prints no counters.
pub fn count(contender: &Contender, program: &Path, argument: u64) -> Result<Counted, String> {
    let mut command = contender.command_with(&["--deterministic", "--stats=json"], program);
    command.arg(argument.to_string());
    let run = child::run(&mut command)?;
    let line = run.errors.split(|&byte| byte == b'\n').rfind(|line| line.starts_with(b"{")).unwrap_or_default();
    let stats = serde_json::from_slice(line).map_err(|error| format!("{command:?}: no counters: {error}"))?;
    Ok(Counted { stats, output: run.output })
}

/// A line of the table: the bytes that a program allocates more with one argument than with the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The program's name.
    pub program: String,
    /// The smaller argument.
    pub from: u64,
    /// The larger argument.
    pub to: u64,
    /// The bytes in each of the [`MODES`].
    pub bytes: [i64; 3],
}

impl Expected {
    fn parse(line: &str) -> Option<Expected> {
        let mut words = line.split_whitespace();
        let program = words.next()?.to_owned();
        let (from, to) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        let mut bytes = [0; 3];
        for mode in &mut bytes {
            *mode = words.next()?.parse().ok()?;
        }
        words.next().is_none().then_some(Expected { program, from, to, bytes })
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Expected { program, from, to, bytes: [jit_off, sink_off, on] } = self;
        write!(f, "{program:<20} {from:>9} {to:>9} {jit_off:>14} {sink_off:>14} {on:>14}")
    }
}

/// Measures a line of the table anew.
///
/// # Errors
/// A run that fails.
pub fn measure(line: &Expected, program: &Program, modes: &[Contender]) -> Result<Expected, String> {
    let mut measured = line.clone();
    for (contender, bytes) in modes.iter().zip(&mut measured.bytes) {
        let less = count(contender, &program.path, line.from)?.stats.gc.allocated_bytes;
        let more = count(contender, &program.path, line.to)?.stats.gc.allocated_bytes;
        *bytes = more.wrapping_sub(less).cast_signed();
    }
    Ok(measured)
}

/// The table: its comment lines and its lines.
#[derive(Clone, Debug)]
pub struct ExpectedTable {
    path: PathBuf,
    comments: Vec<String>,
    /// The programs in which nothing is compiled.
    pub untraced: Vec<String>,
    /// The lines.
    pub lines: Vec<Expected>,
}

/// What the line of the programs in which nothing is compiled begins with.
const UNTRACED: &str = "untraced";

impl ExpectedTable {
    /// Reads the checked-in table.
    ///
    /// # Errors
    /// A line that is no line of the table.
    pub fn read() -> Result<ExpectedTable, String> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("counters.txt");
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let (comments, lines): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.starts_with('#'));
        let (untraced, lines): (Vec<&str>, Vec<&str>) = lines.into_iter().partition(|line| line.starts_with(UNTRACED));
        let untraced = untraced.iter().flat_map(|line| line.split_whitespace().skip(1)).map(str::to_owned).collect();
        let lines = lines.into_iter().map(|line| {
            Expected::parse(line).ok_or_else(|| format!("{}: not a line of the table: {line}", path.display()))
        });
        let lines = lines.collect::<Result<_, _>>()?;
        Ok(ExpectedTable { path, comments: comments.into_iter().map(str::to_owned).collect(), untraced, lines })
    }

    /// Writes the table.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self) -> Result<(), String> {
        let untraced = [UNTRACED].into_iter().chain(self.untraced.iter().map(String::as_str));
        let untraced = untraced.collect::<Vec<_>>().join(" ");
        let lines = self.lines.iter().map(Expected::to_string).chain([untraced]);
        let text: String = self.comments.iter().cloned().chain(lines).map(|line| line + "\n").collect();
        fs::write(&self.path, text).map_err(|error| format!("{}: {error}", self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_they_are_written() {
        let line = Expected { program: "points".to_owned(), from: 100, to: 200, bytes: [9600, 9600, -8] };
        assert_eq!(Expected::parse(&line.to_string()), Some(line));
        assert_eq!(Expected::parse("points 1 2 3"), None);
        assert_eq!(Expected::parse("points 1 2 3 4 5 6"), None);
    }

    #[test]
    fn the_table_names_programs_of_the_suite() {
        let table = ExpectedTable::read().unwrap();
        let names: Vec<String> = table.lines.iter().map(|line| line.program.clone()).collect();
        assert_eq!(crate::program::programs(&names).unwrap().len(), names.len());
        crate::program::programs(&table.untraced).unwrap();
    }

    #[test]
    fn counters_are_read_from_the_object_and_other_keys_are_left() {
        let text = r#"{"version":"1","jit":{"traces":2,"side_traces":1,"aborts":0,"flushes":0,"exits":9},
            "sink":{"sites":3,"sunk_sites":3},"gc":{"allocated_bytes":123,"minor":1,"major":0}}"#;
        let stats: Stats = serde_json::from_str(text).unwrap();
        assert_eq!((stats.jit.traces, stats.sink.sunk_sites, stats.gc.allocated_bytes), (2, 3, 123));
    }
}
