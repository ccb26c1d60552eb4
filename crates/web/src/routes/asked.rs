//! What readers do with a message: reactions, pins, and «Ознакомлен(а)» where it is asked for.

use super::{Route, get, post};
use crate::access::{Access, Record};
use crate::handlers::sferum::{react, register};

pub(super) fn asked() -> Vec<Route> {
    use Access::Messenger;
    use Record::SelfRecording;
    vec![
        post("/sferum/{conversation}/{seq}/react", Messenger, SelfRecording, react::react),
        post("/sferum/{conversation}/{seq}/pin", Messenger, SelfRecording, react::pin),
        get("/sferum/{conversation}/{seq}/register", Messenger, register::show),
        get("/sferum/{conversation}/{seq}/register/slips", Messenger, register::slips),
        post("/sferum/{conversation}/{seq}/acknowledge", Messenger, SelfRecording, register::acknowledge),
        post("/sferum/{conversation}/{seq}/remind", Messenger, SelfRecording, register::remind),
    ]
}
