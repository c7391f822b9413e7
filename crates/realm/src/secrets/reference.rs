//! [`Reference`]: `env:NAME`, `file:PATH`, `file:PATH#MEMBER` or `-`.

use std::cell::Cell;
use std::io::Read as _;
use std::path::PathBuf;

use ivr_core::secret::Secret;
use serde_json::Value;

use super::Error;

/// Where a secret is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// An environment variable.
    Variable(String),
    /// A file; with a member, a JSON object in it.
    File(PathBuf, Option<String>),
    /// Standard input, all of it.
    Input,
}

impl Reference {
    /// Reads the value of an option; a mistake is not repeated, for it may be the secret.
    ///
    /// # Errors
    /// [`Error::NotAReference`].
    pub fn parse(option: &'static str, text: &str) -> Result<Self, Error> {
        if text == "-" {
            return Ok(Self::Input);
        }
        match text.split_once(':') {
            Some(("env", name)) if !name.is_empty() => Ok(Self::Variable(name.to_owned())),
            Some(("file", place)) if !place.is_empty() => Ok(match place.rsplit_once('#') {
                Some((path, member)) => Self::File(path.into(), Some(member.to_owned())),
                None => Self::File(place.into(), None),
            }),
            _ => Err(Error::NotAReference(option)),
        }
    }
}

/// Reads references; standard input once.
#[derive(Debug, Default)]
pub struct Sources {
    input_taken: Cell<bool>,
}

impl Sources {
    /// The text at a reference, without the line break at its end.
    ///
    /// # Errors
    /// What keeps it from being read.
    pub fn read(&self, option: &'static str, from: &Reference) -> Result<Secret<String>, Error> {
        let text = match from {
            Reference::Variable(name) => Secret::new(
                std::env::var(name)
                    .map_err(|_| Error::NoVariable { option, name: name.clone() })?,
            ),
            Reference::Input => self.read_input(option)?,
            Reference::File(path, member) => {
                let shown = path.display().to_string();
                let text = std::fs::read_to_string(path).map(Secret::new).map_err(|e| {
                    Error::Unreadable { option, path: shown.clone(), cause: e.kind() }
                })?;
                match member {
                    None => text,
                    Some(member) => self::member(option, &text, shown, member)?,
                }
            }
        };
        let trimmed = text.expose().trim_end_matches(['\r', '\n']).to_owned();
        if trimmed.is_empty() {
            return Err(Error::Unusable { option, why: "the secret is empty" });
        }
        Ok(Secret::new(trimmed))
    }

    fn read_input(&self, option: &'static str) -> Result<Secret<String>, Error> {
        if self.input_taken.replace(true) {
            return Err(Error::InputTaken(option));
        }
        let mut text = String::new();
        std::io::stdin().lock().read_to_string(&mut text).map_err(|e| Error::Unreadable {
            option,
            path: "standard input".to_owned(),
            cause: e.kind(),
        })?;
        Ok(Secret::new(text))
    }
}

fn member(
    option: &'static str,
    text: &Secret<String>,
    path: String,
    member: &str,
) -> Result<Secret<String>, Error> {
    // The parser's own error could repeat what it read.
    let value: Option<Value> = serde_json::from_str(text.expose()).ok();
    match value.as_ref().and_then(|v| v.get(member)) {
        Some(Value::String(text)) => Ok(Secret::new(text.clone())),
        Some(object @ Value::Object(_)) => Ok(Secret::new(object.to_string())),
        _ => Err(Error::NoMember { option, path, member: member.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_places() {
        let parse = |text| Reference::parse("--x", text);
        assert_eq!(parse("env:A").unwrap(), Reference::Variable("A".into()));
        assert_eq!(parse("file:/a#b").unwrap(), Reference::File("/a".into(), Some("b".into())));
        assert_eq!(parse("-").unwrap(), Reference::Input);
    }

    #[test]
    fn a_secret_in_the_place_of_a_reference_is_not_repeated() {
        for text in ["canary-secret", "pass:canary-secret", "env:", ""] {
            let error = Reference::parse("--x", text).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
        }
    }

    #[test]
    fn files_with_and_without_members() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.json");
        std::fs::write(&path, r#"{"one": "canary-one", "two": {"current": "canary-two"}}"#)
            .unwrap();
        let read = |member: &str| {
            Sources::default().read("--x", &Reference::File(path.clone(), Some(member.to_owned())))
        };
        assert_eq!(read("one").unwrap().expose(), "canary-one");
        assert_eq!(read("two").unwrap().expose(), r#"{"current":"canary-two"}"#);
        let error = read("three").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
        std::fs::write(&path, "plain\r\n").unwrap();
        let plain = Sources::default().read("--x", &Reference::File(path, None)).unwrap();
        assert_eq!(plain.expose(), "plain");
    }
}
