//! The realm bootstrap against a real Keycloak: `crates/realm` as a library, and its program.

use std::process::ExitCode;

use contract::{suite, tests};

mod bad_input;
mod by_hand;
mod canary;
mod empty;
mod export;
mod killed;
mod many;
mod place;
mod platform;
mod voters;

use bad_input::*;
use by_hand::*;
use canary::*;
use empty::*;
use killed::*;
use many::*;
use platform::*;
use voters::*;

fn main() -> ExitCode {
    suite::run(
        place::Place::new,
        tests![
            an_empty_server_gets_a_realm_and_a_second_run_sends_no_write,
            every_choice_of_factors_asks_exactly_those,
            a_voter_of_a_new_realm_gets_a_token_that_the_platform_decodes,
            a_service_token_carries_its_realm_and_no_more,
            one_that_was_killed_anywhere_is_finished_by_the_next,
            what_somebody_changed_by_hand_is_repaired,
            a_hole_is_closed_by_the_first_write,
            what_somebody_added_is_reported_and_left,
            without_realm_wide_everything_else_is_identical,
            with_realm_wide_only_what_the_plan_says_changes,
            the_check_of_a_platform_realm_says_what_stops_voters,
            without_the_platforms_mapper_nothing_is_written,
            one_bad_realm_does_not_stop_the_others,
            rotation_is_resumed_and_shows_nothing,
            the_keys_of_removed_realms_go,
            voters_are_imported_and_imported_again,
            a_wrong_file_writes_nothing,
            wrong_input_is_one_line_and_status_two,
            no_secret_is_seen_anywhere,
        ],
    )
}
