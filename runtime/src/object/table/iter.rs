//! Traversal: array part, slots in the order of their insertion, hash nodes; keys with nil values are skipped.
//!
//! Every key has a *position*; `next` finds the position of a key and goes on from there, so a key whose value was
//! erased during the traversal still counts.

use super::super::Gc;
use super::super::layout::{Str, Table};
use super::float_key;
use crate::cx::Cx;
use crate::native::Raise;
use crate::value::{Tag, Value};

impl<'gc> Gc<'gc, Table> {
    /// The key after `key` (nil: the first) and its value; `None` at the end.
    pub fn next(self, cx: Cx<'gc>, key: Value<'gc>) -> Result<Option<(Value<'gc>, Value<'gc>)>, Raise> {
        let Some(position) = self.position_after(cx, key) else {
            return Err(cx.raise_message("invalid key to 'next'"));
        };
        Ok(self.entry_from(cx, position).map(|(_, key, value)| (key, value)))
    }

    /// The position after `key`; 0 for nil. `None` if the table never had this key.
    pub fn position_after(self, cx: Cx<'gc>, key: Value<'gc>) -> Option<usize> {
        let len = self.array_len();
        let key = match key.tag() {
            Tag::Nil => return Some(0),
            // No traversal has given a float that has the value of an integer.
            Tag::Float if float_key(f64::from_bits(key.bits())).is_some() => return None,
            Tag::Str => {
                let key = key.as_gc::<Str>().and_then(|key| cx.find_interned(key))?;
                if let Some(slot) = cx.shapes().slot(self.shape(), key.raw()) {
                    return Some(len + slot + 1);
                }
                key.value()
            }
            _ => key,
        };
        if let Some(int) = key.as_int()
            && (1..=len as i64).contains(&int)
        {
            return Some(int as usize);
        }
        let slots = cx.shapes().shape(self.shape()).slots as usize;
        match self.find(cx, key) {
            Some(node) => Some(len + slots + node.index() + 1),
            // The border has moved down over this key during the traversal.
            None => key.as_int().filter(|int| (1..=self.array_capacity() as i64).contains(int)).map(|_| len),
        }
    }

    /// The first entry with a value at or after `position`: the position after it, key and value.
    pub fn entry_from(self, cx: Cx<'gc>, mut position: usize) -> Option<(usize, Value<'gc>, Value<'gc>)> {
        let len = self.array_len();
        while position < len {
            position += 1;
            let value = self.get_int(position as i64);
            if !value.is_nil() {
                return Some((position, Value::int(position as i64), value));
            }
        }
        let id = self.shape();
        let slots = cx.shapes().shape(id).slots as usize;
        while position < len + slots {
            let slot = position - len;
            position += 1;
            let value = self.slot_value(cx, slot);
            if !value.is_nil() {
                return Some((position, cx.shapes().key(id, slot).value(), value));
            }
        }
        let hash = self.hash_part()?;
        while position < len + slots + hash.size() {
            let node = hash.node(position - len - slots);
            position += 1;
            let value = node.value();
            if !value.is_nil() {
                return Some((position, node.key(), value));
            }
        }
        None
    }
}
