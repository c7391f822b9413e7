//! The election: which channels it names, and whether one takes votes now (facts 4.3, 7).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio_postgres::Transaction;
use uuid::Uuid;

use super::channel::Channel;
use super::refusal::Refusal;
use super::settings::Patches;

/// What is looked at of an election.
pub(super) struct Election {
    named: Vec<Channel>,
    periods: BTreeMap<Channel, Period>,
    pub(super) num_allowed_revotes: Option<i32>,
}

/// How a channel stands.
#[derive(Default)]
struct Period {
    state: State,
    dates: Dates,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum State {
    #[default]
    NotStarted,
    Open,
    Paused,
    Closed,
}

#[derive(Default, Deserialize)]
struct Dates {
    last_started_at: Option<DateTime<Utc>>,
    last_stopped_at: Option<DateTime<Utc>>,
}

impl Election {
    /// The election, which is one of the event.
    pub(super) async fn read(
        transaction: &Transaction<'_>,
        tenant: Uuid,
        event: Uuid,
        election: Uuid,
    ) -> Result<Self, Refusal> {
        let sql =
            "SELECT voting_channels, status, num_allowed_revotes FROM sequent_backend.election
                   WHERE tenant_id = $1 AND election_event_id = $2 AND id = $3";
        let row = transaction.query_opt(sql, &[&tenant, &event, &election]).await;
        let row = row.ok().flatten().ok_or(Refusal::CheckStatusInternalFailed)?;
        let unreadable = |_| Refusal::CheckStatusInternalFailed;
        Ok(Self {
            periods: periods(row.get(1)).map_err(unreadable)?,
            named: named(row.get(0)).map_err(unreadable)?,
            num_allowed_revotes: row.get(2),
        })
    }

    pub(super) fn names(&self, channel: Channel) -> bool {
        self.named.contains(&channel)
    }

    /// Early voting is open and ordinary voting has not begun.
    pub(super) fn is_before_online(&self) -> bool {
        self.state(Channel::EarlyVoting) == State::Open
            && self.state(Channel::Online) == State::NotStarted
    }

    fn state(&self, channel: Channel) -> State {
        self.periods.get(&channel).map(|period| period.state).unwrap_or_default()
    }

    /// Whether the voter may vote in it now through `channel`: the election's own status, never
    /// the event's. `area_votes_early` is a way past a channel that is not open: what is open then
    /// is early voting, and the platform does not ask through which channel.
    pub(super) fn check(
        &self,
        channel: Channel,
        area_votes_early: bool,
        now: DateTime<Utc>,
        patches: &Patches,
    ) -> Result<(), Refusal> {
        if !self.names(channel) {
            return Err(Refusal::VotingChannelNotEnabled { own_code: patches.ballot_once });
        }
        let barred = channel == Channel::Telephone && patches.early_not_by_telephone;
        if area_votes_early && self.is_before_online() && !barred {
            return Ok(());
        }
        if self.state(channel) != State::Open {
            return Err(Refusal::CheckStatusFailed("Election voting status is not open"));
        }
        let dates = self.periods.get(&channel).map(|period| &period.dates);
        let started = dates.and_then(|dates| dates.last_started_at);
        let stopped = dates.and_then(|dates| dates.last_stopped_at);
        let undone = patches.reopening && started.is_some() && started > stopped;
        match stopped {
            Some(stopped) if now > stopped && !undone => {
                Err(Refusal::CheckStatusFailed("Cannot vote outside of the voting period"))
            }
            _ => Ok(()),
        }
    }
}

/// Where nothing is said it is online voting, and nothing else.
fn named(column: Option<Value>) -> Result<Vec<Channel>, serde_json::Error> {
    let Some(column) = column else { return Ok(vec![Channel::Online]) };
    let said: BTreeMap<String, Value> = serde_json::from_value(column)?;
    let mut named = Vec::new();
    for channel in Channel::ALL {
        let said = said.get(channel.key()).cloned().unwrap_or_default();
        if serde_json::from_value::<Option<bool>>(said)? == Some(true) {
            named.push(channel);
        }
    }
    Ok(named)
}

/// Where nothing is said nothing has started; what is said must be something there is.
fn periods(column: Option<Value>) -> Result<BTreeMap<Channel, Period>, serde_json::Error> {
    let mut said: Map<String, Value> = match column {
        Some(column) => serde_json::from_value(column)?,
        None => Map::new(),
    };
    let mut periods = BTreeMap::new();
    for channel in Channel::ALL {
        let mut period = Period::default();
        if let Some(state) = said.remove(&format!("{}voting_status", channel.prefix())) {
            period.state = serde_json::from_value(state)?;
        }
        if let Some(dates) = said.remove(&format!("{}voting_period_dates", channel.prefix())) {
            period.dates = serde_json::from_value(dates)?;
        }
        periods.insert(channel, period);
    }
    Ok(periods)
}
