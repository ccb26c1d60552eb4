//! Random commands against a model in memory: same history, counts and rights for everybody, live and after restarts.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use std::collections::{BTreeMap, HashMap};

use kit::{Chats, Refused};
use messenger::{Body, Change, ClientId, ConversationId, MemberOf, Places, SendError};
use school::{Denied, Present};
use store::Random;
use testkit::{TODAY, now};

#[derive(Clone, Debug, PartialEq)]
struct Said {
    sender: usize,
    cid: ClientId,
    first: String,
    text: Option<String>,
    rev: i64,
}

/// One chat as it must be: messages by seq − 1; per person whether in, and the first unread message.
#[derive(Default)]
struct Model {
    said: Vec<Said>,
    inside: [bool; 4],
    unread_from: [usize; 4],
}

const PEOPLE: [&str; 4] = ["varya", "demyan", "gromova", "lapina"];

impl Model {
    /// Without an adult in it the chat can only be read (MSG-E25).
    fn attended(&self) -> bool {
        self.inside[2] || self.inside[3]
    }

    fn unread(&self, who: usize) -> usize {
        self.said.iter().skip(self.unread_from[who]).filter(|said| said.text.is_some()).count()
    }
}

#[test]
fn random_commands_agree_with_the_model() {
    // MSG-I2, MSG-I3, MSG-I5, MSG-I7, MSG-I10, MSG-I11, MSG-I12, MSG-I21, MSG-E25
    for seed in 1..=4 {
        println!("seed {seed}");
        run(seed, 250);
    }
}

fn run(seed: u64, steps: u32) {
    let random = Random::seeded(seed);
    let mut chats = Chats::open();
    let chat = chats.class_chat();
    let mut watched = chats.world.store.watch();
    let mut places = chats.world.read(Places::load);
    let mut model = Model { inside: [true; 4], ..Model::default() };
    let mut seen: Vec<BTreeMap<i64, String>> = vec![BTreeMap::new(); 4];
    for step in 0..steps {
        let who = random.below(4) as usize;
        match random.below(12) {
            0..=4 => send(&chats, chat, &mut model, who, &random),
            5 => edit(&chats, chat, &mut model, who, &random),
            6 => delete(&chats, chat, &mut model, who, &random),
            7..=8 => read(&chats, chat, &mut model, who, &random),
            9 => {
                chats.withdraw(PEOPLE[who]);
                model.inside[who] = false;
            }
            10 => {
                chats.enrol(PEOPLE[who]);
                model.inside[who] = true;
            }
            _ if step % 5 == 0 => {
                chats.world.reopen();
                watched = chats.world.store.watch();
                places = chats.world.read(Places::load);
            }
            _ => {}
        }
        while let Ok(commit) = watched.try_recv() {
            for event in &commit.events {
                places.apply(event);
            }
            deliver(&chats, &places, &commit.events, &mut seen);
        }
        assert_eq!(places, chats.world.read(Places::load), "seed {seed}, step {step}");
        check(&chats, chat, &model, seed, step);
    }
    resume(&chats, chat, &model, seed);
}

/// Notes what each person would have been shown; nobody outside is shown anything.
fn deliver(chats: &Chats, places: &Places, events: &[store::Event], seen: &mut [BTreeMap<i64, String>]) {
    for event in events {
        let Some((_, Change::Sent { seq, .. })) = Change::of(event) else { continue };
        for person in places.receivers(event) {
            let Some(who) = PEOPLE.iter().position(|key| chats.world.person(key) == person) else { continue };
            let line = event.live.as_deref().unwrap().to_owned();
            assert!(seen[who].insert(seq, line).is_none(), "seen twice: {seq}");
        }
    }
}

fn send(chats: &Chats, chat: ConversationId, model: &mut Model, who: usize, random: &Random) {
    let repeated = (random.below(4) == 0 && !model.said.is_empty())
        .then(|| model.said[random.below(u32::try_from(model.said.len()).unwrap()) as usize].clone());
    let (cid, text) = match &repeated {
        Some(said) if random.below(3) == 0 => (said.cid, format!("{} иначе", said.first)),
        Some(said) => (said.cid, said.first.clone()),
        None => (ClientId::from_bytes(random.bytes()).unwrap(), format!("текст {}", random.below(1000))),
    };
    let sent = chats.send_at(now(), chats.viewer(PEOPLE[who]), chat, cid, &text);
    let known = model.said.iter().position(|said| said.sender == who && said.cid == cid);
    match (sent, known) {
        (Err(Refused::Denied), _) => assert!(!model.inside[who]),
        (Ok(ack), Some(at)) => {
            assert!(ack.dup && model.inside[who] && model.said[at].first == text);
            assert_eq!(ack.seq, i64::try_from(at).unwrap() + 1);
        }
        (Ok(ack), None) => {
            assert!(!ack.dup && model.inside[who] && model.attended());
            model.said.push(Said { sender: who, cid, first: text.clone(), text: Some(text), rev: 0 });
            assert_eq!(ack.seq, i64::try_from(model.said.len()).unwrap());
            model.unread_from[who] = model.said.len();
        }
        (Err(Refused::Send(SendError::ReadOnly)), None) => assert!(!model.attended()),
        (Err(Refused::Send(_)), Some(at)) => assert!(model.said[at].first != text),
        (Err(other), _) => panic!("{other:?}"),
    }
}

fn any_seq(model: &Model, random: &Random) -> i64 {
    i64::from(random.below(u32::try_from(model.said.len()).unwrap() + 2))
}

fn edit(chats: &Chats, chat: ConversationId, model: &mut Model, who: usize, random: &Random) {
    let seq = any_seq(model, random);
    let at = usize::try_from(seq).unwrap().wrapping_sub(1);
    let text = format!("правка {}", random.below(1000));
    let base = model.said.get(at).map_or(0, |said| said.rev) - i64::from(random.below(4) == 0);
    let (viewer, body) = (chats.viewer(PEOPLE[who]), Body::parse(&text).unwrap());
    let done = chats.world.try_write(move |tx| {
        let member = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        messenger::edit(tx, now(), &member, seq, base, &body).map_err(|_| Denied::Denied)
    });
    let legal = model.inside[who]
        && model.attended()
        && model
            .said
            .get(at)
            .is_some_and(|said| said.sender == who && said.text.is_some() && said.rev == base);
    assert_eq!(done.is_ok(), legal, "{seq}");
    if legal {
        model.said[at].text = Some(text);
        model.said[at].rev += 1;
    }
}

fn delete(chats: &Chats, chat: ConversationId, model: &mut Model, who: usize, random: &Random) {
    let seq = any_seq(model, random);
    let at = usize::try_from(seq).unwrap().wrapping_sub(1);
    let viewer = chats.viewer(PEOPLE[who]);
    let done = chats.world.try_write(move |tx| {
        let member = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        let actor = store::Actor::program("test");
        messenger::delete(tx, now(), &member, &actor, seq).map_err(|_| Denied::Denied)
    });
    let moderator = PEOPLE[who] == "gromova";
    let legal = model.inside[who]
        && model.said.get(at).is_some_and(|said| {
            (said.sender == who || moderator) && (said.text.is_none() || model.attended())
        });
    assert_eq!(done.is_ok(), legal, "{seq}");
    if legal && model.said[at].text.take().is_some() {
        model.said[at].rev += 1;
    }
}

fn read(chats: &Chats, chat: ConversationId, model: &mut Model, who: usize, random: &Random) {
    let seq = any_seq(model, random);
    let viewer = chats.viewer(PEOPLE[who]);
    let done = chats.world.try_write(move |tx| {
        let member = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        messenger::mark_read(tx, now(), &member, seq).map_err(Denied::from)
    });
    assert_eq!(done.is_ok(), model.inside[who]);
    if model.inside[who] {
        let upto = usize::try_from(seq).unwrap().min(model.said.len());
        model.unread_from[who] = model.unread_from[who].max(upto);
    }
}

fn check(chats: &Chats, chat: ConversationId, model: &Model, seed: u64, step: u32) {
    for (who, key) in PEOPLE.iter().enumerate() {
        let page = chats.page(key, chat);
        assert_eq!(page.is_ok(), model.inside[who], "seed {seed}, step {step}, {key}");
        let Ok(page) = page else { continue };
        let shown: Vec<_> = page.lines.iter().map(|line| (line.seq, line.text.clone(), line.rev)).collect();
        let tail = model.said.len().saturating_sub(200);
        let meant: Vec<_> =
            (1..).zip(&model.said).skip(tail).map(|(seq, said)| (seq, said.text.clone(), said.rev)).collect();
        assert_eq!(shown, meant, "seed {seed}, step {step}, {key}");
        assert_eq!(chats.unread(key, chat) as usize, model.unread(who), "seed {seed}, step {step}, {key}");
    }
}

/// Whoever comes back with any cursor gets each event once, in order, in pages of any size, and texts as they are.
fn resume(chats: &Chats, chat: ConversationId, model: &Model, seed: u64) {
    let upto = chats.world.read(|tx| tx.last_g());
    for key in PEOPLE {
        let viewer = chats.viewer(key);
        let all = |limit: u32, from: i64| {
            let mut events = Vec::new();
            let mut after = from;
            while after < upto {
                let due = chats.world.read(|tx| {
                    Ok::<_, Denied>(messenger::events_after(
                        tx,
                        &Present::ask(tx, &viewer)?,
                        after,
                        upto,
                        limit,
                    )?)
                });
                assert!(due.upto > after, "seed {seed}: a page that does not go on");
                assert!(due.events.iter().all(|event| event.g > after && event.g <= due.upto));
                after = due.upto;
                events.extend(due.events);
            }
            events
        };
        let whole = all(100_000, 0);
        for (limit, from) in [(1, 0), (7, 0), (50, upto / 2)] {
            let cut: Vec<_> = whole.iter().filter(|event| event.g > from).cloned().collect();
            assert_eq!(all(limit, from), cut, "seed {seed}, {key}, pages of {limit}");
        }
        let texts: HashMap<i64, Option<String>> =
            (1..).zip(&model.said).map(|(seq, said)| (seq, said.text.clone())).collect();
        for event in &whole {
            let Some((of, Change::Sent { seq, .. })) = Change::of(event) else { continue };
            if of == chat {
                let line: serde_json::Value = serde_json::from_str(event.live.as_deref().unwrap()).unwrap();
                assert_eq!(
                    line["text"].as_str(),
                    texts[&seq].as_deref(),
                    "a deleted text must not come back"
                );
            }
        }
    }
}
