//! Binary chunks of every program in the corpus: what is written is read again, passes the checks, and is the same.

use std::path::{Path, PathBuf};

use moonset_runtime::bytecode::dump::dump;
use moonset_runtime::bytecode::undump::undump;
use moonset_runtime::compile::compile_source;

fn programs(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            programs(&path, found);
        } else if path.extension().is_some_and(|it| it == "lua") {
            found.push(path);
        }
    }
}

#[test]
fn every_program_survives_being_written_and_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = Vec::new();
    for folder in ["tests/lua", "tests/trace", "tests/sink", "benches/programs"] {
        programs(&root.join(folder), &mut found);
    }
    assert!(found.len() > 50, "only {} programs were found", found.len());
    let mut read = 0;
    for path in found {
        let text = std::fs::read(&path).expect("the file can be read");
        let text = moonset_runtime::stdlib::load::skip_first_comment(&text);
        let Ok(code) = compile_source(text, b"@program") else { continue };
        for strip in [false, true] {
            let chunk = dump(&code, strip);
            let again =
                undump(&chunk, b"=chunk").unwrap_or_else(|e| panic!("{path:?}: {}", String::from_utf8_lossy(&e)));
            assert_eq!(again.code, code.code, "{path:?}");
            assert_eq!(dump(&again, strip), chunk, "{path:?}");
        }
        read += 1;
    }
    assert!(read > 50, "only {read} programs could be compiled");
}
