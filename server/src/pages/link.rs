//! `link(path, pairs, name=value…)` of templates: an address with what it asks for.

use minijinja::value::{Kwargs, Rest};
use minijinja::{Error, Value};
use url::form_urlencoded::Serializer;

/// The address. `pairs` are names with values; what is empty or not there is left out, and what is
/// named is in the order of the alphabet.
#[expect(clippy::needless_pass_by_value, reason = "minijinja hands arguments over by value")]
pub(super) fn link(path: &str, pairs: Rest<Value>, named: Kwargs) -> Result<Value, Error> {
    let mut query = Serializer::new(String::new());
    let mut add = |name: &str, value: &Value| {
        if value.is_true() {
            query.append_pair(name, &value.to_string());
        }
    };
    for list in pairs.iter().filter(|list| list.is_true()) {
        for pair in list.try_iter()? {
            add(&pair.get_item_by_index(0)?.to_string(), &pair.get_item_by_index(1)?);
        }
    }
    for name in named.args() {
        add(name, &named.get::<Value>(name)?);
    }
    let query = query.finish();
    Ok(Value::from(if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }))
}

#[cfg(test)]
mod tests {
    use minijinja::{Environment, context};

    #[test]
    fn what_is_empty_is_left_out_and_the_rest_is_written_safely() {
        let mut environment = Environment::new();
        environment.add_function("link", super::link);
        let written = |template: &str| environment.render_str(template, context! { q => "茶 & \"x\"", nothing => () });
        let of = |template: &str| written(template).unwrap();
        assert_eq!(of("{{ link('/a') }}"), "/a");
        assert_eq!(of("{{ link('/a', q='', below=nothing) }}"), "/a");
        assert_eq!(of("{{ link('/a', q=q, of=2) }}"), "/a?of=2&q=%E8%8C%B6+%26+%22x%22");
        assert_eq!(of("{{ link('/a', [['kind', 'x'], ['none', '']], q=1) }}"), "/a?kind=x&q=1");
    }
}
