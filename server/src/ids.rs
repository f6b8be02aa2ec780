//! Ids: UUID version 7, ordered by the time they were made. `SQLite` stores them as 16 bytes, `PostgreSQL` as `uuid`.

use std::sync::Arc;

use uuid::{Builder, Uuid};

use crate::clock::Clock;

/// The organisation that the first migration makes. Until there are accounts, everything belongs to it.
pub const DEFAULT_ORGANISATION: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);

/// Makes ids.
#[derive(Clone)]
pub struct Generator {
    clock: Arc<dyn Clock>,
}

impl Generator {
    /// A generator whose ids carry the time of `clock`.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock }
    }

    /// A fresh id.
    ///
    /// # Errors
    /// The operating system gave no random bytes.
    pub fn next(&self) -> Result<Uuid, getrandom::Error> {
        let mut random = [0; 10];
        getrandom::fill(&mut random)?;
        let millis = u64::try_from(self.clock.now_us() / 1000).unwrap_or(0);
        Ok(Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::MockClock;

    #[test]
    fn ids_are_version_7_and_carry_the_clocks_time() {
        let ids = Generator::new(MockClock::at(1_700_000_000_123_456));
        let (first, second) = (ids.next().unwrap(), ids.next().unwrap());
        assert_ne!(first, second);
        assert_eq!(first.get_version_num(), 7);
        assert_eq!(first.get_timestamp().unwrap().to_unix(), (1_700_000_000, 123_000_000));
    }
}
