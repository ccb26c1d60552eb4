//! Everything a sign-in needs, on a real file. Shared by the tests of this folder.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

use identity::{
    Answer, Attempt, AuthorizeRequest, Caller, ClaimedRole, Client, ClientKind, CookieToken, FullName, Input,
    Means, OtpCode, PersonDraft, Phone, ProfileDraft, Prompt, SCHOOL_CLIENT, Scope, Sex, Started, Stepped,
    VkAccountId,
};
use store::{HashCost, Mode, PasswordHash, Random, Schema, ServerKey, Store, UtcInstant};
use time::macros::date;

pub(crate) const START: UtcInstant = UtcInstant::from_millis(1_800_000_000_000);
pub(crate) const REDIRECT: &str = "http://127.0.0.1:8080/link/embedded/callback";
pub(crate) const VERIFIER: &str = "a-verifier-of-forty-three-characters-or-more-1";
pub(crate) const PASSWORD: &str = "облако трамвай ложка";

/// A base, its key, a caller and a browser.
pub(crate) struct Desk {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) store: Store,
    pub(crate) key: std::sync::Arc<ServerKey>,
    pub(crate) random: Random,
    pub(crate) caller: Caller,
    pub(crate) browser: CookieToken,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let random = Random::seeded(5);
        let schema = Schema::join(&[store::MIGRATIONS, identity::MIGRATIONS]);
        let store = Store::create(&dir.path().join("zvonok.db"), &schema, &random).unwrap();
        store
            .write_blocking(|tx| {
                identity::ensure_school_client(tx, START, "Школа № 12", &[REDIRECT.to_owned()])
            })
            .unwrap();
        let key = std::sync::Arc::new(ServerKey::in_memory(&random));
        let caller = Caller {
            address: "192.0.2.1".to_owned(),
            is_school_address: false,
            device: "Firefox".to_owned(),
        };
        let browser = CookieToken::draw(&random);
        Self { dir, store, key, random, caller, browser }
    }

    /// The same base after the process was killed and started again.
    pub(crate) fn restart(mut self) -> Self {
        self.store.close();
        let schema = Schema::join(&[store::MIGRATIONS, identity::MIGRATIONS]);
        self.store = Store::open(&self.dir.path().join("zvonok.db"), &schema, Mode::Serve).unwrap();
        self
    }

    pub(crate) fn from(&self, address: &str) -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            store: self.store.clone(),
            key: self.key.clone(),
            random: self.random.clone(),
            caller: Caller {
                address: address.to_owned(),
                is_school_address: false,
                device: "Firefox".to_owned(),
            },
            browser: CookieToken::draw(&self.random),
        }
    }

    pub(crate) fn account(&self, phone: &str, with_password: bool, with_profile: bool) -> VkAccountId {
        let random = self.random.clone();
        let phone = Phone::parse(phone).unwrap();
        self.store
            .write_blocking(move |tx| {
                let hash = with_password.then(hash);
                let account =
                    identity::register(tx, START, &random, &phone, &person(), hash.as_ref()).unwrap();
                if with_profile {
                    identity::save_profile(tx, START, account, &profile())?;
                }
                Ok::<_, store::Error>(account)
            })
            .unwrap()
    }

    pub(crate) fn start(&self, now: UtcInstant, state: &str, phone: &str) -> Started {
        let request = request(state);
        let phone = Phone::parse(phone).unwrap();
        self.with(move |tx, means| identity::start(tx, now, means, &request, phone)).unwrap()
    }

    pub(crate) fn begin(&self, now: UtcInstant, state: &str, phone: &str) -> Stepped {
        match self.start(now, state, phone) {
            Started::Attempt(stepped) => *stepped,
            Started::Refused(refusal) => panic!("{refusal}"),
        }
    }

    /// Begins for any request, with a phone that may ask.
    pub(crate) fn begin_as(&self, now: UtcInstant, asked: &AuthorizeRequest, phone: &str) -> Stepped {
        let (asked, phone) = (asked.clone(), Phone::parse(phone).unwrap());
        match self.with(move |tx, means| identity::start(tx, now, means, &asked, phone)).unwrap() {
            Started::Attempt(stepped) => *stepped,
            Started::Refused(refusal) => panic!("{refusal}"),
        }
    }

    /// Begins in the session of a browser that shows this cookie.
    pub(crate) fn in_session(
        &self,
        now: UtcInstant,
        asked: &AuthorizeRequest,
        session: Option<CookieToken>,
    ) -> Stepped {
        let asked = asked.clone();
        self.with(move |tx, means| {
            let means = Means { session: session.as_ref(), ..*means };
            identity::start_in_session(tx, now, &means, &asked)
        })
        .unwrap()
    }

    pub(crate) fn step(&self, now: UtcInstant, attempt: &Attempt, input: Input) -> Stepped {
        let public = attempt.public.clone();
        self.with(move |tx, means| identity::step(tx, now, means, &public, input)).unwrap()
    }

    pub(crate) fn with<T: Send + 'static, E: From<store::Error> + Send + 'static>(
        &self,
        run: impl FnOnce(&mut store::WriteTx<'_>, &Means<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let (key, random) = (self.key.clone(), self.random.clone());
        let (caller, browser) = (self.caller.clone(), self.browser.clone());
        self.store.write_blocking(move |tx| {
            let means =
                Means { key: &key, random: &random, caller: &caller, browser: &browser, session: None };
            run(tx, &means)
        })
    }

    /// The code in the newest message that waits.
    pub(crate) fn code(&self, now: UtcInstant) -> OtpCode {
        let key = self.key.clone();
        self.store
            .read_blocking(|tx| identity::due_messages(tx, now, &key, 100))
            .unwrap()
            .pop()
            .expect("a message waits")
            .code
    }

    /// The number of rows a query counts, for facts that no verb tells.
    pub(crate) fn count(&self, sql: store::Sql) -> i64 {
        self.store.read_blocking(|tx| tx.load(sql, [], |row| row.get(0))).unwrap()
    }
}

pub(crate) fn hash() -> PasswordHash {
    static HASH: std::sync::LazyLock<PasswordHash> =
        std::sync::LazyLock::new(|| PasswordHash::make(PASSWORD, HashCost::FLOOR, &Random::seeded(1)));
    HASH.clone()
}

pub(crate) fn right() -> Input {
    Input::Password { against: Some(hash()), right: true, rehash: None }
}

pub(crate) fn wrong() -> Input {
    Input::Password { against: Some(hash()), right: false, rehash: None }
}

/// A code that is not this one.
pub(crate) fn other_than(code: &OtpCode) -> OtpCode {
    let number: u32 = code.digits().parse().unwrap();
    OtpCode::parse(&format!("{:06}", (number + 1) % 1_000_000)).unwrap()
}

pub(crate) fn person() -> PersonDraft {
    PersonDraft {
        name: FullName::parse("Ильина", "Варвара", "Олеговна").unwrap(),
        birth_date: date!(2014 - 03 - 14),
        sex: Sex::Female,
    }
}

pub(crate) fn profile() -> ProfileDraft {
    ProfileDraft { name: person().name, birth_date: person().birth_date, role: ClaimedRole::Pupil }
}

pub(crate) fn request(state: &str) -> AuthorizeRequest {
    AuthorizeRequest {
        client: Client { id: SCHOOL_CLIENT, name: "Школа № 12".to_owned(), kind: ClientKind::School },
        redirect_uri: REDIRECT.to_owned(),
        state: state.to_owned(),
        challenge: identity::challenge_of(VERIFIER),
        scope: Scope::read("vkid.personal_info"),
        role_hint: Some(ClaimedRole::Pupil),
        answer: Answer::Redirect,
        scheme: None,
        prompt: Prompt { login: true, ..Prompt::default() },
    }
}
