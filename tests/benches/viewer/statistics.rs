//! Means with the interval in which they lie.

/// Some measurements of one thing.
#[derive(Clone, Debug, Default)]
pub struct Sample(Vec<f64>);

impl Sample {
    /// One more.
    pub fn add(&mut self, value: f64) {
        self.0.push(value);
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        self.0.iter().sum::<f64>() / self.0.len() as f64
    }

    /// Half the width of the mean's 95 % interval (Student's t).
    pub fn margin(&self) -> f64 {
        let n = self.0.len();
        if n < 2 {
            return f64::NAN;
        }
        let mean = self.mean();
        let variance = self.0.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1) as f64;
        let t = [12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26].get(n - 2).copied().unwrap_or(2.1);
        t * (variance / n as f64).sqrt()
    }

    /// Mean and margin with so many decimals.
    pub fn show(&self, decimals: usize) -> String {
        if self.0.is_empty() {
            return "–".into();
        }
        format!("{:.decimals$} ± {:.decimals$}", self.mean(), self.margin())
    }
}
