//! Proofs of rights (ARC-7): values that only this crate can make, from a viewer, inside the transaction that uses
//! them. Their lifetime is the transaction's, so a proof cannot outlive what it was read from.

use std::marker::PhantomData;

use store::ReadTx;
use time::Date;

use crate::{Access, ClassGroupId, Denied, GroupId, PersonId, Role, SubjectId, Viewer, storage};

/// Ties a proof to its transaction.
type Brand<'t> = PhantomData<fn(&'t ()) -> &'t ()>;

macro_rules! role_proofs {
    ($($(#[$doc:meta])* $name:ident: $role:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name<'t> {
            person: PersonId,
            brand: Brand<'t>,
        }

        impl<'t> $name<'t> {
            /// Asks whether the viewer holds the role on this day.
            ///
            /// # Errors
            /// [`Denied`] when not, or when the session has ended.
            pub fn ask(tx: &ReadTx<'t>, viewer: &Viewer, on: Date) -> Result<Self, Denied> {
                if storage::proof::holds_role(tx, viewer, $role, on)? {
                    Ok(Self { person: viewer.person(), brand: PhantomData })
                } else {
                    Err(Denied::Denied)
                }
            }

            /// Who holds it.
            #[must_use]
            pub const fn person(&self) -> PersonId {
                self.person
            }
        }
    )+};
}

role_proofs! {
    /// The viewer is an administrator.
    Administrator: Role::Administrator;
    /// The viewer is a deputy head (завуч).
    DeputyHead: Role::DeputyHead;
    /// The viewer is the head teacher (директор).
    HeadTeacher: Role::HeadTeacher;
    /// The viewer is the safeguarding lead.
    SafeguardingLead: Role::SafeguardingLead;
    /// The viewer is a pupil, and thereby one who reads their own diary.
    PupilSelf: Role::Pupil;
}

/// The viewer is the head teacher or a deputy head.
#[derive(Clone, Copy, Debug)]
pub struct Head<'t> {
    person: PersonId,
    brand: Brand<'t>,
}

impl<'t> Head<'t> {
    /// Asks whether the viewer is one of them on this day.
    ///
    /// # Errors
    /// [`Denied`] when not, or when the session has ended.
    pub fn ask(tx: &ReadTx<'t>, viewer: &Viewer, on: Date) -> Result<Self, Denied> {
        let holds = storage::proof::holds_role(tx, viewer, Role::HeadTeacher, on)?
            || storage::proof::holds_role(tx, viewer, Role::DeputyHead, on)?;
        if holds { Ok(Self { person: viewer.person(), brand: PhantomData }) } else { Err(Denied::Denied) }
    }

    /// Who it is.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }
}

/// The viewer's session is alive; the ground that other crates' proofs stand on (A14).
#[derive(Clone, Copy, Debug)]
pub struct Present<'t> {
    person: PersonId,
    brand: Brand<'t>,
}

impl<'t> Present<'t> {
    /// Asks whether the viewer's session has not ended.
    ///
    /// # Errors
    /// [`Denied`] when it has.
    pub fn ask(tx: &ReadTx<'t>, viewer: &Viewer) -> Result<Self, Denied> {
        if storage::session::owner(tx, viewer.session())? == Some(viewer.person()) {
            Ok(Self { person: viewer.person(), brand: PhantomData })
        } else {
            Err(Denied::Denied)
        }
    }

    /// Who it is.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }
}

/// The viewer is one of the school's staff, in any role.
#[derive(Clone, Copy, Debug)]
pub struct Staff<'t> {
    person: PersonId,
    brand: Brand<'t>,
}

impl<'t> Staff<'t> {
    /// Asks whether the viewer is staff on this day.
    ///
    /// # Errors
    /// [`Denied`] when not, or when the session has ended.
    pub fn ask(tx: &ReadTx<'t>, viewer: &Viewer, on: Date) -> Result<Self, Denied> {
        if storage::proof::is_staff(tx, viewer, on)? {
            Ok(Self { person: viewer.person(), brand: PhantomData })
        } else {
            Err(Denied::Denied)
        }
    }

    /// Who it is.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }
}

/// The viewer is the homeroom teacher of a class.
#[derive(Clone, Copy, Debug)]
pub struct HomeroomOf<'t> {
    person: PersonId,
    class: ClassGroupId,
    brand: Brand<'t>,
}

impl<'t> HomeroomOf<'t> {
    /// Asks whether the viewer is homeroom teacher of the class on this day.
    ///
    /// # Errors
    /// [`Denied`] when not, or when the session has ended.
    pub fn ask(tx: &ReadTx<'t>, viewer: &Viewer, class: ClassGroupId, on: Date) -> Result<Self, Denied> {
        if storage::proof::is_homeroom(tx, viewer, class, on)? {
            Ok(Self { person: viewer.person(), class, brand: PhantomData })
        } else {
            Err(Denied::Denied)
        }
    }

    /// Who it is.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// The class.
    #[must_use]
    pub const fn class_group(&self) -> ClassGroupId {
        self.class
    }
}

/// The viewer teaches a subject to a group.
#[derive(Clone, Copy, Debug)]
pub struct TeacherOf<'t> {
    person: PersonId,
    group: GroupId,
    subject: SubjectId,
    brand: Brand<'t>,
}

impl<'t> TeacherOf<'t> {
    /// Asks whether the viewer teaches the subject to the group on this day.
    ///
    /// # Errors
    /// [`Denied`] when not, or when the session has ended.
    pub fn ask(
        tx: &ReadTx<'t>,
        viewer: &Viewer,
        group: GroupId,
        subject: SubjectId,
        on: Date,
    ) -> Result<Self, Denied> {
        if storage::proof::teaches(tx, viewer, group, subject, on)? {
            Ok(Self { person: viewer.person(), group, subject, brand: PhantomData })
        } else {
            Err(Denied::Denied)
        }
    }

    /// Who teaches.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// Whom.
    #[must_use]
    pub const fn group(&self) -> GroupId {
        self.group
    }

    /// What.
    #[must_use]
    pub const fn subject(&self) -> SubjectId {
        self.subject
    }
}

/// The viewer is a guardian of a child and has access to what concerns it.
#[derive(Clone, Copy, Debug)]
pub struct GuardianOf<'t> {
    adult: PersonId,
    child: PersonId,
    access: Access,
    brand: Brand<'t>,
}

impl<'t> GuardianOf<'t> {
    /// Asks for the guardianship on this day; an edge without access is as good as none (DIA-E29).
    ///
    /// # Errors
    /// [`Denied`] when there is no access, or when the session has ended.
    pub fn ask(tx: &ReadTx<'t>, viewer: &Viewer, child: PersonId, on: Date) -> Result<Self, Denied> {
        match storage::proof::guards(tx, viewer, child, on)? {
            Some(access) if access != Access::None => {
                Ok(Self { adult: viewer.person(), child, access, brand: PhantomData })
            }
            Some(_) | None => Err(Denied::Denied),
        }
    }

    /// The adult.
    #[must_use]
    pub const fn adult(&self) -> PersonId {
        self.adult
    }

    /// The child.
    #[must_use]
    pub const fn child(&self) -> PersonId {
        self.child
    }

    /// Full or read.
    #[must_use]
    pub const fn access(&self) -> Access {
        self.access
    }
}

/// Who reads a child's diary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The pupil.
    Oneself,
    /// A guardian with access.
    Guardian,
}

/// The viewer may read a child's diary: it is their own, or they are a guardian with access (DIA-I14).
#[derive(Clone, Copy, Debug)]
pub struct ReaderOf<'t> {
    child: PersonId,
    reader: Reader,
    brand: Brand<'t>,
}

impl<'t> ReaderOf<'t> {
    /// Asks for the right to read on this day.
    ///
    /// # Errors
    /// [`Denied`] when the child is somebody else's, or when the session has ended.
    pub fn ask(tx: &ReadTx<'t>, viewer: &Viewer, child: PersonId, on: Date) -> Result<Self, Denied> {
        let reader = if viewer.person() == child {
            PupilSelf::ask(tx, viewer, on)?;
            Reader::Oneself
        } else {
            GuardianOf::ask(tx, viewer, child, on)?;
            Reader::Guardian
        };
        Ok(Self { child, reader, brand: PhantomData })
    }

    /// The child.
    #[must_use]
    pub const fn child(&self) -> PersonId {
        self.child
    }

    /// As whom the viewer reads.
    #[must_use]
    pub const fn reader(&self) -> Reader {
        self.reader
    }
}
