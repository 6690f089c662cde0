// What every TypeScript client is measured by: each claim it has read against the JSON of the server.

declare const process: { argv: string[]; exitCode: number };

export const server = process.argv[2] ?? "http://127.0.0.1:8000";

export async function compared(claims: [string, string, object][], refused: number | undefined): Promise<void> {
  const { total }: { total: number } = JSON.parse(await (await fetch(`${server}/claims?limit=1`)).text());
  let same = 0;
  for (const [id, attribution, claim] of claims) {
    const plain = await (await fetch(`${server}/claims/${id}`)).text();
    if (attribution.length > 0 && JSON.stringify(claim) === plain) same += 1;
    else console.log(`${id} is different`);
  }
  console.log(`${same} of ${total} claims`);
  process.exitCode = same === total && refused === 400 ? 0 : 1;
}
