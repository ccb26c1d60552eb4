//! Commands beside the text: reactions, pins, acknowledgements, holds, blocks, groups.

use messenger::{CaseOf, HoldOf, MemberRole, Note, Reaction, SafetyOf};
use school::{Denied, Present};

use crate::Run;
use crate::feed::What;
use crate::kit::Refused;
use crate::roster::{Class, Key, Kind, PEOPLE};

impl Run {
    pub fn react(&mut self, who: Key, room: usize) {
        if self.random.below(12) == 0 {
            return self.switch_reactions(who, room);
        }
        let seq = self.any_seq(room);
        let (at, id) = (self.at, self.rooms[room].id);
        let reaction = self.pick(&[Reaction::Yes, Reaction::Thanks]);
        let on = self.random.below(3) != 0;
        let done = self.chats.try_on(self.today, who, id, move |tx, by| {
            let deed = if on { messenger::react } else { messenger::unreact };
            deed(tx, at, by, seq, reaction)?;
            Ok(tx.g())
        });
        let chat = &self.rooms[room];
        let legal = self.is_here(who, room)
            && chat.living(who, seq).is_some()
            && chat.reactions
            && chat.inside[who].role != MemberRole::Observer;
        assert_eq!(done.is_ok(), legal, "{who} {seq} {done:?}");
        let Ok(g) = done else { return };
        let reacted = &mut self.rooms[room].said_mut(seq).reacted;
        if if on { reacted.insert((reaction, who)) } else { reacted.remove(&(reaction, who)) } {
            self.happened(g, room, What::Touched, seq);
        }
    }

    fn switch_reactions(&mut self, who: Key, room: usize) {
        let (at, id, on) = (self.at, self.rooms[room].id, self.random.below(3) != 0);
        let done = self.chats.try_on(self.today, who, id, move |tx, by| {
            Ok(messenger::set_reactions(tx, at, by, &Self::actor(), on)?)
        });
        let chat = &mut self.rooms[room];
        let legal =
            !self.roster.blocked.contains(who) && chat.may_write(&self.roster, who) && chat.moderates(who);
        assert_eq!(done.is_ok(), legal, "{who} {done:?}");
        if legal {
            chat.reactions = on;
        }
    }

    pub fn pin(&mut self, who: Key, room: usize) {
        let seq = self.any_seq(room);
        let (at, id, on) = (self.at, self.rooms[room].id, self.random.below(3) != 0);
        let done = self.chats.try_on(self.today, who, id, move |tx, by| {
            let deed = if on { messenger::pin } else { messenger::unpin };
            deed(tx, at, by, seq)?;
            Ok(tx.g())
        });
        let chat = &self.rooms[room];
        let pinned = chat.pins.contains(&seq);
        let legal = self.is_here(who, room)
            && chat.may_pin(&self.roster, who)
            && if on {
                chat.living(who, seq).is_some() && (pinned || chat.has_room_for_a_pin())
            } else {
                chat.seen(who, seq).is_some()
            };
        assert_eq!(done.is_ok(), legal, "{who} {seq} {done:?}");
        let Ok(g) = done else { return };
        if on != pinned {
            let pins = &mut self.rooms[room].pins;
            if on {
                pins.insert(0, seq)
            } else {
                pins.retain(|known| *known != seq)
            }
            self.happened(g, room, What::Pinned, seq);
        }
    }

    pub fn acknowledge(&mut self, who: Key, room: usize) {
        let asking = (1..).zip(&self.rooms[room].said).filter(|(_, said)| said.asks).map(|(seq, _)| seq);
        let asking: Vec<i64> = asking.collect();
        let seq = if asking.is_empty() { self.any_seq(room) } else { self.pick(&asking) };
        let (at, id) = (self.at, self.rooms[room].id);
        let done = self.chats.try_on(self.today, who, id, move |tx, by| {
            messenger::acknowledge(tx, at, by, seq, "Firefox")?;
            Ok(tx.g())
        });
        let known = self.rooms[room].living(who, seq);
        let legal = self.is_here(who, room) && known.is_some_and(|said| said.asks && said.by != who);
        assert_eq!(done.is_ok(), legal, "{who} {seq} {done:?}");
        let Ok(g) = done else { return };
        if self.rooms[room].said_mut(seq).signed.insert(who) {
            self.happened(g, room, What::Touched, seq);
        }
    }

    /// Somebody at the desk of safety holds the chat of a report, or lifts the holds on it (MSG-I17).
    pub fn hold_or_lift(&mut self, room: usize) {
        let who = self.pick(&["barinova", "orlova", "zotova"]);
        let viewer = self.chats.viewer(who);
        let (at, today, id) = (self.at, self.today, self.rooms[room].id);
        if self.rooms[room].held.is_empty() {
            let of_room: Vec<_> = self.reports.iter().copied().filter(|known| known.room == room).collect();
            if of_room.is_empty() {
                return;
            }
            let report = self.pick(&of_room);
            let done: Result<_, Refused> = self.chats.world.try_write(move |tx| {
                let by = CaseOf::ask(tx, &viewer, report.id, today)?;
                Ok(messenger::hold_chat(tx, at, &by, &Note::parse("разбираемся").unwrap())?)
            });
            assert_eq!(done.is_ok(), self.may_handle(who, &report), "{who} {report:?}");
            if done.is_ok() {
                self.rooms[room].held.push(report.reported);
            }
            return;
        }
        let done: Result<_, Refused> = self.chats.world.try_write(move |tx| {
            let by = SafetyOf::ask(tx, &viewer, today)?;
            let holds = messenger::list_holds(tx, &by)?;
            for hold in holds.iter().filter(|hold| hold.conversation.id == id) {
                let by = HoldOf::ask(tx, &viewer, hold.id, today)?;
                messenger::lift_hold(tx, at, &by)?;
            }
            Ok(())
        });
        assert_eq!(done.is_ok(), self.sits_at_the_desk(who), "{who}");
        if done.is_ok() {
            self.rooms[room].held.retain(|against| *against == who);
        }
    }

    /// Peers part, or make it up (MSG-E27).
    pub fn block_peer(&mut self, who: Key) {
        let whom = self.pick(&["varya", "demyan", "mother", "demyan_mother", "gromova"]);
        let (viewer, person) = (self.chats.viewer(who), self.chats.world.person(whom));
        let (at, today, on) = (self.at, self.today, self.says());
        let done: Result<_, Refused> = self.chats.world.try_write(move |tx| {
            let by = Present::ask(tx, &viewer)?;
            if on {
                messenger::block(tx, at, &by, person, today)?;
            } else {
                messenger::unblock(tx, &by, person)?;
            }
            Ok(())
        });
        let pupil = |who: Key| matches!(who, "varya" | "demyan" | "timur" | "kira");
        let guardian = |who: Key| matches!(who, "mother" | "father" | "demyan_mother");
        let peers = (pupil(who) && pupil(whom)) || (guardian(who) && guardian(whom));
        let meet = self.rooms.iter().any(|room| {
            room.kind != Kind::SchoolNews && room.inside.contains_key(who) && room.known.contains(whom)
        });
        let legal = self.can(who) && (!on || (who != whom && peers && meet));
        assert_eq!(done.is_ok(), legal, "{who} {whom} {on} {done:?}");
        if legal {
            if on {
                self.parted.insert((who, whom))
            } else {
                self.parted.remove(&(who, whom))
            };
        }
    }

    /// Whoever answers for a group takes somebody in or puts somebody out; colleagues may leave theirs.
    pub fn change_group(&mut self, who: Key, room: usize) {
        let groups: Vec<usize> =
            (0..self.rooms.len()).filter(|room| self.rooms[*room].kind.is_group()).collect();
        let room = if self.rooms[room].kind.is_group() { room } else { self.pick(&groups) };
        let who = if self.says() { "gromova" } else { who };
        let whom = if self.says() { who } else { self.pick(&PEOPLE) };
        let person = self.chats.world.person(whom);
        let (at, today, id, add) = (self.at, self.today, self.rooms[room].id, self.says());
        let done = self.chats.try_on(today, who, id, move |tx, by| {
            if add {
                messenger::add_people(tx, at, by, &Self::actor(), today, &[person])?;
            } else {
                messenger::remove_person(tx, at, by, &Self::actor(), today, person)?;
            }
            Ok(tx.g())
        });
        let chat = &self.rooms[room];
        let role = chat.listed.get(whom).map(|(role, _)| *role);
        let others_lead =
            chat.listed.iter().any(|(other, (role, _))| *other != whom && *role == MemberRole::Moderator);
        let legal = self.is_here(who, room)
            && if add {
                chat.moderates(who) && (role.is_some() || self.fits(whom, chat.kind))
            } else {
                (chat.moderates(who) || (who == whom && chat.kind == Kind::StaffGroup))
                    && (role != Some(MemberRole::Moderator) || others_lead)
            };
        assert_eq!(done.is_ok(), legal, "{who} {whom} {add} {done:?}");
        let Ok(g) = done else { return };
        let next = chat.last() + 1;
        let listed = &mut self.rooms[room].listed;
        if add {
            listed.entry(whom).or_insert((MemberRole::Writer, next));
        } else {
            listed.remove(whom);
        }
        self.rooms[room].settle(&self.roster, g);
    }

    fn fits(&self, whom: Key, kind: Kind) -> bool {
        if kind == Kind::StaffGroup {
            return self.roster.is_staff(whom);
        }
        let listed = [(whom, (MemberRole::Writer, 1))].into();
        self.roster.due(Kind::PupilsGroup, &listed).contains_key(whom)
    }

    /// Puts what waits into the index of the search, a little of it.
    pub fn index(&self) {
        let most = self.random.below(40);
        self.chats.world.write(move |tx| messenger::index_more(tx, most));
    }

    pub fn change_safety(&mut self, who: Key) {
        let (at, today, person) = (self.at, self.today, self.chats.world.person(who));
        let ends = !self.roster.safety.insert(who);
        if ends {
            self.roster.safety.remove(who);
        }
        let g = self.chats.world.write(move |tx| {
            let change = Self::turn_role(tx, person, school::Role::SafeguardingLead, None, ends, today)?;
            messenger::follow(tx, at, today, change)?;
            Ok::<_, Denied>(tx.g())
        });
        self.settle(g);
    }

    /// The class that a pupil of the model is moved to.
    pub fn other_class(&self, pupil: Key) -> Class {
        if self.roster.class_of.get(pupil) == Some(&Class::Sixth) { Class::Third } else { Class::Sixth }
    }
}
