//! Containers or processes: what `TEST_BACKEND` says, or what the machine can do.

use std::io::Read as _;
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use crate::Error;

/// How servers are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// By a container engine.
    Containers,
    /// As plain processes of this machine.
    Process,
}

impl Backend {
    /// What `TEST_BACKEND` asks for: `containers`, `process`, or `auto` (also when it is not set):
    /// containers if an engine answers, else processes.
    ///
    /// # Errors
    /// [`Error::UnknownBackend`] for any other value.
    pub fn chosen() -> Result<Self, Error> {
        Self::from_setting(std::env::var_os("TEST_BACKEND").map(|v| v.to_string_lossy().into()))
    }

    fn from_setting(setting: Option<String>) -> Result<Self, Error> {
        match setting.as_deref() {
            Some("containers") => Ok(Backend::Containers),
            Some("process") => Ok(Backend::Process),
            Some("auto") | None if engine_answers() => Ok(Backend::Containers),
            Some("auto") | None => Ok(Backend::Process),
            Some(other) => Err(Error::UnknownBackend(other.to_owned())),
        }
    }

    /// As `TEST_BACKEND` spells it.
    pub fn name(self) -> &'static str {
        match self {
            Backend::Containers => "containers",
            Backend::Process => "process",
        }
    }
}

/// Whether the engine that `DOCKER_HOST` names, or the usual socket, answers a ping.
fn engine_answers() -> bool {
    let host = std::env::var("DOCKER_HOST").unwrap_or_default();
    let socket = match host.as_str() {
        "" => "/var/run/docker.sock",
        other => other.strip_prefix("unix://").unwrap_or(other),
    };
    match socket.strip_prefix("tcp://") {
        Some(address) => TcpStream::connect(address).is_ok_and(|stream| {
            let _ = stream.set_read_timeout(Some(PATIENCE));
            is_an_engine(stream)
        }),
        None => UnixStream::connect(socket).is_ok_and(|stream| {
            let _ = stream.set_read_timeout(Some(PATIENCE));
            is_an_engine(stream)
        }),
    }
}

const PATIENCE: Duration = Duration::from_secs(3);

fn is_an_engine(mut stream: impl std::io::Read + std::io::Write) -> bool {
    let mut answer = String::new();
    stream.write_all(b"GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n").is_ok()
        && (&mut stream).take(4_096).read_to_string(&mut answer).is_ok()
        && answer.lines().next().is_some_and(|status| status.contains(" 200"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_backend_is_named() {
        let error = Backend::from_setting(Some("podman".to_owned())).unwrap_err();
        assert_eq!(
            error.to_string(),
            "TEST_BACKEND is `podman`: it may be `containers`, `process` or `auto`",
        );
    }

    #[test]
    fn both_backends_are_called_by_the_name_that_asks_for_them() {
        for backend in [Backend::Containers, Backend::Process] {
            assert_eq!(Backend::from_setting(Some(backend.name().to_owned())).unwrap(), backend);
        }
    }

    #[test]
    fn only_a_ping_that_succeeds_makes_an_engine() {
        let answers = |text: &str| is_an_engine(Scripted(text.as_bytes().to_vec().into()));
        assert!(answers("HTTP/1.0 200 OK\r\nApi-Version: 1.41\r\n\r\nOK"));
        assert!(!answers("HTTP/1.0 404 Not Found\r\n\r\n"));
        assert!(!answers(""));
    }

    /// A peer that takes everything and says one thing.
    struct Scripted(std::collections::VecDeque<u8>);

    impl std::io::Read for Scripted {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            self.0.read(buffer)
        }
    }

    impl std::io::Write for Scripted {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
}
