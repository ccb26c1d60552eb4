//! One browser on one connection that stays open.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use anyhow::{Context as _, bail};

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) body: String,
}

pub(crate) struct Client {
    host: String,
    stream: TcpStream,
    cookies: BTreeMap<String, String>,
}

impl Client {
    /// Connects to `host:port`.
    pub(crate) fn connect(host: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(host).with_context(|| host.to_owned())?;
        stream.set_nodelay(true)?;
        Ok(Self { host: host.to_owned(), stream, cookies: BTreeMap::new() })
    }

    /// Connects as somebody who is signed in.
    pub(crate) fn with_session(host: &str, session: &str) -> anyhow::Result<Self> {
        let mut client = Self::connect(host)?;
        client.cookies.insert("zvonok_session".to_owned(), session.to_owned());
        Ok(client)
    }

    /// The cookie of whoever is signed in.
    pub(crate) fn session(&self) -> anyhow::Result<&str> {
        self.cookies.get("zvonok_session").map(String::as_str).context("nobody is signed in")
    }

    /// Sends bytes from a page of the server's own; the headers end in a line break.
    pub(crate) fn bring(&mut self, path: &str, headers: &str, body: &[u8]) -> anyhow::Result<Answer> {
        let headers = format!("{headers}Origin: http://{}\r\nContent-Length: {}\r\n", self.host, body.len());
        self.send("POST", path, &headers, body)
    }

    pub(crate) fn get(&mut self, path: &str) -> anyhow::Result<Answer> {
        self.send("GET", path, "", b"")
    }

    /// Signs in with a portal login.
    pub(crate) fn sign_in(&mut self, login: &str, password: &str) -> anyhow::Result<()> {
        let form = self.get("/signin")?;
        let answer = self.submit(&form, "/signin", &[("login", login), ("password", password)])?;
        if answer.status != 303 {
            bail!("signing in as {login} answered {}", answer.status);
        }
        Ok(())
    }

    /// Fills in a form of a page and sends it to an address, as a browser does.
    pub(crate) fn submit(
        &mut self,
        page: &Answer,
        path: &str,
        fields: &[(&str, &str)],
    ) -> anyhow::Result<Answer> {
        let token = page
            .body
            .split_once("name=\"_token\" value=\"")
            .and_then(|(_, rest)| rest.split_once('"'))
            .with_context(|| format!("the form of {path} has no token"))?
            .0;
        let mut body = format!("_token={}", escape(token));
        for (name, value) in fields {
            body.push_str(&format!("&{name}={}", escape(value)));
        }
        let origin = format!("Origin: http://{}\r\n", self.host);
        self.post(path, &origin, &body)
    }

    /// Calls an address with a form, as another server does.
    pub(crate) fn call(&mut self, path: &str, body: &str) -> anyhow::Result<Answer> {
        self.post(path, "", body)
    }

    fn post(&mut self, path: &str, headers: &str, body: &str) -> anyhow::Result<Answer> {
        let headers = format!(
            "{headers}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
            body.len()
        );
        self.send("POST", path, &headers, body.as_bytes())
    }

    fn send(&mut self, method: &str, path: &str, headers: &str, body: &[u8]) -> anyhow::Result<Answer> {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAccept: text/html\r\nCookie: {}\r\n{headers}\r\n",
            self.host,
            cookies.join("; ")
        );
        let mut request = request.into_bytes();
        request.extend_from_slice(body);
        self.stream.write_all(&request)?;
        let mut bytes = Vec::with_capacity(65_536);
        let mut buffer = [0; 65_536];
        let (head, from, length) = loop {
            let count = self.stream.read(&mut buffer)?;
            if count == 0 {
                bail!("{path}: the server closed");
            }
            bytes.extend_from_slice(&buffer[..count]);
            if let Some(end) = bytes.windows(4).position(|at| at == b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
                let length: usize =
                    header(&head, "content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
                break (head, end + 4, end + 4 + length);
            }
        };
        while bytes.len() < length {
            let count = self.stream.read(&mut buffer)?;
            if count == 0 {
                bail!("{path}: the answer is cut");
            }
            bytes.extend_from_slice(&buffer[..count]);
        }
        for line in head.lines() {
            if let Some(cookie) = line.to_ascii_lowercase().strip_prefix("set-cookie: ").map(|_| &line[12..])
            {
                let pair = cookie.split(';').next().and_then(|pair| pair.split_once('='));
                if let Some((name, value)) = pair {
                    self.cookies.insert(name.to_owned(), value.to_owned());
                }
            }
        }
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        let body = String::from_utf8_lossy(&bytes[from..length]).into_owned();
        Ok(Answer { status, location: header(&head, "location"), body })
    }
}

/// Each byte of a value, so that it may stand in a form.
pub(crate) fn escape(text: &str) -> String {
    text.bytes().fold(String::new(), |out, byte| format!("{out}%{byte:02X}"))
}

fn header(head: &str, name: &str) -> Option<String> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find_map(|(key, value)| key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned()))
}
