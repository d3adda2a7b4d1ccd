//! What the heap has done so far, in numbers.

use std::time::Duration;

/// Counters of a heap since it was made.
#[derive(Clone, Debug, Default)]
pub struct HeapStats {
    /// Bytes ever allocated.
    pub allocated: u64,
    /// Bytes copied or relinked from the young to the old generation.
    pub promoted: u64,
    /// Bytes that major collections moved.
    pub evacuated: u64,
    /// Minor collections; those that begin a major one are not counted.
    pub minor: u64,
    /// Major collections.
    pub major: u64,
    /// Bytes of objects at present, dead ones that no collection has noticed included.
    pub used: usize,
    /// Bytes held from the block source at present.
    pub held: usize,
    /// The largest value of `held`.
    pub peak: usize,
    /// The present size of the nursery.
    pub nursery: usize,
    /// Durations of the pauses of minor collections.
    pub minor_pauses: PauseHistogram,
    /// Durations of the pauses of major collections.
    pub major_pauses: PauseHistogram,
}

impl HeapStats {
    /// All pauses, of minor and of major collections.
    pub fn pauses(&self) -> PauseHistogram {
        let mut all = self.minor_pauses.clone();
        all.merge(&self.major_pauses);
        all
    }
}

/// Durations in buckets, four to each power of two of nanoseconds.
#[derive(Clone, Debug)]
pub struct PauseHistogram {
    buckets: [u32; PauseHistogram::BUCKETS],
    count: u64,
    total: u64,
    max: u64,
}

impl Default for PauseHistogram {
    fn default() -> PauseHistogram {
        PauseHistogram { buckets: [0; PauseHistogram::BUCKETS], count: 0, total: 0, max: 0 }
    }
}

impl PauseHistogram {
    /// Up to 2^40 ns, about 18 minutes.
    const BUCKETS: usize = 160;

    fn bucket(nanos: u64) -> usize {
        let nanos = nanos.max(4);
        let exponent = nanos.ilog2() as usize;
        let quarter = (nanos >> (exponent - 2)) as usize & 3;
        (exponent * 4 + quarter).min(Self::BUCKETS - 1)
    }

    /// The first value above a bucket.
    fn bucket_end(bucket: usize) -> u64 {
        let (exponent, quarter) = (bucket / 4, bucket as u64 % 4);
        (5 + quarter) << exponent >> 2
    }

    /// Adds a pause.
    pub fn record(&mut self, pause: Duration) {
        let nanos = pause.as_nanos() as u64;
        self.buckets[Self::bucket(nanos)] += 1;
        self.count += 1;
        self.total += nanos;
        self.max = self.max.max(nanos);
    }

    /// Adds the pauses of another histogram.
    pub fn merge(&mut self, other: &PauseHistogram) {
        self.buckets.iter_mut().zip(&other.buckets).for_each(|(bucket, count)| *bucket += count);
        self.count += other.count;
        self.total += other.total;
        self.max = self.max.max(other.max);
    }

    /// How many pauses there were.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// All pauses together.
    pub fn total(&self) -> Duration {
        Duration::from_nanos(self.total)
    }

    /// The longest pause.
    pub fn max(&self) -> Duration {
        Duration::from_nanos(self.max)
    }

    /// A duration that `percent` of the pauses did not exceed, within a quarter of a power of two.
    pub fn percentile(&self, percent: u32) -> Duration {
        let wanted = (self.count * u64::from(percent)).div_ceil(100);
        let mut seen = 0;
        for (bucket, &count) in self.buckets.iter().enumerate() {
            seen += u64::from(count);
            if seen >= wanted && seen > 0 {
                return Duration::from_nanos(Self::bucket_end(bucket).min(self.max));
            }
        }
        Duration::ZERO
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_within_a_quarter_octave() {
        let mut pauses = PauseHistogram::default();
        for micros in 1..=100 {
            pauses.record(Duration::from_micros(micros));
        }
        assert_eq!(pauses.count(), 100);
        assert_eq!(pauses.max(), Duration::from_micros(100));
        assert_eq!(pauses.total(), Duration::from_micros(5050));
        let median = pauses.percentile(50).as_nanos();
        assert!((50_000..=62_500).contains(&median), "{median}");
        assert_eq!(pauses.percentile(100), Duration::from_micros(100));
        assert_eq!(PauseHistogram::default().percentile(50), Duration::ZERO);

        let mut stats = HeapStats { minor_pauses: pauses, ..HeapStats::default() };
        stats.major_pauses.record(Duration::from_millis(5));
        assert_eq!(stats.pauses().count(), 101);
        assert_eq!(stats.pauses().max(), Duration::from_millis(5));
        assert_eq!(stats.pauses().total(), Duration::from_micros(10_050));
    }
}
