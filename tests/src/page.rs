//! Pages with forms, as whoever works in a store uses them.

use serde_json::json;

use crate::browser::Browser;
use crate::wait::until;

impl Browser {
    /// The page's heading.
    pub fn heading(&self) -> String {
        self.text_of("h1")
    }

    /// Waits until a page with this heading is there.
    pub fn wait_for(&self, heading: &str) {
        until(heading, || (self.heading() == heading).then_some(()));
    }

    /// Waits until the first element that a selector finds says `words` somewhere.
    pub fn wait_for_words(&self, selector: &str, words: &str) {
        until(words, || self.text_of(selector).contains(words).then_some(()));
    }

    /// Waits until an expression of JavaScript is true.
    pub fn wait_until(&self, what: &str, expression: &str) {
        until(what, || self.is_true(expression).then_some(()));
    }

    /// Whether an expression of JavaScript is true now.
    pub fn is_true(&self, expression: &str) -> bool {
        self.run(&format!("return Boolean({expression})")) == true
    }

    /// What an expression of JavaScript is, as text.
    pub fn text(&self, expression: &str) -> String {
        self.run(&format!("return String({expression})")).as_str().unwrap_or_default().to_owned()
    }

    /// The value or the words of the first element that a selector finds; empty where it finds none.
    pub fn text_of(&self, selector: &str) -> String {
        self.text(&format!(
            "((found) => found?.value ?? found?.textContent.trim() ?? '')(document.querySelector({}))",
            json!(selector)
        ))
    }

    /// Types into the fields of the form that is sent to `action`, and chooses where there is a choice: pairs of name and
    /// value.
    pub fn fill(&self, action: &str, fields: &[(&str, &str)]) {
        let missing = self.run(&format!(
            "const form = document.querySelector('form[action=\"{action}\"]');
             if (!form) return ['form'];
             return {}.filter(([name, value]) => {{
               const choice = form.querySelector(`[name=\"${{name}}\"][value=\"${{value}}\"]:is([type=radio], [type=checkbox])`);
               const field = choice ?? form.querySelector(`[name=\"${{name}}\"]`);
               if (!field) return true;
               if (choice) {{ if (!choice.checked) choice.click(); return false; }}
               field.value = value;
               for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, {{ bubbles: true }}));
               return field.value.trim() !== value.trim();
             }})",
            json!(fields)
        ));
        assert_eq!(missing, json!([]), "the form for {action} at {} does not take this", self.address());
    }

    /// Presses the button of the form that is sent to `action`.
    pub fn submit(&self, action: &str) {
        let pressed = self.run(&format!(
            "const button = document.querySelector('form[action=\"{action}\"] button[type=submit]');
             button?.click(); return Boolean(button)"
        ));
        assert_eq!(pressed, true, "no button sends anything to {action} at {}", self.address());
    }

    /// [`Self::fill`] and [`Self::submit`].
    pub fn send(&self, action: &str, fields: &[(&str, &str)]) {
        self.fill(action, fields);
        self.submit(action);
    }

    /// Gives a field files, as the system's own dialog does.
    pub fn choose_files(&self, selector: &str, files: &[String]) {
        let document = self.chromium("DOM.getDocument", &json!({}));
        let wanted = json!({"nodeId": document["root"]["nodeId"], "selector": selector});
        let field = self.chromium("DOM.querySelector", &wanted);
        self.chromium("DOM.setFileInputFiles", &json!({"nodeId": field["nodeId"], "files": files}));
    }
}
