//! What is said and taken under every policy, as CALL.md has it.

use std::sync::Arc;

use ivr_core::fakes::{FakeConfig, FakeWorld};
use ivr_core::flow::context::LambdaInput;
use ivr_core::menu::{Action, Keys};
use ivr_core::ports::{VotingStatus, WithheldCaller};
use ivr_core::prompts::key::IvrPromptKey;
use ivr_core::prompts::name::PromptName;
use ivr_core::publication::{OrderSeed, Publication};
use ivr_core::session::Ending;
use ivr_core::ssml::plain::plain_text;
use serde_json::json;
use uuid::Uuid;

use super::support::{CALLER, CONTACT, LOGIN, Made, Phone, config, election, is_candidate};

/// Plays a call up to the first list of candidates and presses on from there.
fn after(made: Made, keys: &str, check: impl FnOnce(&mut Phone<'_>)) {
    let world = FakeWorld::new(config(&made.load()));
    let mut phone = Phone::call(&world);
    phone.keys(&format!("1 {LOGIN}"));
    phone.listen();
    assert_eq!(phone.sub_phase(), "candidate_select", "{}", phone.text());
    phone.keys(keys);
    check(&mut phone);
}

fn said(made: Made, keys: &str) -> (String, Vec<String>) {
    let mut result = None;
    after(made, keys, |phone| {
        let said = phone.said().into_iter().map(str::to_owned).collect();
        result = Some((phone.sub_phase().to_owned(), said));
    });
    result.unwrap()
}

/// One contest of three candidates.
fn rules(min: u32, max: u32, blank: &str, under: &str) -> Made {
    Made::one(1, 3).rules(min, max, blank, under)
}

#[test]
fn blanks() {
    let list = ["candidate_option"; 3];
    for (blank, keys, sub_phase, expected) in [
        ("allowed", "0", "selection_check", vec!["blank_ballot_confirm"]),
        ("allowed", "#", "selection_check", vec!["blank_ballot_confirm"]),
        ("allowed", "1 0", "selection_check", vec!["blank_ballot_confirm"]),
        ("warn", "0", "selection_check", vec!["blank_warning", "blank_ballot_confirm"]),
        ("warn-only-in-review", "0", "selection_check", vec!["blank_ballot_confirm"]),
        (
            "allowed",
            "0 1",
            "election_summary",
            vec!["summary_intro", "summary_item_blank", "not_cast_yet", "summary_edit_prompt"],
        ),
        (
            "warn-only-in-review",
            "0 1",
            "election_summary",
            vec![
                "summary_intro",
                "summary_item_blank",
                "blank_warning",
                "not_cast_yet",
                "summary_edit_prompt",
            ],
        ),
        (
            "not-allowed",
            "0",
            "candidate_select",
            [&["blank_refused", "contest_intro"][..], &list, &["selection_done"]].concat(),
        ),
        (
            "not-allowed",
            "#",
            "candidate_select",
            [&["min_votes_needed", "contest_intro"][..], &list, &["selection_done"]].concat(),
        ),
    ] {
        let (at, said) = said(rules(0, 2, blank, "allowed"), keys);
        assert_eq!((at.as_str(), said), (sub_phase, strings(&expected)), "{blank}, {keys}");
    }
}

fn strings(list: &[&str]) -> Vec<String> {
    list.iter().map(|s| (*s).to_owned()).collect()
}

#[test]
fn a_blank_says_how_many_choices_it_drops_and_starts_over_with_nothing() {
    after(rules(0, 3, "allowed", "allowed"), "1 2 0", |phone| {
        assert!(phone.text().contains('2') || phone.text().contains("two"), "{}", phone.text());
        phone.press("2");
        assert_eq!(phone.sub_phase(), "candidate_select");
        assert_eq!(phone.said()[0], "contest_intro");
        let menu = &phone.last.ask.as_ref().unwrap().menu;
        assert_eq!(menu.entries.iter().filter(|e| is_candidate(&e.action)).count(), 3);
    });
}

#[test]
fn zero_where_a_blank_is_refused_is_not_spoken_keeps_the_choices_and_costs_nothing() {
    for made in [rules(1, 2, "allowed", "allowed"), rules(0, 2, "not-allowed", "allowed")] {
        after(made, "1 0 0 0 0 0", |phone| {
            let menu = phone.last.ask.clone().unwrap().menu;
            let zero = menu.entries.iter().find(|e| e.keys == Keys::Zero).unwrap();
            assert_eq!((&zero.action, zero.spoken), (&Action::BlankRefused, false));
            assert!(menu.entries.iter().any(|e| matches!(e.action, Action::AlreadyChosen(_))));
            phone.press("2");
            assert_eq!(phone.said(), ["vote_confirm"]);
        });
    }
}

#[test]
fn under_votes() {
    for (under, confirm, review) in [
        ("allowed", vec!["vote_confirm"], false),
        ("warn", vec!["under_vote_warning", "vote_confirm"], false),
        ("warn-and-alert", vec!["under_vote_warning", "vote_confirm"], false),
        ("warn-only-in-review", vec!["vote_confirm"], true),
    ] {
        let (at, lines) = said(rules(0, 2, "allowed", under), "1 #");
        assert_eq!((at.as_str(), lines), ("vote_confirm", strings(&confirm)), "{under}");
        let (_, lines) = said(rules(0, 2, "allowed", under), "1 # 1");
        assert_eq!(lines.contains(&"under_vote_warning".to_owned()), review, "{under}");
        assert_eq!(lines[..2], strings(&["summary_intro", "summary_item"]));
        let (_, lines) = said(rules(0, 2, "allowed", under), "1 2");
        assert_eq!(lines, ["vote_confirm"], "{under}: full is no under-vote");
    }
}

#[test]
fn fewer_than_needed_go_back_to_the_list_with_the_picks_kept() {
    after(rules(2, 3, "allowed", "allowed"), "1 # # # #", |phone| {
        assert_eq!(
            phone.said(),
            [
                "min_votes_needed",
                "contest_intro",
                "candidate_chosen",
                "selection_done",
                "candidate_option",
                "candidate_option"
            ]
        );
        phone.press("3");
        phone.press("#");
        assert_eq!(phone.said(), ["vote_confirm"], "enough, and no policy warns");
    });
}

#[test]
fn the_explicit_option_is_asked_by_its_own_question() {
    let made = || Made::one(1, 4).rules(0, 2, "allowed", "allowed").with_explicit_blank();
    let (at, lines) = said(made(), "0");
    assert_eq!((at.as_str(), lines), ("selection_check", strings(&["decline_confirm"])));
    let (_, lines) = said(made(), "#");
    assert_eq!(lines, ["blank_ballot_confirm"], "who ends with nothing chosen is asked of a blank");
    let (_, lines) = said(made(), "0 1");
    assert_eq!(lines[..2], strings(&["summary_intro", "summary_item"]));
    after(made(), "", |phone| {
        let menu = &phone.last.ask.as_ref().unwrap().menu;
        assert_eq!(menu.entries.iter().filter(|e| is_candidate(&e.action)).count(), 3);
    });
}

#[test]
fn numbers_stay_and_a_chosen_one_answers_uncharged() {
    after(rules(0, 3, "allowed", "allowed"), "2", |phone| {
        assert_eq!(phone.said()[..3], ["candidate_chosen", "selection_done", "candidate_option"]);
        for _ in 0..5 {
            phone.press("2");
            assert_eq!(phone.said()[0], "already_selected");
        }
        assert!(!phone.ended());
        let menu = &phone.last.ask.as_ref().unwrap().menu;
        let keys: Vec<_> = menu.entries.iter().map(|e| e.keys.to_string()).collect();
        assert_eq!(keys, ["#", "1", "2", "3", "0", "*"], "in spoken order");
        assert!(menu.entries.iter().all(|e| e.spoken == (e.keys != Keys::Digit(2))));
        phone.keys("1 3");
        assert_eq!(phone.said(), ["vote_confirm"], "it ends by itself");
    });
}

/// CALL.md, "Input": `invalid_input` resets on any accepted key.
#[test]
fn a_key_that_is_only_explained_is_an_accepted_key() {
    for (made, key, said) in [
        (rules(0, 3, "allowed", "allowed"), "2", "already_selected"),
        (rules(1, 3, "allowed", "allowed"), "0", "blank_refused"),
    ] {
        after(made, "2 9 9", |phone| {
            phone.press(key);
            assert_eq!(phone.said()[0], said);
            // Two more after the two before: four in all, and never three in a row.
            phone.keys("9 9");
            assert!(!phone.ended(), "{said}: {}", phone.text());
            phone.press("9");
            assert!(phone.ended());
        });
    }
}

#[test]
fn one_seat_has_no_number_sign() {
    after(rules(0, 1, "allowed", "warn"), "# # # # #", |phone| {
        assert_eq!(phone.sub_phase(), "candidate_select");
        assert!(!phone.said().contains(&"invalid_input"));
        phone.press("1");
        assert_eq!(phone.said(), ["vote_confirm"]);
    });
}

#[test]
fn long_lists_are_read_in_parts_with_the_whole_menu() {
    let made = Made::one(1, 11).rules(0, 1, "allowed", "allowed");
    after(made, "", |phone| {
        let first = phone.last.clone();
        let ask = first.ask.clone().unwrap();
        assert_eq!((ask.timing.first_key_s, ask.menu.entries.len()), (1, 13));
        assert_eq!(phone.said().iter().filter(|k| **k == "candidate_option").count(), 10);
        phone.press("99#");
        assert_eq!(phone.said()[0], "invalid_input");
        assert_eq!(phone.said().iter().filter(|k| **k == "candidate_option").count(), 10);
        phone.silence();
        assert_eq!(phone.said(), ["candidate_option", "selection_blank"]);
        assert_eq!(phone.last.ask.as_ref().unwrap().menu, ask.menu);
        assert_eq!(phone.last.ask.as_ref().unwrap().timing.first_key_s, 15);
        phone.press("98#");
        assert_eq!(phone.said(), ["invalid_input", "candidate_option", "selection_blank"]);
        phone.press("*");
        assert_eq!(phone.said(), ["invalid_input", "candidate_option", "selection_blank"]);
        assert_eq!(phone.session().retries.timeout, 0, "hearing a list out is no failure");
        phone.silence();
        assert_eq!(phone.said()[0], "timeout");
        assert_eq!(phone.said()[1..3], ["contest_intro", "candidate_option"]);
        assert_eq!(phone.said().len(), 12, "from the beginning");
        assert_eq!(phone.session().retries.timeout, 1);
        phone.silence();
        assert_eq!(phone.session().retries.timeout, 1);
        phone.silence();
        phone.silence();
        phone.silence();
        let ending = Ending::Disconnected(IvrPromptKey::TimeoutFinal);
        assert_eq!(phone.last.ending, Some(ending));
    });
}

#[test]
fn a_summary_is_read_in_fives_and_casts_from_any_part() {
    let made = Made::one(6, 2).rules(0, 1, "allowed", "allowed");
    after(made, "1 1 1 1 1 1 1 1 1 1 1 1", |phone| {
        assert_eq!(phone.sub_phase(), "election_summary");
        let items =
            |phone: &Phone<'_>| phone.said().iter().filter(|k| **k == "summary_item").count();
        assert_eq!((items(phone), phone.said()[0]), (5, "summary_intro"));
        phone.silence();
        assert_eq!(phone.said(), ["summary_item", "not_cast_yet", "summary_edit_prompt"]);
        phone.silence();
        assert_eq!((items(phone), phone.said()[0]), (5, "timeout"));
        assert!(!phone.said().contains(&"timeout_warning"));
        phone.silence();
        phone.silence();
        assert_eq!(phone.said()[..2], ["timeout", "timeout_warning"]);
        phone.press("00#");
        assert_eq!(phone.said()[0], "vote_success");
    });
}

/// DECISIONS 19, 41: however many and however long the names, no answer passes 3,000 characters,
/// nobody is left out, and every part has the whole menu.
#[test]
fn a_choice_of_many_long_names_is_read_back_in_parts() {
    const NAMES: usize = 24;
    let mut made = Made::one(1, NAMES).rules(0, NAMES as u32, "allowed", "warn");
    let name = |n: usize| format!("Candidate {n:02} {}", "de la Longue Maison ".repeat(14).trim());
    for (n, candidate) in
        made.contest(0, 0)["candidates"].as_array_mut().unwrap().iter_mut().enumerate()
    {
        candidate["name"] = json!(name(n));
        candidate["name_i18n"] = json!(null);
        candidate["presentation"]["i18n"] = json!(null);
    }
    let publication = made.load();
    assert_eq!(publication.ballots[0].style.as_ref().err(), None);
    let world = FakeWorld::new(config(&publication));
    let mut phone = Phone::call(&world);
    phone.keys(&format!("1 {LOGIN}"));
    phone.listen();
    for n in 1..NAMES {
        phone.press(&format!("{n:02}#"));
    }
    phone.press("#");
    heard_in_parts(&mut phone, "vote_confirm", ["1", "2", "*"], &name);
    phone.keys("1");
    heard_in_parts(&mut phone, "election_summary", ["00#", "01#", "*"], &name);
}

fn heard_in_parts(
    phone: &mut Phone<'_>,
    sub_phase: &str,
    keys: [&str; 3],
    name: &dyn Fn(usize) -> String,
) {
    let mut heard = String::new();
    let mut parts = 0;
    loop {
        assert_eq!(phone.sub_phase(), sub_phase);
        let text = phone.text();
        assert!(text.chars().count() <= 3_000, "{} characters", text.chars().count());
        let ask = phone.last.ask.as_ref().unwrap();
        let offered: Vec<_> = ask.menu.entries.iter().map(|e| e.keys.to_string()).collect();
        assert_eq!(offered, keys);
        heard.push_str(&text);
        heard.push(' ');
        parts += 1;
        // The first key is waited for a second while there is more to read.
        if ask.timing.first_key_s > 1 {
            break;
        }
        phone.silence();
    }
    assert!(parts > 2, "{parts}");
    for n in 0..23 {
        assert_eq!(heard.matches(&name(n)).count(), 1, "{n}: {heard}");
    }
}

#[test]
fn on_the_summary_one_digit_is_a_contest_and_zero_alone_is_nothing() {
    for (keys, said) in [
        ("2", "summary_edit_restart"),
        ("2#", "summary_edit_restart"),
        ("02", "summary_edit_restart"),
        ("0", "invalid_input"),
        ("0#", "invalid_input"),
        ("3#", "invalid_input"),
    ] {
        let made = Made::one(2, 2).rules(0, 1, "allowed", "allowed");
        after(made, "1 1 1 1", |phone| {
            phone.press(keys);
            assert_eq!(phone.said()[0], said, "{keys}");
        });
    }
}

/// What is asked on the way into a ballot, with the call in French.
fn language_of_a_ballot(of_election: &[&str], default: &str, check: impl FnOnce(&mut Phone<'_>)) {
    let made = Made::one(1, 3).languages(&["en", "fr", "iu"], "en").election_languages(
        0,
        of_election,
        default,
    );
    let world = FakeWorld::new(config(&made.load()));
    let mut phone = Phone::call(&world);
    phone.keys(&format!("2 {LOGIN}"));
    phone.listen();
    check(&mut phone);
    assert_eq!(phone.session().language.as_str(), "fr", "the language of the call stays");
}

#[test]
fn the_language_of_a_ballot() {
    language_of_a_ballot(&["en", "fr"], "fr", |phone| {
        assert_eq!(phone.sub_phase(), "candidate_select", "nothing to ask");
    });
    language_of_a_ballot(&["en"], "en", |phone| {
        assert_eq!(phone.sub_phase(), "candidate_select", "the only one, by itself");
        assert_eq!(phone.last.language.as_str(), "en");
    });
    language_of_a_ballot(&["en", "fr"], "en", |phone| {
        assert_eq!(phone.said(), ["language_switch"]);
        for _ in 0..2 {
            phone.press("*");
        }
        phone.silence();
        assert_eq!(phone.said()[0], "election_intro", "silence keeps");
        assert_eq!(phone.last.language.as_str(), "fr");
        assert_eq!(phone.session().retries.timeout, 0);
    });
    language_of_a_ballot(&["en", "fr", "iu"], "en", |phone| {
        phone.choose(|a| matches!(a, Action::SwitchLanguage(l) if l.as_str() == "en"));
        assert_eq!(phone.last.language.as_str(), "en");
    });
    language_of_a_ballot(&["en", "iu"], "en", |phone| {
        assert_eq!(phone.said(), ["language_switch"]);
        phone.silence();
        assert_eq!(phone.said(), ["timeout", "language_switch"], "a real choice");
        phone.press("1");
        assert_eq!(phone.last.language.as_str(), "en");
    });
}

fn order_heard(publication: &Arc<Publication>, contact: &str) -> Vec<Uuid> {
    let world = FakeWorld::new(config(publication));
    let mut phone = Phone::call_as(&world, contact, Some(CALLER));
    phone.keys(&format!("1 {LOGIN}"));
    phone.listen();
    let menu = phone.last.ask.clone().unwrap().menu;
    let id = |action: &Action| match action {
        Action::ChooseCandidate(id) => Some(*id),
        _ => None,
    };
    menu.entries.iter().filter_map(|e| id(&e.action)).collect()
}

#[test]
fn random_orders_are_the_callers_own_and_stay() {
    let mut made = Made::one(1, 30).rules(0, 1, "allowed", "allowed");
    made.contest(0, 0)["presentation"]["candidates_order"] = json!("random");
    let publication = made.load();
    let heard = order_heard(&publication, CONTACT);
    assert_eq!(heard, order_heard(&publication, CONTACT));
    assert_ne!(heard, order_heard(&publication, "another contact"));
    let contest = &publication.ballots[0].contests[0];
    let order = contest.candidate_order(&OrderSeed::from_contact_id(CONTACT));
    let expected: Vec<_> = order.iter().map(|i| contest.candidates[*i].id).collect();
    assert_eq!(heard, expected);

    made.contest(0, 0)["presentation"]["candidates_order"] = json!("custom");
    let sorted = order_heard(&made.load(), CONTACT);
    let ids: Vec<_> = contest.candidates.iter().map(|c| c.id).collect();
    assert_eq!(sorted, ids, "by sort_order");
}

#[test]
fn withheld_callers_vote_unless_the_number_refuses_them() {
    let publication = Made::one(1, 2).load();
    for (rule, refused) in [(WithheldCaller::Allow, false), (WithheldCaller::Refuse, true)] {
        let mut config = config(&publication);
        config.phone_config[0].withheld_caller = rule;
        let world = FakeWorld::new(config);
        for caller in [None, Some("anonymous"), Some("")] {
            let phone = Phone::call_as(&world, &format!("{caller:?}"), caller);
            assert_eq!(phone.ended(), refused, "{caller:?}");
            if refused {
                assert_eq!(phone.said(), ["call_not_available"]);
            }
        }
    }
}

#[test]
fn what_is_not_open_is_said_and_has_no_number() {
    let publication = Made::new(3, 1, 2).load();
    let ids: Vec<_> = (0..3).map(|at| election(&publication, at)).collect();
    let open = |config: FakeConfig| {
        let world = FakeWorld::new(config);
        let mut phone = Phone::call(&world);
        phone.keys(&format!("1 {LOGIN}"));
        phone.listen();
        (phone.last.clone(), world)
    };
    let (answer, _) = open(FakeConfig {
        election_status: [(ids[0], VotingStatus::Paused), (ids[2], VotingStatus::Closed)].into(),
        ..config(&publication)
    });
    let said: Vec<_> = answer.prompt_keys.iter().map(PromptName::as_str).collect();
    assert_eq!(
        said,
        ["election_list", "election_not_open", "election_option", "election_not_open"]
    );
    let menu = answer.ask.unwrap().menu;
    let keys: Vec<_> = menu.entries.iter().map(|e| e.keys.to_string()).collect();
    assert_eq!(keys, ["0", "1", "*"], "in spoken order");
    assert_eq!(menu.entries[1].action, Action::ChooseElection(ids[1]));

    for (status, reason) in [
        (VotingStatus::Paused, IvrPromptKey::VotingPaused),
        (VotingStatus::NotStarted, IvrPromptKey::VotingNotStarted),
        (VotingStatus::Closed, IvrPromptKey::ElectionClosed),
    ] {
        let (answer, _) = open(FakeConfig { event_status: status, ..config(&publication) });
        assert_eq!(answer.ending, Some(Ending::Disconnected(reason)));
        assert_eq!(answer.prompt_keys.len(), 2, "cast_so_far before it");
    }
    let disabled = ids.iter().copied().collect();
    let (answer, _) = open(FakeConfig { telephone_disabled: disabled, ..config(&publication) });
    let reason = IvrPromptKey::ElectionNotByPhone;
    assert_eq!(answer.ending, Some(Ending::Disconnected(reason)));
    let text = plain_text(&answer.response.prompt_text);
    assert!(text.contains("cannot be cast by telephone"), "{text}");
    assert!(!text.contains("closed"), "{text}");
}

/// CALL.md, "Input": after an error "the same question and menu": what is asked, and how to key
/// it. Only its introduction is said once.
#[test]
fn who_slips_hears_the_question_again() {
    let made = || Made::one(2, 12).rules(0, 3, "allowed", "allowed");
    let question = |phone: &Phone<'_>, from: &str| {
        let text = phone.text();
        let at = text.find(from).unwrap_or_else(|| panic!("no {from:?} in {text}"));
        text[at..].to_owned()
    };
    after(made(), "", |phone| {
        let asked = question(phone, "Contest 1 of 2");
        assert!(asked.contains("Choose up to 3. Each candidate has a number of two digits"));
        for (key, word) in [("99#", "invalid_input"), ("#7", "invalid_input")] {
            phone.press(key);
            assert_eq!(phone.said()[..2], [word, "contest_intro"]);
            assert_eq!(question(phone, "Contest 1 of 2"), asked);
            phone.press("*");
            assert_eq!(question(phone, "Contest 1 of 2"), asked, "a repeat");
        }
        phone.press("01#");
        assert_eq!(phone.said()[..3], ["candidate_chosen", "selection_done", "candidate_option"]);
        let asked = question(phone, "That is 1 of 3.");
        phone.press("99#");
        assert_eq!(
            phone.said()[..4],
            ["invalid_input", "contest_intro", "candidate_chosen", "selection_done"]
        );
        assert_eq!(question(phone, "That is 1 of 3."), asked);
        phone.keys("# 1 02# # 1");
        assert_eq!(phone.sub_phase(), "election_summary");
        phone.press("02#");
        assert_eq!(phone.said()[..2], ["summary_edit_restart", "contest_intro"]);
        let asked = question(phone, "Contest 2 of 2");
        assert!(asked.contains("Each candidate has a number of two digits"), "{asked}");
    });
}

#[test]
fn leaving_by_zero_says_what_was_not_cast() {
    let world = FakeWorld::new(config(&Made::new(2, 1, 2).load()));
    let mut phone = Phone::call(&world);
    phone.keys(&format!("1 {LOGIN} 0"));
    assert_eq!(phone.said(), ["cast_so_far", "goodbye"]);
    assert!(phone.text().contains("not cast"), "{}", phone.text());
    assert_eq!(phone.last.ending, Some(Ending::Completed));
    // A call that is over stays over.
    let again = phone.turn(LambdaInput::Dtmf("1".into())).clone();
    assert_eq!(again.ending, Some(Ending::Completed));
}
