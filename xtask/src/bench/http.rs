//! A client that is cheap enough not to be what is measured: one connection, kept open.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

use anyhow::{Context, Result};

/// An open connection.
pub struct Connection {
    stream: BufReader<TcpStream>,
    /// Lines that are sent with each request, each with its end.
    headers: String,
    /// What the server wants to be remembered: `name=value`.
    pub cookie: Option<String>,
    /// Where the last answer that leads elsewhere leads.
    pub location: Option<String>,
}

impl Connection {
    /// Connects.
    pub fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), headers: String::new(), cookie: None, location: None })
    }

    /// Sends a header with each request.
    pub fn header(&mut self, name: &str, value: &str) {
        self.headers.push_str(&format!("{name}: {value}\r\n"));
    }

    /// Sends a request and returns the answer's status and body.
    pub fn request(&mut self, method: &str, path: &str, body: &str) -> Result<(u16, String)> {
        let content_type = match body.strip_prefix("--").and_then(|rest| rest.split_once('\r')) {
            Some((boundary, _)) => format!("multipart/form-data; boundary={boundary}"),
            None if body.starts_with(['{', '[']) => "application/json".to_owned(),
            None => "application/x-www-form-urlencoded".to_owned(),
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0\r\n\
             {}Content-Type: {content_type}\r\nContent-Length: {}\r\n\r\n{body}",
            self.headers,
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|code| code.parse().ok()).context("no HTTP answer")?;
        let mut length = 0;
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let Some((name, value)) = line.split_once(':') else { break };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse()?;
            }
            if name.eq_ignore_ascii_case("location") {
                self.location = Some(value.trim().to_owned());
            }
            if name.eq_ignore_ascii_case("set-cookie") {
                self.cookie = value.split(';').next().map(|cookie| cookie.trim().to_owned());
            }
        }
        let mut content = vec![0; length];
        self.stream.read_exact(&mut content)?;
        Ok((status, String::from_utf8(content)?))
    }
}
