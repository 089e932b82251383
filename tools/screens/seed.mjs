// Gives the demo what the pages about identity are for: a few invented people under two spellings, and an invented list.
const people = [
  [["خالد إبراهيم محمود الراوي", "Arab"], "1990-03-12", "IRQ", 1, "صبيحة عبد الله", "A7741220"],
  [["Khaled Ibrahim Mahmood al-Rawi", "Latn"], "1990", "IRQ", 1, "Sabiha Abdallah", ""],
  [["شكري منصف الورتاني", "Arab"], "1988-04-17", "TUN", 1, "", ""],
  [["Chokri Moncef Ouertani", "Latn"], "1988-04-11", "TUN", 1, "", ""],
  [["محمد يلماز شاهين", "Arab"], "1985-11-02", "TUR", 1, "", ""],
  [["Mehmet Yılmaz Şahin", "Latn"], "1985-02-11", "TUR", 1, "", ""],
  [["شامل إبراهيموف", "Arab"], "1993-01-01", "RUS", 1, "", ""],
  [["Шамиль Ибрагимов", "Cyrl"], "1993", "RUS", 1, "", ""],
];
const list = `<CONSOLIDATED_LIST dateGenerated="2026-01-02T00:00:00Z"><INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>CHOKRI</FIRST_NAME>
<SECOND_NAME>MONCEF</SECOND_NAME><THIRD_NAME>OUERTANI</THIRD_NAME><REFERENCE_NUMBER>XXi.001</REFERENCE_NUMBER><NATIONALITY><VALUE>Tunisia</VALUE></NATIONALITY>
<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1988-04-17</DATE></INDIVIDUAL_DATE_OF_BIRTH></INDIVIDUAL></INDIVIDUALS></CONSOLIDATED_LIST>`;

// tokens reads the accounts that the demo offers: token by name.
async function tokens(url) {
  const page = await (await fetch(`${url}demo-accounts`)).text();
  return Object.fromEntries([...page.matchAll(/enter\?token=(\w+)".*?class="code">([^<]+)/g)].map((m) => [m[2], m[1]]));
}

export async function seed(url) {
  const token = await tokens(url);
  const ask = async (who, method, path, type, body) => {
    const headers = { Authorization: `Bearer ${token[who]}`, "Idempotency-Key": crypto.randomUUID(), "Content-Type": type };
    const answer = await fetch(`${url}api/v1/${path}`, { method, headers, body });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return answer.json();
  };
  const places = await ask("registrar", "GET", "places");
  const place = places.items.find((p) => p.kind === "prison").code;
  for (const [[raw, script], date, country, sex, mother, number] of people) {
    const details = { names: [{ raw, script }], sex, birth: { date, method: "statement" }, claims: [{ country, label: country, status: "claimed" }] };
    if (number) details.documents = [{ type: "identity card", number, country }];
    await ask("registrar", "POST", "people", "application/json", JSON.stringify({ people: [{ details, place, mother }] }));
  }
  await ask("operations", "POST", "watchlists", "application/xml", list);
}
