//! [`PromptName`]: a prompt that the engine knows, or one of the deployment's own.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::key::IvrPromptKey;

/// What a prompt is called.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum PromptName {
    /// A well-known key: it has built-in words.
    Known(IvrPromptKey),
    /// A key of the deployment: what it says stands in the publication or nowhere.
    Custom(String),
}

impl PromptName {
    /// The name as it stands in `i18n[lang].ivr`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(key) => key.as_str(),
            Self::Custom(name) => name,
        }
    }
}

impl fmt::Display for PromptName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<&str> for PromptName {
    fn from(name: &str) -> Self {
        name.parse().map_or_else(|_| Self::Custom(name.to_owned()), Self::Known)
    }
}

impl From<String> for PromptName {
    fn from(name: String) -> Self {
        name.parse().map_or_else(|_| Self::Custom(name), Self::Known)
    }
}

impl From<PromptName> for String {
    fn from(name: PromptName) -> Self {
        match name {
            PromptName::Known(key) => key.as_str().to_owned(),
            PromptName::Custom(name) => name,
        }
    }
}

impl From<IvrPromptKey> for PromptName {
    fn from(key: IvrPromptKey) -> Self {
        Self::Known(key)
    }
}
