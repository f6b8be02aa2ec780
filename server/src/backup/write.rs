//! Writes the tar file: under a name of its own until it is whole and on disk, readable for its owner alone.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use tar::{EntryType, Header};

use super::members::{COMMENT, Tally};
use super::{BackupError, Result};

/// Tar's unit.
const BLOCK: u64 = 512;

/// A backup that is being written. Dropped before [`Writer::finish`], nothing is left of it.
pub struct Writer {
    place: PathBuf,
    partial: PathBuf,
    /// Locked as long as this lives; the system lets go of it when the process ends, however it does.
    tar: tar::Builder<BufWriter<File>>,
    /// What has been written.
    pub tally: Tally,
    is_finished: bool,
}

impl Writer {
    /// Begins the backup `place`. What a killed one left there is written over.
    pub fn create(place: &Path) -> Result<Self> {
        if place.exists() {
            return Err(BackupError::Exists(place.to_owned()));
        }
        let mut partial = place.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let open = || {
            let file = options.open(&partial)?;
            match file.try_lock() {
                Ok(()) => file.set_len(0).map(|()| Some(file)),
                Err(std::fs::TryLockError::WouldBlock) => Ok(None),
                Err(std::fs::TryLockError::Error(error)) => Err(error),
            }
        };
        let file = open().map_err(|error| BackupError::File(partial.clone(), error))?;
        let file = file.ok_or_else(|| BackupError::UnderWay(place.to_owned()))?;
        let tar = tar::Builder::new(BufWriter::with_capacity(1 << 20, file));
        Ok(Self { place: place.to_owned(), partial, tar, tally: Tally::default(), is_finished: false })
    }

    /// Adds a member that is in memory.
    pub fn add(&mut self, name: &str, content: &[u8], at_us: i64) -> Result<()> {
        let sha256 = hex::encode(Sha256::digest(content));
        let mut member = self.begin(name, content.len() as u64, &sha256, at_us)?;
        member.piece(content)?;
        member.end()
    }

    /// Begins a member whose size and hash are known. Its pieces follow.
    pub fn begin(&mut self, name: &str, bytes: u64, sha256: &str, at_us: i64) -> Result<Member<'_>> {
        let fault = |error| BackupError::File(self.partial.clone(), error);
        let comment = format!("{COMMENT}{sha256}");
        self.tar.append_pax_extensions([("comment", comment.as_bytes())]).map_err(fault)?;
        let mut header = Header::new_ustar();
        header.set_path(name).map_err(fault)?;
        header.set_entry_type(EntryType::Regular);
        header.set_mode(0o600);
        header.set_size(bytes);
        header.set_mtime(u64::try_from(at_us / 1_000_000).unwrap_or_default());
        header.set_cksum();
        self.tar.get_mut().write_all(header.as_bytes()).map_err(fault)?;
        Ok(Member {
            writer: self,
            name: name.to_owned(),
            bytes,
            sha256: sha256.to_owned(),
            hash: Sha256::new(),
            written: 0,
        })
    }

    /// Writes everything to disk and moves the backup to its place.
    pub fn finish(mut self) -> Result<u64> {
        let finished = self.close();
        finished.map_err(|error| BackupError::File(self.partial.clone(), error))
    }

    fn close(&mut self) -> io::Result<u64> {
        self.tar.finish()?;
        let buffer = self.tar.get_mut();
        buffer.flush()?;
        let file = buffer.get_ref();
        file.sync_all()?;
        let bytes = file.metadata()?.len();
        // Where the name was taken meanwhile, a link refuses and a rename would not.
        match std::fs::hard_link(&self.partial, &self.place) {
            Ok(()) => std::fs::remove_file(&self.partial)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
            // Some file systems have no links.
            Err(_) => std::fs::rename(&self.partial, &self.place)?,
        }
        self.is_finished = true;
        #[cfg(unix)]
        if let Some(folder) = self.place.parent() {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            File::open(folder)?.sync_all()?;
        }
        Ok(bytes)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if !self.is_finished {
            // Its name says what it is, should it stay.
            let _ = std::fs::remove_file(&self.partial);
        }
    }
}

/// A member that is being written.
pub struct Member<'a> {
    writer: &'a mut Writer,
    name: String,
    bytes: u64,
    sha256: String,
    hash: Sha256,
    written: u64,
}

impl Member<'_> {
    /// The next piece.
    pub fn piece(&mut self, piece: &[u8]) -> Result<()> {
        self.hash.update(piece);
        self.written += piece.len() as u64;
        self.put(piece)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        let written = self.writer.tar.get_mut().write_all(bytes);
        written.map_err(|error| BackupError::File(self.writer.partial.clone(), error))
    }

    /// Ends it. What was written has to be what was promised: a file that changed while it was copied is no backup.
    pub fn end(mut self) -> Result<()> {
        let sha256 = hex::encode(std::mem::take(&mut self.hash).finalize());
        if self.written != self.bytes || sha256 != self.sha256 {
            let changed = io::Error::other("it changed while it was read");
            return Err(BackupError::File(PathBuf::from(&self.name), changed));
        }
        let padding = self.bytes.next_multiple_of(BLOCK) - self.bytes;
        self.put(&[0; BLOCK as usize][..padding as usize])?;
        self.writer.tally.member(&self.name, self.bytes, &self.sha256);
        Ok(())
    }
}
