//! Screen 4: the data of a new account.

use identity::{FullName, Input, NameFault, NamePart, PersonDraft, Sex, parse_birth_date};
use serde::Deserialize;
use time::Date;

use super::{Typed, attempt_of, go_on, render, take};
use crate::Failure;
use crate::cx::Cx;
use crate::failure::vkid::{birth_date_words, name_words};
use crate::response::Response;
use crate::words::{count, say};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    surname: String,
    #[serde(default)]
    given: String,
    #[serde(default)]
    patronymic: String,
    #[serde(default)]
    birth_date: String,
    #[serde(default)]
    sex: String,
}

/// The three fields of a name as they were typed, with what is wrong with each.
#[derive(Clone, Default)]
pub(crate) struct NameFields {
    pub(crate) surname: String,
    pub(crate) surname_error: String,
    pub(crate) given: String,
    pub(crate) given_error: String,
    pub(crate) patronymic: String,
    pub(crate) patronymic_error: String,
}

impl NameFields {
    pub(crate) fn typed(surname: &str, given: &str, patronymic: &str) -> Self {
        let cut = |text: &str| text.chars().take(200).collect();
        Self { surname: cut(surname), given: cut(given), patronymic: cut(patronymic), ..Self::default() }
    }

    pub(crate) fn tell(&mut self, faults: &[(NamePart, NameFault)]) {
        for (part, fault) in faults {
            let said = name_words(*fault).say();
            match part {
                NamePart::Surname => self.surname_error = said,
                NamePart::Given => self.given_error = said,
                NamePart::Patronymic => self.patronymic_error = said,
            }
        }
    }
}

/// The form as it was typed, with what is wrong with each field.
#[derive(Clone, Default)]
pub(crate) struct PersonFields {
    pub(crate) name: NameFields,
    pub(crate) birth_date: String,
    pub(crate) birth_date_error: String,
    pub(crate) sex: String,
    pub(crate) sex_error: String,
    pub(crate) summary: String,
}

fn read(form: &Form, today: Date) -> Result<PersonDraft, Box<PersonFields>> {
    let name = FullName::parse(&form.surname, &form.given, &form.patronymic);
    let birth_date = parse_birth_date(&form.birth_date, today);
    let sex = Sex::from_word(&form.sex);
    match (name, birth_date, sex) {
        (Ok(name), Ok(birth_date), Some(sex)) => Ok(PersonDraft { name, birth_date, sex }),
        (name, birth_date, sex) => {
            let mut fields = PersonFields {
                name: NameFields::typed(&form.surname, &form.given, &form.patronymic),
                birth_date: form.birth_date.chars().take(40).collect(),
                sex: form.sex.chars().take(10).collect(),
                ..PersonFields::default()
            };
            let faults = name.err().unwrap_or_default();
            fields.name.tell(&faults);
            let mut wrong = faults.len();
            if let Err(fault) = birth_date {
                fields.birth_date_error = birth_date_words(fault).say();
                wrong += 1;
            }
            if sex.is_none() {
                fields.sex_error = say("sex-empty");
                wrong += 1;
            }
            fields.summary = count("form-fix", wrong);
            Err(Box::new(fields))
        }
    }
}

pub(crate) async fn submit(cx: Cx) -> Result<Response, Failure> {
    let form: Form = cx.request.form()?;
    match read(&form, cx.today()) {
        Ok(person) => {
            let kept = PersonFields {
                name: NameFields::typed(&form.surname, &form.given, &form.patronymic),
                birth_date: form.birth_date,
                sex: form.sex,
                ..PersonFields::default()
            };
            let stepped = take(&cx, Input::Person(person)).await?;
            go_on(&cx, stepped, Typed::Person(Box::new(kept))).await
        }
        Err(fields) => {
            let attempt = attempt_of(&cx).await?;
            render(&cx, attempt, None, Typed::Person(fields)).await
        }
    }
}
