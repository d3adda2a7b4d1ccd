//! The Lua programs that are measured, as their head lines describe them.
//!
//! A program opens with `-- Measures: WHAT` and `-- Group: NAME`, and may go on with `-- Work: GROWTH`: how its work grows with
//! its argument `n`, as `n`, `n^K` or `B^n` (`n` when the line is absent). Its default argument is read from the line
//! that takes `arg[1]`.

use std::fs;
use std::path::{Path, PathBuf};

/// How the work of a program grows with its argument.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Growth {
    /// As a power of the argument.
    Power(f64),
    /// By this factor for each step of the argument.
    Exponential(f64),
}

impl Growth {
    /// The argument with which there is `scale` times the work that there is with `argument`; at least 1.
    pub fn scaled(self, argument: u64, scale: f64) -> u64 {
        let at = argument as f64;
        let scaled = match self {
            Growth::Power(power) => at * scale.powf(1.0 / power),
            Growth::Exponential(base) => at + scale.ln() / base.ln(),
        };
        scaled.round().max(1.0) as u64
    }

    fn parse(text: &str) -> Option<Growth> {
        match text.split_once('^') {
            None => (text == "n").then_some(Growth::Power(1.0)),
            Some(("n", power)) => power.parse().ok().map(Growth::Power),
            Some((base, "n")) => base.parse().ok().map(Growth::Exponential),
            Some(_) => None,
        }
    }
}

/// A program of the suite.
#[derive(Clone, Debug)]
pub struct Program {
    /// The file's name without its ending.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// What it measures, in words.
    pub measures: String,
    /// The group it is averaged in.
    pub group: String,
    /// How its work grows.
    pub growth: Growth,
    /// The argument it takes when none is given.
    pub argument: u64,
}

impl Program {
    /// Reads a program's head.
    ///
    /// # Errors
    /// What is missing, or why the file cannot be read.
    pub fn read(path: &Path) -> Result<Program, String> {
        let wrong = |what: &str| format!("{}: {what}", path.display());
        let text = fs::read_to_string(path).map_err(|error| wrong(&error.to_string()))?;
        let head = |key: &str| {
            let mut lines = text.lines().take_while(|line| line.starts_with("--"));
            lines.find_map(|line| line.strip_prefix("-- ")?.strip_prefix(key)?.strip_prefix(": "))
        };
        let growth = match head("Work") {
            None => Growth::Power(1.0),
            Some(text) => Growth::parse(text).ok_or_else(|| wrong("its Work is none of n, n^K, B^n"))?,
        };
        let argument = text.lines().find(|line| line.contains("arg[1]")).and_then(|line| line.rsplit(' ').next());
        Ok(Program {
            name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            path: path.to_owned(),
            measures: head("Measures").ok_or_else(|| wrong("no line '-- Measures:'"))?.to_owned(),
            group: head("Group").ok_or_else(|| wrong("no line '-- Group:'"))?.to_owned(),
            growth,
            argument: argument.and_then(|n| n.parse().ok()).ok_or_else(|| wrong("no default argument"))?,
        })
    }

    /// The argument with which there is `scale` times the usual work.
    pub fn scaled(&self, scale: f64) -> u64 {
        self.growth.scaled(self.argument, scale)
    }
}

/// Where the programs are: beside this crate.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("programs")
}

/// The programs of the suite by name; all when `names` is empty.
///
/// # Errors
/// A name that no program has, or a program that cannot be read.
pub fn programs(names: &[String]) -> Result<Vec<Program>, String> {
    let folder = folder();
    let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "lua"));
    paths.sort();
    let mut programs = paths.iter().map(|path| Program::read(path)).collect::<Result<Vec<_>, _>>()?;
    if let Some(unknown) = names.iter().find(|name| programs.iter().all(|program| program.name != **name)) {
        return Err(format!("there is no program '{unknown}' in {}", folder.display()));
    }
    programs.retain(|program| names.is_empty() || names.contains(&program.name));
    Ok(programs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_program_has_a_head() {
        let programs = programs(&[]).unwrap();
        assert!(programs.len() >= 20, "{} programs", programs.len());
        for program in programs {
            assert!(program.measures.ends_with('.'), "{}: {}", program.name, program.measures);
            assert!(["sink", "escape", "general"].contains(&&*program.group), "{}: {}", program.name, program.group);
        }
    }

    #[test]
    fn work_scales() {
        assert_eq!(Growth::parse("n"), Some(Growth::Power(1.0)));
        assert_eq!(Growth::parse("n^3"), Some(Growth::Power(3.0)));
        assert_eq!(Growth::parse("2^n"), Some(Growth::Exponential(2.0)));
        assert_eq!(Growth::parse("log n"), None);
        assert_eq!(Growth::Power(1.0).scaled(1000, 0.5), 500);
        assert_eq!(Growth::Power(2.0).scaled(1000, 0.25), 500);
        assert_eq!(Growth::Exponential(2.0).scaled(14, 0.25), 12);
        assert_eq!(Growth::Exponential(2.0).scaled(3, 1e-9), 1);
    }

    #[test]
    fn unknown_programs_are_refused() {
        let message = programs(&["nothing".to_owned()]).unwrap_err();
        assert!(message.contains("'nothing'"), "{message}");
    }
}
