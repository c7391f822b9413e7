//! What the command says.

use std::fmt::Write as _;

use crate::edits::EditSet;
use crate::run::{Plan, Standing};
use crate::syntax::Verdict;

/// One line a set, one a file, and the sums.
pub fn report(sets: &[EditSet], plan: &Plan) -> String {
    let mut out = String::new();
    for set in sets {
        let what = set.what.split_whitespace().collect::<Vec<_>>().join(" ");
        line(
            &mut out,
            &format!("{}  {} edits, {} new files", set.name, set.edits.len(), set.files.len()),
        );
        line(&mut out, &format!("    {what}"));
    }
    line(&mut out, "");
    for target in &plan.targets {
        let syntax = match &target.syntax {
            Verdict::Parses(parser) => format!("parses ({parser})"),
            Verdict::NotParsed(instead) => format!("not parsed: {instead}"),
            Verdict::Broken(reason) => format!("broken: {reason}"),
        };
        let kind = match &target.pinned {
            Some(_) => format!("{} edits", target.edits),
            None => "new".to_owned(),
        };
        line(&mut out, &format!("{}  {kind}, {syntax}", target.path.display()));
    }
    line(&mut out, "");
    line(&mut out, &sums(sets, plan));
    out
}

/// The sums and how the checkout stands.
pub fn sums(sets: &[EditSet], plan: &Plan) -> String {
    let edits: usize = plan.targets.iter().map(|target| target.edits).sum();
    let new = plan.targets.iter().filter(|target| target.pinned.is_none()).count();
    let standing = match plan.standing() {
        Standing::Untouched => "all anchors hold, nothing is applied",
        Standing::Applied => "everything is applied already",
        Standing::HalfApplied => "half applied: run it again to finish, or --revert",
    };
    format!(
        "{} sets, {edits} edits in {} files, {new} new files: {standing}",
        sets.len(),
        plan.targets.len() - new,
    )
}

fn line(out: &mut String, text: &str) {
    // Writing to a String does not fail.
    let _ = writeln!(out, "{text}");
}
