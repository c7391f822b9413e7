//! A gateway that is down, slow, restarted, changed or replaced by a page; and old tokens.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{bail, ensure};
use chrono::TimeDelta;
use ivr_core::ports::{
    Backend, CastVoteHistoryPort as _, Deadline, ElectionStatusPort as _, HistoryFor, Outage,
    ReadError,
};
use ivr_core::route::Route;
use ivr_core::secret::Secret;
use ivr_lambda::adapters::hasura::HasuraElectionStatus;
use ivr_lambda::adapters::meter::OfOperation;
use serde_json::json;

use super::house::{Adapters, House};
use super::proxy::Proxy;
use super::server::Machine;
use super::tokens::{Issuer, Signer, claims, now};

fn ask(house: &House, adapters: &Adapters) -> Result<usize, ReadError> {
    ask_at(house, adapters, &house.route, house.soon())
}

fn ask_at(
    house: &House,
    adapters: &Adapters,
    route: &Route,
    within: Deadline,
) -> Result<usize, ReadError> {
    house
        .wait(async {
            Ok(adapters.status.availability(route, &house.voter, within).await.map(|all| all.len()))
        })
        .unwrap_or_else(|error| {
            let cause = Some(error.to_string().into());
            Err(Outage::Unavailable { backend: Backend::Hasura, cause }.into())
        })
}

/// Each failure is told; after five the server is left alone; after a while one question finds that
/// it is back.
pub(crate) fn down_and_up(house: &House) -> anyhow::Result<()> {
    let adapters = house.adapters()?;
    ensure!(ask(house, &adapters)? == 2, "before");
    house.gateway.server.stop()?;
    let seen = |adapters: &Adapters| {
        let sums = adapters.totals.sums();
        let requests: u64 = sums.operations.values().map(OfOperation::requests).sum();
        (requests, sums.opened, sums.probes, sums.refused, sums.closed)
    };
    for _ in 0..5 {
        match ask(house, &adapters) {
            Err(ReadError::Outage(Outage::Unavailable { backend: Backend::Hasura, .. })) => {}
            other => bail!("a server that is down: {other:?}"),
        }
    }
    let (sent, opened, ..) = seen(&adapters);
    ensure!(opened == 1, "opened {opened} times");
    for _ in 0..20 {
        ensure!(ask(house, &adapters).is_err(), "answered by nobody");
    }
    ensure!(seen(&adapters) == (sent, 1, 0, 20, 0), "{:?}, {sent} sent", seen(&adapters));

    // A probe finds it still down, and the next one waits longer.
    house.clock.by(TimeDelta::seconds(6));
    ensure!(ask(house, &adapters).is_err(), "still down");
    ensure!(seen(&adapters).2 == 1, "one probe");
    house.gateway.server.restart()?;
    house.gateway.wait_until_believed(house.voter.expose())?;
    ensure!(ask(house, &adapters).is_err(), "refused until the time is over");
    house.clock.by(TimeDelta::seconds(11));
    ensure!(ask(house, &adapters)? == 2, "it is back");
    let (_, opened, probes, _, closed) = seen(&adapters);
    ensure!((opened, probes, closed) == (2, 2, 1), "{opened} {probes} {closed}");
    ensure!(ask(house, &adapters)? == 2, "and stays");
    Ok(())
}

/// A restart between two questions is seen by nobody.
pub(crate) fn restarted(house: &House) -> anyhow::Result<()> {
    let adapters = house.adapters()?;
    ensure!(ask(house, &adapters)? == 2, "before");
    house.gateway.server.restart()?;
    house.gateway.wait_until_believed(house.voter.expose())?;
    // The connection that was kept is dead; what is lost with it is one reading, which the engine
    // repeats.
    let again = ask(house, &adapters).or_else(|_| ask(house, &adapters))?;
    ensure!(again == 2, "after");
    Ok(())
}

/// A slow answer ends with the deadline, is told as such, and a short deadline blames nobody.
pub(crate) fn slow(house: &House) -> anyhow::Result<()> {
    let adapters = house.adapters()?;
    let proxy = house.wait(Proxy::start(house.gateway.server.url(), Duration::from_secs(2)))?;
    let mut route = house.route.clone();
    route.hasura_url.clone_from(&proxy.url);
    for _ in 0..6 {
        let within = Deadline(house.soon().0 - TimeDelta::milliseconds(59_700));
        match ask_at(house, &adapters, &route, within) {
            Err(ReadError::Outage(Outage::TimedOut { backend: Backend::Hasura })) => {}
            other => bail!("a slow server: {other:?}"),
        }
    }
    ensure!(adapters.totals.sums().opened == 0, "the host was blamed for our haste");
    ensure!(ask_at(house, &adapters, &route, house.soon())? == 2, "with time it answers");
    ensure!(proxy.requests() >= 7, "it was asked each time");
    Ok(())
}

/// What stands in front of a gateway answers in its place.
pub(crate) fn pages(house: &House) -> anyhow::Result<()> {
    let page = "<html><body>Sorry, we are down for maintenance.</body></html>";
    let html = |status: &str| {
        format!(
            "HTTP/1.1 {status}\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\
             connection: close\r\n\r\n{page}",
            page.len()
        )
    };
    let json = |length: usize, body: &str| {
        format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
             connection: close\r\n\r\n{body}"
        )
    };
    let huge = format!("{{\"data\": \"{}\"}}", "x".repeat(8 << 20));
    let redirect = format!(
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: {}/v1/graphql\r\ncontent-length: 0\r\n\
         connection: close\r\n\r\n",
        house.gateway.server.url()
    );
    let cases = [
        ("a page of maintenance", html("200 OK"), true),
        ("a proxy without a server", html("502 Bad Gateway"), true),
        ("too many requests", html("429 Too Many Requests"), true),
        ("nothing there", html("404 Not Found"), false),
        ("a redirect", redirect, false),
        ("half an answer", json(400, "{\"data\": {\"sequent"), true),
        ("an answer without an end", json(huge.len(), &huge), true),
        ("no answer in the end", String::new(), true),
    ];
    for (what, answer, passes) in cases {
        let adapters = house.adapters()?;
        let mut route = house.route.clone();
        route.hasura_url = canned(answer)?;
        match ask_at(house, &adapters, &route, house.soon()) {
            Err(ReadError::Outage(Outage::Unavailable { .. })) if passes => {}
            Err(ReadError::Outage(Outage::Misconfigured { detail, .. })) if !passes => {
                ensure!(!detail.contains("Sorry"), "{detail}");
            }
            other => bail!("{what}: {other:?}"),
        }
    }
    Ok(())
}

/// Says the same to everybody, for as long as the process lives.
fn canned(answer: String) -> anyhow::Result<String> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let url = format!("http://{}", listener.local_addr()?);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            // The request fits one segment; who sent it may be gone.
            let _ = stream.read(&mut [0; 65_536]);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    Ok(url)
}

/// The schema changes under a running process: the operator is told what is missing, and nothing has
/// to be restarted when it is back.
pub(crate) fn schema_changed(house: &House) -> anyhow::Result<()> {
    let adapters = house.adapters()?;
    ensure!(ask(house, &adapters)? == 2, "before");
    let told = |wanted: &str| match ask(house, &adapters) {
        Err(ReadError::Outage(Outage::Misconfigured { backend: Backend::Hasura, detail })) => {
            ensure!(detail.contains(wanted), "not {wanted}: {detail}");
            Ok(())
        }
        other => bail!("a changed schema: {other:?}"),
    };
    let whole = house.gateway.admin.export()?;
    let table = json!({"schema": "sequent_backend", "name": "election"});
    house.gateway.admin.metadata(&json!({"type": "pg_drop_select_permission",
        "args": {"source": hasura_deploy::SOURCE, "table": table, "role": "user"}}))?;
    told("sequent_backend_election")?;
    let args = json!({"metadata": whole, "allow_inconsistent_metadata": false});
    let replace = json!({"type": "replace_metadata", "version": 2, "args": args});
    house.gateway.admin.metadata(&replace)?;
    ensure!(ask(house, &adapters)? == 2, "it is back");

    // A column that the platform drops: the server knows its schema until it is told to look again.
    house.sql("ALTER TABLE sequent_backend.election RENAME COLUMN status TO state")?;
    ensure!(ask(house, &adapters).is_err(), "a column is gone");
    house.sql("ALTER TABLE sequent_backend.election RENAME COLUMN state TO status")?;
    house.gateway.admin.metadata(&replace)?;
    ensure!(ask(house, &adapters)? == 2, "it is back");
    Ok(())
}

/// Of a token the engine hears one thing: that it is old. Everything else is the operator's.
pub(crate) fn old_tokens(machine: &Machine) -> anyhow::Result<()> {
    let (signer, stranger) = (Signer::generate()?, Signer::generate()?);
    let mut old = claims("user", &[]);
    old["exp"] = (now() - 1).into();
    let tokens = [signer.sign(&old)?, stranger.sign(&claims("user", &[]))?];
    let issuer = Issuer::Own(signer);
    let gateway = machine.start_believing(&issuer.jwt_secret()?, issuer)?;
    let realm =
        "tenant-00000000-0000-4000-8000-00000000000a-event-00000000-0000-4000-8000-0000000000a1";
    let Some(mut route) = ivr_lambda::live::realm_route("http://127.0.0.1", realm) else {
        bail!("the name of a realm")
    };
    gateway.server.url().clone_into(&mut route.hasura_url);
    let client = super::house::client(Arc::default())?;
    let status = HasuraElectionStatus::new(Arc::clone(&client.0));
    let history = ivr_lambda::adapters::hasura::HasuraCastVoteHistory::new(client.0);
    let [expired, unknown] = tokens.map(Secret::new);
    let within = Deadline(chrono::Utc::now() + TimeDelta::seconds(60));
    super::house::wait(async {
        match status.availability(&route, &expired, within).await {
            Err(ReadError::TokenExpired) => {}
            other => bail!("an expired token: {other:?}"),
        }
        match history.history(&route, &expired, HistoryFor::AfterSend, within).await {
            Err(ReadError::TokenExpired) => {}
            other => bail!("an expired token: {other:?}"),
        }
        match status.availability(&route, &unknown, within).await {
            Err(ReadError::Outage(error @ Outage::Misconfigured { .. })) => {
                let said = format!("{error} {error:?}");
                ensure!(!said.contains("eyJ") && !said.contains(unknown.expose()), "a token");
            }
            other => bail!("a stranger's token: {other:?}"),
        }
        Ok(())
    })
}
