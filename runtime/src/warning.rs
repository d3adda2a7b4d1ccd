//! Warnings: what `warn` and failing finalizers say.
//!
//! A message of one piece that begins with `@` is a control message: `@on` and `@off` switch warnings on and off, and others are
//! ignored. Warnings are off at first.

use crate::stdlib;
use crate::vm::Vm;

/// What gets warnings, without a newline.
type Hook = Box<dyn FnMut(&[u8])>;

/// Whether warnings are shown, and where.
#[derive(Default)]
pub(crate) struct Warnings {
    on: bool,
    hook: Option<Hook>,
}

impl Vm {
    /// Installs what gets warnings while they are on; without it they are written to standard error.
    pub fn on_warning(&mut self, hook: impl FnMut(&[u8]) + 'static) {
        self.warnings.hook = Some(Box::new(hook));
    }

    /// Switches warnings on or off.
    pub fn set_warnings(&mut self, on: bool) {
        self.warnings.on = on;
    }

    /// Emits a warning.
    pub fn warn(&mut self, text: &[u8]) {
        match &mut self.warnings.hook {
            _ if !self.warnings.on => {}
            Some(hook) => hook(text),
            None => stdlib::print_warning(text),
        }
    }

    /// Carries out a control message, given without its `@`.
    pub(crate) fn control_warnings(&mut self, message: &[u8]) {
        match message {
            b"on" => self.warnings.on = true,
            b"off" => self.warnings.on = false,
            _ => {}
        }
    }
}
