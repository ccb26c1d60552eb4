//! MSG-I1 for everything else that a chat acknowledges: changed and deleted texts, reactions, «Ознакомлен(а)», files. What
//! was answered is noted in this process; after each kill the other's base must hold all of it, and of what was under
//! way either all or nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc;

use messenger::{
    AckRequest, AttachmentOf, Body, ClientId, ConversationId, Draft, Extras, Line, MemberOf, Reaction, Span,
};
use school::{Arrival, Denied, Device, PersonId, Present, SessionToken, SignInWay, Viewer};
use serde_json::Value;
use store::{CHUNK_BYTES, Random};
use testkit::{Browser, TODAY, World, now};

use crate::VICTIM;
use crate::kit::Server;
use crate::kit::files::hex;
use crate::kit::process::{Folder, Process};
use crate::kit::socket::class_chat;

const PORTAL: &str = "три случайных слова";
const KILLS: u32 = 6;
/// Of many kills only every so many are followed by a look at everything: a lost change would refuse the next one too.
const LOOK_EVERY: u32 = 25;
/// Most answers before a kill.
const LONGEST_LIFE: u32 = 60;

/// What one person does all the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Job {
    /// Sends, changes twice, deletes every third.
    Edits,
    /// Acknowledges one message after the other.
    Signs,
    /// Reacts, reacts otherwise, takes the first back.
    Reacts,
    /// Brings a file of two parts and sends it.
    Brings,
}

const JOBS: [(Job, &str); 4] =
    [(Job::Edits, "demyan"), (Job::Signs, "varya"), (Job::Reacts, "lapina"), (Job::Brings, "gromova")];

/// Where a person is in their work: the round, and how many of its steps were answered.
#[derive(Debug)]
struct Worker {
    job: Job,
    round: u32,
    step: u32,
    /// The number of the message or file of this round.
    of_round: i64,
}

impl Job {
    const fn steps(self, round: u32) -> u32 {
        match self {
            Self::Edits if round.is_multiple_of(3) => 4,
            Self::Edits | Self::Reacts => 3,
            Self::Signs => 1,
            Self::Brings => 5,
        }
    }

    fn cid(self, round: u32) -> ClientId {
        format!("{:016x}{:016x}", self as u32 + 1, round + 1).parse().unwrap()
    }

    /// What a message of a round says after so many steps.
    fn text(self, round: u32, step: u32) -> String {
        format!("{self:?} {round}, {step}")
    }
}

/// A file of one part and a bit.
fn content(round: u32) -> Vec<u8> {
    (0..CHUNK_BYTES + 100).map(|at| u8::try_from((at + round as usize) % 251).unwrap()).collect()
}

impl Worker {
    /// Does the next thing; nothing when the line broke before its answer.
    fn work(&mut self, browser: &mut Browser, chat: &str) -> Option<()> {
        match self.job {
            Job::Edits => self.edit(browser, chat)?,
            Job::Signs => {
                let path = format!("/sferum/{chat}/{}/acknowledge", self.round + 1);
                let said = browser.try_post(&path, &[]).ok()?;
                (said.status == 303).then_some(())?;
            }
            Job::Reacts => {
                let (reaction, on) = [("thanks", true), ("yes", true), ("thanks", false)][self.step as usize];
                let rest =
                    format!(r#""t":"react","seq":{},"reaction":"{reaction}","on":{on}"#, self.round + 1);
                command(browser, chat, &rest)?;
            }
            Job::Brings => self.bring(browser, chat)?,
        }
        self.step += 1;
        if self.step == self.job.steps(self.round) {
            (self.round, self.step) = (self.round + 1, 0);
        }
        Some(())
    }

    fn edit(&mut self, browser: &Browser, chat: &str) -> Option<()> {
        let text = self.job.text(self.round, self.step);
        let seq = self.of_round;
        match self.step {
            0 => {
                let cid = self.job.cid(self.round);
                let answer = command(browser, chat, &format!(r#""t":"send","cid":"{cid}","text":"{text}""#))?;
                self.of_round = answer["seq"].as_i64().unwrap();
            }
            1 | 2 => {
                let base = self.step - 1;
                let rest = format!(r#""t":"edit","seq":{seq},"rev":{base},"text":"{text}""#);
                command(browser, chat, &rest)?;
            }
            _ => drop(command(browser, chat, &format!(r#""t":"delete","seq":{seq}"#))?),
        }
        Some(())
    }

    fn bring(&mut self, browser: &mut Browser, chat: &str) -> Option<()> {
        let (content, file) = (content(self.round), self.of_round);
        let json = |page: testkit::Page| serde_json::from_str::<Value>(&page.body).ok();
        match self.step {
            0 => {
                let body = format!(r#"{{"conv":{chat},"name":"Урок.bin","size":{}}}"#, content.len());
                self.of_round = json(browser.try_post_json("/files", &body).ok()?)?["id"].as_i64().unwrap();
            }
            n @ (1 | 2) => {
                let part = content.chunks(CHUNK_BYTES).nth(n as usize - 1).unwrap();
                let path = format!("/files/{file}/parts/{}", n - 1);
                let digest = hex(part);
                let said = browser.try_post_bytes(&path, &[("X-Zvonok-Digest", &digest)], part).ok()?;
                if said.status == 0 {
                    return None;
                }
                assert_eq!(said.status, 204, "a part of a known upload: {}", said.body);
            }
            3 => {
                let body = format!(r#"{{"sha256":"{}"}}"#, hex(&content));
                let answer = json(browser.try_post_json(&format!("/files/{file}/finish"), &body).ok()?)?;
                assert_eq!(answer["ready"], true, "{answer}");
            }
            _ => {
                let (cid, text) = (self.job.cid(self.round), self.job.text(self.round, 0));
                let rest = format!(r#""t":"send","cid":"{cid}","text":"{text}","files":[{file}]"#);
                command(browser, chat, &rest)?;
            }
        }
        Some(())
    }

    /// The steps of a round that the base may hold: all of those before, of this one what was answered or one more.
    fn possible(&self, round: u32) -> std::ops::RangeInclusive<u32> {
        match round.cmp(&self.round) {
            std::cmp::Ordering::Less => self.job.steps(round)..=self.job.steps(round),
            std::cmp::Ordering::Equal => self.step..=self.step + 1,
            std::cmp::Ordering::Greater => 0..=0,
        }
    }
}

fn command(browser: &Browser, chat: &str, rest: &str) -> Option<Value> {
    let page = browser.try_post_json("/live/command", &format!(r#"{{"re":1,"conv":{chat},{rest}}}"#)).ok()?;
    let answer: Value = serde_json::from_str(&page.body).ok()?;
    assert_ne!(answer["t"], "no", "{rest}: {answer}");
    Some(answer)
}

/// A school in which so many messages wait for «Ознакомлен(а)».
fn school(asked: u32) -> (Folder, Vec<String>, PersonId) {
    let world = World::with_schema(web::schema());
    crate::kit::chats::open(&world);
    let viewer = world.viewer("gromova");
    world.write(move |tx| {
        let by = Present::ask(tx, &viewer)?;
        let chats = messenger::list_chats(tx, &by)?.into_iter().map(|chat| chat.conversation);
        let class = chats.into_iter().find(|chat| chat.kind == messenger::ChatKind::ClassChat).unwrap();
        let by = MemberOf::ask(tx, &viewer, class.id, TODAY)?;
        for n in 1..=asked {
            let cid = ClientId::from_bytes(
                [n.to_be_bytes(), [255; 4], [0; 4], [0; 4]].concat().try_into().unwrap(),
            );
            let ack = Some(AckRequest::default());
            let draft =
                Draft { ack, ..Draft::text(cid.unwrap(), Body::parse("Выезд в музей").unwrap()) };
            messenger::send(tx, now(), &by, &draft).unwrap();
        }
        Ok::<_, Denied>(())
    });
    let logins = JOBS.iter().map(|(_, who)| world.set_password(who, PORTAL)).collect();
    let gromova = world.person("gromova");
    let mut folder = Folder::of(&world);
    folder.open = true;
    (folder, logins, gromova)
}

/// Opens a session of the homeroom teacher over what was left.
fn look_in(server: &Server, gromova: PersonId, random: &Random) -> Viewer {
    let token = SessionToken::draw(random);
    let opened = server.app.store.write_blocking(move |tx| {
        let device = Device { address: "127.0.0.1".to_owned(), name: "test".to_owned() };
        let arrival = Arrival { device: &device, way: SignInWay::Password, remember: false };
        school::open_session(tx, now(), gromova, &token, &arrival, None)
    });
    opened.unwrap()
}

/// Everything in the chat.
struct Found {
    lines: Vec<Line>,
    extras: BTreeMap<i64, Extras>,
    files: BTreeMap<i64, Vec<u8>>,
    signed: BTreeMap<i64, usize>,
}

fn find(server: &Server, viewer: Viewer, chat: ConversationId, asked: u32) -> Found {
    let read = server.app.store.read_blocking(|tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        let mut found = Found {
            lines: Vec::new(),
            extras: BTreeMap::new(),
            files: BTreeMap::new(),
            signed: BTreeMap::new(),
        };
        loop {
            let after = found.lines.last().map_or(0, |line: &Line| line.seq);
            let page = messenger::history(tx, &by, Span::After(after), 200)?;
            found.extras.extend(messenger::extras(tx, &by, &server.app.key, &page.lines)?);
            for line in &page.lines {
                if let Some(file) = AttachmentOf::ask(tx, &by, line.seq, 1)? {
                    let chunks = (0..u32::try_from(store::chunks_of(file.size())).unwrap())
                        .map(|n| file.chunk(tx, n))
                        .collect::<Result<Vec<_>, _>>()?;
                    found.files.insert(line.seq, chunks.concat());
                }
            }
            found.lines.extend(page.lines);
            if !page.newer {
                break;
            }
        }
        for seq in 1..=i64::from(asked) {
            let register = messenger::register(tx, &by, seq).unwrap();
            let signed = register.entries.iter().map(|entry| entry.signed.len()).sum::<usize>();
            found.signed.insert(seq, signed + register.others.len());
        }
        Ok::<_, Denied>(found)
    });
    read.unwrap()
}

impl Found {
    /// The messages of a job by round; each once, in the order of the rounds.
    fn of(&self, worker: &Worker) -> BTreeMap<u32, &Line> {
        let mut last = 0;
        let mut found = BTreeMap::new();
        for round in 0..=worker.round {
            let cid = worker.job.cid(round);
            let lines: Vec<_> = self.lines.iter().filter(|line| line.cid == cid).collect();
            assert!(lines.len() < 2, "twice: {worker:?} {round}");
            if let Some(line) = lines.first() {
                assert!(line.seq > last, "out of order: {worker:?} {round}");
                last = line.seq;
                found.insert(round, *line);
            }
        }
        found
    }

    /// Compares with what was answered to a person.
    fn check(&self, worker: &Worker, asked: u32) {
        let lines = self.of(worker);
        match worker.job {
            Job::Edits => {
                for round in 0..=worker.round {
                    let step = lines.get(&round).map_or(0, |line| u32::try_from(line.rev).unwrap() + 1);
                    assert!(worker.possible(round).contains(&step), "{worker:?}: {round} is at {step}");
                    if let Some(line) = lines.get(&round) {
                        let text = (step < 4).then(|| worker.job.text(round, step - 1));
                        assert_eq!(line.text, text, "{worker:?} {round}");
                    }
                }
            }
            Job::Brings => {
                for round in 0..=worker.round {
                    let line = lines.get(&round);
                    let is_due = worker.possible(round).contains(&5);
                    let must = *worker.possible(round).start() == 5;
                    assert!(line.is_some() || !must, "lost: {worker:?} {round}");
                    assert!(line.is_none() || is_due, "invented: {worker:?} {round}");
                    if let Some(line) = line {
                        assert_eq!(self.files.get(&line.seq), Some(&content(round)), "{worker:?} {round}");
                    }
                }
                let sent = lines.values().map(|line| line.seq).collect::<BTreeSet<_>>();
                assert_eq!(self.files.keys().copied().collect::<BTreeSet<_>>(), sent, "MSG-I15");
            }
            Job::Signs => {
                for round in 0..asked {
                    let signed = u32::try_from(self.signed[&i64::from(round + 1)]).unwrap();
                    assert!(worker.possible(round).contains(&signed), "{worker:?} {round}");
                }
            }
            Job::Reacts => {
                use Reaction::{Thanks, Yes};
                let states: [&[Reaction]; 4] = [&[], &[Thanks], &[Yes, Thanks], &[Yes]];
                for round in 0..asked {
                    let extra = self.extras.get(&i64::from(round + 1));
                    let given = extra.map(|extra| extra.reactions.as_slice()).unwrap_or_default();
                    assert!(given.iter().all(|one| one.count == 1), "twice: {worker:?} {round}");
                    let given: Vec<_> = given.iter().map(|one| one.reaction).collect();
                    let is_possible = worker.possible(round).any(|step| states[step as usize] == given);
                    assert!(is_possible, "{worker:?} {round}: {given:?}");
                }
            }
        }
    }
}

#[test]
fn whatever_was_answered_is_there_after_every_kill() {
    // MSG-I1, MSG-I2, MSG-I10, MSG-I11, MSG-I15
    let kills = std::env::var("ZVONOK_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    let asked = kills * LONGEST_LIFE / 2 + 100;
    let (folder, logins, gromova) = school(asked);
    let mut process = Process::start(VICTIM, &folder, 1);
    let mut browsers: Vec<Browser> = logins
        .iter()
        .map(|login| {
            let mut browser = process.browser();
            browser.sign_in(login, PORTAL);
            browser
        })
        .collect();
    let path = class_chat(&mut browsers[0]);
    let chat = path.rsplit('/').next().unwrap().to_owned();
    for browser in &mut browsers {
        browser.get(&path);
    }
    let random = Random::seeded(2028);
    let mut workers = JOBS.map(|(job, _)| Worker { job, round: 0, step: 0, of_round: 0 });
    let mut count = 0_u32;
    for kill in 1..=kills {
        let (told, heard) = mpsc::channel();
        let longest = random.below(LONGEST_LIFE);
        std::thread::scope(|scope| {
            for (worker, browser) in workers.iter_mut().zip(&mut browsers) {
                let (told, chat) = (told.clone(), chat.as_str());
                scope.spawn(move || {
                    while worker.round < asked
                        && worker.work(browser, chat).is_some()
                        && told.send(()).is_ok()
                    {}
                });
            }
            drop(told);
            let mut answers = 0;
            let mut killed = false;
            loop {
                if answers >= longest && !killed {
                    process.kill();
                    killed = true;
                }
                if heard.recv().is_err() {
                    break;
                }
                answers += 1;
            }
            assert!(killed, "the server went by itself");
            count += answers;
        });
        if kills <= LOOK_EVERY || kill.is_multiple_of(LOOK_EVERY) || kill == kills {
            assert!(folder.findings().is_empty());
            let server = folder.serve(1);
            let found = find(&server, look_in(&server, gromova, &random), chat.parse().unwrap(), asked);
            workers.iter().for_each(|worker| found.check(worker, asked));
            server.app.store.close();
            drop(server);
            println!("{kill} kills, {count} answers");
        }
        process = Process::start(VICTIM, &folder, 1);
        for browser in &mut browsers {
            *browser = browser.moved(process.address);
        }
    }
    assert!(u64::from(count) > u64::from(kills) * 10, "{count} answers prove little");
    println!(
        "{count} answers logged by this process over {kills} kills of the other: 0 lost, 0 twice, 0 out of order"
    );
}
