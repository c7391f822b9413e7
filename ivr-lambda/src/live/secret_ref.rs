//! [`SecretRef`]: where a secret is. A secret itself is not accepted, and not repeated when
//! somebody writes one.

use std::path::{Path, PathBuf};

use ivr_core::secret::Secret;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Where a secret is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretRef {
    /// In an environment variable.
    Env(String),
    /// In a file, without a line end. Relative to the file that names it.
    File(PathBuf),
}

/// A secret that is not there.
#[derive(Debug, thiserror::Error)]
pub enum SecretRefError {
    /// No such variable.
    #[error("environment variable {0} is not set; export it")]
    NoVariable(String),
    /// A file that cannot be read.
    #[error("secret file {path}: {cause}")]
    File {
        /// Which.
        path: String,
        /// Why.
        cause: std::io::ErrorKind,
    },
    /// Nothing in it.
    #[error("the secret in {0} is empty")]
    Empty(String),
}

impl SecretRef {
    /// A reference whose relative path begins in a folder.
    #[must_use]
    pub fn from_folder(self, folder: &Path) -> Self {
        match self {
            Self::File(path) => Self::File(folder.join(path)),
            env @ Self::Env(_) => env,
        }
    }

    /// Reads the secret, now.
    pub fn read(&self) -> Result<Secret<String>, SecretRefError> {
        let (text, name) = match self {
            Self::Env(name) => {
                let text = std::env::var(name);
                let text = text.map_err(|_| SecretRefError::NoVariable(name.clone()))?;
                (text, name.clone())
            }
            Self::File(path) => {
                let name = path.display().to_string();
                let text = std::fs::read_to_string(path);
                let text = text.map_err(|error| SecretRefError::File {
                    path: name.clone(),
                    cause: error.kind(),
                })?;
                (text, name)
            }
        };
        let text = text.trim_end_matches(['\r', '\n']);
        if text.is_empty() {
            return Err(SecretRefError::Empty(name));
        }
        Ok(Secret::new(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for SecretRef {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        const WRITE: &str = r#"write {"env": "NAME"} or {"file": "PATH"}"#;
        // Whatever stands here may be a secret: no message of a library sees it.
        let Value::Object(fields) = Value::deserialize(reader)? else {
            return Err(D::Error::custom(format!("secrets do not belong into this file; {WRITE}")));
        };
        let mut fields = fields.into_iter();
        match (fields.next(), fields.next()) {
            (Some((name, Value::String(value))), None) if name == "env" => Ok(Self::Env(value)),
            (Some((name, Value::String(value))), None) if name == "file" => {
                Ok(Self::File(value.into()))
            }
            _ => Err(D::Error::custom(WRITE)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_is_refused_and_not_repeated() {
        for literal in [r#""canary""#, "471147114711", r#"{"value":"canary"}"#, r#"["canary"]"#] {
            let refused = serde_json::from_str::<SecretRef>(literal).unwrap_err().to_string();
            assert!(refused.contains(r#"{"env": "NAME"}"#), "{refused}");
            assert!(!refused.contains("canary") && !refused.contains("4711"), "{refused}");
        }
    }

    #[test]
    fn what_is_not_there_is_named() {
        let none = SecretRef::Env("STEP_IVR_NO_SUCH_VARIABLE".into()).read().unwrap_err();
        assert!(none.to_string().contains("STEP_IVR_NO_SUCH_VARIABLE"));
        let none = SecretRef::File("no/such/file".into()).read().unwrap_err();
        assert!(none.to_string().contains("no/such/file"), "{none}");
    }
}
