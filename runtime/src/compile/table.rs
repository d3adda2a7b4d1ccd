//! Table constructors.
//!
//! A constructor of named fields only, or of list items only, becomes one instruction that takes all its values, so
//! that the table is made at its final size and shape. Any other is made empty, with its size announced, and filled.

use std::sync::Arc;

use super::expr::Want;
use super::func::Func;
use super::{Done, Reg};
use crate::bytecode::function::TableSite;
use crate::bytecode::{Inst, Op};
use crate::syntax::ast::{Constant, ExprId, Item, Table};

/// Most values that wait in registers.
const BATCH: usize = 50;

impl Func<'_> {
    pub(super) fn table(&mut self, table: &Table, dst: Reg, line: u32) -> Done {
        let items = &table.items;
        if items.is_empty() {
            let site = self.table_site(TableSite::default());
            self.emit(Inst::new(Op::NewTable, dst, 0, 0, site), line);
            return Ok(());
        }
        if items.len() <= BATCH {
            if let Some(keys) = self.record_keys(items) {
                let values = items.iter().map(|item| value_of(*item));
                let fields = keys.len() as u32;
                return self.in_one(Op::NewRecord, values, TableSite { keys, fields, array: 0 }, dst, line);
            }
            let is_list = |item: &Item| matches!(item, Item::Positional(_));
            if items.iter().all(is_list) && !self.is_multi(value_of(items[items.len() - 1])) {
                let values = items.iter().map(|item| value_of(*item));
                let array = items.len() as u32;
                return self.in_one(Op::NewArray, values, TableSite { keys: Vec::new(), fields: 0, array }, dst, line);
            }
        }
        self.piecewise(table, dst, line)
    }

    /// The keys, if all items have constant names that differ.
    fn record_keys(&self, items: &[Item]) -> Option<Vec<Arc<[u8]>>> {
        let mut seen = Vec::with_capacity(items.len());
        for item in items {
            let Item::Keyed(key, _) = *item else { return None };
            match self.constant(key) {
                Some(Constant::Str(name)) if !seen.contains(&name) => seen.push(name),
                _ => return None,
            }
        }
        Some(seen.into_iter().map(|name| self.text(name)).collect())
    }

    fn in_one(
        &mut self,
        op: Op,
        values: impl ExactSizeIterator<Item = ExprId>,
        site: TableSite,
        dst: Reg,
        line: u32,
    ) -> Done {
        let base = self.scopes.free as Reg;
        let count = values.len() as u8;
        for value in values {
            self.expr_next(value)?;
        }
        let site = self.table_site(site);
        self.emit(Inst::new(op, dst, base, count, site), line);
        Ok(())
    }

    fn piecewise(&mut self, table: &Table, dst: Reg, line: u32) -> Done {
        let count = |of: fn(&Item) -> bool| table.items.iter().filter(|&item| of(item)).count() as u32;
        let site = self.table_site(TableSite {
            keys: Vec::new(),
            fields: count(|item| matches!(item, Item::Keyed(..))),
            array: count(|item| matches!(item, Item::Positional(_))),
        });
        let own = self.scopes.is_temp(dst) && self.scopes.is_top(dst);
        let object = if own { dst } else { self.reserve(1)? };
        self.emit(Inst::new(Op::NewTable, object, 0, 0, site), line);
        let mut stored = 0;
        let mut pending = 0;
        for (at, item) in table.items.iter().enumerate() {
            match *item {
                Item::Keyed(key, value) => self.store_item(object, key, value)?,
                Item::Positional(value) if at + 1 == table.items.len() && self.is_multi(value) => {
                    self.multi(value, Want::Open)?;
                    self.emit(Inst::new(Op::SetList, object, 0, 0, stored), table.end_line);
                    pending = 0;
                }
                Item::Positional(value) => {
                    let since = self.pc();
                    self.expr_next(value)?;
                    pending += 1;
                    if at + 1 == table.items.len() {
                        self.delay_last_get(since, table.end_line);
                    }
                }
            }
            if pending == BATCH as i32 || pending > 0 && at + 1 == table.items.len() {
                self.emit(Inst::new(Op::SetList, object, pending as u8, 0, stored), table.end_line);
                stored += pending;
                pending = 0;
                self.scopes.free = u32::from(object) + 1;
            }
        }
        self.emit_move(dst, object, line);
        Ok(())
    }

    fn store_item(&mut self, object: Reg, key: ExprId, value: ExprId) -> Done {
        let free = self.scopes.free;
        if let Some(Constant::Str(name)) = self.constant(key) {
            let value = self.operand(value)?;
            let line = self.line_of(key);
            self.emit_field(Op::SetField, object, value, name, line);
        } else if let Some(int) = self.small_int(key, 0..=255) {
            let line = self.line_of(key);
            let value = self.operand(value)?;
            self.emit(Inst::abc(Op::SetInt, object, int as u8, value), line);
        } else {
            let line = self.line_of(value);
            let key = self.operand(key)?;
            let value = self.operand(value)?;
            self.emit(Inst::abc(Op::SetIndex, object, key, value), line);
        }
        self.scopes.free = free;
        Ok(())
    }
}

fn value_of(item: Item) -> ExprId {
    match item {
        Item::Positional(value) | Item::Keyed(_, value) => value,
    }
}
