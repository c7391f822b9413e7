//! A made-up ballot, and every prompt in the situations in which callers hear it.

use uuid::Uuid;

use crate::language::Language;
use crate::menu::{Action, InputKind, Keys, Menu};
use crate::prompts::key::IvrPromptKey as Key;
use crate::prompts::placeholder::PlaceholderSet;
use crate::prompts::vars::{Name, Number, Variant, Vars};
use crate::ssml::template::IvrTemplate;

/// Names and menus to speak about.
pub(super) struct World {
    spoken_name: IvrTemplate,
    pub(super) accept: Menu,
    pub(super) languages: Menu,
    pub(super) keep_language: Menu,
    pub(super) choose_language: Menu,
    pub(super) entry: Menu,
    pub(super) exact_entry: Menu,
    pub(super) ballots: Menu,
    pub(super) many_ballots: Menu,
    pub(super) no_ballots: Menu,
    pub(super) candidates: Menu,
    pub(super) many_candidates: Menu,
    pub(super) yes_or_over: Menu,
    pub(super) summary: Menu,
}

const ALICE: Name<'_> = Name::Text("Alice Smith");
const BOB: Name<'_> = Name::Text("Bob O'Neil & Sons");
const DECLINE: Name<'_> = Name::Text("Decline to vote");
const COUNCIL: Name<'_> = Name::Text("Municipal Council");
const SCHOOL: Name<'_> = Name::Text("School Board");
const MAYOR: Name<'_> = Name::Text("Mayor");

impl World {
    /// Keys that no rule would give, so that words which do not look at the menu are found out.
    pub(super) fn new() -> Self {
        let id = Uuid::from_u128;
        let menu = |kind, entries: Vec<(Keys, Action)>| {
            let mut menu = Menu::new(kind);
            for (keys, action) in entries {
                menu.offer(keys, action);
            }
            menu.offer(Keys::Star, Action::Repeat);
            menu
        };
        let one_key = |entries| menu(InputKind::OneKey, entries);
        let options = |n: u8, code: bool| {
            (1..=n).map(move |i| {
                let keys = if code { Keys::Code(i) } else { Keys::Digit(i) };
                (keys, Action::ChooseCandidate(id(i.into())))
            })
        };
        let language = Language::new;
        let entry = |terminated| {
            let keys = Keys::Entry { max_digits: 8, terminated };
            let kind = InputKind::Entry { max_digits: 8, terminated };
            menu(kind, vec![(keys, Action::Enter("pin".into()))])
        };
        let ends = || [(Keys::Hash, Action::Done), (Keys::Zero, Action::Blank)];
        let elections = |n: u8, code: bool| {
            options(n, code)
                .map(|(keys, _)| (keys, Action::ChooseElection(id(0))))
                .chain([(Keys::Zero, Action::Exit)])
                .collect()
        };
        let mut summary = menu(
            InputKind::Code,
            (1..=3).map(|i| (Keys::Code(i), Action::EditContest(id(i.into())))).collect(),
        );
        summary.offer(Keys::Code(0), Action::Submit);
        Self {
            spoken_name: IvrTemplate::compile(
                r#"<lang xml:lang="fr-CA">Jean-François Côté</lang>"#,
                PlaceholderSet::NONE,
            )
            .expect("a spoken name")
            .template,
            accept: one_key(vec![(Keys::Digit(7), Action::Accept)]),
            languages: one_key(vec![
                (Keys::Digit(3), Action::ChooseLanguage(language("en"))),
                (Keys::Digit(4), Action::ChooseLanguage(language("fr-CA"))),
                (Keys::Digit(5), Action::ChooseLanguage(language("es"))),
                (Keys::Digit(6), Action::ChooseLanguage(language("tlh"))),
            ]),
            keep_language: one_key(vec![
                (Keys::Digit(1), Action::KeepLanguage),
                (Keys::Digit(2), Action::SwitchLanguage(language("en"))),
                (Keys::Digit(3), Action::SwitchLanguage(language("fr"))),
            ]),
            choose_language: one_key(vec![
                (Keys::Digit(1), Action::SwitchLanguage(language("en"))),
                (Keys::Digit(2), Action::SwitchLanguage(language("fr"))),
            ]),
            entry: entry(true),
            exact_entry: entry(false),
            ballots: one_key(elections(2, false)),
            many_ballots: menu(InputKind::Code, elections(12, true)),
            no_ballots: one_key(vec![(Keys::Zero, Action::Exit)]),
            candidates: one_key(options(2, false).chain(ends()).collect()),
            many_candidates: menu(InputKind::Code, options(12, true).chain(ends()).collect()),
            yes_or_over: one_key(vec![
                (Keys::Digit(8), Action::Confirm),
                (Keys::Digit(9), Action::Change),
            ]),
            summary,
        }
    }

    /// Hands out every situation of a prompt: what is special about it, and its values.
    pub(super) fn situations(&self, key: Key, mut each: impl FnMut(&str, &Vars<'_>)) {
        let cote = Name::Markup(&self.spoken_name);
        let base = Vars { assistance_phone: Some("1-800-555-0199"), ..Vars::default() };
        let ballot = Vars { elections: &[COUNCIL], contest_count: 15, ..base };
        let contest = Vars {
            contest_name: Some(MAYOR),
            contest_number: 2,
            max_votes: 3,
            menu: Some(&self.candidates),
            ..ballot
        };
        let option = Vars { candidates: &[ALICE], ..contest };
        let digit = |n| Some(Number::Keys(Keys::Digit(n)));
        let code = |n| Some(Number::Keys(Keys::Code(n)));
        let confirm = Vars { menu: Some(&self.yes_or_over), ..option };
        match key {
            Key::Greeting
            | Key::RepeatInstruction
            | Key::DeclarationText
            | Key::PreVotingStatement => {
                each("no key", &base);
                each("accept", &Vars { menu: Some(&self.accept), ..base });
            }
            Key::LanguageSelect => {
                each("four languages", &Vars { menu: Some(&self.languages), ..base });
            }
            Key::AuthEnterUsername | Key::AuthEnterPassword | Key::AuthEnterDob => {
                each("ended by #", &Vars { menu: Some(&self.entry), ..base });
                each("exactly eight", &Vars { menu: Some(&self.exact_entry), ..base });
            }
            Key::Goodbye
            | Key::CallNotAvailable
            | Key::SystemError
            | Key::SessionExpired
            | Key::InvalidInput
            | Key::InvalidInputFinal
            | Key::Timeout
            | Key::TimeoutFinal
            | Key::AuthUnavailable
            | Key::EligibilityCheck => each("", &base),
            Key::BlacklistMessage
            | Key::AuthFailed
            | Key::AuthMaxAttempts
            | Key::AuthLocked
            | Key::AccountIncomplete
            | Key::NotEligible
            | Key::NotActive => {
                each("", &base);
                each("no number", &Vars::default());
            }
            Key::ElectionClosed | Key::VotingPaused | Key::VotingNotStarted => {
                each("event", &base);
                each("ballot", &ballot);
            }
            Key::TimeoutWarning
            | Key::ElectionIntro
            | Key::SummaryIntro
            | Key::Hold
            | Key::VoteSuccess
            | Key::VoteFailed
            | Key::VoteUnknown
            | Key::DuplicateVote
            | Key::MaxRevotesExceeded
            | Key::ReceiptInfo
            | Key::NotCastYet => each("", &ballot),
            Key::ElectionNotByPhone => {
                each("", &ballot);
                each("two", &Vars { elections: &[COUNCIL, SCHOOL], ..base });
            }
            Key::ElectionList => {
                each("two", &Vars { menu: Some(&self.ballots), ..base });
                each("twelve", &Vars { menu: Some(&self.many_ballots), ..base });
                let variant = Variant::NothingSelectable;
                each("none", &Vars { menu: Some(&self.no_ballots), variant, ..base });
            }
            Key::ElectionOption | Key::ElectionOptionAgain => {
                let menu = Some(&self.ballots);
                each("digit", &Vars { number: digit(2), menu, ..ballot });
                let menu = Some(&self.many_ballots);
                each("code", &Vars { number: code(12), menu, ..ballot });
            }
            Key::ElectionAlreadyVoted => {
                each("", &ballot);
                each("again", &Vars { variant: Variant::MayVoteAgain, ..ballot });
            }
            Key::ElectionNotOpen => {
                for (label, variant) in [
                    ("plain", Variant::Plain),
                    ("closed", Variant::Closed),
                    ("paused", Variant::Paused),
                    ("not started", Variant::NotStarted),
                ] {
                    each(label, &Vars { variant, ..ballot });
                }
            }
            Key::LanguageSwitch => {
                each("offer", &Vars { menu: Some(&self.keep_language), ..ballot });
                each("choice", &Vars { menu: Some(&self.choose_language), ..ballot });
            }
            Key::ContestIntro => {
                each("up to three", &contest);
                each("one", &Vars { max_votes: 1, contest_count: 1, ..contest });
                each("two to three", &Vars { min_votes: 2, ..contest });
                each("exactly two", &Vars { min_votes: 2, max_votes: 2, ..contest });
                each("twelve candidates", &Vars { menu: Some(&self.many_candidates), ..contest });
            }
            Key::WriteInNotice | Key::SelectionDone | Key::BlankWarning => each("", &contest),
            Key::CandidateOption => {
                each("digit", &Vars { number: digit(1), ..option });
                let menu = Some(&self.many_candidates);
                each("code", &Vars { number: code(1), menu, ..option });
                each("spoken name", &Vars { candidates: &[cote], number: digit(2), ..option });
            }
            Key::CandidateChosen => {
                each("", &Vars { number: Some(Number::Count(1)), chosen: 1, ..option });
            }
            Key::SelectionBlank => {
                each("blank", &contest);
                each("decline", &Vars { candidates: &[DECLINE], ..option });
                each("code", &Vars { menu: Some(&self.many_candidates), ..contest });
            }
            Key::AlreadySelected => {
                each("", &option);
                each("unnamed", &contest);
            }
            Key::MinVotesNeeded => each("", &Vars { min_votes: 2, chosen: 1, ..contest }),
            Key::BlankRefused => {
                each("nothing chosen", &contest);
                each("one chosen", &Vars { min_votes: 2, chosen: 1, ..contest });
            }
            Key::UnderVoteWarning => each("", &Vars { chosen: 1, ..contest }),
            Key::BlankBallotConfirm => {
                let blank = Vars { candidates: &[], ..confirm };
                each("nothing chosen", &blank);
                each("one dropped", &Vars { chosen: 1, ..blank });
                each("two dropped", &Vars { chosen: 2, ..blank });
            }
            Key::DeclineConfirm => {
                let decline = Vars { candidates: &[DECLINE], ..confirm };
                each("nothing chosen", &decline);
                each("two dropped", &Vars { chosen: 2, ..decline });
            }
            Key::VoteConfirm => {
                each("one", &confirm);
                each("three", &Vars { candidates: &[ALICE, BOB, cote], ..confirm });
                each("nameless contest", &Vars { contest_name: None, ..confirm });
            }
            Key::SummaryItem => {
                each("one", &option);
                each("two", &Vars { candidates: &[ALICE, cote], ..option });
            }
            Key::SummaryItemBlank | Key::SummaryEditRestart => each("", &contest),
            Key::SummaryEditPrompt => each("", &Vars { menu: Some(&self.summary), ..ballot }),
            Key::ReceiptNumber => {
                let receipt = Vars { locator: Some("a3f2"), menu: Some(&self.accept), ..ballot };
                each("", &receipt);
                each("again", &Vars { variant: Variant::Again, ..receipt });
            }
            Key::CastSoFar => {
                let elections: &[Name<'_>] = &[COUNCIL, SCHOOL];
                each("all", &Vars { elections, ..base });
                each("some", &Vars { elections: &[COUNCIL], not_cast: &[SCHOOL], ..base });
                each("none of two", &Vars { not_cast: elections, ..base });
                each("nothing known", &base);
            }
        }
    }
}
