//! Rewrites the expected outputs beside the corpus: `X.out` (standard output) under `tests/lua/`, `X.err` (the message of the
//! error that ends the run) under `tests/error/`. Each program runs in a process of its own, from the root of the repository.
//! Cases of `tests/ecosystem/` are run as far as their packages are installed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::ecosystem::{Case, scrubbed};

/// What a blessing run did.
#[derive(Debug, Default)]
pub struct Report {
    /// Programs run.
    pub programs: usize,
    /// Expected outputs that were new or differed.
    pub changed: Vec<PathBuf>,
    /// Programs that ended as they must not, with the reason.
    pub failures: Vec<(PathBuf, String)>,
}

/// Runs every program of the corpus below `root` with `oracle` and rewrites its expected output.
///
/// # Errors
/// When a file cannot be read or written, or the oracle cannot be started.
pub fn bless(root: &Path, oracle: &Path) -> io::Result<Report> {
    let mut report = Report::default();
    for script in lua_files(&root.join("tests/lua"))? {
        let output = run(root, oracle, &script)?;
        if !output.status.success() {
            report.failures.push((script, String::from_utf8_lossy(&output.stderr).into_owned()));
            continue;
        }
        write_if_changed(&mut report, &script.with_extension("out"), &output.stdout)?;
    }
    for script in lua_files(&root.join("tests/error"))? {
        let output = run(root, oracle, &script)?;
        if output.status.success() {
            report.failures.push((script, "it ends without an error".to_owned()));
            continue;
        }
        write_if_changed(&mut report, &script.with_extension("err"), &output.stderr)?;
    }
    for case in Case::all(root)?.iter().filter(|case| case.obstacle().is_none()) {
        let mut command = Command::new(oracle);
        command.args(["--program", "moonset", "--"]).stdin(Stdio::null());
        let folder = case.prepare(root, &mut command)?;
        let output = command.output()?;
        if !output.status.success() {
            report.failures.push((case.script.clone(), String::from_utf8_lossy(&output.stderr).into_owned()));
            continue;
        }
        let text = scrubbed(&output.stdout, folder.path());
        write_if_changed(&mut report, &case.script.with_extension("out"), text.as_bytes())?;
    }
    Ok(report)
}

/// The `.lua` files below a folder, sorted.
///
/// # Errors
/// When a folder cannot be read.
pub fn lua_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "lua") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn run(root: &Path, oracle: &Path, script: &Path) -> io::Result<std::process::Output> {
    let name = script.strip_prefix(root).expect("the script lies below the root");
    Command::new(oracle).arg("--program").arg("moonset").arg("--").arg(name).current_dir(root).output()
}

fn write_if_changed(report: &mut Report, path: &Path, bytes: &[u8]) -> io::Result<()> {
    report.programs += 1;
    if fs::read(path).ok().as_deref() != Some(bytes) {
        fs::write(path, bytes)?;
        report.changed.push(path.to_path_buf());
    }
    Ok(())
}
