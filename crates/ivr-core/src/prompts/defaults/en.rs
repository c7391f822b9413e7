//! The English words.

use super::languages;
use super::teller::Teller;
use crate::menu::{Action, Keys};
use crate::prompts::key::IvrPromptKey as Key;
use crate::prompts::vars::Variant;
use crate::prompts::words::Words;

pub(super) fn say(key: Key, t: &mut Teller<'_, '_>) {
    match key {
        Key::Greeting => {
            t.say(
                "Welcome to the telephone voting service. Whenever you are asked to press a key, ",
            )
            .say("you can press star to hear the question again.")
            .offer(" To go on", &Action::Accept);
        }
        Key::LanguageSelect => {
            if t.count(|a| matches!(a, Action::ChooseLanguage(_))) == 0 {
                t.say("Please choose your language.");
            }
            languages::offer(t);
        }
        Key::RepeatInstruction => {
            t.say("To hear a question again, press star.").offer(" To go on", &Action::Accept);
        }
        Key::DeclarationText => {
            t.say("You may vote only if you are entitled to vote in this election, and only in ")
                .say("your own name.")
                .offer(" To declare that this is so", &Action::Accept);
        }
        Key::PreVotingStatement => {
            t.say("If the call ends before you cast your ballot, nothing of it is recorded. Then ")
                .say("call again and start over. When your ballot is recorded, you will hear so.")
                .offer(" To go on", &Action::Accept);
        }
        Key::Goodbye => {
            t.say("Thank you for calling. Goodbye.");
        }
        Key::CallNotAvailable => {
            call_not_available(t);
            t.say(" ").in_words(Words::Fr, super::fr::call_not_available);
        }
        Key::BlacklistMessage => {
            blacklist_message(t);
            t.say(" ").in_words(Words::Fr, super::fr::blacklist_message);
        }
        Key::SystemError => {
            t.say("We are sorry: because of a technical problem, this call has to end.");
            call_again_to_know(t);
        }
        Key::SessionExpired => {
            t.say("The time for this call is over.");
            call_again_to_know(t);
        }
        Key::InvalidInput => {
            t.say("Sorry, that is not a valid entry.");
        }
        Key::InvalidInputFinal => {
            t.say("Sorry, that is not a valid entry, and this call has to end. You are ")
                .say("welcome to call again. Goodbye.");
        }
        Key::Timeout => {
            t.say("We did not receive an answer.");
        }
        Key::TimeoutWarning => {
            t.say("Your ballot").about_elections(" for ").say(
                " is not cast yet. If you do not press a key now, this call will end, and your \
                 choices will be lost.",
            );
        }
        Key::TimeoutFinal => {
            t.say("We did not receive an answer, and this call has to end. You are welcome to ")
                .say("call again. Goodbye.");
        }
        Key::AuthEnterUsername => enter(t, "voter ID"),
        Key::AuthEnterPassword => enter(t, "PIN"),
        Key::AuthEnterDob => {
            t.say("Please enter your date of birth: two digits for the month, two for the day, ")
                .say("and four for the year");
            end_of_entry(t);
        }
        Key::AuthFailed => {
            t.say("What you entered does not match our records. Please check your voting ")
                .say("instructions and try again. For help, call ")
                .phone()
                .say(".");
        }
        Key::AuthUnavailable => {
            t.say("We could not check what you entered just now. This does not count as a try. ")
                .say("Please enter it again.");
        }
        Key::AuthMaxAttempts => {
            t.say("What you entered does not match our records, and this call has to end.");
            help_and_goodbye(t);
        }
        Key::AuthLocked => {
            t.say("Your access to telephone voting is locked for now.");
            help_and_goodbye(t);
        }
        Key::AccountIncomplete => {
            t.say("Your access to telephone voting is not set up completely.");
            help_and_goodbye(t);
        }
        Key::EligibilityCheck => {
            t.say("One moment, please. We are checking which ballots are yours.");
        }
        Key::NotEligible => {
            t.say("By our records, there is no ballot here that you are entitled to cast.");
            help_and_goodbye(t);
        }
        Key::NotActive => {
            t.say("Your access to telephone voting was deactivated.");
            help_and_goodbye(t);
        }
        Key::ElectionClosed => {
            t.say("Telephone voting").about_elections(" for ").say(" is closed.");
        }
        Key::VotingPaused => {
            t.say("Telephone voting").about_elections(" for ");
            t.say(" is paused and will go on later. Please call again later.");
        }
        Key::VotingNotStarted => {
            t.say("Telephone voting").about_elections(" for ");
            t.say(" has not begun yet. Please call again later.");
        }
        Key::ElectionList => election_list(t),
        Key::ElectionOption => {
            t.say("For ").elections();
            press_option(t);
        }
        Key::ElectionOptionAgain => {
            t.say("You have voted already in ").elections().say(". To vote there again");
            press_option(t);
        }
        Key::ElectionAlreadyVoted => {
            t.say("You have already cast your ballot for ").elections().say(".");
            if t.vars.variant == Variant::MayVoteAgain {
                t.say(" You may cast another one.");
            }
        }
        Key::ElectionNotOpen => {
            t.say("For ").elections();
            t.say(match t.vars.variant {
                Variant::Closed => ", telephone voting is closed.",
                Variant::Paused => ", telephone voting is paused and will go on later.",
                Variant::NotStarted => ", telephone voting has not begun yet.",
                _ => ", telephone voting is not open now.",
            });
        }
        Key::ElectionNotByPhone => {
            t.say("The ballot for ").elections().say(
                " cannot be cast by telephone. Your voting instructions tell you how else you \
                 can vote.",
            );
        }
        Key::LanguageSwitch => language_switch(t),
        Key::ElectionIntro => {
            t.say("This is the ballot for ").elections().say(".");
            let contests = t.vars.contest_count;
            if contests > 0 {
                t.say(" It has ").number(contests).plural(contests, " contest.", " contests.");
            }
        }
        Key::ContestIntro => contest_intro(t),
        Key::WriteInNotice => {
            t.say("A name that is not on the list cannot be written in by telephone. Your voting ")
                .say("instructions tell you how else you can vote.");
        }
        Key::CandidateOption => {
            t.say("For ").candidates();
            press_option(t);
        }
        Key::CandidateChosen => {
            let (chosen, of) = (t.chosen(), t.vars.max_votes);
            t.candidates().say(". That is ").number(chosen).say(" of ").number(of).say(".");
        }
        Key::SelectionDone => {
            t.say("To finish choosing").press_offered(&Action::Done);
        }
        Key::SelectionBlank => {
            if t.vars.candidates.is_empty() {
                t.say("To leave this contest blank");
            } else {
                t.say("For ").candidates();
            }
            t.press_offered(&Action::Blank);
        }
        Key::AlreadySelected => {
            if t.vars.candidates.is_empty() {
                t.say("That is already one of your choices.");
            } else {
                t.say("You have already chosen ").candidates().say(".");
            }
        }
        Key::MinVotesNeeded => {
            let (chosen, needed) = (t.chosen(), t.vars.min_votes.max(1));
            t.say("You have chosen ").number(chosen).say(". Please choose at least ");
            t.number(needed).say(".");
        }
        Key::BlankRefused => {
            let needed = t.vars.min_votes.max(1);
            t.say("This contest cannot be left blank. Please choose at least ").number(needed);
            t.say(".");
            if t.chosen() > 0 {
                t.say(" What you have chosen so far is kept.");
            }
        }
        Key::BlankWarning => {
            t.say("If you leave ");
            contest_or_this(t);
            t.say(" blank, your ballot has no choice there.");
        }
        Key::UnderVoteWarning => {
            let (chosen, most) = (t.chosen(), t.vars.max_votes);
            for_contest(t);
            t.say(" chose ")
                .number(chosen)
                .say(", and you may choose up to ")
                .number(most)
                .say(".");
        }
        Key::BlankBallotConfirm => {
            t.say("You are leaving ");
            contest_or_this(t);
            t.say(" blank.");
            dropped(t);
            confirm(t);
        }
        Key::DeclineConfirm => {
            for_contest(t);
            t.say(" chose ").candidates().say(".");
            dropped(t);
            confirm(t);
        }
        Key::VoteConfirm => {
            for_contest(t);
            t.say(" chose ").candidates().say(".");
            confirm(t);
        }
        Key::SummaryIntro => {
            t.say("These are your choices").about_elections(" for ").say(".");
        }
        Key::SummaryItem => {
            contest_of_summary(t);
            t.candidates().say(".");
        }
        Key::SummaryItemBlank => {
            contest_of_summary(t);
            t.say("left blank.");
        }
        Key::SummaryEditPrompt => summary_edit_prompt(t),
        Key::SummaryEditRestart => {
            t.say("Your choices for ");
            contest_or_this(t);
            t.say(" are cleared. Please choose again.");
        }
        Key::Hold => {
            t.say("Your ballot").about_elections(" for ").say(
                " is on its way. Stay on the line until you hear that your ballot was recorded.",
            );
        }
        Key::VoteSuccess => {
            t.say("Your ballot").about_elections(" for ").say(" was recorded.");
        }
        Key::VoteFailed => {
            t.say("Your ballot").about_elections(" for ").say(" was not recorded. For help, call ");
            t.phone().say(".");
        }
        Key::VoteUnknown => {
            t.say("We do not know whether your ballot").about_elections(" for ").say(
                " arrived. It may have been recorded. Please call again in a few minutes: you \
                 will hear then whether it was. Goodbye.",
            );
        }
        Key::DuplicateVote => {
            t.say("You had already cast a ballot").about_elections(" for ");
            t.say(", so this one was not recorded.");
        }
        Key::MaxRevotesExceeded => {
            t.say("You had already cast as many ballots").about_elections(" for ");
            t.say(" as you may, so this one was not recorded.");
        }
        Key::ReceiptInfo => {
            t.say("You will now hear the locator of your ballot").about_elections(" for ");
            t.say(". It has four characters, and you may want to write them down.");
        }
        Key::ReceiptNumber => {
            if t.vars.variant == Variant::Again {
                t.say("Once more: ").locator().offer(" To go on", &Action::Accept);
                t.say(" To hear the locator again, press star.");
            } else {
                t.say("The locator of your ballot").about_elections(" for ").say(" is: ").locator();
            }
        }
        Key::NotCastYet => {
            t.say("Your ballot").about_elections(" for ").say(" is not cast yet.");
        }
        Key::CastSoFar => cast_so_far(t),
    }
}

pub(super) fn call_not_available(t: &mut Teller<'_, '_>) {
    t.say("Telephone voting is not available at this number. Please check the number on your ")
        .say("voting instructions. Goodbye.");
}

pub(super) fn blacklist_message(t: &mut Teller<'_, '_>) {
    t.say("It is not possible to vote from the telephone you are calling from.");
    help_and_goodbye(t);
}

fn call_again_to_know(t: &mut Teller<'_, '_>) {
    t.say(" If you did not hear that your ballot was recorded, please call again. You will hear ")
        .say("then whether it was. Goodbye.");
}

fn help_and_goodbye(t: &mut Teller<'_, '_>) {
    t.say(" For help, call ").phone().say(". Goodbye.");
}

fn enter(t: &mut Teller<'_, '_>, what: &'static str) {
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

fn end_of_entry(t: &mut Teller<'_, '_>) {
    let keys = t.offered(|a| matches!(a, Action::Enter(_)));
    if let Some(Keys::Entry { terminated: true, .. }) = keys {
        t.say(", then press the number sign");
    }
    t.say(". If you make a mistake, press star and start over.");
}

/// ", press 1." for this option; without a number, the sentence ends.
fn press_option(t: &mut Teller<'_, '_>) {
    match t.option_keys() {
        Some(keys) => t.press(keys),
        None => t.say("."),
    };
}

fn election_list(t: &mut Teller<'_, '_>) {
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

fn language_switch(t: &mut Teller<'_, '_>) {
    if t.offered(|a| *a == Action::KeepLanguage).is_some() {
        t.say("We continue in ").own_language().say(".");
    } else {
        t.say("Please choose the language of your ballot").about_elections(" for ").say(".");
    }
    languages::offer(t);
}

fn contest_intro(t: &mut Teller<'_, '_>) {
    let (number, count) = (t.vars.contest_number, t.vars.contest_count);
    if count > 1 {
        t.say("Contest ").number(number).say(" of ").number(count).say(": ");
    }
    t.contest();
    let (least, most) = (t.vars.min_votes, t.vars.max_votes);
    if least == most || most == 1 {
        t.say(". Choose ").number(most);
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

fn for_contest(t: &mut Teller<'_, '_>) {
    if t.vars.contest_name.is_some() {
        t.say("For ").contest().say(", you");
    } else {
        t.say("You");
    }
}

fn contest_or_this(t: &mut Teller<'_, '_>) {
    if t.vars.contest_name.is_some() {
        t.contest();
    } else {
        t.say("this contest");
    }
}

/// How many choices a zero drops.
fn dropped(t: &mut Teller<'_, '_>) {
    let dropped = t.vars.chosen;
    if dropped > 0 {
        t.say(" This drops your ").number(dropped).plural(dropped, " choice.", " choices.");
    }
}

fn confirm(t: &mut Teller<'_, '_>) {
    t.offer(" To confirm", &Action::Confirm);
    t.offer(" To start this contest over", &Action::Change);
}

fn contest_of_summary(t: &mut Teller<'_, '_>) {
    let number = t.vars.contest_number;
    t.say("Contest ").number(number).say(", ").contest().say(": ");
}

fn summary_edit_prompt(t: &mut Teller<'_, '_>) {
    t.say("To cast this ballot").press_offered_and_end(&Action::Submit);
    if t.count(|a| matches!(a, Action::EditContest(_))) > 0 {
        t.say(" To change a contest, press its number, then the number sign.");
    }
}

fn cast_so_far(t: &mut Teller<'_, '_>) {
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
