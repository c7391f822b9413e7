//! Thirty bytes: what a ciphertext carries.
//!
//! `[length] || little-endian digits || zeros`; the length is the smallest that holds the number, and at
//! least one.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::integer::Integer;

/// The most bytes a number may take.
pub(crate) const CAPACITY_BYTES: usize = 29;
/// The most bits a number may take.
pub(crate) const CAPACITY_BITS: u32 = CAPACITY_BYTES as u32 * 8;

/// The bytes that become a group element. They are the vote: wiped and never shown.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Plaintext(pub(crate) [u8; 30]);

impl fmt::Debug for Plaintext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Plaintext(..)")
    }
}

impl Plaintext {
    /// The mixed-radix number of `values` over `bases`, first slot least significant; `None` when it takes
    /// more than 29 bytes.
    pub(crate) fn from_digits(values: &[u64], bases: &[u64]) -> Option<Self> {
        debug_assert_eq!(values.len(), bases.len());
        let mut number = Integer::ZERO;
        for (value, base) in values.iter().zip(bases).rev() {
            number = number.mul_add(*base, *value)?;
        }
        Self::from_integer(&number)
    }

    fn from_integer(number: &Integer) -> Option<Self> {
        let length = number.bits().div_ceil(8).max(1) as usize;
        if length > CAPACITY_BYTES {
            return None;
        }
        let mut digits = number.to_le_bytes();
        let mut bytes = [0; 30];
        bytes[0] = length as u8;
        bytes[1..=length].copy_from_slice(&digits[..length]);
        digits.zeroize();
        let plaintext = Self(bytes);
        bytes.zeroize();
        Some(plaintext)
    }

    /// The number inside, or `None` when the length byte says more than there is.
    #[cfg(feature = "tally")]
    pub(crate) fn to_integer(&self) -> Option<Integer> {
        let length = usize::from(self.0[0]);
        if length > CAPACITY_BYTES {
            return None;
        }
        Some(Integer::from_le_bytes(&self.0[1..=length]))
    }
}
