//! Global trade item numbers (GS1 General Specifications, 7.9 check digit, 3.3.2 and 4.14 on lengths): 8, 12, 13 or 14 digits,
//! the last of which checks the others. Kept with 14 digits, zeros in front, so that one number has one form.

/// Why a text is no GTIN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GtinFault {
    /// Something that is neither a digit nor a space or hyphen between digits.
    Characters,
    /// Another number of digits.
    Length {
        /// How many there are.
        found: usize,
    },
    /// The last digit does not fit the others.
    CheckDigit {
        /// The number with the digit that fits.
        right: String,
    },
}

/// Reads a GTIN as people type and scanners send it; 14 digits, or nothing where the text is empty.
///
/// # Errors
/// See [`GtinFault`].
pub fn parse(text: &str) -> Result<Option<String>, GtinFault> {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).map(half_width).collect();
    if digits.is_empty() {
        return Ok(None);
    }
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(GtinFault::Characters);
    }
    if !matches!(digits.len(), 8 | 12..=14) {
        return Err(GtinFault::Length { found: digits.len() });
    }
    let (body, check) = digits.split_at(digits.len() - 1);
    let right = check_digit(body);
    if check.parse() != Ok(right) {
        return Err(GtinFault::CheckDigit { right: format!("{body}{right}") });
    }
    Ok(Some(format!("{digits:0>14}")))
}

/// A digit of a Chinese or Japanese keyboard as everybody else's.
fn half_width(c: char) -> char {
    match c {
        '０'..='９' => char::from(b'0' + (c as u32 - '０' as u32) as u8),
        other => other,
    }
}

/// The digit that belongs behind `body`: from the right, digits weigh 3 and 1 in turn, and all together make a multiple
/// of 10. `body` is ASCII digits.
#[must_use]
pub fn check_digit(body: &str) -> u32 {
    let weighted = body.bytes().rev().zip([3, 1].into_iter().cycle());
    let sum: u32 = weighted.map(|(byte, weight)| weight * u32::from(byte & 0x0f)).sum();
    (10 - sum % 10) % 10
}

/// A kept GTIN as it stands on the pack: the shortest of the four lengths that holds it.
#[must_use]
pub fn shown(gtin: &str) -> &str {
    let zeros = gtin.bytes().take_while(|byte| *byte == b'0').count();
    let length = gtin.len();
    let cut = match zeros {
        6.. => 6,
        2..=5 => 2,
        1 => 1,
        0 => 0,
    };
    if length == 14 { &gtin[cut..] } else { gtin }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_of_all_four_lengths() {
        for (typed, kept, on_the_pack) in [
            ("96385074", "00000096385074", "96385074"),
            ("012345678905", "00012345678905", "012345678905"),
            ("0012345678905", "00012345678905", "012345678905"),
            ("4006381333931", "04006381333931", "4006381333931"),
            ("4 006381 333931", "04006381333931", "4006381333931"),
            ("４００６３８１３３３９３１", "04006381333931", "4006381333931"),
            ("10012345678902", "10012345678902", "10012345678902"),
        ] {
            let gtin = parse(typed).unwrap().unwrap();
            assert_eq!((gtin.as_str(), shown(&gtin)), (kept, on_the_pack), "{typed}");
        }
        assert_eq!(parse("  "), Ok(None));
    }

    #[test]
    fn what_is_none_is_refused_with_what_would_be_right() {
        assert_eq!(parse("4006381333932"), Err(GtinFault::CheckDigit { right: "4006381333931".to_owned() }));
        assert_eq!(parse("123"), Err(GtinFault::Length { found: 3 }));
        assert_eq!(parse("400638133393x"), Err(GtinFault::Characters));
        assert_eq!(parse("+006381333931"), Err(GtinFault::Characters));
        assert_eq!(parse("٤٠٠٦٣٨١٣٣٣٩٣١"), Err(GtinFault::Characters), "digits of another script");
    }

    proptest! {
        #[test]
        fn one_wrong_digit_never_passes(body in "[0-9]{13}", at in 0_usize..14, by in 1_u32..10, cut in prop::sample::select(vec![0_usize, 1, 2, 6])) {
            let body = &body[cut..];
            let right = format!("{body}{}", check_digit(body));
            let kept = parse(&right).unwrap().unwrap();
            prop_assert_eq!(parse(shown(&kept)).unwrap().unwrap(), kept.clone());
            prop_assert_eq!(kept.trim_start_matches('0'), right.trim_start_matches('0'));
            let at = at % right.len();
            let mut digits: Vec<u32> = right.chars().filter_map(|c| c.to_digit(10)).collect();
            digits[at] = (digits[at] + by) % 10;
            let wrong: String = digits.iter().map(u32::to_string).collect();
            let refused = matches!(parse(&wrong), Err(GtinFault::CheckDigit { .. }));
            prop_assert!(refused, "{wrong}");
            // The suggestion is a right one.
            if let Err(GtinFault::CheckDigit { right }) = parse(&wrong) {
                prop_assert!(parse(&right).is_ok());
            }
        }
    }
}
