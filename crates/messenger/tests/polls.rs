//! Polls: who asks, who votes, what is counted, who learns of it.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use std::collections::BTreeMap;
use std::sync::Arc;

use kit::{Chats, Refused, later};
use messenger::{
    Ballot, Body, CaseOf, Category, ChatKind, ClientId, ConversationId, Draft, EditError, EvidencePoll,
    MemberOf, Note, Poll, PollError, PollFault, PollTerms, ReportId, SendError, Span,
};
use proptest::prelude::*;
use school::{Access, Denied, NewGuardianship, PersonId};
use store::{Actor, ServerKey, UtcInstant, WriteTx};
use testkit::{TODAY, now};
use time::Duration;

const NAMED: PollTerms = PollTerms { multiple: false, anonymous: false, family: false, closes: None };
const SECRET: PollTerms = PollTerms { anonymous: true, ..NAMED };
const FAMILY: PollTerms = PollTerms { family: true, ..NAMED };

struct Polls {
    chats: Chats,
    key: Arc<ServerKey>,
}

impl Polls {
    fn open() -> Self {
        let chats = Chats::open();
        let key = Arc::new(ServerKey::in_memory(&chats.world.random));
        Self { chats, key }
    }

    fn draft(&self, options: &str, terms: PollTerms) -> Draft {
        let ballot = Ballot::parse("Куда едем?", options).unwrap();
        Draft::poll(self.chats.cid(), &ballot, terms).unwrap()
    }

    fn send(&self, who: &str, chat: ConversationId, draft: Draft) -> Result<i64, Refused> {
        let viewer = self.chats.viewer(who);
        self.chats.world.try_write(move |tx| {
            let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
            Ok(messenger::send(tx, now(), &by, &draft)?.seq)
        })
    }

    fn ask(&self, who: &str, chat: ConversationId, terms: PollTerms) -> i64 {
        self.send(who, chat, self.draft("Музей\nТеатр\nЛес", terms)).unwrap()
    }

    fn fault(&self, who: &str, chat: ConversationId, terms: PollTerms) -> PollFault {
        match self.send(who, chat, self.draft("Музей\nТеатр", terms)) {
            Err(Refused::Send(SendError::Poll(fault))) => fault,
            other => panic!("{other:?}"),
        }
    }

    fn try_as<T: Send + 'static>(
        &self,
        who: &str,
        chat: ConversationId,
        deed: impl for<'t> FnOnce(&mut WriteTx<'t>, &MemberOf<'t>, &ServerKey) -> Result<T, Refused>
        + Send
        + 'static,
    ) -> Result<T, Refused> {
        let (viewer, key) = (self.chats.viewer(who), Arc::clone(&self.key));
        self.chats.world.try_write(move |tx| {
            let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
            deed(tx, &by, &key)
        })
    }

    fn vote_with(
        &self,
        cid: ClientId,
        at: UtcInstant,
        who: &str,
        chat: ConversationId,
        seq: i64,
        options: &[u32],
    ) -> Result<(), Refused> {
        let options = options.to_vec();
        self.try_as(who, chat, move |tx, by, key| Ok(messenger::vote(tx, at, by, key, cid, seq, &options)?))
    }

    fn vote(&self, who: &str, chat: ConversationId, seq: i64, options: &[u32]) -> Result<(), Refused> {
        self.vote_with(self.chats.cid(), now(), who, chat, seq, options)
    }

    fn close(&self, who: &str, chat: ConversationId, seq: i64) -> Result<(), Refused> {
        self.try_as(who, chat, move |tx, by, _| Ok(messenger::close_poll(tx, now(), by, seq)?))
    }

    fn seen_with(&self, key: &ServerKey, who: &str, chat: ConversationId, seq: i64) -> Poll {
        let viewer = self.chats.viewer(who);
        self.chats.world.read(move |tx| {
            let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
            let lines = messenger::history(tx, &by, Span::Newest, 200)?.lines;
            Ok::<_, Denied>(messenger::extras(tx, &by, key, &lines)?.remove(&seq).unwrap().poll.unwrap())
        })
    }

    fn seen(&self, who: &str, chat: ConversationId, seq: i64) -> Poll {
        self.seen_with(&self.key, who, chat, seq)
    }

    fn votes(&self, who: &str, chat: ConversationId, seq: i64) -> Result<Vec<Vec<PersonId>>, Refused> {
        self.try_as(who, chat, move |tx, by, _| Ok(messenger::poll_votes(tx, by, seq)?.people))
    }

    fn person(&self, key: &str) -> PersonId {
        self.chats.world.person(key)
    }

    fn delete(&self, who: &str, chat: ConversationId, seq: i64) {
        let done = self.try_as(who, chat, move |tx, by, _| {
            messenger::delete(tx, now(), by, &Actor::program("test"), seq).map_err(Refused::from)
        });
        done.unwrap();
    }

    fn guard(&self, adult: &str, child: &str) {
        let (adult, child) = (self.person(adult), self.person(child));
        self.chats.world.write(move |tx| {
            let edge = NewGuardianship {
                adult,
                child,
                relation: "опекун",
                access: Access::Full,
                contact_order: 2,
                starts: TODAY,
            };
            school::add_guardianship(tx, &edge).map(drop)
        });
    }
}

#[test]
fn whoever_may_write_may_ask() {
    // MSG-F8, MSG-B15
    let polls = Polls::open();
    let class = polls.chats.class_chat();
    let parents = polls.chats.parents_chat();
    let news = polls.chats.chat("gromova", ChatKind::ClassNews, "6A");
    let late = |closes| PollTerms { closes: Some(closes), ..NAMED };
    for (who, chat, terms, fault) in [
        ("varya", class, SECRET, PollFault::AnonymousByPupil),
        ("varya", class, FAMILY, PollFault::NoFamilies),
        ("gromova", class, FAMILY, PollFault::NoFamilies),
        ("gromova", class, late(now()), PollFault::BadEnd),
        ("gromova", class, late(now() + Duration::days(367)), PollFault::BadEnd),
    ] {
        assert_eq!(polls.fault(who, chat, terms), fault, "{who} {terms:?}");
    }
    for (who, chat, terms) in [
        ("varya", class, NAMED),
        ("mother", parents, SECRET),
        ("mother", parents, FAMILY),
        ("gromova", news, PollTerms { anonymous: true, ..FAMILY }),
        ("gromova", class, late(now() + Duration::days(366))),
    ] {
        polls.ask(who, chat, terms);
    }
    let refused = polls.send("mother", news, polls.draft("Да\nНет", NAMED));
    assert!(matches!(refused, Err(Refused::Send(SendError::ReadOnly))), "{refused:?}");
    // A text that was put together elsewhere is no ballot.
    let shapeless =
        Draft { poll: Some(NAMED), ..Draft::text(polls.chats.cid(), Body::parse("Едем?").unwrap()) };
    let refused = polls.send("gromova", class, shapeless);
    assert!(matches!(refused, Err(Refused::Send(SendError::Poll(PollFault::Few)))), "{refused:?}");
}

#[test]
fn a_poll_sent_again_is_one_poll() {
    // MSG-I2
    let polls = Polls::open();
    let class = polls.chats.class_chat();
    let draft = polls.draft("Музей\nТеатр", NAMED);
    let seq = polls.send("gromova", class, draft.clone()).unwrap();
    assert_eq!(polls.send("gromova", class, draft.clone()).unwrap(), seq);
    let other = Draft { poll: Some(SECRET), ..draft };
    assert!(matches!(polls.send("gromova", class, other), Err(Refused::Send(SendError::Conflict))));
}

#[test]
fn the_last_vote_before_the_end_counts() {
    // MSG-B15, MSG-E16
    let polls = Polls::open();
    let class = polls.chats.class_chat();
    let seq = polls.ask("demyan", class, NAMED);
    let plain = polls.chats.send("demyan", class, "просто так").seq;
    let failed = |who, seq, options: &[u32]| match polls.vote(who, class, seq, options) {
        Err(Refused::Poll(error)) => error,
        other => panic!("{other:?}"),
    };
    assert!(matches!(failed("varya", seq, &[0]), PollError::NoSuchOption));
    assert!(matches!(failed("varya", seq, &[4]), PollError::NoSuchOption));
    assert!(matches!(failed("varya", seq, &[1, 2]), PollError::OneOnly));
    assert!(matches!(failed("varya", plain, &[1]), PollError::NoSuchMessage));
    assert!(matches!(failed("varya", 99, &[1]), PollError::NoSuchMessage));
    assert!(matches!(polls.vote("kira", class, seq, &[1]), Err(Refused::Denied)));
    assert_eq!(polls.seen("varya", class, seq).voters, 0);

    let first = polls.chats.cid();
    polls.vote_with(first, now(), "varya", class, seq, &[1]).unwrap();
    polls.vote("varya", class, seq, &[3]).unwrap();
    polls.vote("gromova", class, seq, &[3, 3]).unwrap();
    // A late repetition of the first command does not undo the second.
    polls.vote_with(first, now(), "varya", class, seq, &[1]).unwrap();
    let seen = polls.seen("varya", class, seq);
    assert_eq!(
        (seen.voters, seen.counts.as_deref(), seen.own.as_slice()),
        (2, Some(&[0, 0, 2][..]), &[3][..])
    );
    assert!(seen.may_vote && seen.voted && !seen.may_close && seen.may_see_votes);
    assert_eq!(
        polls.votes("varya", class, seq).unwrap()[2],
        [polls.person("varya"), polls.person("gromova")]
    );
    polls.vote("varya", class, seq, &[]).unwrap();
    assert_eq!(polls.seen("varya", class, seq).voters, 1, "a vote can be taken back");

    assert!(matches!(polls.close("varya", class, seq), Err(Refused::Poll(PollError::NotYours))));
    for _ in 0..2 {
        polls.close("demyan", class, seq).unwrap();
    }
    assert!(matches!(failed("varya", seq, &[1]), PollError::Closed));
    polls.vote_with(first, now(), "varya", class, seq, &[1]).unwrap();
    let seen = polls.seen("varya", class, seq);
    assert!(seen.closed && !seen.may_vote);
    assert_eq!(seen.counts, Some(vec![0, 0, 1]));
}

#[test]
fn a_poll_ends_by_its_time_or_by_a_moderator() {
    // MSG-F8, MSG-E16
    let polls = Polls::open();
    let class = polls.chats.class_chat();
    let timed = polls.ask("varya", class, PollTerms { closes: Some(later(60)), multiple: true, ..NAMED });
    let endless = polls.ask("varya", class, NAMED);
    let vote = |at| polls.vote_with(polls.chats.cid(), at, "demyan", class, timed, &[1, 2]);
    vote(later(59)).unwrap();
    assert!(
        matches!(vote(later(60)), Err(Refused::Poll(PollError::Closed))),
        "also before anybody has noticed"
    );
    let tick = |at| polls.chats.world.write(move |tx| messenger::close_due_polls(tx, at));
    assert_eq!((tick(later(59)), tick(later(60)), tick(later(61))), (0, 1, 0));
    assert!(polls.seen("demyan", class, timed).closed);
    assert_eq!(polls.seen("demyan", class, timed).counts, Some(vec![1, 1, 0]));
    polls.close("gromova", class, endless).unwrap();
    assert!(polls.seen("demyan", class, endless).closed);
}

#[test]
fn nobody_learns_who_voted_for_what_in_an_anonymous_poll() {
    // MSG-F8
    let polls = Polls::open();
    let class = polls.chats.class_chat();
    let seq = polls.ask("gromova", class, SECRET);
    polls.vote("varya", class, seq, &[1]).unwrap();
    polls.vote("varya", class, seq, &[2]).unwrap();
    polls.vote("demyan", class, seq, &[2]).unwrap();
    for who in ["varya", "demyan", "gromova", "lapina"] {
        let seen = polls.seen(who, class, seq);
        assert_eq!(
            (seen.voters, seen.counts, seen.own.len()),
            (2, None, 0),
            "{who}: no numbers while it is open"
        );
        assert!(!seen.may_see_votes);
        assert!(matches!(polls.votes(who, class, seq), Err(Refused::Poll(PollError::NoSuchMessage))));
    }
    assert!(polls.seen("varya", class, seq).voted && !polls.seen("lapina", class, seq).voted);
    let other = ServerKey::in_memory(&polls.chats.world.random);
    assert!(
        !polls.seen_with(&other, "varya", class, seq).voted,
        "the base alone does not know whose votes they are"
    );
    polls.close("gromova", class, seq).unwrap();
    let seen = polls.seen("varya", class, seq);
    assert_eq!((seen.voters, seen.counts), (2, Some(vec![0, 2, 0])));
    assert!(!seen.voted, "and when it has ended not even the key tells");
    let again = polls.ask("gromova", class, SECRET);
    polls.vote("varya", class, again, &[1]).unwrap();
    polls.delete("gromova", class, again);
    assert!(matches!(polls.vote("varya", class, again, &[1]), Err(Refused::Poll(PollError::NoSuchMessage))));
}

#[test]
fn a_family_has_one_vote() {
    // MSG-B15, MSG-E23, MSG-N9
    let polls = Polls::open();
    let news = polls.chats.chat("gromova", ChatKind::ClassNews, "6A");
    let seq = polls.ask("gromova", news, FAMILY);
    let not_family =
        |who| matches!(polls.vote(who, news, seq, &[1]), Err(Refused::Poll(PollError::NotFamily)));
    assert!(not_family("varya") && not_family("gromova"), "children and staff are no families");
    assert!(matches!(polls.vote("father", news, seq, &[1]), Err(Refused::Denied)));
    polls.vote("mother", news, seq, &[1]).unwrap();
    polls.vote("demyan_mother", news, seq, &[2]).unwrap();
    assert_eq!(polls.seen("mother", news, seq).counts, Some(vec![1, 1, 0]), "two households, two votes");

    // Demyan's mother becomes a guardian of Varya too: both households have one vote, and the last one counts.
    polls.guard("demyan_mother", "varya");
    let seen = polls.seen("mother", news, seq);
    assert!(seen.voted && seen.own == [1, 2], "what the family has said so far");
    polls.vote("demyan_mother", news, seq, &[3]).unwrap();
    let seen = polls.seen("mother", news, seq);
    assert_eq!((seen.voters, seen.counts, seen.own), (1, Some(vec![0, 0, 1]), vec![3]));
    polls.vote("mother", news, seq, &[2]).unwrap();
    assert_eq!(polls.seen("demyan_mother", news, seq).counts, Some(vec![0, 1, 0]));
    assert_eq!(polls.votes("gromova", news, seq).unwrap()[1], [polls.person("mother")]);
    let hidden = polls.votes("mother", news, seq);
    assert!(
        matches!(hidden, Err(Refused::Poll(PollError::NoSuchMessage))),
        "readers of announcements stay apart"
    );

    // In an anonymous one the family shares its vote as well, and the other guardian does not see what it is.
    let secret = polls.ask("gromova", news, PollTerms { anonymous: true, ..FAMILY });
    polls.vote("mother", news, secret, &[1]).unwrap();
    let seen = polls.seen("demyan_mother", news, secret);
    assert!(seen.voted && seen.own.is_empty());
    polls.vote("demyan_mother", news, secret, &[2]).unwrap();
    polls.close("gromova", news, secret).unwrap();
    assert_eq!(polls.seen("mother", news, secret).counts, Some(vec![0, 1, 0]));
}

#[test]
fn a_guardian_of_two_children_of_a_class_has_one_vote() {
    // MSG-E23
    let polls = Polls::open();
    polls.guard("mother", "demyan");
    let news = polls.chats.chat("gromova", ChatKind::ClassNews, "6A");
    let seq = polls.ask("gromova", news, FAMILY);
    polls.vote("mother", news, seq, &[1]).unwrap();
    assert_eq!(polls.seen("mother", news, seq).voters, 1);
    polls.vote("demyan_mother", news, seq, &[2]).unwrap();
    assert_eq!(polls.seen("mother", news, seq).counts, Some(vec![0, 1, 0]));
}

#[test]
fn who_sees_the_poll_votes_though_they_may_not_write() {
    // MSG-F8, MSG-F34, MSG-I9, MSG-S2
    let polls = Polls::open();
    let class = polls.chats.class_chat();
    let seq = polls.ask("gromova", class, NAMED);
    let varya = polls.person("varya");
    polls
        .try_as("gromova", class, move |tx, by, _| {
            Ok(messenger::mute(tx, now(), by, Some(varya), later(60), None).map(drop)?)
        })
        .unwrap();
    let asked = polls.send("varya", class, polls.draft("Да\nНет", NAMED));
    assert!(matches!(asked, Err(Refused::Send(SendError::Silenced(_)))), "{asked:?}");
    polls.vote("varya", class, seq, &[1]).unwrap();
    for teacher in ["gromova", "lapina"] {
        polls.chats.withdraw(teacher);
    }
    let refused = polls.vote("varya", class, seq, &[2]);
    assert!(
        matches!(refused, Err(Refused::Poll(PollError::ReadOnly))),
        "nobody answers for the chat: {refused:?}"
    );
    assert!(!polls.seen("varya", class, seq).may_vote);
}

#[test]
fn a_poll_is_not_rewritten() {
    // MSG-B16
    let polls = Polls::open();
    let class = polls.chats.class_chat();
    let seq = polls.ask("varya", class, NAMED);
    let edited = polls.try_as("varya", class, move |tx, by, _| {
        let done = messenger::edit(
            tx,
            now(),
            by,
            seq,
            0,
            &Body::parse("Кого выгнать?\n— Демьяна\n— Никого").unwrap(),
        );
        assert!(matches!(done, Err(EditError::Poll)), "{done:?}");
        Ok(())
    });
    edited.unwrap();
}

fn report(polls: &Polls, who: &str, chat: ConversationId, seq: i64) -> ReportId {
    polls
        .try_as(who, chat, move |tx, by, _| {
            let words = Note::parse("травля").unwrap();
            messenger::report(tx, now(), by, seq, Category::Bullying, Some(&words)).map_err(Refused::from)
        })
        .unwrap()
}

fn frozen(polls: &Polls, report: ReportId, seq: i64) -> EvidencePoll {
    let viewer = polls.chats.viewer("barinova");
    let case = polls.chats.world.write(move |tx| {
        let by = CaseOf::ask(tx, &viewer, report, TODAY)?;
        Ok::<_, Denied>(messenger::open_case(tx, &by)?.0)
    });
    case.frozen.into_iter().find(|message| message.seq == seq).unwrap().poll.unwrap()
}

#[test]
fn a_report_freezes_the_poll_as_it_stands() {
    // MSG-S6
    let polls = Polls::open();
    let class = polls.chats.class_chat();
    let named = polls.ask("demyan", class, NAMED);
    let secret = polls.ask("gromova", class, SECRET);
    for seq in [named, secret] {
        polls.vote("varya", class, seq, &[1]).unwrap();
        polls.vote("lapina", class, seq, &[2]).unwrap();
    }
    let first = report(&polls, "varya", class, named);
    polls.vote("lapina", class, named, &[1]).unwrap();
    polls.close("gromova", class, secret).unwrap();
    let second = report(&polls, "lapina", class, named);
    polls.delete("gromova", class, named);
    let names =
        |poll: &EvidencePoll| poll.options.iter().map(|(_, _, names)| names.len()).collect::<Vec<_>>();
    let counts = |poll: &EvidencePoll| poll.options.iter().map(|(_, votes, _)| *votes).collect::<Vec<_>>();
    let stood = frozen(&polls, first, named);
    assert_eq!((stood.voters, counts(&stood)), (2, vec![Some(1), Some(1), Some(0)]));
    assert_eq!((names(&stood), stood.options[0].0.as_str()), (vec![1, 1, 0], "Музей"));
    let hidden = frozen(&polls, first, secret);
    assert_eq!((hidden.voters, counts(&hidden), names(&hidden)), (2, vec![None; 3], vec![0; 3]));
    let stood = frozen(&polls, second, named);
    assert_eq!((stood.voters, counts(&stood)), (2, vec![Some(2), Some(0), Some(0)]));
    let ended = frozen(&polls, second, secret);
    assert_eq!(
        (ended.voters, counts(&ended), names(&ended)),
        (2, vec![Some(1), Some(1), Some(0)], vec![0; 3])
    );
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Vote(usize, u8),
    Close,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let vote = (0..5_usize, 0..8_u8).prop_map(|(who, set)| Step::Vote(who, set));
    prop::collection::vec(prop_oneof![20 => vote, 1 => Just(Step::Close)], 1..25)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn counts_are_those_of_the_model(steps in steps(), multiple: bool, anonymous: bool) {
        // MSG-B15: the last set of each before the end, and no other, is counted.
        let polls = Polls::open();
        let class = polls.chats.class_chat();
        let seq = polls.ask("gromova", class, PollTerms { multiple, anonymous, ..NAMED });
        let people = ["varya", "demyan", "gromova", "lapina", "varya"];
        let mut model: BTreeMap<&str, u8> = BTreeMap::new();
        let mut closed = false;
        for step in steps {
            match step {
                Step::Vote(who, set) => {
                    let options: Vec<u32> = (1..=3).filter(|option| set & (1 << (option - 1)) != 0).collect();
                    let done = polls.vote(people[who], class, seq, &options);
                    let taken = !closed && (multiple || options.len() < 2);
                    prop_assert_eq!(done.is_ok(), taken, "{:?}", done);
                    if taken {
                        model.insert(people[who], set);
                    }
                }
                Step::Close => {
                    polls.close("gromova", class, seq).unwrap();
                    closed = true;
                }
            }
        }
        let expected: Vec<u32> = (0..3)
            .map(|bit| u32::try_from(model.values().filter(|set| *set & (1 << bit) != 0).count()).unwrap())
            .collect();
        let seen = polls.seen("lapina", class, seq);
        prop_assert_eq!(seen.voters as usize, model.values().filter(|set| **set != 0).count());
        prop_assert_eq!(seen.counts, (closed || !anonymous).then_some(expected));
    }
}
