//! Any text as a ballot style: read, written, read again, prepared.

#![no_main]

use ivr_ballot::style::BallotStyle;
use ivr_ballot::{KeyTables, Style};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(style) = BallotStyle::from_json(text) else {
        return;
    };
    let written = serde_json::to_string(&style).expect("a ballot style becomes JSON");
    assert!(BallotStyle::from_json(&written).expect("and is read again") == style);
    if let Ok(style) = Style::prepare_for_any_channel(style, &mut KeyTables::new()) {
        assert_eq!(style.hash().len(), 64);
        let _ = style.telephone_defects();
    }
});
