//! What escape analysis knows at a point of the program: the objects that do not exist yet, and what they contain.
//!
//! An object is virtual until something needs it to exist; from there on, on that path, it is real and named by an SSA
//! value. References to objects are by number, so that cycles and shared objects need no care, and a state is a sorted
//! list of the numbered objects that something may still reach. Copying a state shares the contents.

use std::rc::Rc;

use super::deferred::Deferred;
use crate::entity::Value;
use crate::snapshot::Template;
use crate::types::{Tag, Type};

/// The number of an object. Unlike an SSA value it stands for one object only within one pass over a loop's body.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Obj(pub(super) u32);

/// What a value of the old program is in the new one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Sym {
    /// This value of the new program.
    Value(Value),
    /// A reference to an object that was virtual at first; boxed where the type of the place says `any`.
    Object(Obj),
}

/// What sort of object it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum ObjKind {
    Table,
    Cell,
    Closure,
}

impl ObjKind {
    /// The sort of object that a template makes.
    pub(super) fn of(template: Template) -> ObjKind {
        match template {
            Template::Table(_) => ObjKind::Table,
            Template::Cell => ObjKind::Cell,
            Template::Closure(_) => ObjKind::Closure,
        }
    }

    /// The tag of a boxed reference. A cell is boxed in the register of a captured variable.
    pub(super) fn tag(self) -> Option<Tag> {
        match self {
            ObjKind::Table => Some(Tag::Table),
            ObjKind::Cell => Some(Tag::Cell),
            ObjKind::Closure => Some(Tag::Closure),
        }
    }
}

/// A virtual object.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Contents {
    pub(super) template: Template,
    /// The array length that the allocation expected.
    pub(super) cap: u32,
    /// All inline slots of a table, the contents of a cell, the cells of a closure.
    pub(super) slots: Vec<Sym>,
    /// The array part of a table.
    pub(super) elems: Vec<Sym>,
    /// The hash part of a table in the order of insertion: key, value, key, value. No key is an integer above 0 or a string.
    pub(super) pairs: Vec<Sym>,
}

impl Contents {
    /// The type of the slots.
    pub(super) fn slot_type(&self) -> Type {
        match self.template {
            Template::Closure(_) => Type::Ref,
            _ => Type::Any,
        }
    }

    /// Slots, elements and pairs.
    pub(super) fn fields(&self) -> impl Iterator<Item = Sym> {
        self.slots.iter().chain(&self.elems).chain(&self.pairs).copied()
    }

    /// Do both have the same places, so that they differ in what the places hold alone?
    pub(super) fn same_layout(&self, other: &Contents) -> bool {
        self.template == other.template
            && self.slots.len() == other.slots.len()
            && self.elems.len() == other.elems.len()
            && self.pairs.len() == other.pairs.len()
    }
}

/// Whether an object exists.
#[derive(Clone, Debug)]
pub(super) enum Entry {
    Virtual(Rc<Contents>),
    /// It exists, and this value of type `ref` points to it.
    Real(Value),
}

/// The objects that something may reach.
#[derive(Clone, Default, Debug)]
pub(super) struct State {
    entries: Vec<(Obj, Entry)>,
    /// Stores that have not been carried out yet, no two to the same place.
    pub(super) deferred: Vec<Deferred>,
}

impl State {
    fn find(&self, object: Obj) -> Result<usize, usize> {
        self.entries.binary_search_by_key(&object, |entry| entry.0)
    }

    /// What is known of an object that something reaches.
    pub(super) fn get(&self, object: Obj) -> &Entry {
        let at = self.find(object).expect("a state holds every object that is reached");
        &self.entries[at].1
    }

    /// The contents, if the object is virtual.
    pub(super) fn contents(&self, object: Obj) -> Option<&Rc<Contents>> {
        match self.get(object) {
            Entry::Virtual(contents) => Some(contents),
            Entry::Real(_) => None,
        }
    }

    /// The contents of a virtual object, to change them.
    pub(super) fn contents_mut(&mut self, object: Obj) -> Option<&mut Contents> {
        let at = self.find(object).ok()?;
        match &mut self.entries[at].1 {
            Entry::Virtual(contents) => Some(Rc::make_mut(contents)),
            Entry::Real(_) => None,
        }
    }

    /// Adds or replaces an object.
    pub(super) fn set(&mut self, object: Obj, entry: Entry) {
        match self.find(object) {
            Ok(at) => self.entries[at].1 = entry,
            Err(at) => self.entries.insert(at, (object, entry)),
        }
    }
}

/// How a value stands in a place of type `any`, or in a place of its own type.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Form {
    /// As itself.
    Plain,
    /// As the integer in the box.
    Int,
    /// As the float in the box.
    Float,
    /// As the condition in the box.
    Bool,
    /// As the pointer in a box with this tag.
    Ref(Tag),
}

impl Form {
    /// The type of the value when it stands like this in a place of the given type.
    pub(super) fn ty(self, place: Type) -> Type {
        match self {
            Form::Plain => place,
            Form::Int => Type::Int,
            Form::Float => Type::Float,
            Form::Bool => Type::Bool,
            Form::Ref(_) => Type::Ref,
        }
    }

    /// The form that serves both.
    pub(super) fn join(self, other: Form) -> Form {
        if self == other { self } else { Form::Plain }
    }
}

/// A value taken out of its box, where the box is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Leaf {
    pub(super) form: Form,
    pub(super) value: Value,
}
