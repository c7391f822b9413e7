//! A PostgreSQL of the suite's own, from Debian's packages: loopback, in a folder that goes away.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

/// A running cluster; dropped, it is gone.
pub(crate) struct Postgres {
    bin: PathBuf,
    folder: tempfile::TempDir,
    port: u16,
    databases: AtomicU32,
}

impl Postgres {
    /// Starts one.
    pub(crate) fn start() -> Result<Self, String> {
        let bin = binaries()?;
        let folder = tempfile::Builder::new()
            .prefix("standin-pg-")
            .tempdir_in("/tmp")
            .map_err(|error| format!("no folder for PostgreSQL: {error}"))?;
        if is_root() {
            run(Command::new("chown").arg("nobody").arg(folder.path()))?;
        }
        let data = folder.path().join("data");
        run(as_nobody(&bin.join("initdb")).arg("-D").arg(&data).args([
            "-U",
            "postgres",
            "-A",
            "trust",
            "-N",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ]))?;
        // Somebody else can take the port between asking for it and using it.
        let mut last = String::new();
        for _ in 0..5 {
            let port = free_port()?;
            let options = format!(
                "-c listen_addresses=127.0.0.1 -p {port} -k {} -c fsync=off -c synchronous_commit=off \
                 -c full_page_writes=off -c timezone=UTC -c max_connections=200",
                folder.path().display()
            );
            let started = run(as_nobody(&bin.join("pg_ctl"))
                .arg("-D")
                .arg(&data)
                .arg("-w")
                .arg("-l")
                .arg(data.join("log"))
                .arg("-o")
                .arg(options)
                .arg("start"));
            match started {
                Ok(_) => return Ok(Self { bin, folder, port, databases: AtomicU32::new(0) }),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// A fresh, empty database; gives its address.
    pub(crate) fn database(&self) -> String {
        let name = format!("t{}", self.databases.fetch_add(1, Ordering::Relaxed));
        run(Command::new(self.bin.join("psql"))
            .args(["-h", "127.0.0.1", "-U", "postgres", "-d", "postgres", "-q", "-p"])
            .arg(self.port.to_string())
            .arg("-c")
            .arg(format!("CREATE DATABASE {name} TEMPLATE template0")))
        .expect("the cluster is running");
        format!("postgresql://postgres@127.0.0.1:{}/{name}", self.port)
    }

    /// Whether an extension can be installed.
    pub(crate) fn has_extension(&self, name: &str) -> bool {
        let output = run(Command::new(self.bin.join("psql"))
            .args(["-h", "127.0.0.1", "-U", "postgres", "-d", "postgres", "-qtA", "-p"])
            .arg(self.port.to_string())
            .arg("-c")
            .arg(format!("SELECT 1 FROM pg_available_extensions WHERE name = '{name}'")));
        output.is_ok_and(|output| !output.stdout.is_empty())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _ = run(as_nobody(&self.bin.join("pg_ctl"))
            .arg("-D")
            .arg(self.folder.path().join("data"))
            .args(["-w", "-m", "immediate", "stop"]));
    }
}

fn binaries() -> Result<PathBuf, String> {
    let missing = "PostgreSQL is not installed: apt-get install postgresql-15 (looked in /usr/lib/postgresql/*/bin)";
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map_err(|_| missing.to_owned())?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("initdb").is_file() && bin.join("pg_ctl").is_file())
        .collect();
    found.sort();
    found.pop().ok_or_else(|| missing.to_owned())
}

fn free_port() -> Result<u16, String> {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| format!("no free port: {error}"))
}

fn is_root() -> bool {
    run(Command::new("id").arg("-u")).is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// PostgreSQL refuses to run as root.
fn as_nobody(program: &Path) -> Command {
    let mut command = if is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir("/tmp");
    command
}

/// Its output goes to files: a server that stays would hold a pipe open.
fn run(command: &mut Command) -> Result<Output, String> {
    let out = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
    let file = || out.reopen().map_err(|error| error.to_string());
    let status = command
        .stdin(std::process::Stdio::null())
        .stdout(file()?)
        .stderr(std::process::Stdio::null())
        .status()
        .map_err(|error| format!("{:?} does not start: {error}", command.get_program()))?;
    let stdout = std::fs::read(out.path()).unwrap_or_default();
    if !status.success() {
        let text = String::from_utf8_lossy(&stdout);
        return Err(format!("{:?} failed: {}", command.get_program(), text.trim()));
    }
    Ok(Output { status, stdout, stderr: Vec::new() })
}
