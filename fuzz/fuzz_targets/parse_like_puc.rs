//! Any bytes as source text: Moonset accepts what PUC Lua accepts, and refuses the rest in the same words.
//!
//! Limits are excepted: how deep an expression may nest and how many registers it may take differs by design, and a text
//! with a NUL in a message is cut there by PUC.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mlua::Lua;
use mlua::chunk::ChunkMode;
use moonset_runtime::compile::compile_source;

/// What the message of a limit says.
const LIMITS: [&str; 8] = [
    "C stack overflow",
    "too many",
    "function or expression needs",
    "chunk has too many",
    "overflow",
    "limit",
    "not enough memory",
    "control structure too long",
];

thread_local! {
    static PUC: Lua = Lua::new();
}

fuzz_target!(|source: &[u8]| {
    if source.starts_with(b"\x1b") {
        return;
    }
    let ours = compile_source(source, b"=fuzz")
        .map(|_| ())
        .map_err(|error| String::from_utf8_lossy(&error.message).into_owned());
    let theirs = PUC.with(|lua| {
        lua.load(source).set_name("=fuzz").set_mode(ChunkMode::Text).into_function().map(|_| ()).map_err(text)
    });
    let limited = |result: &Result<(), String>| {
        result.as_ref().is_err_and(|text| LIMITS.iter().any(|limit| text.contains(limit)))
    };
    if !limited(&ours) && !limited(&theirs) {
        assert_eq!(ours, theirs);
    }
});

fn text(error: mlua::Error) -> String {
    match error {
        mlua::Error::SyntaxError { message, .. } => message,
        other => other.to_string(),
    }
}
