//! What is said when a file is not taken.

use ::messenger::UploadError;
use http::StatusCode;

use super::{Failure, Said, domains};
use crate::views::size_words;
use crate::words::Words;

const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

pub(super) fn upload(error: &UploadError) -> Said {
    let said = |code, id| Said::of(REFUSED, code, Words::of(id));
    let full = |code, id, used, most| {
        let words = Words::of(id).with("used", size_words(used)).with("most", size_words(most));
        Said::of(REFUSED, code, words)
    };
    match error {
        UploadError::ReadOnly => said("M-33", "upload-read-only"),
        UploadError::Empty => said("M-34", "upload-empty"),
        UploadError::TooLarge { size, most } => full("M-35", "upload-too-large", *size, *most),
        UploadError::OwnQuota { used, most } => full("M-36", "upload-own-quota", *used, *most),
        UploadError::SchoolQuota { used, most } => full("M-37", "upload-school-quota", *used, *most),
        UploadError::BadPart => said("M-38", "upload-bad-part"),
        UploadError::Missing => said("M-39", "upload-missing"),
        UploadError::Digest => said("M-40", "upload-digest"),
        UploadError::Complete => Said::of(StatusCode::CONFLICT, "M-411", Words::of("upload-complete")),
        UploadError::Thumb => said("M-41", "upload-thumb"),
        UploadError::Store(error) => domains::store(error),
    }
}

impl From<UploadError> for Failure {
    fn from(error: UploadError) -> Self {
        Self::Upload(error)
    }
}
