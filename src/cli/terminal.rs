//! Lines from a terminal: editing, a history that is kept in a file, input that goes on while a statement is not complete, and
//! completion of global names and of the fields of global tables.
//!
//! The editor does not know the VM. Whether a text is complete is a question to the compiler; names are gathered before the
//! prompt is shown.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::path::PathBuf;

use moonset_runtime::compile::compile_source;
use moonset_runtime::object::layout::{Str, Table};
use moonset_runtime::value::Value;
use moonset_runtime::vm::Vm;
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Config, Context, Editor, Helper, Highlighter, Hinter};

use super::repl::{Lines, is_incomplete};

/// Names that are offered at most.
const MAX_NAMES: usize = 20_000;

/// How many tables lie within each other at most: `a.b.c`.
const MAX_DEPTH: usize = 3;

/// Lines that the history keeps.
const MAX_HISTORY: usize = 1000;

/// An editor on the terminal.
pub(crate) struct Terminal {
    editor: Editor<Assistant, FileHistory>,
    history: Option<PathBuf>,
}

impl Terminal {
    /// The editor; `None`: the terminal cannot be used for one.
    pub(crate) fn new() -> Option<Terminal> {
        let config = Config::builder()
            .completion_type(CompletionType::List)
            .auto_add_history(true)
            .max_history_size(MAX_HISTORY)
            .ok()?
            .build();
        let mut editor = Editor::with_config(config).ok()?;
        editor.set_helper(Some(Assistant::default()));
        let history = history_file();
        if let Some(path) = &history {
            // The first time there is no file.
            let _ = editor.load_history(path);
        }
        Some(Terminal { editor, history })
    }
}

impl Lines for Terminal {
    fn line(&mut self, vm: &mut Vm, prompt: &[u8]) -> Option<Vec<u8>> {
        if let Some(assistant) = self.editor.helper_mut() {
            assistant.names = names(vm);
        }
        loop {
            match self.editor.readline(&*String::from_utf8_lossy(prompt)) {
                Ok(line) => {
                    if let Some(path) = &self.history {
                        // A history that cannot be kept is no reason to stop.
                        let _ = self.editor.append_history(path);
                    }
                    return Some(line.into_bytes());
                }
                // Ctrl-C drops what has been typed.
                Err(ReadlineError::Interrupted) => {}
                Err(_) => return None,
            }
        }
    }
}

/// The file named by `MOONSET_HISTORY`, or `.moonset_history` in the home folder. An empty name: none.
fn history_file() -> Option<PathBuf> {
    let path = match std::env::var_os("MOONSET_HISTORY") {
        Some(path) => PathBuf::from(path),
        None => std::env::home_dir()?.join(".moonset_history"),
    };
    (!path.as_os_str().is_empty()).then_some(path)
}

/// What helps while a line is edited.
#[derive(Default, Helper, Highlighter, Hinter)]
struct Assistant {
    /// The string keys of a table of names by its path: `""` for globals, `"string"`.
    names: BTreeMap<String, Vec<String>>,
}

impl Validator for Assistant {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let text = context.input().as_bytes();
        let text = text.strip_prefix(b"=").unwrap_or(text);
        let compiles = |text: &[u8]| compile_source(text, b"=stdin").map_err(|error| error.message);
        let expression = compiles(&[b"return ", text, b";"].concat());
        let incomplete = expression.is_err() && compiles(text).is_err_and(|message| is_incomplete(&message));
        Ok(if incomplete { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}

impl Completer for Assistant {
    type Candidate = String;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        let (from, path, start) = word(&line[..at]);
        let known = self.names.get(path).map_or(&[][..], Vec::as_slice);
        Ok((from, known.iter().filter(|name| name.starts_with(start)).cloned().collect()))
    }
}

/// The name that ends a text: where its last part begins, the path before that, and the last part.
fn word(text: &str) -> (usize, &str, &str) {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:".contains(&byte);
    let begin = text.bytes().rposition(|byte| !is_part(byte)).map_or(0, |at| at + 1);
    match text[begin..].rfind(['.', ':']) {
        Some(dot) => (begin + dot + 1, &text[begin..begin + dot], &text[begin + dot + 1..]),
        None => (begin, "", &text[begin..]),
    }
}

/// All names that can be reached from the globals, sorted, as far as the limits go.
fn names(vm: &mut Vm) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    let cx = vm.cx();
    // Short paths first: a table is found under the shortest.
    let mut waiting = VecDeque::from([(String::new(), cx.globals(), 0)]);
    let mut seen = HashSet::new();
    let mut count = 0;
    while let Some((path, table, depth)) = waiting.pop_front() {
        if !seen.insert(table.value().bits()) {
            continue;
        }
        let mut list = Vec::new();
        let mut key = Value::NIL;
        while let Ok(Some((name, value))) = table.next(cx, key) {
            key = name;
            let Some(name) = name.as_gc::<Str>().and_then(|name| identifier(name.bytes())) else { continue };
            count += 1;
            if count > MAX_NAMES {
                break;
            }
            list.push(name.to_string());
            if let Some(inner) = value.as_gc::<Table>()
                && depth < MAX_DEPTH
            {
                let inner_path = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
                waiting.push_back((inner_path, inner, depth + 1));
            }
        }
        list.sort();
        found.insert(path, list);
    }
    found
}

/// A key that can be written as a name.
fn identifier(bytes: &[u8]) -> Option<&str> {
    let good = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let name = bytes.iter().all(good) && bytes.first().is_some_and(|byte| !byte.is_ascii_digit());
    str::from_utf8(bytes).ok().filter(|_| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_name_of_a_line_is_completed() {
        assert_eq!(word("print(str"), (6, "", "str"));
        assert_eq!(word("x = string.re"), (11, "string", "re"));
        assert_eq!(word("a.b.c"), (4, "a.b", "c"));
        assert_eq!(word("f()"), (3, "", ""));
        assert_eq!(word("'é' .. x"), (8, "", "x"));
    }

    #[test]
    fn names_are_those_of_globals_and_their_tables() {
        let lua = moonset::Lua::new();
        lua.load("mine = { inner = { deep = 1 }, ['not a name'] = 2 } mine.self = mine").exec().expect("it runs");
        let found = lua.with_vm(names);
        assert!(found[""].contains(&"mine".to_string()) && found["string"].contains(&"rep".to_string()));
        assert_eq!(found["mine"], ["inner", "self"]);
        assert_eq!(found["mine.inner"], ["deep"]);
    }
}
