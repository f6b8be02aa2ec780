//! The form of a shop: what was typed becomes a shop, or the faults by field.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use scene::document::{LocalizedText, MAX_NAME_CHARS, email_fault, line_fault, phone_fault};
use scene::published::Shop;

use super::currency::is_currency;
use super::hours::{DAYS, MAX_SPANS, Span, Week, grouped, is_time, overlap};
use crate::http::form::{FieldErrors, Form, is_line};

/// Further ways to reach a shop.
pub const MAX_OTHER: usize = 6;
/// Characters of what one of them is called, and of what it is.
const MAX_OTHER_NAME: usize = 40;
const MAX_OTHER_TEXT: usize = 200;

/// Reads a form. `before` is what the shop was: texts in languages that the form does not show stay.
pub fn read(form: &Form, languages: &[String], before: Option<&Shop>, errors: &mut FieldErrors) -> Shop {
    let mut text = |name: &str, before: Option<&LocalizedText>| {
        let mut texts = before.map(|text| text.0.clone()).unwrap_or_default();
        for lang in languages {
            let field = format!("{name}-{lang}");
            let typed = form.text(&field);
            errors.check(is_line(typed, MAX_NAME_CHARS), &field, "field.line");
            if typed.is_empty() {
                texts.remove(lang);
            } else {
                texts.insert(lang.clone(), typed.to_owned());
            }
        }
        LocalizedText(texts)
    };
    let name = text("name", before.map(|shop| &shop.name));
    let address = text("address", before.map(|shop| &shop.address));
    if name.is_empty()
        && let Some(first) = languages.first()
    {
        errors.add(format!("name-{first}"), "field.missing");
    }
    let mut contact = |field: &str, fault: fn(&str) -> Option<String>, key: &str| {
        let typed = form.some(field)?;
        errors.check(fault(typed).is_none(), field, key);
        Some(typed.to_owned())
    };
    let phone = contact("phone", phone_fault, "shop.phone_wrong");
    let email = contact("email", email_fault, "field.email");
    let line = contact("line", line_fault, "shop.line_wrong");
    let other = other(form, errors);
    let hours = grouped(&week(form, errors));
    let (time_zone, currency) = (form.text("time_zone"), form.text("currency").to_ascii_uppercase());
    errors.check(TimeZone::get(time_zone).is_ok(), "time_zone", "shop.time_zone_wrong");
    errors.check(is_currency(&currency), "currency", "shop.currency_wrong");
    Shop { name, address, phone, email, line, other, hours, time_zone: time_zone.to_owned(), currency }
}

fn other(form: &Form, errors: &mut FieldErrors) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for index in 0..MAX_OTHER {
        let (name_field, text_field) = (format!("other-name-{index}"), format!("other-text-{index}"));
        let (name, text) = (form.text(&name_field), form.text(&text_field));
        if name.is_empty() && text.is_empty() {
            continue;
        }
        errors.check(!name.is_empty(), &name_field, "field.missing");
        errors.check(!text.is_empty(), &text_field, "field.missing");
        errors.check(is_line(name, MAX_OTHER_NAME), &name_field, "field.line");
        errors.check(is_line(text, MAX_OTHER_TEXT), &text_field, "field.line");
        if found.insert(name.to_owned(), text.to_owned()).is_some() {
            errors.add(name_field, "shop.other_twice");
        }
    }
    found
}

/// A day's spans as typed. Browsers send `HH:MM` of a field for times.
fn week(form: &Form, errors: &mut FieldErrors) -> Week {
    DAYS.map(|(_, day)| {
        let mut spans: Vec<Span> = Vec::new();
        for index in 0..MAX_SPANS {
            let (opens, closes) =
                (form.text(&format!("opens-{day}-{index}")), form.text(&format!("closes-{day}-{index}")));
            if opens.is_empty() && closes.is_empty() {
                continue;
            }
            errors.check(is_time(opens) && is_time(closes), &format!("hours-{day}"), "shop.hours_wrong");
            spans.push((opens.to_owned(), closes.to_owned()));
        }
        spans.sort();
        errors.check(!overlap(&spans), &format!("hours-{day}"), "shop.hours_overlap");
        spans
    })
}
