//! Switching the compiler while the program runs: on and off, sinking on and off, and dropping all that was compiled.
//!
//! Machine code that waits for a call of a library function is kept until it has returned; of other machine code there is no activation when
//! this code runs, and its memory can go. What was compiled with other settings is dropped, so that a switch holds for everything at once.

use moonset_runtime::engine::TraceEngine;
use moonset_runtime::vm::Vm;

use crate::abort::Abort;
use crate::engine::JitEngine;
use crate::forest::uninstall;
use crate::options::JitOptions;

impl JitEngine {
    /// Whether hot code is compiled.
    pub fn is_enabled(&self) -> bool {
        self.enabled
    }

    /// Switches the compiler. What has been compiled is dropped when it goes off.
    pub fn set_enabled(&mut self, vm: &mut Vm, on: bool) {
        if self.enabled != on {
            self.enabled = on;
            self.flush(vm);
        }
    }

    /// Switches sinking of allocations. What has been compiled is dropped.
    pub fn set_sink(&mut self, vm: &mut Vm, on: bool) {
        if self.options.sink != on {
            self.options.sink = on;
            self.flush(vm);
        }
    }

    /// The tunables.
    pub fn options(&self) -> &JitOptions {
        &self.options
    }

    /// Drops all machine code. Every site counts anew, those that were left alone too.
    pub fn flush(&mut self, vm: &mut Vm) {
        self.give_up(Abort::Interrupted);
        vm.note_recording_ended();
        self.flights.clear();
        self.sweep(vm);
        for tree in std::mem::take(&mut self.trees).into_iter().flatten() {
            uninstall(&tree);
            self.forget(vm, *tree);
        }
        self.log.flush();
        self.stats.flushes += 1;
        vm.rearm_sites(self.hot_counts());
    }
}
