//! What one file of the bundle says about another: imports of ES modules, `url()` in style sheets.
//!
//! A file's hash covers the hashed names that it mentions, so the files it mentions come first.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use anyhow::{Context, Result, bail};
use regex::Regex;

static IMPORT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"\b(?:from|import)\s*\(?\s*["'](\.{1,2}/[^"'\s]+)["']"#).expect("a valid pattern"));
static URL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"\burl\(\s*["']?(\.{1,2}/[^"')\s]+)["']?\s*\)"#).expect("a valid pattern"));

/// The files' names so that each comes after those which it mentions.
pub fn order(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<String>> {
    let mut ordered = Vec::new();
    let mut path = Vec::new();
    for name in files.keys() {
        visit(name, files, &mut path, &mut ordered)?;
    }
    Ok(ordered)
}

/// The file's content with `hashed(logical name)` in place of each mention.
pub fn rewrite(name: &str, content: &[u8], hashed: impl Fn(&str) -> String) -> Result<Vec<u8>> {
    let found = find(name, content)?;
    let mut rewritten = Vec::with_capacity(content.len() + 17 * found.len());
    let mut end = 0;
    for Reference { at, target } in found {
        rewritten.extend(&content[end..at.start]);
        rewritten.extend(relative(name, &hashed(&target)).bytes());
        end = at.end;
    }
    rewritten.extend(&content[end..]);
    Ok(rewritten)
}

fn visit(
    name: &str,
    files: &BTreeMap<String, Vec<u8>>,
    path: &mut Vec<String>,
    ordered: &mut Vec<String>,
) -> Result<()> {
    if ordered.iter().any(|done| done == name) {
        return Ok(());
    }
    if let Some(start) = path.iter().position(|open| open == name) {
        bail!("viewer/web: {} import each other in a circle; hashed names need an order", path[start..].join(", "));
    }
    path.push(name.to_owned());
    for Reference { target, .. } in find(name, &files[name])? {
        if !files.contains_key(&target) {
            bail!("viewer/web/{name} mentions {target}, which does not exist");
        }
        visit(&target, files, path, ordered)?;
    }
    path.pop();
    ordered.push(name.to_owned());
    Ok(())
}

/// A mention of another file: where in the text, and the logical name it means.
struct Reference {
    at: Range<usize>,
    target: String,
}

fn find(name: &str, content: &[u8]) -> Result<Vec<Reference>> {
    let pattern = match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("js" | "mjs") => Some(&*IMPORT),
        Some("css") => Some(&*URL),
        _ => None,
    };
    let Some(pattern) = pattern else { return Ok(Vec::new()) };
    let text = str::from_utf8(content).with_context(|| format!("viewer/web/{name} is not UTF-8"))?;
    let mut found = Vec::new();
    for captures in pattern.captures_iter(text) {
        let Some(mention) = captures.get(1) else { continue };
        let line = text[..mention.start()].rsplit('\n').next().unwrap_or_default().trim_start();
        // Types in comments mention modules too: {import("./cards.js").Card}.
        if ["//", "/*", "*"].iter().any(|comment| line.starts_with(comment)) {
            continue;
        }
        found.push(Reference { at: mention.range(), target: resolve(name, mention.as_str())? });
    }
    Ok(found)
}

/// The logical name that `mention` means in the file `name`.
fn resolve(name: &str, mention: &str) -> Result<String> {
    let mut parts: Vec<&str> = name.split('/').collect();
    parts.pop();
    for part in mention.split('/') {
        match part {
            "." => {}
            ".." => {
                parts
                    .pop()
                    .with_context(|| format!("viewer/web/{name} mentions {mention}, which lies outside viewer/web"))?;
            }
            part => parts.push(part),
        }
    }
    Ok(parts.join("/"))
}

/// How the file `name` mentions `target`.
fn relative(name: &str, target: &str) -> String {
    let depth = name.matches('/').count();
    if depth == 0 { format!("./{target}") } else { format!("{}{target}", "../".repeat(depth)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(list: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
        list.iter().map(|(name, content)| ((*name).to_owned(), content.as_bytes().to_vec())).collect()
    }

    #[test]
    fn imported_files_come_first() {
        let files = files(&[
            ("a.js", "import { b } from './lib/b.js';\nimport(\"./c.js\");\nimport './d.js'"),
            ("c.js", "export * from \"./lib/b.js\";"),
            ("d.js", "const from = './not-an-import.js';"),
            ("lib/b.js", "import x from '../d.js';"),
        ]);
        assert_eq!(order(&files).unwrap(), ["d.js", "lib/b.js", "c.js", "a.js"]);
    }

    #[test]
    fn mentions_get_the_hashed_name_relative_to_the_file() {
        let rewritten =
            rewrite("ui/a.js", b"import './b.js'; import('../c.js')", |name| name.replace(".js", "-1.js")).unwrap();
        assert_eq!(String::from_utf8(rewritten).unwrap(), "import '../ui/b-1.js'; import('../c-1.js')");
        let rewritten =
            rewrite("a.css", b"a { mask: url(./i/x.svg) } b { mask: url(data:x) }", |_| "i/x-1.svg".into()).unwrap();
        assert_eq!(String::from_utf8(rewritten).unwrap(), "a { mask: url(./i/x-1.svg) } b { mask: url(data:x) }");
    }

    #[test]
    fn types_in_comments_are_no_imports() {
        let files = files(&[
            ("a.js", "import './b.js'"),
            ("b.js", "/** @param {import('./a.js').A} a */\n * {import('./a.js').B}\n// import './a.js'"),
        ]);
        assert_eq!(order(&files).unwrap(), ["b.js", "a.js"]);
    }

    #[test]
    fn circles_and_missing_files_are_named() {
        let circle = order(&files(&[("a.js", "import './b.js'"), ("b.js", "import './a.js'")])).unwrap_err();
        assert_eq!(
            circle.to_string(),
            "viewer/web: a.js, b.js import each other in a circle; hashed names need an order"
        );
        let missing = order(&files(&[("a.js", "import './b.js'")])).unwrap_err();
        assert_eq!(missing.to_string(), "viewer/web/a.js mentions b.js, which does not exist");
    }
}
