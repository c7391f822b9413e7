//! What can be said on the command line. No option takes a secret itself.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};

use crate::desired::flow::{DobFormats, Factors, KEYED_FORMATS, STORED_FORMATS};

const SECRETS: &str = "\
Secrets never stand on the command line. An option that needs one takes a reference:
  env:NAME           an environment variable
  file:PATH          a file
  file:PATH#MEMBER   a member of a JSON file
  -                  standard input (one option only)
A client's secret is a text, or {\"current\": \"…\", \"previous\": \"…\"} while it is being rotated.

Exit status: 0 all is well; 1 what was looked at is not, or a part of the work failed; 2 the input
is wrong (address, credentials, permission, file).";

/// Makes Keycloak realms ready for telephone voting, and looks after them.
#[derive(Debug, Parser)]
#[command(name = "realm", version, about, after_help = SECRETS)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show what `apply` would change, and what each change means for the portal. Writes nothing.
    #[command(after_help = SECRETS)]
    Plan(RealmArgs),
    /// Take a realm to the state that telephone voting needs.
    ///
    /// Safe to repeat: a second run sends no write, and one that was stopped is finished by the
    /// next. `ivr-voting` is enabled last, when its flow asks for every factor. Settings that every
    /// channel shares are changed only with --realm-wide.
    #[command(after_help = SECRETS)]
    Apply(RealmArgs),
    /// Look for what would stop or endanger a voter, with the odds of guessing a PIN.
    #[command(after_help = SECRETS)]
    Check(CheckArgs),
    /// Give the clients the current secrets of the source, realm after realm.
    ///
    /// Realms that have them are passed over, so a run that was stopped is simply repeated. First
    /// put the new secret into the source as "current" and the old one as "previous".
    #[command(after_help = SECRETS)]
    Rotate(RotateArgs),
    /// Write the union of the realms' signing keys, for the gateway.
    ///
    /// RS256 keys for signatures only, without certificates, sorted. A realm that is gone is gone
    /// from the file too; one that is disabled has no keys, which is said. If a realm cannot be read the
    /// file stays as it is.
    #[command(after_help = SECRETS)]
    Jwks(JwksArgs),
    /// Voters of development realms.
    Voters(Voters),
}

/// Where Keycloak is, and who we are.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Keycloak")]
pub(super) struct Connection {
    /// Base address, as https://keycloak.example or with /auth at its end.
    #[arg(long, env = "KEYCLOAK_URL", value_name = "URL")]
    pub(super) keycloak_url: String,
    /// Allow plain http to another machine; credentials then travel readably.
    #[arg(long)]
    pub(super) allow_http: bool,
    /// Realm that knows the administrator.
    #[arg(long, default_value = "master", value_name = "REALM")]
    pub(super) admin_realm: String,
    /// User name of the administrator.
    #[arg(long, default_value = "admin", value_name = "NAME")]
    pub(super) admin_username: String,
    /// Reference to the administrator's password.
    #[arg(long, default_value = "env:KEYCLOAK_ADMIN_PASSWORD", value_name = "REF")]
    pub(super) admin_password: String,
    /// Sign in as this client's service account instead.
    #[arg(long, value_name = "ID", requires = "admin_client_secret")]
    pub(super) admin_client_id: Option<String>,
    /// Reference to that client's secret.
    #[arg(long, value_name = "REF", requires = "admin_client_id")]
    pub(super) admin_client_secret: Option<String>,
}

/// The clients' secrets.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Secrets of the clients")]
pub(super) struct ClientSecrets {
    /// Reference to the secret of ivr-voting.
    #[arg(long, value_name = "REF")]
    pub(super) voting_secret: Option<String>,
    /// Reference to the secret of ivr-service.
    #[arg(long, value_name = "REF")]
    pub(super) service_secret: Option<String>,
}

/// Which realm or realms.
#[derive(Debug, ClapArgs)]
#[group(required = true, multiple = false)]
pub(super) struct Which {
    /// The realm, tenant-{tenant}-event-{event}.
    #[arg(value_name = "REALM")]
    pub(super) realm: Option<String>,
    /// Every realm whose name fits, as 'tenant-*-event-*'; goes on after a failure.
    #[arg(long, value_name = "PATTERN")]
    pub(super) all: Option<String>,
}

/// How dates of birth look; only for factors with a date.
#[derive(Debug, ClapArgs)]
pub(super) struct Dob {
    /// How the attribute dateOfBirth is written.
    #[arg(long, value_name = "FORMAT", default_value = STORED_FORMATS[0], value_parser = STORED_FORMATS)]
    stored_dob: String,
    /// How a voter keys it.
    #[arg(long, value_name = "FORMAT", default_value = KEYED_FORMATS[0], value_parser = KEYED_FORMATS)]
    keyed_dob: String,
}

impl Dob {
    pub(super) fn formats(&self) -> DobFormats {
        DobFormats::named(&self.stored_dob, &self.keyed_dob).unwrap_or_default()
    }
}

#[derive(Debug, ClapArgs)]
pub(super) struct RealmArgs {
    #[command(flatten)]
    pub(super) which: Which,
    /// What voters key after their voter id.
    #[arg(long, value_enum, default_value_t)]
    pub(super) factors: Factors,
    #[command(flatten)]
    pub(super) dob: Dob,
    /// Also change what the portal shares: user profile, brute-force protection, session limits.
    #[arg(long)]
    pub(super) realm_wide: bool,
    /// A realm to play with: created if it is missing, with stand-ins for the platform's mappers.
    #[arg(long, conflicts_with = "all")]
    pub(super) development: bool,
    /// Print JSON.
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) secrets: ClientSecrets,
    #[command(flatten)]
    pub(super) connection: Connection,
}

#[derive(Debug, ClapArgs)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub(super) which: Which,
    /// What voters key after their voter id.
    #[arg(long, value_enum, default_value_t)]
    pub(super) factors: Factors,
    #[command(flatten)]
    pub(super) dob: Dob,
    /// Digits of a PIN; else the realm attribute ivr.pin.max_digits, else 4.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=20))]
    pub(super) pin_digits: Option<u32>,
    /// How many voters to look at.
    #[arg(long, value_name = "N", default_value_t = 500)]
    pub(super) sample: usize,
    /// Print JSON.
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) secrets: ClientSecrets,
    #[command(flatten)]
    pub(super) connection: Connection,
}

#[derive(Debug, ClapArgs)]
pub(super) struct RotateArgs {
    #[command(flatten)]
    pub(super) which: Which,
    #[command(flatten)]
    pub(super) secrets: ClientSecrets,
    #[command(flatten)]
    pub(super) connection: Connection,
}

#[derive(Debug, ClapArgs)]
pub(super) struct JwksArgs {
    #[command(flatten)]
    pub(super) which: Which,
    /// The file; replaced in one step.
    #[arg(long, value_name = "FILE")]
    pub(super) out: PathBuf,
    #[command(flatten)]
    pub(super) connection: Connection,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Voters {
    #[command(subcommand)]
    pub(super) command: VotersCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum VotersCommand {
    /// Create or bring up to date the voters of a CSV file. Writes nothing if any line is wrong.
    ///
    /// Columns, by name, in any order: username, password, date_of_birth (YYYY-MM-DD), area_id,
    /// authorized_election_ids (separated by blanks), email, first_name, last_name, enabled (true
    /// or false). Only username and area_id must be there. An empty cell leaves what the voter
    /// has. Only for realms made with --development. Errors name line and column, never the value.
    #[command(after_help = SECRETS)]
    Import(ImportArgs),
}

#[derive(Debug, ClapArgs)]
pub(super) struct ImportArgs {
    /// The CSV file.
    #[arg(value_name = "FILE.csv")]
    pub(super) file: PathBuf,
    /// The realm, tenant-{tenant}-event-{event}.
    #[arg(long, value_name = "REALM")]
    pub(super) realm: String,
    #[command(flatten)]
    pub(super) connection: Connection,
}
