//! The token that a voter would get, as Keycloak itself composes it: against the list that the
//! platform's decoder requires (facts `sequent-platform.md` 4.2).

use std::collections::BTreeMap;

use serde_json::Value;

use super::Finding;
use crate::admin::{Admin, Error};
use crate::desired::RealmName;
use crate::planning::Snapshot;

const HASURA: &str = "https://hasura.io/jwt/claims";

pub(super) fn look(
    admin: &Admin,
    realm: &RealmName,
    s: &Snapshot,
    voters: &[String],
    found: &mut Vec<Finding>,
) -> Result<(), Error> {
    let Some(client) = &s.voting else { return Ok(()) };
    let path =
        "/admin/realms/{realm}/clients/{client}/evaluate-scopes/generate-example-access-token";
    let mut missing: BTreeMap<String, usize> = BTreeMap::new();
    for voter in voters {
        let query = [("scope", ""), ("userId", voter.as_str())];
        let Some(token) = admin.get_where(path, &[&realm.full, client.id()], &query)? else {
            continue;
        };
        for claim in wrong(&token) {
            *missing.entry(claim).or_default() += 1;
        }
    }
    for (claim, count) in missing {
        found.push(Finding::stops(
            format!("the token of {count} of {} sampled voters {claim}", voters.len()),
            "`realm apply`; the voter's attributes, roles and groups",
        ));
    }
    Ok(())
}

/// What is wrong with a voter's token, in words without a value of the voter's.
fn wrong(token: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut need = |claim: &str, well: bool| {
        if !well {
            wrong.push(format!("lacks {claim}"));
        }
    };
    for claim in ["exp", "iat", "auth_time"] {
        need(claim, token[claim].is_i64());
    }
    for claim in ["jti", "iss", "sub", "typ", "azp", "acr", "scope"] {
        need(claim, token[claim].is_string());
    }
    need("allowed-origins", token["allowed-origins"].is_array());
    need("email_verified", token["email_verified"].is_boolean());
    let hasura = &token[HASURA];
    for claim in ["default-role", "tenant-id", "user-id", "area-id", "authorized-election-ids"] {
        let claim = format!("x-hasura-{claim}");
        need(&claim, hasura[&claim].is_string());
    }
    need("authorized-election-ids", hasura["authorized-election-ids"].is_array());
    let roles = hasura["x-hasura-allowed-roles"].as_array().map_or(&[][..], Vec::as_slice);
    need("the role user in x-hasura-allowed-roles", roles.iter().any(|r| r == "user"));
    if roles.iter().any(|r| r == "admin") {
        wrong.push("carries the role admin into Hasura".to_owned());
    }
    wrong
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn good() -> Value {
        json!({"exp": 1, "iat": 1, "auth_time": 1, "jti": "j", "iss": "i", "sub": "s", "typ": "Bearer",
            "azp": "ivr-voting", "acr": "1", "scope": "", "allowed-origins": ["https://ivr.invalid"],
            "email_verified": false, HASURA: {"x-hasura-default-role": "user", "x-hasura-tenant-id": "t",
            "x-hasura-user-id": "u", "x-hasura-area-id": "a", "x-hasura-allowed-roles": ["user"],
            "x-hasura-authorized-election-ids": "{}", "authorized-election-ids": ["e"]}})
    }

    #[test]
    fn a_good_token_has_nothing_wrong() {
        assert_eq!(wrong(&good()), Vec::<String>::new());
    }

    #[test]
    fn every_claim_is_missed() {
        for claim in ["auth_time", "allowed-origins", "email_verified", "sub", "acr"] {
            let mut token = good();
            token.as_object_mut().unwrap().remove(claim);
            assert_eq!(wrong(&token), [format!("lacks {claim}")]);
        }
        let claims: Vec<String> = good()[HASURA].as_object().unwrap().keys().cloned().collect();
        for claim in claims {
            let mut token = good();
            token[HASURA].as_object_mut().unwrap().remove(&claim);
            assert_eq!(wrong(&token).len(), 1, "{claim}");
        }
    }

    #[test]
    fn admin_is_seen() {
        let mut token = good();
        token[HASURA]["x-hasura-allowed-roles"] = json!(["user", "admin"]);
        assert_eq!(wrong(&token), ["carries the role admin into Hasura"]);
    }
}
