//! `step-ivr` without arguments and without a terminal.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod step;

use step::step_ivr;

#[test]
fn the_demo_votes_in_both_elections_and_opens_the_box() {
    let output = step_ivr().output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for part in [
        "12345678",
        "01021960",
        "End of the call: completed",
        "The keys were: ",
        "00#",
        "What arrived in the box",
        "2 counted",
        "Municipal Council: 1 ballot",
        "School Board: 1 ballot",
    ] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
    assert!(!text.contains('\u{1b}'), "no colours where there is no terminal");
    assert!(text.contains("summary edit restart") || text.contains("Changing your selection"));
}

#[test]
fn the_schema_is_printed() {
    let output = step_ivr().arg("schema").output().unwrap();
    assert!(output.status.success());
    let kept = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/world.schema.json")).unwrap();
    assert_eq!(String::from_utf8(output.stdout), String::from_utf8(kept));
}
