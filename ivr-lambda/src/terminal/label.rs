//! [`Labels`]: what the ids of an answer are called, in plain words of its language.

use ivr_core::answer::Answer;
use ivr_core::language::Language;
use ivr_core::prompts::scope::ScopeByLanguage;
use ivr_core::publication::{Contest, Names, Publication};
use ivr_core::render::plain_name;
use uuid::Uuid;

/// Names in the language of an answer.
#[derive(Clone, Copy)]
pub(crate) struct Labels<'a> {
    publication: &'a Publication,
    language: &'a Language,
    election: Option<Uuid>,
    contest: Option<Uuid>,
}

impl<'a> Labels<'a> {
    /// Names for an answer.
    pub(crate) fn of(publication: &'a Publication, answer: &'a Answer) -> Self {
        let place = &answer.place;
        Self {
            publication,
            language: &answer.language,
            election: place.election,
            contest: place.contest,
        }
    }

    /// Names in the publication's default language.
    pub(crate) fn in_default_language(publication: &'a Publication) -> Self {
        let language = &publication.event.languages.default;
        Self { publication, language, election: None, contest: None }
    }

    /// The election event.
    pub(crate) fn event(self) -> String {
        let event = &self.publication.event;
        self.name(&event.scopes, &event.names)
    }

    /// An election.
    pub(crate) fn election(self, id: Uuid) -> Option<String> {
        let (_, election) = self.publication.election(id)?;
        Some(self.name(&election.scopes, &election.names))
    }

    /// A contest.
    pub(crate) fn contest(self, id: Uuid) -> Option<String> {
        let contest = self.contests().find(|contest| contest.id == id)?;
        Some(self.name(&contest.scopes, &contest.names))
    }

    /// A candidate: of the contest of the answer, else of any.
    pub(crate) fn candidate(self, id: Uuid) -> Option<String> {
        let candidate = self
            .contests()
            .filter(|contest| self.contest.is_none_or(|of| contest.id == of))
            .find_map(|contest| contest.candidate(id))?;
        Some(self.name(&candidate.scopes, &candidate.names))
    }

    /// The contests of the election of the answer, else all of them.
    fn contests(self) -> impl Iterator<Item = &'a Contest> {
        let index = self.election.and_then(|id| self.publication.election(id)).map(|(i, _)| i);
        self.publication
            .ballots
            .iter()
            .filter(move |ballot| index.is_none_or(|index| ballot.election == index))
            .flat_map(|ballot| &ballot.contests)
    }

    fn name(self, scopes: &ScopeByLanguage, names: &Names) -> String {
        plain_name(scopes, names, self.language, &self.publication.event.languages.default)
    }
}

/// What a language calls itself, in writing; a language that is not here is called by its code.
pub(crate) fn self_name(language: &Language) -> &str {
    const NAMES: [(&str, &str); 14] = [
        ("ar", "العربية"),
        ("de", "Deutsch"),
        ("en", "English"),
        ("es", "español"),
        ("fr", "français"),
        ("hi", "हिन्दी"),
        ("it", "italiano"),
        ("iu", "ᐃᓄᒃᑎᑐᑦ"),
        ("nl", "Nederlands"),
        ("pa", "ਪੰਜਾਬੀ"),
        ("pl", "polski"),
        ("pt", "português"),
        ("tl", "Tagalog"),
        ("zh", "中文"),
    ];
    let primary = language.primary();
    let known = NAMES.into_iter().find(|(code, _)| code.eq_ignore_ascii_case(primary));
    known.map_or(language.as_str(), |(_, name)| name)
}
