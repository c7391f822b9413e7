//! The stand-in as a process of this machine.

use std::ffi::OsString;
use std::path::PathBuf;

use super::{Options, START, STOP, Server, answers, base_url};
use crate::process::{Job, Place};
use crate::{Backend, Error, Report, cache, http, ports};

const PROGRAM: &str = "hasura-standin";

/// A server with its folder.
pub(super) struct Local {
    place: Place,
    program: PathBuf,
    options: Options,
    port: u16,
}

impl Local {
    pub(super) fn start(options: Options) -> Result<(Self, Report), Error> {
        let program = program()?;
        let place = Place::new("hasura", &cache::running())?;
        let mut server = Local { place, program, options, port: 0 };
        let mut attempt = 1;
        loop {
            [server.port] = ports::free()?;
            match server.start_again() {
                Err(Error::Ended { tail, .. })
                    if attempt < ports::ATTEMPTS && ports::were_taken(&tail) =>
                {
                    attempt += 1;
                }
                Err(error) => return Err(error),
                Ok(()) => break,
            }
        }
        let source = format!("{PROGRAM}, the project's stand-in for Hasura");
        Ok((server, Report { backend: Backend::Process, source, own_image: None }))
    }
}

impl Server for Local {
    fn port(&self) -> u16 {
        self.port
    }

    fn stop(&mut self) -> Result<(), Error> {
        self.place.stop(STOP);
        Ok(())
    }

    fn start_again(&mut self) -> Result<(), Error> {
        let before = self.place.log_text().map_or(0, |log| log.len());
        let environment = self.options.environment(self.port);
        self.place.start(Job {
            program: self.program.clone().into(),
            arguments: Vec::<OsString>::new(),
            environment: environment.into_iter().map(|(n, v)| (n.into(), v.into())).collect(),
            without: "HASURA_",
        })?;
        // Its own word that it listens: whoever took its port might answer as well.
        let listens = base_url(self.port);
        let (log, port, agent) = (self.place.log(), self.port, http::agent());
        self.place.wait_until(START, || {
            let log = std::fs::read(&log).unwrap_or_default();
            let news = String::from_utf8_lossy(log.get(before..).unwrap_or_default());
            news.contains(&listens) && answers(&agent, port)
        })
    }

    fn log(&self) -> Result<String, Error> {
        self.place.log_text()
    }
}

/// `HASURA_STANDIN`, or the program beside the tests.
fn program() -> Result<PathBuf, Error> {
    let beside = || {
        let tests = std::env::current_exe().ok()?;
        let folders = tests.ancestors().skip(1).take(2);
        folders.map(|folder| folder.join(PROGRAM)).find(|program| program.is_file())
    };
    let named = std::env::var_os("HASURA_STANDIN").map(PathBuf::from);
    named.or_else(beside).filter(|program| program.is_file()).ok_or(Error::NoStandin)
}
