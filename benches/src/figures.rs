//! The figures that Moonset has set itself against lua5.4 and luajit, measured.
//!
//! Time of a loop in its steady state is the difference of two runs, one twice as long as the other, over the steps
//! between them: start-up and warm-up drop out. Each contender gets as many steps as its speed needs to be measured.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Serialize;

use crate::child;
use crate::contender::{Contender, find_one};
use crate::numbers::{geometric_mean, median};
use crate::program::folder;
use crate::rounds::{Clock, Measured, measure};

/// A figure and what was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    /// What is compared.
    pub name: String,
    /// The ratio that was measured.
    pub measured: f64,
    /// The ratio that is wanted.
    pub target: f64,
    /// Whether more is better.
    pub at_least: bool,
}

impl Figure {
    fn at_most(name: &str, measured: f64, target: f64) -> Figure {
        Figure { name: name.to_owned(), measured, target, at_least: false }
    }

    fn at_least(name: &str, measured: f64, target: f64) -> Figure {
        Figure { name: name.to_owned(), measured, target, at_least: true }
    }

    /// Whether the figure is reached.
    pub fn met(&self) -> bool {
        if self.at_least { self.measured >= self.target } else { self.measured <= self.target }
    }
}

/// How the figures are measured.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Moonset's program.
    pub moonset: PathBuf,
    /// How many rounds.
    pub rounds: usize,
    /// Which time.
    pub clock: Clock,
}

impl Setting {
    /// The contenders of these names; `None` when one is not installed.
    fn contenders(&self, names: &[&str]) -> Option<Vec<Contender>> {
        names.iter().map(|name| find_one(name, &self.moonset)).collect()
    }
}

/// Figures of single programs: points in the steady state, trees of depth 16, the empty script.
///
/// # Errors
/// A run that fails.
pub fn single(setting: &Setting) -> Result<Vec<Figure>, String> {
    let mut figures = Vec::new();
    if let Some(pair) = setting.contenders(&["moonset", "luajit"]) {
        let steps = steady(&pair, setting)?;
        figures.push(Figure::at_most("points, a step: time over luajit's", steps[0] / steps[1], 1.5));
    }
    if let Some(pair) = setting.contenders(&["sink-off", "luajit-sink-off"]) {
        let steps = steady(&pair, setting)?;
        figures.push(Figure::at_least(
            "points, a step, both without sinking: luajit's time over ours",
            steps[1] / steps[0],
            3.0,
        ));
    }
    let trees = folder().join("binary_trees.lua");
    if let Some(three) = setting.contenders(&["moonset", "luajit", "lua5.4"]) {
        let runs = measure(&three, setting.rounds, setting.clock, |contender| with(contender, &trees, 16))?;
        let [ours, luajit, lua] = &runs[..] else { return Err("three contenders".to_owned()) };
        figures.push(Figure::at_least(
            "trees of depth 16: luajit's time over ours",
            luajit.seconds / ours.seconds,
            1.0,
        ));
        figures.push(Figure::at_least("trees of depth 16: lua5.4's time over ours", lua.seconds / ours.seconds, 3.0));
        figures.push(Figure::at_most("trees of depth 16: memory over luajit's", ours.memory / luajit.memory, 1.5));
    }
    if let Some(pair) = setting.contenders(&["moonset", "lua5.4"]) {
        let runs = start_up(&pair, setting)?;
        figures.push(Figure::at_most("empty script: time over lua5.4's", runs[0].seconds / runs[1].seconds, 2.0));
    }
    Ok(figures)
}

/// Figures of the whole suite, from what was measured for each program.
pub fn suite(programs: &[Vec<Measured>]) -> Vec<Figure> {
    let seconds = |program: &[Measured], name: &str| {
        program.iter().find(|measured| measured.contender == name).map(|measured| measured.seconds)
    };
    let ratios = |over: &str, under: &str| -> Vec<f64> {
        let both = programs.iter().filter_map(|program| Some(seconds(program, over)? / seconds(program, under)?));
        both.collect()
    };
    let mut figures = Vec::new();
    let interpreters = ratios("jit-off", "lua5.4");
    if !interpreters.is_empty() {
        figures.push(Figure::at_most("all programs, JIT off: time over lua5.4's", geometric_mean(&interpreters), 1.0));
    }
    let compiled = ratios("lua5.4", "moonset");
    if !compiled.is_empty() {
        figures.push(Figure::at_least("all programs: lua5.4's time over ours", geometric_mean(&compiled), 3.0));
    }
    let gained = ratios("moonset", "jit-off");
    if !gained.is_empty() {
        let worst = gained.iter().copied().fold(0.0, f64::max);
        figures.push(Figure::at_most("the worst program: time over that with JIT off", worst, 1.1));
    }
    figures
}

/// Times of the empty script.
///
/// # Errors
/// A run that fails.
pub fn start_up(contenders: &[Contender], setting: &Setting) -> Result<Vec<Measured>, String> {
    // Runs of a few milliseconds need more rounds, and can have them.
    let rounds = setting.rounds * 10;
    measure(contenders, rounds, setting.clock, |contender| contender.command(Path::new("/dev/null")))
}

/// The time of a step of points.lua for each contender, in seconds.
fn steady(contenders: &[Contender], setting: &Setting) -> Result<Vec<f64>, String> {
    let points = folder().join("points.lua");
    let time = |contender: &Contender, n: u64| {
        let run = child::run(&mut with(contender, &points, n))?;
        Ok::<f64, String>(if setting.clock == Clock::Wall { run.seconds } else { run.cpu })
    };
    let mut steps = Vec::new();
    for contender in contenders {
        let mut n = 1_000_000;
        while n < 1 << 28 && time(contender, n)? < 0.15 {
            n *= 2;
        }
        steps.push(n);
    }
    let mut differences = vec![Vec::new(); contenders.len()];
    for _ in 0..setting.rounds {
        for (at, contender) in contenders.iter().enumerate() {
            let (short, long) = (time(contender, steps[at])?, time(contender, 2 * steps[at])?);
            differences[at].push((long - short) / steps[at] as f64);
        }
    }
    Ok(differences.iter().map(|differences| median(differences)).collect())
}

fn with(contender: &Contender, script: &Path, argument: u64) -> Command {
    let mut command = contender.command(script);
    command.arg(argument.to_string());
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(contender: &'static str, seconds: f64) -> Measured {
        Measured { contender, seconds, spread: 0.0, memory: 1.0 }
    }

    #[test]
    fn figures_of_the_suite() {
        let programs = vec![
            vec![measured("moonset", 1.0), measured("jit-off", 4.0), measured("lua5.4", 8.0)],
            vec![measured("moonset", 1.0), measured("jit-off", 0.8), measured("lua5.4", 0.5)],
        ];
        let figures = suite(&programs);
        let rounded: Vec<f64> = figures.iter().map(|figure| (figure.measured * 100.0).round() / 100.0).collect();
        assert_eq!(rounded, [0.89, 2.0, 1.25]);
        assert_eq!(figures.iter().map(Figure::met).collect::<Vec<_>>(), [true, false, false]);
        assert!(suite(&[vec![measured("lua5.4", 1.0)]]).is_empty());
    }
}
