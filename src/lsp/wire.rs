//! Messages from the editor. One that cannot be read is left out, and the rest goes on.

use std::io::{self, BufRead, ErrorKind};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use lsp_server::Message;

/// So many mistakes in a row are no conversation any more.
const MOST_MISTAKES: usize = 100;

/// The messages that come in through `input`, until it ends.
pub(super) fn messages(mut input: impl BufRead + Send + 'static) -> Receiver<Message> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut mistakes = 0;
        while mistakes < MOST_MISTAKES {
            match Message::read(&mut input) {
                Ok(Some(message)) => {
                    mistakes = 0;
                    if sender.send(message).is_err() {
                        return;
                    }
                }
                Ok(None) => return,
                Err(error) if error.kind() == ErrorKind::InvalidData => {
                    mistakes += 1;
                    log::warn!("a message of the editor is left out: {error}");
                }
                Err(error) => {
                    log::warn!("the editor cannot be read any more: {error}");
                    return;
                }
            }
        }
    });
    receiver
}

/// The next messages: waits for one, and takes those that are there already.
pub(super) fn next(receiver: &Receiver<Message>) -> Vec<Message> {
    receiver.recv().into_iter().chain(receiver.try_iter()).collect()
}

/// Sends `message`.
pub(super) fn send(out: &mut dyn io::Write, message: Message) -> io::Result<()> {
    message.write(&mut { out })
}
