//! Where the heap's memory comes from.
//!
//! All memory goes through one door, the [`BlockSource`], which a host can replace, meter and cap. An [`Account`] is what a VM has
//! with its source: it counts what is held and applies the limit, for the heap, for stacks, and for what collections of the Rust
//! library hold on the script's behalf, which is *charged*. [`Store`] is the heap's side: it keeps a few free blocks
//! for reuse. What must hold: the mutator's requests respect the limit and may fail; a collection's
//! requests do not, since a half-done collection cannot be taken back, and it ends by holding less.

use std::alloc::Layout;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::ptr::NonNull;
use std::rc::Rc;

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

    /// Bytes that the runtime takes from the process's allocator on the script's behalf: false to refuse.
    fn charge(&mut self, bytes: usize) -> bool {
        let _ = bytes;
        true
    }

    /// Charged bytes that were given back.
    fn discharge(&mut self, bytes: usize) {
        let _ = bytes;
    }
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

/// What one VM holds from its source, and how much it may.
#[derive(Clone)]
pub struct Account(Rc<Books>);

struct Books {
    source: RefCell<Box<dyn BlockSource>>,
    held: Cell<usize>,
    /// The part of `held` that was charged.
    charged: Cell<usize>,
    peak: Cell<usize>,
    limit: Cell<Option<usize>>,
}

impl Account {
    /// An account that holds nothing.
    pub fn new(source: Box<dyn BlockSource>, limit: Option<usize>) -> Account {
        let source = RefCell::new(source);
        Account(Rc::new(Books {
            source,
            held: Cell::new(0),
            charged: Cell::new(0),
            peak: Cell::new(0),
            limit: Cell::new(limit),
        }))
    }

    /// Bytes taken from the source and not given back.
    pub fn held(&self) -> usize {
        self.0.held.get()
    }

    /// The charged ones among them.
    pub fn charged(&self) -> usize {
        self.0.charged.get()
    }

    /// The largest value that `held` ever had.
    pub fn peak(&self) -> usize {
        self.0.peak.get()
    }

    /// How many bytes may be held.
    pub fn limit(&self) -> Option<usize> {
        self.0.limit.get()
    }

    pub(crate) fn set_limit(&self, limit: Option<usize>) {
        self.0.limit.set(limit);
    }

    fn allows(&self, bytes: usize) -> bool {
        self.limit().is_none_or(|limit| self.held().saturating_add(bytes) <= limit)
    }

    fn add(&self, bytes: usize) {
        self.0.held.set(self.held() + bytes);
        self.0.peak.set(self.peak().max(self.held()));
    }

    /// Memory within the limit.
    pub fn allocate(&self, layout: Layout) -> Result<NonNull<u8>, OutOfMemory> {
        if !self.allows(layout.size()) {
            return Err(OutOfMemory);
        }
        let memory = self.0.source.borrow_mut().allocate(layout).ok_or(OutOfMemory)?;
        self.add(layout.size());
        Ok(memory)
    }

    /// Memory that can't be done without.
    pub(crate) fn allocate_for_collection(&self, layout: Layout) -> NonNull<u8> {
        let memory = self.0.source.borrow_mut().allocate_for_collection(layout);
        let memory = memory.unwrap_or_else(|| std::alloc::handle_alloc_error(layout));
        self.add(layout.size());
        memory
    }

    /// Gives memory back.
    ///
    /// # Safety
    /// - `memory` came from this account with this layout and is not used any more.
    pub unsafe fn free(&self, memory: NonNull<u8>, layout: Layout) {
        self.0.held.set(self.held() - layout.size());
        // SAFETY: by this function's contract.
        unsafe { self.0.source.borrow_mut().free(memory, layout) }
    }

    /// Charges bytes as long as the charge lives.
    pub fn charge(&self, bytes: usize) -> Result<Charge, OutOfMemory> {
        let mut charge = Charge { account: self.clone(), bytes: 0 };
        charge.grow(bytes)?;
        Ok(charge)
    }

    /// Charges bytes of what has been allocated already, past the limit if need be.
    pub fn charge_for_made(&self, bytes: usize) -> Charge {
        let mut charge = Charge { account: self.clone(), bytes: 0 };
        charge.set(bytes);
        charge
    }
}

/// Bytes that are charged to an account.
pub struct Charge {
    account: Account,
    bytes: usize,
}

impl Charge {
    /// How many.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Charges more bytes, within the limit.
    pub fn grow(&mut self, bytes: usize) -> Result<(), OutOfMemory> {
        let account = &self.account;
        if !account.allows(bytes) || !account.0.source.borrow_mut().charge(bytes) {
            return Err(OutOfMemory);
        }
        account.add(bytes);
        account.0.charged.set(account.charged() + bytes);
        self.bytes += bytes;
        Ok(())
    }

    /// Makes the charge this large, past the limit if need be: for what has been allocated already.
    pub fn set(&mut self, bytes: usize) {
        let account = &self.account;
        let (more, less) = (bytes.saturating_sub(self.bytes), self.bytes.saturating_sub(bytes));
        // What has been allocated is not refused any more.
        let _ = more > 0 && account.0.source.borrow_mut().charge(more);
        if less > 0 {
            account.0.source.borrow_mut().discharge(less);
        }
        account.add(more);
        account.0.held.set(account.held() - less);
        account.0.charged.set(account.charged() + more - less);
        self.bytes = bytes;
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.set(0);
    }
}

/// The heap's side of the door: limit, and free blocks kept for reuse.
pub(crate) struct Store {
    account: Account,
    free_blocks: Vec<NonNull<u8>>,
    /// The mutator's demands are granted as a collection's are: its caller can't fail.
    pub(crate) overdraft: bool,
}

impl Store {
    pub(crate) fn new(account: Account) -> Store {
        Store { account, free_blocks: Vec::new(), overdraft: false }
    }

    pub(crate) const fn block_layout() -> Layout {
        match Layout::from_size_align(BLOCK_SIZE, BLOCK_SIZE) {
            Ok(layout) => layout,
            Err(_) => panic!("the block size is a power of two"),
        }
    }

    pub(crate) fn account(&self) -> &Account {
        &self.account
    }

    pub(crate) fn limit(&self) -> Option<usize> {
        self.account.limit()
    }

    pub(crate) fn allocate(&mut self, layout: Layout, demand: Demand) -> Result<NonNull<u8>, OutOfMemory> {
        match demand {
            Demand::Mutator if !self.overdraft => {
                self.check_limit(layout.size())?;
                self.account.allocate(layout)
            }
            _ => Ok(self.account.allocate_for_collection(layout)),
        }
    }

    /// Bytes held that are in use: without the free blocks.
    pub(crate) fn in_use(&self) -> usize {
        self.account.held() - self.free_blocks.len() * BLOCK_SIZE
    }

    /// What a limit leaves beyond what is in use.
    pub(crate) fn room(&self) -> Option<usize> {
        self.limit().map(|limit| limit.saturating_sub(self.in_use()))
    }

    /// Whether the mutator may use `size` more bytes. Free blocks make room for them if need be.
    fn check_limit(&mut self, size: usize) -> Result<(), OutOfMemory> {
        let Some(limit) = self.limit() else { return Ok(()) };
        if self.in_use().saturating_add(size) > limit {
            return Err(OutOfMemory);
        }
        if self.account.held() + size > limit {
            self.release_blocks(0);
        }
        Ok(())
    }

    /// # Safety
    /// - `memory` came from `allocate` with this layout and is not used any more.
    pub(crate) unsafe fn free(&mut self, memory: NonNull<u8>, layout: Layout) {
        // SAFETY: by this function's contract.
        unsafe { self.account.free(memory, layout) }
    }

    pub(crate) fn allocate_block(&mut self, demand: Demand) -> Result<NonNull<u8>, OutOfMemory> {
        if demand == Demand::Mutator && !self.overdraft && self.room().is_some_and(|room| room < BLOCK_SIZE) {
            return Err(OutOfMemory);
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
        let owned = self.account.held() - self.account.charged();
        debug_assert!(owned == 0 || Rc::strong_count(&self.account.0) > 1, "{owned} bytes were not given back");
    }
}
