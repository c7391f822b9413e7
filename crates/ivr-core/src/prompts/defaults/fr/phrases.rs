//! The French sentences that take more than a line, or are said in several prompts.

use super::super::languages;
use super::super::teller::Teller;
use crate::menu::{Action, Keys};
use crate::prompts::vars::Variant;

use super::COLON;

pub(in super::super) fn call_not_available(t: &mut Teller<'_, '_>) {
    t.say("Le vote par téléphone n’est pas offert à ce numéro. Veuillez vérifier le numéro dans ")
        .say("vos directives de vote. Au revoir.");
}

pub(in super::super) fn blacklist_message(t: &mut Teller<'_, '_>) {
    t.say("Il n’est pas possible de voter à partir du téléphone d’où vous appelez.");
    help_and_goodbye(t);
}

pub(super) fn call_again_to_know(t: &mut Teller<'_, '_>) {
    t.say(" Si vous n’avez pas entendu que votre bulletin a été enregistré, veuillez rappeler. ")
        .say("Vous saurez alors s’il l’a été. Au revoir.");
}

pub(super) fn help_and_goodbye(t: &mut Teller<'_, '_>) {
    t.say(" Pour obtenir de l’aide, composez le ").phone().say(". Au revoir.");
}

pub(super) fn enter(t: &mut Teller<'_, '_>, what: &'static str) {
    match t.offered(|a| matches!(a, Action::Enter(_))) {
        Some(Keys::Entry { max_digits, terminated: false }) => {
            let digits = u32::from(max_digits);
            t.say("Veuillez entrer les ").number(digits).plural(digits, " chiffre", " chiffres");
            t.say(" de votre ").say(what);
        }
        _ => {
            t.say("Veuillez entrer votre ").say(what);
        }
    }
    end_of_entry(t);
}

pub(super) fn end_of_entry(t: &mut Teller<'_, '_>) {
    let keys = t.offered(|a| matches!(a, Action::Enter(_)));
    if let Some(Keys::Entry { terminated: true, .. }) = keys {
        t.say(", puis appuyez sur le carré");
    }
    t.say(". Si vous faites une erreur, appuyez sur l’étoile et recommencez.");
}

/// ", appuyez sur le 1." for this option; without a number, the sentence ends.
pub(super) fn press_option(t: &mut Teller<'_, '_>) {
    match t.option_keys() {
        Some(keys) => t.press(keys),
        None => t.say("."),
    };
}

pub(super) fn election_list(t: &mut Teller<'_, '_>) {
    let ballots = t.count(|a| matches!(a, Action::ChooseElection(_)));
    if t.vars.variant == Variant::NothingSelectable || ballots == 0 {
        t.say("Il n’y a aucun bulletin que vous puissiez déposer en ce moment.");
    } else {
        t.say("Vous pouvez déposer ").number(ballots);
        t.plural(ballots, " bulletin.", " bulletins.");
        if t.has_codes() {
            t.say(" Chacun a un numéro de deux chiffres").say(COLON);
            t.say("composez les deux, puis appuyez sur le carré.");
        }
    }
    t.offer(" Pour terminer", &Action::Exit);
}

pub(super) fn language_switch(t: &mut Teller<'_, '_>) {
    if t.offered(|a| *a == Action::KeepLanguage).is_some() {
        t.say("Nous continuons en ").own_language().say(".");
    } else {
        t.say("Veuillez choisir la langue de votre bulletin").about_elections(" pour ").say(".");
    }
    languages::offer(t);
}

pub(super) fn contest_intro(t: &mut Teller<'_, '_>) {
    let (number, count) = (t.vars.contest_number, t.vars.contest_count);
    if count > 1 {
        t.say("Poste ").number(number).say(" sur ").number(count).say(COLON);
    }
    t.contest();
    let (least, most) = (t.vars.min_votes, t.vars.max_votes);
    if most <= 1 {
        t.say(". Faites ").number(most).say(" choix");
    } else if least == most {
        t.say(". Faites exactement ").number(most).say(" choix");
    } else if least > 0 {
        t.say(". Faites au moins ").number(least).say(" choix et au plus ").number(most);
    } else {
        t.say(". Faites jusqu’à ").number(most).say(" choix");
    }
    t.say(".");
    if t.has_codes() {
        t.say(" Chaque candidature a un numéro de deux chiffres").say(COLON);
        t.say("composez les deux, puis appuyez sur le carré.");
    }
}

pub(super) fn for_contest(t: &mut Teller<'_, '_>) {
    if t.vars.contest_name.is_some() {
        t.say("Pour ").contest().say(", vous");
    } else {
        t.say("Vous");
    }
}

pub(super) fn contest_or_this(t: &mut Teller<'_, '_>) {
    if t.vars.contest_name.is_some() {
        t.contest();
    } else {
        t.say("ce poste");
    }
}

/// How many choices a zero drops.
pub(super) fn dropped(t: &mut Teller<'_, '_>) {
    let dropped = t.vars.chosen;
    if dropped > 0 {
        t.say(" Cela annule ").number(dropped).say(" choix.");
    }
}

pub(super) fn confirm(t: &mut Teller<'_, '_>) {
    t.offer(" Pour confirmer", &Action::Confirm);
    t.offer(" Pour recommencer ce poste", &Action::Change);
}

pub(super) fn contest_of_summary(t: &mut Teller<'_, '_>) {
    let number = t.vars.contest_number;
    t.say("Poste ").number(number).say(", ").contest().say(COLON);
}

pub(super) fn summary_edit_prompt(t: &mut Teller<'_, '_>) {
    t.say("Pour déposer ce bulletin").press_offered_and_end(&Action::Submit);
    if t.count(|a| matches!(a, Action::EditContest(_))) > 0 {
        t.say(" Pour changer un poste, composez son numéro, puis appuyez sur le carré.");
    }
}

pub(super) fn cast_so_far(t: &mut Teller<'_, '_>) {
    let cast = u32::try_from(t.vars.elections.len()).unwrap_or(u32::MAX);
    let not_cast = u32::try_from(t.vars.not_cast.len()).unwrap_or(u32::MAX);
    if cast > 0 {
        t.plural(cast, "Votre bulletin pour ", "Vos bulletins pour ").elections();
        t.plural(cast, " a été enregistré.", " ont été enregistrés.");
    }
    if not_cast > 0 {
        if cast > 0 {
            t.say(" ");
        }
        t.plural(not_cast, "Votre bulletin pour ", "Vos bulletins pour ").not_cast();
        t.plural(not_cast, " n’a pas été déposé.", " n’ont pas été déposés.");
    }
    if cast == 0 && not_cast == 0 {
        t.say("Aucun bulletin n’a été déposé pendant cet appel.");
    }
}
