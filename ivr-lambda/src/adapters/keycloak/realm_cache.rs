//! The cache of what realms ask (design 5.1.7): an optimisation for new calls, never more. A call
//! reads its steps once and keeps them.

use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use ivr_core::ports::{AuthStep, Deadline, Outage};

use super::realm::Realm;

/// How long steps are kept: `IVR_CONFIG_CACHE_TTL_SECONDS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CachePolicy {
    /// Every call asks the realm.
    Off,
    /// So long.
    For(TimeDelta),
}

impl Default for CachePolicy {
    fn default() -> Self {
        Self::For(TimeDelta::minutes(5))
    }
}

/// A time to live that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "IVR_CONFIG_CACHE_TTL_SECONDS is {0:?}; write whole seconds up to 86400, or 0 for no cache"
)]
pub struct InvalidTtl(pub String);

impl CachePolicy {
    /// Reads the value of `IVR_CONFIG_CACHE_TTL_SECONDS`; without one it is five minutes.
    pub fn from_setting(value: Option<&str>) -> Result<Self, InvalidTtl> {
        let Some(value) = value else { return Ok(Self::default()) };
        match value.trim().parse::<u32>() {
            Ok(0) => Ok(Self::Off),
            Ok(seconds) if seconds <= 86_400 => Ok(Self::For(TimeDelta::seconds(seconds.into()))),
            _ => Err(InvalidTtl(value.to_owned())),
        }
    }
}

/// Where steps are kept between calls. An outage of it costs a question to the realm, no more.
#[async_trait]
pub trait RealmCache: Send + Sync {
    /// The steps of a realm that are kept and not past their time at `now`.
    async fn get(
        &self,
        realm: &Realm,
        now: DateTime<Utc>,
        within: Deadline,
    ) -> Result<Option<Vec<AuthStep>>, Outage>;

    /// Keeps the steps of a realm until a moment.
    async fn put(
        &self,
        realm: &Realm,
        steps: &[AuthStep],
        until: DateTime<Utc>,
        within: Deadline,
    ) -> Result<(), Outage>;
}

/// A cache in memory: of one process, for as long as it lives.
pub struct MemoryRealmCache {
    kept: moka::sync::Cache<Realm, (Vec<AuthStep>, DateTime<Utc>)>,
}

impl MemoryRealmCache {
    /// A cache of so many realms.
    pub fn new(realms: u64) -> Self {
        Self { kept: moka::sync::Cache::new(realms) }
    }
}

impl fmt::Debug for MemoryRealmCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryRealmCache(…)")
    }
}

#[async_trait]
impl RealmCache for MemoryRealmCache {
    async fn get(
        &self,
        realm: &Realm,
        now: DateTime<Utc>,
        _within: Deadline,
    ) -> Result<Option<Vec<AuthStep>>, Outage> {
        Ok(self.kept.get(realm).filter(|(_, until)| now < *until).map(|(steps, _)| steps))
    }

    async fn put(
        &self,
        realm: &Realm,
        steps: &[AuthStep],
        until: DateTime<Utc>,
        _within: Deadline,
    ) -> Result<(), Outage> {
        self.kept.insert(realm.clone(), (steps.to_vec(), until));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_setting_is_whole_seconds_and_0_is_off() {
        assert_eq!(CachePolicy::from_setting(None), Ok(CachePolicy::For(TimeDelta::seconds(300))));
        assert_eq!(CachePolicy::from_setting(Some("0")), Ok(CachePolicy::Off));
        let one = CachePolicy::For(TimeDelta::seconds(1));
        assert_eq!(CachePolicy::from_setting(Some(" 1 ")), Ok(one));
        for wrong in ["", "-1", "5m", "1.5", "86401", "99999999999"] {
            let refused = CachePolicy::from_setting(Some(wrong)).unwrap_err().to_string();
            assert!(refused.contains("IVR_CONFIG_CACHE_TTL_SECONDS"), "{refused}");
        }
    }
}
