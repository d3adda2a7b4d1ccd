//! A stopped collector does nothing by itself, and what it is made to do the program can't tell.

use moonset_runtime::heap::{HeapOptions, WeakKind};

use crate::toy::{self, World, get, id};

#[test]
fn weak_entries_and_finalizers_wait_until_the_collector_runs() {
    let mut world = World::new(HeapOptions { major_min: 0, poison: true, ..toy::small(16 * 1024) });
    world.heap.set_running(false);
    let table = world.weak(1, WeakKind::Both);
    let (key, value, finalized) = (world.node(1), world.node(1), world.node(1));
    let (key_id, value_id, finalized_id) = (id(key), id(value), id(finalized));
    world.set(table, 0, Some(key));
    world.set(table, 1, Some(value));
    world.heap.register_finalizer(finalized);
    world.roots[0] = Some(table);
    for _ in 0..3 {
        while !world.heap.wants_collection() {
            world.node(3);
        }
        assert_eq!(world.safepoint(), None);
        world.minor();
        let table = world.root(0);
        assert_eq!(get(table, 0).map(id), Some(key_id));
        assert_eq!(get(table, 1).map(id), Some(value_id));
        assert_eq!(world.heap.pending_finalizers(), 0);
    }
    world.heap.set_running(true);
    world.major();
    assert_eq!(get(world.root(0), 0), None);
    assert_eq!(world.heap.next_finalizer().map(id), Some(finalized_id));
}
