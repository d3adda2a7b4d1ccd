//! LuaJIT's spellings of options: `-j` with a word behind it, and `-O` with a level, a flag or a parameter.
//!
//! They are taken where the meaning exists here. Parameters go by LuaJIT's names and by those of the table of tunables.

use std::ffi::OsStr;

use moonset::JitMode;
use moonset_jit::options as tunables;

use super::args::{Invocation, Text, tail};

/// LuaJIT's parameters: its name, ours, and by how much its unit is larger.
const PARAMETERS: &[(&str, &str, u64)] = &[
    ("maxrecord", "max_record", 1),
    ("maxside", "max_side_paths", 1),
    ("hotloop", "hot_loop", 1),
    ("hotexit", "hot_exit", 1),
    ("tryside", "max_failures", 1),
    ("loopunroll", "max_unroll", 1),
    ("callunroll", "max_recursion", 1),
    ("maxmcode", "max_code", 1024),
];

/// `-j`
pub(super) fn control(it: &mut Invocation, value: &OsStr) -> Result<(), String> {
    let text = value.to_string_lossy();
    match &*text {
        "on" => it.config.jit = JitMode::On,
        "off" => it.config.jit = JitMode::Off,
        // Nothing has been compiled when the options are read.
        "flush" => {}
        "v" => it.trace_log = Some(None),
        _ if text.starts_with("v=") => it.trace_log = Some(Some(tail(value, 2))),
        _ => return Err("on, off, flush, v or v=FILE".to_string()),
    }
    Ok(())
}

/// `-O` and `--opt`
pub(super) fn optimise(it: &mut Invocation, value: &OsStr) -> Result<(), String> {
    let text = value.to_string_lossy();
    for part in text.split(',') {
        match part {
            "help" => it.print = Some(Text::Tunables),
            "" | "3" => it.config.sink = true,
            // LuaJIT sinks at level 3 only; its other passes have no switches here.
            "0" | "1" | "2" => it.config.sink = false,
            "+sink" | "sink" => it.config.sink = true,
            "-sink" | "nosink" => it.config.sink = false,
            _ => parameter(it, part).ok_or_else(known)?,
        }
    }
    Ok(())
}

fn parameter(it: &mut Invocation, text: &str) -> Option<()> {
    let (name, value) = text.split_once('=')?;
    let theirs = PARAMETERS.iter().find(|(theirs, ..)| *theirs == name);
    match theirs {
        Some((_, ours, unit)) => {
            let value = value.parse::<u64>().ok()?.checked_mul(*unit)?;
            it.config.tunables.set(ours, &value.to_string())?;
        }
        None if name == "sink" => it.config.sink = value.parse().ok()?,
        None => it.config.tunables.set(name, value)?,
    }
    Some(())
}

/// All that `-O` takes.
fn known() -> String {
    let theirs = PARAMETERS.iter().map(|(name, ..)| *name);
    let names: Vec<String> =
        theirs.map(String::from).chain(tunables::table().into_iter().map(|(name, ..)| name.into())).collect();
    format!("a level from 0 to 3, +sink, -sink, help, or NAME=VALUE with a name of {}", names.join(", "))
}

/// The table of tunables for people.
pub(crate) fn table() -> String {
    let mut text = String::from("Tunables of the compiler, with their defaults:\n");
    for (name, default, meaning) in tunables::table() {
        let theirs = PARAMETERS.iter().find(|(_, ours, _)| *ours == name);
        let theirs = theirs.map(|(theirs, _, unit)| match unit {
            1 => format!(" (LuaJIT: {theirs})"),
            _ => format!(" (LuaJIT: {theirs}, in units of {unit})"),
        });
        text += &format!("  {:34} {meaning}{}\n", format!("{name}={default}"), theirs.unwrap_or_default());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(words: &[&str]) -> Result<Invocation, String> {
        let mut it = Invocation::default();
        for word in words {
            match word.strip_prefix("-j") {
                Some(rest) => control(&mut it, OsStr::new(rest))?,
                None => optimise(&mut it, OsStr::new(word.strip_prefix("-O").unwrap_or(word)))?,
            }
        }
        Ok(it)
    }

    #[test]
    fn the_compiler_is_switched() {
        assert_eq!(set(&["-joff"]).map(|it| it.config.jit), Ok(JitMode::Off));
        assert_eq!(set(&["-joff", "-jon", "-jflush"]).map(|it| it.config.jit), Ok(JitMode::On));
        assert_eq!(set(&["-jv=out"]).map(|it| it.trace_log), Ok(Some(Some("out".into()))));
        assert_eq!(set(&["-jv"]).map(|it| it.trace_log), Ok(Some(None)));
        assert!(set(&["-jx"]).is_err() && set(&["-j"]).is_err());
    }

    #[test]
    fn levels_and_flags_are_about_sinking() {
        for (word, on) in
            [("-O", true), ("-O3", true), ("-O2", false), ("-O0", false), ("-O-sink", false), ("-Onosink", false)]
        {
            assert_eq!(set(&[word]).map(|it| it.config.sink), Ok(on), "{word}");
        }
        assert_eq!(set(&["-O-sink", "-O+sink"]).map(|it| it.config.sink), Ok(true));
    }

    #[test]
    fn parameters_have_two_names() {
        let it = set(&["-Ohotloop=3,maxmcode=64", "-Omax_tree=99"]).expect("they are known");
        let tunables = it.config.tunables;
        assert_eq!((tunables.hot_loop, tunables.max_code, tunables.max_tree), (3, 64 << 10, 99));
    }

    #[test]
    fn unknown_names_are_answered_with_the_known_ones() {
        for word in ["-O4", "-Ofold", "-Ohotloop=x", "-Ohotloop=-1", "-Omaxsnap=3", "-Overify=perhaps"] {
            let takes = set(&[word]).expect_err(word);
            assert!(takes.contains("hotloop") && takes.contains("hot_loop") && takes.contains("-sink"), "{takes}");
        }
    }
}
