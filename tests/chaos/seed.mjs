// Votes of pollux-seed, for loads that need more than voters whom the checker follows.
import { programOf, runProgram } from "../system/service.mjs";

// Each vote has a new voter and is sent once. The summary of pollux-seed.
export async function seed(url, rate, seconds) {
  const votes = ["--votes", "a=500,b=300,c=200", "--anonymous", "--rate", rate, "--duration", `${seconds}s`];
  const program = programOf("POLLUX_SEED_PROGRAM");
  const { status, stdout, stderr } = await runProgram(
    "setpriv",
    ["--pdeathsig=KILL", program, "--url", url, ...votes.map(String), "--json"],
    { timeoutMs: (seconds + 60) * 1000 },
  );
  if (status !== 0) {
    throw new Error(`pollux-seed: ${stderr}`);
  }
  return JSON.parse(stdout);
}
