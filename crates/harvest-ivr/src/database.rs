//! Connections to PostgreSQL: plain on this machine, by TLS to any other.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::NoTls;
use tokio_postgres::config::{Config, Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long one waits for a connection.
const WAIT: Duration = Duration::from_secs(30);

/// At most `size` connections to the database at `url`. Who it is shows a certificate of `authorities`
/// (PEM), else of this system's.
///
/// # Errors
/// No connection at all, a database elsewhere without TLS, no certificates, or an address that does not
/// parse. It is not repeated: it can hold a password.
pub fn pool(url: &str, size: usize, authorities: Option<&Path>) -> anyhow::Result<Pool> {
    anyhow::ensure!(size > 0, "--connections is to be at least 1");
    let mut config: Config =
        url.parse().map_err(|_| anyhow::anyhow!("the database's address does not parse"))?;
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = match secured(&mut config)? {
        Way::Plain => Manager::from_config(config, NoTls, recycling),
        Way::Tls => Manager::from_config(config, tls(authorities)?, recycling),
    };
    Ok(Pool::builder(manager)
        .max_size(size)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(WAIT))
        .create_timeout(Some(WAIT))
        .build()?)
}

/// How one speaks to a database.
#[derive(Debug, PartialEq, Eq)]
enum Way {
    Plain,
    Tls,
}

/// TLS to every other machine, also where the address only prefers it: who is in between could say
/// that the server has none. On this machine only where the address wants it.
fn secured(config: &mut Config) -> anyhow::Result<Way> {
    let mode = config.get_ssl_mode();
    if stays_here(config) && mode != SslMode::Require {
        config.ssl_mode(SslMode::Disable);
        return Ok(Way::Plain);
    }
    anyhow::ensure!(
        mode != SslMode::Disable,
        "the database is on another machine: take sslmode=disable out of its address, there it is \
         spoken to by TLS only"
    );
    config.ssl_mode(SslMode::Require);
    Ok(Way::Tls)
}

/// Whether every server is on loopback or a socket of this machine.
fn stays_here(config: &Config) -> bool {
    // An address goes before the name that it belongs to.
    if !config.get_hostaddrs().is_empty() {
        return config.get_hostaddrs().iter().all(std::net::IpAddr::is_loopback);
    }
    config.get_hosts().iter().all(|host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            let address = name.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
            name == "localhost" || address
        }
    })
}

fn tls(authorities: Option<&Path>) -> anyhow::Result<MakeRustlsConnect> {
    let mut roots = RootCertStore::empty();
    match authorities {
        Some(file) => {
            let bad = || format!("--database-ca: no certificates (PEM) in {}", file.display());
            for certificate in CertificateDer::pem_file_iter(file).with_context(bad)? {
                roots.add(certificate.with_context(bad)?).with_context(bad)?;
            }
            anyhow::ensure!(!roots.is_empty(), bad());
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            anyhow::ensure!(
                !roots.is_empty(),
                "this system has no certificates to know the database by: name some with --database-ca"
            );
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(address: &str) -> Result<(Way, SslMode), String> {
        let mut config: Config = address.parse().unwrap();
        let way = secured(&mut config).map_err(|error| format!("{error:#}"))?;
        Ok((way, config.get_ssl_mode()))
    }

    #[test]
    fn on_this_machine_it_is_plain_unless_the_address_wants_tls() {
        for here in [
            "postgresql://u@127.0.0.1/d",
            "postgresql://u@[::1]:5433/d",
            "postgresql://u@localhost/d",
            "postgresql://u@%2Frun%2Fpostgresql/d",
            "host=db.example hostaddr=127.0.0.1 user=u",
        ] {
            assert_eq!(way(here), Ok((Way::Plain, SslMode::Disable)), "{here}");
        }
        let wanted = way("postgresql://u@127.0.0.1/d?sslmode=require");
        assert_eq!(wanted, Ok((Way::Tls, SslMode::Require)));
    }

    #[test]
    fn elsewhere_it_is_tls_or_nothing() {
        for elsewhere in [
            "postgresql://u@db.example/d",
            "postgresql://u@db.example/d?sslmode=prefer",
            "postgresql://u@127.0.0.1.example/d",
            "postgresql://u@10.0.0.7/d",
            // One of them is enough.
            "postgresql://u@127.0.0.1,db.example/d",
            "host=localhost hostaddr=10.0.0.7 user=u",
        ] {
            assert_eq!(way(elsewhere), Ok((Way::Tls, SslMode::Require)), "{elsewhere}");
            let separator = if !elsewhere.contains("://") {
                " "
            } else if elsewhere.contains('?') {
                "&"
            } else {
                "?"
            };
            let said = way(&format!("{elsewhere}{separator}sslmode=disable")).unwrap_err();
            assert!(said.contains("sslmode=disable") && !said.contains('\n'), "{said}");
        }
    }

    #[test]
    fn authorities_are_a_file_of_certificates() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ca.pem");
        let refused = || {
            let url = "postgresql://u:the-word@db.example/d";
            let said = format!("{:#}", pool(url, 1, Some(&file)).err().unwrap());
            assert!(said.contains("ca.pem") && !said.contains("the-word"), "{said}");
            assert!(!said.contains('\n'), "{said}");
        };
        refused();
        for text in
            ["", "nothing", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
        {
            std::fs::write(&file, text).unwrap();
            refused();
        }
    }
}
