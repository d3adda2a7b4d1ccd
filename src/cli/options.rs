//! All options: one table with name, argument, meaning and what each sets. The command line is read by it, and `--help` and
//! the usage message are printed from it.

use std::ffi::{OsStr, OsString};
use std::fmt::Write;
use std::time::Duration;

use moonset::{Config, GcMode, JitMode};

use super::args::{Action, DumpRequest, Invocation, StatsFormat, Text, tail};
use super::luajit;
use super::tool::ToolKind;

/// Sets what a value says. The error is what the option takes: `on or off`.
type SetValue = fn(&mut Invocation, &OsStr) -> Result<(), String>;

/// How an option is given and what it does.
pub(crate) enum Set {
    /// `NAME`
    Flag(fn(&mut Invocation)),
    /// `NAME WORD` or `NAMEWORD`
    Word(fn(OsString) -> Action),
    /// `NAME=VALUE`
    Value(SetValue),
    /// `NAME` (an empty value) or `NAME=VALUE`
    Optional(SetValue),
    /// `NAMEVALUE`
    Glued(SetValue),
    /// The words that follow are options and files of a tool.
    Tool(ToolKind),
    /// It ends the options: see `args`.
    End,
}

/// An option.
pub(crate) struct Row {
    /// What is typed, up to the argument.
    pub(crate) name: &'static str,
    /// The argument, as help shows it behind the name.
    pub(crate) form: &'static str,
    /// What it does.
    pub(crate) help: &'static str,
    /// The environment variable that sets the same.
    pub(crate) variable: Option<&'static str>,
    /// How it is given and what it does.
    pub(crate) set: Set,
}

const fn row(name: &'static str, form: &'static str, set: Set, help: &'static str) -> Row {
    Row { name, form, help, variable: None, set }
}

impl Row {
    const fn or(self, variable: &'static str) -> Row {
        Row { variable: Some(variable), ..self }
    }
}

/// See the head of the file. Of two names of which one begins with the other, the longer stands first.
pub(crate) const TABLE: &[Row] = &[
    row("-e", " stat", Set::Word(Action::Execute), "execute string 'stat'"),
    row("-i", "", Set::Flag(interactive), "enter interactive mode after executing 'script'"),
    row("-l", " mod", Set::Word(Action::Require), "require library 'mod' into global 'mod'; g=mod: into global 'g'"),
    row("-v", "", Set::Flag(|it| it.version = true), "show version information"),
    row("-E", "", Set::Flag(|it| it.config.ignore_environment = true), "ignore environment variables"),
    row("-W", "", Set::Flag(|it| it.actions.push(Action::Warnings)), "turn warnings on"),
    row("--", "", Set::End, "stop handling options"),
    row("-", "", Set::End, "stop handling options and execute stdin"),
    row("--jit", "=on|off|stress", Set::Value(jit), "compile hot code (default on; stress: hot counts of 1)")
        .or("MOONSET_JIT"),
    row("--sink", "=on|off", Set::Value(sink), "remove allocations that don't escape (default on)").or("MOONSET_SINK"),
    row("--opt", "=NAME=VALUE", Set::Value(luajit::optimise), "set a tunable of the compiler; --opt=help lists them"),
    row("--gc-nursery", "=SIZE", Set::Value(nursery), "fixed nursery size, such as 64K or 2M (default: adapts)"),
    row("--gc", "=gen|stress", Set::Value(gc), "generational collector, or one collection at every safepoint"),
    row("--seed", "=N", Set::Value(seed), "seed of string hashes and of math.random").or("MOONSET_SEED"),
    row(
        "--deterministic",
        "",
        Set::Flag(|it| it.config.deterministic = true),
        "fixed seeds and sizes: two runs count the same",
    ),
    row("--max-memory", "=SIZE", Set::Value(max_memory), "most bytes held for the script, from 1M on"),
    row("--max-mcode", "=SIZE", Set::Value(max_mcode), "most bytes of machine code, from 4K on (default: 64M)"),
    row("--timeout", "=DURATION", Set::Value(timeout), "most time the script may run, such as 250ms, 2s or 1m"),
    row("--max-instructions", "=N", Set::Value(max_instructions), "most instructions carried out; nothing is compiled"),
    row("--sandbox", "", Set::Flag(|it| it.config.sandbox = true), "no io, os, package, debug, binary chunks"),
    row(
        "--stats",
        "[=text|json,times][:FILE]",
        Set::Optional(stats),
        "print statistics at exit (default: text, to stderr)",
    )
    .or("MOONSET_STATS"),
    row("--trace-log", "[=FILE]", Set::Optional(trace_log), "write a line for each trace that is compiled or given up"),
    row("--dump", "=KINDS[:FILE]", Set::Value(dump), "write bc, ir, passes, clif, asm (comma-separated)"),
    row(
        "--perf-map",
        "",
        Set::Flag(|it| it.config.perf_map = true),
        "name compiled traces for perf, in /tmp/perf-PID.map",
    ),
    row("--check", " FILE...", Set::Tool(ToolKind::Check), "only look for syntax errors"),
    row(
        "--compile",
        " [-o FILE] [-s] FILE...",
        Set::Tool(ToolKind::Compile),
        "write a binary chunk (default: luac.out); -s: stripped",
    ),
    row("--list", " FILE...", Set::Tool(ToolKind::List), "print bytecode"),
    row("--help", "", Set::Flag(|it| it.print = Some(Text::Help)), "show this text"),
    row("--version", "", Set::Flag(|it| it.print = Some(Text::Version)), "show version information"),
    row("-j", "on|off|flush|v", Set::Glued(luajit::control), "as LuaJIT: --jit=on, --jit=off, nothing, --trace-log"),
    row("-O", "[N|+sink|-sink|NAME=VALUE]", Set::Glued(luajit::optimise), "as LuaJIT: --sink (N below 3: off), --opt"),
];

/// The usage line and all options.
pub(crate) fn usage(program: &str) -> String {
    let mut text = format!("usage: {program} [options] [script [args]]\nAvailable options are:\n");
    for row in TABLE {
        let shown = format!("{}{}", row.name, row.form);
        let variable = row.variable.map(|name| format!(" [{name}]")).unwrap_or_default();
        let _ = writeln!(text, "  {shown:28} {}{variable}", row.help);
    }
    text
}

/// One of several words.
pub(super) fn choice<T: Copy>(value: &OsStr, takes: &str, choices: &[(&str, T)]) -> Result<T, String> {
    let found = choices.iter().find(|(word, _)| value == *word);
    found.map(|(_, meaning)| *meaning).ok_or_else(|| takes.to_string())
}

fn interactive(it: &mut Invocation) {
    it.interactive = true;
    it.version = true;
}

fn jit(it: &mut Invocation, value: &OsStr) -> Result<(), String> {
    let choices = [("on", JitMode::On), ("off", JitMode::Off), ("stress", JitMode::Stress)];
    it.config.jit = choice(value, "on, off or stress", &choices)?;
    Ok(())
}

fn sink(it: &mut Invocation, value: &OsStr) -> Result<(), String> {
    it.config.sink = choice(value, "on or off", &[("on", true), ("off", false)])?;
    Ok(())
}

fn gc(it: &mut Invocation, value: &OsStr) -> Result<(), String> {
    let choices = [("gen", GcMode::Generational), ("stress", GcMode::Stress)];
    it.config.gc = choice(value, "gen or stress", &choices)?;
    Ok(())
}

fn nursery(it: &mut Invocation, value: &OsStr) -> Result<(), String> {
    let size = size(value).filter(|size| (Config::MIN_NURSERY..=Config::MAX_NURSERY).contains(size));
    it.config.nursery = Some(size.ok_or("a size from 4K to 1G")?);
    Ok(())
}

fn max_memory(it: &mut Invocation, value: &OsStr) -> Result<(), String> {
    let size = size(value).filter(|size| *size >= Config::MIN_MEMORY);
    it.config.max_memory = Some(size.ok_or("a size from 1M on")?);
    Ok(())
}

fn max_mcode(it: &mut Invocation, value: &OsStr) -> Result<(), String> {
    let size = size(value).filter(|size| *size >= Config::MIN_MCODE);
    it.config.max_mcode = Some(size.ok_or("a size from 4K on")?);
    Ok(())
}

fn timeout(it: &mut Invocation, value: &OsStr) -> Result<(), String> {
    it.config.timeout = Some(duration(value).ok_or("a duration such as 250ms, 2s or 1m")?);
    Ok(())
}

fn max_instructions(it: &mut Invocation, value: &OsStr) -> Result<(), String> {
    let count = value.to_str().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    it.config.max_instructions = Some(count.and_then(|text| text.parse().ok()).ok_or("a number")?);
    Ok(())
}

/// A time, such as `250ms`, `2s` or `1m`.
fn duration(value: &OsStr) -> Option<Duration> {
    let text = value.to_str()?;
    let unit = text.find(|letter: char| !letter.is_ascii_digit())?;
    let number: u64 = text[..unit].parse().ok()?;
    let millis = match &text[unit..] {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        _ => return None,
    };
    Some(Duration::from_millis(number.checked_mul(millis)?))
}

fn seed(it: &mut Invocation, value: &OsStr) -> Result<(), String> {
    let text = value.to_str().unwrap_or_default();
    let seed = match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse::<u64>().ok(),
    };
    it.config.seed = Some(seed.ok_or("an integer of 64 bits, such as 42 or 0x2a")?);
    Ok(())
}

fn stats(it: &mut Invocation, value: &OsStr) -> Result<(), String> {
    let (format, to) = destination(value);
    let mut chosen = StatsFormat::Text;
    for word in format.split(',') {
        match word {
            "" | "text" => {}
            "json" => chosen = StatsFormat::Json,
            "times" => it.config.times = true,
            _ => return Err("a list of text, json, times".to_string()),
        }
    }
    it.stats = Some((chosen, to));
    Ok(())
}

fn trace_log(it: &mut Invocation, value: &OsStr) -> Result<(), String> {
    it.trace_log = Some((!value.is_empty()).then(|| value.to_os_string()));
    Ok(())
}

fn dump(it: &mut Invocation, value: &OsStr) -> Result<(), String> {
    let (kinds, to) = destination(value);
    let mut dump = DumpRequest { to, ..DumpRequest::default() };
    for kind in kinds.split(',') {
        match kind {
            "bc" => dump.bytecode = true,
            "ir" => dump.ir = true,
            "clif" => dump.clif = true,
            "asm" => dump.asm = true,
            "passes" => dump.passes = true,
            _ => return Err("a list of bc, ir, passes, clif, asm".to_string()),
        }
    }
    it.dump = Some(dump);
    Ok(())
}

/// Splits a value at its first colon: what stands behind it is a file.
pub(super) fn destination(value: &OsStr) -> (String, Option<OsString>) {
    let bytes = value.as_encoded_bytes();
    let end = bytes.iter().position(|&byte| byte == b':');
    let what = String::from_utf8_lossy(&bytes[..end.unwrap_or(bytes.len())]).into_owned();
    let ascii = what.is_ascii();
    (what, end.filter(|_| ascii).map(|end| tail(value, end + 1)))
}

/// A number of bytes, such as `4096`, `64K`, `2M` or `1G`.
pub(super) fn size(value: &OsStr) -> Option<usize> {
    let text = value.to_str()?;
    let (digits, shift) = match text.as_bytes().last()? {
        b'k' | b'K' => (&text[..text.len() - 1], 10),
        b'm' | b'M' => (&text[..text.len() - 1], 20),
        b'g' | b'G' => (&text[..text.len() - 1], 30),
        _ => (text, 0),
    };
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse::<usize>().ok()?.checked_mul(1 << shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_names_stand_before_their_beginnings() {
        let glued = |row: &Row| matches!(row.set, Set::Glued(_) | Set::Word(_));
        for (at, row) in TABLE.iter().enumerate() {
            let hidden = TABLE[at + 1..].iter().find(|later| glued(row) && later.name.starts_with(row.name));
            assert!(hidden.is_none_or(|later| later.name == row.name), "{} hides another option", row.name);
        }
    }

    #[test]
    fn every_option_is_shown() {
        let text = usage("moonset");
        assert!(
            TABLE.iter().all(|row| text.contains(&format!("\n  {}{}", row.name, row.form)) && text.contains(row.help))
        );
    }

    #[test]
    fn durations_have_units() {
        for (text, millis) in [("250ms", 250), ("2s", 2000), ("1m", 60_000), ("0s", 0)] {
            assert_eq!(duration(OsStr::new(text)), Some(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "ms", "5", "-1s", "1.5s", "1h", "99999999999999999999s"] {
            assert_eq!(duration(OsStr::new(text)), None, "{text}");
        }
    }

    #[test]
    fn the_readme_has_every_long_option_and_variable() {
        let text = include_str!("../../README.md");
        for row in TABLE.iter().filter(|row| row.name.starts_with("--") && row.name != "--") {
            assert!(text.contains(&format!("`{}", row.name)), "{} is missing", row.name);
            assert!(row.variable.is_none_or(|name| text.contains(name)), "the variable of {} is missing", row.name);
        }
    }

    #[test]
    fn sizes_have_suffixes() {
        for (text, size_in_bytes) in
            [("0", 0), ("17", 17), ("4K", 4096), ("4k", 4096), ("2M", 2 << 20), ("1G", 1 << 30)]
        {
            assert_eq!(size(OsStr::new(text)), Some(size_in_bytes), "{text}");
        }
        for text in ["", "K", "-1", "1KB", "99999999999999999999G"] {
            assert_eq!(size(OsStr::new(text)), None, "{text}");
        }
    }
}
