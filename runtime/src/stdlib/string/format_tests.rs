//! What the conversions must print, as the reference prints it through C.

use super::format::{FormatError, Spec, put_char, put_float, put_int, put_quoted, put_text, put_unsigned};

/// The rows of the table of cases of one kind: format, value and expected text.
fn cases(kind: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    include_str!("format_cases.txt").lines().filter(|line| !line.starts_with('#')).filter_map(move |line| {
        let fields: Vec<&str> = line.split('\t').collect();
        let [of, format, value, text] = fields[..] else { panic!("four fields in {line:?}") };
        (of == kind).then_some((format, value, &text[1..text.len() - 1]))
    })
}

fn spec(format: &str) -> Spec<'_> {
    Spec::read(&format.as_bytes()[1..]).expect("short enough")
}

fn show(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("ASCII")
}

#[test]
fn integers_print_as_in_c() {
    for (format, value, expected) in cases("int") {
        let int: i64 = value.parse().expect("an integer");
        let spec = spec(format);
        let layout = spec.layout().expect("a good conversion");
        let mut out = Vec::new();
        match spec.letter() {
            b'd' | b'i' => put_int(&mut out, layout, int),
            b'c' => put_char(&mut out, layout, int as u8),
            letter => put_unsigned(&mut out, layout, int, letter),
        }
        if spec.letter() != b'c' || (33..127).contains(&int) {
            assert_eq!(show(out), expected, "{format} of {int}");
        }
    }
}

#[test]
fn floats_print_as_in_c() {
    for (format, bits, expected) in cases("float") {
        let bits = u64::from_str_radix(&bits[2..], 16).expect("hexadecimal");
        let spec = spec(format);
        let mut out = Vec::new();
        put_float(&mut out, spec.layout().expect("a good conversion"), f64::from_bits(bits), spec.letter());
        out.extend_from_slice(&format.as_bytes()[1 + spec.len()..]);
        assert_eq!(show(out), expected, "{format} of {:?}", f64::from_bits(bits));
    }
}

#[test]
fn texts_are_cut_and_padded() {
    for (format, expected) in
        [("%s", "hello"), ("%.2s", "he"), ("%8s", "   hello"), ("%-8.3s", "hel     "), ("%.s", "")]
    {
        let mut out = Vec::new();
        put_text(&mut out, spec(format).layout().expect("a good conversion"), b"hello");
        assert_eq!(show(out), expected, "{format}");
    }
}

#[test]
fn quoted_strings_read_back() {
    let mut out = Vec::new();
    put_quoted(&mut out, b"a\0b\n\r\"\\\x7f2\x001\xff");
    assert_eq!(out, b"\"a\\0b\\\n\\13\\\"\\\\\\1272\\0001\xff\"");
}

#[test]
fn bad_conversions_are_refused_by_name() {
    let bad = [
        ("%10.123f", "invalid conversion specification: '%10.123f'"),
        ("%123d", "invalid conversion specification: '%123d'"),
        ("%#d", "invalid conversion specification: '%#d'"),
        ("%+x", "invalid conversion specification: '%+x'"),
        ("%+u", "invalid conversion specification: '%+u'"),
        ("%.1c", "invalid conversion specification: '%.1c'"),
        ("%05s", "invalid conversion specification: '%05s'"),
        ("%5q", "specifier '%q' cannot have modifiers"),
    ];
    for (format, message) in bad {
        assert_eq!(spec(format).layout().expect_err("a bad conversion").to_string(), message);
    }
    assert_eq!(spec("%5y").unknown().to_string(), "invalid conversion '%5y' to 'format'");
    assert_eq!(spec("%").letter(), 0);
    assert_eq!(spec("%5.").letter(), 0);
    assert_eq!(Spec::read(b"12345678901234567890123d").expect_err("too long"), FormatError::TooLong);
}
