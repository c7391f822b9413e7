//! What a voice accepts, checked by somebody else's XML reader, with the allowlist written out a
//! second time. For tests, and for the fuzz target, which includes this file.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Checks that a document is one `<speak>` with allowed elements, attributes and values.
pub(crate) fn check(ssml: &str) -> Result<(), String> {
    if let Some(c) = ssml.chars().find(|c| c.is_control() && !"\t\n\r".contains(*c)) {
        return Err(format!("control character {c:?}"));
    }
    let mut reader = Reader::from_str(ssml);
    reader.config_mut().check_end_names = true;
    let mut open: Vec<String> = Vec::new();
    let mut roots = 0;
    loop {
        match reader.read_event().map_err(|e| format!("{e} at {}", reader.error_position()))? {
            Event::Start(tag) => {
                roots += usize::from(open.is_empty());
                element(&tag, &open)?;
                open.push(tag.name().as_ref().to_owned());
            }
            Event::Empty(tag) => {
                roots += usize::from(open.is_empty());
                element(&tag, &open)?;
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Text(_) if open.is_empty() => return Err("text outside <speak>".into()),
            Event::Text(text) => {
                if text.contains(['<', '>', '&']) {
                    return Err(format!("unescaped: {}", &*text));
                }
            }
            Event::GeneralRef(name) => {
                if !["lt", "gt", "amp", "quot", "apos"].contains(&&*name) {
                    return Err(format!("entity {}", &*name));
                }
            }
            Event::Eof if !open.is_empty() => return Err(format!("<{}> is open", open.join("><"))),
            Event::Eof if roots != 1 => return Err(format!("{roots} roots")),
            Event::Eof => return Ok(()),
            other => return Err(format!("{other:?} has no place in a prompt")),
        }
    }
}

fn element(tag: &BytesStart<'_>, open: &[String]) -> Result<(), String> {
    let name = tag.name().as_ref().to_owned();
    if (name == "speak") != open.is_empty() {
        return Err(format!("<{name}> inside {open:?}"));
    }
    if open.iter().any(|outer| ["sub", "say-as", "phoneme", "break"].contains(&outer.as_str())) {
        return Err(format!("<{name}> where only text may be: {open:?}"));
    }
    let (allowed, required): (&[&str], &[&str]) = match name.as_str() {
        "speak" | "p" | "s" => (&[], &[]),
        "lang" => (&["xml:lang"], &["xml:lang"]),
        "phoneme" => (&["alphabet", "ph"], &["alphabet", "ph"]),
        "say-as" => (&["interpret-as", "format"], &["interpret-as"]),
        "break" => (&["time", "strength"], &[]),
        "sub" => (&["alias"], &["alias"]),
        _ => return Err(format!("<{name}> is not allowed")),
    };
    let mut seen = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|e| format!("<{name}>: {e}"))?;
        let key = attribute.key.as_ref().to_owned();
        let value = attribute.value.into_owned();
        if !allowed.contains(&key.as_str()) {
            return Err(format!("<{name} {key}> is not allowed"));
        }
        let good = match key.as_str() {
            "xml:lang" => ["en-US", "fr-CA", "fr-FR"].contains(&value.as_str()),
            "time" => value
                .strip_suffix("ms")
                .and_then(|ms| ms.parse::<u32>().ok())
                .is_some_and(|ms| ms <= 2_000),
            "alphabet" => ["ipa", "x-sampa"].contains(&value.as_str()),
            _ => !value.contains(['<', '>']),
        };
        if !good {
            return Err(format!("<{name} {key}={value:?}>"));
        }
        seen.push(key);
    }
    match required.iter().find(|r| !seen.iter().any(|s| s == *r)) {
        Some(missing) => Err(format!("<{name}> without {missing}")),
        None => Ok(()),
    }
}
