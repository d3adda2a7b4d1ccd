//! Programs of others print what they print on the reference implementation, in every mode.
//!
//! The drivers in `tests/ecosystem/` are ours; the programs come from Debian's packages and are not in this repository. What is
//! not installed, in the version that the expected output is for, is left out with a line that says so.

#[allow(dead_code, reason = "each test uses a part of it")]
mod common;
#[path = "common/ecosystem.rs"]
mod ecosystem;

use std::fs;

use common::{difference, moonset, root, run};
use ecosystem::{Case, scrubbed};
use libtest_mimic::{Arguments, Failed, Trial};

/// Modes: a name and options.
const MODES: [(&str, &[&str]); 5] = [
    ("interp", &["--jit=off"]),
    ("jit", &[]),
    ("stress", &["--jit=stress"]),
    ("sink-off", &["--sink=off"]),
    ("nursery-4k", &["--gc-nursery=4K"]),
];

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for case in Case::all(root()).expect("the drivers") {
        if let Some(obstacle) = case.obstacle() {
            println!("skipped: {}: {obstacle}", case.name);
            continue;
        }
        let case = std::sync::Arc::new(case);
        for (mode, options) in MODES.iter().filter(|(mode, _)| case.runs_in(mode)) {
            let shared = case.clone();
            trials.push(Trial::test(format!("{}::{mode}", case.name), move || check(&shared, options)));
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn check(case: &Case, options: &[&str]) -> Result<(), Failed> {
    let expected = fs::read_to_string(case.script.with_extension("out"))?;
    let mut command = moonset();
    command.args(options);
    let folder = case.prepare(root(), &mut command)?;
    let got = run(command, b"")?;
    let text = scrubbed(&got.stdout, folder.path());
    if text != expected {
        return Err(
            format!("{}\n{}\n{}", difference(expected.as_bytes(), text.as_bytes()), got.status, got.err()).into()
        );
    }
    if !got.status.success() {
        return Err(format!("{}\n{}", got.status, got.err()).into());
    }
    Ok(())
}
