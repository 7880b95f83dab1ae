/** Runs the contract suite against the embedded WinMm, on every platform. */
import { makeEmbeddedFixture } from '../support/contract-embedded.js';
import { defineWinMmContract } from './winmm-contract.js';

defineWinMmContract('embedded', makeEmbeddedFixture);
