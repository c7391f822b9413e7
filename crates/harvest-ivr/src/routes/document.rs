//! The OpenAPI document: made from the routes, served, and checked in as `openapi.json`.

use axum::Json;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    Components, Content, InfoBuilder, License, OpenApi, OpenApiBuilder, Ref, RefOr,
};
use utoipa::{PartialSchema, ToSchema};

use super::refusal::Problem;

/// Where it is served.
pub(super) const PATH: &str = "/openapi.json";

/// The title, and how one shows who one is.
pub(super) fn beginning() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Telephone voting: blacklist, call log, ballots by channel")
        .version("1")
        .description(Some(
            "Behind Harvest, which hands everything below /ivr/ on. Each operation needs an access \
             token of an administrator; tenant and permissions are read from it and from nowhere \
             else. Each refusal of this service has the same shape; what Harvest refuses or cannot \
             hand on it answers in its own. No answer may be stored.",
        ))
        .license(Some(License::new("Apache-2.0")))
        .build();
    let mut components = Components::new();
    let mut bearer = Http::new(HttpAuthScheme::Bearer);
    bearer.bearer_format = Some("JWT".to_owned());
    components.add_security_scheme("token", SecurityScheme::Http(bearer));
    OpenApiBuilder::new().info(info).components(Some(components)).build()
}

/// Adds what is true of every route.
pub(super) fn completed(mut document: OpenApi) -> OpenApi {
    let components = document.components.get_or_insert_default();
    let mut schemas = vec![(Problem::name().into_owned(), Problem::schema())];
    Problem::schemas(&mut schemas);
    components.schemas.extend(schemas);
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            operation.security = Some(vec![SecurityRequirement::new("token", [""; 0])]);
            let takes = operation.request_body.is_some();
            let mut asked = operation.parameters.iter().flatten();
            let asks = asked.any(|one| matches!(one, RefOr::T(one) if in_query(one)));
            let mut refused = vec![
                ("401", "No token, or none that is accepted."),
                ("403", "Without the permission."),
                ("500", "Something is wrong on this side."),
                ("503", "The database or a realm's keys cannot be had now."),
            ];
            if takes || asks {
                refused.push(("400", "A field or the body is not what it is to be."));
            }
            if takes {
                refused.push(("413", "The body is larger than 64 KiB."));
                refused.push(("415", "The body is not application/json."));
            }
            for (status, description) in refused {
                let content = Content::new(Some(Ref::from_schema_name(Problem::name())));
                let response = ResponseBuilder::new()
                    .description(description)
                    .content("application/json", content)
                    .build();
                operation.responses.responses.insert(status.to_owned(), response.into());
            }
        }
    }
    document
}

fn in_query(parameter: &Parameter) -> bool {
    matches!(parameter.parameter_in, ParameterIn::Query)
}

/// The operations of a path.
fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.patch, &mut item.delete].into_iter().flatten()
}

pub(super) fn serve(document: &OpenApi) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], Json(document)).into_response()
}
