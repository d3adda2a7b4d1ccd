//! What the numeric `for` does before its first turn.
//!
//! A loop over integers is turned into a count of further turns, so that the control variable can never wrap around:
//! its limit may be any number and is clipped to the integers first. A loop with a float start or step runs on floats.

use super::{Number, float_ceil_to_int, float_floor_to_int};

/// How a prepared loop runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ForPrep {
    /// The body does not run at all.
    Skip,
    /// Integers: the first value of the control variable, and how many turns follow the first one.
    Int {
        /// The first value of the control variable.
        init: i64,
        /// Turns after the first.
        turns: u64,
        /// Added after every turn.
        step: i64,
    },
    /// Floats: runs while the control variable has not passed the limit.
    Float {
        /// The first value of the control variable.
        init: f64,
        /// The last value that is still in the loop.
        limit: f64,
        /// Added after every turn.
        step: f64,
    },
}

/// The step of a `for` is zero, which Lua reports as `'for' step is zero`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepIsZero;

/// Prepares `for v = init, limit, step`.
#[inline]
pub fn prepare_for(init: Number, limit: Number, step: Number) -> Result<ForPrep, StepIsZero> {
    if let (Number::Int(init), Number::Int(step)) = (init, step) {
        if step == 0 {
            return Err(StepIsZero);
        }
        return Ok(match clip_limit(limit, step) {
            Some(limit) => count_turns(init, limit, step),
            None => ForPrep::Skip,
        });
    }
    let (init, limit, step) = (init.to_float(), limit.to_float(), step.to_float());
    if step == 0.0 {
        return Err(StepIsZero);
    }
    // What is not a number has not passed anything: the first turn takes place.
    let passed = if step > 0.0 { limit < init } else { init < limit };
    Ok(if passed { ForPrep::Skip } else { ForPrep::Float { init, limit, step } })
}

/// The limit as an integer that the loop can reach, or `None` if no integer can be in the loop.
fn clip_limit(limit: Number, step: i64) -> Option<i64> {
    let limit = match limit {
        Number::Int(limit) => return Some(limit),
        Number::Float(limit) => limit,
    };
    let rounded = if step < 0 { float_ceil_to_int(limit) } else { float_floor_to_int(limit) };
    match rounded {
        Some(limit) => Some(limit),
        None if limit > 0.0 => (step > 0).then_some(i64::MAX),
        // NaN comes here too: an upward loop does not run, a downward one is cut off by the lowest integer.
        None => (step < 0).then_some(i64::MIN),
    }
}

#[inline]
fn count_turns(init: i64, limit: i64, step: i64) -> ForPrep {
    let distance = if step > 0 {
        if init > limit {
            return ForPrep::Skip;
        }
        (limit as u64).wrapping_sub(init as u64)
    } else {
        if init < limit {
            return ForPrep::Skip;
        }
        (init as u64).wrapping_sub(limit as u64)
    };
    let turns = if step == 1 { distance } else { distance / step.unsigned_abs() };
    ForPrep::Int { init, turns, step }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Number::{Float, Int};

    fn turns(init: Number, limit: Number, step: Number) -> Option<u64> {
        match prepare_for(init, limit, step).expect("the step is not zero") {
            ForPrep::Skip => None,
            ForPrep::Int { turns, .. } => Some(turns),
            ForPrep::Float { .. } => panic!("a loop over integers"),
        }
    }

    #[test]
    fn integer_loops_count_their_turns() {
        assert_eq!(turns(Int(1), Int(10), Int(1)), Some(9));
        assert_eq!(turns(Int(1), Int(10), Int(4)), Some(2));
        assert_eq!(turns(Int(10), Int(1), Int(-3)), Some(3));
        assert_eq!(turns(Int(1), Int(0), Int(1)), None);
        assert_eq!(turns(Int(i64::MIN), Int(i64::MAX), Int(1)), Some(u64::MAX));
        assert_eq!(turns(Int(i64::MAX), Int(i64::MIN), Int(i64::MIN)), Some(1));
        assert_eq!(turns(Int(i64::MAX - 1), Int(i64::MAX), Int(2)), Some(0));
    }

    #[test]
    fn float_limits_are_clipped() {
        assert_eq!(turns(Int(1), Float(3.9), Int(1)), Some(2));
        assert_eq!(turns(Int(-1), Float(-3.9), Int(-1)), Some(2));
        assert_eq!(turns(Int(1), Float(f64::INFINITY), Int(1)), Some(i64::MAX as u64 - 1));
        assert_eq!(turns(Int(1), Float(f64::NEG_INFINITY), Int(1)), None);
        assert_eq!(turns(Int(1), Float(f64::INFINITY), Int(-1)), None);
        assert_eq!(turns(Int(1), Float(f64::NAN), Int(1)), None);
        assert_eq!(turns(Int(0), Float(-1e300), Int(-1)), Some(1 << 63));
    }

    #[test]
    fn float_loops_and_zero_steps() {
        assert_eq!(prepare_for(Float(1.0), Int(2), Int(1)), Ok(ForPrep::Float { init: 1.0, limit: 2.0, step: 1.0 }));
        assert_eq!(prepare_for(Int(3), Int(2), Float(0.5)), Ok(ForPrep::Skip));
        assert!(matches!(prepare_for(Float(1.0), Float(f64::NAN), Int(1)), Ok(ForPrep::Float { .. })));
        assert!(matches!(prepare_for(Float(f64::NAN), Float(1.0), Int(-1)), Ok(ForPrep::Float { .. })));
        assert_eq!(prepare_for(Int(1), Int(2), Int(0)), Err(StepIsZero));
        assert_eq!(prepare_for(Int(1), Int(2), Float(-0.0)), Err(StepIsZero));
    }
}
