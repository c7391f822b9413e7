//! The rows: for each table one that is the caller's own, and those that differ from it in one
//! thing, nullable columns as NULL among them.

use std::fmt::Write as _;

pub(crate) fn id(n: u32) -> String {
    format!("00000000-0000-4000-8000-{n:012x}")
}

pub(crate) const TENANT: u32 = 0xa;
pub(crate) const OTHER_TENANT: u32 = 0xb;
pub(crate) const EVENT: u32 = 0xa1;
pub(crate) const OTHER_EVENT: u32 = 0xa2;
/// The event of the other tenant.
pub(crate) const FOREIGN_EVENT: u32 = 0xb1;
pub(crate) const AREA: u32 = 0xc1;
pub(crate) const OTHER_AREA: u32 = 0xc2;
pub(crate) const ELECTION: u32 = 0xe1;
pub(crate) const OTHER_ELECTION: u32 = 0xe2;
pub(crate) const VOTER: u32 = 0xd1;
pub(crate) const OTHER_VOTER: u32 = 0xd2;
pub(crate) const PERSON: u32 = 0xf1;
pub(crate) const OTHER_PERSON: u32 = 0xf2;

/// One row.
pub(crate) struct Row {
    pub(crate) table: &'static str,
    /// What makes it different, in words of the page.
    pub(crate) label: &'static str,
    /// Columns and values; none is NULL.
    columns: Vec<(&'static str, Option<String>)>,
}

impl Row {
    /// The value of a column, as it was written.
    pub(crate) fn value(&self, column: &str) -> Option<&str> {
        self.columns.iter().find(|(name, _)| *name == column)?.1.as_deref()
    }
}

/// Tenant, event, area, election and voter of a row; each can be somebody else's or nobody's.
#[derive(Clone, Copy)]
struct Of {
    tenant: Option<u32>,
    event: Option<u32>,
    area: Option<u32>,
    election: Option<u32>,
    voter: Option<u32>,
}

const OWN: Of = Of {
    tenant: Some(TENANT),
    event: Some(EVENT),
    area: Some(AREA),
    election: Some(ELECTION),
    voter: Some(VOTER),
};

const FOREIGN: Of = Of { tenant: Some(OTHER_TENANT), event: Some(FOREIGN_EVENT), ..OWN };
const ELSEWHERE: Of = Of { event: Some(OTHER_EVENT), ..OWN };

/// Every row, in an order in which they can be inserted.
pub(crate) fn rows() -> Vec<Row> {
    let mut all = Vec::new();
    for (label, tenant) in [("own", TENANT), ("other tenant", OTHER_TENANT)] {
        all.push(Row {
            table: "tenant",
            label,
            columns: vec![("id", Some(id(tenant))), ("slug", Some(label.to_owned()))],
        });
    }
    let mut add =
        |table, n: u32, label, of: Of, columns: &[&'static str], rest: &[(&'static str, &str)]| {
            let mut row = vec![("id", Some(id(n)))];
            for column in columns {
                row.push((
                    column,
                    match *column {
                        "tenant_id" => of.tenant.map(id),
                        "election_event_id" => of.event.map(id),
                        "area_id" => of.area.map(id),
                        "election_id" => of.election.map(id),
                        "voter_id_string" => of.voter.map(id),
                        _ => None,
                    },
                ));
            }
            row.extend(rest.iter().map(|(name, value)| (*name, Some((*value).to_owned()))));
            all.push(Row { table, label, columns: row });
        };
    let tenant = ["tenant_id"];
    for (n, label, of) in [
        (EVENT, "own", OWN),
        (OTHER_EVENT, "other event", OWN),
        (FOREIGN_EVENT, "other tenant", FOREIGN),
    ] {
        add("election_event", n, label, of, &tenant, &[("name", label)]);
    }
    let event = ["tenant_id", "election_event_id"];
    for (n, label, of) in [
        (ELECTION, "own", OWN),
        (OTHER_ELECTION, "not the voter's", OWN),
        (0xe3, "other event", ELSEWHERE),
        (0xe4, "other tenant", FOREIGN),
    ] {
        add("election", n, label, of, &event, &[("name", label), ("num_allowed_revotes", "0")]);
    }
    for (n, label, of) in [
        (AREA, "own", OWN),
        (OTHER_AREA, "other area", OWN),
        (0xc3, "other event", ELSEWHERE),
        (0xc4, "other tenant", FOREIGN),
    ] {
        add("area", n, label, of, &event, &[]);
    }
    for (n, label, of) in [(0x101, "own", OWN), (0x102, "other tenant", FOREIGN)] {
        add("ballot_publication", n, label, of, &event, &[]);
    }
    let style = ["tenant_id", "election_event_id", "election_id", "area_id"];
    let publication = id(0x101);
    for (n, label, of) in [
        (0x201, "own", OWN),
        (0x202, "other area", Of { area: Some(OTHER_AREA), ..OWN }),
        (0x203, "no area", Of { area: None, ..OWN }),
        (0x204, "not the voter's election", Of { election: Some(OTHER_ELECTION), ..OWN }),
        (0x205, "other event, own area and election", ELSEWHERE),
        (0x206, "other tenant", FOREIGN),
    ] {
        add("ballot_style", n, label, of, &style, &[("ballot_publication_id", &publication)]);
    }
    let vote = ["tenant_id", "election_event_id", "election_id", "area_id", "voter_id_string"];
    for (n, label, of) in [
        (0x301, "own", OWN),
        (0x302, "other voter", Of { voter: Some(OTHER_VOTER), ..OWN }),
        (0x303, "no voter", Of { voter: None, ..OWN }),
        (0x304, "other area", Of { area: Some(OTHER_AREA), ..OWN }),
        (0x305, "no area", Of { area: None, ..OWN }),
        (0x306, "not the voter's election", Of { election: Some(OTHER_ELECTION), ..OWN }),
        (0x307, "no election", Of { election: None, ..OWN }),
        (0x308, "other event, own area and election", ELSEWHERE),
        (0x309, "other event, its own election", Of { election: Some(0xe3), ..ELSEWHERE }),
        (0x30a, "other tenant", FOREIGN),
    ] {
        add("cast_vote", n, label, of, &vote, &[("ballot_id", label), ("content", "sealed")]);
    }
    for (n, label, of) in [
        (0x401, "own", OWN),
        (0x402, "other tenant", FOREIGN),
        (0x403, "no tenant", Of { tenant: None, event: None, ..OWN }),
    ] {
        add("document", n, label, of, &event, &[]);
    }
    for (n, label, of, number) in [
        (0x501, "own event", OWN, "+15195550101"),
        (0x502, "own tenant, every event", Of { event: None, ..OWN }, "+15195550102"),
        (0x503, "other event", ELSEWHERE, "+15195550103"),
        (0x504, "other tenant", FOREIGN, "+15195550104"),
        (0x505, "other tenant, every event", Of { event: None, ..FOREIGN }, "+15195550105"),
    ] {
        add("ivr_phone_blacklist", n, label, of, &event, &[("phone_number", number)]);
    }
    for (n, label, of, by) in [
        (0x601, "own tenant, asked by this person", OWN, PERSON),
        (0x602, "own tenant, asked by another person", ELSEWHERE, OTHER_PERSON),
        (0x603, "other tenant", FOREIGN, PERSON),
    ] {
        let by = id(by);
        let rest = [("requested_by", by.as_str()), ("purpose", "complaint")];
        add("ivr_raw_export", n, label, of, &event, &rest);
    }
    for (label, of, number) in [
        ("own event", OWN, Some("+15195550111")),
        ("own event, number withheld", OWN, None),
        ("other event", ELSEWHERE, Some("+15195550112")),
        ("other tenant", FOREIGN, Some("+15195550113")),
    ] {
        all.push(Row {
            table: "ivr_call_log",
            label,
            columns: vec![
                ("contact_id", Some(format!("contact-{}", label.replace([' ', ','], "-")))),
                ("tenant_id", of.tenant.map(id)),
                ("election_event_id", of.event.map(id)),
                ("phone_e164", number.map(str::to_owned)),
                ("stage", Some("completed".to_owned())),
                ("voter_id", Some("voter".to_owned())),
                ("votes", Some("1".to_owned())),
                ("started_at", Some("2026-05-01T10:00:00Z".to_owned())),
            ],
        });
    }
    all
}

/// One statement for each row.
pub(crate) fn sql(rows: &[Row]) -> String {
    let mut sql = String::new();
    for row in rows {
        let names: Vec<&str> = row.columns.iter().map(|(name, _)| *name).collect();
        let values: Vec<String> = row
            .columns
            .iter()
            .map(|(_, value)| {
                value.as_ref().map_or("NULL".to_owned(), |v| format!("'{}'", v.replace('\'', "''")))
            })
            .collect();
        let _ = writeln!(
            sql,
            "INSERT INTO sequent_backend.{} ({}) VALUES ({});",
            row.table,
            names.join(", "),
            values.join(", ")
        );
    }
    sql
}
