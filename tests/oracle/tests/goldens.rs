//! The expected outputs that are checked in are what PUC Lua 5.4.9 prints today, and each belongs to a program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use moonset_oracle::bless::lua_files;

#[test]
fn outputs_of_the_corpus_are_puc_s() {
    check("tests/lua", "out", |output| (output.status.success(), output.stdout));
}

#[test]
fn error_texts_are_puc_s() {
    check("tests/error", "err", |output| (!output.status.success(), output.stderr));
}

#[test]
fn every_golden_has_its_program() {
    let root = root();
    for (folder, extension) in [("tests/lua", "out"), ("tests/error", "err")] {
        let mut folders = vec![root.join(folder)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).expect("the folder can be read") {
                let path = entry.expect("the folder can be read").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|e| e == extension) {
                    assert!(path.with_extension("lua").is_file(), "{} has no program", path.display());
                }
            }
        }
    }
}

/// Compares every golden below the folder with what `pick` takes from PUC's run (whether it ended as it must, and the bytes).
fn check(folder: &str, extension: &str, pick: impl Fn(std::process::Output) -> (bool, Vec<u8>)) {
    let root = root();
    let mut wrong = Vec::new();
    let scripts = lua_files(&root.join(folder)).expect("the folder can be read");
    assert!(scripts.len() > 100, "{folder} holds only {} programs", scripts.len());
    for script in scripts {
        let name = script.strip_prefix(&root).expect("below the root");
        let mut oracle = Command::new(env!("CARGO_BIN_EXE_oracle"));
        let output = oracle
            .args(["--program", "moonset", "--"])
            .arg(name)
            .current_dir(&root)
            .output()
            .expect("the oracle starts");
        let (ended_well, bytes) = pick(output);
        if !ended_well || fs::read(script.with_extension(extension)).ok() != Some(bytes) {
            wrong.push(name.display().to_string());
        }
    }
    assert!(
        wrong.is_empty(),
        "run `cargo run -p moonset-oracle --bin oracle -- --bless`; these differ: {}",
        wrong.join(" ")
    );
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository's root")
}
