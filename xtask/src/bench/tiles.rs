//! How long `vitrine media tile` takes for a large panorama, and how much memory, beside Pannellum's `generate.py`.

use std::fs;
use std::io::BufWriter;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

use super::peers;
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
    peers::programs(&folder.join("tiles-peers"))?;
    let out = folder.join("pyramid");
    let ours = || {
        let mut tile = command(release("vitrine"));
        tile.args(["media", "tile"]).arg(&panorama).arg("--out").arg(&out);
        Ok(tile)
    };
    let theirs = || peers::pannellum_tiles(&panorama, &out);
    let mut sums = [(0.0, 0_u64); 2];
    for run in 1..=RUNS {
        for (index, (name, make)) in
            [("vitrine media tile", &ours as &dyn Fn() -> Result<Command>), ("generate.py with nona", &theirs)]
                .into_iter()
                .enumerate()
        {
            if out.exists() {
                fs::remove_dir_all(&out)?;
            }
            let (time, peak) = measure(&mut make()?, name)?;
            let tiles = crate::fingerprint::files(&out)?.len();
            println!("tiles  {name:<21}  run {run}  {:.2} s  peak {}  {tiles} files", time.as_secs_f64(), size(peak));
            sums[index] = (sums[index].0 + time.as_secs_f64(), sums[index].1.max(peak));
        }
    }
    let [(our_time, our_peak), (their_time, their_peak)] = sums;
    println!(
        "tiles  ratio, theirs to ours: time {:.1}, peak {:.1}",
        their_time / our_time,
        their_peak as f64 / our_peak as f64
    );
    Ok(())
}

/// Time of one run, and peak memory of the program with everything that it starts.
fn measure(program: &mut Command, name: &str) -> Result<(Duration, u64)> {
    let started = Instant::now();
    let mut child = program.process_group(0).spawn().with_context(|| format!("{name} cannot be started"))?;
    let group = child.id();
    let mut peak = 0;
    loop {
        peak = peak.max(resident(group));
        if let Some(status) = child.try_wait()? {
            if !status.success() {
                bail!("{name} ended with {status}");
            }
            return Ok((started.elapsed(), peak));
        }
        sleep(Duration::from_millis(5));
    }
}

/// Bytes of memory that a process group has now.
fn resident(group: u32) -> u64 {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = processes.filter(|entry| entry.file_name().to_string_lossy().parse::<u32>().is_ok());
    let stats = numbers.filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok());
    stats.filter_map(|stat| pages(&stat, group)).sum::<u64>() * 4096
}

/// Resident pages in a line of `/proc/PID/stat`, where the process belongs to the group; proc(5) has the fields.
fn pages(stat: &str, group: u32) -> Option<u64> {
    // The program's name may hold spaces and brackets; the fields that follow do not.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let of_the_group = fields.get(2)?.parse() == Ok(group);
    of_the_group.then(|| fields.get(21)?.parse().ok())?
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
    fn pages_are_counted_for_the_group_only() {
        let stat = "7 (a ) b) S 1 42 42 0 -1 4194304 1 0 0 0 1 2 0 0 20 0 1 0 100 8192 25 18446744073709551615 1 1 0";
        assert_eq!(pages(stat, 42), Some(25));
        assert_eq!(pages(stat, 7), None);
    }
}
