//! Finalizers: order, resurrection, and their place among the weak tables.

use moonset_runtime::heap::{HeapOptions, WeakKind};

use crate::toy::{self, World, get, id};

fn world() -> World {
    World::new(HeapOptions { evacuate_all: true, poison: true, ..toy::small(16 * 1024) })
}

fn drain(world: &mut World) -> Vec<u32> {
    std::iter::from_fn(|| world.heap.next_finalizer()).map(id).collect()
}

#[test]
fn unreachable_objects_are_queued_latest_registered_first() {
    let mut world = world();
    let objects: Vec<_> = (0..5).map(|_| world.node(1)).collect();
    let ids: Vec<u32> = objects.iter().map(|&obj| id(obj)).collect();
    for &obj in &objects {
        world.heap.register_finalizer(obj);
    }
    world.roots[0] = Some(objects[2]);
    world.minor();
    assert_eq!(world.heap.pending_finalizers(), 4);
    assert_eq!(drain(&mut world), [ids[4], ids[3], ids[1], ids[0]]);
    world.minor();
    world.major();
    assert_eq!(drain(&mut world), [0; 0]);
    world.roots[0] = None;
    world.minor();
    assert_eq!(drain(&mut world), [0; 0], "an old object is not a minor collection's business");
    world.major();
    assert_eq!(drain(&mut world), [ids[2]]);
}

#[test]
fn queued_objects_and_what_they_refer_to_stay_alive_and_move() {
    let mut world = world();
    let (obj, child) = (world.node(1), world.node(1));
    let (obj_id, child_id) = (id(obj), id(child));
    world.set(obj, 0, Some(child));
    world.heap.register_finalizer(obj);
    world.minor();
    world.minor();
    world.major();
    world.major();
    let obj = world.heap.next_finalizer().expect("queued by the first collection");
    assert_eq!(id(obj), obj_id);
    assert_eq!(get(obj, 0).map(id), Some(child_id));
    world.major();
    assert_eq!(world.heap.used_bytes(), 0, "taken out of the queue and dropped");
}

#[test]
fn a_finalizer_may_be_registered_again() {
    let mut world = world();
    let obj = world.node(1);
    let obj_id = id(obj);
    world.heap.register_finalizer(obj);
    for _ in 0..3 {
        world.major();
        let obj = world.heap.next_finalizer().unwrap();
        assert_eq!(id(obj), obj_id);
        world.heap.register_finalizer(obj);
    }
}

#[test]
fn weak_values_are_cleared_before_resurrection_and_weak_keys_after() {
    for collect in [World::minor, World::major] {
        let mut world = world();
        let (values, keys) = (world.weak(1, WeakKind::Values), world.weak(2, WeakKind::Ephemeron));
        world.roots[..2].copy_from_slice(&[Some(values), Some(keys)]);
        let (obj, child, dead, key) = (world.node(1), world.node(1), world.node(1), world.node(1));
        let child_id = id(child);
        world.set(obj, 0, Some(child));
        world.heap.register_finalizer(obj);
        world.set(values, 0, Some(key));
        world.set(values, 1, Some(obj));
        world.set(keys, 0, Some(child));
        world.set(keys, 1, Some(obj));
        world.set(keys, 2, Some(dead));
        world.set(keys, 3, Some(obj));
        collect(&mut world);
        assert_eq!(get(world.root(0), 1), None);
        let keys = world.root(1);
        assert_eq!(get(keys, 0).map(id), Some(child_id));
        let resurrected = world.heap.next_finalizer().unwrap();
        assert_eq!(get(keys, 1), Some(resurrected));
        assert_eq!((get(keys, 2), get(keys, 3)), (None, None));
    }
}

#[test]
fn weak_tables_that_are_resurrected_lose_their_dead_values() {
    for collect in [World::minor, World::major] {
        let mut world = world();
        let obj = world.node(1);
        let table = world.weak(2, WeakKind::Values);
        let (key, dead) = (world.node(1), world.node(1));
        world.set(obj, 0, Some(table));
        world.set(table, 0, Some(key));
        world.set(table, 1, Some(dead));
        world.set(table, 2, Some(key));
        world.set(table, 3, Some(key));
        world.heap.register_finalizer(obj);
        collect(&mut world);
        let obj = world.heap.next_finalizer().unwrap();
        let table = get(obj, 0).unwrap();
        assert_eq!((get(table, 0), get(table, 1)), (None, None));
        assert!(get(table, 2).is_some() && get(table, 2) == get(table, 3));
    }
}

#[test]
fn the_end_of_the_vm_queues_everything_and_releases_what_does_not_move() {
    let mut world = world();
    let objects: Vec<_> = (0..3).map(|_| world.node(1)).collect();
    let ids: Vec<u32> = objects.iter().map(|&obj| id(obj)).collect();
    for (index, &obj) in objects.iter().enumerate() {
        world.heap.register_finalizer(obj);
        world.roots[index] = Some(obj);
    }
    world.heap.queue_all_finalizers();
    assert_eq!(drain(&mut world), [ids[2], ids[1], ids[0]]);
    let pinned = id(world.alloc_pinned(toy::NODE, 1).unwrap());
    let large = id(world.alloc(toy::NODE, 2000).unwrap());
    world.shut_down();
    assert_eq!(world.model.released, [pinned, large]);
}
