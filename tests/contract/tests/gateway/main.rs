//! The gateway's permissions on a server: the matrix, the schemas, the deployment.
//!
//! Without PostgreSQL or a server (`hasura-standin` beside the tests, or named by `HASURA_STANDIN`)
//! everything that needs one is reported ignored.

mod deploying;
mod matrix;
mod page;
mod reading;
mod server;
#[path = "../../../../crates/hasura-deploy/tests/support/mod.rs"]
mod support;
mod tokens;
mod world;
mod writing;

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use contract::suite::Test;
use libtest_mimic::{Arguments, Failed, Trial};
use reading::World;
use server::{Gateway, Machine};

/// A test with a machine that starts servers.
type OnMachine = Box<dyn FnOnce(&Machine) -> anyhow::Result<()> + Send>;

/// Tests that share the world, because they only read.
const READING: &[Test<World>] = &[
    ("each_role_sees_its_rows_and_no_others", reading::rows),
    ("each_role_knows_its_columns_and_no_others", reading::columns),
    ("totals_count_what_is_seen", reading::totals),
    ("what_the_matrix_does_not_name_does_not_exist", reading::absences),
    ("blocked_numbers_come_one_at_a_time", reading::one_row_at_a_time),
    ("four_digits_are_asked_for_and_not_shown", reading::functions),
    ("a_token_without_a_variable_is_refused", reading::missing_variables),
];

/// Tests that change a world of their own.
const WRITING: &[Test<World>] = &[
    ("each_role_writes_what_it_may_and_no_more", writing::cases),
    ("an_update_reaches_the_own_event_only", writing::update_reaches_the_own_event_only),
];

/// Tests with an empty server of their own.
const EMPTY: &[Test<Gateway>] = &[
    ("what_is_not_ours_stays", deploying::what_is_not_ours_stays),
    ("what_stands_differently_stops_the_deployment", deploying::what_stands_differently_stops),
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let machine = if arguments.list { None } else { Machine::find().map(Arc::new) };
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
                    machine.start("reading").and_then(World::new).map_err(|e| format!("{e:#}"))
                });
                test(world.as_ref().map_err(|why| anyhow::anyhow!("{why}"))?)
            }),
        );
    }
    for &(name, test) in WRITING {
        add(name, Box::new(move |machine| test(&World::new(machine.start(name)?)?)));
    }
    for &(name, test) in EMPTY {
        add(name, Box::new(move |machine| test(&machine.start(name)?)));
    }
    add(
        "the_schemas_are_what_the_server_serves",
        Box::new(|machine| {
            let gateway = machine.start("schemas")?;
            gateway.develop()?;
            deploying::schemas_are_checked_in(&gateway)
        }),
    );
    let conclusion = libtest_mimic::run(&arguments, trials);
    if let Some(Ok(world)) = shared.get() {
        let _ = writeln!(std::io::stderr(), "answered by: {}", world.gateway.name);
    }
    drop((shared, machine));
    conclusion.exit_code()
}

fn failed(result: anyhow::Result<()>) -> Result<(), Failed> {
    result.map_err(|error| format!("{error:#}").into())
}
