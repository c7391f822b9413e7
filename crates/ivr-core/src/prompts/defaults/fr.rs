//! The French words, as they are said in Canada.

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

/// The colon of French, with the space that belongs before it.
const COLON: &str = "\u{a0}: ";

pub(super) fn say(key: Key, t: &mut Teller<'_, '_>) {
    match key {
        Key::Greeting => {
            t.say("Bienvenue au service de vote par téléphone. Chaque fois qu’on vous demande ")
                .say("d’appuyer sur une touche, vous pouvez appuyer sur l’étoile pour réentendre ")
                .say("la question.")
                .offer(" Pour continuer", &Action::Accept);
        }
        Key::LanguageSelect => {
            if t.count(|a| matches!(a, Action::ChooseLanguage(_))) == 0 {
                t.say("Veuillez choisir votre langue.");
            }
            languages::offer(t);
        }
        Key::RepeatInstruction => {
            t.say("Pour réentendre une question, appuyez sur l’étoile.")
                .offer(" Pour continuer", &Action::Accept);
        }
        Key::DeclarationText => {
            t.say("Vous ne pouvez voter que si vous en avez le droit à cette élection, et ")
                .say("seulement en votre propre nom.")
                .offer(" Pour déclarer que c’est le cas", &Action::Accept);
        }
        Key::PreVotingStatement => {
            t.say(
                "Si l’appel se termine avant que vous ayez déposé votre bulletin, rien n’en est ",
            )
            .say("enregistré. Il faut alors rappeler et recommencer. Vous entendrez quand ")
            .say("votre bulletin sera enregistré.")
            .offer(" Pour continuer", &Action::Accept);
        }
        Key::Goodbye => {
            t.say("Merci de votre appel. Au revoir.");
        }
        Key::CallNotAvailable => {
            call_not_available(t);
            t.say(" ").in_words(Words::En, super::en::call_not_available);
        }
        Key::BlacklistMessage => {
            blacklist_message(t);
            t.say(" ").in_words(Words::En, super::en::blacklist_message);
        }
        Key::SystemError => {
            t.say("Nous sommes désolés").say(COLON);
            t.say("un problème technique nous oblige à mettre fin à cet appel.");
            call_again_to_know(t);
        }
        Key::SessionExpired => {
            t.say("Le temps prévu pour cet appel est écoulé.");
            call_again_to_know(t);
        }
        Key::InvalidInput => {
            t.say("Désolé, cette entrée n’est pas valide.");
        }
        Key::InvalidInputFinal => {
            t.say("Désolé, cette entrée n’est pas valide, et nous devons mettre fin à l’appel. ")
                .say("Vous pouvez rappeler. Au revoir.");
        }
        Key::Timeout => {
            t.say("Nous n’avons pas reçu de réponse.");
        }
        Key::TimeoutWarning => {
            t.say("Votre bulletin").about_elections(" pour ").say(
                " n’est pas encore déposé. Si vous n’appuyez pas maintenant sur une touche, \
                 l’appel prendra fin et vos choix seront perdus.",
            );
        }
        Key::TimeoutFinal => {
            t.say("Nous n’avons pas reçu de réponse, et nous devons mettre fin à l’appel. Vous ")
                .say("pouvez rappeler. Au revoir.");
        }
        Key::AuthEnterUsername => enter(t, "numéro d’électeur"),
        Key::AuthEnterPassword => enter(t, "NIP"),
        Key::AuthEnterDob => {
            t.say("Veuillez entrer votre date de naissance").say(COLON);
            t.say("deux chiffres pour le mois, deux pour le jour et quatre pour l’année");
            end_of_entry(t);
        }
        Key::AuthFailed => {
            t.say(
                "Ce que vous avez entré ne correspond pas à nos dossiers. Veuillez vérifier vos ",
            )
            .say("directives de vote et réessayer. Pour obtenir de l’aide, composez le ")
            .phone()
            .say(".");
        }
        Key::AuthUnavailable => {
            t.say("Nous n’avons pas pu vérifier ce que vous venez d’entrer. Cela ne compte pas ")
                .say("comme un essai. Veuillez l’entrer de nouveau.");
        }
        Key::AuthMaxAttempts => {
            t.say(
                "Ce que vous avez entré ne correspond pas à nos dossiers, et nous devons mettre ",
            )
            .say("fin à l’appel.");
            help_and_goodbye(t);
        }
        Key::AuthLocked => {
            t.say("Votre accès au vote par téléphone est verrouillé pour le moment.");
            help_and_goodbye(t);
        }
        Key::AccountIncomplete => {
            t.say("Votre accès au vote par téléphone n’est pas entièrement configuré.");
            help_and_goodbye(t);
        }
        Key::EligibilityCheck => {
            t.say("Un instant, s’il vous plaît. Nous vérifions quels bulletins sont les vôtres.");
        }
        Key::NotEligible => {
            t.say("D’après nos dossiers, il n’y a ici aucun bulletin que vous ayez le droit de ")
                .say("déposer.");
            help_and_goodbye(t);
        }
        Key::NotActive => {
            t.say("Votre accès au vote par téléphone a été désactivé.");
            help_and_goodbye(t);
        }
        Key::ElectionClosed => {
            t.say("Le vote par téléphone").about_elections(" pour ").say(" est terminé.");
        }
        Key::VotingPaused => {
            t.say("Le vote par téléphone").about_elections(" pour ");
            t.say(" est suspendu et reprendra plus tard. Veuillez rappeler plus tard.");
        }
        Key::VotingNotStarted => {
            t.say("Le vote par téléphone").about_elections(" pour ");
            t.say(" n’a pas encore commencé. Veuillez rappeler plus tard.");
        }
        Key::ElectionList => election_list(t),
        Key::ElectionOption => {
            t.say("Pour ").elections();
            press_option(t);
        }
        Key::ElectionOptionAgain => {
            t.say("Vous avez déjà déposé votre bulletin pour ").elections();
            t.say(". Pour en déposer un autre");
            press_option(t);
        }
        Key::ElectionAlreadyVoted => {
            t.say("Vous avez déjà déposé votre bulletin pour ").elections().say(".");
            if t.vars.variant == Variant::MayVoteAgain {
                t.say(" Vous pouvez en déposer un autre.");
            }
        }
        Key::ElectionNotOpen => {
            t.say("Pour ").elections();
            t.say(match t.vars.variant {
                Variant::Closed => ", le vote par téléphone est terminé.",
                Variant::Paused => ", le vote par téléphone est suspendu et reprendra plus tard.",
                Variant::NotStarted => ", le vote par téléphone n’a pas encore commencé.",
                _ => ", le vote par téléphone n’est pas ouvert en ce moment.",
            });
        }
        Key::ElectionNotByPhone => {
            let ballots = t.election_count();
            t.plural(ballots, "Le bulletin pour ", "Les bulletins pour ").elections();
            t.plural(ballots, " ne peut pas être déposé", " ne peuvent pas être déposés").say(
                " par téléphone. Vos directives de vote indiquent les autres façons de voter.",
            );
        }
        Key::LanguageSwitch => language_switch(t),
        Key::ElectionIntro => {
            t.say("Voici le bulletin pour ").elections().say(".");
            let contests = t.vars.contest_count;
            if contests > 0 {
                t.say(" Il compte ").number(contests).plural(contests, " poste.", " postes.");
            }
        }
        Key::ContestIntro => contest_intro(t),
        Key::WriteInNotice => {
            t.say("Un nom qui n’est pas sur la liste ne peut pas être ajouté par téléphone. Vos ")
                .say("directives de vote indiquent les autres façons de voter.");
        }
        Key::CandidateOption => {
            t.say("Pour ").candidates();
            press_option(t);
        }
        Key::CandidateChosen => {
            let (chosen, of) = (t.chosen(), t.vars.max_votes);
            t.candidates().say(". C’est ").number(chosen).say(" choix sur ").number(of).say(".");
        }
        Key::SelectionDone => {
            t.say("Pour terminer vos choix").press_offered(&Action::Done);
        }
        Key::SelectionBlank => {
            if t.vars.candidates.is_empty() {
                t.say("Pour laisser ce poste en blanc");
            } else {
                t.say("Pour ").candidates();
            }
            t.press_offered(&Action::Blank);
        }
        Key::AlreadySelected => {
            if t.vars.candidates.is_empty() {
                t.say("Ce choix est déjà fait.");
            } else {
                t.say("Vous avez déjà choisi ").candidates().say(".");
            }
        }
        Key::MinVotesNeeded => {
            let (chosen, needed) = (t.chosen(), t.vars.min_votes.max(1));
            t.say("Vous avez fait ").number(chosen).say(" choix. Il en faut au moins ");
            t.number(needed).say(".");
        }
        Key::BlankRefused => {
            let needed = t.vars.min_votes.max(1);
            t.say("Ce poste ne peut pas être laissé en blanc. Veuillez faire au moins ");
            t.number(needed).say(" choix.");
            if t.chosen() > 0 {
                t.say(" Ce que vous avez choisi jusqu’ici est conservé.");
            }
        }
        Key::BlankWarning => {
            t.say("Si vous laissez ");
            contest_or_this(t);
            t.say(" en blanc, votre bulletin n’y aura aucun choix.");
        }
        Key::UnderVoteWarning => {
            let (chosen, most) = (t.chosen(), t.vars.max_votes);
            for_contest(t);
            t.say(" avez fait ").number(chosen).say(" choix, et vous pouvez en faire jusqu’à ");
            t.number(most).say(".");
        }
        Key::BlankBallotConfirm => {
            t.say("Vous laissez ");
            contest_or_this(t);
            t.say(" en blanc.");
            dropped(t);
            confirm(t);
        }
        Key::DeclineConfirm => {
            for_contest(t);
            t.say(" avez choisi ").candidates().say(".");
            dropped(t);
            confirm(t);
        }
        Key::VoteConfirm => {
            for_contest(t);
            t.say(" avez choisi ").candidates().say(".");
            confirm(t);
        }
        Key::SummaryIntro => {
            t.say("Voici vos choix").about_elections(" pour ").say(".");
        }
        Key::SummaryItem => {
            contest_of_summary(t);
            t.candidates().say(".");
        }
        Key::SummaryItemBlank => {
            contest_of_summary(t);
            t.say("laissé en blanc.");
        }
        Key::SummaryEditPrompt => summary_edit_prompt(t),
        Key::SummaryEditRestart => {
            t.say("Vos choix pour ");
            contest_or_this(t);
            t.say(" sont effacés. Veuillez choisir de nouveau.");
        }
        Key::Hold => {
            t.say("Votre bulletin").about_elections(" pour ").say(
                " est en route. Restez en ligne jusqu’à ce que vous entendiez que votre bulletin \
                 a été enregistré.",
            );
        }
        Key::VoteSuccess => {
            t.say("Votre bulletin").about_elections(" pour ").say(" a été enregistré.");
        }
        Key::VoteFailed => {
            t.say("Votre bulletin").about_elections(" pour ").say(" n’a pas été enregistré.");
            t.say(" Pour obtenir de l’aide, composez le ").phone().say(".");
        }
        Key::VoteUnknown => {
            t.say("Nous ne savons pas si votre bulletin").about_elections(" pour ").say(
                " est arrivé. Il se peut qu’il ait été enregistré. Veuillez rappeler dans \
                 quelques minutes",
            );
            t.say(COLON).say("vous saurez alors s’il l’a été. Au revoir.");
        }
        Key::DuplicateVote => {
            t.say("Vous aviez déjà déposé un bulletin").about_elections(" pour ");
            t.say(", donc celui-ci n’a pas été enregistré.");
        }
        Key::MaxRevotesExceeded => {
            t.say("Vous aviez déjà déposé tous les bulletins permis").about_elections(" pour ");
            t.say(", donc celui-ci n’a pas été enregistré.");
        }
        Key::ReceiptInfo => {
            t.say("Vous allez maintenant entendre le repère de votre bulletin");
            t.about_elections(" pour ");
            t.say(". Il compte quatre caractères, que vous voudrez peut-être noter.");
        }
        Key::ReceiptNumber => {
            if t.vars.variant == Variant::Again {
                t.say("Encore une fois").say(COLON).locator();
                t.offer(" Pour continuer", &Action::Accept);
                t.say(" Pour réentendre le repère, appuyez sur l’étoile.");
            } else {
                t.say("Le repère de votre bulletin").about_elections(" pour ").say(" est");
                t.say(COLON).locator();
            }
        }
        Key::NotCastYet => {
            t.say("Votre bulletin").about_elections(" pour ").say(" n’est pas encore déposé.");
        }
        Key::CastSoFar => cast_so_far(t),
    }
}
