//! The recorder: bytecode and the live values it meets become a graph.
//!
//! ```text
//!   start     roots and side paths                                      mod      the state; one step an instruction
//!   slots     what is known of each stack slot
//!   snap      snapshots                                                 close    ends of a path, loops, grafting
//!   arith     arithmetic, concatenation, length                        compare  jumps and comparisons
//!   table     fields, constructors                                     element  elements
//!   many      tables of many shapes                                    upvalue  upvalues, cells, closures
//!   for_loop  numeric and generic loops                                call     calls, returns, varargs
//!   meta      metamethods                                              native   library functions
//!   leaf      library functions that are called as they are            invoke   functions and loops with code of their own
//!   protect   pcall and xpcall                                         place    where it is, for people
//!   world     questions to the runtime about live objects
//! ```
//!
//! The interpreter shows each instruction *before* it executes it. The recorder looks at the operands' actual values,
//! appends the operation for exactly those types and shapes, with guards, and executes nothing. A value that comes out
//! of memory is an `any` until something depends on its type; then its actual tag is guarded.
//!
//! What must hold: all guards of an instruction stand before its first effect, because their snapshot re-executes the
//! whole instruction; the graph stays as recorded (passes run on a copy), since a side path starts from the snapshot
//! of a guard in it.

use moonset_ir::{Block, Graph, Guard, Snap, Tag, Value};
use moonset_runtime::bytecode::{Inst, Op};
use moonset_runtime::object::RawGc;
use moonset_runtime::object::proto::{HotSite, Proto};
use moonset_runtime::value::Raw;
use moonset_runtime::vm::Vm;
use rustc_hash::FxHashMap;

use crate::abort::Abort;
use crate::options::JitOptions;
use crate::tree::Source;

/// Bytes that an allocation counts as where they are counted: about a small table.
const CHARGE: u32 = 64;

mod arith;
mod call;
mod close;
mod compare;
mod element;
mod for_loop;
mod invoke;
mod leaf;
mod many;
mod meta;
mod native;
mod place;
mod protect;
mod slots;
mod snap;
mod start;
mod table;
mod upvalue;
mod world;

pub(crate) use place::{place_at, place_of};
pub(crate) use slots::Val;

/// What became of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Show the next instruction.
    Next,
    /// The path is complete: it joined the loop head, or ends in an exit.
    Done,
}

/// Where a recording begins.
#[derive(Clone, Copy)]
pub(crate) enum Start {
    /// A new tree at a hot site.
    Root,
    /// A side path of a tree, from a guard of its pristine graph.
    Side(Guard),
}

/// An activation on the path.
#[derive(Clone, Debug)]
struct Activation {
    /// The function, as an SSA value.
    closure: Val,
    /// Its prototype.
    proto: RawGc<Proto>,
    /// Number of the prototype in the source tables.
    proto_index: u32,
    /// Its base, relative to the trace's.
    base: i32,
    /// Where it continues when its callee returns.
    return_pc: u32,
    /// Kind byte and extra field of its link (`kind << 16 | extra`).
    link: u32,
    /// Where its function stands before `VarargPrep` moved it: results go there.
    result_slot: i32,
    /// Arguments that it was called with.
    nargs: i32,
    /// Extra arguments, once `VarargPrep` has run: their first slot and their number.
    varargs: Option<(i32, i32)>,
}

/// A recording in progress.
pub(crate) struct Recorder {
    /// The pristine graph of the tree, with the path so far.
    pub(crate) graph: Graph,
    /// What the graph's names stand for.
    pub(crate) source: Source,
    /// Where it began.
    pub(crate) start: Start,
    options: JitOptions,
    block: Block,
    frames: Vec<Activation>,
    slots: slots::Slots,
    /// Snapshot of the state before the current instruction, if nothing has changed since it was made.
    snap: Option<Snap>,
    /// End of an open list of values, relative to the trace's base.
    open_top: Option<i32>,
    /// Tables that the current store has gone through by `__newindex`.
    chain: usize,
    /// The last instruction called a leaf function all of whose results are wanted.
    pending: Option<leaf::Pending>,
    /// The instruction being recorded.
    pc: *const Inst,
    /// Base of the running frame.
    base: *mut Raw,
    /// Instructions recorded.
    pub(crate) length: usize,
    /// Back edges of loops other than the tree's passed on this path, by instruction.
    unrolled: FxHashMap<*const Inst, u32>,
    /// Failed recordings of the same site.
    attempts: u32,
    /// A function that the path called is being waited for.
    waiting: Option<invoke::Waiting>,
    /// The path calls functions, or the function that is recorded is known to call itself.
    invokes: bool,
    /// The path ends at the next instruction: in the loop of this site.
    link: Option<*mut HotSite>,
    /// The path went round a loop that encloses the tree's head.
    outer: bool,
    vm: *mut Vm,
}

impl Recorder {
    /// Records the instruction at `pc`, which is about to run in the frame at `base`.
    pub(crate) fn step(&mut self, vm: &mut Vm, pc: *const Inst, base: *mut Raw) -> Result<Step, Abort> {
        self.vm = vm;
        if !self.is_back(pc, base)? {
            return Ok(Step::Next);
        }
        self.snap = None;
        self.chain = 0;
        if let Some(site) = self.link.take() {
            return Ok(self.end_in_loop(site));
        }
        if let Some(pending) = self.pending.take() {
            self.finish_leaf(pending)?;
        }
        if self.frames.len() == 1 && self.at_head(pc) && self.length > 0 {
            self.close_at_head();
            return Ok(Step::Done);
        }
        self.length += 1;
        if self.length > self.options.max_record {
            return Err(Abort::TooLong);
        }
        // SAFETY: the interpreter shows instructions of live prototypes.
        let inst = unsafe { *pc };
        let inst = self.plain_form(inst)?;
        if makes_object(inst.op()) && world::heap_is_observed(self.vm()) {
            self.at().charge(CHARGE);
        }
        match self.instruction(inst) {
            // The path ends where an error is due, which the interpreter raises, or where it goes on elsewhere.
            Err(why @ (Abort::Error | Abort::Builtin)) => self.leave(why),
            result => result,
        }
    }

    /// The instruction that a compiled form stands for.
    fn plain_form(&mut self, inst: Inst) -> Result<Inst, Abort> {
        Ok(match inst.op() {
            Op::JitForLoop => inst.with_op(Op::ForLoop),
            Op::JitJmpBack => inst.with_op(Op::JmpBack),
            Op::JitTForLoop => inst.with_op(Op::TForLoop),
            Op::JitEnter => world::replaced(self.proto(), inst),
            _ => inst,
        })
    }

    fn instruction(&mut self, inst: Inst) -> Result<Step, Abort> {
        let (a, b, c) = (inst.a() as i32, inst.b() as i32, inst.c() as i32);
        match inst.op() {
            Op::Move => {
                let value = self.get(b);
                self.set(a, value);
            }
            Op::LoadI => {
                let value = self.graph.iconst(inst.sd() as i64);
                self.set(a, Val::Int(value));
            }
            Op::LoadK => {
                let value = self.constant(inst.d());
                self.set(a, value);
            }
            Op::LoadNil => {
                for r in a..=a + b {
                    self.set(r, Val::Prim(Tag::Nil));
                }
            }
            Op::LoadFalse | Op::LoadFalseSkip => self.set(a, Val::Prim(Tag::False)),
            Op::LoadTrue => self.set(a, Val::Prim(Tag::True)),
            Op::GetUpval => self.get_upval(a, b),
            Op::SetUpval => self.set_upval(a, b),
            Op::NewCell => self.new_cell(a),
            Op::GetCell => self.get_cell(a, b),
            Op::SetCell => self.set_cell(a, b),
            Op::Closure => self.closure(a, inst.d()),
            Op::GetTabUp => self.get_tab_up(inst)?,
            Op::SetTabUp => self.set_tab_up(inst)?,
            Op::GetField => {
                let object = self.get(b);
                let actual = self.actual(b);
                self.get_field(a, object, actual, inst.d())?;
            }
            Op::SelfField => {
                let object = self.get(b);
                let actual = self.actual(b);
                self.self_field(a, object, actual, inst.d())?;
            }
            Op::SetField => {
                let (object, value) = (self.get(a), self.get(b));
                self.set_field(object, self.actual(a), inst.d(), value, self.actual(b))?;
            }
            Op::GetIndex => {
                let (object, key) = (self.get(b), self.get(c));
                self.get_index(a, object, self.actual(b), key, self.actual(c))?;
            }
            Op::SetIndex => {
                let (object, key, value) = (self.get(a), self.get(b), self.get(c));
                self.set_index(object, self.actual(a), key, self.actual(b), value, self.actual(c))?;
            }
            Op::GetInt => {
                let key = Val::Int(self.graph.iconst(i64::from(c)));
                let object = self.get(b);
                self.get_index(a, object, self.actual(b), key, Raw::int(i64::from(c)))?;
            }
            Op::SetInt => {
                let key = Val::Int(self.graph.iconst(i64::from(b)));
                let (object, value) = (self.get(a), self.get(c));
                self.set_index(object, self.actual(a), key, Raw::int(i64::from(b)), value, self.actual(c))?;
            }
            Op::NewTable => self.new_table(a, inst.d())?,
            Op::NewRecord => self.new_record(a, b, c, inst.d())?,
            Op::NewArray => self.new_array(a, b, c, inst.d())?,
            Op::SetList => self.set_list(a, b, inst.d())?,
            Op::Unm | Op::BNot => self.unary(inst)?,
            Op::Not => self.not(a, b),
            Op::Len => self.len(a, b)?,
            Op::Concat => self.concat(a, b, c)?,
            op if (Op::Add..=Op::IDivK).contains(&op) => self.binary(inst)?,
            Op::Jmp => {}
            op if (Op::JTrue..=Op::JNgeI).contains(&op) => self.conditional_jump(inst)?,
            Op::JmpBack => return self.back_edge(inst),
            Op::ForPrep => self.for_prep(a, inst)?,
            Op::ForLoop => return self.for_loop(a, inst),
            Op::TForPrep => self.tfor_prep(a)?,
            Op::TForCall => self.tfor_call(a, c)?,
            Op::TForLoop => return self.tfor_loop(a, inst),
            Op::Call => self.call(a, b, c)?,
            Op::TailCall => return self.tail_call(a, b),
            Op::Return => return self.return_list(a, b),
            Op::Return0 => return self.return_values(&[]),
            Op::Return1 => {
                let value = self.get(a);
                return self.return_values(&[value]);
            }
            Op::Vararg => self.vararg(a, c)?,
            Op::Close => self.close()?,
            Op::VarargPrep => self.vararg_prep(a)?,
            _ => return Err(Abort::Instruction),
        }
        Ok(Step::Next)
    }

    // ---- What the running frame is.

    fn frame(&self) -> &Activation {
        self.frames.last().expect("a recording has a frame")
    }

    fn proto(&self) -> RawGc<Proto> {
        self.frame().proto
    }

    /// Index of the current instruction in its prototype.
    fn pc_index(&self) -> u32 {
        world::pc_index(self.proto(), self.pc)
    }

    /// The actual value of a register.
    fn actual(&self, register: i32) -> Raw {
        world::stack_value(self.base, register)
    }

    /// The VM.
    fn vm(&mut self) -> &mut Vm {
        // SAFETY: set at the beginning of the step from a live exclusive reference, which nothing else uses meanwhile.
        unsafe { &mut *self.vm }
    }

    /// Constant `K[index]` of the running function.
    fn constant(&mut self, index: usize) -> Val {
        let raw = world::constant(self.proto(), index);
        self.constant_value(raw)
    }

    /// A value known now as a constant of the graph; objects go into the pool.
    fn constant_value(&mut self, raw: Raw) -> Val {
        use moonset_runtime::value::Tag as RtTag;
        match raw.tag() {
            RtTag::Nil => Val::Prim(Tag::Nil),
            RtTag::False => Val::Prim(Tag::False),
            RtTag::True => Val::Prim(Tag::True),
            RtTag::Int => Val::Int(self.graph.iconst(raw.bits() as i64)),
            RtTag::Float => Val::Float(self.graph.fconst(f64::from_bits(raw.bits()))),
            _ => {
                let tag = slots::ir_tag(raw);
                let id = self.source.pool_index(raw);
                Val::Ref(self.graph.kref(id, tag), tag)
            }
        }
    }

    /// A builder at the end of the path.
    fn at(&mut self) -> moonset_ir::Builder<'_> {
        self.graph.at(self.block)
    }

    /// The snapshot of the state before the current instruction.
    fn snapshot(&mut self) -> Snap {
        if let Some(snap) = self.snap {
            return snap;
        }
        let snap = self.make_snapshot(self.pc_index());
        self.snap = Some(snap);
        snap
    }

    /// Guards that a condition is what it is now.
    fn guard_bool(&mut self, cond: Value, expected: bool) {
        let snap = self.snapshot();
        if expected {
            self.at().guard_true(cond, snap);
        } else {
            self.at().guard_false(cond, snap);
        }
    }
}

/// Whether an instruction makes an object whenever it is carried out.
fn makes_object(op: Op) -> bool {
    matches!(op, Op::NewTable | Op::NewRecord | Op::NewArray | Op::NewCell | Op::Closure | Op::Concat)
}
