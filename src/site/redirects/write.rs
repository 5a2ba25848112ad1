//! The table for Apache, for nginx and for programs.

use std::collections::HashSet;
use std::fmt::Write as _;

use serde_json::json;

use super::{Code, From, Redirect};

/// Lines of a `.htaccess`.
pub(in crate::site) fn htaccess(all: &[Redirect]) -> String {
    all.iter().fold(String::new(), |mut text, redirect| {
        let (code, to) = (redirect.code.number(), &redirect.to);
        let line = match &redirect.from {
            From::Path(from) => format!("redirect {code} {from} {to}\n"),
            From::Pattern(from) => format!("redirectmatch {code} {from} {to}\n"),
        };
        text.push_str(&line);
        text
    })
}

/// Two maps of nginx, to be included in `http`; its first lines say how a server uses them.
pub(in crate::site) fn nginx(all: &[Redirect]) -> String {
    let mut text = String::from(
        "# In http:   include redirects.nginx.conf;\n\
         # In server: if ($moved_permanently) { return 301 $moved_permanently; }\n\
         #            if ($moved_for_now) { return 302 $moved_for_now; }\n",
    );
    for (name, code) in [("moved_permanently", Code::Permanent), ("moved_for_now", Code::Temporary)]
    {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "map $uri ${name} {{\n    default \"\";");
        for redirect in first_of_each(all).filter(|redirect| redirect.code == code) {
            let to = &redirect.to;
            let _ = match &redirect.from {
                From::Path(from) => writeln!(text, "    \"{from}\" \"{to}\";"),
                From::Pattern(from) => {
                    writeln!(text, "    \"~{}\" \"{to}\";", from.replace('\\', "\\\\"))
                }
            };
        }
        text.push_str("}\n");
    }
    text
}

/// The table as JSON.
pub(in crate::site) fn json(all: &[Redirect]) -> String {
    let rows: Vec<_> = first_of_each(all)
        .map(|redirect| {
            let (from, matches) = match &redirect.from {
                From::Path(from) => (from, "path"),
                From::Pattern(from) => (from, "pattern"),
            };
            let status = redirect.code.number();
            json!({"from": from, "match": matches, "status": status, "to": redirect.to})
        })
        .collect();
    format!("{:#}\n", json!({"version": 1, "redirects": rows}))
}

/// Without the second of two redirects from one address, which no server reaches.
fn first_of_each(all: &[Redirect]) -> impl Iterator<Item = &Redirect> {
    let mut seen = HashSet::new();
    all.iter().filter(move |redirect| {
        let (From::Path(from) | From::Pattern(from)) = &redirect.from;
        seen.insert(from)
    })
}
