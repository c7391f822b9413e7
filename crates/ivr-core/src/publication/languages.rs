//! `language_conf`: the languages of an event or an election.

use super::cursor::Cursor;
use super::error::PublicationError;
use super::finding::{Code, Findings};
use super::path::Path;
use super::view::LanguageConf;
use crate::language::Language;

/// One menu key a language, 1 to 9.
const MOST_LANGUAGES: usize = 9;

/// `language_conf` as it stands.
#[derive(Debug, Default)]
pub(super) struct Codes {
    pub(super) enabled: Vec<String>,
    pub(super) default: Option<String>,
}

impl Codes {
    /// Reads a `language_conf` object.
    pub(super) fn read(conf: &Cursor<'_, '_>) -> Result<Self, PublicationError> {
        let mut codes = Self::default();
        if let Some(list) = conf.get("enabled_language_codes")? {
            for (index, value) in list.list()?.iter().enumerate() {
                codes.enabled.push(list.element(index, value).string()?.to_owned());
            }
        }
        if let Some(default) = conf.get("default_language_code")? {
            codes.default = Some(default.string()?.to_owned());
        }
        Ok(codes)
    }

    /// Takes the `language_conf` of a typed ballot style.
    pub(super) fn of_style(conf: Option<&ivr_ballot::style::LanguageConf>) -> Self {
        conf.map_or_else(Self::default, |conf| Self {
            enabled: conf.enabled_language_codes.clone().unwrap_or_default(),
            default: conf.default_language_code.clone(),
        })
    }

    /// The languages of an event, which always has one: English if it says nothing.
    pub(super) fn of_event(
        self,
        path: &Path<'_>,
        findings: &mut Findings,
    ) -> Result<LanguageConf, PublicationError> {
        let default = self.checked_default(path)?;
        let mut enabled = self.checked_enabled(path, findings)?;
        if enabled.is_empty() {
            enabled.push(default.clone().unwrap_or_else(Language::english));
        }
        Ok(with_default(enabled, default, path, findings))
    }

    /// The languages of an election that has its own.
    pub(super) fn of_election(
        self,
        event: &LanguageConf,
        path: &Path<'_>,
        findings: &mut Findings,
    ) -> Result<Option<LanguageConf>, PublicationError> {
        let default = self.checked_default(path)?;
        let enabled = self.checked_enabled(path, findings)?;
        if enabled.is_empty() {
            return Ok(None);
        }
        for language in enabled.iter().filter(|language| !event.enabled.contains(language)) {
            let message = format!("{language} is not a language of the event");
            findings.warning(
                &path.key("enabled_language_codes"),
                Code::LanguageNotInEvent,
                message,
            );
        }
        Ok(Some(with_default(enabled, default, path, findings)))
    }

    fn checked_default(&self, path: &Path<'_>) -> Result<Option<Language>, PublicationError> {
        let path = path.key("default_language_code");
        self.default.as_deref().map(|code| language(code, &path)).transpose()
    }

    fn checked_enabled(
        &self,
        path: &Path<'_>,
        findings: &mut Findings,
    ) -> Result<Vec<Language>, PublicationError> {
        let path = path.key("enabled_language_codes");
        let mut enabled = Vec::new();
        for (index, code) in self.enabled.iter().enumerate() {
            let at = path.index(index);
            let language = language(code, &at)?;
            if enabled.contains(&language) {
                let message = format!("{language} is listed before; this one is dropped");
                findings.warning(&at, Code::DuplicateLanguage, message);
            } else {
                enabled.push(language);
            }
        }
        if enabled.len() > MOST_LANGUAGES {
            let message = format!(
                "{} languages, but only {MOST_LANGUAGES} can have a key; the rest are dropped",
                enabled.len()
            );
            findings.error(&path, Code::TooManyLanguages, message);
            enabled.truncate(MOST_LANGUAGES);
        }
        Ok(enabled)
    }
}

/// Puts the default beside the enabled languages, which are not empty.
fn with_default(
    enabled: Vec<Language>,
    default: Option<Language>,
    path: &Path<'_>,
    findings: &mut Findings,
) -> LanguageConf {
    let default = default.unwrap_or_else(|| enabled[0].clone());
    if !enabled.contains(&default) {
        let message = format!("the default language {default} is not among the enabled ones");
        findings.warning(
            &path.key("default_language_code"),
            Code::DefaultLanguageNotEnabled,
            message,
        );
    }
    LanguageConf { enabled, default }
}

/// A language code goes into SSML attributes: letters, digits, `-` and `_` only.
pub(super) fn language(code: &str, path: &Path<'_>) -> Result<Language, PublicationError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if code.is_empty() || code.len() > 35 || !code.chars().all(plain) {
        return Err(PublicationError::at(path, format!("{code:?} is not a language code")));
    }
    Ok(Language::new(code))
}
