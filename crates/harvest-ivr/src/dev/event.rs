//! The area, which fixes the event, and what of the event decides (facts 4.3, 2 to 6).

use ivr_ballot::BallotKind;
use serde_json::{Value, json};
use tokio_postgres::Transaction;
use uuid::Uuid;

use super::refusal::Refusal;
use super::settings::Patches;

pub(super) struct Area {
    pub(super) event_id: Uuid,
    presentation: Option<Value>,
    pub(super) votes_early: bool,
}

pub(super) struct Event {
    pub(super) kind: BallotKind,
    pub(super) archived: bool,
    has_board: bool,
}

impl Area {
    pub(super) async fn read(
        transaction: &Transaction<'_>,
        tenant: Uuid,
        area: Uuid,
    ) -> Result<Self, Refusal> {
        let sql = "SELECT election_event_id, presentation FROM sequent_backend.area
                   WHERE tenant_id = $1 AND id = $2";
        let row = transaction.query_opt(sql, &[&tenant, &area]).await;
        let row = row.map_err(|_| Refusal::GetAreaIdFailed)?.ok_or(Refusal::AreaNotFound)?;
        let presentation: Option<Value> = row.get(1);
        let policy = presentation.as_ref().map(|all| all["allow_early_voting"].clone());
        let votes_early = policy == Some(Value::from("allow_early_voting"));
        Ok(Self { event_id: row.get(0), presentation, votes_early })
    }

    /// Its presentation is an object whose policy is one that there is.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        let unreadable = Err(Refusal::DeserializeAreaPresentationFailed);
        match &self.presentation {
            None => Ok(()),
            Some(Value::Object(fields)) => match fields.get("allow_early_voting") {
                None | Some(Value::Null) => Ok(()),
                Some(Value::String(policy))
                    if policy == "allow_early_voting" || policy == "no_early_voting" =>
                {
                    Ok(())
                }
                Some(_) => unreadable,
            },
            Some(_) => unreadable,
        }
    }
}

impl Event {
    pub(super) async fn read(
        transaction: &Transaction<'_>,
        tenant: Uuid,
        event: Uuid,
        patches: &Patches,
    ) -> Result<Self, Refusal> {
        let sql = "SELECT presentation, is_archived, bulletin_board_reference IS NOT NULL
                   FROM sequent_backend.election_event WHERE tenant_id = $1 AND id = $2";
        let row = transaction.query_opt(sql, &[&tenant, &event]).await;
        let row = row.ok().flatten().ok_or(Refusal::ElectionEventNotFound)?;
        let presentation = row.get::<_, Option<Value>>(0).unwrap_or_else(|| json!({}));
        if !presentation.is_object() || !texts_are_texts(&presentation["i18n"], patches) {
            return Err(Refusal::ElectionEventNotFound);
        }
        let kind = match &presentation["contest_encryption_policy"] {
            Value::Null => BallotKind::SingleContest,
            policy if policy == "single-contest" => BallotKind::SingleContest,
            policy if policy == "multiple-contests" => BallotKind::MultipleContests,
            _ => return Err(Refusal::ElectionEventNotFound),
        };
        Ok(Self { kind, archived: row.get(1), has_board: row.get(2) })
    }

    /// The board of the electoral log.
    pub(super) fn check_board(&self) -> Result<(), Refusal> {
        if self.has_board { Ok(()) } else { Err(Refusal::ElectoralLogNotFound) }
    }
}

/// Whether `i18n` is texts by key by language; the patched platform reads over nested prompts,
/// on the other one nobody votes in such an event (facts 3.6).
fn texts_are_texts(i18n: &Value, patches: &Patches) -> bool {
    let Value::Object(languages) = i18n else { return i18n.is_null() };
    languages.values().all(|texts| {
        let Value::Object(texts) = texts else { return false };
        texts.iter().all(|(key, text)| {
            text.is_string() || text.is_null() || (patches.i18n_ivr && key == "ivr")
        })
    })
}
