//! The no-collect capability: what leaf code reads, writes and allocates through.
//!
//! A `Cx<'gc>` exists only while its owner is borrowed exclusively for `'gc`, and collecting needs the owner: so nothing
//! moves or dies while a `Cx` lives, and a [`Value<'gc>`] needs no rooting. Methods that make objects or change
//! them are spread over the modules of `object`; this file has the capability itself, allocation, the write barrier, the
//! stack top and errors.
//!
//! This file owns the rule that references into the space last for one step only: no method holds one while it calls
//! something that could take another.

use std::fmt;
use std::marker::PhantomData;
use std::ptr::NonNull;

use crate::context::{STACK_RESERVE, VmContext};
use crate::heap::{Charge, Extent, Heap, ObjPtr, OutOfMemory};
use crate::native::{NativeResult, Raise};
use crate::object::intern::InternTable;
use crate::object::layout::{Str, Table};
use crate::object::metamethod::Metamethod;
use crate::object::shape::ShapeTable;
use crate::object::space::{Roots, Space};
use crate::object::{Gc, Kind};
use crate::value::{Tag, Value};

/// See the head of the file.
#[derive(Clone, Copy)]
pub struct Cx<'gc> {
    space: NonNull<Space>,
    gc: PhantomData<&'gc ()>,
}

impl<'gc> Cx<'gc> {
    /// The capability for `space`.
    ///
    /// # Safety
    /// - While `'gc` lasts, `space` stays valid and in place, nobody else uses it, and no collection runs.
    #[inline(always)]
    pub unsafe fn new(space: NonNull<Space>) -> Self {
        Cx { space, gc: PhantomData }
    }

    /// The space, for one step.
    #[inline(always)]
    #[allow(clippy::mut_from_ref, reason = "the capability stands for an exclusive borrow; see the head of the file")]
    pub(crate) fn space<'a>(self) -> &'a mut Space
    where
        'gc: 'a,
    {
        // SAFETY: valid and used by nobody else while `'gc` lasts; callers keep the reference for one step.
        unsafe { &mut *self.space.as_ptr() }
    }

    /// The heap, for one step.
    #[inline(always)]
    pub(crate) fn heap<'a>(self) -> &'a mut Heap
    where
        'gc: 'a,
    {
        &mut self.space().heap
    }

    /// The shapes, for one step.
    #[inline(always)]
    pub(crate) fn shapes<'a>(self) -> &'a mut ShapeTable
    where
        'gc: 'a,
    {
        &mut self.space().shapes
    }

    /// The interned strings, for one step.
    #[inline(always)]
    pub(crate) fn interned<'a>(self) -> &'a mut InternTable
    where
        'gc: 'a,
    {
        &mut self.space().interned
    }

    /// The roots, for one step.
    #[inline(always)]
    pub(crate) fn roots<'a>(self) -> &'a mut Roots
    where
        'gc: 'a,
    {
        self.space().roots()
    }

    /// The context, to be accessed field by field.
    #[inline(always)]
    pub(crate) fn context(self) -> *mut VmContext {
        self.space().context.as_ptr()
    }

    /// The seed of string hashes.
    #[inline(always)]
    pub(crate) fn hash_seed(self) -> u64 {
        self.space().hash_seed
    }

    /// The metamethod epoch.
    #[inline(always)]
    pub fn metamethod_epoch(self) -> u32 {
        // SAFETY: the context outlives the space.
        unsafe { (*self.context()).metamethod_epoch }
    }

    // ---- allocation

    /// A young object, uninitialised but for its header. Goes past the memory limit if it must; then the next
    /// safepoint raises the error.
    #[inline(always)]
    pub(crate) fn alloc(self, extent: Extent, kind: Kind) -> ObjPtr {
        match self.heap().alloc(extent, kind as u8) {
            Ok(obj) => obj,
            Err(_) => self.past_limit(|heap| heap.alloc(extent, kind as u8)),
        }
    }

    /// A young object whose size the program chooses: refused with an error if there is no memory for it.
    #[inline]
    pub(crate) fn try_alloc(self, extent: Extent, kind: Kind) -> Result<ObjPtr, Raise> {
        match self.heap().alloc(extent, kind as u8) {
            Ok(obj) => Ok(obj),
            Err(_) if extent.size <= crate::heap::MAX_SMALL => Ok(self.alloc(extent, kind)),
            Err(_) => Err(self.memory_refused()),
        }
    }

    /// A part of a table that grows: as [`Cx::try_alloc`], but machine code, which runs only where there is room for that, gets it
    /// past the limit.
    #[inline]
    pub(crate) fn alloc_part(self, extent: Extent, kind: Kind) -> Result<ObjPtr, Raise> {
        match self.heap().alloc(extent, kind as u8) {
            Ok(obj) => Ok(obj),
            Err(_) if self.space().in_machine_code => Ok(self.past_limit(|heap| heap.alloc(extent, kind as u8))),
            Err(_) => self.try_alloc(extent, kind),
        }
    }

    /// A pinned object.
    pub(crate) fn alloc_pinned(self, extent: Extent, kind: Kind) -> ObjPtr {
        match self.heap().alloc_pinned(extent, kind as u8) {
            Ok(obj) => obj,
            Err(_) => self.past_limit(|heap| heap.alloc_pinned(extent, kind as u8)),
        }
    }

    #[cold]
    #[inline(never)]
    fn past_limit(self, alloc: impl FnOnce(&mut Heap) -> Result<ObjPtr, OutOfMemory>) -> ObjPtr {
        self.heap().past_limit(alloc).expect("an overdraft is granted or ends the process")
    }

    /// To be called before `value` is stored into `obj`.
    #[inline(always)]
    pub fn barrier(self, obj: ObjPtr, value: Value<'gc>) {
        if value.tag_byte() >= crate::value::FIRST_POINTER && obj.needs_barrier() {
            self.barrier_slow(obj, value);
        }
    }

    /// An old value needs no remembering: the strings that are keys of a dictionary are all old.
    #[inline(never)]
    fn barrier_slow(self, obj: ObjPtr, value: Value<'gc>) {
        if value.payload_object().is_some_and(ObjPtr::is_young) {
            self.heap().remember(obj);
        }
    }

    /// To be called before a reference is stored into `obj`.
    #[inline(always)]
    pub fn barrier_object(self, obj: ObjPtr) {
        if obj.needs_barrier() {
            self.heap().remember(obj);
        }
    }

    /// The identity hash of a table, a function, a userdata or a coroutine; never 0.
    #[inline]
    pub(crate) fn identity(self, obj: ObjPtr) -> u32 {
        let known = obj.header().hash;
        if known != 0 { known } else { self.new_identity(obj) }
    }

    #[cold]
    fn new_identity(self, obj: ObjPtr) -> u32 {
        // An odd factor: different counts give different hashes.
        let hash = self.next_identity().wrapping_mul(0x9e37_79b1);
        // SAFETY: a live object's header.
        unsafe { (*obj.as_ptr()).hash = hash };
        hash
    }

    /// The next number that tells objects apart, not 0.
    pub(crate) fn next_identity(self) -> u32 {
        let space = self.space();
        space.identities = space.identities.wrapping_add(1).max(1);
        space.identities
    }

    /// A number that stands for the object of a reference as long as it lives, for `%p` and `tostring`; `None` if the value
    /// is no reference.
    pub fn unique_id(self, value: Value<'gc>) -> Option<u64> {
        let obj = value.as_object()?;
        Some(match value.tag() {
            Tag::Str => value.as_gc::<Str>().map_or(0, |string| 0x0002_0000_0000 | string.unique_id(self)),
            _ => 0x5500_0000_0000 | u64::from(self.identity(obj)) << 4,
        })
    }

    // ---- the stack top

    /// How many values may be pushed.
    #[inline]
    pub fn room(self) -> usize {
        let context = self.context();
        // SAFETY: the context outlives the space.
        let limit = unsafe { (*context).stack_limit };
        // SAFETY: as above.
        let top = unsafe { (*context).top };
        (limit.addr() + STACK_RESERVE * size_of::<Value<'_>>()).saturating_sub(top.addr()) / size_of::<Value<'_>>()
    }

    /// Pushes a value onto the stack. A native function may push as many as there is [`Cx::room`] for.
    #[inline]
    pub fn push(self, value: Value<'gc>) {
        assert!(self.room() > 0, "a native function pushes past its room");
        let context = self.context();
        // SAFETY: the context outlives the space.
        let top = unsafe { (*context).top };
        // SAFETY: there is room for a slot.
        unsafe { value.raw().write(top) };
        // SAFETY: there is room for a slot.
        let next = unsafe { top.add(1) };
        // SAFETY: the context outlives the space.
        unsafe { (*context).top = next };
    }

    /// Pushes the one result of a native function.
    #[inline]
    pub fn ret1(self, value: Value<'gc>) -> NativeResult {
        self.push(value);
        Ok(1)
    }

    // ---- errors

    /// Raises `value` as it is.
    #[cold]
    pub fn raise(self, value: Value<'gc>) -> Raise {
        self.roots().error = value.raw();
        Raise::Value
    }

    /// Raises a message as it is.
    #[cold]
    pub fn raise_message(self, message: impl fmt::Display) -> Raise {
        let text = message.to_string();
        self.raise(self.string(text.as_bytes()).value())
    }

    /// As [`Cx::raise_message`], for text that need not be UTF-8.
    #[cold]
    pub fn raise_message_bytes(self, message: &[u8]) -> Raise {
        self.raise(self.string(message).value())
    }

    /// Raises a message with the position of the calling line in front.
    #[cold]
    pub fn error(self, message: impl fmt::Display) -> Raise {
        self.error_bytes(message.to_string().as_bytes())
    }

    /// As [`Cx::error`], for text that need not be UTF-8.
    #[cold]
    pub fn error_bytes(self, message: &[u8]) -> Raise {
        self.roots().error = self.string(message).value().raw();
        Raise::Positioned
    }

    /// Raises what is wrong with argument `index` (0 is the first).
    #[cold]
    pub fn arg_error(self, index: usize, message: impl fmt::Display) -> Raise {
        self.arg_error_bytes(index, message.to_string().as_bytes())
    }

    /// As [`Cx::arg_error`], for text that need not be UTF-8.
    #[cold]
    pub fn arg_error_bytes(self, index: usize, message: &[u8]) -> Raise {
        self.roots().error = self.string(message).value().raw();
        Raise::Argument(index as u32 + 1)
    }

    /// Raises that argument `index` (0 is the first) should have been an `expected`; `None`: it was not given.
    #[cold]
    pub fn arg_type_error(self, index: usize, expected: &str, got: Option<Value<'gc>>) -> Raise {
        let got = match got {
            None => b"no value",
            Some(value) => match self.own_name(value) {
                Some(name) => name,
                None if value.tag() == Tag::LightUserdata => b"light userdata".as_slice(),
                None => value.tag().type_name().as_bytes(),
            },
        };
        self.arg_error_bytes(index, &[expected.as_bytes(), b" expected, got ", got].concat())
    }

    /// The error for what needs more memory than there can be.
    #[cold]
    pub fn out_of_memory(self) -> Raise {
        self.memory_refused()
    }

    /// The error for memory that was refused. The caller has changed nothing: it may be called again after a collection.
    #[cold]
    pub fn memory_refused(self) -> Raise {
        self.roots().error = self.names().no_memory.value();
        Raise::Memory
    }

    /// Charges bytes that a native function is about to take from the process's allocator.
    pub fn charge(self, bytes: usize) -> Result<Charge, Raise> {
        self.heap().account().charge(bytes).map_err(|_| self.memory_refused())
    }

    /// The error value on its way.
    pub fn error_value(self) -> Value<'gc> {
        self.roots().error
    }

    /// The error value, for whoever catches it: the slot does not keep it alive any longer.
    pub(crate) fn take_error(self) -> Value<'gc> {
        std::mem::replace(&mut self.roots().error, Value::NIL)
    }

    // ---- types

    /// The name of the value's type in the messages of operations: `__name` of its metatable, if it is a table or a userdata.
    pub fn typename(self, value: Value<'gc>) -> &'gc [u8] {
        let own = if matches!(value.tag(), Tag::Table | Tag::Userdata) { self.own_name(value) } else { None };
        own.unwrap_or(value.tag().type_name().as_bytes())
    }

    /// `__name` of a value's metatable up to a zero, if it is a string.
    pub fn own_name(self, value: Value<'gc>) -> Option<&'gc [u8]> {
        let name = self.metamethod(value, Metamethod::Name)?.as_gc::<Str>()?;
        Some(crate::stdlib::until_zero(name.bytes()))
    }

    /// The metatable of any value.
    #[inline]
    pub fn metatable(self, value: Value<'gc>) -> Option<Gc<'gc, Table>> {
        match value.tag() {
            Tag::Table => value.as_gc::<Table>().and_then(|table| table.metatable(self)),
            Tag::Userdata => value.as_gc::<crate::object::layout::Userdata>().and_then(|userdata| userdata.metatable()),
            tag => self.roots().metatables[basic_type(tag) as usize],
        }
    }

    /// Sets the metatable of all values of the type of `value`, which must be neither a table nor a full userdata. Nothing has been
    /// compiled, or [`Vm::set_basic_metatable`](crate::vm::Vm::set_basic_metatable) has it dropped.
    pub(crate) fn set_basic_metatable(self, value: Value<'gc>, metatable: Option<Gc<'gc, Table>>) {
        debug_assert!(!matches!(value.tag(), Tag::Table | Tag::Userdata));
        if let Some(table) = metatable {
            table.serve_as_metatable();
        }
        self.roots().metatables[basic_type(value.tag()) as usize] = metatable.map(Gc::raw);
        self.advance_metamethod_epoch();
    }

    /// The metatable of strings.
    #[inline]
    pub fn string_metatable(self) -> Option<Gc<'gc, Table>> {
        self.roots().metatables[Tag::Str as usize]
    }

    /// The metamethod of any value for this event; absent if it is nil.
    #[inline]
    pub fn metamethod(self, value: Value<'gc>, event: Metamethod) -> Option<Value<'gc>> {
        if let Some(table) = value.as_gc::<Table>() {
            return table.metamethod(self, event);
        }
        let found = self.metatable(value)?.get_interned(self, self.name(event));
        (!found.is_nil()).then_some(found)
    }

    /// The interned name of an event.
    #[inline]
    pub fn name(self, event: Metamethod) -> Gc<'gc, Str> {
        self.names().metamethods[event as usize]
    }

    fn names<'a>(self) -> &'a crate::object::space::Names
    where
        'gc: 'a,
    {
        self.space().names.as_deref().expect("set when the space was made")
    }

    /// The shared string of no or one byte.
    #[inline]
    pub(crate) fn short_string(self, bytes: &[u8]) -> Gc<'gc, Str> {
        match bytes.first() {
            Some(&byte) => self.names().bytes[byte as usize],
            None => self.names().empty,
        }
    }

    /// Says that what a metatable defines has changed.
    #[cold]
    pub(crate) fn advance_metamethod_epoch(self) {
        let next = self.metamethod_epoch().wrapping_add(1).max(1);
        // SAFETY: the context outlives the space.
        unsafe { (*self.context()).metamethod_epoch = next };
    }
}

/// The tag under which the metatable of a basic type stands.
fn basic_type(tag: Tag) -> Tag {
    match tag {
        Tag::True => Tag::False,
        Tag::Float => Tag::Int,
        Tag::Native => Tag::Closure,
        tag => tag,
    }
}
