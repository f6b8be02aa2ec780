//! The peers: fetched from their registries, and given the panorama in the forms that they want.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};

use crate::cargo::{command, memory, run};
use crate::dist;
use crate::fingerprint::{Fingerprint, write};
use crate::report::say;
use crate::{npm, packages};

/// What is installed by npm, and with it the rules by which they are compared.
const PACKAGES: [&str; 4] = [
    "@photo-sphere-viewer/core@5.15.1",
    "@photo-sphere-viewer/equirectangular-tiles-adapter@5.15.1",
    "esbuild@0.28",
    "pannellum@2.5.7",
];
/// Width and height of Photo Sphere Viewer's tiles, pixels.
const TILE: u32 = 512;
/// Quality of all tiles, the same as ours.
const QUALITY: u8 = 82;
/// Runs the program that its first argument names, with a name that Pillow 10 took away.
const GENERATE: &str = "\
import runpy, sys, PIL.Image
PIL.Image.ANTIALIAS = PIL.Image.LANCZOS
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name='__main__')";

/// Fills a folder with the peers' programs and the panorama, once; returns it.
pub fn prepare(panorama: &Path) -> Result<PathBuf> {
    let folder = memory().join("bench/peers");
    let mut inputs = Fingerprint::new(memory().join("bench/peers.sha256"));
    inputs.text(include_str!("peers.rs")).path(panorama)?;
    let inputs = inputs.finish();
    if inputs.is_unchanged() {
        return Ok(folder);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("{} cannot be removed", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    programs(&folder)?;
    fs::copy(panorama, folder.join("panorama.jpg"))
        .with_context(|| format!("{} cannot be copied", panorama.display()))?;
    equirectangular_tiles(panorama, &folder.join("tiles"))?;
    run(&mut pannellum_tiles(panorama, &folder.join("multires"))?, "cutting Pannellum's tiles")?;
    inputs.remember()?;
    Ok(folder)
}

/// The command that cuts a panorama as Pannellum wants it: its own `generate.py` with Hugin's `nona`.
pub fn pannellum_tiles(panorama: &Path, out: &Path) -> Result<std::process::Command> {
    packages::need(&["hugin-tools", "python3-venv"], "Pannellum's generate.py")?;
    let python = memory().join("bench/python");
    if !python.join("bin/python").exists() {
        say("pannellum: making a Python environment for generate.py");
        run(command("python3").args(["-m", "venv"]).arg(&python), "making a Python environment")?;
        // `generate.py` still wants distutils, which newer Pythons have from setuptools only.
        let mut pip = command(python.join("bin/pip"));
        run(pip.args(["install", "--quiet", "pillow", "numpy", "setuptools<81"]), "installing what generate.py needs")?;
    }
    let mut generate = command(python.join("bin/python"));
    generate.args(["-c", GENERATE]).arg(npm_folder().join("node_modules/pannellum/utils/multires/generate.py"));
    generate.args(["--quality", &QUALITY.to_string(), "--output"]).arg(out).arg(panorama);
    // Its own directory is no working directory for temporary files.
    generate.stdout(std::process::Stdio::null());
    Ok(generate)
}

fn npm_folder() -> PathBuf {
    memory().join("bench/npm")
}

/// Installs the peers and puts what a page of theirs loads into `folder`.
pub fn programs(folder: &Path) -> Result<()> {
    let folder_of_modules = npm_folder();
    say("fetching the peers");
    let modules = npm::install(&folder_of_modules, &PACKAGES)?;
    write(
        &folder_of_modules.join("photo-sphere-viewer.js"),
        b"export { Viewer } from '@photo-sphere-viewer/core';\n\
          export { EquirectangularTilesAdapter } from '@photo-sphere-viewer/equirectangular-tiles-adapter';\n",
    )?;
    let mut bundle = command(modules.join(".bin/esbuild"));
    bundle.args(["photo-sphere-viewer.js", "--bundle", "--minify", "--format=esm", "--log-level=error"]);
    bundle.arg(format!("--outfile={}", folder.join("photo-sphere-viewer.js").display()));
    run(bundle.current_dir(&folder_of_modules), "bundling Photo Sphere Viewer")?;
    for (from, to) in [
        ("@photo-sphere-viewer/core/index.css", "photo-sphere-viewer.css"),
        ("pannellum/build/pannellum.css", "pannellum.css"),
        ("pannellum/build/pannellum.js", "pannellum.js"),
    ] {
        fs::copy(modules.join(from), folder.join(to)).with_context(|| format!("{from} cannot be copied"))?;
    }
    for name in ["photo-sphere-viewer.js", "photo-sphere-viewer.css", "pannellum.css", "pannellum.js"] {
        let content = fs::read(folder.join(name))?;
        write(&folder.join(format!("{name}.br")), &dist::brotli(&content)?)?;
    }
    Ok(())
}

/// Photo Sphere Viewer's tiles: the equirectangular image cut up, and a small one for the beginning.
fn equirectangular_tiles(panorama: &Path, folder: &Path) -> Result<()> {
    say("cutting Photo Sphere Viewer's tiles");
    let mut reader = image::ImageReader::open(panorama)?;
    reader.no_limits();
    let whole = reader.decode().with_context(|| format!("{} is no picture", panorama.display()))?.into_rgb8();
    let (width, height) = whole.dimensions();
    let (columns, rows) = (width / TILE, height / TILE);
    fs::create_dir_all(folder)?;
    let save = |picture: &image::RgbImage, name: &str| -> Result<()> {
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(picture)?;
        write(&folder.join(name), &jpeg)
    };
    for (column, row) in (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row))) {
        let tile = imageops::crop_imm(&whole, column * TILE, row * TILE, TILE, TILE).to_image();
        save(&tile, &format!("{column}_{row}.jpg"))?;
    }
    save(&imageops::resize(&whole, 1024, 512, FilterType::Triangle), "base.jpg")?;
    let tiles = serde_json::json!({"width": width, "cols": columns, "rows": rows});
    write(&folder.join("tiles.json"), tiles.to_string().as_bytes())
}
