#!/usr/bin/env node
// CommonJS, as package.json beside it says: what --version needs is loaded without Node.js' loader for modules.
const [, , first, ...others] = process.argv;

/** Asked often, by other programs. @returns false if standard output does not take it: why is said by main */
function printVersion() {
  const { version } = require('../package.json');
  try {
    require('node:fs').writeSync(1, `${version}\n`);
    return true;
  } catch {
    return false;
  }
}

async function start() {
  try {
    const { main } = await import('../dist/main.js');
    await main(process.argv.slice(2));
  } catch (error) {
    // Not even its own files can be opened.
    if (error.code !== 'EMFILE' && error.code !== 'ENFILE') throw error;
    process.stderr.write(`midirec: too many open files (${error.code})\n`);
    process.stderr.write(
      'hint: raise the limit, ulimit -n 1024 for one, and start midirec again\n',
    );
    process.exitCode = 1;
  }
}

const isVersion = (first === '--version' || first === '-V') && others.length === 0;
if (!isVersion || !printVersion()) start();
