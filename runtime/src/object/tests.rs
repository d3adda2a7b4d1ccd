//! Strings, prototypes, functions, userdata: what they say, and that they live and die with the collector.

use std::rc::Rc;

use super::Gc;
use super::layout::{Closure, Str, Table, Userdata};
use super::testing::World;
use crate::bytecode::function::{Constant, FunctionCode, TableSite, UpvalueDesc};
use crate::bytecode::{Inst, Op};
use crate::heap::HeapOptions;
use crate::value::Value;

#[test]
fn equal_interned_strings_are_one_object() {
    let mut world = World::new();
    let cx = world.cx();
    let (one, two) = (cx.string(b"some text"), cx.string(b"some text"));
    assert!(one != two && one.equals(two));
    assert_eq!(one.hash(cx), two.hash(cx));
    let interned = cx.intern_string(one);
    assert_eq!(interned, cx.intern(b"some text"));
    assert_eq!(cx.find_interned(two), Some(interned));
    assert!(interned.equals(two) && !interned.equals(cx.intern(b"other text")));
    assert_eq!(cx.find_interned(cx.string(b"never interned")), None);
    assert_eq!(cx.string(b"a"), cx.intern(b"a"));
    assert_eq!(cx.string(b"").len(), 0);
}

#[test]
fn interned_strings_die_when_nothing_names_them() {
    let mut world = World::new();
    let cx = world.cx();
    let before = cx.interned().len();
    for i in 0..3000 {
        cx.intern(format!("temporary {i}").as_bytes());
    }
    let kept = cx.intern(b"kept");
    cx.registry().set_int(cx, 1, kept.value()).unwrap();
    world.major();
    let cx = world.cx();
    assert_eq!(cx.interned().len(), before + 1);
    let kept: Gc<'_, Str> = cx.registry().get_int(1).as_gc().unwrap();
    assert_eq!(kept, cx.intern(b"kept"));
}

#[test]
fn concatenation_fills_one_string() {
    let mut world = World::new();
    let cx = world.cx();
    let long = "x".repeat(10_000);
    let string = cx.concat(&[b"a", long.as_bytes(), b"", b"b"]).unwrap();
    assert_eq!(string.bytes(), format!("a{long}b").as_bytes());
    assert_eq!(cx.concat(&[]).unwrap().len(), 0);
}

fn function() -> FunctionCode {
    let upvalue = UpvalueDesc { name: b"u"[..].into(), from_parent_register: true, index: 0 };
    let child = FunctionCode {
        code: vec![Inst::abc(Op::Return0, 0, 0, 0)],
        lines: vec![3],
        constants: vec![Constant::Str(b"inner"[..].into())],
        upvalues: vec![upvalue.clone()],
        source: b"=test"[..].into(),
        frame_size: 2,
        ..FunctionCode::default()
    };
    FunctionCode {
        code: vec![Inst::new(Op::Closure, 1, 0, 0, 0), Inst::abc(Op::Return1, 1, 0, 0)],
        lines: vec![1, 2],
        constants: vec![Constant::Int(7), Constant::Str(b"outer"[..].into()), Constant::Float(0.5)],
        field_keys: vec![b"field"[..].into()],
        table_sites: vec![
            TableSite { keys: vec![b"x"[..].into(), b"y"[..].into()], fields: 2, array: 0 },
            TableSite { keys: (0..60).map(|i| format!("k{i}").into_bytes().into()).collect(), fields: 60, array: 0 },
            TableSite::default(),
        ],
        hot_sites: 1,
        children: vec![child],
        source: b"=test"[..].into(),
        frame_size: 4,
        ..FunctionCode::default()
    }
}

#[test]
fn a_linked_function_lives_through_its_closures() {
    let mut world = World::new();
    {
        let cx = world.cx();
        let outer = cx.link(function(), (10, 20));
        let inner: Gc<'_, super::proto::Proto> = outer.get().children[0];
        let cell = cx.cell(cx.string(b"captured").value());
        let closure = cx.closure(inner, [cell].into_iter());
        cx.registry().set_int(cx, 1, closure.value()).unwrap();
        cx.registry().set_int(cx, 2, cx.closure(outer, [].into_iter()).value()).unwrap();
        assert_eq!(outer.to_code().children.len(), 1);
        assert_eq!(outer.to_code().constants, function().constants);
        assert_eq!(outer.liveness().before(0).iter().collect::<Vec<_>>(), [0]);
    }
    world.minor();
    world.major();
    assert_eq!(world.space.protos().len(), 2);
    {
        let cx = world.cx();
        let closure: Gc<'_, Closure> = cx.registry().get_int(1).as_gc().unwrap();
        let text: Gc<'_, Str> = closure.cell(0).get().as_gc().unwrap();
        assert_eq!(text.bytes(), b"captured");
        assert_eq!(closure.proto().get().lines[0], 3);
        closure.cell(0).set(cx, cx.string(b"assigned").value());
        cx.registry().set_int(cx, 2, Value::NIL).unwrap();
    }
    world.minor();
    world.major();
    assert_eq!(world.space.protos().len(), 1, "the outer function is dead");
    let cx = world.cx();
    let closure: Gc<'_, Closure> = cx.registry().get_int(1).as_gc().unwrap();
    let text: Gc<'_, Str> = closure.cell(0).get().as_gc().unwrap();
    assert_eq!(text.bytes(), b"assigned");
}

#[test]
fn records_get_their_keys_from_the_site() {
    let mut world = World::new();
    let cx = world.cx();
    let proto = cx.link(function(), (10, 20));
    let site = |index: usize| cx.site(index as u16 + 1).unwrap();
    let table = cx.record(site(0), [Value::int(1), Value::NIL].into_iter()).unwrap();
    assert_eq!(table.get_bytes(cx, b"x").as_int(), Some(1));
    assert!(table.get_bytes(cx, b"y").is_nil());
    let large = cx.record(site(1), (0..60i32).map(|i| Value::int(i64::from(i)))).unwrap();
    assert!((0..60).all(|i| large.get_bytes(cx, format!("k{i}").as_bytes()).as_int() == Some(i)));
    assert_eq!(proto.get().frame_size, 4);
}

#[test]
fn sites_learn_how_many_fields_their_tables_get() {
    let mut world = World::new();
    let cx = world.cx();
    cx.link(function(), (10, 20));
    let make = |keys: i64| {
        let site = cx.site(3).unwrap();
        let table: Gc<'_, Table> = cx.table_of(site.shape, site.number, site.array as usize);
        for i in 0..keys {
            table.set_bytes(cx, format!("f{i}").as_bytes(), Value::int(i)).unwrap();
        }
        table
    };
    assert_eq!(make(0).inline_capacity(), 0);
    make(5);
    assert_eq!(make(5).inline_capacity(), 5);
    assert_eq!(make(5).shape(), make(5).shape());
    let record = cx.site(1).unwrap();
    let table = cx.record(record, [Value::int(1), Value::int(2)].into_iter()).unwrap();
    table.set_bytes(cx, b"z", Value::int(3)).unwrap();
    let table = cx.record(cx.site(1).unwrap(), [Value::int(1), Value::int(2)].into_iter()).unwrap();
    assert_eq!(table.inline_capacity(), 3);
    assert_eq!(table.get_bytes(cx, b"y").as_int(), Some(2));
}

#[test]
fn userdata_drop_their_value_when_they_die() {
    let mut world = World::new();
    let witness = Rc::new(());
    {
        let cx = world.cx();
        cx.userdata(Box::new(witness.clone()), None);
        let metatable = cx.table(0, 0);
        metatable.set_bytes(cx, b"__name", cx.string(b"witness").value()).unwrap();
        let kept = cx.userdata(Box::new(witness.clone()), Some(metatable));
        cx.registry().set_int(cx, 1, kept.value()).unwrap();
    }
    world.minor();
    world.major();
    assert_eq!(Rc::strong_count(&witness), 2);
    let cx = world.cx();
    let kept: Gc<'_, Userdata> = cx.registry().get_int(1).as_gc().unwrap();
    assert_eq!(cx.typename(kept.value()), b"witness");
    assert_eq!(kept.with(|witness: &mut Rc<()>| Rc::strong_count(witness)), Some(2));
    assert_eq!(kept.with(|_: &mut String| ()), None);
}

#[test]
fn memory_past_the_limit_is_noted_or_refused() {
    let mut world = World::with(HeapOptions { limit: Some(2 << 20), ..HeapOptions::default() });
    let cx = world.cx();
    assert!(cx.string_buf(64 << 20).is_err());
    let error: Gc<'_, Str> = cx.error_value().as_gc().unwrap();
    assert_eq!(error.bytes(), b"not enough memory");
    assert!(!world.space.heap.is_over_limit());
    let cx = world.cx();
    for _ in 0..100_000 {
        cx.table(4, 0);
    }
    assert!(world.space.heap.is_over_limit());
}

#[test]
fn an_object_is_finalised_once_for_each_registration() {
    let mut world = World::new();
    {
        let cx = world.cx();
        let (table, metatable) = (cx.table(0, 0), cx.table(0, 0));
        metatable.set_bytes(cx, b"__gc", Value::TRUE).unwrap();
        table.set_metatable(cx, Some(metatable));
        table.set_metatable(cx, None);
        table.set_metatable(cx, Some(metatable));
        table.set_int(cx, 1, cx.string(b"still there").value()).unwrap();
    }
    world.minor();
    world.major();
    let object = world.space.next_finalizer().expect("unreachable");
    assert!(world.space.next_finalizer().is_none());
    // SAFETY: just taken from the queue, and a table.
    let table: Gc<'static, Table> = unsafe { Gc::from_object(object) };
    let cx = world.cx();
    let text: Gc<'_, Str> = table.get_int(1).as_gc().unwrap();
    assert_eq!(text.bytes(), b"still there");
    let metatable = table.metatable(cx);
    table.set_metatable(cx, metatable);
    world.major();
    assert!(world.space.next_finalizer().is_some());
}
