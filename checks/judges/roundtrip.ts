// Read every claim through openapi-fetch with the types that openapi-typescript generated, and every error as a Problem.

import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Claim = components["schemas"]["ServedClaim"];
type Problem = components["schemas"]["Problem"];

declare const process: { argv: string[]; exitCode: number };

const server = process.argv[2] ?? "http://127.0.0.1:8000";
// Of the many forms of an answer, the one that is parsed.
const client = createClient<paths, "application/json" | "application/problem+json">({ baseUrl: server });
const different: string[] = [];

function same(what: string, one: unknown, other: unknown): void {
  if (JSON.stringify(one) !== JSON.stringify(other)) different.push(what);
}

async function plain(path: string): Promise<unknown> {
  return (await fetch(server + path)).json();
}

// A claim that was asked for whole has every field that the schema requires.
function whole(claim: components["schemas"]["ServedClaim"] | components["schemas"]["ClaimFields"]): Claim {
  const { id, text, kind, document, statements, status, basis, attribution, url } = claim;
  if (!id || !text || !kind || !document || !statements || !status || !basis || !attribution || !url) {
    different.push(`${id} is not whole`);
  }
  return claim as Claim;
}

let seen = 0;
let cursor: string | undefined;
do {
  const { data, error } = await client.GET("/claims", {
    params: { query: { limit: 50, ...(cursor ? { cursor } : {}) } },
  });
  if (!data) throw new Error(error.detail);
  for (const each of data.items) {
    const claim = whole(each);
    seen += 1;
    const alone = await client.GET("/claims/{claim_id}", { params: { path: { claim_id: claim.id } } });
    same(`${claim.id} in a list`, claim, await plain(claim.url));
    same(`${claim.id} alone`, alone.data, claim);
    const timeline = await client.GET("/claims/{claim_id}/timeline", { params: { path: { claim_id: claim.id } } });
    same(`timeline of ${claim.id}`, timeline.data, await plain(`${claim.url}/timeline`));
  }
  cursor = data.next ? new URL(data.next, server).searchParams.get("cursor") ?? undefined : undefined;
} while (cursor);

same("/", (await client.GET("/")).data, await plain("/"));
same("/dataset", (await client.GET("/dataset")).data, await plain("/dataset"));
same("/sources", (await client.GET("/sources")).data, await plain("/sources"));
same("/documents", (await client.GET("/documents")).data, await plain("/documents"));
same("/entities", (await client.GET("/entities")).data, await plain("/entities"));
same("/topics", (await client.GET("/topics")).data, await plain("/topics"));
same("/statuses", (await client.GET("/statuses")).data, await plain("/statuses"));
same("/transitions", (await client.GET("/transitions")).data, await plain("/transitions"));
const csv = await client.GET("/claims", { params: { query: { format: "csv" } }, parseAs: "text" });
if (typeof csv.data !== "string") different.push("CSV is no text");
const copy = await client.POST("/verify", {
  body: "Some text.",
  bodySerializer: (text) => text,
  headers: { "content-type": "text/plain" },
});
if (copy.data?.total !== 91) different.push("the copy was not compared");

type Failed = { error?: Problem; response: Response };
const failures: [number, Failed][] = [
  [400, await client.GET("/claims", { params: { query: { limit: 0 } } })],
  [400, await client.GET("/sources", { params: { query: { as_of: "x" } } })],
  [404, await client.GET("/claims", { params: { query: { source: ["no-such-source"] } } })],
  [404, await client.GET("/claims/{claim_id}", { params: { path: { claim_id: "no-such-claim" } } })],
  [404, await client.GET("/sources/{source_id}", { params: { path: { source_id: "no-such-source" } } })],
  [406, await client.GET("/claims", { headers: { accept: "image/png" } })],
  [409, await client.GET("/claims", { params: { query: { from: "2023", to: "2022" } } })],
  [409, await client.GET("/topics", { params: { query: { cursor: "AAAA" } } })],
];
for (const [status, { error, response }] of failures) {
  const told = error !== undefined && typeof error.title === "string" && Array.isArray(error.errors);
  if (response.status !== status || !told || error.status !== status) different.push(`no Problem of ${status}`);
}

for (const each of different) console.log(each);
console.log(`${seen} claims and ${failures.length} errors, ${different.length} mismatches`);
process.exitCode = different.length > 0 ? 1 : 0;
