//! Recorded calls (design 15.2): every file of `tests/fixtures/calls` is played through `step-ivr`
//! and compared with its reviewed snapshot, turn by turn: what was pressed, the prompts heard,
//! whether input is expected, whether the call ends; then how it ended and the decrypted ballots.
//!
//! A fixture names a base world, a merge patch onto it, and one or more calls. Calls of one fixture
//! share a state file, so a second one is a redial that knows only what was cast.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod step;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};
use step::{changed_world, fixtures, folder, publication, step_ivr};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixture {
    /// What the call shows.
    about: String,
    /// The base world.
    world: String,
    /// A JSON merge patch onto it.
    #[serde(default)]
    with: Value,
    /// The keys of each call.
    calls: Vec<String>,
    /// Values put into the publication, by JSON pointer.
    #[serde(default)]
    publish: BTreeMap<String, Value>,
    /// The number dialled, if not that of the world.
    #[serde(default)]
    dialed: Option<String>,
    /// Whether the snapshot has the full SSML.
    #[serde(default)]
    ssml: bool,
}

#[test]
fn every_recorded_call_is_still_heard_the_same() {
    let mut names: Vec<_> = std::fs::read_dir(fixtures().join("calls"))
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
        .collect();
    names.sort();
    assert!(names.len() > 40, "the recorded calls are found");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(fixtures().join("calls/heard"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for name in names {
            insta::assert_snapshot!(name.clone(), play(&name));
        }
    });
}

/// Plays a fixture and writes down what is heard.
fn play(name: &str) -> String {
    let file = fixtures().join(format!("calls/{name}.json"));
    let fixture: Fixture = serde_json::from_slice(&std::fs::read(&file).unwrap())
        .unwrap_or_else(|e| panic!("{name}: {e}"));
    let folder = folder(&format!("calls-{name}"));
    let document = folder.join("publication.json");
    publish(&fixture, &document);
    let world = changed_world(&folder, &fixture.world, |world| {
        merge(world, &fixture.with);
        world["publication"] = document.to_str().unwrap().into();
    });
    let ballots = folder.join("ballots.jsonl");
    let mut heard = format!("{}\n", fixture.about);
    for (index, keys) in fixture.calls.iter().enumerate() {
        let contact = format!("contact-{name}-{index}");
        let output = step_ivr()
            .args(["call", "--json", "--seed", "1", "--contact-id", &contact, "--keys", keys])
            .args([Path::new("--world"), &world, Path::new("--ballots"), &ballots])
            .args([Path::new("--state"), &folder.join("state.json")])
            .args(fixture.dialed.iter().flat_map(|number| ["--dialed", number]))
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{name}: {errors}");
        transcribe(&String::from_utf8(output.stdout).unwrap(), keys, fixture.ssml, &mut heard);
    }
    open_the_box(&document, &fixture.world, &ballots, &mut heard);
    heard
}

/// Writes the document of the base world, changed as the fixture says.
fn publish(fixture: &Fixture, to: &Path) {
    let base = std::fs::read(publication(&fixture.world, "publication.json")).unwrap();
    let mut document: Value = serde_json::from_slice(&base).unwrap();
    for (pointer, value) in &fixture.publish {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = document.pointer_mut(parent).unwrap_or_else(|| panic!("no {pointer}"));
        parent[key] = value.clone();
    }
    std::fs::write(to, serde_json::to_vec(&document).unwrap()).unwrap();
}

/// RFC 7396.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        if !patch.is_null() {
            *target = patch.clone();
        }
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(target) = target else { unreachable!("made an object just now") };
    for (key, value) in patch {
        if value.is_null() {
            target.remove(key);
        } else {
            merge(target.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}

fn transcribe(output: &str, keys: &str, ssml: bool, heard: &mut String) {
    let mut pressed = keys.split_whitespace();
    for line in output.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        if line["type"] == "end" {
            let reason = line["reason"].as_str().unwrap_or("-");
            writeln!(heard, "= {} {reason}", line["outcome"].as_str().unwrap()).unwrap();
            for one in line["submissions"].as_array().unwrap() {
                let code = one["code"].as_str().unwrap_or("-");
                let id = one["election_id"].as_str().unwrap();
                writeln!(heard, "  {id} {} {code}", one["status"].as_str().unwrap()).unwrap();
            }
            let unused = line["unused_keys"].as_array().unwrap();
            if !unused.is_empty() {
                writeln!(heard, "  unused: {}", Value::from(unused.clone())).unwrap();
            }
            continue;
        }
        let place = line["sub_phase"].as_str().or(line["phase"].as_str()).unwrap();
        let prompts: Vec<_> =
            line["prompt_keys"].as_array().unwrap().iter().map(|k| k.as_str().unwrap()).collect();
        let then = match (line["should_disconnect"] == true, line["expect_input"] == true) {
            (true, _) => "disconnect",
            (false, true) => "input",
            (false, false) => "no input",
        };
        let language = line["language"].as_str().unwrap();
        writeln!(heard, "[{place} {language}] {} | {then}", folded(&prompts)).unwrap();
        if ssml {
            writeln!(heard, "    {}", line["ssml"].as_str().unwrap()).unwrap();
        }
        if then == "input" {
            writeln!(heard, "> {}", pressed.next().unwrap_or("(hangs up)")).unwrap();
        }
    }
}

/// Runs of one prompt are counted.
fn folded(prompts: &[&str]) -> String {
    let mut out: Vec<(&str, usize)> = Vec::new();
    for prompt in prompts {
        match out.last_mut() {
            Some((last, n)) if last == prompt => *n += 1,
            _ => out.push((prompt, 1)),
        }
    }
    out.iter()
        .map(|(p, n)| if *n == 1 { (*p).to_owned() } else { format!("{p} x{n}") })
        .collect::<Vec<_>>()
        .join(", ")
}

/// What the ballots say.
fn open_the_box(document: &Path, world: &str, ballots: &Path, heard: &mut String) {
    if !ballots.exists() || std::fs::metadata(ballots).unwrap().len() == 0 {
        heard.push_str("no ballot was cast\n");
        return;
    }
    let output = step_ivr()
        .args([Path::new("tally"), Path::new("--json"), Path::new("--publication")])
        .arg(document)
        .arg("--key")
        .arg(publication(world, "key.json"))
        .arg(ballots)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        if line["type"] != "ballot" {
            continue;
        }
        let election = line["election_id"].as_str().unwrap();
        writeln!(heard, "ballot {election} {}", line["status"].as_str().unwrap()).unwrap();
        for contest in line["contests"].as_array().unwrap() {
            let names: Vec<_> = contest["choices"]
                .as_array()
                .unwrap()
                .iter()
                .map(|choice| choice["name"].as_str().unwrap())
                .collect();
            let names = if names.is_empty() { "(blank)".to_owned() } else { names.join("; ") };
            writeln!(heard, "  {}: {names}", contest["name"].as_str().unwrap()).unwrap();
        }
    }
}
