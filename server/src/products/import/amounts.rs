//! Numbers as people write them in tables: `NT$1,234.50`, `１２０元`, `1.234,50`, and what spreadsheets make of long ones.

use crate::products::amount::MAX_AMOUNT;
use crate::products::check::MAX_SHELF_LIFE_DAYS;
use crate::products::gtin;

/// Why a text is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberFault {
    /// It is none.
    NoNumber,
    /// More decimals than the unit has.
    Decimals,
    /// Larger than anything that is counted here.
    TooLarge,
}

/// A number, in units of which `digits` decimals make one: `12.5` with 2 digits is 1250. Zero or more.
///
/// # Errors
/// See [`NumberFault`].
pub fn number(text: &str, digits: u32) -> Result<i64, NumberFault> {
    let plain = plain(text).ok_or(NumberFault::NoNumber)?;
    let (whole, decimals) = plain.split_once('.').unwrap_or((plain.as_str(), ""));
    let decimals = decimals.trim_end_matches('0');
    if decimals.len() > digits as usize {
        return Err(NumberFault::Decimals);
    }
    let text = format!("{whole}{decimals:0<width$}", width = digits as usize);
    let number: i64 = text.parse().map_err(|_| NumberFault::TooLarge)?;
    if number <= MAX_AMOUNT { Ok(number) } else { Err(NumberFault::TooLarge) }
}

/// `1,234.50` as `1234.50`.
fn plain(text: &str) -> Option<String> {
    let half = half_width(text);
    let mut text = half.trim();
    let money = ["NT$", "TWD", "US$", "USD", "NTD", "EUR", "JPY", "$", "€", "£", "¥"];
    text = money.iter().find_map(|sign| text.strip_prefix(sign)).unwrap_or(text).trim();
    text =
        ["元", "圓", "TWD", "USD", "EUR", "€"].iter().find_map(|sign| text.strip_suffix(sign)).unwrap_or(text).trim();
    let text: String = text.chars().filter(|c| !matches!(c, ' ' | '\u{202f}' | '\'')).collect();
    if text.is_empty() || !text.starts_with(|c: char| c.is_ascii_digit()) && !text.starts_with('.') {
        return None;
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b',') {
        return None;
    }
    let (comma, point) = (text.rfind(','), text.rfind('.'));
    let decimal = match (comma, point) {
        (Some(comma), Some(point)) => Some(if comma > point { (comma, '.') } else { (point, ',') }),
        // One comma with other than three digits behind it cannot group thousands.
        (Some(comma), None) if text.matches(',').count() == 1 && text.len() - comma != 4 => Some((comma, '.')),
        (None, Some(point)) if text.matches('.').count() == 1 => Some((point, ',')),
        _ => None,
    };
    let (whole, decimals, group) = match decimal {
        Some((at, group)) => (&text[..at], &text[at + 1..], group),
        None => (text.as_str(), "", if comma.is_some() { ',' } else { '.' }),
    };
    if !decimals.bytes().all(|byte| byte.is_ascii_digit()) || !is_grouped(whole, group) {
        return None;
    }
    let whole = whole.replace(group, "");
    let whole = if whole.is_empty() { "0" } else { &whole };
    Some(if decimals.is_empty() { whole.to_owned() } else { format!("{whole}.{decimals}") })
}

/// Whether thousands are grouped by `group` throughout, or not at all.
fn is_grouped(whole: &str, group: char) -> bool {
    let mut groups = whole.split(group);
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let first_fits = rest.is_empty() || (1..=3).contains(&first.len());
    are_digits(first) && first_fits && rest.iter().all(|group| group.len() == 3 && are_digits(group))
}

/// Days: `365`, `12個月`, `2 years`.
///
/// # Errors
/// See [`NumberFault`].
pub fn days(text: &str) -> Result<i64, NumberFault> {
    let half = half_width(text).trim().to_lowercase();
    let digits_end = half.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ','))).unwrap_or(half.len());
    let (count, unit) = half.split_at(digits_end);
    let count = number(count, 0)?;
    // A month is a twelfth of a year.
    let days = match unit.trim() {
        "" | "天" | "日" | "d" | "day" | "days" => Some(count),
        "週" | "周" | "星期" | "w" | "week" | "weeks" => count.checked_mul(7),
        "月" | "個月" | "个月" | "m" | "mo" | "month" | "months" => {
            count.checked_mul(365).map(|days| (days + 6) / 12)
        }
        "年" | "y" | "yr" | "year" | "years" => count.checked_mul(365),
        _ => return Err(NumberFault::NoNumber),
    };
    days.filter(|days| *days <= MAX_SHELF_LIFE_DAYS).ok_or(NumberFault::TooLarge)
}

/// Why a text is no GTIN, as a text `import.fault.{…}` says it, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeFault {
    /// `4.71E+12`: a spreadsheet shortened it for good.
    Shortened,
    /// Something that is neither a digit nor a space or hyphen between digits.
    Characters,
    /// Another number of digits.
    Length,
    /// The last digit does not fit; this one would.
    CheckDigit(String),
}

/// A GTIN, with what spreadsheets do to one mended where the check digit proves it: zeros in front that are gone, and
/// `4.710000000013E+12` as long as no digit is gone. 14 digits.
///
/// # Errors
/// See [`CodeFault`].
pub fn gtin(text: &str) -> Result<String, CodeFault> {
    let half = half_width(text);
    let text = half.trim();
    let digits = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => lengthened(mantissa, exponent)?,
        // `4710000000013.00`, as a column of numbers is written.
        None => match text.split_once('.') {
            Some((whole, zeros)) if zeros.bytes().all(|byte| byte == b'0') => whole.to_owned(),
            _ => text.to_owned(),
        },
    };
    let digits: String = digits.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    // One zero of eight digits, up to three of twelve: as many as there are in front of numbers that are given out.
    let digits = match digits.len() {
        7 => format!("{digits:0>8}"),
        9..=11 => format!("{digits:0>12}"),
        _ => digits,
    };
    let is_mended = digits.len() != text.len();
    match gtin::parse(&digits) {
        Ok(Some(gtin)) => Ok(gtin),
        Err(gtin::GtinFault::Characters) => Err(CodeFault::Characters),
        Ok(None) | Err(gtin::GtinFault::Length { .. }) => Err(CodeFault::Length),
        Err(gtin::GtinFault::CheckDigit { .. }) if text.contains(['e', 'E']) => Err(CodeFault::Shortened),
        // What was no right number with zeros in front is one of the wrong length.
        Err(gtin::GtinFault::CheckDigit { .. }) if is_mended && digits.starts_with('0') => Err(CodeFault::Length),
        Err(gtin::GtinFault::CheckDigit { right }) => Err(CodeFault::CheckDigit(right)),
    }
}

/// `4.710000000013` and `+12` as `4710000000013`, where every digit is there.
fn lengthened(mantissa: &str, exponent: &str) -> Result<String, CodeFault> {
    let (whole, decimals) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
    let digits = [whole, decimals].concat();
    let exponent: Option<usize> = exponent.strip_prefix('+').unwrap_or(exponent).parse().ok();
    let are_digits = !whole.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match exponent {
        Some(exponent) if are_digits && exponent < 15 => {
            // Spreadsheets leave zeros at the end of the mantissa away; the check digit tells whether it was these.
            if decimals.len() <= exponent && decimals.len() + 3 > exponent {
                Ok(format!("{digits:0<width$}", width = whole.len() + exponent))
            } else {
                Err(CodeFault::Shortened)
            }
        }
        _ => Err(CodeFault::Characters),
    }
}

/// Yes or no.
#[must_use]
pub fn truth(text: &str) -> Option<bool> {
    match half_width(text).trim().to_lowercase().as_str() {
        "是" | "有" | "y" | "yes" | "true" | "1" | "v" | "✓" | "✔" | "含稅" | "內含" | "已封存" | "封存" | "停售"
        | "下架" => Some(true),
        "否" | "無" | "n" | "no" | "false" | "0" | "x" | "未稅" | "外加" | "上架" | "販售中" => Some(false),
        _ => None,
    }
}

/// The unit of measure that a word means, where it is one of those that the program knows.
#[must_use]
pub fn unit(text: &str) -> Option<&'static str> {
    Some(match half_width(text).trim().to_lowercase().trim_end_matches('.') {
        "piece" | "pieces" | "pc" | "pcs" | "ea" | "each" | "unit" | "個" | "件" => "piece",
        "kg" | "kilogram" | "kilograms" | "公斤" | "千克" => "kg",
        "g" | "gram" | "grams" | "公克" | "克" => "g",
        "l" | "litre" | "liter" | "litres" | "liters" | "公升" | "升" => "l",
        "m" | "metre" | "meter" | "metres" | "meters" | "公尺" | "米" => "m",
        _ => return None,
    })
}

/// Full-width ASCII as everybody else's, and wide spaces as spaces.
#[must_use]
pub fn half_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            '\u{3000}' | '\u{a0}' => ' ',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_as_people_write_them() {
        for (text, minor) in [
            ("120", 12_000),
            ("NT$1,234.50", 123_450),
            ("１２０元", 12_000),
            (" 1 200 ", 120_000),
            ("1.234,50", 123_450),
            ("1,5", 150),
            ("1,234", 123_400),
            ("1,234,567", 123_456_700),
            ("0", 0),
            (".5", 50),
            ("12.50", 1250),
            ("12.500", 1250),
            ("$ 99", 9_900),
        ] {
            assert_eq!(number(text, 2), Ok(minor), "{text}");
        }
        for text in ["", "abc", "-5", "1,23,456", "12.3.4", "1e5", "12a", "--", "١٢", "NT$", "1,2,3"] {
            assert_eq!(number(text, 2), Err(NumberFault::NoNumber), "{text}");
        }
        assert_eq!(number("1.005", 2), Err(NumberFault::Decimals));
        assert_eq!(number("120.5", 0), Err(NumberFault::Decimals));
        assert_eq!(number(&"9".repeat(40), 2), Err(NumberFault::TooLarge));
        assert_eq!(number("9999999999999999", 2), Err(NumberFault::TooLarge));
    }

    #[test]
    fn shelf_lives() {
        for (text, expected) in
            [("365", 365), ("12個月", 365), ("6 個月", 183), ("2年", 730), ("3 weeks", 21), ("１８０天", 180), ("0", 0)]
        {
            assert_eq!(days(text), Ok(expected), "{text}");
        }
        assert!(days("soon").is_err() && days("2027-01-01").is_err() && days("1000年").is_err());
    }

    #[test]
    fn codes_that_a_spreadsheet_went_over_are_mended_or_explained() {
        for (text, kept) in [
            ("4006381333931", "04006381333931"),
            ("４００６３８１３３３９３１", "04006381333931"),
            ("4006381333931.00", "04006381333931"),
            ("12345678905", "00012345678905"),
            ("4.006381333931E+12", "04006381333931"),
            ("9.6385074E7", "00000096385074"),
            ("4 006381-333931", "04006381333931"),
        ] {
            assert_eq!(gtin(text), Ok(kept.to_owned()), "{text}");
        }
        assert_eq!(gtin("4.71E+12"), Err(CodeFault::Shortened));
        assert_eq!(gtin("4.00638E+12"), Err(CodeFault::Shortened));
        assert_eq!(gtin("4006381333932"), Err(CodeFault::CheckDigit("4006381333931".to_owned())));
        assert_eq!(gtin("12345678906"), Err(CodeFault::Length), "no zeros are made up");
        assert_eq!(gtin("12"), Err(CodeFault::Length));
        assert_eq!(gtin("Eimer"), Err(CodeFault::Characters));
        assert_eq!(gtin("400638133393x"), Err(CodeFault::Characters));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(minor in 0..=MAX_AMOUNT, digits in 0_u32..4) {
            let unit = 10_i64.pow(digits);
            let text = format!("{}.{:0width$}", minor / unit, minor % unit, width = digits as usize);
            prop_assert_eq!(number(&text, digits), Ok(minor));
        }

        #[test]
        fn nothing_panics(text in "\\PC{0,20}") {
            let _ = (number(&text, 2), days(&text), gtin(&text), truth(&text), unit(&text));
        }
    }
}
