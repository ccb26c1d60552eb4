//! Links on a real file (LNK-L1 to LNK-L10).
#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

use std::sync::Arc;

use identity::{FullName, Provider, VkSubject, VkUserId};
use linking::{
    Approver, Claims, Landed, Landing, LinkChange, LinkError, LinkPath, Password, Refusal, RefusedWhy,
    Returned, State,
};
use school::{Administrator, Fresh, HomeroomOf, PersonId, Present, Viewer};
use store::{Random, ServerKey, UtcInstant, sql};
use testkit::{TODAY, World, now};
use time::Duration;

struct Desk {
    world: World,
    key: Arc<ServerKey>,
    random: Random,
}

const EMBEDDED: Provider = Provider::Embedded;

fn subject(user: i64) -> VkSubject {
    VkSubject::new(EMBEDDED, VkUserId::new(user).unwrap())
}

fn returned(user: i64, name: [&str; 3]) -> Returned {
    let [surname, given, patronymic] = name;
    Returned {
        subject: subject(user),
        claims: Claims {
            name: FullName::parse(surname, given, patronymic).unwrap(),
            birth_date: None,
            role: None,
        },
        path: LinkPath::ExistingProfile,
    }
}

const VARYA: [&str; 3] = ["Ильина", "Варвара", "Олеговна"];

impl Desk {
    fn new() -> Self {
        let random = Random::seeded(3);
        let world = World::build(&[identity::MIGRATIONS, linking::MIGRATIONS]);
        Self { world, key: Arc::new(ServerKey::in_memory(&random)), random }
    }

    fn begin(&self, viewer: Viewer, at: UtcInstant) -> Result<String, LinkError> {
        let key = Arc::clone(&self.key);
        let state = linking::propose(&key, &self.random, &viewer).state;
        let begun = state.clone();
        self.world.try_write(move |tx| linking::begin(tx, at, &key, &viewer, EMBEDDED, &begun))?;
        Ok(state)
    }

    fn land(
        &self,
        viewer: Viewer,
        at: UtcInstant,
        state: &str,
        returned: Returned,
    ) -> Result<Landed, LinkError> {
        let key = Arc::clone(&self.key);
        let landing = Landing { state: state.to_owned(), returned, was_reviewed: true };
        self.world.try_write(move |tx| linking::land(tx, at, &key, &viewer, landing))
    }

    fn link(&self, key: &str, user: i64, name: [&str; 3]) -> Landed {
        let viewer = self.world.viewer(key);
        let state = self.begin(viewer, now()).unwrap();
        self.land(viewer, now(), &state, returned(user, name)).unwrap()
    }

    fn state(&self, viewer: Viewer) -> State {
        self.world
            .try_read(move |tx| {
                let who = Present::ask(tx, &viewer)?;
                Ok::<_, LinkError>(linking::link_of(tx, &who, EMBEDDED)?.state)
            })
            .unwrap()
    }

    fn unlink(&self, viewer: Viewer) -> Result<LinkChange, LinkError> {
        self.world.try_write(move |tx| {
            let who = Fresh::ask(tx, &viewer, now()).map_err(|_| LinkError::Denied)?;
            linking::unlink(tx, now(), &who, EMBEDDED)
        })
    }

    fn confirm(&self, viewer: Viewer, password: Password) -> Result<Landed, LinkError> {
        self.world.try_write(move |tx| linking::confirm(tx, now(), &viewer, EMBEDDED, password))
    }

    fn decide(
        &self,
        teacher: &str,
        class: &str,
        person: PersonId,
        yes: bool,
    ) -> Result<LinkChange, LinkError> {
        let (viewer, class) = (self.world.viewer(teacher), self.world.class_id(class));
        self.world.try_write(move |tx| {
            let proof = HomeroomOf::ask(tx, &viewer, class, TODAY)?;
            let id =
                tx.load(sql!("SELECT id FROM linking_link WHERE person = ?1"), [person], |row| row.get(0))?;
            let by = Approver::Homeroom(&proof);
            if yes {
                Ok(linking::approve(tx, now(), TODAY, by, id)?.1)
            } else {
                linking::reject(tx, now(), TODAY, by, id, "не наш ученик").map(|_| LinkChange::Same)
            }
        })
    }
}

fn refusal<T: std::fmt::Debug>(result: Result<T, LinkError>) -> Refusal {
    match result.unwrap_err() {
        LinkError::Refused(refusal) => refusal,
        LinkError::Denied | LinkError::Store(_) => panic!("not a refusal"),
    }
}

#[test]
fn equal_names_link_at_once() {
    // LNK-L3, LNK-L4
    let desk = Desk::new();
    let landed = desk.link("varya", 700_000_001, VARYA);
    assert!(matches!(landed.link.state, State::Active(_)));
    assert_eq!(landed.change, LinkChange::Entered(desk.world.person("varya")));
    assert!(desk.world.read(|tx| linking::is_active(tx, desk.world.person("varya"))));
}

#[test]
fn other_names_wait_for_the_homeroom_teacher_of_that_class() {
    // LNK-L3
    let desk = Desk::new();
    let varya = desk.world.person("varya");
    let landed = desk.link("varya", 700_000_001, ["Котова", "Кира", ""]);
    assert!(matches!(landed.link.state, State::AwaitingApproval { .. }));
    assert_eq!(landed.change, LinkChange::Same);
    let list = |teacher: &str, class: &str| {
        let (viewer, class) = (desk.world.viewer(teacher), desk.world.class_id(class));
        desk.world
            .try_read(move |tx| {
                let proof = HomeroomOf::ask(tx, &viewer, class, TODAY)?;
                Ok::<_, LinkError>(linking::waiting_in_class(tx, &proof, TODAY)?.len())
            })
            .unwrap()
    };
    assert_eq!((list("gromova", "6A"), list("orlova", "3A")), (1, 0));
    // Another class's teacher sees neither the link nor that it is there (Z2).
    assert!(matches!(desk.decide("orlova", "3A", varya, true), Err(LinkError::Denied)));
    assert_eq!(desk.decide("gromova", "6A", varya, true).unwrap(), LinkChange::Entered(varya));
    assert!(matches!(desk.state(desk.world.viewer("varya")), State::Active(linked)
        if linked.approved_by == Some(desk.world.person("gromova"))));
    assert_eq!(refusal(desk.decide("gromova", "6A", varya, true)), Refusal::NotNow);
}

#[test]
fn a_rejected_link_may_be_begun_again() {
    let desk = Desk::new();
    let varya = desk.world.person("varya");
    desk.link("varya", 700_000_001, ["Котова", "Кира", ""]);
    let viewer = desk.world.viewer("varya");
    assert_eq!(refusal(desk.begin(viewer, now())), Refusal::AlreadyWaiting);
    assert_eq!(desk.decide("gromova", "6A", varya, false).unwrap(), LinkChange::Same);
    assert_eq!(desk.state(viewer), State::Unlinked);
    assert!(matches!(desk.link("varya", 700_000_002, VARYA).link.state, State::Active(_)));
}

#[test]
fn staff_are_decided_by_the_administrator() {
    // LNK-L3: Orlova is no pupil of 6 «А», and no class decides on its own teacher.
    let desk = Desk::new();
    let orlova = desk.world.person("orlova");
    desk.link("orlova", 700_000_009, ["Орлова", "Ольга", ""]);
    assert!(matches!(desk.decide("orlova", "3A", orlova, true), Err(LinkError::Denied)));
    let viewer = desk.world.viewer("sedov");
    let change = desk
        .world
        .try_write(move |tx| {
            let proof = Administrator::ask(tx, &viewer, TODAY)?;
            let waiting = linking::waiting_for_administrator(tx, &proof)?;
            Ok::<_, LinkError>(
                linking::approve(tx, now(), TODAY, Approver::Administrator(&proof), waiting[0].link)?.1,
            )
        })
        .unwrap();
    assert_eq!(change, LinkChange::Entered(orlova));
}

#[test]
fn a_subject_of_another_person_is_refused_and_nothing_is_half_linked() {
    // LNK-L3, O6
    let desk = Desk::new();
    desk.link("demyan", 700_000_001, ["Карпов", "Демьян", ""]);
    let landed = desk.link("varya", 700_000_001, VARYA);
    assert_eq!((landed.refusal, landed.change), (Some(Refusal::SubjectTaken), LinkChange::Same));
    assert_eq!(desk.state(desk.world.viewer("varya")), State::Unlinked);
    // Somebody who waits holds the subject too.
    desk.link("timur", 700_000_002, ["Котова", "Кира", ""]);
    assert_eq!(desk.link("kira", 700_000_002, ["Ильина", "Кира", ""]).refusal, Some(Refusal::SubjectTaken));
    // The same number of another provider is another subject (VK-3).
    let other = VkSubject::new(Provider::Vk, VkUserId::new(700_000_001).unwrap());
    assert_ne!(other, subject(700_000_001));
}

#[test]
fn a_return_is_taken_once_from_its_session_with_its_state_in_its_time() {
    // LNK-L1, O4
    let desk = Desk::new();
    let viewer = desk.world.viewer("varya");
    let second = desk.world.viewer("varya");
    let stranger = desk.world.viewer("demyan");
    let state = desk.begin(viewer, now()).unwrap();
    assert_eq!(state.len(), 43);
    // A state opened in another session begins nothing there.
    let (key, foreign) = (Arc::clone(&desk.key), state.clone());
    let begun =
        desk.world.try_write(move |tx| linking::begin(tx, now(), &key, &stranger, EMBEDDED, &foreign));
    assert_eq!(refusal(begun), Refusal::ForeignSession);
    let land = |viewer, at, state: &str| desk.land(viewer, at, state, returned(700_000_001, VARYA));
    assert_eq!(refusal(land(viewer, now(), "AAAA")), Refusal::ForeignAttempt);
    assert_eq!(refusal(land(second, now(), &state)), Refusal::ForeignSession);
    assert_eq!(refusal(land(stranger, now(), &state)), Refusal::ForeignAttempt);
    assert_eq!(refusal(land(viewer, now() + Duration::minutes(15), &state)), Refusal::TooLate);
    let key = Arc::clone(&desk.key);
    let given = state.clone();
    let expected =
        desk.world.try_read(move |tx| linking::expected(tx, now(), &key, &viewer, EMBEDDED, &given));
    assert_eq!(expected.unwrap().len(), 43);
    assert!(land(viewer, now() + Duration::minutes(14), &state).is_ok());
    assert_eq!(refusal(land(viewer, now(), &state)), Refusal::ForeignAttempt, "used");
}

#[test]
fn a_second_beginning_makes_the_first_return_foreign() {
    let desk = Desk::new();
    let viewer = desk.world.viewer("varya");
    let first = desk.begin(viewer, now()).unwrap();
    let second = desk.begin(viewer, now()).unwrap();
    assert_eq!(
        refusal(desk.land(viewer, now(), &first, returned(700_000_001, VARYA))),
        Refusal::ForeignAttempt
    );
    assert!(desk.land(viewer, now(), &second, returned(700_000_001, VARYA)).is_ok());
}

#[test]
fn a_cancelled_sign_in_changes_nothing() {
    let desk = Desk::new();
    let viewer = desk.world.viewer("varya");
    let state = desk.begin(viewer, now()).unwrap();
    let key = Arc::clone(&desk.key);
    let link = desk
        .world
        .write(move |tx| linking::refuse(tx, now(), &key, &viewer, EMBEDDED, &state, RefusedWhy::Cancelled));
    assert_eq!(link.state, State::Unlinked);
}

#[test]
fn unlinking_keeps_the_history_and_another_subject_needs_the_password() {
    // LNK-L5, LNK-L6
    let desk = Desk::new();
    let varya = desk.world.person("varya");
    desk.link("varya", 700_000_001, VARYA);
    let viewer = desk.world.viewer("varya");
    assert_eq!(desk.unlink(viewer).unwrap(), LinkChange::Left(varya));
    // The same subject again: no question.
    assert!(matches!(desk.link("varya", 700_000_001, VARYA).link.state, State::Active(_)));
    let _ = desk.unlink(viewer).unwrap();
    let landed = desk.link("varya", 700_000_002, VARYA);
    assert!(matches!(landed.link.state, State::Reviewing { .. }));
    assert_eq!(refusal(desk.confirm(viewer, Password::Wrong)), Refusal::WrongPassword);
    assert_eq!(refusal(desk.confirm(viewer, Password::NotAsked)), Refusal::WrongPassword);
    assert_eq!(desk.confirm(viewer, Password::Right).unwrap().change, LinkChange::Entered(varya));
    let history: Vec<_> = desk
        .world
        .try_read(move |tx| {
            let who = Present::ask(tx, &viewer)?;
            Ok::<_, LinkError>(linking::history(tx, &who)?)
        })
        .unwrap()
        .into_iter()
        .rev()
        .map(|row| format!("{}: {} → {}", row.event, row.from, row.to))
        .collect();
    insta::assert_snapshot!(history.join("\n"), @r"
    begin: unlinked → authorizing
    returned: authorizing → active
    unlinked: active → unlinked
    begin: unlinked → authorizing
    returned: authorizing → active
    unlinked: active → unlinked
    begin: unlinked → authorizing
    returned: authorizing → reviewing
    confirmed: reviewing → active
    ");
}

#[test]
fn the_log_of_links_cannot_be_changed() {
    // LNK-L6
    let desk = Desk::new();
    desk.link("varya", 700_000_001, VARYA);
    for statement in [sql!("UPDATE linking_log SET why = 'x'"), sql!("DELETE FROM linking_log")] {
        let changed = desk.world.try_write(move |tx| tx.execute(statement, []));
        assert!(changed.is_err());
    }
}

#[test]
fn a_suspended_person_cannot_begin_and_comes_back_when_reinstated() {
    let desk = Desk::new();
    let varya = desk.world.person("varya");
    let id = desk.link("varya", 700_000_001, VARYA).link.id.unwrap();
    let (viewer, office) = (desk.world.viewer("varya"), desk.world.viewer("sedov"));
    let change = desk
        .world
        .try_write(move |tx| {
            let proof = Administrator::ask(tx, &office, TODAY)?;
            Ok::<_, LinkError>(linking::suspend(tx, now(), &proof, id, "по просьбе родителей")?.1)
        })
        .unwrap();
    assert_eq!(change, LinkChange::Left(varya));
    assert_eq!(refusal(desk.begin(viewer, now())), Refusal::Suspended);
    // Unlinking is a right, but it lifts no block.
    assert_eq!(desk.unlink(viewer).unwrap(), LinkChange::Same);
    assert_eq!(refusal(desk.begin(viewer, now())), Refusal::Suspended);
    let (link, change) = desk
        .world
        .try_write(move |tx| {
            let proof = Administrator::ask(tx, &office, TODAY)?;
            linking::reinstate(tx, now(), &proof, id)
        })
        .unwrap();
    assert_eq!((link.state, change), (State::Unlinked, LinkChange::Same));
}

#[test]
fn a_deleted_vk_id_ends_the_link() {
    // LNK-L10
    let desk = Desk::new();
    let varya = desk.world.person("varya");
    desk.link("varya", 700_000_001, VARYA);
    let revoke = || desk.world.write(|tx| linking::provider_revoked(tx, now(), subject(700_000_001)));
    assert_eq!(revoke(), LinkChange::Left(varya));
    assert_eq!(revoke(), LinkChange::Same);
}

#[test]
fn a_deleted_vk_id_is_not_linked_by_a_review_that_was_under_way() {
    // LNK-L10
    let desk = Desk::new();
    desk.link("varya", 700_000_001, VARYA);
    let viewer = desk.world.viewer("varya");
    let _ = desk.unlink(viewer).unwrap();
    let state = desk.begin(viewer, now()).unwrap();
    let landed = desk.land(viewer, now(), &state, returned(700_000_002, VARYA)).unwrap();
    assert!(matches!(landed.link.state, State::Reviewing { .. }));
    let change = desk.world.write(|tx| linking::provider_revoked(tx, now(), subject(700_000_002)));
    assert_eq!((change, desk.state(viewer)), (LinkChange::Same, State::Unlinked));
    assert_eq!(refusal(desk.confirm(viewer, Password::Right)), Refusal::NotNow);
}

#[test]
fn a_killed_process_leaves_nothing_half_linked() {
    // LNK-L7: the base is reopened after each step, and a command that fails after its last effect leaves no trace.
    let mut desk = Desk::new();
    let viewer = desk.world.viewer("varya");
    let state = desk.begin(viewer, now()).unwrap();
    desk.world.reopen();
    assert!(matches!(desk.state(viewer), State::Authorizing { .. }));
    let (key, given) = (Arc::clone(&desk.key), state.clone());
    let killed = desk.world.try_write(move |tx| {
        let landing = Landing { state: given, returned: returned(700_000_001, VARYA), was_reviewed: true };
        let landed = linking::land(tx, now(), &key, &viewer, landing)?;
        assert!(matches!(landed.link.state, State::Active(_)));
        Err::<(), _>(LinkError::Store(store::Error::Full))
    });
    assert!(killed.is_err());
    desk.world.reopen();
    assert!(matches!(desk.state(viewer), State::Authorizing { .. }));
    let landed = desk.land(viewer, now(), &state, returned(700_000_001, VARYA)).unwrap();
    assert!(matches!(landed.link.state, State::Active(_)));
    desk.world.reopen();
    assert!(matches!(desk.state(viewer), State::Active(_)));
    let _ = desk.unlink(viewer).unwrap();
    desk.world.reopen();
    assert_eq!(desk.state(viewer), State::Unlinked);
}

#[test]
fn overdue_attempts_are_written_down_as_expired() {
    let desk = Desk::new();
    let viewer = desk.world.viewer("varya");
    desk.begin(viewer, now()).unwrap();
    let expire = |at| desk.world.write(move |tx| linking::expire(tx, at));
    assert_eq!(expire(now() + Duration::minutes(14)), 0);
    assert_eq!(expire(now() + Duration::minutes(15)), 1);
    assert_eq!(expire(now() + Duration::minutes(16)), 0);
    assert_eq!(desk.state(viewer), State::Unlinked);
}

#[test]
fn people_of_the_demo_are_linked_through_the_machine() {
    let desk = Desk::new();
    let varya = desk.world.person("varya");
    let Returned { claims, path, .. } = returned(700_000_001, VARYA);
    let adopt = |person, user| {
        let claims = claims.clone();
        desk.world.try_write(move |tx| linking::adopt(tx, now(), person, subject(user), claims, path))
    };
    assert_eq!(adopt(varya, 700_000_001).unwrap(), LinkChange::Entered(varya));
    assert_eq!(refusal(adopt(varya, 700_000_002)), Refusal::AlreadyLinked);
    assert_eq!(refusal(adopt(desk.world.person("kira"), 700_000_001)), Refusal::SubjectTaken);
}
