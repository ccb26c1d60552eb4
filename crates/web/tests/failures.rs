//! Every refusal of every domain: its status, its code for support, and the sentence that people read (ARC-10).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use diary::{JournalError, LessonEvent, LessonId, LessonRefusal, LessonState, SubstitutionError};
use identity::{AttemptError, AuthorizeError, ClientFault, PhoneFault, ReadOutError, RefusedAuthorize};
use linking::LinkError;
use messenger::{
    AckError, BlockError, BodyFault, DeleteError, EditError, GroupError, HushError, MuteError, NoteFault,
    PinError, PollError, PollFault, QuietError, ReactError, SafetyError, ScheduleError, SendError, Silence,
    StartError, UploadError,
};
use school::{AccountError, NameFault, SetupError, SignInError, SlipBar, SlipDeskError, SlipError, Zone};
use store::PasswordFault;
use testkit::now;
use time::Duration;
use web::outgoing::PushFault;
use web::{ConfirmFault, Failure};

/// The failures of one type, with the pattern each was made for. A refusal that is missing here does not compile.
macro_rules! every {
    ($type:ty, $make:expr; $($pattern:pat => $($value:expr),*;)+) => {{
        let _all_there = |refusal: &$type| match refusal { $($pattern => (),)+ };
        let make = $make;
        vec![$($((short(stringify!($pattern)), make($value)),)*)+]
    }};
}

type Listed = Vec<(String, Failure)>;

/// `PhoneFault::TooShort { .. }` as `PhoneFault::TooShort`.
fn short(pattern: &str) -> String {
    pattern.split([' ', '(']).next().unwrap_or_default().to_owned()
}

fn table(listed: &Listed) -> String {
    let line = |(name, failure): &(String, Failure)| {
        let said = failure.said();
        format!("{:<34} {} {:<6} {}", name, said.status.as_u16(), said.code, failure.sentence())
    };
    listed.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn muted(all: bool, reason: Option<&str>) -> Silence {
    let zone = Zone::find("Europe/Moscow").unwrap();
    let until = zone.local(now() + Duration::hours(1));
    Silence::Muted { until, now: zone.local(now()), reason: reason.map(str::to_owned), all }
}

fn base() -> Listed {
    every!(store::Error, Failure::Store;
        store::Error::Full => store::Error::Full;
        store::Error::ReadOnly => store::Error::ReadOnly;
        store::Error::Busy => store::Error::Busy;
        store::Error::Closed => store::Error::Closed;
        store::Error::NoRow => store::Error::NoRow;
        store::Error::Panicked => store::Error::Panicked;
        store::Error::Unreadable { .. } => store::Error::Unreadable { what: "a row" };
        // As the one before; only `store` can make it.
        store::Error::Sqlite(_) => ;
    )
}

/// What the shell itself refuses; the domains' refusals have their own tables.
fn shell() -> Listed {
    every!(Failure, |failure| failure;
        Failure::NotFound => Failure::NotFound;
        Failure::Denied => Failure::Denied;
        Failure::WrongMethod { .. } => Failure::WrongMethod { allow: "GET".to_owned() };
        Failure::SignInNeeded => Failure::SignInNeeded;
        Failure::VkSignInNeeded => Failure::VkSignInNeeded;
        Failure::VkProofNeeded { .. } => Failure::VkProofNeeded { aim: "phone" };
        Failure::BadHost => Failure::BadHost;
        Failure::ForeignHost => Failure::ForeignHost;
        Failure::NotSecure => Failure::NotSecure;
        Failure::ForeignOrigin => Failure::ForeignOrigin;
        Failure::StaleForm => Failure::StaleForm;
        Failure::BadQuery => Failure::BadQuery;
        Failure::BadForm => Failure::BadForm;
        Failure::TooLarge { .. } => Failure::TooLarge { most: 25 * 1024 * 1024 };
        Failure::TooSlow => Failure::TooSlow;
        Failure::SlowDown => Failure::SlowDown;
        Failure::Push(_) => Failure::Push(PushFault::Off), Failure::Push(PushFault::Service),
            Failure::Push(PushFault::Unread);
        Failure::Defect(_) => Failure::Defect("a word for the log");
        // As a defect; it wraps an error of the templates.
        Failure::Template(_) => ;
        Failure::PasswordsDiffer => Failure::PasswordsDiffer;
        Failure::WrongPassword => Failure::WrongPassword;
        Failure::Confirm(_) => Failure::Confirm(ConfirmFault::Needed), Failure::Confirm(ConfirmFault::Wrong),
            Failure::Confirm(ConfirmFault::TooMany);
        Failure::BadRole => Failure::BadRole;
        Failure::BadLogin => Failure::BadLogin;
        Failure::BadCode => Failure::BadCode;
        Failure::BadNumber => Failure::BadNumber;
        Failure::Wire(_) => Failure::Wire(identity::WireFault::Code);
        Failure::Store(_) | Failure::Name(_) | Failure::Password(_) | Failure::Body(_) | Failure::Send(_)
        | Failure::Edit(_) | Failure::Delete(_) | Failure::Ack(_) | Failure::React(_) | Failure::Poll(_) | Failure::Pin(_) | Failure::Start(_) | Failure::Group(_) | Failure::Upload(_) | Failure::SignIn(_) | Failure::Slip(_) | Failure::SlipDesk(_)
        | Failure::Account(_) | Failure::Client(_) | Failure::Setup(_) | Failure::Phone(_) | Failure::Step { .. }
        | Failure::ReadOut(_) | Failure::Attempt(_) | Failure::Authorize(_) | Failure::Link(_) | Failure::Journal(_)
        | Failure::Substitution(_) | Failure::Call(_) | Failure::Safety(_) | Failure::Mute(_) | Failure::Quiet(_) | Failure::Hush(_) | Failure::Schedule(_) | Failure::Block(_) => ;
    )
}

fn roster() -> Listed {
    let barred = |why| SlipDeskError::Barred { name: "Ильина Варвара".to_owned(), why };
    let mut listed = every!(NameFault, Failure::Name;
        NameFault::Empty => NameFault::Empty;
        NameFault::TooLong { .. } => NameFault::TooLong { has: 101 };
        NameFault::Character { .. } => NameFault::Character { found: '1' }, NameFault::Character { found: '\u{202e}' };
    );
    listed.extend(every!(PasswordFault, Failure::Password;
        PasswordFault::TooShort { .. } => PasswordFault::TooShort { needs: 10, has: 4 };
        PasswordFault::TooLong { .. } => PasswordFault::TooLong { max: 1000 };
        PasswordFault::Common => PasswordFault::Common;
        PasswordFault::HoldsOwnWords => PasswordFault::HoldsOwnWords;
    ));
    listed.extend(every!(SignInError, Failure::SignIn;
        SignInError::WrongPair => SignInError::WrongPair;
        SignInError::Refused => SignInError::Refused;
        SignInError::Blocked => SignInError::Blocked;
        SignInError::Store(_) => ;
    ));
    listed.extend(every!(SlipError, Failure::Slip;
        SlipError::Wrong => SlipError::Wrong;
        SlipError::Blocked => SlipError::Blocked;
        SlipError::Store(_) => ;
    ));
    listed.extend(every!(SlipDeskError, Failure::SlipDesk;
        SlipDeskError::Nobody => SlipDeskError::Nobody;
        SlipDeskError::Foreign => SlipDeskError::Foreign;
        SlipDeskError::Barred { why: SlipBar::Staff, .. } => barred(SlipBar::Staff);
        SlipDeskError::Barred { why: SlipBar::NoLogin, .. } => barred(SlipBar::NoLogin);
        SlipDeskError::Barred { why: SlipBar::Blocked, .. } => barred(SlipBar::Blocked);
        SlipDeskError::Store(_) => ;
    ));
    listed.extend(every!(AccountError, Failure::Account;
        AccountError::LoginTaken => AccountError::LoginTaken;
        AccountError::HasAccount => AccountError::HasAccount;
        AccountError::Missing => AccountError::Missing;
        AccountError::Store(_) => ;
    ));
    listed.extend(every!(SetupError, Failure::Setup;
        SetupError::Wrong => SetupError::Wrong;
        SetupError::Account(_) => ;
        SetupError::Store(_) => ;
    ));
    listed
}

fn journal() -> Listed {
    every!(JournalError, Failure::Journal;
        JournalError::Denied => JournalError::Denied;
        JournalError::NoWork => JournalError::NoWork;
        JournalError::NoWorkType => JournalError::NoWorkType;
        JournalError::NotInGroup => JournalError::NotInGroup;
        JournalError::NotAMark => JournalError::NotAMark;
        JournalError::NoCell => JournalError::NoCell;
        JournalError::Stale { .. } => JournalError::Stale { revision: 2, value: None };
        JournalError::Unconfirmed => JournalError::Unconfirmed;
        JournalError::TooEarly => JournalError::TooEarly;
        JournalError::Cancelled => JournalError::Cancelled;
        JournalError::TermClosed => JournalError::TermClosed;
        JournalError::TitleTooLong => JournalError::TitleTooLong;
        JournalError::TextTooLong => JournalError::TextTooLong;
        JournalError::TextUnclean => JournalError::TextUnclean;
        JournalError::Minutes => JournalError::Minutes;
        JournalError::NoAbsence => JournalError::NoAbsence;
        JournalError::NoHomework => JournalError::NoHomework;
        JournalError::Store(_) => ;
    )
}

fn substitution() -> Listed {
    let lesson = LessonId::from_row(7);
    let state = LessonRefusal { state: LessonState::Held, event: LessonEvent::Cancelled };
    every!(SubstitutionError, Failure::Substitution;
        SubstitutionError::NotThere => SubstitutionError::NotThere;
        SubstitutionError::State(_) => SubstitutionError::State(state);
        SubstitutionError::Held => SubstitutionError::Held;
        SubstitutionError::Busy { .. } => SubstitutionError::Busy { lesson };
        SubstitutionError::RoomTaken { .. } => SubstitutionError::RoomTaken { lesson };
        SubstitutionError::Same => SubstitutionError::Same;
        SubstitutionError::NoReason => SubstitutionError::NoReason;
        SubstitutionError::ReasonTooLong { .. } => SubstitutionError::ReasonTooLong { has: 201 };
        SubstitutionError::NothingToRestore => SubstitutionError::NothingToRestore;
        SubstitutionError::Store(_) => ;
    )
}

fn reactions_and_polls() -> Listed {
    let mut listed = every!(PollFault, |fault| Failure::Send(SendError::Poll(fault));
        PollFault::NoQuestion => PollFault::NoQuestion;
        PollFault::LongQuestion => PollFault::LongQuestion;
        PollFault::Few => PollFault::Few;
        PollFault::Many => PollFault::Many;
        PollFault::LongOption { .. } => PollFault::LongOption { option: 3 };
        PollFault::Equal { .. } => PollFault::Equal { option: "музей".to_owned() };
        // As when sending.
        PollFault::Body(_) => ;
        PollFault::NotHere => PollFault::NotHere;
        PollFault::AnonymousByPupil => PollFault::AnonymousByPupil;
        PollFault::NoFamilies => PollFault::NoFamilies;
        PollFault::BadEnd => PollFault::BadEnd;
    );
    listed.extend(every!(PollError, Failure::Poll;
        PollError::NoSuchMessage => PollError::NoSuchMessage;
        PollError::Closed => PollError::Closed;
        PollError::NoSuchOption => PollError::NoSuchOption;
        PollError::OneOnly => PollError::OneOnly;
        PollError::NotFamily => PollError::NotFamily;
        PollError::ReadOnly => PollError::ReadOnly;
        PollError::NotYours => PollError::NotYours;
        PollError::Store(_) => ;
    ));
    listed.extend(every!(ReactError, Failure::React;
        ReactError::NoSuchMessage => ReactError::NoSuchMessage;
        ReactError::SwitchedOff => ReactError::SwitchedOff;
        ReactError::ReadOnly => ReactError::ReadOnly;
        ReactError::NotModerator => ReactError::NotModerator;
        ReactError::Store(_) => ;
    ));
    listed
}

fn chats() -> Listed {
    let window = Duration::minutes(5);
    let mut listed = every!(BodyFault, Failure::Body;
        BodyFault::Empty => BodyFault::Empty;
        BodyFault::TooLong { .. } => BodyFault::TooLong { bytes: 20_000, graphemes: 5000 };
        BodyFault::Control { .. } => BodyFault::Control { found: '\u{7}' };
        BodyFault::Direction => BodyFault::Direction;
        BodyFault::ZeroWidth => BodyFault::ZeroWidth;
        BodyFault::Marks => BodyFault::Marks;
    );
    listed.extend(every!(SendError, Failure::Send;
        SendError::ReadOnly => SendError::ReadOnly;
        SendError::Parted => SendError::Parted;
        SendError::Silenced(_) => SendError::Silenced(Silence::Closed { opens: 420, closes: 1260 }),
            SendError::Silenced(muted(false, None)), SendError::Silenced(muted(true, Some("идёт урок")));
        SendError::Conflict => SendError::Conflict;
        SendError::NoSuchMessage => SendError::NoSuchMessage;
        SendError::EveryoneByStaff => SendError::EveryoneByStaff;
        SendError::CallsMany { .. } => SendError::CallsMany { people: 240 };
        SendError::CalledTooOften => SendError::CalledTooOften;
        SendError::NewDevice => SendError::NewDevice;
        SendError::TooManyFiles => SendError::TooManyFiles;
        SendError::NoSuchFile => SendError::NoSuchFile;
        SendError::AckByStaff => SendError::AckByStaff;
        SendError::AckOverdue => SendError::AckOverdue;
        // Below, by its own table.
        SendError::Poll(_) => ;
        SendError::NotUrgent => SendError::NotUrgent;
        SendError::UrgentTooOften => SendError::UrgentTooOften;
        SendError::Store(_) => ;
    ));
    listed.extend(every!(UploadError, Failure::Upload;
        UploadError::ReadOnly => UploadError::ReadOnly;
        UploadError::Empty => UploadError::Empty;
        UploadError::TooLarge { .. } => UploadError::TooLarge { size: 27_262_976, most: 26_214_400 };
        UploadError::OwnQuota { .. } => UploadError::OwnQuota { used: 1_073_000_000, most: 1_073_741_824 };
        UploadError::SchoolQuota { .. } => UploadError::SchoolQuota { used: 21_400_000_000, most: 21_474_836_480 };
        UploadError::BadPart => UploadError::BadPart;
        UploadError::Missing => UploadError::Missing;
        UploadError::Digest => UploadError::Digest;
        UploadError::Complete => UploadError::Complete;
        UploadError::Thumb => UploadError::Thumb;
        UploadError::Store(_) => ;
    ));
    listed.extend(every!(AckError, Failure::Ack;
        AckError::NoSuchMessage => AckError::NoSuchMessage;
        AckError::Own => AckError::Own;
        AckError::ReadOnly => AckError::ReadOnly;
        AckError::RemindedToday => AckError::RemindedToday;
        AckError::NobodyToRemind => AckError::NobodyToRemind;
        AckError::Send(_) => ;
        AckError::Store(_) => ;
    ));
    listed.extend(reactions_and_polls());
    listed.extend(every!(StartError, Failure::Start;
        StartError::NoSuchContact => StartError::NoSuchContact;
        StartError::TooMany { .. } => StartError::TooMany { most: 5 };
        StartError::LineUnmanned => StartError::LineUnmanned;
        StartError::Store(_) => ;
    ));
    listed.extend(every!(GroupError, Failure::Group;
        GroupError::Title => GroupError::Title;
        GroupError::Size { .. } => GroupError::Size { has: 0, most: 200 };
        GroupError::Stranger => GroupError::Stranger;
        GroupError::NotModerator => GroupError::NotModerator;
        GroupError::NoHeir => GroupError::NoHeir;
        GroupError::NotOfClass => GroupError::NotOfClass;
        GroupError::LastModerator => GroupError::LastModerator;
        GroupError::Start(_) => ;
        GroupError::Store(_) => ;
    ));
    listed.extend(every!(PinError, Failure::Pin;
        PinError::NoSuchMessage => PinError::NoSuchMessage;
        PinError::NotModerator => PinError::NotModerator;
        PinError::TooMany => PinError::TooMany;
        PinError::Store(_) => ;
    ));
    listed.extend(every!(EditError, Failure::Edit;
        EditError::NoSuchMessage => EditError::NoSuchMessage;
        EditError::NotYours => EditError::NotYours;
        EditError::Acknowledged => EditError::Acknowledged;
        EditError::Poll => EditError::Poll;
        EditError::TooLate { .. } => EditError::TooLate { window };
        // It carries the message as it stands, which only a chat can give.
        EditError::Stale { .. } => ;
        EditError::ReadOnly => EditError::ReadOnly;
        EditError::Kept => EditError::Kept;
        // As when sending.
        EditError::Silenced(_) => ;
        EditError::Store(_) => ;
    ));
    listed.extend(every!(DeleteError, Failure::Delete;
        DeleteError::NoSuchMessage => DeleteError::NoSuchMessage;
        DeleteError::NotYours => DeleteError::NotYours;
        DeleteError::TooLate { .. } => DeleteError::TooLate { window };
        DeleteError::ReadOnly => DeleteError::ReadOnly;
        DeleteError::Kept => DeleteError::Kept;
        DeleteError::Store(_) => ;
    ));
    listed.extend(around_chats());
    listed
}

/// What stands around the messages themselves: silence, quiet, blocks, safety.
fn around_chats() -> Listed {
    let mut listed = every!(MuteError, Failure::Mute;
        MuteError::NotModerator => MuteError::NotModerator;
        MuteError::NoSuchPupil => MuteError::NoSuchPupil;
        MuteError::BadTime => MuteError::BadTime;
        MuteError::BadHours => MuteError::BadHours; MuteError::NoLessons => MuteError::NoLessons;
        MuteError::Store(_) => ;
    );
    listed.extend(every!(ScheduleError, Failure::Schedule;
        ScheduleError::BadTime => ScheduleError::BadTime;
        ScheduleError::TooMany => ScheduleError::TooMany;
        ScheduleError::NoSuch => ScheduleError::NoSuch;
        ScheduleError::Sent => ScheduleError::Sent;
        // As when sending.
        ScheduleError::Send(_) => ;
        ScheduleError::Store(_) => ;
    ));
    listed.extend(every!(HushError, Failure::Hush;
        HushError::BadTime => HushError::BadTime; HushError::Store(_) => ;));
    listed.extend(every!(QuietError, Failure::Quiet;
        QuietError::Limits => QuietError::Limits; QuietError::Store(_) => ;));
    listed.extend(every!(BlockError, Failure::Block;
        BlockError::NoSuchPerson => BlockError::NoSuchPerson;
        BlockError::NotPeer => BlockError::NotPeer;
        BlockError::Store(_) => ;
    ));
    listed.extend(safety());
    listed
}

fn safety() -> Listed {
    every!(SafetyError, Failure::Safety;
        SafetyError::NoSuchMessage => SafetyError::NoSuchMessage;
        SafetyError::Own => SafetyError::Own;
        SafetyError::TooMany => SafetyError::TooMany;
        SafetyError::Closed => SafetyError::Closed;
        SafetyError::NoChoice => SafetyError::NoChoice;
        SafetyError::NotLead => SafetyError::NotLead;
        SafetyError::Years => SafetyError::Years;
        SafetyError::Note(_) => SafetyError::Note(NoteFault::Empty), SafetyError::Note(NoteFault::TooLong),
            SafetyError::Note(NoteFault::Signs);
        SafetyError::Store(_) => ;
    )
}

fn vk_id() -> Listed {
    use identity::Refusal;
    let mut listed = every!(PhoneFault, Failure::Phone;
        PhoneFault::Empty => PhoneFault::Empty;
        PhoneFault::Character { .. } => PhoneFault::Character { found: 'т' },
            PhoneFault::Character { found: '９' }, PhoneFault::Character { found: '\u{200b}' };
        PhoneFault::TooShort { .. } => PhoneFault::TooShort { has: 4 };
        PhoneFault::TooLong { .. } => PhoneFault::TooLong { has: 16 };
        PhoneFault::NoCountry => PhoneFault::NoCountry;
        PhoneFault::ServiceLine => PhoneFault::ServiceLine;
    );
    let id = identity::ClientId::from_row(51_000_001);
    listed.extend(every!(ClientFault, Failure::Client;
        ClientFault::Taken(_) => ClientFault::Taken(id);
        ClientFault::NoSuch(_) => ClientFault::NoSuch(id);
        ClientFault::School => ClientFault::School;
        ClientFault::Name => ClientFault::Name;
        ClientFault::Redirect(_) => ClientFault::Redirect(String::new()),
            ClientFault::Redirect("https://club.example/#x".to_owned());
        ClientFault::Origin(_) => ClientFault::Origin("club.example".to_owned());
        ClientFault::Store(_) => ;
    ));
    listed.extend(every!(Refusal, |refusal| Failure::Step { refusal, now: now() };
        Refusal::NotNow => Refusal::NotNow;
        Refusal::WrongPassword => Refusal::WrongPassword;
        Refusal::WrongCode { .. } => Refusal::WrongCode { left: 4 }, Refusal::WrongCode { left: 0 };
        Refusal::CodeDead => Refusal::CodeDead;
        Refusal::CodeTooOld => Refusal::CodeTooOld;
        Refusal::TooSoon { .. } => Refusal::TooSoon { until: now() + Duration::seconds(43) };
        Refusal::PhoneTaken => Refusal::PhoneTaken;
        Refusal::PhoneHeld => Refusal::PhoneHeld;
        Refusal::PhoneLocked { .. } => Refusal::PhoneLocked { until: None },
            Refusal::PhoneLocked { until: Some(now() + Duration::hours(2)) };
        Refusal::SamePhone => Refusal::SamePhone;
        Refusal::PhoneRests { .. } => Refusal::PhoneRests { until: now() + Duration::days(29) };
        Refusal::HasProfile => Refusal::HasProfile;
        Refusal::NoProfile => Refusal::NoProfile;
        Refusal::NeedsData => Refusal::NeedsData;
        Refusal::TooManyLookups => Refusal::TooManyLookups;
        Refusal::TooManyPasswords => Refusal::TooManyPasswords;
    ));
    listed.extend(every!(ReadOutError, Failure::ReadOut;
        ReadOutError::Gone => ReadOutError::Gone;
        ReadOutError::OtherPhone => ReadOutError::OtherPhone;
        ReadOutError::Store(_) => ;
    ));
    listed.extend(every!(AttemptError, Failure::Attempt;
        AttemptError::NoSuch => AttemptError::NoSuch;
        AttemptError::OtherBrowser => AttemptError::OtherBrowser;
        AttemptError::Store(_) => ;
    ));
    let refused = || AuthorizeError::Refused {
        redirect_uri: String::new(),
        state: None,
        answer: identity::Answer::Redirect,
        reason: RefusedAuthorize::Parameter("scope"),
    };
    listed.extend(every!(AuthorizeError, Failure::Authorize;
        AuthorizeError::UnknownClient => AuthorizeError::UnknownClient;
        AuthorizeError::BadRedirect => AuthorizeError::BadRedirect;
        AuthorizeError::Refused { .. } => refused();
        AuthorizeError::Store(_) => ;
    ));
    listed
}

fn link() -> Listed {
    use linking::Refusal;
    let mut listed = every!(Refusal, |refusal| Failure::Link(LinkError::Refused(refusal));
        Refusal::NotNow => Refusal::NotNow;
        Refusal::AlreadyLinked => Refusal::AlreadyLinked;
        Refusal::AlreadyWaiting => Refusal::AlreadyWaiting;
        Refusal::Suspended => Refusal::Suspended;
        Refusal::ForeignAttempt => Refusal::ForeignAttempt;
        Refusal::ForeignSession => Refusal::ForeignSession;
        Refusal::TooLate => Refusal::TooLate;
        Refusal::SubjectTaken => Refusal::SubjectTaken;
        Refusal::WrongPassword => Refusal::WrongPassword;
    );
    listed.extend(every!(LinkError, Failure::Link;
        LinkError::Denied => LinkError::Denied;
        LinkError::Refused(_) => ;
        LinkError::Store(_) => ;
    ));
    listed
}

fn of_calls() -> Listed {
    use calls::{CallEvent, CallRefusal, CallState, EnterError, FinishError, ModerateError};
    use media::{LineFault, OfferError, Refusal};
    use web::CallFault;
    let state = CallRefusal { state: CallState::Ended, event: CallEvent::Led };
    let mut listed = every!(CallFault, Failure::Call;
        CallFault::Off => CallFault::Off;
        CallFault::Over => CallFault::Over;
        CallFault::NotIn => CallFault::NotIn;
        CallFault::Trials => CallFault::Trials;
        CallFault::Start(_) | CallFault::Enter(_) | CallFault::Moderate(_) | CallFault::Finish(_)
        | CallFault::Room(_) | CallFault::Offer(_) => ;
    );
    listed.extend(every!(calls::StartError, |error| Failure::Call(CallFault::Start(error));
        calls::StartError::NotStaff => calls::StartError::NotStaff;
        calls::StartError::Kind(_) => calls::StartError::Kind(messenger::ChatKind::Supervised);
        calls::StartError::ReadOnly => calls::StartError::ReadOnly;
        calls::StartError::State(_) => calls::StartError::State(state);
        calls::StartError::Store(_) => ;
    ));
    listed.extend(every!(EnterError, |error| Failure::Call(CallFault::Enter(error));
        EnterError::KeptOut => EnterError::KeptOut;
        EnterError::State(_) => EnterError::State(state);
        EnterError::Full { .. } => EnterError::Full { most: 60 };
        EnterError::TooMany { .. } => EnterError::TooMany { most: 1 };
        EnterError::Store(_) => ;
    ));
    listed.extend(every!(ModerateError, |error| Failure::Call(CallFault::Moderate(error));
        ModerateError::NotThere => ModerateError::NotThere;
        ModerateError::Leads => ModerateError::Leads;
        ModerateError::Store(_) => ;
    ));
    listed.extend(every!(FinishError, |error| Failure::Call(CallFault::Finish(error));
        FinishError::State(_) => FinishError::State(state);
        FinishError::Store(_) => ;
    ));
    listed.extend(every!(Refusal, |error| Failure::Call(CallFault::Room(error));
        Refusal::TooManyRooms { .. } => Refusal::TooManyRooms { limit: 20 };
        Refusal::Stopped => Refusal::Stopped;
    ));
    listed.extend(every!(OfferError, |error| Failure::Call(CallFault::Offer(error));
        OfferError::NoRoom => OfferError::NoRoom;
        OfferError::NotAdmitted => OfferError::NotAdmitted;
        OfferError::RoomFull { .. } => OfferError::RoomFull { limit: 2 };
        OfferError::TooLong { .. } => OfferError::TooLong { bytes: 70_000 };
        OfferError::TooManyCandidates { .. } => OfferError::TooManyCandidates { candidates: 41 };
        OfferError::WrongLines(_) => OfferError::WrongLines(LineFault::Many);
        OfferError::NotARestart => OfferError::NotARestart;
        OfferError::Malformed => OfferError::Malformed;
        OfferError::Busy => OfferError::Busy;
        OfferError::Stopped => OfferError::Stopped;
    ));
    listed
}

#[test]
fn what_is_said_of_calls() {
    insta::assert_snapshot!(table(&of_calls()));
}

#[test]
fn what_the_shell_says() {
    insta::assert_snapshot!(table(&[shell(), base()].into_iter().flatten().collect()));
}

#[test]
fn what_is_said_of_the_roster() {
    insta::assert_snapshot!(table(&roster()));
}

#[test]
fn what_is_said_of_the_journal() {
    insta::assert_snapshot!(table(&[journal(), substitution()].into_iter().flatten().collect()));
}

#[test]
fn what_is_said_of_chats() {
    insta::assert_snapshot!(table(&chats()));
}

#[test]
fn what_is_said_of_vk_id() {
    insta::assert_snapshot!(table(&vk_id()));
}

#[test]
fn what_is_said_of_the_link() {
    insta::assert_snapshot!(table(&link()));
}

#[test]
fn every_sentence_is_one_and_every_code_leads_to_one_kind_of_trouble() {
    let parts = [shell(), base(), roster(), journal(), substitution(), chats(), of_calls(), vk_id(), link()];
    let all: Listed = parts.into_iter().flatten().collect();
    for (name, failure) in &all {
        let said = failure.sentence();
        assert!(said.ends_with(['.', '!', '?']) && !said.contains('{'), "{name}: {said}");
        assert!(said.chars().next().is_some_and(char::is_uppercase), "{name}: {said}");
    }
    // One code for one status, and for the refusals of one type.
    for (name, failure) in &all {
        let said = failure.said();
        for (other, same) in all.iter().filter(|(_, other)| other.said().code == said.code) {
            assert_eq!(same.said().status, said.status, "{} is {name} and {other}", said.code);
            let kind = |name: &str| name.rsplit_once("::").map(|(kind, _)| kind.to_owned());
            let shared = same.sentence() == failure.sentence();
            assert!(shared || kind(other) == kind(name), "{} is {name} and {other}", said.code);
        }
    }
}
