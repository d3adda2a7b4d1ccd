//! What both collections do once the strong graph has been followed: weak tables, finalizers, side tables.
//!
//! The order is Lua's: ephemerons converge; entries with dead weak values go; dead objects with a finalizer are resurrected,
//! with all they refer to; entries with dead keys go, and dead values of tables that came to life with the resurrected
//! objects. So a finalizer finds its object as a key in a weak table, but not as a value.
//! A minor collection does the same among the tables that it visited: a table that was not visited holds no
//! young object.

use super::finalize::Finalizers;
use super::model::{ClearPhase, CollectionKind, Liveness, ObjectModel, Tracer, WeakKind};
use super::ptr::ObjPtr;

/// A weak table that a tracer was told of.
#[derive(Clone, Copy)]
pub(crate) struct WeakTable {
    table: ObjPtr,
    kind: WeakKind,
}

/// The weak tables that a collection has met, in that order.
#[derive(Default)]
pub(crate) struct WeakTables {
    tables: Vec<WeakTable>,
}

impl WeakTables {
    pub(crate) fn add(&mut self, table: ObjPtr, kind: WeakKind) {
        self.tables.push(WeakTable { table, kind });
    }
}

/// A collection that follows references and knows what it has reached.
pub(crate) trait Collector<M: ObjectModel>: Tracer + Liveness {
    fn weak_tables(&self) -> &WeakTables;

    /// Follows everything that has been reached and not followed.
    fn drain(&mut self, model: &mut M);

    /// How many objects have been reached.
    fn reached(&self) -> usize;

    /// To be called before a part of an object is visited outside `drain`.
    fn begin_visit(&mut self);

    /// To be called with the object after that part was visited.
    fn end_visit(&mut self, obj: ObjPtr);
}

/// Completes a collection whose roots have been visited, but for those that `dependent` visits as far as they count by then.
pub(crate) fn complete<M: ObjectModel, C: Collector<M>>(
    collector: &mut C,
    model: &mut M,
    finalizers: &mut Finalizers,
    kind: CollectionKind,
    dependent: &mut dyn FnMut(&mut C),
) {
    collector.drain(model);
    converge(collector, model, dependent);
    clear(collector, model, 0, ClearPhase::Values);
    let before = collector.weak_tables().tables.len();
    finalizers.separate(collector, kind);
    collector.drain(model);
    converge(collector, model, dependent);
    clear(collector, model, 0, ClearPhase::Keys);
    clear(collector, model, before, ClearPhase::Values);
    model.after_mark(collector, kind);
}

/// Visits values of ephemerons, and dependent roots, until nothing comes to life any more on which one depends.
fn converge<M: ObjectModel, C: Collector<M>>(collector: &mut C, model: &mut M, dependent: &mut dyn FnMut(&mut C)) {
    loop {
        let reached = collector.reached();
        dependent(collector);
        collector.drain(model);
        let mut index = 0;
        while let Some(&WeakTable { table, kind }) = collector.weak_tables().tables.get(index) {
            index += 1;
            if kind == WeakKind::Ephemeron {
                collector.begin_visit();
                // SAFETY: announced in this collection.
                unsafe { model.trace_ephemeron(table, collector) };
                collector.end_visit(table);
                collector.drain(model);
            }
        }
        if collector.reached() == reached {
            return;
        }
    }
}

fn clear<M: ObjectModel, C: Collector<M>>(collector: &mut C, model: &mut M, first: usize, phase: ClearPhase) {
    let mut index = first;
    while let Some(&WeakTable { table, kind }) = collector.weak_tables().tables.get(index) {
        index += 1;
        let concerned = match phase {
            ClearPhase::Values => matches!(kind, WeakKind::Values | WeakKind::Both),
            ClearPhase::Keys => kind != WeakKind::Values,
        };
        if concerned {
            collector.begin_visit();
            // SAFETY: announced in this collection.
            unsafe { model.clear_weak(table, kind, phase, collector) };
            collector.end_visit(table);
        }
    }
    collector.drain(model);
}
