// SPDX-License-Identifier: Apache-2.0
//! The small object that names an event's current publication.

use serde_json::{Value, json};

/// Where it is on the public bucket.
pub fn key(tenant_id: &str, election_event_id: &str) -> String {
    format!("tenant-{tenant_id}/event-{election_event_id}/ivr-current.json")
}

/// What it says.
pub fn pointer(document_id: &str, publication_id: &str) -> Value {
    json!({ "document_id": document_id, "publication_id": publication_id })
}
