//! Runs `step-ivr` as a program would.
#![allow(dead_code, reason = "every test uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The program.
pub(crate) fn step_ivr() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_step-ivr"));
    command.stdin(Stdio::null());
    command
}

/// The repository's fixtures.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures")
}

/// A world of the fixtures.
pub(crate) fn world(name: &str) -> PathBuf {
    fixtures().join(format!("worlds/{name}.json"))
}

/// A file of a publication of the fixtures.
pub(crate) fn publication(name: &str, file: &str) -> PathBuf {
    fixtures().join(format!("publications/{name}/{file}"))
}

/// A new empty folder of one test.
pub(crate) fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A world of the fixtures, changed, in a folder of its own.
pub(crate) fn changed_world(folder: &Path, name: &str, change: impl FnOnce(&mut Value)) -> PathBuf {
    let mut value: Value = serde_json::from_slice(&std::fs::read(world(name)).unwrap()).unwrap();
    value["publication"] = publication(name, "publication.json").to_str().unwrap().into();
    change(&mut value);
    let file = folder.join("world.json");
    std::fs::write(&file, serde_json::to_vec_pretty(&value).unwrap()).unwrap();
    file
}

/// Runs a call with `--json --keys` and further arguments.
pub(crate) fn call(world: &Path, keys: &str, more: &[&str]) -> Output {
    let mut command = step_ivr();
    command.args(["call", "--json", "--seed", "1", "--keys", keys, "--world"]).arg(world);
    command.args(more).output().unwrap()
}

/// The lines of a call that went well.
pub(crate) fn lines(output: &Output) -> Vec<Value> {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let text = std::str::from_utf8(&output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The message of a command that was given bad input.
pub(crate) fn refused(output: &Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(output.stdout.is_empty(), "nothing is said before the input is found bad");
    errors
}

/// What a caller who chooses by meaning did.
#[derive(Default)]
pub(crate) struct Heard {
    /// Every line of the call.
    pub(crate) lines: Vec<Value>,
    /// Chosen candidates by contest.
    pub(crate) chosen: BTreeMap<String, Vec<String>>,
}

impl Heard {
    /// The last line.
    pub(crate) fn end(&self) -> &Value {
        let end = self.lines.last().unwrap();
        assert_eq!(end["type"], "end");
        end
    }
}

/// Holds a call over `--stdin`; `press` sees each answer that asks and what was chosen so far.
pub(crate) fn hold(
    world: &Path,
    more: &[&str],
    mut press: impl FnMut(&Value, &Heard) -> String,
) -> Heard {
    let mut command = step_ivr();
    command.args(["call", "--json", "--stdin", "--world"]).arg(world).args(more);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut keys = child.stdin.take().unwrap();
    let mut heard = Heard::default();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let pressed = (line["expect_input"] == true).then(|| press(&line, &heard));
        if let Some(pressed) = pressed {
            writeln!(keys, "{pressed}").unwrap();
            take_note(&line, &pressed, &mut heard);
        }
        heard.lines.push(line);
    }
    assert!(child.wait().unwrap().success());
    heard
}

fn take_note(line: &Value, pressed: &str, heard: &mut Heard) {
    let menu = line["menu"].as_array().unwrap();
    let Some(entry) = menu.iter().find(|entry| entry["keys"] == pressed) else { return };
    let contest = || line["contest_id"].as_str().unwrap().to_owned();
    match entry["action"].as_str().unwrap() {
        "choose_candidate" => {
            let id = entry["id"].as_str().unwrap().to_owned();
            heard.chosen.entry(contest()).or_default().push(id);
        }
        "change" => drop(heard.chosen.remove(&contest())),
        "edit_contest" => drop(heard.chosen.remove(entry["id"].as_str().unwrap())),
        _ => {}
    }
}

/// The keys of the first entry with an action.
pub(crate) fn keys_of(line: &Value, action: &str) -> Option<String> {
    let mut menu = line["menu"].as_array().unwrap().iter();
    let entry = menu.find(|entry| entry["action"] == action)?;
    Some(entry["keys"].as_str().unwrap().to_owned())
}

/// A voter who chooses `wanted` candidates in every contest that has so many seats, always the
/// last ones that are offered, and casts every ballot.
pub(crate) fn voter<'a>(
    credentials: &'a [(&'a str, &'a str)],
    wanted: usize,
) -> impl FnMut(&Value, &Heard) -> String + 'a {
    move |line, heard| {
        if let Some(pattern) = keys_of(line, "enter") {
            assert!(pattern.starts_with("D{1,") && pattern.ends_with("}#"), "{pattern}");
            let field = line["menu"][0]["field"].as_str().unwrap();
            let (_, digits) = credentials.iter().find(|(of, _)| *of == field).unwrap();
            return format!("{digits}#");
        }
        if let Some(contest) = line["contest_id"].as_str()
            && keys_of(line, "confirm").is_none()
        {
            let so_far = heard.chosen.get(contest).map_or(0, Vec::len);
            if so_far >= wanted
                && let Some(done) = keys_of(line, "done")
            {
                return done;
            }
            let menu = line["menu"].as_array().unwrap();
            let last = menu.iter().rfind(|entry| entry["action"] == "choose_candidate");
            return last.unwrap()["keys"].as_str().unwrap().to_owned();
        }
        let actions =
            ["submit", "confirm", "accept", "choose_language", "choose_election", "keep_language"];
        actions.iter().find_map(|action| keys_of(line, action)).unwrap()
    }
}
