//! The syntax tree of one chunk.
//!
//! Expressions live in one arena and refer to each other by [`ExprId`]: left-leaning chains may be as long as the
//! source, and an arena drops without recursion. Statements are an ordinary tree, since their nesting is bounded.
//!
//! **Lines.** Each expression carries the line an error in it is reported at: of the operator, of the key, of the
//! opening parenthesis of a call. Where an operand is computed after a closing bracket was read, that line is there
//! too, since the reference implementation emits some instructions only then.

use super::intern::{Interner, StrId};

/// A parsed chunk.
#[derive(Debug)]
pub struct Chunk {
    /// Names and string constants.
    pub strings: Interner,
    /// The expression arena.
    pub exprs: Vec<ExprNode>,
    /// All functions; the first is the main function.
    pub functions: Vec<Function>,
}

impl Chunk {
    /// An expression.
    pub fn expr(&self, id: ExprId) -> &ExprNode {
        &self.exprs[id.0 as usize]
    }

    /// A function.
    pub fn function(&self, id: FuncId) -> &Function {
        &self.functions[id.0 as usize]
    }
}

/// An expression of the chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExprId(pub u32);

/// A function of the chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FuncId(pub u32);

/// A local variable of one function, numbered in the order of declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalId(pub u32);

/// An upvalue of one function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UpvalueId(pub u8);

/// A label of one function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LabelId(pub u32);

/// A `goto` of one function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GotoId(pub u32);

/// Local variables that were declared together: `first`, and the ones after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalRange {
    /// The first of them.
    pub first: LocalId,
    /// How many.
    pub count: u32,
}

impl LocalRange {
    /// The variables in order.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = LocalId> + ExactSizeIterator + Clone {
        (self.first.0..self.first.0 + self.count).map(LocalId)
    }
}

/// A function body with what is known about its names.
#[derive(Debug, Default)]
pub struct Function {
    /// Line of its `function` (0 for the main function).
    pub line_defined: u32,
    /// Line of its `end`.
    pub last_line: u32,
    /// Number of fixed parameters: the first locals.
    pub params: u32,
    /// Whether it has `...`.
    pub is_vararg: bool,
    /// Every local variable of it, in the order of declaration.
    pub locals: Vec<Local>,
    /// The outer variables it uses, in the order of first use.
    pub upvalues: Vec<Upvalue>,
    /// Its labels.
    pub labels: Vec<Label>,
    /// For each `goto`, the label it goes to.
    pub gotos: Vec<LabelId>,
    /// Its statements.
    pub body: Block,
}

/// A local variable.
#[derive(Clone, Debug)]
pub struct Local {
    /// Its name; those of loops' hidden state are `(for state)`.
    pub name: StrId,
    /// Its attribute.
    pub attrib: Attrib,
    /// Whether an inner function uses it.
    pub captured: bool,
    /// Whether anything assigns to it after its declaration.
    pub assigned: bool,
}

/// What a local variable was declared as.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Attrib {
    /// Plain.
    Regular,
    /// `<const>`.
    Const,
    /// `<close>`.
    Close,
    /// `<const>` with a value known now: it needs no register, and its uses are [`Expr::NamedConst`].
    Constant(Constant),
}

/// A value known at compile time.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs, reason = "the values of Lua's literals")]
pub enum Constant {
    Nil,
    False,
    True,
    Int(i64),
    Float(f64),
    Str(StrId),
}

/// An outer variable that a function uses.
#[derive(Clone, Copy, Debug)]
pub struct Upvalue {
    /// Its name.
    pub name: StrId,
    /// Where the enclosing function has it.
    pub source: UpvalueSource,
    /// Whether it may not be assigned to.
    pub read_only: bool,
}

/// Where the enclosing function has the variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpvalueSource {
    /// It is a local of it.
    Local(LocalId),
    /// It is an upvalue of it; for the main function, whose `_ENV` the loader supplies, index 0.
    Upvalue(UpvalueId),
}

/// A label.
#[derive(Clone, Debug)]
pub struct Label {
    /// Its name.
    pub name: StrId,
    /// Its line.
    pub line: u32,
    /// Number of locals in scope at it; at the end of a block, the block's own do not count.
    pub active: u32,
}

/// A sequence of statements that is a scope.
#[derive(Debug, Default)]
pub struct Block {
    /// The statements; a `Return` can only be the last.
    pub stmts: Vec<Stmt>,
}

impl Block {
    /// Line of its last token, or of the one before it, which is on `opening_line`.
    pub fn end_line(&self, opening_line: u32) -> u32 {
        self.stmts.last().map_or(opening_line, |last| last.end_line)
    }
}

/// An expression with its line.
#[derive(Debug)]
pub struct ExprNode {
    /// Where an error in it is reported; see the head of this file.
    pub line: u32,
    /// What it is.
    pub kind: Expr,
}

/// An expression.
#[derive(Debug)]
pub enum Expr {
    /// A literal, or what an operation on literals was folded to.
    Constant(Constant),
    /// A use of a `<const>` variable with a known value.
    NamedConst {
        /// The variable's name.
        name: StrId,
        /// Its value.
        value: Constant,
    },
    /// `...`
    Vararg,
    /// A local variable.
    Local(LocalId),
    /// An upvalue.
    Upvalue(UpvalueId),
    /// A free name: the field `name` of `env`, which is a `Local`, `Upvalue` or `NamedConst`.
    Global {
        /// The variable `_ENV`.
        env: ExprId,
        /// The name.
        name: StrId,
    },
    /// `object[key]` and `object.key`.
    Index {
        /// The indexed expression.
        object: ExprId,
        /// The key; a string constant for a field.
        key: ExprId,
    },
    /// `callee(args)`.
    Call {
        /// The function.
        callee: ExprId,
        /// The arguments and where they end.
        args: Box<Args>,
    },
    /// `object:name(args)`.
    Method {
        /// The object.
        object: ExprId,
        /// The method's name.
        name: StrId,
        /// Line of the name.
        name_line: u32,
        /// The arguments and where they end.
        args: Box<Args>,
    },
    /// A function body.
    Function(FuncId),
    /// An operation on one operand.
    Unary(UnOp, ExprId),
    /// An operation on two operands, without `and` and `or`.
    Binary(BinOp, ExprId, ExprId),
    /// `left and right`.
    And(ExprId, ExprId),
    /// `left or right`.
    Or(ExprId, ExprId),
    /// An expression in parentheses that is not a constant: one value, and not assignable.
    Paren(ExprId),
    /// A table constructor.
    Table(Box<Table>),
}

/// The arguments of a call.
#[derive(Debug)]
pub struct Args {
    /// The expressions.
    pub list: Box<[ExprId]>,
    /// Line of the last token of the argument list.
    pub end_line: u32,
}

/// A table constructor.
#[derive(Debug)]
pub struct Table {
    /// The fields in order.
    pub items: Vec<Item>,
    /// Line of the closing brace.
    pub end_line: u32,
}

/// A field of a table constructor.
#[derive(Clone, Copy, Debug)]
pub enum Item {
    /// `value`
    Positional(ExprId),
    /// `name = value`, `[key] = value`
    Keyed(ExprId, ExprId),
}

/// Operators with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "Lua's operators")]
pub enum UnOp {
    Neg,
    BNot,
    Not,
    Len,
}

/// Operators with two operands that always evaluate both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "Lua's operators")]
pub enum BinOp {
    Add,
    Sub,
    Mul,
    Mod,
    Pow,
    Div,
    IDiv,
    BAnd,
    BOr,
    BXor,
    Shl,
    Shr,
    Concat,
    Eq,
    Lt,
    Le,
    Ne,
    Gt,
    Ge,
}

/// A statement with its line.
#[derive(Debug)]
pub struct Stmt {
    /// Line of its first token.
    pub line: u32,
    /// Line of its last token.
    pub end_line: u32,
    /// What it is.
    pub kind: StmtKind,
}

/// A statement.
#[derive(Debug)]
pub enum StmtKind {
    /// `local vars = values`. The last variable may be an [`Attrib::Constant`]: then there are as many values, and
    /// the last one needs no code.
    Local {
        /// The declared variables.
        vars: LocalRange,
        /// The initial values.
        values: Box<[ExprId]>,
    },
    /// `target = value`; a target is a `Local`, `Upvalue`, `Global` or `Index`.
    AssignOne(ExprId, ExprId),
    /// `targets = values` with more than one of either.
    Assign {
        /// Where to.
        targets: Box<[ExprId]>,
        /// What.
        values: Box<[ExprId]>,
    },
    /// A call for its effect.
    Call(ExprId),
    /// `do ... end`
    Do(Block),
    /// `while cond do ... end`
    While {
        /// The condition.
        cond: ExprId,
        /// The body.
        body: Block,
    },
    /// `repeat ... until cond`; the condition sees the body's locals.
    Repeat {
        /// The body.
        body: Block,
        /// The condition.
        cond: ExprId,
    },
    /// `if ... then ... elseif ... else ... end`
    If(Box<If>),
    /// `for var = start, limit, step do ... end`
    NumericFor(Box<NumericFor>),
    /// `for vars in values do ... end`
    GenericFor(Box<GenericFor>),
    /// `function target() ... end`
    Function {
        /// Where to.
        target: ExprId,
        /// The function.
        func: FuncId,
    },
    /// `local function var() ... end`
    LocalFunction {
        /// The variable, in scope in the function.
        var: LocalId,
        /// The function.
        func: FuncId,
    },
    /// `return values`
    Return(Box<[ExprId]>),
    /// `break`: leaves the innermost loop.
    Break,
    /// `goto`: its target is `gotos[id]` of the function.
    Goto(GotoId),
    /// `::label::`
    Label(LabelId),
}

/// An `if` statement.
#[derive(Debug)]
pub struct If {
    /// The conditions with their blocks.
    pub clauses: Vec<Clause>,
    /// The block of `else`.
    pub otherwise: Option<Block>,
}

/// A loop over numbers.
#[derive(Debug)]
pub struct NumericFor {
    /// Three hidden locals.
    pub state: LocalRange,
    /// The variable.
    pub var: LocalId,
    /// First value.
    pub start: ExprId,
    /// Last value.
    pub limit: ExprId,
    /// Step, if given.
    pub step: Option<ExprId>,
    /// Line of `do`.
    pub do_line: u32,
    /// The body.
    pub body: Block,
}

/// A loop over what an iterator gives.
#[derive(Debug)]
pub struct GenericFor {
    /// Four hidden locals.
    pub state: LocalRange,
    /// The variables.
    pub vars: LocalRange,
    /// Iterator, state, control value, closing value.
    pub values: Box<[ExprId]>,
    /// Line of the first value.
    pub values_line: u32,
    /// Line of `do`.
    pub do_line: u32,
    /// The body.
    pub body: Block,
}

/// One condition of an `if` with its block.
#[derive(Debug)]
pub struct Clause {
    /// The condition.
    pub cond: ExprId,
    /// Line of `then`.
    pub then_line: u32,
    /// What to do if it holds.
    pub body: Block,
}

/// A chunk of many megabytes has millions of expressions and statements: they must stay small.
const _: () = assert!(size_of::<ExprNode>() <= 32 && size_of::<Stmt>() <= 48);
