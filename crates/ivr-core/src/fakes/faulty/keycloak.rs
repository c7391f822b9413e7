//! Faults on the way to Keycloak.

use async_trait::async_trait;

use super::Faulty;
use crate::fakes::failure::Failure;
use crate::fakes::fault::PortName;
use crate::ports::{
    AuthError, AuthPort, AuthStep, Credential, Deadline, IvrConfigError, IvrConfigPort,
    LoginOutcome, ServiceToken, ServiceTokenPort, VoterTokens,
};
use crate::route::Route;
use crate::secret::Secret;

#[async_trait]
impl<P: AuthPort> AuthPort for Faulty<P> {
    async fn login(
        &self,
        route: &Route,
        credentials: &[Credential],
        within: Deadline,
    ) -> Result<LoginOutcome, AuthError> {
        let asked = self.inner.login(route, credentials, within);
        self.ask(PortName::Auth, within, asked, Failure::login).await
    }

    async fn refresh(
        &self,
        route: &Route,
        refresh_token: &Secret<String>,
        within: Deadline,
    ) -> Result<VoterTokens, AuthError> {
        let asked = self.inner.refresh(route, refresh_token, within);
        self.ask(PortName::Refresh, within, asked, |failure| Err(failure.refresh())).await
    }

    async fn logout(
        &self,
        route: &Route,
        refresh_token: &Secret<String>,
        within: Deadline,
    ) -> Result<(), AuthError> {
        // Scripts count logins; a logout in between must not shift them.
        let fault = self.world.fault(PortName::Auth, 0);
        let asked = self.inner.logout(route, refresh_token, within);
        self.with(fault, within, asked, |failure| Err(failure.service_token())).await
    }
}

#[async_trait]
impl<P: ServiceTokenPort> ServiceTokenPort for Faulty<P> {
    async fn get_service_token(
        &self,
        route: &Route,
        within: Deadline,
    ) -> Result<ServiceToken, AuthError> {
        let asked = self.inner.get_service_token(route, within);
        self.ask(PortName::ServiceToken, within, asked, |failure| Err(failure.service_token()))
            .await
    }
}

#[async_trait]
impl<P: IvrConfigPort> IvrConfigPort for Faulty<P> {
    async fn auth_steps(
        &self,
        route: &Route,
        token: &ServiceToken,
        within: Deadline,
    ) -> Result<Vec<AuthStep>, IvrConfigError> {
        let asked = self.inner.auth_steps(route, token, within);
        self.ask(PortName::IvrConfig, within, asked, |f| Err(f.ivr_config())).await
    }
}
