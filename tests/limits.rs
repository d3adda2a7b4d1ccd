//! Limits hold wherever a script is: interpreted, in machine code, inside a library function, in a finalizer, in a coroutine.
//!
//! Each program would run for ever, or take all memory. It is run with a limit in each mode of the compiler, and must end with the
//! limit's error, in time; and what a script catches leaves a state that works.

#[allow(dead_code, reason = "each test uses a part of it")]
mod common;

use std::alloc::Layout;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use common::{Run, moonset, run};
use moonset::{JitMode, Lua, Request};

const MODES: [&str; 3] = ["--jit=off", "--jit=on", "--jit=stress"];

/// Programs that take memory without end, each in another way.
const GREEDY: &[(&str, &str)] = &[
    ("small tables in a chain", "local t while true do t = {t} end"),
    ("a repeated string", "local s = string.rep('x', 1 << 29)"),
    ("a repeated string in a loop", "local t = {} for i = 1, 1e9 do t[i] = string.rep('x', 1000) end"),
    ("a string that doubles", "local s = 'x' while true do s = s .. s end"),
    ("a string of pieces", "local s = '' while true do s = s .. 'some more of it, and a little more' .. s end"),
    ("an array", "local t = {} for i = 1, 1e9 do t[i] = i end"),
    ("an array by its length", "local t = {} while true do t[#t + 1] = 1 end"),
    ("an array by insertion", "local t = {} while true do table.insert(t, 1) end"),
    (
        "four arrays at once",
        "local a, b, c, d = {}, {}, {}, {} for i = 1, 1e9 do a[i], b[i], c[i], d[i] = i, i, i, i end",
    ),
    ("float keys", "local t = {} for i = 1, 1e9 do t[i * 3.5] = i end"),
    ("string keys", "local t = {} for i = 1, 1e9 do t['k' .. i] = i end"),
    ("closures", "local t = {} for i = 1, 1e9 do t[i] = function() return i end end"),
    ("coroutines", "local t = {} for i = 1, 1e9 do t[i] = coroutine.create(print) end"),
    ("recursion", "local function f(n) local a, b, c = n, n, n return 1 + f(n + 1) end f(1)"),
    ("functions", "local t = {} for i = 1, 1e9 do t[i] = load('local a = 1 return function() return a end') end"),
    (
        "functions in functions",
        "local t, text = {}, 'return {' .. ('function() return function() end end, '):rep(30) .. '}' for i = 1, 1e9 do t[i] = assert(load(text)) end",
    ),
    ("a large function", "assert(load(string.rep('x = 1; ', 1 << 20), '=x'))() while true do t = {t} end"),
    ("text from pieces", "assert(load(function() return 'x = 1; ' end)) while true do t = {t} end"),
    (
        "concatenation",
        "local t, u = {}, {} for i = 1, 1e4 do t[i] = 'xxxxxxxxxx' end for i = 1, 1e9 do u[i] = table.concat(t) end",
    ),
    ("substitution", "local s = ('x'):rep(1e5):gsub('x', ('y'):rep(1e5))"),
    (
        "substitution by a table",
        "local t = setmetatable({}, {__index = function(t, k) return k .. k end}) local s = 'xx' while true do s = s:gsub('.', t) end",
    ),
    ("formatting", "local s = '%s%s' while true do s = s.format('%s%s', s, s) end"),
    ("finalizable objects", "local t, m = {}, {__gc = print} for i = 1, 1e9 do t[i] = setmetatable({}, m) end"),
    ("packing", "local t = {} for i = 1, 1e9 do t[i] = table.pack(1, 2, 3, 4, 5, 6, 7, 8) end"),
    ("what a file gives", "io.open('/dev/zero'):read('a')"),
    ("many bytes of a file", "io.open('/dev/zero'):read(1 << 40)"),
    ("a line without end", "io.open('/dev/zero'):read('l')"),
    ("lines without end", "for line in io.lines('/dev/zero') do end"),
    ("what a command prints", "io.popen('cat /dev/zero'):read('a')"),
    ("a program without end", "assert(loadfile('/dev/zero'))"),
    (
        "copies of an array",
        "local t, u = {}, {} for i = 1, 1e5 do t[i] = i end for i = 1, 1e9 do u[i] = {table.unpack(t)} end",
    ),
    ("shapes", "local t = {} for i = 1, 1e9 do t[i] = assert(load('return {a' .. i .. ' = 1, b = 2}'))() end"),
];

/// Programs that never end, each in another place.
const ENDLESS: &[(&str, &str)] = &[
    ("arithmetic", "local x = 0 while true do x = x + 1 end"),
    ("floats", "local x = 0.0 repeat x = x * 0.5 + 1 until x < 0"),
    ("allocation", "while true do local t = {{}} end"),
    ("a jump", "::a:: goto a"),
    ("recursion", "local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end fib(90)"),
    ("tail calls", "local function f(n) return f(n + 1) end f(1)"),
    (
        "metamethods",
        "local t = setmetatable({}, {__index = function(t, k) return k < 2 and k or t[k - 1] + t[k - 2] end}) return t[90]",
    ),
    ("caught errors", "while true do pcall(function() while true do end end) end"),
    ("message handlers", "while true do xpcall(error, function() while true do end end) end"),
    (
        "closing",
        "local function f() local x <close> = setmetatable({}, {__close = function() while true do end end}) error('x') end while true do pcall(f) end",
    ),
    ("a pattern", "string.find(('a'):rep(3000) .. 'b', ('a-'):rep(30) .. 'c')"),
    ("a substitution", "local s = ('x'):rep(1e8) while true do s:gsub('x', 'y') end"),
    ("a substitution by a function", "while true do (('x'):rep(1e6)):gsub('x', function() end) end"),
    ("matches", "for w in ('x'):rep(1e8):gmatch('x') do end while true do end"),
    ("repetition", "while true do local s = string.rep('abc', 100000) end"),
    ("concatenation", "local t = {} for i = 1, 1000 do t[i] = 'x' end while true do local s = table.concat(t) end"),
    (
        "sorting",
        "local t = {} for i = 1, 1e6 do t[i] = i * 7919 % 1000003 end while true do table.sort(t) t[1], t[#t] = t[#t], t[1] end",
    ),
    (
        "an order function",
        "local t = {} for i = 1, 1e5 do t[i] = i * 7919 % 100003 end while true do table.sort(t, function(a, b) return a > b end) table.sort(t) end",
    ),
    ("moving", "table.move({}, 1, math.maxinteger - 2, 2)"),
    ("a finalizer", "while true do setmetatable({}, {__gc = function() while true do end end}) end"),
    (
        "coroutines",
        "while true do local c = coroutine.wrap(function() while true do coroutine.yield() end end) for i = 1, 100 do c() end end",
    ),
    ("a coroutine", "coroutine.wrap(function() while true do end end)()"),
    ("a file without end", "local f = io.open('/dev/zero') while true do pcall(f.read, f, 1 << 20) end"),
    ("loading", "while true do load('return 1 + 1')() end"),
];

fn with(words: &[&str]) -> Run {
    let mut command = moonset();
    command.args(words);
    run(command, b"").unwrap_or_else(|error| panic!("{words:?}: {error}"))
}

fn complaint(run: &Run) -> String {
    run.err().lines().next().unwrap_or_default().to_string()
}

#[test]
fn memory_that_a_program_takes_is_limited_in_every_mode() {
    for mode in MODES {
        for (what, text) in GREEDY {
            let got = with(&[mode, "--max-memory=12M", "-e", text]);
            assert!(complaint(&got).ends_with("not enough memory"), "{what}, {mode}: {}", got.err());
        }
    }
}

#[test]
fn memory_that_ran_out_can_be_caught_and_the_state_goes_on() {
    for mode in MODES {
        for (what, text) in GREEDY {
            let program = format!(
                "local f = load([==[{text}]==]) local ok, why = pcall(f) collectgarbage() collectgarbage() \
                 assert(not ok and why:match('not enough memory$'), why) \
                 local n, s = {{}}, 0 for i = 1, 1e4 do n[i] = {{i}} end for i = 1, 1e4 do s = s + n[i][1] end \
                 assert(s == 50005000 and collectgarbage('count') < 9000, collectgarbage('count'))"
            );
            let got = with(&[mode, "--max-memory=12M", "-e", &program]);
            assert!(got.status.success(), "{what}, {mode}: {}", got.err());
        }
    }
}

#[test]
fn garbage_is_collected_before_memory_runs_out() {
    let program = "for i = 1, 100 do local s = string.rep('x', 7 << 20) end \
                   for i = 1, 50 do local t = {} for j = 1, 1e5 do t[j] = j end end \
                   for i = 1, 20 do local s = 'x' for j = 1, 22 do s = s .. s end end \
                   for i = 1, 1e5 do coroutine.wrap(print) end print(collectgarbage('count') < 13 << 10)";
    for mode in MODES {
        let got = with(&[mode, "--max-memory=12M", "-e", program]);
        assert_eq!((&*got.out(), &*got.err()), ("true\n", ""), "{mode}");
    }
}

#[test]
fn what_memory_was_refused_for_has_not_happened_in_part() {
    // What was read before the refusal is read again.
    let reading = "local name = os.tmpname() local f = io.open(name, 'w') f:write(('abcdefgh'):rep(3 << 17)) f:close() \
                   for garbage = 0, 3 do \
                     local g = ('y'):rep(garbage << 20) g = nil f = io.open(name) \
                     local ok, s = pcall(f.read, f, 'a') \
                     if ok then assert(#s == 3 << 20, #s) else assert(f:seek() == 0) end \
                     s = nil f:seek('set') local n = 0 for piece in f:lines(1 << 16) do n = n + #piece end \
                     assert(n == 3 << 20, n) f:close() \
                   end os.remove(name)";
    // Another frame may be the running one when a metamethod is refused memory: the instruction that called it is not carried out again.
    let metamethods = "for _, key in ipairs {'element', 'field'} do \
                         local t = setmetatable({}, {__newindex = rawset}) \
                         local ok, why = pcall(function() \
                           for i = 1, 1e9 do if key == 'element' then t[i] = i else t['k' .. i] = i end end \
                         end) \
                         t = nil collectgarbage() \
                         assert(not ok and why == 'not enough memory', why) \
                       end";
    // No key is left behind in the hash part when the array part can't grow.
    let tables = "local function border(t) local n = #t return (n == 0 or t[n] ~= nil) and t[n + 1] == nil end \
                  for n = 12000, 30000, 1500 do \
                    local t, ballast, ok = {}, {}, true \
                    for i = n // 2 + 1, n do t[i] = i end \
                    for i = 1, n // 2 - 1 do t[i] = i end \
                    pcall(function() for i = 1, 1e9 do ballast[i] = ('b'):rep(1 << 14) .. i end end) \
                    for i = 1, n % 7 do ballast[#ballast] = nil end \
                    local ok = pcall(function() t[n // 2] = 0 end) \
                    ballast = nil collectgarbage() \
                    assert(border(t), #t) assert(not ok or #t == n) \
                    for i = n, 1, -1 do t[i] = nil assert(t[i] == nil, i) end \
                    assert(next(t) == nil) \
                  end";
    // Elements are not moved twice.
    let moving = "for free = 0, 40 do \
                    local t, ballast = {}, {} \
                    t[-3], t[-1] = 'a', 'c' \
                    local count = 2 \
                    while count < (1 << 14) - free % 4 do count = count + 1 t['k' .. count] = count end \
                    local garbage = ('g'):rep(1 << 20) \
                    pcall(function() for i = 1, 1e9 do ballast[i] = ('b'):rep(1 << 14) .. i end end) \
                    for i = 1, free + 4 do ballast[#ballast] = nil end garbage = #garbage \
                    local ok = pcall(table.move, t, -3, -1, -2) \
                    ballast = nil collectgarbage() \
                    if t[0] == nil then assert(not ok and t[-1] == 'c') else assert(t[0] == 'c' and t[-1] == nil) end \
                    assert(t[-3] == 'a' and (not ok or t[-2] == 'a')) \
                  end";
    for mode in MODES {
        for (what, program) in
            [("reading", reading), ("metamethods", metamethods), ("tables", tables), ("moving", moving)]
        {
            for limit in ["--max-memory=5M", "--max-memory=6M", "--max-memory=8M"] {
                let got = with(&[mode, limit, "-e", program]);
                assert!(got.status.success(), "{what}, {mode}, {limit}: {}", got.err());
            }
        }
    }
}

#[test]
fn time_is_limited_in_every_mode() {
    for mode in MODES {
        for (what, text) in ENDLESS {
            let start = Instant::now();
            let got = with(&[mode, "--timeout=300ms", "-e", text]);
            assert!(
                complaint(&got).ends_with("timeout: the script ran for more than 300ms"),
                "{what}, {mode}: {}",
                got.err()
            );
            assert!(start.elapsed() < Duration::from_secs(20), "{what}, {mode}: {:?}", start.elapsed());
        }
    }
}

#[test]
fn the_same_number_of_instructions_ends_a_program_at_the_same_place() {
    let program = "local n = 0 \
                   local function f() n = n + 1 if n % 3 == 0 then return coroutine.wrap(function() n = n + 1 end)() end end \
                   local ok, why = pcall(function() while true do f() table.sort({3, 1, 2}, function(a, b) return a < b end) end end) \
                   n = n + 1";
    let ends = |words: &[&str]| {
        let text = format!("{program} print(n, why)");
        let mut all = words.to_vec();
        all.extend(["-e", &text]);
        let got = with(&all);
        assert!(complaint(&got).ends_with("too many instructions"), "{words:?}: {}", got.err());
    };
    for mode in MODES {
        ends(&[mode, "--max-instructions=10000"]);
    }
    let reached = |count: u64, jit: JitMode| {
        let lua = Lua::builder().jit(jit).max_instructions(count).build().expect("a state");
        let text = message(&lua, "n = 0 while true do n = n + 1 local t = {n} for i = 1, 3 do n = n + #t end end");
        assert!(text.contains("too many instructions"), "{text}");
        lua.globals().get::<i64>("n").expect("a number")
    };
    for count in [1000, 1001, 1002, 5000, 100_000] {
        let first = reached(count, JitMode::Off);
        assert!(first > 0);
        assert!([JitMode::Off, JitMode::On, JitMode::Stress].iter().all(|jit| reached(count, *jit) == first));
    }
    assert!(reached(2000, JitMode::Off) < reached(4000, JitMode::Off));
}

#[test]
fn a_program_within_its_limits_does_not_notice_them() {
    let program =
        "local t = {} for i = 1, 1e5 do t[i] = {i} end local s = 0 for i = 1, 1e5 do s = s + t[i][1] end print(s)";
    for mode in MODES {
        let got = with(&[mode, "--max-memory=64M", "--timeout=5m", "-e", program]);
        assert_eq!((&*got.out(), &*got.err()), ("5000050000\n", ""), "{mode}");
    }
}

#[test]
fn a_sandbox_lacks_what_reaches_outside() {
    let program = "print(io, package, require, debug, dofile, loadfile, os.execute, os.remove, os.exit) \
                   print(type(os.time()), type(os.clock()), type(os.date()), os.difftime(2, 1)) \
                   print(load(string.dump(function() end)), select(2, load(string.dump(function() end), 'x', 'b')))\
                   print(load('return 1 + 1')(), string.format('%d', 3), #table.pack(1, 2), utf8.char(65), coroutine.isyieldable())";
    let texts = "print(load('return 1', 'x', 'b'), load('return 1', 'x', 't')())";
    assert_eq!(with(&["--sandbox", "-e", texts]).out(), "nil\t1\n");
    let got = with(&["--sandbox", "-e", program]);
    let nils = ["nil"; 9].join("\t");
    let refused = "attempt to load a binary chunk (mode is 't')";
    let expected = format!("{nils}\nnumber\tnumber\tstring\t1.0\nnil\t{refused}\n2\t3\t2\tA\tfalse\n");
    assert_eq!(
        (&*got.out().replace(&format!("nil\t{refused}\t{refused}"), &format!("nil\t{refused}")), &*got.err()),
        (&*expected, "")
    );
}

#[test]
fn wrong_limits_are_refused() {
    for (option, takes) in [
        ("--max-memory=5K", "a size from 1M on"),
        ("--max-memory=x", "a size from 1M on"),
        ("--timeout=5", "a duration such as 250ms, 2s or 1m"),
        ("--max-instructions=-1", "a number"),
    ] {
        let got = with(&[option, "-e", "x = 1"]);
        assert!(complaint(&got).contains(takes), "{option}: {}", got.err());
        assert_eq!(got.status.code(), Some(1));
    }
}

fn message(lua: &Lua, program: &str) -> String {
    lua.load(program).exec().expect_err("the program has no end").to_string()
}

#[test]
fn a_library_user_limits_memory_and_takes_the_limit_away() {
    for jit in [JitMode::Off, JitMode::On, JitMode::Stress] {
        let lua = Lua::builder().jit(jit).max_memory(8 << 20).build().expect("a state");
        assert!(message(&lua, "t = {} for i = 1, 1e9 do t[i] = {} end").contains("not enough memory"));
        assert!(lua.used_memory() <= 9 << 20, "{}", lua.used_memory());
        lua.set_memory_limit(Some(64 << 20));
        lua.load("for i = 1, 1e5 do t[#t + 1] = {} end").exec().expect("there is room now");
        lua.set_memory_limit(None);
        lua.load("for i = 1, 1e6 do t[#t + 1] = {} end").exec().expect("there is more room now");
        assert!(lua.used_memory() > 32 << 20, "{}", lua.used_memory());
    }
}

#[test]
fn another_thread_interrupts() {
    let lua = Lua::new();
    let handle = lua.interrupt_handle();
    let other = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        handle.request(Request::Break);
    });
    assert!(message(&lua, "local x = 0 while true do x = x + 1 end").contains("interrupted!"));
    other.join().expect("the other thread ended");
    let sum: i64 = lua.load("local s = 0 for i = 1, 100 do s = s + i end return s").eval().expect("the state goes on");
    assert_eq!(sum, 5050);
}

#[test]
fn a_check_that_lets_a_reading_pass_loses_nothing_of_the_file() {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    let line = "0123456789abcdef".repeat(1 << 12);
    std::io::Write::write_all(&mut file, format!("{line}\n").repeat(64).as_bytes()).expect("room for the lines");
    let lua = Lua::new();
    lua.globals().set("name", file.path().to_str().expect("a temporary name is text")).expect("a global");
    let (handle, done) = (lua.interrupt_handle(), Arc::new(AtomicUsize::new(0)));
    let stop = Arc::clone(&done);
    let other = std::thread::spawn(move || {
        while stop.load(Ordering::Relaxed) == 0 {
            handle.request(Request::Check);
            std::thread::sleep(Duration::from_micros(100));
        }
    });
    let text = "local f, sum = io.open(name), 0
        for _ = 1, 20 do
          f:seek('set') sum = sum + #f:read('a')
          f:seek('set') sum = sum + #f:read(1 << 40)
          f:seek('set') local a, b = f:read('L', 'a') sum = sum + #a + #b
          for line in io.lines(name, 'L') do sum = sum + #line end
        end
        return sum";
    let sum: i64 = lua.load(text).eval().expect("nothing breaks it off");
    done.store(1, Ordering::Relaxed);
    other.join().expect("the other thread ended");
    assert_eq!(sum, 20 * 4 * 64 * ((16 << 12) + 1));
}

#[test]
fn a_timeout_can_be_renewed() {
    let lua = Lua::builder().timeout(Duration::from_millis(50)).build().expect("a state");
    assert!(message(&lua, "while true do pcall(function() while true do end end) end").contains("timeout"));
    assert!(message(&lua, "while true do end").contains("timeout"), "it holds until it is renewed");
    lua.set_timeout(Some(Duration::from_secs(60)));
    lua.load("for i = 1, 1e6 do end").exec().expect("there is time now");
    lua.set_timeout(None);
    lua.load("for i = 1, 1e6 do end").exec().expect("there is no limit");
}

/// Meters what passes, and refuses beyond a cap.
struct Meter {
    held: Arc<AtomicUsize>,
    cap: usize,
    system: moonset::OsSource,
}

impl Meter {
    fn take(&self, bytes: usize, may_refuse: bool) -> bool {
        let fits = self.held.load(Ordering::Relaxed) + bytes <= self.cap;
        if fits || !may_refuse {
            self.held.fetch_add(bytes, Ordering::Relaxed);
        }
        fits || !may_refuse
    }
}

// SAFETY: passes on what the system's source gives.
unsafe impl moonset::BlockSource for Meter {
    fn allocate(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        if self.take(layout.size(), true) { self.system.allocate(layout) } else { None }
    }

    fn allocate_for_collection(&mut self, layout: Layout) -> Option<NonNull<u8>> {
        self.take(layout.size(), false);
        self.system.allocate(layout)
    }

    unsafe fn free(&mut self, memory: NonNull<u8>, layout: Layout) {
        self.held.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: by this function's contract.
        unsafe { self.system.free(memory, layout) }
    }

    fn charge(&mut self, bytes: usize) -> bool {
        self.take(bytes, true)
    }

    fn discharge(&mut self, bytes: usize) {
        self.held.fetch_sub(bytes, Ordering::Relaxed);
    }
}

#[test]
fn a_source_of_the_host_sees_all_memory_and_caps_it() {
    let held = Arc::new(AtomicUsize::new(0));
    let meter = Meter { held: Arc::clone(&held), cap: 16 << 20, system: moonset::OsSource };
    let lua = Lua::builder().block_source(Box::new(meter)).build().expect("a state");
    assert_eq!(held.load(Ordering::Relaxed), lua.used_memory());
    lua.load("t = {} for i = 1, 1e4 do t[i] = coroutine.create(print) end u = string.rep('x', 1e6)")
        .exec()
        .expect("room");
    assert_eq!(held.load(Ordering::Relaxed), lua.used_memory());
    assert!(lua.used_memory() > 4 << 20, "{}", lua.used_memory());
    assert!(message(&lua, "local s = string.rep('x', 1 << 25)").contains("not enough memory"));
    lua.load("t, u = nil collectgarbage()").exec().expect("the state goes on");
    assert!(held.load(Ordering::Relaxed) < 4 << 20, "{}", held.load(Ordering::Relaxed));
    drop(lua);
    assert_eq!(held.load(Ordering::Relaxed), 0, "everything was given back");
}
