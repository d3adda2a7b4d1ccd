//! The program under test: where it lies, and what it does with a text in each of its modes.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::puc::Outcome;

/// A mode: its name in reports and the options that select it.
pub type Mode = (&'static str, &'static [&'static str]);

/// The modes in which random programs run: those of [`MODES`], and those that are too slow for long programs.
pub const ALL_MODES: [Mode; 8] = [
    MODES[0],
    MODES[1],
    MODES[2],
    MODES[3],
    MODES[4],
    ("forced exits", &["--jit=stress", "--opt=force_exits=3"]),
    ("stress, collecting", &["--jit=stress", "--gc=stress"]),
    ("little code", &["--opt=hot_loop=8", "--opt=hot_exit=3", "--opt=exits_per_instruction=0", "--max-mcode=16K"]),
];

/// The modes that must all agree with PUC.
pub const MODES: [Mode; 5] = [
    ("interpreter", &["--jit=off"]),
    ("default", &[]),
    ("stress", &["--jit=stress"]),
    ("no sinking", &["--jit=stress", "--sink=off"]),
    ("collecting", &["--gc=stress"]),
];

/// How long one run may take before it counts as hanging.
const LIMIT: Duration = Duration::from_secs(60);

/// The binary: `MOONSET_BIN`, or the newest of the workspace's own builds, built when there is none.
///
/// # Errors
/// A description of what is missing. A test turns it into a failure.
pub fn binary() -> Result<PathBuf, String> {
    if let Some(path) = env::var_os("MOONSET_BIN") {
        let path = PathBuf::from(path);
        return path
            .is_file()
            .then_some(path.clone())
            .ok_or_else(|| format!("MOONSET_BIN is {}: no such file", path.display()));
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    if let Some(found) = newest_build(&root) {
        return Ok(found);
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo).args(["build", "--package", "moonset"]).current_dir(&root).status();
    match built {
        Ok(status) if status.success() => {
            newest_build(&root).ok_or_else(|| "the build left no moonset binary".to_owned())
        }
        Ok(status) => Err(format!("building moonset failed: {status}")),
        Err(error) => Err(format!("cargo could not be started to build moonset: {error}")),
    }
}

/// Runs a script of the folder `at` with its arguments, from that folder, so that messages carry the name as given.
/// Output goes through files named after `scratch`, which cannot block the child.
///
/// # Errors
/// When the binary cannot be started, runs for too long, or ends otherwise than with exit status 0 or 1.
pub fn run(binary: &Path, mode: Mode, at: &Path, words: &[&str], scratch: &Path) -> Result<Outcome, String> {
    let (out_path, err_path) = (scratch.with_extension("stdout"), scratch.with_extension("stderr"));
    let create = |path: &Path| fs::File::create(path).map_err(|e| format!("{}: {e}", path.display()));
    let child = Command::new(binary)
        .args(mode.1)
        .args(words)
        .current_dir(at)
        .stdin(Stdio::null())
        .stdout(create(&out_path)?)
        .stderr(create(&err_path)?)
        .spawn();
    let child = child.map_err(|e| format!("{} does not start: {e}", binary.display()))?;
    let status = wait(child)?;
    let read = |path: &Path| -> io::Result<Vec<u8>> {
        let bytes = fs::read(path)?;
        fs::remove_file(path)?;
        Ok(bytes)
    };
    let stdout = read(&out_path).map_err(|e| e.to_string())?;
    let stderr = read(&err_path).map_err(|e| e.to_string())?;
    match status.code() {
        Some(0) => Ok(Outcome { stdout, error: None }),
        Some(1) => Ok(Outcome { stdout, error: Some(message(&stderr)) }),
        _ => Err(format!("ended with {status}: {}", String::from_utf8_lossy(&stderr).trim_end())),
    }
}

/// The message of an error report: without the program's name in front and the traceback behind.
#[must_use]
pub fn message(stderr: &[u8]) -> Vec<u8> {
    // The program is called by its path.
    let name = b"moonset: ";
    let text = find(stderr, name).map_or(stderr, |at| &stderr[at + name.len()..]);
    let end =
        find(text, b"\nstack traceback:").unwrap_or_else(|| text.strip_suffix(b"\n").map_or(text.len(), <[u8]>::len));
    text[..end].to_vec()
}

fn wait(mut child: Child) -> Result<ExitStatus, String> {
    let started = Instant::now();
    loop {
        match child.try_wait().map_err(|e| e.to_string())? {
            Some(status) => return Ok(status),
            None if started.elapsed() > LIMIT => {
                // The child may have ended meanwhile; then there is nothing left to end.
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("still running after {} s", LIMIT.as_secs()));
            }
            None => thread::sleep(Duration::from_millis(2)),
        }
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|w| w == wanted)
}

fn newest_build(root: &Path) -> Option<PathBuf> {
    let name = format!("moonset{}", env::consts::EXE_SUFFIX);
    let age = |path: &PathBuf| fs::metadata(path).and_then(|m| m.modified()).ok();
    let builds = ["debug", "release"].map(|profile| root.join("target").join(profile).join(&name));
    builds.into_iter().filter(|path| path.is_file()).max_by_key(age)
}
