//! Makes a failing program small: drops statements, or puts a block's statements in its place, as long as it still fails.
//!
//! Whatever is dropped, the program still ends, because loops keep their counts in their heads. A variable whose declaration is
//! gone is nil; if the failure then goes away, the step is taken back.

use crate::generate::{Node, Tree};

/// Reduces the program while `fails` stays true of its text, running `fails` at most `tries` times.
pub fn reduce(tree: &Tree, tries: usize, mut fails: impl FnMut(&str) -> bool) -> Tree {
    let mut best = tree.clone();
    let mut left = tries;
    let mut progress = true;
    while progress && left > 0 {
        progress = false;
        // Larger pieces stand first in a path's order, so that whole blocks go before their statements.
        let mut at = 0;
        while left > 0 {
            let Some(candidates) = edits(&best, at) else { break };
            let mut taken = false;
            for candidate in candidates {
                if left == 0 {
                    break;
                }
                left -= 1;
                if fails(&candidate.text()) {
                    best = candidate;
                    taken = true;
                    progress = true;
                    break;
                }
            }
            if !taken {
                at += 1;
            }
        }
    }
    best
}

/// The simpler programs that differ at the statement with this number (in order of appearance); none when there is no such statement.
fn edits(tree: &Tree, at: usize) -> Option<Vec<Tree>> {
    let mut found = Vec::new();
    for edit in [Edit::Drop, Edit::Unwrap, Edit::FirstPart] {
        let mut copy = tree.clone();
        let mut number = at;
        match apply(&mut copy.nodes, &mut number, edit) {
            Step::Absent => return None,
            Step::Unchanged => {}
            Step::Changed => found.push(copy),
        }
    }
    Some(found)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Edit {
    /// The statement goes.
    Drop,
    /// Its inner statements take its place.
    Unwrap,
    /// Only the first of its blocks stays.
    FirstPart,
}

#[derive(PartialEq, Eq)]
enum Step {
    Absent,
    Unchanged,
    Changed,
}

fn apply(nodes: &mut Vec<Node>, number: &mut usize, edit: Edit) -> Step {
    for i in 0..nodes.len() {
        if *number == 0 {
            return change(nodes, i, edit);
        }
        *number -= 1;
        if let Node::Block { parts, .. } = &mut nodes[i] {
            for (_, body) in parts {
                let step = apply(body, number, edit);
                if step != Step::Absent {
                    return step;
                }
            }
        }
    }
    Step::Absent
}

fn change(nodes: &mut Vec<Node>, i: usize, edit: Edit) -> Step {
    match (edit, &mut nodes[i]) {
        (Edit::Drop, _) => {
            nodes.remove(i);
            Step::Changed
        }
        (_, Node::Line(_)) => Step::Unchanged,
        (Edit::Unwrap, Node::Block { parts, .. }) => {
            let inner: Vec<Node> = parts.drain(..).flat_map(|(_, body)| body).collect();
            nodes.splice(i..=i, inner);
            Step::Changed
        }
        (Edit::FirstPart, Node::Block { parts, .. }) => {
            if parts.len() == 1 {
                return Step::Unchanged;
            }
            parts.truncate(1);
            Step::Changed
        }
    }
}

#[cfg(test)]
mod tests {
    use super::reduce;
    use crate::generate;

    #[test]
    fn only_what_fails_is_left() {
        let tree = generate::tree(7);
        let small = reduce(&tree, 10_000, |text| text.contains("print(\"notes\", notes, sum)"));
        assert_eq!(small.len(), 1);
        assert!(tree.len() > 10);
    }

    #[test]
    fn the_number_of_tries_is_kept() {
        let mut tries = 0;
        reduce(&generate::tree(8), 25, |_| {
            tries += 1;
            false
        });
        assert_eq!(tries, 25);
    }
}
