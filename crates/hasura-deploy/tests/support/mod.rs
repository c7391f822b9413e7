//! A PostgreSQL of the machine for one test binary, and a database for each test.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::{Path, PathBuf};
use std::process::Command;

use postgres::{Client, NoTls};

/// Debian keeps the programs here; elsewhere they are on the path.
const BINARIES: [&str; 3] =
    ["/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/17/bin"];

/// A cluster that listens on a socket in its own folder, stopped when dropped.
pub(crate) struct Cluster {
    directory: tempfile::TempDir,
    binaries: PathBuf,
}

impl Cluster {
    /// Starts one; `None` where the machine has no PostgreSQL.
    pub(crate) fn start() -> Option<Self> {
        let binaries = BINARIES.iter().map(PathBuf::from).find(|b| b.join("postgres").is_file())?;
        let directory = tempfile::tempdir().unwrap();
        let cluster = Self { directory, binaries };
        if is_root() {
            let done = Command::new("chown").arg("nobody").arg(cluster.path()).status().unwrap();
            assert!(done.success(), "chown");
        }
        let data = cluster.path().join("data");
        cluster.run("initdb", |c| {
            c.arg("-D").arg(&data).args(["-U", "postgres", "-A", "trust", "-N", "-E", "UTF8"]);
            c.arg("--locale=C.UTF-8");
        });
        let options = format!(
            "-c listen_addresses='' -k {} -c fsync=off -c full_page_writes=off",
            cluster.path().display()
        );
        let log = data.join("log");
        cluster.run("pg_ctl", |c| {
            c.arg("-D").arg(&data).arg("-w").arg("-l").arg(&log).arg("-o").arg(&options);
            c.arg("start");
        });
        Some(cluster)
    }

    /// The folder of the socket.
    #[allow(dead_code, reason = "for servers that connect by themselves")]
    pub(crate) fn socket(&self) -> &Path {
        self.path()
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    /// PostgreSQL refuses to run as root.
    fn run(&self, program: &str, arguments: impl FnOnce(&mut Command)) {
        let program = self.binaries.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        arguments(&mut command);
        // The server must not hold the test's own streams.
        let log = std::fs::File::create(self.path().join("out.log"))
            .or_else(|_| std::fs::File::create("/dev/null"))
            .unwrap();
        let status = command
            .current_dir("/")
            .stdin(std::process::Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .status()
            .unwrap();
        assert!(status.success(), "{command:?}");
    }

    /// A connection to a database of this cluster.
    pub(crate) fn connect(&self, database: &str) -> Client {
        postgres::Config::new()
            .host_path(self.path())
            .user("postgres")
            .dbname(database)
            .connect(NoTls)
            .unwrap()
    }

    /// A new database, empty or a copy of another one.
    pub(crate) fn database(&self, name: &str, template: &str) -> Client {
        self.connect("postgres")
            .batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}"))
            .unwrap();
        self.connect(name)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.path().join("data");
        self.run("pg_ctl", |c| {
            c.arg("-D").arg(&data).args(["-w", "-m", "immediate", "stop"]);
        });
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout == b"0\n"
}

/// The folder with migrations and metadata.
pub(crate) fn hasura() -> PathBuf {
    // Both packages that use this are two folders below the root.
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.join("../../hasura")
}
