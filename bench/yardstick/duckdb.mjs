// The peer's figure on the yardstick: the same rules as one DuckDB statement over the same rows, data loaded.
// Usage: node duckdb.mjs HOUSEHOLDS THREADS ROUNDS. Prints one JSON object. The data are the arithmetic of data.h.
import { DuckDBInstance } from '@duckdb/node-api';

const [households, threads, rounds] = process.argv.slice(2).map(Number);
const mix = (i, salt) => `(((((${i}) * 1103515245 + ${salt * 12345 + 6789}) % 2147483647) * 48271 + ${salt}) % 2147483647 // 64)`;
const asOf = 2022 * 12 + 8;
const at = (values, index) => `list_extract([${values.join(',')}], CAST(${index} AS INTEGER) + 1)`;

const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
const db = await instance.connect();
const load = [
  `CREATE TABLE village AS SELECT CAST(range AS INTEGER) AS id, CAST(300 + ${mix('range', 2)} % 3000 AS INTEGER) AS rural_population
     FROM range(${Math.ceil(households / 60)})`,
  `CREATE TABLE household AS SELECT CAST(range AS INTEGER) AS id, CAST(range // 60 AS INTEGER) AS village,
     CAST(CASE WHEN ${mix('range', 3)} % 20 < 2 THEN 1 WHEN ${mix('range', 3)} % 20 < 17 THEN 0 ELSE 2 END AS TINYINT) AS category,
     ${mix('range', 4)} % 12 = 0 AS relocated,
     CAST(${at([1, 2, 2, 3, 3, 3, 4, 4, 5, 5], mix('range', 1) + ' % 10')} AS TINYINT) AS members FROM range(${households})`,
  `CREATE TABLE person AS SELECT h.id AS household, CAST(DATE '1970-01-01' + CAST(-9131 + ${mix('p', 5)} % 27000 AS INTEGER) AS DATE) AS birth,
     ${mix('p', 6)} % 10 < 6 AS able, ${mix('p', 7)} % 10 < 4 AS employed, ${mix('p', 8)} % 100 < 98 AS insured, ${mix('p', 9)} % 100 < 96 AS in_school
     FROM (SELECT id, CAST(id AS BIGINT) * 8 + unnest(range(members)) AS p FROM household) h`,
  `CREATE TABLE ledger AS SELECT CAST(range // 25 AS INTEGER) AS household,
     CAST(${asOf - 23} + (CASE WHEN range % 25 < 24 THEN range % 25 ELSE 23 END) AS SMALLINT) AS month,
     CAST(CASE WHEN range % 25 = 24 THEN 5 WHEN ${mix('range // 25', 12)} % 9 = 0 THEN ${at([3, 3, 3, 3, 3, 2, 2, 3, 3, 4], mix('range', 10) + ' % 10')}
       ELSE ${at([0, 0, 0, 0, 0, 1, 1, 3, 2, 4], mix('range', 10) + ' % 10')} END AS TINYINT) AS kind,
     CAST(100000 + ${mix('range', 11)} % 600000 AS INTEGER) AS amount FROM range(CAST(${households} AS BIGINT) * 25)`,
];
let start = performance.now();
for (const sql of load) await db.run(sql);
const loaded = (performance.now() - start) / 1000;

const year = (kind, from, to) => `sum(amount) FILTER (kind = ${kind} AND month BETWEEN ${from} AND ${to})`;
const now = [asOf - 11, asOf];
const last = [asOf - 23, asOf - 12];
// Per-capita values round half away from zero to the fen, as the rules do.
const perCapita = (net) => `CAST(sign(${net}) * ((abs(${net}) + members // 2) // members) AS BIGINT)`;
const statement = `
WITH money AS (
  SELECT household, coalesce(${year(0, ...now)}, 0) AS wage, coalesce(${year(1, ...now)}, 0) AS business,
    coalesce(${year(2, ...now)}, 0) AS property, coalesce(${year(3, ...now)}, 0) AS transfer, coalesce(${year(4, ...now)}, 0) AS cost,
    coalesce(${year(5, ...now)}, 0) AS compulsory,
    coalesce(sum(CASE WHEN kind = 4 THEN -amount WHEN kind < 4 THEN amount END) FILTER (month BETWEEN ${last[0]} AND ${last[1]}), 0) AS net_last
  FROM ledger GROUP BY household),
people AS (
  SELECT household, bool_or(able) AS able, bool_or(employed) AS employed, bool_or(NOT insured) AS uninsured,
    bool_or(NOT in_school AND birth > DATE '2006-09-30' AND birth <= DATE '2016-09-30') AS dropout
  FROM person GROUP BY household),
base AS (
  SELECT h.village, h.category, h.relocated, h.members, m.*, p.able, p.employed, p.uninsured, p.dropout,
    wage + business + property + transfer AS gross, wage + business + property + transfer - cost AS net
  FROM household h JOIN money m ON m.household = h.id JOIN people p ON p.household = h.id),
per AS (SELECT *, ${perCapita('net')} AS pc, ${perCapita('net_last')} AS pc_last FROM base),
grown AS (SELECT *, (pc - pc_last) / nullif(CAST(pc_last AS DOUBLE), 0) AS growth FROM per),
flags AS (
  SELECT village, category, members, category < 2 AND pc < 1000000 AND growth < 0.055 AND growth < 0 AS key_household,
    category < 2 AND pc < 1000000 AS below_line, category < 2 AND growth < 0.055 AS slow, category < 2 AND growth < 0 AS fallen,
    able AND NOT employed AS zero_employment, uninsured, dropout, compulsory / nullif(CAST(net AS DOUBLE), 0) > 0.3 AS large_expense,
    pc < 700000 AS low, relocated AND wage = 0 AND business = 0 AS relocated_idle,
    wage / nullif(CAST(gross AS DOUBLE), 0) > 0.5 AS wage_share, transfer / nullif(CAST(gross AS DOUBLE), 0) > 0.5 AS transfer_share,
    pc < 1000000 AS poor
  FROM grown),
by_village AS (
  SELECT village, count(*) FILTER (key_household) AS key_household, count(*) FILTER (below_line) AS below_line, count(*) FILTER (slow) AS slow,
    count(*) FILTER (fallen) AS fallen, count(*) FILTER (zero_employment) AS zero_employment, count(*) FILTER (uninsured) AS uninsured,
    count(*) FILTER (dropout) AS dropout, count(*) FILTER (large_expense) AS large_expense, count(*) FILTER (low) AS low,
    count(*) FILTER (relocated_idle) AS relocated_idle, count(*) FILTER (wage_share) AS wage_share, count(*) FILTER (transfer_share) AS transfer_share,
    coalesce(sum(members) FILTER (category = 1), 0) AS monitored, coalesce(sum(members) FILTER (category < 2), 0) AS both_groups,
    count(*) FILTER (poor) AS poor
  FROM flags GROUP BY village)
SELECT sum(key_household) AS key_household, sum(below_line) AS below_line, sum(slow) AS slow, sum(fallen) AS fallen,
  sum(zero_employment) AS zero_employment, sum(uninsured) AS uninsured, sum(dropout) AS dropout, sum(large_expense) AS large_expense,
  sum(low) AS low, sum(relocated_idle) AS relocated_idle, sum(wage_share) AS wage_share, sum(transfer_share) AS transfer_share,
  count(*) FILTER (monitored / CAST(rural_population AS DOUBLE) > 0.03) AS village_share,
  count(*) FILTER (both_groups / CAST(rural_population AS DOUBLE) >= 0.05 AND both_groups >= 150) AS village_many,
  count(*) FILTER (poor >= 20) AS village_low
FROM by_village JOIN village ON village.id = by_village.village`;

const times = [];
let row;
for (let i = 0; i < rounds; i++) {
  start = performance.now();
  const reader = await db.runAndReadAll(statement);
  times.push(performance.now() - start);
  row = reader.getRowObjects()[0];
}
times.sort((a, b) => a - b);
const hits = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)]));
console.log(JSON.stringify({
  households, load_s: loaded, best_ms: times[0], median_ms: times[rounds >> 1],
  peak_mib: process.resourceUsage().maxRSS / 1024, hits,
}));
