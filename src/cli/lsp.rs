//! `tagkeeper lsp`: the language server.

use std::io::{self, BufReader};

use super::exit::Exit;
use super::opening::{Now, Opening};
use crate::facts::Network;
use crate::lsp::{SessionEnd, serve};
use crate::workspace::{Failure, Options};

/// Run as a language server for an editor: findings while you type, fixes, completion and documentation
///
/// Speaks the Language Server Protocol over standard input and output. Contacts no host unless you ask for it: what is not in
/// the cache is not checked.
#[derive(clap::Args, Debug)]
pub(super) struct LspArgs {
    #[command(flatten)]
    pub(super) opening: Opening,
    #[command(flatten)]
    now: Now,
    /// Ask the hosts that the configuration names, as `check` does
    #[arg(long)]
    online: bool,
    /// Editors pass this
    #[arg(long, hide = true)]
    stdio: bool,
}

pub(super) fn run(args: &LspArgs) -> Result<Exit, Failure> {
    let network = if args.online { Network::Allowed } else { Network::Offline };
    let options = Options { network, ..args.now.onto(args.opening.options()) };
    let ended = serve(&options, BufReader::new(io::stdin()), &mut io::stdout().lock())?;
    Ok(match ended {
        SessionEnd::AsAsked => Exit::Fine,
        SessionEnd::Abruptly => Exit::No,
    })
}
