//! Families and classes that change: chats follow in the same commit, and nothing happens by itself.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use kit::{Chats, later};
use messenger::{ChatKind, ConversationId, MemberOf};
use school::{Access, Guardianship, RosterChange};
use store::WriteTx;
use testkit::{TODAY, now};
use time::{Date, Duration};

fn edge(chats: &Chats, adult: &str, child: &str) -> Guardianship {
    let [adult, child] = [adult, child].map(|key| chats.world.person(key));
    let edges = chats.world.read(|tx| school::guardians_of(tx, child, TODAY));
    edges.into_iter().find(|edge| edge.adult == adult).unwrap()
}

fn follow(
    chats: &Chats,
    change: impl FnOnce(&mut WriteTx<'_>) -> Result<RosterChange, store::Error> + Send + 'static,
) {
    chats.world.write(move |tx| {
        let change = change(tx)?;
        messenger::follow(tx, now(), TODAY, change)
    });
}

fn is_in_on(chats: &Chats, day: Date, who: &str, chat: ConversationId) -> bool {
    let viewer = chats.viewer(who);
    chats.world.try_read(|tx| MemberOf::ask(tx, &viewer, chat, day).map(drop)).is_ok()
}

#[test]
fn parents_who_part_are_in_the_chats_that_a_court_leaves_them() {
    // MSG-E24, MSG-N9: each household by its own edge; the other one notices nothing.
    let chats = Chats::open();
    let parents = chats.parents_chat();
    let father = edge(&chats, "father", "varya").id;
    assert!(chats.is_in("mother", parents) && !chats.is_in("father", parents));
    chats.send("gromova", parents, "Собрание в пятницу");
    for (access, is_in) in [(Access::Full, true), (Access::None, false)] {
        follow(&chats, move |tx| school::set_access(tx, father, access));
        assert_eq!(chats.is_in("father", parents), is_in, "{access:?}");
        assert!(chats.is_in("mother", parents));
    }
    follow(&chats, move |tx| school::set_access(tx, father, Access::Full));
    assert_eq!(chats.texts("father", parents), ["Собрание в пятницу"], "both households read the same");
}

#[test]
fn a_guardianship_ends_on_its_day() {
    // MSG-E24, MSG-I21: the end is asked at each look, so it needs no tick.
    let chats = Chats::open();
    let parents = chats.parents_chat();
    let id = edge(&chats, "mother", "varya").id;
    let last = TODAY + Duration::days(5);
    chats.world.write(move |tx| school::end_guardianship(tx, id, last).map(drop));
    assert!(is_in_on(&chats, last - Duration::DAY, "mother", parents));
    assert!(!is_in_on(&chats, last, "mother", parents), "before any tick");
    chats.world.write(move |tx| messenger::roster_tick(tx, now(), last));
    let viewer = chats.viewer("gromova");
    let seats = chats.world.read(|tx| {
        let by = MemberOf::ask(tx, &viewer, parents, last)?;
        messenger::audience(tx, &by, last).map_err(school::Denied::from)
    });
    assert_eq!(seats.seats[&messenger::Seat::Guardian], 1, "the tick has taken the place too");
    // The other child keeps the same adult where the other child is.
    assert!(chats.is_in("mother", chats.chat("orlova", ChatKind::ParentsChat, "3A")));
}

#[test]
fn who_leaves_in_the_middle_of_the_year_takes_the_family_out_and_leaves_what_was_written() {
    // MSG-E24, MSG-E23
    let chats = Chats::open();
    let (class, parents) = (chats.class_chat(), chats.parents_chat());
    chats.send("demyan", class, "Я принесу");
    chats.send("demyan_mother", parents, "Мы принесём");
    let demyan = chats.world.person("demyan");
    follow(&chats, move |tx| school::leave(tx, demyan, TODAY));
    assert!(!chats.is_in("demyan", class) && !chats.is_in("demyan_mother", parents));
    assert_eq!(chats.texts("varya", class), ["Я принесу"]);
    assert_eq!(chats.texts("mother", parents), ["Мы принесём"]);
    let page = chats.page("varya", class).unwrap();
    assert_eq!(page.lines[0].sender, demyan, "authorship stays");
}

#[test]
fn a_class_is_split_and_joined_again_pupil_by_pupil() {
    // MSG-E24, MSG-M1, MSG-M3: each is in the chats of their class of the day, and no minute in both.
    let chats = Chats::open();
    let (six, three) = (chats.class_chat(), chats.chat("orlova", ChatKind::ClassChat, "3A"));
    chats.send("gromova", six, "до разделения");
    for who in ["varya", "demyan"] {
        let (person, class) = (chats.world.person(who), chats.world.class("3A").clone());
        follow(&chats, move |tx| school::move_pupil(tx, person, &class, TODAY, None));
        assert!(!chats.is_in(who, six) && chats.is_in(who, three), "{who}");
    }
    let viewer = chats.viewer("gromova");
    chats.send_at(later(1), viewer, six, chats.cid(), "без них").unwrap();
    let parents_of =
        |class| chats.chat(if class == "6A" { "gromova" } else { "orlova" }, ChatKind::ParentsChat, class);
    assert!(
        !chats.is_in("demyan_mother", parents_of("6A")) && chats.is_in("demyan_mother", parents_of("3A"))
    );
    for who in ["varya", "demyan"] {
        let (person, class) = (chats.world.person(who), chats.world.class("6A").clone());
        follow(&chats, move |tx| school::move_pupil(tx, person, &class, TODAY, None));
        assert!(chats.is_in(who, six) && !chats.is_in(who, three), "{who}");
        // A class chat keeps the whole year, also of the days one was elsewhere.
        assert_eq!(chats.texts(who, six), ["до разделения", "без них"], "{who}");
    }
    assert!(
        chats.is_in("demyan_mother", parents_of("6A")) && !chats.is_in("demyan_mother", parents_of("3A"))
    );
}
