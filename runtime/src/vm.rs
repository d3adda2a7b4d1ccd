//! The virtual machine: the context that machine code addresses and the objects.

use std::ptr::NonNull;

use crate::context::VmContext;
use crate::cx::Cx;
use crate::heap::source::OsSource;
use crate::heap::{HeapOptions, OutOfMemory};
use crate::object::space::Space;

/// One Lua state.
pub struct Vm {
    space: Space,
    /// After `space`, which uses it.
    #[allow(dead_code, reason = "owns what `space` refers to")]
    context: Box<VmContext>,
}

impl Vm {
    /// A VM without library.
    pub fn new(options: HeapOptions, hash_seed: u64) -> Result<Vm, OutOfMemory> {
        let mut context = Box::new(VmContext::new());
        let pointer = NonNull::from(&mut *context);
        // SAFETY: the context is boxed and dropped after the space.
        let space = unsafe { Space::new(pointer, options, Box::new(OsSource), hash_seed)? };
        Ok(Vm { space, context })
    }

    /// The no-collect capability.
    pub fn cx(&mut self) -> Cx<'_> {
        self.space.cx()
    }
}
