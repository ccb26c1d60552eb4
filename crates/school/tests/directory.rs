//! Lists of people: found by any spelling, in the Russian order, for those who may see them (DIA-E25, DIA-E26).
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use school::{Administrator, Denied, HomeroomOf, PersonCard, PersonFilter, PersonName, Role};
use testkit::{TODAY, World};

fn list(world: &World, filter: &PersonFilter) -> (Vec<PersonCard>, u32) {
    let viewer = world.viewer("sedov");
    world.read(|tx| {
        let by = Administrator::ask(tx, &viewer, TODAY).unwrap();
        school::list_people(tx, &by, filter, TODAY)
    })
}

fn names(world: &World, filter: PersonFilter) -> Vec<String> {
    let (cards, total) = list(world, &PersonFilter { limit: 100, ..filter });
    assert_eq!(cards.len(), total as usize);
    cards.into_iter().map(|card| card.name.listed()).collect()
}

fn named(name: &str) -> PersonFilter {
    PersonFilter { name: name.to_owned(), ..PersonFilter::default() }
}

fn add(world: &World, rows: &[(&'static str, &'static str)]) {
    let rows = rows.to_vec();
    world.write(move |tx| {
        for (surname, given) in rows {
            let name = PersonName::parse(surname, given, "").unwrap();
            let new = school::NewPerson {
                external_id: None,
                name: &name,
                birth_date: None,
                sex: None,
                phone: None,
            };
            school::add_person(tx, &new)?;
        }
        Ok::<_, store::Error>(())
    });
}

#[test]
fn a_name_is_found_in_any_spelling() {
    let world = World::build(&[]);
    add(&world, &[("Ёлкин", "Пётр"), ("Петрова-Водкина", "Алёна")]);
    assert_eq!(names(&world, named("елкин")), ["Ёлкин Пётр"]);
    assert_eq!(names(&world, named("ЁЛКИН пет")), ["Ёлкин Пётр"]);
    assert_eq!(names(&world, named("петр"))[..1], ["Ёлкин Пётр"]);
    assert_eq!(names(&world, named("водкина алена")), ["Петрова-Водкина Алёна"]);
    // Latin letters that look Cyrillic.
    assert_eq!(names(&world, named("Kapпoв")), ["Карпов Демьян", "Карпова Нина"]);
    for nothing in ["%", "_", "' OR 1=1", "Ъ", "Карпов%"] {
        assert_eq!(names(&world, named(nothing)), Vec::<String>::new(), "{nothing}");
    }
}

#[test]
fn people_stand_in_the_russian_order() {
    let world = World::build(&[]);
    add(
        &world,
        &[
            ("Яшин", "Лев"),
            ("Емельянов", "Ян"),
            ("Ёлкин", "Ян"),
            ("Елисеев", "Ян"),
            ("Жуков", "Ян"),
            ("ёлкин", "Адам"),
        ],
    );
    let all = names(&world, named(""));
    let added: Vec<&str> = all
        .iter()
        .map(String::as_str)
        .filter(|name| {
            ["Яшин", "Емельянов", "Ёлкин", "ёлкин", "Елисеев", "Жуков"]
                .iter()
                .any(|own| name.starts_with(own))
        })
        .collect();
    assert_eq!(added, ["Елисеев Ян", "ёлкин Адам", "Ёлкин Ян", "Емельянов Ян", "Жуков Ян", "Яшин Лев"]);
}

#[test]
fn a_list_is_narrowed_by_role_and_class() {
    let world = World::build(&[]);
    let role = |role| names(&world, PersonFilter { role: Some(role), ..PersonFilter::default() });
    assert_eq!(role(Role::DeputyHead), ["Зотова Татьяна"]);
    assert_eq!(role(Role::Pupil), ["Ильина Варвара", "Ильина Кира", "Карпов Демьян", "Хасанов Тимур"]);
    let third = PersonFilter { class_group: Some(world.class_id("3A")), ..PersonFilter::default() };
    assert_eq!(names(&world, third.clone()), ["Ильина Кира", "Ильина Светлана", "Орлова Вера"]);
    assert_eq!(
        names(&world, PersonFilter { role: Some(Role::Guardian), ..third.clone() }),
        ["Ильина Светлана"]
    );
    assert_eq!(names(&world, PersonFilter { name: "кира".to_owned(), ..third }), ["Ильина Кира"]);
}

#[test]
fn pages_of_a_list_join_without_a_gap() {
    let world = World::build(&[]);
    let whole = names(&world, named(""));
    let mut joined = Vec::new();
    for offset in (0..20).step_by(4) {
        let (cards, total) = list(&world, &PersonFilter { offset, limit: 4, ..PersonFilter::default() });
        assert_eq!(total as usize, whole.len());
        joined.extend(cards.into_iter().map(|card| card.name.listed()));
    }
    assert_eq!(joined, whole);
}

#[test]
fn cards_say_where_a_person_belongs() {
    let world = World::build(&[]);
    let line = |name: &str| list(&world, &PersonFilter { limit: 10, ..named(name) }).0.remove(0).line;
    assert!(line("ильина варвара").starts_with('6'));
    let mother = line("ильина светлана");
    assert!(mother.contains("Варвара") && mother.contains("Кира"), "{mother}");
}

#[test]
fn only_an_administrator_gets_the_whole_list() {
    // Z1, K1: the list cannot be asked for without the proof.
    let world = World::build(&[]);
    for who in ["varya", "mother", "gromova", "zotova", "barinova"] {
        let viewer = world.viewer(who);
        let denied = world.read(|tx| {
            Ok::<_, store::Error>(matches!(Administrator::ask(tx, &viewer, TODAY), Err(Denied::Denied)))
        });
        assert!(denied, "{who}");
    }
}

#[test]
fn a_homeroom_teacher_sees_their_class_and_the_guardians_with_access() {
    let world = World::build(&[]);
    let viewer = world.viewer("gromova");
    let cards = world.read(|tx| {
        let by = HomeroomOf::ask(tx, &viewer, world.class_id("6A"), TODAY).unwrap();
        school::homeroom_cards(tx, &by, TODAY)
    });
    let names: Vec<String> = cards.into_iter().map(|card| card.name.listed()).collect();
    assert_eq!(
        names,
        ["Ильина Варвара", "Карпов Демьян", "Хасанов Тимур", "Ильина Светлана", "Карпова Нина"]
    );
    let other = world.class_id("3A");
    assert!(world.read(|tx| Ok::<_, store::Error>(HomeroomOf::ask(tx, &viewer, other, TODAY).is_err())));
}
