//! The closed lists of strings a ballot style may hold.
//!
//! The order of the variants is the platform's and decides the byte each is hashed as. `Default` is
//! what the platform takes a missing key to mean; in the ballot style itself a missing key stays missing.

/// One closed list: the exact strings in declaration order.
macro_rules! policy {
    ($(#[$doc:meta])* $name:ident { $($(#[$attribute:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq,
            serde::Deserialize, serde::Serialize, borsh::BorshSerialize,
        )]
        #[allow(missing_docs, reason = "the string beside each variant says all there is to say")]
        pub enum $name {
            $($(#[$attribute])* #[serde(rename = $text)] $variant),+
        }

        impl $name {
            /// Every value, in the platform's order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The platform's own string.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
    };
    ($(#[$doc:meta])* $name:ident default $default:ident { $($body:tt)+ }) => {
        policy! { $(#[$doc])* $name { $($body)+ } }

        impl Default for $name {
            fn default() -> Self { Self::$default }
        }
    };
}

policy! {
    /// How elections, contests or candidates are ordered.
    Ordering default Alphabetical {
        Random = "random", Custom = "custom", Alphabetical = "alphabetical",
    }
}
policy! {
    /// What a contest without any choice means.
    BlankVotePolicy default Allowed {
        Allowed = "allowed", Warn = "warn", WarnOnlyInReview = "warn-only-in-review",
        NotAllowed = "not-allowed",
    }
}
policy! {
    /// What fewer choices than allowed mean.
    UnderVotePolicy default Allowed {
        Allowed = "allowed", Warn = "warn", WarnOnlyInReview = "warn-only-in-review",
        WarnAndAlert = "warn-and-alert",
    }
}
policy! {
    /// What more choices than allowed mean.
    OverVotePolicy default AllowedWithMsgAndAlert {
        Allowed = "allowed", AllowedWithMsg = "allowed-with-msg",
        AllowedWithMsgAndAlert = "allowed-with-msg-and-alert",
        NotAllowedWithMsgAndAlert = "not-allowed-with-msg-and-alert",
        NotAllowedWithMsgAndDisable = "not-allowed-with-msg-and-disable",
    }
}
policy! {
    /// What spoiling a contest on purpose means.
    InvalidVotePolicy default Allowed {
        Allowed = "allowed", Warn = "warn",
        WarnInvalidImplicitAndExplicit = "warn-invalid-implicit-and-explicit",
        NotAllowed = "not-allowed",
    }
}
policy! {
    /// One ciphertext for the ballot, or one for each contest.
    ContestEncryptionPolicy default SingleContest {
        MultipleContests = "multiple-contests", SingleContest = "single-contest",
    }
}
policy! {
    /// Whether the voter's device signs the ballot.
    VoterSigningPolicy default NoSignature {
        NoSignature = "no-signature", WithSignature = "with-signature",
    }
}
policy! {
    /// Whether the portal asks for the password again before casting.
    CastVoteGoldLevel default NoGoldLevel { GoldLevel = "gold-level", NoGoldLevel = "no-gold-level" }
}
policy! {
    /// Whether the portal offers to audit the ballot.
    AuditButtonCfg default Show { Show = "show", NotShow = "not-show", ShowInHelp = "show-in-help" }
}
policy! {
    /// Whether ballots are accepted for a while after closing.
    GracePeriodPolicy default NoGracePeriod {
        NoGracePeriod = "no-grace-period", GracePeriodWithoutAlert = "grace-period-without-alert",
    }
}
policy! {
    /// Whether the portal shows the log of cast votes.
    ShowCastVoteLogs default HideLogsTab { ShowLogsTab = "show-logs-tab", HideLogsTab = "hide-logs-tab" }
}
policy! {
    /// How the portal offers candidates.
    CandidatesSelectionPolicy { Radio = "radio", Cumulative = "cumulative" }
}
policy! {
    /// The shape of the portal's checkboxes.
    CandidatesIconCheckboxPolicy default SquareCheckbox {
        SquareCheckbox = "square-checkbox", RoundCheckbox = "round-checkbox",
    }
}
policy! {
    /// Whose title the portal's start screen shows.
    StartScreenTitlePolicy default Election { Election = "election", ElectionEvent = "election-event" }
}
policy! {
    /// Whether the portal asks for a confirmation before the ballot.
    SecurityConfirmationPolicy default None { None = "none", Mandatory = "mandatory" }
}
policy! {
    /// Whether the event or each election has a key.
    KeysCeremonyPolicy default ElectionEvent { ElectionEvent = "ELECTION_EVENT", Election = "ELECTION" }
}
policy! {
    /// Whether the portal counts down to the closing time.
    CountdownPolicy default NoCountdown {
        NoCountdown = "NO_COUNTDOWN", Countdown = "COUNTDOWN",
        CountdownWithAlert = "COUNTDOWN_WITH_ALERT",
    }
}
policy! {
    /// Whether results include decoded ballots.
    DecodedBallotInclusionPolicy default NotIncluded { Included = "included", NotIncluded = "not-included" }
}
policy! {
    /// Whether the event's configuration is frozen.
    LockedDown default NotLockedDown { LockedDown = "locked-down", NotLockedDown = "not-locked-down" }
}
policy! {
    /// When the event may be published.
    PublishPolicy default Always { Always = "always", AfterLockdown = "after-lockdown" }
}
policy! {
    /// A feature that is on or off.
    Switch default Enabled { Enabled = "enabled", Disabled = "disabled" }
}
policy! {
    /// Whether votes weigh differently by area.
    WeightedVotingPolicy default DisabledWeightedVoting {
        DisabledWeightedVoting = "disabled-weighted-voting",
        AreasWeightedVoting = "areas-weighted-voting",
    }
}
policy! {
    /// Who runs the key and tally ceremonies.
    CeremoniesPolicy default ManualCeremonies {
        ManualCeremonies = "manual-ceremonies", AutomatedCeremonies = "automated-ceremonies",
    }
}
policy! {
    /// An administrative step that is allowed or not.
    Permission default Allowed { Allowed = "allowed", Disallowed = "disallowed" }
}
policy! {
    /// When voting may be started by hand.
    ManualStartVotingPeriod default Allowed {
        Allowed = "allowed",
        OnlyWhenInitializationReportHasBeenPerformed =
            "only-when-initialization-report-has-been-performed",
    }
}
policy! {
    /// When the tally may start.
    TallyPolicy default AlwaysAllow {
        AlwaysAllow = "always-allow",
        AllowWhenVotingPeriodEnds = "allow-when-voting-period-ends",
    }
}
policy! {
    /// Whether the initialization report is needed.
    InitializationReportPolicy default NotRequired { Required = "required", NotRequired = "not-required" }
}
policy! {
    /// Whether an area votes early. Underscores, unlike all others.
    EarlyVoting default NoEarlyVoting {
        AllowEarlyVoting = "allow_early_voting", NoEarlyVoting = "no_early_voting",
    }
}
