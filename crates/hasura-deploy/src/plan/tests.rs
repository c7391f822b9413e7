use super::*;
use crate::book::Applied;

fn table(name: &str, select: &Value) -> Value {
    json!({"table": {"schema": SCHEMA, "name": name}, "select_permissions": select})
}

fn metadata(tables: &[Value]) -> Value {
    json!({"version": 3, "sources": [{"name": SOURCE, "tables": tables}]})
}

fn reads(role: &str, filter: &Value) -> Value {
    json!([{"role": role, "permission": {"columns": ["id"], "filter": filter}}])
}

fn migration(version: u64) -> Migration {
    Migration { version, name: "m".to_owned(), up: format!("SELECT {version};") }
}

fn applied(migrations: &[Migration]) -> Standing {
    let migrations = migrations
        .iter()
        .map(|m| (m.version, Applied { name: m.name.clone(), checksum: m.checksum() }))
        .collect();
    Standing { migrations, ..Standing::default() }
}

fn steps(plan: &Plan) -> Vec<String> {
    plan.steps.iter().map(Step::what).collect()
}

fn differences(result: Result<Plan, Error>) -> Vec<String> {
    match result {
        Err(Error::Differs(all)) => all,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_untouched_platform_gets_only_what_is_ours() {
    let wanted = metadata(&[
        table("election", &reads("user", &json!({}))),
        table("ivr_a", &reads("r", &json!({}))),
    ]);
    let standing = metadata(&[table("election", &reads("user", &json!({"x": 1})))]);
    let plan = compare(&[migration(1)], &wanted, &Standing::default(), &standing, false).unwrap();
    assert_eq!(
        steps(&plan),
        [
            "apply migration 1_m",
            "create tracking of table ivr_a",
            "create select permission r of ivr_a"
        ]
    );
}

#[test]
fn a_second_time_there_is_nothing_to_do() {
    let wanted = metadata(&[table("ivr_a", &reads("r", &json!({})))]);
    let all = [migration(1), migration(2)];
    let plan = compare(&all, &wanted, &applied(&all), &wanted, false).unwrap();
    assert!(plan.steps.is_empty());
    assert_eq!(plan.standing.len(), 4);
}

#[test]
fn what_is_missing_of_a_half_finished_run_is_added() {
    let wanted = metadata(&[table("ivr_a", &reads("r", &json!({}))), table("ivr_b", &json!([]))]);
    let standing = metadata(&[table("ivr_a", &json!([]))]);
    let all = [migration(1), migration(2)];
    let plan = compare(&all, &wanted, &applied(&all[..1]), &standing, false).unwrap();
    assert_eq!(
        steps(&plan),
        [
            "apply migration 2_m",
            "create tracking of table ivr_b",
            "create select permission r of ivr_a"
        ]
    );
}

#[test]
fn another_permission_an_extra_role_and_a_strange_table_stop_everything() {
    let wanted = metadata(&[table("ivr_a", &reads("r", &json!({"t": {"_eq": "x-hasura-t"}})))]);
    let all = [migration(1)];
    let run = |tables: &[Value]| {
        differences(compare(&all, &wanted, &applied(&all), &metadata(tables), false))
    };
    assert_eq!(
        run(&[table("ivr_a", &reads("r", &json!({})))]),
        ["select permission r of ivr_a: is another one"]
    );
    let mut two = reads("r", &json!({"t": {"_eq": "X-Hasura-T"}}));
    two.as_array_mut().unwrap().extend(reads("user", &json!({})).as_array().unwrap().clone());
    assert_eq!(run(&[table("ivr_a", &two)]), ["select permission user of ivr_a: is not ours"]);
    let same = reads("r", &json!({"t": {"_eq": "x-hasura-t"}}));
    assert_eq!(
        run(&[table("ivr_a", &same), table("ivr_z", &json!([]))]),
        ["table ivr_z: is tracked, and not by us"]
    );
    let mut renamed = table("ivr_a", &same);
    renamed["configuration"] = json!({"custom_name": "x", "column_config": {}});
    assert_eq!(run(&[renamed]), ["table ivr_a: has configuration, which is not ours"]);
}

#[test]
fn migrations_of_another_text_order_or_release_stop_everything() {
    let wanted = metadata(&[]);
    let standing = metadata(&[]);
    let mut edited = migration(1);
    edited.up.push_str(" -- edited");
    let edited = compare(&[edited], &wanted, &applied(&[migration(1)]), &standing, false);
    assert_eq!(
        differences(edited),
        ["migration 1_m: another text was applied under this version (as m)"]
    );
    let between = compare(
        &[migration(1), migration(2)],
        &wanted,
        &applied(&[migration(2)]),
        &standing,
        false,
    );
    assert_eq!(differences(between), ["migration 1_m: a newer one is already applied"]);
    let older = compare(&[], &wanted, &applied(&[migration(1)]), &standing, false);
    assert_eq!(differences(older).len(), 1);
}

#[test]
fn objects_that_were_changed_added_removed_or_not_put_there_stop_everything() {
    let all = [migration(1)];
    let map = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    };
    let mut standing = applied(&all);
    standing.recorded =
        map(&[("server PostgreSQL", "15"), ("index ivr_a", "1"), ("view ivr_b", "1")]);
    standing.present =
        map(&[("server PostgreSQL", "15"), ("index ivr_a", "2"), ("view ivr_c", "1")]);
    let nothing = metadata(&[]);
    let run = |standing: &Standing, accept| compare(&all, &nothing, standing, &nothing, accept);
    assert_eq!(
        differences(run(&standing, false)),
        ["index ivr_a: was changed", "view ivr_b: is gone", "view ivr_c: was added"]
    );
    assert!(run(&standing, true).is_ok());
    standing.present =
        map(&[("server PostgreSQL", "16"), ("index ivr_a", "1"), ("view ivr_b", "1")]);
    assert_eq!(differences(run(&standing, false)).len(), 1);
    let stranger = Standing {
        present: map(&[("server PostgreSQL", "15"), ("index ivr_a", "1")]),
        ..Standing::default()
    };
    assert_eq!(
        differences(run(&stranger, false)),
        ["index ivr_a: is there, and was not put there by this command"]
    );
}
