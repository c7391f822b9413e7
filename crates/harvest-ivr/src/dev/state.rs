//! What the server knows while it runs.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use deadpool_postgres::Pool;
use serde_json::{Value, json};
use tokio::sync::watch;
use uuid::Uuid;

use super::schema;
use super::settings::{Habit, HabitName, Settings};

pub(super) struct State {
    pub(super) pool: Pool,
    settings: Mutex<Settings>,
    /// One change at a time.
    changing: tokio::sync::Mutex<()>,
    executions: AtomicU64,
    alerts: AtomicU64,
    held: AtomicUsize,
    released: watch::Sender<u64>,
    log: bool,
}

impl State {
    pub(super) async fn start(pool: Pool, settings: Settings, log: bool) -> anyhow::Result<Self> {
        schema::fit(&pool, &settings.patches).await?;
        Ok(Self {
            pool,
            settings: Mutex::new(settings),
            changing: tokio::sync::Mutex::default(),
            executions: AtomicU64::default(),
            alerts: AtomicU64::default(),
            held: AtomicUsize::default(),
            released: watch::Sender::new(0),
            log,
        })
    }

    /// As they are at this moment.
    pub(super) fn settings(&self) -> Settings {
        self.locked().clone()
    }

    /// Changes them, and the database with them.
    pub(super) async fn change(&self, change: &Value) -> anyhow::Result<()> {
        let _one = self.changing.lock().await;
        let now = self.settings();
        let patches = now.changed(change)?.patches;
        if patches != now.patches {
            schema::fit(&self.pool, &patches).await?;
        }
        // Meanwhile habits have counted: from what they are now, in one go.
        let mut settings = self.locked();
        *settings = settings.changed(change)?;
        Ok(())
    }

    pub(super) fn take(&self, name: HabitName, after_commit: bool) -> Option<Habit> {
        self.locked().take(name, after_commit)
    }

    pub(super) fn count_execution(&self) {
        self.executions.fetch_add(1, Ordering::Relaxed);
    }

    /// Somebody casts a ballot that another voter has cast.
    pub(super) fn alert(&self, election: Uuid, ballot_id: &str) {
        self.alerts.fetch_add(1, Ordering::Relaxed);
        #[allow(clippy::print_stderr, reason = "the log of this server")]
        {
            eprintln!(
                "integrity_alert: a ballot of another voter was cast again; election {election}, ballot {ballot_id}"
            );
        }
    }

    /// A cast is over; of the ballot and of the voter nothing is said.
    pub(super) fn log(&self, election: Uuid, status: u16, code: &str) {
        if self.log {
            #[allow(clippy::print_stderr, reason = "the log of this server")]
            {
                eprintln!("insert-cast-vote: election {election}, {status} {code}");
            }
        }
    }

    /// Waits until somebody releases it.
    pub(super) async fn hold(&self) {
        let mut released = self.released.subscribe();
        self.held.fetch_add(1, Ordering::SeqCst);
        // The sender lives as long as this.
        let _ = released.changed().await;
        self.held.fetch_sub(1, Ordering::SeqCst);
    }

    pub(super) fn release(&self) {
        self.released.send_modify(|times| *times += 1);
    }

    /// For whoever asks.
    pub(super) fn report(&self) -> Value {
        json!({
            "settings": self.settings(),
            "executions": self.executions.load(Ordering::Relaxed),
            "integrity_alerts": self.alerts.load(Ordering::Relaxed),
            "held": self.held.load(Ordering::SeqCst),
        })
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
