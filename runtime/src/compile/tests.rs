//! Programs and the code they become.

use super::*;
use crate::bytecode::Op;
use crate::bytecode::check::check;
use crate::bytecode::disasm::{disassemble, operands};

fn build(source: &str) -> FunctionCode {
    let code = compile_source(source.as_bytes(), b"=t").unwrap_or_else(|error| panic!("{source}: {error}"));
    check(&code).unwrap_or_else(|error| panic!("{source}: {error}\n{}", disassemble(&code)));
    code
}

/// The main function's instructions, without what every main function begins and ends with.
fn listing(source: &str) -> String {
    let code = build(source);
    let lines: Vec<String> = code.code[1..code.code.len() - 1]
        .iter()
        .enumerate()
        .map(|(at, &inst)| format!("{} {}", inst.op().text(), operands(inst, at + 1)).trim_end().to_string())
        .collect();
    lines.join("; ")
}

fn become_code(programs: &[(&str, &str)]) {
    for (source, expected) in programs {
        assert_eq!(listing(source), *expected, "for {source}");
    }
}

#[test]
fn values() {
    become_code(&[
        ("local a, b = 1, 2^31", "loadi 0 1; loadk 1 k0"),
        ("local a, b, c", "loadnil 0 2"),
        ("local a = f", "gettabup 0 0 f0"),
        ("local a, b = f()", "gettabup 0 0 f0; call 0 1 3"),
        ("local a, b = f(), 1", "gettabup 0 0 f0; call 0 1 2; loadi 1 1"),
        ("local a = f(), g()", "gettabup 0 0 f0; call 0 1 2; gettabup 1 0 f1; call 1 1 2"),
        ("local a, b = ...", "vararg 0 3"),
        ("local a, b = (...)", "vararg 0 2; loadnil 1 0"),
        ("local a <const>, b <const> = {}, 5; x = b", "newtable 0 t0; loadi 1 5; settabup 1 0 f0"),
    ]);
}

#[test]
fn operators() {
    become_code(&[
        ("local a, b; b = a + b * 2", "loadnil 0 1; mulk 2 1 k0; add 1 0 2"),
        ("local a; a = 1 + a", "loadnil 0 0; loadi 1 1; add 0 1 0"),
        ("local a; a = a + 1 - a", "loadnil 0 0; addk 1 0 k0; sub 0 1 0"),
        ("local a = -x ~ 1", "gettabup 0 0 f0; unm 0 0; loadi 1 1; bxor 0 0 1"),
        ("local a; a = a .. 'x' .. a", "loadnil 0 0; move 1 0; loadk 2 k0; move 3 0; concat 0 1 3"),
        ("local a; a = #a < 3", "loadnil 0 0; len 1 0; jlti 1 #3 ->5; loadfalseskip 0; loadtrue 0"),
        ("local a; a = 3 <= a", "loadnil 0 0; loadi 1 3; jle 1 0 ->5; loadfalseskip 0; loadtrue 0"),
        (
            "local a; a = a[1][a].x[256]",
            "loadnil 0 0; getint 1 0 1; getindex 1 1 0; getfield 1 1 f0; loadi 2 256; getindex 0 1 2",
        ),
    ]);
}

#[test]
fn logic() {
    become_code(&[
        ("local a, b; a = a or b", "loadnil 0 1; jtrue 0 ->4; move 0 1"),
        ("local a, b; a = b and 1", "loadnil 0 1; jfalseset 0 1 ->4; loadi 0 1"),
        ("local a = x and y", "gettabup 0 0 f0; jfalse 0 ->4; gettabup 0 0 f1"),
        ("local a, b; local c = a < b and a", "loadnil 0 1; jnlt 0 1 ->5; move 2 0; jmp ->6; loadfalse 2"),
        (
            "local a, b; local c = a and a == b",
            "loadnil 0 1; jfalseset 2 0 ->6; jeq 0 1 ->5; loadfalseskip 2; loadtrue 2",
        ),
        ("local a, b; if a and b then a = 1 end", "loadnil 0 1; jfalse 0 ->5; jfalse 1 ->5; loadi 0 1"),
        ("local a, b; if a or b then a = 1 end", "loadnil 0 1; jtrue 0 ->4; jfalse 1 ->5; loadi 0 1"),
        ("local a; if not (a ~= nil) then a = 1 end", "loadnil 0 0; jnek 0 k0 ->4; loadi 0 1"),
        ("local a; if 5 > a then a = 1 end", "loadnil 0 0; jnlti 0 #5 ->4; loadi 0 1"),
        ("local a; if a > 5.5 then a = 1 end", "loadnil 0 0; loadk 1 k0; jnlt 1 0 ->5; loadi 0 1"),
        (
            "local a = not (x or y)",
            "gettabup 1 0 f0; jtrue 1 ->5; gettabup 1 0 f1; jfalse 1 ->6; loadfalseskip 0; loadtrue 0",
        ),
    ]);
}

#[test]
fn calls_and_tables() {
    become_code(&[
        ("f(1, g(...))", "gettabup 0 0 f0; loadi 2 1; gettabup 3 0 f1; vararg 5 0; call 3 0 0; call 0 0 1"),
        ("local t; t:m(1).x = 2", "loadnil 0 0; self 1 0 f0; loadi 4 1; call 1 3 2; loadi 2 2; setfield 1 2 f1"),
        ("return f(1)", "gettabup 0 0 f0; loadi 2 1; tailcall 0 2 0"),
        ("return (f(1))", "gettabup 0 0 f0; loadi 2 1; call 0 2 2; return1 0"),
        ("local a; return a, 1", "loadnil 0 0; move 1 0; loadi 2 1; return 1 3 0"),
        ("local t = {x = 1, y = 2}", "loadi 1 1; loadi 2 2; newrecord 0 1 2 t0"),
        ("local t = {x = 1, x = 2}", "newtable 0 t0; loadi 1 1; setfield 0 1 f0; loadi 1 2; setfield 0 1 f1"),
        ("local t = {1, 2}", "loadi 1 1; loadi 2 2; newarray 0 1 2 t0"),
        (
            "local t = {1, n = 2, ...}",
            "newtable 0 t0; loadi 1 1; loadi 2 2; setfield 0 2 f0; vararg 2 0; setlist 0 0 0",
        ),
        (
            "local t = {}; t[1], t.x, t[t] = 1, 2",
            "newtable 0 t0; loadi 1 1; loadi 2 2; loadnil 3 0; setindex 0 0 3; setfield 0 2 f0; setint 0 1 1",
        ),
    ]);
}

#[test]
fn assignment_keeps_objects_that_it_overwrites() {
    become_code(&[
        ("local i, a; i, a[i] = 1, 2", "loadnil 0 1; move 2 0; loadi 3 1; loadi 4 2; setindex 1 2 4; move 0 3"),
        ("local a, b; a, b = b, a", "loadnil 0 1; move 2 1; move 1 0; move 0 2"),
        ("local a; a.x, a = 1, 2", "loadnil 0 0; move 1 0; loadi 2 1; loadi 3 2; move 0 3; setfield 1 2 f0"),
    ]);
}

#[test]
fn loops() {
    become_code(&[
        (
            "for i = 1, 3 do f(i) end",
            "loadi 0 1; loadi 1 3; loadi 2 1; forprep 0 ->9; gettabup 3 0 f0; move 5 0; call 3 2 1; forloop 0 s0 ->5",
        ),
        (
            "for i = 1, 3 do i = 5 end",
            "loadi 0 1; loadi 1 3; loadi 2 1; forprep 0 ->8; move 3 0; loadi 3 5; forloop 0 s0 ->5",
        ),
        (
            "for k in f do break end",
            "gettabup 0 0 f0; loadnil 1 2; tforprep 0 ->5; jmp ->7; tforcall 0 1; tforloop 0 s0 ->4; close 0",
        ),
        (
            "while x do if y then break end end",
            "gettabup 0 0 f0; jfalse 0 ->6; gettabup 0 0 f1; jtrue 0 ->6; jmpback s0 ->1",
        ),
        ("repeat local a <close> = x until a", "gettabup 0 0 f0; tbc 0; jtrue 0 ->6; close 0; jmpback s0 ->1; close 0"),
        ("::top:: if x then goto top end", "gettabup 0 0 f0; jfalse 0 ->4; jmpback s0 ->1"),
        ("do local a <close> = x; goto out end ::out::", "gettabup 0 0 f0; tbc 0; close 0; jmp ->5"),
    ]);
}

#[test]
fn captured_locals_are_cells() {
    let code = build("local a, b = 1, 2; local function f(p) a = b; return function() return p, f end end; a = a");
    let ops: Vec<Op> = code.code.iter().map(|inst| inst.op()).collect();
    use Op::{Closure, GetCell, LoadI, LoadNil, NewCell, Return0, SetCell, VarargPrep};
    let expected =
        [VarargPrep, LoadI, LoadI, NewCell, NewCell, LoadNil, NewCell, Closure, SetCell, GetCell, SetCell, Return0];
    assert_eq!(ops, expected);
    let inner = &code.children[0];
    assert_eq!(inner.code[0].op(), NewCell);
    let upvalues = |code: &FunctionCode| -> Vec<(String, bool, u8)> {
        let show = |it: &crate::bytecode::function::UpvalueDesc| {
            (it.name.escape_ascii().to_string(), it.from_parent_register, it.index)
        };
        code.upvalues.iter().map(show).collect()
    };
    let named = |name: &str, from_register, index| (name.to_string(), from_register, index);
    assert_eq!(upvalues(inner), [named("a", true, 0), named("b", true, 1), named("f", true, 2)]);
    assert_eq!(upvalues(&inner.children[0]), [named("p", true, 0), named("f", false, 2)]);
    assert!(code.locals.iter().all(|local| local.is_cell && local.end_pc == 11));
}

#[test]
fn a_captured_variable_to_close_has_a_plain_register_and_a_cell() {
    become_code(&[(
        "local a <close>, b = x, 1; f = function() return a end",
        "gettabup 0 0 f0; loadi 1 1; tbc 0; move 2 0; newcell 2; closure 3 p0; settabup 3 0 f1; close 0",
    )]);
}

#[test]
fn lines_are_those_of_the_operation() {
    let code = build("local a = x\n  .y\n  .z\n  +\n  b\nf(\n  1,\n  a.b\n)\nlocal function g()\nend");
    let lines: Vec<(Op, u32)> =
        code.code.iter().copied().map(|inst| inst.op()).zip(code.lines.iter().copied()).collect();
    use Op::{Add, Call, Closure, GetField, GetTabUp, LoadI, Return0, VarargPrep};
    let expected = [
        (VarargPrep, 0),
        (GetTabUp, 1),
        (GetField, 2),
        (GetField, 4),
        (GetTabUp, 5),
        (Add, 4),
        (GetTabUp, 6),
        (LoadI, 7),
        (GetField, 9),
        (Call, 6),
        (Closure, 11),
        (Return0, 11),
    ];
    assert_eq!(lines, expected);
    assert_eq!(code.children[0].lines, [11]);
}

#[test]
fn limits_are_errors() {
    let error = |source: String| compile_source(source.as_bytes(), b"=t").unwrap_err().to_string();
    let args = vec!["x"; 300].join(", ");
    let text = "t:1: function or expression needs too many registers";
    assert_eq!(error(format!("f({args})")), text);
    assert_eq!(error(format!("local t = {}f{}", "f(".repeat(150), ")".repeat(150))), text);
    build(&format!("f({})", vec!["x"; 250].join(", ")));
    build(&format!("return {{{}}}", args));
}

#[test]
fn long_and_deep_programs_compile() {
    let long = 50_000;
    build(&format!("x = a{}", " + a.b * c < d".repeat(long)));
    build(&format!("x = a{}", ".b".repeat(long)));
    build(&format!("f{}", "()".repeat(long)));
    build(&format!("x = a{}", " or a and b".repeat(long)));
    build(&format!("if a then {} end", "elseif b then ".repeat(long)));
    build(&format!("x = {}1{}", "(".repeat(190), ")".repeat(190)));
    build(&format!("x = {}a", "not -#~".repeat(45)));
    build(&format!("{} return {}", "return function() ".repeat(95), "end ".repeat(95)));
    build(&format!("{} {}", "while x do ".repeat(190), "end ".repeat(190)));
    build(&(0..70_000).map(|i| format!("x = {i}.5 == a\n")).collect::<String>());
}
