//! The engine on a world: a call begins, the voter logs in, everything is in the row.

use super::support::*;
use crate::fakes::{FakeWorld, PortName};
use crate::flow::context::LambdaInput;
use crate::ports::{AuthStep, CallStage};
use crate::settings::Settings;
use crate::turn::handle::{ContactEvent, Ivr};

fn press(world: &FakeWorld, input: LambdaInput, turn_token: Option<u64>) -> crate::answer::Answer {
    let settings = Settings::default();
    let ivr = Ivr { ports: world.ports(), settings: &settings };
    let event = ContactEvent {
        contact_id: "contact".into(),
        caller: Some("+15195550123".into()),
        dialled: DIALLED.into(),
        input,
        turn_token,
    };
    block_on(ivr.handle(&event))
}

#[test]
fn a_call_begins_and_is_hashed_stored_and_logged() {
    let step = |field: &str, maps_to: &str| AuthStep {
        field: field.into(),
        max_digits: 8,
        terminator: "#".into(),
        maps_to: maps_to.into(),
        prompt_key: None,
    };
    let world = world(|config| {
        config.auth_steps = vec![step("voter_id", "username"), step("pin", "password")];
    });
    let answer = press(&world, LambdaInput::Init, None);
    assert!(answer.response.expect_input, "{:?}", answer.response.prompt_text);
    assert_eq!(world.rows().len(), 1);
    assert_eq!(world.call_log()["contact"].stage, CallStage::Started);
    let records = world.take_telemetry();
    let caller = records.iter().find_map(|record| record.caller.as_ref()).unwrap();
    assert!(caller.salt_gen.ends_with("-202610") && caller.hash.len() == 64);
    assert_eq!(world.telemetry(), []);
    assert_eq!(world.calls(PortName::ElectionConfig), 1);
    assert_eq!(world.calls(PortName::Auth), 0);

    let again = press(&world, LambdaInput::Init, None);
    assert_eq!(again.response.prompt_text, answer.response.prompt_text);
}
