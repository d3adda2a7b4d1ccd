//! Bytes that a library function gathers before they become a string.
//!
//! What the buffer takes from the process's allocator beyond a few kilobytes is charged to the VM's account, so a memory limit holds
//! for what is being built, too. Growing fails as an allocation does.

use crate::cx::Cx;
use crate::heap::Charge;
use crate::native::Raise;

/// Buffers up to this size are not charged.
const FREE: usize = 4096;

/// See the head of the file. What it dereferences to may be appended to directly after [`Buffer::reserve`].
#[derive(Default)]
pub(super) struct Buffer {
    bytes: Vec<u8>,
    charge: Option<Charge>,
}

impl Buffer {
    /// An empty buffer.
    pub(super) fn new() -> Buffer {
        Buffer::default()
    }

    /// Makes room for so many bytes more.
    #[inline]
    pub(super) fn reserve(&mut self, cx: Cx<'_>, more: usize) -> Result<(), Raise> {
        if self.bytes.capacity() - self.bytes.len() >= more { Ok(()) } else { self.grow(cx, more) }
    }

    /// Appends bytes.
    #[inline]
    pub(super) fn push(&mut self, cx: Cx<'_>, bytes: &[u8]) -> Result<(), Raise> {
        self.reserve(cx, bytes.len())?;
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    #[cold]
    fn grow(&mut self, cx: Cx<'_>, more: usize) -> Result<(), Raise> {
        let old = self.bytes.capacity();
        let new = self.bytes.len().saturating_add(more).max(old.saturating_mul(2)).max(64);
        if new <= FREE {
            self.bytes.reserve_exact(new - self.bytes.len());
            return Ok(());
        }
        // While it grows, it is there twice.
        match &mut self.charge {
            Some(charge) => charge.grow(new).map_err(|_| cx.memory_refused())?,
            None => self.charge = Some(cx.charge(new)?),
        }
        let grown = self.bytes.try_reserve_exact(new - self.bytes.len());
        if let Some(charge) = &mut self.charge {
            charge.set(self.bytes.capacity());
        }
        grown.map_err(|_| cx.memory_refused())
    }
}

impl std::ops::Deref for Buffer {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.bytes
    }
}

impl std::ops::DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }
}
