//! `tagkeeper announce`: sends the announcement of a tag.

use super::exit::Exit;
use super::opening::{Now, Opening, Playground};
use super::output::Output;
use crate::ops::announce::{AnnounceResult, announce};
use crate::ops::mails::mail_of_tag;
use crate::text::visible;
use crate::tree::RepoName;
use crate::workspace::{Failure, Workspace};

/// Send the announcement of a tag, for sites where a job in the tag pipeline does that (`announce: tag`)
///
/// Sends it once: the ledger says whether it was sent. A tag that no deliverable file lists, or that tagkeeper did not
/// create, is not announced.
#[derive(clap::Args, Debug)]
pub(super) struct AnnounceArgs {
    /// The repository, as the deliverable files name it
    #[arg(required_unless_present = "print_template")]
    repo: Option<RepoName>,
    /// The tag, with or without `refs/tags/`
    #[arg(required_unless_present = "print_template")]
    tag: Option<String>,
    /// Write the mail about a tag that is there to standard output, and send nothing
    #[arg(long)]
    print: bool,
    /// Write the template of announcements to standard output: the default one, which explains what a template may use, or the
    /// site's own
    #[arg(long, conflicts_with_all = ["repo", "tag", "print"])]
    print_template: bool,
    #[command(flatten)]
    pub(super) opening: Opening,
    /// Merged revision to read deliverable files and configuration from
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    head: String,
    #[command(flatten)]
    now: Now,
    #[command(flatten)]
    ground: Playground,
}

pub(super) fn run(args: &AnnounceArgs, output: &mut Output) -> Result<Exit, Failure> {
    let options = args.now.onto(args.opening.options()).at(&args.head);
    let workspace = Workspace::open_merged(&options)?;
    let (Some(repo), Some(tag)) = (&args.repo, &args.tag) else {
        output.write(|out, _| write!(out, "{}", workspace.words().text))?;
        return Ok(Exit::Fine);
    };
    if args.print {
        let mail = mail_of_tag(&workspace, repo, tag)?;
        let text = mail.mail.known().map(|(_, text)| visible(text)).unwrap_or_default();
        output.write(|out, _| write!(out, "{text}"))?;
        return Ok(Exit::Fine);
    }
    let AnnounceResult { tag, result } = announce(&workspace, (repo, tag), args.ground.get())?;
    output.write(|out, _| writeln!(out, "announcement {tag} of {repo}: {result}"))?;
    Ok(result.worst().into())
}
