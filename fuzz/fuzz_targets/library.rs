//! Library functions with arbitrary strings and numbers: the same results, and the same errors, as in PUC Lua.
//!
//! The first byte picks an expression over two strings `a`, `b` and two integers `i`, `j`, which the rest of the input
//! gives. The strings are short: a pattern may take time exponential in their lengths.

#![no_main]

use libfuzzer_sys::fuzz_target;

/// What is computed.
const EXPRESSIONS: [&str; 24] = [
    "a:find(b, i)",
    "a:match(b, i)",
    "a:gsub(b, '<%0>')",
    "a:gsub(b, '%1', i)",
    "a:gsub(b, a)",
    "a:gsub(b, {x = 1, y = false})",
    "a:gsub(b, function(...) return select('#', ...) end)",
    "all(a:gmatch(b))",
    "string.format(a, i, b)",
    "string.format(a, b, i, j, 1.5)",
    "string.format(a, i / 7, j / 3)",
    "string.pack(a, i, b)",
    "string.pack(a, i, j, b, i / 7)",
    "string.unpack(a, b)",
    "string.unpack(a, b, i)",
    "string.packsize(a)",
    "utf8.len(a, i, j)",
    "utf8.codepoint(a, i, j, true)",
    "utf8.offset(a, i, j)",
    "all(utf8.codes(a))",
    "tonumber(a), tonumber(b, i)",
    "load('return ' .. a, '=x', 't', {})",
    "a:sub(i, j), a:byte(i), a:rep(i % 9, b), a:reverse(), a:upper(), a:lower()",
    "os.date('!' .. a, i)",
];

/// What runs around an expression, the same on both sides.
const PRELUDE: &str = "
    local function show(...)
        local parts = table.pack(...)
        for k = 1, parts.n do
            local v = parts[k]
            local kind = math.type(v) or type(v)
            parts[k] = kind .. ':' .. (kind == 'function' and '' or string.format(kind == 'float' and '%a' or '%s', v))
        end
        return table.concat(parts, '|')
    end
    function all(f, s, c)
        local found = {}
        for x, y in f, s, c do
            found[#found + 1] = tostring(x) .. ',' .. tostring(y)
            if #found > 100 then break end
        end
        return table.concat(found, ';')
    end
    function check(f) return show(pcall(f)) end
    ";

struct Sides {
    puc: mlua::Lua,
    moonset: moonset::Lua,
}

thread_local! {
    static SIDES: Sides = Sides::new();
}

impl Sides {
    fn new() -> Sides {
        let (puc, moonset) = (mlua::Lua::new(), moonset::Lua::new());
        puc.load(PRELUDE).set_name("=prelude").exec().expect("the prelude runs in PUC");
        moonset.load(PRELUDE).set_name("=prelude").exec().expect("the prelude runs in Moonset");
        for (at, expression) in EXPRESSIONS.iter().enumerate() {
            let text = format!("function f{at}() return {expression} end");
            puc.load(&text).set_name("=f").exec().expect("the expression is valid");
            moonset.load(&text).set_name("=f").exec().expect("the expression is valid");
        }
        Sides { puc, moonset }
    }
}

fuzz_target!(|input: &[u8]| {
    let [pick, i, j, split, text @ ..] = input else { return };
    let (a, b) = text.split_at(usize::from(*split).min(text.len()));
    if a.len() > 40 || b.len() > 24 {
        return;
    }
    // Addresses differ.
    if EXPRESSIONS[usize::from(*pick) % EXPRESSIONS.len()].starts_with("string.format") && a.contains(&b'p') {
        return;
    }
    let number = |byte: u8| match byte {
        250 => i64::MIN,
        251 => i64::MAX,
        252 => 1 << 31,
        253 => -(1 << 31),
        254 => 1 << 53,
        byte => i64::from(byte as i8),
    };
    let call = format!("return check(f{})", usize::from(*pick) % EXPRESSIONS.len());
    SIDES.with(|sides| {
        let globals = sides.puc.globals();
        globals.set("a", sides.puc.create_string(a).expect("memory")).expect("a global");
        globals.set("b", sides.puc.create_string(b).expect("memory")).expect("a global");
        globals.set("i", number(*i)).expect("a global");
        globals.set("j", number(*j)).expect("a global");
        let expected: mlua::LuaString = sides.puc.load(&call).eval().expect("errors are caught");
        let globals = sides.moonset.globals();
        globals.set("a", a.to_vec()).expect("a global");
        globals.set("b", b.to_vec()).expect("a global");
        globals.set("i", number(*i)).expect("a global");
        globals.set("j", number(*j)).expect("a global");
        let got: Vec<u8> = sides.moonset.load(&call).eval().expect("errors are caught");
        let expected = expected.as_bytes().to_vec();
        assert_eq!(
            String::from_utf8_lossy(&expected),
            String::from_utf8_lossy(&got),
            "{call}: a = {a:?}, b = {b:?}, i = {i}, j = {j}"
        );
    });
});
