//! What can go wrong between us and Keycloak's admin REST interface.

use reqwest::Method;

/// A request that did not do what it was for. No variant holds a secret or a whole answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address cannot be that of a Keycloak.
    #[error("the Keycloak address {0}")]
    Address(String),
    /// Nobody answered.
    #[error("cannot reach Keycloak at {url}: {cause}; check --keycloak-url and that it runs")]
    Unreachable {
        /// The base address.
        url: String,
        /// The innermost cause, in words of the network library.
        cause: String,
    },
    /// Somebody answered, but not with Keycloak's tokens.
    #[error(
        "no Keycloak at {url} with a realm {realm} (status {status} for its token endpoint); \
         check --keycloak-url (an older one may need /auth at its end) and --admin-realm"
    )]
    NotKeycloak {
        /// The base address.
        url: String,
        /// The realm of the administrator.
        realm: String,
        /// The HTTP status.
        status: u16,
    },
    /// The administrator's credentials were not accepted.
    #[error(
        "Keycloak refused the administrator's credentials in realm {realm} ({message}); check \
         --admin-username and --admin-password, or --admin-client-id and --admin-client-secret"
    )]
    LoginRefused {
        /// The realm of the administrator.
        realm: String,
        /// Keycloak's own words.
        message: String,
    },
    /// A redirect; following it would hand credentials to somebody else.
    #[error(
        "{method} {path} answered with a redirect ({status}); give the final address in --keycloak-url"
    )]
    Redirected {
        /// The method.
        method: Method,
        /// The path, its parameters left as names.
        path: &'static str,
        /// The HTTP status.
        status: u16,
    },
    /// The administrator may not do this.
    #[error(
        "the administrator may not {method} {path} (403); it needs manage-realm, manage-clients, \
         manage-users and view-events of the realm, or the role admin of master"
    )]
    Forbidden {
        /// The method.
        method: Method,
        /// The path, its parameters left as names.
        path: &'static str,
    },
    /// Keycloak refused.
    #[error("{method} {path} was refused with {status}: {message}")]
    Refused {
        /// The method.
        method: Method,
        /// The path, its parameters left as names.
        path: &'static str,
        /// The HTTP status.
        status: u16,
        /// Keycloak's own words, shortened.
        message: String,
    },
    /// An answer that is not what this version of Keycloak sends.
    #[error("{method} {path} answered something that is not understood: {what}")]
    Malformed {
        /// The method.
        method: Method,
        /// The path, its parameters left as names.
        path: &'static str,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The caller's observer wants no further write.
    #[error("stopped before {method} {path}")]
    Stopped {
        /// The method.
        method: Method,
        /// The path, its parameters left as names.
        path: &'static str,
    },
}

impl Error {
    /// Whether the input (address, credentials, permission) is wrong rather than the realm.
    pub fn is_bad_input(&self) -> bool {
        matches!(
            self,
            Self::Address(_)
                | Self::Unreachable { .. }
                | Self::NotKeycloak { .. }
                | Self::LoginRefused { .. }
                | Self::Redirected { .. }
                | Self::Forbidden { .. }
        )
    }
}
