//! On an empty server, and twice.

use anyhow::{Context as _, ensure};
use realm::admin::Write;
use realm::desired::flow::Factors;

use crate::place::*;

pub(crate) fn an_empty_server_gets_a_realm_and_a_second_run_sends_no_write(
    place: &Place,
) -> anyhow::Result<()> {
    let admin = place.admin()?;
    let name = fresh(&admin, "twice")?;
    let options = development(Factors::PinAndDob);
    apply(&admin, &name, &options)?;
    let before = admin.writes();
    ensure!(before > 15, "{before}");
    apply(&admin, &name, &options)?;
    ensure!(admin.writes() == before, "{} more writes", admin.writes() - before);
    let left = left(&plan(&admin, &name, &options)?);
    ensure!(left.is_empty(), "{left:?}");
    Ok(())
}

pub(crate) fn every_choice_of_factors_asks_exactly_those(place: &Place) -> anyhow::Result<()> {
    let admin = place.admin()?;
    let name = fresh(&admin, "factors")?;
    let (user, pin, dob) = (("username", "1001"), ("password", "4711"), ("dob", "01021980"));
    // From one choice to the next in the same realm.
    for (factors, right, short) in [
        (Factors::Pin, vec![user, pin], vec![vec![user]]),
        (
            Factors::PinAndDob,
            vec![user, pin, dob],
            vec![vec![user], vec![user, pin], vec![user, dob]],
        ),
        (Factors::Dob, vec![user, dob], vec![vec![user], vec![user, ("dob", "01031980")]]),
        (Factors::Pin, vec![user, pin], vec![vec![user], vec![user, dob]]),
    ] {
        apply(&admin, &name, &development(factors))?;
        voter(&admin, &name)?;
        let patient = serde_json::json!({"quickLoginCheckMilliSeconds": 0});
        admin.write(&Write::put("/admin/realms/{realm}", &[&name.full], patient))?;
        for factors in short {
            let (status, _) = log_in(place, &name, VOTING_SECRET, &factors)?;
            ensure!(status != 200, "{factors:?} were enough");
        }
        settle();
        let (status, body) = log_in(place, &name, VOTING_SECRET, &right)?;
        ensure!(status == 200, "{factors:?}: {status} {}", body["error_description"]);
    }
    Ok(())
}

pub(crate) fn a_voter_of_a_new_realm_gets_a_token_that_the_platform_decodes(
    place: &Place,
) -> anyhow::Result<()> {
    let admin = place.admin()?;
    let name = fresh(&admin, "token")?;
    apply(&admin, &name, &development(Factors::Pin))?;
    voter(&admin, &name)?;
    let right = [("username", "1001"), ("password", "4711")];
    let (status, body) = log_in(place, &name, VOTING_SECRET, &right)?;
    ensure!(status == 200, "{status}");
    let claims = claims(&body)?;
    for claim in ["exp", "iat", "auth_time"] {
        ensure!(claims[claim].is_i64(), "{claim}");
    }
    for claim in ["jti", "iss", "sub", "typ", "azp", "acr", "scope"] {
        ensure!(claims[claim].is_string(), "{claim}");
    }
    ensure!(claims["azp"] == "ivr-voting" && claims["typ"] == "Bearer");
    ensure!(claims["allowed-origins"].as_array().is_some_and(|o| o.len() == 1));
    ensure!(claims["email_verified"].is_boolean());
    let hasura = &claims["https://hasura.io/jwt/claims"];
    ensure!(hasura["x-hasura-allowed-roles"] == serde_json::json!(["user"]), "{hasura}");
    ensure!(hasura["x-hasura-default-role"] == "user");
    ensure!(hasura["x-hasura-tenant-id"] == "t1" && hasura["x-hasura-area-id"] == "area-1");
    ensure!(hasura["x-hasura-user-id"] == claims["sub"]);
    ensure!(hasura["authorized-election-ids"].as_array().is_some_and(|e| e.len() == 2));
    ensure!(hasura["x-hasura-authorized-election-ids"] == r#"{"mayor", "council"}"#, "{hasura}");
    Ok(())
}

pub(crate) fn a_service_token_carries_its_realm_and_no_more(place: &Place) -> anyhow::Result<()> {
    let admin = place.admin()?;
    let name = fresh(&admin, "service")?;
    apply(&admin, &name, &development(Factors::Pin))?;
    let (id, secret) = (("client_id", "ivr-service"), ("client_secret", SERVICE_SECRET));
    let service = [("grant_type", "client_credentials"), id, secret];
    let (status, body) = grant(place, &name.full, &service)?;
    ensure!(status == 200, "{status}");
    ensure!(body.get("refresh_token").is_none());
    let claims = claims(&body)?;
    let hasura = &claims["https://hasura.io/jwt/claims"];
    ensure!(
        hasura["x-hasura-tenant-id"] == "t1" && hasura["x-hasura-election-event-id"] == "service"
    );
    let roles = hasura["x-hasura-allowed-roles"].as_array().context("no roles")?;
    ensure!(roles.len() == 2, "{roles:?}");
    ensure!(roles.iter().any(|r| r == "can_record_ivr_call"));
    ensure!(hasura["x-hasura-default-role"] == "can_read_phone_blacklist");
    let password =
        [("grant_type", "password"), id, secret, ("username", "1001"), ("password", "4711")];
    ensure!(grant(place, &name.full, &password)?.0 == 400, "Direct Grant is on for ivr-service");
    let wrong = [
        ("grant_type", "client_credentials"),
        ("client_id", "ivr-voting"),
        ("client_secret", VOTING_SECRET),
    ];
    ensure!(grant(place, &name.full, &wrong)?.0 == 401, "ivr-voting has a service account");
    Ok(())
}
