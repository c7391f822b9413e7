//! A Keycloak that locks accounts: logins, refreshes, service tokens, `/ivr-config`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::clock::FakeClock;
use super::config::{Account, FakeConfig, FakeVoter};
use super::state::{IssuedToken, TokenKind, WorldState};
use crate::ports::{
    AuthError, AuthPort, AuthStep, Clock as _, Credential, Deadline, Entropy, IvrConfigPort,
    LoginOutcome, Outage, ServiceToken, ServiceTokenPort, VoterClaims, VoterTokens,
};
use crate::route::{Route, VOTING_CLIENT};
use crate::secret::Secret;

/// Bytes behind an access token: as long on the wire as real ones.
const ACCESS_BYTES: usize = 900;
/// Bytes behind a refresh token.
const REFRESH_BYTES: usize = 520;

/// Who voters are.
pub(super) struct FakeKeycloak {
    pub(super) config: Arc<FakeConfig>,
    pub(super) state: Arc<Mutex<WorldState>>,
    pub(super) clock: Arc<FakeClock>,
    pub(super) entropy: Arc<dyn Entropy>,
}

impl FakeKeycloak {
    fn state(&self) -> MutexGuard<'_, WorldState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn voter(&self, user_id: &str) -> Option<&FakeVoter> {
        self.config.voters.iter().find(|voter| voter.user_id == user_id)
    }

    fn random(&self, bytes: usize) -> String {
        let mut random = vec![0; bytes];
        self.entropy.fill(&mut random);
        URL_SAFE_NO_PAD.encode(random)
    }

    /// Order as the server's: username, deactivated, locked, the other factors, required actions.
    fn check(&self, credentials: &[Credential]) -> Result<&FakeVoter, Box<LoginOutcome>> {
        let wrong = Box::new(LoginOutcome::WrongCredentials);
        let Some(username) = credentials.iter().find_map(|c| match c {
            Credential::VoterId(username) => Some(username.expose().clone()),
            _ => None,
        }) else {
            return Err(wrong);
        };
        let known = |voter: &&FakeVoter| voter.credentials.get("username") == Some(&username);
        let Some(voter) = self.config.voters.iter().find(known) else { return Err(wrong) };
        if voter.account == Account::Disabled {
            return Err(Box::new(LoginOutcome::AccountDisabled));
        }
        let mut state = self.state();
        let failures = state.failed_logins.entry(username).or_default();
        if voter.account == Account::Locked || *failures >= self.config.lockout_after {
            return Err(wrong);
        }
        let sent = |name: &str| {
            credentials
                .iter()
                .map(Credential::parameter)
                .find(|(parameter, _)| *parameter == name)
                .map(|(_, value)| value.expose())
        };
        if !voter.credentials.iter().all(|(name, value)| sent(name) == Some(value)) {
            *failures += 1;
            return Err(wrong);
        }
        *failures = 0;
        if voter.account == Account::ActionRequired {
            return Err(Box::new(LoginOutcome::ActionRequired));
        }
        Ok(voter)
    }

    fn issue(&self, route: &Route, voter: &FakeVoter, session: u64) -> VoterTokens {
        let expires_at = self.clock.now().timestamp() + self.config.token_lifetime_s;
        let token = |kind, expires_at| IssuedToken {
            kind,
            session,
            user_id: voter.user_id.clone(),
            expires_at,
        };
        let access = self.random(ACCESS_BYTES);
        let refresh = self.random(REFRESH_BYTES);
        let mut state = self.state();
        state.tokens.insert(access.clone(), token(TokenKind::Access, expires_at));
        state.tokens.insert(refresh.clone(), token(TokenKind::Refresh, i64::MAX));
        VoterTokens {
            access_token: Secret::new(access),
            refresh_token: Some(Secret::new(refresh)),
            claims: VoterClaims {
                expires_at,
                issuer: route.issuer(),
                authorized_party: VOTING_CLIENT.into(),
                user_id: voter.user_id.clone(),
                tenant_id: Some(route.tenant_id),
                area_id: voter.area_id,
                authorized_election_ids: self.config.elections_of(voter),
            },
        }
    }
}

#[async_trait]
impl AuthPort for FakeKeycloak {
    async fn login(
        &self,
        route: &Route,
        credentials: &[Credential],
        _within: Deadline,
    ) -> Result<LoginOutcome, AuthError> {
        let voter = match self.check(credentials) {
            Ok(voter) => voter,
            Err(outcome) => return Ok(*outcome),
        };
        let session = {
            let mut state = self.state();
            state.sessions_begun += 1;
            state.sessions_begun
        };
        Ok(LoginOutcome::Granted(self.issue(route, voter, session)))
    }

    async fn refresh(
        &self,
        route: &Route,
        refresh_token: &Secret<String>,
        _within: Deadline,
    ) -> Result<VoterTokens, AuthError> {
        let known = self.state().tokens.get(refresh_token.expose()).cloned();
        let token = known
            .filter(|token| token.kind == TokenKind::Refresh)
            .ok_or(AuthError::SessionExpired)?;
        if self.state().ended_sessions.contains(&token.session) {
            return Err(AuthError::SessionExpired);
        }
        if token.expires_at <= self.clock.now().timestamp() {
            // Used before, under rotation: the whole session ends.
            self.state().ended_sessions.insert(token.session);
            return Err(AuthError::SessionExpired);
        }
        if self.config.refresh_rotation
            && let Some(used) = self.state().tokens.get_mut(refresh_token.expose())
        {
            used.expires_at = i64::MIN;
        }
        let voter = self.voter(&token.user_id).ok_or(AuthError::SessionExpired)?;
        Ok(self.issue(route, voter, token.session))
    }

    async fn logout(
        &self,
        _route: &Route,
        refresh_token: &Secret<String>,
        _within: Deadline,
    ) -> Result<(), AuthError> {
        let mut state = self.state();
        let session = state.tokens.get(refresh_token.expose()).map(|token| token.session);
        if let Some(session) = session {
            state.ended_sessions.insert(session);
            state.tokens.retain(|_, token| token.session != session);
        }
        Ok(())
    }
}

#[async_trait]
impl ServiceTokenPort for FakeKeycloak {
    async fn get_service_token(
        &self,
        _route: &Route,
        _within: Deadline,
    ) -> Result<ServiceToken, AuthError> {
        let now = self.clock.now().timestamp();
        let fresh =
            |token: &IssuedToken| token.kind == TokenKind::Service && token.expires_at > now + 30;
        if let Some((token, _)) = self.state().tokens.iter().find(|(_, token)| fresh(token)) {
            return Ok(ServiceToken(Secret::new(token.clone())));
        }
        let token = self.random(ACCESS_BYTES);
        let issued = IssuedToken {
            kind: TokenKind::Service,
            session: 0,
            user_id: String::new(),
            expires_at: now + self.config.token_lifetime_s,
        };
        self.state().tokens.insert(token.clone(), issued);
        Ok(ServiceToken(Secret::new(token)))
    }
}

#[async_trait]
impl IvrConfigPort for FakeKeycloak {
    async fn auth_steps(
        &self,
        _route: &Route,
        token: &ServiceToken,
        _within: Deadline,
    ) -> Result<Vec<AuthStep>, Outage> {
        self.state().service(token)?;
        Ok(self.config.auth_steps.clone())
    }
}

impl WorldState {
    /// Whether a service token is one of ours.
    pub(super) fn service(&self, token: &ServiceToken) -> Result<(), Outage> {
        match self.tokens.get(token.0.expose()) {
            Some(issued) if issued.kind == TokenKind::Service => Ok(()),
            _ => Err(Outage::Misconfigured {
                backend: crate::ports::Backend::Keycloak,
                detail: "not a service token".into(),
            }),
        }
    }

    /// The voter of an access token that is still good.
    pub(super) fn voter_of(&self, token: &Secret<String>, now: i64) -> Option<&str> {
        self.tokens
            .get(token.expose())
            .filter(|issued| issued.kind == TokenKind::Access && issued.expires_at > now)
            .filter(|issued| !self.ended_sessions.contains(&issued.session))
            .map(|issued| issued.user_id.as_str())
    }
}
