//! Large arrays are remembered by parts.

use crate::toy::{self, ARRAY, World, get, id};

#[test]
fn filling_a_long_array_does_not_visit_all_of_it_each_time() {
    let mut world = World::new(moonset_runtime::heap::HeapOptions { verify: false, ..toy::small(64 * 1024) });
    let len = 60_000;
    let array = world.array(len);
    let first = id(array) + 1;
    world.roots[0] = Some(array);
    world.minor();
    world.model.parts_traced = 0;
    for index in 0..len {
        let node = world.node(1);
        let array = world.root(0);
        world.set(array, index, Some(node));
        world.safepoint();
    }
    let stats = world.heap.stats();
    assert!(stats.minor > 10);
    let parts = len.div_ceil(toy::PART);
    assert!(world.model.parts_traced < 3 * parts, "{} of {parts}", world.model.parts_traced);
    world.major();
    for index in 0..len {
        assert_eq!(get(world.root(0), index).map(id), Some(first + index as u32));
    }
}

#[test]
fn a_part_stays_remembered_while_it_refers_to_a_young_survivor() {
    let mut world = World::new(toy::small(16 * 1024));
    let array = world.alloc(ARRAY, 2000).unwrap();
    world.roots[0] = Some(array);
    world.minor();
    world.node(100);
    let (low, high) = (world.node(1), world.node(1));
    let ids = (id(low), id(high));
    world.set(array, 0, Some(low));
    world.set(array, 1999, Some(high));
    assert!(array.needs_barrier(), "parts leave the barrier on");
    let traced = |world: &mut World| {
        world.model.parts_traced = 0;
        world.minor();
        assert_eq!(get(array, 0).map(id), Some(ids.0));
        assert_eq!(get(array, 1999).map(id), Some(ids.1));
        get(array, 0).unwrap().is_young()
    };
    assert!(traced(&mut world));
    assert!(!traced(&mut world));
}

#[test]
fn remembering_the_whole_of_a_divided_array_finds_its_parts() {
    let mut world = World::new(toy::small(16 * 1024));
    let array = world.alloc(ARRAY, 2000).unwrap();
    world.roots[0] = Some(array);
    world.minor();
    world.heap.remember(array);
    world.node(100);
    let node = world.node(1);
    let node_id = id(node);
    world.set(array, 700, Some(node));
    assert!(!array.needs_barrier());
    world.minor();
    assert!(array.needs_barrier());
    world.minor();
    assert_eq!(get(array, 700).map(id), Some(node_id));
    world.major();
    assert_eq!(get(array, 700).map(id), Some(node_id));
}
