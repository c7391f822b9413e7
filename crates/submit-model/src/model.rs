//! [`SubmitModel`]: what can happen next, in every state.

use ivr_core::publication::AllowedBallots;
use ivr_core::submit::SubmitLimits;
use stateright::{Model, Property};

use crate::action::{Action, Commit};
use crate::function::Rules;
use crate::harvest::Platform;
use crate::properties;
use crate::protocol::Protocol;
use crate::world::{Doing, World};

/// How far the search goes.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Things that go wrong in one history.
    pub faults: u8,
    /// Functions that run at once.
    pub functions: usize,
    /// How often Harvest tries one request; six on the platform (facts 4.4).
    pub tries: u8,
    /// The protocol's own limits.
    pub limits: SubmitLimits,
}

/// One model.
#[derive(Debug, Clone, Copy)]
pub struct SubmitModel {
    /// The functions.
    pub rules: Rules,
    /// The platform.
    pub platform: Platform,
    /// How far.
    pub bounds: Bounds,
}

impl SubmitModel {
    /// A model of an election with this `num_allowed_revotes`.
    pub fn new(
        protocol: Protocol,
        platform: Platform,
        num_allowed_revotes: Option<i64>,
        bounds: Bounds,
    ) -> Self {
        let allowed = AllowedBallots::from_num_allowed_revotes(num_allowed_revotes);
        let rules = Rules { protocol, limits: bounds.limits, allowed, tries: bounds.tries };
        Self { rules, platform, bounds }
    }

    fn of_connect(world: &World, actions: &mut Vec<Action>) {
        if world.heard.is_some() || !world.functions.iter().any(Option::is_none) {
            return;
        }
        let runs = world.functions.iter().flatten().any(|f| f.token == world.turn);
        if !runs {
            actions.push(Action::Begin);
        } else if world.faults > 0 {
            actions.push(Action::Duplicate { token: world.turn });
        }
        if world.faults > 0 && world.turn > 0 {
            actions.push(Action::Duplicate { token: world.turn - 1 });
        }
    }

    fn of_functions(world: &World, actions: &mut Vec<Action>) {
        let can_fail = world.faults > 0;
        for (slot, function) in world.functions.iter().enumerate() {
            let Some(function) = function else { continue };
            match function.doing {
                Doing::Save => {
                    actions.push(Action::Save(slot));
                    actions.extend(can_fail.then_some(Action::StoreFails(slot)));
                }
                Doing::Send => actions.push(Action::Send(slot)),
                Doing::Await => match world.request_of(slot) {
                    Some(at) if world.requests[at].reply.is_some() => {
                        actions.push(Action::Reply(slot));
                        actions.extend(can_fail.then_some(Action::NoReply(slot)));
                    }
                    Some(_) => actions.extend(can_fail.then_some(Action::NoReply(slot))),
                    None => actions.push(Action::NoReply(slot)),
                },
                Doing::Ask => {
                    actions.push(Action::Ask(slot));
                    actions.extend(can_fail.then_some(Action::AskFails(slot)));
                }
                Doing::Answer(_) => {
                    actions.push(Action::Answer(slot));
                    if can_fail {
                        actions.extend([Action::AnswerLost(slot), Action::StoreFails(slot)]);
                    }
                }
            }
            actions.extend(can_fail.then_some(Action::Crash(slot)));
        }
    }

    fn of_the_platform(&self, world: &World, actions: &mut Vec<Action>) {
        for (at, request) in world.requests.iter().enumerate() {
            if request.reply.is_some() {
                continue;
            }
            let outcomes = self.rules.outcomes(world, at, self.platform);
            actions.extend(outcomes.into_iter().map(|outcome| Action::Try(at, outcome)));
            if world.faults > 0 && request.tries == self.rules.tries {
                actions.push(Action::RequestLost(at));
            }
        }
        let tried = (0..world.requests.len()).filter(|at| world.requests[*at].undecided > 0);
        let answered = (0..world.undecided.len()).map(Commit::Answered);
        for of in tried.map(Commit::Tried).chain(answered) {
            actions.push(Action::Decided { of, committed: true });
            actions.push(Action::Decided { of, committed: false });
        }
        if world.faults == 0 {
            return;
        }
        actions.extend(world.token.then_some(Action::TokenExpires));
        actions.extend(world.open.then_some(Action::ChannelCloses));
        let locked = self.platform.voter_lock && world.has_undecided();
        if world.open && !locked && self.rules.allowed.left_after(world.cast()) {
            actions.push(Action::VoteElsewhere);
        }
    }
}

impl Model for SubmitModel {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![World::new(self.bounds.functions, self.bounds.faults)]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        Self::of_connect(world, actions);
        Self::of_functions(world, actions);
        self.of_the_platform(world, actions);
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        let mut next = world.clone();
        let world = &mut next;
        let rules = &self.rules;
        let free = world.functions.iter().position(Option::is_none);
        let is_fault = match action {
            Action::Begin => {
                rules.begin(world, free?, world.turn);
                false
            }
            Action::Duplicate { token } => {
                rules.begin(world, free?, token);
                true
            }
            Action::Save(slot) => {
                rules.save(world, slot);
                false
            }
            Action::StoreFails(slot) => {
                rules.cannot_store(world, slot);
                true
            }
            Action::Send(slot) => {
                rules.send(world, slot);
                false
            }
            Action::RequestLost(at) => {
                world.requests.remove(at);
                true
            }
            Action::Try(at, outcome) => {
                // It counts its own faults.
                rules.try_once(world, at, outcome, self.platform);
                false
            }
            Action::Decided { of, committed } => {
                let ballot = of.decided(world);
                if committed {
                    world.recorded.push(ballot);
                }
                false
            }
            Action::Reply(slot) => {
                let reply = world.requests.remove(world.request_of(slot)?).reply?;
                rules.reply(world, slot, reply);
                false
            }
            Action::NoReply(slot) => {
                let is_lost = world.request_of(slot).is_some();
                rules.no_reply(world, slot);
                is_lost
            }
            Action::Ask(slot) => {
                rules.ask(world, slot);
                false
            }
            Action::AskFails(slot) => {
                rules.report(world, slot, ivr_core::submit::Event::HistoryUnavailable);
                true
            }
            Action::Answer(slot) => {
                rules.answer(world, slot, true);
                false
            }
            Action::AnswerLost(slot) => {
                rules.answer(world, slot, false);
                true
            }
            Action::Crash(slot) => {
                rules.crash(world, slot);
                true
            }
            Action::TokenExpires => {
                world.token = false;
                true
            }
            Action::ChannelCloses => {
                world.open = false;
                true
            }
            Action::VoteElsewhere => {
                world.elsewhere += 1;
                true
            }
        };
        world.faults -= u8::from(is_fault);
        Some(next.canonical())
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::of(self)
    }
}
