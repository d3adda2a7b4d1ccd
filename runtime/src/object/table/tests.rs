//! A table against a map, with computed keys.

use crate::heap::HeapOptions;
use crate::value::Value;
use crate::vm::Vm;

#[test]
fn appending_and_erasing_moves_the_border() {
    let mut vm = Vm::new(HeapOptions::default(), 1).unwrap();
    let cx = vm.cx();
    let table = cx.table(0, 0);
    for i in 1..=1000 {
        table.set_int(cx, i, Value::int(i)).unwrap();
        assert_eq!(table.len(), i as usize);
    }
    for i in (1..=1000).rev() {
        assert_eq!(table.get_int(i).as_int(), Some(i));
        table.set_int(cx, i, Value::NIL).unwrap();
        assert_eq!(table.len(), i as usize - 1);
    }
}
