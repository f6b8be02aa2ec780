//! How much may be uploaded.

use super::Values;

/// Pictures, videos and panoramas.
#[derive(Clone, Debug)]
pub struct MediaConfig {
    /// Size of one file, bytes. `VITRINE_UPLOAD_MAX_MIB`, default 512.
    pub upload_bytes: u64,
    /// What one organisation may keep, bytes. `VITRINE_MEDIA_QUOTA_MIB`, default 20480.
    pub quota_bytes: u64,
}

impl MediaConfig {
    pub(super) fn from_values(values: &mut Values) -> Self {
        Self {
            upload_bytes: values.number("upload_max_mib", 512, 1..=512) << 20,
            quota_bytes: values.number("media_quota_mib", 20_480, 1..=1_000_000_000) << 20,
        }
    }
}
