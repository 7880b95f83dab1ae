// Makes the bed in which midirec meets a real ALSA: Debian's kernel under QEMU, with this machine's files.
// Nothing is installed: the kernel is fetched as a package and unpacked beside the tests, and made once.
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = process.env.MIDIREC_ALSA_BED || join(root, '.alsa-bed');
const MAKING_LIMIT_MS = 300_000;
const MEMORY_MB = 2048;

/** What the kernel is to have: the sequencer, virtual devices, and a USB device that is made of software. */
const MODULES = [
  ...['virtio_pci', '9pnet_virtio', '9p', 'overlay', 'snd-hrtimer', 'snd-seq', 'snd-seq-dummy'],
  ...['snd-seq-midi', 'snd-virmidi', 'dummy_hcd', 'libcomposite', 'usb_f_midi', 'snd-usb-audio'],
];

/** From the command to the Debian package that has it. */
const TOOLS = {
  'qemu-system-x86_64': 'qemu-system-x86',
  busybox: 'busybox-static',
  modprobe: 'kmod',
  aplaymidi: 'alsa-utils',
  xz: 'xz-utils',
  'apt-get': 'apt',
};

export const bed = {
  folder,
  kernel: join(folder, 'vmlinux'),
  initramfs: join(folder, 'initramfs'),
  /** What the machine writes that is to be seen from outside. */
  results: join(folder, 'results'),
};

/** What is missing on this machine, in words; empty if the bed can be made. */
export function missingTools() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return [`Linux on x86-64 (this is ${process.platform} on ${process.arch})`];
  }
  return Object.entries(TOOLS)
    .filter(([tool]) => findTool(tool) === undefined)
    .map(([tool, name]) => `${tool} (Debian: apt-get install ${name})`);
}

/** Makes kernel and initramfs, unless they are there. */
export function makeBed() {
  mkdirSync(bed.results, { recursive: true });
  if (existsSync(bed.kernel) && existsSync(bed.initramfs)) return;
  const unpacked = join(folder, 'package');
  fetchKernel(unpacked);
  makeInitramfs(unpacked);
  writeWhole(bed.kernel, unpackKernel(unpacked));
  rmSync(unpacked, { recursive: true });
}

/** The command that runs `script` in the machine, as root, with this machine's files under it; it ends with the script. */
export function machineCommand(script) {
  const share = (path, tag, more) => [
    '-virtfs',
    `local,path=${path},mount_tag=${tag},security_model=none,multidevs=remap${more}`,
  ];
  return [
    'qemu-system-x86_64',
    ...['-M', 'q35', '-accel', 'tcg', '-cpu', 'max,-smap', '-m', String(MEMORY_MB)],
    ...['-display', 'none', '-monitor', 'none', '-serial', 'stdio', '-nic', 'none', '-no-reboot'],
    ...['-kernel', bed.kernel, '-initrd', bed.initramfs],
    ...['-append', `console=ttyS0 quiet loglevel=3 panic=-1 mitigations=off script=${script}`],
    ...share('/', 'root', ',readonly=on'),
    ...share(bed.results, 'results', ''),
  ];
}

function findTool(tool) {
  return [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
    .map((place) => join(place, tool))
    .find((path) => existsSync(path));
}

function run(tool, args, options = {}) {
  return execFileSync(findTool(tool) ?? tool, args, {
    maxBuffer: 1 << 28,
    timeout: MAKING_LIMIT_MS,
    stdio: ['pipe', 'pipe', 'inherit'],
    ...options,
  });
}

function fetchKernel(unpacked) {
  const depends = String(run('apt-cache', ['depends', 'linux-image-amd64']));
  const [, name] = /Depends: (linux-image-\S+-amd64)/.exec(depends) ?? [];
  if (name === undefined) throw new Error('apt knows no kernel: run apt-get update');
  rmSync(unpacked, { recursive: true, force: true });
  mkdirSync(unpacked, { recursive: true });
  run('apt-get', ['-qq', 'download', name], { cwd: unpacked });
  const archive = readdirSync(unpacked).find((file) => file.endsWith('.deb'));
  run('dpkg', ['-x', join(unpacked, archive), unpacked]);
}

/** Uncompressed it starts at once (PVH). Source: Linux, Documentation/x86/boot.rst, payload_offset. */
function unpackKernel(unpacked) {
  const boot = join(unpacked, 'boot');
  const image = readFileSync(
    join(
      boot,
      readdirSync(boot).find((file) => file.startsWith('vmlinuz')),
    ),
  );
  const payload = ((image[0x1f1] || 4) + 1) * 512 + image.readUInt32LE(0x248);
  // The last four bytes are the length of what comes out.
  const input = image.subarray(payload, payload + image.readUInt32LE(0x24c) - 4);
  return run('xz', ['-dc'], { input });
}

/** busybox, the modules in the order in which they need each other, and what starts the rest. */
function makeInitramfs(unpacked) {
  const tree = join(unpacked, 'initramfs');
  mkdirSync(join(tree, 'modules'), { recursive: true });
  const [version] = readdirSync(join(unpacked, 'lib/modules'));
  run('depmod', ['-b', unpacked, version]);
  const modules = MODULES.flatMap((name) =>
    String(run('modprobe', ['-d', unpacked, '-S', version, '--show-depends', name]))
      .split('\n')
      .flatMap((line) => /^insmod (\S+)/.exec(line)?.[1] ?? []),
  );
  const order = [...new Set(modules)];
  for (const path of order) copyFileSync(path, join(tree, 'modules', basename(path)));
  writeFileSync(join(tree, 'order'), `${order.map((path) => basename(path)).join('\n')}\n`);
  copyFileSync(findTool('busybox'), join(tree, 'busybox'));
  copyFileSync(join(root, 'test/alsa/init.sh'), join(tree, 'init'));
  const list = `${run('find', ['.'], { cwd: tree })}`;
  const archive = run('busybox', ['cpio', '-o', '-H', 'newc'], { cwd: tree, input: list });
  writeWhole(bed.initramfs, archive);
}

/** A run that is broken off leaves no half of a file. */
function writeWhole(path, bytes) {
  writeFileSync(`${path}.new`, bytes);
  renameSync(`${path}.new`, path);
}
