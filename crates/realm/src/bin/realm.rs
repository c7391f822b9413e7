//! `realm`: makes Keycloak realms ready for telephone voting, and looks after them.

use std::process::ExitCode;

fn main() -> ExitCode {
    realm::cli::main()
}
