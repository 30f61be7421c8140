//! A set of text lengths: a look-up only tries the lengths that some pattern has, so that a long
//! request costs no more than a short one.

/// The lengths of the patterns of one kind.
#[derive(Debug, Default)]
pub(super) struct Lengths {
    /// Bit `n`: some pattern has `n` bytes.
    short: u64,
    /// Those of 64 bytes and more, ascending.
    long: Vec<usize>,
}

impl Lengths {
    pub(super) fn insert(&mut self, length: usize) {
        if length < 64 {
            self.short |= 1 << length;
        } else if let Err(at) = self.long.binary_search(&length) {
            self.long.insert(at, length);
        }
    }

    pub(super) fn contains(&self, length: usize) -> bool {
        if length < 64 { self.short & (1 << length) != 0 } else { self.long.binary_search(&length).is_ok() }
    }

    /// The lengths up to `most`, the longest first.
    pub(super) fn descending(&self, most: usize) -> impl Iterator<Item = usize> + '_ {
        let long = self.long.get(..self.long.partition_point(|&l| l <= most)).unwrap_or_default();
        // Bits above `most` are not wanted; 63 - most of them, where there are any.
        let mut bits = self.short & (u64::MAX >> 63_usize.saturating_sub(most));
        let short = std::iter::from_fn(move || {
            let length = 63_u32.checked_sub(bits.leading_zeros())?;
            bits &= !(1 << length);
            Some(length as usize)
        });
        long.iter().rev().copied().chain(short)
    }
}

#[cfg(test)]
mod tests {
    use super::Lengths;

    #[test]
    fn descending_gives_each_length_once_and_none_above() {
        let mut lengths = Lengths::default();
        for length in [0, 3, 63, 64, 65, 500, 3, 500] {
            lengths.insert(length);
        }
        let up_to = |most| lengths.descending(most).collect::<Vec<_>>();
        assert_eq!(up_to(1000), [500, 65, 64, 63, 3, 0]);
        assert_eq!(up_to(64), [64, 63, 3, 0]);
        assert_eq!(up_to(63), [63, 3, 0]);
        assert_eq!(up_to(62), [3, 0]);
        assert_eq!(up_to(0), [0]);
        assert!(
            lengths.contains(500) && lengths.contains(63) && !lengths.contains(62) && !lengths.contains(66)
        );
    }
}
