//! The command line: options, `arg`, exit statuses, messages, bad input, statistics, the examples.

#[allow(dead_code, reason = "each test uses a part of it")]
mod common;

use std::fs;
use std::io::Write;
use std::path::Path;

use common::{Run, moonset, run};
use serde_json::Value;
use tempfile::{NamedTempFile, TempDir};

fn with(words: &[&str]) -> Run {
    with_input(words, b"")
}

fn with_input(words: &[&str], input: &[u8]) -> Run {
    let mut command = moonset();
    command.args(words);
    run(command, input).unwrap_or_else(|error| panic!("{words:?}: {error}"))
}

/// A script in a file of its own.
fn script(text: &[u8]) -> NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".lua").tempfile().expect("a temporary file");
    file.write_all(text).expect("room for a script");
    file
}

fn path(file: &NamedTempFile) -> &str {
    file.path().to_str().expect("a temporary name is text")
}

/// It ended well and printed this.
#[track_caller]
fn prints(words: &[&str], expected: &str) {
    let got = with(words);
    assert_eq!((&*got.out(), &*got.err(), got.status.code()), (expected, "", Some(0)), "{words:?}");
}

/// It ended with status 1, and its first complaint is this.
#[track_caller]
fn complains(got: &Run, expected: &str) {
    let err = got.err();
    assert_eq!((err.lines().next().unwrap_or_default(), got.status.code()), (expected, Some(1)), "{err}");
}

#[test]
fn statements_run_in_order_and_share_globals() {
    prints(&["-e", "x = 1", "-ex = x + 1", "-e", "print(x)"], "2\n");
}

#[test]
fn a_script_gets_its_arguments() {
    let file = script(b"print(select('#', ...), ...)\nprint(#arg, arg[0] ~= nil, arg[1], arg[2], arg[-1], arg[-2])");
    prints(&["--jit=off", path(&file), "a", "-e"], "2\ta\t-e\n2\ttrue\ta\t-e\t--jit=off\tmoonset\n");
}

#[test]
fn without_script_the_program_is_argument_zero() {
    prints(&["-e", "print(arg[0], arg[1], arg[2] == nil, arg[-1])"], "moonset\t-e\tfalse\tnil\n");
}

#[test]
fn arguments_are_those_in_the_table_when_the_script_starts() {
    let file = script(b"print(...)");
    prints(&["-e", "arg[1] = 100 arg[3] = 'z'", path(&file), "a", "b"], "100\tb\tz\n");
    let code = "arg = setmetatable({}, { __len = function() return 2 end })";
    prints(&["-e", code, path(&file)], "nil\tnil\n");
    complains(&with(&["-e", "arg = 1", path(&file)]), "moonset: 'arg' is not a table");
}

#[test]
fn a_dash_is_standard_input() {
    let got = with_input(&["-", "a"], b"print(..., arg[0], arg[1])");
    assert_eq!(got.out(), "a\t-\ta\n");
    let got = with_input(&[], b"print(arg[0], ...)");
    assert_eq!(got.out(), "moonset\n");
    complains(&with_input(&["-"], b"\nerror 'no'"), "moonset: stdin:2: no");
    // What was read of it before does not come again, and the rest is there.
    let got = with_input(&["-e", "print(io.read())", "-", "a"], b"first\nprint('second', ...)");
    assert_eq!((&*got.out(), &*got.err()), ("first\nsecond\ta\n", ""));
    // Without the dash, the reference reports an error and ends well.
    let got = with_input(&[], b"error('no', 0)");
    assert_eq!((got.err().lines().next(), got.status.code()), (Some("moonset: no"), Some(0)));
}

#[test]
fn two_dashes_end_the_options() {
    let folder = TempDir::new().expect("a temporary folder");
    fs::write(folder.path().join("-e"), "print('a file', ...)").expect("room for a script");
    let mut command = moonset();
    command.current_dir(folder.path()).args(["--", "-e", "x"]);
    let got = run(command, b"").expect("it ends");
    assert_eq!((&*got.out(), &*got.err()), ("a file\tx\n", ""));
    complains(&with(&["--", "-"]), "moonset: cannot open -: No such file or directory");
}

#[test]
fn the_version_and_the_help_go_to_standard_output() {
    let version =
        format!("Moonset {}, a runtime for Lua 5.4 as defined by Lua.org, PUC-Rio\n", env!("CARGO_PKG_VERSION"));
    prints(&["-v"], &version);
    prints(&["--version"], &version);
    prints(&["-v", "-e", "print(_VERSION)"], &format!("{version}Lua 5.4\n"));
    let help = with(&["--help"]);
    assert_eq!(help.status.code(), Some(0));
    for option in
        ["-e stat", "--jit=on|off|stress", "--sink=on|off", "--gc-nursery=SIZE", "--stats", "--dump", "--deterministic"]
    {
        assert!(help.out().contains(option), "{option} is missing in\n{}", help.out());
    }
}

#[test]
fn unknown_options_are_refused_with_the_usage() {
    for option in ["-x", "-h", "-vv", "-iv", "-Ex", "--nothing", "---"] {
        let got = with(&[option]);
        complains(&got, &format!("moonset: unrecognized option '{option}'"));
        assert!(got.err().contains("usage: moonset [options] [script [args]]\n"), "{}", got.err());
    }
    complains(&with(&["-e"]), "moonset: '-e' needs argument");
    complains(&with(&["-l"]), "moonset: '-l' needs argument");
    complains(&with(&["-jx"]), "moonset: '-j' takes on, off, flush, v or v=FILE, not 'x'");
    complains(&with(&["--jit=maybe"]), "moonset: '--jit' takes on, off or stress, not 'maybe'");
    complains(&with(&["--gc-nursery=3"]), "moonset: '--gc-nursery' takes a size from 4K to 1G, not '3'");
}

#[test]
fn an_uncaught_error_has_a_traceback() {
    let file = script(b"local function f()\n  local x\n  x.y = 1\nend\nf()\n");
    let got = with(&[path(&file)]);
    let name = path(&file);
    let expected = format!(
        "moonset: {name}:3: attempt to index a nil value (local 'x')\nstack traceback:\n\t{name}:3: in local 'f'\n\t{name}:5: in main chunk\n\t[C]: in ?\n"
    );
    assert_eq!((got.err(), got.status.code()), (expected, Some(1)));
}

#[test]
fn error_objects_are_described() {
    let got = with(&["-e", "error({})"]);
    complains(&got, "moonset: (error object is a table value)");
    let got = with(&["-e", "error(setmetatable({}, { __name = 'Mine' }))"]);
    complains(&got, "moonset: (error object is a table value)");
    let got = with(&["-e", "error(setmetatable({}, {__tostring = function() return 'mine' end}))"]);
    assert_eq!((&*got.err(), got.status.code()), ("moonset: mine\n", Some(1)));
    complains(&with(&["-e", "error()"]), "moonset: (error object is a nil value)");
    complains(&with(&["-e", "error(12)"]), "moonset: 12");
}

#[test]
fn the_first_error_ends_the_program() {
    let got = with(&["-e", "print(1)", "-e", "error('two', 0)", "-e", "print(3)"]);
    assert_eq!(got.out(), "1\n");
    complains(&got, "moonset: two");
}

#[test]
fn os_exit_ends_with_its_status_and_writes_everything() {
    for (code, status) in
        [("os.exit(3)", 3), ("os.exit(true)", 0), ("os.exit(false)", 1), ("os.exit()", 0), ("os.exit(5, true)", 5)]
    {
        let got = with(&["-e", &format!("io.write('before ') print('exit') {code} print('after')")]);
        assert_eq!((&*got.out(), got.status.code()), ("before exit\n", Some(status)), "{code}");
    }
    let got = with(&["--stats=json", "-e", "os.exit(2)"]);
    assert!(json(&got.err()).get("gc").is_some());
    assert_eq!(got.status.code(), Some(2));
}

#[test]
fn an_exit_that_closes_has_variables_closed_and_objects_finalised() {
    let file = script(
        b"local function closing(name)
  return setmetatable({}, { __close = function(_, e) print(name, e) if name == 'second' then error('raised', 0) end end })
end
x = setmetatable({}, { __gc = function() print 'finalised' end })
local first <close> = closing 'first'
local second <close> = closing 'second'
pcall(function()
  local third <close> = closing 'third'
  os.exit(3, true)
end)",
    );
    let got = with(&[path(&file)]);
    let expected = ("third\tnil\nsecond\tnil\nfirst\traised\nfinalised\n", "", Some(3));
    assert_eq!((&*got.out(), &*got.err(), got.status.code()), expected);
    let got = with(&["-e", "local x <close> = setmetatable({}, { __close = print }) os.exit(4)"]);
    assert_eq!((&*got.out(), got.status.code()), ("", Some(4)));
}

#[test]
fn an_exit_in_a_coroutine_closes_what_the_main_program_left_open() {
    let code = "local function closing(name) return setmetatable({}, { __close = function() print(name) end }) end
        x = setmetatable({}, { __gc = function() print 'finalised' end })
        local first <close> = closing 'first'
        local function inner()
          local second <close> = closing 'of a coroutine'
          table.sort({ 2, 1 }, function() coroutine.wrap(os.exit)(6, true) end)
        end
        for i = 1, 100 do local second <close> = closing(i) pcall(coroutine.wrap(inner)) end";
    for mode in [&["--jit=off"][..], &["--jit=stress"], &["--gc=stress"]] {
        let got = with(&[mode, &["-e", code]].concat());
        let expected = ("1\nfirst\nfinalised\n", "", Some(6));
        assert_eq!((&*got.out(), &*got.err(), got.status.code()), expected, "{mode:?}");
    }
}

#[test]
fn a_finalizer_that_is_no_function_is_warned_of() {
    let got = with(&["-W", "-e", "setmetatable({}, { __gc = true })"]);
    let warning = "Lua warning: error in __gc (attempt to call a boolean value (metamethod '__gc'))\n";
    assert_eq!((&*got.err(), got.status.code()), (warning, Some(0)));
}

#[test]
fn a_finalizer_that_ends_the_program_has_the_others_run() {
    let code = "first = setmetatable({}, { __gc = function() print 'first' end })
        second = setmetatable({}, { __gc = function()
          print 'second'
          third = setmetatable({}, { __gc = function() print 'made too late' end })
          os.exit(0, true)
        end })";
    prints(&["-e", code], "second\nfirst\n");
}

#[test]
fn finalizers_run_at_the_end() {
    prints(&["-e", "x = setmetatable({}, {__gc = function() print('closed') end}) print('open')"], "open\nclosed\n");
}

// ---- bad input

#[test]
fn files_that_cannot_be_read_are_named() {
    complains(&with(&["no/such.lua"]), "moonset: cannot open no/such.lua: No such file or directory");
    let folder = TempDir::new().expect("a temporary folder");
    let name = folder.path().to_str().expect("a temporary name is text");
    complains(&with(&[name]), &format!("moonset: cannot read {name}: Is a directory"));
}

#[test]
fn texts_that_are_no_programs_are_refused() {
    let cases: [(&[u8], &str); 5] = [
        (b"x = = 1", "1: unexpected symbol near '='"),
        (b"print(1)\0print(2)", "1: unexpected symbol"),
        (b"local x <", "1: <name> expected near <eof>"),
        (b"\x80\xff\xfe", "1: unexpected symbol near '<\\128>'"),
        (b"for", "1: <name> expected near <eof>"),
    ];
    for (text, message) in cases {
        let file = script(text);
        complains(&with(&[path(&file)]), &format!("moonset: {}:{message}", path(&file)));
    }
}

#[test]
fn broken_binary_chunks_are_refused() {
    let file = script(b"\x1bLua garbage");
    let got = with(&[path(&file)]);
    assert!(got.err().starts_with("moonset: ") && got.err().contains(": bad binary format ("), "{}", got.err());
    assert_eq!(got.status.code(), Some(1));
}

#[test]
fn binary_garbage_is_an_error_not_a_crash() {
    let mut state = 0x2545_f491_4f6c_dd1du64;
    for _ in 0..20 {
        let bytes: Vec<u8> = (0..4000)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state as u8
            })
            .collect();
        let file = script(&bytes);
        let got = with(&[path(&file)]);
        assert!(got.err().starts_with("moonset: ") && !got.err().contains("panicked"), "{}", got.err());
        assert_eq!(got.status.code(), Some(1));
    }
}

#[test]
fn huge_lines_and_deep_nesting_are_read_or_refused() {
    let file = script(&[b"local s = '".as_slice(), &vec![b'x'; 100 << 20], b"' print(#s)"].concat());
    prints(&[path(&file)], &format!("{}\n", 100 << 20));
    let garbage = script(&vec![b'('; 100 << 20]);
    let got = with(&[path(&garbage)]);
    assert_eq!(got.status.code(), Some(1));
    assert!(got.err().starts_with("moonset: ") && got.err().len() < 2000);
    for (open, close) in [("(", ")"), ("{", "}"), ("not ", ""), ("- ", ""), ("function() return ", " end")] {
        let text = format!("local x = {}1{}", open.repeat(100_000), close.repeat(100_000));
        let file = script(text.as_bytes());
        let got = with(&[path(&file)]);
        assert_eq!(got.status.code(), Some(1), "{open}: {}", got.err());
        assert!(got.err().contains("overflow") || got.err().contains("too many"), "{open}: {}", got.err());
    }
    let text = format!("{}{}", "do ".repeat(100_000), "end ".repeat(100_000));
    let file = script(text.as_bytes());
    assert_eq!(with(&[path(&file)]).status.code(), Some(1));
}

#[test]
fn runaway_recursion_is_an_error() {
    for code in [
        "local function f() return f() + 1 end f()",
        "local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k] end local x = t.x",
        "local function f() return (pcall(f)) end error(tostring(f()))",
        "local function f(x) return string.gsub('a', 'a', f) end f()",
        "local t = {} for i = 1, 1e4 do t = setmetatable({}, {__tostring = function() return tostring(t) end}) end local function g(x) return tostring(setmetatable({}, {__tostring = g})) end error(g())",
    ] {
        let got = with(&["-e", code]);
        assert!(matches!(got.status.code(), Some(0 | 1)), "{code}: {} {}", got.status, got.err());
        assert!(!got.err().contains("panicked"), "{code}: {}", got.err());
    }
    let got = with(&["-e", "local function f() return f() + 1 end f()"]);
    assert!(got.err().contains("stack overflow"), "{}", got.err());
    assert_eq!(got.status.code(), Some(1));
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_ends_the_program() {
    use std::process::Stdio;
    let mut child = moonset()
        .args(["-e", "while true do print('y') end"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut line = [0; 2];
    std::io::Read::read_exact(child.stdout.as_mut().expect("a pipe"), &mut line).expect("a line");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert!(!output.status.success());
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

// ---- reports

fn json(text: &str) -> Value {
    let line = text.lines().last().unwrap_or_default();
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[test]
fn the_keys_of_the_statistics_are_stable() {
    let stats = json(&with(&["--stats=json", "-e", "local t = {} for i = 1, 100 do t[i] = {} end"]).err());
    assert_eq!(keys(&stats), ["gc", "jit", "sink", "version"]);
    assert_eq!(stats["version"], env!("CARGO_PKG_VERSION"));
    let jit = [
        "abort_reasons",
        "aborts",
        "blacklisted",
        "code_bytes",
        "compile_ms",
        "enabled",
        "evicted",
        "exits",
        "flushes",
        "side_traces",
        "sink",
        "traces",
    ];
    assert_eq!(keys(&stats["jit"]), jit);
    assert_eq!(keys(&stats["sink"]), ["materialized", "sites", "sunk_sites"]);
    let gc = ["allocated_bytes", "heap_live_bytes", "heap_peak_bytes", "major", "minor", "pause_us", "promoted_bytes"];
    assert_eq!(keys(&stats["gc"]), gc);
    assert_eq!(keys(&stats["gc"]["pause_us"]), ["max", "p50", "p99", "total"]);
    assert_eq!((&stats["jit"]["enabled"], &stats["jit"]["sink"]), (&Value::Bool(true), &Value::Bool(true)));
}

#[test]
fn statistics_go_where_they_are_sent() {
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("stats");
    prints(&[&format!("--stats=json:{}", file.display()), "--jit=off", "-e", "print(1)"], "1\n");
    let stats = json(&fs::read_to_string(&file).expect("statistics"));
    assert_eq!(stats["jit"]["enabled"], false);
    let text = with(&["--stats", "-e", "print(1)"]);
    assert!(text.err().contains("bytes allocated"), "{}", text.err());
    let got = with(&["--stats=json:/no/such/folder/x", "-e", "print(1)"]);
    complains(&got, "moonset: cannot open /no/such/folder/x: No such file or directory");
}

#[test]
fn deterministic_runs_count_the_same() {
    for mode in [&["--jit=off"][..], &["--jit=on"], &["--jit=on", "--sink=off"], &["--jit=stress"], &["--gc=stress"]] {
        let count = || {
            let words = [&["--deterministic", "--stats=json"], mode, &["benches/programs/points.lua", "3000"]].concat();
            let mut stats = json(&with(&words).err());
            stats["jit"]["compile_ms"] = Value::Null;
            stats["gc"]["pause_us"] = Value::Null;
            stats
        };
        assert_eq!(count(), count(), "{mode:?}");
    }
}

#[test]
fn allocations_are_counted_exactly() {
    let allocated = |count: u32| {
        let code = format!("local keep = {{}} for i = 1, {count} do keep[1] = {{x = i, y = i}} end");
        let got = with(&["--deterministic", "--jit=off", "--stats=json", "-e", &code]);
        json(&got.err())["gc"]["allocated_bytes"].as_u64().expect("a count")
    };
    let (first, second, third) = (allocated(10_000), allocated(20_000), allocated(30_000));
    assert_eq!(second - first, third - second);
    assert_eq!((second - first) % 10_000, 0);
    let size = (second - first) / 10_000;
    assert!((24..=64).contains(&size), "a record of two fields takes {size} bytes");
}

#[test]
fn dumps_show_what_was_asked_for() {
    let code = "local s = 0 for i = 1, 1000 do s = s + i end print(s)";
    let got = with(&["--dump=bc", "-e", code]);
    assert_eq!(got.out(), "500500\n");
    assert!(got.err().contains("(command line)") && got.err().contains("main: params"), "{}", got.err());
    for (kind, text) in [("ir", "optimised"), ("passes", "after escape"), ("clif", "function"), ("asm", "machine code")]
    {
        let got = with(&[&format!("--dump={kind}"), "-e", code]);
        assert_eq!(got.out(), "500500\n");
        assert!(got.err().contains(text), "{kind}: {}", got.err());
    }
    assert_eq!(with(&["-e", code]).err(), "");
}

#[test]
fn times_are_measured_when_they_are_asked_for() {
    let file = script(b"local t = {} for i = 1, 3e6 do t = { i, t[1] } end print(t[1])");
    let got = with(&["--stats=json", path(&file)]);
    assert!(json(&got.err()).get("times").is_none());
    let got = with(&["--stats=json,times", "--opt=background=false", path(&file)]);
    let times = &json(&got.err())["times"];
    let time = |name: &str| times[format!("{name}_ms")].as_f64().unwrap_or_else(|| panic!("{name}: {times}"));
    for part in ["interpreter", "machine_code", "recorder", "passes", "codegen"] {
        assert!(time(part) > 0.0, "{part}: {times}");
    }
    let parts = ["interpreter", "machine_code", "recorder", "compile_wait", "gc"].map(time);
    assert!((parts.iter().sum::<f64>() - time("total")).abs() < 0.01, "{times}");
    assert!((time("passes") + time("codegen") - time("compile_wait")).abs() < 0.01, "{times}");
    let text = with(&["--stats=times", path(&file)]).err().to_string();
    assert!(text.contains("time: ") && text.contains(" machine code ") && text.contains("code generation"), "{text}");
}

#[cfg(target_os = "linux")]
#[test]
fn the_perf_map_names_compiled_traces() {
    let file = script(b"local s = 0\nfor i = 1, 9000 do s = s + i end\nprint(io.open('/proc/self/stat'):read('n'))");
    let got = with(&["--perf-map", "--deterministic", path(&file)]);
    let map = format!("/tmp/perf-{}.map", got.out().trim());
    let text = fs::read_to_string(&map).expect("a map");
    fs::remove_file(&map).expect("it is ours");
    let line = text.lines().next().unwrap_or_else(|| panic!("nothing in {map}"));
    let mut words = line.splitn(3, ' ');
    let mut number = || u64::from_str_radix(words.next().unwrap_or_default(), 16).unwrap_or_else(|_| panic!("{line}"));
    let (start, size) = (number(), number());
    assert!(start > 0x1000 && size > 16 && size < 0x10000, "{line}");
    assert_eq!(words.next(), Some(&*format!("lua {}:2 in main chunk, trace 0", path(&file))));
}

#[test]
fn passes_are_dumped_with_snapshots() {
    let code = "local s = 0 for i = 1, 1000 do s = s + i end print(s)";
    let got = with(&["--dump=passes", "-e", code]);
    let text = got.err();
    let graphs: Vec<&str> = text.split("---- trace 0 ").skip(1).collect();
    assert!(
        graphs[0].starts_with("recorded\n") && graphs.last().is_some_and(|last| last.starts_with("after reserve\n"))
    );
    assert!(graphs.len() > 12 && graphs.iter().all(|graph| graph.contains("\nsnap")), "{text}");
}

#[test]
fn the_trace_log_has_a_line_for_each_path() {
    let file = script(
        b"local function add(a, b)\n  if a % 7 == 0 then\n    b = b + 1\n  end\n  return a + b\nend\n\
          local s = 0\nfor i = 1, 9000 do s = add(i, s) end\n\
          for i = 1, 2000 do s = s + (load('return 1') and 1) end\nprint(s)",
    );
    let folder = TempDir::new().expect("a temporary folder");
    let log = folder.path().join("log");
    let to = format!("--trace-log={}", log.display());
    let got = with(&["--deterministic", &to, "--opt=exits_per_instruction=0", path(&file)]);
    assert_eq!((&*got.err(), got.status.code()), ("", Some(0)));
    let text = fs::read_to_string(&log).expect("a log");
    let lines: Vec<&str> = text.lines().collect();
    let name = path(&file);
    let root = format!("[TRACE   0 {name}:8 loop] main chunk; ");
    let side = ("[TRACE   0 (0/", format!(") {name}:2 -> 0] function <{name}:1>; "));
    let root = lines.iter().find(|line| line.starts_with(&root)).unwrap_or_else(|| panic!("no root in\n{text}"));
    let side = lines.iter().find(|line| line.starts_with(side.0) && line.contains(&side.1));
    let side = side.unwrap_or_else(|| panic!("no side path in\n{text}"));
    for part in [" instructions, ", " bytes, ", " ms; 0 of 0 allocations sunk"] {
        assert!(root.contains(part) && side.contains(part), "{root}\n{side}");
    }
    let abort = format!("[TRACE --- {name}:9 -- native function not compiled at {name}:9 Call]");
    assert!(lines.contains(&&*abort), "no {abort} in\n{text}");
    assert!(with(&["-jv", path(&file)]).err().matches("[TRACE ").count() > 1);
}

// ---- examples

#[track_caller]
fn example(words: &[&str], expected: &[&str]) {
    for mode in ["--jit=off", "--jit=on", "--sink=off"] {
        let mut all = vec![mode];
        all.extend(words);
        let got = with(&all);
        assert!(got.status.success(), "{words:?} {mode}: {}", got.err());
        for line in expected {
            assert!(got.out().contains(line), "{words:?} {mode}: no {line:?} in\n{}", got.out());
        }
    }
}

#[test]
fn examples_that_count_words_read_files() {
    let folder = TempDir::new().expect("a temporary folder");
    let text = folder.path().join("text");
    fs::write(&text, "The moon sets.\nThe moon's light, the sea:\n\nno wind\n").expect("room for a text");
    example(&["examples/wordcount.lua", text.to_str().expect("text")], &["the", "moon"]);
    let got = with(&["examples/wordcount.lua"]);
    assert_eq!(got.status.code(), Some(1));
    assert!(Path::new(common::root()).join("examples/wordcount.lua").exists());
}

#[test]
fn examples_print_what_they_should() {
    example(&["examples/points.lua", "1000"], &["(1000.0, 4000.0)\t8500.0"]);
    example(&["examples/mandelbrot.lua", "20"], &["280 of 1320 points of the picture are inside"]);
    example(&["examples/binary_trees.lua", "6"], &["long lived tree of depth 6\t check: 127"]);
    example(&["examples/nbody.lua", "1000"], &["-0.169075164\n-0.169087605"]);
    example(&["examples/json.lua", "100"], &["end of text expected"]);
    example(&["examples/queens.lua", "6"], &["Q . . . . ."]);
    example(&["examples/closures.lua", "1000"], &["fib(70) = 190392490709135", "stream 166499"]);
}
