//! On a realm as the platform makes it, with the portal's clients.

use std::collections::BTreeSet;

use anyhow::ensure;
use realm::admin::{Admin, Write};
use realm::checks::{self, Depth, Level};
use realm::desired::flow::Factors;
use realm::planning::{self, Class, Options};
use serde_json::Value;

use crate::export::{difference, export, without_ours};
use crate::place::*;

pub(crate) fn without_realm_wide_everything_else_is_identical(place: &Place) -> anyhow::Result<()> {
    let admin = place.admin()?;
    let name = place.platform_realm(&admin, "narrow")?;
    let before = export(place, &admin, &name)?;
    let options = Options { factors: Factors::PinAndDob, ..options() };
    apply(&admin, &name, &options)?;
    let after = without_ours(export(place, &admin, &name)?);
    ensure!(before == without_ours(before.clone()), "nothing of ours before");
    let mut differences = Vec::new();
    difference(&before, &after, "", &mut differences);
    ensure!(differences.is_empty(), "{differences:?}");
    let plan = plan(&admin, &name, &options)?;
    ensure!(plan.is_done());
    ensure!(plan.changes.iter().all(|c| c.class == Class::EveryChannel), "{plan:?}");
    ensure!(plan.changes.len() == 3, "{:?}", plan.changes);
    let writes = admin.writes();
    apply(&admin, &name, &options)?;
    ensure!(admin.writes() == writes, "a second run writes");
    // The portal's voters log in as before, and by telephone.
    let portal = [
        ("grant_type", "password"),
        ("client_id", "voting-portal"),
        ("username", "10000001"),
        ("password", "4711"),
    ];
    ensure!(grant(place, &name.full, &portal)?.0 == 200, "the portal");
    let voter = [("username", "10000001"), ("password", "4711"), ("dob", "01021980")];
    ensure!(log_in(place, &name, VOTING_SECRET, &voter)?.0 == 200, "the telephone");
    ensure!(log_in(place, &name, VOTING_SECRET, &voter[..2])?.0 != 200, "without the date");
    Ok(())
}

pub(crate) fn with_realm_wide_only_what_the_plan_says_changes(place: &Place) -> anyhow::Result<()> {
    let admin = place.admin()?;
    let name = place.platform_realm(&admin, "wide")?;
    let before = export(place, &admin, &name)?;
    let options = Options { realm_wide: true, ..options() };
    apply(&admin, &name, &options)?;
    let after = without_ours(export(place, &admin, &name)?);
    let mut differences = Vec::new();
    difference(&before, &after, "", &mut differences);
    // The profile's own component and its attributes, then single keys of the realm.
    differences.retain(|d| !d.starts_with("/profile/") && !d.contains("UserProfileProvider"));
    let keys: BTreeSet<&str> =
        differences.iter().filter_map(|d| d.strip_prefix("/realm/")?.split(':').next()).collect();
    let allowed =
        BTreeSet::from(["failureFactor", "waitIncrementSeconds", "ssoSessionIdleTimeout"]);
    ensure!(keys == allowed && differences.len() == 3, "{differences:?}");
    ensure!(plan(&admin, &name, &options)?.changes.is_empty());
    Ok(())
}

pub(crate) fn the_check_of_a_platform_realm_says_what_stops_voters(
    place: &Place,
) -> anyhow::Result<()> {
    let admin = place.admin()?;
    let name = place.platform_realm(&admin, "check")?;
    let options = Options { realm_wide: true, ..options() };
    let depth = Depth { pin_digits: Some(4), sample: 100 };
    let server = planning::server(&admin)?;
    let look = |admin: &Admin| checks::check(admin, &server, &name, &options, &depth);
    let words = |found: &[checks::Finding], level| -> Vec<String> {
        found.iter().filter(|f| f.level == level).map(|f| f.what.clone()).collect()
    };
    let before = look(&admin)?;
    let stops = words(&before, Level::Stops).join("\n");
    for what in [
        "client ivr-voting",
        "client ivr-service",
        "email is required",
        "1 of 3 users looked at (3 in all) have no area-id",
    ] {
        ensure!(stops.contains(what), "{what} not in: {stops}");
    }
    let dangers = words(&before, Level::Endangers).join("\n");
    ensure!(dangers.contains("voters may edit their area"), "{dangers}");
    ensure!(dangers.contains("guessing a PIN of 4 digits"), "{dangers}");

    apply(&admin, &name, &options)?;
    let after = words(&look(&admin)?, Level::Stops);
    ensure!(after == ["1 of 3 users looked at (3 in all) have no area-id"], "{after:?}");

    // A voter outside the group has no role; one with a pending action cannot log in.
    let users = admin.must_get("/admin/realms/{realm}/users", &[&name.full])?;
    let user =
        |n: &str| users.as_array().into_iter().flatten().find(|u| u["username"] == n).cloned();
    let id =
        |u: Option<Value>| u.and_then(|u| u["id"].as_str().map(str::to_owned)).unwrap_or_default();
    let groups = admin.must_get("/admin/realms/{realm}/groups", &[&name.full])?;
    let group = id(groups.get(0).cloned());
    let path = "/admin/realms/{realm}/users/{user}/groups/{group}";
    admin.write(&Write::delete(path, &[&name.full, &id(user("10000001")), &group], None))?;
    let body = serde_json::json!({"requiredActions": ["UPDATE_PASSWORD"]});
    admin.write(&Write::put(
        "/admin/realms/{realm}/users/{user}",
        &[&name.full, &id(user("10000002"))],
        body,
    ))?;
    let stops = words(&look(&admin)?, Level::Stops).join("\n");
    ensure!(stops.contains("1 of 2 sampled voters lacks the role user"), "{stops}");
    ensure!(stops.contains("have a required action pending"), "{stops}");
    Ok(())
}

pub(crate) fn without_the_platforms_mapper_nothing_is_written(place: &Place) -> anyhow::Result<()> {
    let admin = place.admin()?;
    let name = place.platform_realm(&admin, "no-mapper")?;
    let mut server = planning::server(&admin)?;
    server.mappers.remove("authorized-elections-oidc-usermodel-attribute-mapper");
    server.mappers.remove("ivr-auth-time-mapper");
    let snapshot = planning::read(&admin, &server, &name)?;
    let plan = planning::plan(&name, &snapshot, &options());
    let obstacles: Vec<&str> = plan.obstacles().map(|(_, why)| why).collect();
    ensure!(obstacles.len() == 2, "{obstacles:?}");
    ensure!(obstacles.iter().any(|w| w.contains("conditional-authenticators")), "{obstacles:?}");
    // --development is no way round it in a realm of the platform.
    let playing = Options { development: true, ..options() };
    let refused = planning::plan(&name, &snapshot, &playing);
    ensure!(refused.obstacles().any(|(_, why)| why.contains("it created itself")));
    let writes = admin.writes();
    ensure!(apply(&admin, &name, &playing).is_err() && admin.writes() == writes);
    // In a realm of our own the stock substitute stands in.
    let own = "tenant-t1-event-own".parse()?;
    server.mappers.insert("ivr-auth-time-mapper".to_owned());
    let empty = planning::Snapshot { server, ..planning::Snapshot::default() };
    let plan = planning::plan(&own, &empty, &playing);
    ensure!(plan.obstacles().next().is_none(), "{:?}", plan.changes);
    Ok(())
}
