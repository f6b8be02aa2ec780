//! How long `vitrine media tile` takes for a large panorama, and how much memory.

use std::fs;
use std::io::BufWriter;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

use crate::build;
use crate::cargo::{command, memory, release};
use crate::report::{say, size};

const WIDTH: u32 = 8192;
const HEIGHT: u32 = 4096;
const RUNS: usize = 3;

/// Runs the benchmark.
pub fn run() -> Result<()> {
    build::viewer()?;
    build::release()?;
    let folder = memory().join("bench");
    let panorama = folder.join("panorama-8192.jpg");
    if !panorama.is_file() {
        say(format!("tiles: drawing a panorama of {WIDTH}×{HEIGHT}"));
        draw(&panorama)?;
    }
    say(format!("tiles: {} ({})", panorama.display(), size(fs::metadata(&panorama)?.len())));
    for run in 1..=RUNS {
        let out = folder.join("pyramid");
        if out.exists() {
            fs::remove_dir_all(&out)?;
        }
        let (time, peak) = measure(&panorama, &out)?;
        let tiles = crate::fingerprint::files(&out)?.len();
        println!("tiles  run {run}  {:.2} s  peak {}  {tiles} files", time.as_secs_f64(), size(peak));
    }
    Ok(())
}

/// Time and peak memory of one run.
fn measure(panorama: &Path, out: &Path) -> Result<(Duration, u64)> {
    let started = Instant::now();
    let mut tile = command(release("vitrine"));
    let mut child = tile
        .args(["media", "tile"])
        .arg(panorama)
        .arg("--out")
        .arg(out)
        .spawn()
        .context("vitrine cannot be started")?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        // The high-water mark only grows: the last reading before the end misses little.
        peak = fs::read_to_string(&status).ok().and_then(|text| high_water_mark(&text)).unwrap_or(peak);
        if let Some(status) = child.try_wait()? {
            if !status.success() {
                bail!("vitrine media tile ended with {status}");
            }
            return Ok((started.elapsed(), peak));
        }
        sleep(Duration::from_millis(2));
    }
}

fn high_water_mark(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()? * 1024)
}

/// Waves and grain: about as hard to compress as a photograph.
fn draw(path: &Path) -> Result<()> {
    let picture = RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let (u, v) = (f64::from(x) / f64::from(WIDTH) * std::f64::consts::TAU, f64::from(y) / f64::from(HEIGHT));
        let grain =
            f64::from((x.wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA6B)).wrapping_mul(0xC2B2_AE35) >> 24)
                / 16.0;
        let wave =
            |frequency: f64, phase: f64| ((u * frequency).sin() * (v * frequency * 3.0 + phase).cos() + 1.0) * 50.0;
        Rgb([0.0, 1.0, 2.0].map(|phase| (wave(3.0, phase) + wave(29.0, phase) + grain) as u8))
    });
    fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    let file = BufWriter::new(fs::File::create(path).with_context(|| format!("{} cannot be written", path.display()))?);
    Ok(JpegEncoder::new_with_quality(file, 92).encode_image(&picture)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_high_water_mark_is_in_bytes() {
        assert_eq!(high_water_mark("Name:\tx\nVmHWM:\t   12 kB\nVmRSS:\t 3 kB\n"), Some(12_288));
    }
}
