//! [`plain_text`]: what a caller hears, for transcripts.

/// What is heard of SSML that this crate made: markup removed, entities decoded, `<sub>` by its
/// alias, white space collapsed. Pauses are not spoken, but they part words.
pub fn plain_text(ssml: &str) -> String {
    let mut out = String::with_capacity(ssml.len());
    let mut rest = ssml;
    while let Some(start) = rest.find('<') {
        push_heard(&mut out, &rest[..start]);
        let Some(end) = rest[start..].find('>') else {
            rest = "";
            break;
        };
        let tag = &rest[start + 1..start + end];
        rest = &rest[start + end + 1..];
        if let Some(alias) = tag.strip_prefix("sub ").and_then(alias) {
            push_heard(&mut out, alias);
            rest = rest.find("</sub>").map_or(rest, |close| &rest[close..]);
        } else if matches!(tag_name(tag), "break" | "p" | "s") {
            push_heard(&mut out, " ");
        }
    }
    push_heard(&mut out, rest);
    if out.ends_with(' ') {
        out.pop();
    }
    out
}

fn tag_name(tag: &str) -> &str {
    let tag = tag.trim_start_matches('/');
    tag.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or(tag)
}

fn alias(attributes: &str) -> Option<&str> {
    let value = attributes.split_once("alias=\"")?.1;
    value.split_once('"').map(|(alias, _)| alias)
}

/// Adds text with its entities decoded, no white space at the beginning and never two in a row.
fn push_heard(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (c, len) = entity(rest).unwrap_or((c, c.len_utf8()));
        rest = &rest[len..];
        if !c.is_whitespace() {
            // A pause before the end of a sentence leaves no gap in what is read.
            if matches!(c, '.' | ',') && out.ends_with(' ') {
                out.pop();
            }
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
}

/// The entity that begins here and its length; our own output has only these.
fn entity(text: &str) -> Option<(char, usize)> {
    const ENTITIES: [(&str, char); 5] =
        [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&'), ("&quot;", '"'), ("&apos;", '\'')];
    if !text.starts_with('&') {
        return None;
    }
    ENTITIES.into_iter().find(|(e, _)| text.starts_with(e)).map(|(e, c)| (c, e.len()))
}
