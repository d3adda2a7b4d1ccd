//! When to try, when to wait, when to leave alone.
//!
//! Counters belong to sites and guards. A failed attempt makes the next one wait twice as long; after
//! `max_failures` the site or guard is left alone.

use moonset_ir::Guard;
use moonset_runtime::bytecode::Inst;
use moonset_runtime::engine::{HotEvent, SiteKind};
use moonset_runtime::object::proto::HotSite;
use moonset_runtime::vm::Vm;

use crate::abort::Abort;
use crate::options::JitOptions;
use crate::tree::{GuardState, Tree};

/// Passes of a site that is being compiled after which its result is looked for.
pub(crate) const PASSES_IN_FLIGHT: u32 = 64;

/// Compilations that may wait for the compiling thread. With more, what is recorded last may not be hot any more when its turn comes, and
/// a program that runs each of its functions for a short time would fill memory with graphs.
pub(crate) const MAX_IN_FLIGHT: usize = 64;

/// The failure count of a site that is left alone.
const LEFT_ALONE: u32 = u32::MAX;

fn site<'a>(site: *mut HotSite) -> &'a mut HotSite {
    // SAFETY: sites are handed over by the interpreter for prototypes that it is running, or belong to a live tree.
    unsafe { &mut *site }
}

/// Starts the counter of a site that ran hot again.
pub(crate) fn reset(event: HotEvent, options: &JitOptions) {
    let of = site(event.site);
    if !of.entry.is_null() || of.failures == LEFT_ALONE {
        return event.disarm();
    }
    let passes = if event.kind == SiteKind::Loop { options.hot_loop } else { options.hot_call };
    event.arm(passes.saturating_mul(1 << of.failures.min(16)));
}

/// Bytecode instructions of a turn for which `min_turns` holds; longer turns pay sooner.
const SHORT_TURN: usize = 10;

fn turns_that_pay(turn: usize, options: &JitOptions) -> u16 {
    let instructions = usize::from(options.min_turns) * SHORT_TURN;
    instructions.div_ceil(turn.max(SHORT_TURN)) as u16
}

/// Turns that a loop must have left to be compiled. What a turn does is known from the text only.
pub(crate) fn turns_to_compile(event: &HotEvent, options: &JitOptions) -> u16 {
    let turn = event.anchor.addr().abs_diff(event.head.addr()) / size_of::<Inst>();
    turns_that_pay(turn, options)
}

/// Turns that a loop must have left for its machine code to be entered.
pub(crate) fn turns_to_enter(tree: &Tree, options: &JitOptions) -> u16 {
    // A turn in which other loops run may take long.
    if !tree.source.links.is_empty() {
        return options.min_turns.min(1);
    }
    turns_that_pay(tree.length / (tree.side_paths as usize + 1), options)
}

/// Frames in which a recursive function is looked for.
const RECURSION_DEPTH: usize = 8;

/// Whether machine code for a function of its own may pay: if it is long, has loops that it could be called for, or is recursive. All
/// others are inlined.
pub(crate) fn function_pays(vm: &mut Vm, event: &HotEvent, options: &JitOptions) -> bool {
    let proto = event.proto.get();
    let is_long = proto.unlinked.code.len() >= options.min_function || proto.unlinked.hot_sites > 0;
    is_long || is_recursive(vm, event)
}

/// Whether a function that has just run hot was called by itself, not far below.
pub(crate) fn is_recursive(vm: &mut Vm, event: &HotEvent) -> bool {
    vm.is_recursive(event, RECURSION_DEPTH)
}

/// Whether a site is not tried any more: it has machine code, or is left alone.
pub(crate) fn is_settled(of: *mut HotSite) -> bool {
    let of = site(of);
    of.failures == LEFT_ALONE || !of.entry.is_null()
}

/// A root recording or its compilation failed. Returns whether the site is now left alone.
pub(crate) fn root_failed(event: HotEvent, why: Abort, options: &JitOptions) -> bool {
    let of = site(event.site);
    // A loop that contains a compiled one is reached by that one's tree: trying again soon has no point. A function may have
    // taken its short path.
    let weight = if why == Abort::InnerLoop { 2 } else { 1 };
    of.failures = of.failures.saturating_add(weight);
    let alone = of.failures >= options.max_failures;
    if alone {
        of.failures = LEFT_ALONE;
    }
    reset(event, options);
    alone
}

/// The tree of a site was freed to make room for others. The site is not left alone for that, but waits longer each time.
pub(crate) fn evicted(event: HotEvent, options: &JitOptions) {
    let of = site(event.site);
    if of.failures != LEFT_ALONE {
        of.failures = (of.failures + 1).min(options.max_failures.saturating_sub(1));
    }
    reset(event, options);
}

/// A side recording or the compilation of the grown tree failed. Returns whether the guard is now left alone.
pub(crate) fn side_failed(guard: &mut GuardState, options: &JitOptions) -> bool {
    guard.failures += 1;
    let alone = guard.failures >= options.max_failures;
    guard.next_try =
        if alone { u32::MAX } else { guard.exits.saturating_add(options.hot_exit.saturating_mul(4 << guard.failures)) };
    alone
}

/// Exits after which a side path is recorded: a larger tree takes longer to compile again, so that more has to be won.
fn exits_before_growth(tree: &Tree, options: &JitOptions) -> u32 {
    if options.hot_exit <= 1 { options.hot_exit } else { options.hot_exit + tree.cost * options.exits_per_instruction }
}

/// Exits after which a side path is recorded that is compiled with others, and exits of the tree for which others are waited for.
pub(crate) fn exits_before_joining(tree: &Tree, options: &JitOptions) -> u32 {
    exits_before_growth(tree, options) / options.join_share.max(1)
}

/// Whether a guard has been left so often that its side path is recorded.
pub(crate) fn is_due(tree: &Tree, guard: Guard, options: &JitOptions) -> bool {
    let Some(state) = tree.guards.get(guard.index()) else { return false };
    let enough = match &tree.growth {
        None => exits_before_growth(tree, options),
        Some(growth) if growth.paths.iter().any(|(recorded, _)| *recorded == guard) => return false,
        Some(_) => exits_before_joining(tree, options),
    };
    !state.grown && state.exits >= state.next_try.max(enough)
}

/// Whether a tree that has a new path waits for others, so that all are compiled at once: there is a guard whose path would be recorded
/// the next time that it is left.
pub(crate) fn waits_for_others(tree: &Tree, options: &JitOptions) -> bool {
    let waits = options.hot_exit > 1 && options.join_share > 0 && !tree.singly && may_grow(tree, options);
    waits && (0..tree.guards.len()).any(|guard| is_due(tree, Guard::new(guard), options))
}

/// Counts an exit of a tree. Whether it has waited long enough for more paths.
pub(crate) fn has_waited(tree: &mut Tree) -> bool {
    let Some(growth) = &mut tree.growth else { return false };
    growth.patience = growth.patience.saturating_sub(1);
    growth.patience == 0
}

/// Whether a tree may get another side path.
pub(crate) fn may_grow(tree: &Tree, options: &JitOptions) -> bool {
    let (paths, length) = tree.growth.as_ref().map_or((0, 0), |growth| (growth.paths.len() as u32, growth.length));
    tree.flight.is_none() && tree.side_paths + paths < options.max_side_paths && tree.length + length < options.max_tree
}
