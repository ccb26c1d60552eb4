//! The school of the model: who is what today, and who therefore belongs to which chat. Written from the rules of
//! docs/rules/messenger.md and docs/rules/who-writes-whom.md (MSG-M1, MSG-S1), not from the program.

use std::collections::{BTreeMap, BTreeSet};

use messenger::{MemberRole, Seat};

pub type Key = &'static str;
pub type Sitting = (Seat, MemberRole);

/// All people of the small school.
pub const PEOPLE: [Key; 13] = [
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    Sixth,
    Third,
}

impl Class {
    pub const fn key(self) -> Key {
        match self {
            Self::Sixth => "6A",
            Self::Third => "3A",
        }
    }
}

/// What a chat is for, and about whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    ClassChat(Class),
    Parents(Class),
    News(Class),
    /// The course of literature in the sixth class.
    Literature,
    SchoolNews,
    StaffRoom,
    Supervised {
        pupil: Key,
        partner: Key,
    },
    Line {
        pupil: Key,
    },
    Family {
        child: Key,
        partner: Key,
    },
    Private(Key, Key),
    StaffGroup,
    PupilsGroup,
}

impl Kind {
    /// Whether a newcomer sees the whole year (MSG-M1).
    pub const fn keeps_year(self) -> bool {
        match self {
            Self::ClassChat(_)
            | Self::Parents(_)
            | Self::News(_)
            | Self::Literature
            | Self::SchoolNews
            | Self::StaffRoom => true,
            Self::Supervised { .. }
            | Self::Line { .. }
            | Self::Family { .. }
            | Self::Private(..)
            | Self::StaffGroup
            | Self::PupilsGroup => false,
        }
    }

    /// Whether people are put on a list by hand.
    pub const fn is_group(self) -> bool {
        matches!(self, Self::StaffGroup | Self::PupilsGroup)
    }

    /// Whether somebody answers for order.
    pub const fn has_moderators(self) -> bool {
        self.keeps_year() || self.is_group()
    }
}

pub struct Roster {
    /// People in the order of their rows.
    pub order: Vec<Key>,
    pub class_of: BTreeMap<Key, Class>,
    /// (guardian, child) of those whom no court limits.
    pub guards: BTreeSet<(Key, Key)>,
    pub lapina_teaches: bool,
    pub gromova_leads: bool,
    pub zotova_is_deputy: bool,
    pub safety: BTreeSet<Key>,
    pub linked: BTreeSet<Key>,
    pub link_required: bool,
    /// Whose accounts are blocked.
    pub blocked: BTreeSet<Key>,
    /// Whether Orlova stands in for somebody in the sixth class today.
    pub orlova_substitutes: bool,
}

impl Roster {
    pub fn open() -> Self {
        let sixth = ["varya", "demyan", "timur"].map(|key| (key, Class::Sixth));
        Self {
            order: Vec::new(),
            class_of: sixth.into_iter().chain([("kira", Class::Third)]).collect(),
            guards: [("mother", "varya"), ("mother", "kira"), ("demyan_mother", "demyan")].into(),
            lapina_teaches: true,
            gromova_leads: true,
            zotova_is_deputy: true,
            safety: ["barinova"].into(),
            linked: PEOPLE.into_iter().filter(|key| *key != "timur").collect(),
            link_required: true,
            blocked: BTreeSet::new(),
            orlova_substitutes: false,
        }
    }

    /// Whether «Сферум» is open to somebody (MSG-I22).
    pub fn is_open_to(&self, who: Key) -> bool {
        !self.link_required || self.linked.contains(who)
    }

    fn is_pupil_of(&self, who: Key, class: Class) -> bool {
        self.class_of.get(who) == Some(&class)
    }

    fn teaches(&self, who: Key, class: Class) -> bool {
        matches!((who, class), ("gromova", Class::Sixth) | ("orlova", Class::Third))
            || (who == "lapina" && class == Class::Sixth && self.lapina_teaches)
    }

    fn leads(&self, who: Key, class: Class) -> bool {
        (who == "orlova" && class == Class::Third)
            || (who == "gromova" && class == Class::Sixth && self.gromova_leads)
    }

    fn guards_in(&self, who: Key, class: Class) -> bool {
        self.guards.iter().any(|(adult, child)| *adult == who && self.is_pupil_of(child, class))
    }

    fn is_head(&self, who: Key) -> bool {
        who == "zotova" && self.zotova_is_deputy
    }

    pub fn is_staff(&self, who: Key) -> bool {
        matches!(who, "gromova" | "lapina" | "orlova" | "sedov")
            || self.is_head(who)
            || self.safety.contains(who)
    }

    /// As what somebody belongs to a chat today, linked or not.
    pub fn due(&self, kind: Kind, listed: &BTreeMap<Key, (MemberRole, i64)>) -> BTreeMap<Key, Sitting> {
        let of = |sitting: &dyn Fn(Key) -> Option<Sitting>| {
            PEOPLE.into_iter().filter_map(|who| Some((who, sitting(who)?))).collect()
        };
        match kind {
            Kind::ClassChat(class) => of(&|who| self.in_class_chat(who, class)),
            Kind::Parents(class) => of(&|who| {
                if self.leads(who, class) {
                    Some((Seat::Homeroom, MemberRole::Moderator))
                } else if self.is_head(who) {
                    Some((Seat::Head, MemberRole::Writer))
                } else {
                    self.guards_in(who, class).then_some((Seat::Guardian, MemberRole::Writer))
                }
            }),
            Kind::News(class) => of(&|who| self.in_news(who, class)),
            Kind::Literature => of(&|who| {
                if who == "lapina" && self.lapina_teaches {
                    Some((Seat::Teacher, MemberRole::Moderator))
                } else {
                    self.is_pupil_of(who, Class::Sixth).then_some((Seat::Pupil, MemberRole::Writer))
                }
            }),
            Kind::SchoolNews | Kind::StaffRoom => of(&|who| self.in_school(who, kind == Kind::StaffRoom)),
            Kind::Supervised { pupil, partner } => self.supervised(pupil, partner),
            Kind::Line { pupil } => {
                let safety = self.safety.iter().map(|who| (*who, (Seat::Safety, MemberRole::Writer)));
                let pupil =
                    self.class_of.contains_key(pupil).then_some((pupil, (Seat::Pupil, MemberRole::Writer)));
                safety.chain(pupil).collect()
            }
            Kind::Family { child, partner } => {
                let guardians = self.guardians(child).map(|who| (who, (Seat::Guardian, MemberRole::Writer)));
                let class = self.class_of.get(child);
                let seat = class.and_then(|class| {
                    match (self.leads(partner, *class), self.teaches(partner, *class)) {
                        (true, _) => Some(Seat::Homeroom),
                        (false, true) => Some(Seat::Teacher),
                        (false, false) => None,
                    }
                });
                guardians.chain(seat.map(|seat| (partner, (seat, MemberRole::Writer)))).collect()
            }
            Kind::Private(one, other) => self.two(one, other),
            Kind::StaffGroup | Kind::PupilsGroup => {
                let listed = listed.iter();
                listed
                    .filter_map(|(who, (role, _))| Some((*who, (self.seat_in_group(who, kind)?, *role))))
                    .collect()
            }
        }
    }

    fn guardians(&self, child: Key) -> impl Iterator<Item = Key> {
        self.guards.iter().filter(move |(_, of)| *of == child).map(|(adult, _)| *adult)
    }

    fn in_class_chat(&self, who: Key, class: Class) -> Option<Sitting> {
        let stands_in = who == "orlova" && class == Class::Sixth && self.orlova_substitutes;
        if self.leads(who, class) {
            Some((Seat::Homeroom, MemberRole::Moderator))
        } else if self.teaches(who, class) || stands_in {
            Some((Seat::Teacher, MemberRole::Writer))
        } else {
            self.is_pupil_of(who, class).then_some((Seat::Pupil, MemberRole::Writer))
        }
    }

    fn in_news(&self, who: Key, class: Class) -> Option<Sitting> {
        if self.is_head(who) {
            Some((Seat::Head, MemberRole::Writer))
        } else if let Some(sitting) = self.in_class_chat(who, class) {
            Some(if sitting.0 == Seat::Pupil { (Seat::Pupil, MemberRole::Reader) } else { sitting })
        } else {
            self.guards_in(who, class).then_some((Seat::Guardian, MemberRole::Reader))
        }
    }

    fn in_school(&self, who: Key, staff_room: bool) -> Option<Sitting> {
        if self.is_head(who) {
            return Some((Seat::Head, MemberRole::Moderator));
        }
        if self.is_staff(who) {
            return Some((Seat::Staff, if staff_room { MemberRole::Writer } else { MemberRole::Reader }));
        }
        let seat = match who {
            "varya" | "demyan" | "timur" | "kira" => Seat::Pupil,
            "mother" | "father" | "demyan_mother" => Seat::Guardian,
            _ => return None,
        };
        (!staff_room).then_some((seat, MemberRole::Reader))
    }

    /// The pupil, the adult of the school, and those who see it: guardians and the homeroom teacher, or who answers for
    /// safety when there is nobody of these (MSG-F31).
    fn supervised(&self, pupil: Key, partner: Key) -> BTreeMap<Key, Sitting> {
        let Some(class) = self.class_of.get(pupil).copied() else { return BTreeMap::new() };
        let leads = self.leads(partner, class);
        let role = if leads { MemberRole::Writer } else { MemberRole::Observer };
        let mut people: BTreeMap<Key, Sitting> =
            self.guardians(pupil).map(|who| (who, (Seat::Guardian, role))).collect();
        people.extend(
            PEOPLE
                .into_iter()
                .filter(|who| *who != partner && self.leads(who, class))
                .map(|who| (who, (Seat::Homeroom, MemberRole::Observer))),
        );
        if people.is_empty() {
            people.extend(self.safety.iter().map(|who| (*who, (Seat::Safety, MemberRole::Observer))));
        }
        let junior = class == Class::Third;
        if leads {
            people.insert(partner, (Seat::Homeroom, MemberRole::Writer));
        } else if self.teaches(partner, class) && !junior {
            people.insert(partner, (Seat::Teacher, MemberRole::Writer));
        }
        let own = if junior && leads { MemberRole::Reader } else { MemberRole::Writer };
        people.insert(pupil, (Seat::Pupil, own));
        people
    }

    fn two(&self, one: Key, other: Key) -> BTreeMap<Key, Sitting> {
        let seat = |who: Key| {
            if self.is_staff(who) {
                Some(Seat::Staff)
            } else if self.guards.iter().any(|(adult, _)| *adult == who) {
                Some(Seat::Guardian)
            } else {
                self.class_of.contains_key(who).then_some(Seat::Pupil)
            }
        };
        let tied = match (seat(one), seat(other)) {
            (Some(Seat::Staff), Some(Seat::Staff)) => true,
            (Some(Seat::Guardian), Some(Seat::Pupil)) => self.guards.contains(&(one, other)),
            (Some(Seat::Pupil), Some(Seat::Pupil)) => {
                // Enabled by the school at the beginning of a run; never for the youngest.
                self.is_pupil_of(one, Class::Sixth) && self.is_pupil_of(other, Class::Sixth)
            }
            (_, _) => false,
        };
        let mut people = BTreeMap::new();
        for (who, partner) in [(one, other), (other, one)] {
            // With whoever has left the school it can be read (MSG-M6).
            if tied || seat(partner).is_none() {
                people.extend(seat(who).map(|seat| (who, (seat, MemberRole::Writer))));
            }
        }
        people
    }

    fn seat_in_group(&self, who: Key, kind: Kind) -> Option<Seat> {
        if kind == Kind::StaffGroup {
            self.is_staff(who).then_some(Seat::Staff)
        } else if self.leads(who, Class::Sixth) {
            Some(Seat::Homeroom)
        } else if self.teaches(who, Class::Sixth) {
            Some(Seat::Teacher)
        } else {
            self.is_pupil_of(who, Class::Sixth).then_some(Seat::Pupil)
        }
    }
}
