//! The published document: lenient wire types → the telephone's view of it.

mod view;

pub use view::*;
