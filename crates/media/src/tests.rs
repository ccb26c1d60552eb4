//! Rooms with str0m in the place of browsers, in a world whose time is a number.

mod hostile;
mod invariants;
mod pictures;
mod pitfalls;
mod sound;
mod world;
