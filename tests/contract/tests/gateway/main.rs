//! The gateway's permissions on a server: the matrix, the schemas, the deployment.
//!
//! On the official image where there is an engine that has it, else on the project's stand-in; the
//! report says which. Without PostgreSQL everything that needs a server is reported ignored.

mod asking;
mod believing;
mod calls;
mod deploying;
mod house;
mod keys;
mod matrix;
mod page;
#[path = "../identity/proxy.rs"]
mod proxy;
mod reading;
mod server;
mod tokens;
mod trouble;
mod world;
mod writing;

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use contract::suite::Test;
use house::House;
use libtest_mimic::{Arguments, Failed, Trial};
use reading::World;
use server::{Gateway, Machine};
use tokens::Issuer;

/// A test with a machine that starts servers.
type OnMachine = Box<dyn FnOnce(&Machine) -> anyhow::Result<()> + Send>;

/// Tests that share the world, because they only read.
const READING: &[Test<World>] = &[
    ("each_role_sees_its_rows_and_no_others", reading::rows),
    ("each_role_knows_its_columns_and_no_others", reading::columns),
    ("totals_count_what_is_seen", reading::totals),
    ("the_roots_have_no_other_fields", reading::roots),
    ("what_the_matrix_does_not_name_does_not_exist", reading::absences),
    ("blocked_numbers_come_one_at_a_time", reading::one_row_at_a_time),
    ("four_digits_are_asked_for_and_not_shown", reading::functions),
    ("a_token_without_a_variable_is_refused", reading::missing_variables),
];

/// Tests that change a world of their own.
const WRITING: &[Test<World>] = &[("each_role_writes_what_it_may_and_no_more", writing::cases)];

/// Tests with an empty server of their own.
const EMPTY: &[Test<Gateway>] = &[
    ("what_is_not_ours_stays", deploying::what_is_not_ours_stays),
    ("what_stands_differently_stops_the_deployment", deploying::what_stands_differently_stops),
];

/// Tests of whom a server believes.
const BELIEVING: &[Test<Machine>] = &[
    ("forged_and_old_tokens_are_refused", believing::forgeries),
    ("headers_beside_a_token_choose_a_role_and_nothing_else", believing::headers_beside_a_token),
    ("a_rotated_key_is_noticed", believing::rotation),
    ("one_key_set_for_all_realms", believing::one_set_for_all_realms),
    ("the_engine_hears_that_a_token_is_old", trouble::old_tokens),
];

/// Tests of the Lambda's adapters, each in a realm, an event and a server of its own.
const ADAPTERS: &[Test<House>] = &[
    ("what_is_open_is_what_the_columns_say", asking::status),
    ("a_voter_has_cast_what_is_theirs_in_this_event", asking::history),
    ("a_number_is_blocked_in_every_spelling", asking::blacklist),
    ("a_call_is_one_row", asking::call_log),
    ("a_question_costs_one_round_trip_a_document", asking::figures),
    ("the_wrong_token_is_told_no", asking::wrong_tokens),
    ("a_breaker_opens_and_closes", trouble::down_and_up),
    ("a_restart_between_two_questions", trouble::restarted),
    ("a_slow_gateway_and_the_deadline", trouble::slow),
    ("pages_and_other_answers_that_are_none", trouble::pages),
    ("a_schema_that_changed_under_us", trouble::schema_changed),
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let machine = if arguments.list { Ok(None) } else { Machine::find() };
    let machine = match machine {
        Ok(machine) => machine.map(Arc::new),
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "no PostgreSQL for the suite: {error:#}");
            return ExitCode::FAILURE;
        }
    };
    let there = machine.is_some();
    let shared: Arc<OnceLock<Result<World, String>>> = Arc::default();
    let mut trials = vec![Trial::test("the_page_is_the_matrix", || failed(page::is_checked_in()))];
    let mut add = |name: &'static str, test: OnMachine| {
        let machine = machine.clone();
        let trial = Trial::test(name, move || match machine {
            Some(machine) => failed(test(&machine)),
            None => Err("no server".into()),
        });
        trials.push(trial.with_ignored_flag(!there));
    };
    for &(name, test) in READING {
        let shared = Arc::clone(&shared);
        add(
            name,
            Box::new(move |machine| {
                let world = shared.get_or_init(|| {
                    machine.start().and_then(World::new).map_err(|e| format!("{e:#}"))
                });
                test(world.as_ref().map_err(|why| anyhow::anyhow!("{why}"))?)
            }),
        );
    }
    for &(name, test) in WRITING {
        add(name, Box::new(move |machine| test(&World::new(machine.start()?)?)));
    }
    for &(name, test) in EMPTY {
        add(name, Box::new(move |machine| test(&machine.start()?)));
    }
    for &(name, test) in ADAPTERS {
        add(name, Box::new(move |machine| test(&House::new(machine)?)));
    }
    for &(name, test) in BELIEVING {
        add(name, Box::new(test));
    }
    add(
        "the_schemas_are_what_the_server_serves",
        Box::new(|machine| {
            let gateway = machine.start()?;
            gateway.develop()?;
            deploying::schemas_are_checked_in(&gateway)
        }),
    );
    // There is nobody to log in to without a Keycloak.
    let keycloak = machine.as_ref().and_then(|machine| machine.keycloak.clone());
    let nobody = keycloak.is_none();
    let on = machine.clone();
    trials.push(
        Trial::test("a_change_is_heard_in_the_next_call", move || match (on, keycloak) {
            (Some(machine), Some(keycloak)) => {
                failed(calls::changes_are_heard(&machine, &keycloak))
            }
            _ => Err("no Keycloak".into()),
        })
        .with_ignored_flag(nobody),
    );
    let conclusion = libtest_mimic::run(&arguments, trials);
    if let Some(Ok(world)) = shared.get() {
        let signed = match &world.gateway.issuer {
            Issuer::Own(_) => "a key of this run".to_owned(),
            Issuer::Realm(realm) => realm.report(),
        };
        let answered = world.gateway.server.report();
        let _ = writeln!(std::io::stderr(), "answered by: {answered}\ntokens signed by: {signed}");
    }
    drop((shared, machine));
    conclusion.exit_code()
}

fn failed(result: anyhow::Result<()>) -> Result<(), Failed> {
    result.map_err(|error| format!("{error:#}").into())
}
