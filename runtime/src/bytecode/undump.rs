//! Binary chunks, read: bytes from anywhere to a function that may be run.
//!
//! Reading trusts nothing: a length is not believed before its bytes are there, nesting is bounded, and what has been read is
//! checked (`check`: structure; `verify`: what registers hold) before anyone sees it. So a chunk that gets through
//! here can do what a program in source form can do, and no more.

use std::sync::Arc;

use super::Inst;
use super::check::check;
use super::dump::{BINARY_MARK, FORMAT, HEAD, MARK};
use super::function::{Constant, FunctionCode, LocalInfo, TableSite, UpvalueDesc};
use super::op::COUNT;
use super::verify::verify;

/// How deep functions may nest: deeper than the parser lets them.
const MAX_DEPTH: usize = 220;

/// Reads a binary chunk. `name` is the chunk's name with its `=` or `@`, for the message.
pub fn undump(bytes: &[u8], name: &[u8]) -> Result<FunctionCode, Vec<u8>> {
    read(bytes).map_err(|why| {
        let shown = match name {
            [b'@' | b'=', rest @ ..] => rest,
            [BINARY_MARK, ..] => b"binary string",
            name => name,
        };
        [shown, b": bad binary format (", why.as_bytes(), b")"].concat()
    })
}

fn read(bytes: &[u8]) -> Result<FunctionCode, String> {
    let mut reader = Reader { rest: bytes, strings: Vec::new() };
    reader.head()?;
    let code = reader.function(0)?;
    check(&code)?;
    verify(&code)?;
    Ok(code)
}

struct Reader<'b> {
    rest: &'b [u8],
    strings: Vec<Arc<[u8]>>,
}

/// Parts of the head by their ends, and what a difference in them means.
const HEAD_PARTS: &[(usize, &str)] = &[
    (4, "not a binary chunk"),
    (5, "version mismatch"),
    (6, "format mismatch"),
    (12, "corrupted chunk"),
    (13, "Instruction size mismatch"),
    (14, "lua_Integer size mismatch"),
    (15, "lua_Number size mismatch"),
    (23, "integer format mismatch"),
    (31, "float format mismatch"),
];

impl<'b> Reader<'b> {
    fn head(&mut self) -> Result<(), String> {
        let mut start = 0;
        for &(end, why) in HEAD_PARTS {
            if self.take(end - start)? != &HEAD[start..end] {
                return Err(why.into());
            }
            start = end;
        }
        if self.take(MARK.len())? != MARK || self.byte()? != FORMAT {
            return Err("chunk of another implementation or version".into());
        }
        Ok(())
    }

    fn take(&mut self, count: usize) -> Result<&'b [u8], String> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or("truncated chunk")?;
        self.rest = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, String> {
        Ok(self.take(1)?[0])
    }

    fn bool(&mut self) -> Result<bool, String> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err("neither true nor false".into()),
        }
    }

    fn number(&mut self) -> Result<u64, String> {
        let mut number = 0;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err("integer overflow".into())
    }

    fn small<T: TryFrom<u64>>(&mut self) -> Result<T, String> {
        T::try_from(self.number()?).map_err(|_| "integer overflow".into())
    }

    /// A number of 32 bits whose sign is its lowest bit.
    fn signed(&mut self) -> Result<i32, String> {
        let number: u32 = self.small()?;
        Ok((number >> 1) as i32 ^ -((number & 1) as i32))
    }

    fn string(&mut self) -> Result<Arc<[u8]>, String> {
        let number: usize = self.small()?;
        if let Some(index) = number.checked_sub(1) {
            return self.strings.get(index).cloned().ok_or_else(|| "no such string".into());
        }
        let len = self.small()?;
        let text: Arc<[u8]> = self.take(len)?.into();
        self.strings.push(text.clone());
        Ok(text)
    }

    /// A list, at most as long as the chunk: an item takes a byte at least.
    fn list<T>(&mut self, mut each: impl FnMut(&mut Self) -> Result<T, String>) -> Result<Vec<T>, String> {
        let count: usize = self.small()?;
        let mut items = Vec::with_capacity(count.min(self.rest.len()));
        for _ in 0..count {
            items.push(each(self)?);
        }
        Ok(items)
    }

    fn function(&mut self, depth: usize) -> Result<FunctionCode, String> {
        if depth > MAX_DEPTH {
            return Err("functions nested too deep".into());
        }
        let source = self.string()?;
        let (line_defined, last_line) = (self.small()?, self.small()?);
        let (num_params, is_vararg, frame_size) = (self.byte()?, self.bool()?, self.byte()?);
        Ok(FunctionCode {
            upvalues: self.list(Self::upvalue)?,
            code: self.list(Self::inst)?,
            constants: self.list(Self::constant)?,
            field_keys: self.list(Self::string)?,
            table_sites: self.list(Self::site)?,
            hot_sites: self.small()?,
            children: self.list(|it| it.function(depth + 1))?,
            lines: self.lines()?,
            locals: self.list(Self::local)?,
            num_params,
            is_vararg,
            frame_size,
            source,
            line_defined,
            last_line,
        })
    }

    fn inst(&mut self) -> Result<Inst, String> {
        let (op, a) = (self.byte()?, self.byte()?);
        let (bc, d): (u16, i32) = (self.small()?, self.signed()?);
        if usize::from(op) >= COUNT {
            return Err("no such instruction".into());
        }
        Ok(Inst(u64::from(op) | u64::from(a) << 8 | u64::from(bc) << 16 | u64::from(d as u32) << 32))
    }

    fn upvalue(&mut self) -> Result<UpvalueDesc, String> {
        Ok(UpvalueDesc { name: self.string()?, from_parent_register: self.bool()?, index: self.byte()? })
    }

    fn constant(&mut self) -> Result<Constant, String> {
        Ok(match self.byte()? {
            0 => Constant::Nil,
            1 => Constant::Bool(false),
            2 => Constant::Bool(true),
            3 => Constant::Int(self.word()? as i64),
            4 => Constant::Float(f64::from_bits(self.word()?)),
            5 => Constant::Str(self.string()?),
            _ => return Err("no such kind of constant".into()),
        })
    }

    fn word(&mut self) -> Result<u64, String> {
        let mut word = [0; 8];
        word.copy_from_slice(self.take(8)?);
        Ok(u64::from_le_bytes(word))
    }

    fn site(&mut self) -> Result<TableSite, String> {
        Ok(TableSite { keys: self.list(Self::string)?, fields: self.small()?, array: self.small()? })
    }

    fn lines(&mut self) -> Result<Vec<u32>, String> {
        let mut line = 0u32;
        self.list(|it| {
            line = line.wrapping_add_signed(it.signed()?);
            Ok(line)
        })
    }

    fn local(&mut self) -> Result<LocalInfo, String> {
        let (name, start_pc, length): (_, u32, u32) = (self.string()?, self.small()?, self.small()?);
        let end_pc = start_pc.checked_add(length).ok_or("integer overflow")?;
        Ok(LocalInfo { name, start_pc, end_pc, register: self.byte()?, is_cell: self.bool()? })
    }
}

#[cfg(test)]
mod tests {
    use super::super::dump::dump;
    use super::*;
    use crate::compile::compile_source;

    const PROGRAM: &[u8] = b"local a <const>, t = 1, {x = 1, 'two', 3.5, n = -0.0}
        local function adder(n) return function() n = n + 1 return n end end
        local function f(...)
            local sum = 0
            for i = 1, select('#', ...) do sum = sum + (select(i, ...)) end
            for k, v in pairs(t) do if v == 'x' or k == math.huge then t[k] = nil end end
            return sum, function() sum = sum .. a; t.x = sum end
        end
        while f do local c <close> = nil; if t:method() then break end end
        return f(1, 2, ...)";

    fn program() -> FunctionCode {
        compile_source(PROGRAM, b"@program").expect("the program compiles")
    }

    #[test]
    fn what_was_written_is_read() {
        let code = program();
        let read = undump(&dump(&code, false), b"=x").expect("the chunk is good");
        assert_eq!(format!("{code:?}"), format!("{read:?}"));
    }

    #[test]
    fn a_stripped_chunk_has_no_debug_information() {
        let code = undump(&dump(&program(), true), b"=x").expect("the chunk is good");
        assert!(code.lines.is_empty() && code.locals.is_empty() && code.upvalues.iter().all(|it| it.name.is_empty()));
        assert_eq!(&*code.children[0].source, b"=?");
        assert_eq!(code.code, program().code);
    }

    #[test]
    fn every_prefix_is_said_to_be_truncated() {
        let chunk = dump(&program(), false);
        for end in 0..chunk.len() {
            let error = undump(&chunk[..end], b"@file").expect_err("incomplete");
            assert_eq!(error, b"file: bad binary format (truncated chunk)");
        }
    }

    #[test]
    fn each_byte_of_the_head_counts() {
        let chunk = dump(&program(), false);
        for at in 0..HEAD.len() + MARK.len() + 1 {
            let mut wrong = chunk.clone();
            wrong[at] ^= 1;
            assert!(undump(&wrong, b"\x1b").is_err_and(|text| text.starts_with(b"binary string: bad binary format (")));
        }
    }

    #[test]
    fn extra_arguments_are_prepared_before_anything_else() {
        let mut code = compile_source(b"return ...", b"=x").expect("it compiles");
        code.code[0] = code.code[1];
        code.code[1] = Inst::abc(super::super::Op::Return0, 0, 0, 0);
        let error = undump(&dump(&code, false), b"x").expect_err("not prepared");
        assert_eq!(error, b"x: bad binary format (function at line 0, pc 0: extra arguments are not prepared)");
    }

    #[test]
    fn functions_nested_too_deep_are_refused() {
        let mut code = compile_source(b"", b"=x").expect("it compiles");
        for _ in 0..MAX_DEPTH + 1 {
            let inner = std::mem::replace(&mut code, compile_source(b"", b"=x").expect("it compiles"));
            code.children.push(inner);
        }
        let error = undump(&dump(&code, false), b"x").expect_err("too deep");
        assert_eq!(error, b"x: bad binary format (functions nested too deep)");
    }
}
