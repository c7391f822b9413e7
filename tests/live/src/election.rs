//! A published election of the fixtures, as the parts need it.

use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use serde_json::Value;
use uuid::Uuid;

use crate::programs::fixture;

/// A publication, its key, and its ids.
pub struct Published {
    /// Its name among the fixtures.
    pub name: &'static str,
    /// The tenant.
    pub tenant: Uuid,
    /// The event.
    pub event: Uuid,
    /// The area of all voters.
    pub area: Uuid,
    /// Its elections, in the order of the document.
    pub elections: Vec<Uuid>,
    /// The document.
    pub document: Value,
}

impl Published {
    /// Reads one.
    ///
    /// # Errors
    /// When there is none of that name, or it lacks an id.
    pub fn read(name: &'static str) -> anyhow::Result<Self> {
        let file = fixture(&format!("publications/{name}/publication.json"));
        let bytes = std::fs::read(&file).with_context(|| file.display().to_string())?;
        let document: Value = serde_json::from_slice(&bytes)?;
        let event = &document["election_event"];
        let styles = document["ballot_styles"].as_array().context("no ballot styles")?;
        let area = id(&styles.first().context("no ballot style")?["area_id"])?;
        let elections = document["elections"].as_array().context("no elections")?;
        let of_the_area = |election: &&Value| {
            styles
                .iter()
                .any(|s| s["election_id"] == election["id"] && id(&s["area_id"]).ok() == Some(area))
        };
        let elections = elections.iter().filter(of_the_area).map(|one| id(&one["id"]));
        let elections: Vec<Uuid> = elections.collect::<Result<_, _>>()?;
        ensure!(!elections.is_empty(), "no election for the area");
        Ok(Self {
            name,
            tenant: id(&event["tenant_id"])?,
            event: id(&event["id"])?,
            area,
            elections,
            document,
        })
    }

    /// The realm of its voters.
    pub fn realm(&self) -> String {
        format!("tenant-{}-event-{}", self.tenant, self.event)
    }

    /// The document's file.
    pub fn file(&self) -> PathBuf {
        fixture(&format!("publications/{}/publication.json", self.name))
    }

    /// The secret key's file.
    pub fn key(&self) -> PathBuf {
        fixture(&format!("publications/{}/key.json", self.name))
    }

    /// The world of `step-ivr` in which its number is dialled.
    pub fn world(&self) -> PathBuf {
        fixture(&format!("worlds/{}.json", self.name))
    }
}

fn id(value: &Value) -> anyhow::Result<Uuid> {
    let text = value.as_str().context("an id is missing")?;
    text.parse().with_context(|| format!("{text} is no id"))
}
