//! Markers that would lie on each other are shown as one, without Bevy.

use glam::DVec2;

/// Centres nearer than this are shown as one group, CSS pixels: a marker's disc is 34 wide.
const JOIN_PX: f64 = 38.0;
/// A marker of a group stays in it until it is this far away: at the limit nothing flickers.
const PART_PX: f64 = 46.0;

/// For each marker the first one of its group, itself where it stands alone.
///
/// `places` are CSS pixels, `None` for markers that are not to be grouped; `before` is the last frame's answer for the
/// same markers; `scale` is the size at which markers are shown. Markers join the nearest group that was begun by an
/// earlier marker, so the order of the document decides and not the order in which they came into view.
#[must_use]
pub fn groups(places: &[Option<DVec2>], before: &[usize], scale: f64) -> Vec<usize> {
    let mut heads: Vec<(usize, DVec2)> = Vec::new();
    let mut groups = Vec::with_capacity(places.len());
    for (index, place) in places.iter().enumerate() {
        let nearest = place.and_then(|place| {
            heads
                .iter()
                .map(|&(head, at)| (head, (at - place).length() / scale))
                .filter(|&(head, apart)| apart < if before.get(index) == Some(&head) { PART_PX } else { JOIN_PX })
                .min_by(|a, b| a.1.total_cmp(&b.1))
        });
        if let (None, Some(place)) = (nearest, place) {
            heads.push((index, *place));
        }
        groups.push(nearest.map_or(index, |(head, _)| head));
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(places: &[f64]) -> Vec<Option<DVec2>> {
        places.iter().map(|&x| Some(DVec2::new(x, 100.0))).collect()
    }

    #[test]
    fn what_lies_on_each_other_is_one_group() {
        assert_eq!(groups(&row(&[0.0, 20.0, 200.0, 215.0]), &[], 1.0), [0, 0, 2, 2]);
        // Twice as large, they need twice the room.
        assert_eq!(groups(&row(&[0.0, 60.0]), &[], 1.0), [0, 1]);
        assert_eq!(groups(&row(&[0.0, 60.0]), &[], 2.0), [0, 0]);
    }

    #[test]
    fn who_is_behind_or_leads_on_belongs_to_no_group() {
        let mut places = row(&[0.0, 5.0, 10.0]);
        places[1] = None;
        assert_eq!(groups(&places, &[], 1.0), [0, 1, 0]);
    }

    #[test]
    fn at_the_limit_nothing_flickers() {
        let at = |x: f64, before: &[usize]| groups(&row(&[0.0, x]), before, 1.0);
        let apart = at(42.0, &[]);
        assert_eq!(apart, [0, 1]);
        let joined = at(30.0, &apart);
        assert_eq!(joined, [0, 0]);
        assert_eq!(at(42.0, &joined), [0, 0]);
        assert_eq!(at(48.0, &joined), [0, 1]);
    }

    proptest! {
        #[test]
        fn every_group_has_a_first_member_and_no_two_first_members_lie_on_each_other(
            xs in prop::collection::vec((0.0f64..400.0, 0.0f64..400.0), 0..40),
        ) {
            let places: Vec<_> = xs.into_iter().map(|(x, y)| Some(DVec2::new(x, y))).collect();
            let groups = groups(&places, &[], 1.0);
            let mut heads = Vec::new();
            for (index, &head) in groups.iter().enumerate() {
                prop_assert!(head <= index && groups[head] == head);
                prop_assert!((places[index].unwrap() - places[head].unwrap()).length() < JOIN_PX);
                if head == index {
                    heads.push(places[index].unwrap());
                }
            }
            for (index, head) in heads.iter().enumerate() {
                prop_assert!(heads[..index].iter().all(|other| (*other - *head).length() >= JOIN_PX));
            }
        }
    }
}
