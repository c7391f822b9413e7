//! What can be switched: what the platform must gain, and how it misbehaves.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What the patched platform has and the one of today has not, named as the edits of
/// `harvest-patches` are. All on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Patches {
    /// The channel TELEPHONE.
    pub telephone_channel: bool,
    /// `ivr-voting` is a voter's client, the kiosk's old name is one too, and the portal votes
    /// early where the area may.
    pub azp_client: bool,
    /// An open early voting, which is a way past a channel that is closed, is none for the telephone.
    /// A part of `azp_client` that shows only beside the rest of it.
    pub early_not_by_telephone: bool,
    /// Nested prompts in an event's `i18n` are read over.
    pub i18n_ivr: bool,
    /// One cast of a voter in an election at a time.
    pub voter_lock: bool,
    /// A ballot is in the box of an election once; and a channel that is not enabled has a code of
    /// its own, which came with it.
    pub ballot_once: bool,
    /// A stop that a later start has undone no longer counts.
    pub reopening: bool,
    /// The channel stands in the row.
    pub cast_vote_channel: bool,
    /// `auth_time` is in seconds, not in milliseconds.
    pub auth_time: bool,
}

impl Default for Patches {
    fn default() -> Self {
        Self {
            telephone_channel: true,
            azp_client: true,
            early_not_by_telephone: true,
            i18n_ivr: true,
            voter_lock: true,
            ballot_once: true,
            reopening: true,
            cast_vote_channel: true,
            auth_time: true,
        }
    }
}

/// A way to misbehave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HabitName {
    /// The connection breaks before anything is read.
    LostRequest,
    /// After the commit something fails, and the whole is tried again (facts 4.3, 9).
    ErrorAfterCommit,
    /// What was inserted is committed later: after `milliseconds`, or when it is released. The
    /// answer waits for it, or, with `status`, says that at once and nothing more.
    LateCommit,
    /// The ballot is recorded, and the connection breaks; with `silent` it stays, and says nothing.
    LostReply,
    /// `status` (500) in the platform's words.
    ServerError,
    /// `status` (503) and nothing else.
    EmptyError,
    /// A page of whatever stands before the platform, with `status` (502).
    Html,
}

/// How often and how it does so. Whoever goes away does not stop what has begun.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Habit {
    /// How many times still; without it, always.
    pub times: Option<u32>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// How long.
    pub milliseconds: Option<u64>,
    /// Only after a ballot was recorded, in place of the answer that says so. Of the three answers
    /// that are not the platform's; the others say when by themselves.
    pub after_commit: bool,
    /// No end of the connection.
    pub silent: bool,
}

impl HabitName {
    /// As it is written in settings.
    fn text(self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_value(self)?.as_str().unwrap_or_default().to_owned())
    }
}

impl Habit {
    /// A field that is set and that this habit does not look at.
    fn unread(&self, name: HabitName) -> Option<&'static str> {
        use HabitName::{EmptyError, Html, LateCommit, LostReply, LostRequest, ServerError};
        let answers = matches!(name, ServerError | EmptyError | Html);
        let breaks = matches!(name, LostRequest | LostReply);
        let late = name == LateCommit;
        let fields = [
            ("status", self.status.is_some(), answers || late),
            ("milliseconds", self.milliseconds.is_some(), late),
            ("after_commit", self.after_commit, answers),
            ("silent", self.silent, breaks),
        ];
        fields.into_iter().find_map(|(field, set, read)| (set && !read).then_some(field))
    }
}

/// What is wrong with a change, in one line.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A name or a value that there is not.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// A field that is another habit's.
    #[error("the habit {name} does not look at {field}")]
    Field {
        /// The habit.
        name: String,
        /// The field.
        field: &'static str,
    },
}

/// Everything that can be set, while it runs as well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// What is on of what the platform must gain.
    pub patches: Patches,
    /// Its bad habits.
    pub habits: BTreeMap<HabitName, Habit>,
    /// The sleeps before a refused cast is executed again (facts 4.4).
    pub retry_milliseconds: Vec<u64>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            patches: Patches::default(),
            habits: BTreeMap::new(),
            retry_milliseconds: vec![100, 200, 400, 800, 1600],
        }
    }
}

impl Settings {
    /// These settings with what `change` names. A habit that is named is as it says there and no
    /// longer as it was; one that is null is dropped.
    ///
    /// # Errors
    /// A name or a value that there is not, or one that its habit does not look at.
    pub fn changed(&self, change: &Value) -> Result<Self, SettingsError> {
        let mut whole = serde_json::to_value(self)?;
        merge(&mut whole, change, 2);
        let changed: Self = serde_json::from_value(whole)?;
        match changed.habits.iter().find_map(|(name, habit)| Some((*name, habit.unread(*name)?))) {
            Some((name, field)) => Err(SettingsError::Field { name: name.text()?, field }),
            None => Ok(changed),
        }
    }

    /// Whether `name` shall happen now, and how; counts it.
    pub(super) fn take(&mut self, name: HabitName, after_commit: bool) -> Option<Habit> {
        let habit = self.habits.get_mut(&name).filter(|one| one.after_commit == after_commit)?;
        let taken = habit.clone();
        match &mut habit.times {
            None => {}
            Some(0) => return None,
            Some(left) => *left -= 1,
        }
        Some(taken)
    }
}

/// RFC 7396, so many levels deep; what is deeper is replaced as a whole.
fn merge(into: &mut Value, change: &Value, levels: u8) {
    let (Value::Object(fields), Value::Object(changes), 1..) = (&mut *into, change, levels) else {
        *into = change.clone();
        return;
    };
    for (name, value) in changes {
        if value.is_null() {
            fields.remove(name);
        } else {
            merge(fields.entry(name.clone()).or_insert(Value::Null), value, levels - 1);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_change_leaves_the_rest_as_it_was() {
        let first = Settings::default()
            .changed(&json!({"patches": {"voter_lock": false}, "habits": {"html": {"times": 2}}}))
            .unwrap();
        let second = first.changed(&json!({"habits": {"late_commit": {}}})).unwrap();
        assert!(!second.patches.voter_lock && second.patches.ballot_once);
        assert_eq!(second.habits[&HabitName::Html].times, Some(2));
        let replaced = second.changed(&json!({"habits": {"html": {"status": 503}}})).unwrap();
        let html = Habit { status: Some(503), ..Habit::default() };
        assert_eq!(replaced.habits[&HabitName::Html], html);
        let third = second.changed(&json!({"habits": {"html": null}})).unwrap();
        assert_eq!(third.habits.keys().collect::<Vec<_>>(), [&HabitName::LateCommit]);
    }

    #[test]
    fn what_there_is_not_cannot_be_set() {
        for change in [
            json!({"patches": {"voter_lok": false}}),
            json!({"habits": {"hmtl": {}}}),
            json!({"habits": {"html": {"time": 1}}}),
            json!({"patches": 1}),
        ] {
            assert!(Settings::default().changed(&change).is_err(), "{change}");
        }
    }

    #[test]
    fn a_field_that_a_habit_does_not_look_at_is_refused() {
        let of_all = json!({"times": 1, "status": 500, "milliseconds": 5, "after_commit": true,
            "silent": true});
        for (name, looked_at) in [
            ("lost_request", vec!["times", "silent"]),
            ("error_after_commit", vec!["times"]),
            ("late_commit", vec!["times", "status", "milliseconds"]),
            ("lost_reply", vec!["times", "silent"]),
            ("server_error", vec!["times", "status", "after_commit"]),
            ("empty_error", vec!["times", "status", "after_commit"]),
            ("html", vec!["times", "status", "after_commit"]),
        ] {
            for (field, value) in of_all.as_object().unwrap() {
                let change = json!({"habits": {name: {field: value}}});
                match Settings::default().changed(&change) {
                    Ok(_) => assert!(looked_at.contains(&field.as_str()), "{name} {field}"),
                    Err(error) => {
                        assert!(!looked_at.contains(&field.as_str()), "{name} {field}");
                        let said = format!("the habit {name} does not look at {field}");
                        assert_eq!(error.to_string(), said);
                    }
                }
            }
        }
        // Whatever is reported can be set again.
        let set = Settings::default().changed(&json!({"habits": {"html": {}}})).unwrap();
        assert_eq!(set.changed(&serde_json::to_value(&set).unwrap()).unwrap(), set);
    }

    #[test]
    fn a_habit_with_a_number_ends() {
        let mut settings =
            Settings::default().changed(&json!({"habits": {"html": {"times": 2}}})).unwrap();
        assert_eq!(settings.take(HabitName::Html, true), None);
        assert_eq!(settings.take(HabitName::LostReply, false), None);
        let taken = (0..4).map(|_| settings.take(HabitName::Html, false).is_some());
        assert_eq!(taken.collect::<Vec<_>>(), [true, true, false, false]);
    }
}
