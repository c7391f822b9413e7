//! SQL says of every row what the evaluator says: random rows, conditions and session variables.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hasura_standin::catalogue::{PgType, TableName};
use hasura_standin::predicate::sql::{Binder, condition};
use hasura_standin::predicate::{BoolExp, ColumnRef, Comparison, Op, Operand, Operands};
use hasura_standin::session::Session;
use libtest_mimic::Trial;
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use tokio_postgres::types::{ToSql, Type};

use crate::evaluator::{Row, Value, World};
use crate::trial;
use test_servers::postgres::Postgres;

pub(crate) fn trials(postgres: Option<&Arc<Postgres>>) -> Vec<Trial> {
    vec![trial("properties::conditions_mean_what_they_say", postgres, conditions)]
}

const TABLES: &str = "
CREATE TABLE p (id int PRIMARY KEY, a int NOT NULL, b int, t text, u text NOT NULL, j jsonb);
CREATE TABLE q (id int PRIMARY KEY, p_id int, x int, y int);";

fn conditions(postgres: &Postgres) -> Result<(), String> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let address = postgres.create_database().unwrap();
    let client = runtime.block_on(async {
        let (client, connection) =
            tokio_postgres::connect(&address, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute(TABLES).await.unwrap();
        client
    });
    let verdicts = [const { AtomicUsize::new(0) }; 4];
    // The same worlds every time: a failure is one for everybody.
    let config = Config { cases: 400, failure_persistence: None, ..Config::default() };
    let seed = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, seed);
    let outcome = runner.run(&(world(), vec(exp(), 15)), |(world, exps)| {
        runtime.block_on(async {
            client.batch_execute(&filled(&world)).await.unwrap();
            for exp in &exps {
                compare(&client, &world, exp, &verdicts).await?;
            }
            Ok(())
        })
    });
    let [yes, no, unknown, missing] = verdicts.map(AtomicUsize::into_inner);
    println!(
        "rows true {yes}, false {no}, unknown {unknown}; conditions with a missing variable {missing}"
    );
    outcome.map_err(|error| error.to_string())?;
    // Random worlds that never reach a verdict would prove nothing of it.
    if yes.min(no) < 4000 || unknown < 800 || missing < 40 {
        return Err("the generator does not reach every verdict".to_owned());
    }
    Ok(())
}

async fn compare(
    client: &tokio_postgres::Client,
    world: &World,
    exp: &BoolExp,
    verdicts: &[AtomicUsize; 4],
) -> Result<(), TestCaseError> {
    let variables = world.variables.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let session = Session::new("r", variables);
    let mut binder = Binder::new(&session);
    let sql = condition(exp, "\"_0\"", "\"_0\"", &mut binder);
    if let Err(name) = world.missing(exp) {
        verdicts[3].fetch_add(1, Ordering::Relaxed);
        let fault = sql.err().map(|fault| fault.message);
        prop_assert_eq!(fault, Some(format!("missing session variable: \"{name}\"")));
        return Ok(());
    }
    let sql = sql.map_err(|fault| TestCaseError::fail(fault.to_string()))?;
    let values = binder.into_values();
    let values: Vec<&(dyn ToSql + Sync)> =
        values.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
    let text = format!("SELECT \"_0\".id, ({sql}) FROM p AS \"_0\" ORDER BY 1");
    let types = vec![Type::TEXT; values.len()];
    let failed = |error: tokio_postgres::Error| TestCaseError::fail(format!("{text}: {error:?}"));
    let statement = client.prepare_typed(&text, &types).await.map_err(failed)?;
    let rows = client.query(&statement, &values).await.map_err(failed)?;
    let expected: Vec<(i32, Option<bool>)> = world.tables["p"]
        .iter()
        .map(|row| {
            let Value::Int(id) = row["id"] else { unreachable!() };
            (i32::try_from(id).unwrap(), world.holds(exp, row, row).unwrap())
        })
        .collect();
    for (_, truth) in &expected {
        let index = match truth {
            Some(true) => 0,
            Some(false) => 1,
            None => 2,
        };
        verdicts[index].fetch_add(1, Ordering::Relaxed);
    }
    let actual: Vec<(i32, Option<bool>)> =
        rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    prop_assert_eq!(actual, expected, "{}", text);
    Ok(())
}

fn filled(world: &World) -> String {
    let mut sql = "TRUNCATE p, q;".to_owned();
    for (table, rows) in &world.tables {
        for row in rows {
            let names: Vec<_> = row.keys().cloned().collect();
            let values: Vec<_> = row
                .values()
                .map(|value| match value {
                    Value::Null => "NULL".to_owned(),
                    Value::Int(number) => number.to_string(),
                    Value::Text(text) => format!("'{text}'"),
                    Value::Keys(keys) => {
                        let keys: Vec<_> = keys.iter().map(|key| format!("\"{key}\": 1")).collect();
                        format!("'{{{}}}'", keys.join(","))
                    }
                })
                .collect();
            sql.push_str(&format!(
                "INSERT INTO {table} ({}) VALUES ({});",
                names.join(","),
                values.join(",")
            ));
        }
    }
    sql
}

fn int() -> impl Strategy<Value = i64> {
    -1..4_i64
}

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", "a", "A", "ab", "b", "Ba"]).prop_map(ToOwned::to_owned)
}

fn maybe(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    prop_oneof![1 => Just(Value::Null), 2 => value]
}

fn keys() -> impl Strategy<Value = BTreeSet<String>> {
    btree_set(prop::sample::select(vec!["k", "l", "m"]).prop_map(ToOwned::to_owned), 0..3)
}

fn world() -> impl Strategy<Value = World> {
    let p = (
        int().prop_map(Value::Int),
        maybe(int().prop_map(Value::Int)),
        maybe(word().prop_map(Value::Text)),
        word().prop_map(Value::Text),
        maybe(keys().prop_map(Value::Keys)),
    );
    let q = (
        maybe((0..6_i64).prop_map(Value::Int)),
        maybe(int().prop_map(Value::Int)),
        maybe(int().prop_map(Value::Int)),
    );
    let list = vec(
        prop_oneof![1 => Just("NULL".to_owned()), 4 => int().prop_map(|n| n.to_string())],
        0..4,
    )
    .prop_map(|items| format!("{{{}}}", items.join(",")));
    let words = vec(word(), 0..3).prop_map(|items| {
        let items: Vec<_> = items.iter().map(|item| format!("\"{item}\"")).collect();
        format!("{{{}}}", items.join(","))
    });
    (vec(p, 1..6), vec(q, 0..8), int(), word(), list, words).prop_map(
        |(p, q, number, word, list, words)| {
            let mut tables: BTreeMap<String, Vec<Row>> = BTreeMap::new();
            let named = |id: usize, entries: Vec<(&str, Value)>| -> Row {
                let mut row: Row =
                    entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
                row.insert("id".to_owned(), Value::Int(id.try_into().unwrap()));
                row
            };
            tables.insert(
                "p".to_owned(),
                p.into_iter()
                    .enumerate()
                    .map(|(id, (a, b, t, u, j))| {
                        named(id, vec![("a", a), ("b", b), ("t", t), ("u", u), ("j", j)])
                    })
                    .collect(),
            );
            tables.insert(
                "q".to_owned(),
                q.into_iter()
                    .enumerate()
                    .map(|(id, (p_id, x, y))| named(id, vec![("p_id", p_id), ("x", x), ("y", y)]))
                    .collect(),
            );
            let variables = [
                ("x-hasura-number", number.to_string()),
                ("x-hasura-word", word),
                ("x-hasura-list", list),
                ("x-hasura-words", words),
            ];
            let variables = variables.map(|(name, value)| (name.to_owned(), value)).into();
            World { tables, variables }
        },
    )
}

fn column(name: &str, ty: &str, nullable: bool) -> ColumnRef {
    ColumnRef { name: name.to_owned(), ty: PgType::builtin(ty), nullable, as_text: false }
}

/// A value: mostly itself, sometimes a session variable, now and then one that is not there.
fn operand(
    value: impl Strategy<Value = String>,
    variable: &'static str,
) -> impl Strategy<Value = Operand> {
    prop_oneof![
        60 => value.prop_map(Operand::Text),
        40 => Just(Operand::Session(variable.to_owned())),
        2 => Just(Operand::Session("x-hasura-missing".to_owned())),
    ]
}

fn operands(
    value: impl Strategy<Value = String>,
    one: &'static str,
    many: &'static str,
) -> impl Strategy<Value = Operands> {
    prop_oneof![
        vec(operand(value, one), 0..4).prop_map(Operands::List),
        Just(Operands::Session(many.to_owned())),
    ]
}

fn order() -> impl Strategy<Value = Op> {
    prop::sample::select(vec![Op::Eq, Op::Neq, Op::Gt, Op::Lt, Op::Gte, Op::Lte])
}

fn number_comparison(
    others: Vec<&'static str>,
    roots: Vec<&'static str>,
) -> BoxedStrategy<Comparison> {
    let number = || int().prop_map(|number| number.to_string());
    let other = |names: Vec<&'static str>, of_root| {
        (order(), prop::sample::select(names)).prop_map(move |(op, name)| Comparison::Other {
            op,
            column: name.to_owned(),
            of_root,
        })
    };
    prop_oneof![
        4 => (order(), operand(number(), "x-hasura-number"), any::<bool>())
            .prop_map(|(op, value, null_aware)| Comparison::Value { op, value, null_aware }),
        2 => (any::<bool>(), operands(number(), "x-hasura-number", "x-hasura-list"))
            .prop_map(|(negated, values)| Comparison::In { negated, values }),
        1 => any::<bool>().prop_map(Comparison::IsNull),
        1 => other(others, false),
        1 => other(roots, true),
    ]
    .boxed()
}

fn text_comparison() -> impl Strategy<Value = Comparison> {
    let pattern = prop::sample::select(vec!["%", "a%", "%a", "_", "_b", "", "%A_"])
        .prop_map(|pattern: &str| Operand::Text(pattern.to_owned()));
    let likes = prop::sample::select(vec![Op::Like, Op::NotLike, Op::ILike, Op::NotILike]);
    prop_oneof![
        (order(), operand(word(), "x-hasura-word"), any::<bool>())
            .prop_map(|(op, value, null_aware)| Comparison::Value { op, value, null_aware }),
        (likes, pattern).prop_map(|(op, value)| Comparison::Value { op, value, null_aware: true }),
        (any::<bool>(), operands(word(), "x-hasura-word", "x-hasura-words"))
            .prop_map(|(negated, values)| Comparison::In { negated, values }),
        any::<bool>().prop_map(Comparison::IsNull),
    ]
}

fn json_comparison() -> impl Strategy<Value = Comparison> {
    let key = || prop::sample::select(vec!["k", "l", "n"]).prop_map(ToOwned::to_owned);
    prop_oneof![
        key().prop_map(|key| Comparison::Value {
            op: Op::HasKey,
            value: Operand::Text(key),
            null_aware: false
        }),
        (any::<bool>(), vec(key().prop_map(Operand::Text), 0..3))
            .prop_map(|(all, keys)| Comparison::HasKeys { all, keys: Operands::List(keys) }),
        any::<bool>().prop_map(Comparison::IsNull),
    ]
}

/// A condition on a row of `q`, in a question about `p`.
fn below() -> impl Strategy<Value = BoolExp> {
    let leaf =
        (prop::sample::select(vec!["x", "y"]), number_comparison(vec!["x", "y"], vec!["a", "b"]))
            .prop_map(|(name, comparison)| BoolExp::Column(column(name, "int4", true), comparison));
    nested(prop_oneof![3 => leaf, 1 => permission().prop_map(BoolExp::rooted)].boxed(), 2)
}

/// The permission of `q`: `$` is a row of `q`, here and in the row of `p` that it belongs to.
fn permission() -> impl Strategy<Value = BoolExp> {
    let roots = || vec!["x", "y"];
    let own = (prop::sample::select(roots()), number_comparison(roots(), roots()))
        .prop_map(|(name, comparison)| BoolExp::Column(column(name, "int4", true), comparison));
    let of_p = number_comparison(vec!["a", "b"], roots())
        .prop_map(|comparison| BoolExp::Column(column("b", "int4", true), comparison));
    let back = nested(of_p.boxed(), 1).prop_map(|one| BoolExp::Related {
        target: TableName::new("public", "p"),
        join: vec![("p_id".to_owned(), "id".to_owned())],
        condition: Box::new(one),
    });
    nested(prop_oneof![2 => own, 1 => back].boxed(), 1)
}

fn nested(leaf: BoxedStrategy<BoolExp>, depth: u32) -> BoxedStrategy<BoolExp> {
    leaf.prop_recursive(depth, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(BoolExp::And),
            vec(inner.clone(), 0..4).prop_map(BoolExp::Or),
            inner.prop_map(|one| BoolExp::Not(Box::new(one))),
        ]
    })
    .boxed()
}

/// A condition on a row of `p`.
fn exp() -> impl Strategy<Value = BoolExp> {
    let join = || vec![("id".to_owned(), "p_id".to_owned())];
    let q = || TableName::new("public", "q");
    let numbers = || number_comparison(vec!["a", "b"], vec!["a", "b"]);
    let leaf = prop_oneof![
        numbers().prop_map(|one| BoolExp::Column(column("a", "int4", false), one)),
        numbers().prop_map(|one| BoolExp::Column(column("b", "int4", true), one)),
        text_comparison().prop_map(|one| BoolExp::Column(column("t", "text", true), one)),
        text_comparison().prop_map(|one| BoolExp::Column(column("u", "text", false), one)),
        json_comparison().prop_map(|one| BoolExp::Column(column("j", "jsonb", true), one)),
        below().prop_map(move |one| BoolExp::Related {
            target: q(),
            join: join(),
            condition: Box::new(one)
        }),
        below().prop_map(move |one| BoolExp::Exists { table: q(), condition: Box::new(one) }),
        (
            below(),
            btree_set(prop::sample::select(vec!["x", "y"]), 0..3),
            any::<bool>(),
            order(),
            0..4_i32
        )
            .prop_map(move |(one, columns, distinct, op, number)| BoolExp::Counted {
                target: q(),
                join: join(),
                condition: Box::new(one),
                distinct: distinct && !columns.is_empty(),
                columns: columns.into_iter().map(ToOwned::to_owned).collect(),
                number: vec![Comparison::Value {
                    op,
                    value: Operand::Text(number.to_string()),
                    null_aware: false
                }],
            }),
    ];
    nested(leaf.boxed(), 3)
}
