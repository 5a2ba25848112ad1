//! Messages from the editor. One that cannot be read is left out, and the rest goes on.

use std::io::{self, BufRead, ErrorKind, Read as _};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use lsp_server::Message;

/// So many mistakes in a row are no conversation any more.
const MOST_MISTAKES: usize = 100;

/// Bytes of a message at most: what it says of its own length is not believed before it is compared with this.
const LARGEST: u64 = 64 << 20;
/// Bytes of a line above a message at most.
const LONGEST_LINE: u64 = 1 << 12;

/// The messages that come in through `input`, until it ends.
pub(super) fn messages(mut input: impl BufRead + Send + 'static) -> Receiver<Message> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut mistakes = 0;
        while mistakes < MOST_MISTAKES {
            match read(&mut input, LARGEST) {
                Ok(Some(message)) => {
                    mistakes = 0;
                    if sender.send(message).is_err() {
                        return;
                    }
                }
                Ok(None) => return,
                Err(error) if error.kind() == ErrorKind::InvalidData => {
                    mistakes += 1;
                    log::warn!("ignoring a message from the editor: {error}");
                }
                Err(error) => {
                    log::warn!("cannot read from the editor any more: {error}");
                    return;
                }
            }
        }
    });
    receiver
}

/// The next message; `None` where the input ends. One with more than `largest` bytes is read over.
fn read(input: &mut impl BufRead, largest: u64) -> io::Result<Option<Message>> {
    let Some(length) = length(input)? else { return Ok(None) };
    if length > largest {
        io::copy(&mut input.take(length), &mut io::sink())?;
        return Err(odd(format!("it has {length} bytes, more than {largest}")));
    }
    let mut body = Vec::new();
    input.take(length).read_to_end(&mut body)?;
    if (body.len() as u64) < length {
        return Ok(None);
    }
    serde_json::from_slice(&body).map(Some).map_err(|error| odd(error.to_string()))
}

/// The length that the lines above a message name; `None` where the input ends.
fn length(input: &mut impl BufRead) -> io::Result<Option<u64>> {
    let mut found = None;
    loop {
        let mut line = Vec::new();
        if input.take(LONGEST_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        match line.trim_end() {
            "" => return found.map(Some).ok_or_else(|| odd("it names no length".to_owned())),
            line => {
                let (name, value) = line.split_once(':').unwrap_or_default();
                if name.eq_ignore_ascii_case("content-length") {
                    found = value.trim().parse().ok();
                }
            }
        }
    }
}

fn odd(why: String) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, why)
}

/// The next messages: waits for one, and takes those that are there already.
pub(super) fn next(receiver: &Receiver<Message>) -> Vec<Message> {
    receiver.recv().into_iter().chain(receiver.try_iter()).collect()
}

/// Sends `message`.
pub(super) fn send(out: &mut dyn io::Write, message: Message) -> io::Result<()> {
    message.write(&mut { out })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The methods of the messages in `input`, `!` for each mistake.
    fn methods(input: &str) -> Vec<String> {
        let mut input = io::Cursor::new(input);
        let mut found = Vec::new();
        loop {
            match read(&mut input, 60) {
                Ok(Some(Message::Notification(note))) => found.push(note.method),
                Ok(Some(_)) => found.push("?".to_owned()),
                Ok(None) => return found,
                Err(_) => found.push("!".to_owned()),
            }
        }
    }

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    #[test]
    fn a_message_that_is_too_long_or_odd_is_left_out_and_the_rest_goes_on() {
        let note = framed("{\"method\": \"exit\"}");
        assert_eq!(methods(&note), ["exit"]);
        let typed = format!("Content-Type: x\r\ncontent-length: 18\r\n\r\n{}", &note[22..]);
        assert_eq!(methods(&typed), ["exit"]);
        for odd in
            [&framed(&"x".repeat(61)), &framed("{\"id\""), "X: 1\r\n\r\n", "\r\n", &framed("")]
        {
            assert_eq!(methods(&format!("{odd}{note}")), ["!", "exit"], "{odd}");
        }
    }

    #[test]
    fn a_length_that_is_a_lie_costs_no_memory() {
        for length in ["18446744073709551615", "99999999999", "30"] {
            let told = methods(&format!("Content-Length: {length}\r\n\r\n{{}}"));
            assert!(told.is_empty() || told == ["!"], "{told:?}");
        }
    }
}
