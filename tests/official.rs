//! The official test suite of Lua 5.4.8, unmodified, in every mode.
//!
//! The suite is not part of this repository. `MOONSET_SUITE` names a folder with its files (`testes/` of Lua's sources at tag
//! `v5.4.8`, or the archive from Lua's site); without it the test says so and checks nothing. Each file runs as a program
//! of its own, from a fresh copy of the folder since the suite writes files, with what upstream's portable mode
//! leaves out on an ordinary system included; `all.lua` then runs them in one state with `_U=true`, through `string.dump` and
//! back. [`LEFT_OUT`] lists what does not run, with reasons.

#[allow(dead_code, reason = "each test uses a part of it")]
mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::run;
use libtest_mimic::{Arguments, Failed, Trial};

/// A mode: its name, its options, and whether it collects too often for the files in [`HEAVY`].
struct Mode {
    name: &'static str,
    options: &'static [&'static str],
    slow: bool,
}

const MODES: [Mode; 7] = [
    Mode { name: "interp", options: &["--jit=off"], slow: false },
    Mode { name: "jit", options: &[], slow: false },
    Mode { name: "stress", options: &["--jit=stress"], slow: false },
    Mode { name: "sink-off", options: &["--sink=off"], slow: false },
    Mode { name: "stress+nursery-4k", options: &["--jit=stress", "--gc-nursery=4K"], slow: false },
    Mode { name: "gc-stress", options: &["--gc=stress"], slow: true },
    Mode { name: "gc-stress+jit-stress", options: &["--jit=stress", "--gc=stress"], slow: true },
];

/// The files.
const FILES: [&str; 31] = [
    "api.lua",
    "attrib.lua",
    "big.lua",
    "bitwise.lua",
    "bwcoercion.lua",
    "calls.lua",
    "closure.lua",
    "code.lua",
    "constructs.lua",
    "coroutine.lua",
    "cstack.lua",
    "db.lua",
    "errors.lua",
    "events.lua",
    "files.lua",
    "gc.lua",
    "gengc.lua",
    "goto.lua",
    "literals.lua",
    "locals.lua",
    "main.lua",
    "math.lua",
    "nextvar.lua",
    "pm.lua",
    "sort.lua",
    "strings.lua",
    "tpack.lua",
    "tracegc.lua",
    "utf8.lua",
    "vararg.lua",
    "verybig.lua",
];

/// What does not run, and why.
const LEFT_OUT: [(&str, &str); 5] = [
    ("heavy.lua", "fills all memory of the machine on purpose; upstream does not run it from all.lua either"),
    ("main.lua", "all but one step, which loads a C module: it is cut out of the copy that is run"),
    ("api.lua, code.lua", "run, but end at once: all they test is the C library of test helpers, `T`"),
    (
        "attrib.lua",
        "with `_port=true`, which skips the steps that load C modules; the other files run with `_port=false`",
    ),
    (
        "gc.lua",
        "where each safepoint collects: one step takes it for granted that garbage is counted until the next full collection",
    ),
];

/// The one step of `main.lua` that needs a C module, by the text in its first line; and by the text that ends it.
const C_STEP: (&str, &str) = (r#"RUN("env LUA_CPATH='./libs/?.so' lua -l lib2-v2"#, r#"checkout("true\n")"#);

/// How often `main.lua` is run until it passes. Twice it starts a script in the background and reads what that script and the shell
/// print at the same time, relying on the shell to be first: the reference implementation loses that race, too, when the machine is busy.
const TRIES: usize = 8;

/// How what `main.lua` prints begins when it comes to those steps.
const RACE: &str = "testing Ctrl C";

/// Files that are not run where each safepoint collects.
const HEAVY: [&str; 1] = ["gc.lua"];

fn main() {
    let arguments = Arguments::from_args();
    let Some(suite) = std::env::var_os("MOONSET_SUITE").map(PathBuf::from) else {
        println!("skipped: the official test suite (MOONSET_SUITE names no folder with its files)");
        return;
    };
    if !suite.join("all.lua").is_file() {
        println!("MOONSET_SUITE: no all.lua in {}", suite.display());
        std::process::exit(1);
    }
    for (what, why) in LEFT_OUT {
        println!("left out: {what}: {why}");
    }
    let mut trials = Vec::new();
    for mode in &MODES {
        for file in FILES.iter().filter(|file| !(mode.slow && HEAVY.contains(file))) {
            let suite = suite.clone();
            trials.push(Trial::test(format!("{file}::{}", mode.name), move || one(&suite, file, mode)));
        }
        if !mode.slow {
            let suite = suite.clone();
            trials.push(Trial::test(format!("all.lua::{}", mode.name), move || all(&suite, mode)));
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// One file passes on its own.
fn one(suite: &Path, file: &str, mode: &Mode) -> Result<(), Failed> {
    let port = file == "attrib.lua";
    let settings = format!("_U, _soft, _port, _nomsg = true, true, {port}, true; ARG = arg; Message = print");
    let words = ["-e", &settings, file];
    let mut got = run_in_copy(suite, &words, mode);
    for _ in 1..TRIES {
        let raced = |why: &Failed| file == "main.lua" && why.message().is_some_and(|text| text.contains(RACE));
        if !got.as_ref().is_err_and(raced) {
            break;
        }
        got = run_in_copy(suite, &words, mode);
    }
    got.map(|_| ())
}

/// All files pass in one state.
fn all(suite: &Path, mode: &Mode) -> Result<(), Failed> {
    let printed = run_in_copy(suite, &["-W", "-e", "_U=true", "all.lua"], mode)?;
    if printed.contains("final OK !!!") { Ok(()) } else { Err("it did not come to its end".into()) }
}

fn run_in_copy(suite: &Path, words: &[&str], mode: &Mode) -> Result<String, Failed> {
    let folder = tempfile::tempdir()?;
    copy(suite, folder.path())?;
    cut_c_step(&folder.path().join("main.lua"))?;
    // Not under another name: the suite starts the program again by the name that it finds in `arg`.
    let mut command = Command::new(env!("CARGO_BIN_EXE_moonset"));
    command.current_dir(folder.path()).args(mode.options).args(words);
    // Standard input is a pipe, which the suite finds it can't seek in.
    let got = run(command, b"\n")?;
    if got.status.success() {
        return Ok(got.out());
    }
    let tail = |text: String| text.lines().rev().take(12).fold(String::new(), |all, line| format!("  {line}\n{all}"));
    Err(format!("{}\n{}{}", got.status, tail(got.out()), tail(got.err())).into())
}

fn cut_c_step(file: &Path) -> std::io::Result<()> {
    let text = fs::read(file)?;
    let find = |from: usize, what: &str| {
        text[from..].windows(what.len()).position(|window| window == what.as_bytes()).map(|at| from + at)
    };
    let start = find(0, C_STEP.0).expect("main.lua has the step");
    let end = find(start, C_STEP.1).expect("the step has an end") + C_STEP.1.len();
    fs::write(file, [&text[..start], &text[end..]].concat())
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() { copy(&path, &target)? } else { fs::copy(&path, &target).map(|_| ())? }
    }
    Ok(())
}
