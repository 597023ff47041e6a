// The HTML report in a real browser. REPORT: the report of stage.lua.
import assert from "node:assert/strict";
import { test } from "node:test";
import { address, nobodyComplained, openPage, stateOf, violations, withBrowser }
  from "./browser.mjs";

const report = process.env.REPORT;
const file = "tests/browser/stage.lua";
const sealed = `${file}::sealed for Eve`;
const stripped = `${file}::Mallory strips a word`;
const hostile = (await import("node:fs")).readFileSync(report, "utf8")
  .match(/data-id="([^"]*markup[^"]*)"/)[1]
  .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
  .replaceAll("&amp;", "&");

async function opened(browser, state) {
  const page = await openPage(browser, address(report, state));
  await page.waitForSelector("main");
  return page;
}
const rowWith = (page, text) => page.locator("button.row:visible", { hasText: text }).first();

test("the suite: totals, a filter that stands in the address, links", () =>
  withBrowser({}, async (browser) => {
    const page = await opened(browser);
    assert.match(await page.locator(".totals").innerText(), /6 passed[^]*1 failed/);
    assert.equal(await page.locator(".file li:visible").count(), 7);
    await page.keyboard.press("/");
    await page.keyboard.type("mallory");
    assert.equal(await page.locator(".file li:visible").count(), 1);
    assert.equal(stateOf(page).q, "mallory");
    await page.locator("#filter").fill("");
    await page.locator("#status").selectOption("failed");
    assert.deepEqual(await page.locator(".file li:visible a").allInnerTexts(),
      ["an expectation fails"]);
    await page.locator(".file li:visible a").click();
    await page.waitForSelector("h1:has-text('an expectation fails')");
    assert.match(await page.locator(".failure").innerText(), /expected the mail is finally/);
    await page.goBack();
    await page.waitForSelector(".totals");
    assert.equal(await page.locator("#status").inputValue(), "failed");
    nobodyComplained(page);
  }));

test("the verdict: fate, protection, rule, clause, readers", () =>
  withBrowser({}, async (browser) => {
    const page = await opened(browser, { id: sealed });
    const verdict = await page.locator(".verdict").innerText();
    for (const text of [/delivered, crossed authenticated/, /rule[^]*secure: trusted chain/,
      /TLSv1\.3/, /read by\s*nobody/]) assert.match(verdict, text);
    await page.locator(".others summary").click();
    const others = await page.locator(".others tbody tr").allInnerTexts();
    assert.match(others[0], /may\s+1\s+delivered, encrypted\s+nobody/);
    assert.match(others[1], /secure\s+1\s+delivered, authenticated\s+nobody/);
    nobodyComplained(page);
  }));

test("many mails over days: their share as a curve, and no more verdicts than one reads", () =>
  withBrowser({}, async (browser) => {
    const page = await opened(browser, { id: `${file}::TLS is turned on after the first day` });
    const curve = page.locator(".share svg");
    assert.match(await curve.getAttribute("aria-label"),
      /10 mails, 100 % in clear text[^]*10 mails, 100 % encrypted/);
    assert.equal(await curve.locator("rect.paint-clear").count(), 2);  // one of them in the legend
    assert.equal(await curve.locator("rect.paint-encrypted").count(), 3);
    assert.ok((await curve.locator("text").allTextContents()).includes("in clear text"));
    assert.equal(await page.evaluate("scrollY"), 0);
    assert.equal(await page.locator(".verdict").count(), 12);
    await page.locator("summary", { hasText: "18 more mails" }).click();
    await page.waitForFunction(() => document.querySelectorAll(".verdict").length === 30);
    assert.deepEqual(await violations(page), []);
    await opened(browser, { id: sealed }).then(async (other) =>
      assert.equal(await other.locator(".share").count(), 0));
    nobodyComplained(page);
  }));

test("the verdict of a relayed mail: each hop with its own rule, and the weakest by name", () =>
  withBrowser({}, async (browser) => {
    const page = await opened(browser, { id: `${file}::three hops, the last one readable` });
    const verdict = page.locator(".verdict");
    assert.match(await verdict.innerText(),
      /weakest hop: 3, mail\.bell\.example \u2192 store\.bell\.example, in clear text/);
    assert.doesNotMatch(await verdict.locator("dl").innerText(), /rule|TLS/);
    const rows = await verdict.locator("tbody tr").allInnerTexts();
    assert.equal(rows.length, 3);
    assert.match(rows[0], /ann\.acme[^]*encrypted[^]*may: encrypted is enough[^]*not verified/);
    assert.match(rows[1], /authenticated[^]*secure: trusted chain[^]*is verified[^]*nobody/);
    assert.match(rows[2], /3, the weakest[^]*in clear text[^]*STARTTLS is not offered[^]*ines/);
    assert.deepEqual(await violations(page), []);
    nobodyComplained(page);
  }));

test("step, jump and scrub: beliefs follow, and the address", () =>
  withBrowser({}, async (browser) => {
    const page = await opened(browser, { id: sealed });
    const sender = page.locator("#sender");
    assert.match(await sender.innerText(), /attempt 1 for bob\.example/);
    assert.doesNotMatch(await sender.innerText(), /TLSv1\.3/);
    await page.getByRole("button", { name: "next row" }).click();
    assert.equal(stateOf(page).row, "1");
    await rowWith(page, "{EHLO mail.alice.example}").click();
    assert.match(await sender.innerText(), /TLSv1\.3/);
    assert.doesNotMatch(await sender.innerText(), /delivered/);
    await page.getByRole("button", { name: "last row" }).click();
    assert.match(await sender.innerText(), /delivered to mx\.bob\.example/);
    assert.match(await page.locator("#receiver").innerText(), /from <alice@alice\.example>/);
    await page.locator("#scrub").fill("3");
    assert.equal(stateOf(page).row, "3");
    assert.match(await page.locator(".player output").innerText(), /^4 of/);
    nobodyComplained(page);
  }));

test("play goes on by itself, and pauses", () =>
  withBrowser({}, async (browser) => {
    const page = await opened(browser, { id: sealed });
    await page.clock.install();
    await page.reload();
    await page.getByRole("button", { name: "Play" }).click();
    const place = page.locator(".player output");
    const first = await place.innerText();
    await page.clock.runFor(3500);
    assert.notEqual(await place.innerText(), first);
    await page.getByRole("button", { name: "Pause" }).click();
    const paused = await place.innerText();
    await page.clock.runFor(5000);
    assert.equal(await place.innerText(), paused);
    await page.keyboard.press("End");
    await page.clock.runFor(3500);
    nobodyComplained(page);
  }));

test("DNS, clear text and what is inside TLS have fields", () =>
  withBrowser({}, async (browser) => {
    const page = await opened(browser, { id: sealed });
    for (const [row, layer, id] of [
      ["MX? bob.example", 0, "dns.question.name"], ["220 mx.bob.example", 0, "smtp.reply.code"],
      ["{EHLO mail.alice.example}", 1, "smtp.command.verb"]]) {
      await rowWith(page, row).click();
      const fields = page.locator(".bytes .layer").nth(layer).locator(".fields .field");
      await fields.filter({ hasText: id }).first().click();
      assert.match(await page.locator(".layer .explained").nth(layer).innerText(),
        /RFC (1035|5321)/);
    }
  }));

test("a link leads to one byte, its field and its explanation", () =>
  withBrowser({}, async (browser) => {
    const page = await opened(browser, { id: sealed });
    await rowWith(page, "ClientHello").click();
    const name = page.locator(".fields .field", { hasText: "tls.client_hello.random" }).first();
    await name.click();
    const state = stateOf(page);
    assert.equal(state.layer, "wire");
    assert.equal(state.byte, "11");  // RFC 8446: header 5, type and length 4, version 2
    const other = await opened(browser, state);
    const marked = other.locator('[role="treeitem"][aria-selected="true"]');
    assert.match(await marked.innerText(), /tls\.client_hello\.random/);
    assert.equal(await other.locator(".digits .in").count(), 32);
    assert.match(await other.locator(".layer .explained").first().innerText(),
      /32 bytes at 11[^]*RFC 8446/);
    // What is opened stands below what is sealed.
    await rowWith(page, "{EHLO mail.alice.example}").click();
    assert.deepEqual((await page.locator(".layer h4").allInnerTexts())
      .map((text) => text.split(",")[0]), ["on the wire", "opened: what was sealed in it"]);
    nobodyComplained(page);
    nobodyComplained(other);
  }));

test("the end of a handshake shows how its keys came about, to who sees all", () =>
  withBrowser({}, async (browser) => {
    const page = await opened(browser, { id: sealed });
    await rowWith(page, "{Finished}").click();
    const layer = page.locator(".bytes .layer", { hasText: "how the keys of this session came" });
    const secret = layer.locator(".fields .field", { hasText: "tls.keys.handshake_secret" });
    await secret.click();
    const said = await layer.locator(".explained").innerText();
    assert.match(said, /HKDF-Extract\(salt of the handshake secret, shared secret\)/);
    assert.match(said, /known to both ends[^]*RFC 8446/);
    assert.match(await page.locator(".bytes").innerText(),
      /eve saw all that was sent, and knows none of the \d+ secrets\./);
    await page.locator("#eyes").selectOption("eve");
    assert.equal(await layer.count(), 0);
    assert.match(await page.locator(".bytes").innerText(), /knows none of the \d+ secrets/);
    nobodyComplained(page);
  }));

test("what Eve sees: blocks of the right length, and no word from inside", () =>
  withBrowser({}, async (browser) => {
    const page = await opened(browser, { id: sealed });
    await rowWith(page, "{Subject: Merger}").click();
    const length = Number((await page.locator(".layer h4").first().innerText())
      .match(/, (\d+) bytes/)[1]);
    assert.match(await page.locator("main").innerText(), /Subject: Merger/);
    await page.locator("#eyes").selectOption("eve");
    assert.equal(stateOf(page).as, "eve");
    const blocks = await page.locator(".block").evaluateAll((nodes) =>
      nodes.map((node) => [node.textContent, node.getBoundingClientRect().width]));
    assert.ok(blocks.some(([text]) => text === `${length} sealed bytes`), String(blocks));
    const widths = blocks
      .map(([text, width]) => [parseInt(text.replaceAll(",", ""), 10), width])
      .sort((a, b) => a[0] - b[0]);
    for (let i = 1; i < widths.length; ++i) assert.ok(widths[i][1] >= widths[i - 1][1]);
    const words = await page.locator(".columns .wire, .bytes").allInnerTexts();
    assert.doesNotMatch(words.join(), /Merger|Eleven million|MAIL FROM/);
    assert.match(await page.locator(".bytes").innerText(), /eve has no key/);
    // In clear text she reads the name and the word.
    assert.match(words.join(), /STARTTLS/);
    nobodyComplained(page);
  }));

test("what Mallory did: before and after", () =>
  withBrowser({}, async (browser) => {
    const page = await opened(browser, { id: stripped });
    assert.equal(await page.locator(".change").count(), 0);
    await page.getByLabel("what mallory did").check();
    const [before, after] = await page.locator(".change").first().locator("pre").allInnerTexts();
    assert.match(before, /250-STARTTLS/);
    assert.doesNotMatch(after, /STARTTLS/);
    assert.equal(stateOf(page).acts, "1");
    await page.keyboard.press("m");
    assert.equal(await page.locator(".change").count(), 0);
    nobodyComplained(page);
  }));

test("the keyboard alone reaches everything, and the focus is seen", () =>
  withBrowser({}, async (browser) => {
    const page = await opened(browser, { id: stripped });
    const focus = () => page.evaluate(() => {
      const node = document.activeElement;
      const style = getComputedStyle(node);
      return { tag: node.tagName, text: node.textContent.slice(0, 40), id: node.id,
        outline: style.outlineStyle };
    });
    const reached = [];
    for (let i = 0; i < 30; ++i) {
      await page.keyboard.press("Tab");
      const at = await focus();
      if (at.tag === "BODY") break;
      assert.notEqual(at.outline, "none", JSON.stringify(at));
      reached.push(at.id || at.text);
    }
    for (const wanted of ["Play", "scrub", "eyes", "acts"])
      assert.ok(reached.some((name) => name.includes(wanted)), `${wanted} of ${reached}`);
    await page.keyboard.press("?");
    assert.ok(await page.locator("dialog").isVisible());
    await page.keyboard.press("Escape");
    assert.ok(!await page.locator("dialog").isVisible());
    await page.locator("button.row[aria-current]").focus();
    const start = stateOf(page).row ?? "0";
    await page.keyboard.press("ArrowDown");
    assert.notEqual(stateOf(page).row, start);
    assert.equal((await focus()).tag, "BUTTON");
    assert.notEqual(await page.locator("[role=status]").last().innerText(), "");
    await page.keyboard.press("e");
    assert.equal(stateOf(page).as, "mallory");
    await page.keyboard.press("e");
    await rowWith(page, "ClientHello").click();
    await page.keyboard.press("b");
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("role")),
      "treeitem");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    assert.match(await page.locator(".explained").first().innerText(), /tls\.record\.length/);
    await page.keyboard.press("n");
    await page.waitForFunction(() => !document.querySelector("h1")?.textContent
      .startsWith("Mallory"), null, { timeout: 2000 }).catch(() => {});
    await page.keyboard.press("p");
    await page.waitForSelector("h1");
    await page.keyboard.press("Escape");
    await page.waitForSelector(".totals");
    nobodyComplained(page);
  }));

test("with scripts off each run is a transcript", () =>
  withBrowser({ javaScriptEnabled: false }, async (browser) => {
    const page = await openPage(browser, address(report));
    assert.equal(await page.locator("details.plain").count(), 7);
    await page.locator("summary", { hasText: "sealed for Eve" }).click();
    const text = await page.locator("details[open] pre").innerText();
    assert.match(text, /mail\.alice\.example to mx\.bob\.example, in clear text: EHLO/);
    assert.match(text, /delivered to mx\.bob\.example/);
    await page.locator("summary", { hasText: "markup" }).click();
    assert.equal(await page.locator("img").count(), 0);
    nobodyComplained(page);
  }));

test("on a phone it is one column, and nothing overflows", () =>
  withBrowser({ viewport: { width: 390, height: 844 } }, async (browser) => {
    for (const state of [{}, { id: stripped, acts: "1" }]) {
      const page = await opened(browser, state);
      assert.ok(await page.evaluate(() =>
        document.documentElement.scrollWidth <= innerWidth), "it scrolls sideways");
      if (state.id) {
        const [a, b] = await Promise.all(["#sender", ".wire"].map((name) =>
          page.locator(name).boundingBox()));
        assert.ok(b.y >= a.y + a.height, "the columns stand side by side");
      }
      nobodyComplained(page);
    }
  }));

test("dark, reduced motion, print", async () => {
  await withBrowser({ colorScheme: "dark", reducedMotion: "reduce" }, async (browser) => {
    const page = await opened(browser, { id: sealed });
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor),
      "rgb(18, 24, 31)");
    assert.equal(await page.evaluate(() =>
      getComputedStyle(document.querySelector(".row")).transitionDuration), "0s");
    nobodyComplained(page);
  });
  await withBrowser({}, async (browser) => {
    const page = await opened(browser, { id: sealed });
    await page.emulateMedia({ media: "print" });
    assert.ok(!await page.locator(".player").isVisible());
    assert.ok(await page.locator(".verdict").isVisible());
    assert.ok(await page.locator(".wire").isVisible());
    assert.ok((await page.pdf()).length > 10000);
    nobodyComplained(page);
  });
});

const views = {
  "the suite": {}, "a scenario": { id: sealed }, "its end": { id: sealed, row: "30" },
  "Eve's eyes": { id: sealed, as: "eve", row: "14" },
  "Mallory's acts": { id: stripped, acts: "1" }, "bytes": { id: sealed, row: "12", byte: "11" },
  "a failure": { id: `${file}::an expectation fails` },
  "nothing": { id: `${file}::nothing happens` }, "an unknown id": { id: "nobody" },
};
for (const [scheme, width] of [["light", 1400], ["dark", 1400], ["light", 390]])
  test(`axe-core finds no violation: ${scheme}, ${width} pixels`, () =>
    withBrowser({ colorScheme: scheme, viewport: { width, height: 1000 } }, async (browser) => {
      for (const [name, state] of Object.entries(views)) {
        const page = await opened(browser, state);
        await page.waitForTimeout(200);
        assert.deepEqual(await violations(page), [], name);
        nobodyComplained(page);
        await page.close();
      }
    }));

test("what strangers say is never markup, and the policy forbids the rest", () =>
  withBrowser({}, async (browser) => {
    for (const state of [{}, { id: hostile }, { id: hostile, as: "eve", row: "12" }]) {
      const page = await opened(browser, state);
      await page.waitForTimeout(200);
      assert.equal(await page.locator("img").count(), 0);
      assert.equal(await page.locator("main b, main i:not([class]):not(.lifelines i)").count(), 0);
      assert.doesNotMatch(await page.title(), /^broken out/);
      nobodyComplained(page);
    }
    const page = await opened(browser, { id: hostile });
    assert.match(await page.locator("h1").innerText(), /<\/script><\/noscript><img src=x/);
    assert.match(await page.locator(".rows").innerText(), /<img src=x/);
    const outcome = await page.evaluate(async () => {
      const script = document.createElement("script");
      script.textContent = "window.ran = true";
      document.body.append(script);
      const image = new Image();
      const failed = new Promise((tell) => {
        image.onerror = () => tell(true);
        image.onload = () => tell(false);
      });
      image.src = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";
      const refused = await fetch("data:text/plain,x").then(() => false, () => true);
      return { ran: window.ran === true, image: await failed, refused };
    });
    assert.deepEqual(outcome, { ran: false, image: true, refused: true });
  }));

test("a run in which nothing happens, and an id that is not there", () =>
  withBrowser({}, async (browser) => {
    const page = await opened(browser, { id: `${file}::nothing happens` });
    assert.match(await page.locator("main").innerText(), /Nothing happened|No mail was sent/);
    const lost = await opened(browser, { id: "scenarios/none.lua::gone" });
    assert.match(await lost.locator(".notice").innerText(), /no scenario "scenarios\/none\.lua/);
    nobodyComplained(page);
    nobodyComplained(lost);
  }));
