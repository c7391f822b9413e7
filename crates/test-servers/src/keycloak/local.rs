//! Keycloak as a process of this machine.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::options::{Jar, Options};
use super::template::Template;
use super::{ADMIN, Server, VERSION};
use crate::process::{Job, Place};
use crate::{Backend, Error, Report, cache, http, ports};

/// What `kc.sh build` is given; everything else is decided at run time.
pub(super) const BUILD_OPTIONS: [&str; 2] = ["--db=dev-file", "--health-enabled=true"];

/// In place of the launcher's own: a heap that is enough, the collector for few cores, and no time
/// spent on optimising what runs for a minute.
pub(super) const JAVA_OPTS: &str = "-Xms128m -Xmx512m -XX:MaxMetaspaceSize=256m -XX:+UseSerialGC \
    -XX:TieredStopAtLevel=1 -XX:+ExitOnOutOfMemoryError -Dfile.encoding=UTF-8 \
    -Djava.security.egd=file:/dev/urandom";

/// Eight seconds on an idle machine; a busy one may need many times that.
pub(super) const START: Duration = Duration::from_secs(600);
pub(super) const STOP: Duration = Duration::from_secs(20);

/// A server with its folder.
pub(super) struct Local {
    place: Place,
    session: Session,
}

/// What a server is started with, the first time and again.
pub(super) struct Session {
    home: PathBuf,
    port: u16,
    management_port: u16,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
}

impl Local {
    pub(super) fn start(options: Options) -> Result<(Self, Report), Error> {
        let jars = options.jars()?;
        let mut place = Place::new("keycloak", &cache::running())?;
        let home = place.folder().join("keycloak");
        Template::with(&jars)?.copy_to(&home)?;
        let Options { arguments, environment, .. } = options;
        let session = Session::start(&mut place, &home, arguments, environment)?;
        let report = Report { backend: Backend::Process, source: describe(&jars), own_image: None };
        Ok((Local { place, session }, report))
    }
}

impl Server for Local {
    fn base_url(&self) -> String {
        self.session.base_url()
    }

    fn management_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.session.management_port)
    }

    fn stop(&mut self) -> Result<(), Error> {
        self.place.stop(STOP);
        Ok(())
    }

    fn start_again(&mut self) -> Result<(), Error> {
        self.session.run(&mut self.place)
    }

    fn log(&self) -> Result<String, Error> {
        self.place.log_text()
    }
}

impl Session {
    /// The start that makes schema, realm and administrator, and the end that writes them down.
    pub(super) fn first(place: &mut Place, home: &Path) -> Result<(), Error> {
        let environment = vec![
            ("KC_BOOTSTRAP_ADMIN_USERNAME".to_owned(), ADMIN.0.to_owned()),
            ("KC_BOOTSTRAP_ADMIN_PASSWORD".to_owned(), ADMIN.1.to_owned()),
        ];
        Session::start(place, home, Vec::new(), environment)?;
        place.stop(STOP);
        Ok(())
    }

    /// Starts on free ports; on others if they were taken meanwhile.
    fn start(
        place: &mut Place,
        home: &Path,
        arguments: Vec<String>,
        environment: Vec<(String, String)>,
    ) -> Result<Self, Error> {
        let home = home.to_owned();
        let mut session = Session { home, port: 0, management_port: 0, arguments, environment };
        let mut attempt = 1;
        loop {
            [session.port, session.management_port] = ports::free()?;
            match session.run(place) {
                Err(Error::Ended { tail, .. })
                    if attempt < ports::ATTEMPTS && ports::were_taken(&tail) =>
                {
                    attempt += 1;
                }
                Err(error) => return Err(error),
                Ok(()) => return Ok(session),
            }
        }
    }

    fn run(&self, place: &mut Place) -> Result<(), Error> {
        let before = place.log_text().map_or(0, |log| log.len());
        let mut arguments: Vec<OsString> = vec!["start".into(), "--optimized".into()];
        arguments.extend(
            [
                // Without it clustering ports open on every interface.
                "--cache=local".to_owned(),
                "--http-enabled=true".to_owned(),
                "--http-host=127.0.0.1".to_owned(),
                format!("--http-port={}", self.port),
                format!("--http-management-port={}", self.management_port),
                "--hostname-strict=false".to_owned(),
            ]
            .map(OsString::from),
        );
        arguments.extend(self.arguments.iter().map(OsString::from));
        let environment = self.environment.iter().map(|(n, v)| (n.into(), v.into())).collect();
        place.start(kc(&self.home, arguments, environment)?)?;
        // Its own word that it listens: whoever took its port might answer as well.
        let listens = format!("Listening on: {}", self.base_url());
        let log = place.log();
        let agent = http::agent();
        let realm = format!("{}/realms/master", self.base_url());
        place.wait_until(START, || {
            let log = std::fs::read(&log).unwrap_or_default();
            let news = String::from_utf8_lossy(log.get(before..).unwrap_or_default());
            news.contains(&listens) && http::is_ok(&agent, &realm)
        })
    }

    fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

/// The launcher with our Java options and none of the caller's Keycloak settings.
pub(super) fn kc(
    home: &Path,
    arguments: Vec<OsString>,
    mut environment: Vec<(OsString, OsString)>,
) -> Result<Job, Error> {
    environment.push(("JAVA_OPTS".into(), JAVA_OPTS.into()));
    let program = home.join("bin/kc.sh").into_os_string();
    Ok(Job { program, arguments, environment, without: "KC_" })
}

fn describe(jars: &[Jar]) -> String {
    let names: Vec<&str> = jars.iter().map(|jar| jar.name.as_str()).collect();
    match names.as_slice() {
        [] => format!("keycloak {VERSION} from Maven"),
        names => format!("keycloak {VERSION} from Maven with {}", names.join(", ")),
    }
}
