//! The heap of the reference evaluator, and its canonical form.
//!
//! The canonical form describes all that a program can observe from some roots on: objects are numbered in the order in
//! which they are reached, so that two heaps of equal structure and identity give equal texts, whatever was allocated
//! besides. Object constants keep their names.

use std::fmt::Write;

use crate::entity::{Object, Proto, Shape};
use crate::graph::Graph;
use crate::snapshot::Template;
use crate::types::Tag;

/// A boxed value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Val {
    /// `nil`, `false` or `true`.
    Prim(Tag),
    /// An integer.
    Int(i64),
    /// A float, as its bits.
    Float(u64),
    /// An object.
    Object(Tag, usize),
}

impl Val {
    /// Boxed `nil`.
    pub const NIL: Val = Val::Prim(Tag::Nil);

    /// The tag.
    pub fn tag(self) -> Tag {
        match self {
            Val::Prim(tag) | Val::Object(tag, _) => tag,
            Val::Int(_) => Tag::Int,
            Val::Float(_) => Tag::Float,
        }
    }
}

/// What an object is and holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Body {
    /// An object that nothing looks into.
    Opaque,
    /// A string.
    Str(String),
    /// A table.
    Table {
        /// Its shape.
        shape: Shape,
        /// The named slots.
        slots: Vec<Val>,
        /// The array part.
        array: Vec<Val>,
        /// The pairs that neither slots nor array hold.
        hash: Vec<(Val, Val)>,
    },
    /// An upvalue cell.
    Cell(Val),
    /// A closure and its cells.
    Closure(Proto, Vec<usize>),
}

/// An object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeapObject {
    /// What it holds.
    pub body: Body,
    /// The constant it is, if it is one.
    pub constant: Option<Object>,
}

/// All objects.
#[derive(Clone, Debug, Default)]
pub struct Heap {
    /// The objects; an index is an identity.
    pub objects: Vec<HeapObject>,
}

impl Heap {
    /// Makes an object.
    pub fn push(&mut self, body: Body) -> usize {
        self.objects.push(HeapObject { body, constant: None });
        self.objects.len() - 1
    }

    /// Makes an empty table.
    pub fn new_table(&mut self, graph: &Graph, shape: Shape) -> usize {
        let slots = vec![Val::NIL; graph[shape].keys.len()];
        self.push(Body::Table { shape, slots, array: Vec::new(), hash: Vec::new() })
    }

    /// Makes an object with empty contents.
    pub fn push_template(&mut self, graph: &Graph, template: Template) -> usize {
        match template {
            Template::Table(shape) => self.new_table(graph, shape),
            Template::Cell => self.push(Body::Cell(Val::NIL)),
            Template::Closure(proto) => self.push(Body::Closure(proto, Vec::new())),
        }
    }

    /// The object that a constant is; made at its first use if no input gave it a body.
    pub fn constant(&mut self, graph: &Graph, constant: Object) -> usize {
        if let Some(found) = self.objects.iter().position(|object| object.constant == Some(constant)) {
            return found;
        }
        let body = match graph[constant].tag {
            Tag::Str => Body::Str(format!("s{}", graph[constant].id)),
            Tag::Closure => Body::Closure(Proto::new(graph[constant].id as usize), Vec::new()),
            _ => Body::Opaque,
        };
        self.objects.push(HeapObject { body, constant: Some(constant) });
        self.objects.len() - 1
    }
}

/// Writes values so that equal texts mean equal observable states.
pub struct Canon<'a> {
    heap: &'a Heap,
    names: Vec<Option<usize>>,
    pending: Vec<usize>,
    out: String,
}

impl<'a> Canon<'a> {
    /// A writer that has seen no object yet.
    pub fn new(heap: &'a Heap) -> Canon<'a> {
        Canon { heap, names: vec![None; heap.objects.len()], pending: Vec::new(), out: String::new() }
    }

    /// Appends text.
    pub fn text(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Appends a value.
    pub fn value(&mut self, value: Val) {
        match value {
            Val::Prim(tag) => self.text(tag.name()),
            Val::Int(number) => _ = write!(self.out, "{number}"),
            Val::Float(bits) if f64::from_bits(bits).is_nan() => self.text("nan"),
            Val::Float(bits) => _ = write!(self.out, "{:?}f", f64::from_bits(bits)),
            Val::Object(tag, object) => {
                _ = write!(self.out, "{tag}:");
                self.object(object);
            }
        }
    }

    /// Appends the name of an object; its contents follow in [`Canon::finish`].
    pub fn object(&mut self, object: usize) {
        if let Some(constant) = self.heap.objects[object].constant {
            if self.names[object].is_none() {
                self.names[object] = Some(usize::MAX);
                self.pending.push(object);
            }
            _ = write!(self.out, "{constant}");
            return;
        }
        let name = self.names[object].unwrap_or_else(|| {
            self.pending.push(object);
            let name = self.names.iter().flatten().filter(|name| **name != usize::MAX).count();
            self.names[object] = Some(name);
            name
        });
        _ = write!(self.out, "obj{name}");
    }

    /// Appends the contents of all objects that were named, and of those they name, and gives back the text.
    pub fn finish(mut self) -> String {
        let mut done = 0;
        while let Some(&object) = self.pending.get(done) {
            done += 1;
            let HeapObject { body, constant } = &self.heap.objects[object];
            if *body == Body::Opaque {
                continue;
            }
            self.out.push_str("; ");
            match constant {
                Some(constant) => _ = write!(self.out, "{constant}"),
                None => _ = write!(self.out, "obj{}", self.names[object].unwrap_or_default()),
            }
            self.out.push_str(" = ");
            self.body(body);
        }
        self.out
    }

    fn body(&mut self, body: &Body) {
        match body {
            Body::Opaque => {}
            Body::Str(text) => _ = write!(self.out, "{text:?}"),
            Body::Table { shape, slots, array, hash } => {
                _ = write!(self.out, "table {shape}(");
                self.list(slots);
                if !array.is_empty() {
                    self.text(" | ");
                    self.list(array);
                }
                for (key, value) in hash.iter().filter(|pair| pair.1 != Val::NIL) {
                    self.text(" [");
                    self.value(*key);
                    self.text("]=");
                    self.value(*value);
                }
                self.text(")");
            }
            Body::Cell(value) => {
                self.text("cell(");
                self.value(*value);
                self.text(")");
            }
            Body::Closure(proto, cells) => {
                _ = write!(self.out, "closure {proto}(");
                for (number, cell) in cells.iter().enumerate() {
                    self.text(if number == 0 { "" } else { ", " });
                    self.object(*cell);
                }
                self.text(")");
            }
        }
    }

    fn list(&mut self, values: &[Val]) {
        for (number, value) in values.iter().enumerate() {
            self.text(if number == 0 { "" } else { ", " });
            self.value(*value);
        }
    }
}
