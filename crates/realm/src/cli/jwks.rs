//! `realm jwks`.

use super::args::JwksArgs;
use super::{Failure, Outcome, connect, many, screen};
use crate::jwks::{self, Union};
use crate::secrets::Sources;

/// `realm jwks`.
pub(super) fn jwks(args: &JwksArgs) -> Outcome {
    let admin = connect::admin(&args.connection, &Sources::default())?;
    let (mut union, mut unread) = (Union::default(), 0);
    let well = many::each(&connect::realms(&args.which, &admin)?, |realm| {
        let keys = jwks::of_realm(&admin, realm).inspect_err(|_| unread += 1)?;
        let Some(keys) = keys else {
            return Ok((false, "no keys: the realm is disabled or gone".to_owned()));
        };
        match union.add(&keys) {
            Ok(0) => Ok((false, "no keys: none of them signs with RS256".to_owned())),
            Ok(n) => Ok((true, format!("{n} keys"))),
            Err(collision) => {
                unread += 1;
                Err(Failure::Work(collision.to_string()))
            }
        }
    })?;
    if unread > 0 {
        let why = format!("{} was not written: it would lack a realm's keys", args.out.display());
        return Err(Failure::Work(why));
    }
    union.save(&args.out).map_err(|e| Failure::Input(format!("{}: {e}", args.out.display())))?;
    screen::line(&format!("{} keys in {}", union.len(), args.out.display()));
    Ok(well)
}
