//! Structural verification of a compiled function: what the interpreter takes for granted.
//!
//! - There is one line an instruction, or no lines at all, and the last instruction does not run on.
//! - Registers lie below the frame size; indices of constants, caches, sites, children and upvalues are in range.
//! - A jump leads to an instruction of the function. Only instructions with a hot site jump back, and always do.
//! - An instruction that skips the next one has one after that.
//! - A field cache and an allocation site belong to one instruction each, and so does a hot site, but for the last number that
//!   functions with too many loops share: what is learned for one of them is never taken for another.
//! - A function with extra arguments, and no other, begins with `VarargPrep`, and nothing jumps there.
//! - A generic loop's turn follows its call.
//! - Sizes that sites announce are no larger than the code could fill.
//! - Instructions that only the interpreter itself puts into code do not occur.
//! - Debug information is in range, and a local that is a cell is said to be one only where it is in scope.

use super::function::{Constant, FunctionCode};
use super::inst::Inst;
use super::op::{Form, Op};

/// Verifies a function and all functions inside it; the error names the first violation.
pub fn check(code: &FunctionCode) -> Result<(), String> {
    check_function(code).map_err(|(pc, text)| format!("function at line {}, pc {pc}: {text}", code.line_defined))?;
    code.children.iter().try_for_each(check)
}

fn check_function(code: &FunctionCode) -> Result<(), (usize, String)> {
    let length = code.code.len();
    require(length > 0, 0, "no instructions")?;
    require(code.lines.len() == length || code.lines.is_empty(), 0, "lines and instructions differ in number")?;
    require(code.num_params <= code.frame_size, 0, "more parameters than registers")?;
    require(code.upvalues.len() <= 255, 0, "too many upvalues")?;
    require(code.hot_sites <= MAX_HOT_SITES, 0, "too many hot sites")?;
    check_sites(code)?;
    let mut owners = Owners::new(code);
    for (pc, &inst) in code.code.iter().enumerate() {
        require(frame_top(inst) <= usize::from(code.frame_size), pc, "register beyond the frame")?;
        check_indices(code, inst, pc)?;
        owners.take(code, inst, pc)?;
        check_counts(code, inst, pc)?;
        check_flow(&code.code, inst, pc)?;
    }
    for local in &code.locals {
        let in_order = local.start_pc <= local.end_pc && local.end_pc as usize <= length;
        require(in_order && local.register < code.frame_size, 0, "debug information out of range")?;
    }
    for child in &code.children {
        for upvalue in &child.upvalues {
            let limit = if upvalue.from_parent_register { usize::from(code.frame_size) } else { code.upvalues.len() };
            require(usize::from(upvalue.index) < limit, 0, "a child's upvalue is out of range")?;
        }
    }
    Ok(())
}

fn require(holds: bool, pc: usize, text: &str) -> Result<(), (usize, String)> {
    if holds { Ok(()) } else { Err((pc, text.into())) }
}

/// Sites of back edges that have a number of their own.
pub const MAX_HOT_SITES: u16 = u16::MAX - 1;

/// Elements or fields that code of this length can put into one table: an instruction makes 256 values at most.
fn most_items(code: &FunctionCode) -> usize {
    code.code.len() * 256
}

fn check_sites(code: &FunctionCode) -> Result<(), (usize, String)> {
    for site in &code.table_sites {
        let size = (site.array as usize).max(site.fields as usize).max(site.keys.len());
        require(size <= most_items(code), 0, "an allocation site announces too much")?;
        require(site.keys.len() <= 255, 0, "a record with too many keys")?;
        let mut keys: Vec<_> = site.keys.iter().collect();
        keys.sort_unstable();
        require(keys.windows(2).all(|pair| pair[0] != pair[1]), 0, "a record with the same key twice")?;
    }
    Ok(())
}

/// Which field caches, allocation sites and hot sites have an instruction already.
struct Owners {
    fields: Vec<bool>,
    tables: Vec<bool>,
    hot: Vec<bool>,
}

impl Owners {
    fn new(code: &FunctionCode) -> Owners {
        let of = |count: usize| vec![false; count];
        Owners { fields: of(code.field_keys.len()), tables: of(code.table_sites.len()), hot: of(code.hot_sites.into()) }
    }

    fn take(&mut self, code: &FunctionCode, inst: Inst, pc: usize) -> Result<(), (usize, String)> {
        let taken = match inst.op().form() {
            Form::ABF => &mut self.fields[inst.d()],
            Form::AT | Form::ABCT => &mut self.tables[inst.d()],
            Form::SJ | Form::ASJ => {
                let shared = code.hot_sites == MAX_HOT_SITES && inst.bc() + 1 == usize::from(MAX_HOT_SITES);
                self.hot[inst.bc()] &= !shared;
                &mut self.hot[inst.bc()]
            }
            _ => return Ok(()),
        };
        let free = !std::mem::replace(taken, true);
        require(free, pc, "a cache or site that belongs to another instruction")
    }
}

/// Operands that count, and instructions that go together.
fn check_counts(code: &FunctionCode, inst: Inst, pc: usize) -> Result<(), (usize, String)> {
    let next = code.code.get(pc + 1);
    let prepared = pc > 0 || !code.is_vararg || inst.op() == Op::VarargPrep;
    require(prepared, pc, "extra arguments are not prepared")?;
    match inst.op() {
        Op::Concat => require(inst.c() >= 2, pc, "nothing to concatenate"),
        Op::Return | Op::TailCall => require(inst.c() <= 1, pc, "no such way to return"),
        Op::NewTable | Op::NewArray => require(code.table_sites[inst.d()].keys.is_empty(), pc, "keys without values"),
        Op::SetList => require(inst.d() <= most_items(code), pc, "a list that begins too high"),
        Op::Vararg => require(code.is_vararg, pc, "no extra arguments"),
        Op::VarargPrep => {
            let right = pc == 0 && code.is_vararg && inst.a() == usize::from(code.num_params);
            require(right, pc, "extra arguments prepared in the wrong place")
        }
        Op::TForCall => {
            let loops = next.is_some_and(|next| next.op() == Op::TForLoop && next.a() == inst.a());
            require(loops && inst.c() >= 1, pc, "an iterator's call without its loop")
        }
        Op::TForLoop => {
            let called = pc > 0 && code.code[pc - 1].op() == Op::TForCall;
            require(called, pc, "a generic loop without its call")
        }
        _ => Ok(()),
    }
}

fn check_indices(code: &FunctionCode, inst: Inst, pc: usize) -> Result<(), (usize, String)> {
    let is_number = |index: usize| matches!(code.constants.get(index), Some(Constant::Int(_) | Constant::Float(_)));
    match inst.op().form() {
        Form::AK => require(inst.d() < code.constants.len(), pc, "no such constant")?,
        Form::AKJ => require(inst.bc() < code.constants.len(), pc, "no such constant")?,
        Form::ABK => require(is_number(inst.d()), pc, "no such numeric constant")?,
        Form::ABF => require(inst.d() < code.field_keys.len(), pc, "no such field cache")?,
        Form::AP => require(inst.d() < code.children.len(), pc, "no such child")?,
        Form::AT | Form::ABCT => require(inst.d() < code.table_sites.len(), pc, "no such allocation site")?,
        Form::SJ | Form::ASJ => require(inst.bc() < usize::from(code.hot_sites), pc, "no such hot site")?,
        _ => {}
    }
    match inst.op() {
        Op::GetUpval | Op::SetUpval | Op::GetTabUp | Op::SetTabUp => {
            require(inst.b() < code.upvalues.len(), pc, "no such upvalue")
        }
        Op::NewRecord => {
            let keys = code.table_sites[inst.d()].keys.len();
            require(keys == inst.c(), pc, "a record with another number of keys than values")
        }
        _ => Ok(()),
    }
}

fn check_flow(code: &[Inst], inst: Inst, pc: usize) -> Result<(), (usize, String)> {
    let length = code.len();
    let target = pc as i64 + 1 + inst.sd() as i64;
    match inst.op() {
        Op::JitJmpBack | Op::JitForLoop | Op::JitTForLoop | Op::JitEnter => {
            require(false, pc, "a compiled form")?;
        }
        Op::ReturnToRust | Op::ReturnToPcall | Op::ReturnToXpcall | Op::ReturnToNative | Op::ReturnToClose => {
            require(false, pc, "a frame end")?;
        }
        Op::LoadFalseSkip => {
            let next = code.get(pc + 2).map(|next| next.op());
            require(next.is_some_and(|op| op != Op::TForLoop), pc, "skips past the end")?;
        }
        op => match op.form() {
            Form::SJ | Form::ASJ => require((0..=pc as i64).contains(&target), pc, "a back edge that is none")?,
            Form::J | Form::AJ | Form::ABJ | Form::AKJ | Form::AIJ => {
                require((pc as i64 + 1..length as i64).contains(&target), pc, "a forward jump that is none")?;
            }
            _ => {}
        },
    }
    if jump_distance(inst).is_some() {
        let led = code[target as usize].op();
        require(!matches!(led, Op::VarargPrep | Op::TForLoop), pc, "jumps into the middle of something")?;
    }
    let ends = matches!(inst.op(), Op::Return | Op::Return0 | Op::Return1 | Op::TailCall | Op::Jmp | Op::JmpBack);
    require(pc + 1 < length || ends, pc, "runs past the end")
}

/// How far an instruction may jump from the next one.
pub fn jump_distance(inst: Inst) -> Option<isize> {
    match inst.op().form() {
        Form::J | Form::SJ | Form::AJ | Form::ABJ | Form::AKJ | Form::AIJ | Form::ASJ => Some(inst.sd()),
        _ => None,
    }
}

/// The number of registers that the frame needs for an instruction, as far as its operands tell.
fn frame_top(inst: Inst) -> usize {
    let (a, b, c) = (inst.a(), inst.b(), inst.c());
    let count = |stored: usize| stored.saturating_sub(1);
    match inst.op() {
        Op::Jmp | Op::JmpBack | Op::Return0 | Op::VarargPrep | Op::JitJmpBack | Op::JitEnter => 0,
        Op::ReturnToRust | Op::ReturnToPcall | Op::ReturnToXpcall | Op::ReturnToNative | Op::ReturnToClose => 0,
        Op::LoadI | Op::LoadK | Op::LoadFalse | Op::LoadTrue | Op::LoadFalseSkip | Op::NewCell => a + 1,
        Op::GetUpval | Op::SetUpval | Op::GetTabUp | Op::SetTabUp | Op::NewTable | Op::Closure | Op::Tbc => a + 1,
        Op::JTrue | Op::JFalse | Op::JEqK | Op::JNeK | Op::JLtI | Op::JNltI | Op::JLeI | Op::JNleI => a + 1,
        Op::JGtI | Op::JNgtI | Op::JGeI | Op::JNgeI | Op::Return1 => a + 1,
        // Closing from the register after the last one closes nothing.
        Op::Close => a,
        Op::Move | Op::GetCell | Op::SetCell | Op::GetField | Op::SetField | Op::GetInt => a.max(b) + 1,
        Op::AddK | Op::SubK | Op::MulK | Op::DivK | Op::ModK | Op::PowK | Op::IDivK => a.max(b) + 1,
        Op::Unm | Op::BNot | Op::Not | Op::Len | Op::JTrueSet | Op::JFalseSet => a.max(b) + 1,
        Op::JEq | Op::JNe | Op::JLt | Op::JNlt | Op::JLe | Op::JNle => a.max(b) + 1,
        Op::SetInt => a.max(c) + 1,
        Op::SelfField => (a + 3).max(b + 1),
        Op::GetIndex | Op::SetIndex => a.max(b).max(c) + 1,
        Op::Add | Op::Sub | Op::Mul | Op::Div | Op::Mod | Op::Pow | Op::IDiv => a.max(b).max(c) + 1,
        Op::BAnd | Op::BOr | Op::BXor | Op::Shl | Op::Shr => a.max(b).max(c) + 1,
        Op::LoadNil | Op::SetList => a + b + 1,
        Op::NewRecord | Op::NewArray | Op::Concat => (a + 1).max(b + c),
        Op::ForPrep | Op::ForLoop | Op::JitForLoop => a + 3,
        Op::TForPrep => a + 4,
        Op::TForLoop | Op::JitTForLoop => a + 5,
        Op::TForCall => a + 4 + c.max(4),
        Op::Call => (a + 2 + count(b)).max(a + count(c)),
        Op::TailCall => a + 2 + count(b),
        Op::Return => a + count(b),
        Op::Vararg => a + count(c),
    }
}
