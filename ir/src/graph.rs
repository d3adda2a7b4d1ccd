//! The graph: blocks with parameters, instructions, values, constants and the side tables they name.
//!
//! Blocks, instructions and values live in arenas and are never freed: an instruction exists in the program if a block
//! lists it, a block if the entry reaches it. Constants are values outside all blocks, made once each, and may be used
//! anywhere. A graph holds all it names, so it can be cloned and sent to another thread.

use std::ops::{Index, IndexMut};

use rustc_hash::FxHashMap;

use crate::entity::{Block, Guard, Inst, Object, Shape, Snap, Value};
use crate::inst::{InstData, Terminator};
use crate::op::ResultRule;
use crate::snapshot::Snapshot;
use crate::types::{Tag, Type};

/// A constant value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Const {
    /// An integer.
    Int(i64),
    /// A float, as its bits.
    Float(u64),
    /// A condition.
    Bool(bool),
    /// `nil`, `false` or `true` as a boxed value.
    Prim(Tag),
    /// A pointer to an object constant.
    Object(Object),
}

impl Const {
    /// The type of the value.
    pub fn ty(self) -> Type {
        match self {
            Const::Int(_) => Type::Int,
            Const::Float(_) => Type::Float,
            Const::Bool(_) => Type::Bool,
            Const::Prim(_) => Type::Any,
            Const::Object(_) => Type::Ref,
        }
    }
}

/// Where a value comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ValueDef {
    /// The result of an instruction.
    Inst(Inst),
    /// The parameter of a block with this position.
    Param(Block, u32),
    /// A constant.
    Const(Const),
    /// Nothing: a number that the text form skips.
    None,
}

/// A basic block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BlockData {
    /// The parameters.
    pub params: Vec<Value>,
    /// The instructions, in order.
    pub insts: Vec<Inst>,
    /// How it ends.
    pub term: Terminator,
    /// Is it the head of a loop?
    pub loop_head: bool,
    /// Does the path that ends here go round a loop that encloses the head that it jumps to? Set by whoever records.
    pub outer_latch: bool,
}

/// An object constant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ObjectConst {
    /// Names the object outside; equal ids are the same object.
    pub id: u32,
    /// What the object is.
    pub tag: Tag,
}

/// What a graph knows of a shape.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShapeInfo {
    /// Names the shape outside; equal ids are the same shape.
    pub id: u32,
    /// How many slots fit in the object.
    pub inline_cap: u32,
    /// The keys in slot order, for printing; their number is the number of slots.
    pub keys: Vec<String>,
    /// The same keys as strings that exist, or nothing if they are not known.
    pub objects: Vec<Object>,
    /// Do tables of this shape have a metatable?
    pub has_metatable: bool,
    /// Must tables of this shape be finalized, so that they have to exist?
    pub has_finalizer: bool,
}

#[derive(Clone, Copy, Debug)]
struct ValueData {
    ty: Type,
    def: ValueDef,
}

/// The program of a trace tree.
#[derive(Clone, Debug)]
pub struct Graph {
    blocks: Vec<BlockData>,
    insts: Vec<InstData>,
    values: Vec<ValueData>,
    consts: FxHashMap<Const, Value>,
    snaps: Vec<Snapshot>,
    objects: Vec<ObjectConst>,
    shapes: Vec<ShapeInfo>,
    entry: Block,
    num_guards: u32,
}

impl Default for Graph {
    fn default() -> Self {
        Graph::new()
    }
}

impl Graph {
    /// A graph with an empty entry block.
    pub fn new() -> Graph {
        let mut graph = Graph {
            blocks: Vec::new(),
            insts: Vec::new(),
            values: Vec::new(),
            consts: FxHashMap::default(),
            snaps: Vec::new(),
            objects: Vec::new(),
            shapes: Vec::new(),
            entry: Block::new(0),
            num_guards: 0,
        };
        graph.new_block();
        graph
    }

    /// Where the program starts. No block jumps there.
    pub fn entry(&self) -> Block {
        self.entry
    }

    /// Makes another block the entry.
    pub fn set_entry(&mut self, block: Block) {
        self.entry = block;
    }

    // ---- Blocks ----

    /// Adds a block without parameters.
    pub fn new_block(&mut self) -> Block {
        self.blocks.push(BlockData {
            params: Vec::new(),
            insts: Vec::new(),
            term: Terminator::Open,
            loop_head: false,
            outer_latch: false,
        });
        Block::new(self.blocks.len() - 1)
    }

    /// The number of blocks, unreachable ones included.
    pub fn num_blocks(&self) -> usize {
        self.blocks.len()
    }

    /// All blocks, unreachable ones included.
    pub fn blocks(&self) -> impl Iterator<Item = Block> + use<> {
        (0..self.blocks.len()).map(Block::new)
    }

    /// Adds a parameter. Whoever jumps there must pass a value for it.
    pub fn add_param(&mut self, block: Block, ty: Type) -> Value {
        let number = self[block].params.len() as u32;
        let value = self.push_value(ty, ValueDef::Param(block, number));
        self[block].params.push(value);
        value
    }

    /// Keeps the parameters for which `keep` holds at their position, and renumbers them.
    pub fn retain_params(&mut self, block: Block, mut keep: impl FnMut(usize) -> bool) {
        let old = std::mem::take(&mut self[block].params);
        let new: Vec<Value> = old.into_iter().enumerate().filter(|(i, _)| keep(*i)).map(|(_, value)| value).collect();
        for (number, value) in new.iter().enumerate() {
            self.values[value.index()].def = ValueDef::Param(block, number as u32);
        }
        self[block].params = new;
    }

    /// Puts a new parameter of another type in the place of one, whose value loses its definition.
    pub fn replace_param(&mut self, block: Block, number: usize, ty: Type) -> Value {
        let value = self.push_value(ty, ValueDef::Param(block, number as u32));
        self[block].params[number] = value;
        value
    }

    // ---- Instructions ----

    /// Makes an instruction and its result, if it has one, in no block yet.
    pub fn make_inst(&mut self, mut data: InstData) -> Inst {
        let inst = Inst::new(self.insts.len());
        data.result = self.result_type(&data).map(|ty| self.push_value(ty, ValueDef::Inst(inst)));
        self.insts.push(data);
        inst
    }

    /// Makes an instruction at the end of a block.
    pub fn append(&mut self, block: Block, data: InstData) -> Inst {
        let inst = self.make_inst(data);
        self[block].insts.push(inst);
        inst
    }

    /// The type of the result that this instruction has.
    pub fn result_type(&self, data: &InstData) -> Option<Type> {
        match data.op.info().result {
            ResultRule::None => None,
            ResultRule::Ty(ty) => Some(ty),
            ResultRule::Same => data.args.last().map(|arg| self.ty(*arg)),
            ResultRule::TagPayload => data.tag().payload(),
            ResultRule::Helper => data.helper().info().result,
        }
    }

    /// Makes an instruction in no block yet whose result is an existing value, which loses its definition.
    pub fn make_inst_for(&mut self, result: Value, mut data: InstData) -> Inst {
        let inst = Inst::new(self.insts.len());
        data.result = Some(result);
        let ty = self.result_type(&data).expect("the operation has a result");
        self.values[result.index()] = ValueData { ty, def: ValueDef::Inst(inst) };
        self.insts.push(data);
        inst
    }

    /// The number of instructions, those in no block included.
    pub fn num_insts(&self) -> usize {
        self.insts.len()
    }

    // ---- Values ----

    /// The number of values, unused ones included.
    pub fn num_values(&self) -> usize {
        self.values.len()
    }

    /// The type of a value.
    #[inline]
    pub fn ty(&self, value: Value) -> Type {
        self.values[value.index()].ty
    }

    /// Where a value comes from.
    #[inline]
    pub fn def(&self, value: Value) -> ValueDef {
        self.values[value.index()].def
    }

    /// The instruction that makes a value, if one does.
    #[inline]
    pub fn def_inst(&self, value: Value) -> Option<&InstData> {
        match self.def(value) {
            ValueDef::Inst(inst) => Some(&self.insts[inst.index()]),
            _ => None,
        }
    }

    /// The constant a value is, if it is one.
    #[inline]
    pub fn as_const(&self, value: Value) -> Option<Const> {
        match self.def(value) {
            ValueDef::Const(constant) => Some(constant),
            _ => None,
        }
    }

    /// The integer a value is, if it is a constant one.
    pub fn as_int(&self, value: Value) -> Option<i64> {
        match self.as_const(value) {
            Some(Const::Int(number)) => Some(number),
            _ => None,
        }
    }

    /// The float a value is, if it is a constant one.
    pub fn as_float(&self, value: Value) -> Option<f64> {
        match self.as_const(value) {
            Some(Const::Float(bits)) => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    /// The condition a value is, if it is a constant one.
    pub fn as_bool(&self, value: Value) -> Option<bool> {
        match self.as_const(value) {
            Some(Const::Bool(cond)) => Some(cond),
            _ => None,
        }
    }

    /// The value of a constant.
    pub fn constant(&mut self, constant: Const) -> Value {
        if let Some(value) = self.consts.get(&constant) {
            return *value;
        }
        let value = self.push_value(constant.ty(), ValueDef::Const(constant));
        self.consts.insert(constant, value);
        value
    }

    /// An integer constant.
    pub fn iconst(&mut self, number: i64) -> Value {
        self.constant(Const::Int(number))
    }

    /// A float constant.
    pub fn fconst(&mut self, number: f64) -> Value {
        self.constant(Const::Float(number.to_bits()))
    }

    /// A condition.
    pub fn bconst(&mut self, cond: bool) -> Value {
        self.constant(Const::Bool(cond))
    }

    /// Boxed `nil`, `false` or `true`.
    pub fn prim(&mut self, tag: Tag) -> Value {
        debug_assert!(tag <= Tag::True);
        self.constant(Const::Prim(tag))
    }

    /// Boxed `nil`.
    pub fn nil(&mut self) -> Value {
        self.prim(Tag::Nil)
    }

    /// A pointer to the object with this outside id, as a `ref`.
    pub fn kref(&mut self, id: u32, tag: Tag) -> Value {
        let object = self.object(ObjectConst { id, tag });
        self.constant(Const::Object(object))
    }

    // ---- Side tables ----

    /// The entry of the constant pool for this object.
    pub fn object(&mut self, object: ObjectConst) -> Object {
        let found = self.objects.iter().position(|other| other.id == object.id);
        Object::new(found.unwrap_or_else(|| {
            self.objects.push(object);
            self.objects.len() - 1
        }))
    }

    /// The constant pool.
    pub fn objects(&self) -> &[ObjectConst] {
        &self.objects
    }

    /// The entry of the shape table for the shape with this outside id.
    pub fn shape(&mut self, info: ShapeInfo) -> Shape {
        let found = self.shapes.iter().position(|other| other.id == info.id);
        Shape::new(found.unwrap_or_else(|| {
            self.shapes.push(info);
            self.shapes.len() - 1
        }))
    }

    /// The entry of the shape table with this outside id, if the graph names it.
    pub fn find_shape(&self, id: u32) -> Option<Shape> {
        self.shapes.iter().position(|other| other.id == id).map(Shape::new)
    }

    /// The shape table.
    pub fn shapes(&self) -> &[ShapeInfo] {
        &self.shapes
    }

    /// Notes the strings that the keys of a shape are.
    pub fn set_shape_objects(&mut self, shape: Shape, objects: Vec<Object>) {
        debug_assert_eq!(objects.len(), self.shapes[shape.index()].keys.len());
        self.shapes[shape.index()].objects = objects;
    }

    /// Adds a snapshot.
    pub fn add_snap(&mut self, snapshot: Snapshot) -> Snap {
        self.snaps.push(snapshot);
        Snap::new(self.snaps.len() - 1)
    }

    /// The number of snapshots, unused ones included.
    pub fn num_snaps(&self) -> usize {
        self.snaps.len()
    }

    /// A fresh guard id.
    pub fn new_guard(&mut self) -> Guard {
        self.num_guards += 1;
        Guard::new(self.num_guards as usize - 1)
    }

    /// The number of guard ids given out.
    pub fn num_guards(&self) -> usize {
        self.num_guards as usize
    }

    // ---- Whole-graph changes ----

    /// Replaces each use of a value by its entry in `map`, followed to its end. Values past the end of `map` stay.
    pub fn substitute(&mut self, map: &mut [Value]) {
        let mut find = |value: Value| resolve(map, value);
        for block in &mut self.blocks {
            for inst in &block.insts {
                self.insts[inst.index()].args.iter_mut().for_each(|arg| *arg = find(*arg));
            }
            block.term.map_values(&mut find);
        }
        self.snaps.iter_mut().for_each(|snap| snap.map_values(&mut find));
    }

    /// The identity map for [`Graph::substitute`].
    pub fn identity_map(&self) -> Vec<Value> {
        (0..self.values.len()).map(Value::new).collect()
    }

    // ---- For the parser ----

    /// Takes a value number of the given type out of sequence, to be bound by [`Graph::bind_value`].
    pub(crate) fn reserve_value(&mut self, number: usize) {
        while self.values.len() <= number {
            self.push_value(Type::Any, ValueDef::None);
        }
    }

    /// Gives a reserved value its type and definition.
    pub(crate) fn bind_value(&mut self, value: Value, ty: Type, def: ValueDef) {
        self.values[value.index()] = ValueData { ty, def };
    }

    /// Adds an instruction whose result is a reserved value.
    pub(crate) fn append_raw(&mut self, block: Block, data: InstData) -> Inst {
        let inst = Inst::new(self.insts.len());
        self.insts.push(data);
        self[block].insts.push(inst);
        inst
    }

    /// Counts guard ids up to this one as given out.
    pub(crate) fn reserve_guard(&mut self, guard: Guard) {
        self.num_guards = self.num_guards.max(guard.as_u32() + 1);
    }

    fn push_value(&mut self, ty: Type, def: ValueDef) -> Value {
        self.values.push(ValueData { ty, def });
        Value::new(self.values.len() - 1)
    }
}

/// The end of a value's chain in a substitution, shortening the chain.
pub fn resolve(map: &mut [Value], value: Value) -> Value {
    let mut end = value;
    while let Some(next) = map.get(end.index()).filter(|next| **next != end) {
        end = *next;
    }
    let mut at = value;
    while at != end {
        let next = map[at.index()];
        map[at.index()] = end;
        at = next;
    }
    end
}

macro_rules! index {
    ($($index:ty => $field:ident: $data:ty;)*) => {$(
        impl Index<$index> for Graph {
            type Output = $data;

            #[inline]
            fn index(&self, index: $index) -> &$data {
                &self.$field[index.index()]
            }
        }

        impl IndexMut<$index> for Graph {
            #[inline]
            fn index_mut(&mut self, index: $index) -> &mut $data {
                &mut self.$field[index.index()]
            }
        }
    )*};
}

index! {
    Block => blocks: BlockData;
    Inst => insts: InstData;
    Snap => snaps: Snapshot;
    Object => objects: ObjectConst;
    Shape => shapes: ShapeInfo;
}
