//! Where the heap's memory comes from.
//!
//! All memory goes through one door, the [`BlockSource`], which a host can replace, meter and cap. [`Store`] is
//! the heap's side of the door: it counts what is held, applies the limit, and keeps a few free blocks
//! for reuse. What must hold: the mutator's requests respect the limit and may fail; a collection's
//! requests do not, since a half-done collection cannot be taken back, and it ends by holding less.

use std::alloc::Layout;
use std::fmt;
use std::ptr::NonNull;

/// The size and the alignment of the blocks that the old and the pinned space are made of.
pub const BLOCK_SIZE: usize = 64 * 1024;

const PAGE: usize = 4096;

/// From this size on the system's pages are used directly, so that freeing gives them back at once.
const DIRECT: usize = 128 * 1024;

/// The block source or the limit refused memory. The heap is as it was before the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfMemory;

impl fmt::Display for OutOfMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not enough memory")
    }
}

impl std::error::Error for OutOfMemory {}

/// Gives and takes memory.
///
/// # Safety
/// - `allocate` returns memory of that layout that nobody else uses until `free` gets it back.
pub unsafe trait BlockSource {
    /// Memory for the mutator, or `None` to refuse. The contents are arbitrary.
    fn allocate(&mut self, layout: Layout) -> Option<NonNull<u8>>;

    /// Memory that a running collection needs. Refusing ends the process.
    fn allocate_for_collection(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        self.allocate(layout)
    }

    /// Takes memory back.
    ///
    /// # Safety
    /// - `memory` came from this source with this `layout` and is not used any more.
    unsafe fn free(&mut self, memory: NonNull<u8>, layout: Layout);
}

/// The operating system: pages for what is large or strictly aligned, the process's allocator for the rest.
#[derive(Debug, Default)]
pub struct OsSource;

fn wants_pages(layout: Layout) -> bool {
    layout.align() >= PAGE || layout.size() >= DIRECT
}

fn page_rounded(size: usize) -> usize {
    size.next_multiple_of(PAGE)
}

fn map(size: usize) -> Option<NonNull<u8>> {
    use rustix::mm::{MapFlags, ProtFlags, mmap_anonymous};
    let access = ProtFlags::READ | ProtFlags::WRITE;
    // SAFETY: a fresh private mapping wherever the system likes; it overlaps nothing.
    let memory = unsafe { mmap_anonymous(std::ptr::null_mut(), size, access, MapFlags::PRIVATE) };
    NonNull::new(memory.ok()?.cast())
}

/// # Safety
/// - The pages of the range are mapped by `map` and not used any more.
unsafe fn unmap(memory: *mut u8, size: usize) {
    if size > 0 {
        // SAFETY: by this function's contract.
        let result = unsafe { rustix::mm::munmap(memory.cast(), size) };
        debug_assert!(result.is_ok());
    }
}

fn map_aligned(size: usize, align: usize) -> Option<NonNull<u8>> {
    let first = map(size)?;
    let misfit = first.as_ptr().align_offset(align);
    if misfit == 0 {
        return Some(first);
    }
    // SAFETY: just mapped with this size, and nobody has seen it.
    unsafe { unmap(first.as_ptr(), size) };
    let wide = map(size + align)?;
    let head = wide.as_ptr().align_offset(align);
    // SAFETY: head < align, so both stay inside the mapping of size + align bytes.
    let aligned = unsafe { wide.add(head) };
    // SAFETY: aligned + size is at most the mapping's end.
    let tail = unsafe { aligned.add(size) };
    // SAFETY: the pages before the aligned part, which nobody uses.
    unsafe { unmap(wide.as_ptr(), head) };
    // SAFETY: the pages after the aligned part, which nobody uses.
    unsafe { unmap(tail.as_ptr(), align - head) };
    Some(aligned)
}

// SAFETY: a mapping or an allocation belongs to its receiver alone until it is unmapped or deallocated.
unsafe impl BlockSource for OsSource {
    fn allocate(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        debug_assert!(layout.size() > 0);
        if wants_pages(layout) {
            return map_aligned(page_rounded(layout.size()), layout.align().max(PAGE));
        }
        // SAFETY: the heap asks for no empty layout.
        NonNull::new(unsafe { std::alloc::alloc(layout) })
    }

    unsafe fn free(&mut self, memory: NonNull<u8>, layout: Layout) {
        if wants_pages(layout) {
            // SAFETY: mapped by `allocate` with this rounded size; unused by this function's contract.
            unsafe { unmap(memory.as_ptr(), page_rounded(layout.size())) };
        } else {
            // SAFETY: allocated by `allocate` with this layout; unused by this function's contract.
            unsafe { std::alloc::dealloc(memory.as_ptr(), layout) };
        }
    }
}

/// Who asks: see the head of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Demand {
    Mutator,
    Collection,
}

/// The heap's side of the door: counts, limit, and free blocks kept for reuse.
pub(crate) struct Store {
    source: Box<dyn BlockSource>,
    free_blocks: Vec<NonNull<u8>>,
    held: usize,
    peak: usize,
    limit: Option<usize>,
}

impl Store {
    pub(crate) fn new(source: Box<dyn BlockSource>, limit: Option<usize>) -> Store {
        Store { source, free_blocks: Vec::new(), held: 0, peak: 0, limit }
    }

    pub(crate) const fn block_layout() -> Layout {
        match Layout::from_size_align(BLOCK_SIZE, BLOCK_SIZE) {
            Ok(layout) => layout,
            Err(_) => panic!("the block size is a power of two"),
        }
    }

    /// Bytes taken from the source and not given back, free blocks included.
    pub(crate) fn held(&self) -> usize {
        self.held
    }

    /// The largest value that `held` ever had.
    pub(crate) fn peak(&self) -> usize {
        self.peak
    }

    pub(crate) fn limit(&self) -> Option<usize> {
        self.limit
    }

    pub(crate) fn set_limit(&mut self, limit: Option<usize>) {
        self.limit = limit;
    }

    pub(crate) fn allocate(&mut self, layout: Layout, demand: Demand) -> Result<NonNull<u8>, OutOfMemory> {
        if demand == Demand::Mutator {
            self.check_limit(layout.size())?;
        }
        let memory = match demand {
            Demand::Mutator => self.source.allocate(layout).ok_or(OutOfMemory)?,
            Demand::Collection => match self.source.allocate_for_collection(layout) {
                Some(memory) => memory,
                None => std::alloc::handle_alloc_error(layout),
            },
        };
        self.held += layout.size();
        self.peak = self.peak.max(self.held);
        Ok(memory)
    }

    /// Bytes held that are in use: without the free blocks.
    pub(crate) fn in_use(&self) -> usize {
        self.held - self.free_blocks.len() * BLOCK_SIZE
    }

    /// What a limit leaves beyond what is in use.
    pub(crate) fn room(&self) -> Option<usize> {
        self.limit.map(|limit| limit.saturating_sub(self.in_use()))
    }

    /// Whether the mutator may use `size` more bytes. Free blocks make room for them if need be.
    fn check_limit(&mut self, size: usize) -> Result<(), OutOfMemory> {
        let Some(limit) = self.limit else { return Ok(()) };
        if self.in_use() + size > limit {
            return Err(OutOfMemory);
        }
        if self.held + size > limit {
            self.release_blocks(0);
        }
        Ok(())
    }

    /// # Safety
    /// - `memory` came from `allocate` with this layout and is not used any more.
    pub(crate) unsafe fn free(&mut self, memory: NonNull<u8>, layout: Layout) {
        self.held -= layout.size();
        // SAFETY: by this function's contract.
        unsafe { self.source.free(memory, layout) }
    }

    pub(crate) fn allocate_block(&mut self, demand: Demand) -> Result<NonNull<u8>, OutOfMemory> {
        if demand == Demand::Mutator {
            self.check_limit(BLOCK_SIZE)?;
        }
        match self.free_blocks.pop() {
            Some(block) => Ok(block),
            None => self.allocate(Self::block_layout(), demand),
        }
    }

    /// Keeps the block for reuse; [`Store::release_blocks`] gives it back.
    ///
    /// # Safety
    /// - `block` came from `allocate_block` and is not used any more.
    pub(crate) unsafe fn free_block(&mut self, block: NonNull<u8>) {
        self.free_blocks.push(block);
    }

    /// Gives back free blocks until at most `keep` are left.
    pub(crate) fn release_blocks(&mut self, keep: usize) {
        while self.free_blocks.len() > keep {
            if let Some(block) = self.free_blocks.pop() {
                // SAFETY: a free block came from `allocate` with the block layout, and nobody uses it.
                unsafe { self.free(block, Self::block_layout()) };
            }
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.release_blocks(0);
        debug_assert!(self.held == 0, "{} bytes were not given back", self.held);
    }
}
