//! The numeric and the generic `for`.

use moonset_ir::{Helper, Tag, Value};
use moonset_runtime::bytecode::Inst;
use moonset_runtime::native::Builtin;
use moonset_runtime::object::metamethod::Metamethod;
use moonset_runtime::value::{Raw, Tag as RtTag};

use super::slots::Val;
use super::{Recorder, Step, world};
use crate::abort::Abort;

impl Recorder {
    /// Prepares a numeric loop.
    pub(super) fn for_prep(&mut self, a: i32, inst: Inst) -> Result<(), Abort> {
        let (start, limit, step) = (self.actual(a), self.actual(a + 1), self.actual(a + 2));
        match (start.tag(), limit.tag(), step.tag()) {
            (RtTag::Int, RtTag::Int, RtTag::Int) => self.for_prep_int(a, inst),
            (RtTag::Int, RtTag::Float, RtTag::Int) => {
                // The limit is rounded towards the start.
                let value = self.get(a + 1);
                let float = self.float(value, limit)?;
                let rounded = if step.bits() as i64 > 0 { self.at().ffloor(float) } else { self.at().fceil(float) };
                let number = f64::from_bits(limit.bits());
                if !(-9.0e18..9.0e18).contains(&number) {
                    return Err(Abort::Types);
                }
                let snap = self.snapshot();
                let int = self.at().guard_float_to_int(rounded, snap);
                let number = if step.bits() as i64 > 0 { number.floor() } else { number.ceil() };
                self.for_prep_with(a, (int, number as i64))
            }
            _ => self.for_prep_float(a),
        }
    }

    fn for_prep_int(&mut self, a: i32, _inst: Inst) -> Result<(), Abort> {
        let (value, actual) = (self.get(a + 1), self.actual(a + 1));
        let limit = self.int(value, actual)?;
        self.for_prep_with(a, (limit, actual.bits() as i64))
    }

    fn for_prep_with(&mut self, a: i32, (limit, actual_limit): (Value, i64)) -> Result<(), Abort> {
        let (value, actual) = (self.get(a), self.actual(a));
        let start = self.int(value, actual)?;
        let actual_start = actual.bits() as i64;
        let (step_value, step) = self.int_step(a)?;
        if step == 0 {
            return Err(Abort::Error);
        }
        let runs = if step > 0 { actual_start <= actual_limit } else { actual_start >= actual_limit };
        let cond = if step > 0 { self.at().le(start, limit) } else { self.at().le(limit, start) };
        self.guard_bool(cond, runs);
        if !runs {
            return Ok(());
        }
        let last = if step.unsigned_abs() == 1 {
            limit
        } else {
            // Distances that don't fit in a signed word leave the trace.
            let distance = if step > 0 { self.at().sub(limit, start) } else { self.at().sub(start, limit) };
            let zero = self.graph.iconst(0);
            let fits = self.at().le(zero, distance);
            let actual_distance = if step > 0 {
                actual_limit.wrapping_sub(actual_start)
            } else {
                actual_start.wrapping_sub(actual_limit)
            };
            if actual_distance < 0 || step == i64::MIN {
                return Err(Abort::Types);
            }
            self.guard_bool(fits, true);
            let size = match self.graph.as_int(step_value) {
                Some(_) => self.graph.iconst(step.abs()),
                None if step > 0 => step_value,
                None => {
                    // The least integer has no opposite.
                    let least = self.graph.iconst(i64::MIN);
                    let other = self.at().ne(step_value, least);
                    self.guard_bool(other, true);
                    self.at().neg(step_value)
                }
            };
            let beyond = self.at().imod(distance, size);
            if step > 0 { self.at().sub(limit, beyond) } else { self.at().add(limit, beyond) }
        };
        self.set(a, Val::Int(start));
        self.set(a + 1, Val::Int(last));
        self.set(a + 2, Val::Int(step_value));
        Ok(())
    }

    /// The step of an integer loop. A step of one is taken as the constant that it is, any other by its sign.
    fn int_step(&mut self, a: i32) -> Result<(Value, i64), Abort> {
        let (value, actual) = (self.get(a + 2), self.actual(a + 2));
        let step = self.int(value, actual)?;
        let number = actual.bits() as i64;
        if self.graph.as_int(step).is_some() {
            return Ok((step, number));
        }
        if number.unsigned_abs() == 1 {
            let constant = self.graph.iconst(number);
            let same = self.at().eq(step, constant);
            self.guard_bool(same, true);
            self.refine(Val::Int(step), Val::Int(constant));
            return Ok((constant, number));
        }
        let zero = self.graph.iconst(0);
        let same_sign = if number > 0 { self.at().lt(zero, step) } else { self.at().lt(step, zero) };
        self.guard_bool(same_sign, true);
        Ok((step, number))
    }

    fn for_prep_float(&mut self, a: i32) -> Result<(), Abort> {
        let actual = [self.actual(a), self.actual(a + 1), self.actual(a + 2)];
        let mut floats = [None; 3];
        let mut numbers = [0.0; 3];
        for i in 0..3 {
            let value = self.get(a + i as i32);
            floats[i] = Some(self.float(value, actual[i])?);
            numbers[i] = world::as_float(actual[i]).ok_or(Abort::Types)?;
        }
        let [Some(start), Some(limit), Some(step)] = floats else { return Err(Abort::Types) };
        if numbers[2] == 0.0 {
            return Err(Abort::Error);
        }
        if numbers[2].is_nan() {
            return Err(Abort::Types);
        }
        let rising = numbers[2] > 0.0;
        self.guard_direction(step, rising);
        // A start that is not a number is not past the limit: the first turn runs.
        let past = if rising { self.at().flt(limit, start) } else { self.at().flt(start, limit) };
        let skips = if rising { numbers[1] < numbers[0] } else { numbers[0] < numbers[1] };
        self.guard_bool(past, skips);
        if !skips {
            self.set(a, Val::Float(start));
            self.set(a + 1, Val::Float(limit));
            self.set(a + 2, Val::Float(step));
        }
        Ok(())
    }

    fn guard_direction(&mut self, step: Value, rising: bool) {
        if self.graph.as_float(step).is_none() {
            let zero = self.graph.fconst(0.0);
            let same_sign = if rising { self.at().flt(zero, step) } else { self.at().flt(step, zero) };
            self.guard_bool(same_sign, true);
        }
    }

    /// A turn of a numeric loop.
    pub(super) fn for_loop(&mut self, a: i32, inst: Inst) -> Result<Step, Abort> {
        let actual = self.actual(a);
        let goes_on = if actual.tag() == RtTag::Int {
            let (index, last) = (self.get(a), self.get(a + 1));
            let actual_last = self.actual(a + 1);
            let (step, actual_step) = self.int_step(a)?;
            let index = self.int(index, actual)?;
            let last = self.int(last, actual_last)?;
            // The last value is reached exactly; the order says more than equality to whoever removes bounds checks.
            let more = if actual_step > 0 { self.at().lt(index, last) } else { self.at().lt(last, index) };
            let goes_on = actual.bits() != actual_last.bits();
            self.guard_bool(more, goes_on);
            if goes_on {
                let next = self.at().add(index, step);
                self.set(a, Val::Int(next));
            }
            goes_on
        } else {
            let (index, limit, step) = (self.get(a), self.get(a + 1), self.get(a + 2));
            let (actual_limit, actual_step) = (self.actual(a + 1), self.actual(a + 2));
            let index = self.float(index, actual)?;
            let limit = self.float(limit, actual_limit)?;
            let step = self.float(step, actual_step)?;
            let numbers = [actual, actual_limit, actual_step].map(|raw| f64::from_bits(raw.bits()));
            let rising = numbers[2] > 0.0;
            self.guard_direction(step, rising);
            let next = self.at().fadd(index, step);
            let cond = if rising { self.at().fle(next, limit) } else { self.at().fle(limit, next) };
            let value = numbers[0] + numbers[2];
            let goes_on = if rising { value <= numbers[1] } else { numbers[1] <= value };
            self.guard_bool(cond, goes_on);
            if goes_on {
                self.set(a, Val::Float(next));
            }
            goes_on
        };
        self.loop_turn(inst, goes_on)
    }

    /// Goes on after a loop instruction that jumps back if `goes_on`.
    fn loop_turn(&mut self, inst: Inst, goes_on: bool) -> Result<Step, Abort> {
        if goes_on {
            return self.back_edge(inst);
        }
        let own = self.frames.len() == 1 && std::ptr::eq(self.pc, self.source.anchor);
        if own && matches!(self.start, super::Start::Root) {
            return Err(Abort::LeftLoop);
        }
        Ok(Step::Next)
    }

    /// Prepares a generic loop: only without a variable to close.
    pub(super) fn tfor_prep(&mut self, a: i32) -> Result<(), Abort> {
        let (value, actual) = (self.get(a + 3), self.actual(a + 3));
        if actual.is_truthy() {
            return Err(Abort::Instruction);
        }
        self.typed(value, actual);
        Ok(())
    }

    /// A call of a generic loop's iterator.
    pub(super) fn tfor_call(&mut self, a: i32, c: i32) -> Result<(), Abort> {
        let (function, actual) = (self.get(a), self.actual(a));
        let (state, control) = (self.get(a + 1), self.get(a + 2));
        let (actual_state, actual_control) = (self.actual(a + 1), self.actual(a + 2));
        match actual.tag() {
            RtTag::Closure => {
                self.set(a + 4, function);
                self.set(a + 6, state);
                self.set(a + 7, control);
                self.enter(a + 4, function, actual, 2, 0)
            }
            RtTag::Native if world::builtin(actual).is_none() => {
                let args = [(state, actual_state), (control, actual_control)];
                let native = if super::leaf::has_state(world::native_name(actual)) {
                    self.guard_definition(function, actual)?
                } else {
                    self.guard_native(function, actual)?;
                    self.reference(function, actual, Tag::Native)?
                };
                self.leaf_or_invoke(a + 4, native, actual, &args, c + 1)
            }
            RtTag::Native => {
                self.guard_native(function, actual)?;
                let results = match world::builtin(actual) {
                    Some(Builtin::IpairsStep) => {
                        self.ipairs_step(a + 4, (state, actual_state), (control, actual_control))?
                    }
                    Some(Builtin::Next) => self.next_step((state, actual_state), (control, actual_control))?,
                    _ => return Err(Abort::Native),
                };
                self.place_results(a + 4, c + 1, &results)
            }
            _ => Err(Abort::BadCall),
        }
    }

    /// The next index and element of a sequence.
    fn ipairs_step(
        &mut self,
        scratch: i32,
        (state, actual_state): (Val, Raw),
        (control, actual_control): (Val, Raw),
    ) -> Result<Vec<Val>, Abort> {
        let index = self.int(control, actual_control)?;
        let one = self.graph.iconst(1);
        let next = self.at().add(index, one);
        let actual_next = Raw::int((actual_control.bits() as i64).wrapping_add(1));
        self.get_index(scratch, state, actual_state, Val::Int(next), actual_next)?;
        if self.frames.last().is_some_and(|frame| frame.base != self.base_offset()) {
            return Err(Abort::Native);
        }
        let current = world::raw_get(self.vm(), actual_state, actual_next);
        // What a table in `__index` has instead is not known here.
        let shape = world::shape_of(actual_state);
        if current.is_nil() && world::metamethod_of_shape(self.vm(), shape, Metamethod::Index).is_some() {
            return Err(Abort::Native);
        }
        let element = self.get(scratch);
        let element = self.typed(element, current);
        if current.is_nil() {
            return Ok(vec![Val::Prim(Tag::Nil)]);
        }
        Ok(vec![Val::Int(next), element])
    }

    /// The next pair of a table's traversal.
    pub(super) fn next_step(
        &mut self,
        (state, actual_state): (Val, Raw),
        (control, actual_control): (Val, Raw),
    ) -> Result<Vec<Val>, Abort> {
        let table = self.reference(state, actual_state, Tag::Table)?;
        let id = world::shape_of(actual_state);
        if !world::is_dictionary(self.vm(), id) {
            self.name_fields(id);
        }
        let at = if actual_control.is_nil() {
            self.typed(control, actual_control);
            self.graph.iconst(0)
        } else {
            let key = self.any(control);
            let snap = self.snapshot();
            self.at().call(Helper::TableIndexOf, &[table, key], Some(snap)).expect("an index")
        };
        let next = self.at().call(Helper::TableNext, &[table, at], None).expect("an index");
        let zero = self.graph.iconst(0);
        let found = self.at().le(zero, next);
        let goes_on = world::next_exists(self.vm(), actual_state, actual_control)?;
        self.guard_bool(found, goes_on);
        if !goes_on {
            return Ok(vec![Val::Prim(Tag::Nil)]);
        }
        let key = self.at().call(Helper::TableKeyAt, &[table, next], None).expect("a key");
        let value = self.at().call(Helper::TableValueAt, &[table, next], None).expect("a value");
        Ok(vec![Val::Any(key), Val::Any(value)])
    }

    /// `if R[a+4] ~= nil: R[a+2] = R[a+4]`, go on.
    pub(super) fn tfor_loop(&mut self, a: i32, inst: Inst) -> Result<Step, Abort> {
        let (value, actual) = (self.get(a + 4), self.actual(a + 4));
        let goes_on = !actual.is_nil();
        let value = self.typed(value, actual);
        if goes_on {
            self.set(a + 2, value);
        }
        self.loop_turn(inst, goes_on)
    }
}
