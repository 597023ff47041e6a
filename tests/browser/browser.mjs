// A headless Chromium of the distribution, and pages that must not complain.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"];

// One browser for all tests of a file, for its start costs more than most of them. It closes when
// nobody has asked for it for half a second.
let running = null;
let idle = null;

/** Gives `use` a browser's context, as new as that of who has never been here. `options` are
 *  playwright's for contexts. */
export async function withBrowser(options, use) {
  clearTimeout(idle);
  running ??= chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: quiet });
  const browser = await running;
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 }, ...options });
  try {
    await use(context);
  } finally {
    await context.close();
    idle = setTimeout(() => browser.close(), 500);
  }
}

/** A page whose console, errors and requests are kept in `complaints`. */
export async function openPage(browser, url) {
  const page = await browser.newPage();
  page.complaints = [];
  page.on("console", (m) => {
    if (m.type() === "error" || m.type() === "warning") page.complaints.push(m.text());
  });
  page.on("pageerror", (e) => page.complaints.push(e.message));
  page.on("dialog", (d) => {
    page.complaints.push("dialog: " + d.message());
    d.dismiss();
  });
  page.on("request", (r) => {
    if (!r.url().startsWith("file:") && !r.url().startsWith("data:"))
      page.complaints.push("request: " + r.url());
  });
  await page.goto(url);
  return page;
}

/** The address of a report's page. */
export function address(file, state = {}) {
  const query = new URLSearchParams(state).toString();
  return "file://" + path.resolve(file) + (query ? "#" + query : "");
}

export function stateOf(page) {
  return Object.fromEntries(new URLSearchParams(new URL(page.url()).hash.slice(1)));
}

/** axe-core, all of its rules for WCAG 2.2 A and AA and its best practices. */
export async function violations(page) {
  // The report's policy forbids scripts of others; what the test brings comes by the debugger.
  const client = await page.context().newCDPSession(page);
  await client.send("Page.setBypassCSP", { enabled: true });
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, {
    resultTypes: ["violations"] }));
  await client.detach();
  return found.violations.map((v) =>
    `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html + " " + n.failureSummary).join("\n  ")}`);
}

export function nobodyComplained(page) {
  assert.deepEqual(page.complaints, []);
}
