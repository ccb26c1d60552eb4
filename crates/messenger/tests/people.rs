//! Chats of people: who may begin one with whom, who sees it, and how it follows the roster.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kit::{Chats, LINKED, Refused, later};
use messenger::{
    Audience, ChatKind, ConversationId, GroupError, MemberOf, MemberRole, Missing, Party, ReadOnly, Seat,
    StartError, Way, cell,
};
use school::{Access, Denied, Head, NewPerson, PersonId, PersonName, Present, Role, Staff};
use store::{Actor, UtcInstant};
use testkit::{TODAY, now};
use time::macros::date;

fn actor() -> Actor {
    Actor::program("test")
}

fn start_at(
    chats: &Chats,
    at: UtcInstant,
    who: &str,
    with: &str,
    way: Way,
) -> Result<ConversationId, Refused> {
    let (viewer, with) = (chats.viewer(who), chats.world.person(with));
    chats.world.try_write(move |tx| {
        let by = Present::ask(tx, &viewer)?;
        Ok(messenger::start(tx, at, &by, &actor(), TODAY, with, way)?)
    })
}

fn start(chats: &Chats, who: &str, with: &str, way: Way) -> Result<ConversationId, Refused> {
    start_at(chats, now(), who, with, way)
}

fn ways(chats: &Chats, who: &str) -> BTreeMap<String, Vec<Way>> {
    let viewer = chats.viewer(who);
    let contacts = chats.world.read(move |tx| {
        messenger::contacts(tx, &Present::ask(tx, &viewer)?, TODAY, "").map_err(Denied::from)
    });
    let mut ways: BTreeMap<String, Vec<Way>> = BTreeMap::new();
    for contact in contacts {
        let key = LINKED.iter().find(|key| chats.world.person(key) == contact.person);
        ways.entry(key.map_or(contact.name.clone(), |key| (*key).to_owned())).or_default().push(contact.way);
    }
    ways
}

fn silence(chats: &Chats, who: &str, chat: ConversationId) -> Result<Option<ReadOnly>, ()> {
    let viewer = chats.viewer(who);
    let found =
        chats.world.try_read(move |tx| Ok::<_, Denied>(MemberOf::ask(tx, &viewer, chat, TODAY)?.read_only()));
    found.map_err(|_| ())
}

fn seat(chats: &Chats, who: &str, chat: ConversationId) -> Option<(Seat, MemberRole)> {
    let viewer = chats.viewer(who);
    let found = chats.world.try_read(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        Ok::<_, Denied>((by.seat(), by.role()))
    });
    found.ok()
}

#[test]
fn the_table_of_who_writes_whom() {
    // MSG-F30: the whole matrix; the document is printed from it.
    let mut table = String::from("| who / whom |");
    for column in Party::COLUMNS {
        write!(table, " {column:?} |").unwrap();
    }
    table.push_str("\n| --- |");
    table.push_str(&" --- |".repeat(Party::COLUMNS.len()));
    for row in Party::ROWS {
        write!(table, "\n| {row:?} |").unwrap();
        for column in Party::COLUMNS {
            write!(table, " {:?} |", cell(row, column)).unwrap();
        }
    }
    table.push('\n');
    insta::assert_snapshot!(table);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rules/who-writes-whom.md");
    let document = std::fs::read_to_string(path).unwrap();
    let (head, rest) = document.split_once("<!-- table -->\n").unwrap();
    let (_, tail) = rest.split_once("<!-- end -->").unwrap();
    let printed = format!("{head}<!-- table -->\n{table}<!-- end -->{tail}");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, printed).unwrap();
    } else {
        assert_eq!(document, printed, "UPDATE_DOCS=1 prints it anew");
    }
}

#[test]
fn contacts_are_what_the_table_allows_today() {
    // MSG-F30, MSG-S1: by relation, for each person of the small school.
    let chats = Chats::open();
    let mut table = String::new();
    for who in [
        "varya",
        "kira",
        "mother",
        "father",
        "demyan_mother",
        "gromova",
        "lapina",
        "zotova",
        "barinova",
        "sedov",
    ] {
        for (with, ways) in ways(&chats, who) {
            let ways: Vec<String> = ways
                .into_iter()
                .map(|way| match way {
                    Way::Private => "private".to_owned(),
                    Way::Supervised { .. } => "supervised".to_owned(),
                    Way::Family { child, .. } => {
                        let child = LINKED.iter().find(|key| chats.world.person(key) == child);
                        format!("family of {}", child.unwrap_or(&"?"))
                    }
                    Way::Confidential { .. } => "line".to_owned(),
                })
                .collect();
            writeln!(table, "{who} > {with}: {}", ways.join(", ")).unwrap();
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn what_the_table_does_not_allow_is_not_begun() {
    // MSG-F30, MSG-B26: each pair in each way that is not among the contacts, another's child, a person unknown.
    let chats = Chats::open();
    let varya = chats.world.person("varya");
    for who in LINKED {
        let allowed = ways(&chats, who);
        for with in LINKED {
            let partner = chats.world.person(with);
            let me = chats.world.person(who);
            for way in [
                Way::Private,
                Way::Supervised { pupil: varya, partner: me },
                Way::Supervised { pupil: varya, partner },
                Way::Supervised { pupil: partner, partner: me },
                Way::Family { child: varya, partner },
                Way::Family { child: varya, partner: me },
                Way::Confidential { pupil: me },
                Way::Confidential { pupil: partner },
            ] {
                if allowed.get(with).is_some_and(|ways| ways.contains(&way)) {
                    continue;
                }
                let begun = start(&chats, who, with, way);
                assert!(
                    matches!(begun, Err(Refused::Start(StartError::NoSuchContact))),
                    "{who} > {with} {way:?}: {begun:?}"
                );
            }
        }
    }
}

#[test]
fn an_adult_and_a_pupil_are_never_two_alone() {
    // MSG-F31, MSG-F32, MSG-I19, MSG-S2, MSG-M9: each observer is taken away in turn; it fails closed.
    let chats = Chats::open();
    let pupil = chats.world.person("varya");
    let way = Way::Supervised { pupil, partner: chats.world.person("lapina") };
    let chat = start(&chats, "varya", "lapina", way).unwrap();
    assert_eq!(start(&chats, "lapina", "varya", way).unwrap(), chat, "there is one chat of the two");
    assert_eq!(seat(&chats, "varya", chat), Some((Seat::Pupil, MemberRole::Writer)));
    assert_eq!(seat(&chats, "lapina", chat), Some((Seat::Teacher, MemberRole::Writer)));
    assert_eq!(seat(&chats, "mother", chat), Some((Seat::Guardian, MemberRole::Observer)));
    assert_eq!(seat(&chats, "gromova", chat), Some((Seat::Homeroom, MemberRole::Observer)));
    for outsider in ["father", "demyan", "zotova", "barinova", "sedov", "kira", "orlova"] {
        assert_eq!(seat(&chats, outsider, chat), None, "{outsider}");
    }
    assert_eq!(silence(&chats, "varya", chat), Ok(None));
    assert_eq!(silence(&chats, "mother", chat), Ok(Some(ReadOnly::Reader)));
    chats.withdraw("mother");
    assert_eq!(silence(&chats, "varya", chat), Ok(None), "the homeroom teacher still sees it");
    chats.withdraw("gromova");
    assert_eq!(silence(&chats, "varya", chat), Ok(Some(ReadOnly::Unattended)));
    assert_eq!(silence(&chats, "lapina", chat), Ok(Some(ReadOnly::Unattended)));
    chats.enrol("mother");
    assert_eq!(silence(&chats, "varya", chat), Ok(None));
    let login = chats.world.set_password("mother", "длинный пароль матери 12");
    chats.world.write(move |tx| {
        let account = school::find_account(tx, &login)?.unwrap();
        school::block(tx, now(), account.person, "проверка").map_err(|_| store::Error::NoRow)?;
        Ok::<_, store::Error>(())
    });
    assert_eq!(silence(&chats, "lapina", chat), Ok(Some(ReadOnly::Unattended)), "a blocked observer is none");
}

/// What a desk is told of chats without an observer; `None` for whoever has no desk.
fn unattended(chats: &Chats, who: &str) -> Option<Vec<(Option<ConversationId>, Missing)>> {
    let viewer = chats.viewer(who);
    let listed = chats.world.try_read(move |tx| {
        let by = messenger::SafetyOf::ask(tx, &viewer, TODAY)?;
        let listed = messenger::list_unattended(tx, &by)?;
        assert_eq!(messenger::count_unattended(tx, &by)? as usize, listed.len());
        Ok::<_, Denied>(listed)
    });
    let listed = listed.ok()?.into_iter();
    Some(listed.map(|one| (one.conversation.map(|chat| chat.id), one.missing)).collect())
}

/// A look of the job; says whether it had something to write.
fn look(chats: &Chats) -> bool {
    let changed = chats.world.read(messenger::is_attendance_changed);
    chats.world.write(|tx| messenger::note_attendance(tx, now(), TODAY));
    assert!(!chats.world.read(messenger::is_attendance_changed), "a second look finds nothing new");
    changed
}

#[test]
fn the_desk_is_told_of_a_chat_without_an_observer_until_somebody_is_there() {
    // MSG-I19, MSG-N5, MSG-E21, MSG-M9: each observer gone in turn, by the link, by a block, by the guardianship.
    let chats = Chats::open();
    let pupil = chats.world.person("varya");
    let way = Way::Supervised { pupil, partner: chats.world.person("lapina") };
    let chat = start(&chats, "varya", "lapina", way).unwrap();
    assert!(!look(&chats));
    chats.withdraw("mother");
    assert!(!look(&chats), "the homeroom teacher is still there");
    chats.withdraw("gromova");
    assert!(look(&chats));
    let told = vec![(Some(chat), Missing::Observer)];
    for who in ["zotova", "barinova"] {
        assert_eq!(unattended(&chats, who), Some(told.clone()), "{who}");
    }
    for who in ["lapina", "mother", "sedov", "varya"] {
        assert_eq!(unattended(&chats, who), None, "{who}");
    }
    chats.enrol("mother");
    assert_eq!(unattended(&chats, "zotova"), Some(Vec::new()), "nobody is told of what is over");
    assert!(look(&chats));
    let login = chats.world.set_password("mother", "длинный пароль матери 12");
    chats.world.write(move |tx| {
        let account = school::find_account(tx, &login)?.unwrap();
        school::block(tx, now(), account.person, "проверка").map_err(|_| store::Error::NoRow)?;
        Ok::<_, store::Error>(())
    });
    assert!(look(&chats), "a blocked observer is none");
    assert_eq!(unattended(&chats, "zotova"), Some(told));
    let told_people: i64 = chats.world.read(|tx| {
        tx.load(
            store::sql!("SELECT COUNT(DISTINCT scope_id) FROM store_event WHERE kind = 'safety_unattended'"),
            [],
            |row| row.get(0),
        )
    });
    assert_eq!(told_people, 2, "the head and the lead, nobody else");
    // The pupil leaves the chat too: it is over, and waits for nobody.
    chats.withdraw("varya");
    assert!(look(&chats));
    assert_eq!(unattended(&chats, "barinova"), Some(Vec::new()));
}

#[test]
fn the_head_hears_of_the_confidential_line_without_a_name() {
    // MSG-I24, MSG-N5
    let chats = Chats::open();
    let (varya, demyan) = (chats.world.person("varya"), chats.world.person("demyan"));
    let second = chats.world.person("orlova");
    chats.world.write(move |tx| {
        let (_, change) =
            school::grant(tx, second, Role::SafeguardingLead, None, None, date!(2026 - 09 - 01))?;
        messenger::follow(tx, now(), TODAY, change)
    });
    let acts = chats.world.read(|tx| tx.audit_len());
    let one = start(&chats, "varya", "barinova", Way::Confidential { pupil: varya }).unwrap();
    // Who has turned to the line is read nowhere, the audit included.
    assert_eq!(chats.world.read(|tx| tx.audit_len()), acts);
    let other = start(&chats, "demyan", "barinova", Way::Confidential { pupil: demyan }).unwrap();
    chats.withdraw("orlova");
    assert!(look(&chats));
    assert_eq!(
        unattended(&chats, "barinova"),
        Some(vec![(Some(one), Missing::Lead), (Some(other), Missing::Lead)])
    );
    assert_eq!(unattended(&chats, "zotova"), Some(vec![(None, Missing::Lead)]), "one entry without names");
}

#[test]
fn the_end_of_a_relation_ends_the_chat_in_the_same_commit() {
    // MSG-I21, MSG-I7, MSG-N9: the teacher, the guardian, the pupil.
    let chats = Chats::open();
    let pupil = chats.world.person("varya");
    let lapina = chats.world.person("lapina");
    let chat = start(&chats, "varya", "lapina", Way::Supervised { pupil, partner: lapina }).unwrap();
    let family = start(&chats, "mother", "lapina", Way::Family { child: pupil, partner: lapina }).unwrap();
    chats.send("mother", family, "как успехи");
    chats.world.write(move |tx| {
        let taught = school::teaching_of(tx, lapina, TODAY)?;
        for teaching in taught {
            let change = school::end_teaching(tx, teaching.id, TODAY)?;
            messenger::follow(tx, now(), TODAY, change)?;
        }
        Ok::<_, store::Error>(())
    });
    assert!(!chats.is_in("lapina", chat) && !chats.is_in("lapina", family));
    assert_eq!(silence(&chats, "varya", chat), Ok(Some(ReadOnly::Unattended)));
    assert_eq!(
        silence(&chats, "mother", family),
        Ok(Some(ReadOnly::Unattended)),
        "it can be read, not written"
    );
    assert_eq!(chats.texts("mother", family), ["как успехи"]);
    let mother = chats.world.person("mother");
    chats.world.write(move |tx| {
        let edge =
            school::guardians_of(tx, pupil, TODAY)?.into_iter().find(|edge| edge.adult == mother).unwrap();
        let change = school::set_access(tx, edge.id, Access::None)?;
        messenger::follow(tx, now(), TODAY, change)
    });
    assert!(!chats.is_in("mother", chat) && !chats.is_in("mother", family));
}

#[test]
fn the_confidential_line_is_seen_by_its_people_alone() {
    // MSG-N4, MSG-I24: at least two who answer for safety; no guardian, teacher, head or administrator on any path.
    let chats = Chats::open();
    let pupil = chats.world.person("varya");
    let line = Way::Confidential { pupil };
    assert!(matches!(
        start(&chats, "varya", "barinova", line),
        Err(Refused::Start(StartError::LineUnmanned))
    ));
    let second = chats.world.person("orlova");
    chats.world.write(move |tx| {
        let (_, change) =
            school::grant(tx, second, Role::SafeguardingLead, None, None, date!(2026 - 09 - 01))?;
        messenger::follow(tx, now(), TODAY, change)
    });
    let chat = start(&chats, "varya", "barinova", line).unwrap();
    chats.send("varya", chat, "мне нужна помощь");
    let inside = ["varya", "barinova", "orlova"];
    for who in LINKED {
        assert_eq!(chats.is_in(who, chat), inside.contains(&who), "{who}");
    }
    chats.withdraw("orlova");
    assert_eq!(silence(&chats, "varya", chat), Ok(Some(ReadOnly::Unattended)));
}

#[test]
fn late_linking_loses_nothing_of_a_chat_of_people() {
    // MSG-M7, MSG-M1, MSG-M3: from the beginning of the relation on, not of the link.
    let chats = Chats::open();
    let pupil = chats.world.person("varya");
    chats.withdraw("mother");
    let way = Way::Supervised { pupil, partner: chats.world.person("lapina") };
    let chat = start(&chats, "lapina", "varya", way).unwrap();
    chats.send("lapina", chat, "до привязки матери");
    chats.enrol("mother");
    assert_eq!(chats.texts("mother", chat), ["до привязки матери"]);
    let aunt = chats.world.person("demyan_mother");
    chats.world.write(move |tx| {
        let (_, change) = school::add_guardianship(
            tx,
            &school::NewGuardianship {
                adult: aunt,
                child: pupil,
                relation: "опекун",
                access: Access::Full,
                contact_order: 3,
                starts: TODAY,
            },
        )?;
        messenger::follow(tx, now(), TODAY, change)
    });
    assert_eq!(chats.texts("demyan_mother", chat), [] as [&str; 0], "what was before her time stays unseen");
    chats.send("varya", chat, "после");
    assert_eq!(chats.texts("demyan_mother", chat), ["после"]);
}

#[test]
fn pupils_write_to_each_other_only_where_the_school_says_so() {
    // MSG-F30, MSG-I21: the head decides; taken back, their chats close at once.
    let chats = Chats::open();
    let head = chats.viewer("zotova");
    let enable = |on: bool| {
        chats.world.write(move |tx| {
            let by = Head::ask(tx, &head, TODAY)?;
            messenger::set_pupils_write(tx, now(), &by, &actor(), TODAY, on).map_err(Denied::from)
        });
    };
    assert!(start(&chats, "varya", "demyan", Way::Private).is_err());
    enable(true);
    let chat = start(&chats, "varya", "demyan", Way::Private).unwrap();
    assert_eq!(silence(&chats, "varya", chat), Ok(None));
    assert!(start(&chats, "varya", "kira", Way::Private).is_err(), "another class");
    assert!(!chats.is_in("gromova", chat) && !chats.is_in("mother", chat));
    enable(false);
    assert!(!chats.is_in("varya", chat) && !chats.is_in("demyan", chat));
}

#[test]
fn with_whoever_has_left_a_chat_of_two_can_be_read() {
    // MSG-M6: it does not vanish, and nobody writes to nobody.
    let chats = Chats::open();
    let chat = start(&chats, "gromova", "lapina", Way::Private).unwrap();
    chats.send("lapina", chat, "передам журнал");
    let lapina = chats.world.person("lapina");
    chats.world.write(move |tx| {
        for teaching in school::teaching_of(tx, lapina, TODAY)? {
            let change = school::end_teaching(tx, teaching.id, TODAY)?;
            messenger::follow(tx, now(), TODAY, change)?;
        }
        for grant in school::grants_of(tx, lapina, TODAY)? {
            let change = school::end_grant(tx, grant.id, TODAY)?;
            messenger::follow(tx, now(), TODAY, change)?;
        }
        Ok::<_, store::Error>(())
    });
    assert!(!chats.is_in("lapina", chat));
    assert_eq!(chats.texts("gromova", chat), ["передам журнал"]);
    assert_eq!(silence(&chats, "gromova", chat), Ok(Some(ReadOnly::Unattended)));
}

#[test]
fn guardians_write_to_each_other_when_both_agree() {
    // MSG-F30, MSG-I21: and no more when one takes it back.
    let chats = Chats::open();
    let reachable = |who: &str, on: bool| {
        let viewer = chats.viewer(who);
        chats.world.write(move |tx| {
            let by = Present::ask(tx, &viewer)?;
            messenger::set_reachable(tx, now(), &by, &actor(), TODAY, on).map_err(Denied::from)
        });
    };
    reachable("mother", true);
    assert!(start(&chats, "mother", "demyan_mother", Way::Private).is_err());
    reachable("demyan_mother", true);
    let chat = start(&chats, "mother", "demyan_mother", Way::Private).unwrap();
    assert_eq!(silence(&chats, "mother", chat), Ok(None));
    reachable("demyan_mother", false);
    assert!(!chats.is_in("mother", chat) && !chats.is_in("demyan_mother", chat));
}

#[test]
fn a_person_begins_so_many_chats_a_day() {
    // MSG-S12
    let chats = Chats::open();
    let pupil = chats.world.person("varya");
    let adults = ["lapina", "gromova", "mother"];
    let extra: Vec<PersonId> = (0..4)
        .map(|n| {
            chats.world.write(move |tx| {
                let given = ["Анна", "Вера", "Дарья", "Ольга"][n];
                let name = PersonName::parse("Тётина", given, "").unwrap();
                let new =
                    NewPerson { external_id: None, name: &name, birth_date: None, sex: None, phone: None };
                let person = school::add_person(tx, &new)?;
                let (_, change) = school::add_guardianship(
                    tx,
                    &school::NewGuardianship {
                        adult: person,
                        child: pupil,
                        relation: "тётя",
                        access: Access::Full,
                        contact_order: 5,
                        starts: TODAY,
                    },
                )?;
                messenger::follow(tx, now(), TODAY, change)?;
                Ok::<_, store::Error>(person)
            })
        })
        .collect();
    for adult in &adults[..2] {
        let way = Way::Supervised { pupil, partner: chats.world.person(adult) };
        start(&chats, "varya", adult, way).unwrap();
    }
    start(&chats, "varya", "mother", Way::Private).unwrap();
    let viewer = chats.viewer("varya");
    let begin = |person: PersonId, at: UtcInstant| {
        chats.world.try_write(move |tx| {
            let by = Present::ask(tx, &viewer)?;
            Ok::<_, Refused>(messenger::start(tx, at, &by, &actor(), TODAY, person, Way::Private)?)
        })
    };
    begin(extra[0], now()).unwrap();
    begin(extra[1], now()).unwrap();
    let refused = begin(extra[2], now());
    assert!(matches!(refused, Err(Refused::Start(StartError::TooMany { most: 5 }))), "{refused:?}");
    begin(extra[0], now()).unwrap();
    begin(extra[2], later(24 * 60 + 1)).unwrap();
}

#[test]
fn a_group_is_gathered_by_staff() {
    // MSG-F4, MSG-E25, MSG-M1
    let chats = Chats::open();
    let class = chats.world.class_id("6A");
    let gather = |who: &str, class, people: &[&str]| {
        let viewer = chats.viewer(who);
        let people: Vec<PersonId> = people.iter().map(|key| chats.world.person(key)).collect();
        chats.world.try_write(move |tx| {
            let by = Staff::ask(tx, &viewer, TODAY)?;
            Ok::<_, Refused>(messenger::gather(tx, now(), &by, &actor(), TODAY, "Проект", class, &people)?)
        })
    };
    assert!(matches!(gather("varya", None, &["demyan"]), Err(Refused::Denied)));
    assert!(matches!(gather("gromova", None, &["varya"]), Err(Refused::Group(GroupError::Stranger))));
    assert!(matches!(gather("orlova", Some(class), &["varya"]), Err(Refused::Group(GroupError::Stranger))));
    assert!(matches!(gather("gromova", Some(class), &["kira"]), Err(Refused::Group(GroupError::Stranger))));
    assert!(matches!(gather("gromova", Some(class), &["mother"]), Err(Refused::Group(GroupError::Stranger))));
    assert!(matches!(gather("gromova", Some(class), &[]), Err(Refused::Group(GroupError::Size { .. }))));
    let chat = gather("lapina", Some(class), &["varya"]).unwrap();
    chats.send("varya", chat, "начнём");
    assert_eq!(chats.unread("lapina", chat), 1);
    assert!(!chats.is_in("gromova", chat) && !chats.is_in("demyan", chat));
    let viewer = chats.viewer("lapina");
    let demyan = chats.world.person("demyan");
    chats.world.write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        messenger::add_people(tx, now(), &by, &actor(), TODAY, &[demyan]).map_err(|_| Denied::Denied)
    });
    assert_eq!(chats.texts("demyan", chat), [] as [&str; 0], "a newcomer sees what comes");
    chats.withdraw("lapina");
    assert_eq!(silence(&chats, "varya", chat), Ok(Some(ReadOnly::Unattended)));
}

#[test]
fn the_audience_line_and_delivery_are_one_function() {
    // MSG-I20, MSG-I22: in every chat that anybody has, whoever is counted is in, and nobody else.
    let chats = Chats::open();
    let pupil = chats.world.person("varya");
    start(&chats, "varya", "lapina", Way::Supervised { pupil, partner: chats.world.person("lapina") })
        .unwrap();
    start(&chats, "mother", "gromova", Way::Family { child: pupil, partner: chats.world.person("gromova") })
        .unwrap();
    let mut seen: BTreeMap<ConversationId, ChatKind> = BTreeMap::new();
    for who in LINKED {
        let viewer = chats.viewer(who);
        let listed = chats
            .world
            .read(move |tx| messenger::list_chats(tx, &Present::ask(tx, &viewer)?).map_err(Denied::from));
        seen.extend(listed.iter().map(|chat| (chat.conversation.id, chat.conversation.kind)));
    }
    assert!(seen.len() > 8, "{seen:?}");
    for (chat, kind) in seen {
        let inside: Vec<&str> = LINKED.into_iter().filter(|who| chats.is_in(who, chat)).collect();
        let audience: Audience = chats.audience(inside[0], chat);
        let counted: u32 = audience.seats.values().sum();
        assert_eq!(counted as usize, inside.len(), "{kind:?}");
    }
}
