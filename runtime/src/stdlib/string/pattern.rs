//! Lua patterns over bytes: a backtracking matcher that never allocates.
//!
//! A `Matcher` holds the subject, the pattern and a fixed array of captures. `match_at` tries one place, `find_from`
//! looks for the first place, and a `Scan` walks over all matches the way `gmatch` and `gsub` do. The state of a walk is
//! two offsets, so a native that calls back into Lua keeps the offsets and makes a new matcher for each step.
//!
//! Inside, a match ends in an offset, in `FAIL` (go back and try something else) or in `STOP` (an error, kept in the
//! matcher). Backtracking points therefore ask only "is it `FAIL`?". Recursion is bounded by `MAX_DEPTH`.

use std::fmt;

use memchr::{memchr, memmem};

use super::class::{count_in_class, in_class};
use crate::interrupt::Watch;
use crate::number::format_int;

/// The most captures a pattern may have.
pub const MAX_CAPTURES: usize = 32;

/// How deep the matcher may recurse before it calls a pattern too complex.
const MAX_DEPTH: u32 = 200;

const FAIL: usize = usize::MAX;
const STOP: usize = usize::MAX - 1;

/// Attempts to match after which a matcher looks whether somebody asks for a break.
const ATTEMPTS: u32 = 1024;

/// What is wrong with a pattern or with a replacement string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatternError {
    /// A `%` with nothing after it.
    EndsWithPercent,
    /// A set that is not closed.
    MissingBracket,
    /// `%b` without its two characters.
    MissingBalanceArguments,
    /// `%f` without a set.
    MissingFrontierSet,
    /// More than `MAX_CAPTURES` captures.
    TooManyCaptures,
    /// A `)` with no open capture.
    InvalidCapture,
    /// A capture that is still open where its text is wanted.
    UnfinishedCapture,
    /// A reference to a capture that does not exist; the number is the one that was written.
    InvalidCaptureIndex(i32),
    /// Recursion deeper than the limit.
    TooComplex,
    /// A `%` in a replacement string before something other than a digit or `%`.
    InvalidReplacement,
    /// Not an error of the pattern: somebody asks for a break.
    Interrupted,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PatternError::EndsWithPercent => "malformed pattern (ends with '%')",
            PatternError::MissingBracket => "malformed pattern (missing ']')",
            PatternError::MissingBalanceArguments => "malformed pattern (missing arguments to '%b')",
            PatternError::MissingFrontierSet => "missing '[' after '%f' in pattern",
            PatternError::TooManyCaptures => "too many captures",
            PatternError::InvalidCapture => "invalid pattern capture",
            PatternError::UnfinishedCapture => "unfinished capture",
            PatternError::InvalidCaptureIndex(index) => return write!(f, "invalid capture index %{index}"),
            PatternError::TooComplex => "pattern too complex",
            PatternError::InvalidReplacement => "invalid use of '%' in replacement string",
            PatternError::Interrupted => "interrupted",
        })
    }
}

/// The value of a capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capture<'a> {
    /// The captured bytes.
    Text(&'a [u8]),
    /// A position capture `()`: the position, counted from 1.
    Position(i64),
}

/// The length of a capture that is still open.
const UNFINISHED: usize = usize::MAX;

/// In the place of a length: the capture is a position.
const POSITION: usize = usize::MAX - 1;

/// One subject, one pattern, and the captures of the match at hand.
pub struct Matcher<'a> {
    subject: &'a [u8],
    pattern: &'a [u8],
    anchored: bool,
    level: usize,
    depth: u32,
    /// Attempts since somebody was looked for who asks for a break.
    attempts: u32,
    watch: Watch<'a>,
    error: Option<PatternError>,
    /// Start and length of each capture. All zero at first: whoever matches a short text would notice anything dearer.
    captures: [(usize, usize); MAX_CAPTURES],
}

impl<'a> Matcher<'a> {
    /// A matcher for `find`, `match` and `gsub`, where a leading `^` anchors the pattern.
    #[inline(always)]
    pub fn new(subject: &'a [u8], pattern: &'a [u8]) -> Self {
        let (anchored, pattern) = match pattern {
            [b'^', rest @ ..] => (true, rest),
            _ => (false, pattern),
        };
        let mut matcher = Matcher::unanchored(subject, pattern);
        matcher.anchored = anchored;
        matcher
    }

    /// A matcher for `gmatch`, where `^` is an ordinary character.
    #[inline(always)]
    pub fn unanchored(subject: &'a [u8], pattern: &'a [u8]) -> Self {
        Matcher {
            subject,
            pattern,
            anchored: false,
            level: 0,
            depth: 0,
            attempts: 0,
            watch: Watch::BLIND,
            error: None,
            captures: [(0, 0); MAX_CAPTURES],
        }
    }

    /// The same, and it gives up when somebody asks for a break.
    #[inline(always)]
    pub fn watched(mut self, watch: Watch<'a>) -> Self {
        self.watch = watch;
        self
    }

    /// True if the pattern starts with `^`.
    pub fn is_anchored(&self) -> bool {
        self.anchored
    }

    /// The subject.
    pub fn subject(&self) -> &'a [u8] {
        self.subject
    }

    /// The end of the match that starts at `start`, if there is one.
    pub fn match_at(&mut self, start: usize) -> Result<Option<usize>, PatternError> {
        self.level = 0;
        self.depth = 0;
        if self.is_interrupted() {
            return Err(PatternError::Interrupted);
        }
        match self.run(start, 0) {
            FAIL => Ok(None),
            STOP => Err(self.error.expect("STOP is returned only with an error")),
            end => Ok(Some(end)),
        }
    }

    /// The first match that starts at `init` or later, as start and end. An anchored pattern is tried at `init` alone.
    pub fn find_from(&mut self, init: usize) -> Result<Option<(usize, usize)>, PatternError> {
        let first = if self.anchored { None } else { literal_start(self.pattern) };
        let mut start = init;
        while start <= self.subject.len() {
            if let Some(byte) = first {
                match memchr(byte, &self.subject[start..]) {
                    Some(skip) => start += skip,
                    None => return Ok(None),
                }
            }
            if let Some(end) = self.match_at(start)? {
                return Ok(Some((start, end)));
            }
            if self.anchored {
                break;
            }
            start += 1;
        }
        Ok(None)
    }

    /// How many values a match gives: its captures, or the whole match if the pattern has none.
    pub fn n_values(&self) -> usize {
        self.level.max(1)
    }

    /// How many captures the match has.
    pub fn n_captures(&self) -> usize {
        self.level
    }

    /// Capture number `index` (from 0) of the match `start..end`. Index 0 of a pattern without captures is the match.
    pub fn capture(&self, index: usize, start: usize, end: usize) -> Result<Capture<'a>, PatternError> {
        if index >= self.level {
            if index != 0 {
                return Err(PatternError::InvalidCaptureIndex(index as i32 + 1));
            }
            return Ok(Capture::Text(&self.subject[start..end]));
        }
        let (at, len) = self.captures[index];
        match len {
            UNFINISHED => Err(PatternError::UnfinishedCapture),
            POSITION => Ok(Capture::Position(at as i64 + 1)),
            len => Ok(Capture::Text(&self.subject[at..at + len])),
        }
    }

    /// How long a replacement with `marks` percent signs can get for the match `start..end`.
    pub fn expanded_len(replacement: &[u8], marks: usize, start: usize, end: usize) -> usize {
        replacement.len().saturating_add(marks.saturating_mul((end - start).max(20)))
    }

    /// Appends `replacement` for the match `start..end`, with `%0` to `%9` and `%%` filled in.
    ///
    /// They are at most as many bytes as [`Matcher::expanded_len`] says.
    pub fn expand(&self, replacement: &[u8], start: usize, end: usize, out: &mut Vec<u8>) -> Result<(), PatternError> {
        let mut rest = replacement;
        while let Some(at) = memchr(b'%', rest) {
            out.extend_from_slice(&rest[..at]);
            match rest.get(at + 1) {
                Some(b'%') => out.push(b'%'),
                Some(b'0') => out.extend_from_slice(&self.subject[start..end]),
                Some(digit @ b'1'..=b'9') => match self.capture((digit - b'1') as usize, start, end)? {
                    Capture::Text(text) => out.extend_from_slice(text),
                    Capture::Position(position) => out.extend_from_slice(&format_int(position)),
                },
                _ => return Err(PatternError::InvalidReplacement),
            }
            rest = &rest[at + 2..];
        }
        out.extend_from_slice(rest);
        Ok(())
    }

    /// Looks now and then whether somebody asks for a break.
    #[inline]
    fn is_interrupted(&mut self) -> bool {
        self.attempts += 1;
        if self.attempts < ATTEMPTS {
            return false;
        }
        self.attempts = 0;
        self.watch.is_asked()
    }

    fn stop(&mut self, error: PatternError) -> usize {
        self.error = Some(error);
        STOP
    }

    /// A nested match, counted against the limit.
    fn nested(&mut self, s: usize, p: usize) -> usize {
        if self.depth == MAX_DEPTH - 1 {
            return self.stop(PatternError::TooComplex);
        }
        if self.is_interrupted() {
            return self.stop(PatternError::Interrupted);
        }
        self.depth += 1;
        let end = self.run(s, p);
        self.depth -= 1;
        end
    }

    /// Matches the pattern from offset `p` against the subject from offset `s`.
    fn run(&mut self, mut s: usize, mut p: usize) -> usize {
        loop {
            let Some(&first) = self.pattern.get(p) else { return s };
            match first {
                b'(' => {
                    return match self.pattern.get(p + 1) {
                        Some(b')') => self.open_capture(s, p + 2, POSITION),
                        _ => self.open_capture(s, p + 1, UNFINISHED),
                    };
                }
                b')' => return self.close_capture(s, p + 1),
                b'$' if p + 1 == self.pattern.len() => {
                    return if s == self.subject.len() { s } else { FAIL };
                }
                b'%' => match self.pattern.get(p + 1) {
                    Some(b'b') => {
                        s = self.match_balanced(s, p + 2);
                        if s >= STOP {
                            return s;
                        }
                        p += 4;
                        continue;
                    }
                    Some(b'f') => {
                        p += 2;
                        if self.pattern.get(p) != Some(&b'[') {
                            return self.stop(PatternError::MissingFrontierSet);
                        }
                        let item_end = self.item_end(p);
                        if item_end == STOP {
                            return STOP;
                        }
                        let before = if s == 0 { 0 } else { self.subject[s - 1] };
                        let here = self.subject.get(s).copied().unwrap_or(0);
                        if self.in_set(before, p, item_end - 1) || !self.in_set(here, p, item_end - 1) {
                            return FAIL;
                        }
                        p = item_end;
                        continue;
                    }
                    Some(&digit @ b'0'..=b'9') => {
                        s = self.match_back_reference(s, digit);
                        if s >= STOP {
                            return s;
                        }
                        p += 2;
                        continue;
                    }
                    _ => {}
                },
                _ => {}
            }
            let item_end = self.item_end(p);
            if item_end == STOP {
                return STOP;
            }
            match self.pattern.get(item_end) {
                Some(b'*') => return self.match_longest(s, p, item_end),
                Some(b'+') => {
                    return if self.matches_one(s, p, item_end) {
                        self.match_longest(s + 1, p, item_end)
                    } else {
                        FAIL
                    };
                }
                Some(b'-') => return self.match_shortest(s, p, item_end),
                Some(b'?') => {
                    if self.matches_one(s, p, item_end) {
                        let end = self.nested(s + 1, item_end + 1);
                        if end != FAIL {
                            return end;
                        }
                    }
                    p = item_end + 1;
                }
                _ => {
                    if !self.matches_one(s, p, item_end) {
                        return FAIL;
                    }
                    s += 1;
                    p = item_end;
                }
            }
        }
    }

    /// The offset after the single-character item at `p`, or `STOP`.
    fn item_end(&mut self, p: usize) -> usize {
        match self.pattern[p] {
            b'%' => {
                if p + 1 == self.pattern.len() {
                    return self.stop(PatternError::EndsWithPercent);
                }
                p + 2
            }
            b'[' => {
                let mut at = p + 1;
                if self.pattern.get(at) == Some(&b'^') {
                    at += 1;
                }
                // The first character of a set belongs to it, even if it is `]`.
                loop {
                    let Some(&byte) = self.pattern.get(at) else { return self.stop(PatternError::MissingBracket) };
                    at += 1;
                    if byte == b'%' {
                        at += 1;
                    }
                    if self.pattern.get(at) == Some(&b']') {
                        return at + 1;
                    }
                }
            }
            _ => p + 1,
        }
    }

    /// True if the item at `p..item_end` matches the byte at `s`.
    #[inline]
    fn matches_one(&self, s: usize, p: usize, item_end: usize) -> bool {
        self.subject.get(s).is_some_and(|&byte| self.matches_byte(byte, p, item_end))
    }

    #[inline]
    fn matches_byte(&self, byte: u8, p: usize, item_end: usize) -> bool {
        match self.pattern[p] {
            b'.' => true,
            b'%' => in_class(byte, self.pattern[p + 1]),
            b'[' => self.in_set(byte, p, item_end - 1),
            literal => byte == literal,
        }
    }

    /// True if the set between the brackets at `open` and `close` has the byte.
    fn in_set(&self, byte: u8, open: usize, close: usize) -> bool {
        let set = &self.pattern[open + 1..close];
        let (found, mut set) = match set {
            [b'^', rest @ ..] => (false, rest),
            _ => (true, set),
        };
        loop {
            set = match set {
                [] => return !found,
                [b'%', class, rest @ ..] => {
                    if in_class(byte, *class) {
                        return found;
                    }
                    rest
                }
                [low, b'-', high, rest @ ..] => {
                    if (*low..=*high).contains(&byte) {
                        return found;
                    }
                    rest
                }
                [literal, rest @ ..] => {
                    if *literal == byte {
                        return found;
                    }
                    rest
                }
            };
        }
    }

    /// As many of the item as there are, then fewer until the rest of the pattern matches.
    fn match_longest(&mut self, s: usize, p: usize, item_end: usize) -> usize {
        let run = &self.subject[s..];
        let mut count = match self.pattern[p] {
            b'.' => run.len(),
            b'%' => count_in_class(run, self.pattern[p + 1]),
            _ => run.iter().take_while(|&&byte| self.matches_byte(byte, p, item_end)).count(),
        };
        loop {
            let end = self.nested(s + count, item_end + 1);
            if end != FAIL || count == 0 {
                return end;
            }
            count -= 1;
        }
    }

    /// As few of the item as the rest of the pattern allows.
    fn match_shortest(&mut self, mut s: usize, p: usize, item_end: usize) -> usize {
        loop {
            let end = self.nested(s, item_end + 1);
            if end != FAIL {
                return end;
            }
            if !self.matches_one(s, p, item_end) {
                return FAIL;
            }
            s += 1;
        }
    }

    fn open_capture(&mut self, s: usize, p: usize, len: usize) -> usize {
        if self.level >= MAX_CAPTURES {
            return self.stop(PatternError::TooManyCaptures);
        }
        self.captures[self.level] = (s, len);
        self.level += 1;
        let end = self.nested(s, p);
        if end == FAIL {
            self.level -= 1;
        }
        end
    }

    fn close_capture(&mut self, s: usize, p: usize) -> usize {
        let open = (0..self.level).rev().find(|&i| self.captures[i].1 == UNFINISHED);
        let Some(index) = open else { return self.stop(PatternError::InvalidCapture) };
        self.captures[index].1 = s - self.captures[index].0;
        let end = self.nested(s, p);
        if end == FAIL {
            self.captures[index].1 = UNFINISHED;
        }
        end
    }

    /// `%bxy`: from an `x` to the `y` that balances it.
    fn match_balanced(&mut self, s: usize, p: usize) -> usize {
        let (Some(&open), Some(&close)) = (self.pattern.get(p), self.pattern.get(p + 1)) else {
            return self.stop(PatternError::MissingBalanceArguments);
        };
        if self.subject.get(s) != Some(&open) {
            return FAIL;
        }
        let mut depth = 1usize;
        for (i, &byte) in self.subject[s + 1..].iter().enumerate() {
            if byte == close {
                depth -= 1;
                if depth == 0 {
                    return s + 2 + i;
                }
            } else if byte == open {
                depth += 1;
            }
        }
        FAIL
    }

    /// `%1` to `%9` in a pattern: the same text again.
    fn match_back_reference(&mut self, s: usize, digit: u8) -> usize {
        let index = usize::from(digit.wrapping_sub(b'1'));
        let (at, len) = if index < self.level { self.captures[index] } else { (0, UNFINISHED) };
        match len {
            UNFINISHED => self.stop(PatternError::InvalidCaptureIndex(i32::from(digit - b'0'))),
            // A position is no text that could come again.
            POSITION => FAIL,
            len => {
                if self.subject[s..].starts_with(&self.subject[at..at + len]) {
                    s + len
                } else {
                    FAIL
                }
            }
        }
    }
}

/// The walk of `gmatch` and `gsub` over a subject: matches from left to right, none of them empty right after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scan {
    /// Where the next match may start.
    pub at: usize,
    /// Where the last match ended, `usize::MAX` before the first one.
    pub last_end: usize,
}

impl Scan {
    /// A walk that starts at offset `init`.
    pub fn new(init: usize) -> Scan {
        Scan { at: init, last_end: usize::MAX }
    }

    /// The next match, as start and end. `self.at` is then its end; what lies between the old `at` and the start did not match.
    pub fn next_match(&mut self, matcher: &mut Matcher<'_>) -> Result<Option<(usize, usize)>, PatternError> {
        let mut from = self.at;
        while let Some((start, end)) = matcher.find_from(from)? {
            if end != self.last_end {
                self.at = end;
                self.last_end = end;
                return Ok(Some((start, end)));
            }
            if matcher.is_anchored() {
                break;
            }
            from = start + 1;
        }
        Ok(None)
    }
}

/// True if no character of the pattern has a special meaning, so that a plain search gives the same answer.
pub fn is_plain(pattern: &[u8]) -> bool {
    !pattern.iter().any(|byte| is_special(*byte))
}

/// Whether a character has a meaning of its own somewhere in a pattern.
#[inline]
fn is_special(byte: u8) -> bool {
    matches!(byte, b'^' | b'$' | b'*' | b'+' | b'?' | b'.' | b'(' | b'[' | b'%' | b'-')
}

/// Where `needle` first stands in `subject` from offset `init` on.
pub fn find_plain(subject: &[u8], needle: &[u8], init: usize) -> Option<usize> {
    let rest = subject.get(init..)?;
    let at = match needle {
        [] => Some(0),
        [byte] => memchr(*byte, rest),
        _ => memmem::find(rest, needle),
    };
    at.map(|at| init + at)
}

/// The byte that every match must start with, if the pattern shows one at a glance.
fn literal_start(pattern: &[u8]) -> Option<u8> {
    let (&byte, rest) = pattern.split_first()?;
    let special = is_special(byte) || byte == b')';
    let optional = matches!(rest.first(), Some(b'*' | b'?' | b'-'));
    (!special && !optional).then_some(byte)
}
