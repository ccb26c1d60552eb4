//! Files: brought in parts, read through the message that carries them; and who leads a group.

use super::{Route, get, post, with_files};
use crate::access::{Access, Record};
use crate::handlers::{sferum, upload};

pub(super) fn files() -> Vec<Route> {
    use Access::Messenger;
    use Record::{Audited, SelfRecording};
    vec![
        post("/files", Messenger, SelfRecording, upload::begin),
        get("/files/{file}", Messenger, upload::show),
        post("/files/{file}/parts/{part}", Messenger, SelfRecording, upload::part),
        post("/files/{file}/thumb", Messenger, SelfRecording, upload::thumb),
        post("/files/{file}/finish", Messenger, SelfRecording, upload::finish),
        post("/files/{file}/drop", Messenger, SelfRecording, upload::give_up),
        get("/sferum/{conversation}/files", Messenger, sferum::files::show),
        get("/sferum/{conversation}/attach", Messenger, sferum::attach::show),
        with_files(post("/sferum/{conversation}/attach", Messenger, SelfRecording, sferum::attach::submit)),
        get("/sferum/{conversation}/{seq}/files/{n}", Messenger, sferum::file::show),
        get("/sferum/{conversation}/{seq}/files/{n}/thumb", Messenger, sferum::file::thumb),
        post("/sferum/{conversation}/owner", Messenger, Audited, sferum::group::owner),
    ]
}
