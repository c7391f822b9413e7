// SPDX-License-Identifier: Apache-2.0
use super::auth_time::{OutOfRange, from_seconds};
use super::azp::{AzpClient, PortalTimeWindow, UnknownClient, legacy_kiosk_seen};
use super::i18n::with_flat_ivr;
use super::pointer::{key, pointer};
use super::reopened::without_undone_stop;
use super::schedule::{carried, carried_name, channels_of, is_for_channels, payload, task_name};
use super::tally::{telephone_goes_on, telephone_is_over};
use crate::ballot::{
    ElectionEventStatus, ElectionStatus, PeriodDates, VotingStatus, VotingStatusChannel,
};
use crate::types::hasura::core::VotingChannels;
use chrono::{DateTime, Duration, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;

const CHANNELS: [VotingStatusChannel; 4] = [
    VotingStatusChannel::ONLINE,
    VotingStatusChannel::KIOSK,
    VotingStatusChannel::EARLY_VOTING,
    VotingStatusChannel::TELEPHONE,
];

/// A status as the platform stored it before there was a telephone.
fn old_status() -> Value {
    json!({
        "is_published": true,
        "voting_status": "OPEN",
        "kiosk_voting_status": "CLOSED",
        "early_voting_status": "NOT_STARTED",
        "voting_period_dates": {
            "first_started_at": "2026-10-01T08:00:00Z", "last_started_at": "2026-10-01T08:00:00Z",
            "first_paused_at": null, "last_paused_at": null,
            "first_stopped_at": null, "last_stopped_at": null
        }
    })
}

fn instant(minutes: i64) -> DateTime<Utc> {
    DateTime::<Utc>::UNIX_EPOCH + Duration::minutes(minutes)
}

fn channels(channels: Value) -> VotingChannels {
    serde_json::from_value(channels).unwrap()
}

#[test]
fn an_old_status_reads_with_a_telephone_that_never_began() {
    let event: ElectionEventStatus = serde_json::from_value(old_status()).unwrap();
    let election: ElectionStatus = serde_json::from_value(old_status()).unwrap();
    assert_eq!(event.voting_status, VotingStatus::OPEN);
    assert_eq!(event.status_by_channel(VotingStatusChannel::TELEPHONE), VotingStatus::NOT_STARTED);
    assert_eq!(election.voting_status, VotingStatus::OPEN);
    assert_eq!(
        election.status_by_channel(VotingStatusChannel::TELEPHONE),
        VotingStatus::NOT_STARTED
    );
    assert_eq!(election.dates_by_channel(VotingStatusChannel::TELEPHONE), PeriodDates::default());
}

#[test]
fn each_channel_has_a_status_and_dates_of_its_own() {
    for channel in CHANNELS {
        let mut event = ElectionEventStatus::default();
        let mut election = ElectionStatus::default();
        event.set_status_by_channel(channel, VotingStatus::OPEN);
        election.set_status_by_channel(channel, VotingStatus::OPEN);
        for other in CHANNELS {
            let expected = match other == channel {
                true => VotingStatus::OPEN,
                false => VotingStatus::NOT_STARTED,
            };
            assert_eq!(event.status_by_channel(other), expected, "{channel:?} {other:?}");
            assert_eq!(election.status_by_channel(other), expected, "{channel:?} {other:?}");
            let started = election.dates_by_channel(other).first_started_at.is_some();
            assert_eq!(started, other == channel, "{channel:?} {other:?}");
        }
    }
}

#[test]
fn the_telephone_keeps_its_status_through_json() {
    let mut status = ElectionStatus::default();
    status.set_status_by_channel(VotingStatusChannel::TELEPHONE, VotingStatus::PAUSED);
    let json = serde_json::to_value(&status).unwrap();
    assert_eq!(json["telephone_voting_status"], "PAUSED");
    assert!(json["telephone_voting_period_dates"]["last_paused_at"].is_string());
    assert_eq!(serde_json::from_value::<ElectionStatus>(json).unwrap(), status);
}

#[test]
fn channel_names_are_those_of_the_wire() {
    for (channel, name) in
        CHANNELS.into_iter().zip(["ONLINE", "KIOSK", "EARLY_VOTING", "TELEPHONE"])
    {
        assert_eq!(serde_json::to_value(channel).unwrap(), name);
        assert_eq!(<&'static str>::from(channel), name);
    }
}

#[test]
fn the_telephone_flag_is_the_telephones() {
    let only = channels(json!({ "telephone": true }));
    assert_eq!(VotingStatusChannel::TELEPHONE.channel_from(&only), Some(true));
    assert_eq!(VotingStatusChannel::KIOSK.channel_from(&only), None);
    let none = channels(json!({ "online": true }));
    assert_eq!(VotingStatusChannel::TELEPHONE.channel_from(&none), None);
}

#[test]
fn only_voters_clients_are_known() {
    for client in [AzpClient::VotingPortal, AzpClient::VotingPortalKiosk, AzpClient::IvrVoting] {
        assert_eq!(client.as_str().parse(), Ok(client));
    }
    for other in ["ivr-service", "ivr-voting ", "IVR-VOTING", "admin-portal", ""] {
        assert_eq!(other.parse::<AzpClient>(), Err(UnknownClient), "{other}");
    }
}

#[test]
fn the_legacy_kiosk_is_counted_and_never_written() {
    let before = legacy_kiosk_seen();
    assert_eq!("onsite-voting-portal".parse(), Ok(AzpClient::VotingPortalKiosk));
    assert_eq!(legacy_kiosk_seen(), before + 1);
    assert_eq!(AzpClient::VotingPortalKiosk.to_string(), "voting-portal-kiosk");
    assert_eq!("voting-portal-kiosk".parse(), Ok(AzpClient::VotingPortalKiosk));
    assert_eq!(legacy_kiosk_seen(), before + 1);
}

#[test]
fn the_window_matters_to_the_portal_only() {
    use PortalTimeWindow::{EarlyVoting, Online};
    for (client, window, channel) in [
        (AzpClient::VotingPortal, Online, VotingStatusChannel::ONLINE),
        (AzpClient::VotingPortal, EarlyVoting, VotingStatusChannel::EARLY_VOTING),
        (AzpClient::VotingPortalKiosk, EarlyVoting, VotingStatusChannel::KIOSK),
        (AzpClient::IvrVoting, Online, VotingStatusChannel::TELEPHONE),
        (AzpClient::IvrVoting, EarlyVoting, VotingStatusChannel::TELEPHONE),
    ] {
        assert_eq!(client.to_voting_channel(window), channel);
    }
}

#[test]
fn early_voting_needs_the_area_the_channel_and_both_statuses() {
    let with = channels(json!({ "online": true, "early_voting": true }));
    let without = channels(json!({ "online": true }));
    let status = |early: &str, online: &str| -> ElectionStatus {
        serde_json::from_value(json!({ "early_voting_status": early, "voting_status": online }))
            .unwrap()
    };
    let open = status("OPEN", "NOT_STARTED");
    assert_eq!(PortalTimeWindow::of(true, &with, &open), PortalTimeWindow::EarlyVoting);
    for (area, channels, status) in [
        (false, &with, &open),
        (true, &without, &open),
        (true, &with, &status("PAUSED", "NOT_STARTED")),
        (true, &with, &status("OPEN", "OPEN")),
        (true, &with, &status("CLOSED", "OPEN")),
    ] {
        assert_eq!(PortalTimeWindow::of(area, channels, status), PortalTimeWindow::Online);
    }
}

#[test]
fn a_stop_counts_until_the_channel_is_opened_again() {
    let dates = |started: Option<i64>, stopped: Option<i64>| PeriodDates {
        first_stopped_at: stopped.map(instant),
        last_started_at: started.map(instant),
        last_stopped_at: stopped.map(instant),
        ..Default::default()
    };
    for (started, stopped, kept) in
        [(Some(1), Some(2), true), (Some(2), Some(2), true), (None, Some(2), true)]
    {
        let left = without_undone_stop(dates(started, stopped));
        assert_eq!(left.last_stopped_at.is_some(), kept);
    }
    let reopened = without_undone_stop(dates(Some(3), Some(2)));
    assert_eq!(reopened.last_stopped_at, None);
    assert_eq!(reopened.first_stopped_at, Some(instant(2)));
}

#[test]
fn opening_closing_and_opening_again_leaves_no_stop() {
    let mut status = ElectionStatus::default();
    for next in [VotingStatus::OPEN, VotingStatus::CLOSED, VotingStatus::OPEN] {
        status.set_status_by_channel(VotingStatusChannel::TELEPHONE, next);
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let dates = status.dates_by_channel(VotingStatusChannel::TELEPHONE);
    assert!(dates.last_stopped_at.is_some());
    assert_eq!(without_undone_stop(dates).last_stopped_at, None);
}

#[test]
fn scheduled_events_of_today_name_no_channels() {
    for of_today in
        [json!({ "election_id": "e" }), json!({ "election_id": null, "voting_channels": null })]
    {
        assert_eq!(channels_of(Some(&of_today)), Ok(None));
        assert!(!is_for_channels(&of_today));
    }
    assert_eq!(channels_of(None), Ok(None));
}

#[test]
fn scheduled_channels_are_read_as_they_were_written() {
    let some = [VotingStatusChannel::TELEPHONE, VotingStatusChannel::KIOSK];
    let written = payload(Some("e"), &some);
    assert_eq!(written["election_id"], "e");
    assert!(is_for_channels(&written));
    let read = channels_of(Some(&written)).unwrap().unwrap();
    assert_eq!(read, [VotingStatusChannel::KIOSK, VotingStatusChannel::TELEPHONE]);
    assert_eq!(task_name("start", &some), "start_KIOSK+TELEPHONE");
}

#[test]
fn scheduled_channels_that_cannot_be_read_open_nothing() {
    for bad in [json!([]), json!(["FAX"]), json!("TELEPHONE"), json!([null]), json!({})] {
        let event = json!({ "election_id": "e", "voting_channels": bad });
        assert!(channels_of(Some(&event)).is_err(), "{event}");
        // Nor are they taken for one of today's events.
        assert!(is_for_channels(&event), "{event}");
    }
}

#[test]
fn an_imported_event_keeps_its_channels() {
    let exported = payload(Some("old"), &[VotingStatusChannel::TELEPHONE]).to_string();
    let made = Some(json!({ "election_id": "new" }));
    let kept = carried(made.clone(), Some(&exported)).unwrap();
    assert_eq!(kept, Some(json!({ "election_id": "new", "voting_channels": ["TELEPHONE"] })));
    let name = carried_name(Some("start".to_string()), kept.as_ref()).unwrap();
    assert_eq!(name.as_deref(), Some("start_TELEPHONE"));
    // One of today's, and what is no JSON, import as before.
    for exported in [Some(r#"{"election_id":"old"}"#), Some("-"), None] {
        assert_eq!(carried(made.clone(), exported).unwrap(), made);
    }
    let name = carried_name(Some("start".to_string()), made.as_ref()).unwrap();
    assert_eq!(name.as_deref(), Some("start"));
    assert!(carried(made, Some(r#"{"voting_channels":["FAX"]}"#)).is_err());
}

#[test]
fn auth_time_is_in_seconds() {
    let moment = from_seconds(1_790_000_000).unwrap();
    assert_eq!(moment.timestamp(), 1_790_000_000);
    assert_eq!(moment.with_timezone(&Utc).to_rfc3339(), "2026-09-21T14:13:20+00:00");
    for beyond in [i64::MAX, i64::MIN] {
        assert_eq!(from_seconds(beyond), Err(OutOfRange));
    }
}

#[test]
fn the_pointer_names_document_and_publication() {
    assert_eq!(key("t", "e"), "tenant-t/event-e/ivr-current.json");
    assert_eq!(pointer("d", "p"), json!({ "document_id": "d", "publication_id": "p" }));
}

#[test]
fn an_election_ends_when_its_telephone_has() {
    let with = channels(json!({ "telephone": true }));
    let without = channels(json!({ "online": true }));
    for (name, over) in
        [("NOT_STARTED", true), ("OPEN", false), ("PAUSED", false), ("CLOSED", true)]
    {
        let status: ElectionStatus =
            serde_json::from_value(json!({ "telephone_voting_status": name })).unwrap();
        assert_eq!(telephone_is_over(&status), over, "{name}");
        assert_eq!(telephone_goes_on(&status, Some(&with)), !over, "{name}");
        assert!(!telephone_goes_on(&status, Some(&without)), "{name}");
        assert!(!telephone_goes_on(&status, None), "{name}");
    }
}

#[derive(Deserialize)]
struct Presentation {
    #[serde(default, deserialize_with = "with_flat_ivr")]
    i18n: Option<HashMap<String, HashMap<String, Option<String>>>>,
}

fn texts(i18n: Value) -> Result<Value, String> {
    serde_json::from_value::<Presentation>(json!({ "i18n": i18n }))
        .map(|presentation| serde_json::to_value(presentation.i18n).unwrap())
        .map_err(|error| error.to_string())
}

#[test]
fn i18n_without_a_telephone_reads_as_before() {
    let plain = json!({ "en": { "name": "A", "alias": null }, "fr": {} });
    assert_eq!(texts(plain.clone()).unwrap(), plain);
    assert_eq!(texts(Value::Null).unwrap(), Value::Null);
    let none: Presentation = serde_json::from_value(json!({})).unwrap();
    assert!(none.i18n.is_none());
}

#[test]
fn the_ivr_subtree_becomes_flat_and_wins() {
    let read = texts(json!({ "en": {
        "name": "A",
        "ivr.name": "flat", "ivr.greeting": "kept",
        "ivr": { "name": "nested", "note": null, "custom": { "key": "deep" }, "retries": 3 },
    } }));
    assert_eq!(
        read.unwrap(),
        json!({ "en": {
            "name": "A",
            "ivr.name": "nested", "ivr.greeting": "kept", "ivr.note": null,
            "ivr.custom.key": "deep",
        } })
    );
}

#[test]
fn a_prompt_of_a_wrong_type_costs_no_vote() {
    for odd in [json!(3), json!(["a"]), json!(true)] {
        assert_eq!(texts(json!({ "en": { "ivr": odd } })).unwrap(), json!({ "en": {} }));
    }
    assert_eq!(texts(json!({ "en": { "ivr": {} } })).unwrap(), json!({ "en": {} }));
}

#[test]
fn other_keys_are_as_strict_as_before() {
    for bad in [json!({ "a": "b" }), json!(3), json!(["a"])] {
        let error = texts(json!({ "en": { "name": bad } })).unwrap_err();
        assert!(error.contains("expected a string"), "{error}");
    }
    assert!(texts(json!({ "en": "A" })).is_err());
}
