//! Voters' tokens. Nobody signs them: nobody looks.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::fixture::Publication;

/// Where the platform's claims are.
pub(crate) const HASURA: &str = "https://hasura.io/jwt/claims";

/// A voter with a token of the telephone's client.
#[derive(Clone)]
pub(crate) struct Voter {
    pub(crate) id: String,
    pub(crate) claims: Value,
}

impl Voter {
    pub(crate) fn of(publication: &Publication) -> Self {
        let id = Uuid::new_v4().to_string();
        let claims = json!({
            "exp": 4_000_000_000_u64, "iat": 1_790_000_000, "auth_time": 1_790_000_000,
            "jti": "j", "iss": "https://id.example.org/realms/x", "sub": id, "typ": "Bearer",
            "azp": "ivr-voting", "acr": "1", "scope": "openid", "allowed-origins": ["https://example.org"],
            "email_verified": false,
            HASURA: {
                "x-hasura-default-role": "user", "x-hasura-allowed-roles": ["user"],
                "x-hasura-tenant-id": publication.tenant, "x-hasura-user-id": id,
                "x-hasura-area-id": publication.area,
                "authorized-election-ids": publication.elections,
            },
        });
        Self { id, claims }
    }

    /// The same voter through another client.
    pub(crate) fn through(&self, azp: &str) -> Self {
        let mut other = self.clone();
        other.claims["azp"] = json!(azp);
        other
    }

    pub(crate) fn header(&self) -> String {
        let payload = URL_SAFE_NO_PAD.encode(self.claims.to_string());
        format!("Bearer eyJhbGciOiJSUzI1NiJ9.{payload}.bm9ib2R5IGxvb2tz")
    }
}
