//! [`Warning`]: what an operator should know of a world before a call is held in it.

use std::fmt;
use std::path::Path;

use ivr_core::publication::Finding;
use serde::Serialize;

use super::error::At;

/// Something odd about a world or its published document. Calls are held all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// The file.
    pub file: String,
    /// `info`, `warning` or `error`.
    pub level: String,
    /// What kind of thing it is, for findings about the document.
    pub code: Option<&'static str>,
    /// The JSON path, from `$`.
    pub path: String,
    /// The language it is about, if it is about one.
    pub language: Option<String>,
    /// What is wrong.
    pub message: String,
}

impl Warning {
    /// A finding about a published document.
    pub(super) fn of_finding(file: &Path, finding: Finding) -> Self {
        let Finding { level, path, language, code, message } = finding;
        Self {
            file: file.display().to_string(),
            level: level.to_string(),
            code: Some(code.as_str()),
            path,
            language: language.map(|language| language.to_string()),
            message,
        }
    }
}

impl From<At> for Warning {
    fn from(At { file, path, message }: At) -> Self {
        Self {
            file: file.display().to_string(),
            level: "warning".to_owned(),
            code: None,
            path,
            language: None,
            message,
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}: {}", self.file, self.level, self.path, self.message)?;
        match self.code {
            Some(code) => write!(f, " ({code})"),
            None => Ok(()),
        }
    }
}
