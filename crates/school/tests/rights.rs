//! Rights from dated rows (DIA-I14, DIA-I15, ARC-7, A14): who may, on which day, and who may not.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use school::{
    Access, Administrator, Denied, DeputyHead, EndWhy, GuardianOf, HomeroomOf, Present, PupilSelf, Reader,
    ReaderOf, Role, SafeguardingLead, Staff, TeacherOf, Viewer,
};
use testkit::{TODAY, World, now};
use time::Date;
use time::macros::date;

const EVERYBODY: [&str; 13] = [
    "varya",
    "demyan",
    "timur",
    "kira",
    "mother",
    "father",
    "demyan_mother",
    "gromova",
    "lapina",
    "orlova",
    "zotova",
    "barinova",
    "sedov",
];
const PUPILS: [&str; 4] = ["varya", "demyan", "timur", "kira"];

fn reads(world: &World, viewer: &Viewer, child: &str, on: Date) -> Option<Reader> {
    let child = world.person(child);
    world.read(|tx| match ReaderOf::ask(tx, viewer, child, on) {
        Ok(proof) => {
            assert_eq!(proof.child(), child);
            Ok(Some(proof.reader()))
        }
        Err(Denied::Denied) => Ok(None),
        Err(Denied::Store(error)) => Err(error),
    })
}

#[test]
fn a_child_is_read_by_themself_and_their_guardians_and_nobody_else() {
    // DIA-I14, Z1: everybody against every child.
    let world = World::build(&[]);
    let mut may = Vec::new();
    for who in EVERYBODY {
        let viewer = world.viewer(who);
        for child in PUPILS {
            if let Some(reader) = reads(&world, &viewer, child, TODAY) {
                may.push((who, child, reader));
            }
        }
    }
    assert_eq!(
        may,
        [
            ("varya", "varya", Reader::Oneself),
            ("demyan", "demyan", Reader::Oneself),
            ("timur", "timur", Reader::Oneself),
            ("kira", "kira", Reader::Oneself),
            ("mother", "varya", Reader::Guardian),
            ("mother", "kira", Reader::Guardian),
            ("demyan_mother", "demyan", Reader::Guardian),
        ]
    );
}

#[test]
fn a_courts_limit_is_no_edge_until_it_is_lifted() {
    // DIA-E29: the school knows of the edge, the adult gets nothing by it.
    let world = World::build(&[]);
    let (varya, father) = (world.person("varya"), world.person("father"));
    let viewer = world.viewer("father");
    let edge = world.read(|tx| {
        assert_eq!(school::children_of(tx, father, TODAY)?, []);
        assert!(!school::class_guardians(tx, world.class_id("6A"), TODAY)?.contains(&father));
        assert!(school::standings_of(tx, world.class_id("6A"), father, TODAY)?.is_empty());
        assert_eq!(school::classes_around(tx, father, TODAY)?, []);
        let edges = school::guardians_of(tx, varya, TODAY)?;
        Ok::<_, store::Error>(edges.into_iter().find(|edge| edge.adult == father).unwrap())
    });
    assert_eq!(edge.access, Access::None);
    assert_eq!(reads(&world, &viewer, "varya", TODAY), None);
    let change = world.write(move |tx| school::set_access(tx, edge.id, Access::Read));
    assert_eq!(change.touched().len(), 2);
    assert_eq!(reads(&world, &viewer, "varya", TODAY), Some(Reader::Guardian));
    drop(world.write(move |tx| school::set_access(tx, edge.id, Access::None)));
    assert_eq!(reads(&world, &viewer, "varya", TODAY), None);
}

#[test]
fn a_guardianship_gives_nothing_before_its_first_day_and_from_its_end_on() {
    let world = World::build(&[]);
    let (mother, kira) = (world.person("mother"), world.person("kira"));
    let viewer = world.viewer("mother");
    assert_eq!(reads(&world, &viewer, "kira", date!(2026 - 08 - 31)), None);
    assert_eq!(reads(&world, &viewer, "kira", date!(2026 - 09 - 01)), Some(Reader::Guardian));
    let edges = world.read(|tx| school::guardians_of(tx, kira, TODAY));
    let edge = edges.into_iter().find(|edge| edge.adult == mother).unwrap();
    drop(world.write(move |tx| school::end_guardianship(tx, edge.id, TODAY)));
    assert_eq!(reads(&world, &viewer, "kira", TODAY - time::Duration::DAY), Some(Reader::Guardian));
    assert_eq!(reads(&world, &viewer, "kira", TODAY), None);
    assert_eq!(reads(&world, &viewer, "varya", TODAY), Some(Reader::Guardian));
}

/// Which proofs a viewer gets on a day.
fn proofs(world: &World, viewer: &Viewer, on: Date) -> Vec<&'static str> {
    let (class, other) = (world.class_id("6A"), world.class_id("3A"));
    let (group, math, literature) = (world.whole("6A"), world.subject("math"), world.subject("literature"));
    let child = world.person("varya");
    world.read(|tx| {
        let asked = [
            ("present", Present::ask(tx, viewer).is_ok()),
            ("administrator", Administrator::ask(tx, viewer, on).is_ok()),
            ("deputy head", DeputyHead::ask(tx, viewer, on).is_ok()),
            ("safeguarding lead", SafeguardingLead::ask(tx, viewer, on).is_ok()),
            ("pupil", PupilSelf::ask(tx, viewer, on).is_ok()),
            ("staff", Staff::ask(tx, viewer, on).is_ok()),
            ("homeroom of 6A", HomeroomOf::ask(tx, viewer, class, on).is_ok()),
            ("homeroom of 3A", HomeroomOf::ask(tx, viewer, other, on).is_ok()),
            ("mathematics in 6A", TeacherOf::ask(tx, viewer, group, math, on).is_ok()),
            ("literature in 6A", TeacherOf::ask(tx, viewer, group, literature, on).is_ok()),
            ("guardian of varya", GuardianOf::ask(tx, viewer, child, on).is_ok()),
        ];
        Ok::<_, store::Error>(asked.into_iter().filter(|(_, got)| *got).map(|(name, _)| name).collect())
    })
}

#[test]
fn each_person_gets_the_proofs_of_their_rows() {
    let world = World::build(&[]);
    let expected: [(&str, &[&str]); 8] = [
        ("varya", &["present", "pupil"]),
        ("mother", &["present", "guardian of varya"]),
        ("father", &["present"]),
        ("gromova", &["present", "staff", "homeroom of 6A", "mathematics in 6A"]),
        ("lapina", &["present", "staff", "literature in 6A"]),
        ("orlova", &["present", "staff", "homeroom of 3A"]),
        ("zotova", &["present", "deputy head", "staff"]),
        ("sedov", &["present", "administrator", "staff"]),
    ];
    for (who, wanted) in expected {
        let viewer = world.viewer(who);
        assert_eq!(proofs(&world, &viewer, TODAY), wanted, "{who}");
        // Before the first day of the year nobody has a right yet.
        assert_eq!(proofs(&world, &viewer, date!(2026 - 08 - 31)), ["present"], "{who}");
    }
}

#[test]
fn an_ended_session_proves_nothing() {
    // A14, Z5: with the rights still there.
    let world = World::build(&[]);
    for who in EVERYBODY {
        let viewer = world.viewer(who);
        let person = world.person(who);
        assert!(!proofs(&world, &viewer, TODAY).is_empty());
        world.write(move |tx| school::end_all_sessions(tx, now(), person, None, EndWhy::Administrator));
        assert_eq!(proofs(&world, &viewer, TODAY), Vec::<&str>::new(), "{who}");
        for child in PUPILS {
            assert_eq!(reads(&world, &viewer, child, TODAY), None, "{who}");
        }
        // A session of another device goes on.
        let other = world.viewer(who);
        assert!(!proofs(&world, &other, TODAY).is_empty());
    }
}

#[test]
fn a_blocked_person_proves_nothing() {
    let world = World::build(&[]);
    let viewer = world.viewer("gromova");
    let person = world.person("gromova");
    world.write(move |tx| {
        school::block(tx, now(), person, "уволилась").unwrap();
        Ok::<_, store::Error>(())
    });
    assert_eq!(proofs(&world, &viewer, TODAY), Vec::<&str>::new());
}

#[test]
fn an_ended_grant_gives_no_right_from_its_day_on() {
    // DIA-I15.
    let world = World::build(&[]);
    let person = world.person("gromova");
    let viewer = world.viewer("gromova");
    let grants = world.read(|tx| school::grants_of(tx, person, TODAY));
    let homeroom = grants.iter().find(|grant| grant.role == Role::HomeroomTeacher).unwrap().id;
    let teacher = grants.iter().find(|grant| grant.role == Role::Teacher).unwrap().id;
    drop(world.write(move |tx| school::end_grant(tx, homeroom, TODAY)));
    assert_eq!(proofs(&world, &viewer, TODAY), ["present", "staff", "mathematics in 6A"]);
    let yesterday = TODAY - time::Duration::DAY;
    assert!(proofs(&world, &viewer, yesterday).contains(&"homeroom of 6A"), "what was, was");
    drop(world.write(move |tx| school::end_grant(tx, teacher, TODAY)));
    assert!(!proofs(&world, &viewer, TODAY).contains(&"staff"));
    let again = world.try_write(move |tx| school::end_grant(tx, teacher, TODAY).map(drop));
    assert!(matches!(again, Err(store::Error::NoRow)));
}

#[test]
fn an_ended_teaching_gives_no_right_from_its_day_on() {
    let world = World::build(&[]);
    let viewer = world.viewer("lapina");
    let (person, group) = (world.person("lapina"), world.whole("6A"));
    let teachings = world.read(|tx| school::teaching_of(tx, person, TODAY));
    let teaching = teachings.into_iter().find(|teaching| teaching.group == group).unwrap().id;
    drop(world.write(move |tx| school::end_teaching(tx, teaching, TODAY)));
    assert!(!proofs(&world, &viewer, TODAY).contains(&"literature in 6A"));
    assert!(proofs(&world, &viewer, TODAY - time::Duration::DAY).contains(&"literature in 6A"));
}

#[test]
fn a_viewer_with_somebody_elses_session_is_nobody() {
    // Z5: a viewer is made by `open_session` and `resume_session` only, so a mixed one cannot be written down; the
    // nearest thing is a session whose owner was somebody else all along.
    let world = World::build(&[]);
    let varya = world.viewer("varya");
    let demyan = world.viewer("demyan");
    assert_ne!(varya.session(), demyan.session());
    assert_eq!(reads(&world, &varya, "demyan", TODAY), None);
    let session = demyan.session();
    let refused = world.try_write(move |tx| match school::end_own_session(tx, now(), &varya, session) {
        Err(Denied::Denied) => Ok::<_, store::Error>(true),
        Ok(()) => Ok(false),
        Err(Denied::Store(error)) => Err(error),
    });
    assert!(refused.unwrap(), "somebody else's session is not there for me");
}
