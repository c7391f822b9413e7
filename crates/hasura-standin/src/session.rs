//! Who asks: a role, and what is known of it.

use std::collections::BTreeMap;

use crate::fault::Fault;
use crate::json::Json;

/// One request's role and session variables.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Session {
    /// The role.
    pub role: String,
    /// Session variables by lower-case name, the role among them.
    pub variables: BTreeMap<String, String>,
    /// Mutations meant for servers exist (facts 8.8).
    pub backend_only: bool,
}

/// Variables can hold personal data; a log need not.
impl std::fmt::Debug for Session {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Session").field("role", &self.role).finish_non_exhaustive()
    }
}

impl Session {
    /// A session of `role` with these variables; their names may be of any case.
    pub fn new<'a>(role: &str, variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut variables: BTreeMap<String, String> = variables
            .into_iter()
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        variables.insert("x-hasura-role".to_owned(), role.to_owned());
        Self { role: role.to_owned(), variables, backend_only: false }
    }

    /// Whether it is the administrator.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.role == "admin"
    }

    /// All variables as one JSON object: what a function's session argument is given, and what
    /// `hasura.user` is set to.
    #[must_use]
    pub fn json(&self) -> Json {
        Json::Object(
            self.variables.iter().map(|(name, value)| (name.clone(), Json::text(value))).collect(),
        )
    }

    /// The variable `name`, in lower case.
    ///
    /// # Errors
    /// `not-found`: the caller has it not (facts 8.3).
    pub fn variable(&self, name: &str) -> Result<&str, Fault> {
        self.variables.get(name).map(String::as_str).ok_or_else(|| {
            Fault::new("not-found", "$", format!("missing session variable: \"{name}\""))
        })
    }
}
