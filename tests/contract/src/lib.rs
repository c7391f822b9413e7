//! What the suites of the contract tests share.
