//! Who may do what: the matrix as data. What is not here must not exist for the role at all.

use Columns::{AllBut, Only};

/// Every role of the matrix, with whom it stands for.
pub(crate) const ROLES: [(&str, &str); 7] = [
    ("user", "a voter's token"),
    ("can_read_phone_blacklist", "the service's token of one event"),
    ("can_record_ivr_call", "the same service"),
    ("can_manage_phone_blacklist", "a person of a tenant"),
    ("can_export_raw_phone", "a person of a tenant"),
    ("service-account", "the platform's own services"),
    ("nobody-knows-this-role", "a role without any permission"),
];

/// Every tracked table and view.
pub(crate) const TABLES: [&str; 15] = [
    "tenant",
    "election_event",
    "election",
    "area",
    "ballot_publication",
    "ballot_style",
    "cast_vote",
    "document",
    "ivr_phone_blacklist",
    "ivr_phone_blacklist_audit",
    "ivr_call_log",
    "ivr_call_activity",
    "ivr_raw_export",
    "ivr_raw_export_open",
    "ivr_call_raw",
];

/// What can be done with a table.
pub(crate) const OPERATIONS: [&str; 5] = ["select", "aggregate", "insert", "update", "delete"];

/// The columns that a role reads.
#[derive(Clone, Copy)]
pub(crate) enum Columns {
    AllBut(&'static [&'static str]),
    Only(&'static [&'static str]),
}

/// That a role reads a table: which rows of the world, and which not.
pub(crate) struct Reads {
    pub(crate) role: &'static str,
    pub(crate) table: &'static str,
    /// The column by which a row is asked for.
    pub(crate) key: &'static str,
    pub(crate) sees: &'static [&'static str],
    pub(crate) hides: &'static [&'static str],
    pub(crate) columns: Columns,
    pub(crate) totals: bool,
}

const MASKED_ENTRY: Columns = Only(&[
    "created_at",
    "created_by",
    "election_event_id",
    "id",
    "masked_number",
    "reason",
    "tenant_id",
]);
const OWN_TENANT: &[&str] = &["own event", "own tenant, every event", "other event"];
const OTHER_TENANT: &[&str] = &["other tenant", "other tenant, every event"];
const OWN_TENANTS_CALLS: &[&str] = &["own event", "own event, number withheld", "other event"];
const EVERY_ENTRY: &[&str] = &[
    "own event",
    "own tenant, every event",
    "other event",
    "other tenant",
    "other tenant, every event",
];
const EVERY_CALL: &[&str] =
    &["own event", "own event, number withheld", "other event", "other tenant"];

/// Everything that is read.
pub(crate) const READS: &[Reads] = &[
    // The platform's own permissions, in development as on the platform.
    Reads {
        role: "user",
        table: "tenant",
        key: "id",
        sees: &["own"],
        hides: &["other tenant"],
        columns: AllBut(&["test"]),
        totals: false,
    },
    Reads {
        role: "user",
        table: "election_event",
        key: "id",
        sees: &["own", "other event"],
        hides: &["other tenant"],
        columns: AllBut(&["statistics"]),
        totals: false,
    },
    Reads {
        role: "user",
        table: "election",
        key: "id",
        sees: &["own", "not the voter's", "other event"],
        hides: &["other tenant"],
        columns: AllBut(&["statistics", "permission_label", "keys_ceremony_id"]),
        totals: false,
    },
    Reads {
        role: "user",
        table: "area",
        key: "id",
        sees: &["own"],
        hides: &["other area", "other event", "other tenant"],
        columns: AllBut(&[]),
        totals: false,
    },
    Reads {
        role: "user",
        table: "ballot_style",
        key: "id",
        sees: &["own", "other event, own area and election"],
        hides: &["other area", "no area", "not the voter's election", "other tenant"],
        columns: AllBut(&[]),
        totals: true,
    },
    Reads {
        role: "user",
        table: "cast_vote",
        key: "id",
        sees: &["own", "other event, own area and election"],
        hides: &[
            "other voter",
            "no voter",
            "other area",
            "no area",
            "not the voter's election",
            "no election",
            "other event, its own election",
            "other tenant",
        ],
        columns: AllBut(&[]),
        totals: true,
    },
    Reads {
        role: "user",
        table: "document",
        key: "id",
        sees: &["own", "other tenant", "no tenant"],
        hides: &[],
        columns: AllBut(&[]),
        totals: true,
    },
    Reads {
        role: "service-account",
        table: "tenant",
        key: "id",
        sees: &["own", "other tenant"],
        hides: &[],
        columns: AllBut(&["test"]),
        totals: true,
    },
    Reads {
        role: "service-account",
        table: "election_event",
        key: "id",
        sees: &["own", "other event", "other tenant"],
        hides: &[],
        columns: AllBut(&[]),
        totals: true,
    },
    Reads {
        role: "service-account",
        table: "election",
        key: "id",
        sees: &["own", "not the voter's", "other event", "other tenant"],
        hides: &[],
        columns: AllBut(&["keys_ceremony_id"]),
        totals: true,
    },
    Reads {
        role: "service-account",
        table: "area",
        key: "id",
        sees: &["own", "other area", "other event", "other tenant"],
        hides: &[],
        columns: AllBut(&[]),
        totals: true,
    },
    Reads {
        role: "service-account",
        table: "ballot_publication",
        key: "id",
        sees: &["own", "other tenant"],
        hides: &[],
        columns: AllBut(&[]),
        totals: true,
    },
    Reads {
        role: "service-account",
        table: "ballot_style",
        key: "id",
        sees: &[
            "own",
            "other area",
            "no area",
            "not the voter's election",
            "other event, own area and election",
            "other tenant",
        ],
        hides: &[],
        columns: AllBut(&[]),
        totals: true,
    },
    Reads {
        role: "service-account",
        table: "cast_vote",
        key: "id",
        sees: &[
            "own",
            "other voter",
            "no voter",
            "other area",
            "no area",
            "not the voter's election",
            "no election",
            "other event, own area and election",
            "other event, its own election",
            "other tenant",
        ],
        hides: &[],
        columns: AllBut(&[]),
        totals: true,
    },
    Reads {
        role: "service-account",
        table: "document",
        key: "id",
        sees: &["own", "other tenant", "no tenant"],
        hides: &[],
        columns: AllBut(&[]),
        totals: true,
    },
    // Ours.
    Reads {
        role: "can_read_phone_blacklist",
        table: "ivr_phone_blacklist",
        key: "phone_number",
        sees: &["own event", "own tenant, every event"],
        hides: &["other event", "other tenant", "other tenant, every event"],
        columns: Only(&["phone_number", "tenant_id", "election_event_id"]),
        totals: false,
    },
    Reads {
        role: "can_manage_phone_blacklist",
        table: "ivr_phone_blacklist",
        key: "id",
        sees: OWN_TENANT,
        hides: OTHER_TENANT,
        columns: MASKED_ENTRY,
        totals: true,
    },
    Reads {
        role: "can_manage_phone_blacklist",
        table: "ivr_phone_blacklist_audit",
        key: "entry_id",
        sees: OWN_TENANT,
        hides: OTHER_TENANT,
        columns: AllBut(&[]),
        totals: true,
    },
    Reads {
        role: "can_manage_phone_blacklist",
        table: "ivr_call_activity",
        key: "id",
        sees: OWN_TENANTS_CALLS,
        hides: &["other tenant"],
        columns: AllBut(&[]),
        totals: true,
    },
    Reads {
        role: "can_export_raw_phone",
        table: "ivr_call_raw",
        key: "id",
        sees: &["own event"],
        hides: &["own event, number withheld", "other event", "other tenant"],
        columns: AllBut(&[]),
        totals: false,
    },
    Reads {
        role: "can_export_raw_phone",
        table: "ivr_raw_export",
        key: "id",
        sees: &["own tenant, asked by this person", "own tenant, asked by another person"],
        hides: &["other tenant"],
        columns: AllBut(&[]),
        totals: false,
    },
    Reads {
        role: "service-account",
        table: "ivr_phone_blacklist",
        key: "id",
        sees: EVERY_ENTRY,
        hides: &[],
        columns: MASKED_ENTRY,
        totals: true,
    },
    Reads {
        role: "service-account",
        table: "ivr_phone_blacklist_audit",
        key: "entry_id",
        sees: EVERY_ENTRY,
        hides: &[],
        columns: AllBut(&[]),
        totals: true,
    },
    Reads {
        role: "service-account",
        table: "ivr_call_log",
        key: "contact_id",
        sees: EVERY_CALL,
        hides: &[],
        columns: AllBut(&["phone_e164", "voter_id"]),
        totals: true,
    },
    Reads {
        role: "service-account",
        table: "ivr_call_activity",
        key: "id",
        sees: EVERY_CALL,
        hides: &[],
        columns: AllBut(&[]),
        totals: true,
    },
    Reads {
        role: "service-account",
        table: "ivr_raw_export",
        key: "id",
        sees: &[
            "own tenant, asked by this person",
            "own tenant, asked by another person",
            "other tenant",
        ],
        hides: &[],
        columns: AllBut(&[]),
        totals: true,
    },
];

/// What is written, by the cases of `writing.rs`.
pub(crate) const WRITES: [(&str, &str, &str); 4] = [
    ("user", "cast_vote", "insert"),
    ("can_record_ivr_call", "ivr_call_log", "insert"),
    ("can_record_ivr_call", "ivr_call_log", "update"),
    ("can_export_raw_phone", "ivr_raw_export", "insert"),
];

/// The functions that are tracked, with the role that may ask them and the table of their rows.
pub(crate) const FUNCTIONS: [(&str, &str, &str); 2] = [
    ("ivr_call_activity_matching", "can_manage_phone_blacklist", "ivr_call_activity"),
    ("ivr_phone_blacklist_with_number", "can_manage_phone_blacklist", "ivr_phone_blacklist"),
];

/// Whether a role may do that with a table at all.
pub(crate) fn exists(role: &str, table: &str, operation: &str) -> bool {
    let reads = READS.iter().find(|reads| reads.role == role && reads.table == table);
    match operation {
        "select" => reads.is_some(),
        "aggregate" => reads.is_some_and(|reads| reads.totals),
        _ => WRITES.contains(&(role, table, operation)),
    }
}
