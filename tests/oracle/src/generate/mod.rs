//! Random Lua programs that end by construction, made from a seed.
//!
//! ```text
//!  rng      the random numbers
//!  tree     a program as a tree of statements, and its text
//!  scope    which variables are in sight, with their kinds, and how much work is left
//!  prelude  the Lua text in front of every program: a class, and functions that report values
//!  expr     expressions of a wanted kind
//!  object   statements on records, points and arrays
//!  motif    loops of kinds that are hard for a trace compiler
//!  stmt     all other statements, loops and functions
//! ```
//!
//! Every loop has a bounded count that its head keeps, functions call only functions defined before them, and each program has
//! a budget of statement executions. What is printed depends on no address, no order of `pairs` and no sign of a NaN.

mod expr;
mod motif;
mod object;
mod prelude;
mod rng;
mod scope;
mod stmt;
mod tree;

pub use tree::{Node, Tree};

/// The text of the program made from a seed.
#[must_use]
pub fn program(seed: u64) -> String {
    tree(seed).text()
}

/// The program made from a seed, as a tree whose statements can be dropped.
#[must_use]
pub fn tree(seed: u64) -> Tree {
    let mut cx = scope::Cx::new(seed);
    let mut nodes = stmt::opening(&mut cx);
    for i in 0..cx.rng.range(6, 14) {
        // Two of three statements are loops, for a program without a hot one says little.
        let make = [stmt::statement, stmt::a_loop, motif::motif][i as usize % 3];
        nodes.push(make(&mut cx));
    }
    nodes.extend(stmt::closing(&mut cx));
    Tree::new(prelude::TEXT, nodes)
}
