//! Telephone strings nested as `i18n[lang].ivr` objects inside a ballot style (facts 3.6).

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// What was taken out of a style.
#[derive(Debug, Default)]
pub(super) struct NestedIvr {
    count: usize,
    /// By contest, and by candidate within it: `{lang: {"ivr": {…}}}`.
    texts: BTreeMap<(usize, Option<usize>), Map<String, Value>>,
}

impl NestedIvr {
    /// How many objects there were, those of the event and the election included.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Takes those of a contest, or of a candidate of it.
    pub(super) fn take(
        &mut self,
        contest: usize,
        candidate: Option<usize>,
    ) -> Option<Map<String, Value>> {
        self.texts.remove(&(contest, candidate))
    }
}

/// Takes the nested objects out of every presentation of a style. What has another shape than a
/// style should is left for the typed reader to refuse.
pub(super) fn take(style: &mut Value) -> NestedIvr {
    let mut nested = NestedIvr::default();
    // The strings of the event and of the election are read from their rows.
    for key in ["election_event_presentation", "election_presentation"] {
        nested.count += style.get_mut(key).map_or(0, |presentation| take_from(presentation).len());
    }
    for (contest_index, contest) in list(style, "contests").enumerate() {
        nested.note((contest_index, None), contest);
        for (index, candidate) in list(contest, "candidates").enumerate() {
            nested.note((contest_index, Some(index)), candidate);
        }
    }
    nested
}

impl NestedIvr {
    fn note(&mut self, place: (usize, Option<usize>), entity: &mut Value) {
        let Some(presentation) = entity.get_mut("presentation") else { return };
        let texts = take_from(presentation);
        self.count += texts.len();
        if !texts.is_empty() {
            self.texts.insert(place, texts);
        }
    }
}

fn list<'v>(value: &'v mut Value, key: &str) -> impl Iterator<Item = &'v mut Value> {
    value.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten()
}

fn take_from(presentation: &mut Value) -> Map<String, Value> {
    let mut taken = Map::new();
    let i18n = presentation.get_mut("i18n").and_then(Value::as_object_mut);
    for (language, texts) in i18n.into_iter().flatten() {
        let Some(texts) = texts.as_object_mut() else { continue };
        if texts.get("ivr").is_some_and(Value::is_object)
            && let Some(ivr) = texts.remove("ivr")
        {
            taken
                .insert(language.clone(), Value::Object(Map::from_iter([("ivr".to_owned(), ivr)])));
        }
    }
    taken
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_objects_are_taken_out() {
        let mut style = json!({
            "election_presentation": {"i18n": {"en": {"ivr": {"name": "x"}}}},
            "contests": [{"candidates": [{"presentation": {"i18n": {
                "en": {"name": "Ann", "ivr": {"name": "Ann Lee"}, "ivr.alias": "A"},
                "fr": {"ivr": "a text is not an object"},
                "iu": null,
            }}}]}],
        });
        let mut nested = take(&mut style);
        assert_eq!(nested.count(), 2);
        assert_eq!(nested.take(0, None), None);
        let taken = nested.take(0, Some(0)).map(Value::Object);
        assert_eq!(taken, Some(json!({"en": {"ivr": {"name": "Ann Lee"}}})));
        assert_eq!(style["election_presentation"], json!({"i18n": {"en": {}}}));
        let left = &style["contests"][0]["candidates"][0]["presentation"]["i18n"];
        assert_eq!(left["en"], json!({"name": "Ann", "ivr.alias": "A"}));
        assert_eq!(left["fr"], json!({"ivr": "a text is not an object"}));
    }
}
