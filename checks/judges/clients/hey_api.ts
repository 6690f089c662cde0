// Read every claim through the client that @hey-api/openapi-ts generated.

import { getClaim, listClaims, type Claim } from "./hey/index.js";
import { client } from "./hey/client.gen.js";
import { compared, server } from "./reading.js";

client.setConfig({ baseUrl: server });

const claims: Claim[] = [];
let cursor: string | undefined;
do {
  const { data, error } = await listClaims({ query: { limit: 50, ...(cursor === undefined ? {} : { cursor }) } });
  if (data === undefined) throw new Error(error?.detail);
  for (const { id } of data.items) {
    const alone = await getClaim({ path: { claim_id: id } });
    if (alone.data !== undefined) claims.push(alone.data);
  }
  cursor = data.next === null ? undefined : new URL(data.next, server).searchParams.get("cursor") ?? undefined;
} while (cursor !== undefined);

const wrong = await listClaims({ query: { limit: 0 } });
await compared(claims.map((claim) => [claim.id, claim.attribution, claim]), wrong.error?.status);
