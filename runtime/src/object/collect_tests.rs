//! Lua tables under a moving collector, against maps: random stores of all kinds of keys and values, small and large tables,
//! metatables, with collections between any two of them.

use std::collections::{BTreeMap, BTreeSet};
use std::ptr::NonNull;

use super::Gc;
use super::layout::{Str, Table};
use super::space::Space;
use crate::context::VmContext;
use crate::cx::Cx;
use crate::heap::{CollectionKind, HeapOptions, OsSource, Stress};
use crate::value::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Item {
    Int(i64),
    Str(u32),
    Table(i64),
}

#[derive(Default)]
struct Shadow {
    tables: BTreeMap<i64, BTreeMap<Item, Item>>,
    metatables: BTreeMap<i64, i64>,
    roots: BTreeMap<i64, i64>,
}

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 32) as usize * n) >> 32
    }
}

const ROOTS: i64 = 10;

fn text(number: u32) -> Vec<u8> {
    match number % 7 {
        0 => format!("a longer string that has the number {number:060}").into_bytes(),
        _ => format!("k{number}").into_bytes(),
    }
}

fn id_of<'gc>(cx: Cx<'gc>, table: Gc<'gc, Table>) -> i64 {
    table.get_bytes(cx, b"id").as_int().expect("each table has its id")
}

fn to_item<'gc>(cx: Cx<'gc>, value: Value<'gc>) -> Item {
    if let Some(int) = value.as_int() {
        Item::Int(int)
    } else if let Some(table) = value.as_gc::<Table>() {
        Item::Table(id_of(cx, table))
    } else {
        let bytes = value.as_gc::<Str>().expect("an integer, a table or a string").bytes();
        let digits = bytes.rsplit(|byte| !byte.is_ascii_digit()).next().unwrap();
        let number = std::str::from_utf8(digits).unwrap().parse().unwrap();
        assert_eq!(bytes, text(number));
        Item::Str(number)
    }
}

fn pick<'gc>(cx: Cx<'gc>, random: &mut Random) -> Option<Gc<'gc, Table>> {
    let mut at = cx.globals().get_int(1 + random.below(ROOTS as usize) as i64).as_gc::<Table>()?;
    for _ in 0..random.below(4) {
        let key = random.below(6) as i64;
        at = at.get_int(key).as_gc::<Table>().unwrap_or(at);
    }
    Some(at)
}

fn random_value<'gc>(cx: Cx<'gc>, random: &mut Random) -> (Value<'gc>, Option<Item>) {
    match random.below(10) {
        0 => (Value::NIL, None),
        1..3 => {
            let int = random.below(1000) as i64;
            (Value::int(int), Some(Item::Int(int)))
        }
        3..5 => {
            let number = random.below(200) as u32;
            (cx.string(&text(number)).value(), Some(Item::Str(number)))
        }
        _ => match pick(cx, random) {
            Some(table) => (table.value(), Some(Item::Table(id_of(cx, table)))),
            None => (Value::int(7), Some(Item::Int(7))),
        },
    }
}

fn store(cx: Cx<'_>, shadow: &mut Shadow, random: &mut Random) {
    let Some(table) = pick(cx, random) else { return };
    let id = id_of(cx, table);
    let (value, item) = random_value(cx, random);
    let (key, key_item) = match random.below(8) {
        0..3 => {
            let int = random.below(8) as i64;
            (Value::int(int), Item::Int(int))
        }
        3 => {
            let int = table.array_len() as i64 + 1;
            (Value::int(int), Item::Int(int))
        }
        4..6 => {
            let number = random.below(40) as u32;
            (cx.string(&text(number)).value(), Item::Str(number))
        }
        _ => match pick(cx, random) {
            Some(key) => (key.value(), Item::Table(id_of(cx, key))),
            None => return,
        },
    };
    assert!(table.set(cx, key, value).is_ok());
    record(shadow, id, key_item, item);
}

fn record(shadow: &mut Shadow, id: i64, key: Item, value: Option<Item>) {
    let entries = shadow.tables.get_mut(&id).unwrap();
    match value {
        Some(value) => entries.insert(key, value),
        None => entries.remove(&key),
    };
}

fn new_table(cx: Cx<'_>, shadow: &mut Shadow, random: &mut Random) {
    let id = shadow.tables.len() as i64 + 1;
    let table = cx.table(random.below(4), random.below(4));
    assert!(table.set_bytes(cx, b"id", Value::int(id)).is_ok());
    shadow.tables.insert(id, BTreeMap::new());
    let many = if random.below(12) == 0 { 200 + random.below(1500) } else { 0 };
    let by_string = random.below(2) == 0;
    for index in 1..=many {
        let (value, item) = random_value(cx, random);
        let (key, key_item) = if by_string {
            let number = 1000 + index as u32;
            (cx.string(&text(number)).value(), Item::Str(number))
        } else {
            (Value::int(index as i64), Item::Int(index as i64))
        };
        assert!(table.set(cx, key, value).is_ok());
        record(shadow, id, key_item, item);
    }
    if random.below(6) == 0
        && let Some(metatable) = pick(cx, random)
    {
        table.set_metatable(cx, Some(metatable));
        shadow.metatables.insert(id, id_of(cx, metatable));
    }
    let root = 1 + random.below(ROOTS as usize) as i64;
    if let Some(old) = cx.globals().get_int(root).as_gc::<Table>() {
        assert!(table.set_int(cx, 1, old.value()).is_ok());
        record(shadow, id, Item::Int(1), Some(Item::Table(id_of(cx, old))));
    }
    assert!(cx.globals().set_int(cx, root, table.value()).is_ok());
    shadow.roots.insert(root, id);
}

fn compare(cx: Cx<'_>, shadow: &Shadow) -> usize {
    let mut seen = BTreeSet::new();
    let mut work = Vec::new();
    for root in 1..=ROOTS {
        let table = cx.globals().get_int(root).as_gc::<Table>();
        assert_eq!(table.map(|table| id_of(cx, table)), shadow.roots.get(&root).copied());
        work.extend(table);
    }
    while let Some(table) = work.pop() {
        let id = id_of(cx, table);
        if !seen.insert(id) {
            continue;
        }
        let mut entries = BTreeMap::new();
        let mut key = Value::NIL;
        while let Some((next, value)) = table.next(cx, key).expect("the key is in the table") {
            key = next;
            assert!(table.get(cx, key).same_bits(value));
            work.extend(value.as_gc::<Table>());
            work.extend(key.as_gc::<Table>());
            if key.as_gc::<Str>().is_none_or(|key| key.bytes() != b"id") {
                entries.insert(to_item(cx, key), to_item(cx, value));
            }
        }
        assert_eq!(entries, shadow.tables[&id], "table {id}");
        let metatable = table.metatable(cx);
        assert_eq!(metatable.map(|table| id_of(cx, table)), shadow.metatables.get(&id).copied());
        work.extend(metatable);
    }
    seen.len()
}

fn run(options: HeapOptions, seed: u64, steps: usize) {
    let mut context = Box::new(VmContext::new());
    let pointer = NonNull::from(&mut *context);
    // SAFETY: the context is boxed and dropped after the space.
    let mut space = unsafe { Space::new(pointer, options, Box::new(OsSource), seed) }.unwrap();
    let mut shadow = Shadow::default();
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let (mut largest, mut minors, mut majors) = (0, 0, 0);
    for step in 0..steps {
        match random.below(16) {
            0..3 => new_table(space.cx(), &mut shadow, &mut random),
            3..13 => store(space.cx(), &mut shadow, &mut random),
            13 => {
                let root = 1 + random.below(ROOTS as usize) as i64;
                let cx = space.cx();
                assert!(cx.globals().set_int(cx, root, Value::NIL).is_ok());
                shadow.roots.remove(&root);
            }
            _ => {
                let (heap, mut model, mut roots) = space.collector();
                // SAFETY: references are kept in the globals only.
                match unsafe { heap.safepoint(&mut model, &mut roots) } {
                    Some(CollectionKind::Minor) => minors += 1,
                    Some(CollectionKind::Major) => majors += 1,
                    None => {}
                }
                if step % 16 == 0 {
                    largest = largest.max(compare(space.cx(), &shadow));
                }
            }
        }
    }
    largest = largest.max(compare(space.cx(), &shadow));
    assert!(largest > 30, "the graph stayed small: {largest}");
    assert!(minors > 5 && majors > 0, "{minors} {majors}");
}

fn stressed() -> HeapOptions {
    HeapOptions {
        nursery: 4096,
        nursery_fixed: true,
        stress: Stress::Every { minor: 1, major: 5 },
        evacuate_all: true,
        poison: true,
        verify: true,
        ..HeapOptions::default()
    }
}

#[test]
fn tables_survive_collections_at_every_safepoint() {
    for seed in 1..7 {
        run(stressed(), seed, 2500);
    }
}

#[test]
fn tables_survive_with_inaccessible_memory_behind_them() {
    run(HeapOptions { guard: true, ..stressed() }, 9, 1500);
}

#[test]
fn tables_survive_ordinary_collections() {
    let options =
        HeapOptions { nursery: 64 << 10, nursery_fixed: true, major_min: 256 << 10, ..HeapOptions::default() };
    for seed in 11..13 {
        run(options.clone(), seed, 3000);
    }
}
