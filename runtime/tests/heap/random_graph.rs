//! Random operations, compared with a plain graph of ids that nothing collects.

use std::collections::{HashMap, HashSet};

use moonset_runtime::heap::{HeapOptions, ObjPtr, Stress};

use crate::toy::{self, ARRAY, NODE, Random, World, get, id, len, number};

#[derive(Clone, Copy, PartialEq, Debug)]
enum Slot {
    Empty,
    Number(u64),
    Object(u32),
}

struct Shadow {
    objects: HashMap<u32, Vec<Slot>>,
    pinned: HashSet<u32>,
    roots: Vec<Option<u32>>,
}

/// An object found by a short random walk from a random root.
fn pick(world: &World, random: &mut Random) -> Option<ObjPtr> {
    let mut at = world.roots[random.below(world.roots.len())]?;
    for _ in 0..random.below(8) {
        if len(at) == 0 {
            break;
        }
        at = get(at, random.below(len(at))).unwrap_or(at);
    }
    Some(at)
}

fn link(world: &mut World, shadow: &mut Shadow, random: &mut Random, obj: ObjPtr) {
    if len(obj) == 0 {
        return;
    }
    let index = random.below(len(obj));
    let slot = if obj.kind() == ARRAY && random.below(3) == 0 {
        let value = random.below(1 << 20) as u64;
        world.set_number(obj, index, value);
        Slot::Number(value)
    } else {
        let target = pick(world, random);
        world.set(obj, index, target);
        target.map_or(Slot::Empty, |target| Slot::Object(id(target)))
    };
    shadow.objects.get_mut(&id(obj)).unwrap()[index] = slot;
}

fn compare(world: &World, shadow: &Shadow) -> usize {
    let mut seen = HashSet::new();
    let mut work = Vec::new();
    for (root, expected) in world.roots.iter().zip(&shadow.roots) {
        assert_eq!(root.map(id), *expected);
        work.extend(root);
    }
    while let Some(obj) = work.pop() {
        if !seen.insert(id(obj)) {
            continue;
        }
        let slots = &shadow.objects[&id(obj)];
        assert_eq!(slots.len(), len(obj));
        for (index, slot) in slots.iter().enumerate() {
            match *slot {
                Slot::Empty => assert_eq!(get(obj, index), None),
                Slot::Number(value) => assert_eq!(number(obj, index), value),
                Slot::Object(target) => {
                    let object = get(obj, index).expect("a reference");
                    assert_eq!(id(object), target);
                    work.push(object);
                }
            }
        }
    }
    for dead in &world.model.released {
        assert!(!seen.contains(dead), "{dead} was released while reachable");
    }
    seen.len()
}

fn run(options: HeapOptions, seed: u64, steps: usize) {
    let mut world = World::new(options);
    let mut random = Random::new(seed);
    let mut shadow = Shadow { objects: HashMap::new(), pinned: HashSet::new(), roots: vec![None; world.roots.len()] };
    let mut largest = 0;
    for step in 0..steps {
        match random.below(16) {
            0..8 => {
                let slots = match random.below(40) {
                    0 => 1100 + random.below(600),
                    1..4 => random.below(200),
                    _ => random.below(6),
                };
                let kind = if random.below(2) == 0 { NODE } else { ARRAY };
                let pinned = random.below(6) == 0;
                let obj = if pinned { world.alloc_pinned(kind, slots) } else { world.alloc(kind, slots) }.unwrap();
                if pinned {
                    shadow.pinned.insert(id(obj));
                }
                shadow.objects.insert(id(obj), vec![Slot::Empty; slots]);
                for _ in 0..random.below(4) {
                    link(&mut world, &mut shadow, &mut random, obj);
                }
                let root = random.below(world.roots.len());
                world.roots[root] = Some(obj);
                shadow.roots[root] = Some(id(obj));
            }
            8..14 => {
                if let Some(obj) = pick(&world, &mut random) {
                    link(&mut world, &mut shadow, &mut random, obj);
                }
            }
            14 => {
                let root = random.below(world.roots.len());
                world.roots[root] = None;
                shadow.roots[root] = None;
            }
            _ => {
                world.safepoint();
                if step % 16 == 0 {
                    largest = largest.max(compare(&world, &shadow));
                }
            }
        }
    }
    largest = largest.max(compare(&world, &shadow));
    assert!(largest > 20, "the graph stayed small: {largest}");
    world.major();
    compare(&world, &shadow);
    world.roots.fill(None);
    world.major();
    world.major();
    assert_eq!(world.heap.used_bytes(), 0);
    let released: HashSet<u32> = world.model.released.iter().copied().collect();
    assert_eq!(released.len(), world.model.released.len(), "an object was released twice");
    assert!(shadow.pinned.is_subset(&released), "every dead pinned object is released");
}

#[test]
fn small_nursery() {
    for seed in 1..6 {
        run(toy::small(16 * 1024), seed, 4000);
    }
}

#[test]
fn tiny_nursery_collecting_at_every_safepoint() {
    for seed in 1..6 {
        run(toy::stressed(), seed, 3000);
    }
}

#[test]
fn inaccessible_from_space() {
    for seed in 1..4 {
        run(HeapOptions { guard: true, ..toy::stressed() }, seed, 2000);
    }
}

#[test]
fn frequent_major_collections_that_choose_what_to_evacuate() {
    let options = HeapOptions {
        stress: Stress::Every { minor: 3, major: 2 },
        poison: true,
        major_min: 64 * 1024,
        ..toy::small(4096)
    };
    for seed in 1..6 {
        run(options.clone(), seed, 4000);
    }
}

#[test]
fn without_stress_options() {
    run(HeapOptions { verify: false, ..HeapOptions::default() }, 77, 60_000);
}
