//! A Lua state for a Rust program: how it is made, and what can be asked of it.

use std::cell::RefCell;
use std::hash::{BuildHasher, RandomState};

use moonset_jit::{Dump, JitEngine, JitOptions};
use moonset_runtime::heap::{HeapOptions, Stress};
use moonset_runtime::stdlib::{self, LibraryOptions};
use moonset_runtime::vm::{Vm, VmOptions};

use crate::chunk::Chunk;
use crate::config::{Config, GcMode, JitMode};
use crate::convert::{FromLua, IntoLua, Value};
use crate::error::{Error, Result};
use crate::module;
use crate::stats::Stats;

/// The seed of everything random in deterministic states.
const FIXED_SEED: u64 = 0x6d6f_6f6e_7365_7401;

/// A Lua state with the standard library.
pub struct Lua {
    vm: RefCell<Box<Vm>>,
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
        Builder { config: Config::default() }
    }

    /// A state with these settings.
    pub fn with_config(config: Config) -> Result<Lua> {
        let mut vm = Vm::new(vm_options(&config)).map_err(|_| Error::MemoryError)?;
        // The engine is there even if it is off, so that it can be switched on.
        let enabled = config.jit != JitMode::Off;
        vm.set_engine(Box::new(JitEngine::new(jit_options(&config), enabled)));
        let library = LibraryOptions { seed: (seed(&config), seed(&config)), environment: !config.ignore_environment };
        stdlib::open(&mut vm, library).map_err(|_| Error::MemoryError)?;
        module::install(&mut vm).map_err(|_| Error::MemoryError)?;
        Ok(Lua { vm: RefCell::new(vm) })
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

    /// The machine underneath, for what this crate does not offer. Its interface changes with every version.
    pub fn with_vm<T>(&self, action: impl FnOnce(&mut Vm) -> T) -> T {
        action(&mut self.vm.borrow_mut())
    }
}

/// Settings for a state: see [`Lua::builder`].
#[derive(Clone, Debug)]
#[must_use]
pub struct Builder {
    config: Config,
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

    /// Makes the state.
    pub fn build(self) -> Result<Lua> {
        Lua::with_config(self.config)
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
    VmOptions { heap, hash_seed: seed(config), ..VmOptions::default() }
}

fn jit_options(config: &Config) -> JitOptions {
    let mut options = JitOptions { sink: config.sink, ..config.tunables.clone() };
    if config.jit == JitMode::Stress {
        options.hot_loop = 1;
        options.hot_call = 1;
        options.hot_exit = 1;
    }
    options
}
