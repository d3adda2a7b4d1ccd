//! `oracle script [args]` runs a script in PUC Lua 5.4.9 as `lua` would; `oracle --bless` rewrites the expected outputs of the
//! corpus; `oracle --generate SEED` prints a random program.

use std::env;
use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use moonset_oracle::{bless, generate, puc};

const USAGE: &str =
    "usage: oracle [--program NAME] [--] script [args]\n       oracle --bless\n       oracle --generate SEED\n";

fn main() -> ExitCode {
    let mut program = "lua".to_owned();
    let mut words = env::args_os().skip(1).peekable();
    while let Some(word) = words.next() {
        match word.to_str() {
            Some("--bless") => return bless_corpus(),
            Some("--generate") => {
                let Some(seed) = words.next().and_then(|w| w.to_str()?.parse().ok()) else { return usage() };
                print!("{}", generate::program(seed));
                return ExitCode::SUCCESS;
            }
            Some("--program") => {
                let Some(name) = words.next() else { return usage() };
                program = name.to_string_lossy().into_owned();
            }
            Some("--") => {
                let Some(script) = words.next() else { return usage() };
                return run(&program, &script, words);
            }
            Some(option) if option.starts_with("--") => return usage(),
            _ => return run(&program, &word, words),
        }
    }
    usage()
}

fn run(program: &str, script: &OsString, words: impl Iterator<Item = OsString>) -> ExitCode {
    let args: Vec<String> = words.map(|w| w.to_string_lossy().into_owned()).collect();
    match puc::run_script(script, &args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            let text = [program.as_bytes(), b": ", &message, b"\n"].concat();
            // A closed standard error leaves nothing to report to.
            let _ = std::io::stderr().write_all(&text);
            ExitCode::FAILURE
        }
    }
}

fn bless_corpus() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let done = root.canonicalize().and_then(|root| bless::bless(&root, &env::current_exe()?));
    let report = match done {
        Ok(report) => report,
        Err(error) => {
            eprintln!("oracle: {error}");
            return ExitCode::FAILURE;
        }
    };
    for path in &report.changed {
        println!("changed {}", path.display());
    }
    for (path, why) in &report.failures {
        eprintln!("FAILED {}: {}", path.display(), why.trim_end());
    }
    println!("{} programs, {} changed, {} failed", report.programs, report.changed.len(), report.failures.len());
    if report.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn usage() -> ExitCode {
    eprint!("{USAGE}");
    ExitCode::FAILURE
}
