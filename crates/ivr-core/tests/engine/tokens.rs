//! Tokens of the voter: refreshed in one place, once a turn; strict before a ballot is sealed,
//! lenient elsewhere (DECISIONS 26, 60, 62).

use std::sync::Mutex;

use async_trait::async_trait;
use ivr_core::answer::Answer;
use ivr_core::fakes::{FakeConfig, FakeWorld, Fault, PortName};
use ivr_core::flow::context::LambdaInput;
use ivr_core::ports::{
    Alert, AuthError, AuthPort, Credential, Deadline, LoginOutcome, Ports, RefreshFailure,
    TelemetryEvent, VoterTokens,
};
use ivr_core::prompts::key::IvrPromptKey;
use ivr_core::route::Route;
use ivr_core::secret::Secret;
use ivr_core::session::Ending;
use ivr_core::settings::Settings;
use ivr_core::turn::handle::Ivr;

use super::support::{
    LOGIN, Made, PIN, Phone, USERNAME, config, events, fault, fill, pass, resealed,
};

/// Tokens live for five minutes and are refreshed in the last one.
fn short(change: impl FnOnce(&mut FakeConfig)) -> FakeWorld {
    let mut config = config(&Made::one(2, 3).load());
    config.token_lifetime_s = 300;
    change(&mut config);
    FakeWorld::new(config)
}

fn filled(world: &FakeWorld) -> Phone<'_> {
    let mut phone = Phone::call(world);
    phone.keys(&format!("1 {LOGIN}"));
    fill(&mut phone);
    phone
}

fn refused(status: u16, code: &str) -> Fault {
    Fault::Rejected { status, code: Some(code.into()), message: String::new() }
}

fn failures(world: &FakeWorld) -> Vec<(RefreshFailure, bool)> {
    let failure = |event| match event {
        TelemetryEvent::TokenRefreshFailed { class, ballot_waiting } => {
            Some((class, ballot_waiting))
        }
        _ => None,
    };
    events(world).into_iter().filter_map(failure).collect()
}

#[test]
fn a_token_is_refreshed_once_a_turn_and_only_when_it_is_about_to_expire() {
    let world = short(|_| {});
    let mut phone = filled(&world);
    assert_eq!(world.calls(PortName::Refresh), 0);
    let old = phone.session().login.unwrap().tokens.access_token;
    pass(&world, 250);
    phone.press("*");
    assert_eq!(world.calls(PortName::Refresh), 1);
    assert_ne!(phone.session().login.unwrap().tokens.access_token, old);
    phone.press("00#");
    assert_eq!(phone.said()[0], "vote_success");
    assert_eq!(world.calls(PortName::Refresh), 1, "it is fresh");
}

#[test]
fn a_lifetime_below_the_margin_is_refreshed_once_a_turn_and_still_casts() {
    let world = short(|config| config.token_lifetime_s = 30);
    let mut phone = filled(&world);
    let before = world.calls(PortName::Refresh);
    phone.press("00#");
    assert_eq!(phone.said()[0], "vote_success");
    assert_eq!(world.calls(PortName::Refresh), before + 1);
}

/// The token is about to expire when `00#` comes, and cannot be refreshed.
#[test]
fn no_ballot_is_sealed_without_a_fresh_token() {
    let (session, system) = (IvrPromptKey::SessionExpired, IvrPromptKey::SystemError);
    for (fault_kind, class, ending) in [
        (refused(400, "invalid_grant"), RefreshFailure::Expired, session),
        (Fault::Error, RefreshFailure::Transient, system),
        (Fault::Timeout, RefreshFailure::Transient, system),
        (refused(403, "forbidden"), RefreshFailure::Unauthorized, system),
    ] {
        let world = short(|config| {
            config.faults = vec![fault(PortName::Refresh, None, fault_kind)];
        });
        let mut phone = filled(&world);
        pass(&world, 250);
        phone.press("00#");
        assert_eq!(phone.last.ending, Some(Ending::Disconnected(ending)), "{class:?}");
        let last = ending.as_str();
        assert_eq!(phone.said(), ["cast_so_far", "not_cast_yet", last], "{class:?}");
        assert!(world.accepted_ballots().is_empty());
        assert_eq!(world.calls(PortName::VoteCasting), 0);
        assert_eq!(world.calls(PortName::Refresh), 1, "one refresh a turn");
        assert!(failures(&world).contains(&(class, true)), "{:?}", failures(&world));
        let misconfigured = TelemetryEvent::Alert { alert: Alert::Misconfigured };
        let alerted = events(&world).contains(&misconfigured);
        assert_eq!(alerted, class == RefreshFailure::Unauthorized);
    }
}

/// The token has expired when `00#` comes, and so has the session: the call ends before the key is
/// looked at, and operators hear that a ballot was lost with it.
#[test]
fn a_ballot_that_is_lost_with_its_session_is_reported_as_waiting() {
    for (waits, keys) in [(250 + 100, "00#"), (250 + 100, "01#")] {
        let world = short(|config| {
            config.faults = vec![fault(PortName::Refresh, None, refused(400, "invalid_grant"))];
        });
        let mut phone = filled(&world);
        pass(&world, waits);
        phone.press(keys);
        let ending = Ending::Disconnected(IvrPromptKey::SessionExpired);
        assert_eq!(phone.last.ending, Some(ending));
        assert_eq!(failures(&world), [(RefreshFailure::Expired, true)], "{keys}");
    }
}

/// A turn that refreshed, lost a race and is played again goes on with its new tokens: the used
/// refresh token would end the session.
#[test]
fn a_turn_that_is_played_again_does_not_refresh_again() {
    let world = short(|config| config.refresh_rotation = true);
    let mut phone = filled(&world);
    pass(&world, 250);
    let row = phone.row();
    let other = resealed(&world, &row, &mut phone.session());
    world.before_next_update(Box::new(move |rows| {
        rows.insert(other.contact_id.clone(), other);
    }));
    phone.press("02#");
    assert!(!phone.ended(), "{}", phone.text());
    assert_eq!(world.calls(PortName::Refresh), 1);
    pass(&world, 250);
    phone.choose(super::support::is_candidate);
    assert_eq!(world.calls(PortName::Refresh), 2);
    assert!(world.state().ended_sessions.is_empty());
    assert_eq!(failures(&world), []);
}

#[test]
fn elsewhere_the_token_at_hand_serves_as_long_as_it_does() {
    for fault_kind in [Fault::Error, refused(400, "invalid_grant"), refused(403, "forbidden")] {
        let world = short(|config| {
            config.faults = vec![fault(PortName::Refresh, Some(1), fault_kind)];
        });
        let mut phone = filled(&world);
        pass(&world, 250);
        phone.press("01#");
        assert!(!phone.ended(), "{}", phone.text());
        assert_eq!(failures(&world).len(), 1);
        assert!(!failures(&world)[0].1, "no ballot was waiting");
        // The next turn tries again.
        phone.choose(super::support::is_candidate);
        assert_eq!(world.calls(PortName::Refresh), 2);
    }
}

#[test]
fn a_session_that_is_over_is_told_before_fifteen_contests_are_filled() {
    let world = short(|config| {
        config.faults = vec![fault(PortName::Refresh, None, refused(400, "invalid_grant"))];
    });
    let mut phone = Phone::call(&world);
    phone.keys(&format!("1 {LOGIN}"));
    phone.listen();
    pass(&world, 400);
    phone.choose(super::support::is_candidate);
    let ending = Ending::Disconnected(IvrPromptKey::SessionExpired);
    assert_eq!(phone.last.ending, Some(ending));
}

#[test]
fn a_read_that_is_refused_for_its_token_is_asked_once_more_with_a_fresh_one() {
    let world = short(|config| {
        let first = fault(PortName::ElectionStatus, Some(1), refused(401, "invalid-jwt"));
        config.faults = vec![first];
    });
    let mut phone = Phone::call(&world);
    phone.keys(&format!("1 {LOGIN}"));
    phone.listen();
    assert_eq!(phone.sub_phase(), "candidate_select");
    assert_eq!(world.calls(PortName::Refresh), 1);

    let world = short(|config| {
        config.faults = vec![fault(PortName::ElectionStatus, None, refused(401, "invalid-jwt"))];
    });
    let mut phone = Phone::call(&world);
    phone.keys(&format!("1 {LOGIN}"));
    phone.listen();
    let ending = Ending::Disconnected(IvrPromptKey::SessionExpired);
    assert_eq!(phone.last.ending, Some(ending));
    assert_eq!((world.calls(PortName::Refresh), world.calls(PortName::ElectionStatus)), (1, 2));
}

#[test]
fn under_rotation_the_newest_refresh_token_is_used() {
    let world = short(|config| config.refresh_rotation = true);
    let mut phone = filled(&world);
    let mut seen = Vec::new();
    for _ in 0..4 {
        pass(&world, 250);
        phone.press("*");
        assert!(!phone.ended());
        let token = phone.session().login.unwrap().tokens.refresh_token.unwrap();
        assert!(!seen.contains(&token));
        seen.push(token);
    }
    assert_eq!(failures(&world), []);
    phone.press("00#");
    assert_eq!(phone.said()[0], "vote_success");
}

/// A Keycloak that answers with something else.
struct Odd<'w> {
    world: &'w FakeWorld,
    login: fn(&mut VoterTokens),
    refresh: fn(&mut VoterTokens),
    refreshed_with: Mutex<Vec<Secret<String>>>,
}

#[async_trait]
impl AuthPort for Odd<'_> {
    async fn login(
        &self,
        route: &Route,
        credentials: &[Credential],
        within: Deadline,
    ) -> Result<LoginOutcome, AuthError> {
        let mut outcome = self.world.ports().auth.login(route, credentials, within).await;
        if let Ok(LoginOutcome::Granted(tokens)) = &mut outcome {
            (self.login)(tokens);
        }
        outcome
    }

    async fn refresh(
        &self,
        route: &Route,
        refresh_token: &Secret<String>,
        within: Deadline,
    ) -> Result<VoterTokens, AuthError> {
        self.refreshed_with.lock().unwrap().push(refresh_token.clone());
        let mut tokens = self.world.ports().auth.refresh(route, refresh_token, within).await?;
        (self.refresh)(&mut tokens);
        Ok(tokens)
    }

    async fn logout(
        &self,
        route: &Route,
        refresh_token: &Secret<String>,
        within: Deadline,
    ) -> Result<(), AuthError> {
        self.world.ports().auth.logout(route, refresh_token, within).await
    }
}

fn turn(odd: &Odd<'_>, phone: &mut Phone<'_>, input: LambdaInput) -> Answer {
    let settings = Settings::default();
    let ivr = Ivr { ports: Ports { auth: odd, ..odd.world.ports() }, settings: &settings };
    phone.last = pollster::block_on(ivr.handle(&phone.next(input)));
    phone.last.clone()
}

fn odd(world: &FakeWorld, login: fn(&mut VoterTokens), refresh: fn(&mut VoterTokens)) -> Odd<'_> {
    Odd { world, login, refresh, refreshed_with: Mutex::default() }
}

const ELSEWHERE: [fn(&mut VoterTokens); 3] = [
    |tokens| tokens.claims.issuer = "https://keycloak.example.org/realms/another".into(),
    |tokens| tokens.claims.authorized_party = "another-client".into(),
    |tokens| tokens.claims.tenant_id = None,
];

#[test]
fn a_token_of_another_route_never_logs_anybody_in() {
    for change in ELSEWHERE {
        let world = short(|_| {});
        let mut phone = Phone::call(&world);
        phone.keys("1");
        phone.listen();
        let odd = odd(&world, change, |_| {});
        turn(&odd, &mut phone, LambdaInput::Dtmf(format!("{USERNAME}#")));
        let answer = turn(&odd, &mut phone, LambdaInput::Dtmf(format!("{PIN}#")));
        let ending = Ending::Disconnected(IvrPromptKey::SystemError);
        assert_eq!(answer.ending, Some(ending));
        let alert = TelemetryEvent::Alert { alert: Alert::TokenRouteMismatch };
        assert!(events(&world).contains(&alert));
    }
}

#[test]
fn a_refreshed_token_of_another_route_casts_nothing() {
    for change in ELSEWHERE {
        let world = short(|_| {});
        let mut phone = filled(&world);
        pass(&world, 250);
        let odd = odd(&world, |_| {}, change);
        let answer = turn(&odd, &mut phone, LambdaInput::Dtmf("00#".into()));
        let ending = Ending::Disconnected(IvrPromptKey::SystemError);
        assert_eq!(answer.ending, Some(ending));
        let alert = TelemetryEvent::Alert { alert: Alert::TokenRouteMismatch };
        assert!(events(&world).contains(&alert));
        assert!(world.accepted_ballots().is_empty());
        assert!(failures(&world).contains(&(RefreshFailure::Unauthorized, true)));
    }
}

#[test]
fn without_a_new_refresh_token_the_old_one_stays() {
    let world = short(|_| {});
    let mut phone = filled(&world);
    let first = phone.session().login.unwrap().tokens.refresh_token.unwrap();
    let odd = odd(&world, |_| {}, |tokens| tokens.refresh_token = None);
    for _ in 0..2 {
        pass(&world, 250);
        turn(&odd, &mut phone, LambdaInput::Dtmf("*".into()));
    }
    assert_eq!(*odd.refreshed_with.lock().unwrap(), [first.clone(), first.clone()]);
    assert_eq!(phone.session().login.unwrap().tokens.refresh_token, Some(first));
}

#[test]
fn who_logged_in_is_logged_out_at_every_end() {
    for (keys, times) in [("00# 1", 1), ("- - -", 1)] {
        let world = short(|_| {});
        let mut phone = filled(&world);
        phone.keys(keys);
        phone.listen();
        assert!(phone.ended());
        assert_eq!(world.state().ended_sessions.len(), times, "{keys}");
    }
}

#[test]
fn a_realm_that_cannot_be_asked_is_the_operators_and_the_voter_hears_no_reason() {
    let complaint = "conditional-otp at direct grant / 3";
    let world = short(|config| {
        let fault_kind = Fault::Rejected {
            status: 500,
            code: Some("unknown_authenticator".into()),
            message: complaint.into(),
        };
        config.faults = vec![fault(PortName::IvrConfig, None, fault_kind)];
    });
    let phone = Phone::call(&world);
    assert_eq!(phone.said(), ["system_error"]);
    assert_eq!(world.calls(PortName::IvrConfig), 1, "no retry mends it");
    let events = events(&world);
    let explained = |event: &TelemetryEvent| {
        matches!(event, TelemetryEvent::Error { operation: "ivr_config", detail, .. }
            if detail.contains(complaint))
    };
    assert!(events.iter().any(explained), "{events:?}");
    assert!(events.contains(&TelemetryEvent::Alert { alert: Alert::Misconfigured }));
    assert!(!phone.text().contains("otp"));
}
