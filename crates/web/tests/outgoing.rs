//! The one client of other hosts against hosts of every kind (C8, K12, O8).
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod kit;

use std::time::Duration;

use http::{HeaderValue, Method};
use kit::fake::{Authority, Fake, Reply};
use web::outgoing::{Answer, Call, LONGEST_ANSWER, Origin, Outgoing, OutgoingError};
use web::settings::{Outside, Patience};

fn local() -> Outside {
    Outside {
        private_hosts: vec!["127.0.0.1".to_owned(), "LocalHost".to_owned()],
        patience: Patience {
            connect: Duration::from_secs(20),
            total: Duration::from_secs(20),
            ..Patience::default()
        },
        ..Outside::default()
    }
}

fn call(uri: &str) -> Call {
    Call {
        method: Method::POST,
        uri: uri.parse().unwrap(),
        headers: vec![(http::header::ACCEPT_LANGUAGE, HeaderValue::from_static("ru"))],
        body: "a=1".into(),
    }
}

fn ask(outside: &Outside, origin: &str, path: &str) -> Result<Answer, OutgoingError> {
    let client = Outgoing::new(outside, vec![Origin::parse(origin).unwrap()]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(client.send(call(&format!("{origin}{path}"))))
}

fn fails(outside: &Outside, origin: &str) -> OutgoingError {
    ask(outside, origin, "/").err().unwrap()
}

#[test]
fn a_named_host_is_asked_once_with_the_whole_request() {
    let fake = Fake::plain(|_| Reply::of(418, "text/plain", "чай"));
    let origin = format!("http://{}", fake.address);
    let answer = ask(&local(), &origin, "/send?to=1").unwrap();
    assert_eq!((answer.status.as_u16(), &*answer.body), (418, "чай".as_bytes()));
    let heard = fake.heard();
    assert_eq!(heard.len(), 1);
    let heard = &heard[0];
    assert_eq!((&*heard.method, &*heard.target, &*heard.body), ("POST", "/send?to=1", "a=1"));
    assert_eq!(heard.header("host"), Some(fake.address.to_string().as_str()));
    assert_eq!(heard.header("accept-language"), Some("ru"));
    assert_eq!(heard.header("connection"), Some("close"));
}

#[test]
fn nobody_is_asked_whom_the_settings_do_not_name() {
    let fake = Fake::plain(|_| Reply::json("{}"));
    let port = fake.address.port();
    let named = vec![Origin::parse(&format!("http://127.0.0.1:{port}")).unwrap()];
    let client = Outgoing::new(&local(), named);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for other in [
        format!("https://127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
        format!("http://127.0.0.1:{}/", port ^ 1),
        format!("http://user@127.0.0.1:{port}/"),
        "/only/a/path".to_owned(),
    ] {
        let outcome = runtime.block_on(client.send(call(&other)));
        assert_eq!(outcome.err(), Some(OutgoingError::NotNamed), "{other}");
    }
    assert!(fake.heard().is_empty());
}

#[test]
fn a_name_that_leads_inside_is_refused_unless_the_settings_say_that_it_may() {
    let fake = Fake::plain(|_| Reply::json("{}"));
    let port = fake.address.port();
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"] {
        assert_eq!(
            fails(&Outside::default(), &format!("http://{host}:{port}")),
            OutgoingError::Private,
            "{host}"
        );
    }
    assert!(fake.heard().is_empty());
    assert!(ask(&local(), &format!("http://localhost:{port}"), "/").is_ok());
}

#[test]
fn every_way_to_fail_has_its_name() {
    let over = |reply: Reply| {
        let fake = Fake::plain(move |_| reply.clone());
        fails(&local(), &format!("http://{}", fake.address))
    };
    let long = "x".repeat(LONGEST_ANSWER + 1);
    let endless = |head: &str| Reply::Bytes(format!("HTTP/1.1 200 X\r\n{head}\r\n{long}").into_bytes());
    for (reply, error) in [
        (Reply::redirect("http://127.0.0.1:1/"), OutgoingError::Redirect),
        (Reply::of(304, "text/plain", ""), OutgoingError::Redirect),
        (Reply::of(200, "text/plain", &long), OutgoingError::TooLarge),
        // Without a length it is read until it is too long.
        (endless("Connection: close\r\n"), OutgoingError::TooLarge),
        (Reply::cut("{\"a\":"), OutgoingError::Broken),
        (Reply::Bytes(Vec::new()), OutgoingError::Broken),
        (Reply::Bytes(b"SSH-2.0-x\r\n\r\n".to_vec()), OutgoingError::Broken),
        (Reply::Bytes(format!("HTTP/1.1 200 X\r\nA: {long}\r\n\r\n").into_bytes()), OutgoingError::Broken),
    ] {
        assert_eq!(over(reply.clone()), error, "{:.80}", format!("{reply:?}"));
    }
    let gone = Fake::plain(|_| Reply::Silence).address;
    assert_eq!(fails(&local(), &format!("http://{gone}")), OutgoingError::Refused);
    assert_eq!(fails(&local(), "http://no-such-host.invalid"), OutgoingError::NoName);
    let most = "x".repeat(LONGEST_ANSWER);
    let fake = Fake::plain(move |_| Reply::of(200, "text/plain", &most));
    assert_eq!(ask(&local(), &format!("http://{}", fake.address), "/").unwrap().body.len(), LONGEST_ANSWER);
}

#[test]
fn silence_ends_with_the_deadline() {
    let short = Patience {
        connect: Duration::from_millis(50),
        total: Duration::from_millis(200),
        ..Patience::default()
    };
    let outside = Outside { patience: short, ..local() };
    let silent = Fake::plain(|_| Reply::Silence);
    assert_eq!(fails(&outside, &format!("http://{}", silent.address)), OutgoingError::Slow);
    // Half an answer is none; and who does not speak TLS never finishes the handshake.
    let half = Fake::plain(|_| Reply::Silence);
    assert_eq!(fails(&outside, &format!("https://{}", half.address)), OutgoingError::Slow);
}

#[test]
fn only_a_trusted_certificate_of_this_very_host_and_of_today_is_taken() {
    let authority = Authority::new();
    let trusting = Outside { roots: authority.root(), ..local() };
    let over = |outside: &Outside, name: &str, until: i32| {
        let fake = Fake::tls(authority.serves(name, until), |_| Reply::json("{}"));
        let answer = ask(outside, &format!("https://localhost:{}", fake.address.port()), "/");
        (answer.map(|answer| answer.status.as_u16()), fake.heard().len())
    };
    assert_eq!(over(&trusting, "localhost", 2099), (Ok(200), 1));
    let refused = (Err(OutgoingError::Certificate), 0);
    assert_eq!(over(&local(), "localhost", 2099), refused);
    assert_eq!(over(&trusting, "other.test", 2099), refused);
    assert_eq!(over(&trusting, "localhost", 2001), refused);
}
