//! Amounts as people type them: money in the currency's units, quantities in the unit of measure. Kept as whole numbers of the
//! smallest part.

use scene::money::digits;

use super::fault::Fault;

/// The most that is taken: 15 digits are exact wherever a number travels (JSON, spreadsheets).
pub const MAX_AMOUNT: i64 = 999_999_999_999_999;

/// Reads a price such as `320`, `1,200.50` or `NT$ 320` in minor units of `currency`; nothing where the text is empty.
///
/// # Errors
/// It is no number, has more decimals than the currency, is negative, or is too large.
pub fn parse_price(text: &str, currency: &str) -> Result<Option<i64>, Fault> {
    let bare = without_symbol(text.trim(), currency);
    let decimals = digits(currency).minor;
    scaled(bare, usize::from(decimals)).map_err(|wrong| match wrong {
        Wrong::Number => Fault::new("fault.number"),
        Wrong::Negative => Fault::new("fault.negative"),
        Wrong::Large => Fault::new("fault.number_large"),
        Wrong::Decimals => Fault::new("fault.decimals").with("currency", currency).with("max", &decimals),
    })
}

/// What people write around the number.
const SYMBOLS: [&str; 13] = ["NT$", "US$", "HK$", "CN¥", "S$", "A$", "$", "＄", "€", "£", "¥", "￥", "₩"];

/// The number without the currency's code or symbol; the text itself where nothing else is left.
fn without_symbol<'a>(text: &'a str, currency: &'a str) -> &'a str {
    let bare = SYMBOLS
        .into_iter()
        .chain([currency])
        .filter(|symbol| !symbol.is_empty())
        .find_map(|symbol| text.strip_prefix(symbol));
    let bare = bare.unwrap_or(text).trim();
    let bare = bare.strip_suffix('元').unwrap_or(bare).trim();
    if bare.is_empty() { text } else { bare }
}

/// Reads a quantity such as `12` or `0.5` in thousandths; nothing where the text is empty.
///
/// # Errors
/// It is no number, has more than three decimals, is not above zero, or is too large.
pub fn parse_quantity(text: &str) -> Result<Option<i64>, Fault> {
    match scaled(text.trim(), 3) {
        Ok(Some(0)) | Err(Wrong::Negative) => Err(Fault::new("fault.not_positive")),
        Ok(quantity) => Ok(quantity),
        Err(Wrong::Decimals) => Err(Fault::new("fault.thousandths")),
        Err(Wrong::Large) => Err(Fault::new("fault.number_large")),
        Err(Wrong::Number) => Err(Fault::new("fault.number")),
    }
}

/// Reads a whole number from 0 to `max`; nothing where the text is empty.
///
/// # Errors
/// It is no whole number, or not in the range.
pub fn parse_whole(text: &str, max: i64) -> Result<Option<i64>, Fault> {
    match scaled(text.trim(), 0) {
        Ok(Some(number)) if number > max => Err(Fault::new("fault.whole").with("max", &max)),
        Ok(number) => Ok(number),
        Err(_) => Err(Fault::new("fault.whole").with("max", &max)),
    }
}

/// An amount as a form shows it: without zeros that say nothing.
#[must_use]
pub fn plain(amount: i64, decimals: u8) -> String {
    let unit = 10_u64.pow(u32::from(decimals));
    let (whole, rest) = (amount.unsigned_abs() / unit, amount.unsigned_abs() % unit);
    let sign = if amount < 0 { "-" } else { "" };
    if rest == 0 {
        return format!("{sign}{whole}");
    }
    let fraction = format!("{rest:0width$}", width = usize::from(decimals));
    // Money keeps its usual digits (2.50), quantities do not need them (0.5).
    let fraction = if decimals == 3 { fraction.trim_end_matches('0') } else { &fraction };
    format!("{sign}{whole}.{fraction}")
}

#[derive(Debug, PartialEq, Eq)]
enum Wrong {
    Number,
    Negative,
    Decimals,
    Large,
}

fn scaled(text: &str, decimals: usize) -> Result<Option<i64>, Wrong> {
    let text: String = text.trim().chars().map(narrow).collect();
    if text.is_empty() {
        return Ok(None);
    }
    let (is_negative, text) = match text.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, text.as_str()),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole = without_groups(whole.trim()).ok_or(Wrong::Number)?;
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) || (whole.is_empty() && fraction.is_empty()) {
        return Err(Wrong::Number);
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > decimals {
        return Err(Wrong::Decimals);
    }
    let number = format!("{whole}{fraction:0<decimals$}");
    let number = number.trim_start_matches('0');
    let number: i64 = if number.is_empty() { 0 } else { number.parse().map_err(|_| Wrong::Large)? };
    match number {
        number if number > MAX_AMOUNT => Err(Wrong::Large),
        number if is_negative && number > 0 => Err(Wrong::Negative),
        number => Ok(Some(number)),
    }
}

/// Characters of a full-width keyboard as everybody else's.
fn narrow(c: char) -> char {
    match c {
        '０'..='９' => char::from(b'0' + (c as u32 - '０' as u32) as u8),
        '．' => '.',
        '，' => ',',
        '－' => '-',
        other => other,
    }
}

/// Digits whose groups of three, if there are any, are parted by commas. `1,2` is nothing: it could mean two things.
fn without_groups(whole: &str) -> Option<String> {
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    let are_digits = whole.bytes().all(|byte| byte.is_ascii_digit() || byte == b',');
    let are_groups = rest.is_empty() || ((1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3));
    (are_digits && are_groups).then(|| whole.replace(',', ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn prices_as_people_type_them() {
        for (text, currency, minor) in [
            ("320", "TWD", Some(32_000)),
            ("NT$ 1,200", "TWD", Some(120_000)),
            ("TWD 1200", "TWD", Some(120_000)),
            ("120 元", "TWD", Some(12_000)),
            ("１２０", "TWD", Some(12_000)),
            ("0", "TWD", Some(0)),
            ("19.9", "EUR", Some(1_990)),
            (".5", "EUR", Some(50)),
            ("1500.00", "JPY", Some(1_500)),
            ("¥1,500", "JPY", Some(1_500)),
            ("12.345", "KWD", Some(12_345)),
            ("", "TWD", None),
        ] {
            assert_eq!(parse_price(text, currency), Ok(minor), "{text}");
        }
        for (text, key) in [
            ("-1", "fault.negative"),
            ("−1", "fault.negative"),
            ("1.234", "fault.decimals"),
            ("1,2", "fault.number"),
            ("1.2.3", "fault.number"),
            ("12a", "fault.number"),
            ("cheap", "fault.number"),
            ("NT$", "fault.number"),
            (".", "fault.number"),
            ("1e3", "fault.number"),
            ("99999999999999999999", "fault.number_large"),
            ("10000000000000", "fault.number_large"),
        ] {
            assert_eq!(parse_price(text, "TWD").unwrap_err().key, key, "{text}");
        }
    }

    #[test]
    fn quantities_and_whole_numbers() {
        assert_eq!(parse_quantity("12"), Ok(Some(12_000)));
        assert_eq!(parse_quantity("0.5"), Ok(Some(500)));
        assert_eq!(parse_quantity("0").unwrap_err().key, "fault.not_positive");
        assert_eq!(parse_quantity("0.0005").unwrap_err().key, "fault.thousandths");
        assert_eq!(parse_whole("365", 36_500), Ok(Some(365)));
        assert_eq!(parse_whole("36501", 36_500).unwrap_err().key, "fault.whole");
        assert_eq!(parse_whole("-1", 36_500).unwrap_err().key, "fault.whole");
        assert_eq!((plain(12_000, 3).as_str(), plain(500, 3).as_str()), ("12", "0.5"));
        assert_eq!((plain(32_000, 2).as_str(), plain(250, 2).as_str(), plain(5, 0).as_str()), ("320", "2.50", "5"));
    }

    proptest! {
        #[test]
        fn what_a_form_shows_is_read_as_the_same(amount in 0..=MAX_AMOUNT, currency in prop::sample::select(vec!["TWD", "JPY", "KWD", "EUR"])) {
            let shown = plain(amount, digits(currency).minor);
            prop_assert_eq!(parse_price(&shown, currency), Ok(Some(amount)));
        }
    }
}
