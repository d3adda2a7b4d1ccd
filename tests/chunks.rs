//! Corrupted binary chunks: each is refused, or runs to some end, and never takes the process down.
//!
//! Programs of the corpus are compiled, damaged (bytes of the chunk, or instructions and tables of its functions), loaded and
//! run for a short time, in a mode that depends on the number of the run. What a run does depends on its number alone:
//! `MOONSET_CHUNKS_FIRST` is the first one (1), `MOONSET_CHUNKS_RUNS` how many there are (600; 0: without end). The number of the
//! run that is under way stands in `target/tmp/chunks-NAME`, NAME being `MOONSET_CHUNKS_NAME`, in case the process dies; a
//! single run leaves its chunk there as well, in a file that ends in `.luac`.

#[allow(dead_code, reason = "each test uses a part of it")]
mod common;

use std::env;
use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use moonset_jit::{JitEngine, JitOptions};
use moonset_runtime::bytecode::dump::dump;
use moonset_runtime::bytecode::function::{Constant, FunctionCode};
use moonset_runtime::bytecode::{Inst, op};
use moonset_runtime::compile::compile_source;
use moonset_runtime::heap::{HeapOptions, Stress};
use moonset_runtime::interrupt::Request;
use moonset_runtime::stdlib::{self, LibraryOptions};
use moonset_runtime::vm::{Vm, VmOptions};

/// How long a chunk may run.
const LIMIT: Duration = Duration::from_millis(15);

/// The longest program that is damaged.
const MAX_SOURCE: u64 = 6000;

/// Makes the world that chunks run in harmless.
const PRELUDE: &[u8] = b"
    local function nothing() return nil end
    local quiet = setmetatable({}, { __index = function() return function() return quiet end end })
    local rep, clock, gc = string.rep, os.clock, collectgarbage
    function string.rep(s, n, ...) return rep(s, math.min(tonumber(n) or 0, 1000), ...) end
    print, warn, require, dofile, loadfile, package = nothing, nothing, nothing, nothing, nothing, nil
    io, os = quiet, setmetatable({ clock = clock }, { __index = function() return nothing end })
    if debug then debug.debug, debug.sethook = nil, nil end
    -- A full collection at every turn of a loop is no better test than now and then.
    local count = 0
    function collectgarbage(...) count = count + 1; if count < 20 then return gc(...) end return 0 end
";

/// A generator of random numbers.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }

    /// A small change, or any value.
    fn byte(&mut self, old: u8) -> u8 {
        match self.below(4) {
            0 => old.wrapping_add(1),
            1 => old.wrapping_sub(1),
            2 => self.below(8) as u8,
            _ => self.next() as u8,
        }
    }
}

fn programs() -> Vec<FunctionCode> {
    let mut found = Vec::new();
    for folder in ["tests/lua", "tests/trace", "tests/sink"] {
        for path in common::files(folder, "lua") {
            let path = common::root().join(path);
            let size = fs::metadata(&path).expect("the file is there").len();
            let text = fs::read(&path).expect("the file can be read");
            if size <= MAX_SOURCE
                && let Ok(code) = compile_source(stdlib::load::skip_first_comment(&text), b"=program")
            {
                found.push(code);
            }
        }
    }
    assert!(found.len() > 50, "only {} programs were found", found.len());
    found
}

/// One of the functions of a chunk.
fn pick<'c>(code: &'c mut FunctionCode, random: &mut Random) -> &'c mut FunctionCode {
    let mut code = code;
    while !code.children.is_empty() && !random.chance(3) {
        let index = random.below(code.children.len());
        code = &mut code.children[index];
    }
    code
}

fn damage_function(code: &mut FunctionCode, random: &mut Random) {
    let code = pick(code, random);
    let at = random.below(code.code.len());
    let inst = code.code[at];
    let [opcode, a, b, c] = [inst.op_byte(), inst.a() as u8, inst.b() as u8, inst.c() as u8];
    let d = inst.sd() as i32;
    let put = |op: u8, a: u8, b: u8, c: u8, d: i32| Inst::new(op::Op::from_byte(op), a, b, c, d);
    match random.below(16) {
        0 | 1 => code.code[at] = put(opcode, random.byte(a), b, c, d),
        2 | 3 => code.code[at] = put(opcode, a, random.byte(b), c, d),
        4 => code.code[at] = put(opcode, a, b, random.byte(c), d),
        5 | 6 => code.code[at] = inst.with_d(d.wrapping_add(random.below(9) as i32 - 4)),
        7 => code.code[at] = put(random.below(op::COUNT) as u8, a, b, c, d),
        8 => {
            let from = random.below(code.code.len());
            code.code[at] = code.code[from];
        }
        9 => {
            let other = random.below(code.code.len());
            code.code.swap(at, other);
        }
        10 => {
            let from = random.below(code.code.len());
            code.code.insert(at, code.code[from]);
            code.lines.clear();
            code.locals.clear();
        }
        11 if code.code.len() > 1 => {
            code.code.remove(at);
            code.lines.clear();
            code.locals.clear();
        }
        12 => match random.below(3) {
            0 => code.frame_size = random.byte(code.frame_size),
            1 => code.num_params = random.byte(code.num_params),
            _ => code.is_vararg = !code.is_vararg,
        },
        13 => {
            let index = random.below(code.upvalues.len());
            if let Some(upvalue) = code.upvalues.get_mut(index) {
                if random.chance(2) {
                    upvalue.from_parent_register = !upvalue.from_parent_register;
                } else {
                    upvalue.index = random.byte(upvalue.index);
                }
            }
        }
        14 => {
            let index = random.below(code.constants.len());
            if let Some(constant) = code.constants.get_mut(index) {
                *constant = match random.below(6) {
                    0 => Constant::Nil,
                    1 => Constant::Bool(random.chance(2)),
                    2 => Constant::Int(random.next() as i64 >> random.below(64)),
                    3 => Constant::Float(f64::from_bits(random.next())),
                    4 => Constant::Float(random.below(100) as f64),
                    _ => Constant::Str(b"__index"[..].into()),
                };
            }
        }
        _ => {
            let index = random.below(code.locals.len());
            if let Some(local) = code.locals.get_mut(index) {
                match random.below(4) {
                    0 => local.start_pc = random.below(code.code.len() + 1) as u32,
                    1 => local.end_pc = random.below(code.code.len() + 1) as u32,
                    2 => local.register = random.byte(local.register),
                    _ => local.is_cell = !local.is_cell,
                }
                local.end_pc = local.end_pc.max(local.start_pc);
            }
        }
    }
}

/// The chunk of a run.
fn damaged(programs: &[FunctionCode], random: &mut Random) -> Vec<u8> {
    let mut code = programs[random.below(programs.len())].clone();
    let strip = random.chance(4);
    if random.chance(4) {
        let mut chunk = dump(&code, strip);
        let head = 44;
        for _ in 0..1 + random.below(3) {
            let at = head + random.below(chunk.len() - head);
            chunk[at] = if random.chance(2) { chunk[at] ^ 1 << random.below(8) } else { random.byte(chunk[at]) };
        }
        return chunk;
    }
    for _ in 0..1 + random.below(3) {
        damage_function(&mut code, random);
    }
    dump(&code, strip)
}

fn new_vm(random: &mut Random) -> Box<Vm> {
    let mut heap = HeapOptions { limit: Some(200 << 20), ..HeapOptions::default() };
    let mode = random.below(5);
    if random.chance(4) {
        (heap.nursery, heap.nursery_fixed) = (4 << 10, true);
    }
    if random.chance(4) {
        heap.stress = Stress::Every { minor: 1, major: 8 };
        (heap.evacuate_all, heap.poison) = (true, true);
    }
    let mut vm = Vm::new(VmOptions { heap, max_stack: 5000, ..VmOptions::default() }).expect("memory for a VM");
    let hot = [1, 1, 2, 5, 1][mode];
    let options = JitOptions { background: false, ..JitOptions::default() };
    let jit = JitOptions { hot_loop: hot, hot_call: hot, hot_exit: 1, sink: mode != 4, ..options };
    vm.set_engine(Box::new(JitEngine::new(jit, mode != 0)));
    stdlib::open(&mut vm, LibraryOptions { seed: (1, 2), environment: false, sandbox: false })
        .expect("memory for the library");
    vm.load(b"=prelude", PRELUDE).expect("the prelude is right");
    let prelude = vm.pop();
    vm.push_callee(prelude);
    vm.call_protected(0, Some(0)).expect("the prelude runs");
    vm
}

/// Loads and runs a chunk. False: it was refused.
fn run(vm: &mut Vm, chunk: &[u8]) -> bool {
    if vm.load_chunk(b"=chunk", chunk, b"b").is_err() {
        let message = String::from_utf8_lossy(&vm.error_message()).into_owned();
        assert!(message.starts_with("chunk: bad binary format ("), "{message}");
        return false;
    }
    let function = vm.pop();
    vm.on_interrupt(|| Some("time is up".into()));
    let handle = vm.interrupt_handle();
    let (done, ended) = mpsc::channel::<()>();
    let watch = thread::spawn(move || {
        let mut wait = LIMIT;
        // The program may catch the error and go on.
        while ended.recv_timeout(wait) == Err(mpsc::RecvTimeoutError::Timeout) {
            handle.request(Request::Check);
            wait = Duration::from_millis(1);
        }
    });
    vm.push_callee(function);
    if vm.call_protected(0, Some(0)).is_err() {
        vm.error_message();
    }
    drop(done);
    watch.join().expect("the watch ends");
    vm.collect_full();
    true
}

fn number(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is no number")))
}

#[test]
fn corrupted_chunks_are_refused_or_run() {
    let programs = programs();
    let (first, runs) = (number("MOONSET_CHUNKS_FIRST", 1), number("MOONSET_CHUNKS_RUNS", 600));
    let name = env::var("MOONSET_CHUNKS_NAME").unwrap_or_else(|_| "0".into());
    let note = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("chunks-{name}"));
    let mut file = fs::File::create(&note).expect("the number can be noted");
    let (mut refused, mut ran) = (0u64, 0u64);
    for number in first.. {
        if runs > 0 && number - first == runs {
            break;
        }
        // In place: a file that is cut first may reach the disk each time.
        file.seek(SeekFrom::Start(0)).and_then(|_| write!(file, "{number:12}")).expect("the number can be noted");
        let mut random = Random::new(number);
        let chunk = damaged(&programs, &mut random);
        if runs == 1 {
            fs::write(note.with_extension("luac"), &chunk).expect("the chunk can be written");
        }
        let mut vm = new_vm(&mut random);
        if run(&mut vm, &chunk) {
            ran += 1;
        } else {
            refused += 1;
        }
        if number % 10_000 == 0 {
            println!("{number}: {refused} refused, {ran} ran");
        }
    }
    println!("{refused} refused, {ran} ran");
    // Were nearly all refused, or nearly none, this would test little.
    assert!(runs < 100 || refused > runs / 10 && ran > runs / 10, "{refused} refused, {ran} ran");
}
