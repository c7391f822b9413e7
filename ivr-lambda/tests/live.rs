//! `--live` and `doctor` before anything is sent: what is wrong is named, and no secret repeated.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod step;

use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::{Value, json};
use step::{folder, step_ivr, world};

const REALM: &str =
    "tenant-2847f796-3f75-5c9b-a034-b521cd7d86be-event-a352583b-1f1c-5f22-987c-44655e1f9845";

fn env(test: &str, change: impl FnOnce(&mut Value)) -> PathBuf {
    let folder = folder(test);
    std::fs::write(folder.join("voting.txt"), "canary-voting\n").unwrap();
    let mut value = json!({"keycloak": {"url": "http://127.0.0.1:9", "realm": REALM,
        "voting_secret": {"file": "voting.txt"}, "service_secret": {"env": "LIVE_TEST_SERVICE"}}});
    change(&mut value);
    let file = folder.join("env.json");
    std::fs::write(&file, value.to_string()).unwrap();
    file
}

fn call(env: &Path, more: &[&str]) -> (Option<i32>, String) {
    let mut command = step_ivr();
    command.args(["call", "--json", "--keys", "1", "--world"]).arg(world("barrie"));
    told(
        &command
            .arg("--live")
            .arg(env)
            .args(more)
            .env("LIVE_TEST_SERVICE", "canary-service")
            .output()
            .unwrap(),
    )
}

fn doctor(env: &Path) -> (Option<i32>, String) {
    let mut command = step_ivr();
    command.args(["doctor", "--live"]).arg(env).env("LIVE_TEST_SERVICE", "canary-service");
    told(&command.output().unwrap())
}

fn told(output: &Output) -> (Option<i32>, String) {
    let out = String::from_utf8(output.stdout.clone()).unwrap();
    let err = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(!out.contains("canary") && !err.contains("canary"), "{out}{err}");
    (output.status.code(), out + &err)
}

#[cfg(not(feature = "live"))]
#[test]
fn without_the_feature_both_say_how_to_build_with_it() {
    let env = env("no-feature", |_| {});
    for (code, text) in [call(&env, &[]), doctor(&env)] {
        assert_eq!(code, Some(2));
        assert!(text.contains("--features live"), "{text}");
        assert_eq!(text.lines().filter(|line| line.contains("step-ivr:")).count(), 1, "{text}");
    }
}

#[cfg(feature = "live")]
mod built_in {
    use super::*;

    #[test]
    fn what_is_wrong_with_the_file_is_named() {
        type Change = fn(&mut Value);
        let changes: [(Change, &str); 18] = [
            (|v| v["keycloak"]["voting_secret"] = json!("canary"), "$.keycloak.voting_secret"),
            (|v| v["keycloak"]["voting_secret"] = json!({"value": "canary"}), r#"{"env": "NAME"}"#),
            (
                |v| v["keycloak"]["voting_secret"] = json!({"env": "LIVE_NO_SUCH"}),
                "LIVE_NO_SUCH is not set",
            ),
            (|v| v["keycloak"]["voting_secret"] = json!({"file": "no.txt"}), "no.txt"),
            (
                |v| v["keycloak"]["realm"] = json!("master"),
                "$.keycloak.realm: write tenant-{tenant id}",
            ),
            (
                |v| v["keycloak"]["url"] = json!("http://keycloak.example.org"),
                "$.keycloak.url: https only",
            ),
            (
                |v| v["keycloak"]["url"] = json!("https://a:canary@keycloak.example.org"),
                "$.keycloak.url: no user name",
            ),
            (|v| v["keycloak"]["secret"] = json!("canary"), "unknown field `secret`"),
            (
                |v| v["hasura"] = json!({"url": "http://hasura.example.org"}),
                "$.hasura.url: https only",
            ),
            (|v| *v = json!({"hasura": {"url": "https://x.example"}}), "$.hasura: without"),
            (|v| v["harvest"] = json!({"url": "https://x"}), "missing field `door`"),
            (|v| v["harvest"] = json!({"door": "back"}), "$.harvest.door: unknown variant `back`"),
            (|v| v["harvest"] = json!({"door": "direct"}), "$.harvest.url: where Harvest is"),
            (
                |v| v["harvest"] = json!({"url": "http://harvest.example.org", "door": "direct"}),
                "$.harvest.url: https only",
            ),
            (
                |v| v["harvest"] = json!({"door": "hasura"}),
                "$.harvest.door: \"hasura\" is a door of",
            ),
            (
                |v| *v = json!({"harvest": {"url": "https://x.example", "door": "direct"}}),
                "$.harvest: without",
            ),
            (
                |v| v["publication"] = json!({"base_url": "https://x"}),
                "$.publication: step-ivr does not",
            ),
            (|v| *v = json!({}), "no section"),
        ];
        for (n, (change, says)) in changes.into_iter().enumerate() {
            let env = env(&format!("bad-{n}"), change);
            for (code, text) in [call(&env, &[]), doctor(&env)] {
                assert_eq!(code, Some(2), "{says}: {text}");
                assert!(text.contains(says), "{says}: {text}");
                assert!(text.contains("env.json"), "{text}");
            }
        }
    }

    #[test]
    fn the_realm_is_that_of_the_dialled_number() {
        let other = "tenant-00000000-0000-0000-0000-000000000001-event-00000000-0000-0000-0000-000000000002";
        let env = env("other-realm", |v| v["keycloak"]["realm"] = json!(other));
        let (code, text) = call(&env, &[]);
        assert_eq!(code, Some(2), "{text}");
        assert!(text.contains(other) && text.contains(REALM), "{text}");
    }

    #[test]
    fn the_clock_is_real() {
        let env = env("clock", |_| {});
        let (code, text) = call(&env, &["--now", "2026-10-05T14:00:00Z"]);
        assert_eq!(code, Some(2));
        assert!(text.contains("--now with --live"), "{text}");
        // Nothing listens there: the call ends, and is a call.
        let (code, text) = call(&env, &["--log"]);
        assert_eq!(code, Some(0), "{text}");
        assert!(text.contains("the clock is the real one"), "{text}");
        assert!(text.contains("system_error"), "{text}");
    }

    #[test]
    fn a_server_that_is_not_there_is_an_illness() {
        let (code, text) = doctor(&env("nobody", |_| {}));
        assert_eq!(code, Some(1), "{text}");
        assert!(text.contains("connection refused"), "{text}");
        assert!(text.contains("A voter could not vote"), "{text}");
        assert!(!text.contains("blacklist"), "no gateway, no questions to it: {text}");
    }

    #[test]
    fn a_gateway_is_asked_each_document_in_its_role() {
        let env = env("gateway", |v| v["hasura"] = json!({"url": "http://127.0.0.1:9"}));
        let (code, text) = doctor(&env);
        assert_eq!(code, Some(1), "{text}");
        for question in [
            "FAIL blacklist, as can_read_phone_blacklist: ",
            "FAIL record of a call, as can_record_ivr_call: ",
            "--   status of the event, as user: not tried",
            "--   elections, as user: not tried",
            "--   the voter's ballots, as user: not tried",
        ] {
            assert!(text.contains(question), "{question}: {text}");
        }
    }
}
