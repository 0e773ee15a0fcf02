import { registerChecks } from './checks.js';

registerChecks('firefox', false);
