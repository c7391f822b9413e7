//! What was measured, and its table.

use std::collections::BTreeMap;
use std::time::Duration;

use ivr_core::flow::context::LambdaInput;
use ivr_core::session::Place;

use super::spans::{Span, Spans, Watched};

/// What was measured.
#[derive(Default)]
pub(crate) struct Figures {
    /// Turns by where the caller was and what they did, without what is not the engine's.
    turns: BTreeMap<(String, &'static str), Vec<Duration>>,
    spans: Spans,
    /// How long each call took, without what is not the engine's: in all, and without the sealing
    /// of sessions.
    calls: Vec<(Duration, Duration)>,
}

impl Figures {
    /// Takes note of a turn.
    pub(crate) fn turn(&mut self, place: &Place, input: &LambdaInput, taken: Duration) {
        let phase = place.phase.as_str();
        let place = match place.sub_phase {
            Some(sub_phase) => format!("{phase}/{}", sub_phase.as_str()),
            None => phase.to_owned(),
        };
        self.turns.entry((place, kind(input))).or_default().push(taken);
    }

    /// Takes note of a call.
    pub(crate) fn call(&mut self, taken: Duration, of_that_sessions: Duration) {
        self.calls.push((taken, taken.saturating_sub(of_that_sessions)));
    }

    /// Takes over what the ports have seen.
    pub(crate) fn take(&mut self, watched: &Watched<'_>) {
        for (to, from) in self.spans.iter_mut().zip(watched.spans()) {
            to.0 += from.0;
            to.1 += from.1;
        }
    }

    /// How long a span takes.
    pub(crate) fn mean(&self, span: Span) -> Duration {
        let (taken, times) = self.spans[span as usize];
        taken / times.max(1)
    }

    /// Prints the rate and the kinds of turns.
    pub(crate) fn print_turns(mut self) {
        let turns = self.turns.values().map(Vec::len).sum::<usize>();
        let each = turns / self.calls.len();
        let mut whole: Vec<_> = self.calls.iter().map(|(whole, _)| *whole).collect();
        println!("A whole call in Barrie, both elections; each turn loads and stores its session.");
        println!("Left out of every turn: sealing the ballot, and casting it.\n");
        let calls = format!("{} calls of {each} turns", whole.len());
        println!("{calls:<46} {:>12} {:>12} {:>12}", "turns/s", "all calls", "each");
        rate("with sealed sessions", &mut whole, each);
        println!(
            "\n{:<46} {:>7} {:>12} {:>12}",
            "the caller was at, and did", "turns", "p50", "p99"
        );
        for ((place, kind), taken) in &mut self.turns {
            let (p50, p99) = percentiles(taken);
            let what = format!("{place}, {kind}");
            println!("{what:<46} {:>7} {} {}", taken.len(), micros(p50), micros(p99));
        }
        println!();
    }

    /// Prints what sessions take of the same calls, played once more with an eye on them.
    pub(crate) fn print_sessions(self) {
        let turns = self.turns.values().map(Vec::len).sum::<usize>();
        let each = turns / self.calls.len();
        let mut unsealed: Vec<_> = self.calls.iter().map(|(_, unsealed)| *unsealed).collect();
        rate("the same without opening and sealing them", &mut unsealed, each);
        println!();
        for (what, span) in [
            ("opening a session: AES-GCM, padding, decoding", Span::Open),
            ("sealing a session: encoding, padding, AES-GCM", Span::Seal),
            ("sealing a ballot, for each ballot", Span::Ballot),
        ] {
            println!("{what:<50}{}", micros(self.mean(span)));
        }
    }
}

/// The rate of the median call, which no other process has interrupted; then that of all calls.
fn rate(what: &str, calls: &mut [Duration], turns: usize) {
    let (median, _) = percentiles(calls);
    let per_second = |taken: Duration| turns as f64 / taken.as_secs_f64();
    let all = per_second(calls.iter().sum::<Duration>()) * calls.len() as f64;
    let each = median.div_f64(turns as f64);
    println!("{what:<46} {:>12.0} {all:>12.0} {}", per_second(median), micros(each));
}

/// What the caller did.
fn kind(input: &LambdaInput) -> &'static str {
    match input {
        LambdaInput::Init => "called",
        LambdaInput::NoInput => "listened",
        LambdaInput::Timeout => "kept silent",
        LambdaInput::Error => "error",
        LambdaInput::Dtmf(keys) => match keys.len() {
            1 => "one key",
            2 | 3 => "code",
            _ => "credential",
        },
    }
}

/// The middle one, and the one that a hundredth are above.
pub(crate) fn percentiles(taken: &mut [Duration]) -> (Duration, Duration) {
    taken.sort_unstable();
    let at = |percent: usize| taken.get(taken.len() * percent / 100).copied().unwrap_or_default();
    (at(50), at(99))
}

pub(crate) fn micros(duration: Duration) -> String {
    format!("{:>9.2} µs", duration.as_secs_f64() * 1e6)
}
