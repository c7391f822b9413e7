//! One line per realm, and on after a failure.

use super::{Failure, screen};
use crate::desired::RealmName;

/// Does `work` for every realm. A bad address or credentials end the run: they are the same for all.
pub(super) fn each(
    realms: &[RealmName],
    mut work: impl FnMut(&RealmName) -> Result<(bool, String), Failure>,
) -> Result<bool, Failure> {
    let mut failed = 0;
    for realm in realms {
        let (well, words) = match work(realm) {
            Ok(outcome) => outcome,
            Err(Failure::Work(words) | Failure::Input(words)) => {
                (false, format!("FAILED: {words}"))
            }
        };
        screen::line(&format!("{}: {words}", realm.full));
        failed += usize::from(!well);
    }
    screen::line(&format!("{} realms, {failed} failed", realms.len()));
    Ok(failed == 0)
}
