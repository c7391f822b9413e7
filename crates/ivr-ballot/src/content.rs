//! The JSON document that is cast, and what is hashed and signed of it.

use borsh::BorshSerialize;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha512};

use crate::prepared::BallotKind;

/// The only version of the format there is.
pub(crate) const VERSION: u32 = 1;

/// The document, in either kind.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Content<Contests = AnyContests> {
    pub(crate) version: u32,
    pub(crate) issue_date: String,
    pub(crate) contests: Contests,
    /// The ballot style's id.
    pub(crate) config: String,
    pub(crate) ballot_style_hash: String,
    pub(crate) voter_signing_pk: Option<String>,
    pub(crate) voter_ballot_signature: Option<String>,
}

/// The base64 texts of the ciphertexts: a list or one text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum AnyContests {
    Single(Vec<String>),
    Multi(String),
}

impl BorshSerialize for AnyContests {
    fn serialize<W: std::io::Write>(&self, writer: &mut W) -> std::io::Result<()> {
        match self {
            Self::Single(texts) => BorshSerialize::serialize(texts, writer),
            Self::Multi(text) => BorshSerialize::serialize(text, writer),
        }
    }
}

impl AnyContests {
    pub(crate) fn texts(&self) -> &[String] {
        match self {
            Self::Single(texts) => texts,
            Self::Multi(text) => std::slice::from_ref(text),
        }
    }
}

impl Content {
    pub(crate) fn from_json(kind: BallotKind, text: &str) -> Result<Self, serde_json::Error> {
        Ok(match kind {
            BallotKind::SingleContest => {
                serde_json::from_str::<Content<Vec<String>>>(text)?.map(AnyContests::Single)
            }
            BallotKind::MultipleContests => {
                serde_json::from_str::<Content<String>>(text)?.map(AnyContests::Multi)
            }
        })
    }

    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("strings and numbers always become JSON")
    }

    /// The bytes a voter signs: everything but the signature, ciphertexts in base64.
    pub(crate) fn signable_bytes(&self) -> Vec<u8> {
        borsh::to_vec(&(
            self.version,
            &self.issue_date,
            &self.contests,
            &self.config,
            &self.ballot_style_hash,
        ))
        .expect("writing to memory fails only beyond 4 GiB")
    }
}

impl<Contests> Content<Contests> {
    fn map<Other>(self, change: impl FnOnce(Contests) -> Other) -> Content<Other> {
        Content {
            version: self.version,
            issue_date: self.issue_date,
            contests: change(self.contests),
            config: self.config,
            ballot_style_hash: self.ballot_style_hash,
            voter_signing_pk: self.voter_signing_pk,
            voter_ballot_signature: self.voter_ballot_signature,
        }
    }
}

/// The bytes the ballot's id is the hash of: ciphertexts in binary.
pub(crate) fn raw_bytes(
    kind: BallotKind,
    version: u32,
    issue_date: &str,
    entries: &[Vec<u8>],
) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(32 + entries.iter().map(Vec::len).sum::<usize>());
    bytes.extend(version.to_le_bytes());
    bytes.extend((issue_date.len() as u32).to_le_bytes());
    bytes.extend(issue_date.as_bytes());
    if kind == BallotKind::SingleContest {
        bytes.extend((entries.len() as u32).to_le_bytes());
    }
    for entry in entries {
        bytes.extend(entry);
    }
    bytes
}

/// The ballot's id: half of the hash of [`raw_bytes`].
pub(crate) fn ballot_id(raw: &[u8]) -> String {
    hex::encode(&Sha512::digest(raw)[..32])
}
