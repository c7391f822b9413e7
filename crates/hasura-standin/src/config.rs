//! How the server is started: Hasura's own names in the environment (facts 10.4), or flags.

use std::net::{IpAddr, Ipv4Addr};

/// Serves the subset of Hasura v2 that this project uses, for tests where Hasura cannot run.
#[derive(Clone, clap::Parser)]
#[command(version)]
pub struct Config {
    /// The database that is served.
    #[arg(long, env = "HASURA_GRAPHQL_DATABASE_URL", hide_env_values = true)]
    pub database_url: String,
    /// The database that keeps metadata; without it, the same.
    #[arg(long, env = "HASURA_GRAPHQL_METADATA_DATABASE_URL", hide_env_values = true)]
    pub metadata_database_url: Option<String>,
    /// What makes a caller the administrator; without it everybody is.
    #[arg(long, env = "HASURA_GRAPHQL_ADMIN_SECRET", hide_env_values = true)]
    pub admin_secret: Option<String>,
    /// How tokens are verified: Hasura's JSON object.
    #[arg(long, env = "HASURA_GRAPHQL_JWT_SECRET", hide_env_values = true)]
    pub jwt_secret: Option<String>,
    /// The role of callers who show nothing.
    #[arg(long, env = "HASURA_GRAPHQL_UNAUTHORIZED_ROLE")]
    pub unauthorized_role: Option<String>,
    /// Everybody sees what went wrong inside.
    #[arg(long, env = "HASURA_GRAPHQL_DEV_MODE", default_value_t = false, action = clap::ArgAction::Set)]
    pub dev_mode: bool,
    /// The administrator sees what went wrong inside.
    #[arg(long, env = "HASURA_GRAPHQL_ADMIN_INTERNAL_ERRORS", default_value_t = true, action = clap::ArgAction::Set)]
    pub admin_internal_errors: bool,
    /// `bigint`, `numeric` and `float8` are answered as strings.
    #[arg(long, env = "HASURA_GRAPHQL_STRINGIFY_NUMERIC_TYPES", default_value_t = false, action = clap::ArgAction::Set)]
    pub stringify_numeric_types: bool,
    /// Who sees a function's table may call it when it is a query, without a permission of its own.
    #[arg(long, env = "HASURA_GRAPHQL_INFER_FUNCTION_PERMISSIONS", default_value_t = true, action = clap::ArgAction::Set)]
    pub infer_function_permissions: bool,
    /// The groups of routes that exist.
    #[arg(
        long,
        env = "HASURA_GRAPHQL_ENABLED_APIS",
        default_value = "metadata,graphql,pgdump,config"
    )]
    pub enabled_apis: String,
    /// Where it listens: loopback unless somebody says otherwise.
    #[arg(long, env = "HASURA_GRAPHQL_SERVER_HOST", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub server_host: IpAddr,
    /// The port; 0 takes a free one, which is printed.
    #[arg(long, env = "HASURA_GRAPHQL_SERVER_PORT", default_value_t = 8080)]
    pub server_port: u16,
}

/// Without secrets.
impl std::fmt::Debug for Config {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Config")
            .field("server_host", &self.server_host)
            .field("server_port", &self.server_port)
            .field("unauthorized_role", &self.unauthorized_role)
            .finish_non_exhaustive()
    }
}

impl Config {
    /// A server for the database at `database_url` on a free loopback port, everything else as
    /// Hasura has it by default.
    #[must_use]
    pub fn new(database_url: impl Into<String>) -> Self {
        Self {
            database_url: database_url.into(),
            metadata_database_url: None,
            admin_secret: None,
            jwt_secret: None,
            unauthorized_role: None,
            dev_mode: false,
            admin_internal_errors: true,
            stringify_numeric_types: false,
            infer_function_permissions: true,
            enabled_apis: "metadata,graphql,pgdump,config".to_owned(),
            server_host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            server_port: 0,
        }
    }

    /// Whether the group of routes `name` exists.
    #[must_use]
    pub fn serves(&self, name: &str) -> bool {
        self.enabled_apis.split(',').any(|api| api.trim() == name)
    }
}
