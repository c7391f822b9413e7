//! What one has to be allowed to do.

/// A permission: a realm role, which the token carries in `x-hasura-allowed-roles`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Permission {
    /// The blacklist, the call log and its masked export.
    ManageBlacklist,
    /// Whole numbers.
    ExportRaw,
    /// How many ballots there are; the platform's own permission.
    ReadBallots,
}

impl Permission {
    /// The role's name.
    pub(super) const fn role(self) -> &'static str {
        match self {
            Self::ManageBlacklist => "can_manage_phone_blacklist",
            Self::ExportRaw => "can_export_raw_phone",
            Self::ReadBallots => "cast-vote-read",
        }
    }
}
