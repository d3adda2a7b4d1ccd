//! `cargo bench`: every program of the suite with the trace compiler off, with sinking off, and as users have it.
//!
//! Each measurement is a whole run of the program in a process of its own, with a part of its usual work, so that
//! start-up and warm-up are in it. `cargo bench -- points` runs what has that in its name.

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use criterion::{Criterion, SamplingMode, criterion_group, criterion_main};
use moonset_benches::child;
use moonset_benches::contender;
use moonset_benches::program::programs;

/// How much of the usual work a measured run does.
const SCALE: f64 = 0.2;

fn suite(criterion: &mut Criterion) {
    let moonset = Path::new(env!("CARGO_BIN_EXE_moonset"));
    for program in programs(&[]).unwrap_or_else(|message| panic!("{message}")) {
        let argument = program.scaled(SCALE).to_string();
        let mut group = criterion.benchmark_group(&program.name);
        group.sampling_mode(SamplingMode::Flat);
        for mode in ["jit-off", "sink-off", "moonset"] {
            let Some(contender) = contender::find_one(mode, moonset) else { continue };
            let mut command = contender.command(&program.path);
            command.arg(&argument);
            group.bench_function(mode, |bencher| {
                bencher.iter(|| black_box(child::run(&mut command).unwrap_or_else(|message| panic!("{message}"))));
            });
        }
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2));
    targets = suite
}
criterion_main!(benches);
