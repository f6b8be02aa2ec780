//! A receiver for tests: real HTTP on this machine that takes, refuses, hangs, redirects or goes on for ever.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What it does with the next requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Says this, head and all.
    Says(String),
    /// Takes the request and says nothing.
    Hangs,
    /// Says 200, and then something without end.
    Pours,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Came {
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Came {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(of, _)| of == name).map_or("", |(_, value)| value)
    }
}

/// A running one.
pub struct Receiver {
    pub port: u16,
    mood: Arc<Mutex<Mood>>,
    came: Arc<Mutex<Vec<Came>>>,
}

/// An answer with a status, a header and a body.
pub fn says(status: &str, header: &str, body: &str) -> Mood {
    Mood::Says(format!(
        "HTTP/1.1 {status}\r\n{header}content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    ))
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (mood, came) = (Arc::new(Mutex::new(says("204 No Content", "", ""))), Arc::new(Mutex::new(Vec::new())));
        let (of_mood, of_came) = (mood.clone(), came.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (mood, came) = (of_mood.clone(), of_came.clone());
                tokio::spawn(async move { answer(stream, &mood, &came).await });
            }
        });
        Self { port, mood, came }
    }

    pub fn is(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// What came since the last look.
    pub fn take(&self) -> Vec<Came> {
        std::mem::take(&mut *self.came.lock().unwrap())
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hooks", self.port)
    }
}

async fn answer(mut stream: TcpStream, mood: &Mutex<Mood>, came: &Mutex<Vec<Came>>) -> Option<()> {
    let mut bytes = Vec::new();
    let (head, start) = loop {
        let mut piece = [0; 4096];
        let read = stream.read(&mut piece).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&piece[..read]);
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break (String::from_utf8(bytes[..at].to_vec()).unwrap(), at + 4);
        }
    };
    let mut lines = head.lines();
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned())))
        .collect();
    let length: usize = headers.iter().find(|(name, _)| name == "content-length")?.1.parse().ok()?;
    while bytes.len() < start + length {
        let mut piece = [0; 4096];
        let read = stream.read(&mut piece).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&piece[..read]);
    }
    let body = String::from_utf8(bytes[start..].to_vec()).unwrap();
    came.lock().unwrap().push(Came { path, headers, body });
    let mood = mood.lock().unwrap().clone();
    match mood {
        Mood::Says(said) => stream.write_all(said.as_bytes()).await.ok()?,
        // Until the other has had enough.
        Mood::Hangs => while stream.read(&mut [0; 64]).await.ok()? > 0 {},
        Mood::Pours => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.ok()?;
            while stream.write_all(&[b'a'; 4096]).await.is_ok() {}
        }
    }
    Some(())
}
