//! Small words: lists of names, languages.

use super::world::World;
use super::{ScopeByLanguage, said};
use crate::language::Language;
use crate::prompts::key::IvrPromptKey;
use crate::prompts::vars::Name;
use crate::prompts::words::{Words, names, self_name};
use crate::ssml::speech::Speech;

fn joined(words: Option<Words>, count: usize) -> String {
    let all = ["A", "B", "C", "D"].map(Name::Text);
    let mut out = Speech::new();
    names(words, &all[..count], &mut out);
    out.heard()
}

#[test]
fn names_are_joined_as_the_language_joins_them() {
    let en = [1, 2, 3, 4].map(|n| joined(Some(Words::En), n));
    assert_eq!(en, ["A", "A and B", "A, B and C", "A, B, C and D"]);
    assert_eq!(joined(Some(Words::Fr), 3), "A, B et C");
    assert_eq!(joined(None, 3), "A, B, C");
    assert_eq!(joined(Some(Words::En), 0), "");
}

#[test]
fn a_language_is_called_by_its_own_name_or_spelled() {
    let name = |code| {
        let mut out = Speech::new();
        self_name(&Language::new(code), &mut out);
        out.heard()
    };
    assert_eq!(name("fr-CA"), "français");
    assert_eq!(name("ES"), "español");
    assert_eq!(name("tlh"), "t l h");
}

#[test]
fn every_prompt_speaks_in_a_language_without_words() {
    let world = World::new();
    for &key in IvrPromptKey::ALL {
        world.situations(key, |_, vars| {
            let body = said(&ScopeByLanguage::new(), key.as_str(), vars, "es");
            assert!(body.starts_with("<lang xml:lang=\"en-US\">"), "{key}: {body}");
        });
    }
}

#[test]
fn what_is_heard_before_a_language_is_chosen_is_in_both() {
    for key in ["call_not_available", "blacklist_message"] {
        let vars = Default::default();
        let en = said(&ScopeByLanguage::new(), key, &vars, "en");
        let fr = said(&ScopeByLanguage::new(), key, &vars, "fr");
        assert!(en.contains("<lang xml:lang=\"fr-CA\">") && en.contains("Au revoir."), "{en}");
        assert!(fr.contains("<lang xml:lang=\"en-US\">") && fr.contains("Goodbye."), "{fr}");
    }
}
