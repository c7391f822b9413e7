//! The realm roles (DECISIONS 27, 65).

/// The role of every voter; the platform's realms have it.
pub const VOTER: &str = "user";
/// Reading the blacklist and `/ivr-config`.
pub const READ_BLACKLIST: &str = "can_read_phone_blacklist";
/// Changing the blacklist; for people, never for a client of ours.
pub const MANAGE_BLACKLIST: &str = "can_manage_phone_blacklist";
/// Whole numbers of the call log, each time with a purpose; for people, never for a client of ours.
pub const EXPORT_NUMBERS: &str = "can_export_raw_phone";
/// Writing the call log.
pub const RECORD_CALL: &str = "can_record_ivr_call";

/// The roles that this tool creates, with their descriptions.
pub const OURS: [(&str, &str); 4] = [
    (READ_BLACKLIST, "Telephone voting: reads the telephone blacklist and /ivr-config"),
    (MANAGE_BLACKLIST, "Telephone voting: changes the telephone blacklist"),
    (EXPORT_NUMBERS, "Telephone voting: reads whole telephone numbers, with a purpose on record"),
    (RECORD_CALL, "Telephone voting: writes the call log"),
];

/// All that a voter's token by telephone may carry.
pub const OF_VOTING: &[&str] = &[VOTER];
/// All that the service token may carry.
pub const OF_SERVICE: &[&str] = &[READ_BLACKLIST, RECORD_CALL];
