//! Whether the parts of a world fit together, and fit the publication.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::Datelike as _;
use ivr_core::caller::E164;
use ivr_core::publication::Publication;
use uuid::Uuid;

use super::error::At;
use super::file::World;
use super::warning::Warning;

/// Years far from which no arithmetic on times can fail.
pub(crate) const YEARS: std::ops::RangeInclusive<i32> = 1970..=9999;

/// The number that is dialled.
pub(super) fn dialled(file: &Path, world: &World, asked: Option<&str>) -> Result<String, At> {
    let first = world.phone_config.entries.first();
    let first = first.ok_or_else(|| At::new(file, "$.phone_config.entries", "there is none"))?;
    Ok(asked.unwrap_or(&first.phone_number).to_owned())
}

/// Checks a world; what is odd but possible comes back as warnings.
pub(super) fn world(
    file: &Path,
    world: &World,
    publication: &Publication,
    dialled: &str,
) -> Result<Vec<Warning>, At> {
    let check = Check { file, publication };
    if let Some(now) = world.now
        && !YEARS.contains(&now.year())
    {
        return Err(check.fail("$.now", "not a time at which anybody votes"));
    }
    check.routing(world, dialled)?;
    for (i, number) in world.blacklist.iter().enumerate() {
        check.number(number, format!("$.blacklist[{i}]"))?;
    }
    for id in world.status.elections.keys() {
        check.election(*id, format!("$.status.elections[\"{id}\"]"))?;
    }
    for id in &world.telephone_disabled {
        check.election(*id, format!("$.telephone_disabled[\"{id}\"]"))?;
    }
    check.auth_steps(world)?;
    check.voters(world)?;
    check.cast_votes(world)?;
    check.faults(world)?;
    Ok(warnings(file, world))
}

struct Check<'a> {
    file: &'a Path,
    publication: &'a Publication,
}

impl Check<'_> {
    fn fail(&self, path: impl Into<String>, message: impl Into<String>) -> At {
        At::new(self.file, path, message)
    }

    fn number(&self, number: &str, path: String) -> Result<(), At> {
        match E164::strict(number) {
            Some(_) => Ok(()),
            None => Err(self.fail(path, format!("{number:?} is not a number in E.164"))),
        }
    }

    fn election(&self, id: Uuid, path: String) -> Result<(), At> {
        match self.publication.election(id) {
            Some(_) => Ok(()),
            None => Err(self.fail(path, format!("the publication has no election {id}"))),
        }
    }

    fn routing(&self, world: &World, dialled: &str) -> Result<(), At> {
        let mut seen = BTreeSet::new();
        for (i, entry) in world.phone_config.entries.iter().enumerate() {
            let path = |field| format!("$.phone_config.entries[{i}].{field}");
            self.number(&entry.phone_number, path("phone_number"))?;
            if !seen.insert(&entry.phone_number) {
                return Err(self.fail(path("phone_number"), "an earlier entry has this number"));
            }
            if let Some(zone) = &entry.time_zone
                && zone.parse::<chrono_tz::Tz>().is_err()
            {
                return Err(
                    self.fail(path("time_zone"), format!("no time zone {zone:?} in IANA's list"))
                );
            }
            let event = &self.publication.event;
            if entry.phone_number != dialled || !entry.enabled {
                continue;
            }
            let pairs = [
                ("tenant_id", entry.tenant_id, event.tenant_id),
                ("election_event_id", entry.election_event_id, event.id),
            ];
            for (field, ours, published) in pairs {
                if ours != published {
                    let message = format!("{ours}, but the publication's is {published}");
                    return Err(self.fail(path(field), message));
                }
            }
        }
        Ok(())
    }

    /// Two steps of one parameter: the second would take the place of the first (DECISIONS 23).
    fn auth_steps(&self, world: &World) -> Result<(), At> {
        let mut seen = BTreeMap::new();
        for (i, step) in world.auth_steps.iter().enumerate() {
            if let Some(other) = seen.insert(&step.maps_to, i) {
                let message = format!("that of $.auth_steps[{other}], too");
                return Err(self.fail(format!("$.auth_steps[{i}].maps_to"), message));
            }
        }
        Ok(())
    }

    fn voters(&self, world: &World) -> Result<(), At> {
        let mut usernames = BTreeMap::new();
        let mut user_ids = BTreeMap::new();
        for (i, voter) in world.voters.iter().enumerate() {
            let path = |field: &str| format!("$.voters[{i}].{field}");
            if let Some(name) = voter.credentials.get("username")
                && let Some(other) = usernames.insert(name, i)
            {
                let message = format!("{name:?} is the username of $.voters[{other}], too");
                return Err(self.fail(path("credentials.username"), message));
            }
            if let Some(other) = user_ids.insert(&voter.user_id, i) {
                let message = format!("that of $.voters[{other}], too");
                return Err(self.fail(path("user_id"), message));
            }
            if let Some(area) = voter.area_id
                && !self.publication.ballots.iter().any(|ballot| ballot.area_id == area)
            {
                let message = format!("the publication has no ballot for area {area}");
                return Err(self.fail(path("area_id"), message));
            }
            for (j, id) in voter.authorized_election_ids.iter().flatten().enumerate() {
                self.election(*id, path(&format!("authorized_election_ids[{j}]")))?;
            }
        }
        Ok(())
    }

    fn cast_votes(&self, world: &World) -> Result<(), At> {
        for (i, cast) in world.cast_votes.iter().enumerate() {
            if !world.voters.iter().any(|voter| voter.user_id == cast.user_id) {
                let message = format!("no voter has the user_id {:?}", cast.user_id);
                return Err(self.fail(format!("$.cast_votes[{i}].user_id"), message));
            }
            self.election(cast.election_id, format!("$.cast_votes[{i}].election_id"))?;
        }
        Ok(())
    }

    fn faults(&self, world: &World) -> Result<(), At> {
        match world.faults.iter().position(|rule| rule.on_call == Some(0)) {
            Some(i) => Err(self.fail(format!("$.faults[{i}].on_call"), "calls count from 1")),
            None => Ok(()),
        }
    }
}

fn warnings(file: &Path, world: &World) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for (i, voter) in world.voters.iter().enumerate() {
        let missing =
            world.auth_steps.iter().filter(|step| !voter.credentials.contains_key(&step.maps_to));
        for step in missing {
            let path = format!("$.voters[{i}].credentials");
            let message = format!("no {:?}, so this voter cannot log in", step.maps_to);
            warnings.push(At::new(file, path, message).into());
        }
    }
    warnings
}
