//! Dates in HTTP headers (RFC 9110 §5.6.7), in the one form that servers may still write.

use super::text;

/// Reads `Sun, 06 Nov 1994 08:49:37 GMT` as epoch seconds. The day of the week is not checked.
pub fn parse(text: &str) -> Option<u64> {
    let mut words = [""; 6];
    for (at, word) in text::split(text, b' ').filter(|word| !word.is_empty()).enumerate() {
        *words.get_mut(at)? = word;
    }
    let [_, day, month, year, time, "GMT"] = words else { return None };
    let (day, year) = (number(day, 1, 31)?, number(year, 1970, 9999)?);
    let month = (0..12).find(|at| MONTHS.get(at * 3..at * 3 + 3) == Some(month))? as u64;
    // The year begins in March, so that the day of a leap year is its last.
    let (year, month) = if month < 2 { (year - 1, month + 10) } else { (year, month - 2) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - BEFORE_1970;

    // 60 is a leap second.
    let mut most = [23, 59, 60].into_iter();
    let mut seconds = 0;
    for part in text::split(time, b':') {
        seconds = seconds * 60 + number(part, 0, most.next()?)?;
    }
    most.next().is_none().then_some(days * 86_400 + seconds)
}

const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";

/// Days from the start of the reckoning to the last day of 1969.
const BEFORE_1970: u64 = 719_469;

fn number(digits: &str, least: u64, most: u64) -> Option<u64> {
    text::decimal(digits).filter(|number| (least..=most).contains(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_become_epoch_seconds() {
        for (text, seconds) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Tue, 29 Feb 2000 12:00:00 GMT", 951_825_600),
            ("Thu, 31 Dec 2026 23:59:60 GMT", 1_798_761_600),
            ("Mon, 01 Mar 2100 00:00:00 GMT", 4_107_542_400),
        ] {
            assert_eq!(parse(text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_date() {
        for text in [
            "",
            "30",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 32 Nov 1994 08:49:37 GMT",
            "Sun, 06 nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 08:49:37:00 GMT",
            "Sun, 06 Nov 1994 08:49:37 GMT x",
            "Sun, 06 Nov 99999999999999999999 08:49:37 GMT",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
