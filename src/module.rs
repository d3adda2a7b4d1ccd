//! The library that scripts get by `require "moonset"`: the compiler and the collector, seen and switched from Lua.
//!
//! It is not a global, least of all `jit`: programs take that as the sign that they run on another implementation.
//!
//! ```text
//!   moonset.version            "0.1.0"
//!   moonset.jit.on(), .off()   switch the compiler; what it has compiled is dropped when it goes off
//!   moonset.jit.flush()        drop what it has compiled; everything counts anew
//!   moonset.jit.status()       whether it is on, and a table of its tunables
//!   moonset.sink.on(), .off()  switch sinking of allocations; what has been compiled is dropped
//!   moonset.sink.status()      whether it is on
//!   moonset.stats()            the table that `--stats=json` prints
//!   moonset.gc()               its part about collections: counts, bytes, lengths of pauses in microseconds
//! ```
//!
//! `require "moonset.jit"` and `require "moonset.sink"` give the parts.

use moonset_jit::JitEngine;
use moonset_runtime::cx::Cx;
use moonset_runtime::native::{Args, CallFrame, NativeCode, NativeDef, NativeResult, Raise};
use moonset_runtime::object::Gc;
use moonset_runtime::object::layout::Table;
use moonset_runtime::value::Value;
use moonset_runtime::vm::Vm;
use serde_json::Value as Json;

use crate::stats::Stats;

/// Where the registry keeps what `require` need not look for.
const PRELOAD_KEY: &[u8] = b"_PRELOAD";

macro_rules! functions {
    ($($name:ident = $text:literal, $code:expr;)*) => {
        $(static $name: NativeDef = NativeDef { name: $text, standard: false, code: NativeCode::Reentrant($code) };)*
    };
}
functions! {
    JIT_ON = "jit.on", |vm, _| switch(vm, |engine, vm| engine.set_enabled(vm, true));
    JIT_OFF = "jit.off", |vm, _| switch(vm, |engine, vm| engine.set_enabled(vm, false));
    JIT_FLUSH = "jit.flush", |vm, _| switch(vm, JitEngine::flush);
    JIT_STATUS = "jit.status", jit_status;
    SINK_ON = "sink.on", |vm, _| switch(vm, |engine, vm| engine.set_sink(vm, true));
    SINK_OFF = "sink.off", |vm, _| switch(vm, |engine, vm| engine.set_sink(vm, false));
    SINK_STATUS = "sink.status", sink_status;
    STATS = "moonset.stats", stats;
    GC = "moonset.gc", gc;
}

static OPEN: NativeDef = NativeDef { name: "moonset", standard: false, code: NativeCode::Leaf(open) };
static OPEN_JIT: NativeDef = NativeDef { name: "moonset.jit", standard: false, code: NativeCode::Leaf(open_jit) };
static OPEN_SINK: NativeDef = NativeDef { name: "moonset.sink", standard: false, code: NativeCode::Leaf(open_sink) };

/// Has `require` find the library.
pub(crate) fn install(vm: &mut Vm) -> Result<(), Raise> {
    let cx = vm.cx();
    let Some(preload) = cx.registry().get_bytes(cx, PRELOAD_KEY).as_gc::<Table>() else { return Ok(()) };
    for def in [&OPEN, &OPEN_JIT, &OPEN_SINK] {
        preload.set_bytes(cx, def.name.as_bytes(), cx.native(def, &[]).value())?;
    }
    Ok(())
}

fn open<'gc>(cx: Cx<'gc>, _: Args<'gc>) -> NativeResult {
    let module = library(cx, &[&STATS, &GC])?;
    module.set_bytes(cx, b"version", cx.string(env!("CARGO_PKG_VERSION").as_bytes()).value())?;
    module.set_bytes(cx, b"jit", jit_library(cx)?.value())?;
    module.set_bytes(cx, b"sink", sink_library(cx)?.value())?;
    cx.ret1(module.value())
}

fn open_jit<'gc>(cx: Cx<'gc>, _: Args<'gc>) -> NativeResult {
    cx.ret1(jit_library(cx)?.value())
}

fn open_sink<'gc>(cx: Cx<'gc>, _: Args<'gc>) -> NativeResult {
    cx.ret1(sink_library(cx)?.value())
}

fn jit_library(cx: Cx<'_>) -> Result<Gc<'_, Table>, Raise> {
    library(cx, &[&JIT_ON, &JIT_OFF, &JIT_FLUSH, &JIT_STATUS])
}

fn sink_library(cx: Cx<'_>) -> Result<Gc<'_, Table>, Raise> {
    library(cx, &[&SINK_ON, &SINK_OFF, &SINK_STATUS])
}

/// A table of functions, each under the last part of its name.
fn library<'gc>(cx: Cx<'gc>, defs: &[&'static NativeDef]) -> Result<Gc<'gc, Table>, Raise> {
    let table = cx.table(0, defs.len());
    for def in defs {
        let name = def.name.rsplit('.').next().unwrap_or(def.name);
        table.set_bytes(cx, name.as_bytes(), cx.native(def, &[]).value())?;
    }
    Ok(table)
}

/// Has the compiler do something. Without a compiler there is nothing to be done.
fn switch(vm: &mut Vm, work: impl FnOnce(&mut JitEngine, &mut Vm)) -> NativeResult {
    vm.with_engine(|engine, vm| {
        if let Some(engine) = engine.as_any().downcast_mut::<JitEngine>() {
            work(engine, vm);
        }
    });
    Ok(0)
}

fn jit_status(vm: &mut Vm, _: CallFrame) -> NativeResult {
    let engine = vm.engine().as_any().downcast_mut::<JitEngine>();
    let (on, tunables) = engine.map(|engine| (engine.is_enabled(), engine.options().values())).unwrap_or_default();
    let cx = vm.cx();
    let table = cx.table(0, tunables.len());
    for (name, text) in tunables {
        let value = match (&*text, text.parse::<i64>()) {
            (_, Ok(number)) => Value::int(number),
            ("true", _) => Value::TRUE,
            ("false", _) => Value::FALSE,
            _ => Value::NIL,
        };
        table.set_bytes(cx, name.as_bytes(), value)?;
    }
    cx.push(Value::bool(on));
    cx.push(table.value());
    Ok(2)
}

fn sink_status(vm: &mut Vm, _: CallFrame) -> NativeResult {
    let engine = vm.engine().as_any().downcast_mut::<JitEngine>();
    let on = engine.is_some_and(|engine| engine.options().sink);
    vm.cx().ret1(Value::bool(on))
}

fn stats(vm: &mut Vm, _: CallFrame) -> NativeResult {
    let stats = Stats::of(vm);
    show(vm, serde_json::to_value(stats))
}

fn gc(vm: &mut Vm, _: CallFrame) -> NativeResult {
    let stats = Stats::of(vm);
    show(vm, serde_json::to_value(stats.gc))
}

fn show(vm: &mut Vm, json: serde_json::Result<Json>) -> NativeResult {
    let cx = vm.cx();
    let json = json.map_err(|error| cx.raise_message(error))?;
    let value = to_lua(cx, &json)?;
    cx.ret1(value)
}

fn to_lua<'gc>(cx: Cx<'gc>, json: &Json) -> Result<Value<'gc>, Raise> {
    Ok(match json {
        Json::Null => Value::NIL,
        Json::Bool(value) => Value::bool(*value),
        Json::Number(number) => match number.as_i64() {
            Some(int) => Value::int(int),
            None => Value::float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Json::String(text) => cx.string(text.as_bytes()).value(),
        Json::Array(items) => {
            let table = cx.table(items.len(), 0);
            for (at, item) in items.iter().enumerate() {
                table.set_int(cx, at as i64 + 1, to_lua(cx, item)?)?;
            }
            table.value()
        }
        Json::Object(fields) => {
            let table = cx.table(0, fields.len());
            for (name, item) in fields {
                table.set_bytes(cx, name.as_bytes(), to_lua(cx, item)?)?;
            }
            table.value()
        }
    })
}
