//! Sends an announcement once.

use jiff::Timestamp;

use super::announcement::{Addresses, Announcement, Delivery, Mail, Outcome, Released, Template};
use crate::ledger::{Beginning, Begun, Ledger, LedgerError, Mark, Resolution, StepName};

/// Sends announcements, each once: what the ledger says was begun is not begun again.
pub struct Announcer<'a> {
    /// What was done.
    pub ledger: &'a Ledger,
    /// The way they go.
    pub delivery: &'a Delivery,
    /// From and to.
    pub addresses: &'a Addresses,
    /// Their words.
    pub template: Template<'a>,
    /// Who is at work, for the ledger.
    pub who: &'a str,
    /// Now, for the ledger.
    pub now: Timestamp,
}

/// What became of an announcement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Announced {
    /// It went out: what the server said.
    Sent(String),
    /// It had gone out before.
    WasSent(String),
    /// Another run is sending it: which, and since when.
    Sending(String),
    /// It may have gone out: it is not sent again by itself.
    Unknown(String),
    /// It did not go out, and can be tried again.
    NotSent(String),
}

impl Announcer<'_> {
    /// Announces `released`, unless that was done or begun.
    pub fn announce(&self, released: &Released) -> Announced {
        self.try_announce(released).unwrap_or_else(|error| Announced::NotSent(error.to_string()))
    }

    fn try_announce(&self, released: &Released) -> Result<Announced, LedgerError> {
        let (repo, version) = (&released.repo, &released.version);
        let mail = match self.mail(released) {
            Ok(mail) => mail,
            Err(why) => return Ok(Announced::NotSent(why)),
        };
        let step = StepName::mail();
        let mark = Mark::of_this_run(self.now, self.who);
        match self.ledger.begin(repo, version, &step, &mark)? {
            Beginning::AlreadyDone(done) => {
                return Ok(Announced::WasSent(format!("on {} by {}", done.at, done.who)));
            }
            Beginning::InFlight(begun) => {
                if let Begun::AtWork(who) = begun.standing(self.now) {
                    return Ok(Announced::Sending(who));
                }
                return Ok(Announced::Unknown(format!(
                    "{} began to send it at {} and did not say how that ended; `tagkeeper explain {} {version}` shows \
                     how to settle it",
                    begun.who, begun.at, released.deliverable
                )));
            }
            Beginning::GoAhead => {}
        }
        match self.delivery.deliver(&mail) {
            Outcome::Accepted(said) => {
                // Sent is sent, also when the ledger cannot be told: its intent keeps it from going out twice.
                Ok(match self.ledger.finish(repo, version, &step, &mark, &said) {
                    Ok(()) => Announced::Sent(said),
                    Err(error) => Announced::Unknown(format!(
                        "it went out ({said}), and the ledger could not be told: {error}"
                    )),
                })
            }
            Outcome::Refused(refusal) => {
                self.ledger.resolve((repo, version), &step, &mark, Resolution::Redo)?;
                Ok(Announced::NotSent(refusal.why))
            }
            Outcome::Unknown(why) => Ok(Announced::Unknown(why)),
        }
    }

    fn mail(&self, released: &Released) -> Result<Mail, String> {
        let announcement =
            Announcement::of(released, self.template).map_err(|error| error.to_string())?;
        Mail::compose(&announcement, self.addresses, released.tagged)
            .map_err(|error| error.to_string())
    }
}
