//! The listener against clients that are slow, silent, greedy or wrong (R6, R7, R13, A10, A18).
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod kit;

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use kit::Site;
use web::settings::Deadlines;

const HEAD: Duration = Duration::from_millis(400);
const BODY: Duration = Duration::from_millis(500);
const STALLED: Duration = Duration::from_millis(900);

/// A site with short deadlines, since the deadlines themselves are what is tested.
fn hasty() -> Site {
    Site::with(|settings| {
        settings.deadlines = Deadlines { head: HEAD, body: BODY, stalled: STALLED, ..Deadlines::default() };
    })
}

fn connect(site: &Site) -> TcpStream {
    let stream = TcpStream::connect(site.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// Everything until the server closes; a reset counts as a close, a silence of twenty seconds does not.
fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 65_536];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
            Err(error) => panic!("the server kept the connection: {error}"),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The statuses of all answers in what came back.
fn statuses(text: &str) -> Vec<u16> {
    text.match_indices("HTTP/1.1 ").filter_map(|(at, _)| text.get(at + 9..at + 12)?.parse().ok()).collect()
}

/// Sends bytes and reads until the server closes.
fn exchange(site: &Site, request: &[u8]) -> Vec<u16> {
    let mut stream = connect(site);
    // The server may refuse before it has read all.
    let _ = stream.write_all(request);
    statuses(&rest(&mut stream))
}

fn is_well(site: &Site) {
    assert_eq!(site.browser().get("/health").status, 200, "the server is not well");
}

#[test]
fn slow_and_silent_clients_are_let_go_and_hinder_nobody() {
    // R6: of each kind a few at once, a witness among them, and all closed in the end.
    let site = hasty();
    let open = |first: &[u8]| {
        let mut stream = connect(&site);
        stream.write_all(first).unwrap();
        stream
    };
    let mut silent: Vec<_> = (0..5).map(|_| open(b"")).collect();
    let mut slow_heads: Vec<_> =
        (0..5).map(|_| open(b"GET /signin HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")).collect();
    let mut idle: Vec<_> = (0..5).map(|_| open(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")).collect();
    let post = b"POST /signin HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n\
        Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nlogin=";
    let mut slow_bodies: Vec<_> = (0..5).map(|_| open(post)).collect();
    is_well(&site);
    for stream in &mut silent {
        assert!(statuses(&rest(stream)).iter().all(|status| *status == 408));
    }
    for stream in &mut slow_heads {
        assert!(statuses(&rest(stream)).iter().all(|status| *status == 408));
    }
    for stream in &mut idle {
        assert_eq!(statuses(&rest(stream)), [200]);
    }
    for stream in &mut slow_bodies {
        let text = rest(stream);
        assert_eq!(statuses(&text), [408], "{text}");
    }
    is_well(&site);
}

#[test]
fn a_head_that_drips_is_let_go_too() {
    // R6: the deadline is of the whole head, so a byte now and then does not stretch it.
    let site = hasty();
    let mut stream = connect(&site);
    stream.write_all(b"GET /signin HTTP/1.1\r\nHost: localhost\r\nX-Slow: ").unwrap();
    let mut dripped = 0;
    // Here the pause is the thing under test.
    while dripped < 100 && stream.write_all(b"a").is_ok() {
        dripped += 1;
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(dripped < 60, "the head was taken for {dripped} drops");
    is_well(&site);
}

#[test]
fn a_client_that_never_reads_is_let_go() {
    // R6: with one connection an address the next client gets in only after this one is gone.
    let site = Site::with(|settings| {
        settings.school_addresses = Vec::new();
        settings.connections_per_address = 1;
        settings.deadlines.stalled = STALLED;
    });
    let mut greedy = connect(&site);
    greedy.set_write_timeout(Some(Duration::from_millis(300))).unwrap();
    let request = b"GET /assets/app.css HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(50);
    // Until the answers fill every buffer on their way and the server stops reading.
    while greedy.write_all(&request).is_ok() {}
    let mut tries = 0;
    loop {
        let mut stream = connect(&site);
        let _ = stream.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        if statuses(&rest(&mut stream)) == [200] {
            break;
        }
        tries += 1;
        assert!(tries < 100, "the client that never reads is still held");
        std::thread::sleep(Duration::from_millis(100));
    }
    drop(greedy);
}

#[test]
fn an_address_holds_so_many_connections_and_a_school_address_more() {
    // R6, A21.
    for (school, most) in [(false, 3), (true, 6)] {
        let site = Site::with(|settings| {
            settings.connections_per_address = 3;
            settings.connections_per_school_address = 6;
            if !school {
                settings.school_addresses = Vec::new();
            }
        });
        // Each connection is known to be taken once it has answered.
        let hold = || {
            let mut stream = connect(&site);
            let _ = stream.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
            let mut first = [0; 12];
            match stream.read_exact(&mut first) {
                Ok(()) => Some(stream),
                Err(_) => None,
            }
        };
        let mut held: Vec<TcpStream> = (0..most).map(|_| hold().unwrap()).collect();
        assert!(hold().is_none(), "one too many was served");
        held.pop();
        let mut tries = 0;
        while hold().is_none() {
            tries += 1;
            assert!(tries < 1000, "a place that came free is not given again");
            std::thread::yield_now();
        }
    }
}

#[test]
fn heads_and_bodies_have_their_limits() {
    // K18.
    let site = Site::open();
    let get = |lines: &str| {
        exchange(
            &site,
            format!("GET /signin HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{lines}\r\n").as_bytes(),
        )
    };
    assert_eq!(get(&format!("X-Long: {}\r\n", "a".repeat(12_000))), [200]);
    assert_eq!(get(&format!("X-Long: {}\r\n", "a".repeat(17_000))), [431]);
    let many = |count: usize| (0..count).map(|n| format!("X-{n}: a\r\n")).collect::<String>();
    assert_eq!(get(&many(90)), [200]);
    assert_eq!(get(&many(101)), [431]);
    let long =
        format!("GET /{} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "a".repeat(40_000));
    let told = exchange(&site, long.as_bytes());
    assert!(told.iter().all(|status| (400..500).contains(status)), "{told:?}");

    let post = |length: usize, body: usize| {
        let mut stream = connect(&site);
        let head = format!(
            "POST /signin HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let _ = stream.write_all(&vec![b'a'; body]);
        rest(&mut stream)
    };
    let mebibyte = 1024 * 1024;
    assert_eq!(statuses(&post(mebibyte, mebibyte)), [403], "the body is taken, and it holds no token");
    let told = post(mebibyte + 1, mebibyte + 1);
    assert_eq!(statuses(&told), [413]);
    assert!(told.contains("<h1"), "a person is told: {told}");
    // A length that lies is refused before a byte of the body comes.
    assert_eq!(statuses(&post(usize::MAX / 4, 0)), [413]);
    is_well(&site);
}

#[test]
fn malformed_requests_never_make_the_server_fail() {
    // R7, B4: 0 × 5xx, 0 hangs, 0 second answers to one request, the server well after each.
    let site = hasty();
    let with = |lines: &str, body: &str| {
        format!("POST /signin HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n{body}").into_bytes()
    };
    let line = |line: &str| format!("{line}\r\nHost: localhost\r\n\r\n").into_bytes();
    let smuggled = "GET /admin HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("nothing but ends", b"\r\n\r\n\r\n\r\n".to_vec()),
        ("one word", b"GET\r\n\r\n".to_vec()),
        ("no version", line("GET /signin")),
        ("an unknown version", line("GET /signin HTTP/9.9")),
        ("http 2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec()),
        ("http 1.0 without host", b"GET /signin HTTP/1.0\r\n\r\n".to_vec()),
        ("an empty method", line(" /signin HTTP/1.1")),
        ("a method of signs", line("G@T /signin HTTP/1.1")),
        ("a small method", line("get /signin HTTP/1.1")),
        ("an unknown method", line("BREW /signin HTTP/1.1")),
        ("two spaces", line("GET  /signin HTTP/1.1")),
        ("a tab", line("GET\t/signin\tHTTP/1.1")),
        ("a space in the path", line("GET /sign in HTTP/1.1")),
        ("a zero byte", b"GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec()),
        ("bytes that are no text", b"GET /\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec()),
        ("a bad escape", line("GET /%zz HTTP/1.1")),
        ("an escape that is no text", line("GET /admin/people/%ff%fe HTTP/1.1")),
        ("dots", line("GET /assets/../../etc/passwd HTTP/1.1")),
        ("escaped dots", line("GET /assets/%2e%2e/%2e%2e/etc/passwd HTTP/1.1")),
        ("an escaped zero", line("GET /assets/app.css%00.html HTTP/1.1")),
        ("a fragment", line("GET /signin#a HTTP/1.1")),
        ("a query of signs", line("GET /signin?%00=%ff&&&=&a[]=1&a[]=2 HTTP/1.1")),
        ("an address with another host", line("GET http://evil.test/signin HTTP/1.1")),
        ("an address with a user", line("GET http://user@localhost/signin HTTP/1.1")),
        ("an authority", line("CONNECT localhost:443 HTTP/1.1")),
        ("a star", line("OPTIONS * HTTP/1.1")),
        ("trace", line("TRACE /signin HTTP/1.1")),
        ("a bare line end", b"GET /signin HTTP/1.1\nHost: localhost\n\n".to_vec()),
        ("a header without a colon", with("Origin\r\n", "")),
        ("a header without a name", with(": a\r\n", "")),
        ("a space before the colon", with("Content-Length : 3\r\n", "abc")),
        ("a folded header", with("X-A: a\r\n b\r\n", "")),
        ("a zero byte in a header", b"GET /signin HTTP/1.1\r\nHost: localhost\r\nX-A: a\0b\r\n\r\n".to_vec()),
        ("no host", b"GET /signin HTTP/1.1\r\n\r\n".to_vec()),
        ("two hosts", b"GET /signin HTTP/1.1\r\nHost: localhost\r\nHost: evil.test\r\n\r\n".to_vec()),
        ("an empty host", b"GET /signin HTTP/1.1\r\nHost:\r\n\r\n".to_vec()),
        ("a host of bytes", b"GET /signin HTTP/1.1\r\nHost: \xff\xfe\r\n\r\n".to_vec()),
        ("two equal lengths", with("Content-Length: 3\r\nContent-Length: 3\r\n", "abc")),
        ("two lengths", with("Content-Length: 3\r\nContent-Length: 60\r\n", &format!("abc{smuggled}"))),
        ("two lengths in one", with("Content-Length: 3, 60\r\n", &format!("abc{smuggled}"))),
        ("a length with a plus", with("Content-Length: +3\r\n", "abc")),
        ("a length below zero", with("Content-Length: -1\r\n", "")),
        ("a length in hexadecimal", with("Content-Length: 0x3\r\n", "abc")),
        ("a length of twenty digits", with("Content-Length: 99999999999999999999\r\n", "abc")),
        (
            "a length and chunks",
            with("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", &format!("0\r\n\r\n{smuggled}")),
        ),
        (
            "chunks and a length",
            with("Transfer-Encoding: chunked\r\nContent-Length: 60\r\n", &format!("0\r\n\r\n{smuggled}")),
        ),
        (
            "chunks that are not last",
            with("Transfer-Encoding: chunked, identity\r\n", &format!("0\r\n\r\n{smuggled}")),
        ),
        ("an unknown coding", with("Transfer-Encoding: xchunked\r\n", &format!("0\r\n\r\n{smuggled}"))),
        (
            "two codings",
            with(
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
                &format!("0\r\n\r\n{smuggled}"),
            ),
        ),
        ("a chunk size of letters", with("Transfer-Encoding: chunked\r\n", "zz\r\nabc\r\n0\r\n\r\n")),
        (
            "a chunk size too great",
            with("Transfer-Encoding: chunked\r\n", "ffffffffffffffffff\r\nabc\r\n0\r\n\r\n"),
        ),
        ("a chunk without its end", with("Transfer-Encoding: chunked\r\n", "3\r\nabcdef\r\n0\r\n\r\n")),
        ("a body that is cut", with("Content-Length: 100\r\n", "abc")),
        ("an expectation", with("Expect: 200-ok\r\nContent-Length: 3\r\n", "abc")),
        ("an upgrade to nothing", with("Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 0\r\n", "")),
    ];
    for (name, request) in cases {
        let smuggles = request.windows(smuggled.len()).any(|at| at == smuggled.as_bytes());
        let mut stream = connect(&site);
        let _ = stream.write_all(&request);
        let text = rest(&mut stream);
        let told = statuses(&text);
        assert!(told.iter().all(|status| *status < 500), "{name}: {told:?}");
        // A second answer is right only where the first request ended by its chunks and the second is one of its own.
        let most = if smuggles { 2 } else { 1 };
        assert!(told.len() <= most, "{name}: {told:?}");
        if told.len() == 2 {
            assert_eq!(told[1], 303, "{name}: what follows is answered as a stranger's request");
        }
        assert!(!text.contains("root:"), "{name}");
        is_well(&site);
    }
}

#[test]
fn requests_in_a_row_are_answered_in_a_row() {
    let site = Site::open();
    let mut row =
        "GET /signin HTTP/1.1\r\nHost: localhost\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n"
            .repeat(10);
    row.push_str("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    let told = exchange(&site, row.as_bytes());
    let mut expected = [200, 404].repeat(10);
    expected.push(200);
    assert_eq!(told, expected);
}

#[test]
fn head_says_what_get_says_without_the_body() {
    let site = Site::open();
    for path in ["/signin", "/assets/app.css", "/nowhere", "/health"] {
        let of = |method: &str| {
            let mut stream = connect(&site);
            let request = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            stream.write_all(request.as_bytes()).unwrap();
            let text = rest(&mut stream);
            let (head, body) = text.split_once("\r\n\r\n").unwrap();
            let length = head
                .lines()
                .find_map(|line| line.to_lowercase().strip_prefix("content-length: ").map(str::to_owned));
            (head.lines().next().unwrap().to_owned(), length, body.len())
        };
        let (get, head) = (of("GET"), of("HEAD"));
        assert_eq!((&get.0, &get.1), (&head.0, &head.1), "{path}");
        assert_eq!(head.2, 0, "{path}");
    }
}

#[test]
fn an_address_in_the_request_line_must_agree_with_the_host() {
    // R7.
    let site = Site::open();
    let told = |target: &str, host: &str| {
        exchange(
            &site,
            format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes(),
        )
    };
    assert_eq!(told("http://localhost/signin", "localhost"), [200]);
    assert_eq!(told("http://evil.test/signin", "localhost"), [400]);
    assert_eq!(told("http://localhost/signin", "evil.test"), [400]);
    assert_eq!(told("http://evil.test/signin", "evil.test"), [421]);
}

#[test]
fn a_request_under_way_finishes_when_the_server_stops() {
    // The drain of SIGTERM: who was being answered is answered, who comes later is not let in.
    let mut site = Site::open();
    let login = site.world.set_password("varya", "лампа река сосна");
    let mut browser = site.browser();
    browser.get("/signin");
    let body = format!("_token={}&login={login}&password=x", browser.token());
    let mut stream = connect(&site);
    let head = format!(
        "POST /signin HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nCookie: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        browser.cookie_header(),
        body.len()
    );
    let (first, second) = body.split_at(body.len() / 2);
    stream.write_all(head.as_bytes()).unwrap();
    // The server asks for the body: it is answering this request now, and not about to read it.
    let mut asked = [0; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
    stream.read_exact(&mut asked).unwrap();
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(first.as_bytes()).unwrap();
    site.stop();
    while TcpStream::connect(site.address).is_ok() {
        std::thread::yield_now();
    }
    stream.write_all(second.as_bytes()).unwrap();
    let text = rest(&mut stream);
    assert_eq!(statuses(&text), [200], "{text}");
    assert!(
        text.to_lowercase().contains("connection: close"),
        "the client is told not to come again: {text}"
    );
}

#[test]
fn guesses_at_once_are_counted_like_guesses_in_a_row() {
    // A18: forty wrong pairs sent together get fifteen verdicts, and the right pair is not told from a wrong one after.
    let site = Arc::new(Site::with(|settings| settings.school_addresses = Vec::new()));
    let login = site.world.set_password("varya", "лампа река сосна");
    let mut browsers: Vec<_> = (0..40).map(|_| site.browser()).collect();
    for browser in &mut browsers {
        browser.get("/signin");
    }
    let threads: Vec<_> = browsers
        .into_iter()
        .enumerate()
        .map(|(n, mut browser)| {
            let login = login.clone();
            std::thread::spawn(move || {
                browser
                    .post("/signin", &[("login", &login), ("password", &format!("догадка номер {n}"))])
                    .text()
            })
        })
        .collect();
    let told: Vec<String> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    let wrong = told.iter().filter(|text| text.contains("не подходят друг к другу")).count();
    let refused = told.iter().filter(|text| text.contains("Слишком много неверных попыток")).count();
    assert_eq!((wrong, refused), (15, 25));
    let page = site.browser().sign_in(&login, "лампа река сосна");
    assert!(page.text().contains("Слишком много неверных попыток"), "{}", page.text());
}

/// The server with few descriptors, in a process of its own. As a test of its own it has nothing to do.
#[test]
fn the_server_with_few_descriptors() {
    kit::process::to_be_killed();
}

#[test]
fn a_server_out_of_descriptors_waits_and_comes_back() {
    // R9
    let world = testkit::World::with_schema(web::schema());
    let folder = kit::process::Folder::of(&world);
    let server =
        kit::process::Process::start_with_descriptors("the_server_with_few_descriptors", &folder, 64);
    assert_eq!(server.browser().get("/health").status, 200);
    let held: Vec<TcpStream> = (0..120).map(|_| TcpStream::connect(server.address).unwrap()).collect();
    // The last ones are in the system's queue; nobody answers them, and that costs nothing.
    let mut unanswered = held.last().unwrap();
    unanswered.write_all(b"GET /health HTTP/1.1\r\nHost: school.test\r\n\r\n").unwrap();
    unanswered.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    let before = server.ticks().unwrap();
    let waited = unanswered.read(&mut [0; 16]);
    assert!(waited.is_err_and(|error| error.kind() == ErrorKind::WouldBlock), "descriptors were left");
    let spent = server.ticks().expect("the server is gone") - before;
    assert!(spent < 50, "the server spins: {spent} hundredths in two seconds");
    drop(held);
    let begun = std::time::Instant::now();
    assert_eq!(server.browser().get("/health").status, 200);
    assert!(begun.elapsed() < Duration::from_secs(3));
}
