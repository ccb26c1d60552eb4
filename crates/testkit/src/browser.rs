//! A small browser for journeys over HTTP: cookies, forms with their tokens, redirects one step at a time.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// One browser with its cookies and its last page.
#[derive(Clone)]
pub struct Browser {
    address: SocketAddr,
    host: String,
    cookies: BTreeMap<String, String>,
    token: String,
}

/// An answer as a test looks at it.
#[derive(Clone, Debug)]
pub struct Page {
    /// The status.
    pub status: u16,
    /// Where it sends, if it does.
    pub location: Option<String>,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Page {
    /// The first text between `<h1…>` and `</h1>`, without tags.
    #[must_use]
    pub fn heading(&self) -> String {
        between(&self.body, "<h1", "</h1>")
            .map(|rest| strip(rest.split_once('>').map_or("", |(_, text)| text)))
            .unwrap_or_default()
    }

    /// Status, location and heading in one line: what journey snapshots are made of.
    #[must_use]
    pub fn line(&self) -> String {
        match &self.location {
            Some(location) => format!("{} → {location}", self.status),
            None => format!("{} {}", self.status, self.heading()),
        }
    }

    /// A header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The page's text without tags, spaces folded.
    #[must_use]
    pub fn text(&self) -> String {
        strip(&self.body)
    }
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(from)?;
    rest.split_once(to).map(|(inside, _)| inside)
}

fn strip(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for letter in html.chars() {
        match letter {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            _ if !inside => text.push(letter),
            _ => {}
        }
    }
    let plain = text
        .replace("&nbsp;", " ")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&#60;", "<")
        .replace("&gt;", ">")
        .replace("&#62;", ">");
    plain.replace("&#38;", "&").replace("&amp;", "&").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

impl Browser {
    /// A browser without cookies.
    #[must_use]
    pub fn new(address: SocketAddr) -> Self {
        Self { address, host: address.to_string(), cookies: BTreeMap::new(), token: String::new() }
    }

    /// The same browser under a name of the server that stays when the server moves to another port.
    #[must_use]
    pub fn named(mut self, host: &str) -> Self {
        host.clone_into(&mut self.host);
        self
    }

    /// The same browser, cookies and all, after the server came up at another address.
    #[must_use]
    pub fn moved(&self, address: SocketAddr) -> Self {
        Self { address, ..self.clone() }
    }

    /// Where the server listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The name of the server, as the browser sends it.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The origin of the pages.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.host)
    }

    /// Opens a page.
    pub fn get(&mut self, path: &str) -> Page {
        self.send("GET", path, &[("Accept", "text/html")], "")
    }

    /// Sends a form with the token of the last page that had one; own origin.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.try_post(path, fields).unwrap()
    }

    /// The same, when the server may be gone.
    ///
    /// # Errors
    /// When nobody listens, or the line breaks.
    pub fn try_post(&mut self, path: &str, fields: &[(&str, &str)]) -> std::io::Result<Page> {
        let token = self.token.clone();
        let mut pairs = vec![format!("_token={}", encode(&token))];
        pairs.extend(fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))));
        let origin = self.origin();
        let headers = [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Origin", origin.as_str()),
            ("Accept", "text/html"),
        ];
        self.try_send("POST", path, &headers, pairs.join("&").as_bytes())
    }

    /// Sends a form with files, as a browser does, with the token of the last page that had one; own origin.
    pub fn post_files(&mut self, path: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Page {
        const EDGE: &str = "----zvonok-testkit-edge";
        let token = self.token.clone();
        let mut body = Vec::new();
        for (name, value) in [("_token", token.as_str())].iter().chain(fields) {
            let head = format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend([head.as_bytes(), value.as_bytes(), b"\r\n"].concat());
        }
        for (name, bytes) in files {
            let head = format!(
                "--{EDGE}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n"
            );
            body.extend([head.as_bytes(), b"Content-Type: text/csv\r\n\r\n", bytes, b"\r\n"].concat());
        }
        body.extend(format!("--{EDGE}--\r\n").into_bytes());
        let origin = self.origin();
        let kind = format!("multipart/form-data; boundary={EDGE}");
        let headers = [("Content-Type", kind.as_str()), ("Origin", origin.as_str()), ("Accept", "text/html")];
        self.send_bytes("POST", path, &headers, &body)
    }

    /// Sends bytes to an address that takes them, with the token of the last page in a header; own origin.
    pub fn post_bytes(&mut self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Page {
        self.try_post_bytes(path, headers, body).unwrap()
    }

    /// The same, when the server may be gone.
    ///
    /// # Errors
    /// When nobody listens, or the line breaks.
    pub fn try_post_bytes(
        &mut self,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> std::io::Result<Page> {
        let (origin, token) = (self.origin(), self.token.clone());
        let own = [
            ("Content-Type", "application/octet-stream"),
            ("Origin", origin.as_str()),
            ("X-Zvonok-Token", token.as_str()),
            ("Accept", "application/json"),
        ];
        self.try_send("POST", path, &[own.as_slice(), headers].concat(), body)
    }

    /// Fetches bytes that are no text: the answer's head, and the body as it is.
    #[must_use]
    pub fn fetch(&self, path: &str, headers: &[(&str, &str)]) -> (Page, Vec<u8>) {
        let bytes = self.exchange(self.request("GET", path, headers, b"")).unwrap();
        let at = bytes.windows(4).position(|part| part == b"\r\n\r\n").map_or(bytes.len(), |at| at + 4);
        (parse(&bytes[..at]), bytes[at..].to_vec())
    }

    /// Sends JSON from the own origin.
    pub fn post_json(&mut self, path: &str, body: &str) -> Page {
        self.try_post_json(path, body).unwrap()
    }

    /// The same, when the server may be gone.
    ///
    /// # Errors
    /// When nobody listens, or the line breaks.
    pub fn try_post_json(&self, path: &str, body: &str) -> std::io::Result<Page> {
        let origin = self.origin();
        let headers = [("Content-Type", "application/json"), ("Origin", origin.as_str())];
        self.try_raw(self.request("POST", path, &headers, body.as_bytes()))
    }

    /// Opens a page and goes on while it redirects, at most ten times.
    pub fn follow(&mut self, mut page: Page) -> Page {
        for _ in 0..10 {
            let Some(location) = page.location.clone() else { break };
            page = self.get(&location);
        }
        page
    }

    /// Signs in with a login and a password and opens the page that follows.
    pub fn sign_in(&mut self, login: &str, password: &str) -> Page {
        self.get("/signin");
        let page = self.post("/signin", &[("login", login), ("password", password)]);
        self.follow(page)
    }

    /// The value of a cookie.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Puts a cookie, as an attacker or an old browser would.
    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    /// The cookies as one header, for a socket of one's own.
    #[must_use]
    pub fn cookie_header(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// The form token of the last page that had one.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// A whole request with host, cookies and length.
    fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.host);
        if !self.cookies.is_empty() {
            head.push_str(&format!("Cookie: {}\r\n", self.cookie_header()));
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !body.is_empty() || method == "POST" {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        [head.as_bytes(), b"\r\n", body].concat()
    }

    /// Sends any request; adds host, cookies and length.
    pub fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Page {
        self.send_bytes(method, path, headers, body.as_bytes())
    }

    fn send_bytes(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Page {
        self.try_send(method, path, headers, body).unwrap()
    }

    fn try_send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> std::io::Result<Page> {
        let page = self.try_raw(self.request(method, path, headers, body))?;
        for (_, cookie) in page.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (name, value) = cookie.split(';').next().and_then(|pair| pair.split_once('=')).unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        if let Some(token) = between(&page.body, "name=\"_token\" value=\"", "\"") {
            token.clone_into(&mut self.token);
        }
        Ok(page)
    }

    /// Sends bytes as they are and reads the answer to its end.
    #[must_use]
    pub fn raw(&self, request: &str) -> Page {
        self.try_raw(request).unwrap()
    }

    /// The same, when the server may be gone; what it said before it went is an answer too.
    ///
    /// # Errors
    /// When nobody listens, or the line breaks.
    pub fn try_raw(&self, request: impl AsRef<[u8]>) -> std::io::Result<Page> {
        Ok(parse(&self.exchange(request)?))
    }

    /// Asks for a page and hangs up after so many bytes of the answer, its head included.
    #[must_use]
    pub fn cut(&self, path: &str, most: usize) -> Vec<u8> {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.write_all(&self.request("GET", path, &[], b"")).unwrap();
        let mut bytes = Vec::new();
        stream.take(u64::try_from(most).unwrap_or(u64::MAX)).read_to_end(&mut bytes).unwrap();
        bytes
    }

    fn exchange(&self, request: impl AsRef<[u8]>) -> std::io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        stream.write_all(request.as_ref())?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

fn parse(bytes: &[u8]) -> Page {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let mut lines = head.split("\r\n");
    let status =
        lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok()).unwrap_or(0);
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    let location = headers.iter().find(|(name, _)| name == "location").map(|(_, value)| value.clone());
    let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = if chunked { dechunk(body) } else { body.to_owned() };
    Page { status, location, headers, body }
}

fn dechunk(mut rest: &str) -> String {
    let mut body = String::new();
    while let Some((size, after)) = rest.split_once("\r\n") {
        let Ok(size) = usize::from_str_radix(size.trim(), 16) else { break };
        let Some(chunk) = after.get(..size) else { break };
        body.push_str(chunk);
        rest = after.get(size + 2..).unwrap_or("");
    }
    body
}
