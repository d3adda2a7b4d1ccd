//! What a Lua state has done, in numbers: the object that `--stats=json` prints. Its keys are stable.

use std::collections::BTreeMap;
use std::fmt;

use moonset_jit::{JitEngine, JitStats};
use moonset_runtime::clock::Clock;
use moonset_runtime::heap::HeapStats;
use moonset_runtime::vm::Vm;
use serde::Serialize;

/// All numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stats {
    /// Moonset's version.
    pub version: &'static str,
    /// The trace compiler.
    pub jit: Jit,
    /// Sinking of allocations.
    pub sink: Sink,
    /// The heap.
    pub gc: Gc,
    /// What took how long, if that is measured ([`crate::Config::times`]).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<Times>,
}

/// Where the time went, in milliseconds by the clock.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Times {
    /// All, since the state was made.
    pub total_ms: f64,
    /// The interpreter, the library and everything that is not named here.
    pub interpreter_ms: f64,
    /// Machine code, with the functions that it calls.
    pub machine_code_ms: f64,
    /// The recorder.
    pub recorder_ms: f64,
    /// Passes over graphs.
    pub passes_ms: f64,
    /// Lowering and code generation.
    pub codegen_ms: f64,
    /// Of passes and code generation, what the program waited for. The rest went on beside it, and is not part of `total_ms`.
    pub compile_wait_ms: f64,
    /// The collector.
    pub gc_ms: f64,
}

/// What the trace compiler did.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Jit {
    /// Whether hot code is compiled.
    pub enabled: bool,
    /// Whether allocations are sunk.
    pub sink: bool,
    /// Root traces compiled.
    pub traces: u64,
    /// Side paths compiled.
    pub side_traces: u64,
    /// Recordings given up.
    pub aborts: u64,
    /// Recordings given up, by reason.
    pub abort_reasons: BTreeMap<String, u64>,
    /// Sites left alone for good.
    pub blacklisted: u64,
    /// Times that all machine code was dropped.
    pub flushes: u64,
    /// Traces freed because machine code was at its limit.
    pub evicted: u64,
    /// Exits taken.
    pub exits: u64,
    /// Bytes of machine code.
    pub code_bytes: u64,
    /// Milliseconds spent compiling.
    pub compile_ms: f64,
}

/// What sinking did.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Sink {
    /// Allocations in recorded traces.
    pub sites: u64,
    /// Those that the machine code does not carry out.
    pub sunk_sites: u64,
    /// Objects made by exits.
    pub materialized: u64,
}

/// What the heap did.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Gc {
    /// Bytes ever allocated, by machine code too.
    pub allocated_bytes: u64,
    /// Minor collections.
    pub minor: u64,
    /// Major collections.
    pub major: u64,
    /// Bytes that moved from the young to the old generation.
    pub promoted_bytes: u64,
    /// Lengths of the pauses.
    pub pause_us: Pauses,
    /// Bytes of objects now.
    pub heap_live_bytes: u64,
    /// The most memory that the heap held.
    pub heap_peak_bytes: u64,
}

/// Lengths of collection pauses in microseconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Pauses {
    /// Half of them were not longer.
    pub p50: f64,
    /// 99 of 100 were not longer.
    pub p99: f64,
    /// The longest.
    pub max: f64,
    /// All together.
    pub total: f64,
}

impl Stats {
    /// The numbers of a machine.
    pub fn of(vm: &mut Vm) -> Stats {
        let heap = vm.heap_stats();
        let clock = vm.clock();
        let engine = vm.engine().as_any().downcast_ref::<JitEngine>();
        let jit = engine.map(Jit::of).unwrap_or_default();
        let sink = engine.map(|engine| Sink::of(&engine.stats)).unwrap_or_default();
        let times = clock.zip(engine).map(|(clock, engine)| Times::new(clock, &engine.stats, &heap));
        Stats { version: env!("CARGO_PKG_VERSION"), jit, sink, gc: Gc::new(&heap), times }
    }

    /// The JSON object, on one line.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("numbers and strings have a JSON form")
    }
}

impl Jit {
    fn of(engine: &JitEngine) -> Jit {
        let stats = engine.stats.clone();
        Jit {
            enabled: engine.is_enabled(),
            sink: engine.options().sink,
            traces: stats.traces,
            side_traces: stats.side_traces,
            aborts: stats.aborts,
            abort_reasons: stats.abort_reasons.into_iter().map(|(why, count)| (why.to_string(), count)).collect(),
            blacklisted: stats.blacklisted,
            flushes: stats.flushes,
            evicted: stats.evicted,
            exits: stats.exits,
            code_bytes: stats.code_bytes,
            compile_ms: milliseconds(stats.passes_ns + stats.codegen_ns),
        }
    }
}

impl Sink {
    fn of(stats: &JitStats) -> Sink {
        Sink { sites: stats.sink_sites, sunk_sites: stats.sunk_sites, materialized: stats.materialized }
    }
}

impl Times {
    fn new(clock: Clock, jit: &JitStats, heap: &HeapStats) -> Times {
        let (total, machine_code) = (clock.started.elapsed().as_nanos() as u64, clock.machine_code.as_nanos() as u64);
        let gc = heap.pauses().total().as_nanos() as u64;
        let rest = total.saturating_sub(machine_code + jit.recorder_ns + jit.waited_ns + gc);
        Times {
            total_ms: milliseconds(total),
            interpreter_ms: milliseconds(rest),
            machine_code_ms: milliseconds(machine_code),
            recorder_ms: milliseconds(jit.recorder_ns),
            passes_ms: milliseconds(jit.passes_ns),
            codegen_ms: milliseconds(jit.codegen_ns),
            compile_wait_ms: milliseconds(jit.waited_ns),
            gc_ms: milliseconds(gc),
        }
    }
}

fn milliseconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1e6
}

impl Gc {
    fn new(heap: &HeapStats) -> Gc {
        let pauses = heap.pauses();
        let micros = |pause: std::time::Duration| pause.as_nanos() as f64 / 1e3;
        Gc {
            allocated_bytes: heap.allocated,
            minor: heap.minor,
            major: heap.major,
            promoted_bytes: heap.promoted,
            pause_us: Pauses {
                p50: micros(pauses.percentile(50)),
                p99: micros(pauses.percentile(99)),
                max: micros(pauses.max()),
                total: micros(pauses.total()),
            },
            heap_live_bytes: heap.used as u64,
            heap_peak_bytes: heap.peak as u64,
        }
    }
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Stats { version, jit, sink, gc, times } = self;
        let on = |on| if on { "on" } else { "off" };
        writeln!(f, "moonset {version}, jit {}, sink {}", on(jit.enabled), on(jit.sink))?;
        writeln!(f, "traces: {} roots, {} side paths, {} aborts", jit.traces, jit.side_traces, jit.aborts)?;
        for (why, count) in &jit.abort_reasons {
            writeln!(f, "  {count} x {why}")?;
        }
        write!(f, "        {} sites left alone, {} flushes, ", jit.blacklisted, jit.flushes)?;
        if jit.evicted > 0 {
            write!(f, "{} traces freed, ", jit.evicted)?;
        }
        writeln!(f, "{} exits", jit.exits)?;
        writeln!(f, "        {} bytes of code, {:.2} ms compiling", jit.code_bytes, jit.compile_ms)?;
        writeln!(
            f,
            "sinking: {} of {} allocation sites, {} materialized",
            sink.sunk_sites, sink.sites, sink.materialized
        )?;
        writeln!(f, "heap: {} bytes allocated, {} promoted", gc.allocated_bytes, gc.promoted_bytes)?;
        writeln!(f, "      {} bytes in use, {} at the peak", gc.heap_live_bytes, gc.heap_peak_bytes)?;
        let pause = &gc.pause_us;
        write!(f, "collections: {} minor, {} major; pauses: ", gc.minor, gc.major)?;
        writeln!(
            f,
            "{:.0} us median, {:.0} us p99, {:.0} us longest, {:.0} us in all",
            pause.p50, pause.p99, pause.max, pause.total
        )?;
        let Some(times) = times else { return Ok(()) };
        writeln!(
            f,
            "time: {:.2} ms; interpreter {:.2}, machine code {:.2}, recorder {:.2}, waiting for the compiler {:.2}, collector {:.2}",
            times.total_ms,
            times.interpreter_ms,
            times.machine_code_ms,
            times.recorder_ms,
            times.compile_wait_ms,
            times.gc_ms
        )?;
        writeln!(f, "      compiler: passes {:.2} ms, code generation {:.2} ms", times.passes_ms, times.codegen_ms)
    }
}
