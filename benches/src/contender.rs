//! What runs the programs: Moonset in a mode, or another Lua found on the PATH.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A name, the program behind it and the options it is given.
#[derive(Clone, Copy, Debug)]
struct Known {
    name: &'static str,
    /// `None`: Moonset.
    program: Option<&'static str>,
    options: &'static [&'static str],
    /// Whether it runs when no contenders are named.
    usual: bool,
}

const fn known(
    name: &'static str,
    program: Option<&'static str>,
    options: &'static [&'static str],
    usual: bool,
) -> Known {
    Known { name, program, options, usual }
}

/// Every contender there is.
const KNOWN: [Known; 8] = [
    known("moonset", None, &[], true),
    known("sink-off", None, &["--sink=off"], true),
    known("jit-off", None, &["--jit=off"], true),
    known("lua5.4", Some("lua5.4"), &[], true),
    known("luajit", Some("luajit"), &[], true),
    known("luajit-sink-off", Some("luajit"), &["-O-sink"], false),
    known("luajit-jit-off", Some("luajit"), &["-joff"], false),
    known("lua", Some("lua"), &[], false),
];

/// Something that runs Lua programs.
#[derive(Clone, Debug)]
pub struct Contender {
    /// The name in tables.
    pub name: &'static str,
    program: PathBuf,
    options: &'static [&'static str],
}

impl Contender {
    /// A command that runs `script`.
    pub fn command(&self, script: &Path) -> Command {
        self.command_with(&[], script)
    }

    /// A command that runs `script` with further options.
    pub fn command_with(&self, options: &[&str], script: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.args(self.options).args(options).arg(script);
        command
    }
}

/// The names of all contenders.
pub fn names() -> impl Iterator<Item = &'static str> {
    KNOWN.iter().map(|known| known.name)
}

/// Finds contenders by name; the usual ones when `names` is empty. Others than Moonset may be missing: their names come back.
///
/// # Errors
/// An unknown name.
pub fn find(names: &[String], moonset: &Path) -> Result<(Vec<Contender>, Vec<&'static str>), String> {
    if let Some(unknown) = names.iter().find(|name| KNOWN.iter().all(|known| known.name != **name)) {
        let all: Vec<_> = self::names().collect();
        return Err(format!("there is no contender '{unknown}' (there are {})", all.join(", ")));
    }
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for known in KNOWN {
        if !(names.iter().any(|name| name == known.name) || names.is_empty() && known.usual) {
            continue;
        }
        match known.program.map_or_else(|| Some(moonset.to_owned()), on_path) {
            Some(program) => found.push(Contender { name: known.name, program, options: known.options }),
            None => missing.push(known.name),
        }
    }
    Ok((found, missing))
}

/// One contender by name, when it is there.
pub fn find_one(name: &str, moonset: &Path) -> Option<Contender> {
    find(&[name.to_owned()], moonset).ok()?.0.pop()
}

/// Moonset's program: `given`, or the one that was built into the same folder as the program that is running.
///
/// # Errors
/// Where it was looked for, and how to build it.
pub fn moonset(given: Option<PathBuf>) -> Result<PathBuf, String> {
    let path = match given {
        Some(path) => path,
        None => env::current_exe().map_err(|error| error.to_string())?.with_file_name("moonset"),
    };
    if path.is_file() {
        Ok(path)
    } else {
        Err(format!(
            "{}: no such program (build it with 'cargo build --release', or name one with --moonset)",
            path.display()
        ))
    }
}

fn on_path(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(program)).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moonset_is_always_found_and_unknown_names_never() {
        let (found, _) = find(&[], Path::new("/somewhere/moonset")).unwrap();
        assert_eq!(found.iter().take(3).map(|it| it.name).collect::<Vec<_>>(), ["moonset", "sink-off", "jit-off"]);
        assert!(find(&["perl".to_owned()], Path::new("moonset")).unwrap_err().contains("'perl'"));
        assert_eq!(find_one("jit-off", Path::new("moonset")).unwrap().options, ["--jit=off"]);
    }
}
