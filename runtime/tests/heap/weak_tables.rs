//! Weak tables: what is cleared, in which order, in both kinds of collection.

use moonset_runtime::heap::{HeapOptions, WeakKind};

use crate::toy::{self, World, get, id};

fn world() -> World {
    World::new(HeapOptions { evacuate_all: true, poison: true, ..toy::small(16 * 1024) })
}

type Collect = fn(&mut World);
const BOTH: [Collect; 2] = [World::minor, World::major];

#[test]
fn dead_weak_values_go_and_live_ones_follow_their_objects() {
    for collect in BOTH {
        let mut world = world();
        let table = world.weak(3, WeakKind::Values);
        let (key, live, dead) = (world.node(1), world.node(1), world.node(1));
        let (key_id, live_id) = (id(key), id(live));
        world.set(table, 0, Some(key));
        world.set(table, 1, Some(live));
        world.set(table, 2, Some(live));
        world.set(table, 3, Some(dead));
        world.roots[0] = Some(table);
        world.roots[1] = Some(live);
        collect(&mut world);
        collect(&mut world);
        let table = world.root(0);
        assert_eq!(get(table, 0).map(id), Some(key_id), "keys are strong");
        assert_eq!(get(table, 1), world.roots[1]);
        assert_eq!(get(table, 1).map(id), Some(live_id));
        assert_eq!((get(table, 2), get(table, 3)), (None, None));
    }
}

#[test]
fn ephemerons_keep_values_of_live_keys_through_chains() {
    for collect in BOTH {
        let mut world = world();
        // Entry i: node i -> node i + 1, in an order that needs several rounds. Only node 0 is reachable.
        let table = world.weak(6, WeakKind::Ephemeron);
        world.roots[0] = Some(table);
        let nodes: Vec<_> = (0..6).map(|_| world.node(1)).collect();
        let ids: Vec<u32> = nodes.iter().map(|&node| id(node)).collect();
        for index in 0..5 {
            world.set(table, 2 * (4 - index), Some(nodes[index]));
            world.set(table, 2 * (4 - index) + 1, Some(nodes[index + 1]));
        }
        let (dead_key, dead_value) = (world.node(1), world.node(1));
        world.set(dead_value, 0, Some(dead_key));
        world.set(table, 10, Some(dead_key));
        world.set(table, 11, Some(dead_value));
        world.roots[1] = Some(nodes[0]);
        collect(&mut world);
        collect(&mut world);
        let table = world.root(0);
        for index in 0..5 {
            assert_eq!(get(table, 2 * (4 - index)).map(id), Some(ids[index]));
            assert_eq!(get(table, 2 * (4 - index) + 1).map(id), Some(ids[index + 1]));
        }
        assert_eq!((get(table, 10), get(table, 11)), (None, None), "a value may refer to its own key");
        world.roots[1] = None;
        world.major();
        let table = world.root(0);
        assert!((0..12).all(|index| get(table, index).is_none()));
    }
}

#[test]
fn tables_weak_in_both_ways_lose_entries_either_way() {
    for collect in BOTH {
        let mut world = world();
        let table = world.weak(3, WeakKind::Both);
        let (a, b, dead) = (world.node(1), world.node(1), world.node(1));
        for (index, value) in [a, b, a, dead, dead, b].into_iter().enumerate() {
            world.set(table, index, Some(value));
        }
        world.roots[..3].copy_from_slice(&[Some(table), Some(a), Some(b)]);
        collect(&mut world);
        let table = world.root(0);
        assert_eq!((get(table, 0), get(table, 1)), (world.roots[1], world.roots[2]));
        assert!((2..6).all(|index| get(table, index).is_none()));
    }
}

#[test]
fn an_old_weak_table_follows_young_entries_until_they_are_old() {
    let mut world = world();
    let table = world.weak(2, WeakKind::Ephemeron);
    world.roots[0] = Some(table);
    world.major();
    let (key, value) = (world.node(1), world.node(1));
    let (key_id, value_id) = (id(key), id(value));
    let table = world.root(0);
    world.set(table, 0, Some(key));
    world.set(table, 1, Some(value));
    world.roots[1] = Some(key);
    for _ in 0..3 {
        world.minor();
        let table = world.root(0);
        assert_eq!(get(table, 0), world.roots[1]);
        assert_eq!(get(table, 0).map(id), Some(key_id));
        assert_eq!(get(table, 1).map(id), Some(value_id));
    }
    assert!(world.root(0).needs_barrier());
    world.roots[1] = None;
    world.minor();
    assert!(get(world.root(0), 0).is_some(), "a minor collection counts old keys as live");
    world.major();
    assert!(get(world.root(0), 0).is_none());
}
