//! Several chunks as one: a main function that calls them in order, each without arguments and with its own environment.

use super::function::{FunctionCode, UpvalueDesc};
use super::{Inst, Op};

/// Combines main functions. A single one stays as it is.
pub fn combine(mut parts: Vec<FunctionCode>) -> FunctionCode {
    if parts.len() == 1 {
        return parts.remove(0);
    }
    let mut code = Vec::with_capacity(parts.len() * 2 + 1);
    for (index, part) in parts.iter_mut().enumerate() {
        code.push(Inst::new(Op::Closure, 0, 0, 0, index as i32));
        code.push(Inst::abc(Op::Call, 0, 1, 1));
        for upvalue in &mut part.upvalues {
            (upvalue.from_parent_register, upvalue.index) = (false, 0);
        }
    }
    code.push(Inst::abc(Op::Return0, 0, 0, 0));
    FunctionCode {
        lines: vec![1; code.len()],
        code,
        children: parts,
        upvalues: vec![UpvalueDesc { name: b"_ENV"[..].into(), from_parent_register: false, index: 0 }],
        frame_size: 2,
        source: b"=(luac)"[..].into(),
        ..FunctionCode::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{check::check, verify::verify};
    use super::*;
    use crate::compile::compile_source;

    #[test]
    fn what_is_combined_is_sound() {
        let part = |text: &[u8]| compile_source(text, b"=part").expect("it compiles");
        let whole = combine(vec![part(b"x = ..."), part(b"return x")]);
        assert_eq!(check(&whole).and_then(|()| verify(&whole)), Ok(()));
        assert_eq!(whole.children.len(), 2);
        assert_eq!(&*combine(vec![part(b"x = 1")]).source, b"=part");
    }
}
