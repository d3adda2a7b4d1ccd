//! What the matcher must answer, as the reference answers it.

use super::pattern::{Capture, Matcher, Scan, find_plain, is_plain};

type FindCase = (&'static [u8], &'static [u8], i64, &'static [u8]);
type GsubCase = (&'static [u8], &'static [u8], &'static [u8], &'static [u8]);

/// Subject, pattern, init, and start, end and captures of the first match (a position with `@`).
const FIND: &[FindCase] = &[
    (b"hello world", b"o w", 1, b"4 7"),
    (b"hello world", b"l+", 1, b"2 4"),
    (b"hello", b"(h)(e)(l+)", 1, b"0 4 <h> <e> <ll>"),
    (b"hello", b"()ll()", 1, b"2 4 @3 @5"),
    (b"hello", b"^h", 1, b"0 1"),
    (b"hello", b"^e", 1, b"none"),
    (b"hello", b"o$", 1, b"4 5"),
    (b"hello", b"l$", 1, b"none"),
    (b"a$b", b"a$b", 1, b"0 3"),
    (b"key = value", b"^(%w+)%s*=%s*(%w+)$", 1, b"0 11 <key> <value>"),
    (b"  trim  ", b"^%s*(.-)%s*$", 1, b"0 8 <trim>"),
    (b"f(a(b)c)d", b"%b()", 1, b"1 8"),
    (b"((x", b"%b()", 1, b"none"),
    (b"THE (quick) fox", b"%f[%a]%a+%f[%A]", 1, b"0 3"),
    (b"THE (quick) fox", b"%((%a+)%)", 1, b"4 11 <quick>"),
    (b"abcabc", b"(abc)%1", 1, b"0 6 <abc>"),
    (b"abcabd", b"(abc)%1", 1, b"none"),
    (b"aXb", b"%u", 1, b"1 2"),
    (b"a]b", b"[]]", 1, b"1 2"),
    (b"a]b", b"[^]]+", 1, b"0 1"),
    (b"a-b", b"[a-]+", 1, b"0 2"),
    (b"a-z", b"[a%-z]+", 1, b"0 3"),
    (b"x^y", b"[x^]+", 1, b"0 2"),
    (b"09af", b"%x+", 1, b"0 4"),
    (b"a\x00b", b"%z", 1, b"1 2"),
    (b"a\x00b", b"a\x00b", 1, b"0 3"),
    (b"a\x00b", b"[\x00]", 1, b"1 2"),
    (b"aaa", b"a-", 1, b"0 0"),
    (b"aaab", b"a-b", 1, b"0 4"),
    (b"aaa", b"a?a?a?a?", 1, b"0 3"),
    (b"", b"^$", 1, b"0 0"),
    (b"", b"", 1, b"0 0"),
    (b"abc", b"", 4, b"3 3"),
    (b"abc", b"", 5, b"none"),
    (b"abc", b"b", -2, b"1 2"),
    (b"", b"x*", 1, b"0 0"),
    (b"\xc3\xa9a", b"[\xc3-\xc4]", 1, b"0 1"),
    (b"tab\x09here", b"%c", 1, b"3 4"),
    (b"a.b", b"%.", 1, b"1 2"),
    (b"a%b", b"%%", 1, b"1 2"),
    (b"2024-01-31", b"(%d+)-(%d+)-(%d+)", 1, b"0 10 <2024> <01> <31>"),
    (b"foo.bar.baz", b"^(.*)%.(.*)$", 1, b"0 11 <foo.bar> <baz>"),
    (b"foo", b"(((f)o)o)", 1, b"0 3 <foo> <fo> <f>"),
    (b"x", b"(x?)(x?)", 1, b"0 1 <x> <>"),
    (b"abc", b"[a-c]+", 1, b"0 3"),
    (b"abc", b"[c-a]+", 1, b"none"),
    (b"a[b", b"[[]", 1, b"1 2"),
    (b"[[x]]", b"%[%[(.-)%]%]", 1, b"0 5 <x>"),
    (b"x=1, y=2", b"(%w+)=(%w+)", 2, b"5 8 <y> <2>"),
    (b"punct!?", b"%p+", 1, b"5 7"),
    (b"A1 b2", b"%g+", 1, b"0 2"),
    (b"ABC", b"%L+", 1, b"0 3"),
    (b"a b", b"%S+", 1, b"0 1"),
    (b"123abc", b"%D+", 1, b"3 6"),
    (b"a\xc3\xa9b", b"%A+", 1, b"1 3"),
    (b"hello", b"h%w-o", 1, b"0 5"),
    (b"ab12", b"%a+%d+", 1, b"0 4"),
    (b"xay", b"x[%a]y", 1, b"0 3"),
    (b"x-y", b"x[%a-]y", 1, b"0 3"),
    (b"%", b"[%%]", 1, b"0 1"),
    (b"f[a", b"%f[[]", 1, b"1 1"),
    (b"end", b"%f[%z]", 1, b"3 3"),
    (b"abc", b"%f[c]()", 1, b"2 2 @3"),
    (b"abc", b")", 1, b"none"),
    (b"abc", b".)", 1, b"error invalid pattern capture"),
    (b"abc", b"(a", 1, b"error unfinished capture"),
    (b"abc", b"[a", 1, b"error malformed pattern (missing ']')"),
    (b"abc", b"[a%", 1, b"error malformed pattern (missing ']')"),
    (b"abc", b"[]", 1, b"error malformed pattern (missing ']')"),
    (b"abc", b"[^]", 1, b"error malformed pattern (missing ']')"),
    (b"abc", b"%b", 1, b"error malformed pattern (missing arguments to '%b')"),
    (b"abc", b"%bx", 1, b"error malformed pattern (missing arguments to '%b')"),
    (b"abc", b"%f", 1, b"error missing '[' after '%f' in pattern"),
    (b"abc", b"%fa", 1, b"error missing '[' after '%f' in pattern"),
    (b"abc", b"%", 1, b"error malformed pattern (ends with '%')"),
    (b"abc", b"ab%", 1, b"error malformed pattern (ends with '%')"),
    (b"abc", b"%1", 1, b"error invalid capture index %1"),
    (b"abc", b"(a)%2", 1, b"error invalid capture index %2"),
    (b"abc", b"(a%1)", 1, b"error invalid capture index %1"),
    (b"abc", b"%0", 1, b"error invalid capture index %0"),
    (b"abc", b"()%1", 1, b"none"),
    (b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", b"(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)", 1, b"error too many captures"),
    (b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", b"(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)", 1, b"0 32 <a> <a> <a> <a> <a> <a> <a> <a> <a> <a> <a> <a> <a> <a> <a> <a> <a> <a> <a> <a> <a> <a> <a> <a> <a> <a> <a> <a> <a> <a> <a> <a>"),
    (b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", b"a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?", 1, b"0 199"),
    (b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", b"a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?b", 1, b"error pattern too complex"),
    (b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", b"a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?", 1, b"error pattern too complex"),
    (b"a*", b"a%*", 1, b"0 2"),
    (b"**", b"**", 1, b"0 2"),
    (b"a+", b"a++", 1, b"0 2"),
    (b"x", b"^*x", 1, b"none"),
    (b"a^", b"a^", 1, b"0 2"),
    (b"$", b"$$", 1, b"0 1"),
];

/// Subject, pattern, replacement, and the result with the count of substitutions.
const GSUB: &[GsubCase] = &[
    (b"hello", b"l", b"L", b"heLLo 2"),
    (b"hello", b"", b"-", b"-h-e-l-l-o- 6"),
    (b"abc", b"%w", b"%0%0", b"aabbcc 3"),
    (b"abc", b"(a)(b)", b"%2%1", b"bac 1"),
    (b"abc def", b"%a+", b"<%0>", b"<abc> <def> 2"),
    (b"abc", b"b*", b"-", b"-a-c- 3"),
    (b"abc", b"^a*", b"x", b"xbc 1"),
    (b"aaa", b"^a", b"b", b"baa 1"),
    (b"a,b,,c", b",", b"%%", b"a%b%%c 3"),
    (b"hello world", b"o()", b"%1", b"hell6 w9rld 2"),
    (b"abc", b"$", b"!", b"abc! 1"),
    (b"", b"x*", b"y", b"y 1"),
    (b"abc", b"a", b"%2", b"error invalid capture index %2"),
    (b"abc", b"a", b"%x", b"error invalid use of '%' in replacement string"),
    (b"abc", b"a", b"%", b"error invalid use of '%' in replacement string"),
    (b"  x  ", b"^%s+", b"", b"x   1"),
    (b"one two", b"(%w+) (%w+)", b"%2 %1", b"two one 1"),
];

fn find(subject: &[u8], pattern: &[u8], init: i64) -> Vec<u8> {
    let init = super::index::start_position(init, subject.len()) - 1;
    if is_plain(pattern) {
        return match find_plain(subject, pattern, init) {
            Some(start) => format!("{start} {}", start + pattern.len()).into_bytes(),
            None => b"none".to_vec(),
        };
    }
    let mut matcher = Matcher::new(subject, pattern);
    let (start, end) = match matcher.find_from(init) {
        Ok(Some(found)) => found,
        Ok(None) => return b"none".to_vec(),
        Err(error) => return format!("error {error}").into_bytes(),
    };
    let mut out = format!("{start} {end}").into_bytes();
    for i in 0..matcher.n_captures() {
        match matcher.capture(i, start, end) {
            Ok(Capture::Text(text)) => out.extend([b" <", text, b">"].concat()),
            Ok(Capture::Position(position)) => out.extend(format!(" @{position}").bytes()),
            Err(error) => return format!("error {error}").into_bytes(),
        }
    }
    out
}

fn gsub(subject: &[u8], pattern: &[u8], replacement: &[u8]) -> Result<Vec<u8>, String> {
    let mut matcher = Matcher::new(subject, pattern);
    let mut scan = Scan::new(0);
    let mut out = Vec::new();
    let (mut copied, mut count) = (0, 0);
    while let Some((start, end)) = scan.next_match(&mut matcher).map_err(|e| e.to_string())? {
        out.extend_from_slice(&subject[copied..start]);
        matcher.expand(replacement, start, end, &mut out).map_err(|e| e.to_string())?;
        copied = end;
        count += 1;
        if matcher.is_anchored() {
            break;
        }
    }
    out.extend_from_slice(&subject[copied..]);
    out.extend(format!(" {count}").bytes());
    Ok(out)
}

#[test]
fn first_matches_and_errors_equal_the_reference() {
    for &(subject, pattern, init, expected) in FIND {
        let found = find(subject, pattern, init);
        assert_eq!(found.escape_ascii().to_string(), expected.escape_ascii().to_string(), "{}", pattern.escape_ascii());
    }
}

#[test]
fn substitutions_equal_the_reference() {
    for &(subject, pattern, replacement, expected) in GSUB {
        let result = gsub(subject, pattern, replacement).unwrap_or_else(|e| format!("error {e}").into_bytes());
        assert_eq!(
            result.escape_ascii().to_string(),
            expected.escape_ascii().to_string(),
            "{}",
            pattern.escape_ascii()
        );
    }
}

#[test]
fn a_caret_is_ordinary_in_gmatch() {
    let mut matcher = Matcher::unanchored(b"a^b^", b"^b");
    assert_eq!(Scan::new(0).next_match(&mut matcher), Ok(Some((1, 3))));
}

#[test]
fn a_walk_visits_no_empty_match_right_after_a_match() {
    let mut matcher = Matcher::unanchored(b"aab", b"a*");
    let mut scan = Scan::new(0);
    let found: Vec<_> = std::iter::from_fn(|| scan.next_match(&mut matcher).expect("a good pattern")).collect();
    assert_eq!(found, [(0, 2), (3, 3)]);
}

#[test]
fn plain_search_needs_no_matcher() {
    assert!(is_plain(b"abc]") && !is_plain(b"a.c") && !is_plain(b"a-"));
    assert_eq!(find_plain(b"hello", b"l", 0), Some(2));
    assert_eq!(find_plain(b"hello", b"lo", 3), Some(3));
    assert_eq!(find_plain(b"hello", b"", 5), Some(5));
    assert_eq!(find_plain(b"hello", b"", 6), None);
    assert_eq!(find_plain(b"hello", b"xyz", 0), None);
}
