//! Refused memory is an error of the allocation that asked, and the heap goes on.

use std::alloc::Layout;
use std::cell::Cell;
use std::ptr::NonNull;
use std::rc::Rc;

use moonset_runtime::heap::{BlockSource, CollectionKind, HeapOptions, OsSource, OutOfMemory};

use crate::toy::{self, NODE, World, get};

/// Counts what is held and refuses the mutator beyond a cap.
struct Capped {
    held: Rc<Cell<usize>>,
    cap: Rc<Cell<usize>>,
}

// SAFETY: passes on what the system's source gives.
unsafe impl BlockSource for Capped {
    fn allocate(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        if self.held.get() + layout.size() > self.cap.get() {
            return None;
        }
        self.allocate_for_collection(layout)
    }

    fn allocate_for_collection(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        self.held.set(self.held.get() + layout.size());
        OsSource.allocate(layout)
    }

    unsafe fn free(&mut self, memory: NonNull<u8>, layout: Layout) {
        self.held.set(self.held.get() - layout.size());
        // SAFETY: by this function's contract.
        unsafe { OsSource.free(memory, layout) }
    }
}

#[test]
fn a_capped_source_fails_each_kind_of_allocation_cleanly() {
    let held = Rc::new(Cell::new(0));
    let cap = Rc::new(Cell::new(1 << 20));
    let source = Capped { held: held.clone(), cap: cap.clone() };
    let mut world = World::with_source(toy::small(16 * 1024), Box::new(source)).unwrap();
    assert!(world.alloc(NODE, 60_000).is_ok());
    world.roots[0] = Some(world.node(1));
    cap.set(held.get());
    assert_eq!(world.alloc(NODE, 60_000), Err(OutOfMemory));
    assert_eq!(world.alloc_pinned(NODE, 60_000), Err(OutOfMemory));
    assert_eq!(world.alloc_pinned(NODE, 10), Err(OutOfMemory));
    let failed = (0..10_000).any(|_| world.alloc(NODE, 1) == Err(OutOfMemory));
    assert!(failed, "the eden is full and no chunk is to be had");
    world.major();
    for _ in 0..100 {
        let node = world.node(1);
        let old = world.root(0);
        world.set(node, 0, Some(old));
        world.roots[0] = Some(node);
    }
    world.minor();
    let mut length = 0;
    let mut at = world.roots[0];
    while let Some(node) = at {
        length += 1;
        at = get(node, 0);
    }
    assert_eq!(length, 101);
    drop(world);
    assert_eq!(held.get(), 0, "everything is given back");
}

#[test]
fn no_nursery_no_heap() {
    let source = Capped { held: Rc::default(), cap: Rc::new(Cell::new(1000)) };
    assert_eq!(World::with_source(toy::small(16 * 1024), Box::new(source)).err(), Some(OutOfMemory));
}

#[test]
fn the_limit_option_holds_and_can_be_raised() {
    let limit = 512 * 1024;
    let mut world = World::new(HeapOptions { limit: Some(limit), ..toy::small(16 * 1024) });
    let holder = world.node(8000);
    world.roots[0] = Some(holder);
    let mut failed_at = None;
    for index in 0..8000 {
        world.safepoint();
        let Ok(node) = world.alloc(NODE, 30) else {
            failed_at = Some(index);
            break;
        };
        let holder = world.root(0);
        world.set(holder, index, Some(node));
    }
    assert!(failed_at.is_some_and(|index| index > 1000), "{failed_at:?}");
    assert!(world.heap.stats().peak < limit + limit / 2);
    world.heap.set_limit(None);
    assert!(world.alloc(NODE, 30).is_ok());
    world.heap.set_limit(Some(limit));
    world.heap.request_collection();
    assert_eq!(world.safepoint(), Some(CollectionKind::Major), "past the limit everything is collected");
}

#[test]
fn garbage_within_a_limit_never_fails() {
    let mut world = World::new(HeapOptions { limit: Some(1 << 20), verify: false, ..HeapOptions::default() });
    let keep = 64;
    let holder = world.node(keep);
    world.roots[0] = Some(holder);
    for index in 0..200_000 {
        world.safepoint();
        let node = world.node(index % 300);
        let holder = world.root(0);
        world.set(holder, index % keep, Some(node));
        if index % 100 == 0 {
            let large = world.alloc(NODE, 2000).unwrap();
            let holder = world.root(0);
            world.set(holder, index % keep, Some(large));
        }
    }
    let stats = world.heap.stats();
    assert!(stats.major > 0 && stats.minor > 0);
    assert!(stats.peak < 1 << 21, "{}", stats.peak);
}
