import { registerChecks } from './checks.js';

registerChecks('chromium', true);
