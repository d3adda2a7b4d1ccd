//! Statements on objects: fields and elements, rotation of carried objects, escapes on rare branches, metatables that go and come.

use super::expr::{condition, expr};
use super::scope::{Cx, Kind};
use super::tree::Node;

/// A statement on records, points or arrays; a note of a number when none is in sight.
pub(super) fn statement(cx: &mut Cx) -> Node {
    let made = match cx.rng.range(0, 14) {
        0..=2 => record_field(cx),
        3 | 4 => element(cx),
        5 => carry(cx, Kind::Point),
        6 => carry(cx, Kind::Rec),
        7 => rotate(cx, Kind::Point),
        8 => rotate(cx, Kind::Rec),
        9 | 10 => escape(cx),
        11 => point_field(cx),
        12 => metatable(cx),
        _ => fresh(cx),
    };
    made.unwrap_or_else(|| Node::line(format!("note({})", expr(cx, Kind::Num))))
}

fn record_field(cx: &mut Cx) -> Option<Node> {
    let name = cx.var(Kind::Rec)?.name;
    Some(Node::line(match cx.rng.range(0, 8) {
        0 => format!("{name}.z = nil"),
        1 => format!("{name}.z = {}", expr(cx, Kind::Num)),
        2 => format!("{name}.sub = {}", expr(cx, Kind::Rec)),
        3 => format!("{name}.x, {name}.y = {name}.y, {name}.x"),
        4 => format!("rawset({name}, \"y\", {})", expr(cx, Kind::Num)),
        _ => format!("{name}.{} = {}", cx.rng.pick(&["x", "y"]), expr(cx, Kind::Num)),
    }))
}

fn point_field(cx: &mut Cx) -> Option<Node> {
    let name = cx.var(Kind::Point)?.name;
    Some(Node::line(match cx.rng.range(0, 3) {
        0 => format!("{name}:move({})", expr(cx, Kind::Num)),
        _ => format!("{name}.{} = {}", cx.rng.pick(&["x", "y"]), expr(cx, Kind::Num)),
    }))
}

fn element(cx: &mut Cx) -> Option<Node> {
    let name = cx.var(Kind::Arr)?.name;
    Some(Node::line(match cx.rng.range(0, 6) {
        0 | 1 => format!("if #{name} < 40 then {name}[#{name} + 1] = {} end", expr(cx, Kind::Num)),
        2 => format!("if #{name} < 40 then table.insert({name}, {}) end", expr(cx, Kind::Num)),
        3 => format!("if #{name} > 1 then {name}[#{name}] = nil end"),
        _ => format!("{name}[{} % #{name} + 1] = {}", expr(cx, Kind::Int), expr(cx, Kind::Num)),
    }))
}

/// A carried object is replaced, perhaps on one path only.
fn carry(cx: &mut Cx, kind: Kind) -> Option<Node> {
    let name = cx.target(kind)?.name;
    let line = Node::line(format!("{name} = {}", expr(cx, kind)));
    if cx.rng.one_in(2) {
        return Some(line);
    }
    let mut parts = vec![(format!("if {} then", condition(cx)), vec![line])];
    if cx.rng.one_in(2) {
        parts.push(("else".to_owned(), vec![Node::line(format!("{name} = {}", expr(cx, kind)))]));
    }
    Some(Node::Block { parts, end: "end".to_owned() })
}

fn rotate(cx: &mut Cx, kind: Kind) -> Option<Node> {
    let (a, b) = (cx.target(kind)?.name, cx.target(kind)?.name);
    let c = expr(cx, kind);
    // Which of two stores to one variable wins is not defined.
    if a == b {
        return Some(Node::line(format!("{a} = {c}")));
    }
    Some(Node::line(format!("{a}, {b} = {b}, {}", if cx.rng.one_in(3) { a.clone() } else { c })))
}

/// An object becomes visible elsewhere, sometimes on a rare branch.
fn escape(cx: &mut Cx) -> Option<Node> {
    let to = cx.target(Kind::Any)?.name;
    let kind = if cx.rng.one_in(2) { Kind::Rec } else { Kind::Point };
    let line = format!("{to} = {}", cx.var(kind)?.name);
    Some(if cx.rng.one_in(4) { Node::line(line) } else { Node::line(format!("if {} then {line} end", condition(cx))) })
}

fn metatable(cx: &mut Cx) -> Option<Node> {
    let name = cx.var(Kind::Rec)?.name;
    Some(Node::line(match cx.rng.range(0, 4) {
        0 => format!("setmetatable({name}, nil)"),
        1 => format!("setmetatable({name}, {{ __index = {{ z = {} }} }})", expr(cx, Kind::Num)),
        2 => format!(
            "setmetatable({name}, {{ __index = function(t, k) return k == \"z\" and {} or nil end }})",
            cx.rng.range(0, 99)
        ),
        _ => format!("note(getmetatable({name}) == nil)"),
    }))
}

/// An object that lives for one step, seen through another one.
fn fresh(cx: &mut Cx) -> Option<Node> {
    let name = cx.name('t');
    let inner = expr(cx, Kind::Rec);
    let value = expr(cx, Kind::Num);
    let body = match cx.rng.range(0, 4) {
        0 => format!(
            "local {name} = {{ {inner}, {value} }}; {name}[3] = {name}[1]; note({name}[3] == {name}[1]); note({name}[3].x)"
        ),
        1 => format!("local {name} = {{ me = 0, r = {inner} }}; {name}.me = {name}; note({name}.me.me.r.y)"),
        2 => format!(
            "local {name} = {{}}; {name}.a = {value}; {name}.b = {inner}; {name}.a = {name}.b.x; note({name}.a)"
        ),
        _ => format!(
            "local {name} = {{}}; {name}[#{name} + 1] = {value}; {name}[#{name} + 1] = {inner}; note(#{name}); note({name}[2].y)"
        ),
    };
    Some(Node::line(format!("do {body} end")))
}
