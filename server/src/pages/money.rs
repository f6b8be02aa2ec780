//! Amounts of money, as people of the shop's country write them.

use scene::published::Price;

/// What stands before the number.
fn symbol(currency: &str) -> Option<&'static str> {
    Some(match currency {
        "TWD" => "NT$",
        "USD" => "US$",
        "HKD" => "HK$",
        "SGD" => "S$",
        "AUD" => "A$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" => "¥",
        "CNY" => "CN¥",
        "KRW" => "₩",
        "VND" => "₫",
        _ => return None,
    })
}

/// An amount for people: `NT$1,200`. Decimals that are all 0 are shown where the country writes them.
#[must_use]
pub fn price(price: &Price) -> String {
    let Price { minor, currency, minor_digits, usual_digits, .. } = price;
    let unit = 10_u64.pow(u32::from(*minor_digits));
    let (whole, rest) = (minor.unsigned_abs() / unit, minor.unsigned_abs() % unit);
    let digits = whole.to_string();
    let grouped: Vec<&str> = {
        let head = digits.len() % 3;
        let (first, others) = digits.split_at(head);
        let groups = (0..others.len() / 3).map(|group| &others[group * 3..group * 3 + 3]);
        std::iter::once(first).filter(|first| !first.is_empty()).chain(groups).collect()
    };
    let sign = if *minor < 0 { "−" } else { "" };
    let fraction = if rest == 0 && *usual_digits == 0 {
        String::new()
    } else {
        format!(".{rest:0width$}", width = usize::from(*minor_digits))
    };
    let number = format!("{}{fraction}", grouped.join(","));
    match symbol(currency) {
        Some(symbol) => format!("{sign}{symbol}{number}"),
        None => format!("{sign}{currency}\u{a0}{number}"),
    }
}

/// The amount as JSON-LD wants it: a plain number with a point.
#[must_use]
pub fn decimal(price: &Price) -> String {
    let exponent = usize::from(price.minor_digits);
    let digits = format!("{:0width$}", price.minor.unsigned_abs(), width = exponent + 1);
    let (whole, fraction) = digits.split_at(digits.len() - exponent);
    let sign = if price.minor < 0 { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts() {
        for (minor, currency, shown, plain) in [
            (12_000, "TWD", "NT$120", "120.00"),
            (120_000_050, "TWD", "NT$1,200,000.50", "1200000.50"),
            (0, "TWD", "NT$0", "0.00"),
            (1_999, "EUR", "€19.99", "19.99"),
            (5, "USD", "US$0.05", "0.05"),
            (1_500, "JPY", "¥1,500", "1500"),
            (12_345, "KWD", "KWD\u{a0}12.345", "12.345"),
            (-250, "GBP", "−£2.50", "-2.50"),
        ] {
            let amount = Price::new(minor, currency, true);
            assert_eq!((price(&amount).as_str(), decimal(&amount).as_str()), (shown, plain));
        }
    }
}
