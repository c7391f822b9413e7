//! What refusals mean, by their wire form.

use crate::fakes::failure::{Failure, Wire};
use crate::ports::{AuthError, Backend, LoginOutcome, Outage, ReadError, SessionError};

fn refused(status: u16, code: &str, message: &str) -> Failure {
    Failure::Refused(Wire { status, code: Some(code.into()), message: message.into() })
}

fn login(status: u16, code: &str, message: &str) -> &'static str {
    match refused(status, code, message).login() {
        Ok(LoginOutcome::WrongCredentials) => "wrong",
        Ok(LoginOutcome::AccountDisabled) => "disabled",
        Ok(LoginOutcome::ActionRequired) => "action required",
        Ok(LoginOutcome::Locked) => "locked",
        Ok(LoginOutcome::Granted(_)) => "granted",
        Err(error) => class(&error),
    }
}

fn class(error: &AuthError) -> &'static str {
    match error {
        AuthError::SessionExpired => "expired",
        AuthError::KeycloakUnavailable(_) => "unavailable",
        AuthError::ConfigurationError(_) => "configuration",
    }
}

#[test]
fn logins() {
    assert_eq!(login(401, "invalid_grant", "Invalid user credentials"), "wrong");
    assert_eq!(login(400, "invalid_grant", "Account disabled"), "disabled");
    assert_eq!(login(400, "invalid_grant", "Account is not fully set up"), "action required");
    assert_eq!(login(400, "invalid_grant", "account_temporarily_disabled"), "locked");
    assert_eq!(login(400, "user_disabled", ""), "locked");
    assert_eq!(login(400, "invalid_grant", "Something new"), "configuration");
    for (status, code) in
        [(401, "invalid_client"), (401, "unauthorized_client"), (403, ""), (404, "")]
    {
        assert_eq!(login(status, code, ""), "configuration", "{status} {code}");
    }
    for status in [429, 500, 503] {
        assert_eq!(login(status, "invalid_grant", ""), "unavailable", "{status}");
    }
}

#[test]
fn refreshes() {
    let refresh = |status, code| class(&refused(status, code, "").refresh());
    assert_eq!(refresh(400, "invalid_grant"), "expired");
    assert_eq!(refresh(401, ""), "expired");
    assert_eq!(refresh(401, "unauthorized_client"), "configuration");
    assert_eq!(refresh(403, "access_denied"), "configuration");
    assert_eq!(refresh(404, ""), "configuration");
    assert_eq!(refresh(502, ""), "unavailable");
    assert_eq!(class(&Failure::TimedOut.refresh()), "unavailable");
}

#[test]
fn reads() {
    let read = |status, code| match refused(status, code, "").read(Backend::Hasura) {
        ReadError::TokenExpired => "expired",
        ReadError::Outage(Outage::Misconfigured { .. }) => "misconfigured",
        ReadError::Outage(Outage::Unavailable { .. }) => "unavailable",
        ReadError::Outage(Outage::TimedOut { .. }) => "timed out",
    };
    assert_eq!(read(401, ""), "expired");
    assert_eq!(read(200, "invalid-jwt"), "expired");
    assert_eq!(read(403, ""), "misconfigured");
    assert_eq!(read(404, ""), "misconfigured");
    assert_eq!(read(503, ""), "unavailable");
    assert_eq!(read(200, "unexpected"), "unavailable");
}

#[test]
fn a_condition_that_does_not_hold_is_a_lost_race() {
    let raced = refused(400, "ConditionalCheckFailedException", "").session();
    assert!(matches!(raced, SessionError::SessionRaced));
    assert!(matches!(Failure::Unavailable.session(), SessionError::Outage(_)));
}
