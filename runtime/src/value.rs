//! Values: a payload word and a tag byte.
//!
//! A value is 16 bytes on the VM stack and in Rust; in objects it is stored split, as a payload word in a run of
//! payloads and a tag byte in a run of tags (9 bytes a slot). Integers are full 64-bit words, floats are stored raw:
//! nothing is boxed and no arithmetic needs a range guard.
//!
//! This file owns the bits: which payload belongs to which tag. The tag of `nil`, `false` and `true` says everything: the payload
//! word beside it may be anything, so that whoever stores one of them need not touch the payload. In an array the tags of eight neighbours
//! stand in eight bytes, far from the payloads: flags cost an eighth of the memory traffic. Raw equality of everything but numbers and long strings is [`Value::same_bits`].
//!
//! A [`Value`] carries the lifetime `'gc` of the no-collect capability it was read under: it can't outlive the next
//! safepoint. Code below that rule (interpreter, heap, machine code) uses [`Raw`].

use std::marker::PhantomData;
use std::ptr::NonNull;

use crate::heap::ptr::ObjPtr;

/// What a value is. ORDER: everything from [`FIRST_POINTER`] up is a reference to a heap object; `Nil` and `False` are
/// the two smallest, so that truth is one comparison; machine code embeds the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Tag {
    /// `nil`; the payload says nothing.
    Nil = 0,
    /// `false`; the payload says nothing.
    False = 1,
    /// `true`; the payload says nothing.
    True = 2,
    /// A 64-bit integer.
    Int = 3,
    /// A float: the payload is its bits.
    Float = 4,
    /// An address that means something to native code only.
    LightUserdata = 5,
    /// Not a value: the link of a frame on the VM stack.
    FrameLink = 6,
    /// A string.
    Str = 8,
    /// A table.
    Table = 9,
    /// A Lua function.
    Closure = 10,
    /// A native function.
    Native = 11,
    /// A full userdata.
    Userdata = 12,
    /// A coroutine.
    Thread = 13,
    /// Not a value: the cell of a captured local variable, in a register or an upvalue.
    Cell = 14,
}

/// The smallest tag whose payload is a reference to a heap object.
pub const FIRST_POINTER: u8 = 8;
const _: () = assert!(FIRST_POINTER == Tag::Str as u8 && FIRST_POINTER == crate::heap::model::FIRST_POINTER_TAG);

/// The greatest tag whose payload says nothing.
const LAST_ALL_TAG: u8 = Tag::True as u8;
const _: () = assert!((Tag::Nil as u8) < LAST_ALL_TAG && (Tag::False as u8) < LAST_ALL_TAG);

impl Tag {
    /// The tag with this number.
    #[inline(always)]
    pub fn from_byte(byte: u8) -> Tag {
        const BY_NUMBER: [Tag; 16] = [
            Tag::Nil,
            Tag::False,
            Tag::True,
            Tag::Int,
            Tag::Float,
            Tag::LightUserdata,
            Tag::FrameLink,
            Tag::Nil,
            Tag::Str,
            Tag::Table,
            Tag::Closure,
            Tag::Native,
            Tag::Userdata,
            Tag::Thread,
            Tag::Cell,
            Tag::Nil,
        ];
        BY_NUMBER[byte as usize & 15]
    }

    /// Whether the payload is a reference to a heap object.
    #[inline(always)]
    pub const fn is_pointer(self) -> bool {
        self as u8 >= FIRST_POINTER
    }

    /// The name that `type` returns.
    pub const fn type_name(self) -> &'static str {
        match self {
            Tag::Nil => "nil",
            Tag::False | Tag::True => "boolean",
            Tag::Int | Tag::Float => "number",
            Tag::LightUserdata | Tag::Userdata => "userdata",
            Tag::Str => "string",
            Tag::Table => "table",
            Tag::Closure | Tag::Native => "function",
            Tag::Thread => "thread",
            Tag::FrameLink | Tag::Cell => "internal",
        }
    }
}

/// A Lua value, valid until the next safepoint.
///
/// Layout: payload at offset 0, tag at offset 8, 7 bytes of padding (a frame link uses them). Copy slots of the VM
/// stack with [`Value::copy`], which moves the two parts as two scalars: a 16-byte vector move would miss the
/// processor's store forwarding after an 8-byte and a 1-byte store.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Value<'gc> {
    bits: u64,
    tag: u8,
    gc: PhantomData<&'gc ()>,
}

/// A value whose lifetime nobody checks: for code that knows where the safepoints are.
pub type Raw = Value<'static>;

const _: () = assert!(size_of::<Raw>() == 16 && std::mem::offset_of!(Raw, bits) == 0);
const _: () = assert!(std::mem::offset_of!(Raw, tag) == TAG_OFFSET);

/// Offset of the tag byte in a slot of the VM stack.
pub const TAG_OFFSET: usize = 8;

impl<'gc> Value<'gc> {
    /// `nil`.
    pub const NIL: Value<'static> = Value::from_parts(0, Tag::Nil as u8);
    /// `true`.
    pub const TRUE: Value<'static> = Value::from_parts(0, Tag::True as u8);
    /// `false`.
    pub const FALSE: Value<'static> = Value::from_parts(0, Tag::False as u8);

    /// A value from its two words. The payload must fit the tag; for pointer tags it must be a live object of that
    /// kind (checked by nobody: internal code only).
    #[inline(always)]
    pub const fn from_parts(bits: u64, tag: u8) -> Self {
        Value { bits, tag, gc: PhantomData }
    }

    /// An integer.
    #[inline(always)]
    pub const fn int(i: i64) -> Self {
        Value::from_parts(i as u64, Tag::Int as u8)
    }

    /// A float.
    #[inline(always)]
    pub const fn float(f: f64) -> Self {
        Value::from_parts(f.to_bits(), Tag::Float as u8)
    }

    /// A boolean.
    #[inline(always)]
    pub const fn bool(b: bool) -> Self {
        Value::from_parts(0, Tag::False as u8 + b as u8)
    }

    /// A reference to a heap object under its tag.
    #[inline(always)]
    pub fn object(ptr: ObjPtr, tag: Tag) -> Self {
        Value::from_parts(ptr.addr() as u64, tag as u8)
    }

    /// The payload word.
    #[inline(always)]
    pub const fn bits(self) -> u64 {
        self.bits
    }

    /// The tag.
    #[inline(always)]
    pub fn tag(self) -> Tag {
        Tag::from_byte(self.tag)
    }

    /// The tag as a number.
    #[inline(always)]
    pub const fn tag_byte(self) -> u8 {
        self.tag
    }

    /// Whether it is `nil`.
    #[inline(always)]
    pub const fn is_nil(self) -> bool {
        self.tag == Tag::Nil as u8
    }

    /// Lua's truth: everything but `nil` and `false`.
    #[inline(always)]
    pub const fn is_truthy(self) -> bool {
        self.tag > Tag::False as u8
    }

    /// The integer, if it is one (no conversion).
    #[inline(always)]
    pub const fn as_int(self) -> Option<i64> {
        if self.tag == Tag::Int as u8 { Some(self.bits as i64) } else { None }
    }

    /// The float, if it is one (no conversion).
    #[inline(always)]
    pub const fn as_float(self) -> Option<f64> {
        if self.tag == Tag::Float as u8 { Some(f64::from_bits(self.bits)) } else { None }
    }

    /// The boolean, if it is one.
    #[inline(always)]
    pub const fn as_bool(self) -> Option<bool> {
        if self.tag == Tag::True as u8 {
            Some(true)
        } else if self.tag == Tag::False as u8 {
            Some(false)
        } else {
            None
        }
    }

    /// Whether it is a number.
    #[inline(always)]
    pub const fn is_number(self) -> bool {
        self.tag == Tag::Int as u8 || self.tag == Tag::Float as u8
    }

    /// The heap object, if the value is a reference.
    #[inline(always)]
    pub fn as_object(self) -> Option<ObjPtr> {
        if self.tag >= FIRST_POINTER { self.payload_object() } else { None }
    }

    /// The payload as a reference; meaningful for pointer tags only.
    #[inline(always)]
    pub fn payload_object(self) -> Option<ObjPtr> {
        let header = NonNull::new(std::ptr::with_exposed_provenance_mut(self.bits as usize));
        // SAFETY: under a pointer tag the payload is a live object (invariant of `Value`).
        header.map(|header| unsafe { ObjPtr::new(header) })
    }

    /// Whether the tag says everything: `nil`, `false` or `true`.
    #[inline(always)]
    pub const fn is_all_tag(self) -> bool {
        self.tag <= LAST_ALL_TAG
    }

    /// Equality of the bits that say something: raw equality for everything but numbers (an integer can equal a float, NaN equals
    /// nothing) and strings (two strings that are not interned can have equal bytes).
    #[inline(always)]
    pub const fn same_bits(self, other: Value<'_>) -> bool {
        self.tag == other.tag && (self.bits == other.bits || self.is_all_tag())
    }

    /// The same value, with payload 0 if the payload says nothing: equal values of one tag then have equal words.
    #[inline(always)]
    pub const fn canonical(self) -> Self {
        if self.is_all_tag() { Value::from_parts(0, self.tag) } else { self }
    }

    /// Forgets the lifetime: the caller answers for the safepoints.
    #[inline(always)]
    pub const fn raw(self) -> Raw {
        Value::from_parts(self.bits, self.tag)
    }

    /// Copies a slot as two scalars.
    ///
    /// # Safety
    /// - `from` is readable and `to` writable, both aligned to 8.
    #[inline(always)]
    pub unsafe fn copy(from: *const Self, to: *mut Self) {
        // SAFETY: `from` is readable (caller).
        let bits = unsafe { (*from).bits };
        // SAFETY: `from` is readable (caller).
        let tag = unsafe { (*from).tag };
        // SAFETY: `to` is writable (caller).
        unsafe { (*to).bits = bits };
        // SAFETY: `to` is writable (caller).
        unsafe { (*to).tag = tag };
    }

    /// Writes a slot as two scalars.
    ///
    /// # Safety
    /// - `to` is writable and aligned to 8.
    #[inline(always)]
    pub unsafe fn write(self, to: *mut Self) {
        // SAFETY: `to` is writable (caller).
        unsafe { (*to).bits = self.bits };
        // SAFETY: `to` is writable (caller).
        unsafe { (*to).tag = self.tag };
    }

    /// Reads a slot as two scalars.
    ///
    /// # Safety
    /// - `from` is readable and aligned to 8.
    #[inline(always)]
    pub unsafe fn read(from: *const Self) -> Self {
        // SAFETY: `from` is readable (caller).
        let bits = unsafe { (*from).bits };
        // SAFETY: `from` is readable (caller).
        let tag = unsafe { (*from).tag };
        Value::from_parts(bits, tag)
    }
}

impl std::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.tag() {
            Tag::Int => write!(f, "{}", self.bits as i64),
            Tag::Float => write!(f, "{:?}", f64::from_bits(self.bits)),
            tag if tag.is_pointer() => write!(f, "{tag:?}@{:#x}", self.bits),
            tag => write!(f, "{tag:?}"),
        }
    }
}
