//! The input and output library.
//!
//! All its functions share their own values: the table of the library's state (default input, default output), the
//! metatable of files, and the list of streams.

use std::io::{self, SeekFrom};

use crate::cx::Cx;
use crate::native::{Args, NativeResult, Raise};
use crate::object::Gc;
use crate::object::layout::{Str, Table, Userdata};
use crate::value::Value;

use super::access::pointer_text;
use super::arg::{any, choice, int, name, of_number, opt_int, opt_name, to_plain_number, until_zero};
use super::buffer::Buffer;
use super::channel::Ending;
use super::file::{self, Closing, STREAMS_KEY, Streams, close, closed_error, is_open, new_file, path_of, with_stream};
use super::mode::OpenMode;
use super::process::{self, Direction};
use super::register::{Library, natives};
use super::stream::{Buffering, INVALID_ARGUMENT, Stream, error_text};

natives! {
    group FUNCTIONS;
    /// `io.close`
    CLOSE = "io.close", Leaf(io_close);
    /// `io.flush`
    FLUSH = "io.flush", Leaf(io_flush);
    /// `io.input`
    INPUT = "io.input", Leaf(input);
    /// `io.lines`
    LINES = "io.lines", Leaf(io_lines);
    /// `io.open`
    OPEN = "io.open", Leaf(open_file);
    /// `io.output`
    OUTPUT = "io.output", Leaf(output);
    /// `io.popen`
    POPEN = "io.popen", Leaf(popen);
    /// `io.read`
    READ = "io.read", Leaf(io_read);
    /// `io.tmpfile`
    TMPFILE = "io.tmpfile", Leaf(tmpfile);
    /// `io.type`
    TYPE = "io.type", Leaf(type_of);
    /// `io.write`
    WRITE = "io.write", Leaf(io_write);
}

natives! {
    group METHODS;
    /// `file:close`
    FILE_CLOSE = "close", Leaf(file_close);
    /// `file:flush`
    FILE_FLUSH = "flush", Leaf(file_flush);
    /// `file:lines`
    FILE_LINES = "lines", Leaf(file_lines);
    /// `file:read`
    FILE_READ = "read", Leaf(file_read);
    /// `file:seek`
    FILE_SEEK = "seek", Leaf(file_seek);
    /// `file:setvbuf`
    FILE_SETVBUF = "setvbuf", Leaf(file_setvbuf);
    /// `file:write`
    FILE_WRITE = "write", Leaf(file_write);
}

natives! {
    group METAMETHODS;
    /// `__gc` and `__close` of files.
    FILE_GC = "__gc", Leaf(file_gc);
    /// `__tostring` of files.
    FILE_TOSTRING = "__tostring", Leaf(file_tostring);
}

natives! {
    unlisted;
    /// The iterator that `lines` returns. Its own values: state, metatable, streams; file, whether to close it, formats.
    LINES_STEP = "lines_step", Leaf(lines_step);
}

/// Places in the state table.
const STATE_INPUT: i64 = 1;
const STATE_OUTPUT: i64 = 2;

/// Own values of every function here.
const OWN_STATE: usize = 0;
const OWN_METATABLE: usize = 1;
const OWN_STREAMS: usize = 2;
/// More own values of the iterator.
const OWN_FILE: usize = 3;
const OWN_CLOSES: usize = 4;
const OWN_FORMATS: usize = 5;

/// The most formats that `lines` takes.
const MAX_FORMATS: usize = 250;

/// Where the registry keeps the file of standard input.
pub(super) const STDIN_KEY: &[u8] = b"_IO_stdin";

/// Makes the table `io`; returns the file of standard output.
pub(super) fn open<'gc>(cx: Cx<'gc>) -> Result<Value<'gc>, Raise> {
    let library = Library::new(cx, "io")?;
    let state = cx.table(0, 2);
    let metatable = Library::of(cx, cx.table(0, 0));
    let streams = cx.userdata(Box::new(Streams::default()), None);
    cx.registry().set_bytes(cx, STREAMS_KEY, streams.value())?;
    let own = [state.value(), metatable.table.value(), streams.value()];

    let methods = Library::of(cx, cx.table(0, 0));
    methods.functions(METHODS, &own)?;
    metatable.value("__name", cx.intern(b"FILE*").value())?;
    metatable.value("__index", methods.table.value())?;
    metatable.functions(METAMETHODS, &own)?;
    metatable.value("__close", metatable.table.get_bytes(cx, b"__gc"))?;

    let stdin = new_file(cx, Stream::stdin(), metatable.table, streams).value();
    let stdout = new_file(cx, Stream::stdout(), metatable.table, streams).value();
    let stderr = new_file(cx, Stream::stderr(), metatable.table, streams).value();
    state.set_int(cx, STATE_INPUT, stdin)?;
    state.set_int(cx, STATE_OUTPUT, stdout)?;
    library.functions(FUNCTIONS, &own)?;
    cx.registry().set_bytes(cx, STDIN_KEY, stdin)?;
    library.value("stdin", stdin)?;
    library.value("stdout", stdout)?;
    library.value("stderr", stderr)?;
    Ok(stdout)
}

// ---- the shared state

fn state<'gc>(args: Args<'gc>) -> Gc<'gc, Table> {
    args.callee().get(OWN_STATE).as_gc().expect("made by `open`")
}

fn file_of<'gc>(cx: Cx<'gc>, args: Args<'gc>, stream: Stream) -> Gc<'gc, Userdata> {
    let own = args.callee();
    let metatable = own.get(OWN_METATABLE).as_gc().expect("made by `open`");
    let streams = own.get(OWN_STREAMS).as_gc().expect("made by `open`");
    new_file(cx, stream, metatable, streams)
}

fn default_file<'gc>(cx: Cx<'gc>, args: Args<'gc>, place: i64) -> Result<Value<'gc>, Raise> {
    let file = state(args).get_int(place);
    if is_open(file) == Some(true) {
        return Ok(file);
    }
    let name = if place == STATE_INPUT { "input" } else { "output" };
    Err(cx.error(format_args!("default {name} file is closed")))
}

/// Output that is waiting must be seen before the program waits for input.
fn flush_before_input<'gc>(args: Args<'gc>, file: Value<'gc>) {
    if with_stream(file, |stream| stream.is_waiting()) != Some(true) {
        return;
    }
    with_stream(state(args).get_int(STATE_OUTPUT), |stream| {
        // An error is reported by the write or flush that comes next.
        let _ = stream.flush();
    });
}

/// Argument 0, which must be a file object.
fn file_arg<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> Result<Value<'gc>, Raise> {
    let value = args.value(0);
    is_open(value).map(|_| value).ok_or_else(|| cx.arg_type_error(0, "FILE*", args.get(0)))
}

/// Argument 0, which must be an open file object.
fn open_arg<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> Result<Value<'gc>, Raise> {
    let value = file_arg(cx, args)?;
    if is_open(value) == Some(true) { Ok(value) } else { Err(closed_error(cx)) }
}

/// Nil, message and number of an error.
pub(super) fn push_failure<'gc>(cx: Cx<'gc>, error: &io::Error, path: Option<&[u8]>) -> NativeResult {
    let text = error_text(error);
    let message = match path {
        Some(path) => [path, b": ", text.as_bytes()].concat(),
        None => text.into_bytes(),
    };
    cx.push(Value::NIL);
    cx.push(cx.string(&message).value());
    cx.push(Value::int(i64::from(error.raw_os_error().unwrap_or(0))));
    Ok(3)
}

/// True, or what `push_failure` gives.
pub(super) fn push_outcome<'gc>(cx: Cx<'gc>, outcome: io::Result<()>, path: Option<&[u8]>) -> NativeResult {
    match outcome {
        Ok(()) => cx.ret1(Value::TRUE),
        Err(error) => push_failure(cx, &error, path),
    }
}

// ---- functions of `io`

fn open_file<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let path = name(cx, args, 0)?;
    let mode = opt_name(cx, args, 1)?.unwrap_or(b"r");
    let Some(mode) = OpenMode::parse(mode) else { return Err(cx.arg_error(1, "invalid mode")) };
    match Stream::open(&path_of(path), mode) {
        Ok(stream) => cx.ret1(file_of(cx, args, stream).value()),
        Err(error) => push_failure(cx, &error, Some(path)),
    }
}

fn tmpfile<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    match Stream::temporary() {
        Ok(stream) => cx.ret1(file_of(cx, args, stream).value()),
        Err(error) => push_failure(cx, &error, None),
    }
}

fn popen<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let command = name(cx, args, 0)?;
    let direction = match opt_name(cx, args, 1)?.unwrap_or(b"r") {
        b"r" => Direction::Read,
        b"w" => Direction::Write,
        _ => return Err(cx.arg_error(1, "invalid mode")),
    };
    file::flush_all(cx);
    match Stream::command(command, direction) {
        Ok(stream) => cx.ret1(file_of(cx, args, stream).value()),
        Err(error) => push_failure(cx, &error, Some(command)),
    }
}

fn type_of<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let value = any(cx, args, 0)?;
    cx.ret1(match is_open(value) {
        Some(true) => cx.intern(b"file").value(),
        Some(false) => cx.intern(b"closed file").value(),
        None => Value::NIL,
    })
}

/// Opens a file by the name in argument 0, or raises.
fn open_or_raise<'gc>(cx: Cx<'gc>, args: Args<'gc>, path: &[u8], mode: &[u8]) -> Result<Value<'gc>, Raise> {
    let mode = OpenMode::parse(mode).expect("a good mode");
    match Stream::open(&path_of(path), mode) {
        Ok(stream) => Ok(file_of(cx, args, stream).value()),
        Err(error) => {
            let reason = error_text(&error);
            Err(cx.error_bytes(&[b"cannot open file '", path, b"' (", reason.as_bytes(), b")"].concat()))
        }
    }
}

fn input<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    default_or_set(cx, args, STATE_INPUT, b"r")
}

fn output<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    default_or_set(cx, args, STATE_OUTPUT, b"w")
}

fn default_or_set<'gc>(cx: Cx<'gc>, args: Args<'gc>, place: i64, mode: &[u8]) -> NativeResult {
    if !args.value(0).is_nil() {
        let file = match super::arg::to_string(cx, args.value(0)) {
            Some(path) => open_or_raise(cx, args, until_zero(path.bytes()), mode)?,
            None => open_arg(cx, args)?,
        };
        state(args).set_int(cx, place, file)?;
    }
    cx.ret1(state(args).get_int(place))
}

fn io_close<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    if args.is_empty() {
        let file = state(args).get_int(STATE_OUTPUT);
        return finish_close(cx, file);
    }
    file_close(cx, args)
}

fn io_flush<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let file = default_file(cx, args, STATE_OUTPUT)?;
    flush(cx, file)
}

fn io_read<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let file = default_file(cx, args, STATE_INPUT)?;
    flush_before_input(args, file);
    read(cx, file, args, 0)
}

fn io_write<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let file = default_file(cx, args, STATE_OUTPUT)?;
    write(cx, args, file, 0)
}

fn io_lines<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    if args.value(0).is_nil() {
        let file = state(args).get_int(STATE_INPUT);
        if is_open(file) != Some(true) {
            return Err(closed_error(cx));
        }
        return cx.ret1(line_iterator(cx, args, file, false)?);
    }
    let path = name(cx, args, 0)?;
    let file = open_or_raise(cx, args, path, b"r")?;
    cx.push(line_iterator(cx, args, file, true)?);
    cx.push(Value::NIL);
    cx.push(Value::NIL);
    cx.push(file);
    Ok(4)
}

// ---- methods of files

fn file_close<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let file = open_arg(cx, args)?;
    finish_close(cx, file)
}

fn finish_close<'gc>(cx: Cx<'gc>, file: Value<'gc>) -> NativeResult {
    match close(file) {
        Some(Closing::Ended(Ok(Ending::Closed))) => cx.ret1(Value::TRUE),
        Some(Closing::Ended(Ok(Ending::Exited(status)))) => push_exit(cx, status),
        Some(Closing::Ended(Err(error))) => push_failure(cx, &error, None),
        Some(Closing::Standard) => {
            cx.push(Value::NIL);
            cx.push(cx.string(b"cannot close standard file").value());
            Ok(2)
        }
        None => Err(closed_error(cx)),
    }
}

/// How a command ended: true or nil, the way, and the status or the signal.
pub(super) fn push_exit(cx: Cx<'_>, status: io::Result<std::process::ExitStatus>) -> NativeResult {
    match status.map(process::outcome) {
        Ok((success, way, code)) => {
            cx.push(if success { Value::TRUE } else { Value::NIL });
            cx.push(cx.intern(way.as_bytes()).value());
            cx.push(Value::int(code.into()));
            Ok(3)
        }
        Err(error) => push_failure(cx, &error, None),
    }
}

fn file_gc<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let file = file_arg(cx, args)?;
    // Closed already, or closed now: both are fine.
    let _ = close(file);
    Ok(0)
}

fn file_tostring<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let file = file_arg(cx, args)?;
    cx.ret1(if is_open(file) == Some(true) {
        cx.concat(&[b"file (", &pointer_text(cx, file), b")"])?.value()
    } else {
        cx.string(b"file (closed)").value()
    })
}

fn file_flush<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let file = open_arg(cx, args)?;
    flush(cx, file)
}

fn flush<'gc>(cx: Cx<'gc>, file: Value<'gc>) -> NativeResult {
    match with_stream(file, Stream::flush) {
        Some(outcome) => push_outcome(cx, outcome, None),
        None => Err(closed_error(cx)),
    }
}

fn file_lines<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let file = open_arg(cx, args)?;
    cx.ret1(line_iterator(cx, args, file, false)?)
}

fn file_read<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let file = open_arg(cx, args)?;
    flush_before_input(args, file);
    read(cx, file, args, 1)
}

fn file_write<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let file = open_arg(cx, args)?;
    write(cx, args, file, 1)
}

fn file_seek<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let file = open_arg(cx, args)?;
    let from = choice(cx, args, 1, Some(1), &["set", "cur", "end"])?;
    let offset = opt_int(cx, args, 2, 0)?;
    let to = match from {
        0 => match u64::try_from(offset) {
            Ok(offset) => SeekFrom::Start(offset),
            Err(_) => return push_failure(cx, &io::Error::from_raw_os_error(INVALID_ARGUMENT), None),
        },
        1 => SeekFrom::Current(offset),
        _ => SeekFrom::End(offset),
    };
    match with_stream(file, |stream| stream.seek(to)) {
        Some(Ok(place)) => cx.ret1(Value::int(place as i64)),
        Some(Err(error)) => push_failure(cx, &error, None),
        None => Err(closed_error(cx)),
    }
}

fn file_setvbuf<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let file = open_arg(cx, args)?;
    let buffering =
        [Buffering::None, Buffering::Full, Buffering::Line][choice(cx, args, 1, None, &["no", "full", "line"])?];
    let size = if args.value(2).is_nil() { None } else { Some(int(cx, args, 2)?.max(0) as usize) };
    match with_stream(file, |stream| stream.set_buffering(buffering, size)) {
        Some(outcome) => push_outcome(cx, outcome, None),
        None => Err(closed_error(cx)),
    }
}

// ---- reading and writing

fn write<'gc>(cx: Cx<'gc>, args: Args<'gc>, file: Value<'gc>, first: usize) -> NativeResult {
    let mut outcome = Ok(());
    for index in first..args.len() {
        let value = args.value(index);
        match with_stream(file, |stream| file::write_value(stream, value)) {
            Some(Some(written)) => outcome = outcome.and(written),
            Some(None) => return Err(cx.arg_type_error(index, "string", Some(value))),
            None => return Err(closed_error(cx)),
        }
    }
    match outcome {
        Ok(()) => cx.ret1(file),
        Err(error) => push_failure(cx, &error, None),
    }
}

/// Reads by the formats given from argument `first` on, and pushes the results.
fn read<'gc>(cx: Cx<'gc>, file: Value<'gc>, args: Args<'gc>, first: usize) -> NativeResult {
    match read_values(cx, file, args.len() - first, first, |index| args.value(index))? {
        Ok(Reading { n_results, .. }) => Ok(n_results),
        Err(error) => push_failure(cx, &error, None),
    }
}

/// What was read and pushed.
struct Reading {
    n_results: usize,
    /// The first value was there.
    any: bool,
}

/// Reads by `count` formats, the first of which has the number `first` in messages; by lines if there are none.
fn read_values<'gc>(
    cx: Cx<'gc>,
    file: Value<'gc>,
    count: usize,
    first: usize,
    format: impl Fn(usize) -> Value<'gc>,
) -> Result<io::Result<Reading>, Raise> {
    if cx.room() < count + 3 {
        return Err(cx.error("stack overflow (too many arguments)"));
    }
    let mut reading = Reading { n_results: 0, any: false };
    for index in first..first + count.max(1) {
        // Values that were read before cannot be read again.
        let reader = Reader { cx, file, may_stop: index == first };
        let result = if count == 0 { reader.line(false) } else { reader.by_format(format(index), index) };
        match result? {
            None => return Err(closed_error(cx)),
            Some(Err(error)) => return Ok(Err(error)),
            Some(Ok(value)) => {
                cx.push(value);
                reading.n_results += 1;
                if value.is_nil() {
                    break;
                }
                reading.any = true;
            }
        }
    }
    Ok(Ok(reading))
}

/// A value that was read, nil at the end of the file; `None` if the file is closed.
type ReadResult<'gc> = Option<io::Result<Value<'gc>>>;

/// What of the bytes that stand ready is wanted.
struct Piece {
    /// So many belong to the result.
    kept: usize,
    /// So many are read.
    taken: usize,
    /// It is the last piece.
    is_last: bool,
}

/// Reads one value from a file. What is gathered counts as memory of the script, however much the file has to give.
#[derive(Clone, Copy)]
struct Reader<'gc> {
    cx: Cx<'gc>,
    file: Value<'gc>,
    /// Whether the call can be made again from its start, if somebody asks for a break or memory is refused.
    may_stop: bool,
}

impl<'gc> Reader<'gc> {
    /// Reads by one format, which has the number `index` in messages.
    fn by_format(self, format: Value<'gc>, index: usize) -> Result<ReadResult<'gc>, Raise> {
        let cx = self.cx;
        if let Some(number) = to_plain_number(format) {
            return match number.to_int_exact() {
                Some(size) => self.bytes(size),
                None => Err(cx.arg_error(index, "number has no integer representation")),
            };
        }
        let Some(letters) = format.as_gc::<Str>() else {
            return Err(cx.arg_type_error(index, "string", Some(format)));
        };
        let letters = letters.bytes();
        match letters.strip_prefix(b"*").unwrap_or(letters).first() {
            Some(b'n') => Ok(self.number()),
            Some(b'l') => self.line(false),
            Some(b'L') => self.line(true),
            Some(b'a') => self.all(),
            _ => Err(cx.arg_error(index, "invalid format")),
        }
    }

    fn line(self, keep_end: bool) -> Result<ReadResult<'gc>, Raise> {
        self.gather(true, |ready| match memchr::memchr(b'\n', ready) {
            Some(at) => Piece { kept: at + usize::from(keep_end), taken: at + 1, is_last: true },
            None => Piece { kept: ready.len(), taken: ready.len(), is_last: false },
        })
    }

    fn all(self) -> Result<ReadResult<'gc>, Raise> {
        self.gather(false, |ready| Piece { kept: ready.len(), taken: ready.len(), is_last: false })
    }

    fn bytes(self, size: i64) -> Result<ReadResult<'gc>, Raise> {
        let mut left = usize::try_from(size).unwrap_or(usize::MAX);
        if left == 0 {
            let found = with_stream(self.file, Stream::has_input);
            let empty = |found| if found { self.cx.string(b"").value() } else { Value::NIL };
            return Ok(found.map(|found| found.map(empty)));
        }
        self.gather(true, |ready| {
            let taken = left.min(ready.len());
            left -= taken;
            Piece { kept: taken, taken, is_last: left == 0 }
        })
    }

    fn number(self) -> ReadResult<'gc> {
        let found = with_stream(self.file, Stream::read_number)?;
        Some(found.map(|number| number.map_or(Value::NIL, of_number)))
    }

    /// Reads pieces up to the last one or the end of the file, which is nil if it comes at once and `or_nil`. If it fails for memory, or is
    /// to make a break, what was read stands in the file again.
    fn gather(self, or_nil: bool, mut choose: impl FnMut(&[u8]) -> Piece) -> Result<ReadResult<'gc>, Raise> {
        let cx = self.cx;
        let (mut content, mut any) = (Buffer::new(), !or_nil);
        loop {
            let step = with_stream(self.file, |stream| {
                let ready = stream.ready()?;
                if ready.is_empty() {
                    return Ok(Ok(true));
                }
                let piece = choose(ready);
                if let Err(raise) = content.push(cx, &ready[..piece.kept]) {
                    stream.put_back(&content);
                    return Ok(Err(raise));
                }
                any = true;
                stream.consume(piece.taken);
                Ok(Ok(piece.is_last))
            });
            match step {
                None => return Ok(None),
                Some(Err(error)) => return Ok(Some(Err(error))),
                Some(Ok(Ok(true))) => break,
                Some(Ok(Ok(false))) => {}
                // The values before this one have left the file: the call is not made again.
                Some(Ok(Err(Raise::Memory))) if !self.may_stop => return Err(Raise::Value),
                Some(Ok(Err(raise))) => return Err(raise),
            }
            if self.may_stop && cx.watch().is_asked() {
                with_stream(self.file, |stream| stream.put_back(&content));
                return Err(Raise::Interrupted);
            }
        }
        Ok(Some(Ok(if any { cx.string(&content).value() } else { Value::NIL })))
    }
}

// ---- lines

/// An iterator that reads by the formats that follow argument 0.
fn line_iterator<'gc>(cx: Cx<'gc>, args: Args<'gc>, file: Value<'gc>, closes: bool) -> Result<Value<'gc>, Raise> {
    let n_formats = args.len().saturating_sub(1);
    if n_formats > MAX_FORMATS {
        return Err(cx.arg_error(MAX_FORMATS + 1, "too many arguments"));
    }
    let callee = args.callee();
    let mut own = vec![callee.get(OWN_STATE), callee.get(OWN_METATABLE), callee.get(OWN_STREAMS), file];
    own.push(Value::bool(closes));
    own.extend((0..n_formats).map(|index| args.value(index + 1)));
    Ok(cx.native(&LINES_STEP, &own).value())
}

fn lines_step<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let own = args.callee();
    let file = own.get(OWN_FILE);
    if is_open(file) != Some(true) {
        return Err(cx.error("file is already closed"));
    }
    flush_before_input(args, file);
    let n_formats = own.num_values() - OWN_FORMATS;
    // Formats count from 1 after the file, as in `file:read`.
    let reading = read_values(cx, file, n_formats, 1, |index| own.get(OWN_FORMATS + index - 1))?
        .map_err(|error| cx.error(error_text(&error)))?;
    if reading.any {
        return Ok(reading.n_results);
    }
    if own.get(OWN_CLOSES).is_truthy() {
        // Nothing was written, so nothing can fail.
        let _ = close(file);
    }
    Ok(0)
}
