//! Why a trace was not made. Each reason is counted under its name; the program never notices.

macro_rules! aborts {
    ($($(#[$doc:meta])* $reason:ident $text:literal;)*) => {
        /// The reason of a trace abort, grouped by stage.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Abort {
            $($(#[$doc])* $reason,)*
        }

        impl Abort {
            /// All reasons.
            pub const ALL: &[Abort] = &[$(Abort::$reason,)*];

            /// The stable name in logs and statistics.
            pub fn text(self) -> &'static str {
                match self {
                    $(Abort::$reason => $text,)*
                }
            }
        }
    };
}

aborts! {
    // Recording.
    /// The path is longer than `max_record` instructions.
    TooLong "trace too long";
    /// The path left the loop it started in without coming back.
    LeftLoop "leaving loop in root trace";
    /// The path returned from the function it started in.
    LeftFunction "return to lower frame";
    /// The path ran into another loop that has no machine code.
    InnerLoop "inner loop in root trace";
    /// Calls nest deeper than `max_inline_depth`.
    TooDeep "call stack too deep";
    /// A function calls itself on the path more often than `max_recursion`.
    Recursion "recursion limit reached";
    /// The same loop was unrolled too often.
    Unroll "loop unroll limit reached";
    /// An instruction that is not recorded.
    Instruction "instruction not compiled";
    /// A native function that is not recorded.
    Native "native function not compiled";
    /// A function that goes on in another frame or another coroutine.
    Builtin "protected call or coroutine switch";
    /// Operands of these types are not recorded.
    Types "operand types not compiled";
    /// The path raises an error.
    Error "error thrown while recording";
    /// A function that the path called did not return soon enough.
    LongCall "called function runs long";
    /// The path left because a function that it calls has no machine code, or no room.
    NotReady "called function not ready";
    /// The interpreter was entered or left.
    Interrupted "recording interrupted";
    /// A table access that is not recorded.
    TableAccess "table access not compiled";
    /// A call of something that is no function and has no `__call`.
    BadCall "call of a value that can't be called";
    // Compiling.
    /// An exit has more live values than the exit area has words, or an open list than a snapshot can say.
    TooManyLiveValues "too many live values at an exit";
    /// The code generator refused the function.
    CodeGenerator "code generator failed";
    /// The limit for machine code is reached.
    CodeMemory "machine code limit reached";
}
