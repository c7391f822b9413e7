//! What of an answer or a failure may be repeated.

use serde_json::Value;

use super::{Address, Error};

/// How much of Keycloak's own message is repeated, in characters.
const LONGEST: usize = 200;

/// Keycloak's message: `errorMessage`, else `error` with its description.
pub(super) fn own_words(body: &Value) -> String {
    let said = match (&body["errorMessage"], &body["error"], &body["error_description"]) {
        (Value::String(message), _, _) => message.clone(),
        (_, Value::String(error), Value::String(more)) => format!("{error}, {more}"),
        (_, Value::String(error), _) => error.clone(),
        _ => "no message".to_owned(),
    };
    said.chars().filter(|c| !c.is_control()).take(LONGEST).collect()
}

/// The innermost cause of a request that got no answer. Addresses of ours hold no secret.
pub(super) fn unreachable(address: &Address, error: &reqwest::Error) -> Error {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let cause = if error.is_timeout() { "no answer in time".to_owned() } else { cause.to_string() };
    Error::Unreachable { url: address.to_string(), cause }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_message_is_repeated() {
        assert_eq!(
            own_words(&json!({"errorMessage": "Client x exists", "params": ["p"]})),
            "Client x exists"
        );
        assert_eq!(own_words(&json!({"error": "e", "error_description": "d"})), "e, d");
        assert_eq!(own_words(&Value::Null), "no message");
        assert_eq!(own_words(&json!({"error": "x\n".repeat(500)})).len(), LONGEST);
    }
}
