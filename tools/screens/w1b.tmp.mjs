import { chromium } from "playwright-core";
const [url, plan, wave, unplaced, placed] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const desk = { width: 1280, height: 900 }, phone = { width: 390, height: 844 };
for (const [name, lang, scheme, vp, path] of [
  ["t-plan-ar","ar","light",desk,plan],["t-plan-ckb-phone","ckb","dark",phone,plan],["t-approve-en","en","light",desk,plan+"/approve"],
  ["t-person-ar","ar","light",desk,`${plan}/people/${unplaced}`],["t-person-ckb-phone","ckb","light",phone,`${plan}/people/${placed}?cell=IQ-Q/A/01`],["t-wave-ckb","ckb","light",desk,`/waves/${wave}`],["t-wave-ar-phone-dark","ar","dark",phone,`/waves/${wave}`]]) {
  const c = await browser.newContext({ viewport: vp, colorScheme: scheme });
  await c.addCookies([{ name: "amana", value: "t-planner", url }, { name: "lang", value: lang, url }]);
  const p = await c.newPage();
  p.on("console", (m) => m.type() === "error" && console.error(name, m.text()));
  const r = await p.goto(url + path);
  const wide = await p.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  console.log(name, r.status(), "overflow", wide);
  await p.screenshot({ path: `/tmp/w1/${name}.png`, fullPage: true });
  await c.close();
}
await browser.close();
