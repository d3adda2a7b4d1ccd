//! The instruction word: 64 bits, fixed width.
//!
//! ```text
//!   63            32 31   24 23   16 15    8 7     0
//!   |      d        |   c   |   b   |   a   |  op   |
//!                   |      bc       |
//! ```
//!
//! `a`, `b`, `c` are unsigned bytes (registers or small counts); `bc` is the two middle bytes taken as one 16-bit
//! operand (unsigned site or constant index, or a signed immediate); `d` is a signed 32-bit jump distance counted
//! from the *next* instruction, or an unsigned index. The opcode stands in the lowest byte so that dispatch needs one
//! zero extension.

use super::op::Op;

/// One instruction.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Inst(pub u64);

impl Inst {
    /// `op a b c d`, every operand given.
    #[inline(always)]
    pub const fn new(op: Op, a: u8, b: u8, c: u8, d: i32) -> Inst {
        Inst(op as u64 | (a as u64) << 8 | (b as u64) << 16 | (c as u64) << 24 | (d as u32 as u64) << 32)
    }

    /// `op a b c`.
    pub const fn abc(op: Op, a: u8, b: u8, c: u8) -> Inst {
        Inst::new(op, a, b, c, 0)
    }

    /// `op a bc d` with `bc` as one 16-bit operand.
    pub const fn wide(op: Op, a: u8, bc: u16, d: i32) -> Inst {
        Inst::new(op, a, bc as u8, (bc >> 8) as u8, d)
    }

    /// The opcode.
    #[inline(always)]
    pub fn op(self) -> Op {
        Op::from_byte(self.0 as u8)
    }

    /// The opcode as its number in the table.
    #[inline(always)]
    pub const fn op_byte(self) -> u8 {
        self.0 as u8
    }

    /// Operand `a`.
    #[inline(always)]
    pub const fn a(self) -> usize {
        (self.0 >> 8) as u8 as usize
    }

    /// Operand `b`.
    #[inline(always)]
    pub const fn b(self) -> usize {
        (self.0 >> 16) as u8 as usize
    }

    /// Operand `c`.
    #[inline(always)]
    pub const fn c(self) -> usize {
        (self.0 >> 24) as u8 as usize
    }

    /// Operands `b` and `c` as one unsigned 16-bit number.
    #[inline(always)]
    pub const fn bc(self) -> usize {
        (self.0 >> 16) as u16 as usize
    }

    /// Operands `b` and `c` as one signed 16-bit number.
    #[inline(always)]
    pub const fn sbc(self) -> i64 {
        (self.0 >> 16) as u16 as i16 as i64
    }

    /// Operand `d`, signed (jump distance, integer immediate).
    #[inline(always)]
    pub const fn sd(self) -> isize {
        (self.0 as i64 >> 32) as isize
    }

    /// Operand `d`, unsigned (index).
    #[inline(always)]
    pub const fn d(self) -> usize {
        (self.0 >> 32) as usize
    }

    /// The same instruction with another opcode: how a site is switched between its plain and its compiled form.
    pub const fn with_op(self, op: Op) -> Inst {
        Inst(self.0 & !0xff | op as u64)
    }

    /// The same instruction with another `d`: how forward jumps are patched.
    pub const fn with_d(self, d: i32) -> Inst {
        Inst(self.0 & 0xffff_ffff | (d as u32 as u64) << 32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_round_trip() {
        let inst = Inst::new(Op::ForLoop, 250, 0xfe, 0xff, -7);
        assert_eq!((inst.op(), inst.a(), inst.b(), inst.c(), inst.sd()), (Op::ForLoop, 250, 0xfe, 0xff, -7));
        assert_eq!(inst.sbc(), -2);
        assert_eq!(inst.with_op(Op::JitForLoop).with_d(9).sd(), 9);
    }
}
