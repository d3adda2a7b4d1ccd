//! Asking a running program for a break, from another thread or from a signal handler.
//!
//! A request is a bit in the poll word, which the interpreter and machine code read at every back edge; the VM serves it
//! before it goes on. There are two: [`Request::Break`] raises the error `interrupted!`, which the program may catch;
//! [`Request::Check`] has the hook of [`Vm::on_interrupt`] decide.
//!
//! This file owns the invariant that an [`InterruptHandle`] touches nothing but the poll word, with atomic operations, in
//! memory that it keeps alive.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use crate::cx::Cx;
use crate::heap::Mutator;
use crate::native::Raise;
use crate::vm::{ContextOwner, Vm};

/// What a handle can ask for: bits of the poll word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Request {
    /// The error `interrupted!`.
    Break = 2,
    /// The interrupt hook is to decide.
    Check = 4,
}

/// More memory is in use than the limit allows, although everything has been collected.
pub(crate) const EXHAUSTED: u32 = 8;

/// All requests.
const ALL: u32 = Request::Break as u32 | Request::Check as u32 | EXHAUSTED;

const _: () =
    assert!(ALL & (Mutator::COLLECT | Mutator::OBSERVED) == 0, "the other bits of the poll word belong to others");

/// The message of [`Request::Break`].
const INTERRUPTED: &str = "interrupted!";

/// What is asked at [`Request::Check`]: an answer is raised as an error, and then it is asked again, until it has none.
pub(crate) type InterruptHook = Box<dyn FnMut() -> Option<String>>;

/// Interrupts a VM from anywhere. It may outlive the VM; then it does nothing.
#[derive(Clone)]
pub struct InterruptHandle(Arc<ContextOwner>);

impl InterruptHandle {
    /// Asks the VM for a break. True: the same request was already waiting. Can be called in a signal handler.
    pub fn request(&self, what: Request) -> bool {
        // SAFETY: the context is live as long as its owner, which the handle shares.
        let mutator = unsafe { self.0.mutator().as_ref() };
        mutator.request(what as u32) & what as u32 != 0
    }

    /// Takes back a request that is not served yet.
    pub fn withdraw(&self, what: Request) {
        // SAFETY: as in `request`.
        let mutator = unsafe { self.0.mutator().as_ref() };
        mutator.withdraw(what as u32);
    }

    /// Has the interrupt signal (Ctrl-C) ask for a break if `running` is set, which it clears. At other times, the signal ends the
    /// process as if nobody handled it: a program that catches the first break is ended by the second signal.
    pub fn break_on_signal(self, running: Arc<AtomicBool>) -> std::io::Result<()> {
        let action = move || {
            if running.swap(false, Ordering::AcqRel) {
                self.request(Request::Break);
            } else {
                let _ = signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGINT);
            }
        };
        // SAFETY: atomic operations, and what `emulate_default_handler` does, are allowed in signal handlers. The handle is never
        // dropped in one: the action stays registered.
        unsafe { signal_hook::low_level::register(signal_hook::consts::SIGINT, action) }?;
        Ok(())
    }
}

/// How a leaf function that works for long sees that somebody asks for a break.
#[derive(Clone, Copy)]
pub struct Watch<'gc>(Option<&'gc AtomicU32>);

impl Watch<'_> {
    /// Sees nothing.
    pub const BLIND: Watch<'static> = Watch(None);

    /// Whether a limit asks. [`Request::Break`] does not count: as in the reference, a library function is not broken off by the first
    /// Ctrl-C, and the second ends the process.
    #[inline]
    pub fn is_asked(self) -> bool {
        const LIMITS: u32 = Request::Check as u32 | EXHAUSTED;
        self.0.is_some_and(|poll| poll.load(Ordering::Relaxed) & LIMITS != 0)
    }
}

impl<'gc> Cx<'gc> {
    /// What tells a leaf function that somebody asks for a break: then it returns [`Raise::Interrupted`], if it has changed nothing.
    #[inline]
    pub fn watch(self) -> Watch<'gc> {
        // SAFETY: the context outlives the space, and this field of it is changed by atomic operations only.
        Watch(Some(unsafe { &(*self.context()).mutator.poll }))
    }

    /// [`Raise::Interrupted`] if somebody asks for a break.
    #[inline]
    pub fn check_asked(self) -> Result<(), Raise> {
        if self.watch().is_asked() { Err(Raise::Interrupted) } else { Ok(()) }
    }
}

impl Vm {
    /// A handle by which others can interrupt this VM.
    pub fn interrupt_handle(&self) -> InterruptHandle {
        InterruptHandle(Arc::clone(&self.context_owner))
    }

    /// Installs what is asked at [`Request::Check`]: an answer is raised as an error, and then it is asked again, until it has none.
    pub fn on_interrupt(&mut self, hook: impl FnMut() -> Option<String> + 'static) {
        self.interrupt = Some(Box::new(hook));
    }

    /// A memory error is on its way, and who catches it may hold less: whether memory is exhausted is decided by the next collection,
    /// which is due at once.
    pub(crate) fn settle_memory(&mut self) {
        self.regs().mutator.withdraw(EXHAUSTED);
        if self.space.heap.is_over_limit() {
            self.space.heap.past_limit(|_| ());
        }
    }

    /// Serves what was requested.
    pub(crate) fn check_interrupt(&mut self) -> Result<(), Raise> {
        if self.regs().mutator.polled() & ALL == 0 {
            return Ok(());
        }
        let requests = self.regs().mutator.withdraw(ALL);
        if requests & EXHAUSTED != 0 && self.space.heap.is_over_limit() {
            self.regs().mutator.request(requests & !EXHAUSTED);
            return Err(self.cx().out_of_memory());
        }
        if requests & Request::Check as u32 != 0
            && let Some(message) = self.interrupt.as_mut().and_then(|hook| hook())
        {
            // The hook is asked again at the program's next turn, and the other request waits for that.
            self.regs().mutator.request(requests);
            return Err(self.error_text(message));
        }
        if requests & Request::Break as u32 != 0 {
            return Err(self.error_text(INTERRUPTED));
        }
        Ok(())
    }
}
