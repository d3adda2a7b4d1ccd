//! Local time, by the C library's rules.
//!
//! What a date means that a change of the clocks skips or repeats, or whose `isdst` is not that of the zone, is for `mktime` to
//! say: scripts see its answers. This file owns the one way to it, and that the structures passed are initialised.

use std::ffi::CStr;
use std::mem::MaybeUninit;

use super::calendar::Civil;

/// The moment in the local time zone, if its year fits in 32 bits.
pub fn civil_of_unix(unix: i64) -> Option<Civil> {
    let mut fields = MaybeUninit::uninit();
    // SAFETY: both point to places of their types; the second is written if the result is not null.
    let result = unsafe { libc::localtime_r(&unix, fields.as_mut_ptr()) };
    if result.is_null() {
        return None;
    }
    // SAFETY: written by `localtime_r`, which succeeded.
    let fields = unsafe { fields.assume_init() };
    Some(civil_of_fields(&fields))
}

/// Seconds since 1970 of a date and time in the local zone, and what the fields are in their ranges. They are year, month, day,
/// hour, minute and second, and may be out of their ranges; `dst` says whether daylight saving time is meant.
pub fn unix_of_fields([year, month, day, hour, minute, second]: [i64; 6], dst: Option<bool>) -> Option<(i64, Civil)> {
    let mut fields = empty();
    fields.tm_year = i32::try_from(year - 1900).ok()?;
    fields.tm_mon = i32::try_from(month - 1).ok()?;
    fields.tm_mday = i32::try_from(day).ok()?;
    fields.tm_hour = i32::try_from(hour).ok()?;
    fields.tm_min = i32::try_from(minute).ok()?;
    fields.tm_sec = i32::try_from(second).ok()?;
    fields.tm_isdst = dst.map_or(-1, i32::from);
    // SAFETY: an initialised structure.
    let unix = unsafe { libc::mktime(&mut fields) };
    // The last second of 1969 cannot be told from a failure.
    if unix == -1 { None } else { Some((unix, civil_of_fields(&fields))) }
}

fn empty() -> libc::tm {
    // SAFETY: integers and a pointer, for all of which zero is a value.
    unsafe { MaybeUninit::zeroed().assume_init() }
}

fn civil_of_fields(fields: &libc::tm) -> Civil {
    let zone = if fields.tm_zone.is_null() {
        String::new()
    } else {
        // SAFETY: the C library names the zone by a string, which lives until the zone is changed: nobody does here.
        let name = unsafe { CStr::from_ptr(fields.tm_zone) };
        name.to_string_lossy().into_owned()
    };
    Civil {
        year: i64::from(fields.tm_year) + 1900,
        month: i64::from(fields.tm_mon) + 1,
        day: fields.tm_mday.into(),
        hour: fields.tm_hour.into(),
        minute: fields.tm_min.into(),
        second: fields.tm_sec.into(),
        weekday: i64::from(fields.tm_wday) + 1,
        yearday: i64::from(fields.tm_yday) + 1,
        is_dst: fields.tm_isdst > 0,
        offset: fields.tm_gmtoff,
        zone,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unix(fields: [i64; 6]) -> Option<i64> {
        unix_of_fields(fields, None).map(|(unix, _)| unix)
    }

    #[test]
    fn fields_out_of_range_carry_over() {
        let plain = unix([2024, 3, 1, 0, 0, 0]);
        assert!(plain.is_some());
        assert_eq!(unix([2024, 2, 30, 0, 0, 0]), plain);
        assert_eq!(unix([2023, 15, 1, 0, 0, 0]), plain);
        assert_eq!(unix([2024, 3, 2, -24, 0, 0]), plain);
        assert_eq!(unix([2024, 2, 29, 23, 59, 60]), plain);
        assert_eq!(unix([1 << 33, 1, 1, 0, 0, 0]), None);
    }

    #[test]
    fn a_local_time_reads_back() {
        for unix in [0, 1_700_000_000, 1_720_000_000] {
            let civil = civil_of_unix(unix).expect("in range");
            let Civil { year, month, day, hour, minute, second, is_dst, .. } = civil;
            let back = unix_of_fields([year, month, day, hour, minute, second], Some(is_dst));
            assert_eq!(back, Some((unix, civil)));
        }
        assert_eq!(civil_of_unix(i64::MAX), None);
    }
}
