//! The short form of the suite, for CI: exact counts of deterministic runs, and no clock.
//!
//! `counters [--moonset PATH] [--bless] [--programs a,b]` prints its tables and exits with 1 when something is not as expected;
//! `--bless` writes what was measured into `counters.txt` instead.

#![forbid(unsafe_code)]

use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::prelude::*;
use moonset_benches::contender::{self, Contender};
use moonset_benches::counters::{Counted, Expected, ExpectedTable, MODES, count, measure};
use moonset_benches::program::{Program, programs};
use moonset_benches::table::Table;

/// How much of the usual work is done here.
const SCALE: f64 = 0.04;

#[derive(Default)]
struct Options {
    moonset: Option<PathBuf>,
    bless: bool,
    programs: Vec<String>,
}

fn main() -> ExitCode {
    match options().map_err(|error| error.to_string()).and_then(|options| check(&options)) {
        Ok(complaints) if complaints.is_empty() => ExitCode::SUCCESS,
        Ok(complaints) => {
            for complaint in complaints {
                eprintln!("counters: {complaint}");
            }
            ExitCode::FAILURE
        }
        Err(message) => {
            eprintln!("counters: {message}");
            ExitCode::FAILURE
        }
    }
}

fn options() -> Result<Options, lexopt::Error> {
    let mut options = Options::default();
    let mut words = lexopt::Parser::from_env();
    while let Some(word) = words.next()? {
        match word {
            Long("moonset") => options.moonset = Some(words.value()?.into()),
            Long("bless") => options.bless = true,
            Long("programs") => options.programs = words.value()?.string()?.split(',').map(str::to_owned).collect(),
            _ => return Err(word.unexpected()),
        }
    }
    Ok(options)
}

/// Prints the tables; what is not as expected comes back.
fn check(options: &Options) -> Result<Vec<String>, String> {
    let moonset = contender::moonset(options.moonset.clone())?;
    let find = |mode: &&str| contender::find_one(mode, &moonset).ok_or_else(|| format!("no contender '{mode}'"));
    let modes = MODES.iter().map(find).collect::<Result<Vec<_>, _>>()?;
    let programs = programs(&options.programs)?;
    let mut expected = ExpectedTable::read()?;
    let mut complaints = totals(&programs, &modes, &mut expected, options.bless)?;
    complaints.extend(steps(&programs, &modes, &mut expected, options.bless)?);
    if options.bless {
        expected.write()?;
    }
    println!("{} programs in {} modes, {} complaints", programs.len(), modes.len(), complaints.len());
    Ok(complaints)
}

/// Counters of whole runs.
fn totals(
    programs: &[Program],
    modes: &[Contender],
    expected: &mut ExpectedTable,
    bless: bool,
) -> Result<Vec<String>, String> {
    let mut complaints = Vec::new();
    let mut table = Table::new([
        "program",
        "n",
        "bytes: jit off",
        "sink off",
        "default",
        "traces",
        "side",
        "aborts",
        "flushes",
        "sites",
        "sunk",
        "minor",
        "major",
    ]);
    for program in programs {
        let n = program.scaled(SCALE);
        let counted = modes.iter().map(|mode| count(mode, &program.path, n)).collect::<Result<Vec<_>, _>>()?;
        let bytes = counted.iter().map(|it| it.stats.gc.allocated_bytes.to_string());
        let Some(Counted { stats, .. }) = counted.last() else { continue };
        let jit = [stats.jit.traces, stats.jit.side_traces, stats.jit.aborts, stats.jit.flushes];
        let rest = [stats.sink.sites, stats.sink.sunk_sites, stats.gc.minor, stats.gc.major];
        let numbers = jit.iter().chain(&rest).map(u64::to_string);
        table.row([program.name.clone(), n.to_string()].into_iter().chain(bytes).chain(numbers));
        if bless {
            expected.untraced.retain(|name| *name != program.name);
            if stats.jit.traces == 0 {
                expected.untraced.push(program.name.clone());
            }
        }
        complaints.extend(complaints_about(&program.name, &counted, expected));
    }
    println!("{table}");
    Ok(complaints)
}

fn complaints_about(name: &str, counted: &[Counted], expected: &ExpectedTable) -> Vec<String> {
    let untraced = expected.untraced.iter().any(|untraced| untraced == name);
    let mut complaints = Vec::new();
    for (mode, run) in MODES.iter().zip(counted) {
        let mut wrong = |what: String| complaints.push(format!("{name} ({mode}): {what}"));
        if run.output != counted[0].output {
            wrong(format!("prints something else than with {}", MODES[0]));
        }
        if run.stats.jit.flushes != 0 {
            wrong(format!("{} flushes of the machine code", run.stats.jit.flushes));
        }
        if (run.stats.jit.traces == 0) != (untraced || *mode == "jit-off") {
            wrong(format!("{} traces", run.stats.jit.traces));
        }
    }
    complaints
}

/// Bytes of the steps between two arguments.
fn steps(
    programs: &[Program],
    modes: &[Contender],
    expected: &mut ExpectedTable,
    bless: bool,
) -> Result<Vec<String>, String> {
    let mut complaints = Vec::new();
    let mut table = Table::new(["bytes of steps", "from", "to", "jit off", "sink off", "default"]);
    for line in &mut expected.lines {
        let Some(program) = programs.iter().find(|program| program.name == line.program) else { continue };
        let measured = measure(line, program, modes)?;
        let Expected { program, from, to, bytes } = &measured;
        let numbers = [from.to_string(), to.to_string()].into_iter().chain(bytes.iter().map(i64::to_string));
        table.row([program.clone()].into_iter().chain(numbers));
        if bless {
            *line = measured;
        } else if measured != *line {
            complaints
                .push(format!("expected: {line}\n          measured: {measured}\n          (--bless if it is meant)"));
        }
    }
    println!("{table}");
    Ok(complaints)
}
