//! The names of metamethods: one table, from which the enumeration, the texts and the limits follow.
//!
//! What must hold: at most 32 of them, since shapes keep one bit each; [`Str::metamethod`](super::layout::Str) of the
//! interned name is 1 + its number.

macro_rules! metamethods {
    ($($name:ident $text:literal;)*) => {
        /// An event or a property that a metatable can define.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Metamethod { $(#[doc = concat!("`", $text, "`")] $name,)* }

        /// All of them, in the order of their numbers.
        pub const ALL: &[Metamethod] = &[$(Metamethod::$name),*];

        const TEXT: &[&str] = &[$($text),*];
    };
}
metamethods! {
    Index "__index";
    NewIndex "__newindex";
    Call "__call";
    Eq "__eq";
    Len "__len";
    Lt "__lt";
    Le "__le";
    Concat "__concat";
    Add "__add";
    Sub "__sub";
    Mul "__mul";
    Div "__div";
    Mod "__mod";
    Pow "__pow";
    Unm "__unm";
    IDiv "__idiv";
    BAnd "__band";
    BOr "__bor";
    BXor "__bxor";
    Shl "__shl";
    Shr "__shr";
    BNot "__bnot";
    Close "__close";
    Gc "__gc";
    Mode "__mode";
    Name "__name";
    Metatable "__metatable";
    ToString "__tostring";
    Pairs "__pairs";
}

/// How many there are.
pub const COUNT: usize = ALL.len();
const _: () = assert!(COUNT <= 32);

impl Metamethod {
    /// The key under which a metatable has it.
    pub const fn text(self) -> &'static str {
        TEXT[self as usize]
    }

    /// Its bit in a shape's set of metamethods known to be absent.
    #[inline(always)]
    pub const fn bit(self) -> u32 {
        1 << self as u32
    }
}
