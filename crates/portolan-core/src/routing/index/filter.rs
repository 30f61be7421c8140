//! What is not in the table, seen without a look into it. Prefixes of elements are few in a path, but
//! one of plain text may end anywhere: most that a look-up would try are no pattern's.

use super::{Bucket, HostId};

/// A Bloom filter with one bit for each string prefix, by its length and last eight bytes. It may say yes
/// too often, which only costs the look-up.
#[derive(Debug, Default)]
pub(super) struct Filter {
    bits: Vec<u64>,
    seed: u64,
}

const ODD: u64 = 0x9E37_79B9_7F4A_7C15;

impl Filter {
    /// Of buckets with string prefixes. Some 16 bits for each keep wrong guesses to one in sixteen.
    pub(super) fn new<'b>(
        buckets: impl Iterator<Item = &'b Bucket> + Clone,
        texts: &[u8],
        seed: u64,
    ) -> Filter {
        let words = (buckets.clone().count() / 4).next_power_of_two();
        let mut filter = Filter { bits: vec![0; words], seed };
        for bucket in buckets {
            let (word, bit) = filter.place(bucket.host, bucket.text.of(texts));
            if let Some(bits) = filter.bits.get_mut(word) {
                *bits |= bit;
            }
        }
        filter
    }

    /// Whether there may be a bucket of this text.
    #[inline]
    pub(super) fn may_hold(&self, host: HostId, text: &[u8]) -> bool {
        let (word, bit) = self.place(host, text);
        self.bits.get(word).is_some_and(|bits| bits & bit != 0)
    }

    #[inline]
    fn place(&self, host: HostId, text: &[u8]) -> (usize, u64) {
        let last = match (text.last_chunk::<8>(), text.first_chunk::<4>(), text.last_chunk::<4>()) {
            (Some(last), ..) => u64::from_le_bytes(*last),
            (None, Some(first), Some(last)) => {
                u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last))
            }
            _ => text.iter().fold(0, |n, &b| n << 8 | u64::from(b)),
        };
        let mixed = (last ^ self.seed).wrapping_mul(ODD);
        let place = u64::from(host.0) | (text.len() as u64) << 40;
        let hash = (mixed ^ mixed >> 32 ^ place).wrapping_mul(ODD);
        ((hash >> 32) as usize & self.bits.len().wrapping_sub(1), 1 << (hash >> 26 & 63))
    }
}
