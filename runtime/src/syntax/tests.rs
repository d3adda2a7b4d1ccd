//! Texts that are accepted, and texts that are refused with their exact messages.
//!
//! The messages are those of the reference implementation for the same source, with the chunk called `t`.

use super::ast::{Attrib, Constant, Expr, StmtKind, UpvalueSource};
use super::*;

const REFUSED: &[(&[u8], &[u8])] = &[
    (b"x =", b"t:1: unexpected symbol near <eof>"),
    (b"p\0", b"t:1: syntax error"),
    (b"x = = 1", b"t:1: unexpected symbol near '='"),
    (b"x = }", b"t:1: unexpected symbol near '}'"),
    (b"for", b"t:1: <name> expected near <eof>"),
    (b"for x", b"t:1: '=' or 'in' expected near <eof>"),
    (b"for x y", b"t:1: '=' or 'in' expected near 'y'"),
    (b"for x = 1 do", b"t:1: ',' expected near 'do'"),
    (b"if x then", b"t:1: 'end' expected near <eof>"),
    (b"if x\n\nthen\n\nelse", b"t:5: 'end' expected (to close 'if' at line 1) near <eof>"),
    (b"while x do\n\n", b"t:3: 'end' expected (to close 'while' at line 1) near <eof>"),
    (b"repeat\n", b"t:2: 'until' expected (to close 'repeat' at line 1) near <eof>"),
    (b"function f(", b"t:1: <name> or '...' expected near <eof>"),
    (b"function f(a,", b"t:1: <name> or '...' expected near <eof>"),
    (b"function f(a b)", b"t:1: ')' expected near 'b'"),
    (b"local function", b"t:1: <name> expected near <eof>"),
    (b"local 1", b"t:1: <name> expected near '1'"),
    (b"local x <foo> = 1", b"t:1: unknown attribute 'foo'"),
    (b"local x <const = 1", b"t:1: '>' expected near '='"),
    (b"x", b"t:1: syntax error near <eof>"),
    (b"x.y", b"t:1: syntax error near <eof>"),
    (b"x:y", b"t:1: function arguments expected near <eof>"),
    (b"(x)", b"t:1: syntax error near <eof>"),
    (b"(x) = 1", b"t:1: syntax error near '='"),
    (b"f() = 1", b"t:1: syntax error near '='"),
    (b"f(", b"t:1: unexpected symbol near <eof>"),
    (b"f(\n1", b"t:2: ')' expected (to close '(' at line 1) near <eof>"),
    (b"f{", b"t:1: unexpected symbol near <eof>"),
    (b"{", b"t:1: unexpected symbol near '{'"),
    (b"x = {1, 2", b"t:1: '}' expected near <eof>"),
    (b"x = {\n1\n2}", b"t:3: '}' expected (to close '{' at line 1) near '2'"),
    (b"x = {a=1 b=2}", b"t:1: '}' expected near 'b'"),
    (b"a.1 = 2", b"t:1: syntax error near '.1'"),
    (b"a.b:c = 1", b"t:1: function arguments expected near '='"),
    (b"return return", b"t:1: unexpected symbol near 'return'"),
    (b"return 1,", b"t:1: unexpected symbol near <eof>"),
    (b"return 1 2", b"t:1: <eof> expected near '2'"),
    (b"do return end x = ) ", b"t:1: unexpected symbol near ')'"),
    (b"goto", b"t:1: <name> expected near <eof>"),
    (b"goto x", b"t:1: no visible label 'x' for <goto> at line 1"),
    (b"goto 1", b"t:1: <name> expected near '1'"),
    (b"::a::\n::a::", b"t:2: label 'a' already defined on line 2"),
    (b"::a:: ::a::", b"t:1: label 'a' already defined on line 1"),
    (b"break", b"t:1: break outside loop at line 1"),
    (b"\nbreak\n\n", b"t:4: break outside loop at line 2"),
    (b"do break end", b"t:1: break outside loop at line 1"),
    (b"do goto l end; local a; ::l:: ; print(a)", b"t:1: <goto l> at line 1 jumps into the scope of local 'a'"),
    (b"goto l; local a; ::l:: x = 1", b"t:1: <goto l> at line 1 jumps into the scope of local 'a'"),
    (b"repeat goto c; local z; ::c:: until z", b"t:1: <goto c> at line 1 jumps into the scope of local 'z'"),
    (b"do ::l:: end goto l", b"t:1: no visible label 'l' for <goto> at line 1"),
    (b"function f() goto l end ::l::", b"t:1: no visible label 'l' for <goto> at line 1"),
    (b"local x <const> = 1; x = 2", b"t:1: attempt to assign to const variable 'x'"),
    (b"local x <const> = f(); x = 2", b"t:1: attempt to assign to const variable 'x'"),
    (b"local x <close> = nil; x = 2", b"t:1: attempt to assign to const variable 'x'"),
    (b"local x <const> = f(); function g() x = 1 end", b"t:1: attempt to assign to const variable 'x'"),
    (b"local x <const> = 3; function x() end", b"t:1: attempt to assign to const variable 'x'"),
    (b"local x <const> = {}; function x() end", b"t:1: attempt to assign to const variable 'x'"),
    (b"local a <close>, b <close> = 1", b"t:1: multiple to-be-closed variables in local list"),
    (b"x = 'abc", b"t:1: unfinished string near <eof>"),
    (b"x = 'abc\ndef'", b"t:1: unfinished string near ''abc'"),
    (b"x = \"a\\q\"", b"t:1: invalid escape sequence near '\"a\\q'"),
    (b"x = \"\\xg0\"", b"t:1: hexadecimal digit expected near '\"\\xg'"),
    (b"x = \"\\x0\"", b"t:1: hexadecimal digit expected near '\"\\x0\"'"),
    (b"x = \"\\300\"", b"t:1: decimal escape too large near '\"\\300\"'"),
    (b"x = \"\\u{110000000}\"", b"t:1: UTF-8 value too large near '\"\\u{110000000'"),
    (b"x = \"\\u{zz}\"", b"t:1: hexadecimal digit expected near '\"\\u{z'"),
    (b"x = \"\\u12\"", b"t:1: missing '{' near '\"\\u1'"),
    (b"x = \"\\u{12\"", b"t:1: missing '}' near '\"\\u{12\"'"),
    (b"x = \"\\", b"t:1: unfinished string near <eof>"),
    (b"x = [[abc", b"t:1: unfinished long string (starting at line 1) near <eof>"),
    (b"\n\nx = [==[abc]]", b"t:3: unfinished long string (starting at line 3) near <eof>"),
    (b"--[[ abc\n\n", b"t:3: unfinished long comment (starting at line 1) near <eof>"),
    (b"x = [=", b"t:1: invalid long string delimiter near '[='"),
    (b"x = [==x", b"t:1: invalid long string delimiter near '[=='"),
    (b"x = 3x", b"t:1: malformed number near '3x'"),
    (b"x = 0x", b"t:1: malformed number near '0x'"),
    (b"x = 3e", b"t:1: malformed number near '3e'"),
    (b"x = 3e+", b"t:1: malformed number near '3e+'"),
    (b"x = 0xep", b"t:1: malformed number near '0xep'"),
    (b"x = 1..2", b"t:1: malformed number near '1..2'"),
    (b"x = 0x1p", b"t:1: malformed number near '0x1p'"),
    (b"x = 1.2.3", b"t:1: malformed number near '1.2.3'"),
    (b"x = 12_3", b"t:1: malformed number near '12_'"),
    (b"x = 08a", b"t:1: malformed number near '08a'"),
    (b"x = 0xg", b"t:1: malformed number near '0xg'"),
    (b"x = @", b"t:1: unexpected symbol near '@'"),
    (b"x = \x01", b"t:1: unexpected symbol near '<\\1>'"),
    (b"x = \xc8", b"t:1: unexpected symbol near '<\\200>'"),
    (b"x = a ! b", b"t:1: unexpected symbol near '!'"),
    (b"x = $", b"t:1: unexpected symbol near '$'"),
    (b"x = 'a\\z  \n  b' c", b"t:2: syntax error near <eof>"),
    (b"x = [[a\nb]] c", b"t:2: syntax error near <eof>"),
    (b"x = 12 12", b"t:1: unexpected symbol near '12'"),
    (b"x = 1.5 1.5", b"t:1: unexpected symbol near '1.5'"),
    (b"x = function() return ... end", b"t:1: cannot use '...' outside a vararg function near '...'"),
    (b"x = a and", b"t:1: unexpected symbol near <eof>"),
    (b"x = not", b"t:1: unexpected symbol near <eof>"),
    (b"x = #", b"t:1: unexpected symbol near <eof>"),
    (b"x = -", b"t:1: unexpected symbol near <eof>"),
    (b"x = a..", b"t:1: unexpected symbol near <eof>"),
    (b"x = a.b.", b"t:1: <name> expected near <eof>"),
    (b"x = a[", b"t:1: unexpected symbol near <eof>"),
    (b"x = a[1", b"t:1: ']' expected near <eof>"),
    (b"x, y", b"t:1: '=' expected near <eof>"),
    (b"x, y = ", b"t:1: unexpected symbol near <eof>"),
    (b"x, 1 = 2", b"t:1: unexpected symbol near '1'"),
    (b"x, f() = 2", b"t:1: syntax error near '='"),
    (b"local x, = 1", b"t:1: <name> expected near '='"),
    (b"else", b"t:1: <eof> expected near 'else'"),
    (b"end", b"t:1: <eof> expected near 'end'"),
    (b"until x", b"t:1: <eof> expected near 'until'"),
    (b"then", b"t:1: unexpected symbol near 'then'"),
    (b"elseif", b"t:1: <eof> expected near 'elseif'"),
    (b")", b"t:1: unexpected symbol near ')'"),
    (b"]", b"t:1: unexpected symbol near ']'"),
    (b"if x then else elseif y then end", b"t:1: 'end' expected near 'elseif'"),
    (b"for a, b = 1, 2 do end", b"t:1: 'in' expected near '='"),
    (b"for 1 = 1, 2 do end", b"t:1: <name> expected near '1'"),
    (b"for a in do end", b"t:1: unexpected symbol near 'do'"),
    (b"for a = 1 do end", b"t:1: ',' expected near 'do'"),
    (b"for a = 1, 2, 3, 4 do end", b"t:1: 'do' expected near ','"),
    (b"for a.b in x do end", b"t:1: '=' or 'in' expected near '.'"),
    (b"function f.g:h.i() end", b"t:1: '(' expected near '.'"),
    (b"function 1() end", b"t:1: <name> expected near '1'"),
    (b"function f.1() end", b"t:1: '(' expected near '.1'"),
    (b"function (x) end", b"t:1: <name> expected near '('"),
    (b"local function f.g() end", b"t:1: '(' expected near '.'"),
    (b"x = function f() end", b"t:1: '(' expected near 'f'"),
    (b"a = {[1] 2}", b"t:1: '=' expected near '2'"),
    (b"a = {[1 = 2}", b"t:1: ']' expected near '='"),
    (b"a = {a.b = 2}", b"t:1: '}' expected near '='"),
    (b"a = {,}", b"t:1: unexpected symbol near ','"),
    (b"a = {;}", b"t:1: unexpected symbol near ';'"),
    (b"a = f 1", b"t:1: unexpected symbol near '1'"),
    (b"a = f 'x' = 1", b"t:1: unexpected symbol near '='"),
    (b"a.b.c 'x' 'y' z", b"t:1: syntax error near <eof>"),
    (b"a = 'x'.y", b"t:1: unexpected symbol near '.'"),
    (b"('x').y", b"t:1: syntax error near <eof>"),
    (b"'x':y()", b"t:1: unexpected symbol near ''x''"),
    (b"f = function(...,a) end", b"t:1: ')' expected near ','"),
    (b"f = function(a,) end", b"t:1: <name> or '...' expected near ')'"),
    (b"x = ~", b"t:1: unexpected symbol near <eof>"),
    (b"x = a ~ ", b"t:1: unexpected symbol near <eof>"),
    (b"x = a ~= ", b"t:1: unexpected symbol near <eof>"),
    (b"x = a // ", b"t:1: unexpected symbol near <eof>"),
    (b"x = ::", b"t:1: unexpected symbol near '::'"),
    (b"x = ....", b"t:1: unexpected symbol near '.'"),
    (b"x = <eof>", b"t:1: unexpected symbol near '<'"),
    (b"if x then return 1; y() end", b"t:1: 'end' expected near 'y'"),
    (b"return;;", b"t:1: <eof> expected near ';'"),
    (b"x = 'a' 'b'", b"t:1: unexpected symbol near ''b''"),
    (b"x = \"a\\065\\n\" y", b"t:1: syntax error near <eof>"),
    (b"local function f() end end", b"t:1: <eof> expected near 'end'"),
    (b"while true do end end", b"t:1: <eof> expected near 'end'"),
    (b"do\n\n\nx", b"t:4: syntax error near <eof>"),
    (b"function f()\nlocal x\nif y then\n", b"t:4: 'end' expected (to close 'if' at line 3) near <eof>"),
    (b"f(\n\n", b"t:3: unexpected symbol near <eof>"),
    (b"x = (\n\n1", b"t:3: ')' expected (to close '(' at line 1) near <eof>"),
    (b"x = a and\n(b", b"t:2: ')' expected near <eof>"),
    (
        b"goto continue; local x; ::continue:: ::other:: y()",
        b"t:1: <goto continue> at line 1 jumps into the scope of local 'x'",
    ),
    (b"local _ENV <const> = 1; _ENV = 2", b"t:1: attempt to assign to const variable '_ENV'"),
    (b"a, b, c <const> = 1", b"t:1: '=' expected near '<'"),
    (b"local a <const>, b <const> = 1, 2; b = 1", b"t:1: attempt to assign to const variable 'b'"),
    (b"local a <const>, b <const> = 1, 2; a = 1", b"t:1: attempt to assign to const variable 'a'"),
    (b"x = 0x.p1", b"t:1: malformed number near '0x.p1'"),
    (b"x = 0x1.8.2", b"t:1: malformed number near '0x1.8.2'"),
    (b"x = .5.", b"t:1: malformed number near '.5.'"),
    (b"\n\n\r\n\r\rx = }", b"t:5: unexpected symbol near '}'"),
    (b"x = '\\\n' }", b"t:2: unexpected symbol near '}'"),
    (b"-- c\n--[==[\n]==] }", b"t:3: unexpected symbol near '}'"),
    (b"x = 'a\\x41\\u{48}\\\n' }", b"t:2: unexpected symbol near '}'"),
    (b"x = \"\\xag\"", b"t:1: hexadecimal digit expected near '\"\\xag'"),
    (b"x = '\\99999'", b"t:1: decimal escape too large near ''\\9999'"),
    (b"x = '\\u{7FFFFFFFF}'", b"t:1: UTF-8 value too large near ''\\u{7FFFFFFFF'"),
    (b"x = a.\nend", b"t:2: <name> expected near 'end'"),
    (b"x = a:b", b"t:1: function arguments expected near <eof>"),
    (b"x = a:b 1", b"t:1: function arguments expected near '1'"),
    (b"a.b:c()\n:d", b"t:2: function arguments expected near <eof>"),
    (b"f() g() h", b"t:1: syntax error near <eof>"),
    (b"; ; ; x", b"t:1: syntax error near <eof>"),
    (b"goto = 1", b"t:1: <name> expected near '='"),
    (b"local goto = 1", b"t:1: <name> expected near 'goto'"),
    (b"repeat local x until y z", b"t:1: syntax error near <eof>"),
    (b"for i = 1, 2 do local x end end", b"t:1: <eof> expected near 'end'"),
];

const ACCEPTED: &[&str] = &[
    "",
    ";;;",
    "goto l; local a; ::l::",
    "local x, y < const> = 1",
    "a\n(f)",
    "x = ...",
    "return",
    "return;",
    "return 1, 2, ...",
    "a.b['c'].d, e = f{1}, g'x', h[[y]]",
    "a:b():c'x':d{y}",
    "local function f(a, b, ...) return a + b, ... end",
    "function a.b.c:d(x) return self, x end",
    "for i = 1, 10 do if i > 5 then break end end",
    "for i = 10, 1, -1 do end",
    "for k, v, w in pairs{} do local x <close> = nil end",
    "while true do goto continue; ::continue:: end",
    "repeat local x = f() until x",
    "do local a <const>, b <close> = 1, nil end",
    "x = 0x.8p1 + 0xA.8 + 1e10 + .5 + 3. + 0xffffffffffffffffff + 9223372036854775808",
    "x = 'a\\x41\\u{48}\\065\\z  \n  b\\\nc\\r\\n\\t\\a\\b\\f\\v\\'\\\"\\\\'",
    "x = [==[ ]] ]=] ]==] .. [[\n\nx]]",
    "--[==[ ]] ]=] ]==] x = 1 --[ no long comment",
    "x = {1, 2; 3, a = 1, ['b'] = 2, f(), }",
    "x = not -#~a ^ b ^ c .. d .. e == f ~= g and h or i // j % k << l >> m | n ~ o & p",
    "do ::a:: end ::a::",
    "do goto a end ::a::",
    "local t <const> = {}; t.x = 1",
];

fn refusal(source: &[u8]) -> Vec<u8> {
    match parse(source, b"=t") {
        Ok(_) => panic!("accepted: {}", source.escape_ascii()),
        Err(error) => error.message,
    }
}

#[test]
fn refused_texts() {
    for &(source, message) in REFUSED {
        let got = refusal(source);
        assert_eq!(got.escape_ascii().to_string(), message.escape_ascii().to_string(), "for {}", source.escape_ascii());
    }
}

#[test]
fn accepted_texts() {
    for source in ACCEPTED {
        if let Err(error) = parse(source.as_bytes(), b"=t") {
            panic!("{source:?} refused: {error}");
        }
    }
}

/// What becomes of a text that comes in pieces of this length, and how many pieces were taken.
fn in_pieces(source: &[u8], length: usize) -> (Result<(), Vec<u8>>, usize) {
    let mut pieces = source.chunks(length);
    let mut taken = 0;
    let mut more = |text: &mut Vec<u8>, _| {
        taken += 1;
        pieces.next().map(|piece| text.extend_from_slice(piece)).is_some()
    };
    let parsed = parse_pieces(Vec::new(), Some(&mut more), b"=t").map(|_| ()).map_err(|error| error.message);
    (parsed, taken)
}

#[test]
fn texts_in_pieces_are_read_as_whole_ones() {
    for length in [1, 2, 3, 7] {
        for &(source, message) in REFUSED {
            let got = in_pieces(source, length).0.expect_err("it is refused");
            assert_eq!(
                got.escape_ascii().to_string(),
                message.escape_ascii().to_string(),
                "for {}",
                source.escape_ascii()
            );
        }
        for source in ACCEPTED {
            assert_eq!(
                in_pieces(source.as_bytes(), length),
                (Ok(()), source.len().div_ceil(length) + 1),
                "for {source}"
            );
        }
    }
    let long = format!("return '{}' --{}", "x".repeat(100_000), " ".repeat(100_000));
    assert_eq!(in_pieces(long.as_bytes(), 1), (Ok(()), long.len() + 1));
}

#[test]
fn after_an_error_no_piece_is_asked_for() {
    assert_eq!(in_pieces(b"x = = 1 y z", 1).1, 6);
    assert_eq!(in_pieces(b"x = 'abc\nmore", 1).1, 9);
    assert_eq!(in_pieces(b"x = '\\q more", 1).1, 8);
    assert_eq!(in_pieces(b"return return x", 1).1, 14);
}

#[test]
fn incomplete_texts_say_so() {
    assert!(parse(b"if x then", b"=t").unwrap_err().incomplete);
    assert!(parse(b"x = [[abc", b"=t").unwrap_err().incomplete);
    assert!(!parse(b"x = = 1", b"=t").unwrap_err().incomplete);
}

#[test]
fn nesting_is_bounded() {
    for (unit, fits) in [("(", 195), ("{", 195), ("- ", 195), ("a^", 195), ("a..", 195)] {
        let nested = |count: usize| refusal(format!("x = {}", unit.repeat(count)).as_bytes());
        assert!(nested(fits).starts_with(b"t:1: unexpected symbol") || nested(fits).starts_with(b"t:1: '}' expected"));
        assert_eq!(nested(fits + 1), b"C stack overflow", "{unit}");
        assert_eq!(nested(100_000), b"C stack overflow", "{unit}");
    }
    for unit in ["do ", "while 1 do ", "f = function() ", "if a then ", "repeat ", "a, ", "::a:: ;"] {
        assert_eq!(refusal(unit.repeat(100_000).as_bytes()), b"C stack overflow", "{unit}");
    }
}

#[test]
fn left_leaning_chains_are_not_bounded() {
    let long = 200_000;
    for source in [
        format!("x = a{}", " + a".repeat(long)),
        format!("x = a{}", ".b".repeat(long)),
        format!("f{}", "()".repeat(long)),
        format!("if a then {} end", "elseif b then ".repeat(long)),
    ] {
        assert!(parse(source.as_bytes(), b"=t").is_ok());
    }
}

#[test]
fn limits_on_variables() {
    let locals = |count: usize| (0..count).map(|i| format!("local a{i}\n")).collect::<String>();
    assert!(parse(locals(200).as_bytes(), b"=t").is_ok());
    assert_eq!(
        refusal(locals(201).as_bytes()),
        b"t:202: too many local variables (limit is 200) in main function near <eof>"
    );
    let inner = format!("\nfunction f()\n{} end", locals(201));
    assert!(
        refusal(inner.as_bytes())
            .starts_with(b"t:204: too many local variables (limit is 200) in function at line 2 near")
    );
    let uses = |count: usize| {
        let outer = |from: usize, to: usize| (from..to).map(|i| format!("local a{i} ")).collect::<String>();
        let uses = (0..count).map(|i| format!("a{i}()\n")).collect::<String>();
        format!("{} function f() {} return function() {uses} end end", outer(0, 150), outer(150, count))
    };
    assert!(parse(uses(255).as_bytes(), b"=t").is_ok());
    let message = refusal(uses(256).as_bytes());
    assert!(message.starts_with(b"t:256: too many upvalues (limit is 255) in function at line 1 near '('"));
}

#[test]
fn names_are_resolved() {
    let source = b"local a, b, c = 1\nlocal function f() a = b; return function() return c, d end end";
    let chunk = parse(source, b"=t").unwrap();
    let main = &chunk.functions[0];
    let flags = |i: usize| (main.locals[i].captured, main.locals[i].assigned);
    assert_eq!((flags(0), flags(1), flags(2), flags(3)), ((true, true), (true, false), (true, false), (false, false)));
    let names = |i: usize| -> Vec<&[u8]> {
        chunk.functions[i].upvalues.iter().map(|upvalue| chunk.strings.get(upvalue.name)).collect()
    };
    assert_eq!(names(0), [b"_ENV"]);
    assert_eq!(names(1), [&b"a"[..], b"b", b"c", b"_ENV"]);
    assert_eq!(names(2), [&b"c"[..], b"_ENV"]);
    assert_eq!(chunk.functions[1].upvalues[2].source, UpvalueSource::Local(ast::LocalId(2)));
    assert_eq!(chunk.functions[2].upvalues[0].source, UpvalueSource::Upvalue(ast::UpvalueId(2)));
}

#[test]
fn a_local_is_visible_after_its_statement() {
    let chunk = parse(b"local x = x", b"=t").unwrap();
    let StmtKind::Local { values, .. } = &chunk.functions[0].body.stmts[0].kind else { panic!("no local statement") };
    assert!(matches!(chunk.expr(values[0]).kind, Expr::Global { .. }));
}

#[test]
fn constants_are_folded() {
    let source = b"local a <const> = 2 * 3 + (1 << 4); local b <const> = -a // 5; local c <const> = nil or 'x'; \
        local d <const> = 5 or 6; local e <const> = not a; local f <const> = 1 // 0";
    let chunk = parse(source, b"=t").unwrap();
    let attribs: Vec<Attrib> = chunk.functions[0].locals.iter().map(|local| local.attrib).collect();
    let Attrib::Constant(Constant::Str(text)) = attribs[2] else { panic!("{:?}", attribs[2]) };
    assert_eq!(chunk.strings.get(text), b"x");
    assert_eq!(attribs[0], Attrib::Constant(Constant::Int(22)));
    assert_eq!(attribs[1], Attrib::Constant(Constant::Int(-5)));
    assert_eq!(attribs[3..], [Attrib::Const, Attrib::Constant(Constant::False), Attrib::Const]);
}

#[test]
fn string_escapes() {
    let source = br#"return "a\x41\u{48}\065\0\z
        b\
c\u{7FFFFFFF}""#;
    let source = String::from_utf8_lossy(source).replace("\\\\", "\\");
    let chunk = parse(source.as_bytes(), b"=t").unwrap();
    let StmtKind::Return(values) = &chunk.functions[0].body.stmts[0].kind else { panic!("no return") };
    let Expr::Constant(Constant::Str(text)) = chunk.expr(values[0]).kind else { panic!("no string") };
    assert_eq!(chunk.strings.get(text), b"aAHA\0b\nc\xfd\xbf\xbf\xbf\xbf\xbf");
}

#[test]
fn first_line_and_mark() {
    assert_eq!(strip_shebang_bom(b"\xef\xbb\xbf#!/bin/lua\nx"), b"\nx");
    assert_eq!(strip_shebang_bom(b"#"), b"");
    assert_eq!(strip_shebang_bom(b"x#"), b"x#");
}
