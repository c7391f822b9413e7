//! Every built-in prompt as it is sent to the voice: the file to review when words change.

use super::world::World;
use super::{ScopeByLanguage, said};
use crate::prompts::key::IvrPromptKey;

fn catalogue(language: &str) -> String {
    let world = World::new();
    let mut catalogue = String::new();
    for &key in IvrPromptKey::ALL {
        catalogue.push_str(&format!("\n{key}\n"));
        world.situations(key, |label, vars| {
            let body = said(&ScopeByLanguage::new(), key.as_str(), vars, language);
            let label = if label.is_empty() { String::new() } else { format!("[{label}] ") };
            catalogue.push_str(&format!("    {label}{body}\n"));
        });
    }
    catalogue
}

#[test]
fn english_words() {
    insta::assert_snapshot!("words_en", catalogue("en"));
}

#[test]
fn french_words() {
    insta::assert_snapshot!("words_fr", catalogue("fr"));
}
