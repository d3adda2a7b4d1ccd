//! Which registers are live before each instruction.
//!
//! A register is live where some path from there reads it before writing it. The collector scans live registers
//! only, so that a dead slot keeps nothing alive; the recorder leaves dead registers out of its snapshots. Registers that
//! are marked to be closed are live until they are closed, since an error may close them anywhere in between.
//!
//! A backward data flow over the instructions as compiled; what each opcode reads and writes is one exhaustive match. A
//! call writes every register from its first one up, because the callee's frame lies there.

use super::function::{LocalInfo, UpvalueDesc};
use super::inst::Inst;
use super::op::Op;

/// A set of registers.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct RegSet([u64; 4]);

impl RegSet {
    /// No register.
    pub const EMPTY: RegSet = RegSet([0; 4]);

    /// The registers from `start` up to, not including, `end`; those past 255 don't exist.
    pub fn range(start: usize, end: usize) -> RegSet {
        let mut set = RegSet::EMPTY;
        (start..end.min(256)).for_each(|register| set.insert(register));
        set
    }

    /// The registers given.
    pub fn of(registers: &[usize]) -> RegSet {
        let mut set = RegSet::EMPTY;
        registers.iter().for_each(|&register| set.insert(register));
        set
    }

    /// Adds a register; those past 255 don't exist.
    pub fn insert(&mut self, register: usize) {
        if let Some(word) = self.0.get_mut(register / 64) {
            *word |= 1 << (register % 64);
        }
    }

    /// Whether the register is in the set.
    #[inline]
    pub fn contains(&self, register: usize) -> bool {
        self.0.get(register / 64).is_some_and(|word| word >> (register % 64) & 1 != 0)
    }

    /// The registers that are in either set.
    pub fn union(self, other: RegSet) -> RegSet {
        RegSet(std::array::from_fn(|word| self.0[word] | other.0[word]))
    }

    /// The registers that are not in `other`.
    pub fn minus(self, other: RegSet) -> RegSet {
        RegSet(std::array::from_fn(|word| self.0[word] & !other.0[word]))
    }

    /// The registers in rising order.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        self.0.into_iter().enumerate().flat_map(|(index, mut word)| {
            std::iter::from_fn(move || {
                let bit = word.trailing_zeros() as usize;
                (word != 0).then(|| {
                    word &= word - 1;
                    index * 64 + bit
                })
            })
        })
    }
}

impl std::fmt::Debug for RegSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// What an instruction reads and writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effects {
    /// Registers that it reads.
    pub uses: RegSet,
    /// Registers whose old value is lost on every way out of it.
    pub defs: RegSet,
}

/// The registers that `inst` reads and writes in a function with `frame_size` registers; `captures` gives the upvalues of
/// an inner function.
pub fn effects<'a>(inst: Inst, frame_size: u8, captures: &impl Fn(usize) -> &'a [UpvalueDesc]) -> Effects {
    let (a, b, c) = (inst.a(), inst.b(), inst.c());
    let end = frame_size as usize;
    let from = |start: usize| RegSet::range(start, end);
    let set = RegSet::of;
    let none = RegSet::EMPTY;
    let (uses, defs) = match inst.op() {
        Op::Move => (set(&[b]), set(&[a])),
        Op::LoadI | Op::LoadK | Op::LoadFalse | Op::LoadTrue | Op::LoadFalseSkip => (none, set(&[a])),
        Op::LoadNil => (none, RegSet::range(a, a + b + 1)),
        Op::GetUpval => (none, set(&[a])),
        Op::SetUpval => (set(&[a]), none),
        Op::NewCell => (set(&[a]), set(&[a])),
        Op::GetCell => (set(&[b]), set(&[a])),
        Op::SetCell => (set(&[a, b]), none),
        Op::GetTabUp => (none, set(&[a])),
        Op::SetTabUp => (set(&[a]), none),
        Op::GetField => (set(&[b]), set(&[a])),
        Op::SetField => (set(&[a, b]), none),
        Op::GetIndex => (set(&[b, c]), set(&[a])),
        Op::SetIndex => (set(&[a, b, c]), none),
        Op::GetInt => (set(&[b]), set(&[a])),
        Op::SetInt => (set(&[a, c]), none),
        Op::SelfField => (set(&[b]), set(&[a, a + 2])),
        Op::NewTable => (none, set(&[a])),
        Op::NewRecord | Op::NewArray => (RegSet::range(b, b + c), set(&[a])),
        Op::SetList if b == 0 => (from(a), none),
        Op::SetList => (RegSet::range(a, a + b + 1), none),
        Op::Add
        | Op::Sub
        | Op::Mul
        | Op::Div
        | Op::Mod
        | Op::Pow
        | Op::IDiv
        | Op::BAnd
        | Op::BOr
        | Op::BXor
        | Op::Shl
        | Op::Shr => (set(&[b, c]), set(&[a])),
        Op::AddK | Op::SubK | Op::MulK | Op::DivK | Op::ModK | Op::PowK | Op::IDivK => (set(&[b]), set(&[a])),
        Op::Unm | Op::BNot | Op::Not | Op::Len => (set(&[b]), set(&[a])),
        Op::Concat => (RegSet::range(b, b + c), set(&[a])),
        Op::Jmp | Op::JmpBack | Op::JitJmpBack => (none, none),
        Op::JTrue | Op::JFalse => (set(&[a]), none),
        // See `written_by_jump`.
        Op::JTrueSet | Op::JFalseSet => (set(&[b]), none),
        Op::JEq | Op::JNe | Op::JLt | Op::JNlt | Op::JLe | Op::JNle => (set(&[a, b]), none),
        Op::JEqK
        | Op::JNeK
        | Op::JLtI
        | Op::JNltI
        | Op::JLeI
        | Op::JNleI
        | Op::JGtI
        | Op::JNgtI
        | Op::JGeI
        | Op::JNgeI => (set(&[a]), none),
        Op::ForPrep => (RegSet::range(a, a + 3), RegSet::range(a, a + 3)),
        Op::ForLoop | Op::JitForLoop => (RegSet::range(a, a + 3), set(&[a])),
        Op::TForPrep => (set(&[a + 3]), none),
        Op::TForCall => (RegSet::range(a, a + 3), from(a + 4)),
        // Nobody reads the control variable after the loop.
        Op::TForLoop | Op::JitTForLoop => (set(&[a + 4]), set(&[a + 2])),
        Op::Call | Op::TailCall => {
            let arguments = if b == 0 { from(a + 2) } else { RegSet::range(a + 2, a + b + 1) };
            (arguments.union(set(&[a])), from(a))
        }
        Op::Return if b == 0 => (from(a), none),
        Op::Return => (RegSet::range(a, a + b - 1), none),
        Op::Return0 => (none, none),
        Op::Return1 => (set(&[a]), none),
        Op::Vararg if c == 0 => (none, from(a)),
        Op::Vararg => (none, RegSet::range(a, a + c - 1)),
        Op::VarargPrep => (RegSet::range(0, a), none),
        Op::Closure => {
            let mut cells = none;
            let captured = captures(inst.d()).iter().filter(|upvalue| upvalue.from_parent_register);
            captured.for_each(|upvalue| cells.insert(upvalue.index as usize));
            (cells, set(&[a]))
        }
        Op::Tbc => (set(&[a]), none),
        // What it closes is live by the other rule.
        Op::Close => (none, none),
        Op::JitEnter
        | Op::ReturnToRust
        | Op::ReturnToPcall
        | Op::ReturnToXpcall
        | Op::ReturnToNative
        | Op::ReturnToClose => (none, none),
    };
    Effects { uses, defs }
}

/// The registers whose old value is lost when `inst` jumps, but not when it goes on with the next instruction.
fn written_by_jump(inst: Inst) -> RegSet {
    match inst.op() {
        Op::JTrueSet | Op::JFalseSet => RegSet::of(&[inst.a()]),
        _ => RegSet::EMPTY,
    }
}

/// Calls `visit` with each instruction that can run after the one at `pc`.
pub fn successors(code: &[Inst], pc: usize, mut visit: impl FnMut(usize)) {
    let inst = code[pc];
    let target = (pc as isize + 1 + inst.sd()) as usize;
    match inst.op() {
        Op::Jmp | Op::JmpBack | Op::JitJmpBack | Op::TForPrep => visit(target),
        Op::JTrue
        | Op::JFalse
        | Op::JTrueSet
        | Op::JFalseSet
        | Op::JEq
        | Op::JNe
        | Op::JLt
        | Op::JNlt
        | Op::JLe
        | Op::JNle
        | Op::JEqK
        | Op::JNeK
        | Op::JLtI
        | Op::JNltI
        | Op::JLeI
        | Op::JNleI
        | Op::JGtI
        | Op::JNgtI
        | Op::JGeI
        | Op::JNgeI
        | Op::ForPrep
        | Op::ForLoop
        | Op::JitForLoop
        | Op::TForLoop
        | Op::JitTForLoop => {
            visit(pc + 1);
            visit(target);
        }
        Op::LoadFalseSkip => visit(pc + 2),
        Op::Return
        | Op::Return0
        | Op::Return1
        | Op::TailCall
        | Op::ReturnToRust
        | Op::ReturnToPcall
        | Op::ReturnToXpcall
        | Op::ReturnToNative
        | Op::ReturnToClose => {}
        _ => visit(pc + 1),
    }
}

/// What an instruction that calls a metamethod has written before.
fn written_early(inst: Inst) -> RegSet {
    if inst.op() == Op::SelfField { RegSet::of(&[inst.a() + 2]) } else { RegSet::EMPTY }
}

/// Which registers of a function are live where.
#[derive(Debug)]
pub struct Liveness {
    before: Box<[RegSet]>,
    during: Box<[RegSet]>,
}

impl Liveness {
    /// Analyses the code of a function with `frame_size` registers; `captures` gives the upvalues of an inner function. The variables
    /// `kept` count as read wherever they are in scope, because something may look at them.
    pub fn new<'a>(
        code: &[Inst],
        frame_size: u8,
        captures: impl Fn(usize) -> &'a [UpvalueDesc],
        kept: &[LocalInfo],
    ) -> Liveness {
        let mut effects: Vec<Effects> = code.iter().map(|&inst| effects(inst, frame_size, &captures)).collect();
        for local in kept {
            let scope = local.start_pc as usize..(local.end_pc as usize).min(code.len());
            for pc in scope {
                effects[pc].uses.insert(usize::from(local.register));
            }
        }
        let pending = pending_closes(code);
        let mut before = pending.clone();
        let mut during = vec![RegSet::EMPTY; code.len()];
        let mut changed = true;
        while changed {
            changed = false;
            for pc in (0..code.len()).rev() {
                let mut out = RegSet::EMPTY;
                successors(code, pc, |next| {
                    let written = if next == pc + 1 { RegSet::EMPTY } else { written_by_jump(code[pc]) };
                    out = out.union(before[next].minus(written));
                });
                let live = out.minus(effects[pc].defs).union(effects[pc].uses).union(pending[pc]);
                changed |= live != before[pc];
                before[pc] = live;
                let kept = out.minus(effects[pc].defs).union(written_early(code[pc]));
                during[pc] = kept.union(live);
            }
        }
        Liveness { before: before.into(), during: during.into() }
    }

    /// The registers whose values are needed when the instruction at `pc` is about to run.
    #[inline]
    pub fn before(&self, pc: usize) -> RegSet {
        self.before[pc]
    }

    /// The registers whose values are needed while the instruction at `pc` is under way (it calls a function or a metamethod):
    /// what it reads, and what is live after it and not written by it, or written already. Of a call's own registers those
    /// from its first one up belong to the callee by then.
    pub fn during(&self, pc: usize) -> RegSet {
        self.during[pc]
    }

    /// Number of instructions.
    pub fn len(&self) -> usize {
        self.before.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.before.is_empty()
    }
}

/// For each instruction the registers that may be marked to be closed before it.
fn pending_closes(code: &[Inst]) -> Vec<RegSet> {
    let mut pending = vec![RegSet::EMPTY; code.len()];
    if !code.iter().any(|inst| matches!(inst.op(), Op::Tbc | Op::TForPrep)) {
        return pending;
    }
    let mut work: Vec<usize> = (0..code.len()).rev().collect();
    while let Some(pc) = work.pop() {
        let inst = code[pc];
        let mut out = pending[pc];
        match inst.op() {
            Op::Tbc => out.insert(inst.a()),
            Op::TForPrep => out.insert(inst.a() + 3),
            Op::Close => out = out.minus(RegSet::range(inst.a(), 256)),
            _ => {}
        }
        successors(code, pc, |next| {
            let merged = pending[next].union(out);
            if merged != pending[next] {
                pending[next] = merged;
                work.push(next);
            }
        });
    }
    pending
}

#[cfg(test)]
mod tests {
    use super::*;

    fn analyse(code: &[Inst]) -> Liveness {
        Liveness::new(code, 20, |_| &[], &[])
    }

    fn live(liveness: &Liveness, pc: usize) -> Vec<usize> {
        liveness.before(pc).iter().collect()
    }

    #[test]
    fn sets_of_registers() {
        let set = RegSet::range(62, 66).union(RegSet::of(&[3, 255]));
        assert_eq!(set.iter().collect::<Vec<_>>(), [3, 62, 63, 64, 65, 255]);
        assert_eq!(set.minus(RegSet::range(63, 300)).iter().collect::<Vec<_>>(), [3, 62]);
        assert!(set.contains(255) && !set.contains(4) && !set.contains(256));
    }

    #[test]
    fn a_value_lives_from_its_definition_to_its_last_use() {
        let liveness = analyse(&[
            Inst::new(Op::LoadI, 0, 0, 0, 1),
            Inst::new(Op::LoadI, 1, 0, 0, 2),
            Inst::abc(Op::Add, 2, 0, 1),
            Inst::abc(Op::Move, 0, 2, 0),
            Inst::abc(Op::Return1, 0, 0, 0),
        ]);
        let all: Vec<_> = (0..5).map(|pc| live(&liveness, pc)).collect();
        assert_eq!(all, [vec![], vec![0], vec![0, 1], vec![2], vec![0]]);
        assert_eq!(liveness.during(2).iter().collect::<Vec<_>>(), [0, 1]);
    }

    #[test]
    fn a_register_that_a_jump_writes_is_dead_before_it() {
        let liveness = analyse(&[
            Inst::new(Op::LoadI, 0, 0, 0, 1),
            Inst::new(Op::JTrueSet, 3, 0, 0, 1),
            Inst::new(Op::LoadI, 3, 0, 0, 2),
            Inst::abc(Op::Return1, 3, 0, 0),
        ]);
        let all: Vec<_> = (0..4).map(|pc| live(&liveness, pc)).collect();
        assert_eq!(all, [vec![], vec![0], vec![], vec![3]]);
    }

    #[test]
    fn a_loop_keeps_what_the_next_round_reads() {
        let liveness = analyse(&[
            Inst::new(Op::ForPrep, 1, 0, 0, 3),
            Inst::abc(Op::GetIndex, 4, 0, 1),
            Inst::abc(Op::Add, 5, 5, 4),
            Inst::wide(Op::ForLoop, 1, 0, -3),
            Inst::abc(Op::Return1, 5, 0, 0),
        ]);
        assert_eq!(live(&liveness, 0), [0, 1, 2, 3, 5]);
        assert_eq!(live(&liveness, 2), [0, 1, 2, 3, 4, 5]);
        assert_eq!(live(&liveness, 3), [0, 1, 2, 3, 5]);
        assert_eq!(live(&liveness, 4), [5]);
    }

    #[test]
    fn a_generic_loop_keeps_its_state_and_what_it_closes() {
        let liveness = analyse(&[
            Inst::new(Op::TForPrep, 0, 0, 0, 1),
            Inst::abc(Op::Move, 6, 4, 0),
            Inst::abc(Op::TForCall, 0, 0, 1),
            Inst::wide(Op::TForLoop, 0, 0, -3),
            Inst::abc(Op::Close, 0, 0, 0),
            Inst::abc(Op::Return0, 0, 0, 0),
        ]);
        assert_eq!(live(&liveness, 0), [0, 1, 2, 3]);
        assert_eq!(live(&liveness, 1), [0, 1, 2, 3, 4]);
        assert_eq!(live(&liveness, 2), [0, 1, 2, 3]);
        assert_eq!(live(&liveness, 4), [3]);
        assert_eq!(live(&liveness, 5), []);
    }

    #[test]
    fn a_call_kills_the_registers_above_it() {
        let liveness =
            analyse(&[Inst::abc(Op::Call, 2, 0, 0), Inst::abc(Op::Call, 0, 0, 0), Inst::abc(Op::Return, 0, 0, 0)]);
        // The open arguments of the second call come from the first one.
        assert_eq!(live(&liveness, 1), (0..20).filter(|&r| r != 1).collect::<Vec<_>>());
        assert_eq!(live(&liveness, 0), (0..20).filter(|&r| r != 1 && r != 3).collect::<Vec<_>>());

        let liveness =
            analyse(&[Inst::abc(Op::Call, 1, 3, 2), Inst::abc(Op::Add, 0, 0, 1), Inst::abc(Op::Return1, 0, 0, 0)]);
        assert_eq!(live(&liveness, 0), [0, 1, 3, 4]);
        assert_eq!(liveness.during(0).iter().collect::<Vec<_>>(), [0, 1, 3, 4]);
    }

    #[test]
    fn a_variable_to_be_closed_lives_even_in_an_endless_loop() {
        let liveness =
            analyse(&[Inst::abc(Op::Tbc, 0, 0, 0), Inst::abc(Op::Call, 1, 1, 1), Inst::wide(Op::JmpBack, 0, 0, -2)]);
        assert_eq!(live(&liveness, 1), [0, 1]);
        assert_eq!(live(&liveness, 2), [0, 1]);
    }

    #[test]
    fn a_variable_that_is_looked_at_lives_as_long_as_its_scope() {
        let code = [
            Inst::new(Op::LoadI, 0, 0, 0, 1),
            Inst::new(Op::LoadI, 1, 0, 0, 2),
            Inst::new(Op::LoadI, 2, 0, 0, 2),
            Inst::abc(Op::Return1, 1, 0, 0),
        ];
        let with = |start_pc| {
            let name = b"x"[..].into();
            let kept = [LocalInfo { name, start_pc, end_pc: 4, register: 0, is_cell: false }];
            Liveness::new(&code, 20, |_| &[], &kept)
        };
        assert_eq!(live(&analyse(&code), 1), []);
        let all: Vec<_> = (0..4).map(|pc| live(&with(1), pc)).collect();
        assert_eq!(all, [vec![], vec![0], vec![0, 1], vec![0, 1]]);
        assert_eq!(with(1).during(1).iter().collect::<Vec<_>>(), [0]);
        // From where its register is written on, should its scope begin later.
        assert_eq!(live(&with(3), 1), [0]);
    }

    #[test]
    fn a_conditional_copy_does_not_kill() {
        let liveness = analyse(&[Inst::new(Op::JTrueSet, 0, 1, 0, 0), Inst::abc(Op::Return1, 0, 0, 0)]);
        assert_eq!(live(&liveness, 0), [0, 1]);
    }

    #[test]
    fn a_closure_reads_the_cells_that_it_captures() {
        let upvalue = |from_parent_register, index| UpvalueDesc { name: b"x"[..].into(), from_parent_register, index };
        let captured = [upvalue(true, 3), upvalue(false, 4), upvalue(true, 7)];
        let code = [Inst::new(Op::Closure, 0, 0, 0, 0), Inst::abc(Op::Return1, 0, 0, 0)];
        let liveness = Liveness::new(&code, 20, |_| &captured, &[]);
        assert_eq!(live(&liveness, 0), [3, 7]);
    }
}
