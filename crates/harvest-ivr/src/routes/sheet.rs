//! CSV that a spreadsheet shows and does not run (DECISIONS 70).

use std::borrow::Cow;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use csv::{QuoteStyle, Terminator, WriterBuilder};

use super::refusal::Refusal;

/// A file; quoted throughout, so that no separator of any country ends a cell.
pub(super) struct Sheet {
    name: &'static str,
    writer: csv::Writer<Vec<u8>>,
}

impl Sheet {
    pub(super) fn new(name: &'static str, columns: &[&str]) -> Result<Self, Refusal> {
        let writer = WriterBuilder::new()
            .quote_style(QuoteStyle::Always)
            .terminator(Terminator::CRLF)
            .from_writer(Vec::new());
        let mut sheet = Self { name, writer };
        sheet.row(columns.iter().map(|column| (*column).to_owned()))?;
        Ok(sheet)
    }

    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) -> Result<(), Refusal> {
        let cells: Vec<_> = cells.into_iter().map(|cell| harmless(&cell).into_owned()).collect();
        // Into memory: it cannot fail.
        self.writer.write_record(cells).map_err(|_| Refusal::Internal)
    }

    pub(super) fn finish(self) -> Result<Response, Refusal> {
        let body = self.writer.into_inner().map_err(|_| Refusal::Internal)?;
        let name = format!("attachment; filename=\"{}\"", self.name);
        let name = HeaderValue::from_str(&name).map_err(|_| Refusal::Internal)?;
        let kind = HeaderValue::from_static("text/csv; charset=utf-8; header=present");
        let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)];
        Ok((headers, body).into_response())
    }
}

/// A cell that a spreadsheet could take for a formula gets an apostrophe before it. So does one that
/// hides the sign behind blanks, or writes it in the wide form of East Asian keyboards.
fn harmless(cell: &str) -> Cow<'_, str> {
    let runs = |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    let breaks = |c: char| matches!(c, '\t' | '\r' | '\n');
    match cell.starts_with(breaks) || cell.trim_start().starts_with(runs) {
        true => Cow::Owned(format!("'{cell}")),
        false => Cow::Borrowed(cell),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_a_formula_is_text() {
        for cell in [
            "=1+1",
            "+1",
            "-1",
            "@A1",
            "\t=1",
            "\r=1",
            "\n1",
            " =1",
            "＝1",
            "\u{a0}=1",
            "+",
            "=HYPERLINK(\"http://a\")",
        ] {
            assert_eq!(harmless(cell), format!("'{cell}"), "{cell:?}");
        }
        for cell in ["", "1", "a=1", "'=1", "withheld", "2026-05-01T10:00:00Z", "1-2"] {
            assert_eq!(harmless(cell), cell, "{cell:?}");
        }
    }

    #[test]
    fn every_cell_comes_back_as_it_was_after_the_apostrophe() {
        let cells = ["a,b", "a;b", "a\tb", "say \"x\"", "two\r\nlines", "=1,\"2\"", "", "é"];
        let mut sheet = Sheet::new("s.csv", &["a", "b", "c", "d", "e", "f", "g", "h"]).unwrap();
        sheet.row(cells.map(str::to_owned)).unwrap();
        let bytes = sheet.writer.into_inner().unwrap();
        assert!(bytes.ends_with(b"\r\n"));
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let row = reader.records().next().unwrap().unwrap();
        let expected: Vec<_> = cells.map(|cell| harmless(cell).into_owned()).to_vec();
        assert_eq!(row.iter().collect::<Vec<_>>(), expected);
    }
}
