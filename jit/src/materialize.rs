//! Virtual objects come into being at an exit.

use moonset_runtime::context::VmContext;
use moonset_runtime::value::Raw;
use moonset_runtime::vm::Vm;

use crate::deopt::{self, Values};
use crate::exit::{Source, VirtualPlan};

/// Makes all objects of a plan: allocates each, then fills each, so that they may refer to each other in any way.
pub(crate) fn make(vm: &mut Vm, plans: &[VirtualPlan], ctx: *mut VmContext) -> Vec<Raw> {
    let mut objects = Vec::with_capacity(plans.len());
    for plan in plans {
        objects.push(deopt::allocate(vm, plan.template, plan.fields.len()));
    }
    for (index, plan) in plans.iter().enumerate() {
        let values = Values::new(ctx, &objects);
        let read = |sources: &[Source]| -> Vec<Raw> { sources.iter().map(|source| values.read(*source)).collect() };
        deopt::fill(vm, objects[index], plan.template, &read(&plan.fields), &read(&plan.pairs));
    }
    objects
}
