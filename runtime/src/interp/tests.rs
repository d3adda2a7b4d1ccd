//! Small programs run through the whole of front end and interpreter.

use crate::cx::Cx;
use crate::native::{Args, Builtin, NativeCode, NativeDef, NativeResult, Raise};
use crate::object::layout::{Str, Table};
use crate::value::Value;
use crate::vm::{Vm, VmOptions};

fn setmetatable<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let table = args.value(0).as_gc::<Table>().ok_or_else(|| cx.arg_type_error(0, "table", args.get(0)))?;
    table.set_metatable(cx, args.value(1).as_gc::<Table>());
    cx.ret1(args.value(0))
}

fn error<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    match args.value(0).as_gc::<Str>() {
        Some(text) => Err(cx.error_bytes(text.bytes())),
        None => Err(cx.raise(args.value(0))),
    }
}

fn many<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let count = args.value(0).as_int().unwrap_or(0);
    cx.need_room(count as usize)?;
    (1..=count).for_each(|i| cx.push(Value::int(i)));
    Ok(count as usize)
}

fn apply(vm: &mut Vm, frame: crate::native::CallFrame) -> NativeResult {
    let function = vm.arg(frame, 0).unwrap_or(Value::NIL);
    vm.push_callee(function);
    for index in 1..frame.len {
        let value = vm.slot(frame.base + index);
        vm.push(value);
    }
    vm.call(frame.len - 1, None)
}

fn create(vm: &mut Vm, frame: crate::native::CallFrame) -> NativeResult {
    let thread = vm.new_thread(vm.slot(frame.base))?;
    vm.push(thread);
    Ok(1)
}

fn collect(vm: &mut Vm, _frame: crate::native::CallFrame) -> NativeResult {
    vm.collect_full();
    Ok(0)
}

fn traceback(vm: &mut Vm, frame: crate::native::CallFrame) -> NativeResult {
    let message = vm.slot(frame.base);
    let text = message.as_gc::<Str>().map(|text| text.bytes().to_vec()).unwrap_or_default();
    let text = vm.traceback(Some(&text), 1);
    let text = vm.cx().string(&text).value().raw();
    vm.push(text);
    Ok(1)
}

macro_rules! natives {
    ($($name:literal => $code:expr;)*) => {
        &[$(NativeDef { name: $name, standard: false, code: $code }),*]
    };
}
static NATIVES: &[NativeDef] = natives! {
    "setmetatable" => NativeCode::Leaf(setmetatable);
    "error" => NativeCode::Leaf(error);
    "many" => NativeCode::Leaf(many);
    "apply" => NativeCode::Reentrant(apply);
    "create" => NativeCode::Reentrant(create);
    "collect" => NativeCode::Reentrant(collect);
    "traceback" => NativeCode::Reentrant(traceback);
    "pcall" => NativeCode::Builtin(Builtin::Pcall);
    "xpcall" => NativeCode::Builtin(Builtin::Xpcall);
    "next" => NativeCode::Builtin(Builtin::Next);
    "resume" => NativeCode::Builtin(Builtin::Resume);
    "yield" => NativeCode::Builtin(Builtin::Yield);
    "close" => NativeCode::Builtin(Builtin::CloseThread);
};

fn vm() -> Box<Vm> {
    let mut vm = Vm::new(VmOptions::default()).unwrap();
    for def in NATIVES {
        vm.register(def.name, def);
    }
    vm
}

/// Runs a program and writes its results, separated by blanks; or the error after `!`.
fn run(source: &str) -> String {
    let mut vm = vm();
    let result = run_in(&mut vm, source);
    match result {
        Ok(text) => text,
        Err(_) => format!("!{}", String::from_utf8_lossy(&vm.error_message())),
    }
}

fn run_in(vm: &mut Vm, source: &str) -> Result<String, Raise> {
    vm.load(b"=test", source.as_bytes())?;
    let function = vm.pop();
    vm.push_callee(function);
    let count = vm.call_protected(0, None)?;
    let first = vm.top() - count;
    let mut out = Vec::new();
    for index in 0..count {
        let value = vm.slot(first + index);
        let text = vm.tostring(value)?;
        out.push(String::from_utf8_lossy(text.as_gc::<Str>().unwrap().bytes()).into_owned());
    }
    Ok(out.join(" "))
}

#[track_caller]
fn check(source: &str, expected: &str) {
    assert_eq!(run(source), expected, "{source}");
}

#[test]
fn arithmetic_and_loops() {
    check("return 1 + 2, 7 // 2, 7 % -3, 2 ^ 10, 1 / 2, 3 | 4, ~0, '10' + 5, -'2'", "3 3 -2 1024.0 0.5 7 -1 15 -2");
    check("local s = 0 for i = 1, 10 do s = s + i end return s", "55");
    check("local s = 0 for i = 10, 1, -3 do s = s + i end return s", "22");
    check("local s = 0 for i = 1.0, 2, 0.25 do s = s + i end return s", "7.5");
    check("local n = 0 while n < 5 do n = n + 1 end repeat n = n - 1 until n <= 2 return n", "2");
    check("for i = 1, 0 do return i end return 'none'", "none");
    check("local n = 0 for i = math_max or 9223372036854775806, 9223372036854775807 do n = n + 1 end return n", "2");
}

#[test]
fn functions_and_varargs() {
    check("local function fib(n) if n < 2 then return n end return fib(n-1) + fib(n-2) end return fib(20)", "6765");
    check("local function f(...) return ... end return f(1, nil, 3)", "1 nil 3");
    check("local function f(a, ...) local b, c = ... return c, b, a end return f(1, 2, 3, 4)", "3 2 1");
    check("local function g(...) return many(...) end return (g(3)), g(3)", "1 1 2 3");
    check("local function loop(n) if n == 0 then return 'done' end return loop(n - 1) end return loop(300000)", "done");
    check(
        "local function loop(n, ...) if n == 0 then return ... end return loop(n - 1, ...) end return loop(3000, 7)",
        "7",
    );
    check("local t = {many(300)} return #t, t[300]", "300 300");
    check("local t = {1, 2, many(3)} return #t", "5");
    check("local c = 0 local function inc() c = c + 1 return c end inc() inc() return c", "2");
    check(
        "local fs = {} for i = 1, 3 do fs[i] = function() i = i + 1 return i end end return fs[1](), fs[1](), fs[3]()",
        "2 3 4",
    );
    check("return apply(function(...) return ... end, 1, 2)", "1 2");
}

#[test]
fn tables_and_metatables() {
    check("local t = {x = 1, y = 2} t.z = t.x + t.y return t.z, t.w", "3 nil");
    check("local t = {} for i = 1, 100 do t[i] = i * i end return #t, t[10], t[100]", "100 100 10000");
    check("local t = {} t.a = 1 t.b = 2 local n = 0 for k, v in next, t do n = n + v end return n", "3");
    check("local t = setmetatable({}, {__index = function(t, k) return k .. '!' end}) return t.foo, t[1]", "foo! 1!");
    check(
        "local C = {} C.__index = C function C:get() return self.v end local o = setmetatable({v = 5}, C) return o:get()",
        "5",
    );
    check(
        "local t = setmetatable({}, {__newindex = function(t, k, v) v.got = k end}) local r = {} t.foo = r return r.got",
        "foo",
    );
    check(
        "local m = {__add = function(a, b) return 'add' end, __concat = function(a, b) return 'cat' end} local t = setmetatable({}, m) return t + 1, 1 + t, 'a' .. 'b' .. t",
        "add add acat",
    );
    check(
        "local m = {} m.__lt = function(a, b) return a.v < b.v end m.__eq = function() return true end local a, b = setmetatable({v = 1}, m), setmetatable({v = 2}, m) return a < b, b < a, a == b, a ~= b",
        "true false true false",
    );
    check("local t = setmetatable({}, {__call = function(self, a, b) return b, a end}) return t(1, 2)", "2 1");
    check("local t = setmetatable({}, {__len = function() return 42 end}) return #t", "42");
    check("return 'a' .. 1 .. 2.5 .. 'b'", "a12.5b");
    check("local x = '' for i = 1, 100 do x = x .. i end return #x", "192");
}

#[test]
fn errors_say_what_and_where() {
    check("local t = nil return t.x", "!test:1: attempt to index a nil value (local 't')");
    check("return undefined.x", "!test:1: attempt to index a nil value (global 'undefined')");
    check("undefined()", "!test:1: attempt to call a nil value (global 'undefined')");
    check("local t = {} t.x.y = 1", "!test:1: attempt to index a nil value (field 'x')");
    check("local t = {} t:foo()", "!test:1: attempt to call a nil value (method 'foo')");
    check("return {} + 1", "!test:1: attempt to perform arithmetic on a table value");
    check("local a = 'x' return a + 1", "!test:1: attempt to add a 'string' with a 'number'");
    check("return 1 < 'x'", "!test:1: attempt to compare number with string");
    check("return 1 // 0", "!test:1: attempt to divide by zero");
    check("for i = 1, 10, 0 do end", "!test:1: 'for' step is zero");
    check("error('boom')", "!test:1: boom");
    check("setmetatable(1)", "!test:1: bad argument #1 to 'setmetatable' (table expected, got number)");
    check("local function f() return f() + 1 end f()", "!test:1: stack overflow");
    check("local x <close> = 4", "!test:1: variable 'x' got a non-closable value");
}

#[test]
fn protected_calls() {
    check("return pcall(error, 'x')", "false x");
    check("return pcall(function() error('x') end)", "false test:1: x");
    check("return pcall(function(...) return ... end, 1, 2)", "true 1 2");
    check("return xpcall(function() error('x') end, function(m) return m .. '!' end)", "false test:1: x!");
    check("return pcall(pcall, error, 1)", "true false 1");
    check("return pcall(apply, error, 'x')", "false x");
    check(
        "local ok, e = pcall(function() local t = {} t.x.y = 1 end) return ok, e",
        "false test:1: attempt to index a nil value (field 'x')",
    );
    check("local n = 0 for i = 1, 100 do if not pcall(error) then n = n + 1 end end return n", "100");
    check(
        "local function f() error('x') end return xpcall(f, traceback)",
        "false test:1: x\nstack traceback:\n\t[C]: in global 'error'\n\ttest:1: in function <test:1>\n\t[C]: in global 'xpcall'\n\ttest:1: in main chunk",
    );
}

#[test]
fn variables_to_be_closed() {
    let new = "local log = '' local function new(n) return setmetatable({}, {__close = function(_, e) log = log .. n .. (e or '') .. ' ' end}) end ";
    check(
        &format!("{new} do local a <close> = new('a') local b <close> = new('b') log = log .. 'in ' end return log"),
        "in b a ",
    );
    check(
        &format!(
            "{new} local function f() local a <close> = new('a') return 1, 2 end local x, y = f() return x, y, log"
        ),
        "1 2 a ",
    );
    check(
        &format!(
            "{new} local function f(...) local a <close> = new('a') return ... end local x, y = f(3, 4) return x, y, log"
        ),
        "3 4 a ",
    );
    check(
        &format!(
            "{new} local function f() local a <close> = new('a') return many(3) end local x, y, z = f() return x, y, z, log"
        ),
        "1 2 3 a ",
    );
    check(
        &format!(
            "{new} pcall(function() local a <close> = new('a') local b <close> = new('b') error('E', 0) end) return log"
        ),
        "btest:1: E atest:1: E ",
    );
    check(
        &format!(
            "{new} for i = 1, 2 do local a <close> = new(i) if i == 1 then goto continue end log = log .. 'x ' ::continue:: end return log"
        ),
        "1 x 2 ",
    );
}

#[test]
fn coroutines_switch_stacks() {
    check(
        "local co = create(function(a, b) local c = yield(a + b) local d = yield(c * 2) return d, 'end' end) local _, x = resume(co, 1, 2) local _, y = resume(co, 10) return x, y, resume(co, 'd')",
        "3 20 true d end",
    );
    check(
        "local co = create(function() error('x') end) local a, b = resume(co) local c, d = resume(co) return a, b, c, d",
        "false test:1: x false cannot resume dead coroutine",
    );
    check(
        "local co = create(function() local ok, e = pcall(function() yield(1) error('in') end) yield(e) return 'out' end) local _, a = resume(co) local _, b = resume(co) local _, c = resume(co) return a, b, c",
        "1 test:1: in out",
    );
    check(
        "local function gen(n) return create(function() for i = 1, n do yield(i) end end) end local s = 0 local g = gen(1000) while true do local _, v = resume(g) if not v then break end s = s + v end return s",
        "500500",
    );
    check(
        "local co = create(function() apply(yield) end) local _, e = resume(co) return e",
        "attempt to yield across a C-call boundary",
    );
    check("return pcall(yield)", "false attempt to yield from outside a coroutine");
    check(
        "local co = create(function() local function d(n) if n > 0 then d(n - 1) end yield(n) end d(1000) return 'ok' end) local n = 0 while true do local _, v = resume(co) if v == 'ok' then break end n = n + 1 end return n",
        "1001",
    );
}

#[test]
fn collections_keep_what_is_live() {
    check(
        "local t = {} for i = 1, 1000 do t[i] = {i = i, s = 'n' .. i} end collect() local n = 0 for i = 1, 1000 do n = n + t[i].i end return n, t[7].s",
        "500500 n7",
    );
    check(
        "local list for i = 1, 200000 do list = {next = list, v = i} end local n = 0 while list do n = n + 1 list = list.next end return n",
        "200000",
    );
    check("local function f(...) collect() return ... end return f('a' .. 1, 'b' .. 2)", "a1 b2");
    check(
        "local co = create(function() local t = {1, 2} yield() collect() yield(t[2]) end) resume(co) collect() local _, x = resume(co) return x",
        "2",
    );
    check("local s = 0 for i = 1, 300000 do local c = function() s = s + i end c() end return s", "45000150000");
    check("local x = 0 for i = 1, 100000 do local s = 'k' .. i % 10 x = x + #s end return x", "200000");
}

/// Programs that leave open lists, unwritten registers and waiting frames where a collection finds them.
#[test]
fn a_collection_at_every_safepoint_finds_live_values_only() {
    let programs = [
        (
            "local function run(a, b, c) local t = {} for i = a, b, c or 1 do t[#t + 1] = 'n' .. i end return 's' .. #t end local r = {run(1, 5), run(1, 0), run(1, 3, 2)} return #r, r[1], r[2], r[3]",
            "3 s5 s0 s2",
        ),
        (
            "local function ack(m, n) if m == 0 then return n + 1 end if n == 0 then return ack(m - 1, 1) end return ack(m - 1, ack(m, n - 1)) end return ack(2, 3)",
            "9",
        ),
        (
            "local function f(...) local t = {...} return #t, ... end local function g() return f('a' .. 1, {}, 'b' .. 2) end return (g())",
            "3",
        ),
        (
            "local m = {__close = function() local t = {} for i = 1, 3 do t[i] = {} end end} local function f() local a <close> = setmetatable({}, m) return many(3) end return f()",
            "1 2 3",
        ),
        (
            "local m = {} m.__index = function(t, k) local u = {k} return u[1] .. '!' end local t = setmetatable({}, m) local s = '' for i = 1, 20 do s = s .. t['k' .. i] end return #s",
            "71",
        ),
    ];
    for (program, expected) in programs {
        let mut options = VmOptions::default();
        options.heap.nursery = 16 << 10;
        options.heap.nursery_fixed = true;
        options.heap.poison = true;
        options.heap.stress = crate::heap::Stress::Every { minor: 1, major: 5 };
        let mut vm = Vm::new(options).unwrap();
        NATIVES.iter().for_each(|def| vm.register(def.name, def));
        let result = run_in(&mut vm, program).unwrap_or_else(|_| "error".into());
        assert_eq!(result, expected, "{program}");
    }
}

/// A loop this long overflows the Rust stack if a handler calls the next one instead of jumping to it.
#[test]
fn recursion_serves_interrupts() {
    use crate::interrupt::Request;
    let programs = [
        "local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end return fib(9)",
        "local t = setmetatable({}, { __index = function(t, n) if n < 2 then return n end return t[n - 1] + t[n - 2] end }) return t[9]",
    ];
    for program in programs {
        let mut vm = vm();
        let served = std::rc::Rc::new(std::cell::Cell::new(0));
        let (handle, count) = (vm.interrupt_handle(), served.clone());
        handle.request(Request::Check);
        vm.on_interrupt(move || {
            count.set(count.get() + 1);
            handle.request(Request::Check);
            None
        });
        assert_eq!(run_in(&mut vm, program).as_deref(), Ok("34"));
        assert!(served.get() > 100, "{} requests were served", served.get());
    }
}

#[test]
fn dispatch_does_not_nest() {
    check("local x = 0 for i = 1, 20000000 do x = x + i end return x", "200000010000000");
}

/// No fast or middle handler may return: each ends in jumps only, so none of them uses the stack of its caller.
#[cfg(all(not(moonset_portable), target_os = "linux"))]
#[test]
fn handlers_end_in_jumps() {
    let program = std::env::current_exe().unwrap();
    let Ok(output) =
        std::process::Command::new("objdump").args(["-d", "-C", "--no-show-raw-insn"]).arg(program).output()
    else {
        eprintln!("no objdump: not checked");
        return;
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let (mut handler, mut seen, mut bad) = ("", 0, Vec::new());
    for line in text.lines() {
        if let Some(name) = line.split_once(" <").filter(|_| line.ends_with(">:")).map(|(_, name)| name) {
            let is_handler = name.contains("threaded::fast") || name.contains("threaded::middle");
            handler = if is_handler { name } else { "" };
            seen += usize::from(is_handler);
        } else if !handler.is_empty() && line.split_whitespace().nth(1) == Some("ret") {
            bad.push(handler);
        }
    }
    assert!(seen > 50, "{seen} handlers found");
    assert!(bad.is_empty(), "{bad:#?}");
}
