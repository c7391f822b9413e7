//! Runs a model and says what was found.

use stateright::{Checker as _, Expectation, HasDiscoveries, Model as _};

use crate::ends::{self, Ends};
use crate::model::SubmitModel;
use crate::properties;
use crate::words;

/// What was found.
#[derive(Debug, Clone)]
pub struct Findings {
    /// States that were looked at.
    pub states: usize,
    /// Properties that hold, in every state.
    pub hold: Vec<&'static str>,
    /// Properties that do not, each with the shortest path that shows it.
    pub broken: Vec<Broken>,
    /// What should be possible, and is not.
    pub impossible: Vec<&'static str>,
    /// The graph, walked to its end.
    pub ends: Ends,
}

/// A broken property.
#[derive(Debug, Clone)]
pub struct Broken {
    /// Which.
    pub property: &'static str,
    /// How, in words.
    pub story: Vec<String>,
}

/// Looks at every state.
pub fn everything(model: SubmitModel) -> Findings {
    let checker = model.checker().threads(1).spawn_bfs().join();
    let mut findings = Findings {
        states: checker.unique_state_count(),
        hold: Vec::new(),
        broken: Vec::new(),
        impossible: Vec::new(),
        ends: ends::look(&model),
    };
    for property in model.properties() {
        let found = checker.discovery(property.name).is_some();
        match (property.expectation, found) {
            (Expectation::Sometimes, true) => {}
            (Expectation::Sometimes, false) => findings.impossible.push(property.name),
            (_, false) => findings.hold.push(property.name),
            (_, true) => findings.broken.extend(shortest(model, property.name)),
        }
    }
    if findings.ends.stuck == 0 {
        findings.hold.push(properties::EVERY_STATE_CAN_END);
    } else {
        let story = vec![format!("{} states have no way to a final prompt", findings.ends.stuck)];
        findings.broken.push(Broken { property: properties::EVERY_STATE_CAN_END, story });
    }
    findings
}

/// The shortest way to break a property. The checker looks at many states before it stops, and keeps
/// the last path that it saw: it is asked again for a shorter one until there is none.
pub fn shortest(model: SubmitModel, property: &'static str) -> Option<Broken> {
    let mut best = None;
    let mut depth = None;
    loop {
        let until = HasDiscoveries::AnyOf([property].into());
        let mut checker = model.checker().threads(1).finish_when(until);
        if let Some(depth) = depth {
            checker = checker.target_max_depth(depth);
        }
        let Some(path) = checker.spawn_bfs().join().discovery(property) else { return best };
        let actions = path.into_actions();
        // The first state has depth one, and the bound itself is not looked at: one action less.
        depth = Some(actions.len() + 1);
        best = Some(Broken { property, story: words::tell(&model, &actions) });
        if actions.is_empty() {
            return best;
        }
    }
}
