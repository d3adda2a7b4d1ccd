//! `require "moonset"`: the scripts of `tests/module`, which check themselves, in every mode.

#[allow(dead_code, reason = "each test uses a part of it")]
mod common;

use common::{files, moonset, run};

const MODES: [&[&str]; 7] = [
    &[],
    &["--jit=off"],
    &["--jit=stress"],
    &["--sink=off"],
    &["--gc-nursery=4K"],
    &["--gc=stress", "--jit=off"],
    &["--jit=stress", "--gc-nursery=4K", "--sink=off"],
];

#[test]
fn scripts_agree_with_themselves_in_every_mode() {
    let scripts = files("tests/module", "lua");
    assert!(scripts.len() >= 2);
    for script in scripts {
        for mode in MODES {
            let mut command = moonset();
            // They look at what has been compiled, which must not depend on when a thread is done.
            command.args(mode).arg("--opt=background=false").arg(&script);
            let got = run(command, b"").unwrap_or_else(|error| panic!("{}: {error}", script.display()));
            let ended = (&*got.out(), &*got.err(), got.status.code());
            assert_eq!(ended, ("ok\n", "", Some(0)), "{} {mode:?}", script.display());
        }
    }
}
