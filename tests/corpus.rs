//! Every program of the corpus prints the same bytes in every mode, and every uncaught error has the same message.
//!
//! `tests/lua/**/X.lua` has what it prints beside it in `X.out`; `tests/error/X.lua` has its message in `X.err`. Each run is a
//! process of its own. Programs whose first line is `-- heavy` are left out where each safepoint collects.

#[allow(dead_code, reason = "each test uses a part of it")]
mod common;

use std::fs;
use std::path::Path;

use common::{difference, files, moonset, root, run};
use libtest_mimic::{Arguments, Failed, Trial};

/// A mode: its name, its options, and whether it is too slow for heavy programs.
struct Mode {
    name: &'static str,
    options: &'static [&'static str],
    slow: bool,
}

/// Compiles much, and beside the program: results land wherever they happen to.
const BACKGROUND: &[&str] =
    &["--opt=hot_loop=3", "--opt=hot_call=3", "--opt=hot_exit=2", "--opt=min_turns=0", "--opt=max_shapes=0"];

const MODES: [Mode; 10] = [
    Mode { name: "interp", options: &["--jit=off"], slow: false },
    Mode { name: "jit", options: &["--opt=background=false"], slow: false },
    Mode { name: "background", options: BACKGROUND, slow: false },
    Mode { name: "sink-off", options: &["--opt=background=false", "--sink=off"], slow: false },
    Mode { name: "stress", options: &["--jit=stress"], slow: false },
    Mode { name: "forced-exits", options: &["--jit=stress", "--opt=force_exits=3"], slow: false },
    Mode { name: "code-12k", options: &["--jit=stress", "--max-mcode=12K"], slow: false },
    Mode { name: "nursery-4k", options: &["--gc-nursery=4K"], slow: false },
    Mode { name: "gc-stress", options: &["--jit=off", "--gc=stress"], slow: true },
    Mode { name: "gc-stress+jit-stress", options: &["--jit=stress", "--gc=stress"], slow: true },
];

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for (folder, check) in [("tests/lua", prints as fn(&Path, &Mode) -> _), ("tests/error", fails)] {
        for script in files(folder, "lua") {
            let heavy = fs::read(root().join(&script)).is_ok_and(|text| text.starts_with(b"-- heavy"));
            for mode in MODES.iter().filter(|mode| !(heavy && mode.slow)) {
                let name = format!("{}::{}", script.with_extension("").display(), mode.name);
                let script = script.clone();
                trials.push(Trial::test(name, move || check(&script, mode)));
            }
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// The program ends well and prints what it should.
fn prints(script: &Path, mode: &Mode) -> Result<(), Failed> {
    let expected = fs::read(root().join(script).with_extension("out"))?;
    let mut command = moonset();
    command.args(mode.options).arg(script);
    let got = run(command, b"")?;
    if got.stdout != expected {
        return Err(format!("{}\n{}{}", difference(&expected, &got.stdout), got.status, tail(&got.err())).into());
    }
    if !got.status.success() {
        return Err(format!("{}{}", got.status, tail(&got.err())).into());
    }
    Ok(())
}

/// The program ends with status 1 and complains as it should; what stands below the message is the traceback.
fn fails(script: &Path, mode: &Mode) -> Result<(), Failed> {
    let expected = fs::read_to_string(root().join(script).with_extension("err"))?;
    let mut command = moonset();
    command.args(mode.options).arg(script);
    let got = run(command, b"")?;
    let text = got.err();
    let message = text.split("\nstack traceback:").next().unwrap_or_default().trim_end_matches('\n');
    if message != expected.trim_end_matches('\n') {
        return Err(format!("{}\n{}", difference(expected.as_bytes(), text.as_bytes()), got.status).into());
    }
    if got.status.code() != Some(1) {
        return Err(format!("{}, not status 1", got.status).into());
    }
    Ok(())
}

fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(12)..].iter().fold(String::new(), |out, line| out + "\n  " + line)
}
