//! When to collect, and how large the nursery should be.
//!
//! Minor collections come when the nursery is full or young large objects have piled up. A major one is due when the
//! old generation has grown by a factor since the last one; a memory limit brings it forward. The
//! nursery doubles while much of it survives, since then objects need more time to die.

use super::options::HeapOptions;
use super::source::BLOCK_SIZE;

/// Free blocks kept for reuse, at least.
const KEPT_BLOCKS: usize = 16;

/// The pacing state.
pub(crate) struct Pacer {
    major_at: usize,
    busy_minors: u32,
}

impl Pacer {
    /// A limit leaves `room` bytes beyond what an empty heap holds.
    pub(crate) fn new(room: Option<usize>, options: &HeapOptions) -> Pacer {
        let mut pacer = Pacer { major_at: 0, busy_minors: 0 };
        pacer.after_major(0, room, options);
        pacer
    }

    /// Whether the old generation has grown enough for a major collection.
    #[inline]
    pub(crate) fn major_due(&self, old_bytes: usize) -> bool {
        old_bytes > self.major_at
    }

    /// After a major collection that left `live` bytes; a limit leaves `room` bytes beyond what is in use.
    pub(crate) fn after_major(&mut self, live: usize, room: Option<usize>, options: &HeapOptions) {
        self.major_at = (live / 100).saturating_mul(options.major_growth).max(options.major_min);
        if let Some(room) = room {
            self.major_at = self.major_at.min(live + room / 2);
        }
    }

    /// After a memory limit was set that leaves `room` bytes; with no room a major collection is due at once.
    pub(crate) fn bring_forward(&mut self, old_bytes: usize, room: usize) {
        let at = if room == 0 { 0 } else { old_bytes + room / 2 };
        self.major_at = self.major_at.min(at);
    }

    /// How many free blocks to keep: those that the old generation is going to need before its next major collection, so that
    /// keeping them does not raise the peak.
    pub(crate) fn spare_blocks(&self, old_bytes: usize) -> usize {
        (self.major_at.saturating_sub(old_bytes) / BLOCK_SIZE).max(KEPT_BLOCKS)
    }

    /// How many bytes of young large objects make a collection due.
    pub(crate) fn young_large_limit(eden: usize, old_bytes: usize) -> usize {
        (4 * eden).max(old_bytes / 4).max(1 << 20)
    }

    /// The nursery size for the time after a minor collection of which `survived` bytes of `used` survived.
    pub(crate) fn nursery_size(
        &mut self,
        eden: usize,
        used: usize,
        survived: usize,
        limit: Option<usize>,
        options: &HeapOptions,
    ) -> usize {
        if options.nursery_fixed || used < eden / 2 {
            return eden;
        }
        if survived * 5 < used {
            self.busy_minors = 0;
            return eden;
        }
        self.busy_minors += 1;
        if self.busy_minors < 2 {
            return eden;
        }
        self.busy_minors = 0;
        let largest = Self::within_limit(options.nursery_max, limit).max(eden);
        (eden * 2).clamp(options.nursery_min.min(largest), largest)
    }

    /// A nursery size that leaves most of a memory limit to the old generation.
    pub(crate) fn within_limit(size: usize, limit: Option<usize>) -> usize {
        limit.map_or(size, |limit| size.min((limit / 8).max(16 << 10)))
    }
}
