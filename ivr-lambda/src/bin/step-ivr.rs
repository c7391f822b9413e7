//! `step-ivr`: the engine without a telephone. See [`ivr_lambda::terminal`].

use std::process::ExitCode;

fn main() -> ExitCode {
    ivr_lambda::terminal::main()
}
