//! A Lua state for a Rust program: how it is made, and what can be asked of it.

use std::cell::RefCell;
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::time::Duration;

use moonset_jit::{Dump, JitEngine, JitOptions};
use moonset_runtime::heap::{BlockSource, HeapOptions, Stress};
use moonset_runtime::interrupt::InterruptHandle;
use moonset_runtime::stdlib::{self, LibraryOptions};
use moonset_runtime::vm::{Vm, VmOptions};

use crate::chunk::Chunk;
use crate::config::{Config, GcMode, JitMode};
use crate::convert::{FromLua, IntoLua, Value};
use crate::error::{Error, Result};
use crate::limits::Watchdog;
use crate::module;
use crate::stats::Stats;

/// The seed of everything random in deterministic states.
const FIXED_SEED: u64 = 0x6d6f_6f6e_7365_7401;

/// A Lua state with the standard library.
pub struct Lua {
    vm: RefCell<Box<Vm>>,
    watchdog: RefCell<Option<Watchdog>>,
}

impl Default for Lua {
    fn default() -> Self {
        Lua::new()
    }
}

impl Lua {
    /// A state with the default settings. Panics when there is no memory for one; [`Builder::build`] does not.
    pub fn new() -> Lua {
        Lua::builder().build().expect("memory for a Lua state")
    }

    /// Settings for a state.
    pub fn builder() -> Builder {
        Builder { config: Config::default(), source: None }
    }

    /// A state with these settings.
    pub fn with_config(config: Config) -> Result<Lua> {
        Lua::make(config, None)
    }

    fn make(config: Config, source: Option<Box<dyn BlockSource>>) -> Result<Lua> {
        let mut vm = Vm::new(VmOptions { source, ..vm_options(&config) }).map_err(|_| Error::MemoryError)?;
        // The engine is there even if it is off, so that it can be switched on.
        let enabled = config.jit != JitMode::Off;
        let mut engine = JitEngine::new(jit_options(&config), enabled);
        if config.times {
            engine.set_timed();
            vm.start_clock();
        }
        if config.perf_map {
            engine.set_perf_map().map_err(|(path, error)| Error::RuntimeError {
                message: format!("cannot write {}: {error}", path.display()),
                traceback: String::new(),
            })?;
        }
        vm.set_engine(Box::new(engine));
        let library = LibraryOptions {
            seed: (seed(&config), seed(&config)),
            environment: !config.ignore_environment,
            sandbox: config.sandbox,
        };
        stdlib::open(&mut vm, library).map_err(|_| Error::MemoryError)?;
        if !config.sandbox {
            module::install(&mut vm).map_err(|_| Error::MemoryError)?;
        }
        vm.set_instruction_limit(config.max_instructions);
        let lua = Lua { vm: RefCell::new(vm), watchdog: RefCell::new(None) };
        if config.timeout.is_some() {
            lua.set_timeout(config.timeout);
        }
        Ok(lua)
    }

    /// Gives scripts so much time, from now on, or as much as they take. Then an error is raised, and again when it is caught. A call
    /// of the system that waits, for a line of input perhaps, is not broken off.
    pub fn set_timeout(&self, time: Option<Duration>) {
        let mut watchdog = self.watchdog.borrow_mut();
        *watchdog = None;
        *watchdog = time.and_then(|time| self.with_vm(|vm| Watchdog::start(vm, time)));
    }

    /// Limits the bytes that may be held for scripts. What would exceed it is the error `not enough memory`, which a script can catch.
    /// At least [`Config::MIN_MEMORY`].
    pub fn set_memory_limit(&self, bytes: Option<usize>) {
        self.with_vm(|vm| vm.set_memory_limit(bytes.map(|bytes| bytes.max(Config::MIN_MEMORY))));
    }

    /// Bytes held for scripts at present: objects, free room between them, stacks, machine code, and what stands beside them.
    pub fn used_memory(&self) -> usize {
        self.with_vm(|vm| vm.held_memory())
    }

    /// By which other threads interrupt what runs in this state.
    pub fn interrupt_handle(&self) -> InterruptHandle {
        self.with_vm(|vm| vm.interrupt_handle())
    }

    /// A text to be run.
    pub fn load(&self, source: impl AsRef<[u8]>) -> Chunk<'_> {
        Chunk::new(self, source.as_ref().to_vec())
    }

    /// The global variables.
    pub fn globals(&self) -> Globals<'_> {
        Globals { lua: self }
    }

    /// What the state has done so far.
    pub fn stats(&self) -> Stats {
        self.with_vm(Stats::of)
    }

    /// Collects all garbage.
    pub fn gc_collect(&self) {
        self.with_vm(Vm::collect_full);
    }

    /// Text for people about the trace compiler goes to where `dump` says.
    pub fn set_dump(&self, dump: Dump) {
        self.with_vm(|vm| {
            if let Some(engine) = vm.engine().as_any().downcast_mut::<JitEngine>() {
                engine.dump = dump;
            }
        });
    }

    /// Lines about what the trace compiler compiles and gives up go there: where, its size and its time, or the reason.
    pub fn set_trace_log(&self, out: Box<dyn Write>) {
        self.with_vm(|vm| {
            if let Some(engine) = vm.engine().as_any().downcast_mut::<JitEngine>() {
                engine.set_trace_log(out);
            }
        });
    }

    /// The machine underneath, for what this crate does not offer. Its interface changes with every version.
    pub fn with_vm<T>(&self, action: impl FnOnce(&mut Vm) -> T) -> T {
        action(&mut self.vm.borrow_mut())
    }
}

/// Settings for a state: see [`Lua::builder`].
#[must_use]
pub struct Builder {
    config: Config,
    source: Option<Box<dyn BlockSource>>,
}

impl Builder {
    /// What compiles traces.
    pub fn jit(mut self, mode: JitMode) -> Self {
        self.config.jit = mode;
        self
    }

    /// Whether traces sink allocations that don't escape.
    pub fn sink(mut self, on: bool) -> Self {
        self.config.sink = on;
        self
    }

    /// When garbage is collected.
    pub fn gc(mut self, mode: GcMode) -> Self {
        self.config.gc = mode;
        self
    }

    /// A fixed size of the nursery, brought between [`Config::MIN_NURSERY`] and [`Config::MAX_NURSERY`].
    pub fn nursery(mut self, bytes: usize) -> Self {
        self.config.nursery = Some(bytes.clamp(Config::MIN_NURSERY, Config::MAX_NURSERY));
        self
    }

    /// Whether two runs do the same.
    pub fn deterministic(mut self, on: bool) -> Self {
        self.config.deterministic = on;
        self
    }

    /// The most bytes that may be held for scripts: see [`Lua::set_memory_limit`].
    pub fn max_memory(mut self, bytes: usize) -> Self {
        self.config.max_memory = Some(bytes.max(Config::MIN_MEMORY));
        self
    }

    /// How long scripts may run: see [`Lua::set_timeout`].
    pub fn timeout(mut self, time: Duration) -> Self {
        self.config.timeout = Some(time);
        self
    }

    /// How many instructions may be carried out: see [`Config::max_instructions`].
    pub fn max_instructions(mut self, count: u64) -> Self {
        self.config.max_instructions = Some(count);
        self
    }

    /// Whether the library is that of a sandbox: see [`Config::sandbox`].
    pub fn sandbox(mut self, on: bool) -> Self {
        self.config.sandbox = on;
        self
    }

    /// The most bytes of machine code: see [`Config::max_mcode`].
    pub fn max_mcode(mut self, bytes: usize) -> Self {
        self.config.max_mcode = Some(bytes.max(Config::MIN_MCODE));
        self
    }

    /// Whether [`Stats::times`] is measured: see [`Config::times`].
    pub fn times(mut self, on: bool) -> Self {
        self.config.times = on;
        self
    }

    /// Whether Linux's `perf` is told of compiled traces: see [`Config::perf_map`].
    pub fn perf_map(mut self, on: bool) -> Self {
        self.config.perf_map = on;
        self
    }

    /// Where memory comes from, instead of the system. It sees every block, and is told of what the runtime takes from the process's
    /// allocator on the scripts' behalf.
    pub fn block_source(mut self, source: Box<dyn BlockSource>) -> Self {
        self.source = Some(source);
        self
    }

    /// Makes the state.
    pub fn build(self) -> Result<Lua> {
        Lua::make(self.config, self.source)
    }
}

/// The global variables of a state.
#[derive(Clone, Copy)]
pub struct Globals<'lua> {
    lua: &'lua Lua,
}

impl Globals<'_> {
    /// The value of a variable; metamethods are not asked.
    pub fn get<T: FromLua>(self, name: &str) -> Result<T> {
        let value = self.lua.with_vm(|vm| {
            let cx = vm.cx();
            Value::copy_from(cx.globals().get_bytes(cx, name.as_bytes()))
        });
        T::from_lua(value)
    }

    /// Sets a variable.
    pub fn set(self, name: &str, value: impl IntoLua) -> Result<()> {
        let value = value.into_lua();
        self.lua.with_vm(|vm| {
            let cx = vm.cx();
            let value = value.to_lua(cx)?;
            cx.globals().set_bytes(cx, name.as_bytes(), value).map_err(|_| Error::MemoryError)
        })
    }
}

fn seed(config: &Config) -> u64 {
    if let Some(seed) = config.seed {
        return seed;
    }
    if config.deterministic { FIXED_SEED } else { RandomState::new().hash_one(FIXED_SEED) }
}

fn vm_options(config: &Config) -> VmOptions {
    let mut heap = HeapOptions::default();
    if let Some(bytes) = config.nursery {
        heap.nursery = bytes;
        heap.nursery_fixed = true;
    }
    heap.nursery_fixed |= config.deterministic;
    if config.gc == GcMode::Stress {
        heap.stress = Stress::Every { minor: 1, major: 8 };
        heap.evacuate_all = true;
        heap.poison = true;
    }
    heap.limit = config.max_memory.map(|bytes| bytes.max(Config::MIN_MEMORY));
    VmOptions { heap, hash_seed: seed(config), ..VmOptions::default() }
}

fn jit_options(config: &Config) -> JitOptions {
    let mut options = JitOptions { sink: config.sink, ..config.tunables.clone() };
    if let Some(bytes) = config.max_mcode {
        options.max_code = bytes.max(Config::MIN_MCODE);
    }
    // When a trace begins to run must not depend on another thread.
    options.background &= !config.deterministic && config.jit != JitMode::Stress;
    if config.jit == JitMode::Stress {
        options.hot_loop = 1;
        options.hot_call = 1;
        options.hot_exit = 1;
        options.min_function = 60;
        options.min_turns = 0;
    }
    options
}
