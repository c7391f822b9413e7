//! Sealing ballots, beside the group operations no sealing can do without.
//!
//! `baseline` uses plain curve25519-dalek and ed25519-dalek for exactly this: for each ciphertext the search
//! for the plaintext's element, one multiple of the election key, two of the basepoint and three
//! compressions; for a signed ballot a key and a signature. No hashing of ballots, no base64, no JSON.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::hint::black_box;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use curve25519_dalek::ristretto::{CompressedRistretto, RistrettoPoint};
use curve25519_dalek::scalar::Scalar;
use ed25519_dalek::{Signer, SigningKey};
use ivr_ballot::{BallotKind, ContestChoice, Style};
use rand_chacha::ChaCha20Rng;
use support::{choice, contest, date, prepare, rng, style};

const CANDIDATES: usize = 20;
/// Fifteen contests of three votes for twenty candidates are 199 of the 232 bits of one ciphertext.
const MAX_VOTES: i64 = 3;

fn set_up(kind: BallotKind, signed: bool, contests: usize) -> (Style, Vec<ContestChoice>) {
    let all = (0..contests).map(|index| contest(index, CANDIDATES, MAX_VOTES)).collect();
    let choices = (0..contests).map(|index| choice(index, &chosen(index))).collect();
    (prepare(style(kind, signed, all)), choices)
}

fn encode(plaintext: &[u8; 30]) -> RistrettoPoint {
    let mut candidate = CompressedRistretto([0; 32]);
    candidate.0[1..31].copy_from_slice(plaintext);
    for first in (0..=254).step_by(2) {
        candidate.0[0] = first;
        if let Some(point) = candidate.decompress() {
            return point;
        }
    }
    unreachable!("one in four decompresses")
}

fn baseline(
    key: &RistrettoPoint,
    plaintexts: &[[u8; 30]],
    signed: Option<&[u8]>,
    rng: &mut ChaCha20Rng,
) {
    for plaintext in plaintexts {
        let (exponent, nonce) = (Scalar::random(rng), Scalar::random(rng));
        let mhr = encode(plaintext) + exponent * key;
        let gr = RistrettoPoint::mul_base(&exponent);
        let commitment = RistrettoPoint::mul_base(&nonce);
        black_box((mhr.compress(), gr.compress(), commitment.compress()));
    }
    if let Some(message) = signed {
        let key = SigningKey::generate(rng);
        black_box(key.sign(message));
    }
}

/// The candidates chosen in a contest, ascending.
fn chosen(contest: usize) -> [usize; 2] {
    let mut chosen = [contest % CANDIDATES, (contest + 7) % CANDIDATES];
    chosen.sort_unstable();
    chosen
}

/// The very plaintexts that are sealed, so that both searches take the same number of tries.
fn plaintexts(kind: BallotKind, contests: usize) -> Vec<[u8; 30]> {
    match kind {
        BallotKind::SingleContest => (0..contests)
            .map(|contest| {
                let mut digits = vec![0; 1 + CANDIDATES];
                for candidate in chosen(contest) {
                    digits[1 + candidate] = 1;
                }
                plaintext(&digits, 2)
            })
            .collect(),
        BallotKind::MultipleContests => {
            let digits: Vec<u8> = (0..contests)
                .flat_map(|contest| {
                    let [first, second] = chosen(contest).map(|candidate| candidate as u8 + 1);
                    [first, second, 0]
                })
                .collect();
            // The flag in front is 0 and has base 2.
            let mut all = plaintext(&digits, CANDIDATES as u16 + 1);
            double(&mut all);
            vec![all]
        }
    }
}

/// Digits of one base, least significant first, as a length and little-endian bytes.
fn plaintext(digits: &[u8], base: u16) -> [u8; 30] {
    let mut bytes = [0; 30];
    for digit in digits.iter().rev() {
        multiply_add(&mut bytes, base, *digit);
    }
    bytes
}

fn double(bytes: &mut [u8; 30]) {
    multiply_add(bytes, 2, 0);
}

fn multiply_add(bytes: &mut [u8; 30], factor: u16, summand: u8) {
    let mut carry = u16::from(summand);
    for byte in &mut bytes[1..] {
        carry += u16::from(*byte) * factor;
        *byte = carry as u8;
        carry >>= 8;
    }
    let last = bytes[1..].iter().rposition(|byte| *byte != 0);
    bytes[0] = last.map_or(1, |last| last as u8 + 1);
}

fn seal(criterion: &mut Criterion) {
    let key: [u8; 32] = STANDARD_NO_PAD.decode(support::PUBLIC_KEY).unwrap().try_into().unwrap();
    let key = CompressedRistretto(key).decompress().unwrap();
    for (kind, kind_name) in
        [(BallotKind::SingleContest, "single"), (BallotKind::MultipleContests, "multi")]
    {
        for signed in [false, true] {
            let signing = if signed { "signed" } else { "unsigned" };
            let mut group = criterion.benchmark_group(format!("{kind_name}/{signing}"));
            for contests in [1, 3, 10, 15] {
                let (style, choices) = set_up(kind, signed, contests);
                let content = style.seal(&choices, date(), &mut rng(1)).unwrap().content;
                group.bench_function(BenchmarkId::new("seal", contests), |bencher| {
                    let mut rng = rng(1);
                    bencher.iter(|| style.seal(black_box(&choices), date(), &mut rng));
                });
                let plaintexts = plaintexts(kind, contests);
                let message = signed.then_some(content.as_bytes());
                group.bench_function(BenchmarkId::new("baseline", contests), |bencher| {
                    let mut rng = rng(1);
                    bencher.iter(|| baseline(&key, black_box(&plaintexts), message, &mut rng));
                });
            }
            group.finish();
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2));
    targets = seal
}
criterion_main!(benches);
