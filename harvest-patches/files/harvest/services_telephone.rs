// SPDX-License-Identifier: Apache-2.0
//! Through which client a voter came.

use sequent_core::telephone::azp::{legacy_kiosk_seen, AzpClient};
use tracing::warn;

/// The client of a voter's token.
///
/// # Errors
/// It is none through which voters vote, whoever else it may be.
pub fn client_of(azp: &str) -> Result<AzpClient, String> {
    let client: AzpClient = azp.parse().map_err(|unknown| format!("{unknown}"))?;
    if azp != client.as_str() {
        warn!(
            azp,
            means = client.as_str(),
            legacy_kiosk_seen = legacy_kiosk_seen(),
            "a realm still uses a legacy client name"
        );
    }
    Ok(client)
}
