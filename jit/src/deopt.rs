//! Taking an exit: the interpreter's state is rebuilt from what machine code stored and what the plan says.
//!
//! Objects first (all are allocated, then filled, so that identity and cycles come out right), then stack slots, then
//! frames. Allocation never collects, so raw references stay valid throughout.
//!
//! This file owns the step from plan to memory: a plan fits the tree that made it, and slots lie above the base of a
//! frame whose stack has room (made here).

use moonset_runtime::context::VmContext;
use moonset_runtime::interp::frame::{FrameKind, FrameLink, RETURN_TO_PCALL, RETURN_TO_XPCALL, frame_flags};
use moonset_runtime::object::RawGc;
use moonset_runtime::object::layout::{Cell, Closure, ShapeId, Table};
use moonset_runtime::object::proto::Proto;
use moonset_runtime::value::{Raw, Tag};
use moonset_runtime::vm::Vm;

use crate::exit::{ExitPlan, Protection, Source, VirtualTemplate, WritePlace};
use crate::materialize;

/// What an exit needs to read values.
pub(crate) struct Values<'a> {
    ctx: *mut VmContext,
    objects: &'a [Raw],
}

impl<'a> Values<'a> {
    /// Values of the exit that was just taken.
    pub(crate) fn new(ctx: *mut VmContext, objects: &'a [Raw]) -> Values<'a> {
        Values { ctx, objects }
    }

    /// The value that a source names.
    #[inline(always)]
    pub(crate) fn read(&self, source: Source) -> Raw {
        match source {
            Source::Word(word, tag) => Raw::from_parts(self.word(word), tag),
            Source::Bool(word) => Raw::bool(self.word(word) & 1 != 0),
            Source::Pair(word) => Raw::from_parts(self.word(word), self.word(word + 1) as u8),
            Source::Immediate(bits, tag) => Raw::from_parts(bits, tag),
            Source::Pool(address, tag) => {
                let cell = std::ptr::with_exposed_provenance::<u64>(address);
                // SAFETY: a cell of the tree's pool, which lives as long as the tree.
                Raw::from_parts(unsafe { cell.read() }, tag)
            }
            Source::Virtual(object) => self.objects[object as usize],
        }
    }

    fn word(&self, word: u16) -> u64 {
        // SAFETY: the context is alive, and plans name words of the exit area.
        unsafe { (*self.ctx).exit_values[word as usize] }
    }
}

/// Rebuilds the state at an exit of a trace that was entered with `base`. Returns how many objects were made.
pub(crate) fn restore(vm: &mut Vm, plan: &ExitPlan, protos: &[RawGc<Proto>], base: *mut Raw) -> usize {
    let ctx = vm.context();
    let last = plan.frames.last().expect("a plan has a frame");
    let frame_size = |proto: u32| {
        // SAFETY: prototypes of a tree are alive and pinned.
        unsafe { (*protos[proto as usize].as_ptr()).frame_size }
    };
    let top = last.base + i32::from(frame_size(last.proto));
    let base = vm.reserve_above(base, plan.top as usize);

    let objects = materialize::make(vm, &plan.virtuals, ctx);
    let values = Values::new(ctx, &objects);
    for plan in &plan.writes {
        write(vm, values.read(plan.object), plan.place, values.read(plan.value));
    }
    let slot = |offset: i32| base.wrapping_offset(offset as isize);
    for &(offset, source) in &plan.slots {
        // SAFETY: the stack has room up to `top`, and slots below the base belong to frames of the tree.
        unsafe { values.read(source).write(slot(offset)) };
    }
    for index in 1..plan.frames.len() {
        let (frame, below) = (&plan.frames[index], &plan.frames[index - 1]);
        let closure = values.read(frame.closure);
        let kind = (frame.aux >> 16) as u8;
        // SAFETY: prototypes of a tree are alive and pinned.
        let code = unsafe { (*protos[below.proto as usize].as_ptr()).code };
        let mut link = FrameLink {
            return_pc: code.wrapping_add(below.pc as usize),
            tag: Tag::FrameLink as u8,
            kind,
            extra: frame.aux as u16,
            delta: (frame.base - below.base) as u32,
        };
        if let Some(by) = Protection::of(frame.aux & 0x00ff_ffff) {
            let protecting = protecting_frame(vm, by, link);
            // SAFETY: below the frame, above its caller: room made above; a link has the size of a slot.
            unsafe { slot(frame.base - by.distance() + 1).cast::<FrameLink>().write(protecting) };
            link = protected_frame(by, link);
        }
        let place = slot(frame.base - 2);
        // SAFETY: as above.
        unsafe { closure.write(place) };
        // SAFETY: as above; a link has the size of a slot.
        unsafe { place.wrapping_add(1).cast::<FrameLink>().write(link) };
        if kind & frame_flags::VARARG != 0 {
            materialize_lower_frame(&values, plan, index, slot, closure, link);
        }
    }
    // SAFETY: the context is alive.
    let regs = unsafe { &mut *ctx };
    let last_base = slot(last.base);
    regs.base = last_base;
    // SAFETY: prototypes of a tree are alive and pinned.
    let code = unsafe { (*protos[last.proto as usize].as_ptr()).code };
    regs.pc = code.wrapping_add(last.pc as usize);
    let open = last.aux >> 24;
    regs.top = if open > 0 { last_base.wrapping_add(open as usize - 1) } else { slot(top) };
    objects.len()
}

/// Carries out a store that the machine code has left to its exits.
fn write(vm: &mut Vm, object: Raw, place: WritePlace, value: Raw) {
    let cx = vm.cx();
    let table = || object.as_gc::<Table>().expect("a table is written");
    match place {
        WritePlace::Slot(slot) => table().write_slot(cx, slot as usize, value),
        WritePlace::Elem(index) => {
            let stored = table().set_int(cx, i64::from(index) + 1, value);
            debug_assert!(stored.is_ok(), "the element is there");
        }
        WritePlace::Cell => object.as_gc::<Cell>().expect("a cell is written").set(cx, value),
    }
}

/// The link of the frame of `pcall` or `xpcall`, of which `link` says where it returns to and how far the frame that it protects is away.
fn protecting_frame(vm: &mut Vm, by: Protection, link: FrameLink) -> FrameLink {
    let kind = match by {
        Protection::Pcall => FrameKind::Pcall,
        Protection::Xpcall => FrameKind::Xpcall,
    };
    let delta = link.delta - (by.distance() as u32 - 2);
    FrameLink { extra: vm.enter_protected(), ..FrameLink::new(link.return_pc, kind, 0, delta) }
}

/// The link of the frame above it.
fn protected_frame(by: Protection, link: FrameLink) -> FrameLink {
    let return_pc = match by {
        Protection::Pcall => RETURN_TO_PCALL.return_pc(),
        Protection::Xpcall => RETURN_TO_XPCALL.return_pc(),
    };
    FrameLink { return_pc, extra: 0, delta: by.distance() as u32 - 2, ..link }
}

/// Below the moved frame of a vararg function stand the function and link that it was called with.
fn materialize_lower_frame(
    values: &Values<'_>,
    plan: &ExitPlan,
    index: usize,
    slot: impl Fn(i32) -> *mut Raw,
    closure: Raw,
    link: FrameLink,
) {
    let frame = &plan.frames[index];
    let extra = plan.slots.iter().find(|(offset, _)| *offset == frame.base - 3).map(|(_, source)| values.read(*source));
    let Some(extra) = extra.and_then(Raw::as_int) else { return };
    let params = {
        let closure = closure.as_gc::<Closure>().expect("a frame's function");
        i32::from(vm_params(closure.proto().raw()))
    };
    let lower_base = frame.base - 3 - extra as i32 - params;
    let place = slot(lower_base - 2);
    // SAFETY: below the moved frame, above its caller: room made by `restore`.
    unsafe { closure.write(place) };
    let below = &plan.frames[index - 1];
    let link = FrameLink { kind: link.kind & !frame_flags::VARARG, delta: (lower_base - below.base) as u32, ..link };
    // SAFETY: as above; a link has the size of a slot.
    unsafe { place.wrapping_add(1).cast::<FrameLink>().write(link) };
}

fn vm_params(proto: RawGc<Proto>) -> u8 {
    // SAFETY: prototypes of a tree are alive and pinned.
    unsafe { (*proto.as_ptr()).num_params }
}

/// Objects that exits make, by the runtime's own constructors.
pub(crate) fn allocate(vm: &mut Vm, template: VirtualTemplate, fields: usize) -> Raw {
    let cx = vm.cx();
    match template {
        VirtualTemplate::Table { shape, slots } => {
            cx.table_of(ShapeId(shape), 0, fields - slots as usize).value().raw()
        }
        VirtualTemplate::Cell => cx.cell(Raw::NIL).value().raw(),
        VirtualTemplate::Closure { proto } => {
            let proto = std::ptr::with_exposed_provenance_mut::<Proto>(proto);
            let proto = std::ptr::NonNull::new(proto).expect("a prototype's address");
            // SAFETY: prototypes of a tree are alive and pinned.
            let proto: RawGc<Proto> = unsafe { RawGc::from_non_null(proto) };
            let empty = cx.cell(Raw::NIL);
            cx.closure(proto, (0..fields).map(|_| empty)).value().raw()
        }
    }
}

/// Writes the fields of an object made by [`allocate`].
pub(crate) fn fill(vm: &mut Vm, object: Raw, template: VirtualTemplate, fields: &[Raw], pairs: &[Raw]) {
    let cx = vm.cx();
    match template {
        VirtualTemplate::Table { slots, .. } => {
            let table = object.as_gc::<Table>().expect("made as a table");
            for (slot, value) in fields[..slots as usize].iter().enumerate() {
                table.init_slot(cx, slot, *value);
            }
            for value in &fields[slots as usize..] {
                let pushed = table.push(cx, *value);
                debug_assert!(pushed.is_ok(), "room was reserved");
            }
            for pair in pairs.chunks_exact(2) {
                let added = table.set(cx, pair[0], pair[1]);
                debug_assert!(added.is_ok(), "the hash part is small, and the key is one that tables take");
            }
        }
        VirtualTemplate::Cell => object.as_gc::<Cell>().expect("made as a cell").set(cx, fields[0]),
        VirtualTemplate::Closure { .. } => {
            let closure = object.as_gc::<Closure>().expect("made as a closure");
            for (index, value) in fields.iter().enumerate() {
                closure.set_cell(cx, index, value.as_gc().expect("a cell"));
            }
        }
    }
}
