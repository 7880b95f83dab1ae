// Fills in the manifests for winget and scoop, for a midirec.exe that is about to be released:
// version, SHA-256, and the addresses, which this repository does not know.
//
// Usage: node packaging/manifests.js --url URL --homepage URL --publisher NAME [--exe FILE] [--output FOLDER]
//   --url        where this very midirec.exe will be downloaded from
//   --homepage   of the project
//   --publisher  who answers for the release; with the name it makes winget's identifier
//   --exe        default: package/midirec.exe, as npm run package made it
//   --output     default: package/manifests
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '..');
const FOLDERS = ['winget', 'scoop'];

const { version, description } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const { url, homepage, publisher, exe, output } = readArguments();
const bytes = readFileSync(exe);
if (bytes.toString('latin1', 0, 2) !== 'MZ') stop(`${exe} is no Windows program`);

const values = {
  VERSION: version,
  DESCRIPTION: description.split(':', 1)[0],
  SHA256: createHash('sha256').update(bytes).digest('hex'),
  URL: url,
  // scoop puts the version of a later one into it.
  NEXT_URL: url.replaceAll(version, '$version'),
  HOMEPAGE: homepage,
  PUBLISHER: publisher,
  IDENTIFIER: `${lettersOf(publisher)}.midirec`,
};

for (const folder of FOLDERS) {
  for (const name of readdirSync(join(here, folder))) {
    const text = readFileSync(join(here, folder, name), 'utf8');
    const filled = text.replace(/\$\{(\w+)\}/g, (_, key) => values[key]);
    const target = join(output, folder, folder === 'winget' ? wingetName(name) : name);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, filled);
    process.stdout.write(`${target}\n`);
  }
}

/** winget wants the identifier in the names: ID.yaml, ID.installer.yaml, ID.locale.en-US.yaml. */
function wingetName(name) {
  return `${values.IDENTIFIER}${name === 'version.yaml' ? '.yaml' : `.${name}`}`;
}

function readArguments() {
  const options = Object.fromEntries(
    ['url', 'homepage', 'publisher', 'exe', 'output'].map((name) => [name, { type: 'string' }]),
  );
  const defaults = {
    exe: join(root, 'package/midirec.exe'),
    output: join(root, 'package/manifests'),
  };
  let given;
  try {
    given = parseArgs({ options }).values;
  } catch (error) {
    stop(error.message);
  }
  for (const name of ['url', 'homepage', 'publisher']) {
    if (!given[name]) stop(`--${name} is needed; the first lines of this script say what for`);
  }
  for (const name of ['url', 'homepage']) {
    if (!/^https:\/\/[^\s"]+$/.test(given[name])) stop(`--${name} is an address with https://`);
  }
  if (/["\\:#\n]/.test(given.publisher)) stop('--publisher has a character that YAML would mind');
  const { length } = lettersOf(given.publisher);
  if (length < 2 || length > 32) stop('--publisher has 2 to 32 letters, as winget wants it');
  return { ...defaults, ...given };
}

/** What winget's identifier begins with. */
function lettersOf(publisher) {
  return publisher.replace(/[^\p{L}\p{N}]/gu, '');
}

function stop(message) {
  process.stderr.write(`manifests: ${message}\n`);
  process.exit(2);
}
