//! The trace compiler: recorder, lowering to machine code, exits.
