//! Ports that nobody listens on.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::Error;

/// Below the ports that Linux hands out for outgoing connections, so that no client can take one
/// between the moment it was found free and the moment the server binds it, or during a restart.
const FIRST: u16 = 20_000;
const LAST: u16 = 31_999;

/// As many free ports of 127.0.0.1 as asked for, all different.
///
/// Another process may still be faster: whoever starts a server with them tries again.
pub(crate) fn free<const N: usize>() -> Result<[u16; N], Error> {
    let mut held = Vec::with_capacity(N);
    for _ in FIRST..=LAST {
        if held.len() == N {
            break;
        }
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", candidate())) {
            held.push(listener);
        }
    }
    let mut found = [0; N];
    for (port, index) in found.iter_mut().zip(0..) {
        let listener: Option<&TcpListener> = held.get(index);
        let address = listener.and_then(|listener| listener.local_addr().ok());
        *port = address.ok_or(Error::NoPort { first: FIRST, last: LAST })?.port();
    }
    Ok(found)
}

/// How often a server is started on other ports when somebody took the first ones.
pub(crate) const ATTEMPTS: u32 = 5;

/// Whether a log or an error says that a port was taken meanwhile.
pub(crate) fn were_taken(text: &str) -> bool {
    ["already bound", "ddress already in use", "in use by another process", "already allocated"]
        .iter()
        .any(|sign| text.contains(sign))
}

/// Every port once in turn, from a place that differs between processes.
fn candidate() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    const COUNT: u32 = (LAST - FIRST) as u32 + 1;
    // A prime step that does not divide the count visits them all.
    let step = NEXT.fetch_add(7_919, Ordering::Relaxed);
    let place = step.wrapping_add(start()) % COUNT;
    FIRST + u16::try_from(place).expect("the range is smaller than 2^16")
}

fn start() -> u32 {
    static START: std::sync::OnceLock<u32> = std::sync::OnceLock::new();
    *START.get_or_init(|| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        now.subsec_nanos() ^ std::process::id().wrapping_mul(2_654_435_761)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_different_free_and_in_range() {
        let [a, b, c] = free::<3>().unwrap();
        assert!(a != b && b != c && a != c);
        for port in [a, b, c] {
            assert!((FIRST..=LAST).contains(&port));
        }
    }

    #[test]
    fn a_taken_port_is_not_offered() {
        let [taken] = free::<1>().unwrap();
        let _listener = TcpListener::bind(("127.0.0.1", taken)).unwrap();
        for _ in 0..200 {
            assert_ne!(free::<1>().unwrap(), [taken]);
        }
    }
}
