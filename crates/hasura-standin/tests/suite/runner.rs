//! Runs an area of cases (facts 11.1, 11.2): a fresh database and server an area, or a case where
//! cases write.

use std::path::Path;

use hasura_standin::config::Config;
use hasura_standin::json::Json;
use hasura_standin::server::Server;

use crate::compare::{ordered, same};
use crate::set_up::Cut;
use crate::yaml::{self, documents};
use test_servers::postgres::Postgres;

const SECRET: &str = "secret-of-the-cases";

/// What became of a case.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Answered as expected.
    Right,
    /// Not supported, and said so.
    Refused(String),
    /// Answered otherwise.
    Wrong(String),
}

/// How the server of a case is started, and whether the runner shows the secret.
#[derive(Debug, Default)]
struct Special {
    unauthorized_role: Option<String>,
    jwt_secret: Option<String>,
    no_secret: bool,
    stringify: bool,
    /// Functions are for the roles that they name only.
    not_inferred: bool,
    /// A file of operations that are run before the case.
    before: Option<String>,
}

/// Runs `cases` of the area in `folder`.
pub(crate) async fn run_area(
    postgres: &Postgres,
    folder: &Path,
    cases: &[String],
    stringify: bool,
) -> Vec<(String, Verdict)> {
    let writes =
        folder.join("values_setup.yaml").exists() || folder.to_string_lossy().contains("mutation");
    let mut outcomes = Vec::new();
    let mut shared: Option<Result<Place, String>> = None;
    for case in cases {
        let special = special(folder, case);
        let place = if writes || special.is_some() {
            let special = Special { stringify, ..special.unwrap_or_default() };
            Some(Place::start(postgres, folder, special).await)
        } else {
            if shared.is_none() {
                shared = Some(
                    {
                        let plain = Special { stringify, ..Special::default() };
                        Place::start(postgres, folder, plain)
                    }
                    .await,
                );
            }
            None
        };
        let verdict = match place.as_ref().or(shared.as_ref()) {
            Some(Ok(place)) => match place.case(&folder.join(format!("{case}.yaml"))).await {
                // Nobody can say what is right.
                Verdict::Wrong(why) if !place.set_up => {
                    Verdict::Refused(format!("there is no set-up beside the case: {why}"))
                }
                verdict => verdict,
            },
            Some(Err(error)) => Verdict::Refused(format!("set-up: {error}")),
            None => Verdict::Refused("no server".to_owned()),
        };
        outcomes.push((case.clone(), verdict));
    }
    outcomes
}

/// An area's own `area.yaml`, or what facts 11.3 say of a case of Hasura's.
fn special(folder: &Path, case: &str) -> Option<Special> {
    let jwt = || Some(r#"{"type":"HS256","key":"0123456789abcdef0123456789abcdef"}"#.to_owned());
    if let Ok(text) = std::fs::read_to_string(folder.join("area.yaml")) {
        let area: Json = yaml::first(&text).ok()?;
        let of_case = area.get(case)?;
        let string = |key: &str| of_case.get(key).and_then(Json::as_str).map(ToOwned::to_owned);
        return Some(Special {
            unauthorized_role: string("unauthorized_role"),
            jwt_secret: if of_case.get("jwt").is_some_and(Json::is_true) { jwt() } else { None },
            no_secret: of_case.get("no_secret").is_some_and(Json::is_true),
            not_inferred: of_case.get("not_inferred").is_some_and(Json::is_true),
            ..Special::default()
        });
    }
    let anonymous = || Some("anonymous".to_owned());
    let name = folder.to_string_lossy();
    let plain = Special::default();
    let alone = || Special { no_secret: true, ..Special::default() };
    if name.contains("/functions") {
        let before = match case {
            "function_as_mutations_permissions" => Some("create_function_permission_add_to_score"),
            "single_row_function_as_mutation" => {
                Some("create_function_permission_add_to_score_by_user_id")
            }
            "get_articles_with_permission_configured" => {
                Some("add_function_permission_get_articles")
            }
            _ => None,
        };
        return Some(Special {
            not_inferred: true,
            before: before.map(|file| format!("{file}.yaml")),
            ..plain
        });
    }
    match case {
        "unauthorized_role" => Some(Special { unauthorized_role: anonymous(), ..alone() }),
        "cookie_header_absent_unauth_role_not_set" => {
            Some(Special { jwt_secret: jwt(), ..alone() })
        }
        "cookie_header_absent_unauth_role_set" => {
            Some(Special { unauthorized_role: anonymous(), jwt_secret: jwt(), ..alone() })
        }
        "backend_user_no_admin_secret_fail" => {
            Some(Special { unauthorized_role: Some("backend_user_2".to_owned()), ..alone() })
        }
        _ => None,
    }
}

/// A server with an area's set-up.
struct Place {
    server: Server,
    client: reqwest::Client,
    special: Special,
    /// Whether there was a set-up.
    set_up: bool,
    /// Columns that the set-up had to do without.
    cut: Vec<String>,
}

impl Place {
    async fn start(postgres: &Postgres, folder: &Path, special: Special) -> Result<Self, String> {
        let config = Config {
            admin_secret: Some(SECRET.to_owned()),
            unauthorized_role: special.unauthorized_role.clone(),
            jwt_secret: special.jwt_secret.clone(),
            stringify_numeric_types: special.stringify,
            infer_function_permissions: !special.not_inferred,
            ..Config::new(postgres.create_database().unwrap())
        };
        let server = Server::start(config).await.map_err(|error| format!("{error:#}"))?;
        let exists = |file: &str| folder.join(file).exists();
        let values = ("values_setup.yaml", "/v1/query");
        let mut files: Vec<(&str, &str)> = match (exists("schema_setup.yaml"), exists("setup.yaml"))
        {
            (true, true) => {
                vec![("schema_setup.yaml", "/v2/query"), ("setup.yaml", "/v1/metadata"), values]
            }
            (true, false) => vec![("schema_setup.yaml", "/v1/query"), values],
            _ => vec![("setup.yaml", "/v1/query"), values],
        };
        files.retain(|(file, _)| exists(file));
        let before = special.before.clone();
        let mut place = Self {
            server,
            client: reqwest::Client::new(),
            special,
            set_up: !files.is_empty(),
            cut: Vec::new(),
        };
        files.extend(before.iter().map(|file| (file.as_str(), "/v1/metadata")));
        let mut cut = Cut { postgis: place.has_postgis().await?, columns: Vec::new() };
        if cut.postgis {
            let sql = "CREATE EXTENSION postgis; CREATE EXTENSION postgis_topology";
            place.post("/v2/query", &run_sql(sql)).await?;
        }
        for (file, url) in files {
            let said = |error: String| format!("{file}: {error}");
            let text =
                std::fs::read_to_string(folder.join(file)).map_err(|e| said(e.to_string()))?;
            for operation in documents(&text).map_err(said)? {
                place.set_up(url, &operation, &mut cut).await.map_err(said)?;
            }
        }
        place.cut = cut.columns;
        Ok(place)
    }

    async fn has_postgis(&self) -> Result<bool, String> {
        let sql = "SELECT 1 FROM pg_available_extensions WHERE name = 'postgis'";
        let answer = self.post("/v2/query", &run_sql(sql)).await?;
        Ok(answer.get("result").map_or(0, |rows| rows.items().len()) > 1)
    }

    async fn set_up(&self, url: &str, body: &Json, cut: &mut Cut) -> Result<(), String> {
        // A file is one operation, or a list of them.
        let mut pending: Vec<&Json> = match body {
            Json::List(many) => many.iter().rev().collect(),
            one => vec![one],
        };
        while let Some(one) = pending.pop() {
            let kind = one.get("type").and_then(Json::as_str).unwrap_or_default();
            if kind.starts_with("mssql")
                || kind.starts_with("citus")
                || kind.starts_with("bigquery")
            {
                continue;
            }
            if kind == "bulk" {
                pending.extend(one.get("args").map_or(&[] as &[Json], Json::items).iter().rev());
                continue;
            }
            if let Some(sql) =
                one.get("args").and_then(|args| args.get("sql")).and_then(Json::as_str)
            {
                let sql = cut.sql(sql);
                self.post(url, &run_sql(&sql)).await?;
            } else if kind.ends_with("insert") {
                self.post(url, &cut.row(one)).await?;
            } else if !cut.is_about(one) {
                self.post(url, one).await?;
            }
        }
        Ok(())
    }

    async fn post(&self, url: &str, body: &Json) -> Result<Json, String> {
        let answer = self
            .client
            .post(format!("{}{url}", self.server.url()))
            .header("x-hasura-admin-secret", SECRET)
            .body(body.to_string())
            .send()
            .await
            .map_err(|error| error.to_string())?;
        let good = answer.status().is_success();
        let text = answer.text().await.unwrap_or_default();
        if good {
            return Json::parse(&text).map_err(|error| error.to_string());
        }
        let body: String = body.to_string().chars().take(200).collect();
        Err(format!("{body}: {text}"))
    }

    async fn case(&self, file: &Path) -> Verdict {
        let text = std::fs::read_to_string(file).map_err(|error| error.to_string());
        let documents = match text.and_then(|text| documents(&text)) {
            Ok(documents) => documents,
            Err(why) => return Verdict::Refused(format!("the case does not read: {why}")),
        };
        let steps: Vec<Json> = documents
            .into_iter()
            .flat_map(|document| match document {
                Json::List(steps) => steps,
                one => vec![one],
            })
            .collect();
        if steps.is_empty() {
            return Verdict::Refused("the case is empty".to_owned());
        }
        for (index, step) in steps.iter().enumerate() {
            match self.step(step).await {
                Verdict::Right => {}
                Verdict::Refused(why) => return Verdict::Refused(format!("step {index}: {why}")),
                Verdict::Wrong(why) => return Verdict::Wrong(format!("step {index}: {why}")),
            }
        }
        Verdict::Right
    }

    async fn step(&self, step: &Json) -> Verdict {
        let url = step.get("url").and_then(Json::as_str).unwrap_or("/v1/graphql");
        let query = step.get("query").cloned().unwrap_or_default();
        let mut request =
            self.client.post(format!("{}{url}", self.server.url())).body(query.to_string());
        for (name, value) in step.get("headers").map_or(&[] as &[_], Json::entries) {
            let value = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
            request = request.header(name, value);
        }
        if !self.special.no_secret {
            request = request.header("x-hasura-admin-secret", SECRET);
        }
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) => return Verdict::Wrong(format!("no answer: {error}")),
        };
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap_or_default();
        let Ok(actual) = Json::parse(&text) else {
            return Verdict::Wrong(format!("not JSON: {text}"));
        };
        let expected: Vec<&Json> = match step.get("allowed_responses") {
            Some(many) => many.items().iter().filter_map(|one| one.get("response")).collect(),
            None => step.get("response").into_iter().collect(),
        };
        let as_expected = expected.is_empty() || expected.iter().any(|one| same(one, &actual));
        let status_as_expected =
            step.get("status").is_none_or(|expected| expected.to_string() == status.to_string());
        if !as_expected || !status_as_expected {
            if text.contains("hasura-standin does not support this") {
                return Verdict::Refused(text);
            }
            if let Some(column) =
                self.cut.iter().find(|column| query.to_string().contains(column.as_str()))
            {
                return Verdict::Refused(format!(
                    "the set-up had to do without the column {column}"
                ));
            }
            let expected: Vec<_> = expected.iter().map(ToString::to_string).collect();
            return Verdict::Wrong(format!(
                "expected {}, found {status} {actual}",
                expected.join(" or ")
            ));
        }
        if let (Some(data), Some(document)) =
            (actual.get("data"), query.get("query").and_then(Json::as_str))
            && let Err(why) = ordered(document, data)
        {
            return Verdict::Wrong(why);
        }
        Verdict::Right
    }
}

fn run_sql(sql: &str) -> Json {
    Json::Object(vec![
        ("type".to_owned(), Json::text("run_sql")),
        ("args".to_owned(), Json::Object(vec![("sql".to_owned(), Json::text(sql))])),
    ])
}
