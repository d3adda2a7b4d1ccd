//! PUC Lua in process: scripts run as the stand-alone `lua` runs them, and texts run with their output captured.
//!
//! Calls and messages are arranged by a few lines of Lua, so that errors keep the exact text that PUC gives them and no Rust
//! conversion touches a value. The state has all libraries, as that of `lua`: `debug`, and C modules for who has any.

use std::ffi::OsStr;

use mlua::{HookTriggers, Lua, LuaOptions, StdLib, VmState};

/// What a run left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The bytes printed.
    pub stdout: Vec<u8>,
    /// The message of the error that ended the run, without traceback and program name.
    pub error: Option<Vec<u8>>,
}

/// Turns an error value into the message that `lua` reports for it.
const REPORT: &str = r##"
local type, tostring, getmetatable, pcall = type, tostring, getmetatable, pcall
local function report(message)
  local t = type(message)
  if t == "string" then return message end
  if t == "number" then return tostring(message) end
  local mt = getmetatable(message)
  if type(mt) == "table" and mt.__tostring then
    local text = tostring(message)
    if type(text) == "string" then return text end
  end
  return "(error object is a " .. t .. " value)"
end
"##;

/// Runs a script file: returns the message of an uncaught error, or nothing.
const RUN_FILE: &str = r##"
local loadfile, xpcall, unpack, flush, stdout = loadfile, xpcall, table.unpack, io.stdout.flush, io.stdout
return function(script, words)
  arg = words
  local chunk, message = loadfile(script)
  if not chunk then return message end
  local ok, text = xpcall(chunk, report, unpack(words))
  flush(stdout)
  if not ok then return text end
end
"##;

/// Runs a text with `print` and `io.write` collecting: returns the output and the message of an uncaught error.
const RUN_TEXT: &str = r##"
local load, xpcall, concat, tostring, select = load, xpcall, table.concat, tostring, select
local out, n = {}, 0
local function put(s) n = n + 1; out[n] = s end
function print(...)
  for i = 1, select("#", ...) do
    if i > 1 then put("\t") end
    put(tostring((select(i, ...))))
  end
  put("\n")
end
io.write = function(...)
  for i = 1, select("#", ...) do put((select(i, ...))) end
  return io.stdout
end
return function(text, name)
  local chunk, message = load(text, name, "t")
  if not chunk then return "", message end
  local ok, err = xpcall(chunk, report)
  if ok then err = nil end
  return concat(out), err
end
"##;

/// Instructions after which a captured text counts as endless.
const BUDGET: u32 = 400_000_000;

/// Runs the script as `lua script args` would, its output going to the process's standard output.
///
/// # Errors
/// The text of the error that `lua` would report behind its program name.
pub fn run_script(script: &OsStr, args: &[String]) -> Result<(), Vec<u8>> {
    let lua = state();
    let driver: mlua::Function =
        lua.load(format!("{REPORT}{RUN_FILE}")).set_name("=oracle").eval().expect("the driver loads");
    let words = lua.create_table().expect("a table");
    words.raw_set(0, lua.create_string(script.as_encoded_bytes()).expect("a string")).expect("stored");
    for (i, arg) in args.iter().enumerate() {
        words.raw_set(i + 1, arg.as_str()).expect("stored");
    }
    let script = lua.create_string(script.as_encoded_bytes()).expect("a string");
    let message: Option<mlua::LuaString> = driver.call((script, words)).expect("the driver catches every error");
    message.map_or(Ok(()), |text| Err(text.as_bytes().to_vec()))
}

/// Runs a source text under the given chunk name (with its `@` or `=`) and captures what it prints.
///
/// # Panics
/// When the text runs for longer than any generated program may.
#[must_use]
pub fn run_text(text: &str, chunk_name: &str) -> Outcome {
    let lua = state();
    let driver: mlua::Function =
        lua.load(format!("{REPORT}{RUN_TEXT}")).set_name("=oracle").eval().expect("the driver loads");
    let triggers = HookTriggers::new().every_nth_instruction(BUDGET);
    lua.set_global_hook(triggers, |_, _| -> mlua::Result<VmState> { panic!("the program does not end") })
        .expect("hook set");
    let (stdout, error): (mlua::LuaString, Option<mlua::LuaString>) =
        driver.call((text, chunk_name)).expect("the driver catches every error");
    Outcome { stdout: stdout.as_bytes().to_vec(), error: error.map(|e| e.as_bytes().to_vec()) }
}

/// A state with the plain `pcall` and `xpcall` of PUC, so that nothing differs from the stand-alone interpreter.
#[allow(unsafe_code, reason = "libraries that can break the state are part of the reference")]
fn state() -> Lua {
    let options = LuaOptions::new();
    // SAFETY: the scripts are the corpus and what its generator writes, in a process that does nothing else: one that
    // misuses `debug` ends that process.
    unsafe { Lua::unsafe_new_with(StdLib::ALL, options) }
}
