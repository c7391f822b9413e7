use chrono::TimeDelta;

use super::support::*;
use crate::fakes::{Account, FakeWorld};
use crate::ports::{AuthError, Credential, LoginOutcome, VoterTokens};
use crate::secret::Secret;

fn refresh(world: &FakeWorld, token: Option<&Secret<String>>) -> Result<VoterTokens, AuthError> {
    block_on(world.ports().auth.refresh(&route(), token.unwrap(), soon(world)))
}

fn is_over(answer: &Result<VoterTokens, AuthError>) -> bool {
    matches!(answer, Err(AuthError::SessionExpired))
}

#[test]
fn a_voter_gets_tokens_that_agree_with_the_route() {
    let world = world(|_| {});
    let tokens = log_in(&world, VOTER);
    assert_eq!(route().agrees_with(&tokens.claims), Ok(()));
    assert_eq!(tokens.claims.expires_at, noon().timestamp() + 300);
    assert_eq!(tokens.claims.authorized_election_ids.len(), 2);
    assert_eq!(tokens.access_token.expose().len(), 1200);
    assert_eq!(tokens.refresh_token.unwrap().expose().len(), 700);
}

#[test]
fn a_stranger_and_a_wrong_pin_sound_alike() {
    let world = world(|_| {});
    assert_eq!(try_log_in(&world, "00000000", PIN), LoginOutcome::WrongCredentials);
    assert_eq!(try_log_in(&world, VOTER, "0000"), LoginOutcome::WrongCredentials);
    let only_the_name = [Credential::new("username", VOTER.into())];
    let send = |sent: &[Credential]| ask_to_log_in(world.ports().auth, sent, soon(&world));
    assert_eq!(send(&only_the_name).unwrap(), LoginOutcome::WrongCredentials);
    assert!(matches!(send(&[]), Err(AuthError::ConfigurationError(_))));
}

#[test]
fn a_locked_account_is_wrong_even_with_the_right_pin() {
    let world = world(|config| config.lockout_after = 3);
    for _ in 0..2 {
        try_log_in(&world, VOTER, "0000");
    }
    log_in(&world, VOTER);
    for _ in 0..3 {
        assert_eq!(try_log_in(&world, VOTER, "0000"), LoginOutcome::WrongCredentials);
    }
    assert_eq!(try_log_in(&world, VOTER, PIN), LoginOutcome::WrongCredentials);
    assert_eq!(world.state().failed_logins[VOTER], 3, "a lock counts no further");
    log_in(&world, "87654321");
}

#[test]
fn accounts_that_cannot_be_used() {
    let outcome = |account, pin| {
        let world = world(|config| config.voters[0].account = account);
        try_log_in(&world, VOTER, pin)
    };
    assert_eq!(outcome(Account::Disabled, "0000"), LoginOutcome::AccountDisabled);
    assert_eq!(outcome(Account::Disabled, PIN), LoginOutcome::AccountDisabled);
    assert_eq!(outcome(Account::ActionRequired, "0000"), LoginOutcome::WrongCredentials);
    assert_eq!(outcome(Account::ActionRequired, PIN), LoginOutcome::ActionRequired);
    assert_eq!(outcome(Account::Locked, PIN), LoginOutcome::WrongCredentials);
}

#[test]
fn without_rotation_a_refresh_token_serves_again() {
    let world = world(|_| {});
    let first = log_in(&world, VOTER);
    world.clock().advance(TimeDelta::seconds(200));
    let second = refresh(&world, first.refresh_token.as_ref()).unwrap();
    assert_ne!(second.access_token, first.access_token);
    assert_eq!(second.claims.expires_at, first.claims.expires_at + 200);
    refresh(&world, first.refresh_token.as_ref()).unwrap();
}

#[test]
fn under_rotation_a_reused_refresh_token_ends_the_session() {
    let world = world(|config| config.refresh_rotation = true);
    let first = log_in(&world, VOTER);
    let second = refresh(&world, first.refresh_token.as_ref()).unwrap();
    assert!(is_over(&refresh(&world, first.refresh_token.as_ref())));
    assert!(is_over(&refresh(&world, second.refresh_token.as_ref())), "the newest too");
}

#[test]
fn a_session_ends_by_logout_by_idleness_and_by_age() {
    let world = world(|_| {});
    let auth = world.ports().auth;
    let tokens = log_in(&world, VOTER);
    let token = tokens.refresh_token.as_ref();
    block_on(auth.logout(&route(), token.unwrap(), soon(&world))).unwrap();
    block_on(auth.logout(&route(), token.unwrap(), soon(&world))).unwrap();
    assert!(is_over(&refresh(&world, token)));
    assert_eq!(world.state().ended_sessions, [1].into());

    let tokens = log_in(&world, VOTER);
    world.clock().advance(TimeDelta::seconds(1800));
    assert!(is_over(&refresh(&world, tokens.refresh_token.as_ref())), "idle");

    let mut tokens = log_in(&world, VOTER);
    for _ in 0..20 {
        world.clock().advance(TimeDelta::seconds(1790));
        tokens = refresh(&world, tokens.refresh_token.as_ref()).unwrap();
    }
    world.clock().advance(TimeDelta::seconds(200));
    assert!(is_over(&refresh(&world, tokens.refresh_token.as_ref())), "ten hours");
    assert!(is_over(&refresh(&world, Some(&tokens.access_token))), "not a refresh token");
}

#[test]
fn a_session_can_be_ended_from_outside() {
    let world = world(|_| {});
    let tokens = log_in(&world, VOTER);
    let mut state = world.state();
    assert!(state.tokens.contains_key(tokens.access_token.expose()));
    state.ended_sessions.extend(1..10);
    world.restore(state);
    assert!(is_over(&refresh(&world, tokens.refresh_token.as_ref())));
}

#[test]
fn debug_is_silent() {
    let config = config(publication(1));
    let text = format!("{config:?} {:?}", log_in(&world(|_| {}), VOTER));
    assert!(!text.contains(PIN) && !text.contains("user-1"), "{text}");
}
