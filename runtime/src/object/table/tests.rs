//! Tables against a map of the standard library, and what the map can't say: borders, shapes, metatables, weakness.

use std::collections::HashMap;

use super::super::Gc;
use super::super::layout::{Str, Table};
use super::super::metamethod::Metamethod;
use super::super::proto::{CacheKind, FieldCache};
use super::super::shape::{self, KeySource};
use super::super::testing::{Random, World};
use super::cache::{self, FieldRead, FieldWrite};
use crate::cx::Cx;
use crate::value::{Tag, Value};

fn check_border(table: Gc<'_, Table>) {
    let len = table.len() as i64;
    assert!(len == 0 || !table.get_int(len).is_nil(), "border {len}");
    assert!(table.get_int(len + 1).is_nil(), "border {len}");
}

#[test]
fn appending_and_erasing_moves_the_border() {
    let mut world = World::new();
    let cx = world.cx();
    let table = cx.table(0, 0);
    for i in 1..=1000 {
        table.set_int(cx, i, Value::int(i)).unwrap();
        assert_eq!(table.len(), i as usize);
    }
    for i in (1..=1000).rev() {
        assert_eq!(table.get_int(i).as_int(), Some(i));
        table.set_int(cx, i, Value::NIL).unwrap();
        assert_eq!(table.len(), i as usize - 1);
    }
}

#[test]
fn arrays_filled_backwards_end_in_the_array_part() {
    let mut world = World::new();
    let cx = world.cx();
    let table = cx.table(0, 0);
    for i in (1..=1024).rev() {
        table.set_int(cx, i, Value::int(i)).unwrap();
        check_border(table);
    }
    assert_eq!(table.len(), 1024);
    assert!(table.hash_part().is_none_or(|hash| hash.size() <= 4));
    assert!((1..=1024).all(|i| table.get_int(i).as_int() == Some(i)));
}

#[test]
fn a_queue_stays_small() {
    let mut world = World::new();
    let cx = world.cx();
    let table = cx.table(0, 0);
    for i in 1..=100_000 {
        table.set_int(cx, i, Value::int(i)).unwrap();
        table.set_int(cx, i, Value::NIL).unwrap();
    }
    assert!(table.array_capacity() <= 8);
    assert!(table.hash_part().is_none_or(|hash| hash.size() <= 8));
}

#[test]
fn a_key_after_the_border_moves_over() {
    let mut world = World::new();
    let cx = world.cx();
    let table = cx.table(0, 0);
    for i in [2, 3, 5, 1, 4] {
        table.set_int(cx, i, Value::int(i)).unwrap();
        check_border(table);
    }
    assert_eq!(table.len(), 5);
}

#[test]
fn keys_nil_and_nan_are_refused_and_integral_floats_are_integers() {
    let mut world = World::new();
    let cx = world.cx();
    let table = cx.table(0, 0);
    assert!(table.set(cx, Value::NIL, Value::TRUE).is_err());
    assert!(table.set(cx, Value::float(f64::NAN), Value::TRUE).is_err());
    assert!(table.get(cx, Value::float(f64::NAN)).is_nil());
    table.set(cx, Value::float(1.0), Value::int(7)).unwrap();
    table.set(cx, Value::float(-0.0), Value::int(8)).unwrap();
    assert_eq!(table.get_int(1).as_int(), Some(7));
    assert_eq!(table.get(cx, Value::int(0)).as_int(), Some(8));
    assert_eq!(table.len(), 1);
}

/// A key that can be made again after a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    Int(i64),
    Half(i64),
    Text(u32),
    Long(u32),
    Bool(bool),
    Object(u32),
}

const OBJECTS: u64 = 12;

impl Key {
    fn random(random: &mut Random, spread: u64) -> Key {
        match random.below(12) {
            0..=3 => Key::Int(random.below(spread) as i64 + 1),
            4 => Key::Int(random.below(100) as i64 * 1_000_003 - 20_000_000),
            5..=7 => Key::Text(random.below(spread / 2 + 1) as u32),
            8 => Key::Long(random.below(10) as u32),
            9 => Key::Half(random.below(20) as i64),
            10 => Key::Object(random.below(OBJECTS) as u32),
            _ => Key::Bool(random.below(2) == 0),
        }
    }

    fn value<'gc>(self, cx: Cx<'gc>) -> Value<'gc> {
        match self {
            Key::Int(i) => Value::int(i),
            Key::Half(i) => Value::float(i as f64 + 0.5),
            Key::Text(i) => cx.string(format!("key {i}").as_bytes()).value(),
            Key::Long(i) => cx.string(format!("{i}{}", "long ".repeat(30)).as_bytes()).value(),
            Key::Bool(b) => Value::bool(b),
            Key::Object(i) => cx.registry().get_int(i64::from(i) + 10),
        }
    }

    fn read(cx: Cx<'_>, key: Value<'_>) -> Key {
        match key.tag() {
            Tag::Int => Key::Int(key.bits() as i64),
            Tag::Float => Key::Half((f64::from_bits(key.bits()) - 0.5) as i64),
            Tag::Str => {
                let text = String::from_utf8(key.as_gc::<Str>().unwrap().bytes().to_vec()).unwrap();
                match text.strip_prefix("key ") {
                    Some(number) => Key::Text(number.parse().unwrap()),
                    None => Key::Long(text[..1].parse().unwrap()),
                }
            }
            Tag::False | Tag::True => Key::Bool(key.is_truthy()),
            _ => {
                let same = |i: &u64| cx.registry().get_int(*i as i64 + 10).same_bits(key);
                Key::Object((0..OBJECTS).find(same).unwrap() as u32)
            }
        }
    }
}

/// Value `number`, in one of several types.
fn value_of(cx: Cx<'_>, number: i64) -> Value<'_> {
    match number % 4 {
        0 => Value::int(number),
        1 => Value::float(number as f64),
        2 => cx.string(format!("value {number}").as_bytes()).value(),
        _ => {
            let table = cx.table(1, 0);
            table.set_bytes(cx, b"number", Value::int(number)).unwrap();
            table.value()
        }
    }
}

fn number_of(cx: Cx<'_>, value: Value<'_>) -> Option<i64> {
    match value.tag() {
        Tag::Nil => None,
        Tag::Int => Some(value.bits() as i64),
        Tag::Float => Some(f64::from_bits(value.bits()) as i64),
        Tag::Str => String::from_utf8(value.as_gc::<Str>().unwrap().bytes()[6..].to_vec()).unwrap().parse().ok(),
        _ => value.raw().as_gc::<Table>().unwrap().get_bytes(cx, b"number").as_int(),
    }
}

fn subject(cx: Cx<'_>) -> Gc<'_, Table> {
    cx.registry().get_int(1).as_gc().unwrap()
}

fn check_all(cx: Cx<'_>, model: &HashMap<Key, i64>) {
    let table = subject(cx);
    check_border(table);
    let mut seen = 0;
    let mut key = Value::NIL;
    while let Some((next, value)) = table.next(cx, key).unwrap() {
        let name = Key::read(cx, next);
        assert_eq!(number_of(cx, value), model.get(&name).copied(), "{name:?}");
        seen += 1;
        key = next;
    }
    assert_eq!(seen, model.len());
}

fn run_against_map(seed: u64, spread: u64, steps: u32) {
    let mut world = World::new();
    let mut random = Random(seed);
    let mut model: HashMap<Key, i64> = HashMap::new();
    {
        let cx = world.cx();
        cx.registry().set_int(cx, 1, cx.table(random.below(6) as usize, random.below(6) as usize).value()).unwrap();
        for i in 0..OBJECTS as i64 {
            cx.registry().set_int(cx, i + 10, cx.table(0, 0).value()).unwrap();
        }
    }
    for step in 0..steps {
        let cx = world.cx();
        let key = Key::random(&mut random, spread);
        match random.below(20) {
            0..=9 => {
                let number = i64::from(step);
                subject(cx).set(cx, key.value(cx), value_of(cx, number)).unwrap();
                model.insert(key, number);
            }
            10..=13 => {
                subject(cx).set(cx, key.value(cx), Value::NIL).unwrap();
                model.remove(&key);
            }
            14 => {
                let next = subject(cx).len() as i64 + 1;
                subject(cx).push(cx, value_of(cx, i64::from(step))).unwrap();
                model.insert(Key::Int(next), i64::from(step));
            }
            15 => {
                let len = subject(cx).len() as i64;
                subject(cx).set_int(cx, len, Value::NIL).unwrap();
                model.remove(&Key::Int(len));
            }
            16 => check_all(cx, &model),
            17 => {
                let metatable = (random.below(2) == 0).then(|| cx.table(0, 0));
                subject(cx).set_metatable(cx, metatable);
            }
            18 if random.below(4) == 0 => world.major(),
            18 => world.minor(),
            _ => assert_eq!(number_of(cx, subject(cx).get(cx, key.value(cx))), model.get(&key).copied()),
        }
        check_border(subject(world.cx()));
    }
    check_all(world.cx(), &model);
}

#[test]
fn random_operations_agree_with_a_map() {
    for seed in 0..12 {
        run_against_map(seed, 6 + seed * seed * 3, 1500);
    }
}

#[test]
fn erasing_during_a_traversal() {
    let mut world = World::new();
    let mut random = Random(3);
    for _ in 0..20 {
        let cx = world.cx();
        let table = cx.table(2, 2);
        let mut count = 0;
        for i in 0..random.below(60) as i64 {
            let key = if i % 3 == 0 { cx.string(format!("s{i}").as_bytes()).value() } else { Value::int(i) };
            table.set(cx, key, Value::int(i)).unwrap();
            count += 1;
        }
        let mut key = Value::NIL;
        while let Some((next, _)) = table.next(cx, key).unwrap() {
            table.set(cx, next, Value::NIL).unwrap();
            count -= 1;
            key = next;
        }
        assert_eq!((count, table.len()), (0, 0));
        assert!(table.next(cx, Value::NIL).unwrap().is_none());
        assert!(table.next(cx, Value::int(5000)).is_err());
    }
}

#[test]
fn tables_with_the_same_keys_share_a_shape() {
    let mut world = World::new();
    let cx = world.cx();
    let make = |keys: &[&str]| {
        let table = cx.table(2, 0);
        for key in keys {
            table.set_bytes(cx, key.as_bytes(), Value::TRUE).unwrap();
        }
        table
    };
    let (one, two) = (make(&["x", "y", "z"]), make(&["x", "y", "z"]));
    assert_eq!(one.shape(), two.shape());
    assert_ne!(one.shape(), make(&["y", "x", "z"]).shape());
    let metatable = cx.table(0, 0);
    one.set_metatable(cx, Some(metatable));
    assert_ne!(one.shape(), two.shape());
    two.set_metatable(cx, Some(metatable));
    assert_eq!(one.shape(), two.shape());
    assert!(one.get_bytes(cx, b"z").is_truthy());
    one.set_metatable(cx, None);
    assert_eq!(one.shape(), make(&["x", "y", "z"]).shape());
}

#[test]
fn many_computed_keys_make_a_dictionary_and_constant_ones_do_not() {
    let mut world = World::new();
    let cx = world.cx();
    let (computed, constant) = (cx.table(0, 0), cx.table(0, 0));
    for i in 0..300 {
        let key = cx.string(format!("k{i}").as_bytes());
        computed.set_str(cx, key, Value::int(i)).unwrap();
        if i < 200 {
            constant.set_field(cx, key, Value::int(i)).unwrap();
        }
    }
    assert!(cx.shapes().shape(computed.shape()).dictionary);
    assert!(!cx.shapes().shape(constant.shape()).dictionary);
    for i in 0..200 {
        let key = cx.string(format!("k{i}").as_bytes());
        assert_eq!(computed.get_str(cx, key).as_int(), Some(i));
        assert_eq!(constant.get_str(cx, key).as_int(), Some(i));
    }
    let made = cx.shapes().len();
    for i in 0..100 {
        let table = cx.table(0, 0);
        for j in 0..20 {
            table.set_str(cx, cx.string(format!("{i}/{j}").as_bytes()), Value::TRUE).unwrap();
        }
    }
    assert!(cx.shapes().len() < made + 200, "computed keys make few shapes");
}

#[test]
fn shapes_of_dead_tables_are_freed_and_caches_forget_them() {
    let mut world = World::new();
    let make = |world: &mut World, round: i64| {
        let cx = world.cx();
        let metatable = cx.table(0, 0);
        for i in 0..20 {
            let table = cx.table(4, 0);
            table.set_metatable(cx, Some(metatable));
            table.set_bytes(cx, format!("r{round}f{i}").as_bytes(), Value::TRUE).unwrap();
        }
    };
    for round in 0..5 {
        make(&mut world, round);
    }
    let before = world.cx().shapes().len();
    for round in 0..50 {
        world.major();
        make(&mut world, round + 100);
    }
    let after = world.cx().shapes().len();
    assert!(after <= before + 60, "{before} {after}");
}

#[test]
fn metamethods_are_found_and_changes_are_noticed() {
    let mut world = World::new();
    let cx = world.cx();
    let (table, metatable) = (cx.table(0, 0), cx.table(0, 0));
    assert!(table.metamethod(cx, Metamethod::Index).is_none());
    table.set_metatable(cx, Some(metatable));
    for event in [Metamethod::Index, Metamethod::NewIndex, Metamethod::Add] {
        assert!(table.metamethod(cx, event).is_none());
        assert!(table.metamethod(cx, event).is_none());
        metatable.set_bytes(cx, event.text().as_bytes(), Value::int(1)).unwrap();
        assert!(table.metamethod(cx, event).is_some());
        metatable.set(cx, cx.string(event.text().as_bytes()).value(), Value::NIL).unwrap();
        assert!(table.metamethod(cx, event).is_none());
    }
}

#[test]
fn field_caches_learn_and_answer() {
    let mut world = World::new();
    let cx = world.cx();
    let (class, object) = (cx.table(4, 0), cx.table(4, 0));
    class.set_bytes(cx, b"__index", class.value()).unwrap();
    class.set_bytes(cx, b"method", Value::int(1)).unwrap();
    object.set_metatable(cx, Some(class));
    let mut method = FieldCache::new(cx.intern(b"method").raw());
    assert_eq!(method.read(cx, object).and_then(Value::as_int), None);
    assert!(matches!(cache::read_field(cx, object, &mut method), FieldRead::Value(v) if v.as_int() == Some(1)));
    assert_eq!(method.kind, CacheKind::Index);
    assert_eq!(method.read(cx, object).and_then(Value::as_int), Some(1));
    class.set_bytes(cx, b"method", Value::int(2)).unwrap();
    assert_eq!(method.read(cx, object).and_then(Value::as_int), Some(2));
    class.set_bytes(cx, b"__index", Value::NIL).unwrap();
    assert!(method.read(cx, object).is_none());
    assert!(matches!(cache::read_field(cx, object, &mut method), FieldRead::Value(v) if v.is_nil()));

    let mut store = FieldCache::new(cx.intern(b"x").raw());
    let write = |cache: &mut FieldCache, table, value| cache::write_field(cx, table, cache, value).unwrap();
    assert!(matches!(write(&mut store, object, Value::int(5)), FieldWrite::Done));
    assert_eq!(store.kind, CacheKind::Add);
    let second = cx.table(4, 0);
    second.set_metatable(cx, Some(class));
    assert!(store.write(cx, second, Value::int(6)));
    assert_eq!(second.shape(), object.shape());
    assert_eq!(second.get_bytes(cx, b"x").as_int(), Some(6));
    assert!(matches!(write(&mut store, second, Value::int(7)), FieldWrite::Done));
    assert_eq!(store.kind, CacheKind::Own);
    assert!(store.write(cx, object, Value::int(8)));
    assert_eq!(object.get_bytes(cx, b"x").as_int(), Some(8));
    object.set_bytes(cx, b"x", Value::NIL).unwrap();
    assert!(!store.write(cx, object, Value::int(9)), "a nil slot under a metatable is no answer");
    class.set_bytes(cx, b"__newindex", Value::TRUE).unwrap();
    assert!(matches!(write(&mut store, object, Value::int(9)), FieldWrite::Handler { .. }));
}

#[test]
fn young_metatables_survive_through_shapes() {
    let mut world = World::new();
    {
        let cx = world.cx();
        let (table, metatable, index) = (cx.table(0, 0), cx.table(0, 0), cx.table(1, 0));
        index.set_bytes(cx, b"answer", Value::int(42)).unwrap();
        metatable.set_bytes(cx, b"__index", index.value()).unwrap();
        cx.registry().set_int(cx, 1, table.value()).unwrap();
        table.set_metatable(cx, Some(metatable));
        table.refresh_index(cx);
    }
    for round in 0..6 {
        if round % 3 == 2 {
            world.major();
        } else {
            world.minor();
        }
        let cx = world.cx();
        let mut cache = FieldCache::new(cx.intern(b"answer").raw());
        let found = cache::read_field(cx, subject(cx), &mut cache);
        assert!(matches!(found, FieldRead::Value(v) if v.as_int() == Some(42)), "{found:?}");
        assert_eq!(cache.read(cx, subject(cx)).and_then(Value::as_int), Some(42));
    }
}

#[test]
fn old_table_gets_a_young_metatable() {
    let mut world = World::new();
    {
        let cx = world.cx();
        cx.registry().set_int(cx, 1, cx.table(0, 0).value()).unwrap();
    }
    world.minor();
    world.major();
    for _ in 0..4 {
        let cx = world.cx();
        let metatable = cx.table(0, 0);
        metatable.set_bytes(cx, b"__name", cx.string(b"some name").value()).unwrap();
        subject(cx).set_metatable(cx, Some(metatable));
        world.minor();
        let cx = world.cx();
        assert_eq!(cx.typename(subject(cx).value()), b"some name");
    }
}

#[test]
fn weak_tables_lose_dead_entries_and_keep_strings() {
    for (mode, values) in [("k", false), ("v", true), ("kv", true)] {
        let mut world = World::new();
        {
            let cx = world.cx();
            let (table, metatable) = (cx.table(1, 0), cx.table(0, 0));
            metatable.set_bytes(cx, b"__mode", cx.string(mode.as_bytes()).value()).unwrap();
            table.set_metatable(cx, Some(metatable));
            cx.registry().set_int(cx, 1, table.value()).unwrap();
            let kept = cx.table(0, 0);
            cx.registry().set_int(cx, 2, kept.value()).unwrap();
            table.set_bytes(cx, b"field", cx.table(0, 0).value()).unwrap();
            table.set_bytes(cx, b"other", cx.table(0, 0).value()).unwrap();
            table.set_int(cx, 1, kept.value()).unwrap();
            table.set_int(cx, 2, cx.table(0, 0).value()).unwrap();
            table.set(cx, kept.value(), cx.string(b"a string value").value()).unwrap();
            table.set(cx, cx.table(0, 0).value(), Value::int(1)).unwrap();
            table.set(cx, Value::TRUE, cx.table(0, 0).value()).unwrap();
        }
        world.minor();
        world.major();
        world.major();
        let cx = world.cx();
        let (table, kept) = (subject(cx), cx.registry().get_int(2));
        let mut entries = 0;
        let mut key = Value::NIL;
        while let Some((next, _)) = table.next(cx, key).unwrap() {
            entries += 1;
            key = next;
        }
        let text = table.get(cx, kept).as_gc::<Str>().expect("a string is no weak value");
        assert_eq!(text.bytes(), b"a string value");
        assert_eq!(table.get_bytes(cx, b"field").is_nil(), values, "{mode}");
        assert_eq!(table.get_bytes(cx, b"other").is_nil(), values, "{mode}");
        assert!(table.get_int(1).same_bits(kept));
        assert_eq!(table.get(cx, Value::TRUE).is_nil(), values, "{mode}");
        let dead_keys = if mode == "v" { 1 } else { 0 };
        let strong = if values { 0 } else { 4 };
        assert_eq!(entries, 2 + dead_keys + strong, "{mode}");
        check_border(table);
    }
}

#[test]
fn ephemerons_do_not_keep_their_keys() {
    let mut world = World::new();
    {
        let cx = world.cx();
        let (table, metatable) = (cx.table(0, 0), cx.table(0, 0));
        metatable.set_bytes(cx, b"__mode", cx.string(b"k").value()).unwrap();
        table.set_metatable(cx, Some(metatable));
        cx.registry().set_int(cx, 1, table.value()).unwrap();
        let (cycle, kept) = (cx.table(0, 0), cx.table(0, 0));
        cx.registry().set_int(cx, 2, kept.value()).unwrap();
        table.set(cx, cycle.value(), cycle.value()).unwrap();
        let chained = cx.table(0, 0);
        table.set(cx, kept.value(), chained.value()).unwrap();
        table.set(cx, chained.value(), Value::int(9)).unwrap();
    }
    world.minor();
    world.major();
    let cx = world.cx();
    let (table, kept) = (subject(cx), cx.registry().get_int(2));
    let chained = table.get(cx, kept);
    assert_eq!(table.get(cx, chained).as_int(), Some(9));
    let mut count = 0;
    let mut key = Value::NIL;
    while let Some((next, _)) = table.next(cx, key).unwrap() {
        count += 1;
        key = next;
    }
    assert_eq!(count, 2);
}

#[test]
fn slots_spill_into_the_overflow_object() {
    let mut world = World::new();
    for cap in [0, 1, 5, 32] {
        {
            let cx = world.cx();
            let table = cx.table(cap, 0);
            cx.registry().set_int(cx, 1, table.value()).unwrap();
            for i in 0..60 {
                table.set_bytes(cx, format!("f{i}").as_bytes(), Value::int(i)).unwrap();
                for j in 0..=i {
                    assert_eq!(table.get_bytes(cx, format!("f{j}").as_bytes()).as_int(), Some(j));
                }
            }
        }
        world.major();
        let cx = world.cx();
        for j in 0..60 {
            assert_eq!(subject(cx).get_bytes(cx, format!("f{j}").as_bytes()).as_int(), Some(j));
        }
        assert_eq!(cx.shapes().shape(subject(cx).shape()).slots, 60);
    }
    assert_eq!(world.cx().table(0, 0).shape(), shape::EMPTY);
}

#[test]
fn a_large_array_of_young_objects_is_remembered_by_sections() {
    let mut world = World::new();
    {
        let cx = world.cx();
        let table = cx.table(0, 20_000);
        cx.registry().set_int(cx, 1, table.value()).unwrap();
        for i in 1..=20_000 {
            table.set_int(cx, i, Value::int(i)).unwrap();
        }
    }
    world.minor();
    world.minor();
    for round in 0..20 {
        let cx = world.cx();
        let at = 1 + (round * 7919) % 20_000;
        subject(cx).set_int(cx, at, cx.string(format!("value {round}").as_bytes()).value()).unwrap();
        if round % 5 == 4 {
            world.major();
        } else {
            world.minor();
        }
        let cx = world.cx();
        assert_eq!(number_of(cx, subject(cx).get_int(at)), Some(round));
    }
}

#[test]
fn a_constant_key_past_the_limit_makes_a_dictionary() {
    let mut world = World::new();
    let cx = world.cx();
    let table = cx.table(0, 0);
    for i in 0..shape::MAX_SLOTS as i64 + 10 {
        let key = cx.intern(format!("f{i}").as_bytes());
        table.set_interned(cx, key, Value::int(i), KeySource::Constant).unwrap();
    }
    assert!(cx.shapes().shape(table.shape()).dictionary);
    assert_eq!(table.get_bytes(cx, b"f3").as_int(), Some(3));
    assert_eq!(table.get_bytes(cx, b"f260").as_int(), Some(260));
}

#[test]
fn a_mode_or_finalizer_set_later_counts() {
    let mut world = World::new();
    {
        let cx = world.cx();
        let (table, metatable) = (cx.table(0, 0), cx.table(0, 0));
        for _ in 0..3 {
            cx.table(0, 0).set_metatable(cx, Some(metatable));
        }
        table.set_metatable(cx, Some(metatable));
        table.set(cx, cx.table(0, 0).value(), Value::TRUE).unwrap();
        cx.registry().set_int(cx, 1, table.value()).unwrap();
        metatable.set_bytes(cx, b"__mode", cx.string(b"k").value()).unwrap();
        metatable.set_bytes(cx, b"__gc", Value::TRUE).unwrap();
        cx.table(0, 0).set_metatable(cx, Some(metatable));
    }
    world.minor();
    world.major();
    let cx = world.cx();
    assert!(subject(cx).next(cx, Value::NIL).unwrap().is_none());
    assert!(world.space.next_finalizer().is_some(), "the last table");
    assert!(world.space.next_finalizer().is_none(), "the others were not registered");
}
