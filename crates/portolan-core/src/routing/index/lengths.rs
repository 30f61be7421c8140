//! A set of text lengths: a look-up only tries the lengths that some pattern has, so that a long
//! request costs no more than a short one.

/// The lengths of the patterns of one kind.
#[derive(Debug, Default)]
pub(super) struct Lengths {
    /// Bit `n`: some pattern has `n` bytes.
    short: u64,
    /// Those of 64 bytes and more. Hardly any table has some: a word for them is enough.
    long: Option<Box<Long>>,
}

/// Ascending.
#[derive(Debug, Default)]
struct Long(Vec<usize>);

impl Lengths {
    pub(super) fn insert(&mut self, length: usize) {
        if length < 64 {
            self.short |= 1 << length;
            return;
        }
        let Long(long) = &mut **self.long.get_or_insert_default();
        if let Err(at) = long.binary_search(&length) {
            long.insert(at, length);
        }
    }

    #[inline]
    pub(super) fn contains(&self, length: usize) -> bool {
        match length {
            0..64 => self.short & (1 << length) != 0,
            _ => self.long.as_deref().is_some_and(|Long(long)| long.binary_search(&length).is_ok()),
        }
    }

    /// The lengths below 64: bit `n` for `n`.
    #[inline]
    pub(super) fn short(&self) -> u64 {
        self.short
    }

    /// Those from 64 to `most`, the longest first.
    #[inline]
    pub(super) fn long(&self, most: usize) -> impl Iterator<Item = usize> + '_ {
        let long = self.long.as_deref().map_or(&[][..], |Long(long)| long);
        long.get(..long.partition_point(|&l| l <= most)).unwrap_or_default().iter().rev().copied()
    }

    /// The lengths up to `most`, the longest first.
    pub(super) fn descending(&self, most: usize) -> impl Iterator<Item = usize> + '_ {
        // Bits above `most` are not wanted; 63 - most of them, where there are any.
        let bits = self.short & (u64::MAX >> 63_usize.saturating_sub(most));
        self.long(most).chain(Bits(bits))
    }
}

/// The places of the bits of a word, the highest first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bits(pub u64);

impl Iterator for Bits {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        let place = 63_u32.checked_sub(self.0.leading_zeros())?;
        self.0 &= !(1 << place);
        Some(place as usize)
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
