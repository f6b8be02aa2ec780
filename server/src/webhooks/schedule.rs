//! When a delivery that failed is tried again: the waits that the Standard Webhooks specification proposes, some three
//! days together, each a little longer or shorter, so that what failed together does not come back together.

const SECOND_US: i64 = 1_000_000;
const HOUR_US: i64 = 3600 * SECOND_US;
/// The wait after each try that failed; after the last there is none more.
const WAITS_US: [i64; 9] = [
    5 * SECOND_US,
    300 * SECOND_US,
    1800 * SECOND_US,
    2 * HOUR_US,
    5 * HOUR_US,
    10 * HOUR_US,
    14 * HOUR_US,
    20 * HOUR_US,
    24 * HOUR_US,
];
/// Tries of one delivery.
pub const MAX_ATTEMPTS: i64 = WAITS_US.len() as i64 + 1;
/// A receiver that fails for so long without taking anything is switched off.
pub const FAILS_FOR_US: i64 = 3 * 24 * HOUR_US;

/// How long to wait after the `attempt`-th try; `None` after the last. `chance` moves it by up to a tenth either way. A
/// receiver that named a wait itself is not asked before.
#[must_use]
pub fn wait_us(attempt: i64, chance: u8, asked_s: Option<u64>) -> Option<i64> {
    let wait = *WAITS_US.get(usize::try_from(attempt - 1).ok()?)?;
    let moved = wait / 10 * (i64::from(chance) - 128) / 128;
    let asked = asked_s.map_or(0, |seconds| i64::try_from(seconds).unwrap_or(i64::MAX).min(24 * 3600) * SECOND_US);
    Some((wait + moved).max(asked))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_tries_in_three_days() {
        let waits: Vec<i64> = (1..).map_while(|attempt| wait_us(attempt, 128, None)).collect();
        assert_eq!(waits.len() as i64 + 1, MAX_ATTEMPTS);
        let all_us: i64 = waits.iter().sum();
        assert!((72 * HOUR_US..80 * HOUR_US).contains(&all_us), "{all_us}");
        assert!(waits.is_sorted());
    }

    #[test]
    fn chance_moves_a_wait_by_a_tenth_and_receivers_may_ask_for_more() {
        assert_eq!(wait_us(2, 0, None), Some(270 * SECOND_US));
        assert!(wait_us(2, 255, None).unwrap() <= 330 * SECOND_US);
        assert_eq!(wait_us(1, 128, Some(60)), Some(60 * SECOND_US));
        assert_eq!(wait_us(1, 128, Some(u64::MAX)), Some(24 * HOUR_US), "but not for ever");
        assert_eq!(wait_us(MAX_ATTEMPTS, 128, Some(5)), None);
    }
}
