//! `realm voters import`.

use super::args::ImportArgs;
use super::{Failure, Outcome, connect, progress, screen};
use crate::secrets::Sources;
use crate::voters::{self, ImportError, Imported};

/// How many wrong lines are shown.
const SHOWN: usize = 20;

/// `realm voters import`.
pub(super) fn import(args: &ImportArgs) -> Outcome {
    let realm = connect::one_realm(&args.realm)?;
    let shown = args.file.display();
    let file = std::fs::File::open(&args.file)
        .map_err(|e| Failure::Input(format!("cannot read {shown}: {}", e.kind())))?;
    let voters = voters::read(file).map_err(|wrong| {
        for line in wrong.iter().take(SHOWN) {
            progress::line(&format!("{shown}: {line}"));
        }
        Failure::Input(format!("{shown}: {} mistakes; nothing was written", wrong.len()))
    })?;
    let admin = connect::admin(&args.connection, &Sources::default())?;
    let mut done = Imported::default();
    let result = voters::import(&admin, &realm, &voters, &mut done);
    let words =
        format!("{} created, {} updated, {} unchanged", done.created, done.updated, done.unchanged);
    match result {
        Ok(()) => {
            screen::line(&format!("{}: {words}", realm.full));
            Ok(true)
        }
        Err(ImportError::Request(error)) => Err(error.into()),
        Err(error @ ImportError::Voter { .. }) => {
            Err(Failure::Work(format!("{shown}: {error} (before it: {words})")))
        }
        Err(error) => Err(Failure::Input(error.to_string())),
    }
}
