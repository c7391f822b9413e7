//! Somebody with a telephone: hears what `step-ivr` says, looks at the menu, presses keys, and
//! remembers what they meant by them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::programs::built;
use crate::town::{Door, SERVICE_SECRET, Town, VOTING_SECRET, Voter};

/// The number from which everybody calls, unless they say otherwise.
pub const NUMBER: &str = "+15195550123";

/// Longer than any turn, also on a busy machine: who hears nothing for so long gives up.
const PATIENCE: Duration = Duration::from_secs(180);

/// What somebody means to do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Who calls.
    pub voter: Voter,
    /// `en` or `fr`.
    pub language: &'static str,
    /// Which way the ballot goes in.
    pub door: Door,
    /// They hang up when so many ballots of this call have been submitted.
    pub ballots: usize,
    /// Whom they choose.
    pub taste: usize,
}

impl Plan {
    /// In English, directly, to the end.
    pub fn of(voter: Voter) -> Self {
        Self { voter, language: "en", door: Door::Direct, ballots: usize::MAX, taste: 0 }
    }
}

/// Choices by contest.
pub type Choices = BTreeMap<Uuid, BTreeSet<Uuid>>;

/// One answer, and what was pressed upon it.
#[derive(Clone)]
pub struct Exchange {
    /// What was heard.
    pub text: String,
    /// The templates that were spoken.
    pub prompt_keys: Vec<String>,
    /// The key sequence; nothing where no input was asked for, or the caller hung up.
    pub pressed: Option<String>,
}

/// What became of a ballot, as the call tells it.
#[derive(Debug, Clone, Deserialize)]
pub struct Submission {
    /// The election.
    pub election_id: Uuid,
    /// `success`, `rejected`, `failed`, `unknown`.
    pub status: String,
    /// The ballot, where one was sealed.
    pub ballot_id: Option<String>,
}

/// A call that is over.
#[derive(Clone)]
pub struct Call {
    /// Everything that was said.
    pub exchanges: Vec<Exchange>,
    /// `completed`, `disconnected`, `hung_up`.
    pub outcome: String,
    /// What became of the ballots.
    pub submissions: Vec<Submission>,
    /// What the caller meant, by election.
    pub meant: BTreeMap<Uuid, Choices>,
    /// What the operator sees.
    pub log: String,
}

/// Without what was heard, which repeats choices, and without what was pressed.
impl std::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.prompt_keys).finish()
    }
}

/// Without choices.
impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call")
            .field("last", &self.exchanges.last())
            .field("outcome", &self.outcome)
            .field("submissions", &self.submissions)
            .finish_non_exhaustive()
    }
}

impl Call {
    /// Whether a template was spoken.
    pub fn heard(&self, key: &str) -> bool {
        self.exchanges.iter().any(|e| e.prompt_keys.iter().any(|one| one == key))
    }

    /// The ballots that the caller was told are recorded.
    pub fn recorded(&self) -> impl Iterator<Item = (&Submission, &Choices)> {
        let recorded = self.submissions.iter().filter(|one| one.status == "success");
        recorded.filter_map(|one| Some((one, self.meant.get(&one.election_id)?)))
    }
}

/// What happens at the moment before a ballot is submitted.
pub type BeforeSubmit<'a> = &'a mut dyn FnMut() -> anyhow::Result<()>;

/// Holds a call in a town.
///
/// # Errors
/// When the telephone breaks, or a secret is in its log.
pub fn call(town: &Town, plan: &Plan) -> anyhow::Result<Call> {
    call_and(town, plan, &mut || Ok(()))
}

/// The same, with something that happens when a ballot is about to be submitted.
///
/// # Errors
/// As for [`call`].
pub fn call_and(town: &Town, plan: &Plan, before: BeforeSubmit<'_>) -> anyhow::Result<Call> {
    let mut phone = Phone::dial(town, plan)?;
    let mut caller = Caller { plan, chosen: Choices::new(), meant: BTreeMap::new(), submitted: 0 };
    let mut exchanges = Vec::new();
    loop {
        let Some(line) = phone.hear()? else {
            anyhow::bail!("the line is dead: {}", phone.ended(plan)?)
        };
        if line["type"] == "end" {
            let log = phone.ended(plan)?;
            return Ok(Call {
                exchanges,
                outcome: text(&line["outcome"]),
                submissions: serde_json::from_value(line["submissions"].clone())?,
                meant: caller.meant,
                log,
            });
        }
        let mut exchange = Exchange {
            text: text(&line["text"]),
            prompt_keys: serde_json::from_value(line["prompt_keys"].clone())?,
            pressed: None,
        };
        if line["expect_input"] == true {
            match caller.answers(&line, before).with_context(|| place(&line))? {
                Some(keys) => {
                    phone.press(&keys)?;
                    exchange.pressed = Some(keys);
                }
                None => phone.hang_up(),
            }
        }
        exchanges.push(exchange);
    }
}

/// Hands the telephone to whoever sits at this terminal, until the call ends.
///
/// # Errors
/// When it cannot be had, or breaks.
pub fn by_hand(town: &Town, door: Door) -> anyhow::Result<()> {
    let status = dialled(town, door)?.args(["--caller", NUMBER]).status()?;
    ensure!(status.success(), "the telephone broke: {status}");
    Ok(())
}

/// `step-ivr call` in a town.
fn dialled(town: &Town, door: Door) -> anyhow::Result<Command> {
    let mut call = Command::new(built("step-ivr")?);
    call.arg("call")
        .arg("--world")
        .arg(town.published.world())
        .arg("--live")
        .arg(town.env(door)?)
        .env("LIVE_VOTING", VOTING_SECRET)
        .env("LIVE_SERVICE", SERVICE_SECRET);
    Ok(call)
}

/// A telephone does not outlive who holds it.
struct Handset(Child);

impl Drop for Handset {
    fn drop(&mut self) {
        // Whoever cannot be killed is dead already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Phone {
    child: Handset,
    keys: Option<std::process::ChildStdin>,
    speech: Receiver<std::io::Result<String>>,
    log: std::thread::JoinHandle<std::io::Result<String>>,
}

impl Phone {
    fn dial(town: &Town, plan: &Plan) -> anyhow::Result<Self> {
        let mut child = dialled(town, plan.door)?
            .args(["--json", "--log", "--stdin", "--caller", NUMBER])
            .args(["--contact-id", &Uuid::new_v4().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let speech = child.stdout.take().context("nothing to hear")?;
        let mut errors = child.stderr.take().context("no log")?;
        let log = std::thread::spawn(move || {
            let mut log = String::new();
            errors.read_to_string(&mut log).map(|_| log)
        });
        let (says, heard) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            // Whoever has hung up hears no more.
            BufReader::new(speech).lines().try_for_each(|line| says.send(line))
        });
        Ok(Self { keys: child.stdin.take(), child: Handset(child), speech: heard, log })
    }

    /// Nothing when the line is dead.
    fn hear(&mut self) -> anyhow::Result<Option<Value>> {
        match self.speech.recv_timeout(PATIENCE) {
            Ok(line) => Ok(Some(serde_json::from_str(&line?)?)),
            Err(RecvTimeoutError::Disconnected) => Ok(None),
            Err(RecvTimeoutError::Timeout) => anyhow::bail!("the telephone says nothing any more"),
        }
    }

    fn press(&mut self, keys: &str) -> anyhow::Result<()> {
        let line = self.keys.as_mut().context("has hung up")?;
        writeln!(line, "{keys}")?;
        Ok(line.flush()?)
    }

    fn hang_up(&mut self) {
        self.keys = None;
    }

    /// What the operator saw, in which no secret is.
    fn ended(mut self, plan: &Plan) -> anyhow::Result<String> {
        self.hang_up();
        self.child.0.wait()?;
        let log = self.log.join().map_err(|_| anyhow::anyhow!("the log broke"))??;
        let pin = plan.voter.pin();
        for secret in [VOTING_SECRET, SERVICE_SECRET, &pin, "eyJ", &NUMBER[2..]] {
            ensure!(!log.contains(secret), "a secret in the log of a call");
        }
        Ok(log)
    }
}

/// What a caller has in mind.
struct Caller<'a> {
    plan: &'a Plan,
    chosen: Choices,
    meant: BTreeMap<Uuid, Choices>,
    submitted: usize,
}

impl Caller<'_> {
    /// What to press; nothing to hang up.
    fn answers(
        &mut self,
        line: &Value,
        before: BeforeSubmit<'_>,
    ) -> anyhow::Result<Option<String>> {
        let menu = line["menu"].as_array().context("no menu")?;
        let entries = |action: &'static str| menu.iter().filter(move |e| e["action"] == action);
        let keys = |entry: &Value| Ok(Some(text(&entry["keys"])));
        if let Some(language) = entries("choose_language").find(|e| e["id"] == self.plan.language) {
            return keys(language);
        }
        if let Some(entry) = entries("enter").next() {
            let typed = if line["prompt_keys"][0] == "auth_enter_username" {
                self.plan.voter.username()
            } else {
                self.plan.voter.pin()
            };
            return Ok(Some(format!("{typed}{}", text(&entry["terminator"]))));
        }
        if let Some(entry) = entries("accept").next() {
            return keys(entry);
        }
        if line["sub_phase"] == "candidate_select" {
            return Ok(Some(self.chooses(line, menu)?));
        }
        if let Some(entry) = entries("submit").next() {
            let election = id(&line["election_id"])?;
            self.meant.insert(election, std::mem::take(&mut self.chosen));
            self.submitted += 1;
            before()?;
            return keys(entry);
        }
        if self.submitted >= self.plan.ballots {
            return Ok(None);
        }
        let order = ["choose_election", "keep_language", "confirm", "done", "exit"];
        let entry = order.iter().find_map(|action| menu.iter().find(|e| e["action"] == *action));
        keys(entry.context("nothing to press")?)
    }

    /// Chooses by taste: one, two or three of a contest, as far as it allows.
    fn chooses(&mut self, line: &Value, menu: &[Value]) -> anyhow::Result<String> {
        let contest = id(&line["contest_id"])?;
        let chosen = self.chosen.entry(contest).or_default();
        let wanted = 1 + self.plan.taste % 3;
        let free: Vec<&Value> = menu.iter().filter(|e| e["action"] == "choose_candidate").collect();
        let done = menu.iter().find(|e| e["action"] == "done");
        match (done, free.is_empty()) {
            (Some(done), _) if chosen.len() >= wanted => Ok(text(&done["keys"])),
            (_, false) => {
                let entry = free[(self.plan.taste + 2 * chosen.len()) % free.len()];
                chosen.insert(id(&entry["id"])?);
                Ok(text(&entry["keys"]))
            }
            (Some(done), true) => Ok(text(&done["keys"])),
            (None, true) => anyhow::bail!("nobody to choose"),
        }
    }
}

fn id(value: &Value) -> anyhow::Result<Uuid> {
    Ok(value.as_str().context("no id")?.parse()?)
}

/// Where a call is, without what is said there.
fn place(line: &Value) -> String {
    format!("at {} {} {}", line["phase"], line["sub_phase"], line["prompt_keys"])
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
