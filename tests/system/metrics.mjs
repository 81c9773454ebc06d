import { request } from "./http.mjs";

// The program's metrics now: "name{label="…"}" → number.
export async function metrics(pollux) {
  const text = (await request(`${pollux.managementUrl}/metrics`)).body.toString();
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return Object.fromEntries(
    lines.map((line) => {
      const space = line.lastIndexOf(" ");
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}
