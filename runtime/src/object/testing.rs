//! A space of its own for the tests of this folder.

use std::ptr::NonNull;

use super::space::Space;
use crate::context::VmContext;
use crate::cx::Cx;
use crate::heap::source::OsSource;
use crate::heap::{HeapOptions, Stress};

/// A space whose only roots are its own: tests keep objects in the registry.
pub(crate) struct World {
    pub(crate) space: Space,
    /// After `space`, which uses it.
    _context: Box<VmContext>,
}

/// A sequence of numbers without pattern.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 31).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed ^ mixed >> 29) % end
    }
}

impl World {
    /// A space that checks its heap and poisons what is freed.
    pub(crate) fn new() -> World {
        World::with(HeapOptions {
            nursery: 16 << 10,
            nursery_fixed: true,
            poison: true,
            verify: true,
            stress: Stress::Off,
            ..HeapOptions::default()
        })
    }

    pub(crate) fn with(options: HeapOptions) -> World {
        let mut context = Box::new(VmContext::new());
        let pointer = NonNull::from(&mut *context);
        // SAFETY: the context is boxed and dropped after the space.
        let space = unsafe { Space::new(pointer, options, Box::new(OsSource), 0x1234) };
        World { space: space.expect("enough memory"), _context: context }
    }

    pub(crate) fn cx(&mut self) -> Cx<'_> {
        self.space.cx()
    }

    pub(crate) fn minor(&mut self) {
        let (heap, mut model, mut roots) = self.space.collector();
        // SAFETY: tests read objects again from the registry.
        unsafe { heap.collect_minor(&mut model, &mut roots) }
    }

    pub(crate) fn major(&mut self) {
        let (heap, mut model, mut roots) = self.space.collector();
        // SAFETY: tests read objects again from the registry.
        unsafe { heap.collect_major(&mut model, &mut roots) }
    }
}
