use super::*;

fn job(script: &str) -> Job {
    Job {
        program: "sh".into(),
        arguments: vec!["-c".into(), script.into()],
        environment: Vec::new(),
        without: "",
    }
}

fn place(running: &tempfile::TempDir) -> Place {
    Place::new("fake", running.path()).unwrap()
}

const LONG: Duration = Duration::from_secs(60);

#[test]
fn a_server_that_ends_says_why() {
    let running = tempfile::tempdir().unwrap();
    let mut place = place(&running);
    place.start(job("echo the port is taken >&2; exit 7")).unwrap();
    let error = place.wait_until(LONG, || false).unwrap_err().to_string();
    assert!(error.contains("exit status: 7") && error.contains("the port is taken"), "{error}");
}

#[test]
fn a_server_that_never_answers_is_given_up() {
    let running = tempfile::tempdir().unwrap();
    let mut place = place(&running);
    place.start(job("echo here I am; exec sleep 600")).unwrap();
    let here = |place: &Place| place.log_text().unwrap().contains("here I am");
    while !here(&place) {
        sleep(Duration::from_millis(5));
    }
    let error = place.wait_until(Duration::ZERO, || false).unwrap_err().to_string();
    assert!(error.contains("did not answer") && error.contains("here I am"), "{error}");
}

#[test]
fn a_dropped_place_leaves_neither_process_nor_folder() {
    let running = tempfile::tempdir().unwrap();
    let mut place = place(&running);
    // A grandchild in the same group, as Keycloak's java is.
    place.start(job("sleep 600 & echo $! >grandchild; wait")).unwrap();
    let written = place.folder().join("grandchild");
    place
        .wait_until(LONG, || fs::read_to_string(&written).is_ok_and(|t| t.ends_with('\n')))
        .unwrap();
    let grandchild: u32 = fs::read_to_string(&written).unwrap().trim().parse().unwrap();
    let folder = place.folder().to_owned();
    drop(place);
    assert!(!folder.exists());
    assert!(wait_for(|| !runs(grandchild)), "the grandchild still runs");
}

#[test]
fn a_stopped_server_can_end_in_order_and_be_started_again() {
    let running = tempfile::tempdir().unwrap();
    let mut place = place(&running);
    let script = "trap 'echo in order; exit 0' TERM; echo up; while :; do sleep 0.01; done";
    for round in 1..=2 {
        place.start(job(script)).unwrap();
        let log = place.log();
        let ups = || fs::read_to_string(&log).unwrap().matches("up").count();
        place.wait_until(LONG, || ups() == round).unwrap();
        place.stop(LONG);
        assert_eq!(place.log_text().unwrap().matches("in order").count(), round);
    }
}

#[test]
fn a_variable_that_is_not_wanted_is_not_inherited() {
    let running = tempfile::tempdir().unwrap();
    let mut place = place(&running);
    let mut job = job("echo \"path: ${PATH-none}, given: $GIVEN\"");
    job.program = "/bin/sh".into();
    job.without = "PATH";
    job.environment.push(("GIVEN".into(), "this".into()));
    // The outer shell sets PATH itself if it has none, but not for its children.
    place.run("the script", job).unwrap();
    let log = place.log_text().unwrap();
    assert!(log.contains("given: this"), "{log}");
    assert!(!log.contains(&std::env::var("PATH").unwrap()), "{log}");
}

#[test]
fn a_failed_step_shows_its_output() {
    let running = tempfile::tempdir().unwrap();
    let error = place(&running).run("the step", job("echo no such artifact; exit 1")).unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("the step failed") && text.contains("no such artifact"), "{text}");
}

fn wait_for(mut done: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while start.elapsed() < LONG {
        if done() {
            return true;
        }
        sleep(Duration::from_millis(10));
    }
    false
}

/// A process that was killed and waits for its parent counts as gone.
fn runs(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| stat.rsplit(')').next().is_some_and(|rest| !rest.starts_with(" Z")))
}

/// Not a test of its own: what the two below run as another process and kill.
#[test]
#[ignore = "started by the tests that kill it"]
fn an_owner_to_be_killed() {
    let running = PathBuf::from(std::env::var_os("OWNER_FOLDER").unwrap());
    let mut place = Place::new("fake", &running).unwrap();
    place.start(job("echo $$ >pid.part; mv pid.part pid; exec sleep 600")).unwrap();
    sleep(LONG);
}

/// An owner in another process, its folder, and the process of its server.
fn owner(running: &Path) -> (Child, PathBuf, u32) {
    let owner = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "process::tests::an_owner_to_be_killed", "--ignored"])
        .env("OWNER_FOLDER", running)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut found = None;
    assert!(wait_for(|| {
        let folder = fs::read_dir(running).unwrap().flatten().next().map(|entry| entry.path());
        found = folder.and_then(|folder| {
            let pid = fs::read_to_string(folder.join("pid")).ok()?;
            Some((folder, pid.trim().parse().unwrap()))
        });
        found.is_some()
    }));
    let (folder, pid) = found.unwrap();
    assert!(runs(pid), "the server runs");
    (owner, folder, pid)
}

#[test]
fn an_owner_that_is_killed_leaves_neither_process_nor_folder() {
    let running = tempfile::tempdir().unwrap();
    let (mut owner, folder, server) = owner(running.path());
    owner.kill().unwrap();
    owner.wait().unwrap();
    assert!(wait_for(|| !runs(server)), "the server still runs");
    assert!(wait_for(|| !folder.exists()), "the folder is still there");
}

#[test]
fn what_a_killed_guard_left_is_swept() {
    let running = tempfile::tempdir().unwrap();
    let (mut owner, folder, server) = owner(running.path());
    assert!(crate::sweep::sweep_in(running.path()).is_empty(), "the owner lives");
    let guards = children(owner.id());
    for guard in guards.iter().filter(|pid| **pid != server) {
        rustix::process::kill_process(Pid::from_raw(*guard as i32).unwrap(), Signal::KILL).unwrap();
    }
    owner.kill().unwrap();
    owner.wait().unwrap();
    assert!(runs(server), "nobody was left to end it");
    let folder = folder.canonicalize().unwrap();
    assert_eq!(crate::sweep::sweep_in(running.path()), [folder.as_path()]);
    assert!(wait_for(|| !runs(server)));
    assert!(!folder.exists());
}

fn children(pid: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).unwrap().flatten();
    let children = tasks.map(|task| fs::read_to_string(task.path().join("children")).unwrap());
    let children: Vec<String> = children.collect();
    children.iter().flat_map(|list| list.split_whitespace()).map(|p| p.parse().unwrap()).collect()
}
