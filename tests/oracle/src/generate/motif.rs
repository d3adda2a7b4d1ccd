//! Whole loops of a kind that a trace compiler gets wrong first: objects that change their shape or metatable, variables that
//! change their type, branches and jumps in nested loops, closures that capture what a loop changes, coroutines that are
//! resumed in a loop, errors that are caught in one, classes whose methods are replaced.

use super::expr::{condition, expr, risky};
use super::scope::{Cx, Kind};
use super::stmt::statement;
use super::tree::Node;

/// One of the loops.
pub(super) fn motif(cx: &mut Cx) -> Node {
    let make = [shapes, types, jumps, closures, resumed, generator, errors, classes];
    let at = cx.rng.index(make.len());
    make[at](cx)
}

fn line(text: String) -> Node {
    Node::line(text)
}

/// Statements that run `rounds` times for each time that the loop around them is come to, with variables of their own.
fn repeated(
    cx: &mut Cx,
    rounds: i64,
    variables: &[(&str, Kind, bool)],
    make: impl FnOnce(&mut Cx) -> Vec<Node>,
) -> Vec<Node> {
    let times = cx.times;
    cx.times *= rounds.max(1);
    cx.loops += 1;
    let nodes = cx.scoped(|cx| {
        for (name, kind, assignable) in variables {
            cx.declare(name, *kind, *assignable);
        }
        make(cx)
    });
    cx.loops -= 1;
    cx.times = times;
    nodes
}

/// The same in the body of a function, which is no part of the loops around it.
fn in_function(cx: &mut Cx, make: impl FnOnce(&mut Cx) -> Vec<Node>) -> Vec<Node> {
    let loops = std::mem::take(&mut cx.loops);
    let nodes = cx.scoped(make);
    cx.loops = loops;
    nodes
}

/// A statement whose variables nobody else sees, so that a jump may pass it.
fn fenced(cx: &mut Cx) -> Node {
    Node::block("do", cx.scoped(|cx| vec![statement(cx)]), "end")
}

fn half(cx: &mut Cx) -> i64 {
    (cx.rounds() / 2).max(1)
}

/// `if C then ... elseif C then ... end` with one of the lines in each part.
fn choice(cx: &mut Cx, lines: Vec<String>) -> Node {
    let mut parts = Vec::new();
    for (at, text) in lines.into_iter().enumerate() {
        let word = if at == 0 { "if" } else { "elseif" };
        parts.push((format!("{word} {} then", condition(cx)), vec![line(text)]));
    }
    Node::Block { parts, end: "end".to_owned() }
}

fn shapes(cx: &mut Cx) -> Node {
    let (name, other, meta, i) = (cx.name('r'), cx.name('r'), cx.name('m'), cx.name('i'));
    let rounds = half(cx);
    let metas = [
        format!("{{ __index = {{ z = {} }} }}", cx.rng.range(1, 50)),
        "{ __index = function(t, k) return k == \"z\" and t.x or nil end }".to_owned(),
        "{ __newindex = function(t, k, v) rawset(t, k, v) notes = notes + 1 end }".to_owned(),
        "{ __newindex = { } }".to_owned(),
        "P".to_owned(),
    ];
    let first = metas[cx.rng.index(metas.len() - 1)].clone();
    let second = metas[cx.rng.index(metas.len())].clone();
    let body =
        repeated(cx, rounds, &[(&i, Kind::Int, false), (&name, Kind::Rec, true), (&other, Kind::Rec, true)], |cx| {
            let lines = [
                format!("{name} = {{ y = {i}, x = {} }}", expr(cx, Kind::Num)),
                format!("{name} = {{ x = {}, y = 2, z = {i} }}", expr(cx, Kind::Num)),
                format!("{name}.q{} = {i}", cx.rng.range(1, 4)),
                format!("{name}.q{} = nil", cx.rng.range(1, 4)),
                format!("{name}[{i} % 5] = {}", expr(cx, Kind::Num)),
                format!("setmetatable({name}, {meta})"),
                format!("setmetatable({name}, {second})"),
                format!("setmetatable({name}, nil)"),
                format!("{name}, {other} = {other}, {name}"),
                format!("{meta}.__index = {{ z = {i} }}"),
                format!("{other} = setmetatable({{ x = {name}.x, y = {i} }}, {meta})"),
                format!("{name}.x = {name}.x + {}", expr(cx, Kind::Num)),
            ];
            let mut nodes = Vec::new();
            for _ in 0..cx.rng.range(2, 4) {
                let n = cx.rng.range(1, 4);
                let picked = (0..n).map(|_| lines[cx.rng.index(lines.len())].clone()).collect();
                nodes.push(choice(cx, picked));
            }
            nodes.push(line(format!("{name}.x = {name}.x + {}", expr(cx, Kind::Num))));
            nodes.push(statement(cx));
            nodes.push(line(format!("note({name}.x) note({name}.y) note({name}.z) note({name}.q1) note({name}[2])")));
            nodes.push(line(format!("note({other}.x) note(rawget({other}, \"z\"))")));
            nodes
        });
    let head = format!(
        "local {meta} = {first} local {name}, {other} = setmetatable({{ x = 1, y = 2 }}, {meta}), {{ y = 3, x = 4 }} \
         for {i} = 1, {rounds} do"
    );
    Node::block(format!("do {head}"), body, "end end")
}

fn types(cx: &mut Cx) -> Node {
    let (u, w, i) = (cx.name('u'), cx.name('u'), cx.name('i'));
    let rounds = half(cx);
    let body = repeated(cx, rounds, &[(&i, Kind::Int, false), (&u, Kind::Any, true), (&w, Kind::Any, true)], |cx| {
        let lines = [
            format!("{u} = {i}"),
            format!("{u} = {i} + 0.5"),
            format!("{u} = 0"),
            format!("{u} = \"s\" .. {i} % 7"),
            format!("{u} = nil"),
            format!("{u} = {i} % 3 == 0"),
            format!("{u} = {{ x = {i}, y = 1 }}"),
            format!("{u} = new({i}, 1)"),
            format!("{u} = (tonumber({u}) or 1) * 2 % 1000"),
            format!("{u} = {u} or 0"),
            format!("{u} = {u} and 1 or 0"),
            format!("{u}, {w} = {w}, {u}"),
            format!("{u} = {}", expr(cx, Kind::Any)),
            format!("{u} = math.max(tonumber({w}) or 1, {})", expr(cx, Kind::Num)),
            format!("{u} = math.min({}, tonumber({w}) or 2.5)", expr(cx, Kind::Num)),
        ];
        let mut nodes = Vec::new();
        for _ in 0..cx.rng.range(1, 4) {
            let n = cx.rng.range(1, 5);
            let picked = (0..n).map(|_| lines[cx.rng.index(lines.len())].clone()).collect();
            nodes.push(choice(cx, picked));
        }
        nodes.push(statement(cx));
        nodes.push(line(format!("note({u}) note({u} == {w}) note({u} == 0) note({u} and 1 or 2) note(type({w}))")));
        nodes.push(line(format!("if {u} then note(3) end if not {w} then note(4) end if {u} ~= nil then note(5) end")));
        nodes
    });
    Node::block(format!("do local {u}, {w} = 1, 0 for {i} = 1, {rounds} do"), body, "end end")
}

fn jumps(cx: &mut Cx) -> Node {
    let (i, j, label) = (cx.name('i'), cx.name('j'), cx.name('l'));
    let outer = half(cx).min(cx.rng.range(2, 40));
    let body = repeated(cx, outer, &[(&i, Kind::Int, false)], |cx| {
        let inner = cx.rounds().min(cx.rng.range(1, 30));
        let nodes = repeated(cx, inner, &[(&j, Kind::Int, false)], |cx| {
            let mut nodes = vec![line(format!("if {} then goto {label} end", condition(cx)))];
            nodes.push(fenced(cx));
            nodes.push(line(format!("if {} then break end", condition(cx))));
            nodes.push(fenced(cx));
            if cx.rng.one_in(3) {
                nodes.push(line(format!("if {} then goto {label}out end", condition(cx))));
            }
            nodes.push(line(format!("note({j})")));
            nodes
        });
        let head = match cx.rng.range(0, 3) {
            0 => format!("for {j} = {i}, {i} + {inner} do"),
            1 => format!("local {j} = 0 while {j} < {inner} do {j} = {j} + 1"),
            _ => format!("for {j} = {inner}, 1, -1 do"),
        };
        let mut parts = vec![fenced(cx)];
        parts.push(Node::block(format!("do {head}"), nodes, format!("::{label}:: end end")));
        parts.push(line(format!("note({i})")));
        parts
    });
    Node::block(format!("for {i} = 1, {outer} do"), body, format!("::{label}out:: end"))
}

fn closures(cx: &mut Cx) -> Node {
    let (fs, c, d, i) = (cx.name('f'), cx.name('c'), cx.name('d'), cx.name('i'));
    let rounds = half(cx);
    let body = repeated(cx, rounds, &[(&i, Kind::Int, false)], |cx| {
        let start = expr(cx, Kind::Num);
        cx.declare(&c, Kind::Num, true);
        let slots = cx.rng.range(1, 6);
        let inner = in_function(cx, |cx| {
            cx.declare(&d, Kind::Num, false);
            let mut nodes = vec![line(format!("{c} = {c} + {d} % 64"))];
            if cx.rng.one_in(3) {
                nodes.push(statement(cx));
            }
            nodes.push(line(format!("do return {c} + {i} end")));
            nodes
        });
        let mut nodes = vec![line(format!("local {c} = {start}"))];
        nodes.push(statement(cx));
        let make = Node::block(format!("{fs}[{i} % {slots} + 1] = function({d})"), inner, "end");
        if cx.rng.one_in(3) {
            nodes.push(Node::Block {
                parts: vec![(format!("if {} then", condition(cx)), vec![make])],
                end: "end".to_owned(),
            });
        } else {
            nodes.push(make);
        }
        nodes.push(line(format!("{c} = {}", expr(cx, Kind::Num))));
        let k = cx.rng.range(1, 9);
        nodes.push(line(format!("local {d} = {fs}[{i} * {k} % {slots} + 1] if {d} then note({d}({i})) end")));
        nodes.push(line(format!("note({c})")));
        if cx.rng.one_in(2) {
            nodes.push(line(format!(
                "local function get() return {c} end local function set(v) {c} = v end set(get() + 1) note(get())"
            )));
        }
        nodes
    });
    Node::block(format!("do local {fs} = {{}} for {i} = 1, {rounds} do"), body, "end end")
}

fn resumed(cx: &mut Cx) -> Node {
    let (co, a, i, j) = (cx.name('w'), cx.name('a'), cx.name('i'), cx.name('j'));
    let rounds = half(cx).min(120);
    let inner = in_function(cx, |cx| {
        repeated(cx, rounds, &[(&a, Kind::Num, true), (&j, Kind::Int, false)], |cx| {
            let mut nodes = vec![statement(cx)];
            let value = expr(cx, Kind::Num);
            nodes.push(match cx.rng.range(0, 3) {
                0 => line(format!("{a} = coroutine.yield({value}) or 0")),
                1 => line(format!(
                    "local ok, v = pcall(function() return coroutine.yield({value}) or error(\"none\", 0) end) \
                     note(ok) {a} = ok and v or 1"
                )),
                _ => line(format!("if {} then {a} = coroutine.yield({value}, {j}) end", condition(cx))),
            });
            nodes.push(line(format!("note({a})")));
            nodes
        })
    });
    let body = repeated(cx, rounds, &[(&i, Kind::Int, false)], |cx| {
        vec![line(format!("note({co}({}))", expr(cx, Kind::Num))), statement(cx)]
    });
    let make = Node::block(
        format!("local {co} = coroutine.wrap(function({a}) for {j} = 1, {rounds} do"),
        inner,
        "end while true do coroutine.yield(-1) end end)",
    );
    Node::block("do", vec![make, Node::block(format!("for {i} = 1, {rounds} do"), body, "end")], "end")
}

fn generator(cx: &mut Cx) -> Node {
    let (v, w, j) = (cx.name('v'), cx.name('v'), cx.name('j'));
    let rounds = half(cx).min(120);
    let inner = in_function(cx, |cx| {
        repeated(cx, rounds, &[(&j, Kind::Int, false)], |cx| {
            let value = expr(cx, Kind::Num);
            let yields = line(format!("coroutine.yield({j}, {value})"));
            let yields = if cx.rng.one_in(3) { choice_of(cx, yields) } else { yields };
            vec![statement(cx), yields]
        })
    });
    let body = repeated(cx, rounds, &[(&v, Kind::Int, false), (&w, Kind::Num, false)], |cx| {
        vec![line(format!("note({v}) note({w})")), statement(cx)]
    });
    Node::Block {
        parts: vec![
            (format!("for {v}, {w} in coroutine.wrap(function() for {j} = 1, {rounds} do"), inner),
            ("end end) do".to_owned(), body),
        ],
        end: "end".to_owned(),
    }
}

fn choice_of(cx: &mut Cx, node: Node) -> Node {
    Node::block(format!("if {} then", condition(cx)), vec![node], "end")
}

fn errors(cx: &mut Cx) -> Node {
    let (ok, e, a, i) = (cx.name('o'), cx.name('e'), cx.name('a'), cx.name('i'));
    let rounds = half(cx);
    let body = repeated(cx, rounds, &[(&i, Kind::Int, false)], |cx| {
        let was = cx.guarded;
        cx.guarded = true;
        let inner = in_function(cx, |cx| {
            cx.declare(&a, Kind::Num, true);
            let mut nodes = vec![statement(cx)];
            let raise = match cx.rng.range(0, 4) {
                0 => format!("error({{ code = {i} }})"),
                1 => format!("error(\"e\" .. {i}, 0)"),
                2 => format!("error(\"at\", {})", cx.rng.range(1, 3)),
                _ => format!("note({})", risky(cx)),
            };
            let raise = line(raise);
            nodes.push(choice_of(cx, raise));
            nodes.push(line(format!("{a} = {a} + 1")));
            nodes.push(statement(cx));
            nodes.push(line(format!("do return {}, {a} end", expr(cx, Kind::Num))));
            nodes
        });
        cx.guarded = was;
        let value = expr(cx, Kind::Num);
        let head = format!("local {ok}, {e} = pcall(function({a})");
        vec![
            Node::block(
                head,
                inner,
                format!("end, {value}) note({ok}) note(type({e}) == \"table\" and {e}.code or {e})"),
            ),
            statement(cx),
        ]
    });
    Node::block(format!("for {i} = 1, {rounds} do"), body, "end")
}

fn classes(cx: &mut Cx) -> Node {
    let (a, b, o, i) = (cx.name('k'), cx.name('k'), cx.name('o'), cx.name('i'));
    let rounds = half(cx);
    let (first, second) = (expr(cx, Kind::Num), expr(cx, Kind::Num));
    let head = format!(
        "do local {a} = {{}} {a}.__index = {a} function {a}:area(k) return self.x * 2 + k end {a}.kind = {first} \
         local {b} = setmetatable({{}}, {a}) {b}.__index = {b} function {b}:area(k) return {a}.area(self, k) - self.y end \
         {a}.__call = function(self, k) return self.x + k end {b}.__call = {a}.__call \
         local {o} = {{ setmetatable({{ x = 1, y = {second} }}, {a}), setmetatable({{ y = 2, x = 3 }}, {b}), \
         setmetatable({{ x = 5, y = 6, z = 7 }}, {a}) }} for {i} = 1, {rounds} do local me = {o}[{i} % 3 + 1]"
    );
    let body = repeated(cx, rounds, &[(&i, Kind::Int, false), ("me", Kind::Rec, false)], |cx| {
        let lines = [
            format!("setmetatable(me, {b})"),
            format!("setmetatable(me, {a})"),
            format!("{b}.area = nil"),
            format!("{b}.area = function(self, k) return self.y + k end"),
            format!("{a}.area = function(self, k) return self.x - k end"),
            format!("{a}.kind = {i}"),
            format!("{b}.kind = {}", expr(cx, Kind::Num)),
            format!("me.kind = {i}"),
            "me.kind = nil".to_owned(),
            format!("{o}[{i} % 3 + 1] = setmetatable({{ x = me.y, y = me.x }}, {b})"),
            format!("setmetatable({b}, nil) setmetatable({b}, {a})"),
        ];
        let n = cx.rng.range(1, 4);
        let picked = (0..n).map(|_| lines[cx.rng.index(lines.len())].clone()).collect();
        let value = expr(cx, Kind::Num);
        vec![
            line(format!("note(me:area({value})) note(me.kind) note(me({i}))")),
            choice(cx, picked),
            statement(cx),
            line(format!("note(me:area({i})) note(me.x)")),
        ]
    });
    Node::block(head, body, "end end")
}
