// Makes one CommonJS file of midirec, for a single program.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Files that ask where they stand, but not in a single program; in any other it would fail there. */
const ASKING_FILES = [
  'build/dist/cli/version.js',
  'build/dist/winmm/native/call-watch.js',
  'build/dist/winmm/native/driver-threads.js',
  'build/dist/sysex/instruments/load.js',
];

/**
 * @param {string} outfile - where it goes
 * @param {string | undefined} koffiHash - SHA-256 of the koffi.node that will be an asset; undefined: there is none
 * @returns {Promise<Set<string>>} the folders of the packages that are in it
 */
export async function bundleProgram(outfile, koffiHash) {
  const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  const define = { KOFFI_SHA256: JSON.stringify(koffiHash ?? '') };
  if (koffiHash !== undefined) {
    const thread = (name) => bundle(`build/dist/winmm/native/${name}.js`, koffiHash, { define });
    const threads = await Promise.all(['call-watch-thread', 'driver-thread'].map(thread));
    define.MIDIREC_CALL_WATCH_THREAD = JSON.stringify(threads[0].text);
    define.MIDIREC_DRIVER_THREAD = JSON.stringify(threads[1].text);
  }
  define.MIDIREC_VERSION = JSON.stringify(version);
  const table = readFileSync(`${root}build/dist/sysex/instruments/table.json`, 'utf8');
  define.MIDIREC_INSTRUMENTS = JSON.stringify(table);
  const { files } = await bundle('packaging/main.js', koffiHash, { define, outfile });
  const folders = files.flatMap(
    (file) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? [],
  );
  return new Set(folders.map((folder) => `${root}${folder}`));
}

/** @returns {Promise<{ text: string, files: string[] }>} the bundle, unless it went to a file; what it is made of */
async function bundle(entry, koffiHash, options) {
  const { warnings, outputFiles, metafile } = await build({
    entryPoints: [`${root}${entry}`],
    bundle: true,
    metafile: true,
    absWorkingDir: root,
    write: options.outfile !== undefined,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'silent',
    ...(koffiHash === undefined
      ? { external: ['koffi'] }
      : { alias: { koffi: `${root}packaging/koffi-asset.js` } }),
    ...options,
  });
  for (const { text, location } of warnings) {
    const file = location === null ? entry : relative(root, location.file).replaceAll('\\', '/');
    if (!ASKING_FILES.includes(file)) throw new Error(`${file}:${location?.line}: ${text}`);
  }
  return { text: outputFiles?.[0]?.text ?? '', files: Object.keys(metafile.inputs) };
}
