//! A screen without a screen: Xvfb.

use std::process::Command;

use tempfile::TempDir;

use crate::process::Process;
use crate::wait::until;

/// A virtual display; gone when this is dropped.
#[derive(Debug)]
pub struct Display {
    name: String,
    _process: Process,
    _folder: TempDir,
}

impl Display {
    /// Starts one on a free number.
    pub fn start(width: u32, height: u32) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let mut xvfb = Command::new("Xvfb");
        // It chooses the number itself and prints it when it is ready.
        xvfb.args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", &format!("{width}x{height}x24")]);
        let mut process = Process::start(&mut xvfb, &folder.path().join("xvfb.log"));
        let number = until("Xvfb has a display", || {
            assert!(!process.has_ended(), "Xvfb ended: {}", process.printed());
            process.printed().lines().find_map(|line| line.trim().parse::<u32>().ok())
        });
        Self { name: format!(":{number}"), _process: process, _folder: folder }
    }

    /// What goes into `DISPLAY`.
    pub fn name(&self) -> &str {
        &self.name
    }
}
