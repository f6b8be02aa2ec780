//! Components whose vendor is refused: the list is `xtask/refused-vendors.txt`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::cargo::{cargo, command, output, root};

/// Files that name components which Cargo does not know, by the end of their names.
const LISTS: [&str; 6] =
    ["package.json", "package-lock.json", "pnpm-lock.yaml", "requirements.txt", "pyproject.toml", "model-card.md"];

/// A vendor and what shows that something is theirs.
struct Vendor {
    name: String,
    marks: Vec<String>,
}

/// Fails when a crate, a package of another language or a model comes from a vendor on the list.
pub fn check() -> Result<()> {
    let path = root().join("xtask/refused-vendors.txt");
    let vendors = parse(&fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?)?;
    let mut faults = Vec::new();
    for (component, origin) in crates()?.into_iter().chain(listed()?) {
        if let Some((vendor, mark)) = owner(&vendors, &origin) {
            faults.push(format!("{component} is {vendor}'s ({mark})"));
        }
    }
    if faults.is_empty() {
        return Ok(());
    }
    bail!("components of refused vendors (xtask/refused-vendors.txt): {}", faults.join("; "))
}

/// Every crate with the text in which its origin shows.
fn crates() -> Result<Vec<(String, String)>> {
    let metadata = output(cargo().args(["metadata", "--format-version", "1", "--all-features"]), "listing crates")?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let origin = |package: &Value| {
        let mut origin = format!("crate:{}\n", package["name"].as_str().unwrap_or_default());
        for field in ["repository", "homepage", "documentation", "source"] {
            origin.extend([package[field].as_str().unwrap_or_default(), "\n"]);
        }
        for author in package["authors"].as_array().into_iter().flatten() {
            origin.extend([author.as_str().unwrap_or_default(), "\n"]);
        }
        origin
    };
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    Ok(packages
        .iter()
        .map(|package| (format!("crate {}", package["name"].as_str().unwrap_or_default()), origin(package)))
        .collect())
}

/// Every line of the lists in the repository, with the list's name.
fn listed() -> Result<Vec<(String, String)>> {
    let files =
        output(command("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]), "listing files")?;
    let mut found = Vec::new();
    for file in files.lines().filter(|file| LISTS.iter().any(|list| file.ends_with(list))) {
        let text =
            fs::read_to_string(root().join(Path::new(file))).with_context(|| format!("{file} cannot be read"))?;
        found.extend(text.lines().enumerate().map(|(index, line)| (format!("{file}:{}", index + 1), line.to_owned())));
    }
    Ok(found)
}

fn parse(text: &str) -> Result<Vec<Vendor>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, marks) =
                line.split_once(':').with_context(|| format!("refused-vendors.txt: no colon in \"{line}\""))?;
            let marks = marks.split_whitespace().map(str::to_lowercase).collect();
            Ok(Vendor { name: name.to_owned(), marks })
        })
        .collect()
}

/// The vendor whose mark stands in `origin` as whole words: `github.com/baidu` is not in `github.com/baidude/x`.
fn owner<'a>(vendors: &'a [Vendor], origin: &str) -> Option<(&'a str, &'a str)> {
    let origin = origin.to_lowercase();
    let is_part_of_a_word =
        |character: Option<char>| character.is_some_and(|it| it.is_alphanumeric() || it == '-' || it == '_');
    let stands_alone = |mark: &str| {
        origin.match_indices(mark).any(|(at, _)| {
            !is_part_of_a_word(origin[..at].chars().next_back())
                && !is_part_of_a_word(origin[at + mark.len()..].chars().next())
        })
    };
    vendors.iter().find_map(|vendor| {
        vendor.marks.iter().find(|mark| stands_alone(mark)).map(|mark| (vendor.name.as_str(), mark.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_count_as_whole_words() {
        let vendors = parse("# comment\n\nExample: github.com/example example.com crate:exam").unwrap();
        for theirs in
            ["https://github.com/Example/thing", "Jo <jo@example.com>", "crate:exam", "https://www.example.com/"]
        {
            assert!(owner(&vendors, theirs).is_some(), "{theirs}");
        }
        for others in ["https://github.com/examples/thing", "https://example.community", "crate:example"] {
            assert!(owner(&vendors, others).is_none(), "{others}");
        }
    }

    #[test]
    fn the_list_can_be_read() {
        assert!(parse(include_str!("../../refused-vendors.txt")).unwrap().len() > 20);
    }
}
