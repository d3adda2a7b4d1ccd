//! `string.dump`: a function as a binary chunk.

use crate::bytecode::dump::dump as write;
use crate::cx::Cx;
use crate::native::{Args, NativeResult};
use crate::object::layout::Closure;
use crate::stdlib::arg::function;
use crate::stdlib::register::natives;

natives! {
    /// `string.dump`
    DUMP = "string.dump", Leaf(dump);
}

fn dump<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let Some(closure) = function(cx, args, 0)?.as_gc::<Closure>() else {
        return Err(cx.error("unable to dump given function"));
    };
    let chunk = write(&closure.proto().to_code(), args.value(1).is_truthy());
    cx.ret1(cx.string(&chunk).value())
}
