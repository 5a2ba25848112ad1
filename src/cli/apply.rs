//! `tagkeeper apply`: makes the tags and branches, and announces them.

use std::fs;
use std::path::{Path, PathBuf};

use super::aftermath::tell_changes;
use super::announcing::TagReader;
use super::failure::{Exit, Failure};
use super::gate::PolicyGate;
use super::opening::{Asking, Comparing, Look, Now, Opening};
use super::output::{Format, Output};
use super::pending::{
    AskedAgain, ask_for_pending, begin_at, remember, remember_pending, was_never_begun,
};
use super::plan::{Introductions, plan_with};
use super::remotes::Pushing;
use super::site::Site;
use crate::apply::{Did, Outcome, Workshop, Worst, execute};
use crate::facts::Sources;
use crate::git::Git;
use crate::ledger::{Ledger, Pending, State};
use crate::plan::{Action, Mails, Plan};
use crate::publish::Announcer;
use crate::publish::announcement::DEFAULT_TEMPLATE;
use crate::report::{self, outcome::Looked};
use crate::tree::request::Request;
use crate::tree::scope;

/// What an announcement waits for at a site without mail.
const NO_MAIL: &str = "no mail server and no directory for mails is set; it is sent once `mail.smtp` or `mail.directory` \
                       is, or never with `announce: never`";

/// Makes the signed tags and branches that merged requests ask for, and announces the releases
///
/// Goes on where the last run ended, which the ledger says, and makes up for what is pending. Run it any number of
/// times: what is done is not done again.
#[derive(clap::Args, Debug)]
pub(super) struct ApplyArgs {
    /// Only these deliverable files or folders; the ledger's mark stays
    paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) opening: Opening,
    /// Revision to apply, one that is merged
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    head: String,
    #[command(flatten)]
    now: Now,
    #[command(flatten)]
    asking: Asking,
    /// Where to begin when the ledger is empty: the last commit that needs nothing more
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// Refuse when the plan made now differs from this file in anything but what was done since
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Apply one release of the record on purpose, whenever it was merged; the ledger's mark stays
    #[arg(long, num_args = 2, value_names = ["DELIVERABLE", "VERSION"], conflicts_with_all = ["paths", "since"])]
    release: Vec<String>,
    /// Look only at what is pending, such as tags that waited for their window; the ledger's mark stays
    #[arg(long, conflicts_with_all = ["release", "since"])]
    pending: bool,
    /// How the outcome is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(super) fn run(args: &ApplyArgs, output: &mut Output) -> Result<Exit, Failure> {
    let comparing = Comparing { paths: args.paths.clone(), ..Comparing::default() };
    let look = Look { comparing, now: args.now, asking: args.asking, ..Look::of(&args.opening) };
    let mut site = Site::open_merged(&look.at(Some(&args.head)))?;
    must_be_merged(&site)?;
    site.must_reach_remotes()?;
    let ledger = site.ledger()?;
    let snapshot = ledger.read().map_err(Failure::outside)?;
    let state = snapshot.state().map_err(Failure::outside)?;
    let (request, asked) = request(args, &mut site, &state)?;
    let moves_mark = !args.pending && args.release.is_empty() && args.paths.is_empty();
    if let (Some(base), None) = (&request.base, &state.applied_through)
        && moves_mark
    {
        begin_at(&ledger, &site, &base.name())?;
    }
    let sources = site.sources_for_pushing()?;
    let mails = if args.release.is_empty() { Mails::OfOurTags } else { Mails::OfEveryTag };
    let (plan, introductions) = plan_with(&site, &request, &sources, &snapshot, mails)?;
    if let Some(path) = &args.plan {
        hold_against(path, &plan)?;
    }
    let mut outcome = carry_out(&site, &request, &plan, &introductions, &sources, &ledger)?;
    let looked_at: Vec<Pending> = asked.iter().map(|asked| asked.pending.clone()).collect();
    for pending in asked.into_iter().filter_map(|asked| asked.left_by(&plan)) {
        if was_never_begun(&site, &state, &snapshot, &pending)? {
            outcome.taken_back.push(format!("{} of {}", pending.name, pending.file));
        } else {
            outcome.left.push(pending);
        }
    }
    let head = request.head.name();
    let looked = if args.pending {
        remember_pending(&ledger, &site, &looked_at, &outcome)?;
        Looked::AtPending
    } else if moves_mark {
        remember(&ledger, &site, &request, &outcome)?;
        Looked::Through(&head)
    } else {
        Looked::AtSome
    };
    output.write(|out, style| match args.format {
        Format::Text => report::outcome::write(&outcome, looked, out, style),
        Format::Json => crate::text::json::write(&outcome, out),
    })?;
    tell_changes(&site, &outcome);
    Ok(match outcome.worst() {
        Worst::Fine => Exit::Fine,
        Worst::Refused => Exit::No,
        Worst::Failed => Exit::NoAnswer,
    })
}

/// Only what the upstream branch holds is applied: a topic branch that is checked out was not approved yet.
pub(super) fn must_be_merged(site: &Site) -> Result<(), Failure> {
    let Some(upstream) = site.repository.upstream_of_head()? else { return Ok(()) };
    if scope::is_behind(&site.repository, &site.wanted, upstream)? {
        return Ok(());
    }
    Err(Failure::usage("the head is not merged: its upstream branch does not hold it")
        .help("merge the request first, or fetch what was merged"))
}

/// From where the last run ended to the committed head, with what is pending; or one release on purpose.
fn request(
    args: &ApplyArgs,
    site: &mut Site,
    state: &State,
) -> Result<(Request, Vec<AskedAgain>), Failure> {
    if let [deliverable, version] = args.release.as_slice() {
        return Ok((one_release(site, deliverable, version)?, Vec::new()));
    }
    let base = match (&state.applied_through, &args.since) {
        (mark, _) if args.pending => {
            mark.iter().try_for_each(|mark| must_come_after(site, mark))?;
            site.wanted.head.clone().unwrap_or_default()
        }
        (Some(from), _) | (None, Some(from)) => {
            must_come_after(site, from)?;
            from.clone()
        }
        (None, None) => {
            return Err(Failure::usage("the ledger is empty: it is not known from where to begin")
                .help("name the last commit that needs nothing more with `--since REV`; a job passes the old revision of the ref"));
        }
    };
    site.compare_with(base)?;
    let mut request = site.request()?;
    let asked = ask_for_pending(site, state, &mut request)?;
    Ok((request, asked))
}

/// An older head does not list yet what is pending since: it would look as if it had been taken out.
fn must_come_after(site: &Site, mark: &str) -> Result<(), Failure> {
    if scope::comes_after(&site.repository, &site.wanted, mark)? {
        return Ok(());
    }
    Err(Failure::usage(format_args!(
        "the head does not come after {mark}, through which everything was applied"
    ))
    .help("apply the branch that is merged to; a head that was applied already needs nothing"))
}

fn one_release(site: &mut Site, deliverable: &str, version: &str) -> Result<Request, Failure> {
    site.compare_with(site.wanted.head.clone().unwrap_or_default())?;
    let mut request = site.request()?;
    let paths = request.head.paths().map_err(Failure::outside)?;
    let name = format!("/{deliverable}.yaml");
    let files: Vec<String> = paths
        .into_iter()
        .filter(|path| path.ends_with(&name))
        .filter(|path| {
            let file = request.head.file(path);
            file.is_some_and(|file| {
                file.deliverable.releases.iter().any(|release| release.version.text() == version)
            })
        })
        .collect();
    match files.as_slice() {
        [] => Err(Failure::usage(format_args!("no file of `{deliverable}` lists `{version}`"))),
        [file] => {
            request.commits = scope::history_of(&site.repository, &site.wanted, file)?;
            request.ask_again(file, version);
            Ok(request)
        }
        several => {
            Err(Failure::usage(format_args!("`{version}` stands in {}", several.join(" and "))))
        }
    }
}

fn hold_against(path: &Path, now: &Plan) -> Result<(), Failure> {
    let doing = |error: &dyn std::fmt::Display| {
        Failure::usage(format_args!("reading the plan {}: {error}", path.display()))
    };
    let bytes = fs::read(path).map_err(|error| doing(&error))?;
    let planned: Plan = serde_json::from_slice(&bytes).map_err(|error| doing(&error))?;
    let differences = planned.differences(now);
    if differences.is_empty() {
        return Ok(());
    }
    let message =
        format!("the plan of {} no longer holds:\n  {}", path.display(), differences.join("\n  "));
    Err(Failure::refused(message).help("nothing was done; look at the plan again"))
}

fn carry_out(
    site: &Site,
    request: &Request,
    plan: &Plan,
    introductions: &Introductions,
    sources: &Sources,
    ledger: &Ledger,
) -> Result<Outcome, Failure> {
    if plan.releases.is_empty() {
        return Ok(Outcome { unread: plan.unread.clone(), ..Outcome::default() });
    }
    let git = Git::find()?;
    let signer = site.signer(&request.head)?;
    let mail = site.mail()?;
    let gate = PolicyGate::new(site, request, introductions, &git)?;
    let workshop = Workshop {
        git: &git,
        signer: &signer,
        key_named_in: site.key_named_in(),
        tagger: site.identity(&git)?,
        now: site.now,
        gate: &gate,
        remotes: &Pushing { sources, git: &git },
        ledger,
    };
    let mut outcome = execute(plan, &workshop, &mut |step| {
        log::info!("{} {} of {}: {}", step.action.noun(), step.action.name(), step.repo, step.did);
    });
    let announcer = mail.as_ref().map(|(delivery, addresses)| Announcer {
        ledger,
        delivery,
        addresses,
        template: DEFAULT_TEMPLATE,
        who: &workshop.tagger.email,
        now: site.now,
    });
    // Read again: the tags were not there when the sources were opened.
    let fresh = site.sources_for_pushing()?;
    let reader = TagReader {
        site,
        record: &request.head,
        sources: &fresh,
        git: &git,
        signer: Some(&signer),
    };
    for release in &mut outcome.releases {
        let tagged: Vec<String> = release
            .steps
            .iter()
            .map(|step| step.repo.clone())
            .filter(|repo| release.is_tagged(repo))
            .collect();
        let file = request.head.file(&release.planned.file);
        for step in &mut release.steps {
            if let (Action::Announce { name }, Did::Awaiting) = (&step.action, &step.did) {
                step.did = match (&file, &announcer) {
                    (Some(file), Some(announcer)) if tagged.contains(&step.repo) => {
                        reader.announce((&step.repo, name), file, announcer)
                    }
                    (_, None) if tagged.contains(&step.repo) => Did::Unsent(NO_MAIL.to_owned()),
                    _ => Did::NotBegun("its tag does not stand".to_owned()),
                };
            }
        }
    }
    Ok(outcome)
}
