//! The corpora that lessons and talks are made of.

use std::collections::HashMap;

use anyhow::Context as _;
use serde::Deserialize;

use super::text;

/// Texts by subject and grade level.
#[derive(Default)]
pub(crate) struct Courses(HashMap<(String, u8), Vec<String>>);

impl Courses {
    pub(crate) fn of(&self, subject: &str, grade: u8) -> &[String] {
        self.0.get(&(subject.to_owned(), grade)).map_or(&[], Vec::as_slice)
    }
}

#[derive(Deserialize)]
struct CourseFile {
    course: Vec<CourseRow>,
}

#[derive(Deserialize)]
struct CourseRow {
    subject: String,
    grades: Vec<u8>,
    #[serde(alias = "topics")]
    texts: Vec<String>,
}

/// A kind of work with how often it comes.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct WorkRow {
    pub(crate) name: String,
    pub(crate) abbr: String,
    pub(crate) weight: u8,
    pub(crate) kind: String,
    pub(crate) cells: u8,
    #[serde(default)]
    pub(crate) subjects: Vec<String>,
    #[serde(default)]
    pub(crate) grades: Vec<u8>,
    pub(crate) per_term: usize,
}

impl WorkRow {
    pub(crate) fn fits(&self, subject: &str, grade: u8) -> bool {
        (self.subjects.is_empty() || self.subjects.iter().any(|own| own == subject))
            && (self.grades.is_empty() || self.grades.contains(&grade))
    }
}

#[derive(Deserialize)]
struct WorkFile {
    work: Vec<WorkRow>,
}

/// Comments of teachers to marks.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct CommentRow {
    pub(crate) marks: Vec<u8>,
    #[serde(default)]
    pub(crate) kinds: Vec<String>,
    pub(crate) texts: Vec<String>,
}

#[derive(Deserialize)]
struct CommentFile {
    comment: Vec<CommentRow>,
}

/// A short talk of a chat.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Talk {
    #[serde(default)]
    pub(crate) grades: Vec<u8>,
    #[serde(default)]
    pub(crate) subject: Option<String>,
    pub(crate) lines: Vec<TalkLine>,
}

/// One line of a talk.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct TalkLine {
    pub(crate) role: String,
    #[serde(default)]
    pub(crate) who: u64,
    pub(crate) text: String,
}

#[derive(Deserialize)]
struct TalkFile {
    class_chat: Vec<Talk>,
    parents_chat: Vec<Talk>,
    class_news: Vec<Talk>,
}

fn courses(name: &str) -> anyhow::Result<Courses> {
    let file: CourseFile = toml::from_str(&text(name)?).with_context(|| name.to_owned())?;
    let mut courses = Courses::default();
    for row in file.course {
        for grade in row.grades {
            courses.0.insert((row.subject.clone(), grade), row.texts.clone());
        }
    }
    Ok(courses)
}

/// Topics in teaching order.
pub(crate) fn topics() -> anyhow::Result<Courses> {
    courses("content/topics.toml")
}

/// Homework in the order of the year.
pub(crate) fn homework() -> anyhow::Result<Courses> {
    courses("content/homework.toml")
}

/// Kinds of work.
pub(crate) fn works() -> anyhow::Result<Vec<WorkRow>> {
    let file: WorkFile = toml::from_str(&text("content/works.toml")?).context("works.toml")?;
    Ok(file.work)
}

/// Comments to marks.
pub(crate) fn comments() -> anyhow::Result<Vec<CommentRow>> {
    let file: CommentFile = toml::from_str(&text("content/comments.toml")?).context("comments.toml")?;
    Ok(file.comment)
}

/// Talks of class chats, of parents' chats, and what stands in a class's announcements.
pub(crate) fn talks() -> anyhow::Result<[Vec<Talk>; 3]> {
    let file: TalkFile = toml::from_str(&text("content/chats.toml")?).context("chats.toml")?;
    Ok([file.class_chat, file.parents_chat, file.class_news])
}
