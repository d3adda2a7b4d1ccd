//! Files as scripts see them: C's `FILE` with the reading rules of Lua's `io`.
//!
//! A stream has one buffer for input and one for output, and at most one of them holds anything: reading writes pending
//! output first, and writing first moves the file back over input that was read ahead but not consumed. Input ends
//! are not remembered, so a terminal or a growing file can be read on.

use std::fs::OpenOptions;
use std::io::{self, Read, Seek, SeekFrom, Write};

use memchr::{memchr, memrchr};

use super::channel::{BAD_DESCRIPTOR, Channel, Ending};
use super::mode::OpenMode;
use super::process::{Direction, Process};
use crate::number::parse::is_blank;
use crate::number::{Number, parse_number};

const BUFFER_SIZE: usize = 8192;

/// The longest numeral that `read("n")` takes.
const MAX_NUMERAL: usize = 200;

/// When output leaves the buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Buffering {
    /// At once.
    None,
    /// With every end of line.
    Line,
    /// When the buffer is full.
    Full,
}

/// An open file.
pub struct Stream {
    channel: Channel,
    /// Opened for writing. Asked before anything is buffered, so that the error comes from the call that is wrong.
    writable: bool,
    input: Vec<u8>,
    input_at: usize,
    output: Vec<u8>,
    buffering: Buffering,
    limit: usize,
}

impl Stream {
    /// Standard input.
    pub fn stdin() -> Stream {
        Stream::new(Channel::Stdin(io::stdin()), false, Buffering::Full)
    }

    /// Standard output: buffered by lines if it is a terminal.
    pub fn stdout() -> Stream {
        let channel = Channel::Stdout(io::stdout());
        let buffering = if channel.is_terminal() { Buffering::Line } else { Buffering::Full };
        Stream::new(channel, true, buffering)
    }

    /// Standard error: not buffered.
    pub fn stderr() -> Stream {
        Stream::new(Channel::Stderr(io::stderr()), true, Buffering::None)
    }

    /// Opens a file by name.
    pub fn open(path: &std::path::Path, mode: OpenMode) -> io::Result<Stream> {
        let mut file = OpenOptions::new()
            .read(mode.read)
            .write(mode.write && !mode.append)
            .append(mode.append)
            .truncate(mode.truncate)
            .create(mode.create)
            .open(path)?;
        if mode.append && !mode.read {
            // Where output goes is where the file is. What has no end has no position either.
            let _ = file.seek(SeekFrom::End(0));
        }
        let channel = Channel::File(file);
        let buffering = if channel.is_terminal() { Buffering::Line } else { Buffering::Full };
        Ok(Stream::new(channel, mode.write, buffering))
    }

    /// A file without a name, which is gone once it is closed.
    pub fn temporary() -> io::Result<Stream> {
        Ok(Stream::new(Channel::File(tempfile::tempfile()?), true, Buffering::Full))
    }

    /// Starts a command and reads what it prints, or writes what it reads.
    pub fn command(command: &[u8], direction: Direction) -> io::Result<Stream> {
        let channel = Channel::Process(Process::start(command, direction)?);
        Ok(Stream::new(channel, direction == Direction::Write, Buffering::Full))
    }

    fn new(channel: Channel, writable: bool, buffering: Buffering) -> Stream {
        Stream { channel, writable, input: Vec::new(), input_at: 0, output: Vec::new(), buffering, limit: BUFFER_SIZE }
    }

    /// Standard files stay open as long as the program.
    pub fn is_standard(&self) -> bool {
        self.channel.is_standard()
    }

    /// Whether the next read asks the user or another program for more.
    pub fn is_waiting(&self) -> bool {
        matches!(self.channel, Channel::Stdin(_)) && self.input_at == self.input.len()
    }

    /// Writes out what is buffered and closes the file, or waits for the end of the command.
    pub fn close(mut self) -> io::Result<Ending> {
        let flushed = self.write_out();
        let ending = self.channel.finish();
        flushed.map(|()| ending)
    }

    /// Appends bytes to the file.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        if !self.writable {
            return Err(io::Error::from_raw_os_error(BAD_DESCRIPTOR));
        }
        self.drop_input()?;
        if self.buffering == Buffering::None {
            return self.channel.write_all(bytes);
        }
        if self.output.len() + bytes.len() > self.limit {
            self.write_out()?;
            if bytes.len() >= self.limit {
                return self.channel.write_all(bytes);
            }
        }
        self.output.extend_from_slice(bytes);
        if self.buffering == Buffering::Line && memrchr(b'\n', bytes).is_some() {
            self.write_out()?;
        }
        Ok(())
    }

    /// Writes out what is buffered.
    pub fn flush(&mut self) -> io::Result<()> {
        self.write_out()
    }

    /// Sets when output is written out, and the size of the buffer if one is given.
    pub fn set_buffering(&mut self, buffering: Buffering, size: Option<usize>) -> io::Result<()> {
        self.write_out()?;
        self.buffering = buffering;
        self.limit = size.unwrap_or(BUFFER_SIZE).clamp(1, 1 << 24);
        Ok(())
    }

    /// Moves to a place in the file and tells it, in bytes from the start.
    pub fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.write_out()?;
        let to = match to {
            // The file itself is ahead of the script by what is buffered.
            SeekFrom::Current(by) => {
                let by = by.checked_sub((self.input.len() - self.input_at) as i64);
                SeekFrom::Current(by.ok_or_else(|| io::Error::from_raw_os_error(INVALID_ARGUMENT))?)
            }
            other => other,
        };
        let place = self.channel.seek(to)?;
        self.input.clear();
        self.input_at = 0;
        Ok(place)
    }

    /// Reads up to the end of the line, which is taken off unless `keep_end`. False if nothing was left.
    pub fn read_line(&mut self, keep_end: bool, out: &mut Vec<u8>) -> io::Result<bool> {
        let start = out.len();
        loop {
            let ready = self.ready()?;
            if ready.is_empty() {
                return Ok(out.len() > start);
            }
            if let Some(at) = memchr(b'\n', ready) {
                out.extend_from_slice(&ready[..at + usize::from(keep_end)]);
                self.input_at += at + 1;
                return Ok(true);
            }
            out.extend_from_slice(ready);
            self.input_at = self.input.len();
        }
    }

    /// Reads everything that is left.
    pub fn read_all(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        self.write_out()?;
        out.extend_from_slice(&self.input[self.input_at..]);
        self.input.clear();
        self.input_at = 0;
        self.channel.read_to_end(out)?;
        Ok(())
    }

    /// Reads a numeral: the longest text that could be the start of one. `None` if it is none.
    pub fn read_number(&mut self) -> io::Result<Option<Number>> {
        while self.peek()?.is_some_and(is_blank) {
            self.input_at += 1;
        }
        let mut text = Numeral::default();
        self.take_if(&mut text, |b| matches!(b, b'+' | b'-'))?;
        let mut is_digit: fn(u8) -> bool = |b| b.is_ascii_digit();
        let mut exponent = b'e';
        let mut count = 0;
        if self.take_if(&mut text, |b| b == b'0')? {
            if self.take_if(&mut text, |b| b | 0x20 == b'x')? {
                is_digit = |b| b.is_ascii_hexdigit();
                exponent = b'p';
            } else {
                count = 1;
            }
        }
        count += self.take_while(&mut text, is_digit)?;
        if self.take_if(&mut text, |b| b == b'.')? {
            count += self.take_while(&mut text, is_digit)?;
        }
        if count > 0 && self.take_if(&mut text, |b| b | 0x20 == exponent)? {
            self.take_if(&mut text, |b| matches!(b, b'+' | b'-'))?;
            self.take_while(&mut text, |b| b.is_ascii_digit())?;
        }
        Ok(if text.too_long { None } else { parse_number(&text.bytes) })
    }

    /// Whether anything is left to read.
    pub fn has_input(&mut self) -> io::Result<bool> {
        Ok(!self.ready()?.is_empty())
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.ready()?.first().copied())
    }

    fn take_if(&mut self, text: &mut Numeral, accept: impl Fn(u8) -> bool) -> io::Result<bool> {
        let Some(byte) = self.peek()?.filter(|&byte| accept(byte)) else { return Ok(false) };
        if text.bytes.len() == MAX_NUMERAL {
            text.too_long = true;
            return Ok(false);
        }
        text.bytes.push(byte);
        self.input_at += 1;
        Ok(true)
    }

    fn take_while(&mut self, text: &mut Numeral, accept: fn(u8) -> bool) -> io::Result<usize> {
        let mut count = 0;
        while self.take_if(text, accept)? {
            count += 1;
        }
        Ok(count)
    }

    /// Input that is ready, read from the file if the buffer is empty; empty at the end of the file.
    pub fn ready(&mut self) -> io::Result<&[u8]> {
        if self.input_at == self.input.len() {
            self.write_out()?;
            self.input_at = 0;
            self.input.resize(BUFFER_SIZE, 0);
            let got = loop {
                match self.channel.read(&mut self.input) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    other => break other,
                }
            };
            self.input.truncate(*got.as_ref().unwrap_or(&0));
            got?;
        }
        Ok(&self.input[self.input_at..])
    }

    /// Takes so many of the bytes that stand ready.
    pub fn consume(&mut self, count: usize) {
        self.input_at += count;
        debug_assert!(self.input_at <= self.input.len());
    }

    /// Has bytes that were read be read again.
    pub fn put_back(&mut self, bytes: &[u8]) {
        self.input = [bytes, &self.input[self.input_at..]].concat();
        self.input_at = 0;
    }

    /// Moves the file back over input that was read ahead.
    fn drop_input(&mut self) -> io::Result<()> {
        let ahead = self.input.len() - self.input_at;
        self.input.clear();
        self.input_at = 0;
        match &mut self.channel {
            Channel::File(file) if ahead > 0 => file.seek(SeekFrom::Current(-(ahead as i64))).map(|_| ()),
            _ => Ok(()),
        }
    }

    fn write_out(&mut self) -> io::Result<()> {
        if self.output.is_empty() {
            return Ok(());
        }
        let result = self.channel.write_all(&self.output);
        self.output.clear();
        result
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // Nobody is left to tell: a script that wants to know closes the file itself.
        let _ = self.flush();
    }
}

/// The text that `read("n")` takes.
#[derive(Default)]
struct Numeral {
    bytes: Vec<u8>,
    /// More would have belonged to it than is taken.
    too_long: bool,
}

/// `EINVAL`: a place before the start of the file.
pub const INVALID_ARGUMENT: i32 = 22;

/// The message of an error as C's `strerror` gives it.
pub fn error_text(error: &io::Error) -> String {
    let text = error.to_string();
    match text.rfind(" (os error ") {
        Some(at) => text[..at].to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads up to `count` bytes. False if nothing was left.
    fn read_bytes(stream: &mut Stream, count: usize, out: &mut Vec<u8>) -> bool {
        let start = out.len();
        while out.len() - start < count {
            let ready = stream.ready().expect("readable");
            let taken = ready.len().min(count - (out.len() - start));
            if taken == 0 {
                break;
            }
            out.extend_from_slice(&ready[..taken]);
            stream.consume(taken);
        }
        out.len() > start
    }

    struct Scratch(std::path::PathBuf);

    impl Scratch {
        fn new(name: &str, content: &[u8]) -> Scratch {
            let path = std::env::temp_dir().join(format!("moonset-stream-{}-{name}", std::process::id()));
            std::fs::write(&path, content).expect("a writable directory");
            Scratch(path)
        }

        fn open(&self, mode: &[u8]) -> Stream {
            Stream::open(&self.0, OpenMode::parse(mode).expect("a good mode")).expect("it exists")
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = std::fs::remove_file(&self.0);
        }
    }

    #[test]
    fn lines_with_and_without_their_ends() {
        let scratch = Scratch::new("lines", b"one\n\nthree");
        let mut stream = scratch.open(b"r");
        let mut read = |keep| {
            let mut line = Vec::new();
            stream.read_line(keep, &mut line).expect("readable").then_some(line)
        };
        assert_eq!(read(false).as_deref(), Some(&b"one"[..]));
        assert_eq!(read(true).as_deref(), Some(&b"\n"[..]));
        assert_eq!(read(true).as_deref(), Some(&b"three"[..]));
        assert_eq!(read(true), None);
    }

    #[test]
    fn a_line_longer_than_the_buffer() {
        let long = vec![b'x'; 3 * BUFFER_SIZE + 5];
        let scratch = Scratch::new("long", &[&long[..], b"\nend"].concat());
        let mut stream = scratch.open(b"rb");
        let mut line = Vec::new();
        assert!(stream.read_line(false, &mut line).expect("readable"));
        assert_eq!(line, long);
        let mut rest = Vec::new();
        stream.read_all(&mut rest).expect("readable");
        assert_eq!(rest, b"end");
    }

    #[test]
    fn numerals_stop_where_they_must() {
        let scratch = Scratch::new("numbers", b"  10 -3.5e2x 0x1F.8p1,.5 1e+ nan");
        let mut stream = scratch.open(b"r");
        assert_eq!(stream.read_number().expect("readable"), Some(Number::Int(10)));
        assert_eq!(stream.read_number().expect("readable"), Some(Number::Float(-350.0)));
        let mut one = Vec::new();
        assert!(read_bytes(&mut stream, 1, &mut one));
        assert_eq!(one, b"x");
        assert_eq!(stream.read_number().expect("readable"), Some(Number::Float(63.0)));
        assert!(read_bytes(&mut stream, 1, &mut one));
        assert_eq!(stream.read_number().expect("readable"), Some(Number::Float(0.5)));
        assert_eq!(stream.read_number().expect("readable"), None);
        assert_eq!(stream.read_number().expect("readable"), None);
    }

    #[test]
    fn reading_and_writing_share_one_place() {
        let scratch = Scratch::new("update", b"abcdef");
        let mut stream = scratch.open(b"r+");
        let mut start = Vec::new();
        assert!(read_bytes(&mut stream, 2, &mut start));
        stream.write(b"XY").expect("writable");
        assert!(read_bytes(&mut stream, 10, &mut start));
        assert_eq!(start, b"abef");
        assert_eq!(stream.seek(SeekFrom::Start(1)).expect("seekable"), 1);
        assert!(read_bytes(&mut stream, 1, &mut start));
        assert_eq!(stream.seek(SeekFrom::Current(0)).expect("seekable"), 2);
        drop(stream);
        assert_eq!(std::fs::read(&scratch.0).expect("readable"), b"abXYef");
    }

    #[test]
    fn output_waits_for_the_buffering_that_was_asked_for() {
        let scratch = Scratch::new("buffering", b"");
        let mut stream = scratch.open(b"w");
        let content = || std::fs::read(&scratch.0).expect("readable");
        stream.write(b"a").expect("writable");
        assert_eq!(content(), b"");
        stream.set_buffering(Buffering::Line, None).expect("writable");
        stream.write(b"b").expect("writable");
        assert_eq!(content(), b"a");
        stream.write(b"c\nd").expect("writable");
        assert_eq!(content(), b"abc\nd");
        stream.set_buffering(Buffering::None, None).expect("writable");
        stream.write(b"e").expect("writable");
        assert_eq!(content(), b"abc\nde");
    }

    #[test]
    fn errors_read_as_in_c() {
        let scratch = Scratch::new("errors", b"x");
        let mut stream = scratch.open(b"w");
        let error = stream.read_line(false, &mut Vec::new()).expect_err("open for writing only");
        assert_eq!((error_text(&error).as_str(), error.raw_os_error()), ("Bad file descriptor", Some(9)));
        let missing = Stream::open(std::path::Path::new("/nonexistent/file"), OpenMode::parse(b"r").expect("good"));
        assert_eq!(error_text(&missing.err().expect("missing")), "No such file or directory");
    }
}
