//! Who is appointed, or comes back, is in the chats of that in the same commit, and not at the next tick.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use kit::{Chats, Refused};
use messenger::{ChargeOf, ChatKind, ConversationId, GroupError, MemberOf, MemberRole, ReadOnly, Seat, Way};
use school::{Access, NewGuardianship, Present, Role, Staff};
use store::Actor;
use testkit::{TODAY, now};

fn start(chats: &Chats, who: &str, with: &str, way: Way) -> ConversationId {
    let (viewer, with) = (chats.viewer(who), chats.world.person(with));
    let begun = chats.world.try_write(move |tx| {
        let by = Present::ask(tx, &viewer).map_err(|_| messenger::StartError::NoSuchContact)?;
        messenger::start(tx, now(), &by, &Actor::program("test"), TODAY, with, way)
    });
    begun.unwrap()
}

fn grant(chats: &Chats, who: &str, role: Role, class: Option<&str>) {
    let (person, class) = (chats.world.person(who), class.map(|class| chats.world.class_id(class)));
    chats.world.write(move |tx| {
        let (_, change) = school::grant(tx, person, role, class, None, TODAY)?;
        messenger::follow(tx, now(), TODAY, change)
    });
}

fn end_grant(chats: &Chats, who: &str, role: Role) {
    let person = chats.world.person(who);
    chats.world.write(move |tx| {
        let grants = school::grants_of(tx, person, TODAY)?;
        let grant = grants.into_iter().find(|grant| grant.role == role).unwrap();
        let change = school::end_grant(tx, grant.id, TODAY)?;
        messenger::follow(tx, now(), TODAY, change)
    });
}

fn seat(chats: &Chats, who: &str, chat: ConversationId) -> Option<(Seat, MemberRole, Option<ReadOnly>)> {
    let viewer = chats.viewer(who);
    let found = chats.world.try_read(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        Ok::<_, school::Denied>((by.seat(), by.role(), by.read_only()))
    });
    found.ok()
}

#[test]
fn a_new_homeroom_teacher_observes_the_chats_of_the_pupils_at_once() {
    // MSG-F31, MSG-S2, MSG-E20: the chat that had lost its observers goes on before the next tick.
    let chats = Chats::open();
    let pupil = chats.world.person("varya");
    let way = Way::Supervised { pupil, partner: chats.world.person("lapina") };
    let chat = start(&chats, "lapina", "varya", way);
    chats.withdraw("mother");
    end_grant(&chats, "gromova", Role::HomeroomTeacher);
    assert_eq!(
        seat(&chats, "lapina", chat).unwrap(),
        (Seat::Teacher, MemberRole::Writer, Some(ReadOnly::Unattended))
    );
    grant(&chats, "gromova", Role::HomeroomTeacher, Some("6A"));
    assert_eq!(seat(&chats, "gromova", chat).unwrap().0, Seat::Homeroom);
    assert_eq!(seat(&chats, "lapina", chat).unwrap().2, None);
}

#[test]
fn who_answers_for_safety_is_in_every_line_at_once() {
    // MSG-N4, MSG-I24: with one of two gone the line is closed; the successor opens it in the commit of the grant.
    let chats = Chats::open();
    grant(&chats, "orlova", Role::SafeguardingLead, None);
    let line = Way::Confidential { pupil: chats.world.person("varya") };
    let chat = start(&chats, "varya", "barinova", line);
    end_grant(&chats, "orlova", Role::SafeguardingLead);
    assert_eq!(seat(&chats, "orlova", chat), None);
    assert_eq!(seat(&chats, "varya", chat).unwrap().2, Some(ReadOnly::Unattended));
    chats.send("gromova", chats.class_chat(), "в классе всё как было");
    grant(&chats, "zotova", Role::SafeguardingLead, None);
    assert_eq!(seat(&chats, "zotova", chat).unwrap().0, Seat::Safety);
    assert_eq!(seat(&chats, "varya", chat).unwrap().2, None);
}

#[test]
fn a_substitute_who_links_today_is_in_the_class_today() {
    // MSG-N12, MSG-M7: linking, or any other change about them, neither forgets nor ends the substitution.
    let chats = Chats::open();
    let (class, orlova) = (chats.world.class_id("6A"), chats.world.person("orlova"));
    let chat = chats.class_chat();
    chats.withdraw("orlova");
    chats.world.write(move |tx| messenger::set_substitutes(tx, now(), TODAY, &[(class, orlova)]));
    assert!(!chats.is_in("orlova", chat), "MSG-I22");
    chats.enrol("orlova");
    assert!(chats.is_in("orlova", chat));
    grant(&chats, "orlova", Role::SafeguardingLead, None);
    assert!(chats.is_in("orlova", chat), "another appointment puts nobody out");
}

#[test]
fn a_guardian_who_stands_in_has_the_rights_of_the_lesson() {
    // MSG-E22: what the row says and what each call asks anew are one.
    let chats = Chats::open();
    let [orlova, demyan] = ["orlova", "demyan"].map(|key| chats.world.person(key));
    let class = chats.world.class_id("6A");
    chats.world.write(move |tx| {
        let edge = NewGuardianship {
            adult: orlova,
            child: demyan,
            relation: "тётя",
            access: Access::Full,
            contact_order: 2,
            starts: TODAY,
        };
        let (_, change) = school::add_guardianship(tx, &edge)?;
        messenger::follow(tx, now(), TODAY, change)
    });
    chats.send("gromova", chats.chat("gromova", ChatKind::ClassNews, "6A"), "новости");
    let news = chats.chat("orlova", ChatKind::ClassNews, "6A");
    assert_eq!(
        seat(&chats, "orlova", news),
        Some((Seat::Guardian, MemberRole::Reader, Some(ReadOnly::Reader)))
    );
    chats.world.write(move |tx| messenger::set_substitutes(tx, now(), TODAY, &[(class, orlova)]));
    assert_eq!(seat(&chats, "orlova", news), Some((Seat::Teacher, MemberRole::Writer, None)));
    assert_eq!(chats.audience("gromova", news).count(&[Seat::Teacher]), 2, "MSG-I20");
}

#[test]
fn a_chat_of_pupils_whose_only_adult_is_blocked_can_be_read() {
    // MSG-S2, MSG-M9, MSG-E21, MSG-E25: a blocked account answers for nobody.
    let chats = Chats::open();
    let chat = chats.class_chat();
    chats.withdraw("lapina");
    let gromova = chats.world.person("gromova");
    chats.world.write(move |tx| {
        school::block(tx, now(), gromova, "телефон потерян").unwrap();
        Ok::<_, store::Error>(())
    });
    assert_eq!(seat(&chats, "varya", chat).unwrap().2, Some(ReadOnly::Unattended));
    chats.enrol("lapina");
    assert_eq!(seat(&chats, "varya", chat).unwrap().2, None);
}

#[test]
fn an_adult_is_put_in_charge_of_a_group_of_pupils() {
    // MSG-E25, MSG-S2: by those who answer for safety, of those who teach the class, and only while nobody is there.
    let chats = Chats::open();
    let class = chats.world.class_id("6A");
    let (viewer, varya) = (chats.viewer("lapina"), chats.world.person("varya"));
    let chat = chats.world.try_write(move |tx| {
        let by = Staff::ask(tx, &viewer, TODAY)?;
        let actor = Actor::program("test");
        let people = [varya];
        messenger::gather(tx, now(), &by, &actor, TODAY, "Газета", Some(class), &people)
            .map_err(Refused::from)
    });
    let chat = chat.unwrap();
    let put = |who: &str, whom: &str| {
        let (viewer, whom) = (chats.viewer(who), chats.world.person(whom));
        chats.world.try_write(move |tx| {
            let by = ChargeOf::ask(tx, &viewer, chat, TODAY)?;
            Ok::<_, Refused>(messenger::put_in_charge(tx, now(), &by, whom)?)
        })
    };
    assert!(matches!(put("zotova", "gromova"), Err(Refused::Denied)), "an adult is there");
    chats.send("varya", chat, "черновик");
    chats.withdraw("lapina");
    assert_eq!(seat(&chats, "varya", chat).unwrap().2, Some(ReadOnly::Unattended));
    for outsider in ["varya", "gromova", "lapina", "orlova", "mother"] {
        assert!(matches!(put(outsider, "gromova"), Err(Refused::Denied)), "{outsider}");
    }
    // Of another class, a pupil, a guardian, one without Sferum.
    for stranger in ["orlova", "varya", "mother", "lapina"] {
        let refused = put("zotova", stranger);
        assert!(matches!(refused, Err(Refused::Group(GroupError::NotOfClass))), "{stranger}: {refused:?}");
    }
    put("zotova", "gromova").unwrap();
    let (as_whom, role, read_only) = seat(&chats, "gromova", chat).unwrap();
    assert_eq!((role, read_only), (MemberRole::Moderator, None));
    assert!(as_whom.is_staff());
    assert_eq!(seat(&chats, "varya", chat).unwrap().2, None);
    assert_eq!(chats.texts("gromova", chat), [] as [&str; 0], "a newcomer sees what comes");
    assert!(matches!(put("zotova", "gromova"), Err(Refused::Denied)), "nobody is missing any more");
}
