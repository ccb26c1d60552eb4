//! What happens around the chats: relations that end and begin, links, blocked accounts, restarts.

use school::{Access, ClassGroupId, NewTeaching, PersonId, Role, RosterChange, TeachingRole};
use store::WriteTx;
use time::macros::date;
use time::{Date, Duration};

use crate::Run;
use crate::roster::{Class, Key};

impl Run {
    pub fn settle(&mut self, g: i64) {
        for room in &mut self.rooms {
            room.settle(&self.roster, g);
        }
    }

    pub fn link_or_unlink(&mut self, who: Key) {
        let (at, today, person) = (self.at, self.today, self.chats.world.person(who));
        let link = !self.roster.linked.remove(who);
        if link {
            self.roster.linked.insert(who);
        }
        let g = self.chats.world.write(move |tx| {
            if link {
                messenger::enrol(tx, at, today, person)?;
            } else {
                messenger::withdraw(tx, at, person)?;
            }
            Ok::<_, store::Error>(tx.g())
        });
        self.settle(g);
    }

    /// A new day, and on it a change of the roster (MSG-I21).
    pub fn change_roster(&mut self) {
        if self.today >= date!(2027 - 05 - 20) {
            return;
        }
        self.at = self.at + Duration::DAY;
        self.turn_day();
        match self.random.below(7) {
            0 => self.move_pupil(),
            1 => self.limit_guardian(),
            2 => self.turn_teaching(),
            3 => self.turn_homeroom(),
            4 => self.turn_deputy(),
            5 => {
                let who = self.pick(&["barinova", "orlova"]);
                self.change_safety(who);
            }
            _ => self.substitute(),
        }
    }

    fn follow(
        &mut self,
        change: impl FnOnce(&mut WriteTx<'_>) -> Result<RosterChange, store::Error> + Send + 'static,
    ) {
        let (at, today) = (self.at, self.today);
        let g = self.chats.world.write(move |tx| {
            let change = change(tx)?;
            messenger::follow(tx, at, today, change)?;
            Ok::<_, store::Error>(tx.g())
        });
        self.settle(g);
    }

    fn move_pupil(&mut self) {
        let pupil = self.pick(&["varya", "demyan", "timur", "kira"]);
        let (today, person) = (self.today, self.chats.world.person(pupil));
        let leaves = self.roster.class_of.contains_key(pupil) && self.says();
        if leaves {
            self.roster.class_of.remove(pupil);
            return self.follow(move |tx| school::leave(tx, person, today));
        }
        let to = self.other_class(pupil);
        self.roster.class_of.insert(pupil, to);
        let class = self.chats.world.class(to.key()).clone();
        self.follow(move |tx| school::move_pupil(tx, person, &class, today, None));
    }

    fn limit_guardian(&mut self) {
        let edge = self.pick(&[
            ("mother", "varya"),
            ("mother", "kira"),
            ("father", "varya"),
            ("demyan_mother", "demyan"),
        ]);
        let allowed = !self.roster.guards.remove(&edge);
        if allowed {
            self.roster.guards.insert(edge);
        }
        let (today, [adult, child]) = (self.today, [edge.0, edge.1].map(|key| self.chats.world.person(key)));
        self.follow(move |tx| {
            let edges = school::guardians_of(tx, child, today)?;
            let edge = edges.into_iter().find(|edge| edge.adult == adult).unwrap();
            school::set_access(tx, edge.id, if allowed { Access::Full } else { Access::None })
        });
    }

    fn turn_teaching(&mut self) {
        let (today, world) = (self.today, &self.chats.world);
        let (person, group, subject) =
            (world.person("lapina"), world.whole("6A"), world.subject("literature"));
        self.roster.lapina_teaches = !self.roster.lapina_teaches;
        let begins = self.roster.lapina_teaches;
        self.follow(move |tx| {
            if begins {
                let teaching = NewTeaching {
                    person,
                    group,
                    subject,
                    role: TeachingRole::Main,
                    hours_per_week: 3,
                    room: None,
                    starts: today,
                };
                return Ok(school::assign_teaching(tx, &teaching)?.1);
            }
            let teaching = school::teaching_of(tx, person, today)?[0].id;
            school::end_teaching(tx, teaching, today)
        });
    }

    fn turn_homeroom(&mut self) {
        let (today, person) = (self.today, self.chats.world.person("gromova"));
        let class = self.chats.world.class_id("6A");
        let ends = self.roster.gromova_leads;
        self.roster.gromova_leads = !ends;
        self.follow(move |tx| Self::turn_role(tx, person, Role::HomeroomTeacher, Some(class), ends, today));
    }

    fn turn_deputy(&mut self) {
        let (today, person) = (self.today, self.chats.world.person("zotova"));
        let ends = self.roster.zotova_is_deputy;
        self.roster.zotova_is_deputy = !ends;
        self.follow(move |tx| Self::turn_role(tx, person, Role::DeputyHead, None, ends, today));
    }

    pub fn turn_role(
        tx: &mut WriteTx<'_>,
        person: PersonId,
        role: Role,
        class: Option<ClassGroupId>,
        ends: bool,
        today: Date,
    ) -> Result<RosterChange, store::Error> {
        if !ends {
            return Ok(school::grant(tx, person, role, class, None, today)?.1);
        }
        let grants = school::grants_of(tx, person, today)?;
        let grant = grants.into_iter().find(|grant| grant.role == role).unwrap();
        school::end_grant(tx, grant.id, today)
    }

    /// Orlova stands in for somebody in the sixth class today (MSG-N12).
    fn substitute(&mut self) {
        let (at, today) = (self.at, self.today);
        let pair = (self.chats.world.class_id(Class::Sixth.key()), self.chats.world.person("orlova"));
        self.roster.orlova_substitutes = true;
        let g = self.chats.world.write(move |tx| {
            messenger::set_substitutes(tx, at, today, &[pair])?;
            Ok::<_, store::Error>(tx.g())
        });
        self.settle(g);
    }

    /// The server dies and comes back, an account is blocked or opened, the school asks for links or lifts that.
    pub fn trouble(&mut self, who: Key) {
        match self.random.below(5) {
            0..=1 => self.restart(),
            2..=3 => self.block_account(who),
            _ => {
                let (at, today, on) = (self.at, self.today, !self.roster.link_required);
                self.roster.link_required = on;
                let g = self.chats.world.write(move |tx| {
                    messenger::require_link(tx, at, today, on)?;
                    Ok::<_, store::Error>(tx.g())
                });
                self.settle(g);
            }
        }
    }

    fn block_account(&mut self, who: Key) {
        let (at, person) = (self.at, self.chats.world.person(who));
        let opens = self.roster.blocked.remove(who);
        self.chats.world.write(move |tx| {
            if opens {
                school::unblock(tx, person).unwrap();
            } else {
                school::block(tx, at, person, "телефон потерян").unwrap();
            }
            Ok::<_, store::Error>(())
        });
        if opens {
            self.chats.sign_in_anew(who);
        } else {
            self.roster.blocked.insert(who);
            let upto = self.upto();
            self.feed.leave(who, upto);
        }
    }
}
