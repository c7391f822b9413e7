//! The English words.

mod phrases;

use super::languages;
use super::teller::Teller;
use crate::menu::Action;
use crate::prompts::key::IvrPromptKey as Key;
use crate::prompts::vars::Variant;
use crate::prompts::words::Words;
pub(super) use phrases::{blacklist_message, call_not_available};
use phrases::{
    call_again_to_know, cast_so_far, confirm, contest_intro, contest_of_summary, contest_or_this,
    dropped, election_list, end_of_entry, enter, for_contest, help_and_goodbye, language_switch,
    press_option, summary_edit_prompt,
};

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
                .say("call again and start over. You will hear it when your ballot is recorded.")
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
            t.say(
                "According to our records, there is no ballot here that you are entitled to cast.",
            );
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
            t.say("You have already cast your ballot for ")
                .elections()
                .say(". To cast another one");
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
            let ballots = t.election_count();
            t.plural(ballots, "The ballot for ", "The ballots for ").elections().say(
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
