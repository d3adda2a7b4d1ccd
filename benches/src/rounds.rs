//! Interleaved runs: in every round each contender runs once, so that a disturbance of the machine meets all of them.
//! What counts is the median over the rounds. All contenders must print the same.

use std::process::Command;

use serde::Serialize;

use crate::child;
use crate::contender::Contender;
use crate::numbers;

/// Which time is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// From start to end.
    Wall,
    /// Of the processor, all threads together: steadier when the machine has other work.
    Cpu,
}

/// What one contender needed for one program.
#[derive(Clone, Debug, Serialize)]
pub struct Measured {
    /// The contender's name.
    pub contender: &'static str,
    /// The median of the runs' times, in seconds.
    pub seconds: f64,
    /// How far the times are apart, over the median.
    pub spread: f64,
    /// The median of the runs' memory, in bytes.
    pub memory: f64,
}

/// Runs what `command` makes for each contender, `rounds` times in turn.
///
/// # Errors
/// A run that fails, or an output that differs from the first contender's.
pub fn measure(
    contenders: &[Contender],
    rounds: usize,
    clock: Clock,
    mut command: impl FnMut(&Contender) -> Command,
) -> Result<Vec<Measured>, String> {
    let mut times = vec![Vec::new(); contenders.len()];
    let mut memory = vec![Vec::new(); contenders.len()];
    let mut expected: Option<Vec<u8>> = None;
    for _ in 0..rounds {
        for (at, contender) in contenders.iter().enumerate() {
            let run = child::run(&mut command(contender))?;
            let expected = expected.get_or_insert_with(|| run.output.clone());
            if *expected != run.output {
                return Err(format!(
                    "{} and {} print different things for {:?}:\n{}\n--- and ---\n{}",
                    contenders[0].name,
                    contender.name,
                    command(contender),
                    String::from_utf8_lossy(expected),
                    String::from_utf8_lossy(&run.output)
                ));
            }
            times[at].push(if clock == Clock::Wall { run.seconds } else { run.cpu });
            memory[at].push(run.memory as f64);
        }
    }
    let measured = contenders.iter().enumerate().map(|(at, contender)| Measured {
        contender: contender.name,
        seconds: numbers::median(&times[at]),
        spread: numbers::spread(&times[at]),
        memory: numbers::median(&memory[at]),
    });
    Ok(measured.collect())
}
