//! Standard error: progress and failures.

/// One line.
#[expect(clippy::print_stderr, reason = "progress is for the person who waits, not for a pipe")]
pub(super) fn line(text: &str) {
    eprintln!("{text}");
}
