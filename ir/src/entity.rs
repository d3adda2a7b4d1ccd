//! Typed `u32` indices for everything that lives in an arena of a graph.
//!
//! `Display` prints exactly what the text form reads. An index says nothing about the graph it belongs to: passes keep
//! side tables as plain vectors indexed by `index()`.

use std::fmt;

macro_rules! entity {
    ($($(#[$doc:meta])* $name:ident $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl $name {
            /// The text that stands before the number in the text form.
            pub const PREFIX: &str = $prefix;

            /// The index with this number.
            #[inline]
            pub const fn new(index: usize) -> Self {
                Self(index as u32)
            }

            /// The number, for use with a side table.
            #[inline]
            pub const fn index(self) -> usize {
                self.0 as usize
            }

            /// The number as stored.
            #[inline]
            pub const fn as_u32(self) -> u32 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}{}", $prefix, self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    )*};
}

entity! {
    /// A basic block.
    Block "b";
    /// An instruction.
    Inst "i";
    /// An SSA value: the result of an instruction, a block parameter or a constant.
    Value "v";
    /// A snapshot: how to rebuild the interpreter's state.
    Snap "snap";
    /// The stable identity of a place where a trace tree can be left. Copies of a guard share it.
    Guard "g";
    /// A shape named by the graph: an index into its shape table.
    Shape "shape";
    /// An object constant: an index into the graph's constant pool.
    Object "k";
    /// A function prototype, opaque to this crate.
    Proto "proto";
    /// Another trace or loop head that a trace can continue in, opaque to this crate.
    Link "link";
    /// A virtual object of one snapshot.
    Virtual "obj";
}
