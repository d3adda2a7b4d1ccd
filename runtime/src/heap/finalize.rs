//! Objects with a finalizer, and the queue of those that are to be finalised.
//!
//! A collection moves registered objects that it did not reach to the queue, the latest registered first, and
//! brings them back to life with all they refer to. The queue is a root until the mutator takes an object
//! out. What must hold: no registered object before `first_young` is young, so a minor collection looks at the
//! rest only.

use std::collections::VecDeque;

use super::model::{CollectionKind, Liveness, Tracer};
use super::ptr::ObjPtr;

/// Registered objects in the order of registration, and the queue.
#[derive(Default)]
pub(crate) struct Finalizers {
    registered: Vec<ObjPtr>,
    first_young: usize,
    queue: VecDeque<ObjPtr>,
}

impl Finalizers {
    pub(crate) fn register(&mut self, obj: ObjPtr) {
        self.registered.push(obj);
    }

    pub(crate) fn next(&mut self) -> Option<ObjPtr> {
        self.queue.pop_front()
    }

    pub(crate) fn queue_len(&self) -> usize {
        self.queue.len()
    }

    /// Queues all registered objects, the latest registered first.
    pub(crate) fn queue_all(&mut self) {
        self.queue.extend(self.registered.drain(..).rev());
        self.first_young = 0;
    }

    /// Visits the queue, which a collection does with the roots.
    pub(crate) fn trace_queue(&mut self, tracer: &mut impl Tracer) {
        for obj in &mut self.queue {
            edge(tracer, obj);
        }
    }

    /// Visits the registered objects: they are redirected or, by a collection that must find none of them dead, kept.
    pub(crate) fn trace_registered(&mut self, tracer: &mut impl Tracer) {
        for obj in &mut self.registered {
            edge(tracer, obj);
        }
        self.note_first_young(0);
    }

    /// Sets `first_young`, with no young object before `from`.
    fn note_first_young(&mut self, from: usize) {
        let young = self.registered[from..].iter().position(|obj| obj.is_young());
        self.first_young = young.map_or(self.registered.len(), |offset| from + offset);
    }

    /// Moves the registered objects that were not reached to the queue and visits them.
    pub(crate) fn separate(&mut self, collector: &mut (impl Tracer + Liveness), kind: CollectionKind) {
        let first = if kind == CollectionKind::Minor { self.first_young } else { 0 };
        let mut kept = first;
        let mut dead = Vec::new();
        for index in first..self.registered.len() {
            let obj = self.registered[index];
            match collector.is_live(obj) {
                Some(obj) => {
                    self.registered[kept] = obj;
                    kept += 1;
                }
                None => dead.push(obj),
            }
        }
        self.registered.truncate(kept);
        for mut obj in dead.into_iter().rev() {
            edge(collector, &mut obj);
            self.queue.push_back(obj);
        }
        self.note_first_young(first);
    }
}

fn edge(tracer: &mut impl Tracer, obj: &mut ObjPtr) {
    let slot = std::ptr::from_mut(obj).cast::<Option<ObjPtr>>();
    // SAFETY: an ObjPtr in memory is a Some in memory; it is live or about to be kept alive by this visit.
    unsafe { tracer.edge(slot) }
}
