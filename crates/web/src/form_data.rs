//! `multipart/form-data`: the forms that bring files. Read whole, within the limits of the route (K18).

use bytes::Bytes;
use futures_util::stream;
use http::HeaderMap;
use http::header::CONTENT_TYPE;

use crate::Failure;

/// The most parts of one form.
const PARTS: usize = 100;
/// The most bytes of a field that is no file.
const FIELD: usize = 64 * 1024;

/// What such a form holds.
#[derive(Debug, Default)]
pub struct FormData {
    /// Fields and their texts.
    pub fields: Vec<(String, String)>,
    /// Files in the order of the form; an input without a choice gives none.
    pub files: Vec<FormFile>,
}

/// A file of a form.
#[derive(Debug)]
pub struct FormFile {
    /// Its name without folders, composed: file systems like to keep «й» as two characters.
    pub name: String,
    /// What it holds.
    pub bytes: Bytes,
}

impl FormData {
    /// The first field with this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Reads a body that says it is such a form; `None` when it says it is not.
    pub(crate) async fn read(headers: &HeaderMap, body: Bytes) -> Result<Option<Self>, Failure> {
        let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let Ok(boundary) = multer::parse_boundary(kind) else { return Ok(None) };
        let whole = stream::once(async move { Ok::<_, std::convert::Infallible>(body) });
        let mut form = multer::Multipart::new(whole, boundary);
        let mut read = Self::default();
        while let Some(part) = form.next_field().await.map_err(|_| Failure::BadForm)? {
            if read.fields.len() + read.files.len() == PARTS {
                return Err(Failure::BadForm);
            }
            let name = part.name().map(str::to_owned).ok_or(Failure::BadForm)?;
            let file = part.file_name().map(bare_name);
            let bytes = part.bytes().await.map_err(|_| Failure::BadForm)?;
            match file {
                // What a browser sends for an input of files in which none is chosen.
                Some(file) if file.is_empty() && bytes.is_empty() => {}
                Some(file) => read.files.push(FormFile { name: file, bytes }),
                None if bytes.len() > FIELD => return Err(Failure::BadForm),
                None => {
                    let text = String::from_utf8(bytes.to_vec()).map_err(|_| Failure::BadForm)?;
                    read.fields.push((name, text));
                }
            }
        }
        Ok(Some(read))
    }
}

/// The name without folders, of either kind of system, and without what no name has.
fn bare_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    store::to_nfc(last).chars().filter(|sign| !sign.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, HeaderValue};

    use super::FormData;
    use crate::Failure;

    async fn read(body: &str) -> Result<Option<FormData>, Failure> {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static("multipart/form-data; boundary=x"));
        FormData::read(&headers, Bytes::from(body.to_owned())).await
    }

    fn part(head: &str, body: &str) -> String {
        format!("--x\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n")
    }

    #[tokio::test]
    async fn fields_and_files_are_told_apart() {
        let body = [
            part("name=\"_token\"", "abc"),
            part("name=\"files\"; filename=\"C:\\школа\\Расписание и\u{306}.csv\"", "Класс\n6А\n"),
            part("name=\"files\"; filename=\"../../Ученики.csv\"", "\u{0}"),
            part("name=\"none\"; filename=\"\"", ""),
            "--x--\r\n".to_owned(),
        ];
        let form = read(&body.concat()).await.unwrap().unwrap();
        assert_eq!((form.field("_token"), form.field("files")), (Some("abc"), None));
        let files: Vec<_> = form.files.iter().map(|file| (file.name.as_str(), file.bytes.len())).collect();
        assert_eq!(files, [("Расписание й.csv", 15), ("Ученики.csv", 1)]);
    }

    #[tokio::test]
    async fn what_is_broken_off_or_overfull_is_refused() {
        let whole = part("name=\"a\"", "b");
        let many = whole.repeat(super::PARTS + 1) + "--x--\r\n";
        let long = part("name=\"a\"", &"b".repeat(super::FIELD + 1)) + "--x--\r\n";
        let nameless = part("filename=\"a.csv\"", "b") + "--x--\r\n";
        for bad in [whole.trim_end(), "nothing", &many, &long, &nameless] {
            let shown: String = bad.chars().take(60).collect();
            assert!(matches!(read(bad).await, Err(Failure::BadForm)), "{shown}");
        }
        assert!(FormData::read(&HeaderMap::new(), Bytes::new()).await.unwrap().is_none());
    }
}
