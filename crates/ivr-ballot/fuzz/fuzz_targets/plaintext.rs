//! Any thirty bytes as a decrypted choice, under a ballot style of each kind.

#![no_main]

use std::sync::LazyLock;

use ivr_ballot::style::BallotStyle;
use ivr_ballot::tally::decode_plaintext;
use ivr_ballot::{KeyTables, Style};
use libfuzzer_sys::fuzz_target;

static STYLES: LazyLock<Vec<Style>> = LazyLock::new(|| {
    let keys = &mut KeyTables::new();
    let text = include_str!("../../../../tests/fixtures/vectors/ballot_vectors.json");
    let vectors: serde_json::Value = serde_json::from_str(text).expect("the vectors are JSON");
    vectors["cases"]
        .as_array()
        .expect("a list of cases")
        .iter()
        .map(|case| BallotStyle::from_value(&case["ballot_style"]).expect("a ballot style"))
        .map(|style| Style::prepare_for_any_channel(style, keys).expect("a sound ballot style"))
        .collect()
});

fuzz_target!(|input: (u8, [u8; 30])| {
    let (style, bytes) = input;
    let _ = decode_plaintext(&STYLES[usize::from(style) % STYLES.len()], &bytes);
});
