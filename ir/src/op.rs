//! The operation table: for each operation its name, operands, immediate, result and effects.
//!
//! Everything that treats operations alike (printer, parser, verifier, passes) reads this table; only the evaluator, the
//! folding rules and the lowering match on `Op` itself. A new operation is one line here plus its meaning there.

use crate::effects::AliasClass::{
    ArrayBase, ArrayElem, ArrayLen, Cell, Shape as ShapeClass, Slot, Stack, Upvalue, World,
};
use crate::effects::{AliasSet, Effects};
use crate::types::Type;

/// The kind of one operand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arg {
    /// An operand of this type.
    Ty(Type),
    /// An operand of the type that all `Same` operands of the instruction share.
    Same,
}

/// What the immediate of an operation is. Two-part immediates are packed by [`pack`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ImmKind {
    /// None.
    None,
    /// A tag.
    Tag,
    /// A stack slot relative to the trace's base.
    StackSlot,
    /// A shape.
    Shape,
    /// The shape before and the shape after.
    TwoShapes,
    /// A shape and a slot of it.
    ShapeSlot,
    /// A shape and the expected length of the array part.
    ShapeCap,
    /// A small number.
    Index,
    /// A prototype.
    Proto,
    /// A helper.
    Helper,
}

/// How the type of the result follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResultRule {
    /// No result.
    None,
    /// Always this type.
    Ty(Type),
    /// The type of the `Same` operands.
    Same,
    /// The payload type of the tag in the immediate; no result if it has none.
    TagPayload,
    /// As the helper in the immediate says.
    Helper,
}

/// The row of one operation.
#[derive(Debug)]
pub struct OpInfo {
    /// The name in the text form.
    pub name: &'static str,
    /// The fixed operands.
    pub args: &'static [Arg],
    /// The kind of any number of further operands.
    pub rest: Option<Arg>,
    /// The immediate.
    pub imm: ImmKind,
    /// The type of the result.
    pub result: ResultRule,
    /// The effects; those of `call` are the helper's.
    pub effects: Effects,
}

/// Two 32-bit immediates in one word.
pub const fn pack(first: u32, second: u32) -> u64 {
    (first as u64) << 32 | second as u64
}

macro_rules! arg {
    (Same) => {
        Arg::Same
    };
    ($ty:ident) => {
        Arg::Ty(Type::$ty)
    };
}

macro_rules! rest {
    () => {
        None
    };
    ($ty:ident) => {
        Some(arg!($ty))
    };
}

macro_rules! result {
    (None) => {
        ResultRule::None
    };
    (Same) => {
        ResultRule::Same
    };
    (TagPayload) => {
        ResultRule::TagPayload
    };
    (Helper) => {
        ResultRule::Helper
    };
    ($ty:ident) => {
        ResultRule::Ty(Type::$ty)
    };
}

macro_rules! ops {
    ($($(#[$doc:meta])* $op:ident $name:literal ($($arg:ident),* $(; $rest:ident)?) $imm:ident -> $result:ident, $effects:expr;)*) => {
        /// An operation.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum Op {
            $($(#[$doc])* $op,)*
        }

        impl Op {
            /// All operations.
            pub const ALL: &[Op] = &[$(Op::$op,)*];

            const TABLE: &[OpInfo] = &[$(OpInfo {
                name: $name,
                args: &[$(arg!($arg)),*],
                rest: rest!($($rest)?),
                imm: ImmKind::$imm,
                result: result!($result),
                effects: $effects,
            },)*];
        }
    };
}

const PURE: Effects = Effects::PURE;
const GUARD: Effects = Effects::GUARD;
const ALLOC: Effects = Effects::ALLOC;

const fn reads(class: AliasClass) -> Effects {
    Effects::reads(AliasSet::of(&[class]))
}

const fn writes(class: AliasClass) -> Effects {
    Effects::writes(AliasSet::of(&[class]))
}

use crate::effects::AliasClass;

ops! {
    /// Boxes an integer.
    BoxInt "box_int" (Int) None -> Any, PURE;
    /// Boxes a float.
    BoxFloat "box_float" (Float) None -> Any, PURE;
    /// Boxes a condition as `true` or `false`.
    BoxBool "box_bool" (Bool) None -> Any, PURE;
    /// Boxes a pointer with the given tag.
    BoxRef "box_ref" (Ref) Tag -> Any, PURE;
    /// Leaves unless the value has the tag; yields the payload, if the tag has one.
    GuardTag "guard_tag" (Any) Tag -> TagPayload, GUARD;
    /// Leaves if the value is nil.
    GuardNotNil "guard_not_nil" (Any) None -> None, GUARD;
    /// Leaves if the value is nil or false.
    GuardTruthy "guard_truthy" (Any) None -> None, GUARD;
    /// Leaves unless the value is nil or false.
    GuardFalsy "guard_falsy" (Any) None -> None, GUARD;
    /// Leaves unless the condition is true.
    GuardTrue "guard_true" (Bool) None -> None, GUARD;
    /// Leaves unless the condition is false.
    GuardFalse "guard_false" (Bool) None -> None, GUARD;
    /// Leaves if the poll word is set.
    Poll "poll" () None -> None, reads(World).and_exits().and_pinned();
    /// Has the value this tag?
    TagIs "tag_is" (Any) Tag -> Bool, PURE;
    /// The number of the value's tag.
    TagOf "tag_of" (Any) None -> Int, PURE;
    /// Is the value neither nil nor false?
    Truthy "truthy" (Any) None -> Bool, PURE;

    /// Wrapping sum.
    Add "add" (Int, Int) None -> Int, PURE;
    /// Wrapping difference.
    Sub "sub" (Int, Int) None -> Int, PURE;
    /// Wrapping product.
    Mul "mul" (Int, Int) None -> Int, PURE;
    /// Wrapping negation.
    Neg "neg" (Int) None -> Int, PURE;
    /// Floor division, wrapping; the divisor is not zero.
    IDiv "idiv" (Int, Int) None -> Int, PURE;
    /// Remainder with the sign of the divisor, which is not zero.
    IMod "imod" (Int, Int) None -> Int, PURE;
    /// Bitwise and.
    BAnd "band" (Int, Int) None -> Int, PURE;
    /// Bitwise or.
    BOr "bor" (Int, Int) None -> Int, PURE;
    /// Bitwise exclusive or.
    BXor "bxor" (Int, Int) None -> Int, PURE;
    /// Bitwise complement.
    BNot "bnot" (Int) None -> Int, PURE;
    /// Logical left shift with Lua's counts: 64 and more give 0, negative ones shift right.
    Shl "shl" (Int, Int) None -> Int, PURE;
    /// Logical right shift with Lua's counts.
    Shr "shr" (Int, Int) None -> Int, PURE;
    /// Equal?
    Eq "eq" (Int, Int) None -> Bool, PURE;
    /// Not equal?
    Ne "ne" (Int, Int) None -> Bool, PURE;
    /// Less, signed?
    Lt "lt" (Int, Int) None -> Bool, PURE;
    /// Less or equal, signed?
    Le "le" (Int, Int) None -> Bool, PURE;
    /// Less, unsigned?
    Ult "ult" (Int, Int) None -> Bool, PURE;
    /// Less or equal, unsigned?
    Ule "ule" (Int, Int) None -> Bool, PURE;

    /// Sum.
    FAdd "fadd" (Float, Float) None -> Float, PURE;
    /// Difference.
    FSub "fsub" (Float, Float) None -> Float, PURE;
    /// Product.
    FMul "fmul" (Float, Float) None -> Float, PURE;
    /// Quotient.
    FDiv "fdiv" (Float, Float) None -> Float, PURE;
    /// Negation (flips the sign bit).
    FNeg "fneg" (Float) None -> Float, PURE;
    /// Floor of the quotient.
    FIDiv "fidiv" (Float, Float) None -> Float, PURE;
    /// Remainder with the sign of the divisor, as Lua's `%`.
    FMod "fmod" (Float, Float) None -> Float, PURE;
    /// Power.
    FPow "fpow" (Float, Float) None -> Float, PURE;
    /// Square root.
    FSqrt "fsqrt" (Float) None -> Float, PURE;
    /// Rounds down.
    FFloor "ffloor" (Float) None -> Float, PURE;
    /// Rounds up.
    FCeil "fceil" (Float) None -> Float, PURE;
    /// Absolute value (clears the sign bit).
    FAbs "fabs" (Float) None -> Float, PURE;
    /// Equal?
    FEq "feq" (Float, Float) None -> Bool, PURE;
    /// Not equal?
    FNe "fne" (Float, Float) None -> Bool, PURE;
    /// Less?
    FLt "flt" (Float, Float) None -> Bool, PURE;
    /// Less or equal?
    FLe "fle" (Float, Float) None -> Bool, PURE;
    /// The nearest float.
    IntToFloat "int_to_float" (Int) None -> Float, PURE;
    /// Leaves unless the float is integral and in range; yields the integer.
    GuardFloatToInt "guard_float_to_int" (Float) None -> Int, GUARD;

    /// Complement of a condition.
    Not "not" (Bool) None -> Bool, PURE;
    /// Both?
    And "and" (Bool, Bool) None -> Bool, PURE;
    /// Either?
    Or "or" (Bool, Bool) None -> Bool, PURE;
    /// The first value if the condition holds, otherwise the second.
    Select "select" (Bool, Same, Same) None -> Same, PURE;
    /// The same object?
    RefEq "ref_eq" (Ref, Ref) None -> Bool, PURE;

    /// Reads a stack slot.
    StackLoad "stack_load" () StackSlot -> Any, reads(Stack);
    /// Writes a stack slot.
    StackStore "stack_store" (Any) StackSlot -> None, writes(Stack);

    /// Makes a table of this shape: all slots nil, array part empty.
    NewTable "new_table" () ShapeCap -> Ref, ALLOC;
    /// Leaves unless the table has the shape.
    GuardShape "guard_shape" (Ref) Shape -> None, reads(ShapeClass).and_exits();
    /// Has the table the shape?
    ShapeIs "shape_is" (Ref) Shape -> Bool, reads(ShapeClass);
    /// Has the table no metatable?
    IsBare "is_bare" (Ref) None -> Bool, reads(ShapeClass);
    /// Turns a table of the first shape into one of the second, of equal inline capacity; slots keep their contents.
    SetShape "set_shape" (Ref) TwoShapes -> None, writes(ShapeClass);
    /// Reads a slot of a table that has the shape.
    SlotLoad "slot_load" (Ref) ShapeSlot -> Any, reads(Slot);
    /// Writes a slot of a table that has the shape.
    SlotStore "slot_store" (Ref, Any) ShapeSlot -> None, writes(Slot);
    /// The number of elements in the array part.
    ArrayLen "array_len" (Ref) None -> Int, reads(ArrayLen);
    /// Reads the element with this zero-based index, which is in bounds.
    ArrayLoad "array_load" (Ref, Int) None -> Any, reads(ArrayElem);
    /// Overwrites the element with this zero-based index, which is in bounds.
    ArrayStore "array_store" (Ref, Int, Any) None -> None, writes(ArrayElem);
    /// Adds an element after the last.
    ArrayAppend "array_append" (Ref, Any) None -> None,
        Effects::writes(AliasSet::of(&[ArrayLen, ArrayElem, ArrayBase])).and_reads(AliasSet::of(&[ArrayLen]));
    /// The address of the elements; no snapshot may hold it.
    ArrayBase "array_base" (Ref) None -> Ref, reads(ArrayBase);
    /// Reads an element by its base.
    ElemLoad "elem_load" (Ref, Int) None -> Any, reads(ArrayElem);
    /// Overwrites an element by its base.
    ElemStore "elem_store" (Ref, Int, Any) None -> None, writes(ArrayElem);

    /// Makes an upvalue cell.
    NewCell "new_cell" (Any) None -> Ref, ALLOC;
    /// Reads a cell.
    CellLoad "cell_load" (Ref) None -> Any, reads(Cell);
    /// Writes a cell.
    CellStore "cell_store" (Ref, Any) None -> None, writes(Cell);
    /// Makes a closure of the prototype over these cells.
    NewClosure "new_closure" (; Ref) Proto -> Ref, ALLOC;
    /// The cell of an upvalue.
    ClosureUpval "closure_upval" (Ref) Index -> Ref, reads(Upvalue);
    /// Leaves unless the closure has the prototype.
    GuardProto "guard_proto" (Ref) Proto -> None, GUARD;
    /// Has the closure the prototype?
    ProtoIs "proto_is" (Ref) Proto -> Bool, PURE;
    /// The length of a string.
    StrLen "str_len" (Ref) None -> Int, PURE;

    /// Leaves unless a Lua function of this prototype has machine code, and the stack has room up to this slot.
    GuardReady "guard_ready" (Int) Proto -> None, reads(World).and_exits().and_pinned();

    /// Tells the collector that the value was stored into the object.
    Barrier "barrier" (Ref, Any) None -> None, PURE.and_pinned();
    /// Makes sure that the nursery has room for the next so many allocations of the block.
    Reserve "reserve" () Index -> None, PURE.and_pinned();
    /// Counts so many bytes as allocated, whether an allocation is made of them or not.
    Charge "charge" () Index -> None, PURE.and_pinned();
    /// Calls a helper.
    Call "call" (; Same) Helper -> Helper, Effects::UNKNOWN;
    /// Calls the machine code of a Lua function of this prototype, whose frame begins at the slot of the first operand.
    /// The snapshot is the state before the call; it is written to the VM stack, where the function finds its arguments.
    /// Second operand: arguments. Third: results wanted, which then stand where the arguments stood. Leaves before the
    /// call where the function has no machine code, or where there is no room.
    Invoke "invoke" (Int, Int, Int) Proto -> None, Effects::UNKNOWN;
    /// Has the interpreter carry out the call instruction that the snapshot's last frame is at, of a library function that may do
    /// anything. The snapshot is written to the VM stack. Operands: the slot of the function, where the results will stand; the end
    /// of the arguments; the number of results. With an immediate of 1 the results are an open list, which has to have that
    /// number. Leaves *after* the call, with the state in the VM stack, if anything was collected or dropped meanwhile.
    InvokeNative "invoke_native" (Int, Int, Int) Index -> None, Effects::UNKNOWN;
}

impl Op {
    /// The row of this operation.
    #[inline]
    pub fn info(self) -> &'static OpInfo {
        &Op::TABLE[self as usize]
    }

    /// The name in the text form.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// The operation with this name.
    pub fn from_name(name: &str) -> Option<Op> {
        Op::ALL.iter().copied().find(|op| op.name() == name)
    }

    /// Is this a check that leaves through its snapshot when it fails (and not a call)?
    #[inline]
    pub fn is_guard(self) -> bool {
        self.info().effects.exits && !self.is_call()
    }

    /// Does it run code outside of the graph?
    #[inline]
    pub fn is_call(self) -> bool {
        self == Op::Call || self.hands_over()
    }

    /// Is the state that its snapshot describes written to the VM stack for the code that it runs?
    #[inline]
    pub fn hands_over(self) -> bool {
        matches!(self, Op::Invoke | Op::InvokeNative)
    }

    /// Does it make an object (calls excluded)?
    #[inline]
    pub fn is_new(self) -> bool {
        matches!(self, Op::NewTable | Op::NewCell | Op::NewClosure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_the_table_is_in_order() {
        for (number, op) in Op::ALL.iter().enumerate() {
            assert_eq!(*op as usize, number);
            assert_eq!(Op::from_name(op.name()), Some(*op));
        }
    }
}
