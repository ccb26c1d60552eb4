//! Finding messages and people: what is found, by whom, and that the index says what the texts say.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

mod kit;

use kit::{Chats, later};
use messenger::{
    Body, ConversationId, HitPage, MemberOf, Query, index_more, is_index_behind, rooms_of, search,
};
use proptest::prelude::*;
use school::{Denied, Staff};
use store::{Actor, Random};
use testkit::{TODAY, now};

/// The page of what a person finds everywhere.
fn find(chats: &Chats, key: &str, query: &str, before: Option<i64>) -> HitPage {
    let viewer = chats.viewer(key);
    let query = Query::parse(query).unwrap();
    chats.world.read(|tx| {
        let rooms = rooms_of(tx, &viewer, TODAY)?;
        search(tx, &rooms, &query, before).map_err(Denied::from)
    })
}

fn texts(page: &HitPage) -> Vec<String> {
    page.hits.iter().map(|hit| hit.line.text.clone().unwrap()).collect()
}

fn found(chats: &Chats, key: &str, query: &str) -> Vec<String> {
    texts(&find(chats, key, query, None))
}

/// Puts everything that waits into the index.
fn index(chats: &Chats) {
    while chats.world.write(|tx| index_more(tx, 7)).more {}
}

fn edit(chats: &Chats, key: &str, chat: ConversationId, seq: i64, rev: i64, text: &str) {
    let (viewer, body) = (chats.viewer(key), Body::parse(text).unwrap());
    chats.world.write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        messenger::edit(tx, now(), &by, seq, rev, &body).unwrap();
        Ok::<_, Denied>(())
    });
}

fn delete(chats: &Chats, key: &str, chat: ConversationId, seq: i64) {
    let viewer = chats.viewer(key);
    chats.world.write(move |tx| {
        let by = MemberOf::ask(tx, &viewer, chat, TODAY)?;
        let actor = Actor { person: None, session: None, address: String::new() };
        messenger::delete(tx, now(), &by, &actor, seq).unwrap();
        Ok::<_, Denied>(())
    });
}

/// Every word of the index with the message and the columns it stands in.
fn contents(chats: &Chats) -> Vec<(String, i64, String)> {
    chats.world.write(|tx| {
        tx.execute(
            store::sql!("CREATE VIRTUAL TABLE IF NOT EXISTS temp.listed USING fts5vocab (main, messenger_fts, instance)"),
            [],
        )
    });
    chats.world.write(|tx| {
        tx.list(store::sql!("SELECT term, doc, col FROM temp.listed ORDER BY 1, 2, 3"), [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get::<_, Option<String>>(2)?.unwrap_or_default()))
        })
    })
}

/// The same index made from nothing (MSG-Q5: another stemmer is a reason for it).
fn rebuild(chats: &Chats) {
    chats.world.write(|tx| {
        tx.execute(store::sql!("UPDATE messenger_meta SET value = 'another' WHERE key = 'fts_version'"), [])
    });
    assert!(chats.world.read(is_index_behind));
    index(chats);
}

#[test]
fn words_are_found_in_all_their_forms_before_and_after_they_are_indexed() {
    // MSG-Q1, MSG-Q2, MSG-I16
    let chats = Chats::open();
    let class = chats.class_chat();
    for text in [
        "Кто принесёт ёлки?",
        "Собрание в пятницу, контрольную перенесли",
        "звонка не было, за\u{301}мок закрыт",
        "дети ждут",
        "Homework lessons 6А",
    ] {
        chats.send("varya", class, text);
    }
    let check = || {
        for (query, expected) in [
            ("ёлка", "Кто принесёт ёлки?"),
            ("елка", "Кто принесёт ёлки?"),
            ("ЁЛКУ", "Кто принесёт ёлки?"),
            ("собрания", "Собрание в пятницу, контрольную перенесли"),
            ("контр", "Собрание в пятницу, контрольную перенесли"),
            ("контрольная собрания", "Собрание в пятницу, контрольную перенесли"),
            ("звонок", "звонка не было, за\u{301}мок закрыт"),
            ("замок", "звонка не было, за\u{301}мок закрыт"),
            ("ребёнок", "дети ждут"),
            ("lesson", "Homework lessons 6А"),
            ("6а", "Homework lessons 6А"),
        ] {
            assert_eq!(found(&chats, "demyan", query), [expected], "{query}");
        }
        for nothing in ["контрабанда", "собрание ёлка", "ко", "OR", "x:ёлка NOT y", "\"", "ёлка* NEAR"]
            .iter()
            .filter(|query| Query::parse(query).is_ok())
        {
            assert_eq!(found(&chats, "demyan", nothing), Vec::<String>::new(), "{nothing}");
        }
    };
    check();
    index(&chats);
    assert!(!chats.world.read(is_index_behind));
    check();
    chats.send("varya", class, "ёлку купили");
    assert_eq!(found(&chats, "demyan", "ёлка").len(), 2, "one of them is above the mark");
}

#[test]
fn what_stands_as_asked_comes_first_and_the_newest_before_the_older() {
    // MSG-Q2
    let chats = Chats::open();
    let class = chats.class_chat();
    for text in ["уроки раз", "урок два", "уроков три", "урок четыре"] {
        chats.send("varya", class, text);
    }
    index(&chats);
    assert_eq!(found(&chats, "demyan", "урок"), ["урок четыре", "урок два", "уроков три", "уроки раз"]);
    let page = find(&chats, "demyan", "уроков", None);
    assert!(page.hits[0].exact && !page.hits[1].exact);
}

#[test]
fn a_deleted_text_is_found_by_nobody_and_a_changed_one_by_its_new_words() {
    // MSG-I11, MSG-Q6
    let chats = Chats::open();
    let class = chats.class_chat();
    let (one, two) = (chats.send("varya", class, "секрет"), chats.send("varya", class, "опечатка"));
    index(&chats);
    delete(&chats, "varya", class, one.seq);
    edit(&chats, "varya", class, two.seq, 0, "исправлено");
    assert_eq!(found(&chats, "demyan", "секрет"), Vec::<String>::new());
    assert_eq!(found(&chats, "demyan", "опечатка"), Vec::<String>::new());
    assert_eq!(found(&chats, "demyan", "исправлено"), ["исправлено"]);
    let words: Vec<String> = contents(&chats).into_iter().map(|(word, ..)| word).collect();
    assert!(words.iter().any(|word| word == "исправлено"));
    assert!(!words.iter().any(|word| word.starts_with("секр") || word.starts_with("опеч")), "{words:?}");
    // The same above the mark.
    let three = chats.send("varya", class, "ещё секрет");
    delete(&chats, "varya", class, three.seq);
    assert_eq!(found(&chats, "demyan", "секрет"), Vec::<String>::new());
}

#[test]
fn whoever_is_removed_between_two_pages_finds_nothing_on_the_second() {
    // MSG-Q7, MSG-I7, MSG-I21, MSG-I22, MSG-E17
    let chats = Chats::open();
    let class = chats.class_chat();
    for n in 0..120 {
        chats.send_at(later(n), chats.viewer("varya"), class, chats.cid(), &format!("урок {n}")).unwrap();
    }
    chats.world.write(|tx| index_more(tx, 90));
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let page = find(&chats, "demyan", "урок", before);
        assert!(page.hits.len() <= 50);
        seen.extend(page.hits.iter().map(|hit| hit.line.seq));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(seen, (1..=120).rev().collect::<Vec<_>>(), "each once, newest first");
    let first = find(&chats, "demyan", "урок", None);
    assert_eq!((first.hits.len(), first.next.is_some()), (50, true));
    chats.withdraw("demyan");
    assert_eq!(find(&chats, "demyan", "урок", first.next), HitPage::default());
    // Others' chats give nothing either.
    for outsider in ["kira", "mother", "timur", "sedov"] {
        assert_eq!(found(&chats, outsider, "урок"), Vec::<String>::new(), "{outsider}");
    }
}

#[test]
fn a_newcomer_finds_what_came_after_the_joining() {
    // MSG-I9
    let chats = Chats::open();
    let class = chats.class_chat();
    chats.world.write(|tx| {
        tx.execute(store::sql!("UPDATE messenger_conversation SET history_mode = 'from_join'"), [])
    });
    chats.withdraw("demyan");
    chats.send("varya", class, "урок без него");
    chats.enrol("demyan");
    chats.send("varya", class, "урок при нём");
    assert_eq!(found(&chats, "demyan", "урок"), ["урок при нём"]);
    index(&chats);
    assert_eq!(found(&chats, "demyan", "урок"), ["урок при нём"]);
    assert_eq!(found(&chats, "varya", "урок").len(), 2);
}

#[test]
fn an_index_of_another_stemmer_is_made_anew_and_is_the_same() {
    // MSG-Q5, MSG-I16
    let mut chats = Chats::open();
    let class = chats.class_chat();
    for n in 0..30 {
        chats.send("varya", class, &format!("урок {n} и ёлки"));
    }
    index(&chats);
    let before = contents(&chats);
    assert!(before.len() > 90);
    // A stop in the middle of the work: the mark and the index moved together.
    chats.world.write(|tx| {
        tx.execute(store::sql!("UPDATE messenger_meta SET value = 'another' WHERE key = 'fts_version'"), [])
    });
    chats.world.write(|tx| index_more(tx, 7));
    let failed = chats.world.try_write(|tx| {
        index_more(tx, 7)?;
        Err::<(), store::Error>(store::Error::NoRow)
    });
    assert!(failed.is_err());
    chats.world.reopen();
    assert_eq!(found(&chats, "demyan", "урок").len(), 30, "what is not indexed yet is looked through");
    index(&chats);
    assert_eq!(contents(&chats), before);
}

#[test]
fn people_are_found_in_ones_chats_and_by_staff_in_the_school() {
    // MSG-Q4
    let chats = Chats::open();
    let people = |key: &str, query: &str| {
        let viewer = chats.viewer(key);
        let query = Query::parse(query).unwrap();
        let found = chats.world.read(|tx| {
            let rooms = rooms_of(tx, &viewer, TODAY)?;
            let staff = Staff::ask(tx, &viewer, TODAY).ok();
            messenger::find_people(tx, &rooms, staff.as_ref(), &query, TODAY, 20).map_err(Denied::from)
        });
        found
            .into_iter()
            .map(|found| (found.name.listed(), usize::from(!found.chats.is_empty())))
            .collect::<Vec<_>>()
    };
    let one = |name: &str, chats: usize| vec![(name.to_owned(), chats)];
    assert_eq!(people("varya", "карп"), one("Карпов Демьян", 1));
    assert_eq!(people("varya", "Карпова"), one("Карпов Демьян", 1));
    assert_eq!(people("varya", "громва"), one("Громова Ольга", 1));
    assert_eq!(
        people("demyan", "Ильин"),
        vec![("Ильина Варвара".to_owned(), 1), ("Зотова Татьяна".to_owned(), 1)]
    );
    assert_eq!(
        people("varya", "ильина варвара"),
        vec![],
        "nobody finds oneself, and her sister is in another class"
    );
    assert_eq!(people("varya", "зотова"), one("Зотова Татьяна", 1), "she writes to the class");
    assert_eq!(people("gromova", "кира"), one("Ильина Кира", 0), "staff find pupils of other classes");
    assert_eq!(people("lapina", "седов"), one("Седов Алексей", 1));
    assert_eq!(people("orlova", "нина львовна"), vec![], "guardians are found in common chats alone");
    assert_eq!(people("gromova", "нина львовна"), one("Карпова Нина", 1));
}

#[test]
fn a_date_and_a_number_lead_to_their_place_in_the_history() {
    // MSG-I9
    let chats = Chats::open();
    let class = chats.class_chat();
    for n in 1..=30 {
        chats.send_at(later(n * 60), chats.viewer("varya"), class, chats.cid(), &format!("{n}")).unwrap();
    }
    let viewer = chats.viewer("demyan");
    let around = |seq: i64| {
        chats.world.read(|tx| {
            let by = MemberOf::ask(tx, &viewer, class, TODAY)?;
            let page = messenger::history(tx, &by, messenger::Span::Around(seq), 10)?;
            let numbers: Vec<i64> = page.lines.iter().map(|line| line.seq).collect();
            Ok::<_, Denied>((numbers[0], *numbers.last().unwrap(), page.older, page.newer))
        })
    };
    assert_eq!(around(15), (10, 21, true, true));
    assert_eq!(around(2), (1, 8, false, true));
    assert_eq!(around(30), (25, 30, true, false));
    for beyond in [31, i64::MAX] {
        assert_eq!(around(beyond), (25, 30, true, false));
    }
    for before in [0, -7, i64::MIN] {
        assert_eq!(around(before), (1, 6, false, true));
    }
    let since = |minutes: i64| {
        chats.world.read(|tx| {
            let by = MemberOf::ask(tx, &viewer, class, TODAY)?;
            messenger::first_since(tx, &by, later(minutes)).map_err(Denied::from)
        })
    };
    assert_eq!(
        (since(0), since(60), since(61), since(1800), since(1801)),
        (Some(1), Some(1), Some(2), Some(30), None)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn an_index_that_grew_is_the_one_made_anew(seed in 1_u64..1_000_000) {
        // MSG-I16, MSG-Q6: sends, changes, deletions and steps of the index in any order.
        let random = Random::seeded(seed);
        let chats = Chats::open();
        let class = chats.class_chat();
        let words = ["ёлка", "елки", "урок", "дней", "оценок", "🎄", "6А", "Иванова", "x:y", "замок"];
        let mut alive: Vec<(i64, i64)> = Vec::new();
        for _ in 0..60 {
            let text = || (0..=random.below(3)).map(|_| words[random.below(10) as usize]).collect::<Vec<_>>().join(" ");
            match random.below(8) {
                0..=3 => alive.push((chats.send("varya", class, &text()).seq, 0)),
                4 if !alive.is_empty() => {
                    let at = random.below(u32::try_from(alive.len()).unwrap()) as usize;
                    let new = format!("{} {}", text(), alive[at].1 + 1);
                    edit(&chats, "varya", class, alive[at].0, alive[at].1, &new);
                    alive[at].1 += 1;
                }
                5 if !alive.is_empty() => {
                    let (seq, _) = alive.swap_remove(random.below(u32::try_from(alive.len()).unwrap()) as usize);
                    delete(&chats, "varya", class, seq);
                }
                _ => drop(chats.world.write(|tx| index_more(tx, 3))),
            }
        }
        let looked = ["ёлка", "урок", "день", "оценка", "6а", "иванов", "замок"];
        let halfway: Vec<_> = looked.iter().map(|query| found(&chats, "demyan", query)).collect();
        index(&chats);
        let grown = contents(&chats);
        prop_assert_eq!(&looked.iter().map(|query| found(&chats, "demyan", query)).collect::<Vec<_>>(), &halfway);
        rebuild(&chats);
        prop_assert_eq!(contents(&chats), grown);
    }
}
