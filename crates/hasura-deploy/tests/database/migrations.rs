//! Up, down, up again.

use hasura_deploy::{SOURCE, migrations};
use postgres::Client;

use super::FromNothing;
use super::support::hasura;

pub(crate) const TESTS: &[FromNothing] = &[
    ("up_down_and_up_again_leaves_nothing_behind", up_down_up),
    ("each_down_takes_back_exactly_its_own_up", each_down),
];

/// The folders in the order in which they are applied.
fn folders() -> Vec<std::path::PathBuf> {
    [hasura().join("platform-base/migrations"), hasura().join("migrations")]
        .iter()
        .flat_map(|root| {
            let root = root.join(SOURCE);
            migrations::read(&root)
                .unwrap()
                .into_iter()
                .map(move |m| root.join(format!("{}_{}", m.version, m.name)))
        })
        .collect()
}

fn run(client: &mut Client, folder: &std::path::Path, file: &str) {
    let sql = std::fs::read_to_string(folder.join(file)).unwrap();
    client
        .batch_execute(&format!("BEGIN; {sql}; COMMIT;"))
        .unwrap_or_else(|e| panic!("{}/{file}: {e:?}", folder.display()));
}

pub(crate) fn up(client: &mut Client) {
    for folder in folders() {
        run(client, &folder, "up.sql");
    }
}

/// Everything in the schema that has a name.
fn named(client: &mut Client) -> Vec<String> {
    let sql = "
        SELECT 'relation ' || relname FROM pg_class
          WHERE relnamespace = to_regnamespace('sequent_backend')
        UNION ALL SELECT 'function ' || oid::regprocedure FROM pg_proc
          WHERE pronamespace = to_regnamespace('sequent_backend')
        UNION ALL SELECT 'schema' WHERE to_regnamespace('sequent_backend') IS NOT NULL
        ORDER BY 1";
    client.query(sql, &[]).unwrap().iter().map(|row| row.get(0)).collect()
}

fn up_down_up(client: &mut Client) {
    up(client);
    let whole = named(client);
    assert!(whole.len() > 40, "{whole:?}");
    for folder in folders().iter().rev() {
        run(client, folder, "down.sql");
    }
    assert_eq!(named(client), Vec::<String>::new());
    up(client);
    assert_eq!(named(client), whole);
}

fn each_down(client: &mut Client) {
    for folder in folders() {
        let before = named(client);
        run(client, &folder, "up.sql");
        assert_ne!(named(client), before, "{}", folder.display());
        run(client, &folder, "down.sql");
        assert_eq!(named(client), before, "{}", folder.display());
        run(client, &folder, "up.sql");
    }
}
