//! [`Write`]: one request that changes something.

use std::fmt;

use reqwest::Method;
use serde_json::Value;

/// A request that changes the server. Its body may hold a secret: nothing here prints it.
#[derive(Clone)]
pub struct Write {
    /// The method.
    pub method: Method,
    /// The path with `{names}`.
    pub path: &'static str,
    /// What replaces the names, in order.
    pub parameters: Vec<String>,
    /// The JSON body.
    pub body: Option<Value>,
}

impl Write {
    /// A POST.
    pub fn post(path: &'static str, parameters: &[&str], body: Value) -> Self {
        Self::new(Method::POST, path, parameters, Some(body))
    }

    /// A PUT.
    pub fn put(path: &'static str, parameters: &[&str], body: Value) -> Self {
        Self::new(Method::PUT, path, parameters, Some(body))
    }

    /// A PUT that is all in its path.
    pub fn put_empty(path: &'static str, parameters: &[&str]) -> Self {
        Self::new(Method::PUT, path, parameters, None)
    }

    /// A DELETE, with a list of what to delete where the path does not say it.
    pub fn delete(path: &'static str, parameters: &[&str], body: Option<Value>) -> Self {
        Self::new(Method::DELETE, path, parameters, body)
    }

    fn new(method: Method, path: &'static str, parameters: &[&str], body: Option<Value>) -> Self {
        let parameters = parameters.iter().map(|&p| p.to_owned()).collect();
        Self { method, path, parameters, body }
    }
}

impl fmt::Debug for Write {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_body() {
        let write = Write::put("/c/{id}", &["1"], serde_json::json!({"secret": "canary-secret"}));
        assert_eq!(format!("{write:?}"), "PUT /c/{id}");
    }
}
