//! Where a caller's keys come from: a script, standard input, a person.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};

use anyhow::Context as _;

use super::keys::Token;
use super::line::AnswerLine;

/// Where keys come from.
pub(crate) trait Keypad {
    /// What the caller does on this turn; `None` when nothing more will come: that hangs up.
    fn next(&mut self, asked: &AnswerLine) -> anyhow::Result<Option<Token>>;

    /// What was never pressed because the call was over.
    fn left_over(&mut self) -> anyhow::Result<Vec<String>>;
}

/// The tokens of `--keys`.
pub(crate) struct Script(VecDeque<Token>);

impl Script {
    /// Reads the tokens of a flag.
    pub(crate) fn read(text: &str) -> anyhow::Result<Self> {
        let tokens = text.split_whitespace().enumerate().map(|(i, token)| {
            token.parse::<Token>().with_context(|| format!("--keys: token {}", i + 1))
        });
        tokens.collect::<Result<_, _>>().map(Self)
    }
}

impl Keypad for Script {
    fn next(&mut self, _asked: &AnswerLine) -> anyhow::Result<Option<Token>> {
        Ok(self.0.pop_front())
    }

    fn left_over(&mut self) -> anyhow::Result<Vec<String>> {
        Ok(self.0.drain(..).map(|token| token.to_string()).collect())
    }
}

/// One token a line.
pub(crate) struct Lines<R> {
    input: BufReader<R>,
    line: usize,
}

impl<R: Read> Lines<R> {
    /// Reads from here.
    pub(crate) fn new(input: R) -> Self {
        Self { input: BufReader::with_capacity(64 * 1024, input), line: 0 }
    }

    fn token(&mut self) -> anyhow::Result<Option<Token>> {
        let Some(line) = read_line(&mut self.input).context("standard input")? else {
            return Ok(None);
        };
        self.line += 1;
        let token = line.trim().parse();
        token.map(Some).with_context(|| format!("standard input: line {}", self.line))
    }
}

impl<R: Read> Keypad for Lines<R> {
    fn next(&mut self, _asked: &AnswerLine) -> anyhow::Result<Option<Token>> {
        self.token()
    }

    /// What has arrived and was not used. Nothing more is waited for: whoever writes it may be
    /// waiting for the end of the call.
    fn left_over(&mut self) -> anyhow::Result<Vec<String>> {
        let rest = String::from_utf8_lossy(self.input.buffer());
        let lines = rest.lines().map(str::trim);
        Ok(lines.map(|line| if line.is_empty() { "-" } else { line }.to_owned()).collect())
    }
}

/// A person at a terminal, who is asked again after a slip.
pub(crate) struct Person<R, W> {
    input: R,
    prompt: W,
}

impl<R: BufRead, W: Write> Person<R, W> {
    /// Reads from a terminal and prompts on one.
    pub(crate) fn new(input: R, prompt: W) -> Self {
        Self { input, prompt }
    }
}

impl<R: BufRead, W: Write> Keypad for Person<R, W> {
    fn next(&mut self, _asked: &AnswerLine) -> anyhow::Result<Option<Token>> {
        self.ask()
    }

    fn left_over(&mut self) -> anyhow::Result<Vec<String>> {
        Ok(Vec::new())
    }
}

impl<R: BufRead, W: Write> Person<R, W> {
    fn ask(&mut self) -> anyhow::Result<Option<Token>> {
        loop {
            write!(self.prompt, "> ")?;
            self.prompt.flush()?;
            let Some(line) = read_line(&mut self.input).context("the terminal")? else {
                writeln!(self.prompt)?;
                return Ok(None);
            };
            let line = line.trim();
            if matches!(line, "q" | "quit" | "exit") {
                return Ok(None);
            }
            match line.parse() {
                Ok(token) => return Ok(Some(token)),
                Err(error) => writeln!(self.prompt, "  {error}; q hangs up, too")?,
            }
        }
    }
}

fn read_line(input: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    if input.read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    String::from_utf8(line).map(Some).map_err(|_| {
        io::Error::new(io::ErrorKind::InvalidData, "what was read is not text in UTF-8")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_read_before_the_call_begins() {
        let mut script = Script::read(" 1  12345678#\n- ! ").unwrap();
        assert_eq!(script.0.pop_front(), Some(Token::Keys("1".into())));
        assert_eq!(script.left_over().unwrap(), ["12345678#", "-", "!"]);
        let error = format!("{:#}", Script::read("1 2x").err().unwrap());
        assert!(error.starts_with("--keys: token 2: \"2x\""), "{error}");
    }

    #[test]
    fn lines_are_tokens_and_an_empty_line_is_silence() {
        let mut lines = Lines::new(&b"1\n\n07#\r\nx\n"[..]);
        assert_eq!(lines.token().unwrap(), Some(Token::Keys("1".into())));
        assert_eq!(lines.token().unwrap(), Some(Token::Silence));
        assert_eq!(lines.token().unwrap(), Some(Token::Keys("07#".into())));
        assert!(format!("{:#}", lines.token().unwrap_err()).contains("line 4"));
        assert_eq!(lines.token().unwrap(), None);
        let mut lines = Lines::new(&b"1\n2\n\n3"[..]);
        assert_eq!(lines.token().unwrap(), Some(Token::Keys("1".into())));
        assert_eq!(lines.left_over().unwrap(), ["2", "-", "3"]);
    }

    #[test]
    fn a_person_is_asked_again() {
        let mut said = Vec::new();
        let mut person = Person::new(&b"hello\n1\nq\n"[..], &mut said);
        assert_eq!(person.ask().unwrap(), Some(Token::Keys("1".into())));
        assert_eq!(person.ask().unwrap(), None);
        assert!(String::from_utf8(said).unwrap().contains("not on a telephone"));
    }
}
