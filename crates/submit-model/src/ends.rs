//! Whether every state can still end: from each one some path leads to a final prompt.
//!
//! `stateright` checks properties of states and of whole paths; this one is about what is possible
//! from each state, so the graph is walked backwards from the ends.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use stateright::Model;

use crate::model::SubmitModel;
use crate::world::World;

/// The whole graph, looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ends {
    /// States.
    pub states: usize,
    /// Steps between them.
    pub steps: usize,
    /// States in which a final prompt was heard.
    pub ends: usize,
    /// States from which none can be heard any more.
    pub stuck: usize,
}

/// Walks the graph.
pub fn look(model: &SubmitModel) -> Ends {
    let mut places: HashMap<u64, u32> = HashMap::new();
    let mut open: Vec<(u32, World)> = Vec::new();
    let mut ended: Vec<bool> = Vec::new();
    // Each step as (to, from).
    let mut steps: Vec<(u32, u32)> = Vec::new();
    let mut place = |world: World, open: &mut Vec<(u32, World)>| {
        let mut hasher = DefaultHasher::new();
        world.hash(&mut hasher);
        let next = u32::try_from(ended.len()).unwrap_or(u32::MAX);
        *places.entry(hasher.finish()).or_insert_with(|| {
            ended.push(world.heard.is_some());
            open.push((next, world));
            next
        })
    };
    for world in model.init_states() {
        place(world, &mut open);
    }
    while let Some((from, world)) = open.pop() {
        for next in model.next_states(&world) {
            let to = place(next, &mut open);
            steps.push((to, from));
        }
    }
    let can_end = backwards(&ended, &mut steps);
    let count = |flags: &[bool]| flags.iter().filter(|flag| **flag).count();
    Ends {
        states: ended.len(),
        steps: steps.len(),
        ends: count(&ended),
        stuck: ended.len() - count(&can_end),
    }
}

/// Everything from which an end can be reached.
fn backwards(ended: &[bool], steps: &mut [(u32, u32)]) -> Vec<bool> {
    steps.sort_unstable();
    let mut can_end = ended.to_vec();
    let mut open: Vec<u32> =
        (0..).zip(ended).filter(|(_, ended)| **ended).map(|(place, _)| place).collect();
    while let Some(place) = open.pop() {
        let first = steps.partition_point(|(to, _)| *to < place);
        for (_, from) in steps[first..].iter().take_while(|(to, _)| *to == place) {
            let from_place = *from as usize;
            if !can_end[from_place] {
                can_end[from_place] = true;
                open.push(*from);
            }
        }
    }
    can_end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trap_is_seen() {
        // 0 → 1 → 2, which ends; 0 → 3 ⇄ 4, which do not.
        let mut steps = vec![(1, 0), (2, 1), (3, 0), (4, 3), (3, 4)];
        let can_end = backwards(&[false, false, true, false, false], &mut steps);
        assert_eq!(can_end, [true, true, true, false, false]);
    }
}
