//! The schema of types that are the engine's own.
//!
//! The file is read into the engine's types; these twins exist for the schema alone, and a test
//! compares their fields.

use schemars::JsonSchema;
use uuid::Uuid;

/// One entry of the routing file. Its addresses are names only: nothing is fetched from them.
#[derive(JsonSchema)]
#[schemars(rename = "PhoneConfig", deny_unknown_fields)]
#[allow(dead_code, reason = "only the schema is made from it")]
pub(super) struct PhoneConfigSchema {
    /// The dialled number, E.164.
    #[schemars(regex(pattern = r"^\+[1-9][0-9]{6,14}$"))]
    phone_number: String,
    /// The tenant.
    tenant_id: Uuid,
    /// The election event.
    election_event_id: Uuid,
    /// The cluster that owns the event.
    cluster_id: String,
    /// The region of the cluster.
    region: String,
    /// The deployment within the cluster.
    environment: String,
    /// Keycloak's base URL.
    keycloak_url: String,
    /// Harvest's base URL.
    harvest_url: String,
    /// Hasura's base URL.
    hasura_url: String,
    /// Where publications are.
    s3_public_base_url: String,
    /// The language before one is chosen.
    default_language: String,
    /// A disabled number answers like an unknown one.
    enabled: bool,
    /// Pins the published document.
    #[schemars(default)]
    document_id: Option<String>,
    /// Pins the publication.
    #[schemars(default)]
    publication_id: Option<String>,
    /// IANA time zone of the election, for the date on ballots; else UTC.
    #[schemars(default)]
    time_zone: Option<String>,
    /// What happens to callers who withhold their number.
    #[schemars(default)]
    withheld_caller: WithheldCallerSchema,
}

/// What happens to callers who withhold their number.
#[derive(Default, serde::Serialize, JsonSchema)]
#[schemars(rename = "WithheldCaller")]
#[serde(rename_all = "snake_case")]
#[allow(dead_code, reason = "only the schema is made from it")]
pub(super) enum WithheldCallerSchema {
    /// They vote like everybody.
    #[default]
    Allow,
    /// The call is not available to them.
    Refuse,
}

/// The platform's status of the telephone channel.
#[derive(JsonSchema)]
#[schemars(rename = "VotingStatus", rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(dead_code, reason = "only the schema is made from it")]
pub(super) enum VotingStatusSchema {
    /// Has not begun.
    NotStarted,
    /// Open.
    Open,
    /// Interrupted; will go on.
    Paused,
    /// Over.
    Closed,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use ivr_core::language::Language;
    use ivr_core::ports::{PhoneConfig, VotingStatus, WithheldCaller};

    use super::*;

    #[test]
    fn the_schema_of_a_routing_entry_has_its_fields() {
        let entry = PhoneConfig {
            phone_number: "+18005550100".into(),
            tenant_id: Uuid::nil(),
            election_event_id: Uuid::nil(),
            cluster_id: String::new(),
            region: String::new(),
            environment: String::new(),
            keycloak_url: String::new(),
            harvest_url: String::new(),
            hasura_url: String::new(),
            s3_public_base_url: String::new(),
            default_language: Language::english(),
            enabled: true,
            document_id: None,
            publication_id: None,
            time_zone: None,
            withheld_caller: WithheldCaller::Allow,
        };
        let entry = serde_json::to_value(&entry).unwrap();
        let names: BTreeSet<_> = entry.as_object().unwrap().keys().cloned().collect();
        let schema = schemars::schema_for!(PhoneConfigSchema).to_value();
        let described: BTreeSet<_> =
            schema["properties"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(described, names);
    }

    #[test]
    fn the_schema_of_a_status_has_its_values() {
        let all = [
            VotingStatus::NotStarted,
            VotingStatus::Open,
            VotingStatus::Paused,
            VotingStatus::Closed,
        ];
        let schema = schemars::schema_for!(VotingStatusSchema).to_value().to_string();
        for status in all {
            assert!(schema.contains(&serde_json::to_string(&status).unwrap()), "{status:?}");
        }
    }
}
