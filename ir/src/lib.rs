//! The SSA intermediate representation of traces. It knows nothing of the runtime or of machine code.
#![forbid(unsafe_code)]
