//! Civil time for `os.date`: seconds since 1970 to calendar fields, and `strftime` in the C locale.
//!
//! The calendar is the proleptic Gregorian one. What a zone makes of it is in `local_time`.

use std::io::Write;

const DAY: i64 = 86_400;

const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A moment as a calendar shows it. The fields count as people do: months from 1, `weekday` and `yearday` from 1 too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Civil {
    /// The year.
    pub year: i64,
    /// 1 to 12.
    pub month: i64,
    /// 1 to 31.
    pub day: i64,
    /// 0 to 23.
    pub hour: i64,
    /// 0 to 59.
    pub minute: i64,
    /// 0 to 59.
    pub second: i64,
    /// 1 is Sunday.
    pub weekday: i64,
    /// 1 to 366.
    pub yearday: i64,
    /// Daylight saving time is in force.
    pub is_dst: bool,
    /// Seconds east of Greenwich.
    pub offset: i64,
    /// The name of the zone.
    pub zone: String,
}

impl Civil {
    /// The moment in UTC, if its year fits in 32 bits.
    pub fn utc(unix: i64) -> Option<Civil> {
        let (days, rest) = (unix.div_euclid(DAY), unix.rem_euclid(DAY));
        let (year, month, day) = date_of_days(days)?;
        Some(Civil {
            year,
            month,
            day,
            hour: rest / 3600,
            minute: rest / 60 % 60,
            second: rest % 60,
            weekday: (days + 4).rem_euclid(7) + 1,
            yearday: days - days_of_date(year, 1, 1) + 1,
            is_dst: false,
            offset: 0,
            zone: "GMT".to_owned(),
        })
    }
}

/// Days since 1970 of a date; `month` must be in range, `day` need not be.
fn days_of_date(year: i64, month: i64, day: i64) -> i64 {
    // Years start in March here, so that the leap day is the last of its year.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The date of a day counted from 1970, if its year fits in 32 bits.
fn date_of_days(days: i64) -> Option<(i64, i64, i64)> {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (i32::try_from(year - 1900).is_ok()).then_some((year, month, day))
}

/// Formats like C's `strftime`. `Err` holds the rest of the format from a conversion on that
/// C99 does not have, without its `%`.
pub fn strftime(format: &[u8], civil: &Civil) -> Result<Vec<u8>, Vec<u8>> {
    let mut out = Vec::new();
    let mut rest = format;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        rest = match rest {
            [b'E', letter, tail @ ..] if b"cCxXyY".contains(letter) => {
                conversion(&mut out, *letter, civil);
                tail
            }
            [b'O', letter, tail @ ..] if b"deHImMSuUVwWy".contains(letter) => {
                conversion(&mut out, *letter, civil);
                tail
            }
            [letter, tail @ ..] if conversion(&mut out, *letter, civil) => tail,
            _ => return Err(rest.to_vec()),
        };
    }
    Ok(out)
}

/// Appends one conversion; false if there is none of that letter.
fn conversion(out: &mut Vec<u8>, letter: u8, civil: &Civil) -> bool {
    let Civil { month, day, hour, minute, second, weekday, yearday, .. } = *civil;
    // C counts years in 32 bits, from 1900 in the fields and from 0 here.
    let year = i64::from(civil.year as i32);
    let hour12 = (hour + 11) % 12 + 1;
    let half = if hour < 12 { "AM" } else { "PM" };
    let (week_year, week) = iso_week(civil);
    let weekday_name = WEEKDAYS[(weekday - 1) as usize];
    let month_name = MONTHS[(month - 1) as usize];
    let mut nested = |format: &[u8]| {
        out.extend(strftime(format, civil).expect("the library's own formats are good"));
        Ok(())
    };
    let written = match letter {
        b'a' => write!(out, "{}", &weekday_name[..3]),
        b'A' => write!(out, "{weekday_name}"),
        b'b' | b'h' => write!(out, "{}", &month_name[..3]),
        b'B' => write!(out, "{month_name}"),
        b'c' => nested(b"%a %b %e %H:%M:%S %Y"),
        b'C' => write!(out, "{}", year.div_euclid(100)),
        b'd' => write!(out, "{day:02}"),
        b'D' | b'x' => nested(b"%m/%d/%y"),
        b'e' => write!(out, "{day:2}"),
        b'F' => nested(b"%Y-%m-%d"),
        b'g' => write!(out, "{:02}", week_year.rem_euclid(100)),
        b'G' => write!(out, "{week_year}"),
        b'H' => write!(out, "{hour:02}"),
        b'I' => write!(out, "{hour12:02}"),
        b'j' => write!(out, "{yearday:03}"),
        b'm' => write!(out, "{month:02}"),
        b'M' => write!(out, "{minute:02}"),
        b'n' => writeln!(out),
        b'p' => write!(out, "{half}"),
        b'r' => nested(b"%I:%M:%S %p"),
        b'R' => nested(b"%H:%M"),
        b'S' => write!(out, "{second:02}"),
        b't' => write!(out, "\t"),
        b'T' | b'X' => nested(b"%H:%M:%S"),
        b'u' => write!(out, "{}", (weekday + 5) % 7 + 1),
        b'U' => write!(out, "{:02}", (yearday + 6 - (weekday - 1)) / 7),
        b'V' => write!(out, "{week:02}"),
        b'w' => write!(out, "{}", weekday - 1),
        b'W' => write!(out, "{:02}", (yearday + 6 - (weekday + 5) % 7) / 7),
        b'y' => write!(out, "{:02}", civil.year.rem_euclid(100)),
        b'Y' => write!(out, "{year}"),
        b'z' => {
            let (sign, minutes) = (if civil.offset < 0 { '-' } else { '+' }, civil.offset.abs() / 60);
            write!(out, "{sign}{:02}{:02}", minutes / 60, minutes % 60)
        }
        b'Z' => write!(out, "{}", civil.zone),
        b'%' => write!(out, "%"),
        _ => return false,
    };
    written.expect("a vector takes everything");
    true
}

/// The year and the week of the ISO calendar, whose first week holds the first Thursday.
fn iso_week(civil: &Civil) -> (i64, i64) {
    let from_monday = (civil.weekday + 5) % 7;
    // The Thursday of the same week decides.
    let thursday = civil.yearday - 1 - from_monday + 3;
    let days_in = |year: i64| days_of_date(year + 1, 1, 1) - days_of_date(year, 1, 1);
    let (year, week) = if thursday < 0 {
        (civil.year - 1, (thursday + days_in(civil.year - 1)) / 7 + 1)
    } else if thursday >= days_in(civil.year) {
        (civil.year + 1, 1)
    } else {
        (civil.year, thursday / 7 + 1)
    };
    (i64::from(year as i32), week)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(format: &str, unix: i64) -> String {
        let civil = Civil::utc(unix).expect("in range");
        String::from_utf8(strftime(format.as_bytes(), &civil).expect("a good format")).expect("ASCII")
    }

    #[test]
    fn every_conversion_prints_as_in_c() {
        let all = "%a %A %b %B %c %C %d %D %e %F %g %G %h %H %I %j %m %M %p %r %R %S %T %u %U %V %w %W %x %X %y %Y %Z %% %Ey %Od";
        assert_eq!(
            show(all, 0),
            "Thu Thursday Jan January Thu Jan  1 00:00:00 1970 19 01 01/01/70  1 1970-01-01 70 1970 Jan 00 12 001 01 00 AM 12:00:00 AM 00:00 00 00:00:00 4 00 01 4 00 01/01/70 00:00:00 70 1970 GMT % 70 01"
        );
        assert_eq!(
            show(all, 951782400),
            "Tue Tuesday Feb February Tue Feb 29 00:00:00 2000 20 29 02/29/00 29 2000-02-29 00 2000 Feb 00 12 060 02 00 AM 12:00:00 AM 00:00 00 00:00:00 2 09 09 2 09 02/29/00 00:00:00 00 2000 GMT % 00 29"
        );
        assert_eq!(
            show(all, 1704067199),
            "Sun Sunday Dec December Sun Dec 31 23:59:59 2023 20 31 12/31/23 31 2023-12-31 23 2023 Dec 23 11 365 12 59 PM 11:59:59 PM 23:59 59 23:59:59 7 53 52 0 52 12/31/23 23:59:59 23 2023 GMT % 23 31"
        );
        assert_eq!(
            show(all, 1704067200),
            "Mon Monday Jan January Mon Jan  1 00:00:00 2024 20 01 01/01/24  1 2024-01-01 24 2024 Jan 00 12 001 01 00 AM 12:00:00 AM 00:00 00 00:00:00 1 00 01 1 01 01/01/24 00:00:00 24 2024 GMT % 24 01"
        );
        assert_eq!(
            show(all, 1736208000),
            "Tue Tuesday Jan January Tue Jan  7 00:00:00 2025 20 07 01/07/25  7 2025-01-07 25 2025 Jan 00 12 007 01 00 AM 12:00:00 AM 00:00 00 00:00:00 2 01 02 2 01 01/07/25 00:00:00 25 2025 GMT % 25 07"
        );
        assert_eq!(
            show(all, 1609459200),
            "Fri Friday Jan January Fri Jan  1 00:00:00 2021 20 01 01/01/21  1 2021-01-01 20 2020 Jan 00 12 001 01 00 AM 12:00:00 AM 00:00 00 00:00:00 5 00 53 5 00 01/01/21 00:00:00 21 2021 GMT % 21 01"
        );
        assert_eq!(
            show(all, 1612137599),
            "Sun Sunday Jan January Sun Jan 31 23:59:59 2021 20 31 01/31/21 31 2021-01-31 21 2021 Jan 23 11 031 01 59 PM 11:59:59 PM 23:59 59 23:59:59 7 05 04 0 04 01/31/21 23:59:59 21 2021 GMT % 21 31"
        );
        assert_eq!(
            show(all, 4102444800),
            "Fri Friday Jan January Fri Jan  1 00:00:00 2100 21 01 01/01/00  1 2100-01-01 99 2099 Jan 00 12 001 01 00 AM 12:00:00 AM 00:00 00 00:00:00 5 00 53 5 00 01/01/00 00:00:00 00 2100 GMT % 00 01"
        );
        assert_eq!(
            show(all, -86401),
            "Tue Tuesday Dec December Tue Dec 30 23:59:59 1969 19 30 12/30/69 30 1969-12-30 70 1970 Dec 23 11 364 12 59 PM 11:59:59 PM 23:59 59 23:59:59 2 52 01 2 52 12/30/69 23:59:59 69 1969 GMT % 69 30"
        );
        assert_eq!(
            show(all, 1720000000),
            "Wed Wednesday Jul July Wed Jul  3 09:46:40 2024 20 03 07/03/24  3 2024-07-03 24 2024 Jul 09 09 185 07 46 AM 09:46:40 AM 09:46 40 09:46:40 3 26 27 3 27 07/03/24 09:46:40 24 2024 GMT % 24 03"
        );
    }

    #[test]
    fn unknown_conversions_are_named() {
        let civil = Civil::utc(0).expect("in range");
        assert_eq!(strftime(b"%Q", &civil), Err(b"Q".to_vec()));
        assert_eq!(strftime(b"x%", &civil), Err(b"".to_vec()));
        assert_eq!(strftime(b"%Ez and more", &civil), Err(b"Ez and more".to_vec()));
        assert_eq!(strftime(b"%s", &civil), Err(b"s".to_vec()));
    }

    #[test]
    fn days_and_dates_are_inverse() {
        for days in (-1_000_000..1_000_000).step_by(997) {
            let (year, month, day) = date_of_days(days).expect("in range");
            assert_eq!(days_of_date(year, month, day), days);
        }
        assert_eq!(date_of_days(0), Some((1970, 1, 1)));
        assert_eq!(date_of_days(11_016), Some((2000, 2, 29)));
        assert!(date_of_days(i64::MAX / DAY).is_none());
    }
}
