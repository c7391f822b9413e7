//! What requests to every backend have in common: an address below a base URL, and a bearer token.

use ivr_core::secret::Secret;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Request};
use url::Url;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A token that no header takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token cannot be sent")]
pub(super) struct UnfitToken;

/// An address below `base`, which may have a path of its own and may end with a slash; nothing if
/// `base` is no URL that has paths.
pub(super) fn below(base: &str, path: &[&str]) -> Option<Url> {
    let mut url = Url::parse(base).ok()?;
    url.path_segments_mut().ok()?.pop_if_empty().extend(path);
    Some(url)
}

/// A question that only reads.
pub(super) fn get(url: Url, token: &Secret<String>) -> Result<Request, UnfitToken> {
    bearing(Method::GET, url, token)
}

/// A JSON body, sent.
pub(super) fn post(url: Url, body: Vec<u8>, token: &Secret<String>) -> Result<Request, UnfitToken> {
    let mut request = bearing(Method::POST, url, token)?;
    request.headers_mut().insert(CONTENT_TYPE, JSON);
    *request.body_mut() = Some(body.into());
    Ok(request)
}

fn bearing(method: Method, url: Url, token: &Secret<String>) -> Result<Request, UnfitToken> {
    let bearer = HeaderValue::try_from(format!("Bearer {}", token.expose()));
    let mut bearer = bearer.map_err(|_| UnfitToken)?;
    // Neither a `Debug` of the request nor HTTP/2's tables keep it.
    bearer.set_sensitive(true);
    let mut request = Request::new(method, url);
    request.headers_mut().insert(AUTHORIZATION, bearer);
    request.headers_mut().insert(ACCEPT, JSON);
    Ok(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_below_its_base_and_no_part_of_it_breaks_out() {
        let at = |base, path: &[&str]| below(base, path).map(String::from);
        for base in ["https://h.example/x", "https://h.example/x/"] {
            assert_eq!(at(base, &["v1", "graphql"]).unwrap(), "https://h.example/x/v1/graphql");
        }
        assert_eq!(at("http://h:8080", &["a/b?c"]).unwrap(), "http://h:8080/a%2Fb%3Fc");
        assert_eq!(at("h.example", &["a"]), None);
        assert_eq!(at("mailto:somebody@example.org", &["a"]), None);
    }

    #[test]
    fn a_token_is_in_no_debug_text_and_in_one_header() {
        let url: Url = "https://h.example/".parse().unwrap();
        let token = Secret::new("canary-token".to_owned());
        for request in [get(url.clone(), &token), post(url.clone(), b"{}".to_vec(), &token)] {
            let request = request.unwrap();
            assert_eq!(request.headers()[AUTHORIZATION], "Bearer canary-token");
            assert!(!format!("{request:?}").contains("canary"));
        }
        assert_eq!(get(url, &Secret::new("a\nb".to_owned())).unwrap_err(), UnfitToken);
    }
}
