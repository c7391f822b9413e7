//! Operators see each cast: by which door, how it ended, how many bytes.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::server::{Answer, Server};
use super::support::*;

#[tokio::test]
async fn each_cast_is_counted_by_its_end() {
    for door in DOORS {
        let turn = AtomicUsize::new(0);
        let server = Server::start(move |_| match turn.fetch_add(1, Ordering::Relaxed) {
            0 | 1 => recorded(door),
            2 => refusal(door, 400, "DuplicateVote"),
            3 => refusal(door, 401, "AreaNotFound"),
            _ => Answer::new(502, "text/html", "<html></html>".to_owned()),
        })
        .await;
        let casting = Casting::at(&server.url, door);
        for _ in 0..5 {
            casting.cast().await;
        }
        let sums = casting.totals.sums();
        let [((backend, operation), of)] = sums.operations.iter().collect::<Vec<_>>()[..] else {
            panic!("{sums:?}")
        };
        assert_eq!((*backend, *operation), (door.backend(), "InsertCastVote"));
        let ends: Vec<_> = of.outcomes.iter().map(|(end, times)| (*end, *times)).collect();
        assert_eq!(ends, [("misrouted", 1), ("no_reply", 1), ("ok", 2), ("rejected", 1)]);
        let sent: usize = server.seen().iter().map(|seen| seen.body.len()).sum();
        assert_eq!(of.sent, sent);
        assert!(of.received > 0);
    }
}
