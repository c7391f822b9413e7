//! What a ballot style says about its event, its election and its dates, in the platform's field order.

use std::collections::BTreeMap;

use borsh::BorshSerialize;
use serde::{Deserialize, Serialize};

use super::I18n;
use super::policy::{
    AuditButtonCfg, CastVoteGoldLevel, CeremoniesPolicy, ContestEncryptionPolicy, CountdownPolicy,
    DecodedBallotInclusionPolicy, GracePeriodPolicy, InitializationReportPolicy,
    KeysCeremonyPolicy, LockedDown, ManualStartVotingPeriod, Ordering, Permission, PublishPolicy,
    SecurityConfirmationPolicy, ShowCastVoteLogs, StartScreenTitlePolicy, Switch, TallyPolicy,
    VoterSigningPolicy, WeightedVotingPolicy,
};

/// How the election event is presented and run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, BorshSerialize)]
#[allow(missing_docs, reason = "the platform's own field names")]
pub struct ElectionEventPresentation {
    pub i18n: Option<I18n>,
    pub materials: Option<Materials>,
    pub language_conf: Option<LanguageConf>,
    pub logo_url: Option<String>,
    pub redirect_finish_url: Option<String>,
    pub css: Option<String>,
    pub skip_election_list: Option<bool>,
    pub show_user_profile: Option<bool>,
    pub show_cast_vote_logs: Option<ShowCastVoteLogs>,
    pub elections_order: Option<Ordering>,
    pub voting_portal_countdown_policy: Option<VotingPortalCountdown>,
    pub custom_urls: Option<CustomUrls>,
    pub keys_ceremony_policy: Option<KeysCeremonyPolicy>,
    pub contest_encryption_policy: Option<ContestEncryptionPolicy>,
    pub decoded_ballot_inclusion_policy: Option<DecodedBallotInclusionPolicy>,
    pub locked_down: Option<LockedDown>,
    pub publish_policy: Option<PublishPolicy>,
    pub enrollment: Option<Switch>,
    pub otp: Option<Switch>,
    pub voter_signing_policy: Option<VoterSigningPolicy>,
    pub weighted_voting_policy: Option<WeightedVotingPolicy>,
    pub ceremonies_policy: Option<CeremoniesPolicy>,
}

/// Whether the portal offers support materials.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, BorshSerialize)]
#[allow(missing_docs, reason = "the platform's own field names")]
pub struct Materials {
    pub activated: Option<bool>,
}

/// Which languages are offered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, BorshSerialize)]
#[allow(missing_docs, reason = "the platform's own field names")]
pub struct LanguageConf {
    pub enabled_language_codes: Option<Vec<String>>,
    pub default_language_code: Option<String>,
}

/// The portal's count-down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, BorshSerialize)]
#[allow(missing_docs, reason = "the platform's own field names")]
pub struct VotingPortalCountdown {
    pub policy: Option<CountdownPolicy>,
    pub countdown_anticipation_secs: Option<u64>,
    pub countdown_alert_anticipation_secs: Option<u64>,
}

/// Addresses of the portals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, BorshSerialize)]
#[allow(missing_docs, reason = "the platform's own field names")]
pub struct CustomUrls {
    pub login: Option<String>,
    pub enrollment: Option<String>,
    pub saml: Option<String>,
}

/// How one election is presented and run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, BorshSerialize)]
#[allow(missing_docs, reason = "the platform's own field names")]
pub struct ElectionPresentation {
    pub i18n: Option<I18n>,
    pub dates: Option<PresentedDates>,
    pub language_conf: Option<LanguageConf>,
    pub contests_order: Option<Ordering>,
    pub audit_button_cfg: Option<AuditButtonCfg>,
    pub sort_order: Option<i64>,
    pub cast_vote_confirm: Option<bool>,
    pub cast_vote_gold_level: Option<CastVoteGoldLevel>,
    pub start_screen_title_policy: Option<StartScreenTitlePolicy>,
    /// Spelt as the platform spells it.
    pub is_grace_priod: Option<bool>,
    pub grace_period_policy: Option<GracePeriodPolicy>,
    pub grace_period_secs: Option<u64>,
    pub init_report: Option<Permission>,
    pub manual_start_voting_period: Option<ManualStartVotingPeriod>,
    pub voting_period_end: Option<Permission>,
    pub tally: Option<TallyPolicy>,
    pub initialization_report_policy: Option<InitializationReportPolicy>,
    pub security_confirmation_policy: Option<SecurityConfirmationPolicy>,
}

/// The dates the portal shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, BorshSerialize)]
#[allow(missing_docs, reason = "the platform's own field names")]
pub struct PresentedDates {
    pub start_date: Option<String>,
    pub end_date: Option<String>,
}

/// When the election was or will be opened and closed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, BorshSerialize)]
#[allow(missing_docs, reason = "the platform's own field names")]
pub struct ElectionDates {
    pub first_started_at: Option<String>,
    pub last_started_at: Option<String>,
    pub first_paused_at: Option<String>,
    pub last_paused_at: Option<String>,
    pub first_stopped_at: Option<String>,
    pub last_stopped_at: Option<String>,
    pub scheduled_event_dates: Option<BTreeMap<String, ScheduledEventDates>>,
}

/// One scheduled event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, BorshSerialize)]
#[allow(missing_docs, reason = "the platform's own field names")]
pub struct ScheduledEventDates {
    pub scheduled_at: Option<String>,
    pub stopped_at: Option<String>,
}
