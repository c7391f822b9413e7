//! Lines, their hashes, and git's name for a content.

use sha1::Sha1;
use sha2::{Digest as _, Sha256};

/// How many lines on each side of the anchor belong to its window.
const REACH: usize = 2;

/// The lines of a text with their line ends; a last line without one is a line.
pub fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// A line without its line feed. A carriage return stays: it is part of what is anchored.
pub fn bare(line: &str) -> &str {
    line.strip_suffix('\n').unwrap_or(line)
}

/// SHA-256 of the line with this number, counted from 1, without its line feed.
pub fn line_hash(lines: &[&str], number: usize) -> Option<String> {
    let line = lines.get(number.checked_sub(1)?)?;
    Some(hex::encode(Sha256::digest(bare(line))))
}

/// SHA-256 of the line and up to two on each side, joined by line feeds.
pub fn window_hash(lines: &[&str], number: usize) -> Option<String> {
    let at = number.checked_sub(1).filter(|at| *at < lines.len())?;
    let window = &lines[at.saturating_sub(REACH)..lines.len().min(at + REACH + 1)];
    let joined = window.iter().map(|line| bare(line)).collect::<Vec<_>>().join("\n");
    Some(hex::encode(Sha256::digest(joined)))
}

/// The id under which git stores this content.
pub fn blob_id(content: &[u8]) -> String {
    let mut hash = Sha1::new();
    hash.update(format!("blob {}\0", content.len()));
    hash.update(content);
    hex::encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blob_ids_are_gits() {
        // `git hash-object` of nothing, and of "hello\n".
        assert_eq!(blob_id(b""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
        assert_eq!(blob_id(b"hello\n"), "ce013625030ba8dba906f756967f9e9ca394464a");
    }

    #[test]
    fn a_window_ends_where_the_file_ends() {
        let text = "a\nb\nc\n";
        let lines = lines(text);
        let whole = hex::encode(Sha256::digest("a\nb\nc"));
        assert_eq!(window_hash(&lines, 1), Some(whole.clone()));
        assert_eq!(window_hash(&lines, 2), Some(whole));
        assert_eq!(window_hash(&lines, 4), None);
        assert_eq!(window_hash(&lines, 0), None);
    }

    #[test]
    fn a_carriage_return_is_part_of_the_line() {
        assert_ne!(line_hash(&lines("a\r\n"), 1), line_hash(&lines("a\n"), 1));
    }
}
