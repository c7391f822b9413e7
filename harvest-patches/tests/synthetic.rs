//! The tool on a tree made for the test: what is applied, what is refused, and that a refusal
//! writes nothing.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use harvest_patches::anchor::anchor;
use harvest_patches::checkout::Checkout;
use harvest_patches::edits;
use harvest_patches::error::Error;
use harvest_patches::report::report;
use harvest_patches::run::{Plan, Standing};

const CHANNELS: &str = "pub enum Channel {\n    Web,\n    Kiosk,\n}\n\npub fn all() -> [Channel; 2] {\n    [Channel::Web, Channel::Kiosk]\n}\n";
const NAMES: &str = "names:\n  - web\n  - kiosk\n";
const CRLF: &str = "{\r\n  \"web\": 1,\r\n  \"kiosk\": 2\r\n}\r\n";

struct World {
    folder: tempfile::TempDir,
}

impl World {
    /// A checkout of three files and the edits of all of them.
    fn new() -> Self {
        let world = Self::without_edits();
        world.edits("0010-rust", &world.of_rust());
        world.edits("0020-others", &world.of_others());
        world
    }

    fn without_edits() -> Self {
        let world = Self { folder: tempfile::tempdir().unwrap() };
        for (file, content) in
            [("src/channel.rs", CHANNELS), ("names.yaml", NAMES), ("channels.json", CRLF)]
        {
            world.put(file, content.as_bytes());
        }
        world.commit();
        fs::create_dir_all(world.patches().join("edits")).unwrap();
        fs::create_dir_all(world.patches().join("files")).unwrap();
        world
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("checkout")
    }

    fn patches(&self) -> PathBuf {
        self.folder.path().join("patches")
    }

    fn checkout(&self) -> Checkout {
        Checkout::at(&self.root()).unwrap()
    }

    fn put(&self, file: &str, content: &[u8]) {
        let path = self.root().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn commit(&self) {
        for arguments in [
            &["init", "--quiet"][..],
            &["-c", "core.autocrlf=false", "add", "--all"],
            &[
                "-c",
                "user.name=n",
                "-c",
                "user.email=n@example.org",
                "commit",
                "--quiet",
                "-m",
                "m",
            ],
        ] {
            let done =
                Command::new("git").arg("-C").arg(self.root()).args(arguments).status().unwrap();
            assert!(done.success());
        }
    }

    fn at(&self, file: &str, line: usize) -> String {
        anchor(&self.checkout(), Path::new(file), line).unwrap()
    }

    fn of_rust(&self) -> String {
        let mut text =
            "files:\n  - path: src/new/telephone.rs\n    source: telephone.rs\nedits:\n".to_owned();
        fs::write(self.patches().join("files/telephone.rs"), "pub fn ours() {}\n").unwrap();
        text += &self.at("src/channel.rs", 3);
        text += "    insert_after: |\n      Telephone,\n";
        text += &self.at("src/channel.rs", 6);
        text += "    replace_span:\n      from: 27\n      to: 28\n      with: \"3\"\n";
        text += &self.at("src/channel.rs", 7);
        text += "    delete: true\n";
        text += &self.at("src/channel.rs", 7);
        text += "    insert_after: |\n      [Channel::Web, Channel::Kiosk, Channel::Telephone]\n";
        text
    }

    fn of_others(&self) -> String {
        let mut text = "edits:\n".to_owned();
        text += &self.at("names.yaml", 3);
        text += "    insert_after: |\n      - telephone\n";
        text += &self.at("channels.json", 2);
        text += "    insert_after: |\n      \"telephone\": 3,\n";
        text
    }

    fn edits(&self, name: &str, body: &str) {
        let mut text = String::new();
        for key in ["why", "what", "test", "without"] {
            writeln!(text, "{key}: because").unwrap();
        }
        fs::write(self.patches().join("edits").join(format!("{name}.yaml")), text + body).unwrap();
    }

    fn plan(&self) -> Result<Plan, Error> {
        Plan::make(&self.checkout(), &edits::load(&self.patches())?)
    }

    fn apply(&self) -> Result<usize, Error> {
        self.plan()?.apply(&self.checkout())
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.root().join(file)).unwrap()
    }

    /// Every file but git's own, with its content.
    fn everything(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        let mut folders = vec![self.root()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    if path.file_name().unwrap() != ".git" {
                        found.push((path.clone(), Vec::new()));
                        folders.push(path);
                    }
                } else {
                    let content = fs::read(&path).unwrap();
                    found.push((path, content));
                }
            }
        }
        found.sort();
        found
    }

    /// That this plan is refused with these words, and that nothing has changed.
    fn refuses(&self, words: &str) {
        let before = self.everything();
        let said = self.apply().unwrap_err().to_string();
        assert!(said.contains(words), "`{words}` is not in: {said}");
        assert_eq!(self.everything(), before);
    }
}

#[test]
fn everything_is_applied_and_taken_back_to_the_byte() {
    let world = World::new();
    let before = world.everything();
    assert_eq!(world.plan().unwrap().standing(), Standing::Untouched);
    assert_eq!(world.apply().unwrap(), 4);
    assert_eq!(
        world.read("src/channel.rs"),
        "pub enum Channel {\n    Web,\n    Kiosk,\n    Telephone,\n}\n\npub fn all() -> [Channel; 3] {\n    [Channel::Web, Channel::Kiosk, Channel::Telephone]\n}\n"
    );
    assert_eq!(world.read("names.yaml"), "names:\n  - web\n  - kiosk\n  - telephone\n");
    assert_eq!(world.read("src/new/telephone.rs"), "pub fn ours() {}\n");
    let plan = world.plan().unwrap();
    assert_eq!(plan.standing(), Standing::Applied);
    assert_eq!(plan.revert(&world.checkout()).unwrap(), 4);
    // Also the folder of our file is gone.
    assert_eq!(world.everything(), before);
}

#[test]
fn a_second_run_has_nothing_to_do() {
    let world = World::new();
    world.apply().unwrap();
    let before = world.everything();
    assert_eq!(world.apply().unwrap(), 0);
    assert_eq!(world.everything(), before);
}

#[test]
fn a_second_way_back_has_nothing_to_do() {
    let world = World::new();
    assert_eq!(world.plan().unwrap().revert(&world.checkout()).unwrap(), 0);
}

#[test]
fn what_was_interrupted_is_finished_or_taken_back() {
    let world = World::new();
    let before = world.everything();
    world.apply().unwrap();
    let after = world.everything();
    world.put("names.yaml", NAMES.as_bytes());
    assert_eq!(world.plan().unwrap().standing(), Standing::HalfApplied);
    assert_eq!(world.apply().unwrap(), 1);
    assert_eq!(world.everything(), after);
    fs::remove_dir_all(world.root().join("src/new")).unwrap();
    assert_eq!(world.plan().unwrap().standing(), Standing::HalfApplied);
    assert_eq!(world.plan().unwrap().revert(&world.checkout()).unwrap(), 3);
    assert_eq!(world.everything(), before);
}

#[test]
fn carriage_returns_are_kept_and_given() {
    let world = World::new();
    world.apply().unwrap();
    assert_eq!(
        world.read("channels.json"),
        "{\r\n  \"web\": 1,\r\n  \"telephone\": 3,\r\n  \"kiosk\": 2\r\n}\r\n"
    );
}

#[test]
fn line_ends_that_were_converted_are_drift() {
    let world = World::new();
    world.put("channels.json", CRLF.replace("\r\n", "\n").as_bytes());
    world.refuses("line 2: the line is another");
}

#[test]
fn a_drifted_line_is_refused() {
    let world = World::new();
    world.put("names.yaml", b"names:\n  - web\n  - kiosk-2\n");
    world.refuses("line 3: the line is another");
}

#[test]
fn a_drifted_window_is_refused() {
    let world = World::new();
    world.put("names.yaml", b"names:\n  - portal\n  - kiosk\n");
    world.refuses("line 3: the line is the same, its neighbours are others");
}

#[test]
fn another_blob_is_refused_though_every_anchor_holds() {
    let world = World::new();
    world.put("src/channel.rs", format!("{CHANNELS}\npub fn more() {{}}\n").as_bytes());
    world.refuses("line 3: the anchor holds");
    world.refuses("neither the pinned");
}

#[test]
fn an_edited_file_that_was_edited_on_is_refused_both_ways() {
    let world = World::new();
    world.apply().unwrap();
    world.put("names.yaml", b"names:\n  - web\n  - kiosk\n  - telephone\n  - fax\n");
    world.refuses("names.yaml: is blob");
    assert!(world.plan().is_err());
}

#[test]
fn an_anchor_that_never_was_there_is_refused() {
    for (field, words) in [
        ("line_sha256", "as pinned, line 3: the line is another"),
        ("window_sha256", "as pinned, line 3: the line is the same, its neighbours"),
    ] {
        let world = World::without_edits();
        let good = format!("edits:\n{}    insert_after: x\n", world.at("names.yaml", 3));
        let mut bad = String::new();
        for line in good.lines() {
            match line.trim().split_once(": ") {
                Some((key, _)) if key == field => {
                    writeln!(bad, "    {field}: {}", "0".repeat(64)).unwrap();
                }
                _ => writeln!(bad, "{line}").unwrap(),
            }
        }
        world.edits("0010-bad", &bad);
        world.refuses(words);
    }
}

#[test]
fn a_blob_that_git_does_not_have_is_refused() {
    let world = World::new();
    let text = fs::read_to_string(world.patches().join("edits/0020-others.yaml")).unwrap();
    let blob = text.lines().find_map(|line| line.trim().strip_prefix("blob: ")).unwrap();
    let text = text.replace(blob, &"1".repeat(40));
    fs::write(world.patches().join("edits/0020-others.yaml"), text).unwrap();
    world.refuses("git cat-file blob 1111");
}

#[test]
fn a_missing_file_is_refused() {
    let world = World::new();
    fs::remove_file(world.root().join("names.yaml")).unwrap();
    world.refuses("names.yaml: is not there");
}

#[test]
fn a_new_file_that_is_there_already_is_refused() {
    let world = World::new();
    world.put("src/new/telephone.rs", b"pub fn theirs() {}\n");
    world.refuses("telephone.rs: is there already, with another content");
}

#[test]
fn what_is_not_utf_8_is_refused() {
    let world = World::new();
    world.put("names.yaml", b"names:\n  - web\n  - k\xe9osk\n");
    world.refuses("names.yaml: is not UTF-8");
}

#[test]
fn a_link_is_not_followed() {
    let world = World::new();
    let elsewhere = world.folder.path().join("elsewhere.yaml");
    fs::write(&elsewhere, NAMES).unwrap();
    fs::remove_file(world.root().join("names.yaml")).unwrap();
    std::os::unix::fs::symlink(&elsewhere, world.root().join("names.yaml")).unwrap();
    let said = world.apply().unwrap_err().to_string();
    assert!(said.contains("not a plain file"), "{said}");
    assert_eq!(fs::read_to_string(elsewhere).unwrap(), NAMES);
}

#[test]
fn an_edit_that_would_not_parse_is_refused() {
    let world = World::without_edits();
    let body = world.at("src/channel.rs", 3);
    world.edits("0010-bad", &format!("edits:\n{body}    insert_after: \"Telephone {{\"\n"));
    world.refuses("would not parse");
}

#[test]
fn every_problem_is_named_at_once() {
    let world = World::new();
    world.put("names.yaml", b"names: []\n");
    fs::remove_file(world.root().join("channels.json")).unwrap();
    world.put("src/new/telephone.rs", b"\n");
    let said = world.apply().unwrap_err().to_string();
    for file in ["names.yaml", "channels.json", "telephone.rs"] {
        assert!(said.contains(file), "{said}");
    }
}

#[test]
fn a_file_that_cannot_be_written_leaves_all_others_alone() {
    let world = World::new();
    // A file where a folder of ours has to be.
    world.put("src/new", b"");
    let before = world.everything();
    assert!(world.apply().is_err());
    assert_eq!(world.everything(), before);
}

#[test]
fn edits_of_a_wrong_form_are_named() {
    for (body, words) in [
        ("edits: []\nedit: []\n", "edit"),
        ("files:\n  - path: ../a.rs\n    source: telephone.rs\n", "below the root"),
        ("files:\n  - path: /a.rs\n    source: telephone.rs\n", "below the root"),
        ("files:\n  - path: a.rs\n    source: none.rs\n", "none.rs"),
    ] {
        let world = World::new();
        world.edits("0030-bad", body);
        world.refuses(words);
    }
    let world = World::without_edits();
    let two =
        format!("edits:\n{}    delete: true\n    insert_after: x\n", world.at("names.yaml", 3));
    world.edits("0010-bad", &two);
    world.refuses("one of `insert_after`");
}

#[test]
fn a_set_without_its_reasons_is_refused() {
    let world = World::new();
    let path = world.patches().join("edits/0020-others.yaml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("without: because", "without: ''")).unwrap();
    world.refuses("`without` is empty");
    fs::write(&path, text.replace("why: because\n", "")).unwrap();
    world.refuses("why");
}

#[test]
fn a_folder_outside_git_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    // It is there, it is no checkout; and one that is not there is none either.
    for folder in [folder.path().to_owned(), folder.path().join("none")] {
        assert!(matches!(Checkout::at(&folder), Err(Error::Git { .. })), "{}", folder.display());
    }
}

#[test]
fn permissions_stay() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new();
    let path = world.root().join("names.yaml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    world.apply().unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o755);
}

#[test]
fn the_report_has_every_set_and_file() {
    let world = World::new();
    let sets = edits::load(&world.patches()).unwrap();
    let said = report(&sets, &world.plan().unwrap());
    for words in [
        "0010-rust  4 edits, 1 new files",
        "channels.json  1 edits, parses (serde_json)",
        "src/new/telephone.rs  new, parses (syn)",
        "2 sets, 6 edits in 3 files, 1 new files: all anchors hold, nothing is applied",
    ] {
        assert!(said.contains(words), "`{words}` is not in:\n{said}");
    }
}
