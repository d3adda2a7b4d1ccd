//! Bytecode: the opcode table, the encoding of instructions, and what reads them.
//!
//! ```text
//!   op        the one table: name, operand form, definitions and uses, meaning
//!   inst      64-bit encoding; constructors and field access
//!   function  what the compiler produces: a function as plain data
//!   liveness  which registers are live before an instruction (collector, recorder)
//!   disasm    text form, expanded from the table
//!   check     structural verification of a prototype
//!   verify    what registers hold, proved for code that the compiler did not make
//!   dump      binary chunks, written
//!   undump    binary chunks, read and checked
//!   combine   several chunks as one
//! ```
pub mod check;
pub mod combine;
pub mod disasm;
pub mod dump;
pub mod function;
pub mod inst;
pub mod liveness;
pub mod op;
pub mod undump;
pub mod verify;

pub use inst::Inst;
pub use op::Op;
