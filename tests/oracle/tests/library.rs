//! Every function of the library with wrong types, counts and ranges: Moonset prints what PUC Lua 5.4.9 prints, error texts
//! included.
//!
//! `MOONSET_LIBRARY_ROUNDS` gives the number of random calls of each function (600), `MOONSET_BIN` the binary.

use std::env;
use std::fs;
use std::path::Path;

use moonset_oracle::moonset::{self, MODES};
use moonset_oracle::puc;

const PROGRAM: &str = include_str!("../programs/library.lua");

/// Differences that a report shows.
const SHOWN: usize = 40;

fn compare(library: &str) {
    let binary = moonset::binary().unwrap_or_else(|why| panic!("no moonset binary to test: {why}"));
    let rounds = env::var("MOONSET_LIBRARY_ROUNDS").unwrap_or_else(|_| "600".into());
    let text = PROGRAM.replace("LIBRARY, ROUNDS", &format!("{library:?}, {rounds}"));
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
    let expected = String::from_utf8_lossy(&expected.stdout);
    let printed = String::from_utf8_lossy(&outcome.stdout);
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
