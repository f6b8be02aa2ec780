//! A row of a table as what it says about a product. Nothing here looks at the catalogue.

use std::collections::BTreeMap;

use scene::money;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::amounts::{self, CodeFault, NumberFault, half_width};
use super::fields::Field;
use super::state::cut;
use crate::tables::text::unguarded;
use crate::tables::{Cell, CellKind, Row};

/// Characters of a value that faults show.
const MAX_SHOWN: usize = 60;
/// What a cell says that is to empty a product's field; an empty cell leaves it alone.
const CLEAR: [&str; 4] = ["(clear)", "(清空)", "[clear]", "[清空]"];

/// What a row does to one thing of a product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Edit<T> {
    /// Leaves it.
    #[default]
    Keep,
    /// Empties it.
    Clear,
    /// Sets it.
    Set(T),
}

impl<T> Edit<T> {
    /// Whether it leaves everything.
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// What is set.
    pub const fn set(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            _ => None,
        }
    }

    /// What becomes of a value.
    pub fn apply<U>(&self, value: &mut Option<U>, of: impl FnOnce(&T) -> U) {
        match self {
            Self::Keep => {}
            Self::Clear => *value = None,
            Self::Set(set) => *value = Some(of(set)),
        }
    }
}

// As JSON, clearing is `null`; what is left alone is left out.
impl<T: Serialize> Serialize for Edit<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.set().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Edit<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Clear, Self::Set))
    }
}

/// What a row does to a product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Patch {
    /// 14 digits.
    #[serde(skip_serializing_if = "Edit::is_keep")]
    pub gtin: Edit<String>,
    /// By language; `None` empties.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, Option<String>>,
    /// By language; `None` empties.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub descriptions: BTreeMap<String, Option<String>>,
    /// Minor units of the currency.
    #[serde(skip_serializing_if = "Edit::is_keep")]
    pub price_minor: Edit<i64>,
    /// Of the price, where it is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Of the price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_included: Option<bool>,
    /// Unit of measure, as it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Levels, from the top.
    #[serde(skip_serializing_if = "Edit::is_keep")]
    pub category: Edit<Vec<String>>,
    /// Name or code.
    #[serde(skip_serializing_if = "Edit::is_keep")]
    pub supplier: Edit<String>,
    /// What the supplier calls it.
    #[serde(skip_serializing_if = "Edit::is_keep")]
    pub supplier_code: Edit<String>,
    /// Days.
    #[serde(skip_serializing_if = "Edit::is_keep")]
    pub shelf_life_days: Edit<i64>,
    /// Thousandths of the unit.
    #[serde(skip_serializing_if = "Edit::is_keep")]
    pub pack_thousandths: Edit<i64>,
    /// Addresses.
    #[serde(skip_serializing_if = "Edit::is_keep")]
    pub links: Edit<Vec<String>>,
    /// Whether it is out of the catalogue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
}

/// Something wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The column, from 0; none where it is about the whole row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// What stands there, cut short.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// The key of a text.
    pub why: String,
    /// What stands in the text, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<(String, String)>,
}

impl Fault {
    /// Of one cell; `why` is the text `import.fault.{why}`, in which `{about}` may stand.
    #[must_use]
    pub fn new(column: Option<usize>, value: &str, why: &str, about: &str) -> Self {
        let values = if about.is_empty() { Vec::new() } else { vec![("about".to_owned(), about.to_owned())] };
        Self { column, value: cut(value, MAX_SHOWN), why: format!("import.fault.{why}"), values }
    }
}

/// How rows are to be understood.
#[derive(Clone, Debug)]
pub struct Columns {
    /// What each means.
    pub fields: Vec<Option<Field>>,
    /// The shop's currency.
    pub currency: String,
}

/// A row that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// As the spreadsheet shows it.
    pub number: u32,
    /// Stock-keeping unit; empty where the row has none, which is a fault.
    pub sku: String,
    /// What it says.
    pub patch: Patch,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
}

impl Columns {
    /// The column of a field.
    #[must_use]
    pub fn of(&self, field: &Field) -> Option<usize> {
        self.fields.iter().position(|of| of.as_ref() == Some(field))
    }

    /// Reads a row.
    #[must_use]
    pub fn read(&self, row: &Row) -> Parsed {
        let mut parsed = Parsed { number: row.number, sku: String::new(), patch: Patch::default(), faults: Vec::new() };
        parsed.patch.currency = Some(self.currency_of(row, &mut parsed.faults));
        for (column, field) in self.fields.iter().enumerate() {
            let (Some(field), Some(cell)) = (field, row.cells.get(column)) else { continue };
            let text = text_of(cell);
            let why = match cell.kind {
                _ if text.is_empty() => continue,
                CellKind::Failure => Some("failure"),
                CellKind::Date => Some("date"),
                _ if text.contains('\u{fffd}') => Some("unreadable"),
                _ => None,
            };
            let wrong = match why {
                Some(why) => Some((why.to_owned(), String::new())),
                None => self.put(field, text, &mut parsed).err(),
            };
            if let Some((why, about)) = wrong {
                parsed.faults.push(Fault::new(Some(column), text, &why, &about));
            }
        }
        if parsed.sku.is_empty() && parsed.faults.iter().all(|fault| fault.column != self.of(&Field::Sku)) {
            parsed.faults.push(Fault::new(self.of(&Field::Sku), "", "no_sku", ""));
        }
        // Without a price of its own a currency would change what is not in the file.
        if parsed.patch.price_minor.set().is_none() {
            parsed.patch.currency = None;
        }
        parsed
    }

    fn currency_of(&self, row: &Row, faults: &mut Vec<Fault>) -> String {
        let column = self.of(&Field::Currency);
        let text = column.and_then(|column| row.cells.get(column)).map_or("", text_of);
        if text.is_empty() || is_clear(text) {
            return self.currency.clone();
        }
        let code = match half_width(text).trim().to_uppercase().as_str() {
            "NT$" | "NT" | "NTD" | "台幣" | "新台幣" | "新臺幣" | "臺幣" => "TWD".to_owned(),
            other => other.to_owned(),
        };
        if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return code;
        }
        faults.push(Fault::new(column, text, "currency", ""));
        self.currency.clone()
    }

    /// Puts what a cell says where it belongs, or tells which text says why not, and about what.
    fn put(&self, field: &Field, text: &str, parsed: &mut Parsed) -> Result<(), (String, String)> {
        let fault = |why: &str| Err((why.to_owned(), String::new()));
        let patch = &mut parsed.patch;
        let clears = is_clear(text);
        match field {
            Field::Sku if clears => return fault("no_sku"),
            Field::Sku => text.clone_into(&mut parsed.sku),
            Field::Gtin => {
                patch.gtin = if clears {
                    Edit::Clear
                } else {
                    Edit::Set(amounts::gtin(text).map_err(|fault| match fault {
                        CodeFault::Shortened => ("gtin_shortened".to_owned(), String::new()),
                        CodeFault::Characters => ("gtin_characters".to_owned(), String::new()),
                        CodeFault::Length => ("gtin_length".to_owned(), String::new()),
                        CodeFault::CheckDigit(right) => ("gtin_check_digit".to_owned(), right),
                    })?)
                }
            }
            Field::Name(lang) => drop(patch.names.insert(lang.clone(), (!clears).then(|| text.to_owned()))),
            Field::Description(lang) => {
                drop(patch.descriptions.insert(lang.clone(), (!clears).then(|| text.to_owned())));
            }
            Field::Price => {
                let currency = patch.currency.as_deref().unwrap_or(&self.currency);
                let digits = u32::from(money::digits(currency).minor);
                patch.price_minor = edit(clears, || amounts::number(text, digits))
                    .map_err(|fault| (number_fault("price", fault), digits.to_string()))?;
            }
            Field::Currency => {}
            Field::TaxIncluded => {
                let Some(tax) = amounts::truth(text) else { return fault("truth") };
                patch.tax_included = Some(tax);
            }
            Field::Unit => patch.unit = (!clears).then(|| text.to_owned()),
            Field::Category => {
                let levels = levels(text);
                if !clears && (levels.is_empty() || levels.iter().any(String::is_empty)) {
                    return fault("category");
                }
                patch.category = if clears { Edit::Clear } else { Edit::Set(levels) };
            }
            Field::Supplier => patch.supplier = if clears { Edit::Clear } else { Edit::Set(text.to_owned()) },
            Field::SupplierCode => {
                patch.supplier_code = if clears { Edit::Clear } else { Edit::Set(text.to_owned()) };
            }
            Field::ShelfLife => {
                patch.shelf_life_days = edit(clears, || amounts::days(text))
                    .map_err(|fault| (number_fault("shelf_life", fault), String::new()))?;
            }
            Field::Pack => {
                patch.pack_thousandths = edit(clears, || amounts::number(text, 3))
                    .map_err(|fault| (number_fault("pack", fault), String::new()))?;
                if patch.pack_thousandths.set() == Some(&0) {
                    return fault("pack");
                }
            }
            Field::Links => {
                let links = text.split(['\n', ' ']).map(str::trim).filter(|link| !link.is_empty());
                patch.links = if clears { Edit::Clear } else { Edit::Set(links.map(str::to_owned).collect()) };
            }
            Field::Archived => {
                let Some(is_archived) = amounts::truth(text) else { return fault("truth") };
                patch.archived = Some(is_archived);
            }
        }
        Ok(())
    }
}

/// What a cell says, without the mark that exported files put in front of what looks like a formula.
fn text_of(cell: &Cell) -> &str {
    unguarded(cell.text.trim())
}

fn edit<T, E>(clears: bool, read: impl FnOnce() -> Result<T, E>) -> Result<Edit<T>, E> {
    if clears { Ok(Edit::Clear) } else { read().map(Edit::Set) }
}

fn number_fault(what: &str, fault: NumberFault) -> String {
    match fault {
        NumberFault::NoNumber => what.to_owned(),
        NumberFault::Decimals => "decimals".to_owned(),
        NumberFault::TooLarge => "too_large".to_owned(),
    }
}

fn is_clear(text: &str) -> bool {
    CLEAR.contains(&half_width(text).trim().to_lowercase().as_str())
}

/// What separates levels: one of these where there is any, slashes elsewhere.
const ANGLES: [char; 4] = ['>', '＞', '›', '»'];
const SLASHES: [char; 2] = ['/', '／'];

/// The levels of a path: `茶 > 烏龍`, `茶/烏龍`. A backslash makes the next sign a letter.
#[must_use]
pub fn levels(path: &str) -> Vec<String> {
    let mut signs = Vec::new();
    let mut characters = path.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => signs.extend(characters.next().map(|c| (c, true))),
            c => signs.push((c, false)),
        }
    }
    let has_angles = signs.iter().any(|(c, is_letter)| !is_letter && ANGLES.contains(c));
    let separators: &[char] = if has_angles { &ANGLES } else { &SLASHES };
    let levels = signs.split(|(c, is_letter)| !is_letter && separators.contains(c));
    levels.map(|level| level.iter().map(|(c, _)| c).collect::<String>().trim().to_owned()).collect()
}

/// A path from levels; [`levels`] takes it apart again.
#[must_use]
pub fn path(levels: &[impl AsRef<str>]) -> String {
    let escaped = levels.iter().map(|level| {
        let mut text = String::new();
        for c in level.as_ref().chars() {
            if c == '\\' || ANGLES.contains(&c) || SLASHES.contains(&c) {
                text.push('\\');
            }
            text.push(c);
        }
        text
    });
    escaped.collect::<Vec<_>>().join(" > ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn columns(keys: &[&str]) -> Columns {
        Columns { fields: keys.iter().map(|key| Field::of(key)).collect(), currency: "TWD".to_owned() }
    }

    fn row(cells: &[&str]) -> Row {
        Row { number: 2, cells: cells.iter().map(|cell| Cell::text((*cell).to_owned())).collect() }
    }

    fn faults(keys: &[&str], cells: &[&str]) -> Vec<(Option<usize>, String, String)> {
        let parsed = columns(keys).read(&row(cells));
        let about = |fault: &Fault| fault.values.first().map(|(_, value)| value.clone()).unwrap_or_default();
        parsed.faults.iter().map(|fault| (fault.column, fault.why.replace("import.fault.", ""), about(fault))).collect()
    }

    #[test]
    fn a_row_says_what_is_in_it_and_nothing_else() {
        let keys =
            ["sku", "", "name:zh-TW", "price", "category", "shelf_life", "pack", "tax_included", "links", "gtin"];
        let cells = [
            " TEA-1 ",
            "x",
            "烏龍茶",
            "NT$1,200",
            "茶 > 烏龍 / 高山",
            "12個月",
            "0.5",
            "含稅",
            "https://a.example https://b.example",
            "",
        ];
        let parsed = columns(&keys).read(&row(&cells));
        assert_eq!((parsed.sku.as_str(), &parsed.faults), ("TEA-1", &Vec::new()));
        let expected = Patch {
            names: BTreeMap::from([("zh-TW".to_owned(), Some("烏龍茶".to_owned()))]),
            price_minor: Edit::Set(120_000),
            currency: Some("TWD".to_owned()),
            tax_included: Some(true),
            category: Edit::Set(vec!["茶".to_owned(), "烏龍 / 高山".to_owned()]),
            shelf_life_days: Edit::Set(365),
            pack_thousandths: Edit::Set(500),
            links: Edit::Set(vec!["https://a.example".to_owned(), "https://b.example".to_owned()]),
            ..Patch::default()
        };
        assert_eq!(parsed.patch, expected);
        let json = serde_json::to_string(&parsed.patch).unwrap();
        assert_eq!(serde_json::from_str::<Patch>(&json).unwrap(), expected);
    }

    #[test]
    fn an_empty_cell_leaves_alone_and_clear_clears() {
        let keys = ["sku", "gtin", "price", "category", "name:en"];
        let parsed = columns(&keys).read(&row(&["A", "", "", "", ""]));
        assert_eq!(parsed.patch, Patch::default());
        let parsed = columns(&keys).read(&row(&["A", "(clear)", "（清空）", "(清空)", "(CLEAR)"]));
        assert_eq!(parsed.faults, []);
        assert_eq!(parsed.patch.names, BTreeMap::from([("en".to_owned(), None)]));
        assert!(
            parsed.patch.gtin == Edit::Clear
                && parsed.patch.price_minor == Edit::Clear
                && parsed.patch.category == Edit::Clear
        );
        let json = serde_json::to_string(&parsed.patch).unwrap();
        assert_eq!(serde_json::from_str::<Patch>(&json).unwrap(), parsed.patch, "{json}");
    }

    #[test]
    fn every_fault_names_its_column() {
        let of = |column, why: &str, about: &str| vec![(Some(column), why.to_owned(), about.to_owned())];
        assert_eq!(faults(&["name:en", "sku"], &["Tea"]), of(1, "no_sku", ""));
        assert_eq!(faults(&["sku", "price"], &["A", "cheap"]), of(1, "price", "2"));
        assert_eq!(faults(&["sku", "price"], &["A", "1.005"]), of(1, "decimals", "2"));
        assert_eq!(faults(&["sku", "price", "currency"], &["A", "1.5", "JPY"]), of(1, "decimals", "0"));
        assert_eq!(faults(&["sku", "price", "currency"], &["A", "1", "gold"]), of(2, "currency", ""));
        assert_eq!(faults(&["sku", "gtin"], &["A", "4.71E+12"]), of(1, "gtin_shortened", ""));
        assert_eq!(faults(&["sku", "gtin"], &["A", "4006381333932"]), of(1, "gtin_check_digit", "4006381333931"));
        assert_eq!(faults(&["sku", "name:zh-TW"], &["A", "\u{fffd}\u{fffd}"]), of(1, "unreadable", ""));
        assert_eq!(faults(&["sku", "pack"], &["A", "0"]), of(1, "pack", ""));
        assert_eq!(faults(&["sku", "category"], &["A", "茶 > > 烏龍"]), of(1, "category", ""));
        let date = Row { number: 3, cells: vec![Cell { text: "2026-03-01".to_owned(), kind: CellKind::Date }] };
        assert_eq!(columns(&["sku"]).read(&date).faults, [Fault::new(Some(0), "2026-03-01", "date", "")]);
    }

    proptest! {
        #[test]
        fn a_path_is_taken_apart_as_it_was_put_together(levels in proptest::collection::vec("[a茶/>›\\\\ ]{0,4}[b烏]", 1..4)) {
            let trimmed: Vec<String> = levels.iter().map(|level| level.trim().to_owned()).collect();
            let path = path(&trimmed);
            prop_assert_eq!(super::levels(&path), trimmed, "{}", path);
        }
    }
}
