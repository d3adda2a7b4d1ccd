//! The table library.
//!
//! Every function works on anything that answers `__index`, `__newindex` and `__len` as far as the function needs them.
//! A table without a metatable, the common case, is read and written directly; the two ways have the same results.

use crate::cx::Cx;
use crate::interrupt::Watch;
use crate::native::{Args, CallFrame, NativeResult, Raise};
use crate::number::format_number;
use crate::object::Gc;
use crate::object::layout::{Str, Table};
use crate::object::metamethod::Metamethod;
use crate::value::{Raw, Tag, Value};
use crate::vm::Vm;

use super::access;
use super::arg::{Arguments, Given, function, int, opt_bytes, opt_int, table, to_plain_number};
use super::buffer::Buffer;
use super::register::{Library, natives};
use super::sort::{InvalidOrder, Sortable, sort as sort_elements};

natives! {
    /// `table.concat`
    CONCAT = "table.concat", Either(plain_concat, concat);
    /// `table.insert`
    INSERT = "table.insert", Either(plain_insert, insert);
    /// `table.move`
    MOVE = "table.move", Either(plain_move, move_elements);
    /// `table.pack`
    PACK = "table.pack", Leaf(pack);
    /// `table.remove`
    REMOVE = "table.remove", Either(plain_remove, remove);
    /// `table.sort`
    SORT = "table.sort", Either(plain_sort, sort);
    /// `table.unpack`
    UNPACK = "table.unpack", Either(plain_unpack, unpack);
}

/// Makes the table `table`.
pub(super) fn open(cx: Cx<'_>) -> Result<(), Raise> {
    Library::new(cx, "table")?.functions(ALL, &[])
}

/// What a function does with its table.
const READS: &[Metamethod] = &[Metamethod::Index, Metamethod::Len];
const WRITES: &[Metamethod] = &[Metamethod::Index, Metamethod::NewIndex, Metamethod::Len];

/// Checks that argument `index` is a table or has all these metamethods. True if it is a table without a metatable.
fn check_table<'gc>(cx: Cx<'gc>, args: impl Arguments<'gc>, index: usize, needs: &[Metamethod]) -> Result<bool, Raise> {
    let value = args.or_nil(index);
    if let Some(table) = value.as_gc::<Table>() {
        return Ok(table.metatable(cx).is_none());
    }
    if cx.metatable(value).is_some() && needs.iter().all(|&event| cx.metamethod(value, event).is_some()) {
        return Ok(false);
    }
    table(cx, args, index).map(|_| false)
}

/// Argument 0, if it is a table without a metatable: only then a leaf can do the work.
#[inline]
fn plain_arg<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> Result<Gc<'gc, Table>, Raise> {
    args.value(0).as_gc::<Table>().filter(|table| table.metatable(cx).is_none()).ok_or(Raise::Reenter)
}

/// A table, as the caller has checked.
fn plain<'gc>(value: Value<'gc>) -> Gc<'gc, Table> {
    value.as_gc::<Table>().expect("checked to be a table")
}

fn get(vm: &mut Vm, frame: CallFrame, arg: usize, key: i64) -> Result<Raw, Raise> {
    let object = vm.slot(frame.base + arg);
    access::index(vm, object, Raw::int(key))
}

fn set(vm: &mut Vm, frame: CallFrame, arg: usize, key: i64, value: Raw) -> Result<(), Raise> {
    let object = vm.slot(frame.base + arg);
    access::set_index(vm, object, Raw::int(key), value)
}

fn plain_insert<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let table = plain_arg(cx, args)?;
    let first_free = table.len() as i64 + 1;
    match args.len() {
        2 => table.set_int(cx, first_free, args.value(1))?,
        3 => {
            let position = int(cx, args, 1)?;
            if (position as u64).wrapping_sub(1) >= first_free as u64 {
                return Err(cx.arg_error(1, "position out of bounds"));
            }
            for to in (position + 1..=first_free).rev() {
                table.set_int(cx, to, table.get_int(to - 1))?;
            }
            table.set_int(cx, position, args.value(2))?;
        }
        _ => return Err(cx.error("wrong number of arguments to 'insert'")),
    }
    Ok(0)
}

fn insert(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<3> = Given::new(vm, frame);
    check_table(vm.cx(), given, 0, WRITES)?;
    let first_free = access::length(vm, given.or_nil(0))?.wrapping_add(1);
    // `__len` may have collected.
    let given: Given<3> = Given::new(vm, frame);
    let cx = vm.cx();
    match frame.len {
        2 => {
            set(vm, frame, 0, first_free, given.or_nil(1))?;
        }
        3 => {
            let position = int(cx, given, 1)?;
            if (position as u64).wrapping_sub(1) >= first_free as u64 {
                return Err(cx.arg_error(1, "position out of bounds"));
            }
            // `first_free` has wrapped around if the length is the largest integer: then nothing is above the position.
            let moved = if position < first_free { first_free - position } else { 0 };
            for to in (0..moved).map(|offset| first_free - offset) {
                let moved = get(vm, frame, 0, to - 1)?;
                set(vm, frame, 0, to, moved)?;
            }
            let value = vm.slot(frame.base + 2);
            set(vm, frame, 0, position, value)?;
        }
        _ => return Err(cx.error("wrong number of arguments to 'insert'")),
    }
    Ok(0)
}

fn plain_remove<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let table = plain_arg(cx, args)?;
    let size = table.len() as i64;
    let position = opt_int(cx, args, 1, size)?;
    if position != size && (position as u64).wrapping_sub(1) > size as u64 {
        return Err(cx.arg_error(1, "position out of bounds"));
    }
    let removed = table.get_int(position);
    for to in position..size {
        table.set_int(cx, to, table.get_int(to + 1))?;
    }
    table.set_int(cx, position.max(size), Value::NIL)?;
    cx.ret1(removed)
}

fn remove(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<2> = Given::new(vm, frame);
    check_table(vm.cx(), given, 0, WRITES)?;
    let size = access::length(vm, given.or_nil(0))?;
    // `__len` may have collected.
    let given: Given<2> = Given::new(vm, frame);
    let cx = vm.cx();
    let mut position = opt_int(cx, given, 1, size)?;
    if position != size && (position as u64).wrapping_sub(1) > size as u64 {
        return Err(cx.arg_error(1, "position out of bounds"));
    }
    let removed = get(vm, frame, 0, position)?;
    vm.push(removed);
    while position < size {
        let moved = get(vm, frame, 0, position + 1)?;
        set(vm, frame, 0, position, moved)?;
        position += 1;
    }
    set(vm, frame, 0, position, Raw::NIL)?;
    Ok(1)
}

fn plain_concat<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let table = plain_arg(cx, args)?;
    let separator = opt_bytes(cx, args, 1)?.unwrap_or(b"");
    let (first, last) = (opt_int(cx, args, 2, 1)?, opt_int(cx, args, 3, table.len() as i64)?);
    let mut out = Buffer::new();
    let mut key = first;
    while key <= last {
        put_element(cx, &mut out, table.get_int(key), key)?;
        if key == last {
            break;
        }
        out.push(cx, separator)?;
        key += 1;
    }
    cx.ret1(cx.concat(&[&out])?.value())
}

/// Appends the text of an element, which must be a string or a number.
#[inline]
fn put_element<'gc>(cx: Cx<'gc>, out: &mut Buffer, value: Value<'gc>, key: i64) -> Result<(), Raise> {
    if let Some(text) = value.as_gc::<Str>() {
        out.push(cx, text.bytes())?;
    } else if let Some(number) = to_plain_number(value) {
        out.push(cx, &format_number(number))?;
    } else {
        let at = format!(") at index {key} in table for 'concat'");
        return Err(cx.error_bytes(&[b"invalid value (", value.tag().type_name().as_bytes(), at.as_bytes()].concat()));
    }
    Ok(())
}

fn concat(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<4> = Given::new(vm, frame);
    check_table(vm.cx(), given, 0, READS)?;
    let len = access::length(vm, given.or_nil(0))?;
    // `__len` may have collected.
    let given: Given<4> = Given::new(vm, frame);
    let cx = vm.cx();
    let separator = opt_bytes(cx, given, 1)?.unwrap_or(b"").to_vec();
    let (first, last) = (opt_int(cx, given, 2, 1)?, opt_int(cx, given, 3, len)?);
    let mut out = Buffer::new();
    let mut key = first;
    while key <= last {
        let value = get(vm, frame, 0, key)?;
        put_element(vm.cx(), &mut out, value, key)?;
        if key == last {
            break;
        }
        out.push(vm.cx(), &separator)?;
        key += 1;
        if key % 4096 == 0 {
            vm.check_interrupt()?;
        }
    }
    let cx = vm.cx();
    cx.ret1(cx.concat(&[&out])?.value())
}

fn plain_unpack<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let table = plain_arg(cx, args)?;
    let first = opt_int(cx, args, 1, 1)?;
    let last = if args.value(2).is_nil() { table.len() as i64 } else { int(cx, args, 2)? };
    if first > last {
        return Ok(0);
    }
    let count = (last as u64).wrapping_sub(first as u64);
    if count >= cx.room() as u64 {
        return Err(Raise::Reenter);
    }
    for key in first..=last {
        cx.push(table.get_int(key));
    }
    Ok(count as usize + 1)
}

fn unpack(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<3> = Given::new(vm, frame);
    let first = opt_int(vm.cx(), given, 1, 1)?;
    let last = if given.is_absent(2) { access::length(vm, given.or_nil(0))? } else { int(vm.cx(), given, 2)? };
    if first > last {
        return Ok(0);
    }
    let count = (last as u64).wrapping_sub(first as u64);
    if count >= i32::MAX as u64 || vm.ensure(count as usize + 1).is_err() {
        return Err(vm.error_text("too many results to unpack"));
    }
    let count = count as usize + 1;
    let object = vm.slot(frame.base);
    let cx = vm.cx();
    if let Some(table) = object.as_gc::<Table>().filter(|table| table.metatable(cx).is_none()) {
        for key in first..=last {
            cx.push(table.get_int(key));
        }
        return Ok(count);
    }
    for key in first..=last {
        let value = if frame.len == 0 { access::index(vm, Raw::NIL, Raw::int(key))? } else { get(vm, frame, 0, key)? };
        vm.push(value);
    }
    Ok(count)
}

fn pack<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let packed = cx.table(1, args.len());
    packed.set_list(cx, 0, (0..args.len()).map(|index| args.value(index)))?;
    packed.set_bytes(cx, b"n", Value::int(args.len() as i64))?;
    cx.ret1(packed.value())
}

/// The most elements that are moved without looking at whether somebody wants to break off.
const UNWATCHED: i64 = 4096;

/// Moves elements of tables without metatables, where it can be begun again: memory may be refused at any element.
fn plain_move<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let source = plain_arg(cx, args)?;
    let (first, last, to) = (int(cx, args, 1)?, int(cx, args, 2)?, int(cx, args, 3)?);
    let target = match args.value(4) {
        value if value.is_nil() => source,
        value => value.as_gc::<Table>().filter(|table| table.metatable(cx).is_none()).ok_or(Raise::Reenter)?,
    };
    if last >= first {
        let count = last.checked_sub(first).filter(|more| *more < UNWATCHED).ok_or(Raise::Reenter)? + 1;
        let end = to.checked_add(count - 1).ok_or(Raise::Reenter)?;
        let same = source.value().same_bits(target.value());
        // Elements that stand in the array part are overwritten in place, for which no memory is needed.
        if same && (to < 1 || end > target.len() as i64) {
            return Err(Raise::Reenter);
        }
        let upwards = to > last || to <= first || !same;
        for offset in 0..count {
            let offset = if upwards { offset } else { count - 1 - offset };
            target.set_int(cx, to + offset, source.get_int(first + offset))?;
        }
    }
    cx.ret1(target.value())
}

/// Moves an element from the table in argument 0 to the one in argument `target`, where no metamethod has a say.
fn move_plain(vm: &mut Vm, frame: CallFrame, target: usize, from: i64, to: i64) -> Result<(), Raise> {
    let value = plain(vm.slot(frame.base)).get_int(from);
    let target = plain(vm.slot(frame.base + target));
    target.set_int(vm.cx(), to, value)
}

fn move_elements(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<5> = Given::new(vm, frame);
    let cx = vm.cx();
    let (first, last, to) = (int(cx, given, 1)?, int(cx, given, 2)?, int(cx, given, 3)?);
    let target = if given.is_absent(4) { 0 } else { 4 };
    let source_direct = check_table(cx, given, 0, &[Metamethod::Index])?;
    let target_direct = check_table(cx, given, target, &[Metamethod::NewIndex])?;
    if last >= first {
        if first <= 0 && last >= i64::MAX + first {
            return Err(cx.arg_error(2, "too many elements to move"));
        }
        let count = last - first + 1;
        if to > i64::MAX - count + 1 {
            return Err(cx.arg_error(3, "destination wrap around"));
        }
        let same = target == 0 || given.or_nil(0).same_bits(given.or_nil(target));
        let upwards = to > last || to <= first || !same;
        let mut step = |offset: i64| -> Result<(), Raise> {
            if offset % UNWATCHED == 0 {
                vm.check_interrupt()?;
            }
            if source_direct && target_direct {
                let mut moved = move_plain(vm, frame, target, first + offset, to + offset);
                if moved == Err(Raise::Memory) {
                    vm.collect_full();
                    moved = move_plain(vm, frame, target, first + offset, to + offset);
                    // What has been moved must not be moved again, as it would be if the whole call were repeated.
                    vm.entries += 1;
                }
                return moved;
            }
            let value = get(vm, frame, 0, first + offset)?;
            set(vm, frame, target, to + offset, value)
        };
        if upwards {
            (0..count).try_for_each(&mut step)?;
        } else {
            (0..count).rev().try_for_each(&mut step)?;
        }
    }
    let result = vm.slot(frame.base + target);
    vm.cx().ret1(result)
}

fn plain_sort<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let table = plain_arg(cx, args)?;
    let len = table.len();
    if !args.value(1).is_nil() || len >= i32::MAX as usize || len >= 2 && !sort_plain(cx, table, len)? {
        return Err(Raise::Reenter);
    }
    Ok(0)
}

fn sort(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<2> = Given::new(vm, frame);
    let direct = check_table(vm.cx(), given, 0, WRITES)?;
    let len = access::length(vm, given.or_nil(0))?;
    if len < 2 {
        return Ok(0);
    }
    // `__len` may have collected.
    let given: Given<2> = Given::new(vm, frame);
    let cx = vm.cx();
    if len >= i64::from(i32::MAX) {
        return Err(cx.arg_error(0, "array too big"));
    }
    let by_function = !given.is_absent(1);
    if by_function {
        function(cx, given, 1)?;
    }
    let len = len as usize;
    let mut elements = Elements { vm, frame, direct, by_function };
    sort_elements(&mut elements, len).map_err(|failure| match failure {
        Failure::Raise(raise) => raise,
        Failure::InvalidOrder(invalid) => elements.vm.error_text(invalid),
    })?;
    Ok(0)
}

enum Failure {
    Raise(Raise),
    InvalidOrder(InvalidOrder),
}

impl From<InvalidOrder> for Failure {
    fn from(invalid: InvalidOrder) -> Failure {
        Failure::InvalidOrder(invalid)
    }
}

impl From<Raise> for Failure {
    fn from(raise: Raise) -> Failure {
        Failure::Raise(raise)
    }
}

/// Elements that are compared by calling Lua: they stay in the table, which the collector knows.
struct Elements<'vm> {
    vm: &'vm mut Vm,
    frame: CallFrame,
    direct: bool,
    by_function: bool,
}

impl Elements<'_> {
    fn element(&mut self, index: usize) -> Result<Raw, Raise> {
        if self.direct {
            return Ok(plain(self.vm.slot(self.frame.base)).get_int(index as i64).raw());
        }
        get(self.vm, self.frame, 0, index as i64)
    }

    /// Two elements, both valid.
    fn pair(&mut self, a: usize, b: usize) -> Result<(Raw, Raw), Raise> {
        let first = self.element(a)?;
        if self.direct {
            return Ok((first, self.element(b)?));
        }
        // Reading the second may call Lua: the first waits in a slot.
        self.vm.push(first);
        let second = self.element(b)?;
        Ok((self.vm.pop(), second))
    }
}

impl Sortable for Elements<'_> {
    type Error = Failure;

    fn less(&mut self, a: usize, b: usize) -> Result<bool, Failure> {
        let (a, b) = self.pair(a, b)?;
        if self.by_function {
            let order = self.vm.slot(self.frame.base + 1);
            return Ok(access::call(self.vm, order, &[a, b])?.is_truthy());
        }
        Ok(access::less_than(self.vm, a, b)?)
    }

    fn swap(&mut self, a: usize, b: usize) -> Result<(), Failure> {
        let (first, second) = self.pair(a, b)?;
        if self.direct {
            let table = plain(self.vm.slot(self.frame.base));
            let cx = self.vm.cx();
            table.set_int(cx, a as i64, second)?;
            table.set_int(cx, b as i64, first)?;
            return Ok(());
        }
        self.vm.push(first);
        set(self.vm, self.frame, 0, a as i64, second)?;
        let first = self.vm.pop();
        set(self.vm, self.frame, 0, b as i64, first)?;
        Ok(())
    }
}

/// Elements outside the table, all numbers or all strings: nothing can be called while they are sorted.
struct Copied<'gc> {
    values: Vec<Value<'gc>>,
    comparisons: u32,
    watch: Watch<'gc>,
}

/// Why sorting copied values ends early.
enum Stopped {
    InvalidOrder(InvalidOrder),
    Asked,
}

impl From<InvalidOrder> for Stopped {
    fn from(invalid: InvalidOrder) -> Stopped {
        Stopped::InvalidOrder(invalid)
    }
}

impl Sortable for Copied<'_> {
    type Error = Stopped;

    fn less(&mut self, a: usize, b: usize) -> Result<bool, Stopped> {
        self.comparisons = self.comparisons.wrapping_add(1);
        if self.comparisons.is_multiple_of(4096) && self.watch.is_asked() {
            return Err(Stopped::Asked);
        }
        access::plain_less_than(self.values[a - 1], self.values[b - 1]).ok_or(Stopped::InvalidOrder(InvalidOrder))
    }

    fn swap(&mut self, a: usize, b: usize) -> Result<(), Stopped> {
        self.values.swap(a - 1, b - 1);
        Ok(())
    }
}

/// Sorts a table of numbers or of strings by `<`. False, and nothing done, if it holds anything else.
fn sort_plain<'gc>(cx: Cx<'gc>, table: Gc<'gc, Table>, len: usize) -> Result<bool, Raise> {
    let _charge = cx.charge(len * size_of::<Value<'gc>>())?;
    let copied: Vec<Value<'gc>> = (1..=len as i64).map(|key| table.get_int(key)).collect();
    let is_text = copied[0].tag() == Tag::Str;
    let uniform = |value: &Value<'gc>| if is_text { value.tag() == Tag::Str } else { value.is_number() };
    if !copied.iter().all(uniform) {
        return Ok(false);
    }
    let mut copied = Copied { values: copied, comparisons: 0, watch: cx.watch() };
    // NaN makes the order of numbers contradict itself.
    sort_elements(&mut copied, len).map_err(|stopped| match stopped {
        Stopped::InvalidOrder(invalid) => cx.error(invalid),
        Stopped::Asked => Raise::Interrupted,
    })?;
    for (key, value) in (1..).zip(copied.values) {
        table.set_int(cx, key, value)?;
    }
    Ok(true)
}
