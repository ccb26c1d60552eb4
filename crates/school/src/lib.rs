//! Owns the roster (people, roles, groups, teaching, guardianship, calendar) and the portal (accounts, sessions).
//! Promises that rights are read from dated rows inside the transaction that uses them, and end with them.
//! Never knows VK ID, marks, messages or HTTP.

mod ids;
mod name;
mod person;
mod role;
mod zone;

mod calendar;
mod class_group;
mod guardianship;
mod membership;
mod subject;
mod teaching;

mod proof;
mod roster;
mod standing;

mod account;
mod directory;
mod founding;
mod fresh;
mod login;
mod push;
mod session;
mod setup;
mod sign_in_log;
mod signin;
mod slip;
mod slip_desk;

mod error;
mod profile;
mod storage;

pub mod import;

pub use account::{
    AccountError, AccountState, PortalAccount, block, create_account, find_account, is_blocked,
    list_accounts, login_of, rehash_password, set_password, unblock,
};
pub use calendar::{
    CalendarDay, DayKind, SchoolYear, Term, TermKind, days_off, find_term, find_year, list_terms, load_year,
};
pub use class_group::{
    ClassGroup, ClassLabel, GroupName, class_group_of, group_names, list_class_groups, load_class_group,
};
pub use directory::{PersonCard, PersonFilter, find_person_card, homeroom_cards, list_people};
pub use error::{Denied, NameFault};
pub use founding::{
    NewClassGroup, NewGuardianship, NewPerson, NewTeaching, add_calendar_day, add_class_group,
    add_guardianship, add_person, add_subject, add_term, add_year, assign_teaching, end_guardianship,
    end_teaching, ensure_subgroup, find_class_group, find_year_of, set_access,
};
pub use fresh::{Fresh, Unconfirmed, confirm_session};
pub use guardianship::{Access, Guardianship, children_of, guardians_of};
pub use ids::{
    AccountId, ClassGroupId, GroupId, GuardianshipId, ImportId, PersonId, PortalSessionId, PushId, SubjectId,
    TeachingId, TermId, YearId,
};
pub use login::{login_for, parse_login};
pub use membership::{
    Membership, class_parts, enrol, group_class, groups_of, leave, members_of, memberships_between,
    move_pupil,
};
pub use name::{PersonName, fold, parse_name_part, search_key};
pub use person::{Person, Sex, load_person, name_of, names_of};
pub use profile::{SchoolProfile, found_school, load_school};
pub use proof::{
    Administrator, DeputyHead, GuardianOf, Head, HeadTeacher, HomeroomOf, Present, PupilSelf, Reader,
    ReaderOf, SafeguardingLead, Staff, TeacherOf,
};
pub use push::{
    OwnPush, Subscription, drop_all_pushes, drop_push, find_push, has_push, has_pushes, own_pushes,
    pushes_of, renew_push, subscribe, unsubscribe,
};
pub use role::{Role, RoleGrant, Roles, end_grant, grant, grants_of, roles_of};
pub use roster::{
    RosterChange, Touched, class_guardians, class_pupils, class_staff, holders_of, homeroom_classes, staff,
};
pub use session::{
    Arrival, Device, EndWhy, PortalSession, SessionLimits, SessionToken, Viewer, end_all_sessions,
    end_own_session, end_session, is_new_device, list_sessions, open_session, purge_sessions, resume_session,
    set_context, touch_session,
};
pub use setup::{SetupError, begin_setup, finish_setup, is_setup_open};
pub use sign_in_log::{
    SignInOutcome, SignInReader, SignInRow, SignInWay, list_sign_ins, note_sign_in, purge_sign_ins,
};
pub use signin::{SignInError, SignInFence, check_fence, count_wrong_pair, forget_wrong_pairs, recheck};
pub use slip::{Slip, SlipCode, SlipError, issue_slip, purge_slips, redeem_slip};
pub use slip_desk::{SlipBar, SlipDesk, SlipDeskError};
pub use standing::{Standing, Standings, class_standings, classes_around, standings_of};
pub use subject::{Subject, list_subjects, load_subject};
pub use teaching::{
    Teaching, TeachingRole, teachers_of, teachers_of_groups, teaching_of, teachings_of_groups,
};
pub use zone::{Local, Zone, ZoneError};

/// The crate's migrations.
pub const MIGRATIONS: &[store::Migration] = &[
    store::Migration {
        name: "V0010__school_roster",
        sql: include_str!("../migrations/V0010__school_roster.sql"),
    },
    store::Migration {
        name: "V0011__school_portal",
        sql: include_str!("../migrations/V0011__school_portal.sql"),
    },
    store::Migration {
        name: "V0052__school_index",
        sql: include_str!("../migrations/V0052__school_index.sql"),
    },
    store::Migration {
        name: "V0065__school_sign_in",
        sql: include_str!("../migrations/V0065__school_sign_in.sql"),
    },
    store::Migration {
        name: "V0100__school_push",
        sql: include_str!("../migrations/V0100__school_push.sql"),
    },
];
