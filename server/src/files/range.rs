//! `Range: bytes=…` with a single range, as players of videos ask.

use std::ops::Range;

/// What a request asks for of a file of `size` bytes.
#[derive(Debug, PartialEq, Eq)]
pub enum Wanted {
    /// All of it.
    Whole,
    /// A part that exists.
    Part(Range<u64>),
    /// A part beyond the end.
    Unsatisfiable,
}

/// Reads a `Range` header. What is not understood is ignored, as RFC 9110 asks; so are several ranges at once.
pub fn wanted(header: Option<&str>, size: u64) -> Wanted {
    let Some((first, last)) = header
        .and_then(|header| header.strip_prefix("bytes="))
        .filter(|ranges| !ranges.contains(','))
        .and_then(|range| range.trim().split_once('-'))
    else {
        return Wanted::Whole;
    };
    let number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten();
    match (first.is_empty(), last.is_empty(), number(first), number(last)) {
        (true, false, _, Some(0)) => Wanted::Unsatisfiable,
        (true, false, _, Some(_)) if size == 0 => Wanted::Unsatisfiable,
        (true, false, _, Some(suffix)) => Wanted::Part(size.saturating_sub(suffix)..size),
        (false, true, Some(first), _) if first < size => Wanted::Part(first..size),
        (false, false, Some(first), Some(last)) if first > last => Wanted::Whole,
        (false, false, Some(first), Some(last)) if first < size => {
            Wanted::Part(first..last.saturating_add(1).min(size))
        }
        (false, true, Some(_), _) | (false, false, Some(_), Some(_)) => Wanted::Unsatisfiable,
        _ => Wanted::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        for (header, expected) in [
            (None, Wanted::Whole),
            (Some("bytes=0-99"), Wanted::Part(0..100)),
            (Some("bytes=10-"), Wanted::Part(10..1000)),
            (Some("bytes=-10"), Wanted::Part(990..1000)),
            (Some("bytes=-5000"), Wanted::Part(0..1000)),
            (Some("bytes=990-5000"), Wanted::Part(990..1000)),
            (Some("bytes=0-18446744073709551615"), Wanted::Part(0..1000)),
            (Some("bytes=1000-"), Wanted::Unsatisfiable),
            (Some("bytes=-0"), Wanted::Unsatisfiable),
            (Some("bytes=5-4"), Wanted::Whole),
            (Some("bytes=0-1,5-6"), Wanted::Whole),
            (Some("bytes=+1-2"), Wanted::Whole),
            (Some("bytes=-"), Wanted::Whole),
            (Some("lines=1-2"), Wanted::Whole),
        ] {
            assert_eq!(wanted(header, 1000), expected, "{header:?}");
        }
        assert_eq!(wanted(Some("bytes=0-"), 0), Wanted::Unsatisfiable);
    }
}
