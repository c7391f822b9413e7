//! [`Paper`]: text for people, broken into lines of a readable width.

use std::io::{self, IsTerminal, Write};

/// Widest text that is still easy to read.
const WIDEST: usize = 88;
/// Narrower than this, lines are broken by the terminal.
const NARROWEST: usize = 40;

/// Where text for people goes.
pub(crate) struct Paper<W> {
    out: W,
    width: usize,
    styled: bool,
}

impl Paper<io::StdoutLock<'static>> {
    /// Standard output: as wide as the terminal, styled only on one.
    pub(crate) fn stdout() -> Self {
        let out = io::stdout().lock();
        let columns = terminal_size::terminal_size_of(&out).map(|(width, _)| width.0.into());
        let styled = out.is_terminal() && std::env::var_os("NO_COLOR").is_none();
        Self { out, width: columns.unwrap_or(WIDEST).clamp(NARROWEST, WIDEST), styled }
    }
}

impl<W: Write> Paper<W> {
    /// Anywhere else, without style.
    #[cfg(test)]
    pub(crate) fn plain(out: W, width: usize) -> Self {
        Self { out, width, styled: false }
    }

    /// Ends a line, or writes an empty one.
    pub(crate) fn blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    /// A line that stands out.
    pub(crate) fn heading(&mut self, text: &str) -> io::Result<()> {
        if self.styled {
            writeln!(self.out, "\x1b[1m{text}\x1b[0m")
        } else {
            writeln!(self.out, "{text}")
        }
    }

    /// A line that stands back.
    pub(crate) fn aside(&mut self, text: &str) -> io::Result<()> {
        if self.styled {
            writeln!(self.out, "\x1b[2m{text}\x1b[0m")
        } else {
            writeln!(self.out, "{text}")
        }
    }

    /// A line as it is.
    pub(crate) fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{text}")
    }

    /// A paragraph, broken between words, every line after `indent`.
    pub(crate) fn paragraph(&mut self, indent: &str, text: &str) -> io::Result<()> {
        let room = self.width.saturating_sub(indent.chars().count()).max(20);
        let mut line = String::new();
        for word in text.split_whitespace() {
            let needed = line.chars().count() + 1 + word.chars().count();
            if !line.is_empty() && needed > room {
                writeln!(self.out, "{indent}{line}")?;
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        if line.is_empty() { Ok(()) } else { writeln!(self.out, "{indent}{line}") }
    }

    /// Everything so far is to be seen.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_broken_between_words() {
        let mut out = Vec::new();
        let mut paper = Paper::plain(&mut out, 24);
        paper
            .paragraph("  ", "For Élise Tremblay, press one. Averylongwordthatdoesnotfit.")
            .unwrap();
        paper.paragraph("  ", " ").unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "  For Élise Tremblay,\n  press one.\n  Averylongwordthatdoesnotfit.\n");
    }
}
