//! The nursery: one region in which objects are born, with an area for young survivors on each side.
//!
//! ```text
//!   | survivors A | eden: the mutator's window moves through here | survivors B |
//! ```
//!
//! The area that holds survivors and the eden are contiguous, so one range check tells the objects to be
//! moved. A minor collection moves the newest objects to the other area. When the eden is full the mutator gets
//! overflow chunks, since allocation never collects. What must hold: the mutator's window lies in the eden or in
//! the last chunk, and bytes before its cursor since `window_start` are objects not yet counted.

use std::alloc::Layout;
use std::ops::Range;
use std::ptr::NonNull;

use super::ptr::address_of;
use super::source::{BLOCK_SIZE, Demand, OutOfMemory, Store};

pub(crate) const PAGE: usize = 4096;

/// The memory of a nursery and how it is divided.
#[derive(Clone, Copy)]
pub(crate) struct Region {
    memory: NonNull<u8>,
    layout: Layout,
    eden: usize,
    eden_end: usize,
}

impl Region {
    pub(crate) fn allocate(eden: usize, store: &mut Store, demand: Demand) -> Result<Region, OutOfMemory> {
        let eden = eden.next_multiple_of(PAGE);
        let side = survivor_area(eden);
        let layout = Layout::from_size_align(eden + 2 * side, PAGE).map_err(|_| OutOfMemory)?;
        let memory = store.allocate(layout, demand)?;
        let start = address_of(memory) + side;
        Ok(Region { memory, layout, eden: start, eden_end: start + eden })
    }

    pub(crate) fn eden_size(&self) -> usize {
        self.eden_end - self.eden
    }

    pub(crate) fn start(&self) -> usize {
        address_of(self.memory)
    }

    pub(crate) fn end(&self) -> usize {
        self.start() + self.layout.size()
    }

    pub(crate) fn memory(&self) -> NonNull<u8> {
        self.memory
    }

    pub(crate) fn layout(&self) -> Layout {
        self.layout
    }
}

fn survivor_area(eden: usize) -> usize {
    (eden / 4).next_multiple_of(PAGE)
}

/// What a minor collection leaves and where young survivors go.
#[derive(Clone, Copy)]
pub(crate) struct FromSpace {
    pub(crate) start: usize,
    pub(crate) len: usize,
    /// Objects from here to `newest_end` are the newest.
    pub(crate) newest: usize,
    pub(crate) newest_end: usize,
}

/// Where objects are born.
pub(crate) struct Nursery {
    region: Region,
    /// The young survivors of the last minor collection.
    survivors: Range<usize>,
    chunks: Vec<NonNull<u8>>,
    window_start: usize,
    closed: usize,
}

impl Nursery {
    pub(crate) fn new(size: usize, store: &mut Store) -> Result<Nursery, OutOfMemory> {
        let region = Region::allocate(size, store, Demand::Mutator)?;
        let survivors = region.start()..region.start();
        Ok(Nursery { region, survivors, chunks: Vec::new(), window_start: region.eden, closed: 0 })
    }

    pub(crate) fn region(&self) -> &Region {
        &self.region
    }

    pub(crate) fn eden(&self) -> Range<usize> {
        self.region.eden..self.region.eden_end
    }

    pub(crate) fn survivors(&self) -> Range<usize> {
        self.survivors.clone()
    }

    /// Bytes allocated in the eden and the chunks since the last minor collection.
    pub(crate) fn used(&self, cursor: usize) -> usize {
        self.closed + (cursor - self.window_start)
    }

    /// Takes an overflow chunk for at least one more small object; returns the new window.
    pub(crate) fn overflow(&mut self, cursor: usize, store: &mut Store) -> Result<Range<usize>, OutOfMemory> {
        let chunk = store.allocate_block(Demand::Mutator)?;
        self.closed = self.used(cursor);
        self.chunks.push(chunk);
        self.window_start = address_of(chunk);
        Ok(self.window_start..self.window_start + BLOCK_SIZE)
    }

    pub(crate) fn chunks(&self) -> &[NonNull<u8>] {
        &self.chunks
    }

    /// The region that the mutator's objects are in, for a minor collection with the window at `cursor`.
    pub(crate) fn space_to_leave(&self, cursor: usize) -> FromSpace {
        let region = &self.region;
        let before = self.survivors.start < region.eden;
        let (start, end) = if before { (region.start(), region.eden_end) } else { (region.eden, region.end()) };
        let eden_top = if self.chunks.is_empty() { cursor } else { region.eden_end };
        let newest = region.eden + (eden_top - region.eden) / 4 * 3;
        FromSpace { start, len: end - start, newest, newest_end: region.eden_end }
    }

    /// The area for young survivors of the coming collection if the region stays.
    pub(crate) fn free_area(&self) -> Range<usize> {
        let region = &self.region;
        if self.survivors.start < region.eden { region.eden_end..region.end() } else { region.start()..region.eden }
    }

    /// The area for young survivors in a region that replaces this one.
    pub(crate) fn first_area(region: &Region) -> Range<usize> {
        region.start()..region.eden
    }

    /// Ends a minor collection: objects are where the collection put them, the eden is empty. Returns the chunks and
    /// the region that were left, for the caller to free.
    pub(crate) fn reset(
        &mut self,
        replacement: Option<Region>,
        survivors: Range<usize>,
    ) -> (Vec<NonNull<u8>>, Option<Region>) {
        let left = replacement.map(|region| std::mem::replace(&mut self.region, region));
        self.survivors = survivors;
        self.window_start = self.region.eden;
        self.closed = 0;
        (std::mem::take(&mut self.chunks), left)
    }
}
