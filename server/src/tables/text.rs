//! Text in exported CSV. What a spreadsheet would take for a formula is told to be text by an apostrophe in front (OWASP,
//! CSV injection); an import takes it off again. What would look like one that was added gets one, too, so that there
//! and back is the same text.

/// UTF-8, said at a file's beginning so that spreadsheets believe it.
pub const BOM: &str = "\u{feff}";

/// What formulas begin with, in full width, too, which some spreadsheets take for the same.
const BEGINNINGS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

fn is_risky(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(BEGINNINGS)
}

/// A text that no spreadsheet takes for a formula.
#[must_use]
pub fn guarded(text: &str) -> String {
    if is_risky(text) { format!("'{text}") } else { text.to_owned() }
}

/// A text for a workbook, whose cells are told to be text: only what would be taken for guarded gets the mark.
#[must_use]
pub fn marked(text: &str) -> String {
    if unguarded(text) == text { text.to_owned() } else { format!("'{text}") }
}

/// The text that was guarded, or marked.
#[must_use]
pub fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| is_risky(rest)).unwrap_or(text)
}

/// A cell of RFC 4180.
#[must_use]
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A cell of RFC 4180 that no spreadsheet takes for a formula.
#[must_use]
pub fn guarded_cell(text: &str) -> String {
    quoted(&guarded(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn no_text_is_a_formula() {
        for text in ["=1+1", "+886 2", "-5", "@SUM(A1)", "\tx", "\r=1", "'=1", "＝1"] {
            assert_eq!(guarded(text), format!("'{text}"));
        }
        for text in ["茶", "1+1", "'茶", "", "a=b"] {
            assert_eq!(guarded(text), text);
        }
        assert_eq!(quoted("say \"x\""), "\"say \"\"x\"\"\"");
        assert_eq!(guarded_cell("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!(guarded_cell("茶, 150 g"), "\"茶, 150 g\"");
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same(text in "['=+@\\-\t\r\n＝a茶]{0,6}") {
            let out = guarded(&text);
            prop_assert_eq!(unguarded(&out), text.as_str());
            prop_assert!(!out.starts_with(BEGINNINGS));
            let out = marked(&text);
            prop_assert_eq!(unguarded(&out), text.as_str());
        }
    }
}
