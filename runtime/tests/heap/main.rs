//! The heap alone, under a toy object model: one file for each behaviour.

mod accounting;
mod finalizers;
mod limits;
mod moving;
mod pacing;
mod parts;
mod random_graph;
mod random_weak;
mod stopped;
mod toy;
mod weak_tables;
