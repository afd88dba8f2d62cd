//! Dice for shuffling. Decisions are pure, so every throw follows from the seed alone.

use uuid::Uuid;

/// SplitMix64 (Steele, Lea, Flood 2014).
pub(super) struct Dice(u64);

impl Dice {
    /// Dice that fall the same way for the same seed.
    pub(super) fn new(seed: Uuid) -> Self {
        let (high, low) = seed.as_u64_pair();
        Self(high ^ low.rotate_left(32))
    }

    /// A number below `n`; 0 where `n` is 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n.max(1) as u64) as usize
    }

    /// Puts `things` into a drawn order (Fisher–Yates).
    pub(super) fn shuffle<T>(&mut self, things: &mut [T]) {
        for i in (1..things.len()).rev() {
            things.swap(i, self.below(i + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_falls_the_same_way() {
        let throws = |seed| {
            let mut dice = Dice::new(Uuid::from_u128(seed));
            [(); 20].map(|()| dice.below(1_000))
        };
        assert_eq!(throws(1), throws(1));
        assert_ne!(throws(1), throws(2));
    }

    #[test]
    fn every_side_comes_up_about_as_often() {
        let mut dice = Dice::new(Uuid::from_u128(7));
        let mut count = [0; 6];
        (0..6_000).for_each(|_| count[dice.below(6)] += 1);
        assert!(count.iter().all(|n| (850..1_150).contains(n)), "{count:?}");
        assert_eq!(dice.below(0), 0);
    }
}
