//! Calls of the runtime that read or write a virtual table.
//!
//! The array part of a virtual table holds its keys `1..=n`, the slots its names. What else it holds stands in `pairs`, a list
//! that is searched: a key is found if it is known of every key before it that it is another one, and of this one that it is the same. That
//! is so of constants, of objects by identity, and of keys of different kinds. A key of which it is not known, a
//! string (which a shape may know), or an integer (which the array part may take over) needs the table to exist.
//!
//! The list is in the order of insertion, so that a table made of it holds its keys in the order in which it would have had them. For the same
//! reason a pair is not taken out, nor overwritten where either value may be nil.

use super::state::{Contents, Entry, Form, Obj, Sym};
use super::{Escape, Out, Point};
use crate::arith;
use crate::entity::Value;
use crate::graph::Const;
use crate::helper::Helper;
use crate::inst::InstData;
use crate::snapshot::Template;
use crate::types::Tag;

/// Tables with more pairs are made.
const MAX_PAIRS: usize = 8;

/// What is known of a key.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Key {
    Bool(bool),
    /// An integer, not above 0.
    Int(i64),
    /// A float that is neither NaN nor an integer, as its bits.
    Float(u64),
    /// An object that was virtual once.
    Object(Obj),
    /// Another object, not a string.
    Ref(Tag, Value),
    Unknown,
}

impl Escape<'_> {
    /// A helper call on a virtual table; what it yields, if anything.
    pub(super) fn call(
        &mut self,
        at: &mut Point,
        data: &InstData,
        object: Obj,
        contents: &Contents,
    ) -> Option<Option<Sym>> {
        let key = data.args.get(1).map(|arg| self.sym(*arg));
        let value = data.args.get(2).map(|arg| self.sym(*arg));
        match data.helper() {
            Helper::TableGet => {
                let key = self.key(key?);
                self.get(at, key, contents).map(Some)
            }
            Helper::TableGetInt => self.get_int(at, key?, contents).map(Some),
            Helper::TableSet | Helper::TablePut => {
                self.put(at, object, key?, value?, contents)?;
                Some(None)
            }
            Helper::TableSetInt => {
                let Sym::Value(index) = key? else { return None };
                let number = self.graph.as_int(index)?;
                if number > 0 {
                    let is_last = number as usize == contents.elems.len();
                    (is_last && value? == Sym::Value(self.graph.nil())).then_some(())?;
                    self.pop(at, object, contents)?;
                    return Some(None);
                }
                let boxed = self.boxed(at, Form::Int, index);
                self.put(at, object, Sym::Value(boxed), value?, contents)?;
                Some(None)
            }
            Helper::ArrayPop => self.pop(at, object, contents).map(Some),
            Helper::TableLen => {
                // The length of an array part whose last element is not nil.
                self.is_something(*contents.elems.last()?).then_some(())?;
                let len = self.graph.iconst(contents.elems.len() as i64);
                Some(Some(Sym::Value(len)))
            }
            Helper::TableNext => {
                let next = self.next(key?, contents)?;
                Some(Some(Sym::Value(self.graph.iconst(next))))
            }
            Helper::TableKeyAt => self.key_at(at, key?, contents).map(Some),
            Helper::TableValueAt => {
                let number = self.position(key?).filter(|number| *number > 0)?;
                let n_elems = contents.elems.len();
                let sym = if number <= n_elems {
                    contents.elems[number - 1]
                } else {
                    *contents.slots.get(number - 1 - n_elems)?
                };
                Some(Some(sym))
            }
            Helper::TableIndexOf => {
                let index = self.index_of(key?, contents)?;
                Some(Some(Sym::Value(self.graph.iconst(index))))
            }
            _ => None,
        }
    }

    /// Is the value known not to be nil?
    fn is_something(&mut self, sym: Sym) -> bool {
        match sym {
            Sym::Object(_) => true,
            Sym::Value(value) => self.unboxed(value).form != Form::Plain,
        }
    }

    fn boxed(&mut self, at: &mut Point, form: Form, value: Value) -> Value {
        match self.boxed_inst(form, value) {
            Some(inst) => {
                at.insts.push(Out { inst, replaced: None });
                self.graph[inst].result.expect("a box is a value")
            }
            None => value,
        }
    }

    // ---- the hash part

    fn key(&mut self, sym: Sym) -> Key {
        let value = match sym {
            Sym::Object(object) => return Key::Object(object),
            Sym::Value(value) => value,
        };
        let leaf = self.unboxed(value);
        match (leaf.form, self.graph.as_const(leaf.value)) {
            (Form::Bool, Some(Const::Bool(cond))) => Key::Bool(cond),
            (Form::Int, Some(Const::Int(number))) if number <= 0 => Key::Int(number),
            (Form::Float, Some(Const::Float(bits))) => {
                let float = f64::from_bits(bits);
                let is_key = !float.is_nan() && arith::float_to_int(float).is_none();
                if is_key { Key::Float(bits) } else { Key::Unknown }
            }
            (Form::Ref(tag), _) if tag != Tag::Str => Key::Ref(tag, leaf.value),
            _ => Key::Unknown,
        }
    }

    /// Are two keys the same? Nothing if that is not known.
    fn same_key(&self, at: &Point, a: Key, b: Key) -> Option<bool> {
        let pointer = |object| match at.state.get(object) {
            Entry::Virtual(_) => None,
            Entry::Real(pointer) => Some(*pointer),
        };
        match (a, b) {
            (Key::Unknown, _) | (_, Key::Unknown) => None,
            _ if a == b => Some(true),
            (Key::Object(x), Key::Object(y)) => match (pointer(x), pointer(y)) {
                (Some(x), Some(y)) => (x == y).then_some(true),
                _ => Some(false),
            },
            (Key::Object(object), Key::Ref(tag, value)) | (Key::Ref(tag, value), Key::Object(object)) => {
                match pointer(object) {
                    None => Some(false),
                    Some(_) if self.kind(object).tag() != Some(tag) => Some(false),
                    Some(pointer) => (pointer == value).then_some(true),
                }
            }
            (Key::Ref(tag, x), Key::Ref(other, y)) => {
                let constants = self.graph.as_const(x).is_some() && self.graph.as_const(y).is_some();
                (tag != other || constants).then_some(false)
            }
            _ => Some(false),
        }
    }

    /// The pair that has a key: its number, or none if there is no such pair. Nothing at all if that is not known.
    fn find(&mut self, at: &Point, key: Key, contents: &Contents) -> Option<Option<usize>> {
        let mut found = None;
        for (number, pair) in contents.pairs.chunks_exact(2).enumerate() {
            let other = self.key(pair[0]);
            if self.same_key(at, key, other)? {
                found = Some(number);
                break;
            }
        }
        (key != Key::Unknown).then_some(found)
    }

    fn get(&mut self, at: &Point, key: Key, contents: &Contents) -> Option<Sym> {
        let found = self.find(at, key, contents)?;
        Some(found.map_or(Sym::Value(self.graph.nil()), |number| contents.pairs[2 * number + 1]))
    }

    /// Reads an integer key that is no index of the array part; if it is one all the same, the code is never run.
    fn get_int(&mut self, at: &Point, key: Sym, contents: &Contents) -> Option<Sym> {
        let Sym::Value(index) = key else { return None };
        match self.graph.as_int(index) {
            Some(number) if number <= 0 => self.get(at, Key::Int(number), contents),
            Some(number) => {
                let nil = Sym::Value(self.graph.nil());
                Some(contents.elems.get(number as usize - 1).copied().unwrap_or(nil))
            }
            None => {
                let keys: Vec<Sym> = contents.pairs.iter().step_by(2).copied().collect();
                let others = keys.into_iter().all(|key| !matches!(self.key(key), Key::Int(_) | Key::Unknown));
                others.then(|| Sym::Value(self.graph.nil()))
            }
        }
    }

    fn put(&mut self, at: &mut Point, object: Obj, key: Sym, value: Sym, contents: &Contents) -> Option<()> {
        let known = self.key(key);
        match self.find(at, known, contents)? {
            Some(number) => {
                let old = contents.pairs[2 * number + 1];
                (self.is_something(old) && self.is_something(value)).then_some(())?;
                self.change(at, object).pairs[2 * number + 1] = value;
            }
            None if value == Sym::Value(self.graph.nil()) => {}
            None => {
                (contents.pairs.len() < 2 * MAX_PAIRS).then_some(())?;
                self.change(at, object).pairs.extend([key, value]);
            }
        }
        Some(())
    }

    // ---- the end of the array part

    /// Takes the last element away, if the one before it is not nil, so that the array part ends there.
    fn pop(&mut self, at: &mut Point, object: Obj, contents: &Contents) -> Option<Sym> {
        let (last, rest) = contents.elems.split_last()?;
        let ends = rest.last().is_none_or(|sym| self.is_something(*sym));
        ends.then_some(())?;
        self.change(at, object).elems.pop();
        Some(*last)
    }

    // ---- traversal: elements, slots, pairs

    fn position(&self, sym: Sym) -> Option<usize> {
        let Sym::Value(value) = sym else { return None };
        usize::try_from(self.graph.as_int(value)?).ok()
    }

    /// The names of a table, if they are known as strings.
    fn n_names(&self, contents: &Contents) -> Option<usize> {
        let Template::Table(shape) = contents.template else { return None };
        let info = &self.graph[shape];
        (info.objects.len() == info.keys.len()).then_some(info.keys.len())
    }

    /// The position after the next pair at or after this one, -1 at the end; only if it is known which values are nil.
    fn next(&mut self, from: Sym, contents: &Contents) -> Option<i64> {
        let from = self.position(from)?;
        let nil = Sym::Value(self.graph.nil());
        let n_names = self.n_names(contents)?;
        let values = contents.elems.iter().chain(contents.slots.iter().take(n_names));
        for (number, sym) in values.enumerate().skip(from) {
            if *sym != nil {
                return self.is_something(*sym).then_some(number as i64 + 1);
            }
        }
        contents.pairs.is_empty().then_some(-1)
    }

    fn key_at(&mut self, at: &mut Point, position: Sym, contents: &Contents) -> Option<Sym> {
        let position = self.position(position).filter(|position| *position > 0)?;
        if position <= contents.elems.len() {
            let index = self.graph.iconst(position as i64);
            return Some(Sym::Value(self.boxed(at, Form::Int, index)));
        }
        let Template::Table(shape) = contents.template else { return None };
        let name = *self.graph[shape].objects.get(position - 1 - contents.elems.len())?;
        let name = self.graph.constant(Const::Object(name));
        Some(Sym::Value(self.boxed(at, Form::Ref(Tag::Str), name)))
    }

    fn index_of(&mut self, key: Sym, contents: &Contents) -> Option<i64> {
        let Sym::Value(value) = key else { return None };
        let leaf = self.unboxed(value);
        let n_elems = contents.elems.len();
        match (leaf.form, self.graph.as_const(leaf.value)?) {
            (Form::Int, Const::Int(number)) => (1..=n_elems as i64).contains(&number).then_some(number),
            (Form::Ref(Tag::Str), Const::Object(object)) => {
                let Template::Table(shape) = contents.template else { return None };
                let slot = self.graph[shape].objects.iter().position(|other| *other == object)?;
                Some((n_elems + slot) as i64 + 1)
            }
            _ => None,
        }
    }
}
