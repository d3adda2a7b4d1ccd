//! The rules of the house, checked on the repository's own files.
//!
//! - A file has a `//!` head and at most 700 lines.
//! - Unsafe code stands only in the files listed here, and each block says why it is sound.
//! - Crates and folders depend on each other only in the directions of ARCHITECTURE.md.
//! - Comments state the rule now in force: no notes about work to be done, no plan's names. No test is switched off.

#[allow(dead_code, reason = "each test uses a part of it")]
mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{files, root};

const MAX_LINES: usize = 700;

/// The files that may contain unsafe code.
const UNSAFE: &[&str] = &[
    "jit/src/bind.rs",
    "jit/src/code/memory.rs",
    "jit/src/deopt.rs",
    "jit/src/forest.rs",
    "jit/src/helpers.rs",
    "jit/src/policy.rs",
    "jit/src/record/call.rs",
    "jit/src/record/close.rs",
    "jit/src/record/mod.rs",
    "jit/src/record/world.rs",
    "runtime/src/cx.rs",
    "runtime/src/engine.rs",
    "runtime/src/heap/block.rs",
    "runtime/src/heap/collect.rs",
    "runtime/src/heap/copy.rs",
    "runtime/src/heap/finalize.rs",
    "runtime/src/heap/large.rs",
    "runtime/src/heap/major.rs",
    "runtime/src/heap/minor.rs",
    "runtime/src/heap/mod.rs",
    "runtime/src/heap/model.rs",
    "runtime/src/heap/old.rs",
    "runtime/src/heap/pinned.rs",
    "runtime/src/heap/ptr.rs",
    "runtime/src/heap/source.rs",
    "runtime/src/heap/stress.rs",
    "runtime/src/heap/verify.rs",
    "runtime/src/heap/weak.rs",
    "runtime/src/inspect.rs",
    "runtime/src/interp/access.rs",
    "runtime/src/interp/array.rs",
    "runtime/src/interp/cache.rs",
    "runtime/src/interp/call.rs",
    "runtime/src/interp/close.rs",
    "runtime/src/interp/coroutine.rs",
    "runtime/src/interp/coroutine/quick.rs",
    "runtime/src/interp/dispatch.rs",
    "runtime/src/interp/frame.rs",
    "runtime/src/interp/gc.rs",
    "runtime/src/interp/hook.rs",
    "runtime/src/interp/hot.rs",
    "runtime/src/interp/index.rs",
    "runtime/src/interp/leaf.rs",
    "runtime/src/interp/machine.rs",
    "runtime/src/interp/message.rs",
    "runtime/src/interp/op/jit.rs",
    "runtime/src/interp/origin.rs",
    "runtime/src/interp/outcall.rs",
    "runtime/src/interp/protect.rs",
    "runtime/src/interp/stack.rs",
    "runtime/src/interp/walk.rs",
    "runtime/src/interrupt.rs",
    "runtime/src/native.rs",
    "runtime/src/object/cell.rs",
    "runtime/src/object/closure.rs",
    "runtime/src/object/collect_tests.rs",
    "runtime/src/object/layout.rs",
    "runtime/src/object/mod.rs",
    "runtime/src/object/model/mod.rs",
    "runtime/src/object/model/trace.rs",
    "runtime/src/object/model/weak.rs",
    "runtime/src/object/native.rs",
    "runtime/src/object/proto.rs",
    "runtime/src/object/shape/collect.rs",
    "runtime/src/object/shape/mod.rs",
    "runtime/src/object/space.rs",
    "runtime/src/object/string.rs",
    "runtime/src/object/table/array.rs",
    "runtime/src/object/table/cache.rs",
    "runtime/src/object/table/hash.rs",
    "runtime/src/object/table/meta.rs",
    "runtime/src/object/table/mod.rs",
    "runtime/src/object/table/slots.rs",
    "runtime/src/object/testing.rs",
    "runtime/src/object/tests.rs",
    "runtime/src/object/thread.rs",
    "runtime/src/object/userdata.rs",
    "runtime/src/stdlib/local_time.rs",
    "runtime/src/value.rs",
    "runtime/src/vm.rs",
    "runtime/tests/heap/limits.rs",
    "runtime/tests/heap/toy.rs",
    "tests/limits.rs",
    "tests/oracle/src/puc.rs",
];

/// A folder or file, and the paths that its code must not name.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("ir/src", &["moonset_runtime", "moonset_jit", "cranelift"]),
    ("runtime/src", &["moonset_ir", "moonset_jit", "cranelift"]),
    ("runtime/src/heap", &["crate::object", "crate::vm", "crate::interp", "crate::stdlib", "crate::value"]),
    ("runtime/src/syntax", &["crate::interp", "crate::vm", "crate::object", "crate::heap", "crate::compile"]),
    ("runtime/src/compile", &["crate::interp", "crate::vm", "crate::heap"]),
    ("jit/src/record", &["cranelift", "crate::lower", "crate::code"]),
    ("jit/src/lower", &["crate::record"]),
    ("jit/src/deopt.rs", &["crate::record", "crate::lower", "cranelift"]),
    ("jit/src/materialize.rs", &["crate::record", "crate::lower", "cranelift"]),
    ("src", &["moonset_ir", "cranelift"]),
];

fn sources() -> Vec<PathBuf> {
    let mut all = Vec::new();
    for folder in ["src", "ir", "runtime", "jit", "tests", "benches"] {
        all.extend(
            files(folder, "rs").into_iter().filter(|path| !path.components().any(|it| it.as_os_str() == "target")),
        );
    }
    assert!(all.len() > 50, "only {} source files were found", all.len());
    all
}

fn text(path: &Path) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// A line without what follows `//`. Slashes in string literals cut a line short, which hides nothing that is looked for here.
fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or_default()
}

/// Collects what is wrong and fails with all of it.
#[derive(Default)]
struct Complaints(Vec<String>);

impl Complaints {
    fn add(&mut self, path: &Path, line: usize, what: impl std::fmt::Display) {
        self.0.push(format!("{}:{}: {what}", path.display(), line + 1));
    }

    fn check(self) {
        assert!(self.0.is_empty(), "\n{}\n", self.0.join("\n"));
    }
}

#[test]
fn files_have_a_head_and_are_short() {
    let mut complaints = Complaints::default();
    for path in sources() {
        let text = text(&path);
        if !text.starts_with("//!") {
            complaints.add(&path, 0, "no `//!` head");
        }
        let lines = text.lines().count();
        if lines > MAX_LINES {
            complaints.add(&path, lines, format!("more than {MAX_LINES} lines"));
        }
    }
    complaints.check();
}

/// Whether a line of code has the keyword.
fn is_unsafe(line: &str) -> bool {
    let code = code(line);
    let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    code.match_indices("unsafe").any(|(at, word)| {
        let bytes = code.as_bytes();
        !is_word(at.checked_sub(1).and_then(|at| bytes.get(at))) && !is_word(bytes.get(at + word.len()))
    })
}

#[test]
fn unsafe_code_is_where_it_may_be() {
    let mut complaints = Complaints::default();
    for path in sources() {
        let listed = UNSAFE.iter().any(|listed| Path::new(listed) == path);
        let text = text(&path);
        let first = text.lines().position(is_unsafe_code);
        match first {
            Some(line) if !listed => complaints.add(&path, line, "unsafe code in a file that is not on the list"),
            None if listed => complaints.add(&path, 0, "on the list, but has no unsafe code"),
            _ => {}
        }
    }
    complaints.check();
}

/// Unsafe code, as opposed to attributes about it and text of this test.
fn is_unsafe_code(line: &str) -> bool {
    let code = code(line).trim_start();
    is_unsafe(line) && !code.starts_with("#!") && !code.starts_with("#[") && !code.contains('"')
}

#[test]
fn unsafe_blocks_say_why_they_are_sound() {
    let mut complaints = Complaints::default();
    for path in sources().into_iter().filter(|path| !path.ends_with("tidy.rs")) {
        let text = text(&path);
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let code = code(line);
            if !code.contains("unsafe {") && !code.contains("unsafe impl") || code.trim_start().starts_with("($") {
                continue;
            }
            let mut above = lines[..at].iter().rev().take(12);
            if !line.contains("SAFETY:") && !above.any(|line| line.contains("SAFETY:") || line.contains("# Safety")) {
                complaints.add(&path, at, "no `SAFETY:` line above");
            }
        }
    }
    complaints.check();
}

#[test]
fn dependencies_go_one_way() {
    let mut complaints = Complaints::default();
    for path in sources() {
        for (_, forbidden) in FORBIDDEN.iter().filter(|(part, _)| path.starts_with(part)) {
            for (at, line) in text(&path).lines().enumerate() {
                if let Some(name) = forbidden.iter().find(|name| code(line).contains(**name)) {
                    complaints.add(&path, at, format!("names {name}"));
                }
            }
        }
    }
    complaints.check();
}

#[test]
fn manifests_go_one_way() {
    let dependencies = |manifest: &str| -> String {
        let text = text(Path::new(manifest));
        let (_, rest) = text.split_once("[dependencies]").unwrap_or_else(|| panic!("{manifest} has no dependencies"));
        rest.split("\n[").next().unwrap_or_default().to_string()
    };
    for (manifest, forbidden) in [
        ("ir/Cargo.toml", &["moonset", "cranelift"][..]),
        ("runtime/Cargo.toml", &["moonset", "cranelift"]),
        ("Cargo.toml", &["moonset-ir", "cranelift", "mlua"]),
    ] {
        let listed = dependencies(manifest);
        for name in forbidden {
            assert!(!listed.lines().any(|line| line.starts_with(name)), "{manifest} depends on {name}");
        }
    }
}

#[test]
fn comments_state_the_rule_now_in_force() {
    // Written in two parts, so that this file does not contain them.
    let words: Vec<String> = [("TO", "DO"), ("FIX", "ME"), ("XX", "X:"), ("for ", "now"), ("not yet ", "implemented")]
        .iter()
        .map(|(a, b)| format!("{a}{b}"))
        .collect();
    let calls: Vec<String> =
        [("todo", "!("), ("unimplemented", "!("), ("#[", "ignore")].iter().map(|(a, b)| format!("{a}{b}")).collect();
    let mut complaints = Complaints::default();
    for path in sources() {
        for (at, line) in text(&path).lines().enumerate() {
            let comment = line.split_once("//").map_or("", |(_, comment)| comment);
            for word in words.iter().filter(|word| comment.contains(*word)) {
                complaints.add(&path, at, format!("a comment says `{word}`"));
            }
            for call in calls.iter().filter(|call| line.contains(*call)) {
                complaints.add(&path, at, format!("`{call}`"));
            }
        }
    }
    complaints.check();
}

#[test]
fn the_program_itself_has_no_unsafe_code() {
    let wanted = "#![forbid(unsafe_code)]";
    for path in ["src/lib.rs", "src/main.rs", "ir/src/lib.rs"] {
        assert!(text(Path::new(path)).contains(wanted), "{path} does not say {wanted}");
    }
}

#[test]
fn every_program_has_its_expected_output() {
    let mut complaints = Complaints::default();
    let programs = files("tests/lua", "lua");
    assert!(programs.len() >= 120, "the corpus has {} programs", programs.len());
    for program in programs {
        if !root().join(&program).with_extension("out").exists() {
            complaints.add(&program, 0, "no `.out` beside it");
        }
    }
    for program in files("tests/error", "lua") {
        if !root().join(&program).with_extension("err").exists() {
            complaints.add(&program, 0, "no `.err` beside it");
        }
    }
    complaints.check();
}
