// node tests/bench/hostile/attacker.mjs NAME URL
//
// Runs one of the attacks of tests/system/hostile_attacks.mjs. Prints a line of JSON when it has begun, and another one with
// what it was answered when its standard input ends.
import { once } from "node:events";
import { attacks } from "../../system/hostile_attacks.mjs";

const [name, url] = process.argv.slice(2);
const untilTheEnd = { after: () => undefined };

const running = await attacks[name](untilTheEnd, url);
console.log(JSON.stringify({ connections: running.count ?? 0 }));
process.stdin.resume();
await once(process.stdin, "end");
console.log(JSON.stringify({ statuses: running.statuses ?? {} }));
process.stdout.end(() => process.exit(0));
