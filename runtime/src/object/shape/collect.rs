//! Shapes and the collector.
//!
//! A table's trace marks its shape; marking visits the metatable and the keys of the shape and of those that it
//! descends from. So do the traces in use, for the shapes that they name. A major collection frees the unmarked shapes once all is marked. A minor collection frees none, and takes
//! the shapes that refer to young tables as roots. The caches of `__index` tables keep nothing alive.

use super::super::layout::{ShapeId, Table};
use super::{EMPTY, PERMANENT, ShapeTable};
use crate::heap::{Liveness, ObjPtr, Tracer};

impl ShapeTable {
    /// Visits what a shape refers to, once in a collection.
    #[inline]
    pub(in super::super) fn mark<T: Tracer>(&mut self, id: ShapeId, tracer: &mut T) {
        if self.infos[id.0 as usize].marked != self.round {
            self.mark_chain(id, tracer);
        }
    }

    fn mark_chain<T: Tracer>(&mut self, mut id: ShapeId, tracer: &mut T) {
        let round = self.round;
        while std::mem::replace(&mut self.infos[id.0 as usize].marked, round) != round {
            self.visit_metatable(id, tracer);
            let slots = self.shape(id).slots as usize;
            if slots > 0 {
                let mut key = Some(self.infos[id.0 as usize].keys.key(slots - 1).object());
                // SAFETY: a live shape's key is alive. Interned strings don't move.
                unsafe { tracer.edge(&raw mut key) };
            }
            id = self.infos[id.0 as usize].parent;
        }
    }

    fn visit_metatable<T: Tracer>(&mut self, id: ShapeId, tracer: &mut T) {
        // SAFETY: null or a live table, as long as the shape is alive.
        unsafe { tracer.edge((&raw mut self.shape_mut(id).metatable).cast::<Option<ObjPtr>>()) }
    }

    fn visit_index_table<T: Tracer>(&mut self, id: ShapeId, tracer: &mut T) {
        // SAFETY: null or a table that was alive after the last collection.
        unsafe { tracer.edge((&raw mut self.shape_mut(id).index_table).cast::<Option<ObjPtr>>()) }
    }

    /// Visits what a minor collection must keep for shapes.
    pub(in super::super) fn trace_young<T: Tracer>(&mut self, tracer: &mut T) {
        for index in 0..self.young.len() {
            let id = self.young[index];
            self.visit_metatable(id, tracer);
            self.visit_index_table(id, tracer);
        }
    }

    /// Visits every reference to an object that may move.
    pub(in super::super) fn trace_all<T: Tracer>(&mut self, tracer: &mut T) {
        for id in 0..self.infos.len() as u32 {
            if !self.infos[id as usize].free {
                self.visit_metatable(ShapeId(id), tracer);
                self.visit_index_table(ShapeId(id), tracer);
            }
        }
    }

    /// Whether a shape was marked in this collection or is permanent.
    #[inline]
    pub(in super::super) fn is_marked(&self, id: ShapeId) -> bool {
        id.0 < PERMANENT || self.infos[id.0 as usize].marked == self.round
    }

    /// Ends a minor collection.
    pub(in super::super) fn after_minor(&mut self) {
        let is_young = |table: *mut Table| {
            // SAFETY: alive: visited as a root of this collection.
            std::ptr::NonNull::new(table.cast()).is_some_and(|table| unsafe { ObjPtr::new(table) }.is_young())
        };
        let (shapes, infos) = (&self.shapes, &mut self.infos);
        self.young.retain(|id| {
            let shape = &shapes[id.0 as usize];
            let stays = is_young(shape.metatable) || is_young(shape.index_table);
            infos[id.0 as usize].young = stays;
            stays
        });
        self.end_round();
    }

    /// Ends the marking of a major collection: frees unmarked shapes. Nobody may name them any more.
    pub(in super::super) fn after_major(&mut self, live: &impl Liveness) {
        let present = |table: *mut Table| {
            // SAFETY: its header is intact: no memory has been reused since it was found alive or stored.
            let table = std::ptr::NonNull::new(table.cast()).map(|table| unsafe { ObjPtr::new(table) });
            table.and_then(|table| live.is_live(table)).map_or(std::ptr::null_mut(), |table| table.cast())
        };
        for id in (PERMANENT..self.infos.len() as u32).map(ShapeId) {
            if self.infos[id.0 as usize].free {
                continue;
            }
            if !self.is_marked(id) {
                self.release(id);
                continue;
            }
            let shape = self.shape_mut(id);
            shape.metatable = present(shape.metatable);
            if !shape.index_table.is_null() {
                shape.index_table = present(shape.index_table);
                shape.index_epoch = if shape.index_table.is_null() { 0 } else { shape.index_epoch };
            }
        }
        for id in 0..self.infos.len() {
            self.forget_free(ShapeId(id as u32));
        }
        let infos = &self.infos;
        self.roots.retain(|_, id| !infos[id.0 as usize].free);
        self.young.retain(|id| !infos[id.0 as usize].free);
        self.end_round();
    }

    fn end_round(&mut self) {
        self.found.clear();
        self.round = self.round.wrapping_add(1);
        if self.round == 0 {
            self.infos.iter_mut().for_each(|info| info.marked = 0);
            self.round = 1;
        }
    }

    fn release(&mut self, id: ShapeId) {
        let no_keys = self.no_keys.clone();
        let info = &mut self.infos[id.0 as usize];
        info.free = true;
        info.keys = no_keys;
        info.transitions = Vec::new();
        info.transition_map = None;
        let shape = self.shape_mut(id);
        shape.metatable = std::ptr::null_mut();
        shape.index_table = std::ptr::null_mut();
        shape.index_epoch = 0;
        shape.slots = 0;
        self.free.push(id);
    }

    /// Takes transitions to freed shapes out of a shape.
    fn forget_free(&mut self, id: ShapeId) {
        let mut transitions = std::mem::take(&mut self.infos[id.0 as usize].transitions);
        let before = transitions.len();
        transitions.retain(|(_, child)| !self.infos[child.0 as usize].free);
        let changed = transitions.len() != before;
        let last_is_free = self.infos[self.infos[id.0 as usize].last_metatable.1.0 as usize].free;
        let info = &mut self.infos[id.0 as usize];
        info.transitions = transitions;
        if changed {
            info.index_transitions();
        }
        if last_is_free {
            info.last_metatable = (u32::MAX, EMPTY);
        }
    }
}
