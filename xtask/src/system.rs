//! What the operating system has, or can be given where the machine is nobody's.

use std::time::Duration;

use crate::announce::line;
use crate::process::{program, succeeds_within};

const INSTALL_LIMIT: Duration = Duration::from_secs(300);

/// Tries to install Debian packages, but only in CI and as root: elsewhere it is not ours to do.
pub(crate) fn install_in_ci(what: &str, packages: &[&str]) {
    if std::env::var_os("CI").is_none() || !is_root() {
        return;
    }
    line(&format!("{what} is missing: trying apt-get"));
    let apt = |arguments: &[&str]| {
        let mut apt = program("apt-get");
        apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        succeeds_within(INSTALL_LIMIT, &mut apt)
    };
    // Whoever asked looks for itself whether it is there now.
    let _ = apt(&["update", "-q"]);
    let _ = apt(&[&["install", "-y", "-q", "--no-install-recommends"], packages].concat());
}

pub(crate) fn is_root() -> bool {
    let id = program("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
