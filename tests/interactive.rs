//! What happens around scripts: `LUA_INIT`, libraries, the interactive mode, Ctrl-C.

#[allow(dead_code, reason = "each test uses a part of it")]
mod common;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use common::{Run, moonset, run};

fn with_input(words: &[&str], input: &[u8]) -> Run {
    let mut command = moonset();
    command.args(words);
    run(command, input).unwrap_or_else(|error| panic!("{words:?}: {error}"))
}

fn with_variables(words: &[&str], variables: &[(&str, &str)]) -> Run {
    let mut command = moonset();
    command.args(words).envs(variables.iter().copied());
    run(command, b"").unwrap_or_else(|error| panic!("{words:?}: {error}"))
}

/// What the interactive mode prints for this input, behind the version, and what it complains about.
#[track_caller]
fn typed(words: &[&str], input: &str, out: &str, err: &str) {
    let words = [words, &["-i"]].concat();
    let got = with_input(&words, input.as_bytes());
    let printed = got.out();
    let (version, printed) = printed.split_once('\n').expect("the version comes first");
    assert!(version.starts_with("Moonset "), "{version}");
    assert_eq!((printed, &*got.err(), got.status.code()), (out, err, Some(0)), "{input:?}");
}

// ---- before the script

#[test]
fn the_init_variable_is_a_text_or_a_file() {
    let got = with_variables(&["-e", "print(X, arg[0])"], &[("LUA_INIT", "X = 'x' .. #arg")]);
    assert_eq!(got.out(), "x2\tmoonset\n");
    let got = with_variables(&["-e", "print(X)"], &[("LUA_INIT", "X = 1"), ("LUA_INIT_5_4", "X = 2")]);
    assert_eq!(got.out(), "2\n");
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.as_file().write_all(b"#!first line\nX = 'from a file'").expect("room for a script");
    let name = format!("@{}", file.path().display());
    assert_eq!(with_variables(&["-e", "print(X)"], &[("LUA_INIT", &name)]).out(), "from a file\n");
    let got = with_variables(&["-E", "-e", "print(X)"], &[("LUA_INIT", "X = 1")]);
    assert_eq!(got.out(), "nil\n");
}

#[test]
fn errors_in_the_init_variable_end_the_program() {
    for (variable, value, message) in [
        ("LUA_INIT", "error 'no'", "moonset: LUA_INIT:1: no"),
        ("LUA_INIT_5_4", "x =", "moonset: LUA_INIT_5_4:1: unexpected symbol near <eof>"),
        ("LUA_INIT", "@no/such", "moonset: cannot open no/such: No such file or directory"),
    ] {
        let got = with_variables(&["-e", "print(1)"], &[(variable, value)]);
        assert_eq!((&*got.out(), got.status.code()), ("", Some(1)));
        assert_eq!(got.err().lines().next(), Some(message));
    }
}

#[test]
fn libraries_are_put_into_globals() {
    let got = with_input(&["-l", "s=string", "-lmath", "-e", "print(s.rep('x', 3), math.type(1))"], b"");
    assert_eq!((&*got.out(), &*got.err()), ("xxx\tinteger\n", ""));
    let code = "package.preload['lib-v2'] = function(name) return 'is ' .. name end";
    let got = with_input(&["-e", code, "-l", "lib-v2", "-e", "print(lib)"], b"");
    assert_eq!((&*got.out(), &*got.err()), ("is lib-v2\n", ""));
    let got = with_input(&["-l", "no.such.module", "-e", "print(1)"], b"");
    assert_eq!((&*got.out(), got.status.code()), ("", Some(1)));
    assert!(got.err().starts_with("moonset: module 'no.such.module' not found:"), "{}", got.err());
}

#[test]
fn warnings_are_switched_in_order() {
    let got = with_input(&["-e", "warn 'no'", "-W", "-e", "warn('a', 'b') warn '@off' warn 'no'"], b"");
    assert_eq!((&*got.out(), &*got.err()), ("", "Lua warning: ab\n"));
    let got = with_input(&["-W", "-e", r"warn('a\0b', 'c\0d') warn '@off\0' warn 'no'"], b"");
    assert_eq!((&*got.out(), &*got.err()), ("", "Lua warning: ac\n"));
}

#[test]
fn objects_that_describe_themselves_see_the_stack() {
    let code = "local level = 0
        local function describe() return tostring(debug and debug.getinfo and debug.getinfo(4, 'l').currentline or 7) end
        error(setmetatable({}, { __tostring = describe }))";
    let got = with_input(&["-"], format!("\n\n\n\n{code}").as_bytes());
    assert_eq!((&*got.err(), got.status.code()), ("moonset: 7\n", Some(1)));
}

// ---- interactive mode

#[test]
fn expressions_are_printed_and_statements_run() {
    let shown = "> 1 + 1\n2\n> x = 5\n> x, nil, 'y'\n5\tnil\ty\n> \n";
    typed(&[], "1 + 1\nx = 5\nx, nil, 'y'\n", shown, "");
    typed(&[], "=1, 2\n= 3", "> =1, 2\n1\t2\n> = 3\n3\n> \n", "");
    typed(&[], "-- nothing\n\n", "> -- nothing\n> \n> \n", "");
}

#[test]
fn statements_go_on_over_lines() {
    let shown = "> for i = 1, 2 do\n>> print(i)\n>> end\n1\n2\n> \n";
    typed(&[], "for i = 1, 2 do\nprint(i)\nend\n", shown, "");
    typed(&[], "a =\n10\nprint(a)\na", "> a =\n>> 10\n> print(a)\n10\n> a\n10\n> \n", "");
    typed(&[], "x = [[a\nb]]\nx\n", "> x = [[a\n>> b]]\n> x\na\nb\n> \n", "");
    typed(&[], "a.\n", "> a.\n>> > \n", "stdin:1: <name> expected near <eof>\n");
}

#[test]
fn errors_leave_the_mode_running() {
    typed(&[], "x x\n1\n", "> x x\n> 1\n1\n> \n", "stdin:1: syntax error near 'x'\n");
    let trace = "stack traceback:\n\t[C]: in function 'error'\n\tstdin:1: in main chunk\n\t[C]: in ?\n";
    typed(&[], "error 'no'\n2\n", "> error 'no'\n> 2\n2\n> \n", &format!("stdin:1: no\n{trace}"));
    let message = "error calling 'print' (attempt to call a nil value)\n";
    typed(&[], "print = nil\n7\n", "> print = nil\n> 7\n> \n", message);
}

#[test]
fn prompts_are_globals() {
    typed(&["-e", "_PROMPT = '' _PROMPT2 = ''"], "a =\n1\na\n", "a =\n1\na\n1\n\n", "");
    let counter = "local n = 0 _PROMPT = setmetatable({}, { __tostring = function() n = n + 1 return n .. ':' end })";
    typed(&["-e", counter], "x = 1\nx\n", "1:x = 1\n2:x\n1\n3:\n", "");
}

#[test]
fn lines_that_the_program_reads_are_not_run() {
    typed(&[], "io.read()\nthis one\n'next'\n", "> io.read()\nthis one\n> 'next'\nnext\n> \n", "");
}

#[test]
fn the_script_runs_before_the_lines() {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.as_file().write_all(b"x = ...").expect("room for a script");
    let name = file.path().to_str().expect("a temporary name is text");
    let got = with_input(&["-i", name, "given"], b"x\n");
    assert!(got.out().ends_with("\n> x\ngiven\n> \n"), "{}", got.out());
}

// ---- Ctrl-C

/// Starts a program that prints a line, and sends it the interrupt signal after that. Returns the rest of what it prints.
#[cfg(unix)]
fn interrupted(words: &[&str]) -> (String, Run) {
    let mut command = moonset();
    command.args(words).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut out = BufReader::new(child.stdout.take().expect("it was asked for"));
    let mut first = String::new();
    out.read_line(&mut first).expect("the first line");
    // Machine code needs a moment to be made.
    std::thread::sleep(std::time::Duration::from_millis(100));
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(sent.success());
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut out, &mut rest).expect("text");
    let ended = child.wait_with_output().expect("it ends");
    (rest, Run { status: ended.status, stdout: ended.stdout, stderr: ended.stderr })
}

#[test]
#[cfg(unix)]
fn the_interrupt_signal_is_an_error_in_the_program() {
    let endless =
        ["while true do end", "local n = 0 repeat n = n + 1 until false", "local function f() return f() end f()"];
    for code in endless {
        for mode in ["--jit=on", "--jit=off", "--jit=stress"] {
            let code = format!(
                "io.stdout:setvbuf 'no' print(1) local ok, message = pcall(function() {code} end) print(ok, message)"
            );
            let (rest, ended) = interrupted(&[mode, "-e", &code]);
            assert_eq!(
                (&*rest, ended.status.code()),
                ("false\t(command line):1: interrupted!\n", Some(0)),
                "{mode} {code}"
            );
        }
    }
}

#[test]
#[cfg(unix)]
fn a_printed_line_is_read_before_the_program_goes_on() {
    let code = "print(1) local ok, message = pcall(function() while true do end end) print(message)";
    let (rest, ended) = interrupted(&["-e", code]);
    assert_eq!((&*rest, ended.status.code()), ("(command line):1: interrupted!\n", Some(0)));
}

#[test]
#[cfg(unix)]
fn an_interrupt_reaches_functions_that_the_library_calls() {
    let code = "print(1)
        local list = {} for i = 1, 200000 do list[i] = i * 7919 % 200003 end
        local ok, message = pcall(function() while true do table.sort(list, function(a, b) return a < b end) end end)
        print(message:match 'interrupted!')";
    let (rest, ended) = interrupted(&["-e", code]);
    assert_eq!((&*rest, &*ended.err(), ended.status.code()), ("interrupted!\n", "", Some(0)));
}

#[test]
#[cfg(unix)]
fn an_interrupt_that_nobody_catches_ends_the_program() {
    let (rest, ended) = interrupted(&["-e", "io.stdout:setvbuf 'no' print(1) while true do end"]);
    assert_eq!((&*rest, ended.status.code()), ("", Some(1)));
    assert!(ended.err().starts_with("moonset: (command line):1: interrupted!\nstack traceback:\n"), "{}", ended.err());
}

#[test]
#[cfg(unix)]
fn a_second_interrupt_ends_a_program_that_caught_the_first() {
    use std::os::unix::process::ExitStatusExt;
    // The line is printed where the interrupt will be caught.
    let code = "while true do print((pcall(function() print(1) while true do end end))) end";
    let mut command = moonset();
    command.args(["-e", code]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut out = BufReader::new(child.stdout.take().expect("it was asked for"));
    for expected in ["1\n", "false\n"] {
        let mut line = String::new();
        out.read_line(&mut line).expect("a line");
        assert_eq!(line, expected);
        let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
        assert!(sent.success());
    }
    assert_eq!(child.wait().expect("it ends").signal(), Some(2));
}

// ---- on a terminal

/// A program on a terminal of its own.
#[cfg(unix)]
struct OnTerminal {
    child: std::process::Child,
    terminal: std::fs::File,
    shown: Arc<Mutex<Vec<u8>>>,
    /// How much of what is shown has been looked at.
    seen: usize,
}

#[cfg(unix)]
impl OnTerminal {
    fn start(history: &Path) -> OnTerminal {
        use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo terminal");
        grantpt(&ours).and_then(|()| unlockpt(&ours)).expect("its other end");
        let name = ptsname(&ours, Vec::new()).expect("its name").into_string().expect("a name is text");
        let theirs = || std::fs::OpenOptions::new().read(true).write(true).open(&name).expect("the terminal");
        let mut command = moonset();
        command.env("MOONSET_HISTORY", history).env("TERM", "xterm");
        command.stdin(theirs()).stdout(theirs()).stderr(theirs());
        let child = command.spawn().expect("it starts");
        let terminal = std::fs::File::from(ours);
        let mut reader = terminal.try_clone().expect("a second handle");
        let shown = Arc::new(Mutex::new(Vec::new()));
        let to = Arc::clone(&shown);
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            // The end of a terminal whose program has ended reads as an error.
            while let Ok(count @ 1..) = std::io::Read::read(&mut reader, &mut bytes) {
                to.lock().expect("nobody panics").extend_from_slice(&bytes[..count]);
            }
        });
        OnTerminal { child, terminal, shown, seen: 0 }
    }

    /// Types something once the editor is waiting, and waits until the program has shown something.
    #[track_caller]
    fn types(&mut self, text: &[u8], answer: &str) {
        use rustix::termios::{LocalModes, tcgetattr};
        self.waits("the editor", |it| {
            let modes = tcgetattr(&it.terminal).expect("a terminal").local_modes;
            (!modes.contains(LocalModes::ICANON)).then_some(0)
        });
        self.terminal.write_all(text).expect("it is read");
        self.seen += self.waits(answer, |it| {
            let shown = it.shown.lock().expect("nobody panics");
            let new = String::from_utf8_lossy(&shown[it.seen..]).into_owned();
            new.find(answer).map(|at| at + answer.len())
        });
    }

    #[track_caller]
    fn waits(&mut self, what: &str, ready: impl Fn(&OnTerminal) -> Option<usize>) -> usize {
        for _ in 0..3000 {
            if let Some(found) = ready(self) {
                return found;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let shown = self.shown.lock().expect("nobody panics");
        panic!("waited for {what:?}, have {:?}", String::from_utf8_lossy(&shown));
    }

    fn ends(mut self) {
        self.types(b"\x04", "\n");
        let status = self.child.wait().expect("it ends");
        assert!(status.success(), "{status}");
    }
}

#[test]
#[cfg(unix)]
fn a_terminal_has_editing_completion_and_history() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let history = folder.path().join("history");
    let mut it = OnTerminal::start(&history);
    it.types(b"1 +\x7f+ 41\r", "\r\n42\r\n");
    it.types(b"'sum', 40 + 2\r", "\r\nsum\t42\r\n");
    it.types(b"for i = 1, 1 do\rprint('line ' .. i)\rend\r", "\r\nline 1\r\n");
    it.types(b"never typed\x03", "\n");
    it.types(b"print(string.rever\t('cba'))\r", "\r\nabc\r\n");
    it.ends();
    let kept = std::fs::read_to_string(&history).expect("a history");
    assert!(kept.contains("1 + 41\n") && kept.contains("string.reverse") && !kept.contains("never"), "{kept}");
    // The arrow key brings the last line back.
    let mut it = OnTerminal::start(&history);
    it.types(b"\x1b[A\r", "\r\nabc\r\n");
    it.ends();
}
