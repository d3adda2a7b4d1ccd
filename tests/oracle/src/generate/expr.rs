//! Expressions of a wanted kind. None of them can raise an error, except those that `risky` makes.

use super::scope::{Cx, Kind};

/// How deep operators nest.
const DEPTH: i64 = 3;

/// An expression of the kind.
pub(super) fn expr(cx: &mut Cx, kind: Kind) -> String {
    nested(cx, kind, DEPTH)
}

/// A condition, often one that depends on a loop's variable.
pub(super) fn condition(cx: &mut Cx) -> String {
    if cx.rng.one_in(2)
        && let Some(var) = cx.var(Kind::Int)
    {
        let m = cx.rng.range(2, 12);
        let r = cx.rng.range(0, m);
        return match cx.rng.range(0, 4) {
            0 => format!("{} > {}", var.name, cx.rng.range(-5, 150)),
            1 => format!("{} == {}", var.name, cx.rng.range(0, 90)),
            _ => format!("{} % {m} == {r}", var.name),
        };
    }
    boolean(cx, 2)
}

/// An expression that may raise an error; it stands only where errors are caught.
pub(super) fn risky(cx: &mut Cx) -> String {
    let num = nested(cx, Kind::Num, 1);
    let any = cx.var(Kind::Any).map_or_else(|| "nil".to_owned(), |var| var.name);
    let rec = cx.var(Kind::Rec).map_or_else(|| "{}".to_owned(), |var| var.name);
    match cx.rng.range(0, 12) {
        0 => format!("({num} | 1)"),
        1 => format!("({any} + {num})"),
        2 => format!("({rec}).missing.x"),
        3 => format!("({num} // ({num} - {num} // 1 * 1))"),
        4 => format!("({any} < {num})"),
        5 => format!("({any} .. \"!\")"),
        6 => format!("({rec}).z + 1"),
        7 => format!("#({any})"),
        8 => format!("({rec}).sub.y"),
        9 => format!("({any})({num})"),
        10 => format!("error(\"stop \" .. str({num}), {})", cx.rng.range(0, 3)),
        _ => format!("-({any})"),
    }
}

fn nested(cx: &mut Cx, kind: Kind, depth: i64) -> String {
    if depth > 0 && cx.rng.one_in(12) {
        let condition = boolean(cx, depth - 1);
        if !matches!(kind, Kind::Bool | Kind::Any) {
            return format!("({condition} and {} or {})", nested(cx, kind, depth - 1), nested(cx, kind, depth - 1));
        }
    }
    match kind {
        Kind::Int => integer(cx, depth),
        Kind::Num => number(cx, depth),
        Kind::Str => string(cx, depth),
        Kind::Bool => boolean(cx, depth),
        Kind::Point => point(cx, depth),
        Kind::Rec => record(cx, depth),
        Kind::Arr => array(cx, depth),
        Kind::Fun => function(cx, depth),
        Kind::Any => any(cx, depth),
    }
}

fn integer(cx: &mut Cx, depth: i64) -> String {
    if depth <= 0 || cx.rng.one_in(3) {
        if cx.rng.range(0, 4) > 0
            && let Some(var) = cx.var(Kind::Int)
        {
            return var.name;
        }
        return integer_literal(cx);
    }
    let a = nested(cx, Kind::Int, depth - 1);
    match cx.rng.range(0, 13) {
        0..=4 => {
            let op = cx.rng.pick(&["+", "-", "*", "+", "-"]);
            format!("({a} {op} {})", nested(cx, Kind::Int, depth - 1))
        }
        5 => format!("({a} % {})", divisor(cx)),
        6 => format!("({a} // {})", divisor(cx)),
        7 => {
            let op = cx.rng.pick(&["&", "|", "~", "<<", ">>"]);
            format!("({a} {op} {})", nested(cx, Kind::Int, depth - 1))
        }
        8 => format!("{}({a})", cx.rng.pick(&["-", "~"])),
        9 => format!("math.{}({a}, {})", cx.rng.pick(&["max", "min"]), nested(cx, Kind::Int, depth - 1)),
        10 => match cx.var(Kind::Arr) {
            Some(var) => format!("#{}", var.name),
            None => format!("math.abs({a})"),
        },
        11 => format!("#({})", nested(cx, Kind::Str, depth - 1)),
        _ => format!("count({a}, nil, {})", nested(cx, Kind::Num, depth - 1)),
    }
}

fn integer_literal(cx: &mut Cx) -> String {
    match cx.rng.range(0, 14) {
        0 => cx.rng.pick(&["math.maxinteger", "math.mininteger", "(1 << 40)", "(-1 << 31)", "0x7fffffff"]).to_owned(),
        1 => format!("({})", cx.rng.range(-9, 0)),
        2 => cx.rng.range(0, 100_000).to_string(),
        _ => cx.rng.range(0, 20).to_string(),
    }
}

/// A constant that may divide.
fn divisor(cx: &mut Cx) -> String {
    let value = cx.rng.range(1, 14);
    if cx.rng.one_in(5) { format!("(-{value})") } else { value.to_string() }
}

fn number(cx: &mut Cx, depth: i64) -> String {
    if depth <= 0 || cx.rng.one_in(4) {
        return match cx.rng.range(0, 6) {
            0 => float_literal(cx),
            1 => integer(cx, 0),
            _ => cx.var(Kind::Num).map_or_else(|| float_literal(cx), |var| var.name),
        };
    }
    let a = nested(cx, Kind::Num, depth - 1);
    match cx.rng.range(0, 18) {
        0..=5 => {
            let op = cx.rng.pick(&["+", "-", "*", "+", "-"]);
            format!("({a} {op} {})", nested(cx, Kind::Num, depth - 1))
        }
        6 => format!("({a} / {})", nested(cx, Kind::Num, depth - 1)),
        7 => format!("({a} {} {}.5)", cx.rng.pick(&["%", "//"]), cx.rng.range(0, 9)),
        8 => format!("math.floor({a})"),
        9 => format!("math.sqrt(math.abs({a}))"),
        10 => format!("({a}) ^ {}", cx.rng.pick(&["2", "0.5", "3"])),
        11 => match cx.callee() {
            Some(var) => format!("{}({a})", var.name),
            None => format!("-({a})"),
        },
        12 | 13 => match cx.var(Kind::Rec) {
            Some(var) => read_record(cx, &var.name),
            None => integer(cx, depth - 1),
        },
        14 | 15 => read_point(cx, depth),
        16 => match cx.var(Kind::Arr) {
            Some(var) => {
                let index = nested(cx, Kind::Int, 1);
                format!("({0}[{index} % #{0} + 1] or {1})", var.name, cx.rng.range(0, 9))
            }
            None => integer(cx, depth - 1),
        },
        _ => format!("add({a}, {}, {})", cx.rng.range(0, 9), nested(cx, Kind::Num, depth - 1)),
    }
}

fn float_literal(cx: &mut Cx) -> String {
    match cx.rng.range(0, 16) {
        0 => cx.rng.pick(&["math.huge", "-math.huge", "(0/0)", "-0.0", "1e300", "2^53", "5e-324"]).to_owned(),
        1..=3 => cx.rng.range(0, 30).to_string(),
        _ => format!("{}.{}", cx.rng.range(0, 40), cx.rng.pick(&["0", "5", "25", "125"])),
    }
}

fn read_record(cx: &mut Cx, name: &str) -> String {
    match cx.rng.range(0, 6) {
        0 => format!("({name}.z or {})", cx.rng.range(0, 9)),
        1 => format!("({name}.sub or {name}).{}", cx.rng.pick(&["x", "y"])),
        _ => format!("{name}.{}", cx.rng.pick(&["x", "y"])),
    }
}

fn read_point(cx: &mut Cx, depth: i64) -> String {
    let p = nested(cx, Kind::Point, depth - 2);
    match cx.rng.range(0, 6) {
        0 => format!("({p}):dot({})", nested(cx, Kind::Point, 0)),
        1 => format!("#({p})"),
        2 => format!("({p})({})", cx.rng.range(0, 9)),
        _ => format!("({p}).{}", cx.rng.pick(&["x", "y"])),
    }
}

fn string(cx: &mut Cx, depth: i64) -> String {
    if depth <= 0 || cx.rng.one_in(3) {
        if cx.rng.range(0, 3) > 0
            && let Some(var) = cx.var(Kind::Str)
        {
            return var.name;
        }
        return format!("\"{}\"", cx.rng.pick(&["", "a", "key", "moon", "x1", "10", "tide pool"]));
    }
    match cx.rng.range(0, 6) {
        0 | 1 => format!("({} .. {})", nested(cx, Kind::Str, depth - 1), nested(cx, Kind::Str, depth - 1)),
        2 => format!("({} .. {})", nested(cx, Kind::Str, depth - 1), nested(cx, Kind::Int, depth - 1)),
        3 => format!("str({})", nested(cx, Kind::Num, depth - 1)),
        4 => format!("({}):sub({}, {})", nested(cx, Kind::Str, depth - 1), cx.rng.range(-3, 4), cx.rng.range(-3, 8)),
        _ => format!(
            "({}):{}",
            nested(cx, Kind::Str, depth - 1),
            cx.rng.pick(&["upper()", "rep(2)", "reverse()", "lower()"])
        ),
    }
}

fn boolean(cx: &mut Cx, depth: i64) -> String {
    if depth <= 0 {
        if let Some(var) = cx.var(Kind::Bool) {
            return var.name;
        }
        return cx.rng.pick(&["true", "false"]).to_owned();
    }
    let compare = ["<", "<=", ">", ">=", "==", "~="];
    match cx.rng.range(0, 12) {
        0..=3 => format!(
            "({} {} {})",
            nested(cx, Kind::Num, depth - 1),
            cx.rng.pick(&compare),
            nested(cx, Kind::Num, depth - 1)
        ),
        4 | 5 => format!(
            "({} {} {})",
            nested(cx, Kind::Int, depth - 1),
            cx.rng.pick(&compare),
            nested(cx, Kind::Int, depth - 1)
        ),
        6 => format!(
            "({} {} {})",
            nested(cx, Kind::Str, depth - 1),
            cx.rng.pick(&compare),
            nested(cx, Kind::Str, depth - 1)
        ),
        7 => format!("not {}", boolean(cx, depth - 1)),
        8 => format!("({} {} {})", boolean(cx, depth - 1), cx.rng.pick(&["and", "or"]), boolean(cx, depth - 1)),
        9 => format!(
            "({} {} {})",
            nested(cx, Kind::Point, depth - 1),
            cx.rng.pick(&compare),
            nested(cx, Kind::Point, depth - 1)
        ),
        10 => {
            let kind = if cx.rng.one_in(2) { Kind::Rec } else { Kind::Point };
            let (a, b) = (nested(cx, kind, 0), nested(cx, kind, 0));
            format!("rawequal({a}, {b})")
        }
        _ => format!("({} == {})", nested(cx, Kind::Any, 0), nested(cx, Kind::Any, depth - 1)),
    }
}

fn point(cx: &mut Cx, depth: i64) -> String {
    if depth <= 0 || cx.rng.one_in(4) {
        if let Some(var) = cx.var(Kind::Point) {
            return var.name;
        }
        return format!("new({}, {})", number(cx, 0), number(cx, 0));
    }
    let a = nested(cx, Kind::Point, depth - 1);
    match cx.rng.range(0, 9) {
        0..=2 => format!("({a} + {})", nested(cx, Kind::Point, depth - 1)),
        3 => format!("({a} - {})", nested(cx, Kind::Point, depth - 1)),
        4 => format!("({a} * {})", nested(cx, Kind::Num, depth - 1)),
        5 => format!("-({a})"),
        6 => format!("({a}):flip()"),
        _ => format!("new({}, {})", nested(cx, Kind::Num, depth - 1), nested(cx, Kind::Num, depth - 1)),
    }
}

fn record(cx: &mut Cx, depth: i64) -> String {
    if (depth <= 0 || cx.rng.one_in(3))
        && let Some(var) = cx.var(Kind::Rec)
    {
        return var.name;
    }
    let (x, y) = (nested(cx, Kind::Num, depth - 1), nested(cx, Kind::Num, depth - 1));
    match cx.rng.range(0, 6) {
        0 => format!("{{ y = {y}, x = {x} }}"),
        1 => format!("{{ x = {x}, y = {y}, z = {} }}", nested(cx, Kind::Num, depth - 1)),
        2 if depth > 0 => format!("{{ x = {x}, y = {y}, sub = {} }}", nested(cx, Kind::Rec, depth - 2)),
        3 => format!("{{ x = {x}, y = {y}, {} }}", nested(cx, Kind::Num, depth - 1)),
        _ => format!("{{ x = {x}, y = {y} }}"),
    }
}

fn array(cx: &mut Cx, depth: i64) -> String {
    if (depth <= 0 || cx.rng.one_in(3))
        && let Some(var) = cx.var(Kind::Arr)
    {
        return var.name;
    }
    let n = cx.rng.range(1, 5);
    let items: Vec<String> = (0..n).map(|_| nested(cx, Kind::Num, depth - 2)).collect();
    format!("{{ {} }}", items.join(", "))
}

fn function(cx: &mut Cx, depth: i64) -> String {
    let name = cx.name('a');
    let times = cx.times;
    // The body runs when it is called, which the caller pays for; calls from inside it would not be paid.
    let body = cx.scoped(|cx| {
        cx.times = i64::MAX / 1024;
        cx.declare(&name, Kind::Num, true);
        nested(cx, Kind::Num, depth - 1)
    });
    cx.times = times;
    format!("function({name}) return {body} end")
}

fn any(cx: &mut Cx, depth: i64) -> String {
    match cx.rng.range(0, 9) {
        0 => "nil".to_owned(),
        1 | 2 => cx.var(Kind::Any).map_or_else(|| "nil".to_owned(), |var| var.name),
        3 => nested(cx, Kind::Point, depth - 1),
        4 => nested(cx, Kind::Str, depth - 1),
        5 => nested(cx, Kind::Bool, depth.min(1)),
        6 => nested(cx, Kind::Int, depth - 1),
        7 => nested(cx, Kind::Rec, depth - 1),
        _ => nested(cx, Kind::Num, depth - 1),
    }
}
