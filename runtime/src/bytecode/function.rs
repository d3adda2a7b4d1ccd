//! The compiler's product: one Lua function as plain data, knowing no heap and no interpreter.
//!
//! `object::proto` links it: strings are interned, caches and counters allocated, and the result becomes a heap object.

use std::sync::Arc;

use super::inst::Inst;

/// A compiled function with its inner functions.
#[derive(Clone, Debug, Default)]
pub struct FunctionCode {
    /// Instructions; the last one is a return.
    pub code: Vec<Inst>,
    /// Line of each instruction; empty if the debug information was stripped.
    pub lines: Vec<u32>,
    /// Constants `K`.
    pub constants: Vec<Constant>,
    /// Keys of the field caches `F`: one entry an instruction that uses a cache.
    pub field_keys: Vec<Arc<[u8]>>,
    /// Allocation sites `T`.
    pub table_sites: Vec<TableSite>,
    /// Number of hot sites `S` (loop back edges). Sites past `u16::MAX - 1` share the last number and never get hot.
    pub hot_sites: u16,
    /// Inner functions `P`.
    pub children: Vec<FunctionCode>,
    /// Upvalues `U`.
    pub upvalues: Vec<UpvalueDesc>,
    /// Number of fixed parameters.
    pub num_params: u8,
    /// Whether the parameter list ends in `...`.
    pub is_vararg: bool,
    /// Slots above the base that the function may use, call frames that it builds included.
    pub frame_size: u8,
    /// Chunk name as given to `load` (`@file`, `=name` or source text).
    pub source: Arc<[u8]>,
    /// Line of the `function` keyword; 0 for a main chunk.
    pub line_defined: u32,
    /// Line of the closing `end`; 0 for a main chunk.
    pub last_line: u32,
    /// Local variables, in the order of their declaration, for messages and debugging.
    pub locals: Vec<LocalInfo>,
}

/// What a program names that looks at the local variables of running functions: see [`FunctionCode::looks_at_locals`].
const LOCAL_INSPECTORS: [&[u8]; 2] = [b"getlocal", b"setlocal"];

/// Whether a program that has this text as a name or as a string may look at the local variables of running functions.
pub fn is_local_inspector(text: &[u8]) -> bool {
    LOCAL_INSPECTORS.contains(&text)
}

impl FunctionCode {
    /// Whether the function, or one inside it, names what looks at the local variables of running functions. From then on
    /// variables in scope have to keep their values, read or not.
    pub fn looks_at_locals(&self) -> bool {
        let is_inspector = |constant: &Constant| matches!(constant, Constant::Str(text) if is_local_inspector(text));
        self.field_keys.iter().any(|key| is_local_inspector(key))
            || self.constants.iter().any(is_inspector)
            || self.children.iter().any(FunctionCode::looks_at_locals)
    }
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    /// `nil`.
    Nil,
    /// `true` or `false`.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A float; compared by bits when constants are merged.
    Float(f64),
    /// A string.
    Str(Arc<[u8]>),
}

/// What an allocation site creates.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableSite {
    /// Keys in constructor order for `NewRecord` (all different); empty otherwise.
    pub keys: Vec<Arc<[u8]>>,
    /// Named fields expected (constructor fields with constant string keys).
    pub fields: u32,
    /// Array elements expected.
    pub array: u32,
}

/// Where a closure finds an upvalue when it is created.
#[derive(Clone, Debug, PartialEq)]
pub struct UpvalueDesc {
    /// Name in the source; empty if the debug information was stripped.
    pub name: Arc<[u8]>,
    /// True: a register of the enclosing function, which holds a cell; false: an upvalue of the enclosing function.
    pub from_parent_register: bool,
    /// Register or upvalue number there.
    pub index: u8,
}

/// A local variable for debug information.
#[derive(Clone, Debug, PartialEq)]
pub struct LocalInfo {
    /// Name in the source; internal ones in parentheses, such as `(for state)`.
    pub name: Arc<[u8]>,
    /// First instruction where it is in scope.
    pub start_pc: u32,
    /// First instruction where it is out of scope.
    pub end_pc: u32,
    /// Its register.
    pub register: u8,
    /// Whether the register holds a cell.
    pub is_cell: bool,
}

impl std::fmt::Debug for Inst {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {} {} {}", self.op().text(), self.a(), self.b(), self.c(), self.sd())
    }
}
