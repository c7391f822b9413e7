//! Tokens that the fake Keycloak issued: opaque texts; what they stand for is looked up here.
//!
//! Only their hashes are kept, so that a world on disk holds no token.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::ports::VoterClaims;
use crate::secret::Secret;

/// How long a session lives without a refresh (`ssoSessionIdleTimeout`, facts 6.1).
const IDLE_S: i64 = 1800;
/// How long a session lives at most (`ssoSessionMaxLifespan`).
const MAX_LIFESPAN_S: i64 = 36_000;

/// Everything that was issued and is not forgotten yet.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tokens {
    next_session: u64,
    sessions: BTreeMap<u64, Session>,
    /// By hash.
    access: BTreeMap<String, VoterClaims>,
    /// By hash.
    refresh: BTreeMap<String, RefreshToken>,
    /// By hash: when it expires.
    service: BTreeMap<String, i64>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Session {
    started: i64,
    refreshed: i64,
    claims: VoterClaims,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RefreshToken {
    session: u64,
    used: bool,
}

/// A session that is over, for whatever reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Over;

impl Tokens {
    /// Begins a session with its first two tokens.
    pub(super) fn begin(&mut self, claims: &VoterClaims, access: &str, refresh: &str, now: i64) {
        self.forget_expired(now);
        let session = self.next_session;
        self.next_session += 1;
        self.sessions
            .insert(session, Session { started: now, refreshed: now, claims: claims.clone() });
        self.issue(session, claims.clone(), access, refresh);
    }

    /// Exchanges a refresh token; under rotation a used one ends the session. Gives what the new
    /// access token says.
    pub(super) fn refresh(
        &mut self,
        token: &Secret<String>,
        rotation: bool,
        now: i64,
    ) -> Result<Refreshing<'_>, Over> {
        self.forget_expired(now);
        let known = self.refresh.get_mut(&hash(token.expose())).ok_or(Over)?;
        let id = known.session;
        if rotation && known.used {
            self.end(id);
            return Err(Over);
        }
        known.used = true;
        let session = self.sessions.get_mut(&id).ok_or(Over)?;
        session.refreshed = now;
        Ok(Refreshing { claims: session.claims.clone(), session: id, tokens: self })
    }

    /// Ends the session of a refresh token. Access tokens serve on until they expire.
    pub(super) fn log_out(&mut self, token: &Secret<String>) {
        if let Some(known) = self.refresh.get(&hash(token.expose())) {
            self.end(known.session);
        }
    }

    /// Whose access token it is, expired or not.
    pub(super) fn voter(&self, token: &Secret<String>) -> Option<&VoterClaims> {
        self.access.get(&hash(token.expose()))
    }

    /// Takes note of a service token.
    pub(super) fn begin_service(&mut self, token: &str, expires_at: i64, now: i64) {
        self.service.retain(|_, expires_at| now < *expires_at);
        self.service.insert(hash(token), expires_at);
    }

    /// Whether a service token serves.
    pub(super) fn is_service(&self, token: &Secret<String>, now: i64) -> bool {
        self.service.get(&hash(token.expose())).is_some_and(|expires_at| now < *expires_at)
    }

    fn issue(&mut self, session: u64, claims: VoterClaims, access: &str, refresh: &str) {
        self.access.insert(hash(access), claims);
        self.refresh.insert(hash(refresh), RefreshToken { session, used: false });
    }

    fn end(&mut self, session: u64) {
        self.sessions.remove(&session);
        self.refresh.retain(|_, token| token.session != session);
    }

    fn forget_expired(&mut self, now: i64) {
        let alive = |s: &Session| now < s.refreshed + IDLE_S && now < s.started + MAX_LIFESPAN_S;
        self.sessions.retain(|_, session| alive(session));
        self.refresh.retain(|_, token| self.sessions.contains_key(&token.session));
        self.access.retain(|_, claims| now < claims.expires_at);
    }
}

/// A refresh that waits for its new tokens.
pub(super) struct Refreshing<'t> {
    /// What the session's tokens say.
    pub(super) claims: VoterClaims,
    session: u64,
    tokens: &'t mut Tokens,
}

impl Refreshing<'_> {
    /// Takes note of the new tokens.
    pub(super) fn issue(self, claims: VoterClaims, access: &str, refresh: &str) {
        self.tokens.issue(self.session, claims, access, refresh);
    }
}

fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}
