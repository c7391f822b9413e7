//! What things are called, and what their orders compare.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::cursor::Cursor;
use super::error::PublicationError;
use super::view::{Names, SortKey};
use crate::language::Language;

/// A translation map of a typed ballot style: `{lang: text or null}`.
type Texts = BTreeMap<String, Option<String>>;
/// The `i18n` of a typed presentation: `{lang: {key: text or null}}`.
type I18n = BTreeMap<String, Texts>;

impl Names {
    /// The names in a row: `presentation.i18n[lang].name`, else `name`.
    pub(super) fn of_row(
        row: &Cursor<'_, '_>,
        presentation: Option<&Cursor<'_, '_>>,
    ) -> Result<Self, PublicationError> {
        let mut names = Self::default();
        if let Some(name) = row.get("name")? {
            names.base = Some(name.string()?.to_owned());
        }
        let Some(presentation) = presentation else { return Ok(names) };
        let Some(i18n) = presentation.get("i18n")? else { return Ok(names) };
        for (language, texts) in i18n.object()? {
            if texts.is_null() {
                continue;
            }
            let texts = Cursor::<'_, '_> { value: texts, path: i18n.path.key(language) };
            if let Some(name) = texts.get("name")? {
                names.add(language, name.string()?);
            }
        }
        Ok(names)
    }

    /// The names of a contest or a candidate: `name_i18n[lang]`, or `presentation.i18n[lang].name`
    /// where the former has no such language, else `name`.
    pub(super) fn of_style(
        base: Option<&String>,
        names: Option<&Texts>,
        i18n: Option<&I18n>,
    ) -> Self {
        let mut found = Self { base: base.cloned(), by_language: BTreeMap::new() };
        for (language, texts) in i18n.into_iter().flatten() {
            if let Some(Some(name)) = texts.get("name") {
                found.add(language, name);
            }
        }
        for (language, name) in names.into_iter().flatten() {
            if let Some(name) = name {
                found.add(language, name);
            }
        }
        found
    }

    fn add(&mut self, language: &str, name: &str) {
        if !name.trim().is_empty() {
            self.by_language.insert(Language::new(language), name.to_owned());
        }
    }
}

impl SortKey {
    /// The key of something with these base fields.
    pub(super) fn new(alias: Option<&str>, name: Option<&str>, sort_order: Option<i64>) -> Self {
        Self {
            text: alias.or(name).unwrap_or_default().to_lowercase(),
            sort_order: sort_order.unwrap_or(-1),
        }
    }
}

/// The telephone strings of a typed `i18n`, in the shape of a raw one; nothing if there are none.
pub(super) fn flat_ivr_strings(i18n: Option<&I18n>) -> Option<Map<String, Value>> {
    let is_ivr = |key: &str| key == "ivr" || key.starts_with("ivr.");
    let mut languages = Map::new();
    for (language, texts) in i18n? {
        let strings: Map<String, Value> = texts
            .iter()
            .filter(|(key, _)| is_ivr(key))
            .map(|(key, text)| (key.clone(), text.clone().map_or(Value::Null, Value::String)))
            .collect();
        if !strings.is_empty() {
            languages.insert(language.clone(), Value::Object(strings));
        }
    }
    (!languages.is_empty()).then_some(languages)
}
