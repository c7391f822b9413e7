//! One server for many tests, and gone before the program ends.

use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use libtest_mimic::{Arguments, Failed, Trial};

/// A test: its name as a sentence, and what it does with the suite's server.
pub type Test<S> = (&'static str, fn(&S) -> anyhow::Result<()>);

/// Names tests by their functions: `tests![a_realm_is_made, a_wrong_pin_is_counted]`.
#[macro_export]
macro_rules! tests {
    ($($test:ident),* $(,)?) => { &[$((stringify!($test), $test)),*] };
}

/// Runs those of `tests` that the command line asks for; the exit status is for `main`.
///
/// `setup` makes what they share when the first of them wants it, once; a run that selects no test
/// starts nothing. Whatever it made is dropped before this returns. Tests run beside each other.
pub fn run<S: Send + Sync + 'static>(
    setup: fn() -> anyhow::Result<S>,
    tests: &[Test<S>],
) -> ExitCode {
    run_with(&Arguments::from_args(), setup, tests)
}

fn run_with<S: Send + Sync + 'static>(
    arguments: &Arguments,
    setup: fn() -> anyhow::Result<S>,
    tests: &[Test<S>],
) -> ExitCode {
    let shared = Arc::new(Shared { made: OnceLock::new(), setup });
    let trials = tests.iter().map(|&(name, test)| {
        let shared = Arc::clone(&shared);
        Trial::test(name, move || shared.with(test))
    });
    let conclusion = libtest_mimic::run(arguments, trials.collect());
    // The trials are gone, and with them all other references: the server stops here.
    drop(shared);
    conclusion.exit_code()
}

struct Shared<S> {
    made: OnceLock<Result<S, String>>,
    setup: fn() -> anyhow::Result<S>,
}

impl<S> Shared<S> {
    fn with(&self, test: fn(&S) -> anyhow::Result<()>) -> Result<(), Failed> {
        let mut first = false;
        let made = self.made.get_or_init(|| {
            first = true;
            (self.setup)().map_err(|error| format!("{error:#}"))
        });
        match made {
            Ok(shared) => test(shared).map_err(|error| format!("{error:#}").into()),
            Err(why) if first => Err(format!("the suite could not be set up: {why}").into()),
            Err(_) => Err("the suite could not be set up; see the other failure".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn arguments(words: &[&str]) -> Arguments {
        Arguments::from_iter(["suite", "--logfile", "/dev/null"].iter().chain(words))
    }

    fn passes(_: &Counted) -> anyhow::Result<()> {
        Ok(())
    }

    fn fails(_: &Counted) -> anyhow::Result<()> {
        anyhow::bail!("as it should")
    }

    fn panics(_: &Counted) -> anyhow::Result<()> {
        panic!("as it should")
    }

    static MADE: AtomicUsize = AtomicUsize::new(0);
    static DROPPED: AtomicUsize = AtomicUsize::new(0);

    struct Counted;

    impl Drop for Counted {
        fn drop(&mut self) {
            DROPPED.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn counted() -> anyhow::Result<Counted> {
        MADE.fetch_add(1, Ordering::SeqCst);
        Ok(Counted)
    }

    /// One test, because the counts are shared.
    #[test]
    fn what_tests_share_is_made_once_or_never_and_dropped_also_after_failures() {
        let all: &[Test<Counted>] = tests![passes, fails, panics];
        let counts = || (MADE.load(Ordering::SeqCst), DROPPED.load(Ordering::SeqCst));

        assert_eq!(run_with(&arguments(&["no such test"]), counted, all), ExitCode::SUCCESS);
        assert_eq!(counts(), (0, 0), "nothing was selected");

        assert_eq!(run_with(&arguments(&["passes"]), counted, all), ExitCode::SUCCESS);
        assert_eq!(counts(), (1, 1));

        assert_ne!(run_with(&arguments(&[]), counted, all), ExitCode::SUCCESS);
        assert_eq!(counts(), (2, 2), "one for three tests, and it is gone");
    }

    #[test]
    fn a_suite_that_cannot_be_set_up_fails() {
        fn broken() -> anyhow::Result<()> {
            anyhow::bail!("no server")
        }
        fn is_never_run(_: &()) -> anyhow::Result<()> {
            unreachable!()
        }
        assert_ne!(run_with(&arguments(&[]), broken, tests![is_never_run]), ExitCode::SUCCESS);
    }
}
