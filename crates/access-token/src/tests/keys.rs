//! [`KeySet`].

use serde_json::json;

use super::signer::{NOBODY, REALM};
use super::{NOW, check, claims, set};
use crate::{KeySet, NoKeySet, Refused};

#[test]
fn what_is_no_key_set_is_refused() {
    for body in ["", "[]", "{}", "{\"keys\":", "{\"keys\":{}}", "{\"keys\":null}", "<html>"] {
        assert_eq!(KeySet::read(body.as_bytes()).unwrap_err(), NoKeySet, "{body}");
    }
    assert!(KeySet::read(b"{\"keys\":[],\"more\":1}").unwrap().key("k").is_none());
}

#[test]
fn keys_that_are_not_known_here_hide_no_other() {
    let keys = set(&[
        json!({"kty": "LATER", "kid": "later", "use": "sig"}),
        json!({"kty": "RSA", "kid": "no numbers", "use": "sig"}),
        json!({"kty": "EC", "crv": "P-999", "kid": "curve", "use": "sig", "x": "AA", "y": "AA"}),
        json!("a word"),
        json!(null),
        REALM.published("k", &json!({})),
    ]);
    assert!(check(&keys, &REALM.token(&claims()), NOW).is_ok());
    for id in ["later", "no numbers", "curve", "a word", ""] {
        assert!(keys.key(id).is_none(), "{id}");
    }
}

#[test]
fn only_rsa_keys_for_signatures_by_rs256_sign() {
    let token = REALM.token(&claims());
    for but in [json!({}), json!({"alg": null})] {
        let keys = set(&[REALM.published("k", &but)]);
        assert!(check(&keys, &token, NOW).is_ok(), "{but}");
    }
    for but in [
        json!({"use": "enc"}),
        json!({"use": "SIG"}),
        json!({"use": null}),
        json!({"alg": "RS512"}),
        json!({"alg": "PS256"}),
        json!({"alg": "RSA-OAEP"}),
        json!({"alg": "HS256"}),
        json!({"alg": "made up"}),
        json!({"kid": null}),
        json!({"n": "no base64!"}),
    ] {
        let keys = set(&[REALM.published("k", &but)]);
        assert_eq!(check(&keys, &token, NOW), Err(Refused::UnknownKey), "{but}");
    }
    // Of other kinds, under the very id.
    let coordinate = "A".repeat(43);
    for other in [
        json!({"kty": "EC", "crv": "P-256", "kid": "k", "use": "sig", "x": coordinate,
            "y": coordinate}),
        json!({"kty": "OKP", "crv": "Ed25519", "kid": "k", "use": "sig", "x": coordinate}),
        json!({"kty": "oct", "kid": "k", "use": "sig", "k": coordinate}),
    ] {
        let keys = set(std::slice::from_ref(&other));
        assert_eq!(check(&keys, &token, NOW), Err(Refused::UnknownKey), "{other}");
        // Nor does it stand before the right one.
        let keys = set(&[other, REALM.published("k", &json!({}))]);
        assert!(check(&keys, &token, NOW).is_ok());
    }
}

#[test]
fn the_first_key_of_an_id_counts() {
    let (realm, nobody) = (REALM.published("k", &json!({})), NOBODY.published("k", &json!({})));
    let token = REALM.token(&claims());
    assert!(check(&set(&[realm.clone(), nobody.clone()]), &token, NOW).is_ok());
    assert_eq!(check(&set(&[nobody, realm]), &token, NOW), Err(Refused::Signature));
}
