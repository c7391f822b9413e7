//! Two tenants, the first with two events; numbers that nobody has.

use postgres::Client;

pub(crate) const TENANT: &str = "00000000-0000-4000-8000-00000000000a";
pub(crate) const OTHER_TENANT: &str = "00000000-0000-4000-8000-00000000000b";
pub(crate) const EVENT: &str = "00000000-0000-4000-8000-0000000000a1";
pub(crate) const OTHER_EVENT: &str = "00000000-0000-4000-8000-0000000000a2";
pub(crate) const FOREIGN_EVENT: &str = "00000000-0000-4000-8000-0000000000b1";
pub(crate) const NUMBER: &str = "+15195550123";
pub(crate) const OTHER_NUMBER: &str = "+15195550199";

pub(crate) fn fill(client: &mut Client) {
    client
        .batch_execute(&format!(
            "INSERT INTO sequent_backend.tenant (id, slug) VALUES
               ('{TENANT}', 'first'), ('{OTHER_TENANT}', 'second');
             INSERT INTO sequent_backend.election_event (id, tenant_id, name) VALUES
               ('{EVENT}', '{TENANT}', 'one'), ('{OTHER_EVENT}', '{TENANT}', 'two'),
               ('{FOREIGN_EVENT}', '{OTHER_TENANT}', 'three');"
        ))
        .unwrap();
}

/// What PostgreSQL says to a statement that it must refuse: the constraint, else the SQLSTATE.
pub(crate) fn refused(client: &mut Client, sql: &str) -> String {
    match client.batch_execute(sql) {
        Ok(()) => panic!("accepted: {sql}"),
        Err(error) => {
            let error = error.as_db_error().unwrap_or_else(|| panic!("{error}: {sql}"));
            let table = error.table().unwrap_or("?");
            let column = || error.column().map(|column| format!("not null {table}.{column}"));
            error
                .constraint()
                .map(str::to_owned)
                .or_else(column)
                .unwrap_or_else(|| error.code().code().to_owned())
        }
    }
}

pub(crate) fn accepted(client: &mut Client, sql: &str) {
    if let Err(error) = client.batch_execute(sql) {
        panic!("{error:?}: {sql}");
    }
}

/// One value as text; `NULL` where there is none.
pub(crate) fn value(client: &mut Client, sql: &str) -> String {
    let row = client.query_one(&format!("SELECT ({sql})::text"), &[]);
    row.unwrap_or_else(|e| panic!("{e:?}: {sql}"))
        .get::<_, Option<String>>(0)
        .unwrap_or_else(|| "NULL".to_owned())
}
