//! [`PromptName`]: a prompt that the engine knows, or one of the deployment's own.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::key::IvrPromptKey;

/// What a prompt is called.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
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

// Stored by name, like the keys themselves.
impl Serialize for PromptName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for PromptName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;
        impl de::Visitor<'_> for Name {
            type Value = PromptName;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a prompt")
            }
            fn visit_str<E: de::Error>(self, name: &str) -> Result<PromptName, E> {
                Ok(PromptName::from(name))
            }
        }
        deserializer.deserialize_str(Name)
    }
}

impl From<IvrPromptKey> for PromptName {
    fn from(key: IvrPromptKey) -> Self {
        Self::Known(key)
    }
}
