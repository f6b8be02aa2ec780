//! By which headings it is recognised what a column means.

use super::amounts::half_width;
use super::fields::Field;

/// Headings by field, without what [`folded`] takes away. The first of a field is the one that is exported.
const HEADINGS: &[(&str, &[&str])] = &[
    (
        "sku",
        &[
            "貨號",
            "商品編號",
            "商品貨號",
            "商品代號",
            "商品代碼",
            "產品編號",
            "產品代號",
            "料號",
            "品號",
            "店內碼",
            "自訂編號",
            "編號",
            "sku",
            "skucode",
            "skuno",
            "itemno",
            "itemnumber",
            "itemcode",
            "articleno",
            "articlenumber",
            "article",
            "productcode",
            "productid",
            "productnumber",
            "code",
            "partnumber",
        ],
    ),
    (
        "gtin",
        &[
            "國際條碼",
            "條碼",
            "商品條碼",
            "產品條碼",
            "條碼編號",
            "barcode",
            "gtin",
            "ean",
            "ean13",
            "upc",
            "jan",
            "gtin13",
            "gtin14",
            "barcodeno",
        ],
    ),
    (
        "name",
        &[
            "品名",
            "名稱",
            "商品名稱",
            "產品名稱",
            "商品",
            "品項",
            "商品標題",
            "name",
            "productname",
            "itemname",
            "title",
            "product",
        ],
    ),
    (
        "description",
        &[
            "說明",
            "商品說明",
            "商品描述",
            "描述",
            "商品簡介",
            "簡介",
            "產品說明",
            "商品介紹",
            "description",
            "productdescription",
            "details",
            "body",
            "bodyhtml",
        ],
    ),
    (
        "price",
        &[
            "售價",
            "價格",
            "單價",
            "定價",
            "零售價",
            "建議售價",
            "商品售價",
            "價錢",
            "金額",
            "price",
            "retailprice",
            "saleprice",
            "sellingprice",
            "unitprice",
            "listprice",
            "variantprice",
        ],
    ),
    ("currency", &["幣別", "幣種", "貨幣", "currency", "pricecurrency"]),
    ("tax_included", &["含稅", "是否含稅", "價格含稅", "稅", "taxincluded", "includestax", "tax", "priceincludestax"]),
    ("unit", &["單位", "計量單位", "銷售單位", "unit", "unitofmeasure", "uom"]),
    (
        "category",
        &[
            "分類",
            "類別",
            "商品分類",
            "商品類別",
            "產品分類",
            "分類路徑",
            "品類",
            "category",
            "categorypath",
            "categories",
            "productcategory",
            "producttype",
            "department",
        ],
    ),
    (
        "supplier",
        &[
            "供應商",
            "廠商",
            "供貨商",
            "廠商名稱",
            "供應商名稱",
            "進貨廠商",
            "supplier",
            "suppliername",
            "vendor",
            "vendorname",
        ],
    ),
    (
        "supplier_code",
        &[
            "供應商貨號",
            "廠商貨號",
            "廠商料號",
            "原廠貨號",
            "供應商料號",
            "廠商品號",
            "suppliercode",
            "supplieritemno",
            "suppliersku",
            "vendorcode",
            "vendorsku",
            "supplierarticleno",
        ],
    ),
    (
        "shelf_life",
        &[
            "保存期限",
            "保存天數",
            "保存期",
            "有效天數",
            "效期",
            "效期天數",
            "有效期限",
            "shelflife",
            "shelflifedays",
            "shelflifeindays",
        ],
    ),
    (
        "pack",
        &[
            "包裝數",
            "包裝數量",
            "入數",
            "箱入數",
            "每箱數量",
            "裝箱數",
            "每包數量",
            "packsize",
            "packquantity",
            "unitsperpack",
            "casepack",
            "caseqty",
            "pack",
        ],
    ),
    (
        "links",
        &[
            "網路賣場",
            "賣場連結",
            "商品網址",
            "購買連結",
            "網址",
            "連結",
            "links",
            "link",
            "url",
            "producturl",
            "weblinks",
            "shoplink",
        ],
    ),
    ("archived", &["封存", "已封存", "停售", "下架", "是否停售", "archived", "isarchived", "discontinued"]),
];

/// Marks of a language in a heading, and the language.
const LANGUAGE_MARKS: [(&str, &str); 12] = [
    ("英文", "en"),
    ("english", "en"),
    ("eng", "en"),
    ("enus", "en"),
    ("en", "en"),
    ("繁體中文", "zh-TW"),
    ("中文", "zh-TW"),
    ("chinese", "zh-TW"),
    ("zhtw", "zh-TW"),
    ("zhhant", "zh-TW"),
    ("tw", "zh-TW"),
    ("zh", "zh-TW"),
];

/// A heading without what is written in many ways: width, case, spaces, punctuation.
fn folded(heading: &str) -> String {
    half_width(heading).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a text has characters of Chinese.
fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'))
}

fn plain_key(folded: &str) -> Option<&'static str> {
    HEADINGS.iter().find(|(_, names)| names.contains(&folded)).map(|(key, _)| *key)
}

/// What a heading most likely means; `below` are the first cells under it.
#[must_use]
pub fn guess(heading: &str, below: &[&str]) -> Option<Field> {
    if let Some(field) = Field::of(heading.trim()) {
        return Some(field);
    }
    // What stands in brackets is a unit, a remark or a language: 售價（NT$）, Name (en).
    let half = half_width(heading);
    let (outside, inside) = half.split_once(['(', '[', '【']).unwrap_or((half.as_str(), ""));
    let (whole, outside, inside) = (folded(heading), folded(outside), folded(inside));
    let mut language = None;
    let mut key = plain_key(&whole).or_else(|| plain_key(&outside));
    for (mark, tag) in LANGUAGE_MARKS {
        if inside == mark {
            language = Some(tag);
        }
        if key.is_none() && whole.len() > mark.len() {
            let rest = whole.strip_prefix(mark).or_else(|| whole.strip_suffix(mark));
            if let Some(found) = rest.and_then(plain_key).filter(|key| ["name", "description"].contains(key)) {
                (key, language) = (Some(found), Some(tag));
            }
        }
        if language.is_some() && key.is_some() {
            break;
        }
    }
    let in_language = || {
        let here = if is_chinese(heading) || below.iter().any(|cell| is_chinese(cell)) { "zh-TW" } else { "en" };
        // A tag in brackets that is none of ours: `Name (ja)`.
        let tag = half.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(tag, _)| tag.trim());
        let other = tag.filter(|tag| tag.is_ascii() && Field::of(&format!("name:{tag}")).is_some());
        language.or(other).unwrap_or(here).to_owned()
    };
    match key? {
        "name" => Some(Field::Name(in_language())),
        "description" => Some(Field::Description(in_language())),
        key => Field::of(key),
    }
}

/// What each column most likely means; no field twice.
#[must_use]
pub fn guess_all(headings: &[String], below: &[Vec<String>]) -> Vec<Option<Field>> {
    let mut taken = Vec::new();
    let columns = headings.iter().enumerate().map(|(column, heading)| {
        let cells: Vec<&str> = below.iter().filter_map(|row| row.get(column)).map(String::as_str).collect();
        let field = guess(heading, &cells).filter(|field| !taken.contains(field));
        taken.extend(field.clone());
        field
    });
    columns.collect()
}

/// How many headings of a row mean something: the row of headings is the one with the most.
#[must_use]
pub fn recognised(cells: &[String]) -> usize {
    cells.iter().filter(|cell| guess(cell, &[]).is_some()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(heading: &str, below: &[&str]) -> String {
        guess(heading, below).map(|field| field.key()).unwrap_or_default()
    }

    #[test]
    fn headings_of_tills_and_spreadsheets_are_understood() {
        for (heading, field) in [
            ("貨號", "sku"),
            (" SKU ", "sku"),
            ("Item No.", "sku"),
            ("商品編號*", "sku"),
            ("國際條碼", "gtin"),
            ("EAN-13", "gtin"),
            ("ＧＴＩＮ", "gtin"),
            ("品名", "name:zh-TW"),
            ("品名（英文）", "name:en"),
            ("英文品名", "name:en"),
            ("Name (zh-TW)", "name:zh-TW"),
            ("name_en", "name:en"),
            ("Name (ja)", "name:ja"),
            ("name:zh-TW", "name:zh-TW"),
            ("售價(NT$)", "price"),
            ("售價（含稅）", "price"),
            ("Retail price", "price"),
            ("分類路徑", "category"),
            ("供應商", "supplier"),
            ("廠商貨號", "supplier_code"),
            ("保存期限（天）", "shelf_life"),
            ("Shelf life (days)", "shelf_life"),
            ("包裝數", "pack"),
            ("商品說明", "description:zh-TW"),
            ("Description", "description:en"),
            ("停售", "archived"),
            ("備註", ""),
            ("", ""),
            ("庫存", ""),
        ] {
            assert_eq!(key(heading, &[]), field, "{heading}");
        }
        assert_eq!(key("Name", &["高山烏龍茶"]), "name:zh-TW", "what stands below tells the language");
        assert_eq!(key("Name", &["Oolong"]), "name:en");
    }

    #[test]
    fn no_two_columns_mean_the_same() {
        let headings = ["SKU", "編號", "品名", "Name"].map(str::to_owned);
        let below = [["1", "2", "茶", "Tea"].map(str::to_owned).to_vec()];
        let found: Vec<_> =
            guess_all(&headings, &below).into_iter().map(|field| field.map(|field| field.key())).collect();
        assert_eq!(found, [Some("sku"), None, Some("name:zh-TW"), Some("name:en")].map(|key| key.map(str::to_owned)));
        assert_eq!(recognised(&headings), 4);
    }

    #[test]
    fn keys_lead_back_and_no_heading_stands_for_two() {
        for field in Field::all(&["en".to_owned(), "zh-TW".to_owned()]) {
            assert_eq!(Field::of(&field.key()), Some(field));
        }
        assert_eq!(Field::of("name:<script>"), None);
        let mut all: Vec<&str> = HEADINGS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        assert!(all.iter().all(|name| folded(name) == *name), "as folded");
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
