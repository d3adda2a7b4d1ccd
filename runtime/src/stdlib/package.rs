//! `require` and the library `package`: from a module's name to what it returns, once.
//!
//! `require` asks the functions in `package.searchers` in turn; the first that returns a function has found the module's
//! loader. All of them find the table `package` in their own value, so that a script which replaces the global keeps a
//! working `require`; the tables of loaded and of preloaded modules are the registry's.
//!
//! C modules are found like others, and then refused: nothing here loads machine code.

use std::fs::File;

use memchr::memmem;

use crate::cx::Cx;
use crate::native::{Args, CallFrame, NativeResult, Raise};
use crate::object::Gc;
use crate::object::layout::{Native, Str, Table};
use crate::value::{Raw, Value};
use crate::vm::Vm;

use super::access::{index, is_function, set_index};
use super::arg::{Given, bytes, name, opt_name, string, to_string, until_zero};
use super::file::path_of;
use super::load;
use super::register::{Library, loaded_modules, natives};

natives! {
    group FUNCTIONS;
    /// `package.loadlib`
    LOADLIB = "package.loadlib", Leaf(loadlib);
    /// `package.searchpath`
    SEARCHPATH = "package.searchpath", Leaf(searchpath);
}

natives! {
    group GLOBALS;
    /// `require`. Its own value, as that of the searchers: the table `package`.
    REQUIRE = "require", Reentrant(require);
}

natives! {
    group SEARCHERS;
    /// Finds what stands in `package.preload`.
    SEARCHER_PRELOAD = "searcher_preload", Reentrant(searcher_preload);
    /// Finds files of Lua code.
    SEARCHER_LUA = "searcher_Lua", Reentrant(searcher_lua);
    /// Finds C modules.
    SEARCHER_C = "searcher_C", Reentrant(searcher_c);
    /// Finds the C module of a package's root, which may hold its submodules.
    SEARCHER_C_ROOT = "searcher_Croot", Reentrant(searcher_c_root);
}

/// Where the registry keeps the loaders of modules that need no search.
const PRELOAD_KEY: &[u8] = b"_PRELOAD";

const DEFAULT_PATH: &[u8] = b"/usr/local/share/lua/5.4/?.lua;/usr/local/share/lua/5.4/?/init.lua;\
/usr/local/lib/lua/5.4/?.lua;/usr/local/lib/lua/5.4/?/init.lua;./?.lua;./?/init.lua";
const DEFAULT_CPATH: &[u8] = b"/usr/local/lib/lua/5.4/?.so;/usr/local/lib/lua/5.4/loadall.so;./?.so";

/// Separator of directories, of templates, the mark for the name, the mark for the program's directory, the mark that ends
/// the part of a C module's name to be left out.
const CONFIG: &[u8] = b"/\n;\n?\n!\n-\n";

/// What is said about a C module that was found.
const NO_C_MODULES: &[u8] = b"C modules cannot be loaded: Moonset runs Lua code only";

/// Makes the table `package`. With `environment`, the variables `LUA_PATH` and `LUA_CPATH` are read.
pub(super) fn open(cx: Cx<'_>, environment: bool) -> Result<(), Raise> {
    let library = Library::new(cx, "package")?;
    let own = [library.table.value()];
    library.functions(FUNCTIONS, &[])?;
    let searchers = cx.table(0, SEARCHERS.len());
    for (at, def) in (1..).zip(SEARCHERS) {
        searchers.set_int(cx, at, cx.native(def, &own).value())?;
    }
    let preload = cx.table(0, 0).value();
    cx.registry().set_bytes(cx, PRELOAD_KEY, preload)?;
    if !environment {
        cx.registry().set_bytes(cx, b"LUA_NOENV", Value::TRUE)?;
    }
    library.value("config", cx.string(CONFIG).value())?;
    library.value("cpath", cx.string(&search_path("LUA_CPATH", DEFAULT_CPATH, environment)).value())?;
    library.value("loaded", loaded_modules(cx)?.value())?;
    library.value("path", cx.string(&search_path("LUA_PATH", DEFAULT_PATH, environment)).value())?;
    library.value("preload", preload)?;
    library.value("searchers", searchers.value())?;
    Library::globals(cx).functions(GLOBALS, &own)
}

/// The templates that a variable of the environment gives, in which `;;` stands for the default ones.
fn search_path(variable: &str, default: &[u8], environment: bool) -> Vec<u8> {
    let read = |name: &str| if environment { std::env::var_os(name) } else { None };
    match read(&format!("{variable}_5_4")).or_else(|| read(variable)) {
        Some(path) => with_default(path.as_encoded_bytes(), default),
        None => default.to_vec(),
    }
}

/// Puts the default templates in the place of the first `;;`.
fn with_default(path: &[u8], default: &[u8]) -> Vec<u8> {
    let Some(at) = memmem::find(path, b";;") else { return path.to_vec() };
    let parts = [&path[..at], default, &path[at + 2..]];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(&b';')
}

// ---- require

fn require(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<1> = Given::new(vm, frame);
    let cx = vm.cx();
    let name = module_name(cx, given)?;
    let loaded = loaded_modules(cx)?.value().raw();
    // The name and the table of loaded modules stand in slots of their own: searchers and loaders may collect.
    vm.set_top_slot(frame.base);
    vm.push(name);
    vm.push(loaded);
    let (name, loaded) = (frame.base, frame.base + 1);
    let module = field(vm, loaded, name)?;
    if module.is_truthy() {
        vm.push(module);
        return Ok(1);
    }
    let (loader, data) = find_loader(vm, frame, name)?;
    vm.push(data);
    let data = vm.top() - 1;
    vm.push_callee(loader);
    vm.push(vm.slot(name));
    vm.push(vm.slot(data));
    vm.call(2, Some(1))?;
    let result = vm.pop();
    if !result.is_nil() {
        set_index(vm, vm.slot(loaded), vm.slot(name), result)?;
    }
    let mut module = field(vm, loaded, name)?;
    if module.is_nil() {
        module = Raw::TRUE;
        set_index(vm, vm.slot(loaded), vm.slot(name), module)?;
    }
    vm.push(module);
    vm.push(vm.slot(data));
    Ok(2)
}

/// The first loader that a searcher gives for the name in a slot, and the data for it. Keeps the slots above that one.
fn find_loader(vm: &mut Vm, frame: CallFrame, name: usize) -> Result<(Raw, Raw), Raise> {
    let searchers = package_field(vm, frame, "searchers")?;
    if searchers.as_gc::<Table>().is_none() {
        return Err(vm.error_text("'package.searchers' must be a table"));
    }
    vm.push(searchers);
    let searchers = vm.top() - 1;
    let mut tried = Vec::new();
    for at in 1.. {
        let searcher = vm.slot(searchers).as_gc::<Table>().map_or(Value::NIL, |table| table.get_int(at)).raw();
        if searcher.is_nil() {
            break;
        }
        vm.push_callee(searcher);
        vm.push(vm.slot(name));
        vm.call(1, Some(2))?;
        let data = vm.pop();
        let found = vm.pop();
        if is_function(found) {
            return Ok((found, data));
        }
        if let Some(message) = to_string(vm.cx(), found) {
            tried.extend_from_slice(b"\n\t");
            tried.extend_from_slice(message.bytes());
        }
    }
    let name = vm.slot(name);
    let name = name.as_gc::<Str>().map_or(&b"?"[..], Gc::<Str>::bytes);
    let message = [b"module '", name, b"' not found:", &tried].concat();
    Err(vm.cx().error_bytes(&message))
}

/// The field of the object in one slot under the name in another.
fn field(vm: &mut Vm, object: usize, name: usize) -> Result<Raw, Raise> {
    index(vm, vm.slot(object), vm.slot(name))
}

/// A field of the table `package` that the running function has as its own value.
fn package_field(vm: &mut Vm, frame: CallFrame, name: &str) -> Result<Raw, Raise> {
    let package = vm.callee(frame).as_gc::<Native>().map_or(Value::NIL, |native| native.get(0)).raw();
    let key = vm.intern(name).value();
    index(vm, package, key)
}

// ---- searchers

/// What a search says: the file's name, or the text that lists what was tried.
type Found = Result<Vec<u8>, Vec<u8>>;

fn searcher_preload(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<1> = Given::new(vm, frame);
    let cx = vm.cx();
    let name = module_name(cx, given)?;
    let preload = cx.registry().get_bytes(cx, PRELOAD_KEY).raw();
    vm.push(name);
    let slot = vm.top() - 1;
    let loader = index(vm, preload, name)?;
    if loader.is_nil() {
        let name = vm.slot(slot);
        let name = name.as_gc::<Str>().map_or(&b"?"[..], Gc::<Str>::bytes);
        let message = [b"no field package.preload['", name, b"']"].concat();
        return push_string(vm, &message);
    }
    vm.push(loader);
    push_string(vm, b":preload:")?;
    Ok(2)
}

fn searcher_lua(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let name = given_name(vm, frame)?;
    let file = match find_file(vm, frame, &name, "path")? {
        Ok(file) => file,
        Err(tried) => return push_string(vm, &tried),
    };
    if load::push_file(vm, &file).is_err() {
        let reason = vm.error_message();
        return Err(cannot_load(vm, &name, &file, &reason));
    }
    push_string(vm, &file)?;
    Ok(2)
}

fn searcher_c(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let name = given_name(vm, frame)?;
    refuse_c_module(vm, frame, &name, &name)
}

fn searcher_c_root(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let name = given_name(vm, frame)?;
    match memchr::memchr(b'.', &name) {
        Some(dot) => refuse_c_module(vm, frame, &name, &name[..dot]),
        None => Ok(0),
    }
}

/// Says what was tried for the C module `sought`, or that the one that was found cannot be loaded.
fn refuse_c_module(vm: &mut Vm, frame: CallFrame, name: &[u8], sought: &[u8]) -> NativeResult {
    match find_file(vm, frame, sought, "cpath")? {
        Ok(file) => Err(cannot_load(vm, name, &file, NO_C_MODULES)),
        Err(tried) => push_string(vm, &tried),
    }
}

/// The module's name as a string: argument 0 up to its first zero.
fn module_name(cx: Cx<'_>, given: Given<1>) -> Result<Raw, Raise> {
    let name = string(cx, given, 0)?;
    let part = until_zero(name.bytes());
    let name = if part.len() < name.bytes().len() { cx.string(part) } else { name };
    Ok(name.value().raw())
}

fn given_name(vm: &mut Vm, frame: CallFrame) -> Result<Vec<u8>, Raise> {
    let given: Given<1> = Given::new(vm, frame);
    name(vm.cx(), given, 0).map(<[u8]>::to_vec)
}

fn find_file(vm: &mut Vm, frame: CallFrame, name: &[u8], path: &str) -> Result<Found, Raise> {
    let templates = package_field(vm, frame, path)?;
    let cx = vm.cx();
    match to_string(cx, templates) {
        Some(templates) => Ok(search(name, templates.bytes(), b".", b"/")),
        None => Err(cx.error(format_args!("'package.{path}' must be a string"))),
    }
}

fn cannot_load(vm: &mut Vm, name: &[u8], file: &[u8], reason: &[u8]) -> Raise {
    vm.cx().error_bytes(&[b"error loading module '", name, b"' from file '", file, b"':\n\t", reason].concat())
}

fn push_string(vm: &mut Vm, text: &[u8]) -> NativeResult {
    let cx = vm.cx();
    cx.ret1(cx.string(text).value())
}

// ---- files

/// The first of the templates in `path` that names a readable file, with `name` in the place of each `?`.
fn search(name: &[u8], path: &[u8], separator: &[u8], replacement: &[u8]) -> Found {
    let name = if separator.is_empty() { name.to_vec() } else { replace(name, separator, replacement) };
    let candidates = replace(path, b"?", &name);
    let readable = |file: &&[u8]| File::open(path_of(file)).is_ok();
    if let Some(file) = candidates.split(|&byte| byte == b';').find(readable) {
        return Ok(file.to_vec());
    }
    Err([b"no file '", &replace(&candidates, b";", b"'\n\tno file '")[..], b"'"].concat())
}

/// `text` with every `from`, which is not empty, replaced.
fn replace(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut done = 0;
    for at in memmem::find_iter(text, from) {
        out.extend_from_slice(&text[done..at]);
        out.extend_from_slice(to);
        done = at + from.len();
    }
    out.extend_from_slice(&text[done..]);
    out
}

fn searchpath<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let (name, path) = (name(cx, args, 0)?, name(cx, args, 1)?);
    let separator = opt_name(cx, args, 2)?.unwrap_or(b".");
    let replacement = opt_name(cx, args, 3)?.unwrap_or(b"/");
    match search(name, path, separator, replacement) {
        Ok(file) => cx.ret1(cx.string(&file).value()),
        Err(tried) => {
            cx.push(Value::NIL);
            cx.push(cx.string(&tried).value());
            Ok(2)
        }
    }
}

fn loadlib<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    bytes(cx, args, 0)?;
    bytes(cx, args, 1)?;
    cx.push(Value::NIL);
    cx.push(cx.string(NO_C_MODULES).value());
    cx.push(cx.string(b"absent").value());
    Ok(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_semicolons_stand_for_the_default() {
        let path = |text: &str| String::from_utf8(with_default(text.as_bytes(), b"D1;D2")).expect("ASCII");
        assert_eq!(path("a;b"), "a;b");
        assert_eq!(path(";;"), "D1;D2");
        assert_eq!(path(";;a"), "D1;D2;a");
        assert_eq!(path("a;;"), "a;D1;D2");
        assert_eq!(path("a;;b"), "a;D1;D2;b");
        assert_eq!(path("a;;b;;c"), "a;D1;D2;b;;c");
    }

    #[test]
    fn what_was_tried_is_listed() {
        let tried = |name: &str, path: &str, separator: &str, replacement: &str| {
            let found = search(name.as_bytes(), path.as_bytes(), separator.as_bytes(), replacement.as_bytes());
            String::from_utf8(found.expect_err("there is no such file")).expect("ASCII")
        };
        assert_eq!(tried("a.b", "?.no;/no/?/?", ".", "/"), "no file 'a/b.no'\n\tno file '/no/a/b/a/b'");
        assert_eq!(tried("a.b", "?.no", "", "/"), "no file 'a.b.no'");
        assert_eq!(tried("a--b", "?.no;", "--", "+"), "no file 'a+b.no'\n\tno file ''");
        assert_eq!(tried("a", "", ".", "/"), "no file ''");
    }
}
