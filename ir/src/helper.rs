//! The helper table: functions outside the graph that it can call, each with its signature and effects.
//!
//! The table is closed: whoever binds helpers to addresses matches on `Helper` exhaustively. A helper whose effects say
//! `exits` may raise a Lua error, so that its call carries a snapshot. Helpers never run Lua code and never collect,
//! except those marked unknown, which may do anything.

use crate::effects::AliasClass::{ArrayElem, ArrayLen, Hash, Shape, Slot, World};
use crate::effects::{AliasSet, Effects};
use crate::types::Type;

/// The row of one helper.
#[derive(Debug)]
pub struct HelperInfo {
    /// The name in the text form.
    pub name: &'static str,
    /// The types of the fixed operands.
    pub args: &'static [Type],
    /// The type of any number of further operands.
    pub rest: Option<Type>,
    /// The type of the result.
    pub result: Option<Type>,
    /// The effects.
    pub effects: Effects,
}

macro_rules! opt {
    () => {
        None
    };
    ($ty:ident) => {
        Some(Type::$ty)
    };
}

macro_rules! helpers {
    ($($(#[$doc:meta])* $helper:ident $name:literal ($($arg:ident),* $(; $rest:ident)?) $(-> $result:ident)?, $effects:expr;)*) => {
        /// A function outside the graph.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum Helper {
            $($(#[$doc])* $helper,)*
        }

        impl Helper {
            /// All helpers.
            pub const ALL: &[Helper] = &[$(Helper::$helper,)*];

            const TABLE: &[HelperInfo] = &[$(HelperInfo {
                name: $name,
                args: &[$(Type::$arg),*],
                rest: opt!($($rest)?),
                result: opt!($($result)?),
                effects: $effects,
            },)*];
        }
    };
}

const PURE: Effects = Effects::PURE;
const ALLOC: Effects = Effects::ALLOC;
/// Reads a table by key.
const GET: Effects = Effects::reads(AliasSet::of(&[Shape, Slot, ArrayLen, ArrayElem, Hash]));
/// Calls a leaf function, whose results stand outside the graph until they are fetched.
const LEAF: Effects = Effects::writes(AliasSet::of(&[World])).and_allocates().and_exits();
/// Writes a table by key, which may change its layout.
const SET: Effects = Effects::reads(AliasSet::TABLE).and_writes(AliasSet::TABLE).and_allocates();

helpers! {
    /// Raw read of a table by any key.
    TableGet "table_get" (Ref, Any) -> Any, GET;
    /// Raw read of a table by an integer that is no index of its array part.
    TableGetInt "table_get_int" (Ref, Int) -> Any, GET;
    /// Raw read of a table by a string.
    TableGetStr "table_get_str" (Ref, Ref) -> Any, GET;
    /// Raw write of a table by any key; raises on nil and NaN keys.
    TableSet "table_set" (Ref, Any, Any), SET.and_exits();
    /// Raw write of a table by an integer.
    TableSetInt "table_set_int" (Ref, Int, Any), SET;
    /// Raw write of a table by a string.
    TableSetStr "table_set_str" (Ref, Ref, Any), SET;
    /// Adds a pair to a table: its key is neither nil nor NaN, nor a string or a positive integer.
    TablePut "table_put" (Ref, Any, Any), SET;
    /// Raw length of a table: a border.
    TableLen "table_len" (Ref) -> Int, GET;
    /// The index of the pair after this one in the traversal of a table; negative at the end.
    TableNext "table_next" (Ref, Int) -> Int, GET;
    /// The key of a pair of the traversal.
    TableKeyAt "table_key_at" (Ref, Int) -> Any, GET;
    /// The value of a pair of the traversal.
    TableValueAt "table_value_at" (Ref, Int) -> Any, GET;
    /// The traversal index of a key; raises if the table does not have it.
    TableIndexOf "table_index_of" (Ref, Any) -> Int, GET.and_exits();
    /// Removes and returns the last element of the array part.
    ArrayPop "array_pop" (Ref) -> Any, SET;

    /// Raw equality.
    RawEq "raw_eq" (Any, Any) -> Bool, PURE;
    /// Equality of strings.
    StrEq "str_eq" (Ref, Ref) -> Bool, PURE;
    /// Order of strings: less?
    StrLt "str_lt" (Ref, Ref) -> Bool, PURE;
    /// Order of strings: less or equal?
    StrLe "str_le" (Ref, Ref) -> Bool, PURE;
    /// Order of an integer and a float: `int < float`.
    IntLtFloat "int_lt_float" (Int, Float) -> Bool, PURE;
    /// Order of an integer and a float: `int <= float`.
    IntLeFloat "int_le_float" (Int, Float) -> Bool, PURE;
    /// Order of a float and an integer: `float < int`.
    FloatLtInt "float_lt_int" (Float, Int) -> Bool, PURE;
    /// Order of a float and an integer: `float <= int`.
    FloatLeInt "float_le_int" (Float, Int) -> Bool, PURE;

    /// Concatenates two strings.
    Concat2 "concat2" (Ref, Ref) -> Ref, ALLOC.and_exits();
    /// Concatenates strings and numbers.
    Concat "concat" (; Any) -> Ref, ALLOC.and_exits();
    /// The string of a number, boolean or nil; other values are not passed.
    ToString "tostring" (Any) -> Ref, ALLOC;
    /// The number a value stands for, or nil.
    ToNumber "tonumber" (Any) -> Any, PURE;
    /// `string.sub`.
    StrSub "str_sub" (Ref, Int, Int) -> Ref, ALLOC;
    /// `string.byte` at a position known to be inside.
    StrByte "str_byte" (Ref, Int) -> Int, PURE;
    /// `string.char` of one byte.
    StrChar "str_char" (Int) -> Ref, ALLOC.and_exits();
    /// `string.rep` with a separator.
    StrRep "str_rep" (Ref, Int, Ref) -> Ref, ALLOC.and_exits();
    /// `string.upper`.
    StrUpper "str_upper" (Ref) -> Ref, ALLOC;
    /// `string.lower`.
    StrLower "str_lower" (Ref) -> Ref, ALLOC;
    /// `string.reverse`.
    StrReverse "str_reverse" (Ref) -> Ref, ALLOC;

    /// `math.sin`.
    Sin "sin" (Float) -> Float, PURE;
    /// `math.cos`.
    Cos "cos" (Float) -> Float, PURE;
    /// `math.tan`.
    Tan "tan" (Float) -> Float, PURE;
    /// `math.asin`.
    Asin "asin" (Float) -> Float, PURE;
    /// `math.acos`.
    Acos "acos" (Float) -> Float, PURE;
    /// `math.atan` of two arguments.
    Atan2 "atan2" (Float, Float) -> Float, PURE;
    /// `math.exp`.
    Exp "exp" (Float) -> Float, PURE;
    /// `math.log`, natural.
    Log "log" (Float) -> Float, PURE;
    /// `math.log` with base 2.
    Log2 "log2" (Float) -> Float, PURE;
    /// `math.log` with base 10.
    Log10 "log10" (Float) -> Float, PURE;
    /// C's `fmod`.
    CFmod "c_fmod" (Float, Float) -> Float, PURE;
    /// The next float of the random generator that the given function has.
    RandomFloat "random_float" (Ref) -> Float, Effects::reads(AliasSet::of(&[World])).and_writes(AliasSet::of(&[World]));
    /// The next integer of the random generator that the given function has, between two bounds; raises on an empty interval.
    RandomInt "random_int" (Ref, Int, Int) -> Int,
        Effects::reads(AliasSet::of(&[World])).and_writes(AliasSet::of(&[World])).and_exits();

    /// Calls a leaf function that reads strings and numbers; yields its first result, raises if it must be called in another way.
    LeafString "leaf_string" (Ref; Any) -> Any, LEAF;
    /// Calls a leaf function that reads tables.
    LeafRead "leaf_read" (Ref; Any) -> Any, LEAF.and_reads(AliasSet::TABLE);
    /// Calls a leaf function that writes tables.
    LeafWrite "leaf_write" (Ref; Any) -> Any, LEAF.and_reads(AliasSet::TABLE).and_writes(AliasSet::TABLE);
    /// Calls a leaf function that does anything but calling Lua.
    LeafAny "leaf_any" (Ref; Any) -> Any, Effects::UNKNOWN;
    /// As `leaf_any`, for a function that may have changed something when it raises an error: the instruction that the trace is left
    /// before, a call, raises it then, without calling the function again.
    LeafOnce "leaf_once" (Ref; Any) -> Any, Effects::UNKNOWN;
    /// A further result of the last leaf function, by its number from 0; nil if there is none.
    LeafResult "leaf_result" (Int) -> Any, Effects::reads(AliasSet::of(&[World]));
    /// The number of results of the last leaf function.
    LeafCount "leaf_count" () -> Int, Effects::reads(AliasSet::of(&[World]));
    /// The metatable of a full userdata, or nil.
    UserdataMeta "userdata_meta" (Ref) -> Any, Effects::reads(AliasSet::of(&[World]));
    /// Has the native function this definition?
    NativeIs "native_is" (Ref, Int) -> Bool, PURE;

    /// Calls the native function in a stack slot with so many arguments after it; yields the number of results.
    CallNative "call_native" (Int, Int) -> Int, Effects::UNKNOWN;
}

impl Helper {
    /// The row of this helper.
    #[inline]
    pub fn info(self) -> &'static HelperInfo {
        &Helper::TABLE[self as usize]
    }

    /// The name in the text form.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// The helper with this name.
    pub fn from_name(name: &str) -> Option<Helper> {
        Helper::ALL.iter().copied().find(|helper| helper.name() == name)
    }

    /// The helper with this number.
    pub fn from_index(number: usize) -> Option<Helper> {
        Helper::ALL.get(number).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_the_table_is_in_order() {
        for (number, helper) in Helper::ALL.iter().enumerate() {
            assert_eq!(*helper as usize, number);
            assert_eq!(Helper::from_name(helper.name()), Some(*helper));
        }
    }
}
