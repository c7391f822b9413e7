//! The protocol, driven by hand and by exhaustive search.

use std::collections::HashSet;

use super::*;

const LIMITS: SubmitLimits = SubmitLimits { sends: 3, holds: 4 };
const ABSENT: Event = Event::NotFound { ballots_left: true };

fn play(events: impl IntoIterator<Item = Event>) -> (Submission, Vec<Effect>) {
    let mut submission = Submission::sealed();
    let effects = events.into_iter().map(|e| submission.step(e, LIMITS)).collect();
    (submission, effects)
}

fn closed() -> CastVoteRejection {
    CastVoteRejection::ChannelClosed
}

#[test]
fn a_ballot_is_saved_then_sent_then_recorded() {
    let (submission, effects) = play([Event::Resume, Event::Saved, Event::Recorded]);
    let recorded = Verdict::Recorded { found_in_history: false };
    assert_eq!(submission.verdict(), Some(&recorded));
    assert_eq!(effects, [Effect::Save, Effect::Send, Effect::Announce(recorded)]);
    assert_eq!(Submission::sealed().verdict(), None);
    assert_eq!(submission.sends(), 1);
}

#[test]
fn a_refusal_is_believed_only_after_the_history_was_asked() {
    let (_, effects) = play([Event::Resume, Event::Saved, Event::Refused(closed()), ABSENT]);
    assert_eq!(effects[2], Effect::AskHistory);
    assert_eq!(effects[3], Effect::Announce(Verdict::Rejected(closed())));
}

#[test]
fn a_refusal_of_a_ballot_that_the_history_has_is_a_success() {
    let duplicate = Event::Refused(CastVoteRejection::DuplicateVote);
    let (_, effects) = play([Event::Resume, Event::Saved, duplicate, Event::Found]);
    assert_eq!(effects[3], Effect::Announce(Verdict::Recorded { found_in_history: true }));
}

#[test]
fn a_lost_reply_is_found_in_the_history() {
    let (_, effects) = play([Event::Resume, Event::Saved, Event::NoReply, Event::Found]);
    assert_eq!(effects[2], Effect::AskHistory);
    assert_eq!(effects[3], Effect::Announce(Verdict::Recorded { found_in_history: true }));
}

#[test]
fn a_lost_request_holds_asks_again_and_resends_the_same_bytes() {
    let (submission, effects) = play([
        Event::Resume,
        Event::Saved,
        Event::NoReply,
        ABSENT,
        Event::Resume,
        ABSENT,
        Event::Saved,
        Event::Recorded,
    ]);
    assert_eq!(effects[3], Effect::Hold);
    assert_eq!(effects[4], Effect::AskHistory);
    assert_eq!(effects[5], Effect::Save);
    assert_eq!(effects[6], Effect::Send);
    assert_eq!(submission.sends(), 2);
    assert!(matches!(effects[7], Effect::Announce(Verdict::Recorded { .. })));
}

#[test]
fn without_ballots_left_nothing_is_resent() {
    let gone = Event::NotFound { ballots_left: false };
    let (submission, effects) =
        play([Event::Resume, Event::Saved, Event::NoReply, ABSENT, Event::Resume, gone]);
    assert_eq!(effects[5], Effect::Announce(Verdict::Unknown));
    assert_eq!(submission.sends(), 1);
}

#[test]
fn after_an_unseen_reply_a_refusal_is_unknown() {
    let (_, effects) = play([
        Event::Resume,
        Event::Saved,
        Event::NoReply,
        ABSENT,
        Event::Resume,
        ABSENT,
        Event::Saved,
        Event::Refused(CastVoteRejection::DuplicateVote),
        ABSENT,
    ]);
    assert_eq!(effects.last(), Some(&Effect::Announce(Verdict::Unknown)));
}

#[test]
fn a_crash_after_the_save_counts_as_an_unseen_reply() {
    let (submission, effects) = play([Event::Resume, Event::Resume]);
    assert_eq!(effects, [Effect::Save, Effect::AskHistory]);
    assert!(submission.reply_unseen());
}

#[test]
fn a_refusal_whose_history_stays_silent_is_unknown_in_the_end() {
    let mut submission = Submission::sealed();
    let mut effect = submission.step(Event::Resume, LIMITS);
    let mut holds = 0;
    loop {
        effect = match effect {
            Effect::Save => submission.step(Event::Saved, LIMITS),
            Effect::Send => submission.step(Event::Refused(closed()), LIMITS),
            Effect::AskHistory => submission.step(Event::HistoryUnavailable, LIMITS),
            Effect::Hold => {
                holds += 1;
                submission.step(Event::Resume, LIMITS)
            }
            Effect::Announce(verdict) => {
                assert_eq!(verdict, Verdict::Unknown);
                break;
            }
        };
    }
    assert_eq!(holds, LIMITS.holds);
}

#[test]
fn misrouting_concerns_the_whole_call() {
    let misrouted = Event::Misrouted("AreaNotFound".into());
    let (_, effects) = play([Event::Resume, Event::Saved, misrouted, ABSENT]);
    let expected = Verdict::Misrouted("AreaNotFound".into());
    assert_eq!(effects[3], Effect::Announce(expected));
}

/// Every sequence of events that an environment can produce, to the end: what was promised holds
/// in each of them.
#[test]
fn every_reachable_state_keeps_the_promises() {
    fn answers(effect: &Effect) -> Vec<Event> {
        let crash = Event::Resume;
        match effect {
            Effect::Save => vec![Event::Saved, crash],
            Effect::Send => vec![
                Event::Recorded,
                Event::Refused(closed()),
                Event::Refused(CastVoteRejection::DuplicateVote),
                Event::Misrouted("AreaNotFound".into()),
                Event::NoReply,
                crash,
            ],
            Effect::AskHistory => vec![
                Event::Found,
                Event::NotFound { ballots_left: true },
                Event::NotFound { ballots_left: false },
                Event::HistoryUnavailable,
                crash,
            ],
            Effect::Hold => vec![crash],
            Effect::Announce(_) => vec![],
        }
    }

    let mut submission = Submission::sealed();
    let first = submission.step(Event::Resume, LIMITS);
    let mut seen = HashSet::new();
    // (submission, effect, saved since the last send, last event)
    let mut open = vec![(submission, first, false, Event::Resume)];
    let mut ends = 0;
    while let Some((submission, effect, saved, last)) = open.pop() {
        if !seen.insert(format!("{submission:?}{effect:?}{saved}{last:?}")) {
            continue;
        }
        assert!(submission.sends() <= LIMITS.sends, "sends are bounded");
        if effect == Effect::Send {
            assert!(saved, "saved before it is sent");
        }
        if let Effect::Announce(verdict) = &effect {
            ends += 1;
            match verdict {
                Verdict::Recorded { .. } => {
                    assert!(matches!(last, Event::Recorded | Event::Found), "{last:?}");
                }
                Verdict::Rejected(_) | Verdict::Misrouted(_) => {
                    assert!(!submission.reply_unseen(), "only recorded and unknown after that");
                    assert!(matches!(last, Event::NotFound { .. }), "the history was asked");
                }
                Verdict::Unknown => {}
            }
        }
        let next = answers(&effect);
        assert!(!next.is_empty() || matches!(effect, Effect::Announce(_)), "every state can end");
        for event in next {
            let mut then = submission.clone();
            let effect = then.step(event.clone(), LIMITS);
            let saved = matches!(event, Event::Saved);
            open.push((then, effect, saved, event));
        }
    }
    assert!(ends > 5 && seen.len() > 50, "{ends} ends in {} states", seen.len());
}
