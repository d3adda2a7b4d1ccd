//! Random programs: Moonset in every mode against PUC Lua 5.4.9, standard output and error message.
//!
//! `MOONSET_DIFF_PROGRAMS` gives the number of programs (60), `MOONSET_DIFF_SEED` the first seed (1), `MOONSET_BIN` the binary.
//! A difference prints the seed, what differs, and the program reduced as far as a few hundred runs allow.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use moonset_oracle::generate;
use moonset_oracle::moonset::{self, ALL_MODES, Mode};
use moonset_oracle::puc::{self, Outcome};
use moonset_oracle::reduce;

/// Runs that a reduction may take.
const REDUCTION_RUNS: usize = 400;

/// Differences after which no further program is tried.
const ENOUGH: usize = 3;

#[test]
fn every_mode_agrees_with_puc() {
    let binary = moonset::binary().unwrap_or_else(|why| panic!("no moonset binary to test: {why}"));
    let programs = number("MOONSET_DIFF_PROGRAMS", 60);
    let first = number("MOONSET_DIFF_SEED", 1);
    let next = AtomicU64::new(first);
    let differences = Mutex::new(Vec::new());
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for worker in 0..workers {
            let (binary, next, differences) = (&binary, &next, &differences);
            scope.spawn(move || {
                let script = scratch(worker);
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + programs
                        || differences.lock().expect("no worker panics with the lock").len() >= ENOUGH
                    {
                        break;
                    }
                    if let Some(report) = check(binary, &script, seed) {
                        differences.lock().expect("no worker panics with the lock").push(report);
                    }
                }
            });
        }
    });
    let differences = differences.into_inner().expect("no worker panics with the lock");
    assert!(differences.is_empty(), "{} of the programs differ\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn generated_programs_run_to_their_end_in_puc() {
    for seed in 1..=40 {
        let outcome = puc::run_text(&generate::program(seed), "@prog.lua");
        assert_eq!(outcome.error, None, "seed {seed}");
        let text = String::from_utf8_lossy(&outcome.stdout);
        assert!(text.lines().last().is_some_and(|line| line.starts_with("notes\t")), "seed {seed} prints {text}");
    }
}

/// Runs one program in every mode; a report of the first difference.
fn check(binary: &Path, script: &Path, seed: u64) -> Option<String> {
    let tree = generate::tree(seed);
    let text = tree.text();
    let (mode, what) =
        ALL_MODES.iter().find_map(|&mode| difference(binary, script, mode, &text).map(|what| (mode, what)))?;
    let small = reduce::reduce(&tree, REDUCTION_RUNS, |text| difference(binary, script, mode, text).is_some());
    let again = difference(binary, script, mode, &small.text()).unwrap_or(what);
    Some(format!(
        "seed {seed}, mode {} {:?}: {again}\n--- the program, {} of {} statements\n{}",
        mode.0,
        mode.1,
        small.len(),
        tree.len(),
        small.text()
    ))
}

/// What differs between PUC and Moonset in this mode, if anything does.
fn difference(binary: &Path, script: &Path, mode: Mode, text: &str) -> Option<String> {
    let name = script.file_name().expect("the script has a name").to_string_lossy();
    let expected = puc::run_text(text, &format!("@{name}"));
    fs::write(script, text).expect("the scratch folder can be written");
    let folder = script.parent().expect("the script has a folder");
    match moonset::run(binary, mode, folder, &[&*name], script) {
        Err(why) => Some(why),
        Ok(found) if found == expected => None,
        Ok(found) => Some(describe(&expected, &found)),
    }
}

fn describe(expected: &Outcome, found: &Outcome) -> String {
    if expected.stdout != found.stdout {
        let (want, have) = (String::from_utf8_lossy(&expected.stdout), String::from_utf8_lossy(&found.stdout));
        let line = want.lines().zip(have.lines()).take_while(|(a, b)| a == b).count();
        let show = |text: &str| text.lines().nth(line).unwrap_or("(nothing)").to_owned();
        return format!(
            "line {} of the output is {:?}, PUC prints {:?}; error {:?}",
            line + 1,
            show(&have),
            show(&want),
            error(found)
        );
    }
    format!("the error is {:?}, PUC's is {:?}", error(found), error(expected))
}

fn error(outcome: &Outcome) -> Option<String> {
    outcome.error.as_ref().map(|bytes| String::from_utf8_lossy(bytes).into_owned())
}

/// A script path of this worker in a folder under `target/`.
fn scratch(worker: usize) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("differential-{}-{worker}", std::process::id()));
    fs::create_dir_all(&folder).expect("the scratch folder can be made");
    folder.join("prog.lua")
}

fn number(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is {text}: not a number")))
}
