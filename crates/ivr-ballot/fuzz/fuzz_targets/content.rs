//! Any text as a cast ballot: it is refused or it is sound, and never stops the process.

#![no_main]

use ivr_ballot::{BallotKind, verify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|content: &str| {
    for kind in [BallotKind::SingleContest, BallotKind::MultipleContests] {
        let stated = match verify::verify("", content, "", kind) {
            Err(verify::VerifyError::BallotIdMismatch { computed, .. }) => computed,
            _ => continue,
        };
        let _ = verify::verify(&stated, content, "", kind);
    }
});
