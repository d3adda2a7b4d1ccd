//! What registers hold, proved before code from anywhere runs: an abstract interpretation of each function.
//!
//! The interpreter, the trace compiler and the collector read registers without asking: a register that is read has been
//! written on every path, a captured local's holds a cell and no other one does, the three of a numeric loop are those
//! that its `ForPrep` made. The compiler's code is so by construction; a binary chunk's is only if this pass says so. `check`
//! comes first: here operands are known to be in range.
//!
//! Each register has a [`Kind`] before each instruction, found by going along the flow until nothing changes; where two paths
//! meet, a register keeps what both agree on. Besides:
//!
//! - An instruction that leaves an open list is followed, and only followed, by the one that takes it.
//! - Variables are marked to be closed in the order of their registers, keep a value until they are closed, and no path
//!   leaves the function, or makes a call at or below them, while one is pending.
//! - The debug information names registers that hold something: a value, or a cell with one.
//!
//! What an instruction reads and loses is taken from `liveness`, by which the collector goes: a register that liveness takes
//! for dead on some path is known to hold nothing there, so no path reads it. That holds for each row of the opcode table
//! without a second list of them here, but for the few instructions that are special.

use super::function::{FunctionCode, LocalInfo};
use super::inst::Inst;
use super::liveness::{Effects, RegSet, effects};
use super::op::Op;

/// Verifies a function that passed `check`, and all functions inside it; the error names the first violation.
pub fn verify(code: &FunctionCode) -> Result<(), String> {
    let mut it = Verifier { code, heads: vec![None; code.code.len()], work: vec![0] };
    it.run().map_err(|(pc, text)| format!("function at line {}, pc {pc}: {text}", code.line_defined))?;
    code.children.iter().try_for_each(verify)
}

/// What is known of a register.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// Nothing: it may not be read.
    Nothing,
    /// A Lua value.
    Value,
    /// A cell.
    Cell,
    /// The first of the three registers of a numeric loop: a value, too.
    Index,
    /// The second one.
    Limit,
    /// The third one.
    Step,
}

impl Kind {
    fn is_value(self) -> bool {
        !matches!(self, Kind::Nothing | Kind::Cell)
    }

    /// What two paths agree on.
    fn meet(self, other: Kind) -> Kind {
        match (self, other) {
            (a, b) if a == b => a,
            (a, b) if a.is_value() && b.is_value() => Kind::Value,
            _ => Kind::Nothing,
        }
    }
}

/// What is known before an instruction.
#[derive(Clone, PartialEq)]
struct State {
    kinds: [Kind; 256],
    /// Registers that may be marked to be closed.
    pending: RegSet,
    /// The first register of the open list that the instruction before has left.
    open: Option<usize>,
}

impl State {
    fn set(&mut self, registers: RegSet, kind: Kind) {
        registers.iter().for_each(|r| self.kinds[r] = kind);
    }
}

type Fault = (usize, &'static str);

struct Verifier<'c> {
    code: &'c FunctionCode,
    /// What is known where paths can meet: at targets of jumps, and at the first instruction.
    heads: Vec<Option<Box<State>>>,
    /// Heads whose paths are still to be followed.
    work: Vec<usize>,
}

impl Verifier<'_> {
    fn run(&mut self) -> Result<(), Fault> {
        let mut entry = State { kinds: [Kind::Nothing; 256], pending: RegSet::EMPTY, open: None };
        entry.set(RegSet::range(0, usize::from(self.code.num_params)), Kind::Value);
        self.heads[0] = Some(Box::new(entry));
        while let Some(head) = self.work.pop() {
            let Some(mut state) = self.heads[head].clone() else { continue };
            let mut pc = head;
            while self.step(pc, &mut state)? {
                pc += 1;
                if self.heads[pc].is_some() {
                    self.flow(pc, &state)?;
                    break;
                }
            }
        }
        self.check_locals()
    }

    /// Notes that a path gets to `pc` with `state`.
    fn flow(&mut self, pc: usize, state: &State) -> Result<(), Fault> {
        let Some(known) = &mut self.heads[pc] else {
            self.heads[pc] = Some(Box::new(state.clone()));
            self.work.push(pc);
            return Ok(());
        };
        require(known.open == state.open, pc, "an open list on one of two paths")?;
        let mut met = state.clone();
        met.pending = met.pending.union(known.pending);
        met.kinds.iter_mut().zip(known.kinds).for_each(|(kind, other)| *kind = kind.meet(other));
        require(
            met.pending.iter().all(|r| met.kinds[r].is_value()),
            pc,
            "a variable to be closed on one of two paths",
        )?;
        if met != **known {
            **known = met;
            self.work.push(pc);
        }
        Ok(())
    }

    /// Follows the instruction at `pc`: `state` becomes that behind it. Whether the next one can come next.
    fn step(&mut self, pc: usize, state: &mut State) -> Result<bool, Fault> {
        let inst = self.code.code[pc];
        let (a, c) = (inst.a(), inst.c());
        let children = &self.code.children;
        let effects = effects(inst, self.code.frame_size, &|child: usize| &children[child].upvalues[..]);
        check_reads(inst, pc, &effects, state)?;
        self.check_closing(inst, pc, state)?;
        state.open = None;
        let target = (pc as isize + 1 + inst.sd()) as usize;
        let mut jumped = None;
        let mut goes_on = true;
        let loop_registers = RegSet::range(a, a + 3);
        match inst.op() {
            Op::Jmp | Op::JmpBack => {
                jumped = Some(state.clone());
                goes_on = false;
            }
            Op::TForPrep => {
                state.pending = state.pending.union(RegSet::of(&[a + 3]));
                jumped = Some(state.clone());
                goes_on = false;
            }
            Op::JTrueSet | Op::JFalseSet => {
                let mut there = state.clone();
                there.kinds[a] = Kind::Value;
                jumped = Some(there);
            }
            Op::ForPrep => {
                state.set(loop_registers, Kind::Nothing);
                jumped = Some(state.clone());
                (state.kinds[a], state.kinds[a + 1], state.kinds[a + 2]) = (Kind::Index, Kind::Limit, Kind::Step);
            }
            Op::ForLoop => {
                jumped = Some(state.clone());
                state.set(loop_registers, Kind::Nothing);
            }
            Op::TForLoop => {
                state.set(effects.defs, Kind::Nothing);
                let mut there = state.clone();
                there.kinds[a + 2] = Kind::Value;
                jumped = Some(there);
            }
            Op::LoadFalseSkip => {
                state.kinds[a] = Kind::Value;
                self.flow(pc + 2, state)?;
                goes_on = false;
            }
            Op::Return | Op::Return0 | Op::Return1 | Op::TailCall => goes_on = false,
            Op::Call | Op::Vararg => {
                state.set(effects.defs, Kind::Nothing);
                match c.checked_sub(1) {
                    Some(count) => state.set(RegSet::range(a, a + count), Kind::Value),
                    None => state.open = Some(a),
                }
            }
            Op::TForCall => {
                state.set(effects.defs, Kind::Nothing);
                state.set(RegSet::range(a + 4, a + 4 + c), Kind::Value);
            }
            Op::NewCell => state.kinds[a] = Kind::Cell,
            Op::Concat => {
                // Metamethods leave what they make in the operands' registers.
                state.set(effects.uses, Kind::Nothing);
                state.kinds[a] = Kind::Value;
            }
            Op::Tbc => state.pending = state.pending.union(RegSet::of(&[a])),
            Op::Close => state.pending = state.pending.minus(RegSet::range(a, 256)),
            op if is_test(op) => jumped = Some(state.clone()),
            _ => state.set(effects.defs, Kind::Value),
        }
        if let Some(there) = jumped {
            require(there.pending.iter().all(|r| there.kinds[r].is_value()), pc, "a variable to be closed is lost")?;
            self.flow(target, &there)?;
        }
        let kept = !goes_on || state.pending.iter().all(|r| state.kinds[r].is_value());
        require(kept, pc, "a variable to be closed is lost")?;
        Ok(goes_on)
    }

    fn check_closing(&self, inst: Inst, pc: usize, state: &State) -> Result<(), Fault> {
        let marked = match inst.op() {
            Op::Tbc => inst.a(),
            Op::TForPrep => inst.a() + 3,
            Op::Return0 | Op::Return1 => {
                return require(state.pending == RegSet::EMPTY, pc, "returns with variables to be closed");
            }
            Op::Return | Op::TailCall if inst.c() == 0 => {
                return require(state.pending == RegSet::EMPTY, pc, "returns with variables to be closed");
            }
            // The results come to the registers of the call.
            Op::TailCall => {
                let kept = state.pending.iter().all(|r| r < inst.a());
                return require(kept, pc, "a variable to be closed is lost");
            }
            _ => return Ok(()),
        };
        require(state.pending.iter().all(|r| r < marked), pc, "a variable to be closed above another one")
    }

    /// Goes over the function once more, with what is known now, for the debug information.
    fn check_locals(&mut self) -> Result<(), Fault> {
        let mut coming: Vec<&LocalInfo> = self.code.locals.iter().collect();
        coming.sort_by_key(|local| std::cmp::Reverse(local.start_pc));
        let mut in_scope: Vec<&LocalInfo> = Vec::new();
        let mut flowing: Option<State> = None;
        for pc in 0..self.code.code.len() {
            in_scope.retain(|local| local.end_pc as usize > pc);
            while let Some(local) = coming.pop_if(|local| local.start_pc as usize <= pc) {
                if local.end_pc as usize > pc {
                    in_scope.push(local);
                }
            }
            require(in_scope.len() < 256, pc, "too many variables in scope")?;
            if let Some(head) = &self.heads[pc] {
                flowing = Some((**head).clone());
            }
            let Some(mut state) = flowing.take() else { continue };
            // From there on the registers belong to a called function.
            let inst = self.code.code[pc];
            let end = match inst.op() {
                Op::Call | Op::TailCall => inst.a(),
                Op::TForCall => inst.a() + 4,
                _ => 256,
            };
            for local in &in_scope {
                let register = usize::from(local.register);
                let kind = state.kinds[register];
                // A captured parameter is in scope before it gets its cell: who looks at a variable sees what is there.
                require(kind != Kind::Nothing && register < end, pc, "a variable's register holds nothing")?;
            }
            if self.step(pc, &mut state)? {
                flowing = Some(state);
            }
        }
        Ok(())
    }
}

fn check_reads(inst: Inst, pc: usize, effects: &Effects, state: &State) -> Result<(), Fault> {
    let a = inst.a();
    let first = match inst.op() {
        Op::Call | Op::TailCall if inst.b() == 0 => Some(a + 2),
        Op::Return if inst.b() == 0 => Some(a),
        Op::SetList if inst.b() == 0 => Some(a + 1),
        _ => None,
    };
    let end = match (first, state.open) {
        (None, None) => 256,
        (Some(first), Some(open)) if first <= open => open,
        (Some(_), _) => return Err((pc, "takes an open list that is not there")),
        (None, Some(_)) => return Err((pc, "an open list that is not taken")),
    };
    for register in effects.uses.iter().take_while(|&r| r < end) {
        let kind = state.kinds[register];
        let expected = match inst.op() {
            Op::Closure => kind == Kind::Cell,
            Op::GetCell => kind == Kind::Cell,
            Op::SetCell if register == a => kind == Kind::Cell,
            Op::ForLoop => kind == [Kind::Index, Kind::Limit, Kind::Step][register - a],
            _ => kind.is_value(),
        };
        require(expected, pc, "a register holds something else than is read")?;
    }
    // The value that goes into a cell may not be the cell itself.
    let self_store = inst.op() == Op::SetCell && inst.b() == a;
    require(!self_store, pc, "a register holds something else than is read")
}

/// Whether an instruction jumps or not and writes nothing.
fn is_test(op: Op) -> bool {
    use super::op::Form;
    matches!(op.form(), Form::AJ | Form::ABJ | Form::AKJ | Form::AIJ)
}

fn require(holds: bool, pc: usize, text: &'static str) -> Result<(), Fault> {
    if holds { Ok(()) } else { Err((pc, text)) }
}
