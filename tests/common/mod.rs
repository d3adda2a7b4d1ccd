//! What the tests of the program share: starting it, with a time limit, and finding files.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long one run may take.
const LIMIT: Duration = Duration::from_secs(300);

/// What a run left behind.
pub(crate) struct Run {
    /// How it ended.
    pub(crate) status: ExitStatus,
    /// What it printed.
    pub(crate) stdout: Vec<u8>,
    /// What it complained about.
    pub(crate) stderr: Vec<u8>,
}

impl Run {
    /// Standard output as text.
    pub(crate) fn out(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Standard error as text.
    pub(crate) fn err(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program, to be run from the root of the repository under the name `moonset`.
pub(crate) fn moonset() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_moonset"));
    #[cfg(unix)]
    std::os::unix::process::CommandExt::arg0(&mut command, "moonset");
    command.current_dir(root()).stdin(Stdio::null());
    command
}

/// Runs a command that reads `input`. A run that takes too long is ended, and is a failure. What the command leaves running
/// is ended with it: it would hold the other ends of the pipes.
pub(crate) fn run(mut command: Command, input: &[u8]) -> Result<Run, String> {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    if !input.is_empty() {
        command.stdin(Stdio::piped());
    }
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(|e| e.to_string())?;
    let stdin = child.stdin.take();
    let input = input.to_vec();
    let writer = thread::spawn(move || {
        // A program that ends before it has read everything closes the pipe.
        stdin.map(|mut stdin| stdin.write_all(&input))
    });
    let (stdout, stderr) = (drain(child.stdout.take()), drain(child.stderr.take()));
    let start = Instant::now();
    let mut pause = Duration::from_micros(200);
    let status = loop {
        match child.try_wait().map_err(|e| e.to_string())? {
            Some(status) => break status,
            None if start.elapsed() > LIMIT => {
                let _ = child.kill();
                end_group(&child);
                let _ = child.wait();
                return Err(format!("still running after {} s", LIMIT.as_secs()));
            }
            None => thread::sleep(pause),
        }
        pause = (pause * 2).min(Duration::from_millis(20));
    };
    end_group(&child);
    let _ = writer.join();
    let text = |reader: thread::JoinHandle<Vec<u8>>| reader.join().map_err(|_| "the reader panicked".to_string());
    Ok(Run { status, stdout: text(stdout)?, stderr: text(stderr)? })
}

/// Ends all processes of the group that the command began.
fn end_group(child: &std::process::Child) {
    #[cfg(unix)]
    if let Some(group) = rustix::process::Pid::from_raw(child.id().cast_signed()) {
        // Mostly there is none left.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
}

fn drain(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            let _ = pipe.read_to_end(&mut bytes);
        }
        bytes
    })
}

/// The files with this extension below a folder of the repository, sorted, relative to the root.
pub(crate) fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let path = entry.expect("an entry of a folder").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == extension) {
                found.push(path.strip_prefix(root()).expect("it is below the root").to_path_buf());
            }
        }
    }
    found.sort();
    found
}

/// The first difference of two texts, for people.
pub(crate) fn difference(expected: &[u8], got: &[u8]) -> String {
    let lines = |text: &[u8]| -> Vec<String> {
        text.split(|&byte| byte == b'\n').map(|line| String::from_utf8_lossy(line).into_owned()).collect()
    };
    let (expected, got) = (lines(expected), lines(got));
    let at = expected.iter().zip(&got).take_while(|(a, b)| a == b).count();
    let line = |lines: &[String]| lines.get(at).cloned().unwrap_or_else(|| "(end)".to_string());
    format!("line {}:\n  expected: {}\n  got:      {}", at + 1, line(&expected), line(&got))
}
