//! What a product is found by. Where a script writes no spaces (Chinese, Japanese, Korean, Thai), every pair of neighbouring
//! characters, and the last character alone; elsewhere whole words. A search takes a single character and a word for the
//! beginning of a gram, so that 茶 finds 茶葉 and 紅茶, and `oo` finds Oolong, without a row for each of them.

use std::collections::BTreeMap;

use icu_normalizer::ComposingNormalizer;

use super::gtin;
use super::product::Product;

/// Characters of a word that are kept: more than anybody types.
const MAX_WORD: usize = 32;
/// Grams of one product: more than names of full length in four languages have.
const MAX_GRAMS: usize = 1000;
/// Terms of a query that are looked at.
const MAX_TERMS: usize = 12;

/// All of a code.
pub const WHOLE_CODE: i64 = 0;
/// At the beginning of a name.
pub const BEGINNING: i64 = 1;
/// Anywhere else.
const ELSEWHERE: i64 = 2;
/// All of them, the best first.
pub const RANKS: [i64; 3] = [WHOLE_CODE, BEGINNING, ELSEWHERE];

/// One thing that a product has to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// This gram.
    Gram(String),
    /// A gram that begins so.
    Beginning(String),
}

/// What was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// All of these have to be there; the first says how well it fits.
    pub terms: Vec<Term>,
    /// What was asked for as the whole of a code.
    pub code: String,
}

/// A run of characters that belong together.
enum Run {
    Word(String),
    Characters(Vec<char>),
}

/// What is written the same in different ways as one: width, case, compatibility forms (NFKC), and 臺 as 台.
fn folded(text: &str) -> String {
    let text = ComposingNormalizer::new_nfkc().normalize(text).to_lowercase();
    // Lower case may come apart again (İ).
    ComposingNormalizer::new_nfkc().normalize(&text).replace('臺', "台")
}

/// Whether a script of this character writes its words without spaces between them.
const fn stands_alone(c: char) -> bool {
    matches!(c,
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3100}'..='\u{312f}' | '\u{31a0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut is_open = false;
    for c in folded(text).chars() {
        let alone = stands_alone(c);
        if !alone && !c.is_alphanumeric() {
            is_open = false;
            continue;
        }
        match runs.last_mut() {
            Some(Run::Word(word)) if is_open && !alone => word.push(c),
            Some(Run::Characters(characters)) if is_open && alone => characters.push(c),
            _ if alone => runs.push(Run::Characters(vec![c])),
            _ => runs.push(Run::Word(c.to_string())),
        }
        is_open = true;
    }
    runs
}

fn cut(word: &str, characters: usize) -> String {
    word.chars().take(characters).collect()
}

/// A code without what people leave out or put in between: `TEA-OOL 150` is `teaool150`.
fn squeezed(code: &str) -> String {
    let letters: String = folded(code).chars().filter(|c| c.is_alphanumeric()).collect();
    cut(&letters, 2 * MAX_WORD)
}

/// A number without the zeros in front that one length of GTIN has and another has not.
fn without_zeros(digits: &str) -> &str {
    if digits.len() >= 8 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        digits.trim_start_matches('0')
    } else {
        digits
    }
}

/// Every gram of a product, with where it stands: the best place of each.
#[must_use]
pub fn of(product: &Product) -> BTreeMap<String, i64> {
    let mut grams = BTreeMap::new();
    let mut add = |gram: String, rank: i64| {
        if !gram.is_empty() && (grams.len() < MAX_GRAMS || grams.contains_key(&gram)) {
            let best = grams.entry(gram).or_insert(rank);
            *best = rank.min(*best);
        }
    };
    add(squeezed(&product.sku), WHOLE_CODE);
    if let Some(gtin) = &product.gtin {
        let shown = gtin::shown(gtin);
        add(shown.to_owned(), WHOLE_CODE);
        add(without_zeros(shown).to_owned(), WHOLE_CODE);
    }
    let codes = [Some(&product.sku), product.supplier_code.as_ref()];
    let texts = product.name.0.values().map(|name| (name, BEGINNING));
    for (text, beginning) in texts.chain(codes.into_iter().flatten().map(|code| (code, ELSEWHERE))) {
        let mut rank = beginning;
        for run in runs(text) {
            match run {
                Run::Word(word) => add(cut(&word, MAX_WORD), rank),
                Run::Characters(characters) => {
                    for (index, pair) in characters.windows(2).enumerate() {
                        add(pair.iter().collect(), if index == 0 { rank } else { ELSEWHERE });
                    }
                    let rank = if characters.len() == 1 { rank } else { ELSEWHERE };
                    add(characters.iter().skip(characters.len() - 1).collect(), rank);
                }
            }
            rank = ELSEWHERE;
        }
    }
    grams
}

/// Every gram of a product as one text, which says by the place of a gram how good it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The grams by rank, a space before and behind each.
    pub grams: String,
    /// Character of the space behind the last gram of [`WHOLE_CODE`]; the first one is 1.
    pub codes_end: i64,
    /// Character of the space behind the last gram of [`BEGINNING`].
    pub beginnings_end: i64,
}

impl Line {
    /// The text of these grams.
    #[must_use]
    pub fn new(grams: &BTreeMap<String, i64>) -> Self {
        let mut line = Self { grams: " ".to_owned(), codes_end: 1, beginnings_end: 1 };
        let mut end = 1;
        for rank in RANKS {
            for (gram, _) in grams.iter().filter(|(_, of)| **of == rank) {
                line.grams.push_str(gram);
                line.grams.push(' ');
                end += gram.chars().count() as i64 + 1;
            }
            match rank {
                WHOLE_CODE => line.codes_end = end,
                BEGINNING => line.beginnings_end = end,
                _ => {}
            }
        }
        line
    }
}

impl Term {
    /// What stands in a [`Line`] that has it.
    #[must_use]
    pub fn pattern(&self) -> String {
        match self {
            Self::Gram(gram) => format!(" {gram} "),
            Self::Beginning(text) => format!(" {text}"),
        }
    }
}

impl Query {
    /// What a text asks for; nothing where it holds nothing that could be found.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut terms = Vec::new();
        let mut add = |term: Term| {
            if terms.len() < MAX_TERMS && !terms.contains(&term) {
                terms.push(term);
            }
        };
        for run in runs(text) {
            match run {
                Run::Word(word) => add(Term::Beginning(cut(without_zeros(&word), MAX_WORD))),
                Run::Characters(characters) if characters.len() == 1 => {
                    add(Term::Beginning(characters.into_iter().collect()));
                }
                Run::Characters(characters) => {
                    for pair in characters.windows(2) {
                        add(Term::Gram(pair.iter().collect()));
                    }
                }
            }
        }
        Self { terms, code: without_zeros(&squeezed(text)).to_owned() }
    }

    /// The place in the ranking of a product with these grams: 0 for the whole of a code and where nothing is asked for, else
    /// the rank of the first term, one more. `None` where it does not fit.
    #[must_use]
    pub fn place(&self, grams: &BTreeMap<String, i64>) -> Option<i64> {
        if grams.get(&self.code) == Some(&WHOLE_CODE) {
            return Some(0);
        }
        let rank = |term: &Term| match term {
            Term::Gram(gram) => grams.get(gram).copied(),
            Term::Beginning(text) => grams.range(text.clone()..after(text)).map(|(_, rank)| *rank).min(),
        };
        let ranks = self.terms.iter().map(rank).collect::<Option<Vec<_>>>()?;
        Some(ranks.first().map_or(0, |rank| rank + 1))
    }
}

/// The first text after all that begin with `beginning`, by code points.
#[must_use]
pub fn after(beginning: &str) -> String {
    let mut characters: Vec<char> = beginning.chars().collect();
    while let Some(last) = characters.pop() {
        // The gap of the surrogates is stepped over; behind the last code point the character before counts up.
        if let Some(next) = (last as u32 + 1..=0x0010_ffff).find_map(char::from_u32) {
            characters.push(next);
            break;
        }
    }
    characters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use scene::document::LocalizedText;
    use uuid::Uuid;

    fn named(sku: &str, name: &str) -> Product {
        Product { name: LocalizedText::from([("zh-TW", name)]), ..Product::new(Uuid::nil(), sku, "piece") }
    }

    fn finds(query: &str, product: &Product) -> bool {
        let query = Query::parse(query);
        !query.terms.is_empty() && query.place(&of(product)).is_some()
    }

    #[test]
    fn what_finds_a_tea() {
        let tea = Product {
            gtin: gtin::parse("4006381333931").unwrap(),
            supplier_code: Some("B/77".to_owned()),
            name: LocalizedText::from([("zh-TW", "臺灣高山烏龍茶（150g）"), ("en", "High Mountain Oolong")]),
            ..Product::new(Uuid::nil(), "TEA-OOL-150", "piece")
        };
        for found in [
            "烏龍",
            "烏",
            "茶",
            "高山 烏龍",
            "烏龍茶",
            "台灣",
            "臺灣",
            "oolong",
            "OOL",
            "moun hi",
            "ＴＥＡ",
            "tea-ool",
            "TEA-OOL-150",
            "teaool150",
            "4006381333931",
            "04006381333931",
            "4006381 333931",
            "40063",
            "150g",
            "烏龍 150",
            "b/77",
            "高山,烏龍",
        ] {
            assert!(finds(found, &tea), "{found}: {:?} {:?}", Query::parse(found), of(&tea));
        }
        for other in ["紅茶", "龍烏", "olong", "333931", "", "（）", "茶 coffee"] {
            assert!(!finds(other, &tea), "{other}");
        }
    }

    #[test]
    fn few_rows_for_each_product() {
        let grams = of(&named("TEA-OOL-150", "高山烏龍茶"));
        let expected = [
            ("teaool150", 0),
            ("高山", 1),
            ("山烏", 2),
            ("烏龍", 2),
            ("龍茶", 2),
            ("茶", 2),
            ("tea", 2),
            ("ool", 2),
            ("150", 2),
        ];
        assert_eq!(grams, expected.into_iter().map(|(gram, rank)| (gram.to_owned(), rank)).collect());
    }

    #[test]
    fn a_line_says_where_each_gram_stands() {
        let line = Line::new(&of(&named("TEA-1", "茶葉 mild")));
        assert_eq!(line.grams, " tea1 茶葉 1 mild tea 葉 ");
        assert_eq!((line.codes_end, line.beginnings_end), (6, 9));
        assert_eq!(Line::new(&BTreeMap::new()), Line { grams: " ".to_owned(), codes_end: 1, beginnings_end: 1 });
    }

    #[test]
    fn after_steps_over_the_surrogates_and_the_end() {
        assert_eq!(after("茶"), "茷");
        assert_eq!(after("a\u{d7ff}"), "a\u{e000}");
        assert_eq!(after("a\u{10ffff}"), "b");
        assert_eq!(after("\u{10ffff}"), "");
    }

    proptest! {
        #[test]
        fn every_part_of_a_chinese_name_finds_it(name in "[一-龥ぁ-ん]{1,20}", from in 0_usize..20, length in 1_usize..8) {
            let characters: Vec<char> = name.chars().collect();
            let from = from % characters.len();
            let part: String = characters.iter().skip(from).take(length).collect();
            prop_assert!(finds(&part, &named("X", &name)), "{part} in {name}");
        }

        #[test]
        fn the_beginning_of_every_word_and_of_the_code_finds_it(words in prop::collection::vec("[a-zA-Zé0-9]{1,12}", 1..6), sku in "[A-Z][A-Z]?-[0-9][0-9]?[0-9]?", which in 0_usize..6, length in 1_usize..12) {
            let product = named(&sku, &words.join(" "));
            let beginning: String = words[which % words.len()].chars().take(length).collect();
            prop_assert!(finds(&beginning, &product), "{beginning}");
            prop_assert!(finds(&sku[..=length.min(sku.len() - 1)], &product));
            prop_assert!(finds(&sku, &product));
        }

        #[test]
        fn no_text_breaks_it(text in "\\PC{0,60}", any in any::<String>()) {
            for text in [text, any] {
                let grams = of(&named(&text, &text));
                prop_assert!(grams.keys().all(|gram| !gram.is_empty() && !gram.contains('\0')));
                for term in Query::parse(&text).terms {
                    if let Term::Beginning(text) = term {
                        let is_last = text.chars().all(|c| c == char::MAX);
                        prop_assert!(after(&text) > text || is_last);
                    }
                }
            }
        }
    }
}
