//! Tunables of the trace compiler: one table with names, defaults and meanings.

macro_rules! options {
    ($($(#[$doc:meta])* $name:ident: $ty:ty = $default:expr, $meaning:literal;)*) => {
        /// Tunables of the trace compiler.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct JitOptions {
            $(#[doc = $meaning] pub $name: $ty,)*
        }

        impl Default for JitOptions {
            fn default() -> Self {
                JitOptions { $($name: $default,)* }
            }
        }

        impl JitOptions {
            /// Sets a tunable by its name. `None`: there is none of that name, or the text is no value for it.
            pub fn set(&mut self, name: &str, value: &str) -> Option<()> {
                match name {
                    $(stringify!($name) => self.$name = Tunable::read(value)?,)*
                    _ => return None,
                }
                Some(())
            }

            /// Name and value of each tunable.
            pub fn values(&self) -> Vec<(&'static str, String)> {
                vec![$((stringify!($name), self.$name.show()),)*]
            }
        }

        /// Name, default and meaning of each tunable.
        pub fn table() -> Vec<(&'static str, String, &'static str)> {
            vec![$((stringify!($name), JitOptions::default().$name.show(), $meaning),)*]
        }
    };
}

/// A type of tunables: its text form.
trait Tunable: Sized {
    fn read(text: &str) -> Option<Self>;
    fn show(&self) -> String;
}

macro_rules! plain {
    ($($ty:ty)*) => {
        $(impl Tunable for $ty {
            fn read(text: &str) -> Option<Self> {
                text.parse().ok()
            }

            fn show(&self) -> String {
                self.to_string()
            }
        })*
    };
}
plain!(bool u16 u32 usize);

impl Tunable for Option<u32> {
    fn read(text: &str) -> Option<Self> {
        if text == "none" { Some(None) } else { text.parse().ok().map(Some) }
    }

    fn show(&self) -> String {
        self.map_or("none".to_string(), |value| value.to_string())
    }
}

options! {
    sink: bool = true, "sink allocations that don't escape";
    hot_loop: u32 = 400, "passes of a back edge that make a loop hot";
    hot_call: u32 = 2000, "calls that make a function hot";
    hot_exit: u32 = 10, "times that an exit is taken before its side path is recorded";
    exits_per_instruction: u32 = 16, "exits that compiling one instruction of a grown tree again must save";
    join_share: u32 = 8, "part of those exits after which a path is compiled together with one that is due; 0: each alone";
    min_turns: u16 = 6, "turns of ten instructions that a loop must have left to be compiled or entered, where that can be told; of longer ones fewer";
    min_function: usize = 200, "shortest path through a function that is compiled on its own, in bytecode instructions";
    max_record: usize = 4000, "longest path, in bytecode instructions";
    max_tree: usize = 12000, "longest sum of paths in a tree, in bytecode instructions";
    max_side_paths: u32 = 100, "side paths of a tree";
    max_shapes: usize = 1, "shapes of tables that an instruction asks for where it depends on the metatable only; with more it asks for that";
    max_inline_depth: usize = 20, "calls inlined within each other";
    inline_recursion: usize = 1, "activations of a function within another of its own that are inlined where they can be called";
    max_wait: usize = 20000, "instructions for which a recording waits for a called function";
    max_recursion: usize = 3, "activations of one function within each other on a path";
    max_unroll: u32 = 6, "passes of an inner loop unrolled on a path";
    max_failures: u32 = 6, "failed attempts before a site is left alone";
    background: bool = true, "compile in a thread of its own, unless compilations are dumped";
    max_code: usize = 64 << 20, "bytes of machine code, in whole pages; then trees are freed, the least recently entered first";
    verify: bool = cfg!(debug_assertions), "verify graphs and generated code";
    force_exits: u32 = 0, "pass at which each guard is left although it holds, for tests; 0: none";
    fuel: Option<u32> = None, "optimisations to carry out, for bisecting a wrong result";
}
