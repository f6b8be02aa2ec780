//! Ways to reach a shop. Loose on purpose: numbers and names are written in many ways, and what is right is known only
//! by who answers. What could never be one, or would break a page or a link, is a fault.

/// Longest telephone number as written, characters.
const MAX_PHONE_CHARS: usize = 40;
/// Longest e-mail address (RFC 5321), bytes.
const MAX_EMAIL_BYTES: usize = 254;
/// Longest LINE id, characters.
const MAX_LINE_CHARS: usize = 60;

/// What is wrong with a telephone number; `None` when nothing is.
#[must_use]
pub fn phone_fault(phone: &str) -> Option<String> {
    let is_written_so = |c: char| c.is_ascii_digit() || " +-().#*/".contains(c);
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    (phone.chars().count() > MAX_PHONE_CHARS || digits < 3 || !phone.chars().all(is_written_so))
        .then(|| format!("{phone:?} is not a telephone number; \"+886 2 2345 6789\" is"))
}

/// What is wrong with an e-mail address; `None` when nothing is.
#[must_use]
pub fn email_fault(email: &str) -> Option<String> {
    let is_free = |c: char| !c.is_control() && !c.is_whitespace() && !"<>()[],;:\\\"@".contains(c);
    let sound = email.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && !host.is_empty() && name.chars().chain(host.chars()).all(is_free)
    });
    (!sound || email.len() > MAX_EMAIL_BYTES)
        .then(|| format!("{email:?} is not an e-mail address; \"shop@example.com\" is"))
}

/// What is wrong with a LINE id; `None` when nothing is.
#[must_use]
pub fn line_fault(id: &str) -> Option<String> {
    let sound = (1..=MAX_LINE_CHARS).contains(&id.chars().count())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"@._-".contains(&byte));
    (!sound).then(|| format!("{id:?} is not a LINE id; \"@my-shop\" is"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_right_passes_and_what_never_could_does_not() {
        for good in ["+886 2 0123 4567", "02-2345-6789 #12", "(02) 2345.6789", "110"] {
            assert_eq!(phone_fault(good), None);
        }
        for bad in ["", "12", "call me", "02 2345\n6789", "02\u{0}345678", "1".repeat(41).as_str()] {
            assert!(phone_fault(bad).is_some(), "{bad:?}");
        }
        for good in ["shop@example.com", "a.b+c@例子.台灣"] {
            assert_eq!(email_fault(good), None);
        }
        for bad in ["", "shop", "@example.com", "a@b@c", "a b@c", "a@b\n", "<a@b>", "a\u{0}@b", "a@b,c@d"] {
            assert!(email_fault(bad).is_some(), "{bad:?}");
        }
        for good in ["@alley-corner-demo", "shop_8.tw"] {
            assert_eq!(line_fault(good), None);
        }
        for bad in ["", "@shop 8", "https://line.me/x", "店", "@a\n", "@a\u{0}", "a".repeat(61).as_str()] {
            assert!(line_fault(bad).is_some(), "{bad:?}");
        }
    }
}
