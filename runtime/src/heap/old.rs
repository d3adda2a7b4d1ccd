//! The old generation: objects that survived, in blocks, filled by a bump pointer.
//!
//! Only collections allocate here. Blocks have no free lists: a block that has become sparse is evacuated by a
//! major collection and given back whole.

use super::block::Block;
use super::model::Extent;
use super::source::{Demand, Store};

/// The blocks of the old generation.
#[derive(Default)]
pub(crate) struct OldSpace {
    blocks: Vec<Block>,
    current: Option<Block>,
    cursor: usize,
    limit: usize,
    /// Bytes of the objects: what the last major collection found live and what came since.
    bytes: usize,
}

impl OldSpace {
    /// The address for the first byte of an object of this extent.
    #[inline]
    pub(crate) fn allocate(&mut self, extent: Extent, store: &mut Store) -> usize {
        self.bytes += extent.size;
        let start = self.cursor;
        if extent.size <= self.limit - start {
            self.cursor = start + extent.size;
            return start;
        }
        self.allocate_in_new_block(extent.size, store)
    }

    #[cold]
    fn allocate_in_new_block(&mut self, size: usize, store: &mut Store) -> usize {
        let Ok(memory) = store.allocate_block(Demand::Collection) else {
            unreachable!("a collection's demand is granted or ends the process")
        };
        // SAFETY: a block of the store, which is this space's alone until `free_dead` or `free_all`.
        let block = unsafe { Block::new_old(memory) };
        self.blocks.push(block);
        self.current = Some(block);
        self.cursor = block.old_data() + size;
        self.limit = block.end();
        debug_assert!(self.cursor <= self.limit);
        block.old_data()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn set_bytes(&mut self, bytes: usize) {
        self.bytes = bytes;
    }

    pub(crate) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The block that the bump pointer is in.
    pub(crate) fn current(&self) -> Option<Block> {
        self.current
    }

    /// Lets the next object begin a new block.
    pub(crate) fn close_current(&mut self) {
        self.current = None;
        self.cursor = 0;
        self.limit = 0;
    }

    /// Takes the blocks that `leave` chooses out of the space; the caller frees them.
    pub(crate) fn take_blocks(&mut self, mut leave: impl FnMut(Block) -> bool) -> Vec<Block> {
        let current = self.current;
        let mut taken = Vec::new();
        self.blocks.retain(|&block| {
            let goes = leave(block);
            if goes {
                taken.push(block);
            }
            !goes
        });
        if current.is_some_and(|block| taken.contains(&block)) {
            self.close_current();
        }
        taken
    }
}
