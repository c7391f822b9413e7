//! From lines to words: slots are filled by id from the pinned publication, and the whole answer
//! becomes one `<speak>` document.

mod fit;

use uuid::Uuid;

use crate::flow::context::PhaseCtx;
use crate::flow::question::{PART_BUDGET, Question};
use crate::language::Language;
use crate::line::Line;
use crate::menu::Menu;
use crate::ports::TelemetryEvent;
use crate::prompts::name::PromptName;
use crate::prompts::resolve::{ScopeChain, entity_name};
use crate::prompts::scope::ScopeByLanguage;
use crate::prompts::vars::{Name, Number, Vars};
use crate::publication::{Contest, Names, Publication};
use crate::session::IvrSession;
use crate::ssml::speech::Speech;
use crate::voter;

/// Bytes that are enough for nearly every answer.
const USUAL_ANSWER: usize = 2_048;
/// Between two lines.
const PAUSE_MS: u32 = 400;

/// What an answer is rendered with.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The call.
    pub session: &'a IvrSession,
    /// The turn.
    pub ctx: &'a PhaseCtx<'a>,
    /// The language of the answer.
    pub language: &'a Language,
    /// The election that the answer is about.
    pub election: Option<Uuid>,
    /// The question that follows, if one does.
    pub menu: Option<&'a Menu>,
}

/// Speaks lines one after the other.
pub fn speak<'l>(lines: impl Iterator<Item = &'l Line>, around: Surroundings<'_>) -> String {
    fit::speak(&lines.collect::<Vec<_>>(), around).into_ssml()
}

/// How a line is worded in an answer that would be too long.
#[derive(Debug, Clone, Copy, Default)]
struct Wording {
    /// In the built-in words, whatever the publication has.
    built_in: bool,
    /// Long lists of elections end with how many more there are.
    short_lists: bool,
    /// Without the election.
    unnamed: bool,
    /// Without the name of the contest.
    nameless_contest: bool,
}

/// Heard characters of the names in the short lists of a line.
const SHORT_LISTS: usize = 1_800;

fn put_together(lines: &[&Line], how: &[Wording], around: Surroundings<'_>) -> Speech {
    let mut speech = Speech::with_capacity(USUAL_ANSWER);
    for (i, (line, &how)) in lines.iter().zip(how).enumerate() {
        if i > 0 {
            speech.pause(PAUSE_MS);
        }
        speak_line(line, how, around, &mut speech);
    }
    speech
}

/// Speaks before there is a session or a publication: built-in words alone.
pub fn speak_builtin(name: &PromptName, language: &Language) -> String {
    let chain = ScopeChain {
        candidate: None,
        contest: None,
        election: None,
        event: None,
        default_language: language,
    };
    let mut speech = Speech::with_capacity(256);
    // Built-in words have no overrides that could be at fault.
    let _ = chain.speak(name, &Vars::default(), language, &mut speech);
    speech.into_ssml()
}

/// Heard characters of one piece of a long text; the answer's 3,000 (DECISIONS 19) leave room for
/// the words of an error before it.
const PIECE_BUDGET: usize = 2_500;

/// How many answers a text needs by itself.
pub fn pieces(line: &Line, menu: Option<&Menu>, session: &IvrSession, ctx: &PhaseCtx<'_>) -> usize {
    let language = session.effective_language();
    let election = session.current_election();
    let around = Surroundings { session, ctx, language, election, menu };
    let mut speech = Speech::new();
    speak_whole(line, Wording::default(), around, &mut speech);
    if speech.len() <= PIECE_BUDGET { 1 } else { speech.cut(PIECE_BUDGET).len() }
}

/// A line that names a voter's choices as the groups of a list: one, or, where the names are too
/// long for one answer, its pieces (DECISIONS 19, 41).
pub fn in_pieces(
    line: Line,
    menu: &Menu,
    session: &IvrSession,
    ctx: &PhaseCtx<'_>,
) -> Vec<Vec<Line>> {
    // Rarely more than a few names: then nothing need be rendered to know.
    if cost_of_names(&line, session, ctx) <= PART_BUDGET {
        return vec![vec![line]];
    }
    let pieces = u8::try_from(pieces(&line, Some(menu), session, ctx)).unwrap_or(u8::MAX);
    let piece = |number| {
        let mut piece = line.clone();
        piece.about.piece = (pieces > 1).then_some(number);
        vec![piece]
    };
    (0..pieces).map(piece).collect()
}

fn speak_line(line: &Line, how: Wording, around: Surroundings<'_>, speech: &mut Speech) {
    let Some(piece) = line.about.piece else { return speak_whole(line, how, around, speech) };
    let mut whole = Speech::new();
    // A piece of the text as it was cut.
    speak_whole(line, Wording::default(), around, &mut whole);
    if let Some(piece) = whole.cut(PIECE_BUDGET).get(usize::from(piece)) {
        speech.space();
        speech.append(piece);
    }
}

fn speak_whole(line: &Line, how: Wording, around: Surroundings<'_>, speech: &mut Speech) {
    let publication = around.ctx.publication;
    let names = Namer { publication, language: around.language };
    let about = &line.about;
    let election_id = about.election.or(around.election);
    let election = election_id.and_then(|id| publication.election(id)).map(|(_, e)| e);
    let contest = about.contest.zip(election_id).and_then(|(contest, election)| {
        voter::ballot(around.session, publication, election)
            .and_then(|ballot| ballot.contest(contest).map(|c| (ballot, c)))
    });

    let of_the_election = election.filter(|_| !how.unnamed).map(|e| names.of(&e.scopes, &e.names));
    let both = !about.not_cast.is_empty() && about.elections.iter().any(|ids| !ids.is_empty());
    let list = |ids: &[Uuid]| {
        let mut list: Vec<_> = ids.iter().filter_map(|id| names.election(*id)).collect();
        if how.short_lists {
            shorten(&mut list, if both { SHORT_LISTS / 2 } else { SHORT_LISTS });
        }
        list
    };
    let several = about.elections.as_deref().map(list);
    let not_cast = list(&about.not_cast);
    let candidates: Vec<_> = match contest {
        Some((_, contest)) => names.candidates(contest, &about.candidates).collect(),
        None => Vec::new(),
    };
    let only_candidate = match (about.candidates.as_slice(), contest) {
        ([only], Some((_, contest))) => contest.candidate(*only),
        _ => None,
    };

    let mut vars = Vars {
        assistance_phone: publication.event.assistance_phone.as_deref(),
        elections: several.as_deref().unwrap_or(of_the_election.as_slice()),
        not_cast: &not_cast,
        candidates: &candidates,
        chosen: about.count,
        number: match about.keys {
            Some(keys) => Some(Number::Keys(keys)),
            None => Some(Number::Count(about.count)),
        },
        locator: about.locator.as_deref(),
        menu: around.menu,
        variant: about.variant,
        ..Vars::default()
    };
    if let Some((ballot, contest)) = contest {
        let order = ballot.contest_order(&around.ctx.seed);
        let position =
            order.iter().position(|i| ballot.contests.get(*i).is_some_and(|c| c.id == contest.id));
        vars.contest_name =
            (!how.nameless_contest).then(|| names.of(&contest.scopes, &contest.names));
        vars.contest_number = count(position.map_or(0, |p| p + 1));
        vars.contest_count = count(ballot.contests.len());
        vars.max_votes = contest.max_votes;
        vars.min_votes = contest.min_votes;
    } else if let Some(ballot) =
        election_id.and_then(|id| voter::ballot(around.session, publication, id))
    {
        vars.contest_count = count(ballot.contests.len());
    }

    let published = |scopes| if how.built_in { None } else { scopes };
    let chain = ScopeChain {
        candidate: published(only_candidate.map(|c| &c.scopes)),
        contest: published(contest.map(|(_, c)| &c.scopes)),
        election: published(election.map(|e| &e.scopes)),
        event: published(Some(&publication.event.scopes)),
        default_language: &publication.event.languages.default,
    };
    if let Err(fault) = chain.speak(&line.name, &vars, around.language, speech) {
        let event = TelemetryEvent::PromptFellBack {
            key: line.name.to_string(),
            reason: fault.to_string(),
        };
        around.ctx.record(around.session, event);
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Ends a list that is too long with how many more there are; a name is never cut.
fn shorten(list: &mut Vec<Name<'_>>, budget: usize) {
    let mut used = 0;
    let fitting = list.iter().take_while(|name| {
        used += length(**name);
        used <= budget
    });
    let kept = fitting.count().max(1);
    if kept < list.len() {
        let more = count(list.len() - kept);
        list.truncate(kept);
        list.push(Name::More(more));
    }
}

/// What is heard where an election is named.
fn heard_name_of_election(id: Uuid, around: Surroundings<'_>) -> Option<String> {
    let names = Namer { publication: around.ctx.publication, language: around.language };
    let mut speech = Speech::new();
    crate::prompts::words::name(None, names.election(id)?, &mut speech);
    Some(speech.heard())
}

/// Names in the language of an answer.
#[derive(Clone, Copy)]
struct Namer<'a> {
    publication: &'a Publication,
    language: &'a Language,
}

impl<'a> Namer<'a> {
    fn of(self, scopes: &'a ScopeByLanguage, names: &'a Names) -> Name<'a> {
        let default = &self.publication.event.languages.default;
        name_of(scopes, names, self.language, default)
    }

    fn election(self, id: Uuid) -> Option<Name<'a>> {
        self.publication.election(id).map(|(_, e)| self.of(&e.scopes, &e.names))
    }

    fn candidates(self, contest: &'a Contest, ids: &[Uuid]) -> impl Iterator<Item = Name<'a>> {
        ids.iter()
            .filter_map(|id| contest.candidate(*id))
            .map(move |c| self.of(&c.scopes, &c.names))
    }
}

fn name_of<'a>(
    scopes: &'a ScopeByLanguage,
    names: &'a Names,
    language: &Language,
    default: &Language,
) -> Name<'a> {
    entity_name(scopes, names.base.as_deref(), &names.by_language, language, default)
}

/// The plain name of an election, a candidate or a language, for the labels of a menu.
pub fn plain_name(
    scopes: &ScopeByLanguage,
    names: &Names,
    language: &Language,
    default: &Language,
) -> String {
    match name_of(scopes, names, language, default) {
        Name::Text(text) => text.to_owned(),
        Name::Markup(template) => crate::ssml::plain::plain_text(&template.raw),
        Name::More(n) => n.to_string(),
    }
}

/// Where the parts of a question begin: lists are split by number and by the length of names.
pub fn part_starts(question: &Question, session: &IvrSession, ctx: &PhaseCtx<'_>) -> Vec<usize> {
    if question.list.len() <= 1 {
        return vec![0];
    }
    question.part_starts(|group| group.iter().map(|line| cost_of_names(line, session, ctx)).sum())
}

/// How many characters the names in a line take.
fn cost_of_names(line: &Line, session: &IvrSession, ctx: &PhaseCtx<'_>) -> usize {
    let names = Namer { publication: ctx.publication, language: session.effective_language() };
    let about = &line.about;
    let contest = about.contest.zip(session.current_election()).and_then(|(contest, election)| {
        voter::contest(session, ctx.publication, election, contest)
    });
    let of_contest = contest.map_or(0, |contest| {
        let own = length(names.of(&contest.scopes, &contest.names));
        own + names.candidates(contest, &about.candidates).map(length).sum::<usize>()
    });
    of_contest + about.election.and_then(|id| names.election(id)).map_or(0, length)
}

fn length(name: Name<'_>) -> usize {
    match name {
        Name::Text(text) => text.chars().count(),
        Name::Markup(template) => template.raw.chars().count(),
        Name::More(_) => 0,
    }
}
