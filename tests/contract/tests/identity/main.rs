//! The Keycloak adapters against a real Keycloak with our extensions (design 15.3).

mod ground;
mod proxy;
mod restart;
mod service;
mod steps;
mod voters;
mod whole_calls;

use std::process::ExitCode;

use contract::{extensions, suite};

fn main() -> ExitCode {
    suite::run(
        extensions::keycloak,
        &[
            ("a_pin_realm_is_asked_and_logged_in_to", voters::a_pin_realm),
            ("a_date_of_birth_realm_has_no_password_step", voters::a_dob_realm),
            ("a_token_of_another_realm_or_client_is_refused_by_the_route", voters::other_realm),
            ("a_lock_looks_like_a_wrong_pin", voters::lockout),
            ("accounts_that_cannot_log_in", voters::accounts),
            ("two_logins_of_one_voter_at_once", voters::parallel_logins),
            ("a_refresh_token_is_used_once_under_rotation", voters::rotation),
            ("a_session_ends_by_itself", voters::lifespan),
            ("a_slow_server_and_the_deadline", voters::slow),
            ("who_may_read_the_steps", steps::negatives),
            ("flows_that_cannot_be_asked", steps::refused_flows),
            ("a_pin_in_a_sub_flow_is_found", steps::sub_flow),
            ("branching_by_client_leaves_the_portal_alone", steps::by_client),
            ("a_thousand_callers", service::callers),
            ("a_secret_is_rotated_between_two_calls", service::secret_rotation),
            ("a_signing_key_is_rotated_between_two_calls", service::key_rotation),
            ("a_restart_in_the_middle_of_a_call", restart::in_the_middle_of_a_call),
            ("wrong_realm_client_and_grant_are_the_operators", service::misconfigured),
            ("whole_calls_with_a_pin_and_a_date_of_birth", whole_calls::barrie),
        ],
    )
}
