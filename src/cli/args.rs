//! The command line: what the words ask for.
//!
//! The rules are those of the reference implementation: options stand before the script, cannot be clustered, and end with
//! the first word that is not one, with `-` (the script is standard input) or with `--`. `-e` and `-l` take their argument
//! glued or as the next word, which must not begin with `-`. Long options, and LuaJIT's `-j` and `-O`, are ours. All of them
//! are rows of the table in `options`; here is how words find their row. Words are bytes: a script's name need not be text.
//!
//! Environment variables of options are read before the words, so that words win; `-E` has none of them read.

use std::ffi::{OsStr, OsString};

use moonset::Config;

use super::options::{self, Row, Set};
use super::tool::{self, Tool};

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
    /// The graph before and after each pass.
    pub(crate) passes: bool,
    /// Where to.
    pub(crate) to: Destination,
}

/// What is done before the script, in the order of the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// `-e`: run this text.
    Execute(OsString),
    /// `-l`: require a module into a global.
    Require(OsString),
    /// `-W`: show warnings.
    Warnings,
}

/// A command line that can be carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Invocation {
    /// Settings of the Lua state.
    pub(crate) config: Config,
    /// `-v`, `-i`: print the version first.
    pub(crate) version: bool,
    /// `-i`: read lines and run them, after the script.
    pub(crate) interactive: bool,
    /// `-e`, `-l` and `-W`, in order.
    pub(crate) actions: Vec<Action>,
    /// The index of the script's word among all words.
    pub(crate) script: Option<usize>,
    /// The script's name `-` does not mean standard input: `--` stands before it.
    pub(crate) dash_is_file: bool,
    /// `--stats`.
    pub(crate) stats: Option<(StatsFormat, Destination)>,
    /// `--trace-log`.
    pub(crate) trace_log: Option<Destination>,
    /// `--dump`.
    pub(crate) dump: Option<DumpRequest>,
    /// `--help` and the like: nothing is run.
    pub(crate) print: Option<Text>,
}

/// Texts that options print instead of running anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Text {
    /// `--help`.
    Help,
    /// `--version`.
    Version,
    /// `--opt=help`.
    Tunables,
}

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Request {
    /// Run something.
    Run(Box<Invocation>),
    /// Print a text.
    Print(Text),
    /// Work on files without running them.
    Tool(Tool),
    /// It is wrong: the message, without the program's name.
    Wrong(String),
}

/// Reads the command line, whose first word is the program's name.
pub(crate) fn parse(words: &[OsString], variable: impl Fn(&str) -> Option<OsString>) -> Request {
    let plain = read_words(words, Invocation::default());
    let Ok(Request::Run(invocation)) = &plain else { return plain.unwrap_or_else(Request::Wrong) };
    if invocation.config.ignore_environment {
        return plain.unwrap_or_else(Request::Wrong);
    }
    let read = read_variables(variable).and_then(|before| read_words(words, before));
    read.unwrap_or_else(Request::Wrong)
}

/// What the environment variables of options set.
fn read_variables(variable: impl Fn(&str) -> Option<OsString>) -> Result<Invocation, String> {
    let mut invocation = Invocation::default();
    for row in options::TABLE {
        let Some(name) = row.variable else { continue };
        let Some(value) = variable(name).filter(|value| !value.is_empty()) else { continue };
        if let Set::Value(set) | Set::Optional(set) = row.set {
            set(&mut invocation, &value).map_err(|takes| refusal(name, &takes, &value))?;
        }
    }
    Ok(invocation)
}

/// Reads the words on top of what is already set.
fn read_words(words: &[OsString], mut invocation: Invocation) -> Result<Request, String> {
    let mut at = 1;
    while at < words.len() {
        let word = &words[at];
        match word.as_encoded_bytes() {
            b"--" => {
                invocation.dash_is_file = true;
                invocation.script = (at + 1 < words.len()).then_some(at + 1);
                break;
            }
            [b'-', _, ..] => {}
            _ => {
                invocation.script = Some(at);
                break;
            }
        }
        let (row, rest) = find(word).ok_or_else(|| format!("unrecognized option '{}'", word.to_string_lossy()))?;
        let value = rest.as_deref().unwrap_or_default();
        match row.set {
            Set::Flag(set) => set(&mut invocation),
            Set::Word(action) => {
                let argument = rest.or_else(|| {
                    at += 1;
                    words.get(at).cloned().filter(|next| !next.as_encoded_bytes().starts_with(b"-"))
                });
                let argument = argument.ok_or_else(|| format!("'{}' needs argument", row.name))?;
                invocation.actions.push(action(argument));
            }
            Set::Value(set) | Set::Optional(set) | Set::Glued(set) => {
                set(&mut invocation, value).map_err(|takes| refusal(row.name, &takes, value))?;
            }
            Set::Tool(kind) => return tool::parse(kind, &words[at + 1..]).map(Request::Tool),
            Set::End => {}
        }
        if let Some(text) = invocation.print {
            return Ok(Request::Print(text));
        }
        at += 1;
    }
    Ok(Request::Run(Box::new(invocation)))
}

/// The row of a word, and what stands in the word behind the option's name and its `=`.
fn find(word: &OsStr) -> Option<(&'static Row, Option<OsString>)> {
    let bytes = word.as_encoded_bytes();
    options::TABLE.iter().find_map(|row| {
        let rest = bytes.strip_prefix(row.name.as_bytes())?;
        let glued = || tail(word, row.name.len());
        let rest = match (&row.set, rest) {
            (Set::End, _) => return None,
            (Set::Glued(_), _) => Some(glued()),
            (Set::Value(_), []) => Some(OsString::new()),
            (_, []) => None,
            (Set::Word(_), _) => Some(glued()),
            (Set::Value(_) | Set::Optional(_), [b'=', ..]) => Some(tail(word, row.name.len() + 1)),
            _ => return None,
        };
        Some((row, rest))
    })
}

/// What is said about a value that an option does not take.
fn refusal(name: &str, takes: &str, value: &OsStr) -> String {
    format!("'{name}' takes {takes}, not '{}'", value.to_string_lossy())
}

/// The rest of a word, from byte `from` on, before which there is ASCII only.
pub(super) fn tail(word: &OsStr, from: usize) -> OsString {
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

#[cfg(test)]
mod tests {
    use super::*;
    use moonset::{GcMode, JitMode};

    fn with_variables(words: &[&str], variables: &[(&str, &str)]) -> Request {
        let words: Vec<OsString> =
            std::iter::once("moonset").chain(words.iter().copied()).map(OsString::from).collect();
        parse(&words, |name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into()))
    }

    fn request(words: &[&str]) -> Request {
        with_variables(words, &[])
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
        assert!(!run(&["x.lua", "-v"]).version);
        assert_eq!(run(&["-"]).script, Some(1));
        assert_eq!(run(&["-v"]).script, None);
        assert_eq!(run(&[""]).script, Some(1));
    }

    #[test]
    fn actions_keep_their_order() {
        let execute = |text: &str| Action::Execute(text.into());
        let require = |name: &str| Action::Require(name.into());
        assert_eq!(
            run(&["-e", "a", "-lm", "-W", "-eb", "-l", "g=m"]).actions,
            [execute("a"), require("m"), Action::Warnings, execute("b"), require("g=m")]
        );
        assert!(run(&["-i"]).interactive && run(&["-i"]).version);
        assert!(run(&["-E"]).config.ignore_environment);
    }

    #[test]
    fn two_dashes_end_the_options_and_make_a_dash_a_file() {
        let invocation = run(&["--", "-"]);
        assert_eq!((invocation.script, invocation.dash_is_file), (Some(2), true));
        assert_eq!(run(&["--"]).script, None);
    }

    #[test]
    fn clusters_and_unknown_options_are_refused() {
        for word in ["-vv", "-iv", "-Ex", "-Wx", "-h", "-x", "---", "--jut=on", "--sinker=on", "--deterministic=1"] {
            assert_eq!(wrong(&[word]), format!("unrecognized option '{word}'"));
        }
        for option in ["-e", "-l"] {
            let message = format!("'{option}' needs argument");
            assert_eq!(wrong(&[option]), message);
            assert_eq!(wrong(&[option, "-v"]), message);
        }
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
        assert_eq!(run(&["--seed=0x10"]).config.seed, Some(16));
    }

    #[test]
    fn variables_come_first_and_can_be_ignored() {
        let variables = [("MOONSET_JIT", "off"), ("MOONSET_SINK", "off"), ("MOONSET_STATS", "json:x")];
        let config = |words: &[&str]| match with_variables(words, &variables) {
            Request::Run(invocation) => (invocation.config.jit, invocation.config.sink, invocation.stats.is_some()),
            other => panic!("{words:?} gave {other:?}"),
        };
        assert_eq!(config(&[]), (JitMode::Off, false, true));
        assert_eq!(config(&["--jit=on"]), (JitMode::On, false, true));
        assert_eq!(config(&["-E"]), (JitMode::On, true, false));
        let bad = with_variables(&[], &[("MOONSET_JIT", "perhaps")]);
        assert_eq!(bad, Request::Wrong("'MOONSET_JIT' takes on, off or stress, not 'perhaps'".into()));
    }

    #[test]
    fn bad_values_name_what_is_possible() {
        assert_eq!(wrong(&["--jit=maybe"]), "'--jit' takes on, off or stress, not 'maybe'");
        assert_eq!(wrong(&["--jit"]), "'--jit' takes on, off or stress, not ''");
        for value in ["", "K", "1K", "2G", "-4K", "4KB", "99999999999999999999"] {
            let message = wrong(&[&format!("--gc-nursery={value}")]);
            assert_eq!(message, format!("'--gc-nursery' takes a size from 4K to 1G, not '{value}'"));
        }
        assert_eq!(run(&["--max-mcode=64K"]).config.max_mcode, Some(64 << 10));
        assert!(wrong(&["--max-mcode=1K"]).contains("a size from 4K on, not '1K'"));
        assert!(wrong(&["--dump=bc,nothing"]).contains("bc, ir, passes, clif, asm"));
        assert!(wrong(&["--stats=xml"]).contains("text, json, times"));
        assert!(wrong(&["--seed=x"]).contains("an integer"));
    }

    #[test]
    fn reports_go_to_files_named_behind_a_colon() {
        assert_eq!(run(&["--stats"]).stats, Some((StatsFormat::Text, None)));
        assert!(!run(&["--stats"]).config.times && run(&["--stats=times"]).config.times);
        let timed = run(&["--stats=json,times:x"]);
        assert!(timed.config.times && timed.stats == Some((StatsFormat::Json, Some("x".into()))));
        let stats = run(&["--stats=json:/tmp/a:b"]).stats;
        assert_eq!(stats, Some((StatsFormat::Json, Some("/tmp/a:b".into()))));
        let dump = run(&["--dump=bc,passes:out"]).dump.expect("a dump was asked for");
        assert!(dump.bytecode && dump.passes && !dump.ir && !dump.clif && !dump.asm);
        assert_eq!(dump.to, Some("out".into()));
        assert_eq!(run(&["--trace-log"]).trace_log, Some(None));
        assert_eq!(run(&["--trace-log=a:b"]).trace_log, Some(Some("a:b".into())));
    }

    #[test]
    fn texts_are_printed_instead_of_running() {
        assert_eq!(request(&["-v", "--help", "x"]), Request::Print(Text::Help));
        assert_eq!(request(&["--opt=help"]), Request::Print(Text::Tunables));
    }
}
