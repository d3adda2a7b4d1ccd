//! A limit on time: a thread of its own interrupts a state whose time is over.
//!
//! The thread sleeps until then and asks the state to check; the state's interrupt hook looks at the clock, so a request that comes
//! late or early does no harm. Once the time is over, every check fails: an error that a script catches comes again at the next one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use moonset_runtime::interrupt::Request;
use moonset_runtime::vm::Vm;

/// A running limit. Dropping it ends its thread; the hook stays, and lets everything pass.
pub(crate) struct Watchdog {
    over: Arc<AtomicBool>,
    sleeper: Thread,
}

impl Watchdog {
    /// Gives the state `time` from now on. `None`: there is no thread to be had.
    pub(crate) fn start(vm: &mut Vm, time: Duration) -> Option<Watchdog> {
        let over = Arc::new(AtomicBool::new(false));
        let end = Instant::now().checked_add(time);
        let message = format!("timeout: the script ran for more than {}", shown(time));
        let asked = Arc::clone(&over);
        vm.on_interrupt(move || {
            let passed = !asked.load(Ordering::Relaxed) && end.is_some_and(|end| Instant::now() >= end);
            passed.then(|| message.clone())
        });
        let (handle, stopped) = (vm.interrupt_handle(), Arc::clone(&over));
        let wait = move || {
            while let Some(end) = end
                && !stopped.load(Ordering::Relaxed)
            {
                let left = end.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    handle.request(Request::Check);
                    return;
                }
                thread::park_timeout(left);
            }
        };
        let sleeper = thread::Builder::new().name("moonset timeout".to_string()).spawn(wait).ok()?;
        Some(Watchdog { over, sleeper: sleeper.thread().clone() })
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        self.sleeper.unpark();
    }
}

/// A duration as the command line takes it.
fn shown(time: Duration) -> String {
    let millis = time.as_millis();
    match (millis % 1000, millis / 1000 % 60) {
        (0, 0) if millis > 0 => format!("{}m", millis / 60_000),
        (0, _) if millis > 0 => format!("{}s", millis / 1000),
        _ => format!("{millis}ms"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_shown_in_the_largest_unit_that_fits() {
        for (millis, text) in
            [(250, "250ms"), (2000, "2s"), (1500, "1500ms"), (60_000, "1m"), (90_000, "90s"), (0, "0ms")]
        {
            assert_eq!(shown(Duration::from_millis(millis)), text);
        }
    }
}
