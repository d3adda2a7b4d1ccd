//! The command line.
//!
//! The rules are those of the reference implementation: options stand before the script, cannot be clustered, and end with the
//! first word that is not one, with `-` (the script is standard input) or with `--`. `-e` takes its argument glued or as
//! the next word, which must not begin with `-`. Long options are ours, as are LuaJIT's spellings `-joff`, `-jon`, `-O-sink` and
//! `-O+sink`. Words are bytes: a script's name need not be text.

use std::ffi::{OsStr, OsString};

use moonset::{Config, GcMode, JitMode};

/// Where a report goes: a file, or standard error.
pub(crate) type Destination = Option<OsString>;

/// What `--stats` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StatsFormat {
    /// Lines for people.
    Text,
    /// One JSON object.
    Json,
}

/// What `--dump` writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct DumpRequest {
    /// Bytecode of the loaded chunks.
    pub(crate) bytecode: bool,
    /// Graphs, recorded and optimised.
    pub(crate) ir: bool,
    /// Cranelift IR.
    pub(crate) clif: bool,
    /// Machine code.
    pub(crate) asm: bool,
    /// A line for each event of the trace compiler.
    pub(crate) trace: bool,
    /// Where to.
    pub(crate) to: Destination,
}

/// A command line that can be carried out.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Invocation {
    /// Settings of the Lua state.
    pub(crate) config: Config,
    /// `-v`: print the version first.
    pub(crate) version: bool,
    /// The arguments of `-e`, in order.
    pub(crate) statements: Vec<OsString>,
    /// The index of the script's word among all words.
    pub(crate) script: Option<usize>,
    /// The script's name `-` means standard input.
    pub(crate) dash_is_stdin: bool,
    /// `--stats`.
    pub(crate) stats: Option<(StatsFormat, Destination)>,
    /// `--dump`.
    pub(crate) dump: Option<DumpRequest>,
}

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Request {
    /// Run something.
    Run(Box<Invocation>),
    /// `--help`.
    Help,
    /// `--version`.
    Version,
    /// It is wrong: the message, without the program's name.
    Wrong(String),
}

/// The text of `--help` below the usage line.
pub(crate) const OPTIONS: &str = "\
Available options are:
  -e stat   execute string 'stat'
  -v        show version information
  --        stop handling options
  -         stop handling options and execute stdin
  --jit=on|off|stress          compile hot code (default on; stress: hot counts of 1)
  --sink=on|off                remove allocations that don't escape (default on)
  --gc=gen|stress              generational collector, or one collection at every safepoint
  --gc-nursery=SIZE            fixed nursery size, such as 64K or 2M (default: adapts)
  --deterministic              fixed seeds and sizes: two runs count the same
  --stats[=text|json][:FILE]   print statistics at exit (default: text, to stderr)
  --dump=KINDS[:FILE]          write bc, ir, clif, asm, trace (comma-separated)
  --help                       show this text
  --version                    show version information
  -jon, -joff, -O+sink, -O-sink  the same as --jit=on|off and --sink=on|off
";

/// Reads the command line, whose first word is the program's name.
pub(crate) fn parse(words: &[OsString]) -> Request {
    let mut invocation = Invocation { dash_is_stdin: true, ..Invocation::default() };
    let mut at = 1;
    while at < words.len() {
        let word = words[at].as_encoded_bytes();
        if !word.starts_with(b"-") || word == b"-" {
            invocation.script = Some(at);
            return Request::Run(Box::new(invocation));
        }
        match word {
            b"--" => {
                invocation.dash_is_stdin = false;
                invocation.script = (at + 1 < words.len()).then_some(at + 1);
                return Request::Run(Box::new(invocation));
            }
            b"--help" => return Request::Help,
            b"--version" => return Request::Version,
            b"-v" => invocation.version = true,
            b"-e" => {
                let statement = words.get(at + 1).filter(|next| !next.as_encoded_bytes().starts_with(b"-"));
                let Some(statement) = statement else { return Request::Wrong("'-e' needs argument".to_string()) };
                invocation.statements.push(statement.clone());
                at += 1;
            }
            [b'-', b'e', ..] => invocation.statements.push(tail(&words[at], 2)),
            _ => {
                if let Err(message) = option(&mut invocation, &words[at]) {
                    return Request::Wrong(message);
                }
            }
        }
        at += 1;
    }
    Request::Run(Box::new(invocation))
}

/// The rest of a word, from byte `from` on, before which there is ASCII only.
fn tail(word: &OsStr, from: usize) -> OsString {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        OsStr::from_bytes(&word.as_bytes()[from..]).to_os_string()
    }
    #[cfg(not(unix))]
    {
        word.to_string_lossy()[from..].into()
    }
}

/// One of our own options.
fn option(invocation: &mut Invocation, word: &OsStr) -> Result<(), String> {
    let text = word.to_string_lossy();
    let unknown = || format!("unrecognized option '{text}'");
    let config = &mut invocation.config;
    match &*text {
        "-jon" => config.jit = JitMode::On,
        "-joff" => config.jit = JitMode::Off,
        "-O+sink" => config.sink = true,
        "-O-sink" => config.sink = false,
        "--deterministic" => config.deterministic = true,
        "--stats" => invocation.stats = Some((StatsFormat::Text, None)),
        _ => {
            let Some((name, value)) = text.split_once('=') else { return Err(unknown()) };
            let refuse = |choices: &str| format!("'{name}' takes {choices}, not '{value}'");
            match name {
                "--jit" => {
                    config.jit = match value {
                        "on" => JitMode::On,
                        "off" => JitMode::Off,
                        "stress" => JitMode::Stress,
                        _ => return Err(refuse("on, off or stress")),
                    }
                }
                "--sink" => {
                    config.sink = match value {
                        "on" => true,
                        "off" => false,
                        _ => return Err(refuse("on or off")),
                    }
                }
                "--gc" => {
                    config.gc = match value {
                        "gen" => GcMode::Generational,
                        "stress" => GcMode::Stress,
                        _ => return Err(refuse("gen or stress")),
                    }
                }
                "--gc-nursery" => {
                    let size = size(value).filter(|size| (Config::MIN_NURSERY..=Config::MAX_NURSERY).contains(size));
                    config.nursery = Some(size.ok_or_else(|| refuse("a size from 4K to 1G"))?);
                }
                "--stats" => {
                    let (format, to) = destination(word, "--stats=".len(), value);
                    let format = match format {
                        "text" => StatsFormat::Text,
                        "json" => StatsFormat::Json,
                        _ => return Err(refuse("text or json")),
                    };
                    invocation.stats = Some((format, to));
                }
                "--dump" => {
                    let (kinds, to) = destination(word, "--dump=".len(), value);
                    let mut dump = DumpRequest { to, ..DumpRequest::default() };
                    for kind in kinds.split(',') {
                        match kind {
                            "bc" => dump.bytecode = true,
                            "ir" => dump.ir = true,
                            "clif" => dump.clif = true,
                            "asm" => dump.asm = true,
                            "trace" => dump.trace = true,
                            _ => return Err(refuse("a list of bc, ir, clif, asm, trace")),
                        }
                    }
                    invocation.dump = Some(dump);
                }
                _ => return Err(unknown()),
            }
        }
    }
    Ok(())
}

/// Splits `value`, which begins at byte `from` of `word`, at its first colon: what stands behind it is a file.
fn destination<'v>(word: &OsStr, from: usize, value: &'v str) -> (&'v str, Destination) {
    match value.split_once(':') {
        Some((what, _)) => (what, Some(tail(word, from + what.len() + 1))),
        None => (value, None),
    }
}

/// A number of bytes, such as `4096`, `64K`, `2M` or `1G`.
fn size(text: &str) -> Option<usize> {
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

    fn request(words: &[&str]) -> Request {
        let words: Vec<OsString> =
            std::iter::once("moonset").chain(words.iter().copied()).map(OsString::from).collect();
        parse(&words)
    }

    fn run(words: &[&str]) -> Invocation {
        match request(words) {
            Request::Run(invocation) => *invocation,
            other => panic!("{words:?} gave {other:?}"),
        }
    }

    fn wrong(words: &[&str]) -> String {
        match request(words) {
            Request::Wrong(message) => message,
            other => panic!("{words:?} gave {other:?}"),
        }
    }

    #[test]
    fn options_end_at_the_script() {
        assert_eq!(run(&["-e", "a", "-eb", "x.lua", "-v"]).script, Some(4));
        assert_eq!(run(&["-e", "a", "-eb"]).statements, ["a", "b"]);
        assert!(!run(&["x.lua", "-v"]).version);
        assert_eq!(run(&["-"]).script, Some(1));
        assert_eq!(run(&["-v"]).script, None);
    }

    #[test]
    fn two_dashes_end_the_options_and_make_a_dash_a_file() {
        let invocation = run(&["--", "-"]);
        assert_eq!((invocation.script, invocation.dash_is_stdin), (Some(2), false));
        assert_eq!(run(&["--"]).script, None);
    }

    #[test]
    fn clusters_and_unknown_options_are_refused() {
        for word in ["-vv", "-h", "-x", "---", "--jit", "--jut=on", "-j", "-jv", "-O", "-O-fold"] {
            assert_eq!(wrong(&[word]), format!("unrecognized option '{word}'"));
        }
        assert_eq!(wrong(&["-e"]), "'-e' needs argument");
        assert_eq!(wrong(&["-e", "-v"]), "'-e' needs argument");
    }

    #[test]
    fn settings_are_read() {
        let config = run(&["--jit=stress", "--sink=off", "--gc=stress", "--gc-nursery=4K", "--deterministic"]).config;
        let expected = Config {
            jit: JitMode::Stress,
            sink: false,
            gc: GcMode::Stress,
            nursery: Some(4096),
            deterministic: true,
            ..Config::default()
        };
        assert_eq!(config, expected);
        let config = run(&["-joff", "-O-sink", "--jit=on", "-O+sink"]).config;
        assert_eq!(config, Config::default());
    }

    #[test]
    fn bad_values_name_what_is_possible() {
        assert_eq!(wrong(&["--jit=maybe"]), "'--jit' takes on, off or stress, not 'maybe'");
        for value in ["", "K", "1K", "2G", "-4K", "4KB", "99999999999999999999"] {
            let message = wrong(&[&format!("--gc-nursery={value}")]);
            assert_eq!(message, format!("'--gc-nursery' takes a size from 4K to 1G, not '{value}'"));
        }
        assert!(wrong(&["--dump=bc,nothing"]).contains("bc, ir, clif, asm, trace"));
        assert!(wrong(&["--stats=xml"]).contains("text or json"));
    }

    #[test]
    fn reports_go_to_files_named_behind_a_colon() {
        assert_eq!(run(&["--stats"]).stats, Some((StatsFormat::Text, None)));
        let stats = run(&["--stats=json:/tmp/a:b"]).stats;
        assert_eq!(stats, Some((StatsFormat::Json, Some("/tmp/a:b".into()))));
        let dump = run(&["--dump=bc,trace:out"]).dump.expect("a dump was asked for");
        assert!(dump.bytecode && dump.trace && !dump.ir && !dump.clif && !dump.asm);
        assert_eq!(dump.to, Some("out".into()));
    }
}
