//! The mathematical library.

use crate::cx::Cx;
use crate::native::{Args, CallFrame, NativeResult, Raise};
use crate::number::{Number, float_ceil_to_int, float_floor_to_int};
use crate::object::layout::Userdata;
use crate::value::Value;
use crate::vm::Vm;

use super::access::{less_than, plain_less_than};
use super::arg::{any, float, int, opt_int, to_number};
use super::random::RandomState;
use super::register::{Library, natives};

natives! {
    /// `math.abs`
    ABS = "math.abs", Leaf(abs);
    /// `math.acos`
    ACOS = "math.acos", Leaf(acos);
    /// `math.asin`
    ASIN = "math.asin", Leaf(asin);
    /// `math.atan`
    ATAN = "math.atan", Leaf(atan);
    /// `math.ceil`
    CEIL = "math.ceil", Leaf(ceil);
    /// `math.cos`
    COS = "math.cos", Leaf(cos);
    /// `math.deg`
    DEG = "math.deg", Leaf(deg);
    /// `math.exp`
    EXP = "math.exp", Leaf(exp);
    /// `math.floor`
    FLOOR = "math.floor", Leaf(floor);
    /// `math.fmod`
    FMOD = "math.fmod", Leaf(fmod);
    /// `math.log`
    LOG = "math.log", Leaf(log);
    /// `math.max`
    MAX = "math.max", Either(plain_max, max);
    /// `math.min`
    MIN = "math.min", Either(plain_min, min);
    /// `math.modf`
    MODF = "math.modf", Leaf(modf);
    /// `math.rad`
    RAD = "math.rad", Leaf(rad);
    /// `math.sin`
    SIN = "math.sin", Leaf(sin);
    /// `math.sqrt`
    SQRT = "math.sqrt", Leaf(sqrt);
    /// `math.tan`
    TAN = "math.tan", Leaf(tan);
    /// `math.tointeger`
    TOINTEGER = "math.tointeger", Leaf(tointeger);
    /// `math.type`
    TYPE = "math.type", Leaf(type_of);
    /// `math.ult`
    ULT = "math.ult", Leaf(ult);
}

natives! {
    group SEEDED;
    /// `math.random`
    RANDOM = "math.random", Leaf(random);
    /// `math.randomseed`
    RANDOMSEED = "math.randomseed", Leaf(randomseed);
}

/// Makes the table `math`. The two random functions share one generator, which starts from `seed`.
pub(super) fn open(cx: Cx<'_>, seed: (u64, u64)) -> Result<(), Raise> {
    let library = Library::new(cx, "math")?;
    library.functions(ALL, &[])?;
    let state = cx.userdata(Box::new(RandomState::new(seed.0, seed.1)), None);
    library.functions(SEEDED, &[state.value()])?;
    library.value("pi", Value::float(std::f64::consts::PI))?;
    library.value("huge", Value::float(f64::INFINITY))?;
    library.value("maxinteger", Value::int(i64::MAX))?;
    library.value("mininteger", Value::int(i64::MIN))
}

fn abs<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    cx.ret1(match args.value(0).as_int() {
        Some(i) => Value::int(i.wrapping_abs()),
        None => Value::float(float(cx, args, 0)?.abs()),
    })
}

fn acos<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    cx.ret1(Value::float(float(cx, args, 0)?.acos()))
}

fn asin<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    cx.ret1(Value::float(float(cx, args, 0)?.asin()))
}

fn atan<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let y = float(cx, args, 0)?;
    let x = if args.value(1).is_nil() { 1.0 } else { float(cx, args, 1)? };
    cx.ret1(Value::float(y.atan2(x)))
}

fn cos<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    cx.ret1(Value::float(float(cx, args, 0)?.cos()))
}

fn deg<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    cx.ret1(Value::float(float(cx, args, 0)? * (180.0 / std::f64::consts::PI)))
}

fn exp<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    cx.ret1(Value::float(float(cx, args, 0)?.exp()))
}

fn rad<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    cx.ret1(Value::float(float(cx, args, 0)? * (std::f64::consts::PI / 180.0)))
}

fn sin<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    cx.ret1(Value::float(float(cx, args, 0)?.sin()))
}

fn sqrt<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    cx.ret1(Value::float(float(cx, args, 0)?.sqrt()))
}

fn tan<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    cx.ret1(Value::float(float(cx, args, 0)?.tan()))
}

fn ceil<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    if args.value(0).as_int().is_some() {
        return cx.ret1(args.value(0));
    }
    let f = float(cx, args, 0)?;
    cx.ret1(float_ceil_to_int(f).map_or(Value::float(f.ceil()), Value::int))
}

fn floor<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    if args.value(0).as_int().is_some() {
        return cx.ret1(args.value(0));
    }
    let f = float(cx, args, 0)?;
    cx.ret1(float_floor_to_int(f).map_or(Value::float(f.floor()), Value::int))
}

fn fmod<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    if let (Some(a), Some(b)) = (args.value(0).as_int(), args.value(1).as_int()) {
        if b == 0 {
            return Err(cx.arg_error(1, "zero"));
        }
        return cx.ret1(Value::int(a.wrapping_rem(b)));
    }
    // The reference implementation looks at the second one first.
    let divisor = float(cx, args, 1)?;
    cx.ret1(Value::float(float(cx, args, 0)? % divisor))
}

fn log<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let x = float(cx, args, 0)?;
    if args.value(1).is_nil() {
        return cx.ret1(Value::float(x.ln()));
    }
    let base = float(cx, args, 1)?;
    cx.ret1(Value::float(if base == 2.0 {
        x.log2()
    } else if base == 10.0 {
        x.log10()
    } else {
        x.ln() / base.ln()
    }))
}

fn plain_max<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    plain_extreme(cx, args, true)
}

fn plain_min<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    plain_extreme(cx, args, false)
}

fn max(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    extreme(vm, frame, true)
}

fn min(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    extreme(vm, frame, false)
}

/// The argument that no other one beats, where `<` needs no metamethod.
#[inline]
fn plain_extreme<'gc>(cx: Cx<'gc>, args: Args<'gc>, largest: bool) -> NativeResult {
    let mut best = any(cx, args, 0)?;
    for index in 1..args.len() {
        let next = args.value(index);
        let (low, high) = if largest { (best, next) } else { (next, best) };
        if plain_less_than(low, high).ok_or(Raise::Reenter)? {
            best = next;
        }
    }
    cx.ret1(best)
}

/// As [`plain_extreme`], of any arguments.
fn extreme(vm: &mut Vm, frame: CallFrame, largest: bool) -> NativeResult {
    let mut best = 0;
    for next in 1..frame.len {
        let (low, high) = if largest { (best, next) } else { (next, best) };
        let (low, high) = (vm.slot(frame.base + low), vm.slot(frame.base + high));
        if less_than(vm, low, high)? {
            best = next;
        }
    }
    let best = vm.slot(frame.base + best);
    vm.cx().ret1(best)
}

fn modf<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    if args.value(0).as_int().is_some() {
        cx.push(args.value(0));
        cx.push(Value::float(0.0));
        return Ok(2);
    }
    let f = float(cx, args, 0)?;
    let whole = f.trunc();
    cx.push(Number::Float(whole).to_int_exact().map_or(Value::float(whole), Value::int));
    cx.push(Value::float(if f == whole { 0.0 } else { f - whole }));
    Ok(2)
}

fn tointeger<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let value = any(cx, args, 0)?;
    cx.ret1(to_number(value).and_then(Number::to_int_exact).map_or(Value::NIL, Value::int))
}

fn type_of<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let value = any(cx, args, 0)?;
    cx.ret1(if value.as_int().is_some() {
        cx.intern(b"integer").value()
    } else if value.as_float().is_some() {
        cx.intern(b"float").value()
    } else {
        Value::NIL
    })
}

fn ult<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let (a, b) = (int(cx, args, 0)?, int(cx, args, 1)?);
    cx.ret1(Value::bool((a as u64) < b as u64))
}

/// Works on the generator of the function being called.
fn with_state<'gc, R>(args: Args<'gc>, f: impl FnOnce(&mut RandomState) -> R) -> R {
    let state = args.callee().get(0).as_gc::<Userdata>().expect("made by `open`");
    state.with(f).expect("made by `open`")
}

fn random<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    // A call that ends in an error has drawn a number, too.
    let bits = with_state(args, RandomState::next_bits);
    let (low, high) = match args.len() {
        0 => return cx.ret1(Value::float(RandomState::float_of(bits))),
        1 => match int(cx, args, 0)? {
            0 => return cx.ret1(Value::int(bits as i64)),
            high => (1, high),
        },
        2 => (int(cx, args, 0)?, int(cx, args, 1)?),
        _ => return Err(cx.error("wrong number of arguments")),
    };
    if low > high {
        return Err(cx.arg_error(0, "interval is empty"));
    }
    cx.ret1(Value::int(with_state(args, |state| state.in_range(bits, low, high))))
}

fn randomseed<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let (first, second) = if args.is_empty() {
        let (first, second) = with_state(args, |state| (state.next_bits(), state.next_bits()));
        (first as i64 ^ super::os::wall_clock_nanos() as i64, second as i64)
    } else {
        (int(cx, args, 0)?, opt_int(cx, args, 1, 0)?)
    };
    with_state(args, |state| *state = RandomState::new(first as u64, second as u64));
    cx.push(Value::int(first));
    cx.push(Value::int(second));
    Ok(2)
}
