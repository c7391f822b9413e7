//! Killed after every write: never a hole, and the next run finishes it.

use std::cell::Cell;
use std::rc::Rc;

use anyhow::{bail, ensure};
use realm::admin::{Admin, Write};
use realm::desired::RealmName;
use realm::desired::flow::Factors;
use realm::planning::{self, Applied, Options};
use serde_json::json;

use crate::export::{alike, difference, export};
use crate::place::*;

/// Applies until `allowed` writes were sent; whether it came to its end.
fn cut_short(
    admin: &Admin,
    name: &RealmName,
    options: &Options,
    allowed: usize,
) -> anyhow::Result<bool> {
    let sent = Rc::new(Cell::new(0));
    let counter = Rc::clone(&sent);
    admin.observe(Box::new(move |_| {
        counter.set(counter.get() + 1);
        counter.get() <= allowed
    }));
    let result = planning::apply(admin, name, options, &mut Applied::default());
    admin.observe(Box::new(|_| true));
    match result {
        Ok(()) => Ok(true),
        Err(planning::ApplyError::Request(realm::admin::Error::Stopped { .. })) => Ok(false),
        Err(error) => bail!("after {allowed} writes: {error}"),
    }
}

pub(crate) fn one_that_was_killed_anywhere_is_finished_by_the_next(
    place: &Place,
) -> anyhow::Result<()> {
    let admin = place.admin()?;
    let options = development(Factors::PinAndDob);
    let whole = fresh(&admin, "undisturbed")?;
    apply(&admin, &whole, &options)?;
    let whole = alike(&export(place, &admin, &whole)?, &whole);
    let mut holes = 0;
    for allowed in 1.. {
        let name = fresh(&admin, "killed")?;
        if cut_short(&admin, &name, &options, allowed)? {
            ensure!(allowed > 15, "only {allowed} writes in all");
            ensure!(holes > 3, "the client was never there to be tried");
            break;
        }
        holes += usize::from(nobody_comes_in_bare(place, &admin, &name)?);
        apply(&admin, &name, &options)?;
        // The voter of the trial is not part of the state.
        remove_trial_voter(&admin, &name)?;
        let now = alike(&export(place, &admin, &name)?, &name);
        let mut differences = Vec::new();
        difference(&whole, &now, "", &mut differences);
        ensure!(differences.is_empty(), "killed after {allowed} writes: {differences:?}");
        let left = left(&plan(&admin, &name, &options)?);
        ensure!(left.is_empty(), "killed after {allowed} writes: {left:?}");
    }
    Ok(())
}

/// Tries a bare voter id with the secret that the client has at this moment; whether there was one.
fn nobody_comes_in_bare(place: &Place, admin: &Admin, name: &RealmName) -> anyhow::Result<bool> {
    let Some(client) = client(admin, name, "ivr-voting")? else { return Ok(false) };
    let trial = json!({"username": "trial", "enabled": true, "email": "trial@example.invalid",
        "firstName": "Trial", "lastName": "Example"});
    admin.write(&Write::post("/admin/realms/{realm}/users", &[&name.full], trial))?;
    let secret = client["secret"].as_str().unwrap_or_default();
    let (status, body) = log_in(place, name, secret, &[("username", "trial")])?;
    ensure!(status != 200, "a bare voter id gets a token");
    if client["enabled"] == false {
        ensure!(body["error"] == "invalid_client", "{body}");
    }
    Ok(true)
}

fn remove_trial_voter(admin: &Admin, name: &RealmName) -> anyhow::Result<()> {
    let found =
        admin.get_where("/admin/realms/{realm}/users", &[&name.full], &[("username", "trial")])?;
    for user in found.iter().flat_map(|list| list.as_array()).flatten() {
        let id = user["id"].as_str().unwrap_or_default();
        admin.write(&Write::delete(
            "/admin/realms/{realm}/users/{user}",
            &[&name.full, id],
            None,
        ))?;
    }
    Ok(())
}
