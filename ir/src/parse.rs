//! The text form of a graph, read. Only tests and tools do.
//!
//! Numbers of values, blocks, guards and snapshots are kept, so that printing gives back the text. A value is defined on
//! an earlier line than it is used, except by snapshots, which stand last.

use crate::entity::{Block, Guard, Link, Object, Proto, Shape, Snap, Value, Virtual};
use crate::eval::{Body, HeapObject, Input};
use crate::graph::{Const, Graph, ObjectConst, ShapeInfo, ValueDef};
use crate::helper::Helper;
use crate::inst::{Args, BlockCall, InstData, Terminator};
use crate::lex::{Token, tokens};
use crate::op::{ImmKind, Op, pack};
use crate::snapshot::{Frame, Operand, Place, Snapshot, Template, VirtualObject, Write};
use crate::types::{Tag, Type};

type Result<T> = std::result::Result<T, String>;

/// The graph that this text describes.
pub fn parse(text: &str) -> Result<Graph> {
    let mut parser = Parser { graph: Graph::new(), line: Vec::new(), at: 0, block: None };
    let mut lines = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let tokens = tokens(line).map_err(|error| format!("line {}: {error}", number + 1))?;
        if !tokens.is_empty() {
            lines.push((number, tokens));
        }
    }
    parser.reserve(&lines);
    for (number, tokens) in lines {
        parser.line = tokens;
        parser.at = 0;
        parser.line().map_err(|error| format!("line {}: {error}", number + 1))?;
    }
    Ok(parser.graph)
}

/// What a run of this graph starts with, in the syntax of snapshots without frames, all operands constants or virtual
/// objects: `{0: 5; 1: obj0; obj0 = table shape0(1, nil); k2 = obj1; obj1 = ..; k3 = "text"; polls 7}`. An entry for an object constant
/// says what the object is.
pub fn parse_input(graph: &Graph, text: &str) -> Result<Input> {
    let mut parser = Parser { graph: graph.clone(), line: tokens(text)?, at: 0, block: None };
    let input = parser.input()?;
    parser.end()?;
    Ok(input)
}

struct Parser {
    graph: Graph,
    line: Vec<Token>,
    at: usize,
    /// The block being filled.
    block: Option<Block>,
}

impl Parser {
    /// Makes the arenas large enough for every number in the text.
    fn reserve(&mut self, lines: &[(usize, Vec<Token>)]) {
        let words = || {
            lines.iter().flat_map(|(_, tokens)| tokens).filter_map(|token| match token {
                Token::Word(word) => Some(word.as_str()),
                _ => None,
            })
        };
        let count = |prefix| words().filter_map(|word| numbered(word, prefix)).max().map_or(0, |max| max + 1);
        for number in 0..count(Value::PREFIX) {
            self.graph.reserve_value(number);
        }
        while self.graph.num_blocks() < count(Block::PREFIX) {
            self.graph.new_block();
        }
        while self.graph.num_snaps() < count(Snap::PREFIX) {
            self.graph.add_snap(Snapshot::default());
        }
        if let Some(guard) = words().filter_map(|word| numbered(word, Guard::PREFIX)).max() {
            self.graph.reserve_guard(Guard::new(guard));
        }
    }

    fn line(&mut self) -> Result<()> {
        let first = self.word()?;
        if let Some(number) = numbered(&first, Shape::PREFIX) {
            self.shape(number)
        } else if let Some(number) = numbered(&first, Object::PREFIX) {
            self.object(number)
        } else if let Some(number) = numbered(&first, Block::PREFIX) {
            self.block_header(Block::new(number))
        } else if let Some(number) = numbered(&first, Snap::PREFIX) {
            self.expect('=')?;
            let snapshot = self.snapshot()?;
            self.graph[Snap::new(number)] = snapshot;
            self.end()
        } else {
            let block = self.block.ok_or("an instruction outside a block")?;
            match self.terminator(&first)? {
                Some(term) => self.graph[block].term = term,
                None => self.inst(block, first)?,
            }
            self.end()
        }
    }

    fn shape(&mut self, number: usize) -> Result<()> {
        self.expect('=')?;
        self.keyword("id")?;
        let id = self.int()?;
        self.keyword("cap")?;
        let inline_cap = self.int()?;
        let has_metatable = self.eat_word("metatable");
        let has_finalizer = self.eat_word("finalizer");
        self.expect('[')?;
        let mut keys = Vec::new();
        while !self.eat(']') {
            match self.next()? {
                Token::Str(key) => keys.push(key),
                token => return Err(format!("expected a key, found {token:?}")),
            }
            self.eat(',');
        }
        let mut objects = Vec::new();
        while let Some(Token::Word(_)) = self.line.get(self.at) {
            objects.push(self.entity(Object::PREFIX).map(Object::new)?);
        }
        let shape = self.graph.shape(ShapeInfo { id, inline_cap, keys, objects, has_metatable, has_finalizer });
        if shape.index() != number {
            return Err(format!("shape{number} is out of order"));
        }
        self.end()
    }

    fn object(&mut self, number: usize) -> Result<()> {
        self.expect('=')?;
        let tag = self.tag()?;
        let id = self.int()?;
        let object = self.graph.object(ObjectConst { id, tag });
        if object.index() != number {
            return Err(format!("k{number} is out of order"));
        }
        self.end()
    }

    fn block_header(&mut self, block: Block) -> Result<()> {
        if self.block.is_none() {
            self.graph.set_entry(block);
        }
        self.block = Some(block);
        self.expect('(')?;
        while !self.eat(')') {
            let value = self.entity(Value::PREFIX).map(Value::new)?;
            self.expect(':')?;
            let ty = self.word()?;
            let ty = Type::from_name(&ty).ok_or_else(|| format!("unknown type {ty}"))?;
            let position = self.graph[block].params.len() as u32;
            self.graph.bind_value(value, ty, ValueDef::Param(block, position));
            self.graph[block].params.push(value);
            self.eat(',');
        }
        self.graph[block].loop_head = self.eat_word("loop");
        self.graph[block].outer_latch = self.eat_word("outer");
        self.expect(':')?;
        self.end()
    }

    fn terminator(&mut self, first: &str) -> Result<Option<Terminator>> {
        Ok(Some(match first {
            "jump" => Terminator::Jump(self.block_call()?),
            "branch" => {
                let cond = self.operand()?;
                self.expect(',')?;
                let yes = self.block_call()?;
                self.expect(',')?;
                Terminator::Branch(cond, yes, self.block_call()?)
            }
            "exit" => Terminator::Exit(self.guard()?, self.snap()?),
            "link" => {
                let link = self.entity(Link::PREFIX).map(Link::new)?;
                Terminator::Link(link, self.guard()?, self.snap()?)
            }
            "return" => Terminator::Return(self.int::<u32>()?),
            "tail" => Terminator::Tail(self.entity(Proto::PREFIX).map(Proto::new)?),
            "open" => Terminator::Open,
            _ => return Ok(None),
        }))
    }

    fn inst(&mut self, block: Block, first: String) -> Result<()> {
        let mut name = first;
        let mut result = None;
        if let Some(number) = numbered(&name, Value::PREFIX) {
            result = Some(Value::new(number));
            self.expect('=')?;
            name = self.word()?;
        }
        let op = Op::from_name(&name).ok_or_else(|| format!("unknown operation {name}"))?;
        let imm = self.imm(op)?;
        let mut data = InstData { op, args: Args::new(), imm, snap: None, guard: None, result };
        while self.at < self.line.len() && !self.eat_word("else") {
            data.args.push(self.operand()?);
            self.eat(',');
        }
        if self.at < self.line.len() {
            data.guard = Some(self.guard()?);
            data.snap = Some(self.snap()?);
        }
        let ty = self.graph.result_type(&data);
        if ty.is_some() != result.is_some() {
            return Err(format!("{name} {} a result", if ty.is_some() { "has" } else { "does not have" }));
        }
        let inst = self.graph.append_raw(block, data);
        if let (Some(result), Some(ty)) = (result, ty) {
            self.graph.bind_value(result, ty, ValueDef::Inst(inst));
        }
        Ok(())
    }

    fn imm(&mut self, op: Op) -> Result<u64> {
        Ok(match op.info().imm {
            ImmKind::None => 0,
            ImmKind::Tag => self.tag()? as u64,
            ImmKind::StackSlot => u64::from(self.int::<i32>()? as u32),
            ImmKind::Shape => self.entity(Shape::PREFIX)? as u64,
            ImmKind::TwoShapes => pack(self.entity(Shape::PREFIX)? as u32, self.entity(Shape::PREFIX)? as u32),
            ImmKind::ShapeSlot | ImmKind::ShapeCap => pack(self.entity(Shape::PREFIX)? as u32, self.int()?),
            ImmKind::Index => self.int::<u32>()?.into(),
            ImmKind::Proto => self.entity(Proto::PREFIX)? as u64,
            ImmKind::Helper => {
                let name = self.word()?;
                Helper::from_name(&name).ok_or_else(|| format!("unknown helper {name}"))? as u64
            }
        })
    }

    fn operand(&mut self) -> Result<Value> {
        let word = self.word()?;
        if let Some(number) = numbered(&word, Value::PREFIX) {
            return Ok(Value::new(number));
        }
        let constant = match word.as_str() {
            "nil" => Const::Prim(Tag::Nil),
            "true" => Const::Bool(true),
            "false" => Const::Bool(false),
            "any" => {
                self.expect(':')?;
                match self.tag()? {
                    tag @ (Tag::False | Tag::True) => Const::Prim(tag),
                    tag => return Err(format!("any:{tag} is no constant")),
                }
            }
            "nan" => {
                self.expect(':')?;
                let digits = self.word()?;
                let bits = u64::from_str_radix(digits.trim_start_matches("0x"), 16);
                Const::Float(bits.map_err(|_| format!("malformed bits {digits}"))?)
            }
            _ => match numbered(&word, Object::PREFIX) {
                Some(number) if number < self.graph.objects().len() => Const::Object(Object::new(number)),
                Some(number) => return Err(format!("k{number} is not defined")),
                None => number(&word).ok_or_else(|| format!("malformed operand {word}"))?,
            },
        };
        Ok(self.graph.constant(constant))
    }

    fn block_call(&mut self) -> Result<BlockCall> {
        let block = self.entity(Block::PREFIX).map(Block::new)?;
        let mut args = Vec::new();
        self.expect('(')?;
        while !self.eat(')') {
            args.push(self.operand()?);
            self.eat(',');
        }
        Ok(BlockCall { block, args })
    }

    fn snapshot(&mut self) -> Result<Snapshot> {
        let mut snapshot = Snapshot::default();
        self.expect('{')?;
        while !self.eat('}') {
            let word = self.word()?;
            if word == "frame" {
                snapshot.frames.push(self.frame()?);
            } else if word == "write" {
                let write = self.write()?;
                snapshot.writes.push(write);
            } else if numbered(&word, Virtual::PREFIX) == Some(snapshot.virtuals.len()) {
                self.expect('=')?;
                snapshot.virtuals.push(self.virtual_object()?);
            } else {
                let slot = word.parse().map_err(|_| format!("malformed slot {word}"))?;
                self.expect(':')?;
                snapshot.slots.push((slot, self.snap_operand()?));
            }
            self.eat(';');
        }
        Ok(snapshot)
    }

    fn input(&mut self) -> Result<Input> {
        let mut input = Input::default();
        let mut snapshot = Snapshot::default();
        let mut bodies = Vec::new();
        self.expect('{')?;
        while !self.eat('}') {
            let word = self.word()?;
            if let Some(object) = numbered(&word, Object::PREFIX) {
                self.expect('=')?;
                if let Some(Token::Str(text)) = self.line.get(self.at).cloned() {
                    self.at += 1;
                    let constant = Some(Object::new(object));
                    input.heap.objects.push(HeapObject { body: Body::Str(text), constant });
                } else {
                    bodies.push((Object::new(object), self.entity(Virtual::PREFIX)?));
                }
            } else if word == "polls" {
                input.polls = self.int()?;
            } else if numbered(&word, Virtual::PREFIX) == Some(snapshot.virtuals.len()) {
                self.expect('=')?;
                snapshot.virtuals.push(self.virtual_object()?);
            } else {
                let slot = word.parse().map_err(|_| format!("malformed slot {word}"))?;
                self.expect(':')?;
                snapshot.slots.push((slot, self.snap_operand()?));
            }
            self.eat(';');
        }
        input.fill(&self.graph, &snapshot, &bodies)?;
        Ok(input)
    }

    fn write(&mut self) -> Result<Write> {
        let object = self.snap_operand()?;
        let place = if self.eat('=') {
            Place::Cell
        } else {
            let shape = match self.line.get(self.at) {
                Some(Token::Word(word)) => numbered(word, Shape::PREFIX).map(Shape::new),
                _ => None,
            };
            self.at += usize::from(shape.is_some());
            let number = self.int()?;
            self.expect('=')?;
            shape.map_or(Place::Elem(number), |shape| Place::Slot(shape, number))
        };
        Ok(Write { object, place, value: self.snap_operand()? })
    }

    fn frame(&mut self) -> Result<Frame> {
        let closure = self.snap_operand()?;
        self.keyword("pc")?;
        let pc = self.int()?;
        self.keyword("base")?;
        let base = self.int()?;
        let (mut kind, mut aux) = (0, 0);
        if self.eat_word("kind") {
            kind = self.int()?;
            self.keyword("aux")?;
            aux = self.int()?;
        }
        Ok(Frame { closure, pc, base, kind, aux })
    }

    fn virtual_object(&mut self) -> Result<VirtualObject> {
        let template = match self.word()?.as_str() {
            "table" => Template::Table(self.entity(Shape::PREFIX).map(Shape::new)?),
            "cell" => Template::Cell,
            "closure" => Template::Closure(self.entity(Proto::PREFIX).map(Proto::new)?),
            word => return Err(format!("unknown template {word}")),
        };
        let (mut fields, mut pairs) = (Vec::new(), Vec::new());
        let mut list = &mut fields;
        self.expect('(')?;
        while !self.eat(')') {
            if self.eat('|') {
                list = &mut pairs;
                continue;
            }
            list.push(self.snap_operand()?);
            self.eat(',');
        }
        Ok(VirtualObject { template, fields, pairs })
    }

    fn snap_operand(&mut self) -> Result<Operand> {
        if let Some(Token::Word(word)) = self.line.get(self.at)
            && let Some(number) = numbered(word, Virtual::PREFIX)
        {
            self.at += 1;
            return Ok(Operand::Virtual(Virtual::new(number)));
        }
        let value = self.operand()?;
        Ok(if self.eat(':') { Operand::Ref(value, self.tag()?) } else { Operand::Value(value) })
    }

    fn guard(&mut self) -> Result<Guard> {
        self.entity(Guard::PREFIX).map(Guard::new)
    }

    fn snap(&mut self) -> Result<Snap> {
        self.entity(Snap::PREFIX).map(Snap::new)
    }

    fn tag(&mut self) -> Result<Tag> {
        let word = self.word()?;
        Tag::from_name(&word).ok_or_else(|| format!("unknown tag {word}"))
    }

    fn entity(&mut self, prefix: &str) -> Result<usize> {
        let word = self.word()?;
        numbered(&word, prefix).ok_or_else(|| format!("expected {prefix} and a number, found {word}"))
    }

    fn int<T: std::str::FromStr>(&mut self) -> Result<T> {
        let word = self.word()?;
        word.parse().map_err(|_| format!("malformed number {word}"))
    }

    fn keyword(&mut self, keyword: &str) -> Result<()> {
        let word = self.word()?;
        if word == keyword { Ok(()) } else { Err(format!("expected {keyword}, found {word}")) }
    }

    fn word(&mut self) -> Result<String> {
        match self.next()? {
            Token::Word(word) => Ok(word),
            token => Err(format!("expected a word, found {token:?}")),
        }
    }

    fn next(&mut self) -> Result<Token> {
        self.at += 1;
        self.line.get(self.at - 1).cloned().ok_or_else(|| "unexpected end of line".to_string())
    }

    fn eat(&mut self, mark: char) -> bool {
        let found = self.line.get(self.at) == Some(&Token::Mark(mark));
        self.at += usize::from(found);
        found
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = matches!(self.line.get(self.at), Some(Token::Word(next)) if next == word);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, mark: char) -> Result<()> {
        if self.eat(mark) {
            return Ok(());
        }
        Err(format!("expected {mark:?}, found {:?}", self.line.get(self.at)))
    }

    fn end(&self) -> Result<()> {
        match self.line.get(self.at) {
            None => Ok(()),
            Some(token) => Err(format!("unexpected {token:?}")),
        }
    }
}

/// The number after the prefix, if the word is made of these two.
fn numbered(word: &str, prefix: &str) -> Option<usize> {
    let digits = word.strip_prefix(prefix)?;
    digits.bytes().next().filter(u8::is_ascii_digit)?;
    digits.parse().ok()
}

fn number(word: &str) -> Option<Const> {
    if let Ok(int) = word.parse() {
        return Some(Const::Int(int));
    }
    let float: f64 = word.strip_suffix('f')?.parse().ok()?;
    Some(Const::Float(float.to_bits()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printing_gives_back_the_text() {
        let text = r#"shape0 = id 7 cap 4 ["x", "y\n"]
shape1 = id 9 cap 4 finalizer ["x"]
k0 = closure 12
k1 = str 40
b0():
    v0 = stack_load -1
    v2 = guard_tag int v0 else g0 snap0
    guard_tag nil v0 else g5 snap0
    jump b2(v2, 1.5f, nil)
b2(v3: int, v4: float, v5: any) loop:
    v6 = new_table shape0 3
    slot_store shape0 1 v6, v5
    set_shape shape0 shape1 v6
    v8 = add v3, -1
    v9 = fadd v4, nan:0x7ff8000000000001
    v10 = call concat any:true, v5 else g2 snap3
    v11 = lt v8, 9223372036854775807
    branch v11, b2(v8, v9, any:false), b1()
b1():
    v12 = fmul inff, -0.0f
    v13 = select true, v12, 1e300f
    exit g3 snap3
snap0 = {frame k0:closure pc 3 base 0; 0: v0}
snap3 = {frame k0:closure pc 3 base 0 kind 2 aux 1; frame obj1 pc 0 base 5; 0: v3; -1: v6:table; 4: obj0; obj0 = table shape0(v4, nil, 3); obj1 = closure proto4(obj2); obj2 = cell(obj1)}
"#;
        let graph = parse(text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(graph.to_string(), text);
    }

    #[test]
    fn errors_name_the_line() {
        let error = parse("b0():\n    v0 = frobnicate 1\n").unwrap_err();
        assert_eq!(error, "line 2: unknown operation frobnicate");
        assert!(parse("b0():\n    add 1, 2\n").unwrap_err().contains("has a result"));
        assert!(parse("b0():\n    v1 = guard_tag nil v0 else g0 snap0\n").is_err());
    }
}
