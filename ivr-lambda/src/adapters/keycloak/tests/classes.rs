//! What each answer of a real server means (DECISIONS 53). The bodies are those of 26.4.7
//! (`facts/keycloak-26.md` 6.1, 7, 8).

use crate::adapters::http::Reply;
use crate::adapters::keycloak::refusal::{Asked, Refusal, read};

/// The class alone.
fn class(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::WrongCredentials => "wrong",
        Refusal::AccountDisabled => "disabled",
        Refusal::ActionRequired => "incomplete",
        Refusal::Locked => "locked",
        Refusal::SessionOver => "over",
        Refusal::SecretRefused(_) => "secret",
        Refusal::Misconfigured(_) => "config",
        Refusal::Transient(_) => "transient",
    }
}

const JSON: &str = "application/json";
const ICC: &str = r#"{"error":"invalid_grant","error_description":"Invalid user credentials"}"#;
const CLIENT: &str = "Invalid client or Invalid client credentials";

#[rustfmt::skip]
const TABLE: &[(u16, &str, &str, [&str; 4])] = &[
    // status, content type, body; class for login, refresh, logout, service
    (401, JSON, ICC, ["wrong", "over", "over", "config"]),
    (400, JSON, r#"{"error":"invalid_grant","error_description":"Account disabled"}"#, ["disabled", "over", "over", "config"]),
    (400, JSON, r#"{"error":"invalid_grant","error_description":"Account is not fully set up"}"#, ["incomplete", "over", "over", "config"]),
    (400, JSON, r#"{"error":"invalid_grant","error_description":"something new"}"#, ["incomplete", "over", "over", "config"]),
    (400, JSON, r#"{"error":"invalid_grant","error_description":"Account temporarily disabled"}"#, ["locked", "over", "over", "config"]),
    (400, JSON, r#"{"error":"account_temporarily_disabled"}"#, ["locked", "config", "config", "config"]),
    (401, JSON, r#"{"error":"user_disabled"}"#, ["locked", "config", "config", "config"]),
    (400, JSON, r#"{"error":"invalid_grant","error_description":"Token is not active"}"#, ["incomplete", "over", "over", "config"]),
    (400, JSON, r#"{"error":"invalid_grant","error_description":"Maximum allowed refresh token reuse exceeded"}"#, ["incomplete", "over", "over", "config"]),
    (400, JSON, r#"{"error":"invalid_grant","error_description":"Session doesn't have required client"}"#, ["incomplete", "over", "over", "config"]),
    (400, JSON, r#"{"error":"invalid_grant","error_description":"Session not active"}"#, ["incomplete", "over", "over", "config"]),
    (400, JSON, r#"{"error":"invalid_grant","error_description":"User disabled"}"#, ["disabled", "over", "over", "config"]),
    (400, JSON, r#"{"error":"invalid_grant","error_description":"Stale token"}"#, ["incomplete", "over", "over", "config"]),
    (400, JSON, r#"{"error":"invalid_grant","error_description":"Invalid refresh token. Token client and authorized client don't match"}"#, ["incomplete", "over", "over", "config"]),
    (400, JSON, r#"{"error":"invalid_request","error_description":"No refresh token"}"#, ["config"; 4]),
    (401, JSON, r#"{"error":"invalid_request","error_description":"Missing parameter: username"}"#, ["config"; 4]),
    (400, JSON, r#"{"error":"invalid_request","error_description":"Missing parameter: dob"}"#, ["config"; 4]),
    (400, JSON, r#"{"error":"invalid_request","error_description":"duplicated parameter"}"#, ["config"; 4]),
    (401, JSON, r#"{"error":"invalid_request","error_description":"User 'service-account-ivr-service' disabled"}"#, ["config"; 4]),
    (401, JSON, r#"{"error":"invalid_client","error_description":"Invalid client or Invalid client credentials"}"#, ["config"; 4]),
    (401, JSON, r#"{"error":"unauthorized_client","error_description":"Invalid client or Invalid client credentials"}"#, ["secret"; 4]),
    (400, JSON, r#"{"error":"unauthorized_client","error_description":"Client not allowed for direct access grants"}"#, ["config"; 4]),
    (401, JSON, r#"{"error":"unauthorized_client","error_description":"Client not enabled to retrieve service account"}"#, ["config"; 4]),
    (400, JSON, r#"{"error":"invalid_client","error_description":"Client requires user consent"}"#, ["config"; 4]),
    (400, JSON, r#"{"error":"invalid_scope","error_description":"Invalid scopes: nonsense"}"#, ["config"; 4]),
    (403, JSON, r#"{"error":"access_denied","error_description":"Realm not enabled"}"#, ["config"; 4]),
    (403, JSON, r#"{"error":"invalid_request","error_description":"HTTPS required"}"#, ["config"; 4]),
    (404, JSON, r#"{"error":"Realm does not exist"}"#, ["config"; 4]),
    (400, JSON, r#"{"error":"unsupported_grant_type","error_description":"Unsupported grant_type"}"#, ["config"; 4]),
    (405, JSON, r#"{"error":"HTTP 405 Method Not Allowed"}"#, ["config"; 4]),
    (401, "text/html", "<html>Access denied</html>", ["config"; 4]),
    (404, "text/html", "<html>Not Found</html>", ["config"; 4]),
    (401, "", ICC, ["config"; 4]),
    (400, JSON, r#"{"reason":"no error here"}"#, ["config"; 4]),
    (400, JSON, r#"{"error":{"code":1}}"#, ["config"; 4]),
    (307, "", "", ["config"; 4]),
    (500, JSON, r#"{"error":"unknown_error","error_description":"For more on this error consult the server log."}"#, ["transient"; 4]),
    (502, "text/html", "<html>Bad Gateway</html>", ["transient"; 4]),
    (503, "", "", ["transient"; 4]),
    (429, JSON, r#"{"error":"invalid_grant"}"#, ["transient"; 4]),
    (401, JSON, r#"{"error":"invalid_gra"#, ["transient"; 4]),
    (401, JSON, "", ["transient"; 4]),
    (200, JSON, r#"{"access_token":"eyJ"#, ["transient"; 4]),
    (200, "text/html", "<html>maintenance</html>", ["transient"; 4]),
];

#[test]
fn every_answer_has_one_meaning() {
    let asked = [Asked::Login, Asked::Refresh, Asked::Logout, Asked::Service];
    for (status, content_type, body, expected) in TABLE {
        let reply = Reply {
            status: *status,
            content_type: (*content_type).to_owned(),
            body: body.as_bytes().to_vec(),
        };
        let read = asked.map(|asked| class(read(asked, &reply)));
        assert_eq!(&read, expected, "{status} {content_type} {body}");
    }
}

#[test]
fn only_one_pair_of_words_has_the_secret_read_again() {
    let reply = |status, error: &str, description: &str| Reply {
        status,
        content_type: JSON.to_owned(),
        body: serde_json::json!({"error": error, "error_description": description})
            .to_string()
            .into_bytes(),
    };
    let class_of = |reply: &Reply| class(read(Asked::Service, reply));
    assert_eq!(class_of(&reply(401, "unauthorized_client", CLIENT)), "secret");
    assert_eq!(class_of(&reply(400, "unauthorized_client", CLIENT)), "config");
    assert_eq!(class_of(&reply(401, "invalid_client", CLIENT)), "config");
    assert_eq!(class_of(&reply(401, "unauthorized_client", "Public client not")), "config");
}
