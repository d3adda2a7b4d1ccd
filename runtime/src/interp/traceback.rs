//! The text of a stack traceback, in the shape of the reference implementation's.

use super::walk::{Level, Walk};
use crate::object::layout::Table;
use crate::syntax::chunk_id;
use crate::value::{Raw, Tag, Value};
use crate::vm::Vm;

/// Levels shown at the top and at the bottom of a deep stack.
const FIRST_LEVELS: usize = 10;
const LAST_LEVELS: usize = 11;

/// See [`Vm::traceback`]. The functions are those of `walk`.
pub(crate) fn text(vm: &mut Vm, walk: Walk, message: Option<&[u8]>, level: usize) -> Vec<u8> {
    let mut out = Vec::new();
    if let Some(message) = message {
        out.extend_from_slice(message);
        out.push(b'\n');
    }
    out.extend_from_slice(b"stack traceback:");
    let levels: Vec<Level> = walk.skip(level).collect();
    let skipped = (levels.len() > FIRST_LEVELS + LAST_LEVELS + 1).then(|| FIRST_LEVELS..levels.len() - LAST_LEVELS);
    for (number, level) in levels.iter().enumerate() {
        match &skipped {
            Some(skipped) if number == skipped.start => {
                // The reference does not count the level in whose place it says so.
                out.extend_from_slice(format!("\n\t...\t(skipping {} levels)", skipped.len() - 1).as_bytes());
            }
            Some(skipped) if skipped.contains(&number) => {}
            _ => line(vm, level, &mut out),
        }
    }
    out
}

fn line(vm: &mut Vm, level: &Level, out: &mut Vec<u8>) {
    let proto = level.proto();
    out.extend_from_slice(b"\n\t");
    match proto {
        Some(proto) => out.extend_from_slice(&chunk_id(&proto.get().source)),
        None => out.extend_from_slice(b"[C]"),
    }
    if let Some(line) = level.line() {
        out.extend_from_slice(format!(":{line}").as_bytes());
    }
    out.extend_from_slice(b": in ");
    if let Some(name) = global_name(vm, level.function()) {
        out.extend_from_slice(b"function '");
        out.extend_from_slice(&name);
        out.push(b'\'');
    } else if let Some(origin) = level.called_as() {
        out.extend_from_slice(format!("{} '", origin.kind).as_bytes());
        out.extend_from_slice(&origin.name);
        out.push(b'\'');
    } else if let Some(proto) = proto {
        let proto = proto.get();
        if proto.line_defined == 0 {
            out.extend_from_slice(b"main chunk");
        } else {
            out.extend_from_slice(b"function <");
            out.extend_from_slice(&chunk_id(&proto.source));
            out.extend_from_slice(format!(":{}>", proto.line_defined).as_bytes());
        }
    } else {
        out.push(b'?');
    }
    if level.is_tail_call() {
        out.extend_from_slice(b"\n\t(...tail calls...)");
    }
}

/// The name under which a loaded module has this function: `print`, `string.rep`; or that of a module that is the function.
pub(crate) fn global_name(vm: &mut Vm, function: Raw) -> Option<Vec<u8>> {
    let cx = vm.cx();
    let loaded = cx.registry().get_bytes(cx, b"_LOADED").as_gc::<Table>()?;
    let mut module_key = Value::NIL;
    while let Ok(Some((module_name, module))) = loaded.next(cx, module_key) {
        module_key = module_name;
        let Some(module_name) = name_of(module_name) else { continue };
        if module.same_bits(function) {
            return Some(module_name);
        }
        let Some(module) = module.as_gc::<Table>() else { continue };
        let mut key = Value::NIL;
        while let Ok(Some((name, value))) = module.next(cx, key) {
            key = name;
            if value.same_bits(function)
                && let Some(name) = name_of(name)
            {
                return Some(if module_name == b"_G" { name } else { [&module_name, b".".as_slice(), &name].concat() });
            }
        }
    }
    None
}

fn name_of(value: Value<'_>) -> Option<Vec<u8>> {
    debug_assert!(value.tag() != Tag::Cell);
    value.as_gc::<crate::object::layout::Str>().map(|text| text.bytes().to_vec())
}
