//! What one role may do with one table.

use std::collections::BTreeMap;

use crate::fault::Fault;
use crate::predicate::{BoolExp, Operand};

/// A condition, or the reason why the stand-in cannot hold rows against it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// This.
    Known(BoolExp),
    /// None that the stand-in knows; requests that need it are refused.
    Unknown(String),
}

impl Filter {
    /// The condition.
    ///
    /// # Errors
    /// `not-supported`, with the reason.
    pub fn get(&self) -> Result<&BoolExp, Fault> {
        match self {
            Self::Known(exp) => Ok(exp),
            Self::Unknown(why) => Err(Fault::unsupported("$", format!("a permission with {why}"))),
        }
    }
}

/// Which rows and columns may be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectAccess {
    /// Database names of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub filter: Filter,
    /// At most so many.
    pub limit: Option<u32>,
    /// Whether they may be counted and summed.
    pub aggregations: bool,
    /// The root fields that exist; none: all.
    pub roots: Option<Vec<String>>,
    /// The same for subscriptions.
    pub subscription_roots: Option<Vec<String>>,
}

/// Which rows may be inserted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InsertAccess {
    /// Columns the role chooses.
    pub columns: Vec<String>,
    /// What holds for every row stored.
    pub check: Filter,
    /// Columns it does not choose; none: NULL.
    pub set: BTreeMap<String, Option<Operand>>,
    /// Only for servers (facts 8.8).
    pub backend_only: bool,
}

/// Which rows may be changed, and into what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateAccess {
    /// Columns the role chooses.
    pub columns: Vec<String>,
    /// Which rows.
    pub filter: Filter,
    /// What holds for every row afterwards. None was said: anything may after an update, and what
    /// the insert's check says after an upsert.
    pub check: Option<Filter>,
    /// Columns it does not choose; none: NULL.
    pub set: BTreeMap<String, Option<Operand>>,
    /// Only for servers.
    pub backend_only: bool,
}

/// Which rows may be deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteAccess {
    /// Which rows.
    pub filter: Filter,
    /// Only for servers.
    pub backend_only: bool,
}
