//! Helpers as the evaluator models them: raw table accesses, comparisons, a few strings, mathematics.

use super::heap::{Body, Val};
use super::{Result, Run, Word};
use crate::helper::Helper;
use crate::inst::InstData;
use crate::types::Tag;

/// How a helper ends.
pub(super) enum Return {
    Value(Option<Word>),
    Raise,
}

/// Calls the helper of a `call`.
pub(super) fn call(run: &mut Run<'_>, inst: &InstData) -> Result<Return> {
    let args: Vec<Word> = inst.args.iter().map(|arg| run.word(*arg)).collect::<Result<_>>()?;
    let word = match (inst.helper(), args.as_slice()) {
        (Helper::TableGet, &[Word::Ref(table), Word::Any(key)]) => Word::Any(get(run, table, key)?),
        (Helper::TableGetInt, &[Word::Ref(table), Word::Int(key)]) => Word::Any(get(run, table, Val::Int(key))?),
        (Helper::TableGetStr, &[Word::Ref(table), Word::Ref(key)]) => {
            Word::Any(get(run, table, Val::Object(Tag::Str, key))?)
        }
        (Helper::TableSet, &[Word::Ref(_), Word::Any(Val::NIL), _]) => return Ok(Return::Raise),
        (Helper::TableSet | Helper::TablePut, &[Word::Ref(table), Word::Any(key), Word::Any(value)]) => {
            return set(run, table, key, value);
        }
        (Helper::TableSetInt, &[Word::Ref(table), Word::Int(key), Word::Any(value)]) => {
            return set(run, table, Val::Int(key), value);
        }
        (Helper::TableSetStr, &[Word::Ref(table), Word::Ref(key), Word::Any(value)]) => {
            return set(run, table, Val::Object(Tag::Str, key), value);
        }
        (Helper::TableLen, &[Word::Ref(table)]) => match &run.heap.objects[table].body {
            Body::Table { array, .. } => Word::Int(array.len() as i64),
            _ => return Err("no table".to_string()),
        },
        (Helper::ArrayPop, &[Word::Ref(table)]) => {
            let Body::Table { array, .. } = &run.heap.objects[table].body else { return Err("no table".to_string()) };
            let (len, last) = (array.len() as i64, array.last().copied());
            set(run, table, Val::Int(len), Val::NIL)?;
            Word::Any(last.ok_or("the array part is empty")?)
        }
        (Helper::TableNext, &[Word::Ref(table), Word::Int(from)]) => {
            let found =
                pairs(run, table)?.into_iter().enumerate().skip(from as usize).find(|pair| pair.1.1 != Val::NIL);
            Word::Int(found.map_or(-1, |(at, _)| at as i64 + 1))
        }
        (Helper::TableKeyAt, &[Word::Ref(table), Word::Int(at)]) => Word::Any(pair_at(run, table, at)?.0),
        (Helper::TableValueAt, &[Word::Ref(table), Word::Int(at)]) => Word::Any(pair_at(run, table, at)?.1),
        (Helper::TableIndexOf, &[Word::Ref(table), Word::Any(key)]) => {
            let found = pairs(run, table)?.iter().position(|pair| same(run, pair.0, key));
            match found {
                _ if key == Val::NIL => Word::Int(0),
                Some(at) => Word::Int(at as i64 + 1),
                None => return Ok(Return::Raise),
            }
        }
        (Helper::RawEq, &[Word::Any(a), Word::Any(b)]) => Word::Bool(same(run, a, b)),
        (Helper::StrEq, &[Word::Ref(a), Word::Ref(b)]) => {
            Word::Bool(same(run, Val::Object(Tag::Str, a), Val::Object(Tag::Str, b)))
        }
        (Helper::Concat2, &[Word::Ref(a), Word::Ref(b)]) => {
            let text = format!("{}{}", text(run, Val::Object(Tag::Str, a))?, text(run, Val::Object(Tag::Str, b))?);
            Word::Ref(run.heap.push(Body::Str(text)))
        }
        (Helper::Concat, args) => {
            let mut all = String::new();
            for arg in args {
                let Word::Any(value) = arg else { return Err("no boxed value".to_string()) };
                all.push_str(&text(run, *value)?);
            }
            Word::Ref(run.heap.push(Body::Str(all)))
        }
        (Helper::ToString, &[Word::Any(value)]) => {
            let text = text(run, value)?;
            Word::Ref(run.heap.push(Body::Str(text)))
        }
        (Helper::CallNative, &[Word::Int(_), Word::Int(_)]) => {
            let visible = run.visible();
            run.log.push(visible);
            Word::Int(0)
        }
        (helper, &[Word::Float(a)]) => Word::Float(match helper {
            Helper::Sin => a.sin(),
            Helper::Cos => a.cos(),
            Helper::Tan => a.tan(),
            Helper::Asin => a.asin(),
            Helper::Acos => a.acos(),
            Helper::Exp => a.exp(),
            Helper::Log => a.ln(),
            Helper::Log2 => a.log2(),
            Helper::Log10 => a.log10(),
            _ => return Err("the evaluator does not model this helper".to_string()),
        }),
        (Helper::Atan2, &[Word::Float(a), Word::Float(b)]) => Word::Float(a.atan2(b)),
        (Helper::CFmod, &[Word::Float(a), Word::Float(b)]) => Word::Float(a % b),
        _ => return Err("the evaluator does not model this helper".to_string()),
    };
    Ok(Return::Value(Some(word)))
}

/// Where a key of a table is.
enum Place {
    Slot(usize),
    Array(usize),
    Hash(usize),
    Absent,
}

fn place(run: &Run<'_>, table: usize, key: Val) -> Result<Place> {
    let Body::Table { shape, array, hash, .. } = &run.heap.objects[table].body else {
        return Err("no table".to_string());
    };
    if let Val::Int(index) = key
        && (1..=array.len() as i64).contains(&index)
    {
        return Ok(Place::Array(index as usize - 1));
    }
    if let Val::Object(Tag::Str, _) = key {
        let key = text(run, key)?;
        if let Some(slot) = run.graph[*shape].keys.iter().position(|name| *name == key) {
            return Ok(Place::Slot(slot));
        }
    }
    Ok(hash.iter().position(|pair| same(run, pair.0, key)).map_or(Place::Absent, Place::Hash))
}

/// All pairs of a table in the order of a traversal, those whose values are nil included.
fn pairs(run: &mut Run<'_>, table: usize) -> Result<Vec<(Val, Val)>> {
    let Body::Table { shape, slots, array, hash } = run.heap.objects[table].body.clone() else {
        return Err("no table".to_string());
    };
    let elements = array.into_iter().enumerate().map(|(index, value)| (Val::Int(index as i64 + 1), value));
    let mut all: Vec<(Val, Val)> = elements.collect();
    let info = &run.graph[shape];
    for (slot, value) in slots.into_iter().enumerate() {
        let key = match info.objects.get(slot) {
            Some(object) => run.heap.constant(run.graph, *object),
            None => run.heap.push(Body::Str(info.keys[slot].clone())),
        };
        all.push((Val::Object(Tag::Str, key), value));
    }
    all.extend(hash);
    Ok(all)
}

fn pair_at(run: &mut Run<'_>, table: usize, at: i64) -> Result<(Val, Val)> {
    let all = pairs(run, table)?;
    all.get((at - 1) as usize).copied().ok_or_else(|| "no such pair".to_string())
}

fn get(run: &Run<'_>, table: usize, key: Val) -> Result<Val> {
    let place = place(run, table, key)?;
    let Body::Table { slots, array, hash, .. } = &run.heap.objects[table].body else {
        return Err("no table".to_string());
    };
    Ok(match place {
        Place::Slot(slot) => slots[slot],
        Place::Array(index) => array[index],
        Place::Hash(index) => hash[index].1,
        Place::Absent => Val::NIL,
    })
}

fn set(run: &mut Run<'_>, table: usize, key: Val, value: Val) -> Result<Return> {
    let place = place(run, table, key)?;
    let Body::Table { slots, array, hash, .. } = &mut run.heap.objects[table].body else {
        return Err("no table".to_string());
    };
    match place {
        Place::Slot(slot) => slots[slot] = value,
        Place::Array(index) => {
            array[index] = value;
            while array.last() == Some(&Val::NIL) {
                array.pop();
            }
        }
        Place::Hash(index) => hash[index].1 = value,
        Place::Absent if value == Val::NIL => {}
        Place::Absent if key == Val::Int(array.len() as i64 + 1) => array.push(value),
        Place::Absent => hash.push((key, value)),
    }
    Ok(Return::Value(None))
}

fn same(run: &Run<'_>, a: Val, b: Val) -> bool {
    match (a, b) {
        (Val::Float(a), Val::Float(b)) => f64::from_bits(a) == f64::from_bits(b),
        (Val::Int(a), Val::Float(b)) | (Val::Float(b), Val::Int(a)) => {
            crate::arith::float_to_int(f64::from_bits(b)) == Some(a)
        }
        (Val::Object(Tag::Str, x), Val::Object(Tag::Str, y)) => {
            x == y || text(run, a).is_ok_and(|x| text(run, b) == Ok(x))
        }
        _ => a == b,
    }
}

fn text(run: &Run<'_>, value: Val) -> Result<String> {
    Ok(match value {
        Val::Prim(tag) => tag.name().to_string(),
        Val::Int(number) => number.to_string(),
        Val::Float(bits) => format!("{:?}", f64::from_bits(bits)),
        Val::Object(_, object) => match &run.heap.objects[object].body {
            Body::Str(text) => text.clone(),
            _ => return Err("no string".to_string()),
        },
    })
}
