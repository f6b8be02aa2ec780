//! Work that has time. It gets a thread of its own that gives way to every other one on the machine, so that pages are
//! answered as fast as without it.

use tokio::sync::oneshot;

use crate::error::{Error, Result};

/// Of 19 for what waits longest and -20.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 19;

/// Runs `work` on a thread called `name`; elsewhere than on Linux, it is an ordinary one. The program ends without waiting
/// for it.
///
/// # Errors
/// The thread could not be started, or the work panicked.
pub async fn run<T: Send + 'static>(name: &str, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let (done, ended) = oneshot::channel();
    let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
        #[cfg(target_os = "linux")]
        if let Err(error) = rustix::process::nice(NICENESS) {
            tracing::debug!(%error, "a thread that has time keeps its priority");
        }
        // Whoever asked may have been cut off.
        let _ = done.send(work());
    });
    thread.map_err(Error::internal)?;
    ended.await.map_err(|_| Error::internal("work in spare time panicked"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_gives_way_and_nobody_else_does() {
        assert_eq!(run("seven", || 7).await.unwrap(), 7);
        assert!(run("panics", || panic!("on purpose")).await.is_err());
        #[cfg(target_os = "linux")]
        {
            let before = rustix::process::nice(0).unwrap();
            assert_eq!(run("nice", || rustix::process::nice(0).unwrap()).await.unwrap(), NICENESS);
            assert_eq!(rustix::process::nice(0).unwrap(), before, "niceness is the thread's");
        }
    }
}
