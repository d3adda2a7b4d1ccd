//! Statements: declarations, assignments, branches, loops of every sort, functions, caught errors, reports.

use super::expr::{condition, expr, risky};
use super::motif::motif;
use super::object;
use super::scope::{Cx, KINDS, Kind};
use super::tree::Node;

/// How deep blocks nest.
const DEPTH: usize = 4;

/// Variables of every kind, so that everything has something to work on.
pub(super) fn opening(cx: &mut Cx) -> Vec<Node> {
    KINDS.iter().chain(&[Kind::Num, Kind::Point, Kind::Rec]).map(|&kind| declaration(cx, kind)).collect()
}

/// Prints every variable of the program and the running number.
pub(super) fn closing(cx: &mut Cx) -> Vec<Node> {
    let mut nodes: Vec<Node> = cx
        .globals()
        .iter()
        .map(|var| {
            let name = &var.name;
            Node::line(match var.kind {
                Kind::Arr => {
                    format!("for _, v in ipairs({name}) do note(v) end print(\"{name}\", #{name}, str({name}[1]))")
                }
                Kind::Fun => format!("print(\"{name}\", str({name}(3)))"),
                _ => format!("print(\"{name}\", show({name}))"),
            })
        })
        .collect();
    nodes.push(Node::line("print(\"notes\", notes, sum)"));
    nodes
}

/// Any statement.
pub(super) fn statement(cx: &mut Cx) -> Node {
    if !cx.charge() {
        return Node::line("notes = notes + 1");
    }
    let deep = cx.depth >= DEPTH;
    match cx.rng.range(0, if deep { 19 } else { 34 }) {
        0..=2 => {
            let kind = KINDS[cx.rng.index(KINDS.len())];
            declaration(cx, kind)
        }
        3..=7 => assignment(cx),
        8..=11 => report(cx),
        12..=18 => object::statement(cx),
        19..=21 => branch(cx),
        22..=27 => a_loop(cx),
        28 | 29 => function(cx),
        30 => caught(cx),
        31 => motif(cx),
        _ => Node::block("do", body(cx, 2), "end"),
    }
}

fn declaration(cx: &mut Cx, kind: Kind) -> Node {
    let name = cx.name('v');
    let value = bounded(kind, expr(cx, kind));
    let constant = cx.rng.one_in(12);
    cx.declare(&name, kind, !constant);
    Node::line(format!("local {name}{} = {value}", if constant { " <const>" } else { "" }))
}

/// Strings are cut, so that a loop cannot grow one without end.
fn bounded(kind: Kind, text: String) -> String {
    if kind == Kind::Str { format!("({text}):sub(-24)") } else { text }
}

fn assignment(cx: &mut Cx) -> Node {
    let kind = KINDS[cx.rng.index(KINDS.len())];
    let Some(var) = cx.target(kind) else { return report(cx) };
    // Functions stay what they are: their cost was counted when they were defined.
    if kind == Kind::Fun {
        return report(cx);
    }
    let value = bounded(kind, expr(cx, kind));
    if cx.rng.one_in(6)
        && let Some(other) = cx.target(kind)
        && other.name != var.name
    {
        let second = bounded(kind, expr(cx, kind));
        return Node::line(format!("{}, {} = {value}, {second}", var.name, other.name));
    }
    if matches!(kind, Kind::Int | Kind::Num) && cx.rng.one_in(2) {
        return Node::line(format!("{0} = {0} + {value}", var.name));
    }
    Node::line(format!("{} = {value}", var.name))
}

fn report(cx: &mut Cx) -> Node {
    let kind = [Kind::Int, Kind::Num, Kind::Num, Kind::Str, Kind::Bool, Kind::Any][cx.rng.index(6)];
    let value = expr(cx, kind);
    if cx.loops == 0 && cx.times == 1 && cx.rng.one_in(2) {
        return Node::line(format!("print(show({value}))"));
    }
    Node::line(format!("note({value})"))
}

fn branch(cx: &mut Cx) -> Node {
    let mut parts = vec![(format!("if {} then", condition(cx)), body(cx, 3))];
    while cx.rng.one_in(3) {
        parts.push((format!("elseif {} then", condition(cx)), body(cx, 2)));
    }
    if cx.rng.one_in(2) {
        parts.push(("else".to_owned(), body(cx, 3)));
    }
    Node::Block { parts, end: "end".to_owned() }
}

/// Up to `most` statements in a scope of their own.
fn body(cx: &mut Cx, most: i64) -> Vec<Node> {
    let n = cx.rng.range(1, most + 1);
    cx.scoped(|cx| (0..n).map(|_| statement(cx)).collect())
}

/// A loop of any sort, with as many rounds as the budget allows or with a few.
pub(super) fn a_loop(cx: &mut Cx) -> Node {
    let most = cx.rounds();
    let rounds = if cx.rng.one_in(3) { cx.rng.range(0, 12.min(most) + 1) } else { cx.rng.range(most / 2, most + 1) };
    let i = cx.name('i');
    let float_step = cx.rng.one_in(8);
    let (kind, head, end) = match cx.rng.range(0, 10) {
        0..=3 if !float_step => (Kind::Int, format!("for {i} = 1, {rounds} do"), "end".to_owned()),
        4 => (Kind::Int, format!("for {i} = {}, {}, -3 do", 3 * rounds, 1), "end".to_owned()),
        5 => {
            let w = cx.name('w');
            (
                Kind::Int,
                format!("local {w} = 0 while {w} < {rounds} do {w} = {w} + 1; local {i} = {w}"),
                "end".to_owned(),
            )
        }
        6 => {
            let w = cx.name('w');
            (
                Kind::Int,
                format!("local {w} = 0 repeat {w} = {w} + 1; local {i} = {w}"),
                format!("until {w} >= {rounds}"),
            )
        }
        7 => match cx.var(Kind::Arr) {
            Some(var) => return over_array(cx, &var.name),
            None => (Kind::Int, format!("for {i} = -2, {} do", rounds - 3), "end".to_owned()),
        },
        _ => (Kind::Num, format!("for {i} = 0, {}, 0.25 do", rounds / 4), "end".to_owned()),
    };
    let nodes = loop_body(cx, &i, kind, rounds.max(1));
    Node::block(head, nodes, end)
}

fn over_array(cx: &mut Cx, array: &str) -> Node {
    // Growing the array that is walked would not end, so the walk is over a copy of bounded length.
    let v = cx.name('i');
    let call = cx.rng.pick(&["in ipairs(", "in each("]);
    let head = format!("for {v}, {v}b {call}{{ table.unpack({array}, 1, math.min(#{array}, 12)) }}) do");
    let kind = if call == "in ipairs(" { Kind::Int } else { Kind::Num };
    Node::block(head, loop_body(cx, &v, kind, 12), "end")
}

fn loop_body(cx: &mut Cx, variable: &str, kind: Kind, rounds: i64) -> Vec<Node> {
    let times = cx.times;
    cx.times *= rounds;
    cx.loops += 1;
    let nodes = cx.scoped(|cx| {
        cx.declare(variable, kind, false);
        let n = cx.rng.range(1, 6);
        let mut nodes: Vec<Node> = (0..n).map(|_| statement(cx)).collect();
        if cx.rng.one_in(6) {
            nodes.push(Node::line(format!("if {} then break end", condition(cx))));
        }
        if cx.rng.one_in(8) {
            let label = cx.name('l');
            let skip = format!("if {} then goto {label} end", condition(cx));
            let skipped = body(cx, 2);
            nodes.push(Node::block(format!("do {skip}"), skipped, format!("::{label}:: end")));
        }
        nodes
    });
    cx.loops -= 1;
    cx.times = times;
    nodes
}

fn function(cx: &mut Cx) -> Node {
    let (name, a) = (cx.name('f'), cx.name('a'));
    let (times, loops) = (cx.times, cx.loops);
    // The body is charged as if it ran about this often; a call pays for one run.
    cx.times = times.max(20);
    cx.loops = 0;
    let (per_run, before) = (cx.times, cx.budget());
    let mut nodes = cx.scoped(|cx| {
        cx.declare(&a, Kind::Num, true);
        let n = cx.rng.range(1, 4);
        let mut nodes: Vec<Node> = (0..n).map(|_| statement(cx)).collect();
        if cx.rng.one_in(4) {
            nodes.push(Node::line(format!("if {} then return {} end", condition(cx), expr(cx, Kind::Num))));
        }
        nodes.push(Node::line(format!("return {}", expr(cx, Kind::Num))));
        nodes
    });
    cx.times = times;
    cx.loops = loops;
    let cost = (before - cx.budget()) / per_run + 2;
    // A function whose last statement went missing still gives a number.
    nodes.insert(0, Node::line("notes = notes + 1"));
    cx.declare_function(&name, Kind::Fun, false, cost);
    Node::block(format!("local function {name}({a})"), nodes, "end")
}

/// Statements whose errors are caught and reported.
fn caught(cx: &mut Cx) -> Node {
    let was = cx.guarded;
    cx.guarded = true;
    let loops = std::mem::take(&mut cx.loops);
    let nodes = cx.scoped(|cx| {
        let mut nodes = vec![statement(cx)];
        let value = risky(cx);
        let line = format!("note({value})");
        nodes.push(Node::line(if cx.rng.one_in(2) { format!("if {} then {line} end", condition(cx)) } else { line }));
        nodes.push(statement(cx));
        nodes
    });
    cx.loops = loops;
    cx.guarded = was;
    let (ok, message) = (cx.name('o'), cx.name('m'));
    let end = if cx.loops == 0 && cx.times == 1 {
        format!("end) print({ok}, show({message}))")
    } else {
        format!("end) note({ok}); note({message})")
    };
    Node::block(format!("local {ok}, {message} = pcall(function()"), nodes, end)
}
