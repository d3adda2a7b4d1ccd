//! Pass tests in text: every `tests/ir/<folder>/*.ir` of the repository.
//!
//! ```text
//! # passes: fold gvn        the passes to run in order, or `optimize`, or `optimize nosink`
//! # run: {0: 5}             an input of the evaluator; any number of them
//! <graph>
//! # ----
//! <the graph after the passes>
//! # run: {0: 5} => <how it ends, and the allocations before and after>
//! ```
//!
//! Each input runs before and after the passes, and must end in the same state, with no more allocations. `BLESS=1` writes the
//! expected part anew.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use moonset_ir::eval::eval;
use moonset_ir::pass::{PASSES, PassOptions, optimize};
use moonset_ir::{Graph, parse, parse_input, verify};

const MAX_STEPS: usize = 100_000;
const SEPARATOR: &str = "# ----\n";

#[test]
fn pass_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/ir");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    assert!(!files.is_empty(), "no test files under {}", root.display());
    let failures: Vec<String> = files
        .iter()
        .filter_map(|file| check(file).err().map(|error| format!("{}:\n{error}", file.display())))
        .collect();
    assert!(failures.is_empty(), "{} of {} files fail\n{}", failures.len(), files.len(), failures.join("\n"));
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "ir") {
            files.push(path);
        }
    }
}

fn check(file: &Path) -> Result<(), String> {
    let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
    let (source, expected) = text.split_once(SEPARATOR).unwrap_or((&text, ""));
    let found = outcome(source)?;
    if found == expected {
        return Ok(());
    }
    if std::env::var_os("BLESS").is_some() {
        return fs::write(file, format!("{source}{SEPARATOR}{found}")).map_err(|error| error.to_string());
    }
    Err(format!("the result differs (BLESS=1 accepts it):\n--- expected\n{expected}--- found\n{found}"))
}

/// The expected part of a file.
fn outcome(source: &str) -> Result<String, String> {
    let header = |key: &str| {
        let key = format!("# {key}: ");
        source.lines().filter_map(move |line| line.strip_prefix(&key).map(str::trim).map(String::from))
    };
    let before = parse(source)?;
    verify(&before).map_err(|error| format!("the source is not valid: {error}"))?;
    let mut after = before.clone();
    for passes in header("passes") {
        run_passes(&mut after, &passes)?;
    }
    let mut out = after.to_string();
    if parse(&out)?.to_string() != out {
        return Err(format!("the text form does not come back:\n{out}"));
    }
    for run in header("run") {
        let input = parse_input(&before, &run)?;
        let first = eval(&before, &input, MAX_STEPS).map_err(|error| format!("before, {run}: {error}"))?;
        let second = eval(&after, &input, MAX_STEPS).map_err(|error| format!("after, {run}: {error}\n{after}"))?;
        if first.state != second.state || first.log != second.log {
            return Err(format!("{run} ends differently:\n{first:#?}\n{second:#?}\n{after}"));
        }
        if second.allocations > first.allocations {
            return Err(format!("{run} allocates more: {} -> {}", first.allocations, second.allocations));
        }
        _ = write!(out, "# run: {run} => {}", first.state);
        _ = match first.allocations {
            0 => writeln!(out),
            n => writeln!(out, " # allocations {n} -> {}", second.allocations),
        };
    }
    Ok(out)
}

fn run_passes(graph: &mut Graph, passes: &str) -> Result<(), String> {
    let names: Vec<&str> = passes.split_whitespace().collect();
    if names.first() == Some(&"optimize") {
        let sink = !names.contains(&"nosink");
        optimize(graph, &mut PassOptions { sink, verify: true, ..PassOptions::default() });
        return Ok(());
    }
    for name in names {
        let (_, pass) = PASSES.iter().find(|pass| pass.0 == name).ok_or_else(|| format!("no pass {name}"))?;
        pass(graph);
        verify(graph).map_err(|error| format!("after {name}: {error}\n{graph}"))?;
    }
    Ok(())
}
