//! One screen for each step: what it shows, and under which address.

mod code;
mod consent;
mod phone;

use askama::Template;
use http::header::CONTENT_SECURITY_POLICY;
use identity::{Attempt, ClaimedRole, Offer, PersonDraft, ResetStep, ReviewMode, Step};
use linking::Comparison;

use self::code::code_page;
use self::consent::consent_page;
use self::phone::phone_page;
pub(super) use self::phone::{PhoneAsk, PhonePage};
use super::person::PersonFields;
use super::profile::ProfileFields;
use super::{dressed, me};
use crate::cx::Cx;
use crate::failure::vkid::wait;
use crate::response::Response;
use crate::views::{Flash, Page, full_date};
use crate::words::{Words, say};
use crate::{Failure, handlers, headers};

/// What a person had typed when their form was refused; passwords and codes never come back.
#[derive(Default)]
pub(crate) enum Typed {
    /// Nothing to keep.
    #[default]
    Nothing,
    /// A phone, as it was typed.
    Phone(String),
    /// The data of a new account.
    Person(Box<PersonFields>),
    /// The data of a profile.
    Profile(Box<ProfileFields>),
}

#[derive(Template)]
#[template(path = "vkid/password.html")]
struct PasswordPage {
    page: Page,
    in_guide: bool,
    base: String,
    phone: String,
    error: String,
}

#[derive(Template)]
#[template(path = "vkid/person.html")]
struct PersonPage {
    page: Page,
    in_guide: bool,
    base: String,
    phone: String,
    error: String,
    fields: PersonFields,
}

#[derive(Template)]
#[template(path = "vkid/profile.html")]
struct ProfilePage {
    page: Page,
    base: String,
    error: String,
    name: String,
    line: String,
    initials: String,
    exists: bool,
}

#[derive(Template)]
#[template(path = "vkid/check.html")]
struct CheckPage {
    page: Page,
    base: String,
    error: String,
    surname: String,
    given: String,
    patronymic: String,
    birth_date: String,
    role: String,
    fits: Option<bool>,
}

#[derive(Template)]
#[template(path = "vkid/fill.html")]
struct FillPage {
    page: Page,
    base: String,
    error: String,
    fields: ProfileFields,
    roles: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "vkid/new_password.html")]
struct NewPasswordPage {
    page: Page,
    in_guide: bool,
    base: String,
    error: String,
}

#[derive(Template)]
#[template(path = "vkid/locked.html")]
struct LockedPage {
    page: Page,
    base: String,
    text: String,
}

#[derive(Template)]
#[template(path = "vkid/done.html")]
struct DonePage {
    page: Page,
    base: String,
}

/// The address of the screen where an attempt is.
pub(crate) fn address_of(attempt: &Attempt, now: store::UtcInstant) -> String {
    let screen = match attempt.step_at(now) {
        Step::AskPhone => "phone",
        Step::AskPassword(_) => "password",
        Step::AskCode { .. } => "code",
        Step::AskPerson { .. } => "person",
        Step::ChooseProfile { .. } => "profile",
        Step::ReviewProfile { .. } => "review",
        Step::AskConsent { .. } => "consent",
        Step::ResetPassword { step: ResetStep::AskPhone, .. } => "reset",
        Step::ResetPassword { step: ResetStep::AskCode { .. }, .. } => "reset-code",
        Step::ResetPassword { step: ResetStep::AskPassword { .. }, .. } => "reset-password",
        Step::Locked { .. } => "locked",
        Step::AskNewPhone { .. } => "phone",
        Step::Entered { .. } => return me::PAGE.to_owned(),
        Step::Granted { .. } => "done",
        Step::Cancelled | Step::Expired => "over",
    };
    format!("{}/{screen}", base_of(attempt))
}

fn base_of(attempt: &Attempt) -> String {
    format!("/vkid/{}", attempt.public)
}

/// Shows the screen where an attempt is, with what was wrong.
pub(crate) async fn render(
    cx: &Cx,
    attempt: Attempt,
    failure: Option<Failure>,
    typed: Typed,
) -> Result<Response, Failure> {
    let error = failure.as_ref().map(Failure::sentence).unwrap_or_default();
    let in_guide = !attempt.is_own();
    let answer = match attempt.step_at(cx.now) {
        Step::AskPhone => {
            let ask = if in_guide { PhoneAsk::SignIn } else { PhoneAsk::Own };
            show(cx, failure, &phone_page(cx, &attempt, error, typed, ask))
        }
        Step::AskNewPhone { .. } => {
            show(cx, failure, &phone_page(cx, &attempt, error, typed, PhoneAsk::NewPhone))
        }
        Step::AskPassword(known) => {
            let page = page_of(cx, "vkid-title-password", &attempt);
            show(
                cx,
                failure,
                &PasswordPage {
                    page,
                    in_guide,
                    base: base_of(&attempt),
                    phone: known.phone.printed(),
                    error,
                },
            )
        }
        Step::AskCode { sent, .. } => {
            let page = code_page(cx, &attempt, &sent, "code", error).await?;
            show(cx, failure, &page)
        }
        Step::AskPerson { phone } => {
            let fields = if let Typed::Person(fields) = typed { *fields } else { PersonFields::default() };
            let page = page_of(cx, "vkid-title-person", &attempt);
            let base = base_of(&attempt);
            show(cx, failure, &PersonPage { page, in_guide, base, phone: phone.printed(), error, fields })
        }
        Step::ChooseProfile { offer, .. } => {
            let page = profile_page(cx, &attempt, offer, error).await?;
            show(cx, failure, &page)
        }
        Step::ReviewProfile { mode: ReviewMode::Check, .. } => {
            let page = check_page(cx, &attempt, error).await?;
            show(cx, failure, &page)
        }
        Step::ReviewProfile { mode: ReviewMode::Fill, .. } => {
            let page = fill_page(cx, &attempt, error, typed).await?;
            show(cx, failure, &page)
        }
        Step::AskConsent { .. } => {
            let page = consent_page(cx, &attempt, error).await?;
            show(cx, failure, &page)
        }
        Step::ResetPassword { step, .. } => match step {
            ResetStep::AskPhone => {
                show(cx, failure, &phone_page(cx, &attempt, error, typed, PhoneAsk::Reset))
            }
            ResetStep::AskCode { sent, .. } => {
                let page = code_page(cx, &attempt, &sent, "reset-code", error).await?;
                show(cx, failure, &page)
            }
            ResetStep::AskPassword { .. } => {
                let page = page_of(cx, "vkid-title-reset", &attempt);
                show(cx, failure, &NewPasswordPage { page, in_guide, base: base_of(&attempt), error })
            }
        },
        Step::Locked { until } => {
            let page = page_of(cx, "vkid-title-locked", &attempt);
            let text = locked_text(cx, until);
            show(cx, failure, &LockedPage { page, base: base_of(&attempt), text })
        }
        Step::Granted { .. } => {
            let page = page_of(cx, "vkid-title-done", &attempt);
            show(cx, failure, &DonePage { page, base: base_of(&attempt) })
        }
        Step::Entered { .. } => Ok(Response::see_other(me::PAGE)),
        Step::Expired | Step::Cancelled if attempt.is_own() => Ok(me::over(cx)),
        // The first screen says why.
        Step::Expired => {
            let flash = Flash::info(say("vkid-expired"), say("vkid-expired-more"));
            Ok(cx.go("/link", Some(flash)))
        }
        Step::Cancelled => Ok(handlers::link::cancelled(cx)),
    };
    // Nobody waits for the answer of VK ID's own attempts: their pages are as closed as any other.
    if in_guide { answer.map(|answer| of_flow(answer, &attempt.redirect_uri)) } else { answer }
}

/// A page of the flow: its forms may lead back to the client, and to nobody else (VK-14).
pub(super) fn of_flow(answer: Response, redirect_uri: &str) -> Response {
    let policy = headers::policy_of_forms(identity::origin_of(redirect_uri));
    dressed(answer).with_header(CONTENT_SECURITY_POLICY, &policy)
}

/// The frame of a screen, in the colours the client asked for.
fn page_of(cx: &Cx, title: &'static str, attempt: &Attempt) -> Page {
    let mut page = cx.bare_page(say(title));
    page.scheme = colours(attempt.scheme);
    page
}

/// The word of a colour scheme; empty leaves it to the system.
pub(super) fn colours(scheme: Option<identity::ColorScheme>) -> &'static str {
    scheme.map_or("", identity::ColorScheme::word)
}

/// A screen, or the same screen as the answer to a form that was refused.
fn show(cx: &Cx, failure: Option<Failure>, page: &impl Template) -> Result<Response, Failure> {
    match failure {
        Some(failure) if failure.gives_form_back() => cx.refused(&failure, page),
        Some(failure) => Err(failure),
        None => cx.html(page),
    }
}

async fn profile_page(
    cx: &Cx,
    attempt: &Attempt,
    offer: Offer,
    error: String,
) -> Result<ProfilePage, Failure> {
    let read = attempt.clone();
    let profile = cx.read(move |tx| Ok(identity::own_profile(tx, &read)?)).await?;
    let exists = offer == Offer::Existing;
    let name = profile.as_ref().map(|profile| profile.name.short()).unwrap_or_default();
    Ok(ProfilePage {
        page: page_of(cx, "vkid-title-profile", attempt),
        base: base_of(attempt),
        error,
        line: profile.as_ref().map(|profile| claimed(profile.role)).unwrap_or_default(),
        initials: profile.as_ref().map(|profile| profile.name.initials()).unwrap_or_default(),
        name,
        exists,
    })
}

/// The word of a claimed role.
pub(crate) fn claimed(role: ClaimedRole) -> String {
    match role {
        ClaimedRole::Pupil => say("claimed-pupil"),
        ClaimedRole::Parent => say("claimed-parent"),
        ClaimedRole::Teacher => say("claimed-teacher"),
    }
}

async fn check_page(cx: &Cx, attempt: &Attempt, error: String) -> Result<CheckPage, Failure> {
    let read = attempt.clone();
    let (profile, person) =
        cx.read(move |tx| Ok((identity::own_profile(tx, &read)?, identity::own_person(tx, &read)?))).await?;
    let role = profile.as_ref().map(|profile| profile.role).or(attempt.role_hint);
    let shown = profile
        .map(|profile| (profile.name, profile.birth_date))
        .or_else(|| person.map(|PersonDraft { name, birth_date, .. }| (name, birth_date)));
    let (name, birth_date) = shown.ok_or(Failure::Defect("a review without data"))?;
    // The portal's person sits at this very browser: they may know at once whether the school has to confirm.
    let fits = cx.who.as_ref().map(|who| linking::compare_names(&who.name, &name) == Comparison::Equal);
    Ok(CheckPage {
        page: page_of(cx, "vkid-title-review", attempt),
        base: base_of(attempt),
        error,
        birth_date: full_date(birth_date),
        role: role.map(claimed).unwrap_or_default(),
        surname: name.surname,
        given: name.given,
        patronymic: name.patronymic.unwrap_or_default(),
        fits,
    })
}

async fn fill_page(cx: &Cx, attempt: &Attempt, error: String, typed: Typed) -> Result<FillPage, Failure> {
    let fields = if let Typed::Profile(fields) = typed {
        *fields
    } else {
        let read = attempt.clone();
        let (profile, person) = cx
            .read(move |tx| Ok((identity::own_profile(tx, &read)?, identity::own_person(tx, &read)?)))
            .await?;
        // «Исправить» begins with what is there; variant 2 begins empty, since the personal account's name is none
        // of the school's business until its owner writes it here (LNK-S3).
        let from_person = matches!(
            attempt.state.step,
            Step::ReviewProfile { path: identity::SignInPath::AccountCreated, .. }
        );
        match (profile, person) {
            (Some(profile), _) => ProfileFields::of(&profile.name, profile.birth_date, Some(profile.role)),
            (None, Some(person)) if from_person => {
                ProfileFields::of(&person.name, person.birth_date, attempt.role_hint)
            }
            (None, _) => ProfileFields::empty(attempt.role_hint),
        }
    };
    Ok(FillPage {
        page: page_of(cx, "vkid-title-review", attempt),
        base: base_of(attempt),
        error,
        fields,
        roles: ClaimedRole::ALL.into_iter().map(|role| (role.word(), claimed(role))).collect(),
    })
}

fn locked_text(cx: &Cx, until: Option<store::UtcInstant>) -> String {
    match until {
        Some(until) => Words::of("vkid-locked-until").with("wait", wait(until, cx.now)).say(),
        None => {
            let help = cx.app.school().profile.help.clone();
            let help = if help.is_empty() { String::new() } else { format!(": {help}") };
            Words::of("vkid-locked-person").with("help", help).say()
        }
    }
}
