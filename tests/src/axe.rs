//! axe-core: what of a page shuts people out, by the rules of WCAG.

use serde_json::Value;

use crate::browser::Browser;

/// What axe-core finds wrong with the page as it is now: rule and element, one line each.
pub fn findings(browser: &Browser) -> Vec<String> {
    let path = std::env::var_os("VITRINE_TEST_AXE")
        .expect("VITRINE_TEST_AXE names no axe.min.js; `cargo xtask test` fetches it and sets it");
    let axe = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    browser.run(&format!("{axe}; window.axe = axe"));
    let found = browser.run_until_done(
        "axe.run().then(({ violations, passes }) => done(passes.length === 0 ? ['no rule had anything to look at'] : violations.flatMap(({ id, help, nodes }) =>
           nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 160)} ${node.failureSummary}`))), (error) => done([String(error)]))",
    );
    found
        .as_array()
        .expect("axe-core answers with a list")
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}
