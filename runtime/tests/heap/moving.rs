//! Which objects move, when, and where to.

use moonset_runtime::heap::{CollectionKind, HeapOptions};

use crate::toy::{self, NODE, World, get, id, number};

#[test]
fn the_newest_quarter_stays_young_for_one_more_cycle() {
    let mut world = World::new(toy::small(16 * 1024));
    for root in 0..10 {
        world.roots[root] = Some(world.node(1));
    }
    world.minor();
    let young: Vec<bool> = (0..10).map(|root| world.root(root).is_young()).collect();
    assert_eq!(young, [false, false, false, false, false, false, false, false, true, true]);
    world.minor();
    assert!((0..10).all(|root| !world.root(root).is_young()));
}

#[test]
fn an_old_object_that_refers_to_a_young_survivor_stays_remembered() {
    let mut world = World::new(toy::small(16 * 1024));
    let parent = world.node(1);
    world.roots[0] = Some(parent);
    world.minor();
    world.minor();
    let parent = world.root(0);
    assert!(parent.needs_barrier() && !parent.is_young());
    world.node(20);
    let child = world.node(1);
    world.set(parent, 0, Some(child));
    assert!(!parent.needs_barrier());
    world.minor();
    assert!(get(world.root(0), 0).unwrap().is_young());
    assert!(!world.root(0).needs_barrier());
    world.minor();
    assert!(!get(world.root(0), 0).unwrap().is_young());
    assert!(world.root(0).needs_barrier());
}

#[test]
fn prefixes_move_with_their_objects() {
    let mut world = World::new(toy::stressed());
    let array = world.array(5);
    world.roots[0] = Some(array);
    for index in 0..4 {
        world.set_number(array, index, 1000 + index as u64);
    }
    let child = world.node(1);
    let child_id = id(child);
    world.set(array, 4, Some(child));
    for _ in 0..9 {
        let before = world.root(0).addr();
        world.safepoint();
        let array = world.root(0);
        for index in 0..4 {
            assert_eq!(number(array, index), 1000 + index as u64);
        }
        assert_eq!(get(array, 4).map(id), Some(child_id));
        if world.heap.stats().major > 0 && world.heap.stats().minor == 0 {
            assert_ne!(before, array.addr());
        }
    }
    assert!(world.heap.stats().evacuated > 0);
}

#[test]
fn large_objects_are_promoted_where_they_are() {
    let mut world = World::new(toy::small(16 * 1024));
    let large = world.node(4000);
    assert!(large.is_young());
    world.roots[0] = Some(large);
    let child = world.node(1);
    let child_id = id(child);
    world.set(large, 3999, Some(child));
    let dead = world.node(4000);
    let dead_id = id(dead);
    world.minor();
    assert_eq!(world.root(0), large);
    assert!(!large.is_young());
    assert_eq!(get(large, 3999).map(id), Some(child_id));
    assert_eq!(world.model.released, [dead_id]);
    world.major();
    assert_eq!(world.root(0), large);
    let large_id = id(large);
    world.roots[0] = None;
    world.major();
    assert_eq!(world.model.released, [dead_id, large_id]);
}

#[test]
fn pinned_objects_stay_and_their_cells_are_reused() {
    let mut world = World::new(HeapOptions { evacuate_all: true, ..toy::small(16 * 1024) });
    let kept = world.alloc_pinned(NODE, 3).unwrap();
    let child = world.node(1);
    let child_id = id(child);
    assert!(kept.needs_barrier());
    world.set(kept, 0, Some(child));
    world.roots[0] = Some(kept);
    let mut dead = Vec::new();
    for _ in 0..10 {
        dead.push(world.alloc_pinned(NODE, 3).unwrap());
    }
    let mut ids: Vec<u32> = dead.iter().map(|&obj| id(obj)).collect();
    world.minor();
    assert!(world.model.released.is_empty(), "minor collections leave the pinned space alone");
    world.major();
    world.model.released.sort_unstable();
    ids.sort_unstable();
    assert_eq!(world.model.released, ids);
    assert_eq!(world.root(0), kept);
    assert_eq!(get(kept, 0).map(id), Some(child_id));
    let again = world.alloc_pinned(NODE, 3).unwrap();
    assert!(dead.contains(&again));
}

#[test]
fn cycles_across_generations_die() {
    let mut world = World::new(toy::small(16 * 1024));
    let first = world.node(1);
    world.roots[0] = Some(first);
    world.major();
    let first = world.root(0);
    let second = world.node(1);
    world.set(first, 0, Some(second));
    world.set(second, 0, Some(first));
    world.roots[0] = None;
    world.major();
    assert_eq!(world.heap.used_bytes(), 0);
}

#[test]
fn side_tables_see_what_died() {
    let mut world = World::new(HeapOptions { evacuate_all: true, ..toy::small(16 * 1024) });
    let (kept, dead) = (world.node(1), world.node(1));
    let kept_id = id(kept);
    world.roots[0] = Some(kept);
    world.model.side = vec![kept, dead];
    world.minor();
    assert_eq!(world.model.side, [world.root(0)]);
    world.major();
    assert_eq!(world.model.side, [world.root(0)]);
    assert_eq!(id(world.model.side[0]), kept_id);
    use CollectionKind::{Major, Minor};
    assert_eq!(world.model.after_marks, [Minor, Minor, Major]);
}

#[test]
fn sparse_blocks_are_given_back() {
    let mut world = World::new(HeapOptions { verify: false, major_min: 1 << 20, ..toy::small(1 << 20) });
    let holder = world.node(2000);
    world.roots[0] = Some(holder);
    for index in 0..2000 {
        for _ in 0..10 {
            let node = world.node(60);
            let holder = world.root(0);
            let old = get(holder, index);
            world.set(node, 0, old);
            world.set(holder, index, Some(node));
        }
        world.safepoint();
    }
    world.major();
    let full = world.heap.stats();
    for index in 0..2000 {
        let mut node = get(world.root(0), index).unwrap();
        while let Some(next) = get(node, 0) {
            node = next;
        }
        let holder = world.root(0);
        world.set(holder, index, Some(node));
    }
    world.major();
    let sparse = world.heap.stats();
    assert!(sparse.used * 8 < full.used, "{} {}", sparse.used, full.used);
    assert!(sparse.evacuated > full.evacuated);
    assert!(sparse.held * 3 < full.held, "{} {}", sparse.held, full.held);
    assert!(sparse.peak < full.used + full.used / 3 + (4 << 20), "{} {}", sparse.peak, full.used);
}
