//! Metatables of tables, and the facts about them that shapes cache.
//!
//! A table that serves as a metatable has a flag; a store under the name of a metamethod into such a table advances the
//! metamethod epoch, which voids what shapes have cached. Three names do more: `__mode` and `__gc` change the shapes of its
//! tables, and a new `__newindex` empties the field caches that add keys, because those don't ask the metatable.

use super::super::Gc;
use super::super::layout::{ShapeId, Str, Table, part_flags, table_flags};
use super::super::metamethod::Metamethod;
use super::super::shape::{Facts, ShapeTable};
use crate::cx::Cx;
use crate::heap::{Mutator, ObjPtr};
use crate::value::Value;

impl<'gc> Gc<'gc, Table> {
    /// Its metatable.
    #[inline]
    pub fn metatable(self, cx: Cx<'gc>) -> Option<Gc<'gc, Table>> {
        cx.shapes().shape(self.shape()).metatable()
    }

    /// Replaces its metatable.
    pub fn set_metatable(self, cx: Cx<'gc>, metatable: Option<Gc<'gc, Table>>) {
        let identity = metatable.map_or(0, |table| table.object().header().hash);
        // A table that nobody has asked for its identity has none; 0 alone stands for no metatable.
        let is_known = metatable.is_none() || identity != 0;
        if is_known
            && let Some(shape) = cx.shapes().known_metatable(self.shape(), identity)
            && !cx.shapes().shape(shape).finalizer
        {
            return self.adopt(cx, shape);
        }
        self.set_metatable_slow(cx, metatable);
    }

    #[inline(never)]
    fn set_metatable_slow(self, cx: Cx<'gc>, metatable: Option<Gc<'gc, Table>>) {
        let facts = metatable.map_or(Facts::default(), |table| table.facts(cx));
        cx.observe(&facts);
        if let Some(table) = metatable {
            cx.register_metatable(self.object(), table);
        }
        let metatable = metatable.map(|table| (table.raw(), cx.identity(table.object())));
        let shape = cx.shapes().with_metatable(self.shape(), metatable, facts);
        cx.space().publish_shapes();
        self.adopt(cx, shape);
    }

    /// Changes to a shape with another metatable. A minor collection may visit the parts and not the table, so they learn at once
    /// that they are not weak any more.
    #[inline]
    fn adopt(self, cx: Cx<'gc>, shape: ShapeId) {
        let weak = cx.shapes().shape(shape).weak;
        if self.parts().is_some_and(|parts| parts.weak_flags() != weak) {
            // SAFETY: a live table, outside a collection.
            unsafe { crate::object::model::hand_down(self.object(), weak) };
        }
        // If the new metatable has no mode, `array_len` is taken for the border without a look at the last element.
        self.drop_cleared();
        self.set_shape(shape);
    }

    /// What shapes keep of it when it serves as a metatable.
    fn facts(self, cx: Cx<'gc>) -> Facts {
        Facts {
            weak: mode(self.get_interned(cx, cx.name(Metamethod::Mode))),
            finalizer: !self.get_interned(cx, cx.name(Metamethod::Gc)).is_nil(),
        }
    }

    /// Flags it as a metatable.
    pub(crate) fn serve_as_metatable(self) {
        set_flag(self.object(), table_flags::IS_METATABLE);
    }

    /// Its metamethod for this event; absent if it is nil.
    #[inline]
    pub fn metamethod(self, cx: Cx<'gc>, event: Metamethod) -> Option<Value<'gc>> {
        let shape = cx.shapes().shape(self.shape());
        if shape.metatable.is_null() || (shape.index_epoch == cx.metamethod_epoch() && shape.absent & event.bit() != 0)
        {
            return None;
        }
        self.metamethod_slow(cx, event)
    }

    #[inline(never)]
    fn metamethod_slow(self, cx: Cx<'gc>, event: Metamethod) -> Option<Value<'gc>> {
        let metatable = self.metatable(cx)?;
        self.refresh_index(cx);
        let found = metatable.get_interned(cx, cx.name(event));
        if found.is_nil() {
            let shape = self.shape();
            cx.shapes().note_absent(shape, event.bit());
            return None;
        }
        Some(found)
    }

    /// Brings what the shape caches of its metatable up to date.
    #[inline]
    pub fn refresh_index(self, cx: Cx<'gc>) {
        let epoch = cx.metamethod_epoch();
        if cx.shapes().shape(self.shape()).index_epoch != epoch
            && let Some(metatable) = self.metatable(cx)
        {
            let index = metatable.get_interned(cx, cx.name(Metamethod::Index)).as_gc::<Table>();
            cx.shapes().set_index_table(self.shape(), index.map(Gc::raw), epoch);
        }
    }

    /// To be called after a store under a name of a metamethod.
    #[inline]
    pub(super) fn metamethod_stored(self, cx: Cx<'gc>, key: Gc<'gc, Str>) {
        if self.object().flags() & table_flags::IS_METATABLE != 0 {
            self.metatable_changed(cx, key);
        }
    }

    #[cold]
    fn metatable_changed(self, cx: Cx<'gc>, key: Gc<'gc, Str>) {
        cx.advance_metamethod_epoch();
        if key == cx.name(Metamethod::Mode) || key == cx.name(Metamethod::Gc) {
            let facts = self.facts(cx);
            cx.observe(&facts);
            if cx.shapes().set_facts(self.raw(), facts) {
                cx.heap().doubt_weakness();
            }
        } else if key == cx.name(Metamethod::NewIndex) {
            for proto in &cx.space().protos {
                super::super::proto::forget_additions(*proto);
            }
        }
    }
}

fn set_flag(obj: ObjPtr, flag: u8) {
    let flags = obj.flags() | flag;
    // SAFETY: a live object's header.
    unsafe { (*obj.as_ptr()).flags = flags }
}

/// The `part_flags` that this value of `__mode` means.
fn mode(value: Value<'_>) -> u8 {
    let Some(mode) = value.as_gc::<Str>() else { return 0 };
    let has = |letter, flag| if mode.bytes().contains(&letter) { flag } else { 0 };
    has(b'k', part_flags::WEAK_KEYS) | has(b'v', part_flags::WEAK_VALUES)
}

impl ShapeTable {
    fn note_absent(&mut self, id: ShapeId, bit: u32) {
        self.shape_mut(id).absent |= bit;
    }
}

impl<'gc> Cx<'gc> {
    /// Notes that a table with these facts makes collections visible, the first time that there is one.
    fn observe(self, facts: &Facts) {
        if facts.weak == 0 && !facts.finalizer {
            return;
        }
        let context = self.context();
        // SAFETY: the context outlives the capability.
        let known = unsafe { std::mem::replace(&mut (*context).observed, true) };
        if !known {
            // SAFETY: as above.
            let mutator = unsafe { &(*context).mutator };
            mutator.request(Mutator::OBSERVED);
        }
    }

    /// Notes that `table` becomes the metatable of `obj`, before it does.
    pub(crate) fn register_metatable(self, obj: ObjPtr, table: Gc<'gc, Table>) {
        table.serve_as_metatable();
        if obj.flags() & table_flags::HAS_FINALIZER == 0
            && !table.get_interned(self, self.name(Metamethod::Gc)).is_nil()
        {
            set_flag(obj, table_flags::HAS_FINALIZER);
            self.heap().register_finalizer(obj);
        }
    }
}
