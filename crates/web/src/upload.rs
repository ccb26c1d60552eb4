//! Files that a form brings, read into memory within the body's limit.

use bytes::Bytes;
use http::header::CONTENT_TYPE;

use crate::Failure;
use crate::request::Request;

/// Most parts a form may have (B9).
const MOST_PARTS: usize = 32;

/// A form with files.
#[derive(Debug, Default)]
pub(crate) struct Upload {
    /// Text fields by name.
    pub(crate) fields: Vec<(String, String)>,
    /// Files: their names without folders, and their bytes. Empty ones are left out.
    pub(crate) files: Vec<(String, Bytes)>,
}

impl Upload {
    /// Reads a multipart form.
    ///
    /// # Errors
    /// [`Failure::BadForm`] when it is none, is cut off, or has too many parts.
    pub(crate) async fn read(request: &Request) -> Result<Self, Failure> {
        let boundary = boundary_of(request).ok_or(Failure::BadForm)?;
        let body = request.body().clone();
        let stream = futures_util::stream::once(async move { Ok::<_, std::convert::Infallible>(body) });
        let mut parts = multer::Multipart::new(stream, boundary);
        let mut upload = Self::default();
        let mut count = 0;
        while let Some(part) = parts.next_field().await.map_err(|_| Failure::BadForm)? {
            count += 1;
            if count > MOST_PARTS {
                return Err(Failure::BadForm);
            }
            let name = part.name().unwrap_or_default().to_owned();
            let file = part.file_name().map(bare_name);
            let bytes = part.bytes().await.map_err(|_| Failure::BadForm)?;
            match file {
                Some(file) if !file.is_empty() && !bytes.is_empty() => upload.files.push((file, bytes)),
                Some(_) => {}
                None => {
                    let text = String::from_utf8(bytes.to_vec()).map_err(|_| Failure::BadForm)?;
                    upload.fields.push((name, text));
                }
            }
        }
        Ok(upload)
    }

    /// A text field's value.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value.as_str())
    }
}

/// The boundary between the parts, when the body is a multipart form.
pub(crate) fn boundary_of(request: &Request) -> Option<String> {
    let kind = request.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    multer::parse_boundary(kind).ok()
}

/// A file's name without folders; some browsers send the whole path.
fn bare_name(name: &str) -> String {
    name.rsplit(['/', '\\'])
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|sign| !sign.is_control())
        .take(255)
        .collect()
}
