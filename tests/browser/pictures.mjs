// Screenshots for the documentation: node pictures.mjs REPORT FOLDER
import path from "node:path";
import { address, openPage, withBrowser } from "./browser.mjs";

const [, , report, folder] = process.argv;
const runs = [
  { name: "report-clear", row: "eve reads", state: {
    id: "scenarios/watchers/eavesdropping.lua::without TLS Eve reads everything",
    as: "eve" }, show: "Subject" },
  { name: "report-stripped", state: {
    id: "scenarios/watchers/stripping.lua::a stripped STARTTLS, enforced: " +
      "the mail waits and nothing leaks", acts: "1" }, show: "250 mx.bob.example" },
  { name: "report-bytes", state: {
    id: "scenarios/watchers/eavesdropping.lua::" +
      "with TLSv1.3 Eve sees who talks to whom, and no word of the mail" },
    show: "ClientHello", field: "tls.key_share.key" },
];

for (const { name, state, show, field } of runs)
  await withBrowser({ viewport: { width: 1400, height: 1150 } }, async (browser) => {
    const page = await openPage(browser, address(report, state));
    await page.waitForSelector("main.scenario");
    await page.locator("button.row:visible", { hasText: show }).first().click();
    if (field) {
      await page.locator(".fields .field", { hasText: field }).first().click();
      await page.locator(".bytes").scrollIntoViewIfNeeded();
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    } else {
      await page.evaluate(() => scrollTo(0, 0));
    }
    await page.waitForTimeout(300);
    await page.screenshot({ path: path.join(folder, `${name}.png`) });
  });
