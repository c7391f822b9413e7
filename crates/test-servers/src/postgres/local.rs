//! PostgreSQL as a process of this machine: Debian's programs.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use rustix::process::Signal;

use super::{SETTINGS, START, STOP, Server, client};
use crate::process::{Job, Place};
use crate::{Backend, Error, Report, cache, ports};

/// Where Debian installs every version in a folder of its own.
const INSTALLED: &str = "/usr/lib/postgresql";

/// A cluster with its folder.
pub(super) struct Local {
    place: Place,
    programs: PathBuf,
    data: PathBuf,
    port: u16,
}

impl Local {
    pub(super) fn start() -> Result<(Self, Report), Error> {
        let programs = programs(Path::new(INSTALLED))?;
        let mut place = Place::new("postgres", &cache::running())?;
        let data = place.folder().join("data");
        make_folder(&data)?;
        let initdb = ["-U", "postgres", "-A", "trust", "-N", "-E", "UTF8", "--locale=C.UTF-8"];
        let mut arguments: Vec<OsString> = vec!["-D".into(), data.clone().into()];
        arguments.extend(initdb.map(OsString::from));
        place.run("initdb", job(&programs.join("initdb"), arguments))?;
        let mut server = Local { place, programs, data, port: 0 };
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
        let version = server.programs.parent().and_then(Path::file_name).unwrap_or_default();
        let source = format!("postgres {} of this machine", version.to_string_lossy());
        let report = Report { backend: Backend::Process, source, own_image: None };
        Ok((server, report))
    }
}

impl Server for Local {
    fn port(&self) -> u16 {
        self.port
    }

    fn stop(&mut self) -> Result<(), Error> {
        // TERM would wait for clients to go.
        self.place.signal(Signal::INT);
        self.place.stop(STOP);
        Ok(())
    }

    fn start_again(&mut self) -> Result<(), Error> {
        let before = self.place.log_text().map_or(0, |log| log.len());
        let mut arguments: Vec<OsString> =
            vec!["-D".into(), self.data.clone().into(), "-p".into(), self.port.to_string().into()];
        let local = ["listen_addresses=127.0.0.1", "unix_socket_directories="];
        for setting in local.iter().chain(&SETTINGS) {
            arguments.extend(["-c".into(), OsString::from(setting)]);
        }
        self.place.start(job(&self.programs.join("postgres"), arguments))?;
        let (log, port) = (self.place.log(), self.port);
        self.place.wait_until(START, || {
            // Its own word: whoever took its port might answer as well.
            let log = fs::read(&log).unwrap_or_default();
            let news = String::from_utf8_lossy(log.get(before..).unwrap_or_default());
            news.contains("ready to accept connections") && client::answers(port)
        })
    }

    fn log(&self) -> Result<String, Error> {
        self.place.log_text()
    }
}

/// The programs of the newest version.
fn programs(installed: &Path) -> Result<PathBuf, Error> {
    let versions = fs::read_dir(installed).map_err(|_| Error::NoPostgres)?;
    versions
        .filter_map(|entry| {
            let folder = entry.ok()?.path();
            let version: u32 = folder.file_name()?.to_str()?.parse().ok()?;
            let bin = folder.join("bin");
            (bin.join("initdb").is_file() && bin.join("postgres").is_file())
                .then_some((version, bin))
        })
        .max()
        .map(|(_, bin)| bin)
        .ok_or(Error::NoPostgres)
}

/// PostgreSQL refuses to be root, so under root it is `nobody`, who must own its folder.
fn make_folder(data: &Path) -> Result<(), Error> {
    fs::create_dir(data).map_err(Error::file("create", data))?;
    fs::set_permissions(data, fs::Permissions::from_mode(0o700))
        .map_err(Error::file("protect", data))?;
    if is_root() {
        std::os::unix::fs::chown(data, Some(NOBODY), Some(NOGROUP))
            .map_err(Error::file("give away", data))?;
    }
    Ok(())
}

/// Debian's numbers of `nobody` and `nogroup`.
const NOBODY: u32 = 65_534;
const NOGROUP: u32 = 65_534;

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn job(program: &Path, arguments: Vec<OsString>) -> Job {
    let (program, arguments) = if is_root() {
        let mut all: Vec<OsString> = vec![
            format!("--reuid={NOBODY}").into(),
            format!("--regid={NOGROUP}").into(),
            "--clear-groups".into(),
            program.into(),
        ];
        all.extend(arguments);
        ("setpriv".into(), all)
    } else {
        (program.into(), arguments)
    };
    let environment = vec![("LC_ALL".into(), "C.UTF-8".into())];
    Job { program, arguments, environment, without: "PG" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_whole_version_is_taken() {
        let installed = tempfile::tempdir().unwrap();
        for (version, programs) in
            [("9", &["initdb", "postgres"][..]), ("15", &["initdb", "postgres"]), ("17", &["psql"])]
        {
            let bin = installed.path().join(version).join("bin");
            fs::create_dir_all(&bin).unwrap();
            for program in programs {
                fs::write(bin.join(program), "").unwrap();
            }
        }
        assert_eq!(programs(installed.path()).unwrap(), installed.path().join("15/bin"));
    }

    #[test]
    fn a_machine_without_it_is_told_what_to_install() {
        let nothing = tempfile::tempdir().unwrap();
        for folder in [nothing.path().to_owned(), nothing.path().join("none")] {
            let error = programs(&folder).unwrap_err().to_string();
            assert!(error.contains("postgresql-15"), "{error}");
        }
    }
}
