//! References to objects, and the only place where addresses and pointers turn into each other.
//!
//! An `ObjPtr` is the address of a [`Header`]. Its invariant: the object is live and initialised. A
//! collection moves objects and so breaks every `ObjPtr` that it did not visit; `Heap::collect_minor` and its
//! kin are `unsafe` for that one reason, and in exchange reading a header through an `ObjPtr` is safe.

use std::fmt;
use std::ptr::NonNull;

use super::header::{Header, flags};

/// A reference to an object of the heap. Valid until the next collection.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjPtr(NonNull<Header>);

const _: () = assert!(size_of::<Option<ObjPtr>>() == 8);

impl ObjPtr {
    /// # Safety
    /// - `header` points to the header of a live object of the heap.
    #[inline]
    pub unsafe fn new(header: NonNull<Header>) -> ObjPtr {
        ObjPtr(header)
    }

    /// The reference that `addr` encodes, as [`ObjPtr::addr`] gave it.
    ///
    /// # Safety
    /// - `addr` is the address of the header of a live object of the heap, so it is not zero.
    #[inline]
    pub unsafe fn from_addr(addr: usize) -> ObjPtr {
        // SAFETY: not zero, by this function's contract.
        ObjPtr(unsafe { NonNull::new_unchecked(pointer_at(addr).cast()) })
    }

    /// The address of the header, which is how a reference is stored in a payload word.
    #[inline]
    pub fn addr(self) -> usize {
        self.0.as_ptr().expose_provenance()
    }

    /// The header as a raw pointer.
    #[inline]
    pub fn as_ptr(self) -> *mut Header {
        self.0.as_ptr()
    }

    /// The object as the struct that its model says it is.
    #[inline]
    pub fn cast<T>(self) -> *mut T {
        self.0.as_ptr().cast()
    }

    /// A copy of the header.
    #[inline]
    pub fn header(self) -> Header {
        // SAFETY: the type's invariant: a live object's header.
        unsafe { *self.0.as_ptr() }
    }

    /// The kind that the object was born with.
    #[inline]
    pub fn kind(self) -> u8 {
        // SAFETY: the type's invariant: a live object's header.
        unsafe { (*self.0.as_ptr()).kind }
    }

    /// All flag bits, the heap's and the model's.
    #[inline]
    pub fn flags(self) -> u8 {
        // SAFETY: the type's invariant: a live object's header.
        unsafe { (*self.0.as_ptr()).flags }
    }

    /// Whether a store of a reference into this object must be preceded by `Heap::remember`.
    #[inline]
    pub fn needs_barrier(self) -> bool {
        self.flags() & flags::BARRIER != 0
    }

    /// Whether the object has not been promoted.
    #[inline]
    pub fn is_young(self) -> bool {
        self.flags() & flags::OLD == 0
    }

    #[inline]
    pub(crate) fn set_flags(self, value: u8) {
        // SAFETY: the type's invariant: a live object's header; nobody holds a Rust reference to it.
        unsafe { (*self.0.as_ptr()).flags = value }
    }

    /// Where a moved object went.
    ///
    /// # Safety
    /// - The object moves and has `MARK` set: `set_forward` ran on it in this collection.
    #[inline]
    pub(crate) unsafe fn forward(self) -> ObjPtr {
        // SAFETY: a moving object has at least 16 bytes from its header on.
        let word = unsafe { self.0.as_ptr().cast::<ObjPtr>().add(1) };
        // SAFETY: the word holds the new reference, by this function's contract.
        unsafe { word.read() }
    }

    /// Records the new place of an object that has been copied there.
    ///
    /// # Safety
    /// - The object is in a space that is being left: its bytes are no longer needed.
    #[inline]
    pub(crate) unsafe fn set_forward(self, to: ObjPtr) {
        self.set_flags(self.flags() | flags::MARK);
        // SAFETY: a moving object has at least 16 bytes from its header on.
        let word = unsafe { self.0.as_ptr().cast::<ObjPtr>().add(1) };
        // SAFETY: the old bytes are no longer needed, by this function's contract.
        unsafe { word.write(to) }
    }
}

impl fmt::Debug for ObjPtr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "obj@{:x}", self.0.as_ptr().addr())
    }
}

/// The pointer for an address whose memory the block source gave to this heap.
#[inline]
pub(crate) fn pointer_at(addr: usize) -> *mut u8 {
    std::ptr::with_exposed_provenance_mut(addr)
}

/// The address of memory that the block source gave; from then on `pointer_at` may be used on it.
#[inline]
pub(crate) fn address_of(memory: NonNull<u8>) -> usize {
    memory.as_ptr().expose_provenance()
}
