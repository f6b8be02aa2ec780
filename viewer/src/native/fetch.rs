//! Gets and decodes pictures on a few threads.

use std::collections::VecDeque;
use std::io::Read;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use image::ImageDecoder;

use crate::render::{TILE_TEXELS, TileImage};
use crate::tiles::{Fetch, Request};

/// As many requests as the tiles have under way at most.
const THREADS: usize = 6;
/// Answers waiting for the next frame; a thread that finds no room waits.
const ANSWERS: usize = 16;
/// A tile is far smaller.
const MAX_BYTES: u64 = 8 << 20;

/// The answer to a request.
pub type Answer = (u32, Option<TileImage>);

/// Why a picture could not be had.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The server or the way to it.
    #[error(transparent)]
    Http(#[from] Box<ureq::Error>),
    /// The connection broke.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// Not a picture, or too large a one.
    #[error("not a usable picture: {0}")]
    Picture(String),
}

#[derive(Default)]
struct Queue {
    waiting: Mutex<VecDeque<Request>>,
    filled: Condvar,
}

/// The threads.
pub struct Threads {
    queue: Arc<Queue>,
}

impl Threads {
    /// Starts the threads; `wake` is called for every answer.
    pub fn start(wake: impl Fn() + Clone + Send + 'static) -> (Self, Receiver<Answer>) {
        let queue = Arc::<Queue>::default();
        let (answers, received) = sync_channel(ANSWERS);
        for _ in 0..THREADS {
            let (queue, answers, wake) = (Arc::clone(&queue), answers.clone(), wake.clone());
            std::thread::spawn(move || work(&queue, &answers, &wake));
        }
        (Self { queue }, received)
    }
}

impl Fetch for Threads {
    fn fetch(&mut self, request: Request) {
        self.queue.waiting.lock().unwrap_or_else(PoisonError::into_inner).push_back(request);
        self.queue.filled.notify_one();
    }

    fn abort(&mut self, id: u32) {
        // What a thread has begun it ends; its answer is dropped.
        self.queue.waiting.lock().unwrap_or_else(PoisonError::into_inner).retain(|request| request.id != id);
    }
}

fn work(queue: &Queue, answers: &SyncSender<Answer>, wake: &impl Fn()) {
    let agent = agent();
    loop {
        let mut waiting = queue.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let request = loop {
            if let Some(request) = waiting.pop_front() {
                break request;
            }
            waiting = queue.filled.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        };
        drop(waiting);
        let picture = picture(&agent, &request.url);
        if let Err(error) = &picture {
            eprintln!("{}: {error}", request.url.get(..80).unwrap_or(&request.url));
        }
        if answers.send((request.id, picture.ok())).is_err() {
            return;
        }
        wake();
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::new_with_config(ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(30))).build())
}

/// The text at an address.
pub fn text(url: &str) -> Result<String, FetchError> {
    let mut response = agent().get(url).call().map_err(Box::new)?;
    Ok(response.body_mut().with_config().limit(MAX_BYTES).read_to_string().map_err(Box::new)?)
}

fn picture(agent: &ureq::Agent, url: &str) -> Result<TileImage, FetchError> {
    let bytes = match url.split_once(";base64,") {
        Some((head, body)) if head.starts_with("data:") => {
            unpack_base64(body).ok_or_else(|| FetchError::Picture("broken data: URL".to_owned()))?
        }
        _ => {
            let mut bytes = Vec::new();
            let response = agent.get(url).call().map_err(Box::new)?;
            response.into_body().into_reader().take(MAX_BYTES).read_to_end(&mut bytes)?;
            bytes
        }
    };
    decode(&bytes).map_err(|error| FetchError::Picture(error.to_string()))
}

fn decode(bytes: &[u8]) -> Result<TileImage, image::ImageError> {
    let reader = image::ImageReader::new(std::io::Cursor::new(bytes)).with_guessed_format()?;
    let mut decoder = reader.into_decoder()?;
    let mut limits = image::Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(TILE_TEXELS), Some(TILE_TEXELS));
    decoder.set_limits(limits)?;
    let pixels = image::DynamicImage::from_decoder(decoder)?.into_rgba8();
    Ok(TileImage { width: pixels.width(), height: pixels.height(), rgba: pixels.into_raw() })
}

fn unpack_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for letter in text.bytes().filter(|letter| *letter != b'=') {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_unpacked() {
        assert_eq!(unpack_base64("SGVsbG8sIHN0b3JlIQ==").as_deref(), Some(&b"Hello, store!"[..]));
        assert_eq!(unpack_base64("SG?s"), None);
    }

    #[test]
    fn a_picture_larger_than_a_layer_is_refused() {
        let mut png = std::io::Cursor::new(Vec::new());
        image::RgbImage::new(600, 4).write_to(&mut png, image::ImageFormat::Png).unwrap();
        assert!(decode(png.get_ref()).is_err());
    }
}
