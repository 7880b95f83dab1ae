// The entry of the single program: the same as bin/midirec.js, without waiting at the top level,
// which a CommonJS bundle cannot do.
import { main } from '../build/dist/cli/main.js';

main(process.argv.slice(2));
