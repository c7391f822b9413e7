//! How long a row lives (design 9.2.1, "Sliding TTL with a hard ceiling").

/// A turn that takes longer than this is no turn of a call.
pub const IDLE_WINDOW_S: i64 = 3600;
/// `ssoSessionMaxLifespan` of the realms: past it the refresh token is dead.
pub const SSO_MAX_LIFESPAN_S: i64 = 36_000;
/// What is left of a row after the goodbye, for a function that is run again (DECISIONS 51).
pub const AFTERGLOW_S: i64 = 600;

/// When the row stops being valid: one idle window from now, but never past the ceiling, which is
/// counted from the login and before that from the start of the call.
pub fn ttl(now: i64, call_start: i64, logged_in_at: Option<i64>) -> i64 {
    (now + IDLE_WINDOW_S).min(logged_in_at.unwrap_or(call_start) + SSO_MAX_LIFESPAN_S)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_slides_up_to_the_ceiling() {
        assert_eq!(ttl(100, 100, None), 3_700);
        assert_eq!(ttl(35_000, 100, None), 36_100, "counted from the start of the call");
        assert_eq!(ttl(35_000, 100, Some(5_000)), 38_600, "counted from the login");
        assert_eq!(ttl(44_000, 100, Some(5_000)), 41_000, "the ceiling");
    }
}
