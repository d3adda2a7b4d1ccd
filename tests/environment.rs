//! What a script shares with the world around it: variables of the environment, standard input, the order of output.

#[allow(dead_code, reason = "each test uses a part of it")]
mod common;

use common::{moonset, run};

/// What a statement prints with these variables and this input, after these options.
fn printed(variables: &[(&str, &str)], options: &[&str], statement: &str, input: &[u8]) -> String {
    let mut command = moonset();
    for name in ["LUA_PATH", "LUA_PATH_5_4", "LUA_CPATH", "LUA_CPATH_5_4", "LUA_INIT", "LUA_INIT_5_4"] {
        command.env_remove(name);
    }
    command.envs(variables.iter().copied()).args(options).args(["-e", statement]);
    let got = run(command, input).unwrap_or_else(|error| panic!("{statement}: {error}"));
    assert_eq!((&*got.err(), got.status.code()), ("", Some(0)), "{statement}");
    got.out()
}

#[test]
fn modules_are_searched_where_the_environment_says() {
    let path = |variables, options| printed(variables, options, "io.write(package.path, ' ', package.cpath)", b"");
    let default = path(&[], &[]);
    assert!(default.starts_with("/usr/local/share/lua/5.4/?.lua;"), "{default}");
    let (lua, c) = default.split_once(' ').expect("two paths");
    assert_eq!(path(&[("LUA_PATH", "a/?;;b/?")], &[]), format!("a/?;{lua};b/? {c}"));
    assert_eq!(path(&[("LUA_PATH", "a"), ("LUA_PATH_5_4", "b"), ("LUA_CPATH", "c;;")], &[]), format!("b c;{c}"));
    assert_eq!(path(&[("LUA_PATH", "a"), ("LUA_CPATH_5_4", "c")], &["-E"]), default);
}

#[test]
fn local_time_is_that_of_the_zone() {
    let in_zone = |statement: &str| printed(&[("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")], &[], statement, b"");
    let at = |fields: &str| in_zone(&format!("io.write(os.time {{ {fields} }})"));
    assert_eq!(in_zone("io.write(os.date('%c %z %Z', 1720000000))"), "Wed Jul  3 11:46:40 2024 +0200 CEST");
    assert_eq!(in_zone("io.write(os.date('!%c %z %Z', 1720000000))"), "Wed Jul  3 09:46:40 2024 +0000 GMT");
    assert_eq!(at("year = 2024, month = 1, day = 1"), "1704106800");
    // The hour that is skipped, and the hour that comes twice.
    assert_eq!(at("year = 2024, month = 3, day = 31, hour = 2, min = 30, isdst = true"), "1711845000");
    assert_eq!(at("year = 2024, month = 3, day = 31, hour = 2, min = 30, isdst = false"), "1711848600");
    assert_eq!(at("year = 2024, month = 10, day = 27, hour = 2, min = 30, isdst = true"), "1729989000");
    assert_eq!(at("year = 2024, month = 10, day = 27, hour = 2, min = 30, isdst = false"), "1729992600");
}

#[test]
fn output_stays_in_order_with_that_of_commands() {
    let statement = "io.write('1 ') os.execute('printf \"2 \"') io.write('3 ') local p = io.popen('cat', 'w') p:write('4 ') \
        p:close() io.write('5 ') io.popen('printf \"6 \" >&2; printf 7'):close() io.write('8')";
    let mut command = moonset();
    command.args(["-e", statement]);
    let got = run(command, b"").expect("it ends");
    assert_eq!((&*got.out(), &*got.err()), ("1 2 3 4 5 8", "6 "));
}

#[test]
fn a_chunk_from_standard_input_begins_where_reading_ended() {
    let input = b"first\n12 return io.read and 'rest'\n";
    assert_eq!(printed(&[], &[], "print(io.read('l', 'n')) print(dofile())", input), "first\t12\nrest\n");
    assert_eq!(
        printed(&[], &[], "print(io.read()) print(loadfile()) print(io.read('a') == '')", b"x\ny y\n").lines().count(),
        3
    );
}

#[test]
fn commands_and_pipes_end_with_the_program() {
    assert_eq!(printed(&[], &[], "io.popen('cat', 'w'):write('written at the end')", b""), "written at the end");
    assert_eq!(printed(&[], &[], "p = io.popen('sleep 0.1; echo late >&1', 'w')", b""), "late\n");
}
