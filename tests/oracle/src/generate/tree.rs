//! A program as a tree of statements: text when it runs, nodes when a reducer drops some of them.
//!
//! A block's head and tail keep its loop bounded (the counter of a `while` is stepped in the head), so that dropping any node leaves
//! a program that still ends.

use std::fmt::Write as _;

/// A statement.
#[derive(Clone, Debug)]
pub enum Node {
    /// A statement without blocks, on one line.
    Line(String),
    /// Blocks between lines, such as `if`, bodies and `end`.
    Block {
        /// Each part: the line that opens it, and what stands in it.
        parts: Vec<(String, Vec<Node>)>,
        /// The line that closes it all.
        end: String,
    },
}

impl Node {
    /// A statement on a line.
    #[must_use]
    pub fn line(text: impl Into<String>) -> Node {
        Node::Line(text.into())
    }

    /// A statement with one block.
    #[must_use]
    pub fn block(head: impl Into<String>, body: Vec<Node>, end: impl Into<String>) -> Node {
        Node::Block { parts: vec![(head.into(), body)], end: end.into() }
    }
}

/// A whole program.
#[derive(Clone, Debug)]
pub struct Tree {
    prelude: &'static str,
    /// The statements behind the prelude.
    pub nodes: Vec<Node>,
}

impl Tree {
    pub(super) fn new(prelude: &'static str, nodes: Vec<Node>) -> Tree {
        Tree { prelude, nodes }
    }

    /// The program's text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = self.prelude.to_owned();
        write_nodes(&mut out, &self.nodes, 0);
        out
    }

    /// The number of statements.
    #[must_use]
    pub fn len(&self) -> usize {
        count(&self.nodes)
    }

    /// Whether there are no statements.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

fn count(nodes: &[Node]) -> usize {
    nodes
        .iter()
        .map(|node| match node {
            Node::Line(_) => 1,
            Node::Block { parts, .. } => 1 + parts.iter().map(|(_, body)| count(body)).sum::<usize>(),
        })
        .sum()
}

fn write_nodes(out: &mut String, nodes: &[Node], depth: usize) {
    for node in nodes {
        match node {
            Node::Line(text) => write_line(out, text, depth),
            Node::Block { parts, end } => {
                for (head, body) in parts {
                    write_line(out, head, depth);
                    write_nodes(out, body, depth + 1);
                }
                write_line(out, end, depth);
            }
        }
    }
}

fn write_line(out: &mut String, text: &str, depth: usize) {
    writeln!(out, "{:1$}{text}", "", depth * 2).expect("a String takes every write");
}
