//! Function prototypes: linked code with its constants, caches, counters and debug information.
//!
//! A prototype is a pinned heap object: closures, frames on the VM stack and machine code point straight at it and at
//! its instructions. Its tables are Rust allocations that it owns; dropping it (when a major collection finds it dead)
//! frees them.

use std::cell::{Cell, OnceCell};
use std::sync::Arc;

use super::layout::{ConstantSlot, INLINE_CAPS, MAX_SITE, ShapeId, Str, Table, cap_number};
use super::shape::{self, KeySource};
use super::{Gc, Kind, RawGc};
use crate::bytecode::Inst;
use crate::bytecode::check::MAX_HOT_SITES;
use crate::bytecode::function::{Constant, FunctionCode, LocalInfo, TableSite, UpvalueDesc};
use crate::bytecode::liveness::Liveness;
use crate::cx::Cx;
use crate::heap::{Charge, Extent, Header, ObjPtr};
use crate::native::Raise;
use crate::value::Value;

/// A linked function prototype. The first group of fields is read by the interpreter's fast paths.
#[repr(C)]
pub struct Proto {
    /// Object header.
    pub header: Header,
    /// First instruction.
    pub code: *mut Inst,
    /// First constant.
    pub constants: *mut ConstantSlot,
    /// First field cache.
    pub fields: *mut FieldCache,
    /// First hot site; the last one, at index `hot_sites`, is the function's entry.
    pub sites: *mut HotSite,
    /// First allocation site.
    pub tables: *mut AllocSite,
    /// Calls until the function is hot.
    pub call_counter: u32,
    /// Fixed parameters.
    pub num_params: u8,
    /// Slots above the base.
    pub frame_size: u8,
    /// Whether it takes extra arguments.
    pub is_vararg: bool,
    /// Number of upvalues.
    pub num_upvalues: u8,
    /// Inner prototypes.
    pub children: Box<[RawGc<Proto>]>,
    /// Upvalue descriptions.
    pub upvalues: Box<[UpvalueDesc]>,
    /// Line of each instruction; empty if the debug information was stripped.
    pub lines: Box<[u32]>,
    /// Local variables.
    pub locals: Box<[LocalInfo]>,
    /// Chunk name.
    pub source: Arc<[u8]>,
    /// First line.
    pub line_defined: u32,
    /// Last line.
    pub last_line: u32,
    /// What was linked, without what stands in other fields: instructions as they were compiled, constants, keys, sites.
    pub unlinked: Box<FunctionCode>,
    /// Liveness, computed at first need: see `bytecode::liveness`.
    pub liveness: OnceCell<Liveness>,
    /// Whether variables in scope are live, read or not: see `Cx::keep_locals`.
    pub keeps_locals: Cell<bool>,
    /// What all this takes beside the heap.
    _charge: Charge,
}

/// What a prototype takes in the heap.
pub const EXTENT: Extent = Extent::plain(size_of::<Proto>());

/// An inline cache of a field access. One belongs to one instruction.
///
/// A cached slot answers a read if its value is not nil, or if the shape has no metatable; and a store, if the value that it
/// holds is not nil, or if the shape has no metatable. A store under the name of a metamethod is never cached.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct FieldCache {
    /// The key: an interned, so pinned, string.
    pub key: RawGc<Str>,
    /// Shape of the receiver for which the cache holds.
    pub shape: ShapeId,
    /// Shape after the access: for [`CacheKind::Add`]; shape of the holder for [`CacheKind::Index`].
    pub other: ShapeId,
    /// Byte offset of the payload from the object that has the slot (table or overflow object); node index for a
    /// dictionary.
    pub payload: u32,
    /// Byte offset of the tag, likewise.
    pub tag: u32,
    /// What the cache says.
    pub kind: CacheKind,
}

/// What a field cache has learned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum CacheKind {
    /// Nothing yet.
    Empty,
    /// The receiver has the key in an inline slot.
    Own,
    /// The receiver has the key in its overflow object.
    OwnOverflow,
    /// Neither the receiver has the key nor has it a metatable: nil.
    Absent,
    /// The receiver lacks it; the table in `__index` of its metatable (`Shape::index_table`), of shape `other`, has it
    /// inline. Holds while the receiver's shape is up to date (`Shape::index_epoch`).
    Index,
    /// As `Index`, in the holder's overflow object.
    IndexOverflow,
    /// Store: the receiver lacks the key; it becomes an inline slot and the shape becomes `other`. Holds for values that are
    /// not nil; the metatable has no `__newindex` (when one gets it, all these caches are emptied).
    Add,
    /// The receiver is a dictionary; the key was last seen in node `payload`.
    Dictionary,
}

/// A place where code can get hot: a loop's back edge or a function's entry.
#[repr(C)]
pub struct HotSite {
    /// Passes until it is hot.
    pub counter: u32,
    /// Number of the trace that belongs to it, when `entry` is set.
    pub trace: u32,
    /// Machine code, or null. Called as `extern "sysv64" fn(*mut VmContext, *mut Raw base) -> u64` (an exit number).
    pub entry: *const u8,
    /// For a function entry: the instruction that `JitEnter` replaced.
    pub replaced: Inst,
    /// Failed attempts to compile, for back-off; `u32::MAX`: never again.
    pub failures: u32,
    /// Stamp of the last time that the interpreter entered the machine code: see `Vm::trace_entries`.
    pub entered: u64,
    /// Machine code is not entered for fewer turns, where they can be told.
    pub min_turns: u16,
    /// Whether the machine code may be entered only while the frame has no pending variables to be closed.
    pub unclosed: bool,
}

/// An allocation site of tables: what it will create next time, learned from what became of earlier ones.
pub struct AllocSite {
    /// Shape of a fresh table: the keys' shape for a record, else an empty root of the learned capacity.
    pub shape: ShapeId,
    /// Array capacity of a fresh table.
    pub array: u32,
    /// Whether its tables become dictionaries: then inline slots are of no use.
    pub dictionary: bool,
    /// Number of the site in the VM, stored in `header.aux` of tables; 0: the VM has too many sites, none is kept.
    pub number: u16,
}

impl FieldCache {
    /// A cache that has learned nothing.
    pub fn new(key: RawGc<Str>) -> FieldCache {
        let none = shape::EMPTY;
        FieldCache { key, shape: none, other: none, payload: 0, tag: 0, kind: CacheKind::Empty }
    }

    fn clear(&mut self) {
        *self = FieldCache::new(self.key);
    }
}

fn leak<T>(items: Vec<T>) -> *mut T {
    Box::into_raw(items.into_boxed_slice()).cast()
}

/// # Safety
/// - `items` came from `leak` of so many items, and is not used any more.
unsafe fn reclaim<T>(items: *mut T, len: usize) {
    // SAFETY: the box that was leaked (caller).
    drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(items, len)) });
}

impl<'gc> Cx<'gc> {
    /// Makes a prototype of a compiled function and its inner functions. `hot` gives the passes that make a loop hot and the
    /// calls that make a function hot.
    pub fn link(self, mut code: FunctionCode, hot: (u32, u32)) -> Gc<'gc, Proto> {
        let charge = self.heap().account().charge_for_made(footprint(&code));
        let children = std::mem::take(&mut code.children);
        let children = children.into_iter().map(|child| self.link(child, hot).raw()).collect();
        let constants = code.constants.iter().map(|constant| self.constant(constant).raw()).collect();
        let fields = code.field_keys.iter().map(|key| FieldCache::new(self.intern(key).raw())).collect();
        let site = || HotSite {
            counter: 0,
            trace: 0,
            entry: std::ptr::null(),
            replaced: code.code[0],
            failures: 0,
            entered: 0,
            min_turns: 0,
            unclosed: false,
        };
        let sites = (0..=code.hot_sites).map(|_| site()).collect();
        let tables = leak(code.table_sites.iter().map(|site| self.alloc_site(site)).collect());
        for index in 0..code.table_sites.len() {
            self.number_site(tables.wrapping_add(index));
        }
        let obj = self.alloc_pinned(EXTENT, Kind::Proto);
        let mut proto = Proto {
            header: obj.header(),
            code: leak(code.code.clone()),
            constants: leak(constants),
            fields: leak(fields),
            sites: leak(sites),
            tables,
            call_counter: 0,
            num_params: code.num_params,
            frame_size: code.frame_size,
            is_vararg: code.is_vararg,
            num_upvalues: code.upvalues.len() as u8,
            children,
            upvalues: std::mem::take(&mut code.upvalues).into(),
            lines: std::mem::take(&mut code.lines).into(),
            locals: std::mem::take(&mut code.locals).into(),
            source: code.source.clone(),
            line_defined: code.line_defined,
            last_line: code.last_line,
            unlinked: Box::new(code),
            liveness: OnceCell::new(),
            keeps_locals: Cell::new(self.space().keeps_locals),
            _charge: charge,
        };
        proto.rearm(hot);
        // SAFETY: a new object of this extent. NO-BARRIER: all that a prototype refers to is pinned, so old.
        unsafe { obj.cast::<Proto>().write(proto) };
        // SAFETY: a live object of this kind.
        let proto: Gc<'gc, Proto> = unsafe { Gc::from_object(obj) };
        self.space().protos.push(proto.raw());
        proto
    }

    /// Has the variables in scope of all functions linked from now on keep their values, because something may look at them;
    /// and those of functions whose liveness nobody has asked for yet: so far their registers are as they were written.
    pub(crate) fn keep_locals(self) {
        self.space().keeps_locals = true;
        for proto in self.space().protos() {
            if proto.get().liveness.get().is_none() {
                proto.get().keeps_locals.set(true);
            }
        }
    }

    /// The value of a constant.
    pub fn constant(self, constant: &Constant) -> Value<'gc> {
        match constant {
            Constant::Nil => Value::NIL,
            Constant::Bool(bool) => Value::bool(*bool),
            Constant::Int(int) => Value::int(*int),
            Constant::Float(float) => Value::float(*float),
            Constant::Str(bytes) => self.intern(bytes).value(),
        }
    }

    fn alloc_site(self, site: &TableSite) -> AllocSite {
        let number = cap_number((site.fields as usize).max(site.keys.len()));
        let mut id = shape::root(number);
        for key in &site.keys {
            let key = self.intern(key).raw();
            id = self.shapes().with_key(id, key, KeySource::Constant).expect("a constructor has at most 255 keys");
        }
        self.space().publish_shapes();
        AllocSite { shape: id, array: site.array, dictionary: false, number: 0 }
    }

    fn number_site(self, site: *mut AllocSite) {
        let space = self.space();
        let number = match space.free_sites.pop() {
            Some(number) => number,
            None if space.sites.len() <= MAX_SITE as usize => {
                space.sites.push(site);
                space.sites.len() as u16 - 1
            }
            None => return,
        };
        space.sites[number as usize] = site;
        // SAFETY: the prototype that is being linked owns the site; nobody else uses it.
        unsafe { (*site).number = number };
    }

    /// The allocation site with this number, for one step.
    pub(super) fn site(self, number: u16) -> Option<&'gc mut AllocSite> {
        let site = *self.space().sites.get(number as usize)?;
        // SAFETY: null or owned by a live prototype; callers keep the reference for one step.
        unsafe { site.as_mut() }
    }

    /// A table with the keys of `site`'s shape and these values, one for each key.
    pub fn record(
        self,
        site: &AllocSite,
        values: impl ExactSizeIterator<Item = Value<'gc>>,
    ) -> Result<Gc<'gc, Table>, Raise> {
        let (slots, cap) = {
            let shape = self.shapes().shape(site.shape);
            (shape.slots as usize, shape.inline_cap as usize)
        };
        assert!(values.len() == slots, "a value for each key");
        if slots <= cap {
            let table = self.table_of(site.shape, site.number, site.array as usize);
            values.enumerate().take(slots).for_each(|(slot, value)| table.init_slot(self, slot, value));
            return Ok(table);
        }
        let table = self.table_of(shape::root(INLINE_CAPS.len() as u8 - 1), site.number, site.array as usize);
        for (slot, value) in values.enumerate() {
            let key = self.shapes().key(site.shape, slot);
            table.set_interned(self, key, value, KeySource::Constant)?;
        }
        Ok(table)
    }
}

/// About what a function takes beside the heap when it is linked, without its inner functions.
fn footprint(code: &FunctionCode) -> usize {
    let instructions = code.code.len() * (2 * size_of::<Inst>() + size_of::<u32>() + LIVENESS_BYTES);
    let constants = code.constants.len() * (size_of::<Constant>() + size_of::<Value<'_>>());
    let caches =
        code.field_keys.len() * (size_of::<FieldCache>() + 16) + usize::from(code.hot_sites) * size_of::<HotSite>();
    let sites = code.table_sites.len() * (size_of::<TableSite>() + size_of::<AllocSite>());
    let names = code.locals.len() * 32 + code.upvalues.len() * 32;
    size_of::<FunctionCode>() + instructions + constants + caches + sites + names
}

/// What liveness takes, an instruction.
const LIVENESS_BYTES: usize = 8;

impl Proto {
    /// Line of the instruction at this index; -1 if it is not known.
    pub fn line(&self, index: usize) -> i64 {
        self.lines.get(index).map_or(-1, |&line| i64::from(line))
    }

    /// Has every site count from the beginning, those that were left alone too: `hot` gives the passes that make a loop hot and
    /// the calls that make a function hot.
    pub(crate) fn rearm(&mut self, hot: (u32, u32)) {
        let entry = usize::from(self.unlinked.hot_sites);
        for index in 0..=entry {
            // SAFETY: `link` made so many sites, and the entry's.
            let site = unsafe { &mut *self.sites.wrapping_add(index) };
            (site.counter, site.failures) = (if index == entry { hot.1 } else { hot.0 }, 0);
            if entry == usize::from(MAX_HOT_SITES) && index + 1 == entry {
                // Machine code for one of the loops that share it would be entered by the others.
                (site.counter, site.failures) = (0, u32::MAX);
            }
        }
        self.call_counter = hot.1;
    }
}

impl<'gc> Gc<'gc, Proto> {
    /// The struct. Its caches, sites and counters are behind raw pointers; the rest never changes.
    #[inline(always)]
    pub fn get(self) -> &'gc Proto {
        // SAFETY: a live prototype; after linking only the header and `call_counter` change, through raw pointers.
        unsafe { &*self.as_ptr() }
    }

    /// Which registers are live where.
    pub fn liveness(self) -> &'gc Liveness {
        let proto = self.get();
        proto.liveness.get_or_init(|| {
            let captures = |child: usize| &*proto.children[child].get().upvalues;
            let kept = if proto.keeps_locals.get() { &*proto.locals } else { &[] };
            Liveness::new(&proto.unlinked.code, proto.frame_size, captures, kept)
        })
    }

    /// The compiled function again, with its inner functions.
    pub fn to_code(self) -> FunctionCode {
        let proto = self.get();
        FunctionCode {
            children: proto.children.iter().map(|child| child.to_code()).collect(),
            upvalues: proto.upvalues.to_vec(),
            lines: proto.lines.to_vec(),
            locals: proto.locals.to_vec(),
            ..(*proto.unlinked).clone()
        }
    }

    fn caches(self) -> &'gc mut [FieldCache] {
        let proto = self.get();
        // SAFETY: so many caches were leaked when it was linked; callers keep the reference for one step.
        unsafe { std::slice::from_raw_parts_mut(proto.fields, proto.unlinked.field_keys.len()) }
    }
}

/// Calls `visit` with every object that a prototype refers to. All of them are pinned.
pub(super) fn for_each_reference(proto: RawGc<Proto>, mut visit: impl FnMut(ObjPtr)) {
    proto.get().children.iter().for_each(|child| visit(child.object()));
    for index in 0..proto.get().unlinked.constants.len() {
        // SAFETY: below the number of constants.
        let constant = unsafe { proto.get().constants.wrapping_add(index).read() };
        constant.as_object().into_iter().for_each(&mut visit);
    }
    proto.caches().iter().for_each(|cache| visit(cache.key.object()));
}

/// Calls `visit` with the shape of every allocation site.
pub(super) fn for_each_site_shape(proto: RawGc<Proto>, mut visit: impl FnMut(ShapeId)) {
    for index in 0..proto.get().unlinked.table_sites.len() {
        // SAFETY: below the number of sites.
        visit(unsafe { (*proto.get().tables.wrapping_add(index)).shape });
    }
}

/// Empties the caches that name a shape which `is_dead`.
pub(super) fn forget_shapes(proto: RawGc<Proto>, is_dead: impl Fn(ShapeId) -> bool) {
    for cache in proto.caches() {
        if is_dead(cache.shape) || is_dead(cache.other) {
            cache.clear();
        }
    }
}

/// Empties the caches that add keys.
pub(super) fn forget_additions(proto: RawGc<Proto>) {
    proto.caches().iter_mut().filter(|cache| cache.kind == CacheKind::Add).for_each(FieldCache::clear);
}

/// Frees what a dead prototype owns, and its numbers of allocation sites.
pub(super) fn drop_tables(proto: RawGc<Proto>, sites: &mut [*mut AllocSite], free_sites: &mut Vec<u16>) {
    let count = proto.get().unlinked.table_sites.len();
    for index in 0..count {
        // SAFETY: below the number of sites.
        let number = unsafe { (*proto.get().tables.wrapping_add(index)).number };
        if number != 0 {
            sites[number as usize] = std::ptr::null_mut();
            free_sites.push(number);
        }
    }
    let unlinked = &proto.get().unlinked;
    // SAFETY: leaked with this length when it was linked; the prototype is dead.
    unsafe { reclaim(proto.get().tables, count) };
    // SAFETY: as above.
    unsafe { reclaim(proto.get().code, unlinked.code.len()) };
    // SAFETY: as above.
    unsafe { reclaim(proto.get().constants, unlinked.constants.len()) };
    // SAFETY: as above.
    unsafe { reclaim(proto.get().fields, unlinked.field_keys.len()) };
    // SAFETY: as above.
    unsafe { reclaim(proto.get().sites, unlinked.hot_sites as usize + 1) };
    // SAFETY: the prototype is dead; its memory is about to be reused.
    unsafe { std::ptr::drop_in_place(proto.as_ptr()) };
}
