//! Random operations on weak tables and finalizers, compared with what a plain graph says is reachable.
//!
//! After a major collection entries and queue are exactly what the graph says. A minor collection may keep more, so
//! there only what is gone is checked: it must have been dead.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use moonset_runtime::heap::{CollectionKind, HeapOptions, ObjPtr, Stress, WeakKind};

use crate::toy::{self, Random, World, get, id, len};

type Ids = BTreeSet<u32>;

#[derive(Default)]
struct Shadow {
    slots: HashMap<u32, Vec<Option<u32>>>,
    weak: HashMap<u32, WeakKind>,
    roots: Vec<Option<u32>>,
    /// Registered objects and how often.
    registered: BTreeMap<u32, usize>,
}

impl Shadow {
    /// All that is strongly reachable from `from`.
    fn closure(&self, from: impl IntoIterator<Item = u32>) -> Ids {
        let mut seen = Ids::new();
        let mut work: Vec<u32> = from.into_iter().collect();
        loop {
            while let Some(at) = work.pop() {
                if !seen.insert(at) {
                    continue;
                }
                let slots = &self.slots[&at];
                match self.weak.get(&at) {
                    None => work.extend(slots.iter().flatten()),
                    Some(WeakKind::Values) => work.extend(slots.iter().step_by(2).flatten()),
                    Some(_) => {}
                }
            }
            for (table, kind) in &self.weak {
                if *kind == WeakKind::Ephemeron && seen.contains(table) {
                    let entries = self.slots[table].chunks(2);
                    let live = entries.filter(|entry| entry[0].is_some_and(|key| seen.contains(&key)));
                    work.extend(live.filter_map(|entry| entry[1]).filter(|value| !seen.contains(value)));
                }
            }
            if work.is_empty() {
                return seen;
            }
        }
    }

    fn strong(&self) -> Ids {
        self.closure(self.roots.iter().copied().flatten())
    }

    /// Whether an entry of `table` must survive a major collection in which `strong` was reachable before and
    /// `all` after resurrection.
    fn keeps(&self, table: u32, key: Option<u32>, value: Option<u32>, strong: &Ids, all: &Ids) -> bool {
        let value_ids = if strong.contains(&table) { strong } else { all };
        let key_live = key.is_some_and(|key| all.contains(&key));
        let value_live = value.is_none_or(|value| value_ids.contains(&value));
        match self.weak[&table] {
            WeakKind::Erased => true,
            WeakKind::Values => value_live,
            WeakKind::Ephemeron => key_live,
            WeakKind::Both => key_live && value_live,
        }
    }
}

fn pick(world: &World, random: &mut Random) -> Option<ObjPtr> {
    let mut at = world.roots[random.below(world.roots.len())]?;
    for _ in 0..random.below(6) {
        at = get(at, random.below(len(at))).unwrap_or(at);
    }
    Some(at)
}

/// Compares after a collection and takes over what it cleared.
fn check(world: &mut World, shadow: &mut Shadow, kind: CollectionKind) -> usize {
    let strong = shadow.strong();
    let due: Ids = shadow.registered.keys().copied().filter(|id| !strong.contains(id)).collect();
    let all = shadow.closure(strong.iter().chain(&due).copied());

    let mut queued = Vec::new();
    while let Some(obj) = world.heap.next_finalizer() {
        assert!(due.contains(&id(obj)), "{} was reachable or not registered", id(obj));
        queued.push(obj);
    }
    for obj in &queued {
        let count = shadow.registered.get_mut(&id(*obj)).expect("queued once for each registration");
        *count -= 1;
        if *count == 0 {
            shadow.registered.remove(&id(*obj));
        }
    }
    if kind == CollectionKind::Major {
        assert!(due.iter().all(|id| !shadow.registered.contains_key(id)), "all that are due are queued");
    }

    let mut seen = Ids::new();
    let mut work: Vec<ObjPtr> = world.roots.iter().copied().flatten().chain(queued).collect();
    while let Some(obj) = work.pop() {
        if !seen.insert(id(obj)) {
            continue;
        }
        let expected = shadow.slots[&id(obj)].clone();
        let actual: Vec<Option<u32>> = (0..len(obj)).map(|index| get(obj, index).map(id)).collect();
        work.extend((0..len(obj)).filter_map(|index| get(obj, index)));
        if shadow.weak.contains_key(&id(obj)) {
            for (expected, actual) in expected.chunks(2).zip(actual.chunks(2)) {
                let keeps = shadow.keeps(id(obj), expected[0], expected[1], &strong, &all);
                if keeps {
                    assert_eq!(expected, actual, "an entry with live parts");
                } else if kind == CollectionKind::Major {
                    assert_eq!(actual, [None, None], "a dead entry");
                } else {
                    assert!(actual == expected || actual == [None, None]);
                }
            }
            shadow.slots.insert(id(obj), actual);
        } else {
            assert_eq!(expected, actual);
        }
    }
    seen.len()
}

fn run(options: HeapOptions, seed: u64, steps: usize) {
    let mut world = World::new(options);
    let mut random = Random::new(seed);
    let mut shadow = Shadow { roots: vec![None; world.roots.len()], ..Shadow::default() };
    let mut largest = 0;
    for _ in 0..steps {
        match random.below(12) {
            0..5 => {
                let kind = match random.below(8) {
                    0 => Some(WeakKind::Values),
                    1 => Some(WeakKind::Ephemeron),
                    2 => Some(WeakKind::Both),
                    _ => None,
                };
                let obj = match kind {
                    Some(kind) => world.weak(1 + random.below(5), kind),
                    None => world.node(1 + random.below(4)),
                };
                shadow.slots.insert(id(obj), vec![None; len(obj)]);
                if let Some(kind) = kind {
                    shadow.weak.insert(id(obj), kind);
                }
                if random.below(5) == 0 {
                    world.heap.register_finalizer(obj);
                    shadow.registered.insert(id(obj), 1);
                }
                let root = random.below(world.roots.len());
                if let Some(old) = world.roots[root] {
                    world.set(obj, 0, Some(old));
                    shadow.slots.get_mut(&id(obj)).unwrap()[0] = Some(id(old));
                }
                world.roots[root] = Some(obj);
                shadow.roots[root] = Some(id(obj));
            }
            5..9 => {
                let Some(obj) = pick(&world, &mut random) else { continue };
                let target = pick(&world, &mut random);
                let index = random.below(len(obj));
                world.set(obj, index, target);
                shadow.slots.get_mut(&id(obj)).unwrap()[index] = target.map(id);
            }
            9 => {
                let root = random.below(world.roots.len());
                world.roots[root] = None;
                shadow.roots[root] = None;
            }
            _ => {
                if let Some(kind) = world.safepoint() {
                    largest = largest.max(check(&mut world, &mut shadow, kind));
                }
            }
        }
    }
    assert!(largest > 20, "the graph stayed small: {largest}");
    world.roots.fill(None);
    shadow.roots.fill(None);
    world.major();
    check(&mut world, &mut shadow, CollectionKind::Major);
    assert!(shadow.registered.is_empty());
    world.major();
    assert_eq!(world.heap.used_bytes(), 0);
}

#[test]
fn mostly_minor_collections() {
    let stress = Stress::Every { minor: 2, major: 9 };
    for seed in 1..9 {
        run(HeapOptions { stress, ..toy::stressed() }, seed, 3000);
    }
}

#[test]
fn collecting_at_every_safepoint() {
    for seed in 11..15 {
        run(toy::stressed(), seed, 3000);
    }
}

#[test]
fn major_collections_only() {
    let stress = Stress::Every { minor: 3, major: 1 };
    for seed in 21..25 {
        run(HeapOptions { stress, evacuate_all: seed % 2 == 0, ..toy::stressed() }, seed, 3000);
    }
}
