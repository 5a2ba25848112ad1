//! The pages of the site's own.

use std::os::unix::fs::symlink;

use super::{SCHEDULE, Site, dead, files};

#[test]
fn pages_of_the_site_are_in_the_same_frame() {
    let site = Site::new();
    site.write("tagkeeper.yaml", "site:\n  title: Garden\n  pages: pages\n");
    site.write(
        "pages/guide.md",
        "# Guide *one*\n\nSee [the roses](help/roses.rst), [the series](hibiscus/index.html) and <https://a.example>.\n\n## Part\n\nText.\n",
    );
    site.write(
        "pages/help/roses.rst",
        ".. _roses-top:\n\nRoses\n=====\n\nSee :doc:`/guide`, :ref:`roses-top` and `Thorns`_.\n\n\
         ======  =====\nName    Thing\n======  =====\n``a``   b\n======  =====\n\n.. image:: rose.png\n   :alt: A rose\n\n\
         Thorns\n------\n\n* one\n* two\n\nterm\n  meaning\n\n::\n\n    code <b>\n",
    );
    site.write("pages/help/rose.png", "no picture");
    site.commit();
    let files = site.built();
    assert_eq!(dead(&files), Vec::<String>::new());
    let (guide, roses) = (&files["guide.html"], &files["help/roses.html"]);
    assert!(
        guide.contains("<h1>Guide one</h1>") && guide.contains("<a href=\"help/roses.html\">"),
        "{guide}"
    );
    assert!(
        roses.contains("<a href=\"../guide.html\">Guide one</a>")
            && roses.contains("href=\"#thorns\""),
        "{roses}"
    );
    assert!(
        roses.contains("<th scope=\"col\">Name</th>") && roses.contains("src=\"../help/rose.png\""),
        "{roses}"
    );
}

#[test]
fn an_event_of_another_series_has_its_text() {
    let site = Site::new();
    let schedule = SCHEDULE.replace("[h-final, h-other]", "[h-final, z-final, i-final]");
    site.write("doc/source/hibiscus/schedule.yaml", &schedule);
    let text = "Zed schedule\n============\n\n.. _z-final:\n\nThe end of Zed\n--------------\n\nSee :ref:`h-ff` and :doc:`gone`.\n";
    site.write("doc/source/zed/schedule.rst", text);
    site.commit();
    let (status, told) = site.run();
    assert_eq!(status, 0, "{told}");
    assert!(told.contains("warning: doc/source/zed/schedule.rst:9:1: there is no page `gone`"));
    let files = files(&site.out());
    assert_eq!(dead(&files), Vec::<String>::new());
    let schedule = &files["hibiscus/schedule.html"];
    assert!(schedule.contains("<a href=\"../zed/schedule.html#z-final\">The end of Zed</a>"));
    assert!(schedule.contains("Indri: release week"), "{schedule}");
    let zed = &files["zed/schedule.html"];
    assert!(zed.contains("<a href=\"../hibiscus/schedule.html#h-ff\">Feature freeze"), "{zed}");
}

#[test]
fn what_a_page_may_not_hold_is_an_error_at_its_line() {
    for (path, text, said) in [
        ("pages/guide.md", "# A\n\n<b>x</b>\n", "pages/guide.md:3:1: HTML is not allowed"),
        (
            "pages/guide.md",
            "# A\n\n[x](javascript:alert)\n",
            "pages/guide.md:3:1: `javascript:alert` leads neither",
        ),
        (
            "pages/guide.md",
            "# A\n\n[x](gone.md)\n",
            "pages/guide.md:3:1: there is no `gone.md` in the site",
        ),
        (
            "pages/a.rst",
            "A\n=\n\n.. raw:: html\n\n   <b>\n",
            "pages/a.rst:4:1: `raw` is not allowed",
        ),
        (
            "pages/a.rst",
            "A\n=\n\nx\n\n.. include:: /etc/passwd\n",
            "pages/a.rst:6:1: `include` is not allowed",
        ),
        (
            "pages/a.rst",
            "A\n===\n\n- x\n\n  .. strange:: y\n",
            "pages/a.rst:6:1: unknown directive `strange`",
        ),
        (
            "pages/a.rst",
            "A\n===\n\nb\n\nSee :strange:`x`.\n",
            "pages/a.rst:6:1: unknown role `strange`",
        ),
        (
            "pages/a.rst",
            "A\n===\n\nSee `nowhere`_.\n",
            "pages/a.rst:4:1: nothing in the page says where `nowhere` leads",
        ),
        (
            "pages/a.rst",
            "A\n===\n\n- x\n\n  .. image:: gone.png\n",
            "pages/a.rst:6:1: there is no `gone.png` in the site",
        ),
        (
            "pages/a.rst",
            "A\n===\n\n.. serieshighlights::\n   :series: zed\n",
            "pages/a.rst:4:1: there is no page `zed/highlights.html` to lead to",
        ),
        (
            "pages/a.rst",
            "A\n===\n\n.. csv-table::\n   :file: /etc/passwd\n",
            "pages/a.rst:5:1: `:file:` is not allowed",
        ),
    ] {
        let site = Site::new();
        site.write("tagkeeper.yaml", "site: {pages: pages}\n");
        site.write(path, text);
        site.commit();
        let (status, told) = site.run();
        assert_eq!(status, 1, "{text}: {told}");
        assert!(told.contains(said), "{text}: {told}");
    }
}

#[test]
fn a_page_at_the_address_of_another_is_taken_into_it() {
    let site = Site::new();
    site.write("tagkeeper.yaml", "site: {pages: pages}\n");
    site.write("pages/index.md", "# Garden\n\n## How we release\n\nBy [series](zed/index.html).\n");
    site.write(
        "pages/zed/index.rst",
        "Zed\n===\n\nFor *Ann*.\n\n.. deliverable::\n   :series: zed\n",
    );
    site.write("pages/conf.py", "x = 1\n");
    symlink("index.md", site.work.path.join("pages/second.md")).unwrap();
    symlink("conf.py", site.work.path.join("pages/same.py")).unwrap();
    symlink("zed", site.work.path.join("pages/old")).unwrap();
    site.commit();
    let (status, told) = site.run();
    assert_eq!(status, 0, "{told}");
    assert!(told.contains("warning: pages: 2 files, such as `conf.py`, are left out"), "{told}");
    for link in ["second.md", "old"] {
        let said = format!("warning: pages/{link}: it is left out: symbolic links are not");
        assert!(told.contains(&said), "{told}");
    }
    let files = files(&site.out());
    assert_eq!(dead(&files), Vec::<String>::new());
    assert!(
        files["index.html"].contains("How we release")
            && files["index.html"].contains("2026.2 Hibiscus")
    );
    assert!(files["zed/index.html"].contains("<p>For <em>Ann</em>.</p>"));
}

#[test]
fn a_directory_without_pages_is_a_mistake_whatever_is_there() {
    let pages = |name: &str| {
        let site = Site::new();
        site.write("tagkeeper.yaml", &format!("site: {{pages: {name}}}\n"));
        site.write("pages/guide.md", "# Guide\n");
        site.write("README", "Garden\n");
        symlink("pages", site.work.path.join("linked")).unwrap();
        site.commit();
        site.run()
    };
    assert_eq!(pages("pages").0, 0);
    for name in ["absent", "linked", "README"] {
        let (status, told) = pages(name);
        assert_eq!(status, 1, "{name}: {told}");
        assert!(told.contains(&format!("error: {name}: the configuration names it")), "{told}");
    }
}

#[test]
fn a_gitreview_that_cannot_be_read_costs_no_page() {
    let site = Site::new();
    site.write(".gitreview", "[gerrit]\nneither a section nor a key\n");
    site.commit();
    let (status, told) = site.run();
    assert_eq!(status, 0, "{told}");
    assert!(told.contains("warning: .gitreview: ") && told.contains("`.gitreview:2`"), "{told}");
}

#[test]
fn a_submodule_among_the_pages_is_left_out() {
    let site = Site::new();
    site.write("tagkeeper.yaml", "site: {pages: pages}\n");
    site.write("pages/guide.md", "# Guide\n");
    site.commit();
    let head = site.work.run(&["rev-parse", "HEAD"]);
    site.work.run(&["update-index", "--add", "--cacheinfo", &format!("160000,{head},pages/more")]);
    site.work.run(&["commit", "-qm", "more"]);
    let (status, told) = site.run();
    assert_eq!(status, 0, "{told}");
    assert!(
        told.contains("warning: pages/more: it is left out: ") && told.contains("submodule"),
        "{told}"
    );
}

#[test]
fn a_schedule_is_one_page_wherever_the_pages_of_the_site_begin() {
    for (directory, inner) in [("doc", "source/"), ("doc/source", ""), ("pages", "../doc/source/")]
    {
        let site = Site::new();
        site.write("tagkeeper.yaml", &format!("site: {{pages: {directory}}}\n"));
        let text = "Hibiscus\n========\n\n.. _h-ff:\n\nThe freeze\n----------\n\n\
                    See :ref:`h-ff`, :ref:`z-end` and :doc:`../zed/schedule`.\n";
        site.write("doc/source/hibiscus/schedule.rst", text);
        let text = "Zed\n===\n\n.. _z-end:\n\nThe end\n-------\n\nSee :ref:`h-ff`.\n";
        site.write("doc/source/zed/schedule.rst", text);
        site.write(&format!("{directory}/guide.rst"), "Guide\n=====\n\nSee :ref:`h-ff`.\n");
        if directory != "pages" {
            let text = "Help\n====\n\n.. toctree::\n   :glob:\n\n   *\n";
            site.write(&format!("{directory}/{inner}hibiscus/help.rst"), text);
        }
        site.commit();
        let (status, told) = site.run();
        assert!(status == 0 && !told.contains("left out") && !told.contains(".rst"), "{told}");
        let files = files(&site.out());
        assert_eq!(dead(&files), Vec::<String>::new());
        let (schedule, zed) = (&files["hibiscus/schedule.html"], &files["zed/schedule.html"]);
        let links = "See <a href=\"#h-ff\">The freeze</a>, <a href=\"../zed/schedule.html#z-end\">The end</a> \
                     and <a href=\"../zed/schedule.html\">Zed</a>.";
        assert!(schedule.contains(links), "{directory}: {schedule}");
        assert!(zed.contains("<a href=\"../hibiscus/schedule.html#h-ff\">"), "{directory}: {zed}");
        let guide = &files["guide.html"];
        assert!(guide.contains("<a href=\"hibiscus/schedule.html#h-ff\">"), "{directory}: {guide}");
        let schedules = files.keys().filter(|path| path.ends_with("/schedule.html"));
        assert_eq!(schedules.count(), 2, "{directory}");
    }
}

#[test]
fn a_mistake_in_the_text_of_a_schedule_is_told_once() {
    for (directory, weight) in [("doc", "error"), ("doc/source", "error"), ("pages", "warning")] {
        let site = Site::new();
        site.write("tagkeeper.yaml", &format!("site: {{pages: {directory}}}\n"));
        site.write("doc/source/hibiscus/schedule.rst", "H\n=\n\nSee :ref:`gone`.\n");
        site.commit();
        let (_, told) = site.run();
        let line =
            format!("{weight}: doc/source/hibiscus/schedule.rst:4:1: there is no label `gone`");
        assert_eq!(told.matches("there is no label").count(), 1, "{directory}: {told}");
        assert!(told.contains(&line), "{directory}: {told}");
    }
}

#[test]
fn a_page_of_the_site_is_not_redirected_to_the_list() {
    let site = Site::new();
    site.write("tagkeeper.yaml", "site: {pages: pages}\n");
    site.write("pages/search.md", "# Search\n\nBy hand.\n");
    site.commit();
    let files = site.built();
    assert!(files["search.html"].contains("By hand."));
    for table in [".htaccess", "redirects.json", "redirects.nginx.conf"] {
        assert!(!files[table].contains("/search.html"), "{}", files[table]);
        assert!(files[table].contains("/genindex.html"), "{}", files[table]);
    }
}
