//! A realm that somebody changed by hand.

use std::cell::RefCell;
use std::rc::Rc;

use anyhow::{Context as _, ensure};
use realm::admin::{Admin, Write};
use realm::desired::RealmName;
use realm::desired::flow::{ALIAS, Factors, PASSWORD};
use serde_json::{Value, json};

use crate::export::{alike, difference, export};
use crate::place::*;

const EXECUTIONS: &str = "/admin/realms/{realm}/authentication/flows/{flow}/executions";

type Meddling = fn(&Admin, &RealmName) -> anyhow::Result<()>;

fn execution(admin: &Admin, name: &RealmName, provider: &str) -> anyhow::Result<Value> {
    let list = admin.must_get(EXECUTIONS, &[&name.full, ALIAS])?;
    let found = list.as_array().into_iter().flatten().find(|e| e["providerId"] == *provider);
    found.cloned().context("no such step")
}

fn set_step(
    admin: &Admin,
    name: &RealmName,
    provider: &str,
    key: &str,
    value: Value,
) -> anyhow::Result<()> {
    let mut step = execution(admin, name, provider)?;
    step[key] = value;
    admin.write(&Write::put(EXECUTIONS, &[&name.full, ALIAS], step))?;
    Ok(())
}

fn id_of(value: &Value) -> String {
    value["id"].as_str().unwrap_or_default().to_owned()
}

fn role(admin: &Admin, name: &RealmName, role: &str) -> anyhow::Result<Value> {
    Ok(admin.must_get("/admin/realms/{realm}/roles/{role}", &[&name.full, role])?)
}

fn make_admin_role(admin: &Admin, name: &RealmName) -> anyhow::Result<Value> {
    let path = "/admin/realms/{realm}/roles";
    if admin.get("/admin/realms/{realm}/roles/{role}", &[&name.full, "admin"])?.is_none() {
        admin.write(&Write::post(path, &[&name.full], json!({"name": "admin"})))?;
    }
    role(admin, name, "admin")
}

const MEDDLINGS: [(&str, Meddling); 15] = [
    ("a step disabled", |a, n| set_step(a, n, PASSWORD, "requirement", json!("DISABLED"))),
    ("a step alternative", |a, n| set_step(a, n, PASSWORD, "requirement", json!("ALTERNATIVE"))),
    ("steps reordered", |a, n| set_step(a, n, PASSWORD, "priority", json!(99))),
    ("a step deleted", |a, n| {
        let id = id_of(&execution(a, n, PASSWORD)?);
        let path = "/admin/realms/{realm}/authentication/executions/{execution}";
        a.write(&Write::delete(path, &[&n.full, &id], None))?;
        Ok(())
    }),
    ("a step added", |a, n| {
        let path = "/admin/realms/{realm}/authentication/flows/{flow}/executions/execution";
        a.write(&Write::post(
            path,
            &[&n.full, ALIAS],
            json!({"provider": "direct-grant-validate-otp"}),
        ))?;
        Ok(())
    }),
    ("a sub-flow added", |a, n| {
        let path = "/admin/realms/{realm}/authentication/flows/{flow}/executions/flow";
        let body = json!({"alias": "by hand", "type": "basic-flow", "description": "", "provider": "registration-page-form"});
        a.write(&Write::post(path, &[&n.full, ALIAS], body))?;
        Ok(())
    }),
    ("the date of birth configured otherwise", |a, n| {
        let step = execution(a, n, "ivr-dob-authenticator")?;
        let id = step["authenticationConfig"].as_str().context("no configuration")?;
        let path = "/admin/realms/{realm}/authentication/config/{config}";
        let mut config = a.must_get(path, &[&n.full, id])?;
        config["config"]["maps_to"] = json!("username");
        a.write(&Write::put(path, &[&n.full, id], config))?;
        Ok(())
    }),
    ("the override removed", |a, n| {
        change_client(
            a,
            n,
            "ivr-voting",
            json!({"authenticationFlowBindingOverrides": {"direct_grant": ""}}),
        )
    }),
    ("full scope on", |a, n| {
        change_client(a, n, "ivr-voting", json!({"fullScopeAllowed": true}))?;
        change_client(
            a,
            n,
            "ivr-service",
            json!({"fullScopeAllowed": true, "directAccessGrantsEnabled": true}),
        )
    }),
    ("clients opened", |a, n| {
        let body = json!({"publicClient": true, "standardFlowEnabled": true, "webOrigins": [], "redirectUris": ["https://x.invalid/*"]});
        change_client(a, n, "ivr-voting", body)
    }),
    ("mappers changed", |a, n| {
        let client = client(a, n, "ivr-voting")?.context("no client")?;
        let mappers = client["protocolMappers"].as_array().context("no mappers")?.clone();
        let one =
            |name: &str| mappers.iter().find(|m| m["name"] == name).cloned().context("no mapper");
        let path = "/admin/realms/{realm}/clients/{client}/protocol-mappers/models/{mapper}";
        let (client, mut area) = (id_of(&client), one("x-hasura-area-id")?);
        area["config"]["user.attribute"] = json!("area_id");
        a.write(&Write::put(path, &[&n.full, &client, &id_of(&area)], area.clone()))?;
        let id = id_of(&one("auth_time")?);
        a.write(&Write::delete(path, &[&n.full, &client, &id], None))?;
        let path = "/admin/realms/{realm}/clients/{client}/protocol-mappers/models";
        let admin_claim = json!({"name": "more", "protocol": "openid-connect", "protocolMapper": "oidc-hardcoded-claim-mapper",
            "config": {"claim.name": r"https://hasura\.io/jwt/claims.x-hasura-role", "claim.value": "admin", "access.token.claim": "true"}});
        a.write(&Write::post(path, &[&n.full, &client], admin_claim))?;
        Ok(())
    }),
    ("roles given", |a, n| {
        let extra = json!([make_admin_role(a, n)?]);
        for id in ["ivr-voting", "ivr-service"] {
            let client = id_of(&client(a, n, id)?.context("no client")?);
            let path = "/admin/realms/{realm}/clients/{client}/scope-mappings/realm";
            a.write(&Write::post(path, &[&n.full, &client], extra.clone()))?;
        }
        let service = id_of(&client(a, n, "ivr-service")?.context("no client")?);
        let path = "/admin/realms/{realm}/clients/{client}/service-account-user";
        let user = id_of(&a.must_get(path, &[&n.full, &service])?);
        let path = "/admin/realms/{realm}/users/{user}/role-mappings/realm";
        a.write(&Write::post(path, &[&n.full, &user], extra.clone()))?;
        let path = "/admin/realms/{realm}/roles/{role}/composites";
        a.write(&Write::post(path, &[&n.full, "can_record_ivr_call"], extra))?;
        Ok(())
    }),
    ("a role taken away", |a, n| {
        let path = "/admin/realms/{realm}/roles/{role}";
        a.write(&Write::delete(path, &[&n.full, "can_record_ivr_call"], None))?;
        Ok(())
    }),
    ("client scopes moved", |a, n| {
        let client = id_of(&client(a, n, "ivr-voting")?.context("no client")?);
        let scopes = a.must_get("/admin/realms/{realm}/client-scopes", &[&n.full])?;
        let id = |name: &str| {
            scopes.as_array().into_iter().flatten().find(|s| s["name"] == name).map(id_of)
        };
        let (basic, offline) =
            (id("basic").context("basic")?, id("offline_access").context("offline")?);
        let path = "/admin/realms/{realm}/clients/{client}/default-client-scopes/{scope}";
        a.write(&Write::delete(path, &[&n.full, &client, &basic], None))?;
        let path = "/admin/realms/{realm}/clients/{client}/optional-client-scopes/{scope}";
        a.write(&Write::put_empty(path, &[&n.full, &client, &offline]))?;
        Ok(())
    }),
    ("secrets and switches", |a, n| {
        change_client(a, n, "ivr-voting", json!({"secret": "**********", "enabled": false}))?;
        change_client(a, n, "ivr-service", json!({"secret": "another-secret-by-hand"}))
    }),
];

pub(crate) fn what_somebody_changed_by_hand_is_repaired(place: &Place) -> anyhow::Result<()> {
    let admin = place.admin()?;
    let name = fresh(&admin, "by-hand")?;
    let options = development(Factors::PinAndDob);
    apply(&admin, &name, &options)?;
    make_admin_role(&admin, &name)?;
    let whole = alike(&export(place, &admin, &name)?, &name);
    for (what, meddle) in MEDDLINGS {
        meddle(&admin, &name).with_context(|| what.to_owned())?;
        let planned = left(&plan(&admin, &name, &options)?);
        ensure!(!planned.is_empty(), "{what}: not seen");
        apply(&admin, &name, &options).with_context(|| format!("{what}: {planned:?}"))?;
        let mut differences = Vec::new();
        difference(&whole, &alike(&export(place, &admin, &name)?, &name), "", &mut differences);
        // The order of steps is kept as priorities, which a repair may number anew.
        differences.retain(|d| !d.contains("/priority:"));
        ensure!(differences.is_empty(), "{what}: {differences:?}");
        let left = left(&plan(&admin, &name, &options)?);
        ensure!(left.is_empty(), "{what}: {left:?}");
    }
    Ok(())
}

pub(crate) fn a_hole_is_closed_by_the_first_write(place: &Place) -> anyhow::Result<()> {
    let admin = place.admin()?;
    let name = fresh(&admin, "hole")?;
    let options = development(Factors::Pin);
    apply(&admin, &name, &options)?;
    voter(&admin, &name)?;
    set_step(&admin, &name, PASSWORD, "requirement", json!("DISABLED"))?;
    let bare = [("username", "1001")];
    ensure!(log_in(place, &name, VOTING_SECRET, &bare)?.0 == 200, "the hole is what is repaired");
    let seen = Rc::new(RefCell::new(Vec::new()));
    let log = Rc::clone(&seen);
    admin.observe(Box::new(move |write| {
        log.borrow_mut().push(format!("{write:?}"));
        log.borrow().len() < 2
    }));
    ensure!(apply(&admin, &name, &options).is_err(), "stopped before its second write");
    ensure!(seen.borrow().len() == 2, "{seen:?}");
    ensure!(log_in(place, &name, VOTING_SECRET, &bare)?.0 == 401, "still open after one write");
    admin.observe(Box::new(|_| true));
    apply(&admin, &name, &options)?;
    ensure!(log_in(place, &name, VOTING_SECRET, &bare)?.0 == 401, "open again");
    settle();
    let right = [("username", "1001"), ("password", "4711")];
    ensure!(log_in(place, &name, VOTING_SECRET, &right)?.0 == 200, "closed for good");
    Ok(())
}

pub(crate) fn what_somebody_added_is_reported_and_left(place: &Place) -> anyhow::Result<()> {
    let admin = place.admin()?;
    let name = fresh(&admin, "added")?;
    let options = development(Factors::Pin);
    apply(&admin, &name, &options)?;
    let client = id_of(&client(&admin, &name, "ivr-voting")?.context("no client")?);
    let path = "/admin/realms/{realm}/clients/{client}/protocol-mappers/models";
    let body = json!({"name": "shoe size", "protocol": "openid-connect", "protocolMapper": "oidc-hardcoded-claim-mapper",
        "config": {"claim.name": "shoe_size", "claim.value": "43", "access.token.claim": "true"}});
    admin.write(&Write::post(path, &[&name.full, &client], body))?;
    let plan = plan(&admin, &name, &options)?;
    ensure!(plan.is_done(), "{:?}", left(&plan));
    ensure!(plan.left_alone.iter().any(|l| l.contains("shoe size")), "{:?}", plan.left_alone);
    Ok(())
}
