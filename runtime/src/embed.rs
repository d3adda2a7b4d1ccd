//! What the program around a VM needs: the traceback of an error that nobody caught, numbers, and an orderly end.

use crate::heap::HeapStats;
use crate::interp::{coroutine, gc, protect};
use crate::native::{NativeDef, Raise};
use crate::object::metamethod::Metamethod;
use crate::value::Value;
use crate::vm::Vm;

/// What a VM keeps for the program around it.
#[derive(Default)]
pub(crate) struct Embedding {
    /// Where an error that ended a traced call was raised.
    pub(crate) traceback: Option<Vec<u8>>,
    /// The message handler of the traced call that is running; `None`: an error only leaves a traceback.
    pub(crate) handler: Option<&'static NativeDef>,
    /// The program is being ended: its finalizers have been called for.
    closing: bool,
    /// Called when the program is about to end.
    on_exit: Option<ExitHook>,
}

/// See [`Vm::on_exit`].
type ExitHook = Box<dyn FnOnce(&mut Vm)>;

impl Vm {
    /// As [`Vm::call_protected`], and an error leaves the traceback of where it was raised: see
    /// [`Vm::take_error_traceback`].
    pub fn call_traced(&mut self, nargs: usize, wanted: Option<usize>) -> Result<usize, Raise> {
        self.embedding.traceback = None;
        let outer = self.embedding.handler.take();
        let result = protect::traced_from_rust(self, nargs, wanted);
        self.embedding.handler = outer;
        result
    }

    /// As [`Vm::call_protected`], and an error goes through `handler`, as in `xpcall`, while the stack is still whole: what that
    /// returns becomes the error.
    pub fn call_handled(
        &mut self,
        nargs: usize,
        wanted: Option<usize>,
        handler: &'static NativeDef,
    ) -> Result<usize, Raise> {
        let outer = self.embedding.handler.replace(handler);
        let result = protect::traced_from_rust(self, nargs, wanted);
        self.embedding.handler = outer;
        result
    }

    /// The functions that were running when the last traced call failed.
    pub fn take_error_traceback(&mut self) -> Option<Vec<u8>> {
        self.embedding.traceback.take()
    }

    /// What the heap has done so far.
    pub fn heap_stats(&self) -> HeapStats {
        self.space.heap.stats()
    }

    /// Has `hook` called when the program is about to end, by [`Vm::close`] or by [`Vm::exit`].
    pub fn on_exit(&mut self, hook: impl FnOnce(&mut Vm) + 'static) {
        self.embedding.on_exit = Some(Box::new(hook));
    }

    /// Ends the Lua program: variables of the main program that wait for it are closed, those of coroutines are not, what has a
    /// finalizer is finalised, files are written out, and the exit hook runs. Nothing that was running goes on. A finalizer that ends the program, in turn, has those run that still wait; what it made itself is not
    /// finalised.
    pub fn close(&mut self) {
        coroutine::abandon(self);
        self.close_variables();
        if !std::mem::replace(&mut self.embedding.closing, true) {
            self.space.heap.queue_all_finalizers();
        }
        self.finalizing = false;
        gc::run_finalizers(self, gc::At::After);
        self.leave();
    }

    /// Closes all variables that wait for it, the last one first. An error is given to the next one.
    fn close_variables(&mut self) {
        let error = self.top();
        self.push(Value::NIL);
        while let Some(slot) = self.exec.tbc.pop() {
            let value = self.slot(slot as usize);
            let method = self.cx().metamethod(value, Metamethod::Close).map_or(Value::NIL, |method| method.raw());
            if self.ensure(8).is_err() {
                break;
            }
            self.push_callee(method);
            self.push(value);
            self.push(self.slot(error));
            if self.call_protected(2, Some(0)).is_err() {
                let raised = self.cx().error_value().raw();
                self.set_slot(error, raised);
            }
            self.set_top_slot(error + 1);
        }
        self.set_top_slot(error);
    }

    /// Ends the process.
    pub fn exit(&mut self, status: i32) -> ! {
        self.leave();
        std::process::exit(status)
    }

    fn leave(&mut self) {
        crate::stdlib::flush(self);
        if let Some(hook) = self.embedding.on_exit.take() {
            hook(self);
        }
    }
}
