//! One file's edits, put together: anchors held against the pinned text, and the text with them.
//!
//! Every edit names a line of the *pinned* version, whichever others there are, so the order of
//! edit sets does not matter, and they are made from the last line to the first.

use std::collections::BTreeMap;

use crate::edits::{Edit, Operation, Span};
use crate::text::{bare, line_hash, lines, window_hash};

/// What of an anchor does not hold in this text, in words; nothing if it holds.
pub fn drift(text: &[&str], edit: &Edit) -> Option<String> {
    if line_hash(text, edit.line).is_none() {
        return Some(format!("has {} lines only", text.len()));
    }
    if line_hash(text, edit.line).as_ref() != Some(&edit.line_sha256) {
        return Some("the line is another".to_owned());
    }
    if window_hash(text, edit.line).as_ref() != Some(&edit.window_sha256) {
        return Some("the line is the same, its neighbours are others".to_owned());
    }
    None
}

/// The text with all edits, or what is wrong with each that cannot be made.
pub fn compose(pinned: &str, edits: &[&Edit]) -> Result<String, Vec<String>> {
    let text = lines(pinned);
    let mut problems = Vec::new();
    let mut by_line: BTreeMap<usize, Vec<&Edit>> = BTreeMap::new();
    for edit in edits {
        match drift(&text, edit) {
            Some(reason) => problems.push(format!("line {}: {reason}", edit.line)),
            None => by_line.entry(edit.line).or_default().push(edit),
        }
    }
    let mut made: Vec<String> = text.iter().map(|&line| line.to_owned()).collect();
    for (&number, edits) in &by_line {
        match one_line(text[number - 1], edits) {
            Ok(line) => made[number - 1] = line,
            Err(reason) => problems.push(format!("line {number}: {reason}")),
        }
    }
    if problems.is_empty() { Ok(made.concat()) } else { Err(problems) }
}

/// What stands in the place of one line.
fn one_line(line: &str, edits: &[&Edit]) -> Result<String, String> {
    let deletions = edits.iter().filter(|edit| matches!(edit.operation, Operation::Delete));
    let spans: Vec<&Span> = edits
        .iter()
        .filter_map(|edit| match &edit.operation {
            Operation::ReplaceSpan(span) => Some(span),
            Operation::InsertAfter(..) | Operation::Delete => None,
        })
        .collect();
    let kept = match (deletions.count(), spans.is_empty()) {
        (0, true) => line.to_owned(),
        (0, false) => with_spans(line, spans)?,
        (1, true) => String::new(),
        _ => return Err("is deleted and changed, or deleted twice".to_owned()),
    };
    let mut out = kept;
    for edit in edits {
        if let Operation::InsertAfter(ours, indent) = &edit.operation {
            if !out.is_empty() && !out.ends_with('\n') {
                out.push('\n');
            }
            out.push_str(&indented(line, ours, *indent));
        }
    }
    Ok(out)
}

fn with_spans(line: &str, mut spans: Vec<&Span>) -> Result<String, String> {
    spans.sort_by_key(|span| span.from);
    let end = bare(line).trim_end_matches('\r').chars().count() + 1;
    let mut free = 1;
    for span in &spans {
        if span.from < free || span.to < span.from || span.to > end {
            return Err(format!("columns {}..{} overlap or are not there", span.from, span.to));
        }
        // Two insertions in one column would depend on the order of edit sets.
        free = span.to.max(span.from + 1);
    }
    let mut made = line.to_owned();
    for span in spans.iter().rev() {
        made.replace_range(byte_of(line, span.from)..byte_of(line, span.to), &span.with);
    }
    Ok(made)
}

/// The byte at which a column begins.
fn byte_of(line: &str, column: usize) -> usize {
    line.char_indices().nth(column - 1).map_or(line.len(), |(byte, _)| byte)
}

/// Our lines with the line end of the line that they follow and, unless another is given, its
/// indentation.
fn indented(anchor: &str, ours: &str, indent: Option<usize>) -> String {
    let blank = |letter: &char| matches!(letter, ' ' | '\t');
    let indent: String = match indent {
        Some(spaces) => " ".repeat(spaces),
        None => bare(anchor).chars().take_while(blank).collect(),
    };
    let end = if anchor.ends_with("\r\n") { "\r\n" } else { "\n" };
    let line =
        |line: &str| if line.is_empty() { end.to_owned() } else { format!("{indent}{line}{end}") };
    ours.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(text: &str, line: usize, operation: Operation) -> Edit {
        let text = lines(text);
        Edit {
            file: "a".into(),
            blob: String::new(),
            line,
            line_sha256: line_hash(&text, line).unwrap(),
            window_sha256: window_hash(&text, line).unwrap(),
            operation,
        }
    }

    fn insert(text: &str, line: usize, ours: &str) -> Edit {
        edit(text, line, Operation::InsertAfter(ours.to_owned(), None))
    }

    fn span(text: &str, line: usize, from: usize, to: usize, with: &str) -> Edit {
        edit(text, line, Operation::ReplaceSpan(Span { from, to, with: with.to_owned() }))
    }

    #[test]
    fn insertions_take_the_indentation_of_their_anchor() {
        let text = "a {\n    b\n}\n";
        let made = compose(text, &[&insert(text, 2, "c\n\n  d\n")]).unwrap();
        assert_eq!(made, "a {\n    b\n    c\n\n      d\n}\n");
    }

    #[test]
    fn an_indentation_can_be_given() {
        let text = "a\n        b\nc\n";
        let ours = edit(text, 2, Operation::InsertAfter("x\n  y".to_owned(), Some(2)));
        assert_eq!(compose(text, &[&ours]).unwrap(), "a\n        b\n  x\n    y\nc\n");
    }

    #[test]
    fn insertions_take_the_line_end_of_their_anchor() {
        let text = "a\r\nb\r\n";
        assert_eq!(compose(text, &[&insert(text, 1, "x")]).unwrap(), "a\r\nx\r\nb\r\n");
        let open = "a";
        assert_eq!(compose(open, &[&insert(open, 1, "x")]).unwrap(), "a\nx\n");
    }

    #[test]
    fn every_edit_counts_lines_of_the_pinned_version() {
        let text = "1\n2\n3\n4\n";
        let edits =
            [insert(text, 1, "x\ny"), edit(text, 2, Operation::Delete), insert(text, 4, "z")];
        let forward: Vec<&Edit> = edits.iter().collect();
        let backward: Vec<&Edit> = edits.iter().rev().collect();
        assert_eq!(compose(text, &forward).unwrap(), "1\nx\ny\n3\n4\nz\n");
        assert_eq!(compose(text, &backward), compose(text, &forward));
    }

    #[test]
    fn columns_are_characters() {
        let text = "é=à;\n";
        let made = compose(text, &[&span(text, 1, 3, 4, "f(à)"), &span(text, 1, 1, 1, "let ")]);
        assert_eq!(made.unwrap(), "let é=f(à);\n");
    }

    #[test]
    fn spans_that_overlap_or_leave_the_line_are_refused() {
        let text = "abcdef\r\n";
        for edits in [
            [span(text, 1, 1, 4, "x"), span(text, 1, 3, 5, "y")],
            [span(text, 1, 1, 1, "x"), span(text, 1, 1, 1, "y")],
            [span(text, 1, 7, 8, "x"), span(text, 1, 1, 2, "y")],
            [span(text, 1, 3, 2, "x"), span(text, 1, 5, 6, "y")],
        ] {
            assert!(compose(text, &[&edits[0], &edits[1]]).is_err(), "{edits:?}");
        }
    }

    #[test]
    fn a_line_is_not_deleted_and_changed() {
        let text = "abc\n";
        let gone = edit(text, 1, Operation::Delete);
        assert!(compose(text, &[&gone, &span(text, 1, 1, 2, "x")]).is_err());
        assert!(compose(text, &[&gone, &gone]).is_err());
        assert_eq!(compose(text, &[&gone, &insert(text, 1, "x")]).unwrap(), "x\n");
    }

    #[test]
    fn a_drifted_anchor_says_how() {
        let pinned = "1\n2\n3\n4\n5\n";
        let anchor = insert(pinned, 3, "x");
        for (text, words) in [
            ("1\n2\nthree\n4\n5\n", "the line is another"),
            ("1\ntwo\n3\n4\n5\n", "neighbours"),
            ("1\n", "has 1 lines"),
        ] {
            let said = drift(&lines(text), &anchor).unwrap();
            assert!(said.contains(words), "{said}");
        }
        assert_eq!(drift(&lines(pinned), &anchor), None);
    }
}
