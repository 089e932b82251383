// Takes pictures of the demo's pages: node screens.mjs URL FOLDER. Chromium is Debian's.
import { chromium } from "playwright-core";

const [url, folder] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
const desk = { width: 1280, height: 900 };
const phone = { width: 390, height: 844 };

const pages = [
  ["board-ar", "ar", "light", desk, "/"],
  ["board-en", "en", "light", desk, "/"],
  ["board-dark-ar-phone", "ar", "dark", phone, "/"],
  ["people-ckb", "ckb", "light", desk, "/people?q=محمد"],
  ["person-ar", "ar", "light", desk, "person"],
  ["person-en-phone", "en", "light", phone, "person"],
  ["convoy-ar", "ar", "light", desk, "convoy"],
  ["place-en", "en", "light", desk, "/places/IQ-NAS"],
  ["differences-ar", "ar", "light", desk, "/differences"],
  ["balance-en-dark", "en", "dark", desk, "/balance"],
];
const errors = [];
for (const [name, lang, scheme, viewport, path] of pages) {
  const context = await browser.newContext({ viewport, colorScheme: scheme, locale: lang });
  const page = await context.newPage();
  page.on("console", (m) => m.type() === "error" && errors.push(`${name}: ${m.text()}`));
  page.on("request", (r) => !r.url().startsWith(url) && errors.push(`${name}: asks ${r.url()}`));
  await page.goto(`${url}demo-accounts?lang=${lang}`);
  await page.goto(await page.locator('a[href*="token="]').first().getAttribute("href").then((h) => new URL(h, url).href));
  await page.locator("main form button[type=submit], main form button").first().click();
  await page.waitForURL((u) => !u.pathname.startsWith("/enter"));
  let target = path;
  if (path === "person") {
    await page.goto(`${url}differences`);
    target = await page.locator('main a[href^="/people/"]').first().getAttribute("href");
  } else if (path === "convoy") {
    await page.goto(`${url}differences`);
    target = await page.locator('main a[href^="/convoys/"]').first().getAttribute("href");
  }
  await page.goto(new URL(target, url).href + (target.includes("?") ? "&" : "?") + `lang=${lang}`);
  await page.screenshot({ path: `${folder}/${name}.png` });
  await context.close();
}
await browser.close();
if (errors.length) {
  console.error(errors.join("\n"));
  process.exit(1);
}
