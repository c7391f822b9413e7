//! [`Secret`]: a value that prints nothing and leaves no copy behind.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A credential, a token, a key: readable only by asking for it, erased when dropped.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret<T: Erase>(T);

/// What can be overwritten with zeroes where it lies, spare room included.
///
/// Like `zeroize`, whose barrier keeps the compiler from leaving the writes out; but written in
/// blocks, not byte by byte: every turn erases some ten kilobytes of tokens and rows.
pub trait Erase {
    /// Overwrites the value.
    fn erase(&mut self);
}

impl Erase for [u8] {
    fn erase(&mut self) {
        self.fill(0);
        zeroize::optimization_barrier(self);
    }
}

impl<const N: usize> Erase for [u8; N] {
    fn erase(&mut self) {
        self.as_mut_slice().erase();
    }
}

impl Erase for Vec<u8> {
    fn erase(&mut self) {
        // Room that is there is only filled: nothing moves, so nothing stays behind.
        self.clear();
        self.resize(self.capacity(), 0);
        zeroize::optimization_barrier(self.as_slice());
        self.clear();
    }
}

impl Erase for String {
    fn erase(&mut self) {
        std::mem::take(self).into_bytes().erase();
    }
}

impl<T: Erase> Secret<T> {
    /// Takes a value into custody.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself; every call site is a place to look at twice.
    pub fn expose(&self) -> &T {
        &self.0
    }

    /// The value itself, to be changed where it lies.
    pub(crate) fn expose_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Erase> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.erase();
    }
}

impl<T: Erase> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_erased_is_zero_and_lies_where_it_lay() {
        let mut bytes = b"0123456789".to_vec();
        bytes.truncate(4);
        let room = bytes.capacity();
        bytes.erase();
        assert_eq!((bytes.len(), bytes.capacity()), (0, room), "the same room, nothing in it");
        let mut key = [7; 32];
        key.erase();
        assert_eq!(key, [0; 32]);
        let mut pin = String::from("4711");
        pin.erase();
        assert!(pin.is_empty());
    }

    #[test]
    fn debug_is_silent() {
        let secret = Secret::new(String::from("4711"));
        assert_eq!(
            format!("{secret:?} {:#?}", Some(&secret)),
            "Secret(…) Some(\n    Secret(…),\n)"
        );
    }
}
