//! `collectgarbage`.
//!
//! The collector is always the same one. In incremental mode, weak entries and finalizers are left to full cycles, as in the
//! reference; the parameters are kept and answered, and tune nothing. The mode also says what a *step* is. In generational mode a step is a minor collection, and it ends no cycle. In incremental mode steps add up to a cycle: each
//! pays for as many kilobytes as it is given, the one that has paid for all that is in use collects everything, and says so. While
//! finalizers run, no option does anything.

use super::arg::{Given, choice, opt_int};
use crate::native::{CallFrame, NativeResult};
use crate::value::Value;
use crate::vm::Vm;

/// What a step of no given size pays for.
const BASIC_STEP: usize = 16 << 10;

/// How the script thinks that garbage is collected.
pub(crate) struct Tuning {
    incremental: bool,
    /// In quarters, as the reference keeps them.
    pause: u8,
    step_mul: u8,
    /// What the steps of the running cycle have paid for.
    paid: usize,
}

impl Default for Tuning {
    fn default() -> Self {
        Tuning { incremental: false, pause: 200 / 4, step_mul: 100 / 4, paid: 0 }
    }
}

/// The options, in any order.
const OPTIONS: &[&str] = &[
    "collect",
    "stop",
    "restart",
    "count",
    "step",
    "setpause",
    "setstepmul",
    "isrunning",
    "generational",
    "incremental",
];

pub(super) fn collectgarbage(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<4> = Given::new(vm, frame);
    let cx = vm.cx();
    let option = OPTIONS[choice(cx, given, 0, Some(0), OPTIONS)?];
    let number = |vm: &mut Vm, index: usize| opt_int(vm.cx(), given, index, 0).map(|number| number as i32);
    let numbers = match option {
        "step" | "setpause" | "setstepmul" => [number(vm, 1)?, 0, 0],
        "generational" => [number(vm, 1)?, number(vm, 2)?, 0],
        "incremental" => [number(vm, 1)?, number(vm, 2)?, number(vm, 3)?],
        _ => [0; 3],
    };
    if vm.finalizing {
        return vm.cx().ret1(Value::NIL);
    }
    let result = match option {
        "collect" => {
            vm.collect_full();
            vm.tuning.paid = 0;
            Value::int(0)
        }
        "step" => Value::bool(step(vm, numbers[0])),
        "stop" => {
            vm.cx().heap().set_running(false);
            Value::int(0)
        }
        "restart" => {
            vm.cx().heap().set_running(true);
            Value::int(0)
        }
        "count" => Value::float(vm.used_memory() as f64 / 1024.0),
        "isrunning" => Value::bool(vm.cx().heap().is_running()),
        "setpause" => Value::int(replace(&mut vm.tuning.pause, numbers[0])),
        "setstepmul" => Value::int(replace(&mut vm.tuning.step_mul, numbers[0])),
        mode => {
            let tuning = &mut vm.tuning;
            let before = std::mem::replace(&mut tuning.incremental, mode == "incremental");
            if tuning.incremental {
                for (parameter, number) in [(&mut tuning.pause, numbers[0]), (&mut tuning.step_mul, numbers[1])] {
                    if number != 0 {
                        replace(parameter, number);
                    }
                }
            }
            tuning.paid = 0;
            let incremental = tuning.incremental;
            vm.cx().heap().set_full_cycles(incremental);
            let before: &[u8] = if before { b"incremental" } else { b"generational" };
            vm.cx().intern(before).value().raw()
        }
    };
    vm.cx().ret1(result)
}

/// Sets a parameter; returns what it was.
fn replace(parameter: &mut u8, number: i32) -> i64 {
    i64::from(std::mem::replace(parameter, (number / 4) as u8)) * 4
}

/// A step of this many kilobytes, 0 for a basic one. Says whether it ended a cycle.
fn step(vm: &mut Vm, kilobytes: i32) -> bool {
    // A step works while the collector is stopped, and does not start it.
    let running = vm.cx().heap().is_running();
    vm.cx().heap().set_running(true);
    let ended = if vm.tuning.incremental {
        let size = if kilobytes == 0 { BASIC_STEP } else { (kilobytes.max(0) as usize) << 10 };
        vm.tuning.paid = vm.tuning.paid.saturating_add(size);
        vm.tuning.paid >= vm.used_memory()
    } else {
        false
    };
    if ended {
        vm.tuning.paid = 0;
        vm.collect_full();
    } else if vm.cx().heap().is_major_due() {
        // While the collector is stopped, nothing but steps takes care of what is old.
        vm.collect_full();
    } else {
        vm.collect_minor();
    }
    vm.cx().heap().set_running(running);
    ended
}
