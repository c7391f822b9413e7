//! Telephone strings: from an `i18n` to the scopes that prompts are read from.

use serde_json::{Map, Value};

use super::cursor::Cursor;
use super::error::PublicationError;
use super::finding::{Code, Finding, Findings, Level};
use super::path::Path;
use crate::prompts::finding::{FindingKind, FindingLevel, IvrFinding};
use crate::prompts::load::load_ivr_scopes;
pub(super) use crate::prompts::scope::IvrScope;
use crate::prompts::scope::ScopeByLanguage;

/// The strings of a row's `presentation.i18n`.
pub(super) fn of_row(
    i18n: Option<&Cursor<'_, '_>>,
    scope: IvrScope,
    findings: &mut Findings,
) -> Result<ScopeByLanguage, PublicationError> {
    match i18n {
        None => Ok(ScopeByLanguage::default()),
        Some(i18n) => Ok(load(i18n.object()?, scope, &i18n.path, findings)),
    }
}

/// The strings of a contest or a candidate at `path`: flat ones that the style kept, and nested
/// ones that were taken out of it. Nearly always there are none.
pub(super) fn of_style(
    flat: Option<Map<String, Value>>,
    nested: Option<Map<String, Value>>,
    scope: IvrScope,
    path: &Path<'_>,
    findings: &mut Findings,
) -> ScopeByLanguage {
    if flat.is_none() && nested.is_none() {
        return ScopeByLanguage::default();
    }
    let mut i18n = flat.unwrap_or_default();
    for (language, texts) in nested.into_iter().flatten() {
        merge(&mut i18n, language, texts);
    }
    let presentation = path.key("presentation");
    load(&i18n, scope, &presentation.key("i18n"), findings)
}

/// Adds the texts of a language to those that are there.
fn merge(i18n: &mut Map<String, Value>, language: String, texts: Value) {
    match (i18n.get_mut(&language), texts) {
        (Some(Value::Object(there)), Value::Object(texts)) => there.extend(texts),
        (_, texts) => {
            i18n.insert(language, texts);
        }
    }
}

fn load(
    i18n: &Map<String, Value>,
    scope: IvrScope,
    path: &Path<'_>,
    findings: &mut Findings,
) -> ScopeByLanguage {
    let (scopes, found) = load_ivr_scopes(i18n, scope, &path.to_string());
    found.into_iter().map(Finding::from).for_each(|finding| findings.push(finding));
    scopes
}

impl From<IvrFinding> for Finding {
    fn from(found: IvrFinding) -> Self {
        Self {
            level: match found.level {
                FindingLevel::Info => Level::Info,
                FindingLevel::Warning => Level::Warning,
            },
            path: found.path,
            language: Some(found.language),
            code: match found.kind {
                FindingKind::BadOverride => Code::IvrBadOverride,
                FindingKind::NotText => Code::IvrNotText,
                FindingKind::Conflict => Code::IvrConflict,
                FindingKind::Dropped => Code::IvrDropped,
                FindingKind::NotSpeakable => Code::IvrNotSpeakable,
                FindingKind::UnknownKeys => Code::IvrUnknownKeys,
            },
            message: found.message,
        }
    }
}
