// Adds up what .ci/run did: test reports (JSON) and steps that are no tests. A skipped test counts as failed: CI has all it needs.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const [folder] = process.argv.slice(2);
let passed = 0;
let failed = 0;
for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
  const report = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  for (const { assertionResults, name: file, status, message } of report.testResults) {
    if (status === 'failed' && assertionResults.length === 0) console.log(`failed: ${file}\n${message}`);
    for (const { fullName, status: outcome, failureMessages } of assertionResults) {
      if (outcome === 'passed') continue;
      if (outcome !== 'failed') failed++;
      console.log(`${outcome}: ${fullName}\n${(failureMessages ?? []).join('\n').slice(0, 2000)}`);
    }
  }
}
const steps = existsSync(join(folder, 'steps')) ? readFileSync(join(folder, 'steps'), 'utf8').trim().split('\n') : [];
for (const step of steps) {
  const outcome = step.slice(0, 6);
  if (outcome === 'passed') passed++;
  else {
    failed++;
    console.log(step);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
