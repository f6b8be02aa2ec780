//! A mail server for tests: real TCP on this machine, the conversation of RFC 5321, and every mail kept.

use std::sync::{Arc, Mutex};

use mail_parser::{Message, MessageParser, MimeHeaders as _};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What it does with the next mails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Takes,
    /// Says this instead of taking the recipient.
    Says(&'static str),
    /// Greets nobody.
    Hangs,
}

/// A running one.
pub struct Sink {
    pub port: u16,
    mood: Arc<Mutex<Mood>>,
    mails: Arc<Mutex<Vec<Taken>>>,
}

/// A mail that it took.
#[derive(Clone, Debug)]
pub struct Taken {
    pub hello: String,
    pub from: String,
    pub to: String,
    pub raw: Vec<u8>,
}

impl Taken {
    pub fn message(&self) -> Message<'_> {
        MessageParser::default().parse(&self.raw).expect("a mail")
    }

    pub fn header(&self, name: &str) -> String {
        self.message().header_raw(name.to_owned()).unwrap_or_default().trim().to_owned()
    }

    pub fn subject(&self) -> String {
        self.message().subject().unwrap_or_default().to_owned()
    }

    pub fn text(&self) -> String {
        let message = self.message();
        let part = message.part(message.text_body[0]).unwrap();
        assert!(part.is_content_type("text", "plain"), "{part:?}");
        message.body_text(0).unwrap().replace("\r\n", "\n")
    }

    pub fn html(&self) -> String {
        let message = self.message();
        let part = message.part(message.html_body[0]).unwrap();
        assert!(part.is_content_type("text", "html"), "{part:?}");
        message.body_html(0).unwrap().into_owned()
    }

    /// The path of the first link that it shows, from the public address on.
    pub fn path(&self, home: &str) -> String {
        let text = self.text();
        let (_, rest) = text.split_once(home).unwrap_or_else(|| panic!("no link to {home}: {text}"));
        rest.split_whitespace().next().unwrap().to_owned()
    }
}

impl Sink {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (mood, mails) = (Arc::new(Mutex::new(Mood::Takes)), Arc::new(Mutex::new(Vec::new())));
        let (of_mood, of_mails) = (mood.clone(), mails.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mood = *of_mood.lock().unwrap();
                let mails = of_mails.clone();
                tokio::spawn(async move { talk(stream, mood, mails).await });
            }
        });
        Self { port, mood, mails }
    }

    pub fn is(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// What it took since the last look.
    pub fn take(&self) -> Vec<Taken> {
        std::mem::take(&mut *self.mails.lock().unwrap())
    }

    /// The settings that lead to it.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        [
            ("smtp_host", "127.0.0.1".to_owned()),
            ("smtp_port", self.port.to_string()),
            ("smtp_tls", "none".to_owned()),
            ("mail_from", "shop@example.org".to_owned()),
            ("mail_from_name", "巷口".to_owned()),
        ]
        .into()
    }
}

async fn talk(stream: TcpStream, mood: Mood, mails: Arc<Mutex<Vec<Taken>>>) -> Option<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read);
    if mood == Mood::Hangs {
        // Until the other has had enough.
        let mut line = String::new();
        while lines.read_line(&mut line).await.ok()? > 0 {}
        return None;
    }
    write.write_all(b"220 sink ESMTP\r\n").await.ok()?;
    let mut mail = Taken { hello: String::new(), from: String::new(), to: String::new(), raw: Vec::new() };
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        let address = || line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        let said = match line.get(..4).unwrap_or_default() {
            "EHLO" => {
                line[5..].clone_into(&mut mail.hello);
                "250-sink\r\n250 8BITMIME"
            }
            "MAIL" => {
                mail.from = address();
                "250 ok"
            }
            "RCPT" => {
                if let Mood::Says(said) = mood {
                    said
                } else {
                    mail.to = address();
                    "250 ok"
                }
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await.ok()?;
                loop {
                    let mut line = Vec::new();
                    lines.read_until(b'\n', &mut line).await.ok().filter(|read| *read > 0)?;
                    if line == b".\r\n" {
                        break;
                    }
                    mail.raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
                }
                mails.lock().unwrap().push(mail.clone());
                "250 taken as 4711"
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await.ok()?;
                return None;
            }
            _ => "250 ok",
        };
        write.write_all(format!("{said}\r\n").as_bytes()).await.ok()?;
    }
}
