//! HTML and links, from text that may be anything.

use std::borrow::Cow;

use super::visible;

/// `text` in HTML, in an attribute too.
pub fn escaped(text: &str) -> Cow<'_, str> {
    match visible(text) {
        Cow::Borrowed(text) if !text.contains(['&', '<', '>', '"', '\'']) => Cow::Borrowed(text),
        text => {
            let mut safe = String::with_capacity(text.len() + 16);
            for c in text.chars() {
                match c {
                    '&' => safe.push_str("&amp;"),
                    '<' => safe.push_str("&lt;"),
                    '>' => safe.push_str("&gt;"),
                    '"' => safe.push_str("&quot;"),
                    '\'' => safe.push_str("&#39;"),
                    c => safe.push(c),
                }
            }
            Cow::Owned(safe)
        }
    }
}

/// `url` as a link: http, https or mailto, without anything that ends it or hides in it.
pub fn web(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once(':')?;
    let is_known = match &*scheme.to_ascii_lowercase() {
        "http" | "https" => {
            rest.strip_prefix("//").is_some_and(|host| !host.is_empty() && !host.starts_with('/'))
        }
        "mailto" => rest.contains('@'),
        _ => false,
    };
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\' | '`');
    (is_known && url.chars().all(is_plain)).then_some(url)
}

/// The name of a place in a page, as docutils makes it of a label: letters and digits in lower case, dashes between them.
pub fn anchor(name: &str) -> String {
    let mut id = String::with_capacity(name.len());
    for c in name.to_lowercase().chars() {
        match c {
            c if c.is_alphanumeric() => id.push(c),
            _ if id.is_empty() || id.ends_with('-') => {}
            _ => id.push('-'),
        }
    }
    id.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{anchor, escaped, web};

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(escaped("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&#39;");
        assert_eq!(escaped("\u{202e}\u{10}"), "\\u{202e}\\u{10}");
        assert_eq!(anchor("h-Final_lib: now."), "h-final-lib-now");
    }

    #[test]
    fn links_lead_to_the_web_or_to_mail() {
        for url in
            ["https://a.example/b?c=d#e", "http://a", "mailto:a@b.example", "HTTPS://a.example"]
        {
            assert_eq!(web(url), Some(url));
        }
        for url in [
            "javascript:alert(1)",
            "JavaScript://a.example/%0aalert(1)",
            "data:text/html,x",
            "//a.example",
            "/x",
            "https:a",
            "https:///x",
            "https://a b",
            "https://a\"onclick=",
            "ht\ntps://a",
            "https://a\n",
            "mailto:x",
            "file:///etc/passwd",
        ] {
            assert_eq!(web(url), None, "{url}");
        }
    }
}
