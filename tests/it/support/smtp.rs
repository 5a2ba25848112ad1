//! A small mail server that can be told to misbehave.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// How a server behaves.
#[derive(Clone, Default)]
pub(crate) struct Manner {
    /// Its first line, when it is not a greeting.
    pub(crate) banner: Option<&'static str>,
    /// STARTTLS, or TLS from the beginning.
    pub(crate) tls: Option<Arc<ServerConfig>>,
    /// TLS from the first byte instead of STARTTLS.
    pub(crate) wrapped: Wrapped,
    /// (mechanisms on offer, user, password); without it nobody may log in.
    pub(crate) login: Option<(&'static str, &'static str, &'static str)>,
    /// The answer to RCPT.
    pub(crate) recipient: Option<&'static str>,
    /// The answer to DATA.
    pub(crate) data: Option<&'static str>,
    /// What comes after the text.
    pub(crate) text: AfterText,
}

/// When TLS begins.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Wrapped {
    /// After STARTTLS.
    #[default]
    No,
    /// At once.
    Yes,
}

/// What a server does after the text.
#[derive(Clone, Copy, Default)]
pub(crate) enum AfterText {
    /// Keeps it and says so.
    #[default]
    Keep,
    /// Keeps it and hangs up without a word.
    KeepAndHangUp,
    /// Says this, and keeps nothing.
    Say(&'static str),
    /// Says nothing until the client goes away.
    Silence,
}

/// What a server saw.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// The commands, without the secrets of a login.
    pub(crate) commands: Vec<String>,
    /// The mails it kept, dots unstuffed.
    pub(crate) mails: Vec<String>,
    /// Whether somebody logged in.
    pub(crate) logged_in: bool,
}

/// A running server; it ends with the test.
pub(crate) struct SmtpServer {
    pub(crate) port: u16,
    seen: Arc<Mutex<Seen>>,
}

impl SmtpServer {
    /// Listens on a free port.
    pub(crate) fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let server = Self { port, seen: Arc::clone(&seen) };
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // A client that goes away in the middle is part of the tests.
                drop(serve(&manner, &seen, stream));
            }
        });
        server
    }

    /// What it saw so far.
    pub(crate) fn seen(&self) -> Seen {
        self.seen.lock().unwrap().clone()
    }
}

trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

struct Session {
    wire: BufReader<Box<dyn Stream>>,
    raw: TcpStream,
    encrypted: bool,
}

impl Session {
    fn new(raw: TcpStream) -> std::io::Result<Self> {
        Ok(Self { wire: BufReader::new(Box::new(raw.try_clone()?)), raw, encrypted: false })
    }

    fn encrypt(&mut self, config: &Arc<ServerConfig>) -> std::io::Result<()> {
        let connection = ServerConnection::new(Arc::clone(config)).unwrap();
        self.wire = BufReader::new(Box::new(StreamOwned::new(connection, self.raw.try_clone()?)));
        self.encrypted = true;
        Ok(())
    }

    fn say(&mut self, line: &str) -> std::io::Result<()> {
        let stream = self.wire.get_mut();
        stream.write_all(format!("{line}\r\n").as_bytes())?;
        stream.flush()
    }

    /// The next line without its end; none at the end of the connection.
    fn hear(&mut self) -> std::io::Result<Option<String>> {
        let mut line = String::new();
        let length = self.wire.read_line(&mut line)?;
        Ok((length > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned()))
    }

    fn hear_text(&mut self) -> std::io::Result<Option<String>> {
        let mut text = String::new();
        while let Some(line) = self.hear()? {
            if line == "." {
                return Ok(Some(text));
            }
            text += line.strip_prefix('.').unwrap_or(&line);
            text.push('\n');
        }
        Ok(None)
    }
}

fn serve(manner: &Manner, seen: &Mutex<Seen>, stream: TcpStream) -> std::io::Result<()> {
    let mut session = Session::new(stream)?;
    if let (Wrapped::Yes, Some(config)) = (manner.wrapped, &manner.tls) {
        session.encrypt(config)?;
    }
    session.say(manner.banner.unwrap_or("220 mail.example.org ESMTP"))?;
    while let Some(line) = session.hear()? {
        let verb = line.split(' ').next().unwrap_or_default().to_uppercase();
        let shown = if verb == "AUTH" { "AUTH" } else { &line };
        seen.lock().unwrap().commands.push(shown.to_owned());
        match verb.as_str() {
            "EHLO" => greet(manner, &mut session)?,
            "STARTTLS" => match &manner.tls {
                Some(config) => {
                    session.say("220 go ahead")?;
                    session.encrypt(config)?;
                }
                None => session.say("502 no")?,
            },
            "AUTH" => authenticate(manner, seen, &mut session, &line)?,
            "MAIL" | "RSET" | "NOOP" => session.say("250 fine")?,
            "RCPT" => session.say(manner.recipient.unwrap_or("250 fine"))?,
            "DATA" => {
                session.say(manner.data.unwrap_or("354 go ahead"))?;
                if manner.data.is_none() && !take(manner, seen, &mut session)? {
                    return Ok(());
                }
            }
            "QUIT" => return session.say("221 bye"),
            _ => session.say("500 what?")?,
        }
    }
    Ok(())
}

fn greet(manner: &Manner, session: &mut Session) -> std::io::Result<()> {
    session.say("250-mail.example.org")?;
    if manner.tls.is_some() && !session.encrypted {
        session.say("250-STARTTLS")?;
    }
    if let Some((mechanisms, ..)) = manner.login {
        session.say(&format!("250-AUTH {mechanisms}"))?;
    }
    session.say("250 8BITMIME")
}

/// Whether the session goes on after the text.
fn take(manner: &Manner, seen: &Mutex<Seen>, session: &mut Session) -> std::io::Result<bool> {
    let Some(text) = session.hear_text()? else { return Ok(false) };
    match manner.text {
        AfterText::Say(line) => session.say(line)?,
        AfterText::Keep => {
            seen.lock().unwrap().mails.push(text);
            session.say("250 2.0.0 kept as 4711")?;
        }
        AfterText::KeepAndHangUp => {
            seen.lock().unwrap().mails.push(text);
            return Ok(false);
        }
        AfterText::Silence => {
            session.hear()?;
            return Ok(false);
        }
    }
    Ok(true)
}

fn authenticate(
    manner: &Manner,
    seen: &Mutex<Seen>,
    session: &mut Session,
    line: &str,
) -> std::io::Result<()> {
    let given = match line.split(' ').collect::<Vec<_>>()[..] {
        [_, "PLAIN", response] => {
            let parts = decode(response);
            let parts: Vec<&str> = parts.split('\0').collect();
            (parts[1].to_owned(), parts[2].to_owned())
        }
        [_, "LOGIN", ..] => {
            session.say("334 VXNlcm5hbWU6")?;
            let user = session.hear()?.unwrap_or_default();
            session.say("334 UGFzc3dvcmQ6")?;
            (decode(&user), decode(&session.hear()?.unwrap_or_default()))
        }
        _ => return session.say("504 no"),
    };
    let right =
        manner.login.is_some_and(|(_, user, password)| given.0 == user && given.1 == password);
    seen.lock().unwrap().logged_in |= right;
    session.say(if right { "235 welcome" } else { "535 5.7.8 who are you?" })
}

/// Base64 of a text.
pub(crate) fn decode(text: &str) -> String {
    let digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for digit in text.chars().map_while(|c| digits.find(c)) {
        bits = bits << 6 | u32::try_from(digit).unwrap();
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    String::from_utf8(bytes).unwrap()
}
