//! The new files for `harvest` that need nothing of it. The others need its web server: the
//! README says which.
#![allow(missing_docs, reason = "tests of code that lives in another crate")]
#![allow(dead_code, unreachable_pub, reason = "what the platform calls, nobody calls here")]
#![allow(clippy::all, reason = "the code follows the lints of the crate that it goes to")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use url::Url;

#[path = "../files/harvest/telephone_target.rs"]
mod telephone_target;

use telephone_target::target;

/// What paths are made of by somebody who wants to go elsewhere.
const PIECES: [&str; 26] = [
    "a",
    "b1",
    "/",
    "//",
    ".",
    "..",
    "...",
    "%2e",
    "%2E%2e",
    "%2f",
    "%5C",
    "%25",
    "%252f",
    "%00",
    "%",
    "%2",
    "\\",
    "@",
    ":",
    "other.example",
    "?",
    "#",
    ";",
    "\t",
    "+",
    "%2B1",
];

/// Every path of up to three pieces: where it goes, as who sends it reads it, is below the service.
#[test]
fn whatever_the_path_nothing_goes_elsewhere() {
    let mut paths = vec![String::new()];
    let mut last = paths.clone();
    for _ in 0..3 {
        let longer = |start: &String| PIECES.map(|piece| format!("{start}{piece}"));
        last = last.iter().flat_map(longer).collect();
        paths.extend_from_slice(&last);
    }
    let mut gone = 0;
    for service in ["http://ivr.internal:8090", "http://ivr.internal:8090/telephone/"] {
        let base = Url::parse(service).unwrap();
        let below = format!("{}/", base.path().trim_end_matches('/'));
        for path in &paths {
            let Some(address) = target(service, &format!("/ivr/{path}"), None) else { continue };
            gone += 1;
            let sent = Url::parse(&address).unwrap();
            assert_eq!(sent.origin(), base.origin(), "{path}");
            assert!(sent.username().is_empty() && sent.password().is_none(), "{path}");
            assert!(sent.query().is_none() && sent.fragment().is_none(), "{path}");
            // Nothing was folded, decoded or dropped on the way.
            assert_eq!(sent.path(), format!("{below}{path}"), "{path}");
            let decoded: Vec<u8> = percent(sent.path());
            let decoded = String::from_utf8_lossy(&decoded);
            assert_eq!(decoded.matches('/').count(), sent.path().matches('/').count(), "{path}");
            assert!(!decoded.split(['/', '\\']).any(|part| part == ".."), "{path}");
        }
    }
    assert!(gone > 100, "{gone}: only what goes somewhere is looked at");
}

/// Outside the prefix there is no address at all, in whatever way the prefix is written.
#[test]
fn nothing_but_the_prefix_is_handed_on() {
    for path in [
        "/insert-cast-vote",
        "/ivr/../insert-cast-vote",
        "/ivr/%2e%2e/insert-cast-vote",
        "/ivr/..%2finsert-cast-vote",
        "/ivr/%2e%2e%2finsert-cast-vote",
        "/ivr/a/../../insert-cast-vote",
        "/ivr%2finsert-cast-vote",
        "/IVR/insert-cast-vote",
        "//ivr/insert-cast-vote",
        "/./ivr/insert-cast-vote",
        "ivr/insert-cast-vote",
        "",
    ] {
        assert_eq!(target("http://ivr.internal:8090", path, None), None, "{path}");
    }
}

fn percent(path: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::new(), path.as_bytes());
    while let Some((&first, others)) = rest.split_first() {
        rest = others;
        let code = others.get(..2).and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()).filter(|_| first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &others[2..];
            }
            None => bytes.push(first),
        }
    }
    bytes
}
