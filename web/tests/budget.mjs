// Weighs the site in dist/ against budget.json: bytes after gzip -9, by kind and in all. What the first view needs
// is weighed by itself; then what the page fetches once that view stands, and what only somebody asks for.
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = fileURLToPath(new URL("../..", import.meta.url));
const dist = join(root, "dist");
const budget = JSON.parse(await readFile(join(root, "budget.json"), "utf8"));
// The page was built with the standard library as it is installed, which is heavier.
if (process.argv.includes("--installed")) {
  budget.kinds.wasm = budget.installed.wasm;
  budget.total = budget.installed.total;
  budget.rest = budget.installed.rest;
}

// Lessons, and the texts of other languages: fetched one by one, when somebody asks for them.
const loadedLater = (name) => /^(examples|languages|problems)[/\\]/.test(name);
const isRest = (name) => name.endsWith("_rest.wasm");
const kindOf = (name) => {
  if (loadedLater(name)) return "later";
  if (isRest(name)) return "rest";
  const extension = extname(name).slice(1);
  return extension in budget.kinds ? extension : "other";
};

const entries = await readdir(dist, { recursive: true, withFileTypes: true });
const files = await Promise.all(
  entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => {
      const path = join(entry.parentPath ?? entry.path, entry.name);
      const bytes = await readFile(path);
      return {
        name: relative(dist, path),
        kind: kindOf(relative(dist, path)),
        raw: bytes.length,
        gzip: gzipSync(bytes, { level: 9 }).length,
      };
    }),
);
if (files.length === 0) throw new Error("dist/ is empty: build the site first");
files.sort((a, b) => b.gzip - a.gzip);

const row = (name, raw, gzip, limit, verdict) =>
  console.log([name.padEnd(58), raw, gzip, limit, verdict].map((cell) => String(cell).padStart(9)).join(" "));
const sum = (some, field) => some.reduce((total, file) => total + file[field], 0);

let over = 0;
const weigh = (name, some, limit) => {
  const gzip = sum(some, "gzip");
  if (gzip > limit) over++;
  row(name, sum(some, "raw"), gzip, limit, gzip > limit ? "OVER" : `${Math.round((100 * gzip) / limit)} %`);
};

row("file", "bytes", "gzip", "limit", "");
const atOnce = files.filter((file) => !["later", "rest"].includes(file.kind));
for (const file of files.filter((file) => file.kind !== "later")) row(file.name, file.raw, file.gzip, "", "");
console.log();
for (const [kind, limit] of Object.entries(budget.kinds)) {
  weigh(kind, files.filter((file) => file.kind === kind), limit);
}
weigh("first view, in all", atOnce, budget.total);
weigh("rest of the WebAssembly", files.filter((file) => file.kind === "rest"), budget.rest);
weigh("when asked for, in all", files.filter((file) => file.kind === "later"), budget.later);
if (over > 0) {
  console.error(`The site is over ${over} of its limits in budget.json.`);
  process.exit(1);
}
