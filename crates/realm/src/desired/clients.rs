//! The two clients (design C.8.a, C.8.b). Secret, `enabled` and flow come last, apart from these.

use serde_json::{Value, json};

/// Whose tokens vote by telephone.
pub const VOTING: &str = ivr_core::route::VOTING_CLIENT;
/// Who asks before there is a voter.
pub const SERVICE: &str = "ivr-service";

/// Default client scopes of a client.
#[derive(Debug, Clone, Copy)]
pub struct Scopes {
    /// Those it needs.
    pub required: &'static [&'static str],
    /// Those that Keycloak may add of itself, and that do no harm.
    pub tolerated: &'static [&'static str],
}

/// Scopes of `ivr-voting`: what Harvest's decoder requires (facts `keycloak-26.md` 2).
pub const VOTING_SCOPES: Scopes = Scopes {
    required: &["acr", "basic", "email", "profile", "roles", "web-origins"],
    tolerated: &[],
};

/// Scopes of `ivr-service`: `realm_access` for `/ivr-config`, `sub`, `acr`.
pub const SERVICE_SCOPES: Scopes =
    Scopes { required: &["acr", "basic", "roles"], tolerated: &["service_account"] };

/// The settings of `ivr-voting`. One web origin, or the token has no `allowed-origins`.
pub fn voting() -> Value {
    json!({
        "clientId": VOTING,
        "name": "Telephone voting: voters",
        "protocol": "openid-connect",
        "clientAuthenticatorType": "client-secret",
        "publicClient": false,
        "bearerOnly": false,
        "consentRequired": false,
        "standardFlowEnabled": false,
        "implicitFlowEnabled": false,
        "directAccessGrantsEnabled": true,
        "serviceAccountsEnabled": false,
        "fullScopeAllowed": false,
        "redirectUris": [],
        "webOrigins": ["https://ivr.invalid"],
        "attributes": {
            "use.refresh.tokens": "true",
            "access.token.lifespan": super::session::ACCESS_TOKEN.to_string(),
            "client.session.idle.timeout": super::session::IDLE.to_string(),
            "client.session.max.lifespan": super::session::LONGEST.to_string(),
        },
    })
}

/// The settings of `ivr-service`.
pub fn service() -> Value {
    json!({
        "clientId": SERVICE,
        "name": "Telephone voting: service",
        "protocol": "openid-connect",
        "clientAuthenticatorType": "client-secret",
        "publicClient": false,
        "bearerOnly": false,
        "consentRequired": false,
        "standardFlowEnabled": false,
        "implicitFlowEnabled": false,
        "directAccessGrantsEnabled": false,
        "serviceAccountsEnabled": true,
        "fullScopeAllowed": false,
        "redirectUris": [],
        "webOrigins": [],
        "attributes": { "client_credentials.use_refresh_token": "false" },
    })
}
