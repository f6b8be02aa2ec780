//! How pages answer a change: saved, somebody was faster, or something is wrong.

use axum::http::StatusCode;
use axum::response::Response;
use minijinja::{Value, context};
use scene::document::{Fault, LocalizedText, MAX_NAME_CHARS, MAX_TEXT_CHARS, View};
use scene::sphere::{MAX_FOV_DEG, MIN_FOV_DEG};

use super::draft::Draft;
use super::save::Outcome;
use crate::error::{Error, Result};
use crate::http::form::{FieldErrors, Form, is_line, is_text};
use crate::pages::{frame, own_name};

/// The revision that a page showed.
///
/// # Errors
/// The form does not say.
pub fn base(form: &Form) -> Result<i64> {
    let number = form.text("revision").parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| Error::BadRequest("the field \"revision\" names the revision that was changed".to_owned()))
}

/// What a page shows again where a change was not saved: the status, the draft as it is now where that is another one,
/// and what to say. `None` where it was saved.
#[must_use]
pub fn again(outcome: Outcome, form: &Form) -> Option<(StatusCode, Option<Draft>, Value)> {
    match outcome {
        Outcome::Saved(_) => None,
        Outcome::Conflict(draft) => {
            let conflict = context! { actor => &draft.actor, saved_us => draft.saved_us, number => draft.number };
            Some((StatusCode::CONFLICT, Some(*draft), context! { values => form.values(), conflict }))
        }
        Outcome::Faults(list) => {
            let rest = context! { values => form.values(), faults => faults(&list) };
            Some((StatusCode::UNPROCESSABLE_ENTITY, None, rest))
        }
    }
}

/// Faults for a template: the text's key and values, or the message where there is no text.
#[must_use]
pub fn faults(list: &[Fault]) -> Vec<Value> {
    let one = |fault: &Fault| {
        let key = (!fault.kind.is_empty()).then(|| format!("document.fault.{}", fault.kind));
        let values = Value::from_pairs(fault.values.iter().map(|(name, value)| (*name, value.clone())));
        context! { path => &fault.path, key, values, message => &fault.message }
    };
    list.iter().map(one).collect()
}

/// Answers a button without fields: back to `path`, and what happened.
#[must_use]
pub fn answer(outcome: &Outcome, path: &str, said: &str) -> Response {
    match outcome {
        Outcome::Saved(_) => frame::done(path, said),
        Outcome::Conflict(_) => frame::done(path, "changed_meanwhile"),
        Outcome::Faults(_) => frame::done(path, "not_possible"),
    }
}

/// A text per language from the fields `{name}-{lang}`. What the store says in other languages stays.
pub fn texts(
    form: &Form,
    name: &str,
    languages: &[String],
    before: &LocalizedText,
    (is_long, is_required): (bool, bool),
    errors: &mut FieldErrors,
) -> LocalizedText {
    let mut texts = before.clone();
    for (index, lang) in languages.iter().enumerate() {
        let field = format!("{name}-{lang}");
        let typed = form.text(&field);
        let is_fine = if is_long { is_text(typed, MAX_TEXT_CHARS) } else { is_line(typed, MAX_NAME_CHARS) };
        errors.check(is_fine, &field, "field.line");
        errors.check(!(is_required && index == 0 && typed.is_empty()), &field, "field.missing");
        if typed.is_empty() {
            texts.0.remove(lang);
        } else {
            texts.0.insert(lang.clone(), typed.to_owned());
        }
    }
    texts
}

/// An angle from a field, degrees. A comma is taken for a point.
pub fn angle(form: &Form, field: &str, (min, max): (f64, f64), key: &str, errors: &mut FieldErrors) -> f64 {
    let number = form.text(field).replace(',', ".").replace('\u{2212}', "-").parse::<f64>().ok();
    let number = number.filter(|number| (min..=max).contains(number));
    errors.check(number.is_some(), field, key);
    number.unwrap_or_default()
}

/// A view from the fields `{prefix}yaw`, `{prefix}pitch` and `{prefix}fov`.
pub fn view(form: &Form, prefix: &str, errors: &mut FieldErrors) -> View {
    View {
        yaw: angle(form, &format!("{prefix}yaw"), (-180.0, 180.0), "draft.yaw_wrong", errors),
        pitch: angle(form, &format!("{prefix}pitch"), (-90.0, 90.0), "draft.pitch_wrong", errors),
        fov: angle(form, &format!("{prefix}fov"), (MIN_FOV_DEG, MAX_FOV_DEG), "draft.fov_wrong", errors),
    }
}

/// A view for a template.
#[must_use]
pub fn view_value(view: View) -> Value {
    context! { yaw => view.yaw, pitch => view.pitch, fov => view.fov }
}

/// An angle brought into −180 to 180.
#[must_use]
pub fn around(degrees: f64) -> f64 {
    let turned = (degrees + 180.0).rem_euclid(360.0) - 180.0;
    (turned * 10.0).round() / 10.0
}

/// A text per language as fields of a form.
#[must_use]
pub fn fields(text: &LocalizedText, languages: &[String]) -> Vec<Value> {
    let text = |lang: &String| text.0.get(lang).cloned().unwrap_or_default();
    languages.iter().map(|lang| context! { lang, name => own_name(lang), text => text(lang) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn angles_come_around() {
        for (degrees, expected) in [(0.0, 0.0), (190.0, -170.0), (-190.0, 170.0), (540.0, -180.0), (179.96, 180.0)] {
            assert!((around(degrees) - expected).abs() < 1e-9, "{degrees}: {}", around(degrees));
        }
    }

    #[test]
    fn angles_are_read_as_people_write_them() {
        let form = Form::parse("a=-12%2C5&b=%E2%88%923&c=NaN&d=200&e=".as_bytes()).unwrap();
        let mut errors = FieldErrors::default();
        let mut read = |field| angle(&form, field, (-180.0, 180.0), "draft.yaw_wrong", &mut errors);
        assert_eq!((read("a"), read("b")), (-12.5, -3.0));
        for field in ["c", "d", "e"] {
            read(field);
        }
        assert_eq!(errors.values().to_string().matches("draft.yaw_wrong").count(), 3);
    }
}
