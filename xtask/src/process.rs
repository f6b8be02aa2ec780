//! Child processes that end with us.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::cargo::command;

/// A child process that is asked to end when this is dropped, and made to when it does not.
pub struct Guard {
    child: Child,
    /// The signal that asks it to end, as `kill` names it.
    signal: &'static str,
}

impl Guard {
    /// Guards `child`.
    pub fn new(child: Child, signal: &'static str) -> Self {
        Self { child, signal }
    }

    /// Waits until something listens at `address`; fails when the process ends first or `patience` does.
    pub fn wait_for(&mut self, address: SocketAddr, what: &str, patience: Duration) -> Result<()> {
        let started = Instant::now();
        while TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_err() {
            if let Some(status) = self.child.try_wait()? {
                bail!("{what} ended with {status} instead of listening on {address}; its messages are above");
            }
            if started.elapsed() > patience {
                bail!("{what} does not listen on {address} after {} s", patience.as_secs());
            }
            sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Waits for the process's own end.
    pub fn wait(mut self) -> Result<std::process::ExitStatus> {
        Ok(self.child.wait()?)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        let _ = command("kill").args(["-s", self.signal, &self.child.id().to_string()]).status();
        let asked = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) {
            if asked.elapsed() > Duration::from_secs(10) {
                let _ = self.child.kill();
                let _ = self.child.wait();
                return;
            }
            sleep(Duration::from_millis(20));
        }
    }
}

/// A port of this machine that nobody uses now.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
