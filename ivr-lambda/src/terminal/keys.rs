//! [`Token`]: what a caller does on one turn, as it is written in scripts.

use std::str::FromStr;

/// What a caller does on one turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    /// Presses keys.
    Keys(String),
    /// Says and presses nothing until the time-out.
    Silence,
    /// Hangs up.
    HangUp,
}

/// A text that is no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotAToken(String);

impl std::fmt::Display for NotAToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text: String = self.0.chars().take(40).collect();
        write!(
            f,
            "{text:?} is not on a telephone: the keys are 0-9, * and #; - is silence, ! hangs up"
        )
    }
}

impl std::error::Error for NotAToken {}

impl FromStr for Token {
    type Err = NotAToken;

    fn from_str(text: &str) -> Result<Self, NotAToken> {
        match text {
            "-" | "" => Ok(Self::Silence),
            "!" => Ok(Self::HangUp),
            keys if keys.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'*' | b'#')) => {
                Ok(Self::Keys(keys.to_owned()))
            }
            other => Err(NotAToken(other.to_owned())),
        }
    }
}

impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Keys(keys) => keys,
            Self::Silence => "-",
            Self::HangUp => "!",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_written_as_a_person_presses_them() {
        for keys in ["1", "12345678#", "00#", "#", "*", "##", "0*"] {
            assert_eq!(keys.parse(), Ok(Token::Keys(keys.into())));
        }
        assert_eq!("-".parse(), Ok(Token::Silence));
        assert_eq!("".parse(), Ok(Token::Silence));
        assert_eq!("!".parse(), Ok(Token::HangUp));
    }

    #[test]
    fn what_no_telephone_has_is_refused() {
        for text in ["a", "1a", "-1", "1!", "--", "１", "+1", "1 2", "\u{0}"] {
            assert!(text.parse::<Token>().is_err(), "{text:?}");
        }
    }
}
