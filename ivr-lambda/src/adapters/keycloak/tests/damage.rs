//! Any bytes at all: nothing panics, nothing is repeated.

use proptest::prelude::*;

use crate::adapters::http::Reply;
use crate::adapters::keycloak::refusal::{Asked, read};
use crate::adapters::keycloak::{claims, steps};

fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..300),
        "[ -~]{0,200}".prop_map(String::into_bytes),
        ("[a-z_]{0,20}", "\\PC{0,60}").prop_map(|(error, description)| {
            serde_json::json!({"error": error, "error_description": description})
                .to_string()
                .into_bytes()
        }),
    ]
}

proptest! {
    #[test]
    fn a_refusal_is_read_from_anything(
        status in 100u16..1000,
        content_type in prop_oneof![Just("application/json".to_owned()), "[a-z/+;= ]{0,30}"],
        body in body(),
        marker in "[a-zA-Z0-9]{12}",
    ) {
        let mut body = body;
        body.extend_from_slice(marker.as_bytes());
        let reply = Reply { status, content_type, body };
        for asked in [Asked::Login, Asked::Refresh, Asked::Logout, Asked::Service] {
            let text = format!("{:?}", read(asked, &reply));
            prop_assert!(!text.contains(&marker), "{}", text);
        }
    }

    #[test]
    fn a_description_is_never_repeated(
        status in 400u16..500,
        error in "[a-z_]{1,30}",
        rest in "[a-zA-Z0-9]{8,40}",
        known in prop_oneof![Just("Invalid scopes: "), Just("User '"), Just("Missing parameter: "), Just("")],
    ) {
        let description = format!("{known}{rest}");
        let body = serde_json::json!({"error": error, "error_description": description});
        let reply = Reply {
            status,
            content_type: "application/json".into(),
            body: body.to_string().into_bytes(),
        };
        let text = format!("{:?}", read(Asked::Service, &reply));
        prop_assert!(!text.contains(&rest), "{}", text);
    }

    #[test]
    fn claims_are_read_from_anything(token in "[ -~]{0,200}", parts in body()) {
        use base64::Engine as _;
        let _ = claims::voter(&token);
        let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(parts);
        let _ = claims::voter(&format!("a.{payload}.b"));
        let _ = claims::expires_at(&format!("a.{payload}.b"));
    }

    #[test]
    fn steps_are_read_from_anything(bytes in body(), marker in "[A-Z0-9]{12}") {
        let _ = steps::read(&bytes);
        // A value of another type is named by its place and not shown.
        let wrong = format!(r#"{{"steps":[{{"field":7,"max_digits":"{marker}"}}]}}"#);
        prop_assert!(!steps::read(wrong.as_bytes()).unwrap_err().contains(&marker));
    }
}
