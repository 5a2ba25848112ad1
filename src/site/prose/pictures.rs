//! Pictures of the site's own.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::super::mistake::Mistake;

/// How the names of pictures end. They go into the site as they are.
pub(super) const ENDINGS: [&str; 6] = ["png", "jpg", "jpeg", "gif", "webp", "svg"];

/// What runs when a picture is opened on its own, where no policy of a page holds; and declarations and style sheets, which
/// can put any of it elsewhere.
static RUNS: LazyLock<Regex> = LazyLock::new(|| {
    let tag = r"<\s*([^\s<>/:]+:)?(script|handler|foreignObject|iframe|object|embed)\b";
    let declared = r"<!(DOCTYPE|ENTITY)|<\?xml-stylesheet\b";
    expression(&format!(r#"(?i){tag}|{declared}|[\s"']on\w+\s*="#))
});

/// The declaration that drawing programs write: it declares nothing, and browsers read nothing for it.
static USUAL: LazyLock<Regex> = LazyLock::new(|| {
    let name = r#"["']-//W3C//DTD SVG [0-9.]+( \w+)?//EN["']"#;
    expression(&format!(r#"<!DOCTYPE\s+svg\s+PUBLIC\s+{name}\s+["'][^"'<>\[\]]*["']\s*>"#))
});

/// Addresses that run, once the references in them are read.
static LEADS: LazyLock<Regex> = LazyLock::new(|| expression(r"(?i)javascript\s*:|data\s*:\s*text"));

/// A reference to a character by its number.
static REFERENCE: LazyLock<Regex> = LazyLock::new(|| expression("&#(?:x([0-9A-Fa-f]+)|([0-9]+));"));

/// The encoding that the text itself declares.
static ENCODING: LazyLock<Regex> =
    LazyLock::new(|| expression(r#"<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["']"#));

fn expression(text: &str) -> Regex {
    Regex::new(text).expect("it is well-formed")
}

/// What is wrong with the picture in `file`.
pub(super) fn checked(file: &str, bytes: &[u8]) -> Option<Mistake> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) if file.ends_with(".svg") => return Some(not_utf8(file)),
        Err(_) => return None,
    };
    if file.ends_with(".svg") && !is_read_as_utf8(text) {
        return Some(not_utf8(file));
    }
    let addresses = as_addresses(text);
    let text = USUAL.replace(text, "");
    let found = RUNS.find(&text).or_else(|| LEADS.find(&addresses))?;
    let message = format!("the picture has `{}`, which may run a script", found.as_str().trim());
    let help = "keep to shapes and texts: a reader can open the picture outside its page";
    Some(Mistake::error(file, None, message).help(help))
}

fn not_utf8(file: &str) -> Mistake {
    let message = "the picture is not UTF-8, so nobody can say whether it runs a script";
    Mistake::error(file, None, message).help("save it as UTF-8")
}

/// Whether a browser reads the bytes as the same text. Those that XML forbids make up other encodings.
fn is_read_as_utf8(text: &str) -> bool {
    let is_plain = |c: char| c >= ' ' || matches!(c, '\t' | '\n' | '\r');
    let mut declared = ENCODING.captures_iter(text);
    text.chars().all(is_plain) && declared.all(|it| it[1].eq_ignore_ascii_case("utf-8"))
}

/// The text with its references read, and without what browsers take out of addresses.
fn as_addresses(text: &str) -> String {
    let read = REFERENCE.replace_all(text, |found: &Captures<'_>| {
        let hexadecimal = found.get(1).map(|digits| u32::from_str_radix(digits.as_str(), 16));
        let decimal = || found.get(2).map(|digits| digits.as_str().parse());
        let number = hexadecimal.or_else(decimal).and_then(Result::ok);
        number.and_then(char::from_u32).map(String::from).unwrap_or_default()
    });
    read.replace(['\t', '\n', '\r'], "")
}

#[cfg(test)]
mod tests {
    use super::checked;

    #[test]
    fn a_picture_that_runs_something_is_refused() {
        for harm in [
            "<svg><script>x</script></svg>",
            "<svg:svg><svg:SCRIPT href='x'/></svg:svg>",
            "<a-b:script xmlns:a-b='http://www.w3.org/2000/svg'>x</a-b:script>",
            "<a.b:script xmlns:a.b='http://www.w3.org/2000/svg'>x</a.b:script>",
            "<svg onload='x'/>",
            "<svg><a xlink:href=\"javascript:x\"/></svg>",
            "<svg><a href=\"java&#115;cript:x\"/></svg>",
            "<svg><a href=\"&#x6A;avascript&#x3a;x\"/></svg>",
            "<svg><a href=\"java&#10;script:x\"/></svg>",
            "<svg><a href=\"java&#0000000000115;cript:x\"/></svg>",
            "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg>&a;</svg>",
            "<!DOCTYPE svg PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' 'x'><svg><a href='javascript&colon;x'/></svg>",
            "<?xml-stylesheet type='text/xsl' href='#x'?><svg/>",
            "<svg><foreignObject><p/></foreignObject></svg>",
            "<svg><x:object xmlns:x='http://www.w3.org/1999/xhtml' data='x'/></svg>",
        ] {
            let found = checked("a.svg", harm.as_bytes());
            assert!(found.is_some_and(|it| it.message.contains("may run a script")), "{harm}");
        }
        let calm = "<?xml version='1.0' encoding='UTF-8'?>\n\
                    <!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\"\n \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\">\n<svg><title>On=1, a &#8220;description&#8221;</title>\
                    <path d='M0 0'/><text>script</text></svg>";
        assert_eq!(checked("a.svg", calm.as_bytes()), None);
    }

    #[test]
    fn a_picture_in_svg_must_be_utf8() {
        let harm = "<svg><script>x</script></svg>";
        let big = harm.encode_utf16().flat_map(u16::to_be_bytes);
        let little: Vec<u8> = harm.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked = [0xff, 0xfe].into_iter().chain(little.iter().copied());
        let shifted = b"<?xml version='1.0' encoding='ISO-2022-JP'?><svg/>";
        let escaped = b"<svg><scr\x1b(Bipt>x</scr\x1b(Bipt></svg>";
        for bytes in
            [big.collect(), marked.collect(), little.clone(), shifted.to_vec(), escaped.to_vec()]
        {
            let found = checked("a.svg", &bytes);
            assert!(found.is_some_and(|it| it.message.contains("not UTF-8")), "{bytes:?}");
        }
        assert_eq!(checked("a.png", b"\x89PNG\r\n\x1a\n\0\0"), None);
    }
}
