//! Routes of linking, of the embedded VK ID, and of the demo's telephone.

use school::Role;

use super::{ADMIN, Answer, Route, get, get_that_writes, post, wire, with_step_up};
use crate::access::{Access, Record};
use crate::cx::Cx;
use crate::handlers;

/// «Авторизация в Сферум» and whoever decides on links.
pub(super) fn link() -> Vec<Route> {
    use Record::Audited;
    const HOMEROOM: Access = Access::Roles(&[Role::HomeroomTeacher]);
    vec![
        get("/link", Access::SignedIn, handlers::link::show),
        post("/link", Access::SignedIn, Audited, handlers::link::begin),
        // OAuth's way back is a GET that writes; its one-time state is its token (O4).
        get_that_writes("/link/embedded/callback", Access::Public, handlers::link::callback::show),
        get_that_writes("/link/vk/callback", Access::Public, handlers::link::callback::show_service),
        get("/link/review", Access::SignedIn, handlers::link::review::show),
        post("/link/review", Access::SignedIn, Audited, handlers::link::review::submit),
        get("/link/taken", Access::SignedIn, handlers::link::review::taken),
        post("/link/cancel", Access::SignedIn, Audited, handlers::link::owner::cancel),
        get("/profile/unlink", Access::SignedIn, handlers::link::owner::ask),
        with_step_up(post("/profile/unlink", Access::SignedIn, Audited, handlers::link::owner::unlink)),
        get("/classes/{class}/links", HOMEROOM, handlers::approvals::show),
        post("/classes/{class}/links/{link}/approve", HOMEROOM, Audited, handlers::approvals::approve),
        post("/classes/{class}/links/{link}/reject", HOMEROOM, Audited, handlers::approvals::reject),
        post("/classes/{class}/changes/{change}/approve", HOMEROOM, Audited, handlers::changes::approve),
        post("/classes/{class}/changes/{change}/reject", HOMEROOM, Audited, handlers::changes::reject),
        get("/admin/links", ADMIN, handlers::admin::links::list),
        get("/admin/links/{link}", ADMIN, handlers::admin::links::show),
        post("/admin/links/{link}/approve", ADMIN, Audited, handlers::admin::links::approve),
        post("/admin/links/{link}/reject", ADMIN, Audited, handlers::admin::links::reject),
        post("/admin/links/{link}/suspend", ADMIN, Audited, handlers::admin::links::suspend),
        post("/admin/links/{link}/reinstate", ADMIN, Audited, handlers::admin::links::reinstate),
        post("/admin/links/{link}/unlink", ADMIN, Audited, handlers::admin::links::unlink),
        post("/admin/changes/{change}/approve", ADMIN, Audited, handlers::changes::approve_any),
        post("/admin/changes/{change}/reject", ADMIN, Audited, handlers::changes::reject_any),
        get("/admin/sms", ADMIN, handlers::admin::sms::list),
        post("/admin/sms/{phone}/unlock", ADMIN, Audited, handlers::admin::sms::unlock),
        get("/admin/sms/messages/{message}", ADMIN, handlers::admin::sms::letter::ask),
        post("/admin/sms/messages/{message}", ADMIN, Audited, handlers::admin::sms::letter::read_out),
        post("/admin/sms/messages/{message}/again", ADMIN, Audited, handlers::admin::sms::letter::again),
    ]
}

/// The embedded VK ID. Its pages are public: who signs in here is its own business; the attempt's cookie is the gate.
pub(super) fn provider() -> Vec<Route> {
    use Record::Audited;
    use handlers::vkid;
    let step = |path, handler: fn(Cx) -> Answer| post(path, Access::Public, Audited, handler);
    let screen = |path| get(path, Access::Public, vkid::show);
    vec![
        // `prompt=none` answers at once, and the answer is written first (VK-11).
        get_that_writes("/authorize", Access::Public, vkid::authorize::show),
        step("/vkid/start", |cx| Box::pin(vkid::authorize::start(cx))),
        step("/vkid/continue", |cx| Box::pin(vkid::authorize::resume(cx))),
        post("/vkid/cancel", Access::Public, Record::SelfRecording, vkid::authorize::cancel),
        screen("/vkid/{attempt}/phone"),
        step("/vkid/{attempt}/phone", |cx| Box::pin(vkid::phone::submit(cx))),
        step("/vkid/{attempt}/change-phone", |cx| Box::pin(vkid::phone::change(cx))),
        screen("/vkid/{attempt}/password"),
        step("/vkid/{attempt}/password", |cx| Box::pin(vkid::password::submit(cx))),
        step("/vkid/{attempt}/forgot", |cx| Box::pin(vkid::password::forgot(cx))),
        screen("/vkid/{attempt}/code"),
        step("/vkid/{attempt}/code", |cx| Box::pin(vkid::code::submit(cx))),
        step("/vkid/{attempt}/resend", |cx| Box::pin(vkid::code::resend(cx))),
        step("/vkid/{attempt}/call", |cx| Box::pin(vkid::code::call(cx))),
        screen("/vkid/{attempt}/person"),
        step("/vkid/{attempt}/person", |cx| Box::pin(vkid::person::submit(cx))),
        screen("/vkid/{attempt}/profile"),
        step("/vkid/{attempt}/profile", |cx| Box::pin(vkid::profile::choose(cx))),
        screen("/vkid/{attempt}/review"),
        step("/vkid/{attempt}/review", |cx| Box::pin(vkid::profile::confirm(cx))),
        step("/vkid/{attempt}/edit", |cx| Box::pin(vkid::profile::edit(cx))),
        step("/vkid/{attempt}/back-to-profile", |cx| Box::pin(vkid::profile::back(cx))),
        screen("/vkid/{attempt}/consent"),
        step("/vkid/{attempt}/consent", |cx| Box::pin(vkid::consent(cx))),
        screen("/vkid/{attempt}/reset"),
        step("/vkid/{attempt}/reset", |cx| Box::pin(vkid::phone::submit(cx))),
        screen("/vkid/{attempt}/reset-code"),
        step("/vkid/{attempt}/reset-code", |cx| Box::pin(vkid::code::submit(cx))),
        screen("/vkid/{attempt}/reset-password"),
        step("/vkid/{attempt}/reset-password", |cx| Box::pin(vkid::reset::submit(cx))),
        step("/vkid/{attempt}/back-to-password", |cx| Box::pin(vkid::reset::back(cx))),
        screen("/vkid/{attempt}/locked"),
        screen("/vkid/{attempt}/done"),
        step("/vkid/{attempt}/done", |cx| Box::pin(vkid::ends::again(cx))),
        screen("/vkid/{attempt}/over"),
        step("/vkid/{attempt}/cancel", |cx| Box::pin(vkid::ends::cancel(cx))),
    ]
}

/// «Мой VK ID». Public as the rest: its gate is the session of VK ID, which the handlers ask for (VK-5).
pub(super) fn own() -> Vec<Route> {
    use handlers::vkid::me;
    let step = |path, handler: fn(Cx) -> Answer| post(path, Access::Public, Record::Audited, handler);
    vec![
        get("/vkid/me", Access::Public, me::show),
        step("/vkid/me/start", |cx| Box::pin(me::start(cx))),
        step("/vkid/me/signout", |cx| Box::pin(me::sessions::sign_out(cx))),
        step("/vkid/me/signout-everywhere", |cx| Box::pin(me::sessions::sign_out_everywhere(cx))),
        step("/vkid/me/sessions/{vk_session}/end", |cx| Box::pin(me::sessions::end(cx))),
        step("/vkid/me/applications/{client}/withdraw", |cx| Box::pin(me::applications::withdraw(cx))),
        get("/vkid/me/confirm", Access::Public, me::confirm::show),
        step("/vkid/me/confirm", |cx| Box::pin(me::confirm::submit(cx))),
        get("/vkid/me/phone", Access::Public, me::phone::show),
        step("/vkid/me/phone", |cx| Box::pin(me::phone::submit(cx))),
        get("/vkid/me/password", Access::Public, me::password::show),
        step("/vkid/me/password", |cx| Box::pin(me::password::submit(cx))),
        get("/vkid/me/profile", Access::Public, me::profile::show),
        step("/vkid/me/profile", |cx| Box::pin(me::profile::submit(cx))),
        step("/vkid/me/profile/withdraw", |cx| Box::pin(me::profile::withdraw(cx))),
        get("/vkid/me/delete", Access::Public, me::removal::show),
        step("/vkid/me/delete", |cx| Box::pin(me::removal::submit(cx))),
    ]
}

/// What applications call (docs/rules/vk-id.md).
pub(super) fn applications() -> Vec<Route> {
    use handlers::{oauth, vkid};
    let mut routes = vec![
        get("/button_one_tap_auth", Access::Public, vkid::widget::one_tap),
        get("/floating_one_tap_auth", Access::Public, vkid::widget::floating),
    ];
    routes.extend(wire("/oauth2/auth", Record::Audited, oauth::auth));
    routes.extend(wire("/oauth2/user_info", Record::SelfRecording, oauth::user_info));
    routes.extend(wire("/oauth2/public_info", Record::SelfRecording, oauth::public_info));
    routes.extend(wire("/oauth2/logout", Record::Audited, oauth::logout));
    routes.extend(wire("/oauth2/revoke", Record::Audited, oauth::revoke));
    routes.extend(wire("/stat_events_vkid_sdk", Record::SelfRecording, oauth::statistics));
    routes.extend(wire("/vkid_sdk_get_config", Record::SelfRecording, oauth::config));
    routes
}

/// The demo's telephone.
pub(super) fn demo() -> Vec<Route> {
    vec![
        get("/demo/phone", Access::Demo, handlers::demo::show),
        get("/demo/phone.json", Access::Demo, handlers::demo::json),
        post("/demo/phone/reset", Access::Demo, Record::Audited, handlers::demo::reset),
    ]
}
