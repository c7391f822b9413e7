//! Asking a cluster, also from inside an asynchronous runtime.

use crate::Error;

/// Whether the cluster at `port` answers.
pub(super) fn answers(port: u16) -> bool {
    execute(port, "SELECT 1").is_ok()
}

/// Runs SQL in the database `postgres`.
pub(super) fn execute(port: u16, sql: &str) -> Result<(), Error> {
    run(&format!("postgresql://postgres@127.0.0.1:{port}/postgres?connect_timeout=5"), sql)
}

/// Runs SQL in the database at `url`.
pub(super) fn run(url: &str, sql: &str) -> Result<(), Error> {
    let fail = |answer: String| Error::Answer { url: url.to_owned(), answer };
    // A thread of its own: a runtime cannot be made inside another.
    let asked = std::thread::scope(|scope| scope.spawn(|| ask(url, sql)).join());
    match asked {
        Ok(Ok(())) => Ok(()),
        Ok(Err(answer)) => Err(fail(answer)),
        Err(_) => Err(fail("nothing: the client panicked".to_owned())),
    }
}

fn ask(url: &str, sql: &str) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let connected = tokio_postgres::connect(url, tokio_postgres::NoTls).await;
        let (client, connection) = connected.map_err(|error| error.to_string())?;
        let connection = tokio::spawn(connection);
        let done = client.batch_execute(sql).await;
        connection.abort();
        done.map_err(|error| error.as_db_error().map_or(error.to_string(), ToString::to_string))
    })
}
