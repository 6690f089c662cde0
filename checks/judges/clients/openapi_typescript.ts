// Read every claim through openapi-fetch with the types that openapi-typescript generated.

import createClient from "openapi-fetch";
import { compared, server } from "./reading.js";
import type { components, paths } from "./schema.js";

type Claim = components["schemas"]["Claim"];

// Of the media types of a response, those that are parsed.
const client = createClient<paths, "application/json" | "application/problem+json">({ baseUrl: server });

const claims: Claim[] = [];
let cursor: string | undefined;
do {
  const { data, error } = await client.GET("/claims", {
    params: { query: { limit: 50, ...(cursor === undefined ? {} : { cursor }) } },
  });
  if (data === undefined) throw new Error(error.detail);
  for (const { id } of data.items) {
    const alone = await client.GET("/claims/{claim_id}", { params: { path: { claim_id: id } } });
    if (alone.data !== undefined) claims.push(alone.data);
  }
  cursor = data.next === null ? undefined : new URL(data.next, server).searchParams.get("cursor") ?? undefined;
} while (cursor !== undefined);

const wrong = await client.GET("/claims", { params: { query: { limit: 0 } } });
await compared(claims.map((claim) => [claim.id, claim.attribution, claim]), wrong.error?.status);
