//! The five documents, each compiled against what a server serves to its role.
//!
//! A document that asks for more than its role may have does not compile.

#![allow(missing_docs, reason = "what the derive generates cannot be documented")]

use chrono::{DateTime, Utc};
use graphql_client::GraphQLQuery;

use crate::adapters::http::SMALL_BODY;

type Uuid = uuid::Uuid;
type Jsonb = serde_json::Value;
type Timestamptz = DateTime<Utc>;

// The compiler knows of the documents by itself, of the schemas only through these.
const _: &str = include_str!("../../../../hasura/schema/user.graphql");
const _: &str = include_str!("../../../../hasura/schema/can_read_phone_blacklist.graphql");
const _: &str = include_str!("../../../../hasura/schema/can_record_ivr_call.graphql");

/// What is sent, and as whom.
pub trait Document: GraphQLQuery {
    /// The operation's name.
    const NAME: &'static str;
    /// Its text.
    const TEXT: &'static str;
    /// The role that it is sent in (`x-hasura-role`).
    const ROLE: &'static str;
    /// The most bytes of an answer.
    const BODY_LIMIT: usize;
}

/// Lists: of every election of an event, of every ballot of a voter.
const LIST: usize = 1024 * 1024;

/// The role of voters.
pub const VOTER: &str = "user";
/// Who reads the blacklist.
pub const READS_BLACKLIST: &str = "can_read_phone_blacklist";
/// Who records calls.
pub const RECORDS_CALLS: &str = "can_record_ivr_call";

/// Whether the event is open on each channel.
#[derive(Debug, GraphQLQuery)]
#[graphql(
    schema_path = "../hasura/schema/user.graphql",
    query_path = "../hasura/graphql/GetElectionEventStatus.graphql",
    normalization = "rust",
    skip_serializing_none
)]
pub struct GetElectionEventStatus;

/// The same of each election, with its channels and how many ballots it allows.
#[derive(Debug, GraphQLQuery)]
#[graphql(
    schema_path = "../hasura/schema/user.graphql",
    query_path = "../hasura/graphql/GetElections.graphql",
    normalization = "rust",
    skip_serializing_none
)]
pub struct GetElections;

/// The voter's ballots, without content.
#[derive(Debug, GraphQLQuery)]
#[graphql(
    schema_path = "../hasura/schema/user.graphql",
    query_path = "../hasura/graphql/GetCastVotes.graphql",
    normalization = "rust",
    skip_serializing_none
)]
pub struct GetCastVotes;

/// Whether a number is blocked.
#[derive(Debug, GraphQLQuery)]
#[graphql(
    schema_path = "../hasura/schema/can_read_phone_blacklist.graphql",
    query_path = "../hasura/graphql/IsPhoneBlacklisted.graphql",
    normalization = "rust",
    skip_serializing_none
)]
pub struct IsPhoneBlacklisted;

/// That somebody called, and how far the call came.
#[derive(Debug, GraphQLQuery)]
#[graphql(
    schema_path = "../hasura/schema/can_record_ivr_call.graphql",
    query_path = "../hasura/graphql/RecordCall.graphql",
    normalization = "rust",
    skip_serializing_none
)]
pub struct RecordCall;

macro_rules! document {
    ($document:ident, $module:ident, $role:expr, $limit:expr) => {
        impl Document for $document {
            const NAME: &'static str = $module::OPERATION_NAME;
            const TEXT: &'static str = $module::QUERY;
            const ROLE: &'static str = $role;
            const BODY_LIMIT: usize = $limit;
        }
    };
}

document!(GetElectionEventStatus, get_election_event_status, VOTER, SMALL_BODY);
document!(GetElections, get_elections, VOTER, LIST);
document!(GetCastVotes, get_cast_votes, VOTER, LIST);
document!(IsPhoneBlacklisted, is_phone_blacklisted, READS_BLACKLIST, SMALL_BODY);
document!(RecordCall, record_call, RECORDS_CALLS, SMALL_BODY);
