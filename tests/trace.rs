//! Behaviour of the trace compiler: programs whose head says with which options they run and what must be counted.
//!
//! ```text
//!   -- options: --sink=off              options of the run, beside --deterministic
//!   -- expect: jit.traces >= 1          a number of --stats=json, compared (== >= <= > <) with a constant
//!   -- runs: 20000                      N: the program runs with N and with 2N as its argument
//!   -- per iteration: gc.allocated_bytes == 0      the difference of both runs, divided by N
//!   -- unsunk: gc.allocated_bytes > 0              the same with --sink=off
//!   -- trace: abort                     a text that occurs in what --trace-log writes
//! ```
//!
//! Every program must also print the same as with `--jit=off`, and end well. The programs of `tests/sink` say what an iteration
//! allocates: they are one construct each, numbered as the families of objects that should never be made.

#[allow(dead_code, reason = "each test uses a part of it")]
mod common;

use std::fs;
use std::path::Path;

use common::{difference, files, moonset, root, run};
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;

/// A comparison with a number of the statistics.
struct Expectation {
    path: String,
    relation: String,
    value: f64,
    text: String,
}

impl Expectation {
    /// Parses `gc.allocated_bytes == 0`.
    fn parse(text: &str) -> Result<Expectation, String> {
        let wrong = || format!("cannot be read: expect: {text}");
        let relation = ["==", ">=", "<=", ">", "<"].into_iter().find(|it| text.contains(it)).ok_or_else(wrong)?;
        let (path, value) = text.split_once(relation).ok_or_else(wrong)?;
        let value = value.trim().parse().map_err(|_| wrong())?;
        Ok(Expectation { path: path.trim().to_string(), relation: relation.to_string(), value, text: text.to_string() })
    }

    fn check(&self, got: f64) -> Result<(), String> {
        let holds = match &*self.relation {
            "==" => got == self.value,
            ">=" => got >= self.value,
            "<=" => got <= self.value,
            ">" => got > self.value,
            _ => got < self.value,
        };
        if holds { Ok(()) } else { Err(format!("expected {}, but it is {got}", self.text)) }
    }
}

/// What the head of a program says.
#[derive(Default)]
struct Head {
    options: Vec<String>,
    expectations: Vec<Expectation>,
    iterations: Option<u64>,
    per_iteration: Vec<Expectation>,
    unsunk: Vec<Expectation>,
    events: Vec<String>,
}

impl Head {
    fn parse(text: &str) -> Result<Head, String> {
        let mut head = Head::default();
        for line in text.lines().map_while(|line| line.strip_prefix("--")) {
            let Some((key, value)) = line.trim().split_once(": ") else { continue };
            match key {
                "options" => head.options.extend(value.split_whitespace().map(String::from)),
                "expect" => head.expectations.push(Expectation::parse(value)?),
                "runs" => head.iterations = Some(value.parse().map_err(|_| format!("runs: {value}"))?),
                "per iteration" => head.per_iteration.push(Expectation::parse(value)?),
                "unsunk" => head.unsunk.push(Expectation::parse(value)?),
                "trace" => head.events.push(value.to_string()),
                _ => {}
            }
        }
        if head.expectations.is_empty() && head.per_iteration.is_empty() && head.events.is_empty() {
            return Err("the head expects nothing".to_string());
        }
        if head.iterations.is_none() && !(head.per_iteration.is_empty() && head.unsunk.is_empty()) {
            return Err("`per iteration` and `unsunk` need `runs`".to_string());
        }
        Ok(head)
    }
}

/// A run with statistics.
struct Measured {
    events: String,
    stats: Value,
}

fn measure(script: &Path, options: &[String], argument: Option<u64>, expected: &[u8]) -> Result<Measured, Failed> {
    let mut command = moonset();
    command.args(["--deterministic", "--stats=json", "--trace-log"]).args(options).arg(script);
    command.args(argument.map(|it| it.to_string()));
    let got = run(command, b"")?;
    let text = got.err();
    if !got.status.success() {
        return Err(format!("{}\n{text}", got.status).into());
    }
    if got.stdout != expected {
        let difference = difference(expected, &got.stdout);
        return Err(format!("{options:?} {argument:?}: not as with --jit=off: {difference}").into());
    }
    let (events, json) = text.trim_end().rsplit_once('\n').unwrap_or(("", text.trim_end()));
    let stats = serde_json::from_str(json).map_err(|error| format!("{error}: {json}"))?;
    Ok(Measured { events: events.to_string(), stats })
}

/// The number under a path such as `jit.traces`; a reason of which nothing was counted is 0.
fn number(stats: &Value, path: &str) -> Result<f64, String> {
    let mut value = stats;
    let mut missing = Err(format!("the statistics have no `{path}`"));
    for key in path.splitn(3, '.') {
        match value.get(key) {
            Some(next) => value = next,
            None => return missing,
        }
        if key == "abort_reasons" {
            missing = Ok(0.0);
        }
    }
    value.as_f64().or_else(|| value.as_bool().map(f64::from)).ok_or_else(|| format!("`{path}` is no number"))
}

/// What does not hold of an iteration: of the difference between a run of so many and a run of twice as many.
fn check_iteration(
    script: &Path,
    options: &[String],
    iterations: u64,
    expectations: &[Expectation],
) -> Result<Vec<String>, Failed> {
    let mut runs = Vec::new();
    for count in [iterations, 2 * iterations] {
        let mut interpreted = moonset();
        interpreted.arg("--jit=off").arg(script).arg(count.to_string());
        let interpreted = run(interpreted, b"")?;
        runs.push(measure(script, options, Some(count), &interpreted.stdout)?.stats);
    }
    let of_one = |expectation: &Expectation| {
        let (once, twice) = (number(&runs[0], &expectation.path)?, number(&runs[1], &expectation.path)?);
        expectation.check((twice - once) / iterations as f64)
    };
    Ok(expectations.iter().filter_map(|expectation| of_one(expectation).err()).collect())
}

fn check(script: &Path) -> Result<(), Failed> {
    let head = Head::parse(&fs::read_to_string(root().join(script))?)?;
    let mut interpreted = moonset();
    interpreted.arg("--jit=off").arg(script).args(head.iterations.map(|it| it.to_string()));
    let interpreted = run(interpreted, b"")?;
    let once = measure(script, &head.options, head.iterations, &interpreted.stdout)?;
    let mut failures = Vec::new();
    for expectation in &head.expectations {
        failures.extend(number(&once.stats, &expectation.path).and_then(|got| expectation.check(got)).err());
    }
    for event in head.events.iter().filter(|event| !once.events.contains(&***event)) {
        failures.push(format!("no event has the text `{event}`"));
    }
    if let Some(iterations) = head.iterations {
        failures.extend(check_iteration(script, &head.options, iterations, &head.per_iteration)?);
        if !head.unsunk.is_empty() {
            let options = [head.options.as_slice(), &["--sink=off".to_string()]].concat();
            let found = check_iteration(script, &options, iterations, &head.unsunk)?;
            failures.extend(found.into_iter().map(|failure| format!("with --sink=off: {failure}")));
        }
    }
    if failures.is_empty() {
        return Ok(());
    }
    Err(format!("{}\n{}\n{}", failures.join("\n"), once.events, once.stats).into())
}

fn main() {
    let arguments = Arguments::from_args();
    let scripts = ["tests/trace", "tests/sink"].into_iter().flat_map(|folder| files(folder, "lua"));
    let trials = scripts.map(|script| {
        let name = script.with_extension("").file_name().unwrap_or_default().to_string_lossy().into_owned();
        Trial::test(name, move || check(&script))
    });
    libtest_mimic::run(&arguments, trials.collect()).exit();
}
