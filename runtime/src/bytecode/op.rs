//! The opcode table: the only place where instructions are named, given operands and explained.
//!
//! The decoder, the disassembler, the checker, liveness and the dispatch tables are all expanded from
//! [`for_each_op!`]. Registers are written `R[x]` (slot `x` above the frame's base), constants `K[x]`, upvalues
//! `U[x]` (a cell of the running closure), field caches `F[x]` (which hold the key, a pinned string).
//!
//! **Frames.** A call at register `a` owns the slots from `R[a]` up: `R[a]` is the function, `R[a+1]` is reserved for
//! the frame link (written by the call), `R[a+2]..` are the arguments. The callee's base is `&R[a+2]`. Results come
//! back to `R[a]..`. Which instruction a frame returns to is decoded from the word before the return address, so a
//! call made by a metamethod finishes the interrupted instruction.
//!
//! **Captured locals.** A local variable that some closure captures lives in a heap cell from birth: after its
//! register got its first value, `NewCell` replaces it by a cell that holds it; afterwards only `GetCell`, `SetCell`
//! and `Closure` touch the register.
//!
//! **Operand forms** (column 3) are explained at [`Form`]; which registers an instruction reads and writes stands in
//! `liveness`, an exhaustive match over this table.

/// Calls the macro `$m` with the rows `(Name, "mnemonic", Form, "meaning")`.
#[macro_export]
macro_rules! for_each_op {
    ($m:ident) => {
        $m! {
            // ---- loads and moves
            (Move, "move", AB, "R[a] = R[b]"),
            (LoadI, "loadi", AD, "R[a] = d as an integer"),
            (LoadK, "loadk", AK, "R[a] = K[d]"),
            (LoadNil, "loadnil", AB, "R[a], ..., R[a+b] = nil"),
            (LoadFalse, "loadfalse", A, "R[a] = false"),
            (LoadTrue, "loadtrue", A, "R[a] = true"),
            (LoadFalseSkip, "loadfalseskip", A, "R[a] = false; skip the next instruction"),
            // ---- upvalues and cells
            (GetUpval, "getupval", AB, "R[a] = U[b]"),
            (SetUpval, "setupval", AB, "U[b] = R[a]"),
            (NewCell, "newcell", A, "R[a] = cell(R[a])"),
            (GetCell, "getcell", AB, "R[a] = value of the cell R[b]"),
            (SetCell, "setcell", AB, "value of the cell R[a] = R[b]"),
            // ---- tables
            (GetTabUp, "gettabup", ABF, "R[a] = U[b][key of F[d]]"),
            (SetTabUp, "settabup", ABF, "U[b][key of F[d]] = R[a]"),
            (GetField, "getfield", ABF, "R[a] = R[b][key of F[d]]"),
            (SetField, "setfield", ABF, "R[a][key of F[d]] = R[b]"),
            (GetIndex, "getindex", ABC, "R[a] = R[b][R[c]]"),
            (SetIndex, "setindex", ABC, "R[a][R[b]] = R[c]"),
            (GetInt, "getint", ABC, "R[a] = R[b][c], c an integer"),
            (SetInt, "setint", ABC, "R[a][b] = R[c], b an integer"),
            (SelfField, "self", ABF, "R[a+2] = R[b]; R[a] = R[b][key of F[d]]"),
            (NewTable, "newtable", AT, "R[a] = new empty table, sized by allocation site T[d]"),
            (NewRecord, "newrecord", ABCT, "R[a] = new table with the c keys of site T[d] and the values R[b], ..., R[b+c-1]"),
            (NewArray, "newarray", ABCT, "R[a] = new table with elements 1..c = R[b], ..., R[b+c-1], site T[d]"),
            (SetList, "setlist", ABD, "R[a][d+i] = R[a+i] for 1 <= i <= b; b = 0: up to the stack top"),
            // ---- arithmetic
            (Add, "add", ABC, "R[a] = R[b] + R[c]"),
            (Sub, "sub", ABC, "R[a] = R[b] - R[c]"),
            (Mul, "mul", ABC, "R[a] = R[b] * R[c]"),
            (Div, "div", ABC, "R[a] = R[b] / R[c]"),
            (Mod, "mod", ABC, "R[a] = R[b] % R[c]"),
            (Pow, "pow", ABC, "R[a] = R[b] ^ R[c]"),
            (IDiv, "idiv", ABC, "R[a] = R[b] // R[c]"),
            (BAnd, "band", ABC, "R[a] = R[b] & R[c]"),
            (BOr, "bor", ABC, "R[a] = R[b] | R[c]"),
            (BXor, "bxor", ABC, "R[a] = R[b] ~ R[c]"),
            (Shl, "shl", ABC, "R[a] = R[b] << R[c]"),
            (Shr, "shr", ABC, "R[a] = R[b] >> R[c]"),
            (AddK, "addk", ABK, "R[a] = R[b] + K[d], K[d] a number"),
            (SubK, "subk", ABK, "R[a] = R[b] - K[d], K[d] a number"),
            (MulK, "mulk", ABK, "R[a] = R[b] * K[d], K[d] a number"),
            (DivK, "divk", ABK, "R[a] = R[b] / K[d], K[d] a number"),
            (ModK, "modk", ABK, "R[a] = R[b] % K[d], K[d] a number"),
            (PowK, "powk", ABK, "R[a] = R[b] ^ K[d], K[d] a number"),
            (IDivK, "idivk", ABK, "R[a] = R[b] // K[d], K[d] a number"),
            (Unm, "unm", AB, "R[a] = -R[b]"),
            (BNot, "bnot", AB, "R[a] = ~R[b]"),
            (Not, "not", AB, "R[a] = not R[b]"),
            (Len, "len", AB, "R[a] = #R[b]"),
            (Concat, "concat", ABC, "R[a] = R[b] .. ... .. R[b+c-1], right associative, c >= 2"),
            // ---- jumps
            (Jmp, "jmp", J, "pc += d"),
            (JmpBack, "jmpback", SJ, "pc += d (d < 0): back edge of a loop, hot site S[bc]"),
            (JTrue, "jtrue", AJ, "if R[a] is true: pc += d"),
            (JFalse, "jfalse", AJ, "if R[a] is false or nil: pc += d"),
            (JTrueSet, "jtrueset", ABJ, "if R[b] is true: R[a] = R[b], pc += d"),
            (JFalseSet, "jfalseset", ABJ, "if R[b] is false or nil: R[a] = R[b], pc += d"),
            (JEq, "jeq", ABJ, "if R[a] == R[b]: pc += d"),
            (JNe, "jne", ABJ, "if not (R[a] == R[b]): pc += d"),
            (JLt, "jlt", ABJ, "if R[a] < R[b]: pc += d"),
            (JNlt, "jnlt", ABJ, "if not (R[a] < R[b]): pc += d"),
            (JLe, "jle", ABJ, "if R[a] <= R[b]: pc += d"),
            (JNle, "jnle", ABJ, "if not (R[a] <= R[b]): pc += d"),
            (JEqK, "jeqk", AKJ, "if R[a] == K[bc], K[bc] nil, a boolean, a number or a string: pc += d"),
            (JNeK, "jnek", AKJ, "if not (R[a] == K[bc]): pc += d"),
            (JLtI, "jlti", AIJ, "if R[a] < bc as a signed integer: pc += d"),
            (JNltI, "jnlti", AIJ, "if not (R[a] < bc): pc += d"),
            (JLeI, "jlei", AIJ, "if R[a] <= bc: pc += d"),
            (JNleI, "jnlei", AIJ, "if not (R[a] <= bc): pc += d"),
            (JGtI, "jgti", AIJ, "if R[a] > bc: pc += d"),
            (JNgtI, "jngti", AIJ, "if not (R[a] > bc): pc += d"),
            (JGeI, "jgei", AIJ, "if R[a] >= bc: pc += d"),
            (JNgeI, "jngei", AIJ, "if not (R[a] >= bc): pc += d"),
            // ---- loops
            (ForPrep, "forprep", AJ, "prepare R[a] = start, R[a+1] = last value reached, R[a+2] = step; if the loop does not run: pc += d"),
            (ForLoop, "forloop", ASJ, "if R[a] has not reached R[a+1]: R[a] += R[a+2], pc += d; hot site S[bc]"),
            (TForPrep, "tforprep", AJ, "mark R[a+3] to be closed unless it is nil or false; pc += d"),
            (TForCall, "tforcall", AC, "R[a+4], ..., R[a+3+c] = R[a](R[a+1], R[a+2]), frame at R[a+4]"),
            (TForLoop, "tforloop", ASJ, "if R[a+4] ~= nil: R[a+2] = R[a+4], pc += d; hot site S[bc]"),
            // ---- functions
            (Call, "call", ABC, "R[a], ..., R[a+c-2] = R[a](R[a+2], ..., R[a+b]); b-1 arguments (b = 0: up to top), c-1 results (c = 0: all, sets top)"),
            (TailCall, "tailcall", ABC, "return R[a](R[a+2], ..., R[a+b]); c = 1: to-be-closed variables are pending, call then return"),
            (Return, "return", ABC, "return R[a], ..., R[a+b-2]; b = 0: up to top; c = 1: close pending variables first"),
            (Return0, "return0", N, "return nothing"),
            (Return1, "return1", A, "return R[a]"),
            (Vararg, "vararg", AC, "R[a], ..., R[a+c-2] = ...; c = 0: all, sets top"),
            (VarargPrep, "varargprep", A, "move the frame above its extra arguments; a fixed parameters"),
            (Closure, "closure", AP, "R[a] = closure of prototype P[d]"),
            (Tbc, "tbc", A, "mark R[a] as to be closed"),
            (Close, "close", A, "close all to-be-closed variables >= R[a]"),
            // ---- compiled forms: same operands, entered through the site's machine code
            (JitJmpBack, "jit.jmpback", SJ, "JmpBack whose site has machine code"),
            (JitForLoop, "jit.forloop", ASJ, "ForLoop whose site has machine code"),
            (JitTForLoop, "jit.tforloop", ASJ, "TForLoop whose site has machine code"),
            (JitEnter, "jit.enter", S, "first instruction of a function with machine code; the replaced instruction stands in S[bc]"),
            // ---- frame ends that are not code of a function; reached only by returns
            (ReturnToRust, "rust.return", N, "the frame below was entered from Rust: leave the interpreter"),
            (ReturnToPcall, "pcall.return", N, "the frame below is pcall's: prepend true, return from it"),
            (ReturnToXpcall, "xpcall.return", N, "the frame below is xpcall's: prepend true, return from it"),
            (ReturnToNative, "native.return", N, "what a native function called in its place ended: return the results"),
            (ReturnToClose, "close.return", N, "a __close call ended: go on closing, then resume what was interrupted"),
        }
    };
}

/// How the operand fields of an instruction are read: for the disassembler and the checker.
///
/// `A`, `B`, `C` registers or counts; `K` constant index, `F` field cache, `T` allocation site, `P` child prototype,
/// `D` number, `J` jump distance (all in `d`); `S` hot site, `I` signed immediate (in `bc`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the letters are explained above")]
pub enum Form {
    N,
    A,
    AB,
    ABC,
    AC,
    AD,
    AK,
    AP,
    AT,
    ABD,
    ABF,
    ABK,
    ABCT,
    J,
    S,
    SJ,
    AJ,
    ABJ,
    AKJ,
    AIJ,
    ASJ,
}

macro_rules! define_op {
    ($(($name:ident, $text:literal, $form:ident, $meaning:literal),)*) => {
        /// An opcode. The order is that of the table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Op { $(#[doc = $meaning] $name,)* }

        /// All opcodes, in the order of their numbers.
        pub const ALL: &[Op] = &[$(Op::$name),*];

        const TEXT: &[&str] = &[$($text),*];
        const FORM: &[Form] = &[$(Form::$form),*];
        const MEANING: &[&str] = &[$($meaning),*];
    };
}
for_each_op!(define_op);

/// Number of opcodes.
pub const COUNT: usize = ALL.len();

impl Op {
    /// The opcode with this number; numbers past the table are a bug of the caller.
    #[inline(always)]
    pub fn from_byte(byte: u8) -> Op {
        ALL[byte as usize]
    }

    /// Mnemonic.
    pub fn text(self) -> &'static str {
        TEXT[self as usize]
    }

    /// Operand form.
    pub fn form(self) -> Form {
        FORM[self as usize]
    }

    /// One-line meaning.
    pub fn meaning(self) -> &'static str {
        MEANING[self as usize]
    }
}
