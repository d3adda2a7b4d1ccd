//! When collections happen by themselves, and how the nursery adapts.

use moonset_runtime::heap::{CollectionKind, HeapOptions, Mutator, Stress};

use crate::toy::{self, NODE, World, get};

#[test]
fn a_full_nursery_asks_for_a_minor_collection() {
    let mut world = World::new(toy::small(16 * 1024));
    assert_eq!(world.safepoint(), None);
    while world.poll() & Mutator::COLLECT == 0 {
        world.node(3);
    }
    assert_eq!(world.safepoint(), Some(CollectionKind::Minor));
    assert_eq!(world.poll() & Mutator::COLLECT, 0);
    assert_eq!(world.safepoint(), None);
}

#[test]
fn allocation_goes_on_without_safepoints() {
    let mut world = World::new(toy::small(4096));
    for _ in 0..50_000 {
        let node = world.node(1);
        let old = world.roots[0];
        world.set(node, 0, old);
        world.roots[0] = Some(node);
    }
    world.minor();
    let mut length = 0;
    let mut at = world.roots[0];
    while let Some(node) = at {
        length += 1;
        at = get(node, 0);
    }
    assert_eq!(length, 50_000);
}

#[test]
fn growth_of_the_old_generation_brings_a_major_collection() {
    let options = HeapOptions { major_min: 1 << 20, verify: false, ..toy::small(64 * 1024) };
    let mut world = World::new(options);
    let mut at_major = Vec::new();
    for _ in 0..200_000 {
        let node = world.node(3);
        let old = world.roots[0];
        world.set(node, 0, old);
        world.roots[0] = Some(node);
        if world.safepoint() == Some(CollectionKind::Major) {
            at_major.push(world.heap.used_bytes());
        }
    }
    assert!(at_major[0] >= 1 << 20 && at_major[0] < 5 << 18, "{at_major:?}");
    for pair in at_major.windows(2) {
        assert!(pair[1] >= 2 * pair[0] && pair[1] < 5 * pair[0] / 2, "{at_major:?}");
    }
}

#[test]
fn young_large_objects_bring_a_minor_collection() {
    let mut world = World::new(toy::small(16 * 1024));
    let mut minors = 0;
    for _ in 0..1000 {
        world.alloc(NODE, 2000).unwrap();
        minors += usize::from(world.safepoint().is_some());
    }
    assert!((8..40).contains(&minors), "{minors}");
    assert!(world.heap.stats().peak < 4 << 20);
}

#[test]
fn pinned_garbage_brings_major_collections() {
    let options = HeapOptions { major_min: 256 * 1024, ..toy::small(16 * 1024) };
    let mut world = World::new(options);
    for _ in 0..50_000 {
        world.alloc_pinned(NODE, 5).unwrap();
        world.safepoint();
    }
    let stats = world.heap.stats();
    assert!(stats.major >= 8, "{}", stats.major);
    assert!(stats.peak < 1 << 20, "{}", stats.peak);
}

#[test]
fn the_nursery_grows_while_much_survives() {
    let options =
        HeapOptions { nursery: 64 * 1024, nursery_min: 64 * 1024, nursery_max: 512 * 1024, ..HeapOptions::default() };
    let mut world = World::new(options);
    for _ in 0..100_000 {
        let node = world.node(3);
        let old = world.roots[0];
        world.set(node, 0, old);
        world.roots[0] = Some(node);
        world.safepoint();
    }
    assert_eq!(world.heap.stats().nursery, 512 * 1024);
    for _ in 0..3 {
        world.minor();
        assert_eq!(world.heap.stats().nursery, 512 * 1024, "and stays so");
    }
    let mut world = World::new(HeapOptions { nursery: 64 * 1024, nursery_min: 64 * 1024, ..HeapOptions::default() });
    for _ in 0..100_000 {
        world.node(3);
        world.safepoint();
    }
    assert_eq!(world.heap.stats().nursery, 64 * 1024);
}

#[test]
fn stress_collects_at_every_nth_safepoint() {
    let mut world = World::new(HeapOptions { stress: Stress::Every { minor: 2, major: 3 }, ..toy::small(4096) });
    use CollectionKind::{Major, Minor};
    let kinds: Vec<_> = (0..12).map(|_| world.safepoint()).collect();
    let six = [None, Some(Minor), None, Some(Minor), None, Some(Major)];
    assert_eq!(kinds, [six, six].concat());
}
