//! Bytes are counted exactly, whoever allocates them.

use crate::toy::{self, ARRAY, NODE, World};

#[test]
fn every_allocation_is_counted_once() {
    let mut world = World::new(toy::small(4096));
    let mut expected = 0;
    for round in 0..2000 {
        world.node(1);
        expected += 16;
        world.array(3);
        expected += 8 + 8 + 24;
        if round % 50 == 0 {
            world.alloc_pinned(NODE, 5).unwrap();
            expected += 48;
            world.alloc(ARRAY, 2000).unwrap();
            expected += 2000 + 8 + 16000;
        }
        assert_eq!(world.heap.allocated_bytes(), expected);
        if round % 7 == 0 {
            world.safepoint();
            assert_eq!(world.heap.allocated_bytes(), expected);
        }
    }
}

#[test]
fn inline_allocation_is_counted() {
    let mut world = World::new(toy::small(64 * 1024));
    world.bump(400);
    assert_eq!(world.heap.allocated_bytes(), 400);
    assert_eq!(world.heap.used_bytes(), 400);
    world.heap.reserve(60 * 1024).unwrap();
    world.bump(60 * 1024);
    world.heap.reserve(60 * 1024).unwrap();
    assert_eq!(world.poll() & 1, 1);
    world.bump(8);
    assert_eq!(world.heap.allocated_bytes(), 400 + 60 * 1024 + 8);
    world.minor();
    assert_eq!(world.heap.allocated_bytes(), 400 + 60 * 1024 + 8);
    assert_eq!(world.heap.used_bytes(), 0);
}

#[test]
fn survivors_are_counted_where_they_are() {
    let mut world = World::new(toy::small(16 * 1024));
    world.roots[0] = Some(world.node(9));
    world.roots[1] = Some(world.alloc_pinned(NODE, 1).unwrap());
    world.roots[2] = Some(world.alloc(NODE, 1999).unwrap());
    world.node(50);
    world.major();
    assert_eq!(world.heap.used_bytes(), 80 + 16 + 16000);
    let stats = world.heap.stats();
    assert_eq!((stats.major, stats.minor), (1, 0));
    assert_eq!(stats.promoted, 80 + 16000);
    assert!(stats.held >= stats.used && stats.peak >= stats.held);
}
