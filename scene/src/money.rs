//! Digits of currencies: one table for the server's pages and for the viewer, which gets them with each price.

/// Digits behind the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digits {
    /// Of the minor unit, by ISO 4217: amounts are whole numbers of it.
    pub minor: u8,
    /// That people write when an amount has none to show. Some countries have cents in ISO 4217 and nowhere else.
    pub usual: u8,
}

/// Digits of a currency by its ISO 4217 code.
#[must_use]
pub fn digits(currency: &str) -> Digits {
    let (minor, usual) = match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI" | "VND"
        | "VUV" | "XAF" | "XOF" | "XPF" => (0, 0),
        "TWD" | "IDR" | "HUF" => (2, 0),
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => (3, 3),
        "CLF" | "UYW" => (4, 4),
        _ => (2, 2),
    };
    Digits { minor, usual }
}
