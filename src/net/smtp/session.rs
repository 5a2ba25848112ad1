//! One session with a mail server, step by step, so that it is known how far it came.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lettre::Address;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};

use super::server::{MailServer, Tls};
use super::wire::{Reply, Trouble, Wire};
use super::{Lasts, MailOutcome, Parcel, Refusal};
use crate::net::login::Login;

/// How long the server may take to say goodbye.
const FAREWELL: Duration = Duration::from_secs(5);
/// All replies before the text may take so many times the patience for one.
const WHOLE: u32 = 5;
const CONNECTING: &str = "connecting";

/// Everything up to the end of the text; a failure is an outcome too.
pub(super) fn run(server: &MailServer, parcel: &Parcel) -> Result<MailOutcome, MailOutcome> {
    let mut session =
        Session { server, place: format!("{}:{}", server.host, server.port), offers: Vec::new() };
    let from = address(&parcel.from)?;
    let to = parcel.to.iter().map(|to| address(to)).collect::<Result<Vec<_>, _>>()?;
    if to.is_empty() {
        return Err(MailOutcome::refused("the mail has no recipient; name one under `mail: to:`"));
    }
    let hello = hello_of(server)?;
    let mut wire = session.connect()?;
    let outcome = session
        .prepare(&mut wire, hello)
        .and_then(|()| session.hand_over(&mut wire, (from, to), parcel));
    // The message is the server's by now, or nobody's: whatever it answers to the farewell.
    wire.farewell(FAREWELL);
    outcome
}

struct Session<'a> {
    server: &'a MailServer,
    place: String,
    /// The lines of what the server offers, in upper case.
    offers: Vec<String>,
}

impl Session<'_> {
    fn connect(&self) -> Result<Wire, MailOutcome> {
        let MailServer { host, port, patience, .. } = self.server;
        Wire::open((host, *port), *patience, *patience * WHOLE)
            .map_err(|trouble| self.trouble(CONNECTING, &trouble))
    }

    /// Everything before the mail: encryption and login.
    fn prepare(&mut self, wire: &mut Wire, hello: Option<String>) -> Result<(), MailOutcome> {
        let tls = self.tls_config()?;
        if let Some(tls) = tls.as_ref().filter(|_| self.server.tls == Tls::Wrapped) {
            self.encrypt(wire, tls)?;
        }
        self.done(CONNECTING, wire.greeting(self.server.patience))?;
        let hello = hello.unwrap_or_else(|| address_literal(wire));
        self.greet(wire, &hello)?;
        if let Some(tls) = tls.filter(|_| !wire.is_encrypted()) {
            if self.offer("STARTTLS").is_some() {
                self.say(wire, "beginning TLS", "STARTTLS")?;
                self.encrypt(wire, &tls)?;
                self.greet(wire, &hello)?;
            } else if self.server.tls == Tls::Required {
                return Err(self.no_starttls());
            }
        }
        self.log_in(wire)
    }

    fn greet(&mut self, wire: &mut Wire, hello: &str) -> Result<(), MailOutcome> {
        let reply = self.say(wire, "greeting it", &format!("EHLO {hello}"))?;
        self.offers = reply.lines.iter().skip(1).map(|line| line.to_ascii_uppercase()).collect();
        Ok(())
    }

    fn encrypt(&self, wire: &mut Wire, tls: &Arc<ClientConfig>) -> Result<(), MailOutcome> {
        let MailServer { host, patience, .. } = self.server;
        wire.encrypt(Arc::clone(tls), host, *patience)
            .map_err(|trouble| self.trouble("beginning TLS", &trouble))
    }

    /// What comes after the name of an extension, where the server offers it.
    fn offer(&self, extension: &str) -> Option<&str> {
        let mut offers = self.offers.iter().filter_map(|line| line.strip_prefix(extension));
        offers.find(|rest| rest.is_empty() || rest.starts_with([' ', '=']))
    }

    /// Says a line that has to be answered with a yes.
    fn say(&self, wire: &mut Wire, doing: &str, line: &str) -> Result<Reply, MailOutcome> {
        self.done(doing, wire.command(line, self.server.patience))
    }

    fn done(&self, doing: &str, reply: Result<Reply, Trouble>) -> Result<Reply, MailOutcome> {
        match reply {
            Ok(reply) if reply.is_done() => Ok(reply),
            Ok(reply) => Err(self.refused(doing, &reply)),
            Err(trouble) => Err(self.trouble(doing, &trouble)),
        }
    }

    fn tls_config(&self) -> Result<Option<Arc<ClientConfig>>, MailOutcome> {
        if self.server.tls == Tls::None {
            return Ok(None);
        }
        let mut roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        if let Some(ca) = &self.server.ca {
            for certificate in ca.certificates() {
                roots.add(certificate.der().to_vec().into()).map_err(|error| {
                    MailOutcome::refused(format!("cannot use {}: {error}", ca.path().display()))
                })?;
            }
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| MailOutcome::refused(format!("cannot prepare TLS: {error}")))?;
        Ok(Some(Arc::new(config.with_root_certificates(roots).with_no_client_auth())))
    }

    fn log_in(&self, wire: &mut Wire) -> Result<(), MailOutcome> {
        let Some(login) = &self.server.login else { return Ok(()) };
        if !wire.is_encrypted() && !self.server.is_local() {
            return Err(MailOutcome::refused(format!(
                "{} offers no encryption, so the login was not sent; use smtps:// or tls=required",
                self.place
            )));
        }
        let mechanisms: Vec<&str> =
            self.offer("AUTH").unwrap_or_default().split([' ', '=']).collect();
        let doing = "logging in";
        if mechanisms.contains(&"PLAIN") {
            let Login { user, password } = login;
            let secret = STANDARD.encode(format!("\0{user}\0{password}"));
            self.say(wire, doing, &format!("AUTH PLAIN {secret}")).map(drop)
        } else if mechanisms.contains(&"LOGIN") {
            for line in ["AUTH LOGIN".to_owned(), STANDARD.encode(&login.user)] {
                self.go_on(doing, wire.command(&line, self.server.patience))?;
            }
            self.say(wire, doing, &STANDARD.encode(&login.password)).map(drop)
        } else {
            Err(MailOutcome::refused(format!(
                "{} offers neither PLAIN nor LOGIN to log in; remove `login-file`, or use another port of this \
                 server",
                self.place
            )))
        }
    }

    fn go_on(&self, doing: &str, reply: Result<Reply, Trouble>) -> Result<(), MailOutcome> {
        match reply {
            Ok(reply) if reply.is_go_on() => Ok(()),
            Ok(reply) => Err(self.refused(doing, &reply)),
            Err(trouble) => Err(self.trouble(doing, &trouble)),
        }
    }

    fn hand_over(
        &self,
        wire: &mut Wire,
        (from, to): (Address, Vec<Address>),
        parcel: &Parcel,
    ) -> Result<MailOutcome, MailOutcome> {
        let parameters = self.mail_parameters(parcel)?;
        self.say(wire, "naming the sender", &format!("MAIL FROM:<{from}>{parameters}"))?;
        for to in to {
            let doing = format!("naming the recipient {to}");
            self.say(wire, &doing, &format!("RCPT TO:<{to}>"))?;
        }
        self.go_on("beginning the text", wire.command("DATA", self.server.patience))?;
        Ok(self.settle(wire.text(&parcel.message, self.server.last_patience)))
    }

    fn mail_parameters(&self, parcel: &Parcel) -> Result<String, MailOutcome> {
        let mut parameters = String::new();
        if !parcel.to.iter().chain([&parcel.from]).all(|address| address.is_ascii()) {
            if self.offer("SMTPUTF8").is_none() {
                return Err(self.cannot_carry("an address with letters beyond ASCII"));
            }
            parameters.push_str(" SMTPUTF8");
        }
        if !parcel.message.is_ascii() {
            if self.offer("8BITMIME").is_none() {
                return Err(self.cannot_carry("a text with bytes beyond ASCII"));
            }
            parameters.push_str(" BODY=8BITMIME");
        }
        Ok(parameters)
    }

    /// After the text only the server's own word settles the matter: yes, or no.
    fn settle(&self, reply: Result<Reply, Trouble>) -> MailOutcome {
        match reply {
            Ok(reply) if reply.is_done() => MailOutcome::Accepted(self.words(&reply)),
            Ok(reply) if reply.is_go_on() => {
                self.unknown(&format!("it answered `{}`", self.words(&reply)))
            }
            Ok(reply) => self.refused("sending the text", &reply),
            Err(trouble) => self.unknown(&self.without_secrets(&trouble.to_string())),
        }
    }

    fn unknown(&self, what: &str) -> MailOutcome {
        MailOutcome::Unknown(format!(
            "{} received the mail, but it is not known whether it accepted it: {what}; look in the archive of the list \
             before sending it again",
            self.place
        ))
    }

    fn refused(&self, doing: &str, reply: &Reply) -> MailOutcome {
        let lasts = if reply.is_permanent() { Lasts::UntilMended } else { Lasts::ForNow };
        let advice = match lasts {
            Lasts::UntilMended => "fix the configuration, or ask the owner of this server",
            Lasts::ForNow => "run again later",
        };
        let words = self.words(reply);
        let why = format!("{} while {doing}: {words}; nothing was sent, {advice}", self.place);
        MailOutcome::Refused(Refusal { lasts, why })
    }

    fn trouble(&self, doing: &str, trouble: &Trouble) -> MailOutcome {
        let (lasts, advice) = match trouble {
            Trouble::Trust(_) => {
                (Lasts::UntilMended, "name the root certificate of this server, if it is its own")
            }
            _ => (Lasts::ForNow, "run again later"),
        };
        let what = self.without_secrets(&trouble.to_string());
        let why = format!("{} while {doing}: {what}; nothing was sent, {advice}", self.place);
        MailOutcome::Refused(Refusal { lasts, why })
    }

    fn words(&self, reply: &Reply) -> String {
        self.without_secrets(&reply.to_string())
    }

    /// A server may repeat what it was told: no word of it that holds a part of the login is quoted.
    fn without_secrets(&self, said: &str) -> String {
        let Some(Login { user, password }) = &self.server.login else { return said.to_owned() };
        let encoded = [format!("\0{user}\0{password}"), password.clone(), user.clone()];
        let encoded =
            encoded.map(|secret| STANDARD.encode(secret).trim_end_matches('=').to_owned());
        [password]
            .into_iter()
            .chain(&encoded)
            .fold(said.to_owned(), |said, secret| said.replace(secret.as_str(), "***"))
    }

    fn no_starttls(&self) -> MailOutcome {
        MailOutcome::refused(format!(
            "{} offers no STARTTLS, so nothing was sent; use smtps://, or `?tls=none` if the network in between is safe",
            self.place
        ))
    }

    fn cannot_carry(&self, what: &str) -> MailOutcome {
        MailOutcome::refused(format!("{} cannot carry {what}; nothing was sent", self.place))
    }
}

/// The name that this side gives itself, where one is set.
fn hello_of(server: &MailServer) -> Result<Option<String>, MailOutcome> {
    match &server.hello {
        Some(name) if name.is_empty() || !name.chars().all(|c| c.is_ascii_graphic()) => {
            Err(MailOutcome::refused(format!("{name:?} is not a host name")))
        }
        name => Ok(name.clone()),
    }
}

/// The address of this side, in the form of a name.
fn address_literal(wire: &Wire) -> String {
    match wire.own_address().map(|address| address.ip()) {
        Some(std::net::IpAddr::V6(address)) => format!("[IPv6:{address}]"),
        Some(std::net::IpAddr::V4(address)) => format!("[{address}]"),
        None => "[127.0.0.1]".to_owned(),
    }
}

fn address(text: &str) -> Result<Address, MailOutcome> {
    text.parse().map_err(|error| {
        MailOutcome::refused(format!("`{}` is not a mail address: {error}", text.escape_debug()))
    })
}
