//! Library functions that are recorded: what each becomes.
//!
//! A function is recognised by the name in its definition, after a guard that the called value is this very function.
//! Anything that would raise an error, or that a row below does not cover, aborts the recording.

use moonset_ir::{Helper, Tag, Value};
use moonset_runtime::native::Builtin;
use moonset_runtime::object::metamethod::Metamethod;
use moonset_runtime::value::{Raw, Tag as RtTag};

use super::slots::Val;
use super::{Recorder, world};
use crate::abort::Abort;
use crate::exit::Protection;

/// The arguments of a call.
struct Args {
    vals: Vec<(Val, Raw)>,
}

impl Args {
    fn get(&self, index: usize) -> Result<(Val, Raw), Abort> {
        self.vals.get(index).copied().ok_or(Abort::Native)
    }

    fn or_nil(&self, index: usize) -> (Val, Raw) {
        self.vals.get(index).copied().unwrap_or((Val::Prim(Tag::Nil), Raw::NIL))
    }

    fn len(&self) -> usize {
        self.vals.len()
    }
}

impl Recorder {
    /// Guards that a value is this native function.
    pub(super) fn guard_native(&mut self, function: Val, actual: Raw) -> Result<(), Abort> {
        let native = self.reference(function, actual, Tag::Native)?;
        if self.graph.as_const(native).is_some() {
            return Ok(());
        }
        let Val::Ref(constant, _) = self.constant_value(actual) else { return Err(Abort::Native) };
        let same = self.at().ref_eq(native, constant);
        self.guard_bool(same, true);
        self.refine(Val::Ref(native, Tag::Native), Val::Ref(constant, Tag::Native));
        Ok(())
    }

    /// A call of a native function: results go to the registers from `a` on, `wanted - 1` of them.
    pub(super) fn native(&mut self, a: i32, function: Val, actual: Raw, nargs: i32, wanted: i32) -> Result<(), Abort> {
        let vals = (a + 2..a + 2 + nargs).map(|r| (self.get(r), self.actual(r))).collect();
        let args = Args { vals };
        if super::leaf::has_state(world::native_name(actual)) {
            let native = self.guard_definition(function, actual)?;
            return self.leaf(a, native, actual, &args.vals, wanted);
        }
        self.guard_native(function, actual)?;
        if let Some(builtin) = world::builtin(actual) {
            let results = match builtin {
                Builtin::Pcall => return self.protected_call(a, nargs, Protection::Pcall),
                Builtin::Xpcall => return self.protected_call(a, nargs, Protection::Xpcall),
                Builtin::Next if args.len() > 0 => self.next_step(args.get(0)?, args.or_nil(1))?,
                _ => return Err(Abort::Builtin),
            };
            return self.place_results(a, wanted, &results);
        }
        match self.library(actual, &args) {
            Ok(results) => self.place_results(a, wanted, &results),
            Err(Abort::Native | Abort::Types) => {
                let Val::Ref(native, _) = self.constant_value(actual) else { return Err(Abort::Native) };
                self.leaf_or_invoke(a, native, actual, &args.vals, wanted)
            }
            Err(why) => Err(why),
        }
    }

    /// Calls a function as it is, or has the interpreter call it.
    pub(super) fn leaf_or_invoke(
        &mut self,
        a: i32,
        native: Value,
        actual: Raw,
        args: &[(Val, Raw)],
        wanted: i32,
    ) -> Result<(), Abort> {
        match self.leaf(a, native, actual, args, wanted) {
            Err(Abort::Native) if world::calls_at_the_end(actual) => Err(Abort::Builtin),
            Err(Abort::Native) if !world::stops_paths(actual) => self.invoke_native(a, args.len() as i32, wanted),
            result => result,
        }
    }

    fn library(&mut self, function: Raw, args: &Args) -> Result<Vec<Val>, Abort> {
        let name = world::native_name(function);
        let one = |val: Val| Ok(vec![val]);
        match name {
            "math.floor" | "math.ceil" => one(self.round(args.get(0)?, name == "math.floor")?),
            "math.sqrt" => {
                let x = self.float_arg(args, 0)?;
                one(Val::Float(self.at().fsqrt(x)))
            }
            "math.abs" => one(self.abs(args.get(0)?)?),
            "math.max" | "math.min" => one(self.extreme(args, name == "math.max")?),
            "math.sin" => self.float_call(Helper::Sin, args),
            "math.cos" => self.float_call(Helper::Cos, args),
            "math.tan" => self.float_call(Helper::Tan, args),
            "math.asin" => self.float_call(Helper::Asin, args),
            "math.acos" => self.float_call(Helper::Acos, args),
            "math.exp" => self.float_call(Helper::Exp, args),
            "math.atan" => {
                let y = self.float_arg(args, 0)?;
                let x = if args.len() > 1 { self.float_arg(args, 1)? } else { self.graph.fconst(1.0) };
                one(Val::Float(self.at().call(Helper::Atan2, &[y, x], None).expect("a float")))
            }
            "math.log" if args.len() == 1 => self.float_call(Helper::Log, args),
            "math.log" => one(self.log(args)?),
            "math.modf" => self.modf(args.get(0)?),
            "math.fmod" => self.fmod(args),
            "math.tointeger" => {
                let (x, actual) = args.get(0)?;
                match actual.tag() {
                    RtTag::Int => one(self.typed(x, actual)),
                    RtTag::Float => one(Val::Int(self.to_int(x, actual)?)),
                    _ => Err(Abort::Native),
                }
            }
            "math.type" => {
                let (x, actual) = args.get(0)?;
                self.typed(x, actual);
                let name = match actual.tag() {
                    RtTag::Int => "integer",
                    RtTag::Float => "float",
                    _ => return one(Val::Prim(Tag::Nil)),
                };
                let name = world::interned(self.vm(), name.as_bytes());
                one(self.constant_value(name))
            }
            "math.ult" => {
                let (x, y) = (self.int_arg(args, 0)?, self.int_arg(args, 1)?);
                one(Val::Bool(self.at().ult(x, y)))
            }
            "math.random" => one(self.random(function, args)?),
            "type" => {
                let (x, actual) = args.get(0)?;
                self.typed(x, actual);
                let name = world::interned(self.vm(), actual.tag().type_name().as_bytes());
                one(self.constant_value(name))
            }
            "rawequal" => {
                let (x, y) = (args.get(0)?.0, args.get(1)?.0);
                let (x, y) = (self.any(x), self.any(y));
                one(Val::Bool(self.call_bool(Helper::RawEq, &[x, y])))
            }
            "rawget" => {
                let table = self.table_arg(args, 0)?;
                let (key, actual) = args.get(1)?;
                if actual.is_nil() {
                    return one(self.typed(key, actual));
                }
                one(self.raw_get(table, args.get(0)?.1, key, actual)?)
            }
            "rawset" => self.raw_set(args),
            "rawlen" => match args.get(0)?.1.tag() {
                RtTag::Table => {
                    let table = self.table_arg(args, 0)?;
                    let actual = args.get(0)?.1;
                    let shape = self.guard_shape_of(table, actual);
                    one(Val::Int(self.border(table, actual, shape)?))
                }
                RtTag::Str => {
                    let string = self.string_arg(args, 0)?;
                    one(Val::Int(self.at().str_len(string)))
                }
                _ => Err(Abort::Native),
            },
            "setmetatable" => self.set_metatable(args),
            "getmetatable" => self.get_metatable(args),
            "assert" => {
                let (x, actual) = args.get(0)?;
                if !actual.is_truthy() {
                    return Err(Abort::Error);
                }
                self.typed(x, actual);
                Ok(args.vals.iter().map(|(val, actual)| self.typed(*val, *actual)).collect())
            }
            "error" => Err(Abort::Error),
            "select" => self.select(args),
            "tostring" => match args.get(0)?.1.tag() {
                RtTag::Str => {
                    let text = self.string_arg(args, 0)?;
                    self.guard_basic_lacks(args.get(0)?.1, Metamethod::ToString)?;
                    Ok(vec![Val::Ref(text, Tag::Str)])
                }
                RtTag::Int | RtTag::Float | RtTag::Nil | RtTag::False | RtTag::True => {
                    let (x, actual) = args.get(0)?;
                    let x = self.typed(x, actual);
                    self.guard_basic_lacks(actual, Metamethod::ToString)?;
                    let x = self.any(x);
                    one(Val::Ref(self.at().call(Helper::ToString, &[x], None).expect("a string"), Tag::Str))
                }
                _ => Err(Abort::Native),
            },
            "tonumber" if args.len() == 1 => {
                let (x, actual) = args.get(0)?;
                if actual.is_number() {
                    return one(self.typed(x, actual));
                }
                let x = self.typed(x, actual);
                let x = self.any(x);
                one(Val::Any(self.at().call(Helper::ToNumber, &[x], None).expect("a value")))
            }
            "ipairs" => {
                let (x, actual) = args.get(0)?;
                let step = world::native_value(function).ok_or(Abort::Native)?;
                let x = self.typed(x, actual);
                let zero = self.graph.iconst(0);
                Ok(vec![self.constant_value(step), x, Val::Int(zero)])
            }
            "pairs" => {
                let (x, actual) = args.get(0)?;
                let table = self.table_arg(args, 0)?;
                if !self.guards_bare(table, actual) {
                    let shape = self.guard_shape_of(table, actual);
                    if world::metamethod_of_shape(self.vm(), shape, Metamethod::Pairs).is_some() {
                        return Err(Abort::Native);
                    }
                    self.guard_lacks(shape, Metamethod::Pairs)?;
                }
                let next = world::native_value(function).ok_or(Abort::Native)?;
                let x = self.typed(x, actual);
                Ok(vec![self.constant_value(next), x, Val::Prim(Tag::Nil)])
            }
            "table.insert" if args.len() == 2 => {
                let actual = args.get(0)?.1;
                let table = self.plain_table_arg(args, 0)?;
                let (value, actual_value) = args.get(1)?;
                let len = self.at().array_len(table);
                let one = self.graph.iconst(1);
                let index = self.at().add(len, one);
                let actual_index = i64::from(world::array_len(actual)) + 1;
                self.store_element(table, actual, (index, actual_index), value, actual_value);
                Ok(vec![])
            }
            "table.remove" if args.len() == 1 && world::array_len(args.get(0)?.1) > 0 => {
                let table = self.plain_table_arg(args, 0)?;
                let len = self.at().array_len(table);
                let zero = self.graph.iconst(0);
                let some = self.at().lt(zero, len);
                self.guard_bool(some, true);
                one(Val::Any(self.at().call(Helper::ArrayPop, &[table], None).expect("a value")))
            }
            "table.unpack" => self.unpack(args),
            "table.concat" => self.table_concat(args),
            "string.len" => {
                let string = self.string_arg(args, 0)?;
                one(Val::Int(self.at().str_len(string)))
            }
            "string.byte" if args.len() <= 2 => self.string_byte(args),
            "string.sub" => {
                let string = self.string_arg(args, 0)?;
                let from = self.int_arg(args, 1)?;
                let (to, actual_to) = args.or_nil(2);
                let to = if actual_to.is_nil() {
                    self.typed(to, actual_to);
                    self.graph.iconst(-1)
                } else {
                    self.int_arg(args, 2)?
                };
                let result = self.at().call(Helper::StrSub, &[string, from, to], None).expect("a string");
                one(Val::Ref(result, Tag::Str))
            }
            "string.char" if args.len() == 1 => {
                let code = self.int_arg(args, 0)?;
                let snap = self.snapshot();
                let result = self.at().call(Helper::StrChar, &[code], Some(snap)).expect("a string");
                one(Val::Ref(result, Tag::Str))
            }
            "string.rep" if args.len() == 2 => {
                let (string, count) = (self.string_arg(args, 0)?, self.int_arg(args, 1)?);
                let empty = world::interned(self.vm(), b"");
                let Val::Ref(empty, _) = self.constant_value(empty) else { return Err(Abort::Native) };
                let snap = self.snapshot();
                let result = self.at().call(Helper::StrRep, &[string, count, empty], Some(snap)).expect("a string");
                one(Val::Ref(result, Tag::Str))
            }
            "string.upper" => self.string_call(Helper::StrUpper, args),
            "string.lower" => self.string_call(Helper::StrLower, args),
            "string.reverse" => self.string_call(Helper::StrReverse, args),
            _ => Err(Abort::Native),
        }
    }

    // ---- arguments

    fn float_arg(&mut self, args: &Args, index: usize) -> Result<Value, Abort> {
        let (val, actual) = args.get(index)?;
        if actual.is_number() { self.float(val, actual) } else { Err(Abort::Native) }
    }

    fn int_arg(&mut self, args: &Args, index: usize) -> Result<Value, Abort> {
        let (val, actual) = args.get(index)?;
        if actual.is_number() { self.to_int(val, actual) } else { Err(Abort::Native) }
    }

    fn string_arg(&mut self, args: &Args, index: usize) -> Result<Value, Abort> {
        let (val, actual) = args.get(index)?;
        self.reference(val, actual, Tag::Str)
    }

    fn table_arg(&mut self, args: &Args, index: usize) -> Result<Value, Abort> {
        let (val, actual) = args.get(index)?;
        self.reference(val, actual, Tag::Table)
    }

    /// A table without metatable.
    fn plain_table_arg(&mut self, args: &Args, index: usize) -> Result<Value, Abort> {
        let table = self.table_arg(args, index)?;
        let actual = args.get(index)?.1;
        if self.guards_bare(table, actual) {
            return Ok(table);
        }
        let shape = self.guard_shape_of(table, actual);
        if world::metatable(self.vm(), shape).is_some() { Err(Abort::Native) } else { Ok(table) }
    }

    // ---- functions

    fn float_call(&mut self, helper: Helper, args: &Args) -> Result<Vec<Val>, Abort> {
        let x = self.float_arg(args, 0)?;
        Ok(vec![Val::Float(self.at().call(helper, &[x], None).expect("a float"))])
    }

    fn string_call(&mut self, helper: Helper, args: &Args) -> Result<Vec<Val>, Abort> {
        let string = self.string_arg(args, 0)?;
        Ok(vec![Val::Ref(self.at().call(helper, &[string], None).expect("a string"), Tag::Str)])
    }

    fn round(&mut self, (x, actual): (Val, Raw), down: bool) -> Result<Val, Abort> {
        match actual.tag() {
            RtTag::Int => Ok(self.typed(x, actual)),
            RtTag::Float => {
                let float = self.float(x, actual)?;
                let rounded = if down { self.at().ffloor(float) } else { self.at().fceil(float) };
                if !(-9.2e18..9.2e18).contains(&f64::from_bits(actual.bits())) {
                    return Err(Abort::Native);
                }
                let snap = self.snapshot();
                Ok(Val::Int(self.at().guard_float_to_int(rounded, snap)))
            }
            _ => Err(Abort::Native),
        }
    }

    fn abs(&mut self, (x, actual): (Val, Raw)) -> Result<Val, Abort> {
        match self.typed(x, actual) {
            Val::Int(x) => {
                let zero = self.graph.iconst(0);
                let negative = self.at().lt(x, zero);
                let negated = self.at().neg(x);
                Ok(Val::Int(self.at().select(negative, negated, x)))
            }
            Val::Float(x) => Ok(Val::Float(self.at().fabs(x))),
            _ => Err(Abort::Native),
        }
    }

    /// `math.max` and `math.min` of numbers that are all integers or all floats.
    fn extreme(&mut self, args: &Args, max: bool) -> Result<Val, Abort> {
        let (first, actual) = args.get(0)?;
        let mut best = self.typed(first, actual);
        for index in 1..args.len() {
            let (val, actual) = args.get(index)?;
            best = match (best, self.typed(val, actual)) {
                (Val::Int(p), Val::Int(q)) => {
                    let better = if max { self.at().lt(p, q) } else { self.at().lt(q, p) };
                    Val::Int(self.at().select(better, q, p))
                }
                (Val::Float(p), Val::Float(q)) => {
                    let better = if max { self.at().flt(p, q) } else { self.at().flt(q, p) };
                    Val::Float(self.at().select(better, q, p))
                }
                _ => return Err(Abort::Native),
            };
        }
        match best {
            Val::Int(_) | Val::Float(_) => Ok(best),
            _ => Err(Abort::Native),
        }
    }

    /// `math.log(x, base)`: 2 and 10 have functions of their own, if the base stays what it is.
    fn log(&mut self, args: &Args) -> Result<Val, Abort> {
        let x = self.float_arg(args, 0)?;
        let base = self.float_arg(args, 1)?;
        let actual = world::as_float(args.get(1)?.1).ok_or(Abort::Native)?;
        for (special, helper) in [(2.0, Helper::Log2), (10.0, Helper::Log10)] {
            if self.graph.as_float(base).is_none() {
                let constant = self.graph.fconst(special);
                let same = self.at().feq(base, constant);
                self.guard_bool(same, actual == special);
            }
            if actual == special {
                return Ok(Val::Float(self.at().call(helper, &[x], None).expect("a float")));
            }
        }
        let of_x = self.at().call(Helper::Log, &[x], None).expect("a float");
        let of_base = self.at().call(Helper::Log, &[base], None).expect("a float");
        Ok(Val::Float(self.at().fdiv(of_x, of_base)))
    }

    /// `math.modf(x)`: the part before the point, an integer if it fits, and the rest.
    fn modf(&mut self, (x, actual): (Val, Raw)) -> Result<Vec<Val>, Abort> {
        if actual.tag() != RtTag::Float || !(-9.2e18..9.2e18).contains(&f64::from_bits(actual.bits())) {
            return Err(Abort::Native);
        }
        let x = self.float(x, actual)?;
        let zero = self.graph.fconst(0.0);
        let (down, up) = (self.at().ffloor(x), self.at().fceil(x));
        let negative = self.at().flt(x, zero);
        let whole = self.at().select(negative, up, down);
        // What fits no integer, infinities and NaN among it, leaves the trace here.
        let snap = self.snapshot();
        let int = self.at().guard_float_to_int(whole, snap);
        let rest = self.at().fsub(x, whole);
        Ok(vec![Val::Int(int), Val::Float(rest)])
    }

    /// `math.fmod` of integers: the remainder with the sign of the dividend.
    fn int_fmod(&mut self, args: &Args) -> Result<Vec<Val>, Abort> {
        let (x, y) = (self.int_arg(args, 0)?, self.int_arg(args, 1)?);
        let zero = self.graph.iconst(0);
        if args.get(1)?.1.bits() == 0 {
            return Err(Abort::Error);
        }
        let nonzero = self.at().ne(y, zero);
        self.guard_bool(nonzero, true);
        let floored = self.at().imod(x, y);
        let signs = self.at().bxor(x, y);
        let differ = self.at().lt(signs, zero);
        let inexact = self.at().ne(floored, zero);
        let fix = self.at().and(differ, inexact);
        let truncated = self.at().sub(floored, y);
        Ok(vec![Val::Int(self.at().select(fix, truncated, floored))])
    }

    fn fmod(&mut self, args: &Args) -> Result<Vec<Val>, Abort> {
        let ((_, x), (_, y)) = (args.get(0)?, args.get(1)?);
        if x.tag() == RtTag::Int && y.tag() == RtTag::Int {
            return self.int_fmod(args);
        }
        let (x, y) = (self.float_arg(args, 0)?, self.float_arg(args, 1)?);
        Ok(vec![Val::Float(self.at().call(Helper::CFmod, &[x, y], None).expect("a float"))])
    }

    fn random(&mut self, function: Raw, args: &Args) -> Result<Val, Abort> {
        let Val::Ref(function, _) = self.constant_value(function) else { return Err(Abort::Native) };
        if args.len() == 0 {
            return Ok(Val::Float(self.at().call(Helper::RandomFloat, &[function], None).expect("a float")));
        }
        let (low, high) = match args.len() {
            1 => (self.graph.iconst(1), self.int_arg(args, 0)?),
            2 => (self.int_arg(args, 0)?, self.int_arg(args, 1)?),
            _ => return Err(Abort::Native),
        };
        let snap = self.snapshot();
        Ok(Val::Int(self.at().call(Helper::RandomInt, &[function, low, high], Some(snap)).expect("an integer")))
    }

    fn raw_get(&mut self, table: Value, actual: Raw, key: Val, actual_key: Raw) -> Result<Val, Abort> {
        if actual_key.tag() == RtTag::Int {
            let index = self.int(key, actual_key)?;
            return Ok(Val::Any(self.load_element(table, actual, index, actual_key.bits() as i64)));
        }
        if actual_key.tag() == RtTag::Str && world::is_interned(actual_key) {
            let name = self.reference(key, actual_key, Tag::Str)?;
            if self.graph.as_const(name).is_some() {
                let shape = self.guard_shape_of(table, actual);
                match world::own_field(self.vm(), shape, actual_key) {
                    world::Own::Slot(slot) => {
                        let shape = self.shape(shape);
                        return Ok(Val::Any(self.at().slot_load(table, shape, slot as u32)));
                    }
                    world::Own::Absent => return Ok(Val::Prim(Tag::Nil)),
                    world::Own::Dictionary => {}
                }
            }
        }
        let key = self.key_operand(key, actual_key);
        Ok(Val::Any(self.at().call(Helper::TableGet, &[table, key], None).expect("a value")))
    }

    fn raw_set(&mut self, args: &Args) -> Result<Vec<Val>, Abort> {
        let table = self.table_arg(args, 0)?;
        let actual = args.get(0)?.1;
        let ((key, actual_key), (value, actual_value)) = (args.get(1)?, args.get(2)?);
        let result = vec![Val::Ref(table, Tag::Table)];
        match actual_key.tag() {
            RtTag::Nil => return Err(Abort::Error),
            RtTag::Int => {
                let index = self.int(key, actual_key)?;
                self.store_element(table, actual, (index, actual_key.bits() as i64), value, actual_value);
                return Ok(result);
            }
            RtTag::Str if world::is_metamethod_name(actual_key) => return Err(Abort::Native),
            RtTag::Str if world::is_interned(actual_key) => {
                let name = self.reference(key, actual_key, Tag::Str)?;
                let shape = self.guard_shape_of(table, actual);
                if self.graph.as_const(name).is_some() {
                    match world::own_field(self.vm(), shape, actual_key) {
                        world::Own::Slot(slot) => {
                            let (shape, value) = (self.shape(shape), self.any(value));
                            self.at().slot_store(table, shape, slot as u32, value);
                            self.at().barrier(table, value);
                            return Ok(result);
                        }
                        world::Own::Absent => {
                            self.add_field(table, shape, actual_key, value, actual_value)?;
                            return Ok(result);
                        }
                        world::Own::Dictionary => {}
                    }
                }
            }
            _ => {}
        }
        let (key, value) = (self.key_operand(key, actual_key), self.any(value));
        let snap = self.snapshot();
        self.at().call(Helper::TableSet, &[table, key, value], Some(snap));
        Ok(result)
    }

    /// `setmetatable(t, mt)`: a change of shape, when metatable and shape are what they are now.
    fn set_metatable(&mut self, args: &Args) -> Result<Vec<Val>, Abort> {
        let ((_, actual), (mt, actual_mt)) = (args.get(0)?, args.get(1)?);
        let table = self.table_arg(args, 0)?;
        let from = self.guard_shape_of(table, actual);
        if world::metamethod_of_shape(self.vm(), from, Metamethod::Metatable).is_some() {
            return Err(Abort::Native);
        }
        self.guard_lacks(from, Metamethod::Metatable)?;
        let typed = self.typed(mt, actual_mt);
        match typed {
            Val::Ref(value, Tag::Table) => {
                if self.graph.as_const(value).is_none() {
                    let Val::Ref(constant, _) = self.constant_value(actual_mt) else { return Err(Abort::Native) };
                    let same = self.at().ref_eq(value, constant);
                    self.guard_bool(same, true);
                    self.refine(typed, Val::Ref(constant, Tag::Table));
                }
            }
            Val::Prim(Tag::Nil) => {}
            _ => return Err(Abort::Native),
        }
        let to = world::with_metatable(self.vm(), from, actual_mt).ok_or(Abort::Native)?;
        if let Some(metatable) = world::metatable(self.vm(), to)
            && let Val::Ref(constant, _) = self.constant_value(metatable)
        {
            // Finalizers and weakness are decided when the metatable is set.
            self.guard_shape_of(constant, metatable);
        }
        if from != to {
            let (from, to) = (self.shape(from), self.shape(to));
            self.at().set_shape(table, from, to);
        }
        Ok(vec![Val::Ref(table, Tag::Table)])
    }

    fn get_metatable(&mut self, args: &Args) -> Result<Vec<Val>, Abort> {
        let actual = args.get(0)?.1;
        if actual.tag() != RtTag::Table {
            return Err(Abort::Native);
        }
        let table = self.table_arg(args, 0)?;
        let shape = self.guard_shape_of(table, actual);
        if world::metamethod_of_shape(self.vm(), shape, Metamethod::Metatable).is_some() {
            return Err(Abort::Native);
        }
        self.guard_lacks(shape, Metamethod::Metatable)?;
        let metatable = world::metatable(self.vm(), shape).unwrap_or(Raw::NIL);
        Ok(vec![self.constant_value(metatable)])
    }

    /// `select('#', ...)`, `select(n, ...)`.
    fn select(&mut self, args: &Args) -> Result<Vec<Val>, Abort> {
        let (n, actual) = args.get(0)?;
        let rest = args.len() as i64 - 1;
        if actual.tag() == RtTag::Str {
            if !world::is_hash_sign(actual) {
                return Err(Abort::Native);
            }
            let text = self.reference(n, actual, Tag::Str)?;
            let Val::Ref(sign, _) = self.constant_value(actual) else { return Err(Abort::Native) };
            if text != sign {
                let same = self.call_bool(Helper::StrEq, &[text, sign]);
                self.guard_bool(same, true);
            }
            return Ok(vec![Val::Int(self.graph.iconst(rest))]);
        }
        let index = self.int(n, actual)?;
        let number = actual.bits() as i64;
        if self.graph.as_int(index).is_none() {
            let constant = self.graph.iconst(number);
            let same = self.at().eq(index, constant);
            self.guard_bool(same, true);
        }
        let first = if number < 0 { rest + number } else { number - 1 };
        if number == 0 || first < 0 {
            return Err(Abort::Error);
        }
        Ok(args.vals.iter().skip(1 + first as usize).map(|(val, _)| *val).collect())
    }

    /// `table.unpack(t)` of a short sequence whose length stays what it is.
    fn unpack(&mut self, args: &Args) -> Result<Vec<Val>, Abort> {
        let actual = args.get(0)?.1;
        let len = i64::from(world::array_len(actual));
        if args.len() != 1 || len > 16 {
            return Err(Abort::Native);
        }
        let table = self.plain_table_arg(args, 0)?;
        let current = self.at().array_len(table);
        let expected = self.graph.iconst(len);
        let same = self.at().eq(current, expected);
        self.guard_bool(same, true);
        let mut values = Vec::new();
        for index in 0..len {
            let index = self.graph.iconst(index);
            values.push(Val::Any(self.at().array_load(table, index)));
        }
        Ok(values)
    }

    /// `table.concat(t, separator)` of a short sequence whose length stays what it is: a concatenation of its elements.
    fn table_concat(&mut self, args: &Args) -> Result<Vec<Val>, Abort> {
        let actual = args.get(0)?.1;
        let len = i64::from(world::array_len(actual));
        let (separator, actual_separator) = args.or_nil(1);
        let separated = !actual_separator.is_nil();
        if args.len() > 2 || !(1..=8).contains(&len) || separated && actual_separator.tag() != RtTag::Str {
            return Err(Abort::Native);
        }
        let elements: Vec<Raw> = (1..=len).map(|index| world::raw_get(self.vm(), actual, Raw::int(index))).collect();
        if !elements.iter().all(|element| element.is_number() || element.tag() == RtTag::Str) {
            return Err(Abort::Native);
        }
        let table = self.plain_table_arg(args, 0)?;
        let separator = self.typed(separator, actual_separator);
        let separator = self.any(separator);
        let current = self.at().array_len(table);
        let expected = self.graph.iconst(len);
        let same = self.at().eq(current, expected);
        self.guard_bool(same, true);
        let mut parts = Vec::new();
        for (number, element) in elements.into_iter().enumerate() {
            if separated && number > 0 {
                parts.push(separator);
            }
            let index = self.graph.iconst(number as i64);
            let value = self.at().array_load(table, index);
            let typed = self.typed(Val::Any(value), element);
            parts.push(self.any(typed));
        }
        let snap = self.snapshot();
        let text = self.at().call(Helper::Concat, &parts, Some(snap)).expect("a string");
        Ok(vec![Val::Ref(text, Tag::Str)])
    }

    /// `string.byte(s, i)` at a position inside the string.
    fn string_byte(&mut self, args: &Args) -> Result<Vec<Val>, Abort> {
        let string = self.string_arg(args, 0)?;
        let actual_len = world::string_len(args.get(0)?.1);
        let (index, actual_index) = match args.get(1) {
            Ok((_, actual)) if actual.tag() == RtTag::Int => (self.int_arg(args, 1)?, actual.bits() as i64),
            Ok(_) => return Err(Abort::Native),
            Err(_) => (self.graph.iconst(1), 1),
        };
        let one = self.graph.iconst(1);
        let zero_based = self.at().sub(index, one);
        let len = self.at().str_len(string);
        let inside = self.at().ult(zero_based, len);
        if !(1..=actual_len).contains(&actual_index) {
            return Err(Abort::Native);
        }
        self.guard_bool(inside, true);
        Ok(vec![Val::Int(self.at().call(Helper::StrByte, &[string, index], None).expect("an integer"))])
    }
}
