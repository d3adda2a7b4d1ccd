//! The map by which `perf report` names compiled trees: `/tmp/perf-PID.map`, a line `START SIZE NAME` for each, in hexadecimal.
//!
//! Lines are only added. A tree that was dropped keeps its line: samples of it may have been taken before.

use std::fs::File;
use std::io::{self, LineWriter, Write};
use std::path::PathBuf;

use super::memory::Code;

/// Receives a line for each tree, if somebody wants them.
#[derive(Default)]
pub(crate) struct PerfMap(Option<LineWriter<File>>);

impl PerfMap {
    /// Begins the map of this process.
    pub(crate) fn create() -> io::Result<PerfMap> {
        Ok(PerfMap(Some(LineWriter::new(File::create(path())?))))
    }

    /// Whether lines are written.
    pub(crate) fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Names a range of machine code.
    pub(crate) fn add(&mut self, code: &Code, name: &str) {
        if let Some(out) = &mut self.0 {
            // A full disk is no reason to stop the program.
            let _ = writeln!(out, "{:x} {:x} {name}", code.entry().addr(), code.size);
        }
    }
}

/// Where `perf` looks for the map.
pub(crate) fn path() -> PathBuf {
    PathBuf::from(format!("/tmp/perf-{}.map", std::process::id()))
}
