//! Types of SSA values and tags of boxed Lua values.

use std::fmt;

/// The type of an SSA value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum Type {
    /// A 64-bit integer.
    Int,
    /// A 64-bit float.
    Float,
    /// A condition.
    Bool,
    /// A boxed Lua value: payload and tag as a pair.
    Any,
    /// A pointer to a heap object.
    Ref,
}

impl Type {
    /// All types.
    pub const ALL: [Type; 5] = [Type::Int, Type::Float, Type::Bool, Type::Any, Type::Ref];

    /// The name in the text form.
    pub const fn name(self) -> &'static str {
        match self {
            Type::Int => "int",
            Type::Float => "float",
            Type::Bool => "bool",
            Type::Any => "any",
            Type::Ref => "ref",
        }
    }

    /// The type with this name.
    pub fn from_name(name: &str) -> Option<Type> {
        Type::ALL.into_iter().find(|ty| ty.name() == name)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The tag of a boxed Lua value. ORDER: the numbers are those of the runtime's tag byte.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Tag {
    /// `nil`.
    Nil = 0,
    /// `false`.
    False = 1,
    /// `true`.
    True = 2,
    /// An integer.
    Int = 3,
    /// A float.
    Float = 4,
    /// A light userdata: an address that is no heap object. Its payload is typed `ref` and never followed.
    LightUserdata = 5,
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
    /// The cell of a captured variable: no value of the language, but what a register holds.
    Cell = 14,
}

impl Tag {
    /// All tags, in order.
    pub const ALL: [Tag; 13] = [
        Tag::Nil,
        Tag::False,
        Tag::True,
        Tag::Int,
        Tag::Float,
        Tag::LightUserdata,
        Tag::Str,
        Tag::Table,
        Tag::Closure,
        Tag::Native,
        Tag::Userdata,
        Tag::Thread,
        Tag::Cell,
    ];

    /// The name in the text form.
    pub const fn name(self) -> &'static str {
        match self {
            Tag::Nil => "nil",
            Tag::False => "false",
            Tag::True => "true",
            Tag::Int => "int",
            Tag::Float => "float",
            Tag::LightUserdata => "lightuserdata",
            Tag::Str => "str",
            Tag::Table => "table",
            Tag::Closure => "closure",
            Tag::Native => "native",
            Tag::Userdata => "userdata",
            Tag::Thread => "thread",
            Tag::Cell => "cell",
        }
    }

    /// The tag with this name.
    pub fn from_name(name: &str) -> Option<Tag> {
        Tag::ALL.into_iter().find(|tag| tag.name() == name)
    }

    /// The tag with this number.
    pub fn from_u8(number: u8) -> Option<Tag> {
        Tag::ALL.into_iter().find(|tag| *tag as u8 == number)
    }

    /// The type of the payload; none for `nil`, `false` and `true`, which are their tag alone.
    pub const fn payload(self) -> Option<Type> {
        match self {
            Tag::Nil | Tag::False | Tag::True => None,
            Tag::Int => Some(Type::Int),
            Tag::Float => Some(Type::Float),
            _ => Some(Type::Ref),
        }
    }

    /// Does a value with this tag count as true in a condition?
    pub const fn is_truthy(self) -> bool {
        !matches!(self, Tag::Nil | Tag::False)
    }

    /// Is the payload a pointer to a heap object?
    pub const fn is_object(self) -> bool {
        self as u8 >= Tag::Str as u8
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
