//! Library functions that have no rule of their own: a leaf is called as it is, by a helper.
//!
//! A leaf cannot call Lua, so the call is an instruction like any other, whose effects are those of the function's
//! class. One that raises an error, or that would have to call Lua after all, has changed nothing: the trace is left
//! before the call, and the interpreter makes it again. Functions that may fail after they have changed something are called *once*:
//! their error waits for the call instruction, which raises it; so only call instructions make such calls.
//!
//! Results come boxed. When all of them are wanted, their number is not known before the interpreter has made the call: the
//! next step looks it up, and guards it with the state before the call, which is right for functions without effects only.

use moonset_ir::{Helper, Snap, Tag, Value};
use moonset_runtime::bytecode::Op;
use moonset_runtime::value::{Raw, Tag as RtTag};

use super::slots::Val;
use super::{Recorder, world};
use crate::abort::Abort;

/// The most results that are taken into registers one by one: each is a value of its own in every later snapshot.
pub(super) const MAX_RESULTS: usize = 16;

/// A call whose results are all wanted and not yet known.
#[derive(Clone, Copy)]
pub(super) struct Pending {
    /// The first result.
    first: Value,
    /// The register from which on the results stand.
    register: i32,
    /// The state before the call.
    snap: Snap,
}

/// What is known of a function that is called as it is.
struct Row {
    helper: Helper,
    /// The number of its results, if it is always the same.
    results: Option<usize>,
}

/// The class of a function with these arguments; `None` if it is not called from traces. None of them returns its arguments where they
/// stand, as `assert` and `select` do: here they don't stand on the stack.
fn row(name: &str, args: &[Raw], plain_table: impl Fn(Raw) -> bool, has_text: impl Fn(Raw) -> bool) -> Option<Row> {
    use Helper::{LeafAny, LeafOnce, LeafRead, LeafString, LeafWrite};
    let plain = |arg: &Raw| {
        !matches!(arg.tag(), RtTag::Table | RtTag::Userdata | RtTag::Closure | RtTag::Native | RtTag::Thread)
    };
    let first_is_plain = args.first().is_some_and(|table| plain_table(*table));
    let (helper, results) = match name {
        "tostring" | "string.format" if args.iter().all(plain) => (LeafString, Some(1)),
        "tostring" | "string.format" if args.iter().all(|arg| has_text(*arg)) => (LeafRead, Some(1)),
        "print" if args.iter().all(|arg| has_text(*arg)) => (LeafOnce, Some(0)),
        "tonumber" | "string.char" | "string.len" | "string.lower" | "string.rep" | "string.reverse" | "string.sub"
        | "string.upper" | "string.pack" | "string.packsize" | "utf8.char" => (LeafString, Some(1)),
        "math.abs" | "math.ceil" | "math.floor" | "math.fmod" | "math.max" | "math.min" | "math.tointeger"
        | "math.deg" | "math.rad" | "math.ult" | "math.log" | "math.sqrt" | "math.type" => (LeafString, Some(1)),
        "math.modf" => (LeafString, Some(2)),
        "string.byte" | "string.find" | "string.match" | "string.unpack" | "utf8.codepoint" | "utf8.len"
        | "utf8.offset" => (LeafString, None),
        "string.gmatch" => (LeafString, Some(1)),
        "string.gsub" => match args.get(2) {
            Some(with) if matches!(with.tag(), RtTag::Str | RtTag::Int | RtTag::Float) => (LeafString, Some(2)),
            Some(with) if plain_table(*with) => (LeafRead, Some(2)),
            _ => return None,
        },
        "rawequal" | "rawlen" | "rawget" | "getmetatable" => (LeafRead, Some(1)),
        "rawset" => (LeafOnce, Some(1)),
        "setmetatable" => (LeafOnce, Some(1)),
        "math.random" | "math.randomseed" => (LeafOnce, None),
        "utf8.codes" => (LeafString, Some(3)),
        "utf8.codes_aux" | "utf8.codes_aux_lax" => (LeafString, None),
        "table.move" if first_is_plain && args.get(4).is_none_or(|to| plain_table(*to)) => (LeafWrite, Some(1)),
        "table.concat" if first_is_plain => (LeafRead, Some(1)),
        "table.unpack" if first_is_plain => (LeafRead, None),
        "table.pack" => (LeafString, Some(1)),
        "table.insert" if first_is_plain => (LeafWrite, Some(0)),
        "table.remove" if first_is_plain => (LeafWrite, Some(1)),
        "table.sort" if first_is_plain && args.len() == 1 => (LeafWrite, Some(0)),
        "gmatch_aux" => (LeafAny, None),
        "os.clock" | "os.difftime" | "os.getenv" => (LeafAny, Some(1)),
        "os.date" | "io.type" => (LeafAny, Some(1)),
        "io.write" | "io.read" | "io.lines" | "io.open" | "io.close" | "io.flush" | "io.input" | "io.output"
        | "io.tmpfile" | "os.remove" | "os.rename" | "os.tmpname" | "write" | "read" | "lines" | "seek" | "flush"
        | "setvbuf" | "close" | "lines_step" => (LeafOnce, None),
        _ => return None,
    };
    Some(Row { helper, results })
}

impl Recorder {
    /// Calls a native function as it is. Its results go to the registers from `a` on, `wanted - 1` of them.
    pub(super) fn leaf(
        &mut self,
        a: i32,
        function: Value,
        actual: Raw,
        args: &[(Val, Raw)],
        wanted: i32,
    ) -> Result<(), Abort> {
        let name = world::native_name(actual);
        let actuals: Vec<Raw> = args.iter().map(|(_, actual)| *actual).collect();
        let vm = self.vm;
        let row = row(name, &actuals, |table| world::is_plain_table(vm, table), |it| world::has_plain_text(vm, it));
        let row = row.ok_or(Abort::Native)?;
        if row.helper == Helper::LeafOnce && !matches!(world::op_at(self.pc), Op::Call | Op::TForCall) {
            return Err(Abort::Native);
        }
        let count = if wanted != 0 { Some(wanted as usize - 1) } else { row.results };
        // Their number is guarded behind the call, and a guard that fails makes the call again.
        if count.is_none() && matches!(row.helper, Helper::LeafAny | Helper::LeafOnce) {
            return Err(Abort::Native);
        }
        let mut operands = vec![function];
        for (val, _) in args {
            operands.push(self.any(*val));
        }
        let snap = self.snapshot();
        let first = self.at().call(row.helper, &operands, Some(snap)).expect("a value");
        match count {
            Some(count) => {
                let results = self.leaf_results(first, count);
                self.place_results(a, wanted, &results)
            }
            None => {
                self.pending = Some(Pending { first, register: a, snap });
                Ok(())
            }
        }
    }

    /// Makes an open list of the results of the call that the interpreter has just made.
    pub(super) fn finish_leaf(&mut self, pending: Pending) -> Result<(), Abort> {
        let top = world::top(self.vm);
        let count =
            (top.addr().saturating_sub(self.base.wrapping_offset(pending.register as isize).addr())) / size_of::<Raw>();
        if count > MAX_RESULTS {
            return Err(Abort::Native);
        }
        let found = self.at().call(Helper::LeafCount, &[], None).expect("a number");
        let expected = self.graph.iconst(count as i64);
        let same = self.at().eq(found, expected);
        self.at().guard_true(same, pending.snap);
        let results = self.leaf_results(pending.first, count);
        self.place_results(pending.register, 0, &results)
    }

    fn leaf_results(&mut self, first: Value, count: usize) -> Vec<Val> {
        let mut results = Vec::with_capacity(count);
        for index in 0..count {
            let value = match index {
                0 => first,
                _ => {
                    let index = self.graph.iconst(index as i64);
                    self.at().call(Helper::LeafResult, &[index], None).expect("a value")
                }
            };
            results.push(Val::Any(value));
        }
        results
    }

    /// Guards that a native function with state of its own is another of the same kind.
    pub(super) fn guard_definition(&mut self, function: Val, actual: Raw) -> Result<Value, Abort> {
        let native = self.reference(function, actual, Tag::Native)?;
        let definition = self.graph.iconst(world::native_definition(actual));
        let same = self.call_bool(Helper::NativeIs, &[native, definition]);
        self.guard_bool(same, true);
        Ok(native)
    }
}

/// Whether functions of this name are told apart by their own values: each call of what makes them gives another one.
pub(super) fn has_state(name: &str) -> bool {
    matches!(name, "gmatch_aux" | "lines_step")
}
