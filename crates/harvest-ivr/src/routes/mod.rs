//! The routes that the platform gains: blacklist, call log, exports, ballots by channel (design 6.3,
//! 14.2).
//!
//! A service of its own behind Harvest, which hands everything below `/ivr/` on and knows none of it.
//! Tokens are verified here. Who somebody is, of which tenant and with which permissions, is read
//! from the verified token and from nowhere else.

mod add_caller;
mod ballots;
mod blacklist;
mod buckets;
mod calls;
mod document;
mod exports;
mod gate;
mod input;
pub mod issuers;
mod keys;
mod page;
mod permission;
mod person;
mod refusal;
pub mod retention;
pub mod server;
mod sheet;
mod state;
mod transaction;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State as Of};
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use gate::gate;
use permission::Permission;
use refusal::{Refusal, log};
pub use state::State;

/// The largest body that is read; Harvest hands no larger one on.
const BODY: usize = 64 * 1024;

/// All routes over a state.
pub fn router(state: State) -> Router {
    let state = Arc::new(state);
    let (router, document) = routed(&state).split_for_parts();
    let document = document::completed(document);
    router
        .route(document::PATH, get(async move || document::serve(&document)))
        .method_not_allowed_fallback(async || Refusal::Method)
        .fallback(async || Refusal::NotFound)
        .layer(DefaultBodyLimit::max(BODY))
        .layer(from_fn_with_state(Arc::clone(&state), in_time))
        .layer(map_response(not_stored))
        .with_state(state)
}

/// Each route with its description, behind the permission that it needs.
fn routed(state: &Arc<State>) -> OpenApiRouter<Arc<State>> {
    let behind = |permission: Permission, routes: OpenApiRouter<Arc<State>>| {
        routes.route_layer(from_fn_with_state((Arc::clone(state), permission), gate))
    };
    let manage = OpenApiRouter::new()
        .routes(routes!(blacklist::list, blacklist::create))
        .routes(routes!(blacklist::annotate, blacklist::delete))
        .routes(routes!(calls::list))
        .routes(routes!(add_caller::add_caller))
        .routes(routes!(exports::masked));
    let raw = OpenApiRouter::new().routes(routes!(exports::raw));
    let ballots = OpenApiRouter::new().routes(routes!(ballots::by_channel));
    OpenApiRouter::with_openapi(document::beginning())
        .merge(behind(Permission::ManageBlacklist, manage))
        .merge(behind(Permission::ExportRaw, raw))
        .merge(behind(Permission::ReadBallots, ballots))
}

/// Whatever it waits for (a slow sender, keys, the database), somebody gets an answer.
async fn in_time(
    Of(state): Of<Arc<State>>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let answer = tokio::time::timeout(state.time_limit, next.run(request)).await;
    answer.map_err(|_| {
        log("no answer to a request in time");
        Refusal::Unavailable
    })
}

/// No answer is kept by anybody on the way.
async fn not_stored(mut answer: Response) -> Response {
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
