//! Moonset's intermediate representation: the program of a trace tree, and what optimises it.
//!
//! The crate knows nothing of the runtime or of machine code. It names shapes, objects, prototypes, helpers and other traces by
//! numbers and closed tables; whoever records gives the numbers out, and whoever lowers binds them.
//!
//! # The language
//!
//! A [`Graph`] is a control flow graph in SSA form with block parameters. It starts at an entry block without parameters,
//! its loops are reducible and their heads are marked. A block has parameters, instructions and a [`Terminator`]:
//!
//! ```text
//! jump b1(v1, 2)                      go on, with values for the parameters
//! branch v3, b1(v1), b2()             by a condition
//! exit g4 snap5                       leave to the interpreter
//! link link0 g4 snap5                 leave to another trace; what link0 is, the recorder knows
//! ```
//!
//! **Values** are parameters, results of instructions, and constants; constants belong to no block. Types:
//!
//! | type | what | constants in text |
//! |---|---|---|
//! | `int` | 64-bit integer, wraps | `-5` |
//! | `float` | 64-bit float | `2.5f`, `inff`, `nan:0x7ff8000000000000` |
//! | `bool` | a condition | `true`, `false` |
//! | `any` | a boxed Lua value: payload and tag | `nil`, `any:false`, `any:true` |
//! | `ref` | a pointer to a heap object of known kind | `k0` (equal ids are the same object, different ids are not) |
//!
//! **Instructions** (see [`Op`] for the whole table) print as `v3 = add v1, 5`; immediates stand before operands:
//! `slot_load shape0 1 v2`. `box_*` make an `any`; `guard_tag int v0` takes it apart. What may leave the trace, a guard or a call of
//! a helper that raises, ends in `else g0 snap1`: the [`Guard`] is the stable identity of the place, shared by copies
//! that passes make; the [`Snap`] says what the interpreter's state is if it leaves *before* the instruction.
//!
//! **Effects** are data: alias classes read and written, and whether something exits, allocates or has to stay ([`Effects`]). What
//! reads is dropped when unused; what writes stays.
//!
//! **Tables** are accessed by layout: a `guard_shape` makes `slot_load` and `slot_store` with that shape legal until the shape
//! may change; `set_shape` changes it, keeping the slots (new ones hold nil). The array part is
//! accessed by zero-based index below `array_len`, which the recorder guards with `ult`; `array_append` adds the element after the last.
//! Cells and closures are objects like tables. `barrier` follows each store into an object that may be old.
//!
//! **Snapshots** name the frames, outermost first, and the stack slots that differ from the VM stack:
//!
//! ```text
//! snap1 = {frame k0:closure pc 7 base 0; 2: v3; 3: v4:table; 4: obj0; obj0 = table shape0(v5, obj0)}
//! ```
//!
//! An operand is a value to be boxed by its type, a `ref` with its tag (`v4:table`), or a virtual object, listed at the end:
//! `table shape(slots.., array elements.. | keys and values of the hash part..)`, `cell(value)`, `closure proto(cells..)`. A store left to the exit is
//! `write v4:table shape0 1 = obj0` (a slot), `write v4:table 2 = obj0` (an element), `write v4 = obj0` (a cell).
//!
//! The verifier's file lists what makes a graph valid; [`eval`] gives the meaning of each operation by running it.
//!
//! # Reading order
//!
//! `entity`, `types`, `effects`, `op`, `helper`, `inst`, `snapshot`, `graph`, `build`, `cfg`, then `pass`.
#![forbid(unsafe_code)]

pub mod arith;
pub mod build;
pub mod cfg;
pub mod effects;
pub mod entity;
pub mod eval;
pub mod graph;
pub mod helper;
pub mod inst;
mod lex;
pub mod op;
pub mod parse;
pub mod pass;
mod print;
pub mod snapshot;
pub mod types;
pub mod verify;

pub use build::Builder;
pub use cfg::{Cfg, Loop, loops};
pub use effects::{AliasClass, AliasSet, Effects};
pub use entity::{Block, Guard, Inst, Link, Object, Proto, Shape, Snap, Value, Virtual};
pub use graph::{BlockData, Const, Graph, ObjectConst, ShapeInfo, ValueDef};
pub use helper::Helper;
pub use inst::{Args, BlockCall, InstData, Terminator};
pub use op::{Arg, ImmKind, Op, OpInfo, ResultRule};
pub use parse::{parse, parse_input};
pub use pass::{PassOptions, optimize};
pub use snapshot::{Frame, Operand, Snapshot, Template, VirtualObject, Write};
pub use types::{Tag, Type};
pub use verify::verify;
