//! File objects: the userdata behind `io.open`, and the streams of a VM.
//!
//! A file object holds a shared stream; closing takes the stream out, and a closed file stays closed. The VM keeps a list
//! of its streams, so that they can all be flushed when the program ends without collecting.

use std::cell::RefCell;
use std::io;
use std::rc::{Rc, Weak};

use crate::cx::Cx;
use crate::native::Raise;
use crate::number::format::{Text, write_g};
use crate::number::{Number, format_int, format_number};
use crate::object::Gc;
use crate::object::layout::{Str, Table, Userdata};
use crate::value::Value;

use super::arg::to_plain_number;
use super::channel::Ending;
use super::stream::Stream;

/// A stream that more than one object may know; `None` once it is closed.
type Shared = Rc<RefCell<Option<Stream>>>;

/// What a file object owns.
pub(super) struct LuaFile {
    stream: Shared,
}

/// All streams that a VM has opened.
#[derive(Default)]
pub(super) struct Streams {
    open: Vec<Weak<RefCell<Option<Stream>>>>,
    /// Dead entries are dropped when the list has this length.
    prune_at: usize,
}

impl Streams {
    fn add(&mut self, stream: &Shared) {
        if self.open.len() >= self.prune_at.max(16) {
            self.open.retain(|stream| stream.strong_count() > 0);
            self.prune_at = self.open.len() * 2;
        }
        self.open.push(Rc::downgrade(stream));
    }

    /// Writes out what all open streams have buffered.
    pub(super) fn flush(&mut self) {
        for stream in self.open.iter().filter_map(Weak::upgrade) {
            if let Ok(mut stream) = stream.try_borrow_mut()
                && let Some(stream) = stream.as_mut()
            {
                // The stream's next write, flush or close tells what is wrong, if there is one.
                let _ = stream.flush();
            }
        }
    }
}

/// A file object for a stream. `streams` is the userdata of the VM's list.
pub(super) fn new_file<'gc>(
    cx: Cx<'gc>,
    stream: Stream,
    metatable: Gc<'gc, Table>,
    streams: Gc<'gc, Userdata>,
) -> Gc<'gc, Userdata> {
    let stream = Rc::new(RefCell::new(Some(stream)));
    streams.with(|streams: &mut Streams| streams.add(&stream)).expect("the list of streams");
    cx.userdata(Box::new(LuaFile { stream }), Some(metatable))
}

/// Whether a value is a file object, and whether that is open.
pub(super) fn is_open(value: Value<'_>) -> Option<bool> {
    value.as_gc::<Userdata>()?.with(|file: &mut LuaFile| file.stream.borrow().is_some())
}

/// Works on the stream of a file object; `None` if the value is no open file.
pub(super) fn with_stream<R>(value: Value<'_>, f: impl FnOnce(&mut Stream) -> R) -> Option<R> {
    value.as_gc::<Userdata>()?.with(|file: &mut LuaFile| file.stream.borrow_mut().as_mut().map(f))?
}

/// What closing a file object says.
pub(super) enum Closing {
    /// A file is closed, or a command has ended.
    Ended(io::Result<Ending>),
    /// It is a standard file, and stays open.
    Standard,
}

/// Closes a file object; `None` if the value is no open file.
pub(super) fn close(value: Value<'_>) -> Option<Closing> {
    let stream = value.as_gc::<Userdata>()?.with(|file: &mut LuaFile| {
        let mut place = file.stream.borrow_mut();
        if place.as_ref().is_some_and(Stream::is_standard) { Some(None) } else { place.take().map(Some) }
    })??;
    Some(stream.map_or(Closing::Standard, |stream| Closing::Ended(stream.close())))
}

/// Writes out what all files of a VM have buffered, before another program prints.
pub(super) fn flush_all(cx: Cx<'_>) {
    let streams = cx.registry().get_bytes(cx, STREAMS_KEY).as_gc::<Userdata>();
    streams.and_then(|streams| streams.with(Streams::flush));
}

/// Where the registry keeps the list of streams.
pub(super) const STREAMS_KEY: &[u8] = b"_IO_streams";

/// Writes a separator and a string or number to a file object that is probably open; errors are not for `print` to tell.
pub(super) fn print(file: Value<'_>, separator: &[u8], value: Value<'_>) {
    with_stream(file, |stream| {
        let _ = stream.write(separator);
        let _ = match to_plain_number(value) {
            Some(number) => stream.write(&format_number(number)),
            None => stream.write(value.as_gc::<Str>().map_or(b"", |text| text.bytes())),
        };
    });
}

/// Ends a line of `print`, which whoever reads the output gets at once: a program may print, and then work for long.
pub(super) fn end_printed_line(file: Value<'_>) {
    with_stream(file, |stream| {
        let _ = stream.write(b"\n");
        let _ = stream.flush();
    });
}

/// Shows a warning on standard error.
pub(crate) fn print_warning(message: &[u8]) {
    let _ = Stream::stderr().write(&[b"Lua warning: ", message, b"\n"].concat());
}

/// Writes a string or number as `file:write` does: floats without a `.0`. `None` if it is neither.
pub(super) fn write_value(stream: &mut Stream, value: Value<'_>) -> Option<io::Result<()>> {
    if let Some(text) = value.as_gc::<Str>() {
        return Some(stream.write(text.bytes()));
    }
    Some(match to_plain_number(value)? {
        Number::Int(int) => stream.write(&format_int(int)),
        Number::Float(float) if float.is_finite() => {
            let mut text = Text::<32>::new();
            if float.is_sign_negative() {
                text.push(b'-');
            }
            write_g(&mut text, float.abs(), 14, false);
            stream.write(&text)
        }
        Number::Float(float) => stream.write(&format_number(Number::Float(float))),
    })
}

/// The error for using a file that is closed.
pub(super) fn closed_error(cx: Cx<'_>) -> Raise {
    cx.error("attempt to use a closed file")
}

/// A file name from a Lua string.
pub(super) fn path_of(bytes: &[u8]) -> std::path::PathBuf {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        std::path::PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
    }
    #[cfg(not(unix))]
    {
        std::path::PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
    }
}
