//! MSG-I6: one reader who takes hardly anything, among two hundred.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up must stop")]

mod kit;

use std::collections::BTreeMap;

use kit::Site;
use kit::socket::{Socket, class_chat, cursor};
use messenger::{Body, ChatKind, ClientId, ConversationId, Draft, MemberOf};
use school::{Denied, Present, Viewer};
use testkit::{TODAY, now};

/// Sockets of those who read at once.
const OTHERS: usize = 200;
const COMMITS: i64 = 100;
/// Messages of sixteen thousand bytes in each commit that only the slow one is to hear: together more than the sockets of
/// the system and the queue hold.
const LONG: i64 = 10;

fn say(site: &Site, by: Viewer, chat: ConversationId, body: &Body, count: i64) {
    let (body, random) = (body.clone(), site.world.random.clone());
    site.world.write(move |tx| {
        let member = MemberOf::ask(tx, &by, chat, TODAY)?;
        for _ in 0..count {
            let cid = ClientId::from_bytes(random.bytes()).unwrap();
            messenger::send(tx, now(), &member, &Draft::text(cid, body.clone())).unwrap();
        }
        Ok::<_, Denied>(())
    });
}

#[test]
fn a_slow_reader_among_two_hundred_delays_nobody_and_gets_everything_in_the_end() {
    // MSG-I6, MSG-E11, MSG-I3, MSG-I5
    let site = Site::with_chats_and(|settings| settings.sockets_per_session = OTHERS);
    let (zotova, lapina) = (site.world.viewer("zotova"), site.world.viewer("lapina"));
    let parents = site.world.read(|tx| {
        let chats = messenger::list_chats(tx, &Present::ask(tx, &zotova)?)?.into_iter();
        let found = chats.map(|chat| chat.conversation).find(|chat| chat.kind == ChatKind::ParentsChat);
        Ok::<_, Denied>(found.unwrap().id)
    });
    let (mut varya, mut demyan, mut gromova) =
        (site.browser_of("varya"), site.browser_of("demyan"), site.browser_of("gromova"));
    let path = class_chat(&mut varya);
    let class: ConversationId = path.rsplit('/').next().unwrap().parse().unwrap();
    let own = cursor(&gromova.get(&path).body);
    let mut slow = Socket::open(&gromova, &own);
    let at = [cursor(&varya.get(&path).body), cursor(&demyan.get(&path).body)];
    let mut others: Vec<Socket> = (0..OTHERS)
        .map(|n| if n % 2 == 0 { Socket::open(&varya, &at[0]) } else { Socket::open(&demyan, &at[1]) })
        .collect();
    let (long, short) = (Body::parse(&"🙂".repeat(4000)).unwrap(), Body::parse("слово").unwrap());
    let mut sipped = Vec::new();
    for seq in 1..=COMMITS {
        say(&site, zotova, parents, &long, LONG);
        say(&site, lapina, class, &short, 1);
        sipped.extend(slow.bytes(1));
        // All others are told of each before there is a next one.
        for other in &mut others {
            assert_eq!(other.message(), seq);
        }
    }
    drop(others);
    // And then everything, from the frame that was begun on: of each chat each message, once, in order.
    let mut heard: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    let mut frame = slow.rest_of_frame(&sipped);
    loop {
        assert_ne!(frame["t"], "reset", "{frame:.200}");
        for event in
            frame["events"].as_array().into_iter().flatten().filter(|event| event["kind"] == "message")
        {
            heard.entry(event["conv"].as_i64().unwrap()).or_default().push(event["seq"].as_i64().unwrap());
        }
        let of = |chat: ConversationId| heard.get(&chat.get()).map_or(0, Vec::len);
        if of(class) + of(parents) >= usize::try_from(COMMITS * (LONG + 1)).unwrap() {
            break;
        }
        frame = slow.hear().unwrap();
    }
    assert_eq!(heard[&class.get()], (1..=COMMITS).collect::<Vec<_>>());
    assert_eq!(heard[&parents.get()], (1..=COMMITS * LONG).collect::<Vec<_>>());
}
