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
 */
export async function bundleProgram(outfile, koffiHash) {
  const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  const define = { KOFFI_SHA256: JSON.stringify(koffiHash ?? '') };
  if (koffiHash !== undefined) {
    const thread = (name) => bundle(`build/dist/winmm/native/${name}.js`, koffiHash, { define });
    const texts = await Promise.all(['call-watch-thread', 'driver-thread'].map(thread));
    define.MIDIREC_CALL_WATCH_THREAD = JSON.stringify(texts[0]);
    define.MIDIREC_DRIVER_THREAD = JSON.stringify(texts[1]);
  }
  define.MIDIREC_VERSION = JSON.stringify(version);
  const table = readFileSync(`${root}build/dist/sysex/instruments/table.json`, 'utf8');
  define.MIDIREC_INSTRUMENTS = JSON.stringify(table);
  await bundle('packaging/main.js', koffiHash, { define, outfile });
}

/** @returns {Promise<string>} the text of the bundle, unless it went to a file */
async function bundle(entry, koffiHash, options) {
  const { warnings, outputFiles } = await build({
    entryPoints: [`${root}${entry}`],
    bundle: true,
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
  return outputFiles?.[0]?.text ?? '';
}
