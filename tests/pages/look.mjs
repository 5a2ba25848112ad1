// Looks at pages in Chromium, in every view that a reader may have. See `run`.

import fs from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

const require = createRequire(path.join(process.env.PAGES, "package.json"));
const puppeteer = require("puppeteer-core");
const AXE = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** The narrowest last: a picture of the phone is what one looks at longest. */
const VIEWS = [1280, 768, 390]
  .flatMap((width) => ["light", "dark"].map((scheme) => ({ width, scheme, media: "screen" })))
  .concat({ width: 794, scheme: "light", media: "print" });

/** More of a page is not pictured: the browser gives up before its end. */
const TALLEST = 12_000;

const TYPES = { ".css": "text/css", ".js": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png" };

/** Serves `root` on a port of its own, as a web server would: `/a/` is `/a/index.html`. */
async function serve(root) {
  const server = http.createServer((request, response) => {
    const wanted = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    let file = path.join(root, path.normalize(wanted));
    if (fs.existsSync(file) && fs.statSync(file).isDirectory()) file = path.join(file, "index.html");
    if (!fs.existsSync(file)) return response.writeHead(404).end();
    response.setHeader("Content-Type", TYPES[path.extname(file)] ?? "text/html; charset=utf-8");
    fs.createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** The pages that an argument names: a root to serve, and paths below it. */
function pagesOf(argument, most) {
  if (!fs.statSync(argument).isDirectory()) return { root: path.dirname(argument), pages: [path.basename(argument)] };
  const files = fs.readdirSync(argument, { recursive: true }).filter((name) => name.endsWith(".html")).sort();
  if (files.length > most) console.log(`${argument}: the first ${most} of ${files.length} pages`);
  return { root: argument, pages: files.slice(0, most) };
}

/** What is wrong with the page as it is shown now; runs in the page. */
async function faults() {
  document.querySelectorAll("details").forEach((one) => (one.open = true));
  const found = [];
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 0) found.push(`${wide} px wider than the window`);
  const names = [...document.querySelectorAll("[id]")].map((one) => one.id);
  const twice = names.filter((name, at) => names.indexOf(name) !== at);
  if (twice.length > 0) found.push(`ids that are there twice: ${twice.slice(0, 5).join(", ")}`);
  const known = new Set(names);
  const dead = [...document.querySelectorAll('a[href^="#"]')]
    .map((link) => decodeURIComponent(link.getAttribute("href").slice(1)))
    .filter((name) => name !== "" && !known.has(name));
  if (dead.length > 0) found.push(`links that lead nowhere: ${dead.slice(0, 5).map((name) => `#${name}`).join(", ")}`);
  const result = await globalThis.axe.run(document, { resultTypes: ["violations"] });
  for (const { id, help, nodes } of result.violations) {
    const where = nodes.slice(0, 3).map((node) => node.target.join(" "));
    found.push(`axe ${id}: ${help} (${nodes.length}: ${where.join("; ")})`);
  }
  return found;
}

/** Looks at one page in one view. */
async function look(tab, url, view, shot) {
  const troubles = [];
  const note = (what) => troubles.push(what);
  const onFailed = (request) => note(`not loaded: ${request.url()} (${request.failure()?.errorText})`);
  const onAnswer = (answer) => answer.status() >= 400 && !answer.url().endsWith("/favicon.ico") && note(`${answer.status()}: ${answer.url()}`);
  const onConsole = (message) => message.type() === "error" && /Content Security Policy/.test(message.text()) && note(message.text());
  tab.on("requestfailed", onFailed).on("response", onAnswer).on("console", onConsole);
  await tab.setViewport({ width: view.width, height: 900 });
  // Both at once: each call for one of them alone takes the other back.
  const protocol = await tab.createCDPSession();
  await protocol.send("Emulation.setEmulatedMedia", { media: view.media, features: [{ name: "prefers-color-scheme", value: view.scheme }] });
  await tab.goto(url, { waitUntil: "load" });
  if (shot) {
    const height = await tab.evaluate(() => document.documentElement.scrollHeight);
    const clip = { x: 0, y: 0, width: view.width, height: Math.min(height, TALLEST) };
    await tab.screenshot({ path: shot, clip, captureBeyondViewport: true });
  }
  tab.off("requestfailed", onFailed).off("response", onAnswer).off("console", onConsole);
  await tab.evaluate(AXE);
  const found = await tab.evaluate(faults);
  await protocol.detach();
  return troubles.concat(found);
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { shots: { type: "string" }, most: { type: "string", default: "200" } },
  });
  if (positionals.length === 0) throw new Error("name a page or a directory");
  if (values.shots) fs.mkdirSync(values.shots, { recursive: true });
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), "pages-"));
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM,
    userDataDir: profile,
    protocolTimeout: 600_000,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run", "--hide-scrollbars",
      "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  let bad = 0, seen = 0;
  try {
    const tab = await browser.newPage();
    for (const argument of positionals) {
      const { root, pages } = pagesOf(path.resolve(argument), Number(values.most));
      const server = await serve(root);
      for (const page of pages) {
        // The same fault in every view is one fault.
        const found = new Map();
        for (const view of VIEWS) {
          const name = view.media === "print" ? "print" : `${view.width} ${view.scheme}`;
          const file = `${page.replace(/\.html$/, "").replaceAll("/", "--")}-${name.replace(" ", "-")}.png`;
          const shot = values.shots && path.join(values.shots, file);
          const url = `${server.url}/${page.split("/").map(encodeURIComponent).join("/")}`;
          for (const fault of await look(tab, url, view, shot)) found.set(fault, [...(found.get(fault) ?? []), name]);
        }
        seen += 1;
        bad += found.size > 0 ? 1 : 0;
        for (const [fault, views] of found) {
          const where = views.length === VIEWS.length ? "" : ` [${views.join(", ")}]`;
          console.log(`${path.join(argument, page === path.basename(argument) ? "" : page)}: ${fault}${where}`);
        }
      }
      server.close();
    }
  } finally {
    await browser.close();
    fs.rmSync(profile, { recursive: true, force: true });
  }
  console.log(`${seen} ${seen === 1 ? "page" : "pages"} in ${VIEWS.length} views each, ${bad} with faults`);
  process.exitCode = bad > 0 ? 1 : 0;
}

await main();
