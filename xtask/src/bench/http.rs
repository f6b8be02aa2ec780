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

/// What came back.
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: String,
}

impl Answer {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str())
    }
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
        self.headers.extend([name, ": ", value, "\r\n"]);
    }

    /// Sends JSON, a form or parts of one and returns the answer's status and body.
    pub fn request(&mut self, method: &str, path: &str, body: &str) -> Result<(u16, String)> {
        let content_type = match body.strip_prefix("--").and_then(|rest| rest.split_once('\r')) {
            Some((boundary, _)) => format!("multipart/form-data; boundary={boundary}"),
            None if body.starts_with(['{', '[']) => "application/json".to_owned(),
            None => "application/x-www-form-urlencoded".to_owned(),
        };
        let answer = self.send(method, path, &[("Content-Type", &content_type)], body)?;
        Ok((answer.status, answer.body))
    }

    /// Sends a request with these headers.
    pub fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Result<Answer> {
        let headers =
            headers.iter().fold(self.headers.clone(), |lines, (name, value)| lines + name + ": " + value + "\r\n");
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0\r\n\
             {headers}Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|code| code.parse().ok()).context("no HTTP answer")?;
        let (mut length, mut headers) = (0, Vec::new());
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            let (name, value) = (name.to_ascii_lowercase(), value.trim().to_owned());
            if name == "content-length" {
                length = value.parse()?;
            }
            if name == "location" {
                self.location = Some(value.clone());
            }
            if name == "set-cookie" {
                self.cookie = value.split(';').next().map(|cookie| cookie.trim().to_owned());
            }
            headers.push((name, value));
        }
        let mut content = vec![0; length];
        self.stream.read_exact(&mut content)?;
        Ok(Answer { status, headers, body: String::from_utf8(content)? })
    }
}
