//! What realms ask, and who is told.

use anyhow::{Context as _, bail, ensure};
use contract::admin::Admin;
use ivr_core::ports::{
    AuthPort as _, IvrConfigError, IvrConfigPort as _, LoginOutcome, ServiceToken,
    ServiceTokenPort as _,
};
use ivr_core::secret::Secret;
use serde_json::{Value, json};
use test_servers::keycloak::Keycloak;

use crate::ground::*;

/// The realm's refusal, in words.
fn unusable<T: std::fmt::Debug>(answer: Result<T, IvrConfigError>) -> anyhow::Result<String> {
    match answer {
        Err(IvrConfigError::Unusable { detail }) => Ok(detail),
        other => bail!("{other:?}"),
    }
}

pub(crate) fn negatives(server: &Keycloak) -> anyhow::Result<()> {
    let admin = Admin::new(server);
    let ground = Ground::new(&admin, server.base_url(), PIN_FLOW, &json!({}))?;
    let (route, adapters) = (&ground.route, Adapters::new()?);
    wait(async {
        let ask = async |token: &ServiceToken| {
            adapters.ivr_config.auth_steps(route, token, adapters.soon()).await
        };
        // A token that is none, or dead: replaced once, and then it works.
        let dead = ServiceToken(Secret::new("no.real.token".to_owned()));
        ensure!(ask(&dead).await?.len() == 2);

        // A voter's is refused for what it is.
        let login = adapters.manager.login(route, &with_pin(PIN), adapters.soon()).await?;
        let LoginOutcome::Granted(voter) = login else { bail!("{login:?}") };
        let refused = unusable(ask(&ServiceToken(voter.access_token)).await)?;
        ensure!(refused.contains("HTTP 403"), "{refused}");

        // The role is missing.
        let service = ground.find("/users", "username", "service-account-ivr-service");
        let id = match &service {
            Ok(user) => user["id"].as_str().unwrap_or_default().to_owned(),
            Err(_) => {
                let client = ground.find("/clients", "clientId", "ivr-service")?;
                let client = client["id"].as_str().unwrap_or_default();
                let user = ground.path(&format!("/clients/{client}/service-account-user"));
                admin.get(&user)?["id"].as_str().unwrap_or_default().to_owned()
            }
        };
        let role = admin.get(&ground.path("/roles/can_read_phone_blacklist"))?;
        let gone = Adapters::new()?;
        let mappings = ground.path(&format!("/users/{id}/role-mappings/realm"));
        remove(server, &mappings, &json!([role]))?;
        let token = gone.tokens.get_service_token(route, gone.soon()).await?;
        let refused = unusable(gone.ivr_config.auth_steps(route, &token, gone.soon()).await)?;
        ensure!(refused.contains("HTTP 403"), "{refused}");

        // The server without the realm.
        let mut elsewhere = route.clone();
        elsewhere.keycloak_realm = "tenant-x-event-y".to_owned();
        let refused = adapters.ivr_config.auth_steps(&elsewhere, &token, adapters.soon()).await;
        ensure!(unusable(refused)?.contains("404"));
        Ok(())
    })
}

/// A DELETE with a body, which the administration wants for roles.
fn remove(server: &Keycloak, path: &str, body: &Value) -> anyhow::Result<()> {
    let agent: ureq::Agent =
        ureq::Agent::config_builder().allow_non_standard_methods(true).build().into();
    let request = ureq::http::Request::builder()
        .method("DELETE")
        .uri(format!("{}/admin{path}", server.base_url()))
        .header("Authorization", format!("Bearer {}", server.admin_token()?))
        .header("Content-Type", "application/json")
        .body(body.to_string())?;
    ensure!(agent.run(request)?.status().is_success());
    Ok(())
}

pub(crate) fn refused_flows(server: &Keycloak) -> anyhow::Result<()> {
    const OTP: Factors = &[
        ("direct-grant-validate-username", ""),
        ("direct-grant-validate-password", ""),
        ("direct-grant-validate-otp", ""),
    ];
    const NOTHING: Factors = &[("direct-grant-validate-username", "")];
    const UNKNOWN: Factors = &[
        ("direct-grant-validate-username", ""),
        ("direct-grant-validate-password", ""),
        ("auth-cookie", ""),
    ];
    let admin = Admin::new(server);
    for (flow, named) in
        [(OTP, "direct-grant-validate-otp"), (NOTHING, ""), (UNKNOWN, "auth-cookie")]
    {
        let ground = Ground::new(&admin, server.base_url(), flow, &json!({}))?;
        let (route, adapters) = (&ground.route, Adapters::new()?);
        wait(async {
            let token = adapters.tokens.get_service_token(route, adapters.soon()).await?;
            let answer = adapters.ivr_config.auth_steps(route, &token, adapters.soon()).await;
            let refused = unusable(answer)?;
            ensure!(refused.contains("HTTP 500") && refused.contains(named), "{refused}");
            Ok(())
        })?;
    }
    Ok(())
}

const FLOW: &str = "6a0d5f5e-8d0a-4c53-9d0e-6c0b3a2d1f01";

/// A realm whose telephone flow is a name and a sub-flow or two.
fn nested(flows: &Value, configs: &Value) -> Value {
    json!({"authenticationFlows": flows, "authenticatorConfig": configs})
}

fn bound_to(ground: &Ground<'_>, flow: &str) -> anyhow::Result<()> {
    let flow = ground.find("/authentication/flows", "alias", flow)?;
    let id = flow["id"].as_str().context("no id")?;
    ground.change_client(
        "ivr-voting",
        &json!({"authenticationFlowBindingOverrides": {"direct_grant": id}}),
    )
}

fn flow(alias: &str, top: bool, executions: &Value) -> Value {
    json!({"alias": alias, "providerId": "basic-flow", "topLevel": top, "builtIn": false,
        "authenticationExecutions": executions})
}

pub(crate) fn sub_flow(server: &Keycloak) -> anyhow::Result<()> {
    let admin = Admin::new(server);
    let ground = Ground::new(&admin, server.base_url(), PIN_FLOW, &json!({}))?;
    let top =
        json!({"alias": "nested", "providerId": "basic-flow", "topLevel": true, "builtIn": false});
    admin.post(&ground.path("/authentication/flows"), &top)?;
    let executions = ground.path("/authentication/flows/nested/executions");
    admin.post(
        &format!("{executions}/execution"),
        &json!({"provider": "direct-grant-validate-username"}),
    )?;
    admin.post(
        &format!("{executions}/flow"),
        &json!({"alias": "factors", "type": "basic-flow",
        "description": "", "provider": "registration-page-form"}),
    )?;
    let inner = ground.path("/authentication/flows/factors/executions");
    admin.post(
        &format!("{inner}/execution"),
        &json!({"provider": "direct-grant-validate-password"}),
    )?;
    let all = admin.get(&executions)?;
    for execution in all.as_array().context("no executions")? {
        let mut execution = execution.clone();
        execution["requirement"] = "REQUIRED".into();
        admin.put(&executions, &execution)?;
    }
    bound_to(&ground, "nested")?;
    let (route, adapters) = (&ground.route, Adapters::new()?);
    wait(async {
        let token = adapters.tokens.get_service_token(route, adapters.soon()).await?;
        let steps = adapters.ivr_config.auth_steps(route, &token, adapters.soon()).await?;
        let asked: Vec<_> = steps.iter().map(|step| step.maps_to.as_str()).collect();
        ensure!(asked == ["username", "password"], "{asked:?}");
        let login = adapters.manager.login(route, &with_pin(PIN), adapters.soon()).await?;
        ensure!(matches!(login, LoginOutcome::Granted(_)), "{login:?}");
        Ok(())
    })
}

/// The platform's condition with its negated twin: the telephone shows a date of birth, the portal
/// a password.
pub(crate) fn by_client(server: &Keycloak) -> anyhow::Result<()> {
    let admin = Admin::new(server);
    let condition = |config: &str| {
        json!({"authenticator": "conditional-client", "requirement": "REQUIRED", "priority": 10,
            "authenticatorConfig": config})
    };
    let sub = |alias: &str, priority: u32| {
        json!({"authenticatorFlow": true, "flowAlias": alias, "requirement": "CONDITIONAL",
            "priority": priority})
    };
    let mut top = flow(
        "ivr direct grant",
        true,
        &json!([
        {"authenticator": "direct-grant-validate-username", "requirement": "REQUIRED", "priority": 10},
        sub("telephone", 20), sub("portal", 30)]),
    );
    top["id"] = FLOW.into();
    let flows = json!([
        top,
        flow(
            "telephone",
            false,
            &json!([condition("is telephone"),
            {"authenticator": "ivr-dob-authenticator", "requirement": "REQUIRED", "priority": 20,
                "authenticatorConfig": "ivr dob"}])
        ),
        flow(
            "portal",
            false,
            &json!([condition("is not telephone"),
            {"authenticator": "direct-grant-validate-password", "requirement": "REQUIRED", "priority": 20}])
        ),
    ]);
    let configs = json!([
        {"alias": "ivr dob", "config": {"field_name": "dob", "max_digits": "8", "terminator": "#",
            "maps_to": "dob", "stored_format": "YYYYMMDD", "keyed_format": "MMDDYYYY"}},
        {"alias": "is telephone", "config": {"conditional-client": "ivr-voting", "negate": "false"}},
        {"alias": "is not telephone", "config": {"conditional-client": "ivr-voting", "negate": "true"}},
    ]);
    let mut with = nested(&flows, &configs);
    with["directGrantFlow"] = "ivr direct grant".into();
    // The override of the ground names a flow of its own; here the realm's flow branches.
    with["clients"] = json!([]);
    let ground = Ground::by_branch(&admin, server.base_url(), with)?;
    let portal = json!({"clientId": "voting-portal", "publicClient": true, "enabled": true,
        "directAccessGrantsEnabled": true});
    admin.post(&ground.path("/clients"), &portal)?;
    let (route, adapters) = (&ground.route, Adapters::new()?);
    wait(async {
        let token = adapters.tokens.get_service_token(route, adapters.soon()).await?;
        let steps = adapters.ivr_config.auth_steps(route, &token, adapters.soon()).await?;
        let asked: Vec<_> = steps.iter().map(|step| step.maps_to.as_str()).collect();
        ensure!(asked == ["username", "dob"], "{asked:?}");
        let keyed = credentials(&[("username", VOTER), ("dob", BORN_KEYED)]);
        let login = adapters.manager.login(route, &keyed, adapters.soon()).await?;
        ensure!(matches!(login, LoginOutcome::Granted(_)), "{login:?}");
        let pin = adapters.manager.login(route, &with_pin(PIN), adapters.soon()).await;
        ensure!(!matches!(pin, Ok(LoginOutcome::Granted(_))), "{pin:?}");
        Ok(())
    })?;
    let url = format!("{}/protocol/openid-connect/token", ground.route.issuer());
    for (password, status) in [(PIN, 200), ("0000", 401)] {
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let answer = agent.post(&url).send_form([
            ("grant_type", "password"),
            ("client_id", "voting-portal"),
            ("username", VOTER),
            ("password", password),
        ])?;
        ensure!(answer.status() == status, "{}", answer.status());
    }
    Ok(())
}
