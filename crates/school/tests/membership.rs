//! One class, one part of a division, on a day (DIA-I1, DIA-I2, DIA-E1, DIA-E3).
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use proptest::prelude::*;
use testkit::{TODAY, World};
use time::macros::date;
use time::{Date, Duration};

fn classes_on(world: &World, pupil: &str, day: Date) -> Vec<school::GroupId> {
    let pupil = world.person(pupil);
    let (sixth, third) = (world.whole("6A"), world.whole("3A"));
    let groups = world.read(|tx| school::groups_of(tx, pupil, day));
    groups.into_iter().filter(|group| [sixth, third].contains(group)).collect()
}

#[test]
fn a_pupil_is_enrolled_once() {
    // DIA-I1.
    let world = World::build(&[]);
    let varya = world.person("varya");
    for class in ["6A", "3A"] {
        let class = world.class(class).clone();
        let refused = world.try_write(move |tx| school::enrol(tx, varya, &class, &[], TODAY, None).map(drop));
        assert!(refused.is_err());
    }
    // Nor behind the back of an enrolment that begins later.
    let class = world.class("3A").clone();
    let before = date!(2026 - 06 - 01);
    let refused = world.try_write(move |tx| school::enrol(tx, varya, &class, &[], before, None).map(drop));
    assert!(refused.is_err());
    assert_eq!(classes_on(&world, "varya", TODAY), [world.whole("6A")]);
}

#[test]
fn a_move_is_half_open() {
    // DIA-E1: the day of the move belongs to the new class, the day before to the old one.
    let world = World::build(&[]);
    let varya = world.person("varya");
    let to = world.class("3A").clone();
    let change = world.write(move |tx| school::move_pupil(tx, varya, &to, TODAY, Some("№ 14")));
    assert!(change.touched().contains(&school::Touched::ClassGroup(world.class_id("6A"))));
    assert!(change.touched().contains(&school::Touched::ClassGroup(world.class_id("3A"))));
    assert_eq!(classes_on(&world, "varya", TODAY - Duration::DAY), [world.whole("6A")]);
    assert_eq!(classes_on(&world, "varya", TODAY), [world.whole("3A")]);
    let list = |class, day| world.read(|tx| school::class_pupils(tx, class, day));
    assert!(list(world.class_id("6A"), TODAY - Duration::DAY).contains(&varya));
    assert!(!list(world.class_id("6A"), TODAY).contains(&varya));
    assert!(list(world.class_id("3A"), TODAY).contains(&varya));
    let label = world.read(|tx| school::class_group_of(tx, varya, TODAY)).unwrap().label.to_string();
    assert!(label.starts_with('3'), "{label}");
}

#[test]
fn who_has_left_is_in_no_class_and_may_come_back() {
    // DIA-E3.
    let world = World::build(&[]);
    let timur = world.person("timur");
    drop(world.write(move |tx| school::leave(tx, timur, TODAY)));
    assert_eq!(classes_on(&world, "timur", TODAY), []);
    assert_eq!(classes_on(&world, "timur", TODAY - Duration::DAY).len(), 1);
    let class = world.class("6A").clone();
    let back = TODAY + Duration::days(10);
    drop(world.write(move |tx| school::enrol(tx, timur, &class, &[], back, None)));
    assert_eq!(classes_on(&world, "timur", back - Duration::DAY), []);
    assert_eq!(classes_on(&world, "timur", back).len(), 1);
    let stays =
        world.read(|tx| school::memberships_between(tx, timur, date!(2026 - 09 - 01), date!(2027 - 06 - 01)));
    assert_eq!(stays.len(), 2);
    assert!(stays[0].covers(TODAY - Duration::DAY) && !stays[0].covers(TODAY));
}

#[test]
fn a_pupil_is_in_one_part_of_a_division() {
    // DIA-I2; another division is another matter.
    let world = World::build(&[]);
    let pupil = world.person("varya");
    let class = world.class("6A").clone();
    let (first, second, girls) = world.write(move |tx| {
        Ok::<_, store::Error>((
            school::ensure_subgroup(tx, &class, "английский", "1")?,
            school::ensure_subgroup(tx, &class, "английский", "2")?,
            school::ensure_subgroup(tx, &class, "технология", "Д")?,
        ))
    });
    let class = world.class("6A").clone();
    drop(world.write(move |tx| school::leave(tx, pupil, TODAY)));
    let both = class.clone();
    let refused =
        world.try_write(move |tx| school::enrol(tx, pupil, &both, &[first, second], TODAY, None).map(drop));
    assert!(refused.is_err());
    assert_eq!(classes_on(&world, "varya", TODAY), [], "a refused enrolment leaves nothing");
    drop(world.write(move |tx| school::enrol(tx, pupil, &class, &[first, girls], TODAY, None)));
    let groups = world.read(|tx| school::groups_of(tx, pupil, TODAY));
    assert_eq!(groups.len(), 3);
    assert_eq!(groups[0], world.whole("6A"), "the class comes first");
    assert_eq!(world.read(|tx| school::members_of(tx, second, TODAY)), []);
    assert_eq!(world.read(|tx| school::group_class(tx, first)), world.class_id("6A"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn whatever_is_done_a_pupil_is_in_at_most_one_class_a_day(steps in proptest::collection::vec((0..4_u8, 0..60_i64), 1..12)) {
        // DIA-I1 over any order of enrolments, moves and leavings, on any days.
        let world = World::build(&[]);
        let pupil = world.person("demyan");
        let first = date!(2026 - 09 - 01);
        for (what, day) in steps {
            let day = first + Duration::days(day);
            let class = world.class(if what % 2 == 0 { "6A" } else { "3A" }).clone();
            // Refusals are as good as acceptances here.
            let _ = world.try_write(move |tx| match what {
                0 | 1 => school::move_pupil(tx, pupil, &class, day, None).map(drop),
                2 => school::leave(tx, pupil, day).map(drop),
                _ => school::enrol(tx, pupil, &class, &[], day, None).map(drop),
            });
        }
        for day in 0..90 {
            prop_assert!(classes_on(&world, "demyan", first + Duration::days(day)).len() <= 1);
        }
    }
}
