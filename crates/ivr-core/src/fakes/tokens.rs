//! Tokens that the fake Keycloak issued: opaque texts; what they stand for is looked up here.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::ports::VoterClaims;
use crate::secret::Secret;

/// How long a session lives without a refresh (`ssoSessionIdleTimeout`, facts 6.1).
const IDLE_S: i64 = 1800;
/// How long a session lives at most (`ssoSessionMaxLifespan`).
const MAX_LIFESPAN_S: i64 = 36_000;

/// What a token stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuedToken {
    /// What it is for.
    pub kind: TokenKind,
    /// When it expires, Unix seconds; a refresh token lives as long as its session.
    pub expires_at: i64,
    /// What an access token says.
    claims: Option<VoterClaims>,
    /// The session of a refresh token, and whether it was used.
    session: u64,
    used: bool,
}

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// A voter shows it to the backends.
    Access,
    /// It is exchanged for new tokens.
    Refresh,
    /// The service's own.
    Service,
}

/// Everything that was issued and is not forgotten yet.
#[derive(Default)]
pub(super) struct Tokens {
    pub(super) issued: BTreeMap<String, IssuedToken>,
    pub(super) begun: u64,
    pub(super) ended: BTreeSet<u64>,
    pub(super) sessions: BTreeMap<u64, LoginSession>,
}

/// A session of a voter on the server.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LoginSession {
    started: i64,
    refreshed: i64,
    claims: VoterClaims,
}

/// A session that is over, for whatever reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Over;

impl Tokens {
    /// Begins a session with its first two tokens; sessions count from 1.
    pub(super) fn begin(&mut self, claims: &VoterClaims, access: &str, refresh: &str, now: i64) {
        self.forget_expired(now);
        self.begun += 1;
        let session = LoginSession { started: now, refreshed: now, claims: claims.clone() };
        self.sessions.insert(self.begun, session);
        self.issue(self.begun, claims.clone(), access, refresh);
    }

    /// Exchanges a refresh token; under rotation a used one ends the session.
    pub(super) fn refresh(
        &mut self,
        token: &Secret<String>,
        rotation: bool,
        now: i64,
    ) -> Result<Refreshing<'_>, Over> {
        self.forget_expired(now);
        let known = self.issued.get_mut(token.expose()).ok_or(Over)?;
        let id = known.session;
        if known.kind != TokenKind::Refresh || self.ended.contains(&id) {
            return Err(Over);
        }
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
        let known = self.issued.get(token.expose());
        if let Some(known) = known.filter(|known| known.kind == TokenKind::Refresh) {
            self.end(known.session);
        }
    }

    /// Whose access token it is, expired or not.
    pub(super) fn voter(&self, token: &Secret<String>) -> Option<&VoterClaims> {
        self.issued.get(token.expose())?.claims.as_ref()
    }

    /// Takes note of a service token.
    pub(super) fn begin_service(&mut self, token: &str, expires_at: i64, now: i64) {
        self.forget_expired(now);
        let kind = TokenKind::Service;
        let issued = IssuedToken { kind, expires_at, claims: None, session: 0, used: false };
        self.issued.insert(token.to_owned(), issued);
    }

    /// Whether a service token serves.
    pub(super) fn is_service(&self, token: &Secret<String>, now: i64) -> bool {
        let known = self.issued.get(token.expose());
        known.is_some_and(|known| known.kind == TokenKind::Service && now < known.expires_at)
    }

    fn issue(&mut self, session: u64, claims: VoterClaims, access: &str, refresh: &str) {
        let (kind, expires_at) = (TokenKind::Access, claims.expires_at);
        let issued = IssuedToken { kind, expires_at, claims: Some(claims), session, used: false };
        self.issued.insert(access.to_owned(), issued);
        let (kind, expires_at) = (TokenKind::Refresh, i64::MAX);
        let issued = IssuedToken { kind, expires_at, claims: None, session, used: false };
        self.issued.insert(refresh.to_owned(), issued);
    }

    fn end(&mut self, session: u64) {
        self.ended.insert(session);
        self.sessions.remove(&session);
        self.issued.retain(|_, token| token.kind != TokenKind::Refresh || token.session != session);
    }

    fn forget_expired(&mut self, now: i64) {
        let Self { issued, sessions, .. } = self;
        sessions.retain(|_, s| now < s.refreshed + IDLE_S && now < s.started + MAX_LIFESPAN_S);
        issued.retain(|_, token| match token.kind {
            TokenKind::Access | TokenKind::Service => now < token.expires_at,
            TokenKind::Refresh => sessions.contains_key(&token.session),
        });
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
