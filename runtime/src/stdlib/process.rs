//! Commands for the system's shell: run to their end, or joined by a pipe.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};

/// The shell that runs commands.
const SHELL: &str = "/bin/sh";

/// Which end of the pipe to a command is ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// What the command prints is read.
    Read,
    /// What the command reads is written.
    Write,
}

/// A command that runs beside the program.
pub struct Process {
    child: Child,
    /// `None` once the command has been waited for.
    pipe: Option<File>,
}

impl Process {
    /// Starts a command.
    pub fn start(command: &[u8], direction: Direction) -> io::Result<Process> {
        let mut shell = shell(command);
        match direction {
            Direction::Read => shell.stdout(Stdio::piped()),
            Direction::Write => shell.stdin(Stdio::piped()),
        };
        let mut child = shell.spawn()?;
        let pipe = match direction {
            Direction::Read => child.stdout.take().map(OwnedFd::from),
            Direction::Write => child.stdin.take().map(OwnedFd::from),
        };
        Ok(Process { child, pipe: pipe.map(File::from) })
    }

    /// Our end of the pipe.
    pub fn pipe(&mut self) -> io::Result<&mut File> {
        self.pipe.as_mut().ok_or_else(|| io::ErrorKind::BrokenPipe.into())
    }

    /// Closes the pipe and waits for the command to end.
    pub fn finish(&mut self) -> io::Result<ExitStatus> {
        self.pipe = None;
        self.child.wait()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Nobody asks how it ended; but a child that is not waited for stays in the system's tables.
        let _ = self.finish();
    }
}

/// Whether there is a shell.
pub fn has_shell() -> bool {
    std::path::Path::new(SHELL).exists()
}

/// Runs a command and waits for it.
pub fn run(command: &[u8]) -> io::Result<ExitStatus> {
    shell(command).status()
}

/// How a command ended: whether by itself with success, the word for the way, and the status or the signal.
pub fn outcome(status: ExitStatus) -> (bool, &'static str, i32) {
    match (status.code(), status.signal()) {
        (Some(code), _) => (code == 0, "exit", code),
        (None, signal) => (false, "signal", signal.unwrap_or(0)),
    }
}

fn shell(command: &[u8]) -> Command {
    let mut shell = Command::new(SHELL);
    shell.arg0("sh").arg("-c").arg("--").arg(OsStr::from_bytes(command));
    shell
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    #[test]
    fn commands_end_with_a_status_or_by_a_signal() {
        let end = |command: &[u8]| outcome(run(command).expect("a shell"));
        assert_eq!(end(b"true"), (true, "exit", 0));
        assert_eq!(end(b"exit 7"), (false, "exit", 7));
        assert_eq!(end(b"kill -9 $$"), (false, "signal", 9));
    }

    #[test]
    fn pipes_go_both_ways() {
        let mut reader = Process::start(b"echo out; exit 3", Direction::Read).expect("a shell");
        let mut text = String::new();
        reader.pipe().expect("open").read_to_string(&mut text).expect("readable");
        assert_eq!(text, "out\n");
        assert_eq!(outcome(reader.finish().expect("it ends")), (false, "exit", 3));
        assert!(reader.pipe().is_err());

        let mut writer = Process::start(b"read line; test \"$line\" = in", Direction::Write).expect("a shell");
        writer.pipe().expect("open").write_all(b"in\n").expect("writable");
        assert_eq!(outcome(writer.finish().expect("it ends")), (true, "exit", 0));
    }
}
