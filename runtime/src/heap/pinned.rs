//! The pinned space: small objects whose address may be kept, such as interned strings and function prototypes.
//!
//! Blocks of equal cells, one size class each, with a free list in each block. Objects are old from birth. A major
//! collection marks them in their block's bit map and then sweeps: dead cells go to the free list, and a block
//! without live cells goes back to the store. What must hold: exactly the cells in use have one bit in
//! `starts`, at the header.

use super::block::Block;
use super::model::{Extent, GRANULE, MAX_SMALL};
use super::ptr::{ObjPtr, pointer_at};
use super::source::{Demand, OutOfMemory, Store};

const CLASS_SIZES: [u16; 37] = [
    16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640, 768,
    896, 1024, 1280, 1536, 1792, 2048, 2560, 3072, 4096, 5120, 6144, 8192,
];

/// The class for each size in granules.
static CLASS_OF: [u8; MAX_SMALL / GRANULE + 1] = {
    let mut table = [0; MAX_SMALL / GRANULE + 1];
    let mut class = 0;
    let mut granules = 0;
    while granules < table.len() {
        if granules * GRANULE > CLASS_SIZES[class] as usize {
            class += 1;
        }
        table[granules] = class as u8;
        granules += 1;
    }
    table
};

#[derive(Clone, Default)]
struct Class {
    blocks: Vec<Block>,
    /// Blocks with free cells that are not being allocated from.
    available: Vec<Block>,
    /// The block whose free list is being used.
    recycled: Option<Block>,
    /// The block that is being filled for the first time.
    fresh: Option<Block>,
    cursor: usize,
}

/// The objects that never move and are small.
pub(crate) struct PinnedSpace {
    classes: Vec<Class>,
    bytes: usize,
}

impl PinnedSpace {
    pub(crate) fn new() -> PinnedSpace {
        PinnedSpace { classes: vec![Class::default(); CLASS_SIZES.len()], bytes: 0 }
    }

    /// Bytes of the cells in use.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// A cell for an object whose header the caller writes at once.
    pub(crate) fn allocate(&mut self, extent: Extent, store: &mut Store) -> Result<ObjPtr, OutOfMemory> {
        let number = CLASS_OF[extent.size / GRANULE] as usize;
        let size = CLASS_SIZES[number] as usize;
        let (block, cell) = self.classes[number].take_cell(size, store)?;
        self.bytes += size;
        block.set_occupied(block.occupied() + 1);
        // SAFETY: inside the cell, not null, and the caller makes it a header before anyone looks.
        let obj = unsafe { ObjPtr::from_addr(cell + extent.prefix) };
        block.set_start(obj, true);
        Ok(obj)
    }

    pub(crate) fn clear_marks(&mut self) {
        self.for_each_block(Block::clear_marks);
    }

    /// Frees the cells of the objects that are not marked, after calling `dead` for each.
    pub(crate) fn sweep(&mut self, store: &mut Store, poison: Option<u8>, mut dead: impl FnMut(ObjPtr)) {
        for (class, &size) in self.classes.iter_mut().zip(&CLASS_SIZES) {
            let size = size as usize;
            class.available.clear();
            class.recycled = None;
            for &block in &class.blocks {
                self.bytes -= sweep_block(block, size, poison, &mut dead);
            }
            let fresh = class.fresh;
            class.blocks.retain(|&block| {
                let keep = block.occupied() > 0 || Some(block) == fresh;
                if !keep {
                    // SAFETY: a block of the store without objects, forgotten here.
                    unsafe { store.free_block(block.memory()) };
                } else if block.free() != 0 {
                    class.available.push(block);
                }
                keep
            });
        }
    }

    /// Calls `visit` for each object, dead ones included.
    pub(crate) fn for_each(&self, mut visit: impl FnMut(ObjPtr)) {
        self.for_each_block(|block| block.for_each_start(&mut visit));
    }

    pub(crate) fn for_each_block(&self, mut visit: impl FnMut(Block)) {
        for class in &self.classes {
            class.blocks.iter().for_each(|&block| visit(block));
        }
    }

    /// Frees everything.
    pub(crate) fn free_all(&mut self, store: &mut Store) {
        for class in &mut self.classes {
            for block in class.blocks.drain(..) {
                // SAFETY: a block of the store; the heap is going away and nobody looks at objects any more.
                unsafe { store.free_block(block.memory()) };
            }
            *class = Class::default();
        }
        self.bytes = 0;
    }
}

impl Class {
    fn take_cell(&mut self, size: usize, store: &mut Store) -> Result<(Block, usize), OutOfMemory> {
        loop {
            if let Some(block) = self.recycled {
                let cell = block.free();
                if cell != 0 {
                    // SAFETY: a free cell holds the address of the next one in its first word.
                    block.set_free(unsafe { pointer_at(cell).cast::<usize>().read() });
                    return Ok((block, cell));
                }
            }
            self.recycled = self.available.pop();
            if self.recycled.is_none() {
                break;
            }
        }
        let block = match self.fresh {
            Some(block) if self.cursor + size <= block.end() => block,
            _ => {
                let memory = store.allocate_block(Demand::Mutator)?;
                // SAFETY: a block of the store, which is this class's alone until it is swept away.
                let block = unsafe { Block::new_pinned(memory, size) };
                self.blocks.push(block);
                self.fresh = Some(block);
                self.cursor = block.pinned_data();
                block
            }
        };
        let cell = self.cursor;
        self.cursor += size;
        Ok((block, cell))
    }
}

/// Returns the bytes freed.
fn sweep_block(block: Block, size: usize, poison: Option<u8>, dead: &mut impl FnMut(ObjPtr)) -> usize {
    let mut freed = 0;
    block.for_each_dead(|obj| {
        dead(obj);
        block.set_start(obj, false);
        let cell = obj.addr() - (obj.addr() - block.pinned_data()) % size;
        if let Some(byte) = poison {
            // SAFETY: the cell of a dead object.
            unsafe { pointer_at(cell).write_bytes(byte, size) };
        }
        // SAFETY: the first word of the cell of a dead object.
        unsafe { pointer_at(cell).cast::<usize>().write(block.free()) };
        block.set_free(cell);
        freed += 1;
    });
    block.set_occupied(block.occupied() - freed as u32);
    freed * size
}
