//! A wire between a client and a server that can be cut: both ends see a broken connection, as when a telephone loses its
//! signal.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// The wire; it ends when this is dropped.
#[derive(Debug)]
pub struct Wire {
    port: u16,
    inside: Arc<Inside>,
}

#[derive(Debug, Default)]
struct Inside {
    server: Mutex<Option<SocketAddr>>,
    ends: Mutex<Vec<TcpStream>>,
    /// Bytes from clients to the server.
    sent: AtomicU64,
    /// Where the wire breaks by itself.
    breaks_at: AtomicU64,
    is_over: AtomicBool,
}

impl Wire {
    /// A wire that leads nowhere yet.
    pub fn lay() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let port = listener.local_addr().expect("a listener has an address").port();
        let inside = Arc::new(Inside { breaks_at: AtomicU64::new(u64::MAX), ..Inside::default() });
        let shared = inside.clone();
        std::thread::spawn(move || {
            for client in listener.incoming() {
                // The last one comes from whoever drops the wire.
                if shared.is_over.load(Ordering::Relaxed) {
                    return;
                }
                connect(&shared, client.expect("the wire takes connections"));
            }
        });
        Self { port, inside }
    }

    /// The port at which clients find it.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Leads to a server from now on.
    pub fn lead_to(&self, server: SocketAddr) {
        *self.inside.server.lock().expect("nobody panicked") = Some(server);
    }

    /// Breaks by itself once so many bytes have gone to the server in all, and leads nowhere then.
    pub fn break_at(&self, bytes: u64) {
        self.inside.breaks_at.store(bytes, Ordering::Relaxed);
    }

    /// Bytes that went from clients to the server.
    pub fn sent(&self) -> u64 {
        self.inside.sent.load(Ordering::Relaxed)
    }

    /// Whether it leads nowhere.
    pub fn is_cut(&self) -> bool {
        self.inside.server.lock().expect("nobody panicked").is_none()
    }

    /// Cuts every connection; those that come now are refused.
    pub fn cut(&self) {
        self.inside.cut();
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.inside.is_over.store(true, Ordering::Relaxed);
        self.inside.cut();
        // Wakes the thread that waits for connections.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}

impl Inside {
    fn cut(&self) {
        *self.server.lock().expect("nobody panicked") = None;
        for end in self.ends.lock().expect("nobody panicked").drain(..) {
            let _ = end.shutdown(Shutdown::Both);
        }
    }
}

fn connect(inside: &Arc<Inside>, client: TcpStream) {
    let address = *inside.server.lock().expect("nobody panicked");
    let Some(server) = address.and_then(|address| TcpStream::connect(address).ok()) else {
        let _ = client.shutdown(Shutdown::Both);
        return;
    };
    let copy = |stream: &TcpStream| stream.try_clone().expect("a connection has a second handle");
    inside.ends.lock().expect("nobody panicked").extend([copy(&client), copy(&server)]);
    let (up, down) = ((copy(&client), copy(&server)), (server, client));
    let shared = inside.clone();
    std::thread::spawn(move || {
        carry(up.0, up.1, |bytes| {
            let sent = shared.sent.fetch_add(bytes, Ordering::Relaxed) + bytes;
            if sent >= shared.breaks_at.load(Ordering::Relaxed) {
                shared.breaks_at.store(u64::MAX, Ordering::Relaxed);
                shared.cut();
            }
        });
    });
    std::thread::spawn(move || carry(down.0, down.1, |_| {}));
}

/// From one end to the other until either is closed.
fn carry(mut from: TcpStream, mut to: TcpStream, passed: impl Fn(u64)) {
    let mut piece = vec![0; 64 << 10];
    while let Ok(bytes @ 1..) = from.read(&mut piece) {
        if to.write_all(&piece[..bytes]).is_err() {
            break;
        }
        passed(bytes as u64);
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
