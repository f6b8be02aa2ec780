//! Whether the inputs of a step are the ones that it last ran with.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// The inputs of one step, hashed.
pub struct Fingerprint {
    file: PathBuf,
    hash: Sha256,
}

impl Fingerprint {
    /// An empty fingerprint, to be remembered in `file`.
    pub fn new(file: PathBuf) -> Self {
        Self { file, hash: Sha256::new() }
    }

    /// Adds a setting.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.hash.update((text.len() as u64).to_le_bytes());
        self.hash.update(text);
        self
    }

    /// Adds the names and contents of a file or of everything in a folder.
    pub fn path(&mut self, path: &Path) -> Result<&mut Self> {
        for file in files(path)? {
            let content = fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
            self.text(&file.to_string_lossy());
            self.hash.update((content.len() as u64).to_le_bytes());
            self.hash.update(content);
        }
        Ok(self)
    }

    /// The hash to compare, and to remember when the step is done.
    pub fn finish(self) -> Finished {
        Finished { hash: hex(&self.hash.finalize()), file: self.file }
    }
}

/// A fingerprint that is complete.
pub struct Finished {
    file: PathBuf,
    hash: String,
}

impl Finished {
    /// Whether the step last ended with these inputs.
    pub fn is_unchanged(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|remembered| remembered == self.hash)
    }

    /// Remembers that the step has ended with these inputs.
    pub fn remember(&self) -> Result<()> {
        self.remember_in(&self.file)
    }

    /// The same in another file, which will be moved to its place together with what was made.
    pub fn remember_in(&self, file: &Path) -> Result<()> {
        write(file, self.hash.as_bytes())
    }
}

/// Writes a file and the folders that it needs.
pub fn write(file: &Path, content: &[u8]) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    fs::write(file, content).with_context(|| format!("{} cannot be written", file.display()))
}

/// Every file in `path`, sorted; a file is itself.
pub fn files(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(path).with_context(|| format!("{} cannot be read", path.display()))? {
        found.extend(files(&entry?.path())?);
    }
    found.sort();
    Ok(found)
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
