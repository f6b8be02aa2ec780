//! Reads and checks the shaders, and writes them down as wgpu takes them: the program neither brings along nor runs a
//! reader of WGSL. A faulty shader is an error of the build.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use naga::valid::{Capabilities, ValidationFlags, Validator};

const SHADERS: &str = "src/render";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={SHADERS}");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    for file in fs::read_dir(SHADERS)? {
        let path = file?.path();
        if path.extension().is_some_and(|extension| extension == "wgsl") {
            let module = read(&path)?;
            let name = path.file_stem().ok_or("a shader without a name")?;
            fs::write(out.join(name).with_extension("naga"), postcard::to_allocvec(&module)?)?;
        }
    }
    Ok(())
}

/// The module of a file.
fn read(path: &Path) -> Result<naga::Module, Box<dyn Error>> {
    let source = fs::read_to_string(path)?;
    let name = path.to_string_lossy();
    let module =
        naga::front::wgsl::parse_str(&source).map_err(|error| error.emit_to_string_with_path(&source, path))?;
    Validator::new(ValidationFlags::all(), Capabilities::empty())
        .validate(&module)
        .map_err(|error| error.emit_to_string_with_path(&source, &name))?;
    Ok(module)
}
