#!/usr/bin/env node
import module from 'node:module';

// Node.js 22 and newer keep what they compiled for the next start.
module.enableCompileCache?.();
const { main } = await import('../dist/main.js');
await main(process.argv.slice(2));
