//! The platform's types as far as the new files use them, in the shape of the facts (section 7).

pub mod types {
    pub mod hasura {
        pub mod core {
            use serde::Deserialize;

            #[derive(Debug, Clone, Deserialize)]
            pub struct VotingChannels {
                pub online: Option<bool>,
                pub kiosk: Option<bool>,
                pub telephone: Option<bool>,
                pub paper: Option<bool>,
                pub early_voting: Option<bool>,
            }
        }
    }
}

pub mod ballot {
    use chrono::{DateTime, Utc};
    use serde::{Deserialize, Serialize};

    use super::types::hasura::core::VotingChannels;

    #[allow(non_camel_case_types, reason = "the names of the wire")]
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
    pub enum VotingStatus {
        #[default]
        NOT_STARTED,
        OPEN,
        PAUSED,
        CLOSED,
    }

    #[allow(non_camel_case_types, reason = "the names of the wire")]
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    pub enum VotingStatusChannel {
        ONLINE,
        KIOSK,
        EARLY_VOTING,
        TELEPHONE,
    }

    impl From<VotingStatusChannel> for &'static str {
        fn from(channel: VotingStatusChannel) -> Self {
            match channel {
                VotingStatusChannel::ONLINE => "ONLINE",
                VotingStatusChannel::KIOSK => "KIOSK",
                VotingStatusChannel::EARLY_VOTING => "EARLY_VOTING",
                VotingStatusChannel::TELEPHONE => "TELEPHONE",
            }
        }
    }

    impl VotingStatusChannel {
        pub fn channel_from(&self, channels: &VotingChannels) -> Option<bool> {
            match self {
                Self::ONLINE => channels.online,
                Self::KIOSK => channels.kiosk,
                Self::EARLY_VOTING => channels.early_voting,
                Self::TELEPHONE => channels.telephone,
            }
        }
    }

    #[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
    pub struct PeriodDates {
        pub first_started_at: Option<DateTime<Utc>>,
        pub last_started_at: Option<DateTime<Utc>>,
        pub first_paused_at: Option<DateTime<Utc>>,
        pub last_paused_at: Option<DateTime<Utc>>,
        pub first_stopped_at: Option<DateTime<Utc>>,
        pub last_stopped_at: Option<DateTime<Utc>>,
    }

    impl PeriodDates {
        fn note(&mut self, status: VotingStatus) {
            let (first, last) = match status {
                VotingStatus::NOT_STARTED => return,
                VotingStatus::OPEN => (&mut self.first_started_at, &mut self.last_started_at),
                VotingStatus::PAUSED => (&mut self.first_paused_at, &mut self.last_paused_at),
                VotingStatus::CLOSED => (&mut self.first_stopped_at, &mut self.last_stopped_at),
            };
            *last = Some(Utc::now());
            *first = first.or(*last);
        }
    }

    macro_rules! status {
        ($name:ident) => {
            #[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
            #[serde(default)]
            pub struct $name {
                pub is_published: Option<bool>,
                pub voting_status: VotingStatus,
                pub kiosk_voting_status: VotingStatus,
                pub early_voting_status: VotingStatus,
                pub telephone_voting_status: VotingStatus,
                pub voting_period_dates: PeriodDates,
                pub kiosk_voting_period_dates: PeriodDates,
                pub early_voting_period_dates: PeriodDates,
                pub telephone_voting_period_dates: PeriodDates,
            }

            impl $name {
                pub fn status_by_channel(&self, channel: VotingStatusChannel) -> VotingStatus {
                    match channel {
                        VotingStatusChannel::ONLINE => self.voting_status,
                        VotingStatusChannel::KIOSK => self.kiosk_voting_status,
                        VotingStatusChannel::EARLY_VOTING => self.early_voting_status,
                        VotingStatusChannel::TELEPHONE => self.telephone_voting_status,
                    }
                }

                pub fn dates_by_channel(&self, channel: VotingStatusChannel) -> PeriodDates {
                    match channel {
                        VotingStatusChannel::ONLINE => self.voting_period_dates.clone(),
                        VotingStatusChannel::KIOSK => self.kiosk_voting_period_dates.clone(),
                        VotingStatusChannel::EARLY_VOTING => self.early_voting_period_dates.clone(),
                        VotingStatusChannel::TELEPHONE => {
                            self.telephone_voting_period_dates.clone()
                        }
                    }
                }

                pub fn set_status_by_channel(
                    &mut self,
                    channel: VotingStatusChannel,
                    status: VotingStatus,
                ) {
                    let (kept, dates) = match channel {
                        VotingStatusChannel::ONLINE => {
                            (&mut self.voting_status, &mut self.voting_period_dates)
                        }
                        VotingStatusChannel::KIOSK => {
                            (&mut self.kiosk_voting_status, &mut self.kiosk_voting_period_dates)
                        }
                        VotingStatusChannel::EARLY_VOTING => {
                            (&mut self.early_voting_status, &mut self.early_voting_period_dates)
                        }
                        VotingStatusChannel::TELEPHONE => (
                            &mut self.telephone_voting_status,
                            &mut self.telephone_voting_period_dates,
                        ),
                    };
                    *kept = status;
                    dates.note(status);
                }
            }
        };
    }

    status!(ElectionEventStatus);
    status!(ElectionStatus);
}
