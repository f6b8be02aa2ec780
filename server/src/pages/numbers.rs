//! Numbers as a language writes them.

use icu_decimal::input::Decimal;
use icu_decimal::options::DecimalFormatterOptions;
use icu_decimal::{DecimalFormatter, DecimalFormatterPreferences};
use icu_locale_core::Locale;

/// A whole number: `1,234`.
#[must_use]
pub fn number(number: i64, lang: &str) -> String {
    format(&Decimal::from(number), lang)
}

/// A number with one digit behind the point, where that is not 0: `1,234.5`.
#[must_use]
pub fn tenths(number: f64, lang: &str) -> String {
    let mut decimal = Decimal::from((number * 10.0).round() as i64);
    decimal.multiply_pow10(-1);
    decimal.absolute.trim_end_if_integer();
    format(&decimal, lang)
}

fn format(decimal: &Decimal, lang: &str) -> String {
    let formatter = lang.parse::<Locale>().ok().and_then(|locale| {
        DecimalFormatter::try_new(DecimalFormatterPreferences::from(&locale), DecimalFormatterOptions::default()).ok()
    });
    formatter.map_or_else(|| decimal.to_string(), |formatter| formatter.format(decimal).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_its_marks() {
        assert_eq!((number(1_234_567, "en"), number(1_234_567, "zh-TW")), ("1,234,567".into(), "1,234,567".into()));
        assert_eq!((number(1_234_567, "de"), tenths(1234.56, "de")), ("1.234.567".into(), "1.234,6".into()));
        assert_eq!((tenths(12.0, "en"), tenths(0.25, "en"), number(0, "en")), ("12".into(), "0.3".into(), "0".into()));
    }
}
