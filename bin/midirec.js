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

const isVersion = (first === '--version' || first === '-V') && others.length === 0;
if (!isVersion || !printVersion()) require('../dist/main.cjs').main(process.argv.slice(2));
