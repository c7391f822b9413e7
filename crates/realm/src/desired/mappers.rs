//! The protocol mappers (facts `sequent-platform.md` 6.2, `keycloak-26.md` 4; DECISIONS 24, 60).

use serde_json::{Map, Value, json};

use super::{RealmName, roles};

/// The namespace of Hasura's claims; the dot inside it is escaped, for a claim name is a path.
pub const NAMESPACE: &str = r"https://hasura\.io/jwt/claims";
/// The platform's own mapper type for elections.
pub const PLATFORM_ELECTIONS: &str = "authorized-elections-oidc-usermodel-attribute-mapper";
/// Our mapper type for `auth_time`.
pub const AUTH_TIME: &str = "ivr-auth-time-mapper";
/// Development only: the attribute that holds Hasura's text form, `{"id", "id"}`.
pub const ELECTIONS_TEXT: &str = "authorized-election-ids-text";

const ATTRIBUTE: &str = "oidc-usermodel-attribute-mapper";
const HARDCODED: &str = "oidc-hardcoded-claim-mapper";
const PROPERTY: &str = "oidc-usermodel-property-mapper";
const REALM_ROLES: &str = "oidc-usermodel-realm-role-mapper";

/// Where the authorised elections come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Elections {
    /// The platform's mapper, which asks Hasura.
    Platform,
    /// Stock mappers over attributes; development realms only.
    Substitute,
}

/// The mappers of `ivr-voting`. `portal`: those of `voting-portal`, whose configuration of the
/// platform's mapper is followed where there is one.
pub fn voting(elections: Elections, portal: &[Value]) -> Vec<Value> {
    let mut mappers = vec![
        hasura("x-hasura-default-role", HARDCODED, &[("claim.value", roles::VOTER)]),
        hasura("x-hasura-tenant-id", ATTRIBUTE, &[("user.attribute", "tenant-id")]),
        hasura("x-hasura-user-id", PROPERTY, &[("user.attribute", "id")]),
        hasura("x-hasura-area-id", ATTRIBUTE, &[("user.attribute", "area-id")]),
        hasura("x-hasura-allowed-roles", REALM_ROLES, &[("multivalued", "true")]),
    ];
    let attribute = ("user.attribute", "authorized-election-ids");
    match elections {
        Elections::Platform => {
            for (claim, array) in
                [("x-hasura-authorized-election-ids", "false"), ("authorized-election-ids", "true")]
            {
                let own =
                    hasura(claim, PLATFORM_ELECTIONS, &[attribute, ("use.array.attrs", array)]);
                mappers.push(as_the_portal_has_it(own, portal));
            }
        }
        Elections::Substitute => {
            let text = [("user.attribute", ELECTIONS_TEXT)];
            mappers.push(hasura("x-hasura-authorized-election-ids", ATTRIBUTE, &text));
            let list = [attribute, ("multivalued", "true")];
            mappers.push(hasura("authorized-election-ids", ATTRIBUTE, &list));
        }
    }
    mappers.push(mapper("auth_time", AUTH_TIME, Map::new()));
    mappers
}

/// The mappers of `ivr-service`: tenant and event are those of the realm's name, whatever the
/// service user's attributes say.
pub fn service(realm: &RealmName) -> Vec<Value> {
    vec![
        hasura("x-hasura-default-role", HARDCODED, &[("claim.value", roles::READ_BLACKLIST)]),
        hasura("x-hasura-user-id", PROPERTY, &[("user.attribute", "id")]),
        hasura("x-hasura-allowed-roles", REALM_ROLES, &[("multivalued", "true")]),
        hasura("x-hasura-tenant-id", HARDCODED, &[("claim.value", &realm.tenant)]),
        hasura("x-hasura-election-event-id", HARDCODED, &[("claim.value", &realm.event)]),
    ]
}

/// Whether somebody else's mapper writes where Hasura reads.
pub fn writes_hasura_claims(mapper: &Value) -> bool {
    let claim = mapper["config"]["claim.name"].as_str().unwrap_or_default();
    claim.replace('\\', "").starts_with("https://hasura.io/jwt/claims")
}

fn hasura(claim: &str, kind: &str, extra: &[(&str, &str)]) -> Value {
    let mut config = Map::new();
    config.insert("claim.name".into(), json!(format!("{NAMESPACE}.{claim}")));
    config.insert("jsonType.label".into(), json!("String"));
    for (key, value) in extra {
        config.insert((*key).to_owned(), json!(value));
    }
    mapper(claim, kind, config)
}

fn mapper(name: &str, kind: &str, mut config: Map<String, Value>) -> Value {
    config.insert("access.token.claim".into(), json!("true"));
    config.insert("id.token.claim".into(), json!("false"));
    config.insert("userinfo.token.claim".into(), json!("false"));
    json!({"name": name, "protocol": "openid-connect", "protocolMapper": kind, "config": config})
}

fn as_the_portal_has_it(mut own: Value, portal: &[Value]) -> Value {
    let same = portal.iter().find(|m| {
        m["protocolMapper"] == own["protocolMapper"]
            && m["config"]["claim.name"] == own["config"]["claim.name"]
    });
    if let Some(theirs) = same {
        own["config"] = theirs["config"].clone();
    }
    own
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_platform_mapper_follows_the_portal() {
        let theirs = json!({"protocolMapper": PLATFORM_ELECTIONS, "config": {
            "claim.name": format!("{NAMESPACE}.authorized-election-ids"), "own.key": "x"}});
        let mappers = voting(Elections::Platform, std::slice::from_ref(&theirs));
        let ours = mappers.iter().find(|m| m["name"] == "authorized-election-ids").unwrap();
        assert_eq!(ours["config"], theirs["config"]);
        assert_eq!(mappers.len(), 8);
    }

    #[test]
    fn the_service_claims_are_of_the_realm() {
        let realm = "tenant-t1-event-e1".parse().unwrap();
        let mappers = service(&realm);
        let value = |name: &str| {
            mappers.iter().find(|m| m["name"] == name).unwrap()["config"]["claim.value"].clone()
        };
        assert_eq!(value("x-hasura-tenant-id"), "t1");
        assert_eq!(value("x-hasura-election-event-id"), "e1");
    }

    #[test]
    fn a_mapper_into_hasura_claims_is_seen_escaped_or_not() {
        for claim in [r"https://hasura\.io/jwt/claims.x", "https://hasura.io/jwt/claims.x"] {
            assert!(writes_hasura_claims(&json!({"config": {"claim.name": claim}})));
        }
        assert!(!writes_hasura_claims(&json!({"config": {"claim.name": "shoe_size"}})));
    }
}
