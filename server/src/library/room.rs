//! Memory for pictures that are decoded. What one takes is known from its header; a server decodes at once what fits into a
//! limit, and the next one waits, however many workers there are. Files that are read whole for it have a limit of their own.

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::error::{Error, Result};

/// Largest files that are read whole, MiB: two panoramas of the largest size.
const FILES_MIB: u32 = 512;
/// Pixels and what decoders hold beside them, MiB: the largest picture that is accepted.
const PIXELS_MIB: u32 = 2048;

/// The room of a server.
#[derive(Debug)]
pub struct Room {
    files: Semaphore,
    pixels: Semaphore,
}

impl Default for Room {
    fn default() -> Self {
        Self { files: Semaphore::new(FILES_MIB as usize), pixels: Semaphore::new(PIXELS_MIB as usize) }
    }
}

/// Room that is taken, until this is dropped.
pub type Taken<'a> = SemaphorePermit<'a>;

impl Room {
    /// Waits for room for a file. Take it before [`Self::for_pixels`], so that nobody waits for each other.
    ///
    /// # Errors
    /// Never; the room is open as long as the server lives.
    pub async fn for_file(&self, bytes: u64) -> Result<Taken<'_>> {
        self.files.acquire_many(mib(bytes, FILES_MIB)).await.map_err(Error::internal)
    }

    /// Waits for room for what decoding takes.
    ///
    /// # Errors
    /// As [`Self::for_file`].
    pub async fn for_pixels(&self, bytes: u64) -> Result<Taken<'_>> {
        self.pixels.acquire_many(mib(bytes, PIXELS_MIB)).await.map_err(Error::internal)
    }
}

/// Whole MiB. What takes more than all there is gets all of it.
fn mib(bytes: u64, most: u32) -> u32 {
    u32::try_from(bytes.div_ceil(1 << 20)).unwrap_or(most).clamp(1, most)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use imaging::Limits;

    use super::*;

    #[tokio::test]
    async fn what_does_not_fit_waits_for_what_is_there_and_nobody_overtakes_it() {
        let room = Room::default();
        let gib = 1 << 30;
        let first = room.for_pixels(gib + 1).await.unwrap();
        let mut large = Box::pin(room.for_pixels(gib));
        assert!((&mut large).now_or_never().is_none(), "both take more than there is");
        assert!(room.for_pixels(1).now_or_never().is_none(), "a small one waits behind it");
        drop(first);
        let large = large.await.unwrap();
        let small = room.for_pixels(gib).now_or_never().expect("both fit").unwrap();
        drop((large, small));
        // The largest that are accepted fit.
        let limits = Limits::default();
        assert!(limits.memory_bytes <= u64::from(PIXELS_MIB) << 20 && limits.file_bytes <= u64::from(FILES_MIB) << 20);
        let _ = room.for_pixels(u64::MAX).await.unwrap();
    }
}
