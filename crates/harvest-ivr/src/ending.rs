//! How the programs end.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

/// SIGTERM, SIGINT and, where that is asked for, the end of the standard input.
#[derive(Debug)]
pub struct Ending {
    terminate: Signal,
    interrupt: Signal,
    input: Option<oneshot::Receiver<()>>,
}

impl Ending {
    /// Begins to listen for it: before the program can be reached, so that nobody misses the end
    /// because they were quick. With `input` the program ends as well when whoever started it closes
    /// its standard input, or is gone, however they went.
    ///
    /// # Errors
    /// Signals cannot be heard.
    pub fn listen(input: bool) -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            input: input.then(end_of_input),
        })
    }

    /// Until one of them comes.
    pub async fn wait(mut self) {
        let input = async {
            match self.input {
                Some(end) => drop(end.await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            () = input => {}
        }
    }
}

/// On a thread of its own, which does not hold up the end of the program.
fn end_of_input() -> oneshot::Receiver<()> {
    let (ended, end) = oneshot::channel();
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        let _ = ended.send(());
    });
    end
}
