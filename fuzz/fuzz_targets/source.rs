//! Any bytes as source text: the front end never panics, and what it compiles passes the bytecode checker.

#![no_main]

use libfuzzer_sys::fuzz_target;
use moonset_runtime::bytecode::{check, disasm};
use moonset_runtime::compile::compile_source;

fuzz_target!(|source: &[u8]| {
    if let Ok(code) = compile_source(source, b"@fuzz.lua") {
        check::check(&code).expect("the compiler's output is valid");
        let _ = disasm::disassemble(&code);
    }
});
