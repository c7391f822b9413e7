//! For whoever writes an edit: the anchor of a line, ready to be pasted.

use std::path::Path;

use crate::checkout::Checkout;
use crate::error::Error;
use crate::text::{blob_id, line_hash, lines, window_hash};

/// The first lines of an edit at this line of an unedited file.
///
/// # Errors
/// [`Error::Refused`] if there is no such line.
pub fn anchor(checkout: &Checkout, file: &Path, line: usize) -> Result<String, Error> {
    let refused = |reason: &str| Error::Refused(vec![format!("{}: {reason}", file.display())]);
    let content = checkout.current(file)?.ok_or_else(|| refused("is not there"))?;
    let text = std::str::from_utf8(&content).map_err(|_| refused("is not UTF-8"))?;
    let text = lines(text);
    let no_line = || refused("has no such line");
    let line_sha256 = line_hash(&text, line).ok_or_else(no_line)?;
    let window_sha256 = window_hash(&text, line).ok_or_else(no_line)?;
    Ok(format!(
        "  - file: {}\n    blob: {}\n    line: {line}\n    line_sha256: {line_sha256}\n    window_sha256: {window_sha256}\n",
        file.display(),
        blob_id(&content),
    ))
}
