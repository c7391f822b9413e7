//! Loads the telephone texts of a publication: a mistake costs one text, never the election.

use serde_json::{Map, Value};

use super::finding::{FindingKind, IvrFinding};
use super::scope::{IvrScope, ProblemReason, Remark, ScopeByLanguage, TypedIvrScope};
use crate::language::Language;

/// How a flat key begins: `"ivr.greeting"` (DECISIONS 31).
const FLAT: &str = "ivr.";

/// Loads every language of an entity's `i18n`, which stands at `path` of the document.
///
/// Nested (`i18n.en.ivr.greeting`) and flat (`i18n.en["ivr.greeting"]`) texts are merged; the
/// nested one wins. What [`super::scope::validate_ivr_subtree`] would refuse is left out here,
/// with a finding.
pub fn load_ivr_scopes(
    i18n: &Map<String, Value>,
    scope: IvrScope,
    path: &str,
) -> (ScopeByLanguage, Vec<IvrFinding>) {
    let mut scopes = ScopeByLanguage::new();
    let mut findings = Vec::new();
    for (code, content) in i18n {
        let language = Language::new(code);
        let mut loader = Loader {
            scope,
            path: format!("{path}.{code}"),
            language: language.clone(),
            typed: TypedIvrScope::default(),
            findings: &mut findings,
        };
        if loader.load(content) {
            let typed = loader.typed;
            scopes.insert(language, typed);
        }
    }
    (scopes, findings)
}

struct Loader<'f> {
    scope: IvrScope,
    path: String,
    language: Language,
    typed: TypedIvrScope,
    findings: &'f mut Vec<IvrFinding>,
}

impl Loader<'_> {
    /// Whether there were any telephone texts.
    fn load(&mut self, content: &Value) -> bool {
        let content = match content {
            Value::Null => return false,
            Value::Object(content) => content,
            _ => {
                self.find(FindingKind::NotText, self.path.clone(), None, "not an object");
                return false;
            }
        };
        let nested = match content.get("ivr") {
            None | Some(Value::Null) => None,
            Some(Value::Object(nested)) => Some(nested),
            Some(_) => {
                let path = format!("{}.ivr", self.path);
                self.find(FindingKind::NotText, path, None, ProblemReason::NotAnObject);
                None
            }
        };
        let mut any = false;
        for (key, value) in nested.into_iter().flatten() {
            any = true;
            self.take(key, value, format!("{}.ivr.{key}", self.path));
        }
        for (flat, value) in content {
            let Some(key) = flat.strip_prefix(FLAT) else { continue };
            any = true;
            let path = format!("{}[{flat:?}]", self.path);
            match nested.and_then(|nested| nested.get(key)).filter(|v| !is_absent(v)) {
                None => self.take(key, value, path),
                Some(winner) if winner == value || is_absent(value) => {}
                Some(_) => {
                    let message = "the nested text differs from this one and is used instead";
                    self.find(FindingKind::Conflict, path, Some(key), message);
                }
            }
        }
        if !self.typed.unknown.is_empty() {
            let keys: Vec<_> = self.typed.unknown.keys().map(String::as_str).collect();
            let message = format!("not well known, kept as they are: {}", keys.join(", "));
            self.find(FindingKind::UnknownKeys, self.path.clone(), None, message);
        }
        any
    }

    fn take(&mut self, key: &str, value: &Value, path: String) {
        match self.typed.take(key, value) {
            Ok(remarks) => {
                for remark in remarks {
                    let path = path.clone();
                    match remark {
                        Remark::Dropped(dropped) => {
                            self.find(FindingKind::Dropped, path, Some(key), dropped);
                        }
                        Remark::NotSpeakable(error) => {
                            self.find(FindingKind::NotSpeakable, path, Some(key), error);
                        }
                    }
                }
            }
            Err(reason) => {
                let kind = match reason {
                    ProblemReason::NotAnObject | ProblemReason::NotText => FindingKind::NotText,
                    ProblemReason::Template(_) => FindingKind::BadOverride,
                };
                self.find(kind, path, Some(key), reason);
            }
        }
    }

    fn find(
        &mut self,
        kind: FindingKind,
        path: String,
        key: Option<&str>,
        message: impl std::fmt::Display,
    ) {
        self.findings.push(IvrFinding {
            kind,
            level: kind.level(),
            path,
            language: self.language.clone(),
            key: key.map(str::to_owned),
            message: format!("{}: {message}", self.scope),
        });
    }
}

/// No override: null, or a text with nothing in it.
fn is_absent(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
}
