//! `presentation.ivr`: the flow, the retry limits, the number that helps.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::cursor::Cursor;
use super::error::{PublicationError, bare_message};
use super::finding::{Code, Findings};
use crate::flow::phase::{BallotLoopConfig, FlowPhase, ReceiptFormat, RetryLimits};

const PHASES: [&str; 7] = [
    "announcement",
    "language_select",
    "blacklist_check",
    "auth",
    "eligibility_check",
    "ballot_loop",
    "goodbye",
];

/// What the telephone alone reads of an event.
#[derive(Debug)]
pub(super) struct IvrSettings {
    pub(super) flow: Vec<FlowPhase>,
    pub(super) retry_limits: RetryLimits,
    pub(super) assistance_phone: Option<String>,
    pub(super) announce_disabled_account: bool,
}

impl IvrSettings {
    /// Reads the `ivr` object of the event's presentation.
    pub(super) fn read(
        ivr: &Cursor<'_, '_>,
        findings: &mut Findings,
    ) -> Result<Self, PublicationError> {
        const KNOWN: [&str; 4] =
            ["flow", "retry_limits", "assistance_phone", "announce_disabled_account"];
        for key in ivr.object()?.keys().filter(|key| !KNOWN.contains(&key.as_str())) {
            findings.info(&ivr.path.key(key), Code::UnknownIvrKey, "nothing reads this key");
        }
        let assistance_phone = match ivr.get("assistance_phone")? {
            Some(phone) => Some(phone.string()?.trim()).filter(|phone| !phone.is_empty()),
            None => None,
        };
        let announce_disabled_account = match ivr.get("announce_disabled_account")? {
            Some(announce) => announce.boolean()?,
            None => false,
        };
        Ok(Self {
            flow: flow(&ivr.need("flow")?, findings)?,
            retry_limits: match ivr.get("retry_limits")? {
                Some(limits) => retry_limits(&limits)?,
                None => RetryLimits::default(),
            },
            assistance_phone: assistance_phone.map(str::to_owned),
            announce_disabled_account,
        })
    }
}

fn retry_limits(limits: &Cursor<'_, '_>) -> Result<RetryLimits, PublicationError> {
    const KNOWN: [&str; 3] = ["auth", "invalid_input", "timeout"];
    if let Some(key) = limits.object()?.keys().find(|key| !KNOWN.contains(&key.as_str())) {
        let message = format!("is not a retry limit; those are {}", KNOWN.join(", "));
        return Err(PublicationError::at(&limits.path.key(key), message));
    }
    let read = |key, missing| match limits.get(key)? {
        None => Ok(missing),
        Some(limit) => match u8::try_from(limit.integer()?) {
            Ok(0) | Err(_) => Err(limit.error("a retry limit is a number from 1 to 255")),
            Ok(n) => Ok(n),
        },
    };
    let missing = RetryLimits::default();
    Ok(RetryLimits {
        auth: read("auth", missing.auth)?,
        invalid_input: read("invalid_input", missing.invalid_input)?,
        timeout: read("timeout", missing.timeout)?,
    })
}

fn flow(
    list: &Cursor<'_, '_>,
    findings: &mut Findings,
) -> Result<Vec<FlowPhase>, PublicationError> {
    let values = list.list()?;
    if values.is_empty() {
        return Err(list.error("the flow is empty: a call needs at least one phase"));
    }
    let mut flow = Vec::with_capacity(values.len());
    for (index, value) in values.iter().enumerate() {
        flow.push(phase(&list.element(index, value), findings)?);
    }
    check(&flow, list, findings)?;
    Ok(flow)
}

/// Whether the phases can follow one another.
fn check(
    flow: &[FlowPhase],
    list: &Cursor<'_, '_>,
    findings: &mut Findings,
) -> Result<(), PublicationError> {
    let place = |wanted: fn(&FlowPhase) -> bool| flow.iter().position(wanted);
    let auth = place(|phase| matches!(phase, FlowPhase::Auth)).unwrap_or(flow.len());
    for (index, phase) in flow.iter().enumerate().take(auth) {
        let name = match phase {
            FlowPhase::BallotLoop(_) => "ballot_loop",
            FlowPhase::EligibilityCheck => "eligibility_check",
            _ => continue,
        };
        let message = format!("{name} stands before auth: nobody has logged in yet");
        return Err(PublicationError::at(&list.path.index(index), message));
    }
    let again = flow.iter().skip(auth + 1).position(|phase| matches!(phase, FlowPhase::Auth));
    if let Some(again) = again {
        let message = format!("a second auth: {} has logged the voter in", list.path.index(auth));
        return Err(PublicationError::at(&list.path.index(auth + 1 + again), message));
    }
    if place(|phase| matches!(phase, FlowPhase::BallotLoop(_))).is_none() {
        findings.warning(&list.path, Code::NoBallotLoop, "no ballot_loop: nobody can vote");
    }
    match place(|phase| matches!(phase, FlowPhase::Goodbye)) {
        None => {
            findings.warning(&list.path, Code::NoGoodbye, "no goodbye; one is added at the end");
        }
        Some(last) if last + 1 < flow.len() => {
            let message = "stands after goodbye, which ends the call: it is never reached";
            findings.warning(&list.path.index(last + 1), Code::PhaseAfterGoodbye, message);
        }
        Some(_) => {}
    }
    Ok(())
}

/// One phase. The tag is read by hand, so that a defect in a phase's settings has its exact path.
fn phase(at: &Cursor<'_, '_>, findings: &mut Findings) -> Result<FlowPhase, PublicationError> {
    let tag = at.need("phase")?;
    let name = tag.string()?;
    let plain = match name {
        "announcement" => return settings(at).map(FlowPhase::Announcement),
        "ballot_loop" => return ballot_loop(at).map(FlowPhase::BallotLoop),
        "language_select" => FlowPhase::LanguageSelect,
        "blacklist_check" => FlowPhase::BlacklistCheck,
        "auth" => FlowPhase::Auth,
        "eligibility_check" => FlowPhase::EligibilityCheck,
        "goodbye" => FlowPhase::Goodbye,
        _ => {
            let message = format!("unknown phase {name:?}; the phases are {}", PHASES.join(", "));
            return Err(tag.error(message));
        }
    };
    for key in at.object()?.keys().filter(|key| *key != "phase") {
        let message = format!("{name} has no settings; this one is not read");
        findings.warning(&at.path.key(key), Code::UnknownPhaseKey, message);
    }
    Ok(plain)
}

/// The settings of the ballot loop, in the platform's words.
fn ballot_loop(at: &Cursor<'_, '_>) -> Result<BallotLoopConfig, PublicationError> {
    const KNOWN: [&str; 2] = ["phase", "receipt_format"];
    if let Some(key) = at.object()?.keys().find(|key| !KNOWN.contains(&key.as_str())) {
        let message = "is not a setting of ballot_loop; there is only receipt_format";
        return Err(PublicationError::at(&at.path.key(key), message));
    }
    let receipt_format = match at.get("receipt_format")? {
        None => None,
        Some(format) => match format.string()? {
            "phonetic_hex_4" => Some(ReceiptFormat::PhoneticHex4),
            other => {
                let message = format!("unknown format {other:?}; there is only phonetic_hex_4");
                return Err(format.error(message));
            }
        },
    };
    Ok(BallotLoopConfig { receipt_format })
}

/// The settings of a phase: its members without the tag.
fn settings<T: DeserializeOwned>(at: &Cursor<'_, '_>) -> Result<T, PublicationError> {
    let members: Map<String, Value> = at
        .object()?
        .iter()
        .filter(|(key, _)| *key != "phase")
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    serde_path_to_error::deserialize(Value::Object(members)).map_err(|error| PublicationError::At {
        path: at.path.joined(error.path()),
        message: bare_message(error.inner()),
    })
}
