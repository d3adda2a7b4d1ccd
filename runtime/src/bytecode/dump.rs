//! Binary chunks, written: a compiled function with all inside it as bytes.
//!
//! A chunk begins as those of the reference implementation do, so that programs which look at its head find what they expect;
//! the mark behind that says that the rest is Moonset's own. The reference implementation reads the mark as a number that is
//! too large and refuses the chunk.
//!
//! ```text
//!   chunk     head mark format-number function
//!   function  source lines-from..to parameters flags frame-size upvalues
//!             instructions constants field-keys allocation-sites hot-sites functions lines locals
//!   number    7 bits a byte, the lowest first, the top bit set in all but the last
//!   string    0 length bytes: a new one; n: the nth of those that came before
//!   inst      opcode, a, bc as a number, d as a number with its sign in the lowest bit
//! ```
//!
//! Every list begins with its length, and nothing refers to positions in the chunk: each prefix is incomplete, and the reader
//! can say so. What is stripped is written as empty lists and empty names.

use std::collections::HashMap;
use std::sync::Arc;

use super::Inst;
use super::function::{Constant, FunctionCode, LocalInfo, TableSite, UpvalueDesc};

/// What a chunk begins with: the reference implementation's signature, version, format, check data, sizes, and two numbers.
pub const HEAD: [u8; 31] = {
    let mut head = [0; 31];
    let (fixed, integer, float) =
        (b"\x1bLua\x54\0\x19\x93\r\n\x1a\n\x04\x08\x08", 0x5678u64.to_le_bytes(), 370.5f64.to_bits().to_le_bytes());
    let mut i = 0;
    while i < 15 {
        head[i] = fixed[i];
        i += 1;
    }
    while i < 23 {
        head[i] = integer[i - 15];
        i += 1;
    }
    while i < 31 {
        head[i] = float[i - 23];
        i += 1;
    }
    head
};

/// The bytes that only Moonset's chunks have behind the head: no upvalues and an endless number to the reference
/// implementation.
pub const MARK: &[u8] = b"\0\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7fMoon";

/// Number of the format: grows when instructions or their encoding change.
pub const FORMAT: u8 = 1;

/// The name of what a chunk without debug information comes from.
pub const NO_SOURCE: &[u8] = b"=?";

/// The first byte of a binary chunk, which no source text begins with.
pub const BINARY_MARK: u8 = HEAD[0];

/// Writes a function as a binary chunk; with `strip` without what only messages and debugging need.
pub fn dump(code: &FunctionCode, strip: bool) -> Vec<u8> {
    let mut writer = Writer { out: [&HEAD, MARK, &[FORMAT]].concat(), strings: HashMap::new(), strip };
    writer.function(code);
    writer.out
}

/// Whether a chunk is a binary one, or says so.
pub fn is_binary(chunk: &[u8]) -> bool {
    chunk.first() == Some(&BINARY_MARK)
}

struct Writer<'c> {
    out: Vec<u8>,
    /// The strings so far, each with its number.
    strings: HashMap<&'c [u8], u64>,
    strip: bool,
}

impl<'c> Writer<'c> {
    fn byte(&mut self, byte: u8) {
        self.out.push(byte);
    }

    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.byte(number as u8 | 0x80);
            number >>= 7;
        }
        self.byte(number as u8);
    }

    fn string(&mut self, text: &'c [u8]) {
        let next = self.strings.len() as u64 + 1;
        if let Some(&number) = self.strings.get(text) {
            return self.number(number);
        }
        self.strings.insert(text, next);
        self.number(0);
        self.number(text.len() as u64);
        self.out.extend_from_slice(text);
    }

    fn name(&mut self, text: &'c Arc<[u8]>) {
        self.string(if self.strip { b"" } else { text });
    }

    fn list<T>(&mut self, items: &'c [T], mut each: impl FnMut(&mut Self, &'c T)) {
        self.number(items.len() as u64);
        items.iter().for_each(|it| each(self, it));
    }

    fn function(&mut self, code: &'c FunctionCode) {
        self.string(if self.strip { NO_SOURCE } else { &code.source });
        self.number(u64::from(code.line_defined));
        self.number(u64::from(code.last_line));
        self.byte(code.num_params);
        self.byte(u8::from(code.is_vararg));
        self.byte(code.frame_size);
        self.list(&code.upvalues, Self::upvalue);
        self.list(&code.code, |it, &inst| it.inst(inst));
        self.list(&code.constants, Self::constant);
        self.list(&code.field_keys, |it, key| it.string(key));
        self.list(&code.table_sites, Self::site);
        self.number(u64::from(code.hot_sites));
        self.list(&code.children, Self::function);
        self.lines(if self.strip { &[] } else { &code.lines });
        self.list(if self.strip { &[] } else { &code.locals }, Self::local);
    }

    fn inst(&mut self, inst: Inst) {
        self.byte(inst.op_byte());
        self.byte(inst.a() as u8);
        self.number(inst.bc() as u64);
        let d = inst.sd() as i32;
        self.number(u64::from((d << 1 ^ d >> 31) as u32));
    }

    fn upvalue(&mut self, upvalue: &'c UpvalueDesc) {
        self.name(&upvalue.name);
        self.byte(u8::from(upvalue.from_parent_register));
        self.byte(upvalue.index);
    }

    fn constant(&mut self, constant: &'c Constant) {
        match constant {
            Constant::Nil => self.byte(0),
            Constant::Bool(false) => self.byte(1),
            Constant::Bool(true) => self.byte(2),
            Constant::Int(int) => {
                self.byte(3);
                self.out.extend_from_slice(&int.to_le_bytes());
            }
            Constant::Float(float) => {
                self.byte(4);
                self.out.extend_from_slice(&float.to_bits().to_le_bytes());
            }
            Constant::Str(text) => {
                self.byte(5);
                self.string(text);
            }
        }
    }

    fn site(&mut self, site: &'c TableSite) {
        self.list(&site.keys, |it, key| it.string(key));
        self.number(u64::from(site.fields));
        self.number(u64::from(site.array));
    }

    /// Each line as its distance from the one before.
    fn lines(&mut self, lines: &[u32]) {
        self.number(lines.len() as u64);
        let mut last = 0;
        for &line in lines {
            let distance = line.wrapping_sub(last) as i32;
            self.number(u64::from((distance << 1 ^ distance >> 31) as u32));
            last = line;
        }
    }

    fn local(&mut self, local: &'c LocalInfo) {
        self.string(&local.name);
        self.number(u64::from(local.start_pc));
        self.number(u64::from(local.end_pc - local.start_pc));
        self.byte(local.register);
        self.byte(u8::from(local.is_cell));
    }
}
