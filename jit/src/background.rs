//! Compiling beside the program: one thread that does jobs in the order in which they come.
//!
//! The thread shares nothing with the VM but two channels. The engine looks for results whenever the interpreter calls it
//! and no recording is under way; until then the program goes on with what it has. When the engine goes, the thread ends
//! after the job that it is at, and nobody waits for it: what it makes then belongs to nobody and is freed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread;

use crate::compile::{Compiler, Done, Job};
use crate::dump::Dump;

/// A compiling thread.
pub(crate) struct Background {
    jobs: Sender<(u64, Job)>,
    results: Receiver<(u64, Done)>,
    /// Results that the thread has sent: a look at the channel costs more than a look at this.
    sent: Arc<AtomicU64>,
    received: u64,
}

impl Background {
    /// Starts the thread. `None`: the system gives none.
    pub(crate) fn start() -> Option<Background> {
        let (jobs, incoming) = channel::<(u64, Job)>();
        let (outgoing, results) = channel();
        let sent = Arc::new(AtomicU64::new(0));
        let count = sent.clone();
        let work = move || {
            let mut compiler = Compiler::default();
            for (ticket, job) in incoming {
                if outgoing.send((ticket, compiler.run(job, &mut Dump::default()))).is_err() {
                    return;
                }
                count.fetch_add(1, Ordering::Release);
            }
        };
        thread::Builder::new().name("moonset-compiler".to_string()).spawn(work).ok()?;
        Some(Background { jobs, results, sent, received: 0 })
    }

    /// Hands a job over.
    pub(crate) fn submit(&self, ticket: u64, job: Job) {
        let taken = self.jobs.send((ticket, job)).is_ok();
        assert!(taken, "the compiling thread has failed");
    }

    /// Whether there is a result.
    #[inline]
    pub(crate) fn has_results(&self) -> bool {
        self.sent.load(Ordering::Acquire) != self.received
    }

    /// The next result, if there is one, and the ticket of its job.
    pub(crate) fn poll(&mut self) -> Option<(u64, Done)> {
        if self.has_results() { self.receive() } else { None }
    }

    fn receive(&mut self) -> Option<(u64, Done)> {
        match self.results.try_recv() {
            Ok(done) => {
                self.received += 1;
                Some(done)
            }
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => panic!("the compiling thread has failed"),
        }
    }
}
