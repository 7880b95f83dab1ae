#!/usr/bin/env node

try {
  const { main } = await import('../dist/main.js');
  await main(process.argv.slice(2));
} catch (error) {
  // Not even its own files can be opened.
  if (error.code !== 'EMFILE' && error.code !== 'ENFILE') throw error;
  process.stderr.write(`midirec: too many open files (${error.code})\n`);
  process.stderr.write('hint: raise the limit, ulimit -n 1024 for one, and start midirec again\n');
  process.exitCode = 1;
}
