//! Files that are not run: `--check`, `--compile`, `--list`; and the options that LuaJIT's users know.

#[allow(dead_code, reason = "each test uses a part of it")]
mod common;

use std::fs;
use std::path::Path;

use common::{Run, moonset, run};
use moonset_jit::JitOptions;
use tempfile::TempDir;

/// Runs the program in a folder that has these files.
fn within(files: &[(&str, &[u8])], words: &[&str]) -> (Run, TempDir) {
    let folder = TempDir::new().expect("a temporary folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("room for a file");
    }
    (again(&folder, words), folder)
}

fn again(folder: &TempDir, words: &[&str]) -> Run {
    let mut command = moonset();
    command.args(words).current_dir(folder.path());
    run(command, b"").unwrap_or_else(|error| panic!("{words:?}: {error}"))
}

#[track_caller]
fn gives(got: &Run, out: &str, err: &str, status: i32) {
    assert_eq!((&*got.out(), &*got.err(), got.status.code()), (out, err, Some(status)));
}

// ---- checking

#[test]
fn files_that_compile_pass_in_silence_and_do_not_run() {
    let (got, _folder) =
        within(&[("a.lua", b"#!x\nprint 'no'"), ("b.lua", b"error()")], &["--check", "a.lua", "b.lua"]);
    gives(&got, "", "", 0);
}

#[test]
fn every_file_with_an_error_is_told() {
    let files: [(&str, &[u8]); 3] = [("a.lua", b"x ="), ("b.lua", b"print 'fine'"), ("c.lua", b"\ngoto nowhere")];
    let (got, _folder) = within(&files, &["--check", "a.lua", "b.lua", "none.lua", "c.lua"]);
    let errors = "moonset: a.lua:1: unexpected symbol near <eof>
moonset: cannot open none.lua: No such file or directory
moonset: c.lua:2: no visible label 'nowhere' for <goto> at line 2\n";
    gives(&got, "", errors, 1);
}

#[test]
fn tools_want_files_and_know_their_options() {
    for (words, message) in [
        (&["--check"][..], "moonset: '--check' needs a file"),
        (&["--list", "-s", "x"], "moonset: unrecognized option '-s'"),
        (&["--compile", "-o"], "moonset: '-o' needs argument"),
        (&["--compile", "-o", "x"], "moonset: '--compile' needs a file"),
    ] {
        let (got, _folder) = within(&[], words);
        assert_eq!((got.err().lines().next(), got.status.code()), (Some(message), Some(1)), "{words:?}");
    }
}

// ---- compiling

#[test]
fn a_compiled_file_runs() {
    let (got, folder) = within(&[("a.lua", b"print('compiled', ...)")], &["--compile", "-o", "out", "a.lua"]);
    gives(&got, "", "", 0);
    gives(&again(&folder, &["out", "x"]), "compiled\tx\n", "", 0);
    gives(&again(&folder, &["--check", "out"]), "", "", 0);
    let commented = [b"# first line\n", &fs::read(folder.path().join("out")).expect("it was written")[..]].concat();
    fs::write(folder.path().join("commented"), commented).expect("room for a file");
    gives(&again(&folder, &["commented"]), "compiled\n", "", 0);
}

#[test]
fn several_files_become_one_chunk() {
    let files: [(&str, &[u8]); 2] = [("a.lua", b"x = 'from a' local y = 1 return y"), ("b.lua", b"print(x, ...)")];
    let (got, folder) = within(&files, &["--compile", "a.lua", "b.lua"]);
    gives(&got, "", "", 0);
    gives(&again(&folder, &["luac.out", "argument"]), "from a\n", "", 0);
    let (got, folder) = within(&[("a.lua", b"x ="), ("b.lua", b"")], &["--compile", "a.lua", "b.lua"]);
    gives(&got, "", "moonset: a.lua:1: unexpected symbol near <eof>\n", 1);
    assert!(!Path::new(&folder.path().join("luac.out")).exists());
}

#[test]
fn stripped_chunks_know_no_lines() {
    let (got, folder) = within(&[("a.lua", b"\nlocal x\nx()")], &["--compile", "-s", "a.lua"]);
    gives(&got, "", "", 0);
    let got = again(&folder, &["luac.out"]);
    assert!(got.err().starts_with("moonset: ?:") && !got.err().contains("a.lua"), "{}", got.err());
}

#[test]
fn output_that_cannot_be_written_is_an_error() {
    let (got, _folder) = within(&[("a.lua", b"")], &["--compile", "-o", "no/such/folder", "a.lua"]);
    gives(&got, "", "moonset: cannot write no/such/folder: No such file or directory\n", 1);
}

// ---- listing

#[test]
fn bytecode_is_listed_of_text_and_of_binary_chunks() {
    let text = b"local function add(a, b) return a + b end\nprint(add(1, x))";
    let (listed, folder) = within(&[("a.lua", text)], &["--list", "a.lua"]);
    let out = listed.out();
    assert!(
        out.starts_with("main: params 0+") && out.contains("function 1-1: params 2") && out.contains("_ENV.print"),
        "{out}"
    );
    gives(&again(&folder, &["--compile", "a.lua"]), "", "", 0);
    gives(&again(&folder, &["--list", "luac.out"]), &out, "", 0);
}

// ---- what LuaJIT's users type

#[test]
fn tunables_are_listed_and_set() {
    let (got, _folder) = within(&[], &["--opt=help"]);
    let default = format!("\n  hot_loop={} ", JitOptions::default().hot_loop);
    assert!(got.out().contains(&default) && got.out().contains("(LuaJIT: hotloop)"), "{}", got.out());
    let code = "local on, tunables = require 'moonset'.jit.status() print(on, tunables.hot_loop, tunables.max_record)";
    let (got, _folder) = within(&[], &["-Ohotloop=7,max_record=100", "-joff", "-e", code]);
    gives(&got, "false\t7\t100\n", "", 0);
    let (got, _folder) = within(&[], &["-O+sink,-sink", "-e", "print(require 'moonset'.sink.status())"]);
    gives(&got, "false\n", "", 0);
    let (got, _folder) = within(&[], &["-Ofold"]);
    let first = got.err().lines().next().unwrap_or_default().to_string();
    assert!(first.starts_with("moonset: '-O' takes a level from 0 to 3, +sink, -sink, help, or NAME=VALUE"), "{first}");
    assert_eq!(got.status.code(), Some(1));
}

#[test]
fn verbose_mode_writes_a_line_for_each_trace() {
    let code = "local s = 0 for i = 1, 1000 do s = s + i end print(s)";
    let (got, folder) = within(&[], &["--deterministic", "-jv=log", "-e", code]);
    gives(&got, "500500\n", "", 0);
    let log = fs::read_to_string(folder.path().join("log")).expect("a log");
    assert!(log.starts_with("[TRACE   0 "), "{log}");
}

#[test]
fn variables_set_options_and_can_be_ignored() {
    let status = "print((require 'moonset'.jit.status()))";
    let with = |words: &[&str], value: &str| {
        let mut command = moonset();
        command.args(words).env("MOONSET_JIT", value);
        run(command, b"").expect("it ends")
    };
    gives(&with(&["-e", status], "off"), "false\n", "", 0);
    gives(&with(&["--jit=on", "-e", status], "off"), "true\n", "", 0);
    gives(&with(&["-E", "-e", status], "off"), "true\n", "", 0);
    let got = with(&["-e", status], "perhaps");
    assert_eq!(got.err().lines().next(), Some("moonset: 'MOONSET_JIT' takes on, off or stress, not 'perhaps'"));
}

#[test]
fn a_seed_makes_random_numbers_repeat() {
    let words = ["--seed=42", "-e", "print(math.random(1 << 40), math.random(1 << 40))"];
    let (first, folder) = within(&[], &words);
    gives(&again(&folder, &words), &first.out(), "", 0);
}
