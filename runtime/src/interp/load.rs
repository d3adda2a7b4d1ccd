//! From source text to a closure on the stack.

use crate::compile;
use crate::native::Raise;
use crate::vm::Vm;

/// See [`Vm::load`].
pub(crate) fn chunk(vm: &mut Vm, chunk_name: &[u8], source: &[u8]) -> Result<(), Raise> {
    let code = match compile::compile_source(source, chunk_name) {
        Ok(code) => code,
        Err(error) => {
            let cx = vm.cx();
            return Err(cx.raise(cx.string(&error.message).value()));
        }
    };
    let hot = vm.hot_counts();
    let cx = vm.cx();
    let proto = cx.link(code, hot);
    let environment = cx.cell(cx.globals().value());
    let closure = cx.closure(proto, std::iter::once(environment)).value().raw();
    vm.push(closure);
    Ok(())
}
