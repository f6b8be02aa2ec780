//! A fixed number of texture layers, the least recently used given away first. Without Bevy.

use std::collections::HashMap;
use std::hash::Hash;

/// Who owns which layer.
#[derive(Debug)]
pub struct Layers<K> {
    owners: Vec<Option<Owner<K>>>,
    by_key: HashMap<K, u32>,
}

#[derive(Debug)]
struct Owner<K> {
    key: K,
    used_in: u64,
}

impl<K: Copy + Eq + Hash> Layers<K> {
    /// `count` free layers.
    #[must_use]
    pub fn new(count: u32) -> Self {
        Self { owners: (0..count).map(|_| None).collect(), by_key: HashMap::new() }
    }

    /// The layer of `key`.
    #[must_use]
    pub fn get(&self, key: K) -> Option<u32> {
        self.by_key.get(&key).copied()
    }

    /// Notes that `key` is needed in `frame`.
    pub fn touch(&mut self, key: K, frame: u64) {
        if let Some(owner) = self.by_key.get(&key).and_then(|&layer| self.owners[layer as usize].as_mut()) {
            owner.used_in = frame;
        }
    }

    /// How many layers could be had in `frame` without taking one that is needed in it.
    #[must_use]
    pub fn spare(&self, frame: u64) -> usize {
        self.owners.iter().filter(|owner| owner.as_ref().is_none_or(|owner| owner.used_in < frame)).count()
    }

    /// Gives `key` a layer: a free one, or that of the key that was not needed for the longest time, which is returned
    /// beside it. `None` when all of them are needed in this very frame.
    pub fn claim(&mut self, key: K, frame: u64) -> Option<(u32, Option<K>)> {
        if let Some(layer) = self.get(key) {
            self.touch(key, frame);
            return Some((layer, None));
        }
        let (layer, _) = self
            .owners
            .iter()
            .enumerate()
            .map(|(layer, owner)| (layer, owner.as_ref().map(|owner| owner.used_in)))
            .filter(|(_, used_in)| used_in.is_none_or(|used_in| used_in < frame))
            .min_by_key(|&(_, used_in)| used_in)?;
        let evicted = self.owners[layer].replace(Owner { key, used_in: frame }).map(|owner| owner.key);
        if let Some(evicted) = evicted {
            self.by_key.remove(&evicted);
        }
        self.by_key.insert(key, layer as u32);
        Some((layer as u32, evicted))
    }

    /// Forgets everything: the textures are gone.
    pub fn clear(&mut self) {
        self.by_key.clear();
        self.owners.fill_with(|| None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_least_recently_used_goes_first_and_what_is_needed_now_stays() {
        let mut layers = Layers::new(2);
        layers.claim('a', 1);
        layers.claim('b', 1);
        assert_eq!(layers.claim('c', 1), None, "both are needed in this frame");
        layers.touch('a', 2);
        let (layer, evicted) = layers.claim('c', 2).unwrap();
        assert_eq!((layers.get('c'), evicted, layers.get('b')), (Some(layer), Some('b'), None));
        assert_eq!(layers.spare(2), 0);
    }

    proptest! {
        #[test]
        fn no_layer_has_two_owners(claims in prop::collection::vec((0u8..40, 0u64..30), 1..200)) {
            let mut layers = Layers::new(8);
            let mut frame = 0;
            for (key, ahead) in claims {
                frame += ahead / 10;
                layers.claim(key, frame);
                let mut taken: Vec<_> = (0u8..40).filter_map(|key| layers.get(key)).collect();
                let count = taken.len();
                taken.sort_unstable();
                taken.dedup();
                prop_assert_eq!(taken.len(), count);
                prop_assert!(count <= 8);
            }
        }
    }
}
