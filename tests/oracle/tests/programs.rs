//! The examples and the benchmark programs, with small arguments: every mode of Moonset prints what PUC Lua prints.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use moonset_oracle::bless::lua_files;
use moonset_oracle::moonset::{self, MODES};
use moonset_oracle::puc::Outcome;

/// Each program with arguments that keep it short, even when every safepoint collects.
const PROGRAMS: [&[&str]; 57] = [
    &["examples/binary_trees.lua", "6"],
    &["examples/closures.lua", "400"],
    &["examples/json.lua", "10"],
    &["examples/mandelbrot.lua", "10"],
    &["examples/nbody.lua", "100"],
    &["examples/points.lua", "600"],
    &["examples/queens.lua", "6"],
    &["examples/wordcount.lua", "examples/wordcount.lua", "12"],
    &["benches/programs/balls.lua", "1500"],
    &["benches/programs/binary_trees.lua", "6"],
    &["benches/programs/closures.lua", "300"],
    &["benches/programs/collisions.lua", "30"],
    &["benches/programs/coroutines.lua", "4000"],
    &["benches/programs/deltablue.lua", "2"],
    &["benches/programs/event_queue.lua", "25"],
    &["benches/programs/fannkuch.lua", "6"],
    &["benches/programs/fib.lua", "16"],
    &["benches/programs/format.lua", "300"],
    &["benches/programs/gmatch.lua", "100"],
    &["benches/programs/graph_search.lua", "100"],
    &["benches/programs/gsub.lua", "100"],
    &["benches/programs/hash_words.lua", "600"],
    &["benches/programs/havlak.lua", "1"],
    &["benches/programs/json.lua", "10"],
    &["benches/programs/json_tree.lua", "1"],
    &["benches/programs/life.lua", "2"],
    &["benches/programs/linked_list.lua", "300"],
    &["benches/programs/long_lived.lua", "2000"],
    &["benches/programs/lru_cache.lua", "1500"],
    &["benches/programs/mandelbrot.lua", "40"],
    &["benches/programs/mandelbrot_complex.lua", "16"],
    &["benches/programs/matmul.lua", "14"],
    &["benches/programs/matrix3.lua", "500"],
    &["benches/programs/methods.lua", "3000"],
    &["benches/programs/nbody.lua", "100"],
    &["benches/programs/object_map.lua", "2000"],
    &["benches/programs/options.lua", "1500"],
    &["benches/programs/pipelines.lua", "200"],
    &["benches/programs/points.lua", "600"],
    &["benches/programs/points_branch.lua", "1000"],
    &["benches/programs/queens.lua", "6"],
    &["benches/programs/queue.lua", "3000"],
    &["benches/programs/ranges.lua", "200"],
    &["benches/programs/rb_tree.lua", "50"],
    &["benches/programs/richards.lua", "100"],
    &["benches/programs/sieve.lua", "3000"],
    &["benches/programs/sort_strings.lua", "300"],
    &["benches/programs/spectral_norm.lua", "12"],
    &["benches/programs/split_join.lua", "20"],
    &["benches/programs/string_buffer.lua", "100"],
    &["benches/programs/string_building.lua", "400"],
    &["benches/programs/string_ops.lua", "100"],
    &["benches/programs/table_sort.lua", "300"],
    &["benches/programs/text_builder.lua", "510"],
    &["benches/programs/tokenize.lua", "20"],
    &["benches/programs/tuples.lua", "1000"],
    &["benches/programs/vec3.lua", "300"],
];

#[test]
fn every_mode_prints_what_puc_prints() {
    let binary = moonset::binary().unwrap_or_else(|why| panic!("no moonset binary to test: {why}"));
    let root = root();
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("programs-{}", std::process::id()));
    let mut failures = Vec::new();
    for words in PROGRAMS {
        let output = Command::new(env!("CARGO_BIN_EXE_oracle")).args(words).current_dir(&root).output();
        let output = output.expect("the oracle starts");
        assert!(output.status.success(), "{words:?} fails in PUC: {}", String::from_utf8_lossy(&output.stderr));
        assert!(!output.stdout.is_empty(), "{words:?} prints nothing in PUC");
        let expected = Outcome { stdout: output.stdout, error: None };
        for mode in MODES {
            match moonset::run(&binary, mode, &root, words, &scratch) {
                Ok(found) if found == expected => {}
                Ok(found) => failures.push(format!(
                    "{words:?} {:?}: prints\n{}error {:?}",
                    mode.1,
                    String::from_utf8_lossy(&found.stdout),
                    found.error.map(|e| String::from_utf8_lossy(&e).into_owned())
                )),
                Err(why) => failures.push(format!("{words:?} {:?}: {why}", mode.1)),
            }
        }
    }
    assert!(failures.is_empty(), "{} runs differ from PUC\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_program_is_listed() {
    let root = root();
    let on_disk: BTreeSet<PathBuf> = ["examples", "benches/programs"]
        .iter()
        .flat_map(|folder| lua_files(&root.join(folder)).expect("the folder can be read"))
        .map(|path| path.strip_prefix(&root).expect("below the root").to_path_buf())
        .collect();
    let listed: BTreeSet<PathBuf> = PROGRAMS.iter().map(|words| PathBuf::from(words[0])).collect();
    assert_eq!(on_disk, listed);
}

#[test]
fn every_benchmark_says_what_it_measures_and_its_group() {
    for path in lua_files(&root().join("benches/programs")).expect("the folder can be read") {
        let text = fs::read_to_string(&path).expect("the program can be read");
        let mut lines = text.lines();
        assert!(lines.next().is_some_and(|l| l.starts_with("-- Measures: ")), "{}", path.display());
        let group = lines.next().and_then(|l| l.strip_prefix("-- Group: "));
        assert!(matches!(group, Some("sink" | "escape" | "general")), "{}", path.display());
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository's root")
}
