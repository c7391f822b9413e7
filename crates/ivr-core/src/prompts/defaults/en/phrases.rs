//! The English sentences that take more than a line, or are said in several prompts.

use super::super::languages;
use super::super::teller::Teller;
use crate::menu::{Action, Keys};
use crate::prompts::vars::Variant;

pub(in super::super) fn call_not_available(t: &mut Teller<'_, '_>) {
    t.say("Telephone voting is not available at this number. Please check the number on your ")
        .say("voting instructions. Goodbye.");
}

pub(in super::super) fn blacklist_message(t: &mut Teller<'_, '_>) {
    t.say("It is not possible to vote from the telephone you are calling from.");
    help_and_goodbye(t);
}

pub(super) fn call_again_to_know(t: &mut Teller<'_, '_>) {
    t.say(" If you did not hear that your ballot was recorded, please call again. You will hear ")
        .say("then whether it was. Goodbye.");
}

pub(super) fn help_and_goodbye(t: &mut Teller<'_, '_>) {
    t.say(" For help, call ").phone().say(". Goodbye.");
}

pub(super) fn enter(t: &mut Teller<'_, '_>, what: &'static str) {
    match t.offered(|a| matches!(a, Action::Enter(_))) {
        Some(Keys::Entry { max_digits, terminated: false }) => {
            let digits = u32::from(max_digits);
            t.say("Please enter the ").number(digits).plural(digits, " digit", " digits");
            t.say(" of your ").say(what);
        }
        _ => {
            t.say("Please enter your ").say(what);
        }
    }
    end_of_entry(t);
}

pub(super) fn end_of_entry(t: &mut Teller<'_, '_>) {
    let keys = t.offered(|a| matches!(a, Action::Enter(_)));
    if let Some(Keys::Entry { terminated: true, .. }) = keys {
        t.say(", then press the number sign");
    }
    t.say(". If you make a mistake, press star and start over.");
}

/// ", press 1." for this option; without a number, the sentence ends.
pub(super) fn press_option(t: &mut Teller<'_, '_>) {
    match t.option_keys() {
        Some(keys) => t.press(keys),
        None => t.say("."),
    };
}

pub(super) fn election_list(t: &mut Teller<'_, '_>) {
    let ballots = t.count(|a| matches!(a, Action::ChooseElection(_)));
    if t.vars.variant == Variant::NothingSelectable || ballots == 0 {
        t.say("There is no ballot that you can cast now.");
    } else {
        t.say("You can cast ").number(ballots).plural(ballots, " ballot.", " ballots.");
        if t.has_codes() {
            t.say(" Each has a number of two digits: press both, then the number sign.");
        }
    }
    t.offer(" To finish", &Action::Exit);
}

pub(super) fn language_switch(t: &mut Teller<'_, '_>) {
    if t.offered(|a| *a == Action::KeepLanguage).is_some() {
        t.say("We continue in ").own_language().say(".");
    } else {
        t.say("Please choose the language of your ballot").about_elections(" for ").say(".");
    }
    languages::offer(t);
}

pub(super) fn contest_intro(t: &mut Teller<'_, '_>) {
    let (number, count) = (t.vars.contest_number, t.vars.contest_count);
    if count > 1 {
        t.say("Contest ").number(number).say(" of ").number(count).say(": ");
    }
    t.contest();
    let (least, most) = (t.vars.min_votes, t.vars.max_votes);
    if most <= 1 {
        t.say(". Choose ").number(most);
    } else if least == most {
        t.say(". Choose exactly ").number(most);
    } else if least > 0 {
        t.say(". Choose at least ").number(least).say(" and at most ").number(most);
    } else {
        t.say(". Choose up to ").number(most);
    }
    t.say(".");
    if t.has_codes() {
        t.say(" Each candidate has a number of two digits: press both, then the number sign.");
    }
}

pub(super) fn for_contest(t: &mut Teller<'_, '_>) {
    if t.vars.contest_name.is_some() {
        t.say("For ").contest().say(", you");
    } else {
        t.say("You");
    }
}

pub(super) fn contest_or_this(t: &mut Teller<'_, '_>) {
    if t.vars.contest_name.is_some() {
        t.contest();
    } else {
        t.say("this contest");
    }
}

/// How many choices a zero drops.
pub(super) fn dropped(t: &mut Teller<'_, '_>) {
    let dropped = t.vars.chosen;
    if dropped > 0 {
        t.say(" This drops your ").number(dropped).plural(dropped, " choice.", " choices.");
    }
}

pub(super) fn confirm(t: &mut Teller<'_, '_>) {
    t.offer(" To confirm", &Action::Confirm);
    t.offer(" To start this contest over", &Action::Change);
}

pub(super) fn contest_of_summary(t: &mut Teller<'_, '_>) {
    let number = t.vars.contest_number;
    t.say("Contest ").number(number).say(", ").contest().say(": ");
}

pub(super) fn summary_edit_prompt(t: &mut Teller<'_, '_>) {
    t.say("To cast this ballot").press_offered_and_end(&Action::Submit);
    if t.count(|a| matches!(a, Action::EditContest(_))) > 0 {
        t.say(" To change a contest, press its number, then the number sign.");
    }
}

pub(super) fn cast_so_far(t: &mut Teller<'_, '_>) {
    let cast = u32::try_from(t.vars.elections.len()).unwrap_or(u32::MAX);
    let not_cast = u32::try_from(t.vars.not_cast.len()).unwrap_or(u32::MAX);
    if cast > 0 {
        t.plural(cast, "Your ballot for ", "Your ballots for ").elections();
        t.plural(cast, " was recorded.", " were recorded.");
    }
    if not_cast > 0 {
        if cast > 0 {
            t.say(" ");
        }
        t.plural(not_cast, "Your ballot for ", "Your ballots for ").not_cast();
        t.plural(not_cast, " was not cast.", " were not cast.");
    }
    if cast == 0 && not_cast == 0 {
        t.say("No ballot was cast in this call.");
    }
}
