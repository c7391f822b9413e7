//! Real servers for tests: in containers where there is an engine, as plain processes where not.
