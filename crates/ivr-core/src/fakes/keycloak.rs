//! [`FakeKeycloak`]: who the voter is, as Keycloak 26.4 answers (`facts/keycloak-26.md` 6, 7).

use std::sync::Arc;

use async_trait::async_trait;

use super::config::{Account, FakeVoter};
use super::shared::Shared;
use crate::ports::{
    AuthError, AuthPort, AuthStep, Credential, Deadline, IvrConfigError, IvrConfigPort,
    LoginOutcome, ServiceToken, ServiceTokenPort, VoterClaims, VoterTokens,
};
use crate::route::{Route, VOTING_CLIENT};
use crate::secret::Secret;

/// How many random bytes make a text as long as a real access token, and a real refresh token.
const ACCESS_BYTES: usize = 900;
const REFRESH_BYTES: usize = 525;

/// One realm for all routes: it knows the voters, counts failures, issues tokens.
pub struct FakeKeycloak(pub(super) Arc<Shared>);

impl FakeKeycloak {
    fn log_in(&self, route: &Route, sent: &[Credential]) -> Result<LoginOutcome, AuthError> {
        let sent = |name: &str| {
            let mut sent = sent.iter().map(Credential::parameter);
            sent.find(|(parameter, _)| *parameter == name).map(|(_, value)| value.expose())
        };
        let Some(username) = sent("username") else {
            return Err(AuthError::ConfigurationError("Missing parameter: username".into()));
        };
        let config = self.0.config();
        let named = |voter: &&FakeVoter| voter.credentials.get("username") == Some(username);
        let Some(voter) = config.voters.iter().find(named) else {
            return Ok(LoginOutcome::WrongCredentials);
        };

        let mut tables = self.0.tables();
        let failures = tables.failed_logins.get(username).copied().unwrap_or(0);
        let locked = config.lockout_after > 0 && failures >= config.lockout_after;
        // A lock looks like a wrong PIN, also with the right one, and counts no further.
        if locked || voter.account == Account::Locked {
            return Ok(LoginOutcome::WrongCredentials);
        }
        if voter.account == Account::Disabled {
            return Ok(LoginOutcome::AccountDisabled);
        }
        let right = voter.credentials.iter().all(|(name, value)| sent(name) == Some(value));
        if !right {
            *tables.failed_logins.entry(username.clone()).or_default() += 1;
            return Ok(LoginOutcome::WrongCredentials);
        }
        if voter.account == Account::ActionRequired {
            return Ok(LoginOutcome::ActionRequired);
        }
        tables.failed_logins.remove(username);

        let now = self.0.clock.now().timestamp();
        let claims = VoterClaims {
            expires_at: now + config.token_lifetime_s,
            issuer: route.issuer(),
            authorized_party: VOTING_CLIENT.into(),
            user_id: voter.user_id.clone(),
            tenant_id: Some(route.tenant_id),
            area_id: voter.area_id,
            authorized_election_ids: voter
                .authorized_election_ids
                .clone()
                .unwrap_or_else(|| config.elections_of(voter.area_id)),
        };
        let (access, refresh) = self.texts();
        tables.tokens.begin(&claims, &access, &refresh, now);
        Ok(LoginOutcome::Granted(tokens(access, refresh, claims)))
    }

    fn exchange(&self, refresh_token: &Secret<String>) -> Result<VoterTokens, AuthError> {
        let config = self.0.config();
        let now = self.0.clock.now().timestamp();
        let (access, refresh) = self.texts();
        let mut tables = self.0.tables();
        let refreshing = tables
            .tokens
            .refresh(refresh_token, config.refresh_rotation, now)
            .map_err(|_| AuthError::SessionExpired)?;
        let mut claims = refreshing.claims.clone();
        claims.expires_at = now + config.token_lifetime_s;
        refreshing.issue(claims.clone(), &access, &refresh);
        Ok(tokens(access, refresh, claims))
    }

    fn texts(&self) -> (String, String) {
        (self.0.randomness.token(ACCESS_BYTES), self.0.randomness.token(REFRESH_BYTES))
    }
}

fn tokens(access: String, refresh: String, claims: VoterClaims) -> VoterTokens {
    VoterTokens {
        access_token: Secret::new(access),
        refresh_token: Some(Secret::new(refresh)),
        claims,
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
        self.log_in(route, credentials)
    }

    async fn refresh(
        &self,
        _route: &Route,
        refresh_token: &Secret<String>,
        _within: Deadline,
    ) -> Result<VoterTokens, AuthError> {
        self.exchange(refresh_token)
    }

    async fn logout(
        &self,
        _route: &Route,
        refresh_token: &Secret<String>,
        _within: Deadline,
    ) -> Result<(), AuthError> {
        self.0.tables().tokens.log_out(refresh_token);
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
        let token = self.0.randomness.token(ACCESS_BYTES);
        let now = self.0.clock.now().timestamp();
        let expires_at = now + self.0.config().token_lifetime_s;
        self.0.tables().tokens.begin_service(&token, expires_at, now);
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
    ) -> Result<Vec<AuthStep>, IvrConfigError> {
        if !self.0.is_service(&token.0) {
            return Err(IvrConfigError::Unusable { detail: "not a token of the service".into() });
        }
        Ok(self.0.config().auth_steps.clone())
    }
}
