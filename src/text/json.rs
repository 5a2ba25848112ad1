//! JSON that is also safe to look at: the data stays, and what would do harm on a terminal or in a log is escaped in it.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

use super::is_hostile;

/// Writes `value` indented, and a line end.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Harmless::default()))?;
    writeln!(out)
}

/// `value` in one line, without a line end.
pub fn line(value: &serde_json::Value) -> String {
    let mut line = Vec::new();
    // A string in memory takes whatever is written.
    drop(escape(&value.to_string(), &mut line));
    String::from_utf8_lossy(&line).into_owned()
}

/// Writes text of JSON with what is hostile as `\uXXXX`: only strings can hold it.
fn escape(text: &str, writer: &mut (impl ?Sized + Write)) -> io::Result<()> {
    let mut rest = text;
    while let Some(at) = rest.find(is_hostile) {
        writer.write_all(&rest.as_bytes()[..at])?;
        let mut after = rest[at..].chars();
        let mut units = [0; 2];
        for unit in after.next().into_iter().flat_map(|c| c.encode_utf16(&mut units).to_vec()) {
            write!(writer, "\\u{unit:04x}")?;
        }
        rest = after.as_str();
    }
    writer.write_all(rest.as_bytes())
}

/// The usual indented form, with hostile characters written as `\uXXXX`.
#[derive(Default)]
struct Harmless(PrettyFormatter<'static>);

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        escape(fragment, writer)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
    use serde_json::{Value, json};

    use super::write;
    use crate::text::is_hostile;

    fn written(value: &Value) -> String {
        let mut out = Vec::new();
        write(value, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn it_looks_as_usual_but_for_what_is_hostile() {
        let plain = json!({"a": [1, {"b": "Grüße"}], "c": {}, "d": []});
        assert_eq!(written(&plain), serde_json::to_string_pretty(&plain).unwrap() + "\n");
        let hostile = json!("\u{202e}a\u{9b}\u{7f}\u{e0041}\u{a0}");
        assert_eq!(written(&hostile), "\"\\u202ea\\u009b\\u007f\\udb40\\udc41\\u00a0\"\n");
    }

    proptest! {
        #[test]
        fn the_data_comes_back_and_nothing_hostile_is_shown(key in any::<String>(), text in any::<String>()) {
            let value = json!({key: text});
            let json = written(&value);
            prop_assert!(!json.contains(is_hostile));
            prop_assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), value);
        }
    }
}
