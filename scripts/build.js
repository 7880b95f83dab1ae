// Compiles src/ to dist/. Installed without development dependencies (from a tarball), there is
// nothing to compile and dist/ is already there.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = `${root}node_modules/typescript/bin/tsc`;

if (!existsSync(compiler)) {
  if (existsSync(`${root}dist/cli/main.js`)) process.exit(0);
  process.stderr.write('build: typescript is not installed; run npm ci first\n');
  process.exit(1);
}
rmSync(`${root}dist`, { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [compiler, '-p', `${root}tsconfig.json`], {
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);
spawnSync(process.execPath, [`${root}scripts/instruments.js`, `${root}dist`], { stdio: 'inherit' });
