//! A GraphQL request from its body to its answer (facts 1.2 to 1.4).

use apollo_compiler::ast::OperationType;
use axum::http::HeaderMap;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{GenericClient, Row, Transaction};

use crate::app::{App, World};
use crate::fault::{Fault, step};
use crate::graphql::collect::{Collector, Selected};
use crate::graphql::{document, introspect};
use crate::json::{Json, quoted};
use crate::schema::types::{Means, RoleSchema, Root};
use crate::session::Session;
use crate::sql::select::Origin;
use crate::sql::{Planner, Statement};

/// Answers one request; gives the JSON text of `data`.
///
/// # Errors
/// The one fault that is the whole answer.
pub async fn request(
    app: &App,
    session: &Session,
    headers: &HeaderMap,
    body: &Json,
) -> Result<String, Fault> {
    if body.get("extensions").and_then(|one| one.get("persistedQuery")).is_some() {
        let message = "Automatic Persisted Queries is not enabled";
        return Err(Fault::new("not-supported", "$", message));
    }
    let query = body
        .get("query")
        .and_then(Json::as_str)
        .ok_or_else(|| Fault::new("parse-failed", "$", "the key 'query' was not present"))?;
    let name = body.get("operationName").and_then(Json::as_str);
    let nothing = Json::Null;
    let variables = body.get("variables").unwrap_or(&nothing);
    let operation = document::operation(query, name, variables)?;
    let world = app.world();
    if world.model.inherited.contains(&session.role) {
        let what = format!("the inherited role \"{}\"", session.role);
        return Err(Fault::unsupported("$", what));
    }
    let schema = world.schema(&session.role, session.backend_only);
    let root = match operation.kind {
        OperationType::Query => "query_root",
        OperationType::Mutation if schema.mutations => "mutation_root",
        OperationType::Mutation => return Err(Fault::validation("$", "no mutations exist")),
        OperationType::Subscription if schema.subscriptions => {
            return Err(Fault::unsupported("$", "subscriptions"));
        }
        OperationType::Subscription => {
            return Err(Fault::validation("$", "no subscriptions exist"));
        }
    };
    let selection =
        Collector::new(&schema, &operation).object(root, &[&operation.selection], "$")?;
    let run = Run { app, world: &world, schema: &schema, session, headers, query };
    if operation.kind == OperationType::Mutation {
        run.mutation(&selection).await
    } else {
        run.query(&selection).await
    }
}

struct Run<'a> {
    app: &'a App,
    world: &'a World,
    schema: &'a RoleSchema,
    session: &'a Session,
    headers: &'a HeaderMap,
    query: &'a str,
}

impl Run<'_> {
    fn planner(&self) -> Planner<'_> {
        Planner {
            model: &self.world.model,
            role: &self.session.role,
            stringify: self.app.config.stringify_numeric_types,
        }
    }

    async fn query(&self, selection: &[Selected]) -> Result<String, Fault> {
        let mut client = None;
        let mut fields = Vec::new();
        for field in selection {
            let answer = match &field.means {
                Means::Root(..) | Means::Call(_) | Means::CallAggregate(_) => {
                    if client.is_none() {
                        client = Some(self.app.client().await?);
                    }
                    let Some(client) = &client else { continue };
                    self.read(&***client, field).await?
                }
                _ => self.without_table(field).await?,
            };
            fields.push((field, answer));
        }
        Ok(data(&fields))
    }

    /// A root field that reads, in one statement.
    async fn read(&self, client: &impl GenericClient, field: &Selected) -> Result<String, Fault> {
        let planner = self.planner();
        let statement = Planner::statement(self.session, |binder| {
            let text = match &field.means {
                Means::Root(Root::Select, table) => {
                    planner.rows(planner.table(table)?, field, Origin::Table, binder)?
                }
                Means::Root(Root::ByPk, table) => {
                    format!("({})", planner.by_key(planner.table(table)?, field, binder)?)
                }
                Means::Root(Root::Aggregate, table) => {
                    planner.aggregate(planner.table(table)?, field, Origin::Table, binder)?
                }
                Means::Call(name) => {
                    let (function, table) = planner.function(name)?;
                    planner.rows(table, field, Origin::Call(function), binder)?
                }
                Means::CallAggregate(name) => {
                    let (function, table) = planner.function(name)?;
                    planner.aggregate(table, field, Origin::Call(function), binder)?
                }
                _ => return Err(Fault::unsupported(&field.path, "this root field")),
            };
            Ok(format!("SELECT (SELECT {text})::text"))
        })?;
        let rows = rows(client, &statement).await?;
        let answer = rows.first().and_then(|row| row.get::<_, Option<String>>(0));
        Ok(answer.unwrap_or_else(|| "null".to_owned()))
    }

    async fn without_table(&self, field: &Selected) -> Result<String, Fault> {
        match &field.means {
            Means::TypeName => Ok(quoted(&field.of)),
            Means::Introspection => Ok(introspect::answer(self.schema, field).to_string()),
            Means::Nothing => Ok("null".to_owned()),
            Means::Action(name) => {
                let action = self
                    .world
                    .model
                    .actions
                    .iter()
                    .find(|action| action.name == *name)
                    .ok_or_else(|| Fault::unexpected("no such action"))?;
                self.app
                    .caller
                    .call(action, field, self.schema, self.session, self.headers, self.query)
                    .await
                    .map(|answer| answer.to_string())
            }
            other => Err(Fault::unexpected(format!("{other:?} is no root field"))),
        }
    }

    /// All root fields in order, in one transaction.
    async fn mutation(&self, selection: &[Selected]) -> Result<String, Fault> {
        let on_tables =
            selection.iter().any(|field| matches!(field.means, Means::Root(..) | Means::Call(_)));
        let on_actions = selection.iter().any(|field| matches!(field.means, Means::Action(_)));
        if on_tables && on_actions {
            return Err(Fault::unsupported("$", "tables and actions in one mutation"));
        }
        if !on_tables {
            let mut fields = Vec::new();
            for field in selection {
                fields.push((field, self.without_table(field).await?));
            }
            return Ok(data(&fields));
        }
        let mut client = self.app.client().await?;
        // Dropped before its end, by a fault or because the caller went away, it is rolled back.
        let transaction = client.transaction().await?;
        known_to_the_database(&transaction, self.session).await?;
        let answer = self.in_transaction(&transaction, selection).await?;
        transaction.commit().await?;
        Ok(answer)
    }

    async fn in_transaction(
        &self,
        client: &Transaction<'_>,
        selection: &[Selected],
    ) -> Result<String, Fault> {
        let mut fields = Vec::new();
        for field in selection {
            let answer = match &field.means {
                Means::Root(root, table) => self.write(client, *root, table, field).await?,
                Means::Call(_) => self.read(client, field).await?,
                _ => self.without_table(field).await?,
            };
            fields.push((field, answer));
        }
        Ok(data(&fields))
    }

    async fn write(
        &self,
        client: &Transaction<'_>,
        root: Root,
        table: &crate::catalogue::TableName,
        field: &Selected,
    ) -> Result<String, Fault> {
        let planner = self.planner();
        let table = planner.table(table)?;
        let args = step(&field.path, "args");
        let nothing = Json::Null;
        let conditions = |value: Option<&Json>| {
            crate::predicate::request::read(
                planner.model,
                planner.role,
                table,
                value.unwrap_or(&nothing),
            )
        };
        match root {
            Root::Insert | Root::InsertOne => {
                let one = field.args.get("object").map(std::slice::from_ref);
                let objects = one.or(field.args.get("objects").map(Json::items)).unwrap_or(&[]);
                let path = step(&args, if one.is_some() { "object" } else { "objects" });
                if objects.is_empty() {
                    return self.shown(client, table, field, &Touched::none()).await;
                }
                let statement = Planner::statement(self.session, |binder| {
                    planner.insert(table, objects, field.args.get("on_conflict"), &args, binder)
                })?;
                let touched =
                    touched(client, &statement, &path).await.map_err(|fault| fault.at(&path))?;
                self.shown(client, table, field, &touched).await
            }
            Root::Update | Root::UpdateByPk => {
                let wanted = match field.args.get("pk_columns") {
                    Some(key) => crate::sql::select::key_condition(table, key),
                    None => conditions(field.args.get("where"))?,
                };
                let touched = self.updated(client, table, wanted, &field.args, &args).await?;
                self.shown(client, table, field, &touched).await
            }
            Root::UpdateMany => {
                let mut answers = Vec::new();
                for update in field.args.get("updates").map_or(&[] as &[Json], Json::items) {
                    let wanted = conditions(update.get("where"))?;
                    let touched = self.updated(client, table, wanted, update, &args).await?;
                    answers.push(self.shown(client, table, field, &touched).await?);
                }
                Ok(format!("[{}]", answers.join(",")))
            }
            Root::Delete | Root::DeleteByPk => {
                let wanted = if root == Root::DeleteByPk {
                    crate::sql::select::key_condition(table, &field.args)
                } else {
                    conditions(field.args.get("where"))?
                };
                let statement = Planner::statement(self.session, |binder| {
                    planner.delete(table, wanted, binder)
                })?;
                let touched = touched(client, &statement, "$").await?;
                self.shown(client, table, field, &touched).await
            }
            _ => Err(Fault::unexpected("no mutation")),
        }
    }

    async fn updated(
        &self,
        client: &Transaction<'_>,
        table: &crate::model::Table,
        wanted: crate::predicate::BoolExp,
        operators: &Json,
        path: &str,
    ) -> Result<Touched, Fault> {
        let planner = self.planner();
        let mut any = true;
        let statement = Planner::statement(self.session, |binder| {
            let text = planner.update(table, wanted, operators, path, binder)?;
            any = text.is_some();
            Ok(text.unwrap_or_default())
        })?;
        // An operator without columns changes no row; none at all is a mistake.
        if !any && operators.entries().iter().any(|(key, _)| key.starts_with('_')) {
            return Ok(Touched::none());
        }
        if !any {
            return Err(Fault::validation(
                path,
                "at least any one of _set, _inc, _append, _prepend, _delete_key, _delete_elem and \
                 _delete_at_path operator is expected",
            ));
        }
        touched(client, &statement, "$").await
    }

    /// What the caller wants to see of the rows touched; its filter does not apply to them.
    async fn shown(
        &self,
        client: &Transaction<'_>,
        table: &crate::model::Table,
        field: &Selected,
        touched: &Touched,
    ) -> Result<String, Fault> {
        let planner = self.planner();
        if !field.ty.name().ends_with("_mutation_response") || field.ty.name() == table.graphql {
            if touched.count == 0 {
                return Ok("null".to_owned());
            }
            let list =
                self.returned(client, planner, table, &field.children, touched, field).await?;
            // A list of one.
            let inner = list.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
            return Ok(inner.unwrap_or(&list).to_owned());
        }
        let mut fields = Vec::new();
        for child in &field.children {
            let answer = match child.means {
                Means::TypeName => quoted(&child.of),
                Means::AffectedRows => touched.count.to_string(),
                Means::Returning => {
                    self.returned(client, planner, table, &child.children, touched, field).await?
                }
                _ => return Err(Fault::unexpected("no field of a mutation's response")),
            };
            fields.push((child, answer));
        }
        Ok(data(&fields))
    }

    async fn returned(
        &self,
        client: &Transaction<'_>,
        planner: Planner<'_>,
        table: &crate::model::Table,
        children: &[Selected],
        touched: &Touched,
        field: &Selected,
    ) -> Result<String, Fault> {
        let statement = Planner::statement(self.session, |binder| {
            let source = Planner::touched(&table.name, &touched.rows, binder);
            let list = planner.listed(table, &source, children, &field.path, binder)?;
            Ok(format!("SELECT ({list})::text"))
        })?;
        let rows = rows(client, &statement).await?;
        Ok(rows.first().and_then(|row| row.get(0)).unwrap_or_else(|| "[]".to_owned()))
    }
}

/// Triggers read who writes from `hasura.user`: the session variables as JSON, until the transaction
/// ends. Upstream sets it before mutations and before `run_sql` that may change tables, not before
/// queries.
///
/// # Errors
/// What the database says.
pub(crate) async fn known_to_the_database(
    transaction: &Transaction<'_>,
    session: &Session,
) -> Result<(), Fault> {
    let text = session.json().to_string();
    transaction.execute("SELECT set_config('hasura.user', $1, true)", &[&text]).await?;
    Ok(())
}

/// What a mutation has touched.
#[derive(Debug)]
struct Touched {
    /// The rows as a JSON list.
    rows: String,
    count: i64,
}

impl Touched {
    fn none() -> Self {
        Self { rows: "[]".to_owned(), count: 0 }
    }
}

/// Runs a mutation; a row that its check says no to undoes it.
async fn touched(
    client: &Transaction<'_>,
    statement: &Statement,
    path: &str,
) -> Result<Touched, Fault> {
    let rows = rows(client, statement).await?;
    let Some(row) = rows.first() else { return Ok(Touched::none()) };
    if !row.get::<_, bool>(2) {
        return Err(Fault::new(
            "permission-error",
            path,
            "check constraint of an insert/update permission has failed",
        ));
    }
    Ok(Touched { rows: row.get(0), count: row.get(1) })
}

/// Every parameter goes over as text; the statement casts it.
async fn rows(client: &impl GenericClient, statement: &Statement) -> Result<Vec<Row>, Fault> {
    let types = vec![Type::TEXT; statement.values.len()];
    let prepared = client.prepare_typed(&statement.sql, &types).await?;
    let values: Vec<&(dyn ToSql + Sync)> =
        statement.values.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
    Ok(client.query(&prepared, &values).await?)
}

fn data(fields: &[(&Selected, String)]) -> String {
    let entries: Vec<_> =
        fields.iter().map(|(field, answer)| format!("{}:{answer}", quoted(&field.key))).collect();
    format!("{{{}}}", entries.join(","))
}
