//! The orders of elections, contests and candidates (facts 8, "Ordering"; DECISIONS 12).
//!
//! A random order is the same for a whole call, whatever is reloaded in between: it is shuffled
//! from a seed made of the contact id and the id of what is ordered. [`OrderSeed`] is therefore a
//! stored format: a known-answer test holds it still.

use std::borrow::Cow;

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::view::{Ballot, Contest, Order, Publication, SortKey};

const LABEL: &[u8] = b"ivr-core/order/v1\0";

/// What the random orders of one call are shuffled from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderSeed([u8; 32]);

impl OrderSeed {
    /// The seed of a call.
    pub fn from_contact_id(contact_id: &str) -> Self {
        Self(Sha256::new().chain_update(LABEL).chain_update(contact_id).finalize().into())
    }

    /// The generator for one list of one entity.
    fn generator(&self, list: List, entity: Uuid) -> ChaCha20Rng {
        let seed = Sha256::new()
            .chain_update(LABEL)
            .chain_update(self.0)
            .chain_update([list as u8])
            .chain_update(entity.as_bytes())
            .finalize();
        ChaCha20Rng::from_seed(seed.into())
    }
}

/// Which list of an entity is shuffled.
#[derive(Debug, Clone, Copy)]
#[repr(u8)]
enum List {
    Elections = 0,
    Contests = 1,
    Candidates = 2,
}

impl Publication {
    /// Sorts elections, given by index, into the order of the event.
    pub fn election_order(
        &self,
        elections: impl IntoIterator<Item = usize>,
        seed: &OrderSeed,
    ) -> Vec<usize> {
        let mut order: Vec<usize> =
            elections.into_iter().filter(|&index| index < self.elections.len()).collect();
        order.sort_unstable();
        order.dedup();
        match self.event.elections_order {
            Order::Random => shuffle(&mut order, seed.generator(List::Elections, self.event.id)),
            fixed => sort_by_key(&mut order, fixed, |index| &self.elections[index].sort),
        }
        order
    }
}

impl Ballot {
    /// The indices of the contests in the order in which they are voted.
    pub fn contest_order(&self, seed: &OrderSeed) -> Cow<'_, [usize]> {
        if self.contests_order != Order::Random {
            return Cow::Borrowed(&self.sorted);
        }
        let mut order = self.sorted.clone();
        shuffle(&mut order, seed.generator(List::Contests, self.election_id));
        Cow::Owned(order)
    }
}

impl Contest {
    /// The indices of the candidates in the order in which they are read. A candidate's number is
    /// its position here plus one.
    pub fn candidate_order(&self, seed: &OrderSeed) -> Cow<'_, [usize]> {
        if self.candidates_order != Order::Random {
            return Cow::Borrowed(&self.sorted);
        }
        let mut order = self.sorted.clone();
        shuffle(&mut order, seed.generator(List::Candidates, self.id));
        Cow::Owned(order)
    }
}

/// The indices of a list in an order that does not depend on the call; as they stand if it does.
pub(super) fn fixed_order<'k>(
    order: Order,
    len: usize,
    key: impl Fn(usize) -> &'k SortKey,
) -> Vec<usize> {
    let mut indices: Vec<usize> = (0..len).collect();
    if order != Order::Random {
        sort_by_key(&mut indices, order, key);
    }
    indices
}

fn sort_by_key<'k>(indices: &mut [usize], order: Order, key: impl Fn(usize) -> &'k SortKey) {
    match order {
        Order::Alphabetical => indices.sort_by(|&a, &b| key(a).text.cmp(&key(b).text)),
        Order::Custom => indices.sort_by_key(|&index| key(index).sort_order),
        Order::Random => {}
    }
}

/// Fisher and Yates. Written out here, because a library may change how it draws.
fn shuffle(items: &mut [usize], mut rng: ChaCha20Rng) {
    for last in (1..items.len()).rev() {
        items.swap(last, below(last as u32 + 1, &mut rng));
    }
}

/// A number below `bound`, each with the same probability: draws of the incomplete last stretch
/// of 32 bits are thrown away.
fn below(bound: u32, rng: &mut ChaCha20Rng) -> usize {
    let end = u32::MAX - (u32::MAX % bound + 1) % bound;
    loop {
        let draw = rng.next_u32();
        if draw <= end {
            return (draw % bound) as usize;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shuffled(contact: &str, list: List, entity: u128, len: usize) -> Vec<usize> {
        let mut items: Vec<usize> = (0..len).collect();
        let seed = OrderSeed::from_contact_id(contact);
        shuffle(&mut items, seed.generator(list, Uuid::from_u128(entity)));
        items
    }

    // Computed by an independent implementation of the construction.
    #[test]
    fn the_same_call_hears_the_same_order_in_every_version() {
        assert_eq!(shuffled("contact", List::Candidates, 1, 10), [5, 1, 9, 6, 7, 0, 3, 2, 4, 8]);
        assert_eq!(shuffled("contact", List::Contests, 1, 10), [9, 1, 7, 4, 5, 6, 2, 8, 0, 3]);
        assert_eq!(shuffled("contact", List::Candidates, 2, 10), [1, 7, 2, 4, 9, 8, 5, 0, 3, 6]);
        assert_eq!(shuffled("another", List::Candidates, 1, 10), [6, 9, 5, 1, 8, 3, 2, 4, 0, 7]);
        assert_eq!(shuffled("contact", List::Elections, 1, 1), [0]);
        assert_eq!(shuffled("contact", List::Elections, 1, 0), [0; 0]);
    }

    #[test]
    fn every_permutation_is_as_likely() {
        const CALLS: usize = 24_000;
        let mut counts = std::collections::HashMap::new();
        for call in 0..CALLS {
            *counts.entry(shuffled(&call.to_string(), List::Candidates, 7, 4)).or_insert(0usize) +=
                1;
        }
        assert_eq!(counts.len(), 24);
        let expected = (CALLS / 24) as f64;
        let chi: f64 = counts.values().map(|&n| (n as f64 - expected).powi(2) / expected).sum();
        // 23 degrees of freedom: above 49.7 once in a thousand; the calls are always the same ones.
        assert!(chi < 49.7, "{chi}");
    }

    #[test]
    fn draws_below_a_bound_reach_all_of_it_and_nothing_else() {
        let mut rng = OrderSeed::from_contact_id("x").generator(List::Elections, Uuid::nil());
        for bound in [1, 2, 3, 99, 1 << 31, u32::MAX] {
            assert!((0..100).all(|_| below(bound, &mut rng) < bound as usize));
        }
        let mut seen: Vec<usize> = (0..500).map(|_| below(6, &mut rng)).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen, [0, 1, 2, 3, 4, 5]);
    }
}
