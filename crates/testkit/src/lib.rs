//! Owns what tests of several crates share: a small school on a real file, a fixed clock, fixed randomness.
//! Promises that two runs of a test see the same ids, names and moments.
//! Never linked into the program: it is used from `tests/` folders only.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up must stop")]

mod browser;
pub mod push;

use std::collections::HashMap;

pub use browser::{Browser, Page};
use school::{
    Access, ClassGroup, ClassGroupId, ClassLabel, Device, GroupId, NewClassGroup, NewGuardianship, NewPerson,
    NewTeaching, PersonId, PersonName, Role, SchoolProfile, SessionToken, SubjectId, TeachingRole, TermKind,
    Viewer, YearId, Zone,
};
use store::{Migration, Random, ReadTx, Schema, ServerKey, Store, UtcInstant, WriteTx};
use tempfile::TempDir;
use time::Date;
use time::macros::{date, datetime};

/// The day on which tests live: Wednesday, 14 October 2026.
pub const TODAY: Date = date!(2026 - 10 - 14);

/// The moment at which tests live: 10:47 in the school's zone, in the third lesson.
#[must_use]
pub fn now() -> UtcInstant {
    UtcInstant::from(datetime!(2026-10-14 7:47 UTC))
}

/// A small school: classes 6 «А» and 3 «А», a few people in every role, terms, holidays.
///
/// | key | who |
/// | --- | --- |
/// | `varya`, `demyan`, `timur` | pupils of 6 «А» |
/// | `kira` | pupil of 3 «А», Varya's sister |
/// | `mother` | guardian of Varya and Kira, full access |
/// | `father` | guardian of Varya, access none (a court's limit) |
/// | `demyan_mother` | guardian of Demyan |
/// | `gromova` | mathematics in 6 «А», homeroom teacher of 6 «А» |
/// | `lapina` | literature in 6 «А» |
/// | `orlova` | homeroom teacher of 3 «А», teaches it mathematics |
/// | `zotova` | deputy head |
/// | `barinova` | safeguarding lead |
/// | `sedov` | administrator |
pub struct World {
    /// The open base.
    pub store: Store,
    /// A key in memory.
    pub key: ServerKey,
    /// Seeded randomness.
    pub random: Random,
    /// The school's zone.
    pub zone: Zone,
    people: HashMap<&'static str, PersonId>,
    subjects: HashMap<&'static str, SubjectId>,
    classes: HashMap<&'static str, ClassGroup>,
    dir: TempDir,
    schema: Schema,
}

impl World {
    /// Builds the school on a new file with the migrations of the crate under test and of those it imports;
    /// `store`'s and `school`'s are joined in.
    #[must_use]
    pub fn build(own: &[&[Migration]]) -> Self {
        let mut parts = vec![store::MIGRATIONS, school::MIGRATIONS];
        parts.extend_from_slice(own);
        Self::with_schema(Schema::join(&parts))
    }

    /// Builds the school on a new file with a whole schema.
    #[must_use]
    pub fn with_schema(schema: Schema) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let random = Random::seeded(12);
        let store = Store::create(&dir.path().join("zvonok.db"), &schema, &random).unwrap();
        let mut world = Self {
            store,
            key: ServerKey::in_memory(&random),
            random,
            zone: Zone::find("Europe/Moscow").unwrap(),
            people: HashMap::new(),
            subjects: HashMap::new(),
            classes: HashMap::new(),
            dir,
            schema,
        };
        let (people, subjects, classes) = world.write(|tx| Ok::<_, store::Error>(found(tx).unwrap()));
        world.people = people;
        world.subjects = subjects;
        world.classes = classes;
        world
    }

    /// The person with a key of the table above.
    #[must_use]
    pub fn person(&self, key: &str) -> PersonId {
        *self.people.get(key).unwrap_or_else(|| panic!("no person {key}"))
    }

    /// The subject: `math`, `literature`, `english`.
    #[must_use]
    pub fn subject(&self, key: &str) -> SubjectId {
        *self.subjects.get(key).unwrap_or_else(|| panic!("no subject {key}"))
    }

    /// The class: `6A`, `3A`.
    #[must_use]
    pub fn class(&self, key: &str) -> &ClassGroup {
        self.classes.get(key).unwrap_or_else(|| panic!("no class {key}"))
    }

    /// The group of all pupils of a class.
    #[must_use]
    pub fn whole(&self, key: &str) -> GroupId {
        self.class(key).whole
    }

    /// The class's id.
    #[must_use]
    pub fn class_id(&self, key: &str) -> ClassGroupId {
        self.class(key).id
    }

    /// Signs a person in and gives the viewer.
    #[must_use]
    pub fn viewer(&self, key: &str) -> Viewer {
        let person = self.person(key);
        let token = SessionToken::draw(&self.random);
        self.write(move |tx| {
            let device = Device { address: "127.0.0.1".to_owned(), name: "test".to_owned() };
            let arrival =
                school::Arrival { device: &device, way: school::SignInWay::Password, remember: false };
            school::open_session(tx, now(), person, &token, &arrival, None)
        })
    }

    /// Runs a write that must succeed.
    pub fn write<T, E, F>(&self, run: F) -> T
    where
        T: Send + 'static,
        E: From<store::Error> + std::fmt::Debug + Send + 'static,
        F: for<'t> FnOnce(&mut WriteTx<'t>) -> Result<T, E> + Send + 'static,
    {
        self.store.write_blocking(run).unwrap()
    }

    /// Runs a write that may be refused.
    ///
    /// # Errors
    /// What the write refuses with.
    pub fn try_write<T, E, F>(&self, run: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<store::Error> + Send + 'static,
        F: for<'t> FnOnce(&mut WriteTx<'t>) -> Result<T, E> + Send + 'static,
    {
        self.store.write_blocking(run)
    }

    /// Runs a read that must succeed.
    pub fn read<T, E, F>(&self, run: F) -> T
    where
        E: From<store::Error> + std::fmt::Debug,
        F: for<'t> FnOnce(&ReadTx<'t>) -> Result<T, E>,
    {
        self.store.read_blocking(run).unwrap()
    }

    /// Runs a read that may be refused.
    ///
    /// # Errors
    /// What the read refuses with.
    pub fn try_read<T, E, F>(&self, run: F) -> Result<T, E>
    where
        E: From<store::Error>,
        F: for<'t> FnOnce(&ReadTx<'t>) -> Result<T, E>,
    {
        self.store.read_blocking(run)
    }

    /// Sets a portal password for a person and gives the login.
    pub fn set_password(&self, key: &str, password: &str) -> String {
        let person = self.person(key);
        let hash = store::PasswordHash::make(password, store::HashCost::FLOOR, &self.random);
        self.write(move |tx| {
            let login = school::login_of(tx, person)?;
            let account = school::find_account(tx, &login)?.unwrap();
            school::set_password(tx, now(), account.id, &hash).unwrap();
            Ok::<_, store::Error>(login)
        })
    }

    /// Where the base lies.
    #[must_use]
    pub fn path(&self) -> std::path::PathBuf {
        self.dir.path().join("zvonok.db")
    }

    /// Closes the base and opens it anew, as after a restart.
    pub fn reopen(&mut self) {
        self.store.close();
        self.store = Store::open(&self.path(), &self.schema, store::Mode::Serve).unwrap();
    }
}

type Founded =
    (HashMap<&'static str, PersonId>, HashMap<&'static str, SubjectId>, HashMap<&'static str, ClassGroup>);

fn found(tx: &mut WriteTx<'_>) -> Result<Founded, store::Error> {
    school::found_school(
        tx,
        &SchoolProfile {
            full_name: "Школа № 12 посёлка Заречье".to_owned(),
            short_name: "Школа № 12".to_owned(),
            place: "Заречье".to_owned(),
            zone: "Europe/Moscow".to_owned(),
            week_days: 6,
            help: "Алексей Игоревич Седов, каб. 118".to_owned(),
        },
    )?;
    let year = found_year(tx)?;
    let classes = found_classes(tx, year)?;
    let people = found_people(tx, &classes)?;
    let subjects = found_teaching(tx, &classes, &people)?;
    Ok((people, subjects, classes))
}

fn found_year(tx: &mut WriteTx<'_>) -> Result<YearId, store::Error> {
    let year = school::add_year(tx, 2026, date!(2026 - 09 - 01), date!(2027 - 06 - 01))?;
    let quarters = [
        ("I четверть", date!(2026 - 09 - 01), date!(2026 - 10 - 25)),
        ("II четверть", date!(2026 - 11 - 03), date!(2026 - 12 - 31)),
        ("III четверть", date!(2027 - 01 - 11), date!(2027 - 03 - 27)),
        ("IV четверть", date!(2027 - 04 - 05), date!(2027 - 06 - 01)),
    ];
    for (ordinal, (title, starts, ends)) in (1..).zip(quarters) {
        school::add_term(tx, year, TermKind::Quarter, ordinal, title, starts, ends)?;
    }
    let day = |kind, title: &str, starts, ends| school::CalendarDay {
        kind,
        title: title.to_owned(),
        starts,
        ends,
        grade_level: None,
    };
    for off in [
        day(school::DayKind::Vacation, "Осенние каникулы", date!(2026 - 10 - 25), date!(2026 - 11 - 03)),
        day(
            school::DayKind::Holiday,
            "День народного единства",
            date!(2026 - 11 - 04),
            date!(2026 - 11 - 05),
        ),
        day(school::DayKind::Vacation, "Зимние каникулы", date!(2026 - 12 - 31), date!(2027 - 01 - 11)),
    ] {
        school::add_calendar_day(tx, year, &off)?;
    }
    Ok(year)
}

fn found_classes(
    tx: &mut WriteTx<'_>,
    year: YearId,
) -> Result<HashMap<&'static str, ClassGroup>, store::Error> {
    let mut classes = HashMap::new();
    for (key, grade, week_days) in [("6A", 6, 6), ("3A", 3, 5)] {
        let label = ClassLabel { grade, letter: "А".to_owned() };
        let new = NewClassGroup {
            year,
            label: &label,
            room: Some("214"),
            term_kind: TermKind::Quarter,
            bells: "Основные",
            week_days,
        };
        let (id, _, change) = school::add_class_group(tx, &new)?;
        drop(change);
        classes.insert(key, school::load_class_group(tx, id)?);
    }
    Ok(classes)
}

fn found_people(
    tx: &mut WriteTx<'_>,
    classes: &HashMap<&'static str, ClassGroup>,
) -> Result<HashMap<&'static str, PersonId>, store::Error> {
    let start = date!(2026 - 09 - 01);
    let mut people = HashMap::new();
    let rows: [(&'static str, [&str; 3], Role); 13] = [
        ("varya", ["Ильина", "Варвара", "Олеговна"], Role::Pupil),
        ("demyan", ["Карпов", "Демьян", ""], Role::Pupil),
        ("timur", ["Хасанов", "Тимур", "Рашид оглы"], Role::Pupil),
        ("kira", ["Ильина", "Кира", "Олеговна"], Role::Pupil),
        ("mother", ["Ильина", "Светлана", "Юрьевна"], Role::Guardian),
        ("father", ["Ильин", "Олег", "Петрович"], Role::Guardian),
        ("demyan_mother", ["Карпова", "Нина", "Львовна"], Role::Guardian),
        ("gromova", ["Громова", "Ольга", "Павловна"], Role::Teacher),
        ("lapina", ["Лапина", "Анна", "Игоревна"], Role::Teacher),
        ("orlova", ["Орлова", "Вера", "Семёновна"], Role::Teacher),
        ("zotova", ["Зотова", "Татьяна", "Ильинична"], Role::DeputyHead),
        ("barinova", ["Баринова", "Елена", "Викторовна"], Role::SafeguardingLead),
        ("sedov", ["Седов", "Алексей", "Игоревич"], Role::Administrator),
    ];
    for (key, [surname, given, patronymic], role) in rows {
        let name = PersonName::parse(surname, given, patronymic).unwrap();
        let birth_date = (role == Role::Pupil).then_some(date!(2014 - 03 - 14));
        let new = NewPerson { external_id: Some(key), name: &name, birth_date, sex: None, phone: None };
        let person = school::add_person(tx, &new)?;
        drop(school::grant(tx, person, role, None, None, start)?);
        let login = school::login_for(tx, &name)?;
        school::create_account(tx, person, &login).unwrap();
        people.insert(key, person);
    }
    for (pupil, class) in [("varya", "6A"), ("demyan", "6A"), ("timur", "6A"), ("kira", "3A")] {
        drop(school::enrol(tx, people[pupil], &classes[class], &[], start, None)?);
    }
    let edges = [
        ("mother", "varya", "мать", Access::Full),
        ("mother", "kira", "мать", Access::Full),
        ("father", "varya", "отец", Access::None),
        ("demyan_mother", "demyan", "мать", Access::Full),
    ];
    for (adult, child, relation, access) in edges {
        let edge = NewGuardianship {
            adult: people[adult],
            child: people[child],
            relation,
            access,
            contact_order: 1,
            starts: start,
        };
        drop(school::add_guardianship(tx, &edge)?);
    }
    for (teacher, class) in [("gromova", "6A"), ("orlova", "3A")] {
        drop(school::grant(
            tx,
            people[teacher],
            Role::HomeroomTeacher,
            Some(classes[class].id),
            None,
            start,
        )?);
    }
    Ok(people)
}

fn found_teaching(
    tx: &mut WriteTx<'_>,
    classes: &HashMap<&'static str, ClassGroup>,
    people: &HashMap<&'static str, PersonId>,
) -> Result<HashMap<&'static str, SubjectId>, store::Error> {
    let mut subjects = HashMap::new();
    for (key, name, short) in [
        ("math", "Математика", "мат."),
        ("literature", "Литература", "лит."),
        ("english", "Английский язык", "англ."),
    ] {
        subjects.insert(key, school::add_subject(tx, name, short)?);
    }
    for (teacher, class, subject, hours) in
        [("gromova", "6A", "math", 5), ("lapina", "6A", "literature", 3), ("orlova", "3A", "math", 4)]
    {
        let teaching = NewTeaching {
            person: people[teacher],
            group: classes[class].whole,
            subject: subjects[subject],
            role: TeachingRole::Main,
            hours_per_week: hours,
            room: Some("214"),
            starts: date!(2026 - 09 - 01),
        };
        drop(school::assign_teaching(tx, &teaching)?);
    }
    Ok(subjects)
}
