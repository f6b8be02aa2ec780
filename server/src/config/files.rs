//! Where files lie.

use super::Values;
use super::values::Secret;

/// Pictures, videos, tiles.
#[derive(Clone, Debug)]
pub struct FilesConfig {
    /// S3 instead of the folder `files` in the data folder.
    pub s3: Option<S3Config>,
}

/// A bucket.
#[derive(Clone, Debug)]
pub struct S3Config {
    /// Its name. `VITRINE_S3_BUCKET`, default none: files lie in the data folder.
    pub bucket: String,
    /// Its region. `VITRINE_S3_REGION`, default `us-east-1`.
    pub region: String,
    /// The service's address, for services other than Amazon's. `VITRINE_S3_ENDPOINT`, default Amazon's.
    pub endpoint: Option<String>,
    /// Public half of the key. `VITRINE_S3_ACCESS_KEY_ID`, default what the machine's role gives.
    pub access_key_id: Option<String>,
    /// Secret half of the key. `VITRINE_S3_SECRET_ACCESS_KEY`.
    pub secret_access_key: Option<Secret>,
}

impl FilesConfig {
    pub(super) fn from_values(values: &mut Values) -> Self {
        let bucket = values.text("s3_bucket");
        let region = values.text("s3_region");
        let endpoint = values.text("s3_endpoint");
        let access_key_id = values.text("s3_access_key_id");
        let secret_access_key = values.secret("s3_secret_access_key");
        if access_key_id.is_some() != secret_access_key.is_some() {
            values.fault("s3_access_key_id and s3_secret_access_key are set together or not at all");
        }
        if bucket.is_none() && (region.is_some() || endpoint.is_some() || access_key_id.is_some()) {
            values.fault("s3_bucket (VITRINE_S3_BUCKET) is missing, while other s3 settings are there");
        }
        let region = region.unwrap_or_else(|| "us-east-1".to_owned());
        Self { s3: bucket.map(|bucket| S3Config { bucket, region, endpoint, access_key_id, secret_access_key }) }
    }
}
