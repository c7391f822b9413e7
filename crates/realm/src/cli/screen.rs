//! Standard output: results.

use std::io::Write as _;

/// One line; a reader that has gone away is no reason to fail.
pub(super) fn line(text: &str) {
    drop(writeln!(std::io::stdout().lock(), "{text}"));
}
