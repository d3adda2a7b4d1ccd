//! Functions that a Rust program gives to scripts by the machine underneath, in every mode of the compiler.

use moonset::{JitMode, Lua};
use moonset_runtime::cx::Cx;
use moonset_runtime::native::{Args, CallFrame, NativeCode, NativeDef, NativeResult};
use moonset_runtime::value::Value;
use moonset_runtime::vm::Vm;

const MODES: [JitMode; 3] = [JitMode::Off, JitMode::On, JitMode::Stress];

fn state(mode: JitMode) -> Lua {
    Lua::builder().jit(mode).deterministic(true).build().expect("a state")
}

/// Gives the same number, whatever its arguments are.
fn seven<'gc>(cx: Cx<'gc>, _: Args<'gc>) -> NativeResult {
    cx.ret1(Value::int(7))
}

/// Calls its argument with nothing.
fn call(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let function = vm.arg(frame, 0).unwrap_or(Value::NIL);
    vm.push_callee(function);
    vm.call(0, None)
}

/// Calls its argument with nothing; the error's text if it fails.
fn try_call(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let function = vm.arg(frame, 0).unwrap_or(Value::NIL);
    vm.push_callee(function);
    if let Ok(count) = vm.call_protected(0, None) {
        return Ok(count);
    }
    let text = vm.error_message();
    let cx = vm.cx();
    cx.ret1(cx.string(&text).value())
}

macro_rules! definitions {
    ($($name:literal),*) => {
        &[$(NativeDef { name: $name, standard: false, code: NativeCode::Leaf(seven) }),*]
    };
}

/// Functions of the host under names for which the trace compiler has rules of its own.
static SEVENS: &[NativeDef] =
    definitions!("type", "tostring", "tonumber", "assert", "select", "rawlen", "rawget", "ipairs");
static RANDOM: NativeDef = NativeDef { name: "math.random", standard: false, code: NativeCode::Leaf(seven) };
static CALL: NativeDef = NativeDef { name: "call", standard: false, code: NativeCode::Reentrant(call) };
static TRY: NativeDef = NativeDef { name: "try", standard: false, code: NativeCode::Reentrant(try_call) };

#[test]
fn a_function_of_the_host_is_not_taken_for_one_of_the_library() {
    for mode in MODES {
        let lua = state(mode);
        lua.with_vm(|vm| {
            for def in SEVENS {
                vm.register(def.name, def);
            }
            vm.register("random", &RANDOM);
        });
        let sum: i64 = lua
            .load(
                "local s, t = 0, {} for i = 1, 1000 do s = s + type(i) + tostring(i) + tonumber('1') + assert(true) \
                 + select('#') + rawlen(t) + rawget(t, 1) + ipairs(t) + random(100) end return s",
            )
            .eval()
            .expect("a number");
        assert_eq!(sum, 63_000, "{mode:?}");
    }
}

#[test]
fn calls_go_to_and_fro_across_the_border() {
    for mode in MODES {
        let lua = state(mode);
        lua.with_vm(|vm| {
            vm.register("call", &CALL);
            vm.register("try", &TRY);
        });
        let program = "
            local n = 0
            local function down(k)
              n = n + 1
              if k == 0 then error({k}) end
              if k % 7 == 0 then return 1 + call(function() return down(k - 1) end) end
              return 1 + down(k - 1)
            end
            local caught = 0
            for i = 1, 200 do
              local ok, e = pcall(down, i % 40)
              if not ok and e[1] == 0 then caught = caught + 1 end
              local text = try(function() local t = {} for j = 1, i do t[j] = {j} end return t[i].x.y end)
              if text:find('attempt to index a nil value', 1, true) then caught = caught + 1 end
              caught = caught + select('#', call(function() return 1, nil, nil end)) - 3
            end
            local function endless() return call(endless) + 1 end
            assert(try(endless):find('overflow'))
            assert(not pcall(coroutine.wrap(function() call(coroutine.yield) end)))
            return caught * 10000 + n";
        let result: i64 = lua.load(program).eval().expect("a number");
        assert_eq!(result, 400 * 10_000 + 4100, "{mode:?}");
    }
}

#[test]
fn states_live_side_by_side_and_in_small_threads() {
    let work = |mode: JitMode| {
        move || {
            let states: Vec<Lua> = (0..4).map(|_| Lua::builder().jit(mode).build().expect("a state")).collect();
            let program = "local function deep(n) if n == 0 then return 0 end \
                           local t = {2, 1} table.sort(t, function(a, b) return a < b end) return 1 + deep(n - 1) end \
                           local depth = 0 \
                           local function nest(n) depth = n table.sort({1, 2, 3}, function() deep(200) nest(n + 1) end) end \
                           assert(not pcall(nest, 1) and depth > 150) \
                           local s = 0 for i = 1, 20000 do s = s + i % 7 end return s + deep(1000)";
            let sums: Vec<i64> = states.iter().map(|lua| lua.load(program).eval().expect("a number")).collect();
            assert_eq!(sums, [60998; 4]);
        }
    };
    let threads: Vec<_> = MODES.into_iter().map(|mode| std::thread::spawn(work(mode))).collect();
    for thread in threads {
        thread.join().expect("no state disturbs another");
    }
}
