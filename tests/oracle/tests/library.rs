//! Every function of the library with wrong types, counts and ranges: Moonset prints what PUC Lua 5.4.9 prints, error texts
//! included.
//!
//! `MOONSET_LIBRARY_ROUNDS` gives the number of random calls of each function (600), `MOONSET_BIN` the binary.

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use moonset_oracle::moonset::{self, MODES};
use moonset_oracle::puc;

/// Functions of values alone.
const PROGRAM: &str = include_str!("../programs/library.lua");

/// Functions that reach outside of the script or into the state: run in processes and folders of their own.
const OUTSIDE: &str = include_str!("../programs/outside.lua");

/// Differences that a report shows.
const SHOWN: usize = 40;

fn compare(library: &str) {
    let binary = moonset::binary().unwrap_or_else(|why| panic!("no moonset binary to test: {why}"));
    let text = program(PROGRAM, library, "600");
    let expected = puc::run_text(&text, "@library.lua");
    assert_eq!(expected.error, None);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(library);
    let name = "library.lua";
    fs::create_dir_all(&folder).expect("a folder for the program");
    fs::write(folder.join(name), &text).expect("the program can be written");
    let (_, options) = MODES[0];
    let outcome = moonset::run(&binary, ("interpreter", options), &folder, &[name], &folder.join(name))
        .unwrap_or_else(|why| panic!("{library}: {why}"));
    assert_eq!(outcome.error, None);
    same_lines(library, &String::from_utf8_lossy(&expected.stdout), &String::from_utf8_lossy(&outcome.stdout));
}

fn program(text: &str, library: &str, rounds: &str) -> String {
    let rounds = env::var("MOONSET_LIBRARY_ROUNDS").unwrap_or_else(|_| rounds.into());
    text.replace("LIBRARY, ROUNDS", &format!("{library:?}, {rounds}"))
}

fn same_lines(library: &str, expected: &str, printed: &str) {
    assert!(expected.lines().count() > 2000, "too little was called");
    let wrong: Vec<String> = expected
        .lines()
        .zip(printed.lines())
        .filter(|(expected, printed)| expected != printed)
        .map(|(expected, printed)| format!("puc     {expected}\nmoonset {printed}"))
        .collect();
    assert!(
        wrong.is_empty(),
        "{library}: {} calls differ\n{}",
        wrong.len(),
        wrong[..wrong.len().min(SHOWN)].join("\n")
    );
    assert_eq!(expected.lines().count(), printed.lines().count());
}

fn compare_outside(library: &str) {
    let binary = moonset::binary().unwrap_or_else(|why| panic!("no moonset binary to test: {why}"));
    let text = program(OUTSIDE, library, "60");
    let outcome = |side: &str, binary: &Path, options: &[&str]| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{library}-{side}"));
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("what an earlier run left can go");
        }
        fs::create_dir_all(&folder).expect("a folder for the program");
        fs::write(folder.join("program.lua"), &text).expect("the program can be written");
        let ended = Command::new(binary)
            .args(options)
            .arg("program.lua")
            .current_dir(&folder)
            .env("LC_ALL", "C")
            .env("TZ", "UTC")
            .stdin(Stdio::null())
            .output()
            .expect("it starts");
        assert!(ended.status.success(), "{side}: {}", String::from_utf8_lossy(&ended.stderr));
        String::from_utf8_lossy(&fs::read(folder.join("outcome")).expect("what the program writes")).into_owned()
    };
    let expected = outcome("puc", Path::new(env!("CARGO_BIN_EXE_oracle")), &[]);
    same_lines(library, &expected, &outcome("moonset", &binary, MODES[0].1));
}

#[test]
fn string() {
    compare("string");
}

#[test]
fn table() {
    compare("table");
}

#[test]
fn math() {
    compare("math");
}

#[test]
fn utf8() {
    compare("utf8");
}

#[test]
fn base() {
    compare("base");
}

#[test]
fn os() {
    compare_outside("os");
}

#[test]
fn io() {
    compare_outside("io");
}

#[test]
fn methods_of_files() {
    compare_outside("file");
}

#[test]
fn coroutine() {
    compare_outside("coroutine");
}

#[test]
fn debug() {
    compare_outside("debug");
}

#[test]
fn package() {
    compare_outside("package");
}

#[test]
fn base_with_files() {
    compare_outside("base");
}
