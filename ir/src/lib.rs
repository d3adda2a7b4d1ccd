//! Moonset's intermediate representation.
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
pub use snapshot::{Frame, Operand, Snapshot, Template, VirtualObject};
pub use types::{Tag, Type};
pub use verify::verify;
