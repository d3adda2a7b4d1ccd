//! What a VM measures of time, if it is asked to: how long machine code runs. Nothing reads a clock otherwise.

use std::time::{Duration, Instant};

use crate::vm::Vm;

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// When measuring began.
    pub started: Instant,
    /// Time spent in machine code, and in the functions that it calls.
    pub machine_code: Duration,
}

impl Vm {
    /// Measures time from now on: two clock reads whenever machine code is entered.
    pub fn start_clock(&mut self) {
        self.clock = Some(Clock { started: Instant::now(), machine_code: Duration::ZERO });
    }

    /// What has been measured.
    pub fn clock(&self) -> Option<Clock> {
        self.clock
    }
}
