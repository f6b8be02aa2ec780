//! The cubic kernel (Catmull-Rom) that all resampling here uses: it passes through its samples and keeps edges crisp.

/// Weights of the four samples around a point that lies `t` (0 to 1) behind the second.
#[inline]
pub(super) fn weights(t: f32) -> [f32; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [0.5 * (2.0 * t2 - t3 - t), 0.5 * (3.0 * t3 - 5.0 * t2) + 1.0, 0.5 * (4.0 * t2 - 3.0 * t3 + t), 0.5 * (t3 - t2)]
}

/// The kernel at a distance from its centre; zero from 2 on.
fn at(distance: f64) -> f64 {
    let x = distance.abs();
    if x < 1.0 {
        (1.5 * x - 2.5) * x * x + 1.0
    } else if x < 2.0 {
        ((2.5 - 0.5 * x) * x - 4.0) * x + 2.0
    } else {
        0.0
    }
}

/// Weights that turn a line of `from` samples into one of `to`.
pub(super) struct Taps {
    per_sample: usize,
    first: Vec<i32>,
    weights: Vec<f32>,
}

impl Taps {
    /// Taps for `to` ≤ `from` samples. Indices may lie up to [`reach`] outside the line.
    pub(super) fn shrinking(from: u32, to: u32) -> Self {
        let scale = (f64::from(from) / f64::from(to)).max(1.0);
        let step = f64::from(from) / f64::from(to);
        let per_sample = (4.0 * scale).floor() as usize + 1;
        let mut taps = Self {
            per_sample,
            first: Vec::with_capacity(to as usize),
            weights: Vec::with_capacity(to as usize * per_sample),
        };
        for index in 0..to {
            let centre = (f64::from(index) + 0.5) * step - 0.5;
            let first = (centre - 2.0 * scale).ceil();
            let start = taps.weights.len();
            taps.first.push(first as i32);
            taps.weights.extend((0..per_sample).map(|tap| at((first - centre + tap as f64) / scale) as f32));
            let sum: f32 = taps.weights[start..].iter().sum();
            taps.weights[start..].iter_mut().for_each(|weight| *weight /= sum);
        }
        taps
    }

    /// For each sample its first source index and the weights from there.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = (i32, &[f32])> {
        self.first.iter().copied().zip(self.weights.chunks_exact(self.per_sample))
    }

    /// The taps of one sample.
    pub(super) fn of(&self, index: usize) -> (i32, &[f32]) {
        (self.first[index], &self.weights[index * self.per_sample..][..self.per_sample])
    }
}

/// How far outside a line the taps of [`Taps::shrinking`] may lie.
pub(super) fn reach(from: u32, to: u32) -> usize {
    (2.0 * (f64::from(from) / f64::from(to)).max(1.0)).ceil() as usize + 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_sum_to_one_and_agree_with_the_kernel() {
        for step in 0..=10 {
            let t = step as f32 / 10.0;
            let weights = weights(t);
            assert!((weights.iter().sum::<f32>() - 1.0).abs() < 1e-6);
            for (tap, weight) in weights.iter().enumerate() {
                assert!((f64::from(*weight) - at(tap as f64 - 1.0 - f64::from(t))).abs() < 1e-6);
            }
        }
        for (from, to) in [(8, 4), (9, 5), (100, 7), (5, 5)] {
            for (first, weights) in Taps::shrinking(from, to).iter() {
                assert!((weights.iter().sum::<f32>() - 1.0).abs() < 1e-5);
                let reach = reach(from, to) as i32;
                assert!(first >= -reach && first + weights.len() as i32 <= from as i32 + reach);
            }
        }
    }
}
