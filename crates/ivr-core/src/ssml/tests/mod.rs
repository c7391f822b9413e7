//! The sanitiser's own suite (design 7.2, "Testing").

mod malformed;
mod plain;
mod sanitiser;
mod slots;

use super::conform;
use super::error::{Dropped, TemplateError};
use super::speech::Speech;
use super::template::{Compiled, IvrTemplate};
use crate::prompts::placeholder::PlaceholderSet;

/// Compiles a text as a template without slots in it.
fn compile(raw: &str) -> Result<Compiled, TemplateError> {
    IvrTemplate::compile(raw, PlaceholderSet::ANYWHERE)
}

/// What a text without slots becomes, and what was taken out.
fn sanitised(raw: &str) -> (String, Vec<Dropped>) {
    let Compiled { template, dropped } = compile(raw).expect("well-formed");
    let mut speech = Speech::new();
    speech.markup(template.fixed());
    let ssml = speech.into_ssml();
    conform::check(&ssml).expect("what comes out is what a voice accepts");
    let body = ssml.strip_prefix("<speak>").and_then(|s| s.strip_suffix("</speak>"));
    (body.expect("wrapped").to_owned(), dropped)
}

/// What a text without slots becomes, when nothing is taken out.
fn clean(raw: &str) -> String {
    let (body, dropped) = sanitised(raw);
    assert_eq!(dropped, [], "{raw}");
    body
}

fn tag(tag: &str) -> Dropped {
    Dropped::Tag { tag: tag.into() }
}

fn attribute(tag: &str, attribute: &str) -> Dropped {
    Dropped::Attribute { tag: tag.into(), attribute: attribute.into() }
}

fn value(tag: &str, attribute: &str, value: &str) -> Dropped {
    Dropped::Value { tag: tag.into(), attribute: attribute.into(), value: value.into() }
}
