//! Heap objects of Lua: their layouts, typed references to them, and how the collector walks them.
//!
//! ```text
//!   layout    the structs                       metamethod  names that events are looked up by
//!   string    bytes with a cached hash          intern      the weak table of pinned strings
//!   shape     hidden classes                    space       what objects need beside each other
//!   table/    records, arrays, dictionaries in one object
//!   cell      a captured local variable         closure     Lua functions
//!   proto     code, constants, caches, sites    native      functions in Rust
//!   userdata  Rust values                       thread      coroutines
//!   model     the collector's view of all of them
//! ```
//!
//! Every layout that machine code relies on is `#[repr(C)]` with a const assert beside the struct. A reference is
//! valid until the next safepoint; no Rust reference to an object's fields is ever formed that could alias: fields
//! are read and written through raw pointers, behind methods with safe signatures.

use std::marker::PhantomData;
use std::ptr::NonNull;

use crate::heap::ptr::ObjPtr;
use crate::value::{Raw, Tag, Value};

pub mod cell;
pub mod closure;
#[cfg(test)]
mod collect_tests;
pub mod intern;
pub mod layout;
pub mod metamethod;
pub mod model;
pub mod native;
pub mod proto;
pub mod shape;
pub mod space;
pub mod string;
pub mod table;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod thread;
pub mod userdata;

/// The kind in an object's header. ORDER: kinds that are values have the number of their tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// [`layout::Str`].
    Str = 8,
    /// [`layout::Table`].
    Table = 9,
    /// [`layout::Closure`].
    Closure = 10,
    /// [`layout::Native`].
    Native = 11,
    /// [`layout::Userdata`].
    Userdata = 12,
    /// A coroutine.
    Thread = 13,
    /// [`layout::Cell`].
    Cell = 14,
    /// [`layout::Parts`]: the array part of a table, with pointers to its other out-of-line parts.
    Parts = 15,
    /// [`layout::Overflow`]: named fields of a table past its inline capacity.
    Overflow = 16,
    /// [`layout::Hash`]: the hash part of a table.
    Hash = 17,
    /// A function prototype.
    Proto = 18,
}

impl Kind {
    /// The kind with this number, which an object's header has.
    #[inline(always)]
    pub fn from_byte(byte: u8) -> Kind {
        const BY_NUMBER: [Kind; 11] = [
            Kind::Str,
            Kind::Table,
            Kind::Closure,
            Kind::Native,
            Kind::Userdata,
            Kind::Thread,
            Kind::Cell,
            Kind::Parts,
            Kind::Overflow,
            Kind::Hash,
            Kind::Proto,
        ];
        BY_NUMBER[byte as usize - Kind::Str as usize]
    }
}

/// A typed reference to a heap object, valid until the next safepoint.
#[repr(transparent)]
pub struct Gc<'gc, T> {
    ptr: NonNull<T>,
    gc: PhantomData<&'gc ()>,
}

impl<T> Clone for Gc<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Gc<'_, T> {}

impl<T> PartialEq for Gc<'_, T> {
    /// Identity.
    fn eq(&self, other: &Self) -> bool {
        self.ptr == other.ptr
    }
}
impl<T> Eq for Gc<'_, T> {}

/// Types that stand at the address of an object reference.
///
/// # Safety
/// - The type starts with a [`Header`] whose kind is `KIND`.
pub unsafe trait Object {
    /// Kind in the header.
    const KIND: Kind;
    /// Tag of a value that refers to it; [`Tag::Nil`] for kinds that are not values.
    const TAG: Tag;
}

impl<'gc, T: Object> Gc<'gc, T> {
    /// A typed reference from an untyped one.
    ///
    /// # Safety
    /// - `ptr` is a live object of kind `T::KIND`.
    /// - No safepoint passes while `'gc` lasts.
    #[inline(always)]
    pub unsafe fn from_object(ptr: ObjPtr) -> Self {
        // SAFETY: the address of a live object is not null.
        let ptr = unsafe { NonNull::new_unchecked(ptr.cast::<T>()) };
        Gc { ptr, gc: PhantomData }
    }

    /// A typed reference from a raw pointer.
    ///
    /// # Safety
    /// - As for [`Gc::from_object`].
    #[inline(always)]
    pub unsafe fn from_non_null(ptr: NonNull<T>) -> Self {
        Gc { ptr, gc: PhantomData }
    }

    /// The untyped reference.
    #[inline(always)]
    pub fn object(self) -> ObjPtr {
        // SAFETY: a `Gc` refers to a live object, whose header comes first.
        unsafe { ObjPtr::new(self.ptr.cast()) }
    }

    /// The raw pointer.
    #[inline(always)]
    pub fn as_ptr(self) -> *mut T {
        self.ptr.as_ptr()
    }

    /// The reference without its lifetime.
    #[inline(always)]
    pub fn raw(self) -> RawGc<T> {
        Gc { ptr: self.ptr, gc: PhantomData }
    }

    /// The value that refers to it.
    #[inline(always)]
    pub fn value(self) -> Value<'gc> {
        Value::object(self.object(), T::TAG)
    }
}

impl<'gc> Value<'gc> {
    /// The object as a `T`, if the value is one.
    #[inline(always)]
    pub fn as_gc<T: Object>(self) -> Option<Gc<'gc, T>> {
        if self.tag_byte() == T::TAG as u8 && T::TAG.is_pointer() {
            // SAFETY: the tag says that the payload is a live `T` (invariant of `Value`), and `'gc` is the value's.
            self.payload_object().map(|ptr| unsafe { Gc::from_object(ptr) })
        } else {
            None
        }
    }
}

/// A reference that outlives safepoints only because its object is pinned or otherwise kept: internal code.
pub type RawGc<T> = Gc<'static, T>;

const _: () = assert!(size_of::<Option<RawGc<layout::Str>>>() == 8);
const _: () = assert!(size_of::<Raw>() == 16);

impl<T> std::fmt::Debug for Gc<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "gc@{:x}", self.ptr.as_ptr().addr())
    }
}
