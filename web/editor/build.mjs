// Bundles editor.ts and CodeMirror into ../js/editor.js, one self-contained ES module.
//
//   node build.mjs           write the bundle
//   node build.mjs --check   fail unless the committed bundle is what the sources give
//
// The bundle is committed so that building the page needs no Node. esbuild's output depends on its
// version and its input alone, so the same lock file gives the same bytes everywhere.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = fileURLToPath(new URL("../js/editor.js", import.meta.url));

const result = await build({
  absWorkingDir: here,
  entryPoints: ["editor.ts"],
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  charset: "utf8",
  legalComments: "none",
  banner: { js: "// Built from web/editor by `npm run build`; CodeMirror 6 is MIT licensed. Do not edit." },
  write: false,
  metafile: true,
});
const bytes = result.outputFiles[0].contents;
const weight = `${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} gzipped`;

if (process.argv.includes("--weights")) {
  const inputs = Object.values(result.metafile.outputs)[0].inputs;
  const byPackage = new Map();
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const name = path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? path;
    byPackage.set(name, (byPackage.get(name) ?? 0) + bytesInOutput);
  }
  for (const [name, size] of [...byPackage].sort((a, b) => b[1] - a[1])) console.log(`${size}\t${name}`);
}

if (process.argv.includes("--check")) {
  const committed = await readFile(target).catch(() => Buffer.alloc(0));
  if (!committed.equals(Buffer.from(bytes))) {
    console.error("web/js/editor.js is not what web/editor builds. Run `npm ci && npm run build` in web/editor.");
    process.exit(1);
  }
  console.log(`web/js/editor.js is what web/editor builds (${weight}).`);
} else {
  await writeFile(target, bytes);
  console.log(`wrote web/js/editor.js (${weight})`);
}
