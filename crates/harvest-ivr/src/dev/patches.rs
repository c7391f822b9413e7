//! The database's part of the patches: the migrations of `harvest-patches`, and how one sees that they
//! are there.

/// A change of the database that belongs to a patch.
pub(super) struct Migration {
    pub(super) patch: &'static str,
    /// A query whose one row says whether it is there.
    pub(super) there: &'static str,
    pub(super) up: &'static str,
    /// None where taking it away would take rows' values away.
    pub(super) down: Option<&'static str>,
}

macro_rules! sql {
    ($migration:literal, $file:literal) => {
        include_str!(concat!("../../../../harvest-patches/files/hasura/", $migration, "/", $file))
    };
}

/// One cast of a voter in an election at a time.
pub(super) const VOTER_LOCK: Migration = Migration {
    patch: "voter_lock",
    there: "SELECT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'a_ivr_10_voter_lock'
              AND tgrelid = 'sequent_backend.cast_vote'::regclass)",
    up: sql!("1795219300000_ivr_voter_lock", "up.sql"),
    down: Some(sql!("1795219300000_ivr_voter_lock", "down.sql")),
};

/// A ballot is in the box of an election once.
pub(super) const BALLOT_ONCE: Migration = Migration {
    patch: "ballot_once",
    there: "SELECT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'a_ivr_20_ballot_once'
              AND tgrelid = 'sequent_backend.cast_vote'::regclass)",
    up: sql!("1795219300010_ivr_ballot_once", "up.sql"),
    down: Some(sql!("1795219300010_ivr_ballot_once", "down.sql")),
};

/// The channel of a vote.
pub(super) const CAST_VOTE_CHANNEL: Migration = Migration {
    patch: "cast_vote_channel",
    there: "SELECT EXISTS (SELECT FROM pg_attribute WHERE attname = 'channel'
              AND attrelid = 'sequent_backend.cast_vote'::regclass AND NOT attisdropped)",
    up: sql!("1795219300020_ivr_cast_vote_channel", "up.sql"),
    down: None,
};
