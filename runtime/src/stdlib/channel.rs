//! What a stream stands on: a standard file, a file, or the pipe to a command.
//!
//! Standard files are used by their descriptors, past the buffers that Rust's library has for them: the stream above has
//! the only buffer.

use std::fs::File;
use std::io::{self, IsTerminal, Read, Seek, SeekFrom, Write};
use std::os::fd::AsFd;
use std::process::ExitStatus;

use super::process::Process;

/// See the head of the file.
pub enum Channel {
    /// Standard input.
    Stdin(io::Stdin),
    /// Standard output.
    Stdout(io::Stdout),
    /// Standard error.
    Stderr(io::Stderr),
    /// A file of the file system.
    File(File),
    /// A command.
    Process(Process),
}

/// What closing a channel says.
pub enum Ending {
    /// A file is closed.
    Closed,
    /// A command has ended.
    Exited(io::Result<ExitStatus>),
}

impl Channel {
    /// Standard files stay open as long as the program.
    pub fn is_standard(&self) -> bool {
        matches!(self, Channel::Stdin(_) | Channel::Stdout(_) | Channel::Stderr(_))
    }

    /// Whether it is a terminal.
    pub fn is_terminal(&self) -> bool {
        match self {
            Channel::Stdin(stdin) => stdin.is_terminal(),
            Channel::Stdout(stdout) => stdout.is_terminal(),
            Channel::Stderr(stderr) => stderr.is_terminal(),
            Channel::File(file) => file.is_terminal(),
            Channel::Process(_) => false,
        }
    }

    /// Waits for the end of a command; files are closed when they are dropped.
    pub fn finish(&mut self) -> Ending {
        match self {
            Channel::Process(process) => Ending::Exited(process.finish()),
            _ => Ending::Closed,
        }
    }
}

impl Read for Channel {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Channel::Stdin(stdin) => Ok(rustix::io::read(stdin.as_fd(), buffer)?),
            Channel::File(file) => file.read(buffer),
            Channel::Process(process) => process.pipe()?.read(buffer),
            Channel::Stdout(_) | Channel::Stderr(_) => Err(io::Error::from_raw_os_error(BAD_DESCRIPTOR)),
        }
    }
}

impl Write for Channel {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Channel::Stdout(stdout) => Ok(rustix::io::write(stdout.as_fd(), bytes)?),
            Channel::Stderr(stderr) => Ok(rustix::io::write(stderr.as_fd(), bytes)?),
            Channel::File(file) => file.write(bytes),
            Channel::Process(process) => process.pipe()?.write(bytes),
            Channel::Stdin(_) => Err(io::Error::from_raw_os_error(BAD_DESCRIPTOR)),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Channel {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to_system = match to {
            SeekFrom::Start(place) => rustix::fs::SeekFrom::Start(place),
            SeekFrom::Current(by) => rustix::fs::SeekFrom::Current(by),
            SeekFrom::End(by) => rustix::fs::SeekFrom::End(by),
        };
        Ok(match self {
            Channel::Stdin(stdin) => rustix::fs::seek(stdin.as_fd(), to_system)?,
            Channel::Stdout(stdout) => rustix::fs::seek(stdout.as_fd(), to_system)?,
            Channel::Stderr(stderr) => rustix::fs::seek(stderr.as_fd(), to_system)?,
            Channel::File(file) => file.seek(to)?,
            Channel::Process(process) => process.pipe()?.seek(to)?,
        })
    }
}

/// `EBADF`: reading what is open for writing, or the reverse.
pub const BAD_DESCRIPTOR: i32 = 9;
