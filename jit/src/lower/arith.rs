//! Arithmetic, comparisons and conversions.
//!
//! Integer division and remainder floor. Cranelift's `sdiv` traps on overflow and zero; zero never gets here (the
//! recorder guards), and the divisor -1, the only overflow, is taken out by a select. A constant divisor that is a
//! power of two is a shift or a mask; other constants skip the select.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{self as clif, InstBuilder, types};
use moonset_ir::inst::InstData;
use moonset_ir::{Op, Type, Value};

use super::Lower;
use super::value::Lowered;
use crate::helpers;

impl Lower<'_, '_> {
    /// Lowers an operation on unboxed values.
    pub(super) fn lower_arith(&mut self, data: &InstData) {
        let result = match data.op {
            Op::Add => self.int2(data, |b, x, y| b.iadd(x, y)),
            Op::Sub => self.int2(data, |b, x, y| b.isub(x, y)),
            Op::Mul => self.int2(data, |b, x, y| b.imul(x, y)),
            Op::BAnd => self.int2(data, |b, x, y| b.band(x, y)),
            Op::BOr => self.int2(data, |b, x, y| b.bor(x, y)),
            Op::BXor => self.int2(data, |b, x, y| b.bxor(x, y)),
            Op::Neg => {
                let x = self.one(data.args[0]);
                self.b.ins().ineg(x)
            }
            Op::BNot => {
                let x = self.one(data.args[0]);
                self.b.ins().bnot(x)
            }
            Op::Shl => self.shift(data.args[0], data.args[1], true),
            Op::Shr => self.shift(data.args[0], data.args[1], false),
            Op::IDiv => self.floor_div(data.args[0], data.args[1]),
            Op::IMod => self.floor_mod(data.args[0], data.args[1]),
            Op::Eq => self.icmp(IntCC::Equal, data),
            Op::Ne => self.icmp(IntCC::NotEqual, data),
            Op::Lt => self.icmp(IntCC::SignedLessThan, data),
            Op::Le => self.icmp(IntCC::SignedLessThanOrEqual, data),
            Op::Ult => self.icmp(IntCC::UnsignedLessThan, data),
            Op::Ule => self.icmp(IntCC::UnsignedLessThanOrEqual, data),
            Op::RefEq => self.icmp(IntCC::Equal, data),
            Op::FAdd => self.int2(data, |b, x, y| b.fadd(x, y)),
            Op::FSub => self.int2(data, |b, x, y| b.fsub(x, y)),
            Op::FMul => self.int2(data, |b, x, y| b.fmul(x, y)),
            Op::FDiv => self.int2(data, |b, x, y| b.fdiv(x, y)),
            Op::FIDiv => {
                let quotient = self.int2(data, |b, x, y| b.fdiv(x, y));
                self.b.ins().floor(quotient)
            }
            Op::FMod => self.float_helper(helpers::float_mod as *const (), data),
            Op::FPow => self.float_helper(helpers::float_pow as *const (), data),
            Op::FNeg => self.int1(data, |b, x| b.fneg(x)),
            Op::FSqrt => self.int1(data, |b, x| b.sqrt(x)),
            Op::FFloor => self.int1(data, |b, x| b.floor(x)),
            Op::FCeil => self.int1(data, |b, x| b.ceil(x)),
            Op::FAbs => self.int1(data, |b, x| b.fabs(x)),
            Op::FEq => self.fcmp(FloatCC::Equal, data),
            Op::FNe => self.fcmp(FloatCC::NotEqual, data),
            Op::FLt => self.fcmp(FloatCC::LessThan, data),
            Op::FLe => self.fcmp(FloatCC::LessThanOrEqual, data),
            Op::IntToFloat => self.int1(data, |b, x| b.fcvt_from_sint(types::F64, x)),
            Op::Not => {
                let x = self.one(data.args[0]);
                self.b.ins().bxor_imm_u(x, 1)
            }
            Op::And => self.int2(data, |b, x, y| b.band(x, y)),
            Op::Or => self.int2(data, |b, x, y| b.bor(x, y)),
            Op::Select => return self.select(data),
            op => unreachable!("{} is not arithmetic", op.name()),
        };
        self.define(data.result, Lowered::One(result));
    }

    fn int1(
        &mut self,
        data: &InstData,
        make: impl FnOnce(cranelift_frontend::FuncInstBuilder<'_, '_>, clif::Value) -> clif::Value,
    ) -> clif::Value {
        let x = self.one(data.args[0]);
        make(self.b.ins(), x)
    }

    fn int2(
        &mut self,
        data: &InstData,
        make: impl FnOnce(cranelift_frontend::FuncInstBuilder<'_, '_>, clif::Value, clif::Value) -> clif::Value,
    ) -> clif::Value {
        let x = self.one(data.args[0]);
        let y = self.one(data.args[1]);
        make(self.b.ins(), x, y)
    }

    fn icmp(&mut self, cond: IntCC, data: &InstData) -> clif::Value {
        self.int2(data, |b, x, y| b.icmp(cond, x, y))
    }

    fn fcmp(&mut self, cond: FloatCC, data: &InstData) -> clif::Value {
        self.int2(data, |b, x, y| b.fcmp(cond, x, y))
    }

    fn select(&mut self, data: &InstData) {
        let cond = self.one(data.args[0]);
        let (yes, no) = (data.args[1], data.args[2]);
        let lowered = if self.graph.ty(yes) == Type::Any {
            let (yes_payload, no_payload) = (self.payload_int(yes), self.payload_int(no));
            let (yes_tag, no_tag) = (self.tag_value(yes), self.tag_value(no));
            let payload = self.b.ins().select(cond, yes_payload, no_payload);
            Lowered::Pair(payload, self.b.ins().select(cond, yes_tag, no_tag))
        } else {
            let (yes, no) = (self.one(yes), self.one(no));
            Lowered::One(self.b.ins().select(cond, yes, no))
        };
        self.define(data.result, lowered);
    }

    /// Lua's shifts: a count of 64 or more gives 0, a negative one shifts the other way.
    fn shift(&mut self, value: Value, count: Value, left: bool) -> clif::Value {
        let x = self.one(value);
        if let Some(count) = self.graph.as_int(count) {
            let (left, count) = if count < 0 { (!left, count.unsigned_abs()) } else { (left, count as u64) };
            if count >= 64 {
                return self.iconst(0);
            }
            let amount = self.iconst(count as i64);
            return if left { self.b.ins().ishl(x, amount) } else { self.b.ins().ushr(x, amount) };
        }
        let n = self.one(count);
        let back = self.b.ins().ineg(n);
        let (to_left, to_right) = if left { (n, back) } else { (back, n) };
        let shifted_left = self.b.ins().ishl(x, to_left);
        let shifted_right = self.b.ins().ushr(x, to_right);
        let zero = self.iconst(0);
        let left_in_range = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, to_left, 64);
        let right_in_range = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, to_right, 64);
        let right = self.b.ins().select(right_in_range, shifted_right, zero);
        self.b.ins().select(left_in_range, shifted_left, right)
    }

    fn floor_div(&mut self, dividend: Value, divisor: Value) -> clif::Value {
        let x = self.one(dividend);
        if let Some(constant) = self.graph.as_int(divisor) {
            if constant > 0 && (constant as u64).is_power_of_two() {
                let shift = self.iconst(i64::from(constant.trailing_zeros()));
                return self.b.ins().sshr(x, shift);
            }
            if constant == -1 {
                return self.b.ins().ineg(x);
            }
            let (quotient, _) = self.truncated_division(x, constant);
            let d = self.iconst(constant);
            return self.floor_quotient(x, d, quotient);
        }
        let d = self.one(divisor);
        let minus_one = self.b.ins().icmp_imm_s(IntCC::Equal, d, -1);
        let one = self.iconst(1);
        let safe = self.b.ins().select(minus_one, one, d);
        let quotient = self.b.ins().sdiv(x, safe);
        let floored = self.floor_quotient(x, safe, quotient);
        let negated = self.b.ins().ineg(x);
        self.b.ins().select(minus_one, negated, floored)
    }

    /// A truncated quotient, lowered by one if the remainder is not zero and its sign is not the divisor's.
    fn floor_quotient(&mut self, x: clif::Value, d: clif::Value, quotient: clif::Value) -> clif::Value {
        let product = self.b.ins().imul(quotient, d);
        let remainder = self.b.ins().isub(x, product);
        let signs = self.b.ins().bxor(remainder, d);
        let differ = self.b.ins().icmp_imm_s(IntCC::SignedLessThan, signs, 0);
        let inexact = self.b.ins().icmp_imm_s(IntCC::NotEqual, remainder, 0);
        let lower = self.b.ins().band(differ, inexact);
        let lower = self.b.ins().uextend(types::I64, lower);
        self.b.ins().isub(quotient, lower)
    }

    fn floor_mod(&mut self, dividend: Value, divisor: Value) -> clif::Value {
        let x = self.one(dividend);
        let (d, remainder) = match self.graph.as_int(divisor) {
            Some(constant) if constant > 0 && (constant as u64).is_power_of_two() => {
                let mask = self.iconst(constant - 1);
                return self.b.ins().band(x, mask);
            }
            Some(-1) => return self.iconst(0),
            Some(constant) => {
                let (_, remainder) = self.truncated_division(x, constant);
                (self.iconst(constant), remainder)
            }
            None => {
                let d = self.one(divisor);
                let minus_one = self.b.ins().icmp_imm_s(IntCC::Equal, d, -1);
                let one = self.iconst(1);
                let safe = self.b.ins().select(minus_one, one, d);
                (d, self.b.ins().srem(x, safe))
            }
        };
        let signs = self.b.ins().bxor(remainder, d);
        let differ = self.b.ins().icmp_imm_s(IntCC::SignedLessThan, signs, 0);
        let inexact = self.b.ins().icmp_imm_s(IntCC::NotEqual, remainder, 0);
        let fix = self.b.ins().band(differ, inexact);
        let zero = self.iconst(0);
        let add = self.b.ins().select(fix, d, zero);
        self.b.ins().iadd(remainder, add)
    }

    /// Quotient and remainder, rounded towards zero, by a constant other than 0 and ±1, with a multiplication by a
    /// reciprocal (Granlund and Montgomery, "Division by Invariant Integers using Multiplication", 1994).
    fn truncated_division(&mut self, x: clif::Value, divisor: i64) -> (clif::Value, clif::Value) {
        let (multiplier, shift) = reciprocal(divisor);
        let m = self.iconst(multiplier);
        let mut high = self.b.ins().smulhi(x, m);
        if divisor > 0 && multiplier < 0 {
            high = self.b.ins().iadd(high, x);
        } else if divisor < 0 && multiplier > 0 {
            high = self.b.ins().isub(high, x);
        }
        let shift = self.iconst(i64::from(shift));
        let shifted = self.b.ins().sshr(high, shift);
        let bits = self.iconst(63);
        let sign = self.b.ins().ushr(shifted, bits);
        let quotient = self.b.ins().iadd(shifted, sign);
        let d = self.iconst(divisor);
        let product = self.b.ins().imul(quotient, d);
        (quotient, self.b.ins().isub(x, product))
    }

    fn float_helper(&mut self, address: *const (), data: &InstData) -> clif::Value {
        let args = [self.one(data.args[0]), self.one(data.args[1])];
        self.call_address(address, &args, &[types::F64])[0]
    }
}

/// Multiplier and shift such that for all 64-bit `x` the quotient `x / divisor` is the high word of
/// `x * multiplier`, corrected by `x` when the signs of multiplier and divisor differ, shifted, plus one if negative.
///
/// The multiplier is the first power of two, rounded up to a multiple of the divisor, whose excess stays without effect up
/// to the largest magnitude that a dividend with the divisor's remainder `divisor - 1` can have.
fn reciprocal(divisor: i64) -> (i64, u32) {
    let size = u128::from(divisor.unsigned_abs());
    let reach = (1u128 << 63) + u128::from(divisor < 0);
    let largest = reach - 1 - reach % size;
    for shift in 0..63 {
        let power = 1u128 << (64 + shift);
        let excess = size - power % size;
        if power > largest * excess {
            let multiplier = ((power + excess) / size) as i64;
            return (if divisor > 0 { multiplier } else { multiplier.wrapping_neg() }, shift);
        }
    }
    unreachable!("a shift below 63 suffices for every divisor but 0, 1 and -1")
}

#[cfg(test)]
mod tests {
    use super::reciprocal;

    fn quotient(x: i64, divisor: i64) -> i64 {
        let (multiplier, shift) = reciprocal(divisor);
        let mut high = ((i128::from(x) * i128::from(multiplier)) >> 64) as i64;
        if divisor > 0 && multiplier < 0 {
            high = high.wrapping_add(x);
        } else if divisor < 0 && multiplier > 0 {
            high = high.wrapping_sub(x);
        }
        let shifted = high >> shift;
        shifted.wrapping_add((shifted as u64 >> 63) as i64)
    }

    #[test]
    fn reciprocals_divide_exactly() {
        let edges =
            [0, 1, -1, 2, 7, -7, 1 << 31, i64::MAX, i64::MIN, i64::MAX - 1, i64::MIN + 1, 1 << 62, 123_456_789_012];
        let divisors = [2, 3, 5, 6, 7, 9, 10, 11, 25, 97, 1000, 1 << 20, 139_968, 1_000_003, i64::MAX, (1 << 62) + 1];
        for &magnitude in &divisors {
            for divisor in [magnitude, -magnitude] {
                for &edge in &edges {
                    for x in [edge, edge.wrapping_mul(divisor), edge.wrapping_mul(divisor).wrapping_sub(1)] {
                        assert_eq!(quotient(x, divisor), x.wrapping_div(divisor), "{x} / {divisor}");
                    }
                }
            }
        }
    }
}
