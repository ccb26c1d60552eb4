//! The live channel as a client sees it: a WebSocket of a few lines, and what pages say about it.

use std::collections::VecDeque;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;
use testkit::Browser;

/// The address of the class chat, or of what comes nearest to it on the person's list.
pub fn class_chat(browser: &mut Browser) -> String {
    let page = browser.get("/sferum");
    let chats = chats_of(&page.body);
    let is_class = |name: &str| name.starts_with(|sign: char| sign.is_ascii_digit());
    let found = chats
        .iter()
        .find(|(name, _)| is_class(name))
        .or_else(|| chats.iter().find(|(name, _)| name.starts_with("Родители")))
        .or_else(|| chats.first());
    found.expect(&page.body).1.clone()
}

/// The chats of a list: names and addresses.
pub fn chats_of(body: &str) -> Vec<(String, String)> {
    let links = body.split("<a class=\"chat-link\" href=\"").skip(1);
    links
        .map(|link| {
            let address = link.split('"').next().unwrap();
            let name = link.split("<span class=\"chat-name\">").nth(1).unwrap();
            let name = name.split("</span>").next().unwrap().replace('\u{a0}', " ");
            (name, address.to_owned())
        })
        .collect()
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
pub struct Socket(TcpStream, VecDeque<Value>);

impl Socket {
    /// A socket of the browser's session, from a cursor on.
    pub fn open(browser: &Browser, cursor: &str) -> Self {
        Self::try_open(browser, cursor, None).unwrap()
    }

    /// The same, from a page of any origin; the head of the answer when it is refused.
    pub fn try_open(browser: &Browser, cursor: &str, origin: Option<&str>) -> Result<Self, String> {
        Self::try_open_at(browser, &format!("/live?cursor={cursor}"), origin)
    }

    /// A socket at any address.
    pub fn try_open_at(browser: &Browser, path: &str, origin: Option<&str>) -> Result<Self, String> {
        let mut stream = TcpStream::connect(browser.address()).map_err(|error| error.to_string())?;
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let own = browser.origin();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nOrigin: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: {}\r\n\r\n",
            browser.host(),
            origin.unwrap_or(&own),
            browser.cookie_header()
        );
        stream.write_all(request.as_bytes()).map_err(|error| error.to_string())?;
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            if !stream.read(&mut byte).is_ok_and(|read| read == 1) {
                break;
            }
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        if head.starts_with("HTTP/1.1 101") && head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") {
            Ok(Self(stream, VecDeque::new()))
        } else {
            Err(head)
        }
    }

    pub fn say(&mut self, text: &str) {
        assert!(self.try_say(text));
    }

    fn try_say(&mut self, text: &str) -> bool {
        let length = u16::try_from(text.len()).unwrap();
        let mut frame = vec![0x81, 0xFE];
        frame.extend(length.to_be_bytes());
        frame.extend([0; 4]);
        frame.extend(text.as_bytes());
        self.0.write_all(&frame).is_ok()
    }

    /// Says any bytes, as a broken or hostile client would.
    pub fn say_raw(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).unwrap();
    }

    /// The code the socket ends with; 0 when the line is dead without one.
    pub fn end(&mut self) -> u16 {
        loop {
            if let Err(code) = self.hear() {
                return code;
            }
        }
    }

    /// The next text frame, or the code of the close frame; 0 when the line is dead.
    pub fn hear(&mut self) -> Result<Value, u16> {
        loop {
            let (kind, body) = self.frame()?;
            match kind {
                1 => return Ok(serde_json::from_slice(&body).unwrap()),
                8 => return Err(code_of(&body)),
                _ => {}
            }
        }
    }

    /// The code and the reason that the socket ends with; 0 when the line is dead.
    pub fn goodbye(&mut self) -> (u16, String) {
        loop {
            match self.frame() {
                Ok((8, body)) => return (code_of(&body), String::from_utf8(body[2..].to_vec()).unwrap()),
                Ok(_) => {}
                Err(code) => return (code, String::new()),
            }
        }
    }

    /// Waits for a ping and answers it; false when the line is dead.
    pub fn answer_ping(&mut self) -> bool {
        loop {
            match self.frame() {
                Ok((9, _)) => return self.0.write_all(&[0x8A, 0x80, 0, 0, 0, 0]).is_ok(),
                Ok((8, _)) | Err(_) => return false,
                Ok(_) => {}
            }
        }
    }

    /// The next frame of any kind: its code and what it holds.
    fn frame(&mut self) -> Result<(u8, Vec<u8>), u16> {
        let head: [u8; 2] = self.read()?;
        let length = match head[1] {
            126 => usize::from(u16::from_be_bytes(self.read()?)),
            127 => usize::try_from(u64::from_be_bytes(self.read()?)).unwrap(),
            short => usize::from(short),
        };
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).map_err(|_| 0_u16)?;
        Ok((head[0] & 0x0F, body))
    }

    /// So many of the next bytes, as they come.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        self.0.read_exact(&mut bytes).unwrap();
        bytes
    }

    /// The next frame as it comes, its head included.
    pub fn raw_frame(&mut self) -> Vec<u8> {
        let mut frame = self.bytes(2);
        if frame[1] == 126 {
            frame.extend(self.bytes(2));
        }
        let (head, length) = measure(&frame).unwrap();
        frame.extend(self.bytes(head + length - frame.len()));
        frame
    }

    /// The text frame of which these bytes were taken already.
    pub fn rest_of_frame(&mut self, begun: &[u8]) -> Value {
        let (head, length) = measure(begun).unwrap();
        let mut frame = begun.to_vec();
        frame.extend(self.bytes(head + length - begun.len()));
        serde_json::from_slice(&frame[head..]).unwrap()
    }

    fn read<const N: usize>(&mut self) -> Result<[u8; N], u16> {
        let mut bytes = [0; N];
        self.0.read_exact(&mut bytes).map_err(|_| 0_u16)?;
        Ok(bytes)
    }

    /// Says a command and waits for its answer.
    pub fn ask(&mut self, command: &str) -> Value {
        self.try_ask(command).unwrap()
    }

    /// The same, when the server may be gone.
    pub fn try_ask(&mut self, command: &str) -> Result<Value, u16> {
        if !self.try_say(command) {
            return Err(0);
        }
        loop {
            let heard = self.hear()?;
            if heard.get("re").is_some() {
                return Ok(heard);
            }
        }
    }

    /// The next frame with this `t`.
    pub fn told(&mut self, kind: &str) -> Value {
        loop {
            let heard = self.hear().unwrap();
            if heard["t"] == kind {
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

    /// The number of the next message; the events of one frame are given one by one.
    pub fn message(&mut self) -> i64 {
        loop {
            while let Some(event) = self.1.pop_front() {
                if event["kind"] == "message" {
                    return event["seq"].as_i64().unwrap();
                }
            }
            let frame = self.hear().unwrap();
            assert_ne!(frame["t"], "reset", "{frame}");
            self.1.extend(frame["events"].as_array().into_iter().flatten().cloned());
        }
    }
}

/// The code of a close frame.
fn code_of(body: &[u8]) -> u16 {
    body.get(..2).map_or(0, |code| u16::from_be_bytes(code.try_into().unwrap()))
}

/// The lengths of a frame's head and of what follows, when the head is all there.
fn measure(bytes: &[u8]) -> Option<(usize, usize)> {
    match *bytes.get(1)? {
        126 => {
            let length = bytes.get(2..4)?.try_into().unwrap();
            Some((4, usize::from(u16::from_be_bytes(length))))
        }
        127 => {
            let length = u64::from_be_bytes(bytes.get(2..10)?.try_into().unwrap());
            Some((10, usize::try_from(length).unwrap()))
        }
        length => Some((2, usize::from(length))),
    }
}

/// The text frames that are whole, of what came before the line was cut.
pub fn whole_frames(mut bytes: &[u8]) -> Vec<Value> {
    let mut frames = Vec::new();
    while let Some((head, length)) = measure(bytes)
        && let Some(body) = bytes.get(head..head + length)
    {
        if bytes[0] & 0x0F == 1 {
            frames.push(serde_json::from_slice(body).unwrap());
        }
        bytes = &bytes[head + length..];
    }
    frames
}
