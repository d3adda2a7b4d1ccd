//! The limit on machine code: when it is exceeded, whole trees go, the least recently entered first.
//!
//! ```text
//!   a tree lands ──> is more held than `max_code`? ──> the tree entered longest ago goes, its site counts anew ──> again?
//! ```
//!
//! The stamp of an entry is written by the interpreter. Machine code that enters other machine code writes none; there, a tree
//! counts as entered when one was that may have entered it. What counts is what the trees hold: pages. The tree that has just
//! landed stays; one that alone exceeds the limit does not land at all. So more than the limit is held only between the
//! compilation of a tree and its landing, by that tree.
//!
//! What must hold: machine code that is active when this runs waits for a call that it has asked for; it is kept, and finds when that
//! returns that it cannot go on. So a tree can go whatever it is. Each eviction makes the site wait twice as long before it is recorded again, up to a bound, so that a
//! program whose hot code does not fit spends its time in the interpreter rather than in the compiler.

use moonset_runtime::vm::Vm;

use crate::engine::JitEngine;
use crate::forest::{entered_from, last_entered, uninstall};
use crate::policy;
use crate::tree::Tree;

impl JitEngine {
    /// Makes what is held fit the limit; `kept` stays.
    pub(crate) fn make_room(&mut self, vm: &mut Vm, kept: u32) {
        self.sweep(vm);
        while self.held > self.options.max_code {
            let stamps = self.stamps();
            let candidates = self.trees.iter().enumerate().filter_map(|(number, tree)| {
                tree.as_ref().filter(|tree| number != kept as usize && tree.compiled.is_some())?;
                Some((stamps[number], number))
            });
            let Some((_, number)) = candidates.min() else { return };
            self.evict(vm, number as u32);
        }
    }

    /// When each tree was entered last.
    fn stamps(&self) -> Vec<u64> {
        let mut stamps: Vec<u64> = self.trees.iter().map(|tree| tree.as_deref().map_or(0, last_entered)).collect();
        loop {
            let mut changed = false;
            for (number, tree) in self.trees.iter().enumerate() {
                for other in tree.iter().flat_map(|tree| entered_from(tree)) {
                    if stamps[other as usize] < stamps[number] {
                        stamps[other as usize] = stamps[number];
                        changed = true;
                    }
                }
            }
            if !changed {
                return stamps;
            }
        }
    }

    /// Frees a tree. Its site counts again.
    fn evict(&mut self, vm: &mut Vm, number: u32) {
        let Some(tree) = self.trees[number as usize].take() else { return };
        self.log_evicted(number, &tree);
        self.flights.retain(|flight| *flight != number);
        let event = uninstall(&tree);
        self.forget(vm, *tree);
        self.stats.evicted += 1;
        policy::evicted(event, &self.options);
    }

    /// Frees the trees of functions that are gone. Their sites are gone too.
    pub(crate) fn sweep(&mut self, vm: &mut Vm) {
        for tree in std::mem::take(&mut self.unreached) {
            self.forget(vm, tree);
        }
    }

    /// Lets go of a tree that was uninstalled.
    pub(crate) fn forget(&mut self, vm: &mut Vm, tree: Tree) {
        if let Some(compiled) = tree.compiled {
            self.stats.code_bytes -= compiled.code.size as u64;
            self.held -= compiled.code.held();
            vm.note_dropped_code();
            if vm.is_called_out() {
                self.retired.push(compiled);
            }
        }
    }
}
