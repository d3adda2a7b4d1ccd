//! Copying an object to its new place.
//!
//! Most objects are a few words, for which a call of the library's copy routine costs more than the copy, so
//! sizes up to 64 bytes are moved as 16-byte pieces that may overlap each other.

use super::model::Extent;
use super::ptr::{ObjPtr, pointer_at};

/// Copies `obj` to the memory at `start`, leaves a forwarding reference and returns the new object. Its flags are
/// those of the old one.
///
/// # Safety
/// - `obj` is in a place that is being left and has not been moved, and `extent` is its extent.
/// - `start` is free memory of the heap with room for the extent.
#[inline]
pub(crate) unsafe fn move_object(obj: ObjPtr, extent: Extent, start: usize) -> ObjPtr {
    let from = obj.cast::<u8>().wrapping_sub(extent.prefix);
    // SAFETY: the old bytes and the free memory, both of the extent's size, do not overlap.
    unsafe { copy_bytes(from, pointer_at(start), extent.size) };
    // SAFETY: the copy of the header lies behind the copy of the prefix.
    let to = unsafe { ObjPtr::from_addr(start + extent.prefix) };
    // SAFETY: the old bytes have been copied.
    unsafe { obj.set_forward(to) };
    to
}

type Piece = [u64; 2];

/// # Safety
/// - `size` is at least 16, and both ranges are valid for it and do not overlap.
#[inline]
unsafe fn copy_bytes(from: *const u8, to: *mut u8, size: usize) {
    if size > 64 {
        // SAFETY: by this function's contract.
        return unsafe { std::ptr::copy_nonoverlapping(from, to, size) };
    }
    if size > 32 {
        // SAFETY: 16..32 and the 16 bytes before the last 16 are inside, since the size is above 32.
        unsafe { copy_piece(from, to, 16) };
        // SAFETY: as above.
        unsafe { copy_piece(from, to, size - 32) };
    }
    // SAFETY: the size is at least 16.
    unsafe { copy_piece(from, to, 0) };
    // SAFETY: the size is at least 16.
    unsafe { copy_piece(from, to, size - 16) };
}

/// # Safety
/// - Both ranges are valid for 16 bytes at `offset`.
#[inline(always)]
unsafe fn copy_piece(from: *const u8, to: *mut u8, offset: usize) {
    // SAFETY: by this function's contract.
    let from = unsafe { from.add(offset) };
    // SAFETY: by this function's contract.
    let to = unsafe { to.add(offset) };
    // SAFETY: by this function's contract.
    let piece = unsafe { from.cast::<Piece>().read_unaligned() };
    // SAFETY: by this function's contract.
    unsafe { to.cast::<Piece>().write_unaligned(piece) };
}
