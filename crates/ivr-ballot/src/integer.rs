//! A 256-bit unsigned integer with the three operations a mixed-radix number needs.

use zeroize::{Zeroize, ZeroizeOnDrop};

/// Little-endian limbs. It holds choices, so it is wiped and never shown.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Integer([u64; 4]);

impl Integer {
    pub(crate) const ZERO: Self = Self([0; 4]);
    pub(crate) const ONE: Self = Self([1, 0, 0, 0]);

    /// `self * factor + summand`, or `None` beyond 256 bits.
    #[must_use]
    pub(crate) fn mul_add(&self, factor: u64, summand: u64) -> Option<Self> {
        let mut product = Self::ZERO;
        let mut carry = u128::from(summand);
        for (limb, result) in self.0.iter().zip(&mut product.0) {
            carry += u128::from(*limb) * u128::from(factor);
            *result = carry as u64;
            carry >>= 64;
        }
        (carry == 0).then_some(product)
    }

    /// Divides in place and gives the remainder. A zero divisor gives `None`.
    #[cfg(any(feature = "tally", test))]
    pub(crate) fn div_rem(&mut self, divisor: u64) -> Option<u64> {
        let divisor = u128::from(divisor);
        let mut remainder = 0u128;
        for limb in self.0.iter_mut().rev() {
            let dividend = (remainder << 64) | u128::from(*limb);
            *limb = dividend.checked_div(divisor)? as u64;
            remainder = dividend % divisor;
        }
        Some(remainder as u64)
    }

    #[cfg(feature = "tally")]
    #[must_use]
    pub(crate) fn is_zero(&self) -> bool {
        self.0 == [0; 4]
    }

    /// The smallest number of bits that holds the value.
    #[must_use]
    pub(crate) fn bits(&self) -> u32 {
        (0..4)
            .rev()
            .find(|&index| self.0[index] != 0)
            .map_or(0, |index| (index as u32 + 1) * 64 - self.0[index].leading_zeros())
    }

    #[must_use]
    pub(crate) fn to_le_bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (chunk, limb) in bytes.chunks_exact_mut(8).zip(&self.0) {
            chunk.copy_from_slice(&limb.to_le_bytes());
        }
        bytes
    }

    /// From at most 32 little-endian bytes; any beyond are ignored.
    #[cfg(feature = "tally")]
    #[must_use]
    pub(crate) fn from_le_bytes(bytes: &[u8]) -> Self {
        let mut value = Self::ZERO;
        for (index, byte) in bytes.iter().take(32).enumerate() {
            value.0[index / 8] |= u64::from(*byte) << (8 * (index % 8));
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::Integer;

    #[test]
    fn division_undoes_multiplication_across_limbs() {
        let mut value = Integer::ONE;
        for step in 0..8 {
            value = value.mul_add(1_000_000_007, step).expect("stays below 2^256");
        }
        assert!(value.mul_add(1, 0).is_some());
        for step in (0..8).rev() {
            assert_eq!(value.div_rem(1_000_000_007), Some(step));
        }
        assert!(value == Integer::ONE);
    }

    #[test]
    fn more_than_256_bits_is_none_and_so_is_a_zero_divisor() {
        let mut value = Integer::ONE;
        for _ in 0..3 {
            value = value.mul_add(u64::MAX, 0).expect("below 2^192");
        }
        assert_eq!(value.bits(), 192);
        value = value.mul_add(u64::MAX, 0).expect("below 2^256");
        assert!(value.mul_add(2, 0).is_none());
        assert_eq!(value.div_rem(0), None);
    }
}
