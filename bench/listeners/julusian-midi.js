// Listens with @julusian/midi, as its README shows, with sysex switched on; passes on if it is told to.
import { createRequire } from 'node:module';
import { Collector, readOrders } from './collector.js';

const orders = readOrders();
const { Input, Output } = createRequire(orders.modules)('@julusian/midi');
const collector = new Collector(orders);
const input = new Input();
const output = new Output();

if (orders.passOn) output.openPort(0);
input.on('message', (_deltaTime, message) => {
  if (orders.passOn) output.sendMessage(message);
  collector.takeMessage(message);
});
input.ignoreTypes(false, true, true);
input.openPort(0);
collector.watch((result) => {
  input.closePort();
  output.closePort();
  collector.leave(result);
  process.exit(0);
});
