//! Why there is no server.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Why a server could not be had. Each says what to do or shows what the server said.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// `TEST_BACKEND` is none of its three values.
    #[error("TEST_BACKEND is `{0}`: it may be `containers`, `process` or `auto`")]
    UnknownBackend(String),
    /// A file or folder of the cache, or one that was named by the caller.
    #[error("cannot {action} {}", path.display())]
    File {
        /// What was tried: `read`, `copy`.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A folder of providers that holds no jar.
    #[error("there is no jar in {}: build it first", .0.display())]
    NoProviders(PathBuf),
    /// Two jars that would become one file.
    #[error("two providers are called {0}")]
    SameProvider(String),
    /// A program that is not there.
    #[error("cannot start `{program}`: is it installed?")]
    Program {
        /// Its name.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// PostgreSQL is not installed.
    #[error("PostgreSQL is not installed (Debian: apt-get install postgresql-15)")]
    NoPostgres,
    /// The stand-in for Hasura is not built.
    #[error(
        "there is no hasura-standin beside the tests: `cargo build -p hasura-standin`, \
         or name it in HASURA_STANDIN"
    )]
    NoStandin,
    /// A step of a preparation ended badly.
    #[error("{step} failed with {status}; the end of what it said:\n{tail}")]
    Step {
        /// `mvn dependency:unpack`, `kc.sh build`.
        step: &'static str,
        /// How it ended.
        status: String,
        /// The last lines of its output.
        tail: String,
    },
    /// The server ended before it answered.
    #[error("{server} ended with {status} instead of starting; the end of its log:\n{tail}")]
    Ended {
        /// Which.
        server: &'static str,
        /// How it ended.
        status: String,
        /// The last lines of its log.
        tail: String,
    },
    /// The server lives and does not answer.
    #[error("{server} did not answer within {} s; the end of its log:\n{tail}", limit.as_secs())]
    Silent {
        /// Which.
        server: &'static str,
        /// How long it was waited for.
        limit: Duration,
        /// The last lines of its log.
        tail: String,
    },
    /// No free port was found.
    #[error("no free port on 127.0.0.1 between {first} and {last}")]
    NoPort {
        /// The first that was tried.
        first: u16,
        /// The last.
        last: u16,
    },
    /// A variable that names an image names none.
    #[error("{variable} is `{value}`: write it as name:tag")]
    NotAnImage {
        /// `TEST_IMAGE_KEYCLOAK` and its like.
        variable: &'static str,
        /// What it is.
        value: String,
    },
    /// An image that is neither here nor can be pulled.
    #[error(
        "cannot get the image {image}; where nothing can be pulled, \
         crates/test-servers/images/build.sh builds it"
    )]
    NoImage {
        /// Its name and tag.
        image: String,
        /// What the engine said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The container engine refused something, or is not there.
    #[error("the container engine cannot {action}")]
    Engine {
        /// What was tried.
        action: &'static str,
        /// What it said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The server answered a request of the fixture otherwise than it must.
    #[error("{url} answered {answer}")]
    Answer {
        /// What was asked; no secret in it.
        url: String,
        /// The status, or why there is none.
        answer: String,
    },
}

impl Error {
    /// For `map_err` where the engine is the matter.
    pub(crate) fn engine<E: std::error::Error + Send + Sync + 'static>(
        action: &'static str,
    ) -> impl FnOnce(E) -> Self {
        move |source| Error::Engine { action, source: Box::new(source) }
    }

    /// Everything it and its causes say.
    pub(crate) fn whole(&self) -> String {
        let first: Option<&dyn std::error::Error> = Some(self);
        let causes = std::iter::successors(first, |error| error.source());
        causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
    }

    /// For `map_err` where a file is the matter.
    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Error::File { action, path, source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_of_an_error_has_its_causes() {
        let cause = io::Error::other("port is already allocated");
        let error = Error::engine("start a container")(cause);
        assert_eq!(
            error.whole(),
            "the container engine cannot start a container: port is already allocated",
        );
    }
}
