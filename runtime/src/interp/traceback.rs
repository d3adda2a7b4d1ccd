//! The text of a stack traceback, in the shape of the reference implementation's.

use super::frame::{FrameKind, FrameLink, frame_flags};
use super::message;
use crate::bytecode::Inst;
use crate::object::layout::{Closure, Native, Table};
use crate::object::proto::Proto;
use crate::syntax::chunk_id;
use crate::value::{Raw, Tag, Value};
use crate::vm::Vm;

/// Levels shown at the top and at the bottom of a deep stack.
const FIRST_LEVELS: usize = 10;
const LAST_LEVELS: usize = 11;

/// The prototype of the Lua frame at `base`.
pub(crate) fn proto_at(vm: &Vm, base: *mut Raw) -> &'static Proto {
    let function = vm.slot(vm.slot_number(base) - 2);
    function.as_gc::<Closure>().expect("a Lua frame's function is a closure").proto().get()
}

/// A function on the stack.
pub(crate) struct Level {
    /// Base of its frame.
    pub(crate) base: *mut Raw,
    /// Its next instruction.
    pub(crate) pc: *const Inst,
    /// The frame's link.
    pub(crate) link: FrameLink,
}

/// All functions on the running stack, innermost first.
pub(crate) fn levels(vm: &mut Vm) -> Vec<Level> {
    let mut levels = Vec::new();
    let (mut base, mut pc) = (vm.regs().base, vm.regs().pc);
    loop {
        // SAFETY: the base of a frame.
        let link = unsafe { FrameLink::of(base) };
        if link.frame_kind() == FrameKind::Bottom {
            return levels;
        }
        if link.frame_kind() != FrameKind::Boundary {
            levels.push(Level { base, pc, link });
        }
        pc = link.return_pc;
        base = base.wrapping_sub(link.delta as usize);
    }
}

/// See [`Vm::traceback`].
pub(crate) fn text(vm: &mut Vm, message: Option<&[u8]>, level: usize) -> Vec<u8> {
    let mut out = Vec::new();
    if let Some(message) = message {
        out.extend_from_slice(message);
        out.push(b'\n');
    }
    out.extend_from_slice(b"stack traceback:");
    let levels = levels(vm);
    let count = levels.len() + 1;
    let skipped =
        (count.saturating_sub(level) > FIRST_LEVELS + LAST_LEVELS).then(|| level + FIRST_LEVELS..count - LAST_LEVELS);
    let mut number = level;
    while number < levels.len() {
        if let Some(skipped) = &skipped
            && number == skipped.start
        {
            out.extend_from_slice(format!("\n\t...\t(skipping {} levels)", skipped.len()).as_bytes());
            number = skipped.end;
            continue;
        }
        line(vm, &levels[number], &mut out);
        number += 1;
    }
    out.extend_from_slice(b"\n\t[C]: in ?");
    out
}

fn line(vm: &mut Vm, level: &Level, out: &mut Vec<u8>) {
    let function = vm.slot(vm.slot_number(level.base) - 2);
    let proto = (level.link.frame_kind() == FrameKind::Lua).then(|| proto_at(vm, level.base));
    match proto {
        Some(proto) => {
            let at = (level.pc.addr() - proto.code.addr()) / size_of::<Inst>();
            let line = proto.line(at.saturating_sub(1));
            out.extend_from_slice(b"\n\t");
            out.extend_from_slice(&chunk_id(&proto.source));
            if line > 0 {
                out.extend_from_slice(format!(":{line}").as_bytes());
            }
            out.extend_from_slice(b": in ");
        }
        None => out.extend_from_slice(b"\n\t[C]: in "),
    }
    if let Some(name) = global_name(vm, function) {
        out.extend_from_slice(b"function '");
        out.extend_from_slice(&name);
        out.push(b'\'');
    } else if let Some(origin) = message::callee_origin(vm, level.base, level.link) {
        out.extend_from_slice(format!("{} '", origin.kind).as_bytes());
        out.extend_from_slice(&origin.name);
        out.push(b'\'');
    } else if let Some(proto) = proto {
        if proto.line_defined == 0 {
            out.extend_from_slice(b"main chunk");
        } else {
            out.extend_from_slice(b"function <");
            out.extend_from_slice(&chunk_id(&proto.source));
            out.extend_from_slice(format!(":{}>", proto.line_defined).as_bytes());
        }
    } else if let Some(native) = function.as_gc::<Native>() {
        out.extend_from_slice(format!("function '{}'", native.def().name).as_bytes());
    } else {
        out.push(b'?');
    }
    if level.link.has(frame_flags::TAIL) {
        out.extend_from_slice(b"\n\t(...tail calls...)");
    }
}

/// The name under which a loaded module has this function: `print`, `string.rep`.
pub(crate) fn global_name(vm: &mut Vm, function: Raw) -> Option<Vec<u8>> {
    let cx = vm.cx();
    let loaded = cx.registry().get_bytes(cx, b"_LOADED").as_gc::<Table>()?;
    let mut module_key = Value::NIL;
    while let Ok(Some((module_name, module))) = loaded.next(cx, module_key) {
        module_key = module_name;
        let (Some(module), Some(module_name)) = (module.as_gc::<Table>(), name_of(module_name)) else { continue };
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
