//! `realm rotate`.

use super::args::RotateArgs;
use super::{Failure, Outcome, connect, many};
use crate::rotate::{RotateError, Rotation, Turned};
use crate::secrets::Sources;

/// `realm rotate`.
pub(super) fn rotate(args: &RotateArgs) -> Outcome {
    let sources = Sources::default();
    let (voting, service) = connect::client_secrets(&args.secrets, &sources)?;
    if voting.is_none() && service.is_none() {
        let why = "nothing to rotate: give --service-secret, --voting-secret or both";
        return Err(Failure::Input(why.to_owned()));
    }
    let rotation = Rotation { voting, service };
    let admin = connect::admin(&args.connection, &sources)?;
    many::each(&connect::realms(&args.which, &admin)?, |realm| {
        let turned = crate::rotate::rotate(&admin, realm, &rotation).map_err(|e| match e {
            RotateError::Request(error) => error.into(),
            other => Failure::Work(other.to_string()),
        })?;
        let words: Vec<String> = turned
            .into_iter()
            .map(|(client, turned)| match turned {
                Turned::Already => format!("{client} secret: unchanged"),
                Turned::FromPrevious => format!("{client} secret: rotated"),
                Turned::FromUnknown => {
                    format!("{client} secret: set (it was one the source does not know)")
                }
            })
            .collect();
        Ok((true, words.join(", ")))
    })
}
