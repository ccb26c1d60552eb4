//! Who may begin a chat with whom, pair by pair: each cell of the table of docs/rules/who-writes-whom.md with the relation it
//! asks for and without it. Written from the rules, not from the table in the program.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use std::collections::{BTreeMap, BTreeSet};

use kit::Chats;
use messenger::{Cell, Party, Way, cell};
use school::{
    Access, Arrival, ClassGroup, ClassLabel, Denied, Device, Head, NewClassGroup, NewGuardianship, NewPerson,
    NewTeaching, PersonId, PersonName, Present, Role, SessionToken, SignInWay, TeachingRole, TermKind,
    Viewer,
};
use store::{Actor, WriteTx};
use testkit::{TODAY, now};
use time::macros::date;

type Key = &'static str;

/// A school with somebody for each row and column, related to each other and not.
struct Cast {
    chats: Chats,
    people: BTreeMap<Key, (PersonId, Viewer)>,
}

fn person(tx: &mut WriteTx<'_>, key: Key, role: Role) -> Result<PersonId, store::Error> {
    let name = PersonName::parse(key, "Имя", "").unwrap();
    let birth_date = (role == Role::Pupil).then_some(date!(2012 - 03 - 14));
    let new = NewPerson { external_id: Some(key), name: &name, birth_date, sex: None, phone: None };
    let person = school::add_person(tx, &new)?;
    drop(school::grant(tx, person, role, None, None, date!(2026 - 09 - 01))?);
    messenger::enrol(tx, now(), TODAY, person)?;
    Ok(person)
}

fn class(
    tx: &mut WriteTx<'_>,
    like: &ClassGroup,
    grade: u8,
    letter: &str,
) -> Result<ClassGroup, store::Error> {
    let label = ClassLabel { grade, letter: letter.to_owned() };
    let new = NewClassGroup {
        year: like.year,
        label: &label,
        room: None,
        term_kind: TermKind::Quarter,
        bells: "Основные",
        week_days: 6,
    };
    let (id, _, change) = school::add_class_group(tx, &new)?;
    messenger::follow(tx, now(), TODAY, change)?;
    school::load_class_group(tx, id)
}

fn put(tx: &mut WriteTx<'_>, pupil: PersonId, class: &ClassGroup) -> Result<(), store::Error> {
    let change = school::enrol(tx, pupil, class, &[], date!(2026 - 09 - 01), None)?;
    messenger::follow(tx, now(), TODAY, change)
}

impl Cast {
    /// Beside the small school: Предметник teaches 3 «А» and 9 «А», Гость nobody, Старший leads 9 «А»; Малыш is of 3 «А»,
    /// Седьмая of 7 «А», Девятый and Десятый of 9 «А», Другой of 9 «Б», Взрослый of 11 «А»; two of them have a mother
    /// here. The pupils may write to each other.
    fn gather() -> Self {
        let chats = Chats::open();
        let like = chats.world.class("6A").clone();
        let third = chats.world.class("3A").clone();
        let math = chats.world.subject("math");
        let head = chats.viewer("zotova");
        let added = chats.world.write(move |tx| {
            let by = Head::ask(tx, &head, TODAY)?;
            messenger::set_pupils_write(tx, now(), &by, &Actor::program("test"), TODAY, true)?;
            let mut people = Vec::new();
            let [seventh, ninth, other, last] = [
                class(tx, &like, 7, "А")?,
                class(tx, &like, 9, "А")?,
                class(tx, &like, 9, "Б")?,
                class(tx, &like, 11, "А")?,
            ];
            for (key, class) in [
                ("Малыш", &third),
                ("Седьмая", &seventh),
                ("Девятый", &ninth),
                ("Десятый", &ninth),
                ("Другой", &other),
                ("Взрослый", &last),
            ] {
                let pupil = person(tx, key, Role::Pupil)?;
                put(tx, pupil, class)?;
                people.push((key, pupil));
            }
            for (key, child) in [("Мамаседьмой", 1), ("Мамадевятого", 2)] {
                let adult = person(tx, key, Role::Guardian)?;
                let edge = NewGuardianship {
                    adult,
                    child: people[child].1,
                    relation: "мать",
                    access: Access::Full,
                    contact_order: 1,
                    starts: date!(2026 - 09 - 01),
                };
                let (_, change) = school::add_guardianship(tx, &edge)?;
                messenger::follow(tx, now(), TODAY, change)?;
                people.push((key, adult));
            }
            for (key, groups) in [("Предметник", vec![third.whole, ninth.whole]), ("Гость", vec![])]
            {
                let teacher = person(tx, key, Role::Teacher)?;
                for group in groups {
                    let teaching = NewTeaching {
                        person: teacher,
                        group,
                        subject: math,
                        role: TeachingRole::Main,
                        hours_per_week: 2,
                        room: None,
                        starts: date!(2026 - 09 - 01),
                    };
                    let (_, change) = school::assign_teaching(tx, &teaching)?;
                    messenger::follow(tx, now(), TODAY, change)?;
                }
                people.push((key, teacher));
            }
            let leader = person(tx, "Старший", Role::Teacher)?;
            let (_, change) = school::grant(
                tx,
                leader,
                Role::HomeroomTeacher,
                Some(ninth.id),
                None,
                date!(2026 - 09 - 01),
            )?;
            messenger::follow(tx, now(), TODAY, change)?;
            people.push(("Старший", leader));
            Ok::<_, Denied>(people)
        });
        let mut people = BTreeMap::new();
        for (key, person) in added {
            let token = SessionToken::draw(&chats.world.random);
            let viewer = chats.world.write(move |tx| {
                let device = Device { address: "127.0.0.1".to_owned(), name: "test".to_owned() };
                let arrival = Arrival { device: &device, way: SignInWay::Password, remember: false };
                school::open_session(tx, now(), person, &token, &arrival, None)
            });
            people.insert(key, (person, viewer));
        }
        for key in kit::LINKED {
            people.insert(key, (chats.world.person(key), chats.viewer(key)));
        }
        Self { chats, people }
    }

    /// In which ways one may begin a chat with another, in words.
    fn ways(&self, from: Key, to: Key) -> String {
        let (viewer, with) = (self.people[from].1, self.people[to].0);
        let contacts = self.chats.world.read(move |tx| {
            messenger::contacts(tx, &Present::ask(tx, &viewer)?, TODAY, "").map_err(Denied::from)
        });
        let words: BTreeSet<&str> = contacts
            .into_iter()
            .filter(|contact| contact.person == with)
            .map(|contact| match contact.way {
                Way::Private => "two",
                Way::Supervised { .. } => "seen",
                Way::Family { .. } => "family",
                Way::Confidential { .. } => "line",
            })
            .collect();
        if words.is_empty() { "no".to_owned() } else { words.into_iter().collect::<Vec<_>>().join("+") }
    }
}

/// Who, and in which way they may begin with whom.
type Row = (Key, &'static [(Key, &'static str)]);

/// Staff and guardians.
#[rustfmt::skip]
const ADULTS: [Row; 12] = [
    // ADM reads and writes nothing to families and pupils: the support desk is elsewhere.
    ("sedov", &[
        ("zotova", "two"), ("barinova", "two"), ("gromova", "two"), ("Гость", "two"), ("mother", "no"),
        ("kira", "no"), ("varya", "no"), ("Девятый", "no"),
    ]),
    ("zotova", &[
        ("barinova", "two"), ("gromova", "two"), ("Гость", "two"), ("mother", "two"), ("Мамадевятого", "two"),
        ("kira", "seen"), ("varya", "seen"), ("Девятый", "seen"),
    ]),
    ("barinova", &[
        ("zotova", "two"), ("gromova", "two"), ("sedov", "two"), ("mother", "two"), ("kira", "line"),
        ("varya", "line"), ("Девятый", "line"),
    ]),
    // Homeroom teachers of 6 «А», 3 «А» and 9 «А»: own parents and pupils, each grade in its way; of others none.
    ("gromova", &[
        ("zotova", "two"), ("barinova", "two"), ("lapina", "two"), ("mother", "family"), ("demyan_mother", "family"),
        ("Мамадевятого", "no"), ("Мамаседьмой", "no"), ("father", "no"), ("varya", "seen"), ("kira", "no"), ("Малыш", "no"),
        ("Седьмая", "no"), ("Девятый", "no"),
    ]),
    ("orlova", &[("mother", "family"), ("demyan_mother", "no"), ("kira", "seen"), ("Малыш", "seen"), ("varya", "no")]),
    ("Старший", &[("Мамадевятого", "family"), ("mother", "no"), ("Девятый", "seen"), ("Десятый", "seen"), ("Другой", "no"), ("varya", "no")]),
    // Subject teachers: parents and pupils they teach, the youngest only through their homeroom teacher.
    ("Предметник", &[
        ("zotova", "two"), ("barinova", "two"), ("gromova", "two"), ("mother", "family"), ("Мамадевятого", "family"),
        ("demyan_mother", "no"), ("kira", "no"), ("Малыш", "no"), ("varya", "no"), ("Девятый", "seen"), ("Другой", "no"),
    ]),
    ("lapina", &[("mother", "family"), ("Мамадевятого", "no"), ("varya", "seen"), ("demyan", "seen"), ("kira", "no"), ("Девятый", "no")]),
    ("Гость", &[
        ("zotova", "two"), ("gromova", "two"), ("mother", "no"), ("kira", "no"), ("varya", "no"), ("Девятый", "no"),
    ]),
    // Guardians: the head's inbox, safety, teachers of the own child, the own child; others' children never.
    ("mother", &[
        ("zotova", "two"), ("barinova", "two"), ("gromova", "family"), ("lapina", "family"), ("orlova", "family"),
        ("Предметник", "family"), ("Гость", "no"), ("Старший", "no"), ("sedov", "no"), ("demyan_mother", "no"),
        ("Мамадевятого", "no"), ("father", "no"), ("kira", "two"), ("varya", "two"), ("demyan", "no"), ("Малыш", "no"),
        ("Девятый", "no"),
    ]),
    // A guardian whom a court limits has neither the child nor its teachers.
    ("father", &[("varya", "no"), ("gromova", "no"), ("lapina", "no"), ("mother", "no"), ("demyan", "no")]),
    ("Мамадевятого", &[("Девятый", "two"), ("Десятый", "no"), ("varya", "no"), ("Старший", "family"), ("gromova", "no")]),
];

/// Pupils, where the school lets them write to each other.
#[rustfmt::skip]
const PUPILS: [Row; 5] = [
    ("kira", &[
        ("zotova", "no"), ("barinova", "line"), ("orlova", "no"), ("gromova", "no"), ("mother", "two"),
        ("demyan_mother", "no"), ("Малыш", "no"), ("varya", "no"), ("Девятый", "no"),
    ]),
    ("varya", &[
        ("zotova", "no"), ("barinova", "line"), ("gromova", "seen"), ("lapina", "seen"), ("orlova", "no"), ("Гость", "no"),
        ("sedov", "no"), ("mother", "two"), ("father", "no"), ("demyan_mother", "no"), ("kira", "no"), ("demyan", "two"),
        ("Седьмая", "no"), ("Девятый", "no"),
    ]),
    ("Седьмая", &[("Мамаседьмой", "two"), ("varya", "no"), ("gromova", "no"), ("barinova", "line")]),
    ("Девятый", &[
        ("zotova", "seen"), ("barinova", "line"), ("Старший", "seen"), ("Предметник", "seen"), ("gromova", "no"),
        ("sedov", "no"), ("Мамадевятого", "two"), ("mother", "no"), ("kira", "no"), ("varya", "no"), ("Десятый", "two"),
        ("Другой", "two"), ("Взрослый", "no"),
    ]),
    ("Взрослый", &[("zotova", "seen"), ("barinova", "line"), ("Девятый", "no"), ("gromova", "no")]),
];

#[test]
fn every_cell_is_what_the_rules_say_with_the_relation_and_without() {
    // MSG-F30, MSG-F31, MSG-N4, MSG-S1. Who, whom with the relation, what then; whom without it, what then.
    let cast = Cast::gather();
    check(&cast, &ADULTS);
    check(&cast, &PUPILS);
    // Where the school has not enabled it, pupils write to no pupil.
    let head = cast.people["zotova"].1;
    cast.chats.world.write(move |tx| {
        let by = Head::ask(tx, &head, TODAY)?;
        messenger::set_pupils_write(tx, now(), &by, &Actor::program("test"), TODAY, false)
            .map_err(Denied::from)
    });
    check(
        &cast,
        &[("varya", &[("demyan", "no")] as &[_]), ("Девятый", &[("Десятый", "no"), ("Другой", "no")])],
    );
}

fn check(cast: &Cast, rows: &[(Key, &[(Key, &str)])]) {
    for (from, pairs) in rows {
        for (to, way) in *pairs {
            assert_eq!(cast.ways(from, to), *way, "{from} to {to}");
        }
    }
}

#[test]
fn guardians_of_a_class_write_to_each_other_when_both_let_themselves_be_written_to() {
    // MSG-F30: mutual, and of one class.
    let cast = Cast::gather();
    let turn = |who: Key, on: bool| {
        let viewer = cast.people[who].1;
        cast.chats.world.write(move |tx| {
            let by = Present::ask(tx, &viewer)?;
            messenger::set_reachable(tx, now(), &by, &Actor::program("test"), TODAY, on).map_err(Denied::from)
        });
    };
    turn("mother", true);
    assert_eq!(cast.ways("mother", "demyan_mother"), "no");
    assert_eq!(cast.ways("demyan_mother", "mother"), "no");
    turn("demyan_mother", true);
    turn("Мамадевятого", true);
    assert_eq!(cast.ways("mother", "demyan_mother"), "two");
    assert_eq!(cast.ways("demyan_mother", "mother"), "two");
    assert_eq!(cast.ways("mother", "Мамадевятого"), "no", "another class");
    turn("mother", false);
    assert_eq!(cast.ways("demyan_mother", "mother"), "no");
}

#[test]
fn what_never_is_whatever_the_settings_are_is_in_no_cell() {
    // MSG-F31, MSG-I19: no adult but a guardian is ever alone with a pupil, and the youngest write to no pupil.
    use Party::{Guardian, Junior, Middle, Senior};
    let pupils = [Junior, Middle, Senior];
    for row in Party::ROWS {
        for column in Party::COLUMNS {
            let cell = cell(row, column);
            let adult_and_pupil = pupils.contains(&row) != pupils.contains(&column);
            let alone = matches!(cell, Cell::Yes | Cell::BothAgree | Cell::SameClass | Cell::SameGrade);
            assert!(!(adult_and_pupil && alone), "{row:?} {column:?} {cell:?}");
            let own = matches!(cell, Cell::OwnChild | Cell::OwnGuardian);
            assert!(!own || row == Guardian || column == Guardian, "{row:?} {column:?} {cell:?}");
            if pupils.contains(&row) && (row == Junior || column == Junior) && pupils.contains(&column) {
                assert_eq!(cell, Cell::No, "{row:?} {column:?}");
            }
        }
    }
}
