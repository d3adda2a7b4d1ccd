//! One run of a program: how long it took, how much memory it had, what it printed.
//!
//! Memory is the kernel's highest resident set for the child. The kernel counts what the child shared with its parent
//! before it became another program, so this parent stays small.

use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Instant;

use wait4::Wait4;

/// What a run took and gave.
#[derive(Clone, Debug)]
pub struct Run {
    /// Seconds from start to end.
    pub seconds: f64,
    /// Seconds of processor time, of all threads.
    pub cpu: f64,
    /// Bytes of memory at the highest point.
    pub memory: u64,
    /// Standard output.
    pub output: Vec<u8>,
    /// Standard error.
    pub errors: Vec<u8>,
}

/// Runs a command to its end.
///
/// # Errors
/// When it cannot be started or does not exit with 0: what it said on standard error.
pub fn run(command: &mut Command) -> Result<Run, String> {
    let name = format!("{command:?}");
    let failed = |what: &dyn std::fmt::Display| format!("{name}: {what}");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let start = Instant::now();
    let mut child = command.spawn().map_err(|error| failed(&error))?;
    let (Some(mut out), Some(mut err)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(failed(&"no pipes"));
    };
    let errors = thread::spawn(move || {
        let mut bytes = Vec::new();
        err.read_to_end(&mut bytes).map(|_| bytes)
    });
    let mut output = Vec::new();
    out.read_to_end(&mut output).map_err(|error| failed(&error))?;
    let used = child.wait4().map_err(|error| failed(&error))?;
    let seconds = start.elapsed().as_secs_f64();
    let errors = errors.join().map_err(|_| failed(&"reading failed"))?.map_err(|error| failed(&error))?;
    if !used.status.success() {
        return Err(failed(&format!("{}\n{}", used.status, String::from_utf8_lossy(&errors))));
    }
    let cpu = (used.rusage.utime + used.rusage.stime).as_secs_f64();
    Ok(Run { seconds, cpu, memory: used.rusage.maxrss, output, errors })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_and_usage_come_back() {
        let run = run(Command::new("sh").args(["-c", "echo out; echo err >&2"])).unwrap();
        assert_eq!((&*run.output, &*run.errors), (&b"out\n"[..], &b"err\n"[..]));
        assert!(run.seconds > 0.0 && run.memory > 4096);
    }

    #[test]
    fn failure_is_an_error_with_the_words_of_the_child() {
        let message = run(Command::new("sh").args(["-c", "echo no luck >&2; exit 3"])).unwrap_err();
        assert!(message.contains("no luck") && message.contains("exit status: 3"), "{message}");
        assert!(run(&mut Command::new("/no/such/program")).is_err());
    }
}
