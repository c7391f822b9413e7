//! The answer of `/ivr-config`, read strictly: whatever cannot be asked by telephone is found when
//! the call begins, not when its prompt is due (design 5.1.2, 5.1.3).

use std::collections::BTreeSet;

use ivr_core::phases::auth::check_steps;
use ivr_core::ports::AuthStep;
use serde::Deserialize;

/// Parameters of the grant itself: no step may be sent as one of them.
pub(super) fn is_protocol_parameter(name: &str) -> bool {
    const PROTOCOL: &[&str] = &[
        "assertion",
        "audience",
        "client_assertion",
        "client_assertion_type",
        "client_id",
        "client_secret",
        "code",
        "grant_type",
        "redirect_uri",
        "refresh_token",
        "resource",
        "scope",
    ];
    PROTOCOL.contains(&name)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    field: String,
    max_digits: u8,
    terminator: String,
    maps_to: String,
    #[serde(default)]
    prompt_key: Option<String>,
}

/// Reads the steps of a realm; what is wrong comes back in words for an operator.
pub(super) fn read(body: &[u8]) -> Result<Vec<AuthStep>, String> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let answer: Answer = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        // The path is made of our own field names; what stands there is not repeated.
        let what = match error.inner().classify() {
            serde_json::error::Category::Data => "is missing, of another type or unknown here",
            _ => "is not JSON",
        };
        format!("/ivr-config: {} {what}", path(error.path()))
    })?;
    reader.end().map_err(|_| "/ivr-config: something follows the JSON".to_owned())?;
    let steps: Vec<AuthStep> = answer.steps.into_iter().map(Into::into).collect();
    checked(&steps).map_err(|detail| format!("/ivr-config: {detail}"))?;
    Ok(steps)
}

impl From<Step> for AuthStep {
    fn from(step: Step) -> Self {
        let Step { field, max_digits, terminator, maps_to, prompt_key } = step;
        Self { field, max_digits, terminator, maps_to, prompt_key }
    }
}

fn path(path: &serde_path_to_error::Path) -> String {
    let path = path.to_string();
    if path == "." { "the answer".to_owned() } else { path }
}

/// Whether every step can be asked and sent.
fn checked(steps: &[AuthStep]) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for step in steps {
        for (name, value) in [("field", &step.field), ("maps_to", &step.maps_to)] {
            if !is_word(value) {
                return Err(format!("a step's {name} is not a word of letters, digits and _"));
            }
        }
        if step.prompt_key.as_deref().is_some_and(|key| !is_word(key)) {
            return Err(format!("step {}: prompt_key is not a prompt's name", step.field));
        }
        if is_protocol_parameter(&step.maps_to) {
            let name = &step.maps_to;
            return Err(format!("step {}: {name} is a parameter of the protocol", step.field));
        }
        if !seen.insert(&step.maps_to) {
            return Err(format!("two steps map to {}", step.maps_to));
        }
    }
    check_steps(steps)?;
    if seen.iter().any(|name| *name == "username") {
        Ok(())
    } else {
        Err("no step maps to username".to_owned())
    }
}

/// Short, and nothing that could forge a line of a log.
fn is_word(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    (1..=64).contains(&text.len()) && text.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(steps: &str) -> Result<Vec<AuthStep>, String> {
        read(format!(r#"{{"steps":[{steps}]}}"#).as_bytes())
    }

    const USERNAME: &str =
        r##"{"field":"voter_id","max_digits":8,"terminator":"#","maps_to":"username"}"##;

    fn second(change: &str) -> String {
        let step = r##"{"field":"pin","max_digits":8,"terminator":"#","maps_to":"password"}"##;
        let (from, to) = change.split_once(" -> ").unwrap();
        assert!(step.contains(from), "{from}");
        format!("{USERNAME},{}", step.replacen(from, to, 1))
    }

    #[test]
    fn the_designs_answers_are_read() {
        let pin = steps(&second("8 -> 8")).unwrap();
        assert_eq!(pin[1].maps_to, "password");
        assert_eq!(pin[1].prompt_key, None);
        let year = second(r#""password" -> "birth_year","prompt_key":"auth_enter_birth_year""#);
        assert_eq!(steps(&year).unwrap()[1].prompt_key.as_deref(), Some("auth_enter_birth_year"));
        assert!(steps(&second(r##""#" -> """##)).is_ok());
        for digits in [1, 20] {
            assert!(steps(&second(&format!("8 -> {digits}"))).is_ok());
        }
    }

    #[test]
    fn what_cannot_be_asked_is_named() {
        for (change, says) in [
            (r#""password" -> "birth_year""#, "no prompt for parameter birth_year"),
            ("8 -> 0", "max_digits is 0, not 1 to 20"),
            ("8 -> 21", "max_digits is 21, not 1 to 20"),
            ("8 -> 300", "steps[1].max_digits is missing, of another type"),
            ("8 -> \"8\"", "steps[1].max_digits is missing, of another type"),
            (r##""#" -> "*""##, "the terminator is # or nothing"),
            (r#""password" -> "username""#, "two steps map to username"),
            (r#""password" -> "client_secret""#, "client_secret is a parameter of the protocol"),
            (r#""pin" -> "p\nin""#, "a step's field is not a word"),
            (r#""field":"pin", -> "#, "steps[1] is missing, of another type or unknown"),
            (r#""field" -> "optional":true,"field""#, "steps[1].optional is missing, of another"),
        ] {
            let refused = steps(&second(change)).unwrap_err();
            assert!(refused.contains(says), "{change}: {refused}");
        }
        assert!(steps("").unwrap_err().contains("asks for no credential"));
        let alone = USERNAME.replace("username", "password");
        assert!(steps(&alone).unwrap_err().contains("no step maps to username"));
        for body in ["", "[]", "{}", "<html>", r#"{"steps":null}"#, r#"{"steps":[]} x"#] {
            assert!(read(body.as_bytes()).unwrap_err().starts_with("/ivr-config: "), "{body}");
        }
    }
}
