//! What people have found when they tried their devices and their network (CALL-F34): to themselves, and to whoever
//! leads their lesson.

use calls::{Camera, Check, DeviceFault, Microphone, Network, Trouble};
use school::{PersonId, PersonName, Zone};
use store::{ReadTx, UtcInstant};
use time::Date;

use super::moment_in_words;
use crate::words::{Words, say};

/// «Проверено вчера в 18:40: вас слышно, соединение прямое (UDP).», a sentence for each moment, the latest first.
pub(crate) fn check_words(check: &Check, zone: &Zone, today: Date) -> String {
    let microphone = check.microphone.map(|found| (found.at, microphone_words(found.what)));
    let camera = check.camera.map(|found| (found.at, camera_words(found.what)));
    let network = check.network.map(|found| (found.at, network_words(found.what)));
    let parts: Vec<(UtcInstant, String)> = [microphone, camera, network].into_iter().flatten().collect();
    let mut moments: Vec<UtcInstant> = parts.iter().map(|(at, _)| *at).collect();
    moments.sort_unstable();
    moments.dedup();
    let sentence = |at: &UtcInstant| {
        let found: Vec<&str> =
            parts.iter().filter(|(of, _)| of == at).map(|(_, words)| words.as_str()).collect();
        let when = moment_in_words(zone.local(*at), today);
        Words::of("check-kept").with("when", when).with("found", found.join(", ")).say()
    };
    moments.iter().rev().map(sentence).collect::<Vec<_>>().join(" ")
}

fn microphone_words(found: Microphone) -> String {
    match found {
        Microphone::Works => say("check-microphone-works"),
        Microphone::Silent => say("check-microphone-silent"),
        Microphone::Fault(DeviceFault::Denied) => say("check-microphone-denied"),
        Microphone::Fault(DeviceFault::Missing) => say("check-microphone-missing"),
        Microphone::Fault(DeviceFault::Busy) => say("check-microphone-busy"),
        Microphone::Fault(DeviceFault::Failed) => say("check-microphone-failed"),
    }
}

fn camera_words(found: Camera) -> String {
    match found {
        Camera::Works => say("check-camera-works"),
        Camera::Fault(DeviceFault::Denied) => say("check-camera-denied"),
        Camera::Fault(DeviceFault::Missing) => say("check-camera-missing"),
        Camera::Fault(DeviceFault::Busy) => say("check-camera-busy"),
        Camera::Fault(DeviceFault::Failed) => say("check-camera-failed"),
    }
}

fn network_words(found: Network) -> String {
    match found {
        Network::Udp(_) => say("check-network-udp"),
        Network::Tcp(_) => say("check-network-tcp"),
        Network::Nowhere => say("check-network-none"),
    }
}

/// How a class stands before a lesson's call, for whoever leads it.
pub(crate) struct ReadyView {
    /// «Готовы: 3 из 12.»
    pub(crate) line: String,
    /// Those who will have trouble.
    pub(crate) troubled: Vec<TroubledView>,
    /// Those who have not tried everything.
    pub(crate) partly: NamesView,
    /// Those who have tried nothing.
    pub(crate) unchecked: NamesView,
}

/// A pupil who will have trouble.
pub(crate) struct TroubledView {
    pub(crate) name: String,
    /// Each trouble with the tone of its sign.
    pub(crate) troubles: Vec<(String, &'static str)>,
    pub(crate) when: String,
}

/// Several pupils.
#[derive(Default)]
pub(crate) struct NamesView {
    pub(crate) count: usize,
    pub(crate) names: String,
}

impl NamesView {
    fn of(names: &[String]) -> Self {
        Self { count: names.len(), names: names.join(", ") }
    }
}

impl ReadyView {
    pub(crate) fn of(
        tx: &ReadTx<'_>,
        zone: &Zone,
        today: Date,
        pupils: &[(PersonId, Option<Check>)],
    ) -> Result<Self, store::Error> {
        let people: Vec<PersonId> = pupils.iter().map(|(pupil, _)| *pupil).collect();
        let names = school::names_of(tx, &people)?;
        let (mut troubled, mut partly, mut unchecked, mut ready) =
            (Vec::new(), Vec::new(), Vec::new(), 0_u32);
        for (pupil, check) in pupils {
            let name = names.get(pupil).map(PersonName::listed).unwrap_or_default();
            let Some(check) = check else {
                unchecked.push(name);
                continue;
            };
            let troubles: Vec<_> = check.troubles().into_iter().map(trouble_words).collect();
            if !troubles.is_empty() {
                let when = moment_in_words(zone.local(check.at), today);
                troubled.push(TroubledView { name, troubles, when });
            } else if check.is_whole() {
                ready += 1;
            } else {
                partly.push(name);
            }
        }
        let line = Words::of("check-class").with("ready", ready).with("total", pupils.len()).say();
        let (partly, unchecked) = (NamesView::of(&partly), NamesView::of(&unchecked));
        Ok(Self { line, troubled, partly, unchecked })
    }
}

fn trouble_words(trouble: Trouble) -> (String, &'static str) {
    match trouble {
        Trouble::NoMicrophone => (say("check-trouble-microphone"), "red"),
        Trouble::Silent => (say("check-trouble-silent"), "amber"),
        Trouble::OnlyTcp => (say("check-trouble-tcp"), "amber"),
        Trouble::NoConnection => (say("check-trouble-connection"), "red"),
    }
}
