// Takes pictures of the demo's pages: node screens.mjs URL FOLDER. Chromium is Debian's.
import { chromium } from "playwright-core";
import { seed } from "./seed.mjs";

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
  ["waves-ar", "ar", "light", desk, "wave"],
  ["plan-ar", "ar", "light", desk, "plan"],
  ["plan-en", "en", "light", desk, "plan"],
  ["plan-dark-ar-phone", "ar", "dark", phone, "plan"],
  ["plan-flows-ar", "ar", "light", desk, "plan", "operations", "svg.map, svg[role=img]"],
  ["slots-en", "en", "light", desk, "slots"],
  ["why-ckb", "ckb", "light", desk, "why"],
  ["forecast-ar", "ar", "light", desk, "/forecast"],
  ["forecast-en-phone", "en", "light", phone, "/forecast"],
  // From here on the register holds what seed.mjs adds, and a registrar looks.
  ["identity-en", "en", "light", desk, "/identity?name=Shukri+al-Wartani&born=1988", "registrar"],
  ["identity-ar-phone", "ar", "light", phone, "/identity?name=Shukri+al-Wartani&born=1988", "registrar", ".ask .actions"],
  ["pair-ar", "ar", "light", desk, "pair", "registrar"],
  ["pairs-en", "en", "light", desk, "/identity/pairs", "registrar"],
];
const errors = [];
let seeded = false;
for (const [name, lang, scheme, viewport, path, role = "operations", at] of pages) {
  if (role === "registrar" && !seeded) {
    await seed(url);
    seeded = true;
  }
  const context = await browser.newContext({ viewport, colorScheme: scheme, locale: lang });
  const page = await context.newPage();
  page.on("console", (m) => m.type() === "error" && errors.push(`${name}: ${m.text()}`));
  page.on("request", (r) => !r.url().startsWith(url) && errors.push(`${name}: asks ${r.url()}`));
  await page.goto(`${url}demo-accounts?lang=${lang}`);
  await page.goto(await page.locator("a.tile", { has: page.getByText(role, { exact: true }) }).first().getAttribute("href").then((h) => new URL(h, url).href));
  await page.locator("main form button[type=submit], main form button").first().click();
  await page.waitForURL((u) => !u.pathname.startsWith("/enter"));
  let target = path;
  if (path === "person") {
    await page.goto(`${url}differences`);
    target = await page.locator('main a[href^="/people/"]').first().getAttribute("href");
  } else if (path === "convoy") {
    await page.goto(`${url}differences`);
    target = await page.locator('main a[href^="/convoys/"]').first().getAttribute("href");
  } else if (path === "pair") {
    await page.goto(`${url}identity/pairs`);
    target = await page.locator('main a[href^="/identity/pairs/"]').nth(1).getAttribute("href");
  }
  if (["wave", "plan", "slots", "why"].includes(path)) {
    const follow = async (links, n) => page.goto(new URL(await links.nth(n).getAttribute("href"), url).href);
    await page.goto(`${url}waves`);
    await follow(page.locator('main a[href^="/waves/"]'), 0);
    if (path !== "wave") await follow(page.locator('main a[href^="/plans/"]'), -1); // the first plan of the week
    if (path === "slots") await follow(page.locator('main a[href$="/slots"], main a[href*="/slots?"]'), 0);
    if (path === "why") {
      await page.goto(page.url().split("?")[0] + "/people");
      await follow(page.locator('main a[href^="/plans/"][href*="/people/"]'), 0);
    }
    target = page.url().replace(url, "/");
  }
  await page.goto(new URL(target, url).href + (target.includes("?") ? "&" : "?") + `lang=${lang}`);
  if (at) await page.locator(at).first().evaluate((e) => e.scrollIntoView());
  await page.screenshot({ path: `${folder}/${name}.png` });
  await context.close();
}
await browser.close();
if (errors.length) {
  console.error(errors.join("\n"));
  process.exit(1);
}
