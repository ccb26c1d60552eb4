//! The live channel as a client sees it: a WebSocket of a few lines, and what pages say about it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;
use testkit::Browser;

/// The address of the first chat on the list.
pub fn class_chat(browser: &mut Browser) -> String {
    let page = browser.get("/sferum");
    let body = page.body.clone();
    let at = body.find("href=\"/sferum/").expect(&body) + 6;
    body[at..].split('"').next().unwrap().to_owned()
}

/// The value of a hidden field.
pub fn field(body: &str, name: &str) -> String {
    let at = body.find(&format!("name=\"{name}\" value=\"")).expect(body);
    body[at..].split('"').nth(3).unwrap().to_owned()
}

/// Where a page stands in the live channel.
pub fn cursor(body: &str) -> String {
    let at = body.find("<meta name=\"live\" content=\"").expect(body);
    body[at..].split('"').nth(3).unwrap().to_owned()
}

/// A WebSocket client of a few lines: unmasked frames in, masked frames out.
pub struct Socket(TcpStream);

impl Socket {
    /// A socket of the browser's session, from a cursor on.
    pub fn open(browser: &Browser, cursor: &str) -> Self {
        Self::try_open(browser, cursor, None).unwrap()
    }

    /// The same, from a page of any origin; the head of the answer when it is refused.
    pub fn try_open(browser: &Browser, cursor: &str, origin: Option<&str>) -> Result<Self, String> {
        let mut stream = TcpStream::connect(browser.address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let own = browser.origin();
        let request = format!(
            "GET /live?cursor={cursor} HTTP/1.1\r\nHost: {}\r\nOrigin: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: {}\r\n\r\n",
            browser.host(),
            origin.unwrap_or(&own),
            browser.cookie_header()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            if stream.read(&mut byte).unwrap() == 0 {
                break;
            }
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        if head.starts_with("HTTP/1.1 101") && head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") {
            Ok(Self(stream))
        } else {
            Err(head)
        }
    }

    pub fn say(&mut self, text: &str) {
        let length = u16::try_from(text.len()).unwrap();
        let mut frame = vec![0x81, 0xFE];
        frame.extend(length.to_be_bytes());
        frame.extend([0; 4]);
        frame.extend(text.as_bytes());
        self.0.write_all(&frame).unwrap();
    }

    /// The next text frame, or the code of the close frame.
    pub fn hear(&mut self) -> Result<Value, u16> {
        loop {
            let mut head = [0; 2];
            self.0.read_exact(&mut head).map_err(|_| 0_u16)?;
            let length = match head[1] {
                126 => {
                    let mut long = [0; 2];
                    self.0.read_exact(&mut long).unwrap();
                    usize::from(u16::from_be_bytes(long))
                }
                127 => panic!("a long frame"),
                short => usize::from(short),
            };
            let mut body = vec![0; length];
            self.0.read_exact(&mut body).unwrap();
            match head[0] & 0x0F {
                1 => return Ok(serde_json::from_slice(&body).unwrap()),
                8 => return Err(u16::from_be_bytes([body[0], body[1]])),
                _ => {}
            }
        }
    }

    pub fn ask(&mut self, command: &str) -> Value {
        self.say(command);
        loop {
            let heard = self.hear().unwrap();
            if heard.get("re").is_some() {
                return heard;
            }
        }
    }

    /// The next event of a kind.
    pub fn event(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.hear().unwrap();
            for event in frame["events"].as_array().into_iter().flatten() {
                if event["kind"] == kind {
                    return event.clone();
                }
            }
        }
    }
}
