//! [`Address`]: the base address of a Keycloak, and paths below it.

use url::{Host, Url};

use super::Error;

/// `https://host[:port][/base]`; plain http only to this machine or when it was asked for.
#[derive(Debug, Clone)]
pub struct Address(Url);

impl Address {
    /// Reads the address of `--keycloak-url`.
    ///
    /// # Errors
    /// [`Error::Address`] when it is no plain http(s) base address, or sends secrets in the clear.
    pub fn parse(text: &str, allow_http: bool) -> Result<Self, Error> {
        let bad = |why: &str| Error::Address(why.to_owned());
        // The text itself is not repeated before it is known to hold no password.
        let url =
            Url::parse(text).map_err(|_| bad("is not an address like https://keycloak.example"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad("must not contain a user name or password; use --admin-password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(bad("must not have a query or fragment"));
        }
        match url.scheme() {
            "https" => Ok(Self(url)),
            "http" if allow_http || is_loopback(&url) => Ok(Self(url)),
            "http" => Err(bad("is plain http to another machine; use https or --allow-http")),
            _ => Err(bad("must begin with https://")),
        }
    }

    /// The address of a path, its `{names}` replaced by the parameters in order.
    pub fn path(&self, template: &str, parameters: &[&str]) -> Url {
        let mut url = self.0.clone();
        let mut parameters = parameters.iter();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty();
            for segment in template.trim_start_matches('/').split('/') {
                if segment.starts_with('{') {
                    segments.push(parameters.next().copied().unwrap_or_default());
                } else {
                    segments.push(segment);
                }
            }
        }
        url
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_segments_whatever_is_in_them() {
        let address = Address::parse("https://kc.example/auth/", false).unwrap();
        let url = address.path("/admin/realms/{realm}/flows/{flow}", &["a/b", "ivr direct?x"]);
        assert_eq!(
            url.as_str(),
            "https://kc.example/auth/admin/realms/a%2Fb/flows/ivr%20direct%3Fx"
        );
    }

    #[test]
    fn an_address_that_would_leak_is_refused_without_repeating_it() {
        for text in
            ["https://u:hunter2@kc.example", "http://kc.example", "ftp://kc.example", "hunter2"]
        {
            let error = Address::parse(text, false).unwrap_err().to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
        assert!(Address::parse("http://127.0.0.1:8080", false).is_ok());
        assert!(Address::parse("http://[::1]:8080", false).is_ok());
        assert!(Address::parse("http://kc:8080", true).is_ok());
    }
}
