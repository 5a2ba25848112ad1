//! The way out, as the environment names it, read as curl reads it: git, which asks the same hosts, goes through curl.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ureq::http::Uri;

use crate::net::without_login;

/// A proxy, and the variable that names it.
#[derive(Clone, Debug)]
pub struct NamedProxy {
    /// Such as `https_proxy`.
    pub variable: &'static str,
    /// Its URL, without a login.
    pub url: String,
    /// `None` where the URL is malformed.
    pub(super) proxy: Option<ureq::Proxy>,
}

/// The proxy for `url`, by the `variables` of an environment; `None` where it is asked without one.
///
/// Upper case is not read for `http`: a web server sets `HTTP_PROXY` from a header of the request.
pub(super) fn of(url: &Uri, variables: impl Fn(&str) -> Option<String>) -> Option<NamedProxy> {
    let set = |name: &str| variables(name).filter(|value| !value.is_empty());
    let names: &[&'static str] = match url.scheme_str()? {
        "https" => &["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"],
        _ => &["http_proxy", "all_proxy", "ALL_PROXY"],
    };
    let (variable, value) = names.iter().find_map(|name| Some((*name, set(name)?)))?;
    let exceptions = set("no_proxy").or_else(|| set("NO_PROXY")).unwrap_or_default();
    if is_exception(url.host()?, &exceptions) {
        return None;
    }
    Some(NamedProxy { variable, url: without_login(&value), proxy: ureq::Proxy::new(&value).ok() })
}

/// Whether `host` is asked straight: all hosts for `*`; an address by itself or by its range; a name with all below it.
fn is_exception(host: &str, exceptions: &str) -> bool {
    if exceptions == "*" {
        return true;
    }
    let mut words = exceptions.split([',', ' ', '\t']).filter(|word| !word.is_empty());
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(address) => words.any(|word| holds_address(word, address)),
        Err(_) => words.any(|word| holds_name(word, bare)),
    }
}

fn holds_name(word: &str, host: &str) -> bool {
    let word = word.strip_prefix('.').unwrap_or(word);
    let word = word.strip_suffix('.').unwrap_or(word).to_ascii_lowercase();
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host.strip_suffix(&word).is_some_and(|sub| sub.is_empty() || sub.ends_with('.'))
}

/// Whether `word`, an address or a range such as `10.0.0.0/8`, holds `address`.
fn holds_address(word: &str, address: IpAddr) -> bool {
    let (network, bits) = word.split_once('/').unwrap_or((word, ""));
    let Ok(network) = network.parse::<IpAddr>() else { return false };
    let Some((network, address, width)) = in_bits(network, address) else { return false };
    match bits.parse::<u32>() {
        Err(_) => bits.is_empty() && network == address,
        Ok(bits) if (1..=width).contains(&bits) => (network ^ address) >> (width - bits) == 0,
        Ok(_) => false,
    }
}

/// Two addresses of one kind as numbers, and how many bits they have.
fn in_bits(one: IpAddr, other: IpAddr) -> Option<(u128, u128, u32)> {
    match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => {
            let number = |address: Ipv4Addr| u128::from(address.to_bits());
            Some((number(one), number(other), Ipv4Addr::BITS))
        }
        (IpAddr::V6(one), IpAddr::V6(other)) => {
            Some((one.to_bits(), other.to_bits(), Ipv6Addr::BITS))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_are_read_as_curl_reads_them() {
        for (host, direct, through) in [
            (
                "127.0.0.1",
                &[
                    "127.0.0.1",
                    "127.0.0.0/8",
                    "localhost, 127.0.0.1",
                    "a 127.0.0.1",
                    "*",
                    ",,127.0.0.1",
                    "127.0.0.1/32",
                ][..],
                &[
                    "127.0.0.1:1",
                    "127.0.0.0/33",
                    "127.0.0.0/0",
                    "10.0.0.0/8",
                    "a,*",
                    "*.0.0.1",
                    ".0.0.1",
                    "::/8",
                    "",
                ][..],
            ),
            (
                "[::1]",
                &["::1", "::/64", "::1/128", "*"],
                &["fe80::/10", "::1/129", "[::1]", "127.0.0.1"],
            ),
            (
                "a.Garden.example",
                &["garden.example", ".garden.example", "GARDEN.EXAMPLE.", "x, a.garden.example"],
                &["den.example", "garden.example:443", "*.garden.example", "b.a.garden.example"],
            ),
            ("garden.example.", &["garden.example", ".garden.example"], &["a.garden.example"]),
        ] {
            for list in direct {
                assert!(is_exception(host, list), "{host} with {list}");
            }
            for list in through {
                assert!(!is_exception(host, list), "{host} with {list}");
            }
        }
    }

    fn chosen(url: &str, set: &[(&str, &str)]) -> Option<(&'static str, String)> {
        let value = |name: &str| {
            set.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned())
        };
        of(&url.parse().unwrap(), value).map(|named| (named.variable, named.url))
    }

    #[test]
    fn each_scheme_has_its_variable() {
        let (plain, safe) = ("http://garden.example/", "https://garden.example/");
        let all =
            [("https_proxy", "http://me:hunter2@s:1"), ("http_proxy", "p:2"), ("all_proxy", "a:3")];
        assert_eq!(chosen(safe, &all), Some(("https_proxy", "http://s:1".to_owned())));
        assert_eq!(chosen(plain, &all), Some(("http_proxy", "p:2".to_owned())));
        assert_eq!(chosen(plain, &[("HTTP_PROXY", "p:2"), ("https_proxy", "s:1")]), None);
        let empty = [("http_proxy", ""), ("ALL_PROXY", "a:3"), ("no_proxy", ""), ("NO_PROXY", "x")];
        assert_eq!(chosen(plain, &empty), Some(("ALL_PROXY", "a:3".to_owned())));
        let excepted = [("http_proxy", "p:2"), ("no_proxy", "garden.example"), ("NO_PROXY", "x")];
        assert_eq!(chosen(plain, &excepted), None);
    }
}
