//! [`ClientSecret`]: what a client's secret is, and what it was before.

use ivr_core::secret::Secret;
use serde_json::Value;

use super::Error;

/// What Keycloak shows in place of a secret; as a secret it would be accepted (facts 10).
pub const MASKED: &str = "**********";

/// Shorter than this is guessed by somebody who tries.
const SHORTEST: usize = 16;

/// The secret of one client, current and previous (DECISIONS 58).
#[derive(Debug, Clone)]
pub struct ClientSecret {
    /// The one it is to have.
    pub current: Secret<String>,
    /// The one it had before the rotation that is going on.
    pub previous: Option<Secret<String>>,
}

/// What a realm holds, compared with the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The current one.
    Current,
    /// The previous one.
    Previous,
    /// Neither.
    Other,
}

impl ClientSecret {
    /// Reads a plain secret, or `{"current": "…", "previous": "…"}`.
    ///
    /// # Errors
    /// [`Error::Unusable`], without the value.
    pub fn parse(option: &'static str, text: &Secret<String>) -> Result<Self, Error> {
        let unusable = |why| Error::Unusable { option, why };
        let text = text.expose();
        if !text.trim_start().starts_with('{') {
            return Ok(Self { current: usable(option, text)?, previous: None });
        }
        let value: Value =
            serde_json::from_str(text).map_err(|_| unusable("begins with { but is not JSON"))?;
        let current = value["current"].as_str().ok_or(unusable("has no text \"current\""))?;
        let previous = match &value["previous"] {
            Value::Null => None,
            Value::String(text) => Some(usable(option, text)?),
            _ => return Err(unusable("\"previous\" is not a text")),
        };
        Ok(Self { current: usable(option, current)?, previous })
    }

    /// How the secret that a realm holds stands to this one.
    pub fn standing(&self, held: &str) -> Standing {
        if held == self.current.expose() {
            Standing::Current
        } else if self.previous.as_ref().is_some_and(|p| p.expose() == held) {
            Standing::Previous
        } else {
            Standing::Other
        }
    }
}

/// Whether this administrator is not shown the client's secret. One who may manage the client and
/// sees asterisks sees the secret: somebody wrote an export back.
pub fn is_hidden(client: &Value) -> bool {
    let shown = client["secret"].as_str().is_some_and(|s| s != MASKED);
    !shown && client["access"]["manage"] != true
}

fn usable(option: &'static str, text: &str) -> Result<Secret<String>, Error> {
    let unusable = |why| Err(Error::Unusable { option, why });
    if !text.is_empty() && text.chars().all(|c| c == '*') {
        return unusable("holds the asterisks that Keycloak shows in place of a secret");
    }
    if text.trim() != text || text.chars().any(char::is_control) {
        return unusable("the secret has spaces or control characters around or in it");
    }
    if text.len() < SHORTEST {
        return unusable("the secret is shorter than 16 characters");
    }
    Ok(Secret::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<ClientSecret, Error> {
        ClientSecret::parse("--voting-secret", &Secret::new(text.to_owned()))
    }

    #[test]
    fn plain_and_with_the_previous_one() {
        let plain = parse("canary-current-one").unwrap();
        assert_eq!(plain.standing("canary-current-one"), Standing::Current);
        let both =
            parse(r#"{"current":"canary-current-two","previous":"canary-current-one"}"#).unwrap();
        assert_eq!(both.standing("canary-current-one"), Standing::Previous);
        assert_eq!(both.standing("something-different"), Standing::Other);
        assert!(!format!("{both:?}").contains("canary"));
    }

    #[test]
    fn asterisks_are_a_secret_to_whoever_may_manage() {
        let client = |manage| serde_json::json!({"secret": MASKED, "access": {"manage": manage}});
        assert!(is_hidden(&client(false)) && !is_hidden(&client(true)));
        assert!(is_hidden(&serde_json::json!({})));
        assert!(!is_hidden(&serde_json::json!({"secret": "canary-canary-canary"})));
    }

    #[test]
    fn what_is_no_secret_is_refused_and_not_repeated() {
        let masked = format!(r#"{{"current":"{MASKED}"}}"#);
        for text in
            [MASKED, &masked, "canary", " canary-canary-canary", "{canary-canary-canary", "{}"]
        {
            let error = parse(text).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
        }
    }
}
