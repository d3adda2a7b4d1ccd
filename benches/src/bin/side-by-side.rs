//! Runs the programs of the suite in Moonset's modes and in other Lua implementations, interleaved, and prints ratios.
//!
//! See `--help`. Run it on a quiet machine. Ratios are times over those of the contender named by `--base`: less is faster.

#![forbid(unsafe_code)]

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::prelude::*;
use moonset_benches::contender::{self, Contender};
use moonset_benches::figures::{self, Figure, Setting};
use moonset_benches::numbers::{geometric_mean, ratio};
use moonset_benches::program::{Program, programs};
use moonset_benches::rounds::{Clock, Measured, measure};
use moonset_benches::table::Table;
use serde::Serialize;

const HELP: &str = "\
usage: side-by-side [options]
  --moonset PATH        Moonset's program (default: beside this one)
  --with a,b,...        contenders: moonset, sink-off, jit-off, lua5.4, luajit (these are the default),
                        luajit-sink-off, luajit-jit-off, lua
  --base NAME           the contender that ratios are over (default: lua5.4, or the first when it is missing)
  --programs a,b,...    these programs only
  --sections a,b,...    programs, start-up, figures (default: all)
  --rounds N            rounds of interleaved runs (default: 5)
  --arg-scale X         X times the usual work (default: 1)
  --clock wall|cpu      which time (default: wall)
  --json FILE           write everything as JSON
";

struct Options {
    moonset: Option<PathBuf>,
    with: Vec<String>,
    base: Option<String>,
    programs: Vec<String>,
    sections: Vec<String>,
    rounds: usize,
    scale: f64,
    clock: Clock,
    json: Option<PathBuf>,
}

/// Everything that was measured, as `--json` writes it.
#[derive(Default, Serialize)]
struct Report {
    programs: Vec<ProgramReport>,
    start_up: Vec<Measured>,
    figures: Vec<Figure>,
}

#[derive(Serialize)]
struct ProgramReport {
    program: String,
    group: String,
    argument: u64,
    measured: Vec<Measured>,
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(Some(options)) => options,
        Ok(None) => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprint!("side-by-side: {error}\n{HELP}");
            return ExitCode::FAILURE;
        }
    };
    match compare(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("side-by-side: {message}");
            ExitCode::FAILURE
        }
    }
}

fn options() -> Result<Option<Options>, lexopt::Error> {
    let mut options = Options {
        moonset: None,
        with: Vec::new(),
        base: None,
        programs: Vec::new(),
        sections: ["programs", "start-up", "figures"].map(str::to_owned).to_vec(),
        rounds: 5,
        scale: 1.0,
        clock: Clock::Wall,
        json: None,
    };
    let list = |text: String| text.split(',').map(str::to_owned).collect::<Vec<_>>();
    let mut words = lexopt::Parser::from_env();
    while let Some(word) = words.next()? {
        match word {
            Long("moonset") => options.moonset = Some(words.value()?.into()),
            Long("with") => options.with = list(words.value()?.string()?),
            Long("base") => options.base = Some(words.value()?.string()?),
            Long("programs") => options.programs = list(words.value()?.string()?),
            Long("sections") => {
                let named = list(words.value()?.string()?);
                if let Some(unknown) = named.iter().find(|name| !options.sections.contains(name)) {
                    return Err(format!("there is no section '{unknown}'").into());
                }
                options.sections = named;
            }
            Long("rounds") => options.rounds = words.value()?.parse()?,
            Long("arg-scale") => options.scale = words.value()?.parse()?,
            Long("clock") => {
                options.clock = match &*words.value()?.string()? {
                    "wall" => Clock::Wall,
                    "cpu" => Clock::Cpu,
                    other => return Err(format!("there is no clock '{other}'").into()),
                }
            }
            Long("json") => options.json = Some(words.value()?.into()),
            Long("help") | Short('h') => return Ok(None),
            _ => return Err(word.unexpected()),
        }
    }
    if options.rounds == 0 || options.scale.is_nan() || options.scale <= 0.0 {
        return Err("--rounds and --arg-scale are above 0".into());
    }
    Ok(Some(options))
}

/// Measures and prints; whether all runs went well and agreed.
fn compare(options: &Options) -> Result<bool, String> {
    let moonset = contender::moonset(options.moonset.clone())?;
    let (contenders, missing) = contender::find(&options.with, &moonset)?;
    for name in missing {
        println!("{name} is not on the PATH: left out");
    }
    let programs = programs(&options.programs)?;
    let setting = Setting { moonset, rounds: options.rounds, clock: options.clock };
    let base = base(options, &contenders)?;
    let wants = |section: &str| options.sections.iter().any(|wanted| wanted == section);
    let mut report = Report::default();
    let mut well = true;
    if wants("programs") {
        for program in programs {
            match run(&program, &contenders, options) {
                Ok(measured) => report.programs.push(measured),
                Err(message) => {
                    eprintln!("side-by-side: {}: {message}", program.name);
                    well = false;
                }
            }
        }
        println!(
            "\nTime over that of {} (less is faster)\n{}",
            contenders[base].name,
            times(&report.programs, &contenders, base)
        );
        println!(
            "Memory at the highest point, over that of {}\n{}",
            contenders[base].name,
            memory(&report.programs, &contenders, base)
        );
    }
    if wants("start-up") {
        report.start_up = figures::start_up(&contenders, &setting)?;
        let mut table = Table::new([""].into_iter().chain(contenders.iter().map(|it| it.name)));
        let cells = report.start_up.iter().map(|it| ratio(it.seconds / report.start_up[base].seconds));
        table.row(["time".to_owned()].into_iter().chain(cells));
        println!("An empty script, over {}\n{table}", contenders[base].name);
    }
    if wants("figures") {
        let measured: Vec<_> = report.programs.iter().map(|it| it.measured.clone()).collect();
        report.figures = figures::suite(&measured);
        report.figures.extend(figures::single(&setting)?);
        println!("Figures\n{}", figures_table(&report.figures));
    }
    if let Some(path) = &options.json {
        let text = serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?;
        fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(well)
}

/// The index of the contender that ratios are over.
fn base(options: &Options, contenders: &[Contender]) -> Result<usize, String> {
    let at = |name: &str| contenders.iter().position(|it| it.name == name);
    match &options.base {
        Some(name) => at(name).ok_or_else(|| format!("'{name}' is not among the contenders")),
        None => Ok(at("lua5.4").unwrap_or(0)),
    }
}

fn run(program: &Program, contenders: &[Contender], options: &Options) -> Result<ProgramReport, String> {
    let argument = program.scaled(options.scale);
    eprintln!("{} {argument}", program.name);
    let measured = measure(contenders, options.rounds, options.clock, |contender| {
        let mut command = contender.command(&program.path);
        command.arg(argument.to_string());
        command
    })?;
    Ok(ProgramReport { program: program.name.clone(), group: program.group.clone(), argument, measured })
}

fn times(programs: &[ProgramReport], contenders: &[Contender], base: usize) -> Table {
    let names = contenders.iter().map(|it| it.name);
    let mut table = Table::new(["program", "group"].into_iter().chain(names).chain(["spread"]));
    let ratios = |program: &ProgramReport| -> Vec<f64> {
        program.measured.iter().map(|it| it.seconds / program.measured[base].seconds).collect()
    };
    let mut groups: Vec<&str> = Vec::new();
    for program in programs {
        let spread = program.measured.iter().map(|it| it.spread).fold(0.0, f64::max);
        let cells = ratios(program).into_iter().map(ratio).chain([format!("{:.0} %", spread * 100.0)]);
        table.row([program.program.clone(), program.group.clone()].into_iter().chain(cells));
        if !groups.contains(&&*program.group) {
            groups.push(&program.group);
        }
    }
    table.line();
    for group in groups.into_iter().map(Some).chain([None]) {
        let rows: Vec<_> =
            programs.iter().filter(|it| group.is_none_or(|group| it.group == group)).map(ratios).collect();
        let mean = |at: usize| geometric_mean(&rows.iter().map(|row| row[at]).collect::<Vec<_>>());
        let name = ["geometric mean".to_owned(), group.unwrap_or("all").to_owned()];
        table.row(name.into_iter().chain((0..contenders.len()).map(mean).map(ratio)));
    }
    table
}

fn memory(programs: &[ProgramReport], contenders: &[Contender], base: usize) -> Table {
    let mut table = Table::new(["program"].into_iter().chain(contenders.iter().map(|it| it.name)));
    for program in programs {
        let cells = program.measured.iter().map(|it| ratio(it.memory / program.measured[base].memory));
        table.row([program.program.clone()].into_iter().chain(cells));
    }
    table
}

fn figures_table(figures: &[Figure]) -> Table {
    let mut table = Table::new(["", "measured", "wanted", ""]);
    for figure in figures {
        let wanted = format!("{} {}", if figure.at_least { ">=" } else { "<=" }, figure.target);
        let verdict = if figure.met() { "reached" } else { "missed" };
        table.row([figure.name.clone(), ratio(figure.measured), wanted, verdict.to_owned()]);
    }
    table
}
