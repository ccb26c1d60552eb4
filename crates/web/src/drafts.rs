//! Tables that an administrator has sent and not loaded yet, in this process's memory only: what was looked at is what
//! is loaded, and no copy of the school's lists stays behind in the base.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use school::PersonId;
use school::import::SourceFile;
use store::{Random, UtcInstant};
use time::Duration;

/// How long a draft waits.
const LIFETIME: Duration = Duration::minutes(30);
/// How many people's drafts are kept at once.
const MOST: usize = 4;

/// One person's tables.
pub(crate) struct Draft {
    pub(crate) id: String,
    pub(crate) files: Vec<SourceFile>,
    at: UtcInstant,
}

/// The drafts, one a person.
#[derive(Default)]
pub(crate) struct Drafts {
    held: Mutex<HashMap<PersonId, Arc<Draft>>>,
}

impl Drafts {
    fn held(&self) -> std::sync::MutexGuard<'_, HashMap<PersonId, Arc<Draft>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a person's tables in the place of those sent before.
    pub(crate) fn keep(
        &self,
        now: UtcInstant,
        random: &Random,
        person: PersonId,
        files: Vec<SourceFile>,
    ) -> Arc<Draft> {
        self.forget_old(now);
        let draft = Arc::new(Draft { id: random.token::<16>(), files, at: now });
        let mut held = self.held();
        held.insert(person, Arc::clone(&draft));
        while held.len() > MOST {
            let oldest = held.iter().min_by_key(|(_, draft)| draft.at).map(|(person, _)| *person);
            let Some(oldest) = oldest else { break };
            held.remove(&oldest);
        }
        draft
    }

    /// A person's own draft; those of others are as good as not there.
    pub(crate) fn find(&self, now: UtcInstant, person: PersonId, id: &str) -> Option<Arc<Draft>> {
        let draft = self.held().get(&person).cloned()?;
        (draft.id == id && now.since(draft.at) < LIFETIME).then_some(draft)
    }

    /// Lets a person's draft go.
    pub(crate) fn forget(&self, person: PersonId) {
        self.held().remove(&person);
    }

    /// Lets those go that have waited too long.
    pub(crate) fn forget_old(&self, now: UtcInstant) {
        self.held().retain(|_, draft| now.since(draft.at) < LIFETIME);
    }
}

#[cfg(test)]
mod tests {
    use school::PersonId;
    use store::{Random, UtcInstant};
    use time::Duration;

    use super::{Drafts, LIFETIME, MOST};

    #[test]
    fn a_draft_is_its_owners_and_waits_half_an_hour() {
        let (drafts, random, now) = (Drafts::default(), Random::seeded(5), UtcInstant::from_millis(0));
        let person = PersonId::from_row;
        let first = drafts.keep(now, &random, person(1), Vec::new());
        let second = drafts.keep(now, &random, person(1), Vec::new());
        assert!(drafts.find(now, person(1), &first.id).is_none(), "the later one has taken its place");
        assert!(drafts.find(now, person(2), &second.id).is_none());
        assert!(drafts.find(now + LIFETIME - Duration::SECOND, person(1), &second.id).is_some());
        assert!(drafts.find(now + LIFETIME, person(1), &second.id).is_none());
        for (later, other) in (1..).zip(2..=1 + MOST as i64) {
            drafts.keep(now + Duration::seconds(later), &random, person(other), Vec::new());
        }
        assert_eq!(drafts.held().len(), MOST);
        assert!(drafts.find(now, person(1), &second.id).is_none(), "the oldest goes first");
        drafts.forget_old(now + LIFETIME * 2);
        assert!(drafts.held().is_empty());
    }
}
